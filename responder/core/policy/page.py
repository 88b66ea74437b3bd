"""
The HTML part of a mail, tag by tag: images, styles, links (L08-L11, L13, L15-L18, L20, L22).

No browser is asked: what a style sheet does to a page is told from its words. One pass, every step bounded.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from responder.core.markup import MAX_HTML, tags, unescaped
from responder.core.policy.links import may_link
from responder.core.policy.values import HTML, WARNING, Finding, Rules, finding

_ATTRIBUTE = re.compile(
    r"""([a-z][a-z-]{0,30}+)\s{0,20}+(?:=\s{0,20}+("[^"]*+"|'[^']*+'|[^\s>"']++))?""", re.IGNORECASE
)
_MEDIA = frozenset({"img", "picture", "svg", "object", "embed", "iframe", "video", "image", "source"})
_FETCHED = re.compile(r"url\s{0,9}\(\s{0,9}[\"']?([^\"')\s]{1,500})", re.IGNORECASE)
_STYLES = re.compile(
    r"(?<![\w-])(line-height|font-family|font-size|color|text-align|font)\s{0,9}:\s{0,9}([^;}\"']{1,80})", re.IGNORECASE
)
_MARGIN = re.compile(r"(?<![\w-])(?:margin|padding)(?:-left|-right)?\s{0,9}:\s{0,9}([^;}\"']{1,80})", re.IGNORECASE)
_WIDTH = re.compile(r"(?<![\w-])(?:max-|min-)?width\s{0,9}:\s{0,9}(\d{1,4}(?:\.\d{1,4})?)\s?%", re.IGNORECASE)
_PER_CENT = re.compile(r"(?<![\d.])(\d{1,4}(?:\.\d{1,4})?)\s?%")
_HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|opacity\s{0,9}:\s{0,9}0(?![.\d])|(?<![\w-])(?:width|height)\s{0,9}:\s{0,9}[01]px",
    re.IGNORECASE,
)
_OPT_OUT = re.compile(
    r"unsubscrib|opt-?out|optout|abmelden|desabonn|desinscri|disiscriv|afmelden|avregistrer|wypis", re.IGNORECASE
)
_WIDEST_MARGIN, _WIDEST_IMAGE, _SIZES = 20.0, 80.0, 3
_TINY = frozenset({"0", "1", "0px", "1px"})
_ACKNOWLEDGEMENT = "acknowledgement"


def page(html: str, *, kind: str, rules: Rules) -> Iterator[Finding]:
    """Yield what breaks a rule in a mail's HTML part; its words are judged as text, by `check`."""
    looked = _Page(kind, rules)
    if kind == _ACKNOWLEDGEMENT:
        yield looked.found("L18", "an HTML part")
    if len(html) >= MAX_HTML:
        yield looked.found("L18", "an HTML part too long to be judged")
    for tag, raw, line in tags(html):
        looked.line = line
        yield from looked.tag(tag, raw)
    if len(looked.sizes) > _SIZES:
        looked.line = 0
        yield looked.found("L18", f"{len(looked.sizes)} font sizes: {', '.join(sorted(looked.sizes))}")


