"""
The text inside HTML, for reading only: tags are dropped, never interpreted.

One pass from left to right, so that no input takes more than linear time; the standard library's HTML parser looks
for the same closing mark again and again.
"""

import html
import re
from collections.abc import Iterator

MAX_HTML = 262_144

_TAG = re.compile(r"<(?:!--|[!?]|(?P<name>/?[A-Za-z][A-Za-z0-9]{0,20}))")
_BREAKS = frozenset(
    {"br", "p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote"}
)
_SILENT = ("script", "style", "head", "title", "template")
_LONG_REFERENCE = re.compile(r"&#([xX]?)[0-9A-Fa-f]{9,};?")  # no such character; too many digits make int() raise


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (tag name or "", raw text or attributes, where it ends); closing tags carry their slash."""
    lower, at = text.lower(), 0
    while at < len(text):
        opening = _TAG.search(text, at)
        if opening is None:
            yield "", text[at:], len(text)
            return
        if opening.start() > at:
            yield "", text[at : opening.start()], opening.start()
        if opening["name"] is None:
            at = _after(text, "-->" if opening[0] == "<!--" else ">", opening.start())
            continue
        tag = opening["name"].lower()
        at = _after(text, ">", opening.end())
        yield tag, text[opening.start() : at], at
        if tag in _SILENT:
            at = _before(lower, f"</{tag}", at)


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _before(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found


def unescaped(text: str) -> str:
    """Return `text` with character references replaced."""
    return html.unescape(_LONG_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", text))


def plain_text(markup: str) -> str:
    """Return the readable text of an HTML mail, block elements on lines of their own."""
    pieces: list[str] = []
    preformatted = 0
    for tag, raw, _ in _tokens(markup[:MAX_HTML]):
        if not tag:
            pieces.append(unescaped(raw if preformatted else re.sub(r"\s+", " ", raw)))
            continue
        if tag.strip("/") in _BREAKS:
            pieces.append("\n")
        elif tag in ("/td", "/th"):
            pieces.append(" ")
        preformatted = max(0, preformatted + (tag == "pre") - (tag == "/pre"))
    lines = (line.strip(" \t\xa0") for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def pre_wrapped(markup: str) -> str | None:
    """Return the text of the first filled <pre> whose style keeps line breaks: where Amazon puts the buyer's words."""
    markup = markup[:MAX_HTML]
    lower, done = markup.lower(), 0
    for tag, raw, end in _tokens(markup):
        if tag == "pre" and end > done and "pre-wrap" in raw.lower():
            done = _before(lower, "</pre", end)
            inside = _tokens(markup[end:done])
            text = "".join("\n" if name == "br" else "" if name else unescaped(piece) for name, piece, _ in inside)
            if text.strip():
                return text.strip()
    return None
