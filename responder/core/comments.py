r"""
Header text outside its comments (RFC 5322 section 3.2.2): they nest, hold escaped brackets, and mean nothing.

A bracket within quotes begins no comment; a comment without an end goes to the end of the text.
"""

from collections.abc import Iterator

QUOTE, ESCAPE = '"', "\\"


def outside_comments(value: str) -> Iterator[tuple[str, str]]:
    """Yield each character with what took its meaning: QUOTE (the quotes too), ESCAPE, or ""; a comment is a space."""
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped:
            escaped = False
            if not depth:
                yield char, ESCAPE
        elif char == ESCAPE:
            escaped = True
        elif char == QUOTE and not depth:
            quoted = not quoted
            yield char, QUOTE
        elif char == "(" and not quoted:
            depth += 1
            yield " ", ""
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            yield char, QUOTE if quoted else ""