class _Page:
    """What was seen of a page so far."""

    def __init__(self, kind: str, rules: Rules) -> None:
        self.kind = kind
        self.rules = rules
        self.line = 0
        self.sizes: set[str] = set()
        self._linked = False  # between <a href> and </a>

    def found(self, rule: str, excerpt: str, severity: str | None = None) -> Finding:
        return finding(self.rules, rule, self.line, excerpt, severity=severity, place=HTML)

    def tag(self, tag: str, raw: str) -> Iterator[Finding]:
        if tag == "style":
            yield from self._style(raw, raw)
            return
        values = _attributes(raw)
        if tag in ("a", "/a", "area"):
            self._linked = tag == "a" and bool(values.get("href"))
            yield from self._link(values.get("href", ""))
        if tag in _MEDIA:
            yield from self._image(tag, values, raw)
        if tag == "center" or (values.get("align", "").lower() in ("center", "right", "justify") and tag not in _MEDIA):
            yield self.found("L18", raw)
        if tag == "font":
            self._size(values.get("size", ""))
            if "face" in values or "color" in values:
                yield self.found("L18", raw)
        yield from self._style(values.get("style", ""), raw)
        if values.get("background"):
            yield from self._fetched(values["background"], raw)

    def _link(self, href: str) -> Iterator[Finding]:
        address = href.strip()
        if not address or address.startswith("#"):
            return
        if re.match(r"(?:mailto|tel|sms|callto|whatsapp)\s?:", address, re.IGNORECASE):
            yield self.found("L09", address)
        elif not (address.lower().startswith("https://") and may_link(address, self.kind, self.rules)):
            yield self.found("L08", address)
        if _OPT_OUT.search(unquote(address)):
            yield self.found("L13", address)

    def _image(self, tag: str, values: Mapping[str, str], raw: str) -> Iterator[Finding]:
        source = values.get("src", "") or values.get("data", "") or values.get("srcset", "")
        remote = re.match(r"\s*(?:https?:)?//", source, re.IGNORECASE) is not None
        if remote and not source.strip().lower().startswith("https://"):
            yield self.found("L20", raw)
        if values.get("width") in _TINY or values.get("height") in _TINY or _HIDDEN.search(values.get("style", "")):
            yield self.found("L11", raw)  # nobody is meant to see it: what it shows does not matter
            return
        if remote or tag not in ("img", "svg"):
            yield self.found("L11", raw, WARNING)
        yield from self._shown(tag, values, source, raw)

    def _shown(self, tag: str, values: Mapping[str, str], source: str, raw: str) -> Iterator[Finding]:
        if any(host in source.lower() for host in self.rules.image_hosts):
            yield self.found("L15", raw)
        if source.lower().partition("?")[0].endswith(".gif") or source.lower().startswith("data:image/gif"):
            yield self.found("L16", raw)
        if self._linked or any("logo" in values.get(name, "").lower() for name in ("src", "alt", "class", "id")):
            yield self.found("L10", raw)
        if tag == "img" and not values.get("alt", "").strip():
            yield self.found("L22", raw)
        wide = [*_PER_CENT.findall(values.get("width", "")), *_WIDTH.findall(values.get("style", ""))]
        if any(float(each) > _WIDEST_IMAGE for each in wide):
            yield self.found("L17", raw)

    def _style(self, style: str, raw: str) -> Iterator[Finding]:
        for match in _STYLES.finditer(style):
            name = match[1].lower()
            if name == "font-size":
                self._size(match[2])
            elif not (name == "text-align" and match[2].strip().lower() in ("left", "start", "initial", "inherit")):
                yield self.found("L18", match[0])
        for match in _MARGIN.finditer(style):
            if any(float(each) > _WIDEST_MARGIN for each in _PER_CENT.findall(match[1])):
                yield self.found("L17", match[0])
        for match in _FETCHED.finditer(style):
            yield from self._fetched(match[1], raw)

    def _fetched(self, source: str, raw: str) -> Iterator[Finding]:
        yield self.found("L11", raw, WARNING)
        if source.lower().startswith("http://"):
            yield self.found("L20", source)

    def _size(self, written: str) -> None:
        size = "".join(written.lower().split())
        if size and size not in ("inherit", "initial"):
            self.sizes.add(size)


def _attributes(raw: str) -> Mapping[str, str]:
    """Return a tag's attributes, the first of each name (HTML 13.2.5.33)."""
    inside = raw.lstrip("<").partition(" ")[2] if " " in raw[:40] else re.sub(r"\A<\S{0,40}\s?", "", raw)
    values: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        values.setdefault(match[1].lower(), unescaped((match[2] or "").strip("\"'")))
    return values
