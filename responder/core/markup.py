"""
The text inside HTML, for reading only: tags are dropped, never interpreted.

One pass from left to right, so that no input takes more than linear time; the standard library's HTML parser looks
for the same closing mark again and again.
"""

import html
import re
from collections.abc import Iterator

from responder.core.words import clean_body

MAX_HTML = 262_144
MAX_TAGS = 5_000
MAX_REFERENCES = 10_000

_TAG = re.compile(r"<(?:!--|[!?]|(?P<name>/?[A-Za-z][A-Za-z0-9]{0,20}))")
# What ends a tag: a ">" that stands in no quoted value. The next tag is never looked into, so each is read once.
_REST = re.compile(r"""(?:[^<>=]++|=\s*+(?:"(?:[^"<]++|<(?![A-Za-z/!?]))*+"|'(?:[^'<]++|<(?![A-Za-z/!?]))*+')?+)*+>""")
# How a mail program's button for indenting writes it: what the sender wrote now, not a quoted mail.
_INDENTED = re.compile(r"border:\s?none", re.IGNORECASE)
_ATTRIBUTES = 500
_BREAKS = frozenset(
    {"br", "p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote"}
    | {"section", "article", "header", "footer", "main", "nav", "aside", "figure", "figcaption", "address", "center"}
    | {"fieldset", "form", "option", "dl", "dt", "dd"}
)
# Looked for without regard to case by a pattern: `lower()` makes two characters of one "İ" and moves every position.
_CLOSING = {
    tag: re.compile(f"</{tag}", re.IGNORECASE | re.ASCII)
    for tag in ("pre", "script", "style", "head", "title", "template")
}
# What html.unescape looks for.
_REFERENCE = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9A-Fa-f]++;?|[^\t\n\f <&#;]{1,32}+;?)")
_LONG_REFERENCE = 12  # "&#x10FFFF;" is shorter; too many digits make int() raise
_LEFT_OVER = re.compile(r"<[^<>]*+>?")
_TURN = "\x1d"  # stands where a quoted part begins or ends; no character reference gives one
_BLANKS = re.compile(r"[^\S ]\s*+| \s++")


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (tag name or "", raw text or attributes, where it ends); closing tags carry their slash."""
    at, tags = 0, 0
    while at < len(text):
        if tags == MAX_TAGS:  # no mail has so many; its words are kept, its layout is not
            yield "", _LEFT_OVER.sub(" ", text[at:]), len(text)
            return
        opening = _TAG.search(text, at)
        if opening is None:
            yield "", text[at:], len(text)
            return
        if opening.start() > at:
            yield "", text[at : opening.start()], opening.start()
        tags += 1
        if opening["name"] is None:
            at = _after(text, "-->" if opening[0] == "<!--" else ">", opening.start())
            continue
        tag = opening["name"].lower()
        rest = _REST.match(text, opening.end())
        at = rest.end() if rest else _after(text, ">", opening.end())
        yield tag, text[opening.start() : at], at
        if tag in _CLOSING and tag != "pre":
            at = _before_closing(text, tag, at)


def tags(markup: str) -> Iterator[tuple[str, str, int]]:
    """
    Yield each tag's name, its source and its line from 1, for who judges a page instead of reading it.

    Those of the head as well, and "style" with the text of a style sheet; what a script or a comment holds is no tag.
    """
    text = markup[:MAX_HTML]
    at, line, counted = 0, 1, 0
    while (opening := _TAG.search(text, at)) is not None:
        start = opening.start()
        line, counted = line + text.count("\n", counted, start), start
        if opening["name"] is None:
            at = _after(text, "-->" if opening[0] == "<!--" else ">", start)
            continue
        tag = opening["name"].lower()
        rest = _REST.match(text, opening.end())
        at = rest.end() if rest else _after(text, ">", opening.end())
        if tag in ("style", "script", "title", "template"):
            inside, at = at, _before_closing(text, tag, at)
            if tag == "style":
                yield tag, text[inside:at], line
        else:
            yield tag, text[start:at], line


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _before_closing(text: str, tag: str, at: int) -> int:
    found = _CLOSING[tag].search(text, at)
    return len(text) if found is None else found.start()


def unescaped(text: str) -> str:
    """Return `text` with its character references replaced, the first `MAX_REFERENCES`."""
    known: dict[str, str] = {}

    def replaced(match: re.Match[str]) -> str:
        written = match[0]
        if written not in known:
            long = written[1] == "#" and len(written) > _LONG_REFERENCE
            known[written] = "\N{REPLACEMENT CHARACTER}" if long else html.unescape(written)
        return known[written]

    return _REFERENCE.sub(replaced, text, count=MAX_REFERENCES)


def plain_text(markup: str) -> str:
    """Return the readable text of an HTML mail, block elements on lines of their own, quoted ones behind "> "."""
    pieces: list[str] = []
    preformatted = 0
    quotes: list[bool] = []
    for tag, raw, _ in _tokens(markup[:MAX_HTML].replace(_TURN, "")):
        if not tag:
            pieces.append(raw if preformatted else _BLANKS.sub(" ", raw))
            continue
        if tag.strip("/") in _BREAKS:
            pieces.append("\n")
        elif tag in ("/td", "/th"):
            pieces.append(" ")
        preformatted = max(0, preformatted + (tag == "pre") - (tag == "/pre"))
        before = any(quotes)
        if tag == "blockquote":
            quotes.append(_INDENTED.search(raw[:_ATTRIBUTES]) is None)
        elif tag == "/blockquote" and quotes:
            quotes.pop()
        if before != any(quotes):
            pieces.append(_TURN + "\n")
    text = unescaped("".join(pieces)).replace("\xa0", " ")
    sides = re.sub(r"\n{3,}", "\n\n", text).split(_TURN + "\n")
    sides[::2] = ("\n".join(line.strip(" \t") for line in side.split("\n")) for side in sides[::2])
    sides[1::2] = (_quoted(side) for side in sides[1::2])
    return re.sub(r"\n{3,}", "\n\n", "".join(sides)).strip()


def _quoted(side: str) -> str:
    """Return what stands in a quoted part with every line marked, as a mail program does in plain text."""
    lines = (line.strip(" \t") for line in side.strip().split("\n"))
    marked = "\n".join(f"> {line}" if line else ">" for line in lines)
    return f"{marked}\n" if side.strip() else ""


def pre_wrapped(markup: str) -> str | None:
    """Return the text of the first filled <pre> whose style keeps line breaks: where Amazon puts the buyer's words."""
    markup = markup[:MAX_HTML]
    if "pre-wrap" not in markup.lower():
        return None
    done = 0
    for tag, raw, end in _tokens(markup):
        if tag == "pre" and end > done and "pre-wrap" in raw.lower():
            done = _before_closing(markup, "pre", end)
            inside = _tokens(markup[end:done])
            text = "".join("\n" if name == "br" else "" if name else piece for name, piece, _ in inside)
            if text.strip():
                return clean_body(unescaped(text).replace("\xa0", " "), MAX_HTML).strip()
    return None
