"""
What mail programs make of the digest: nothing it is made of is unknown to the table of them, and all can be read.

`mail_clients.yaml` says what each of them does with a property, an element, an attribute, an at-rule or a selector.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import mornings
import pytest

from responder import document
from responder.adapters import digest_page
from responder.core import digest

_FILE = Path(__file__).parent / "mail_clients.yaml"
TABLE: Mapping[str, Any] = document.load(_FILE.read_text("utf-8"), "mail_clients.yaml").value
KINDS = ("properties", "elements", "attributes", "at_rules", "selectors")
ON_CELLS = frozenset({"td", "th", "table"})
PAGES = {name: digest_page.html(digest.content(facts)) for name, facts in mornings.MORNINGS.items()}
PALETTE = re.compile(r"#[0-9a-f]{6}")
Rules = Mapping[str, Mapping[str, str]]


class Reader(HTMLParser):
    """Reads a page as a mail program does: its elements with their declarations, and its style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.sheet = ""
        self._in_sheet = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given, declarations(given.get("style", ""))))
        self._in_sheet = tag == "style"

    def handle_data(self, data: str) -> None:
        """Note the style sheet: it is raw text, in which nothing is escaped."""
        if self._in_sheet:
            self.sheet += data

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        self._in_sheet = False


def declarations(text: str) -> dict[str, str]:
    """Return the declarations of a rule; one that cannot be read fails, as it makes Gmail drop the style sheet."""
    found = {}
    for each in filter(str.strip, text.split(";")):
        match = re.fullmatch(r"\s*([a-z-]+)\s*:\s*([^:;{}&]+?)\s*", each)
        assert match, each
        found[match[1]] = match[2]
    return found


def rules(sheet: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield each rule: the at-rule it is in, its selectors, its declarations."""
    rest = sheet
    for match in re.finditer(r"(@[^{]+)\{((?:[^{}]*\{[^{}]*\})*)\s*\}", sheet):
        rest = rest.replace(match[0], "")
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", match[2]):
            yield match[1].strip(), selectors.strip(), declarations(body)
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", rest):
        yield "", selectors.strip(), declarations(body)


def used(html: str) -> Iterator[tuple[str, str, str]]:
    """Yield everything a page is made of: its kind, its name, and its value where that matters."""
    reader = Reader(html)
    for tag, attributes, styles in reader.elements:
        yield "elements", tag, ""
        for name in attributes:
            yield "attributes", name, ""
        for name, value in styles.items():
            yield "properties", name, value
    for at_rule, selectors, body in rules(reader.sheet):
        if at_rule:
            yield "at_rules", at_rule, ""
        for name, value in body.items():
            yield "properties", name, value
            if "!important" in value:
                yield "selectors", "!important", ""
        for each in selectors.split(","):
            yield from (("selectors", kind, "") for kind in selector_kinds(each.strip()))
        if "," in selectors:
            yield "selectors", "grouping", ""


def selector_kinds(selector: str) -> Iterator[str]:
    """Yield what a selector consists of; two classes of one element are none that every program knows."""
    parts = selector.split()
    if len(parts) > 1:
        yield "descendant"
    for part in parts:
        assert re.fullmatch(r"\.?[a-z][a-z0-9-]*|:root", part), selector
        yield "root" if part == ":root" else "class" if part.startswith(".") else "type"


@pytest.mark.parametrize("name", PAGES)
def test_every_part_of_the_digest_is_known_to_each_mail_program(name: str) -> None:
    """A property, an element, an attribute or a value that nobody looked up fails here."""
    known = {kind: {row["name"]: row for row in TABLE[kind]} for kind in KINDS}
    for kind, part, value in used(PAGES[name]):
        assert part in known[kind], (kind, part)
        allowed = known[kind][part].get("values")
        assert allowed is None or re.fullmatch(allowed, value), (part, value)


def test_the_table_has_no_row_that_is_not_used_and_says_what_a_reader_sees_instead() -> None:
    """Where a program drops something, what remains is said; a row whose part went away goes, too."""
    parts = {(kind, part) for html in PAGES.values() for kind, part, _ in used(html)}
    assert {(kind, row["name"]) for kind in KINDS for row in TABLE[kind]} == parts
    clients = set(TABLE["clients"])
    for row in (row for kind in KINDS for row in TABLE[kind]):
        named = [*row.get("partly", ()), *row.get("dropped", ()), *row.get("unknown", ())]
        assert set(named) <= clients
        assert row["grade"] == ("S" if "feature" in row else "J")
        assert not named or row["degrades"]


def test_what_loses_something_in_a_mail_program_is_nowhere() -> None:
    """No picture, no script, nothing remote, nothing that one of them removes with what is in it."""
    parts = {part for html in PAGES.values() for _, part, _ in used(html)} - {"height"}
    parts |= {part for html in PAGES.values() for kind, part, _ in used(html) if kind == "properties"}
    assert not parts & {row["name"] for row in TABLE["harmful"]}


@pytest.mark.parametrize("name", PAGES)
def test_what_outlook_keeps_on_cells_only_stands_on_cells(name: str) -> None:
    """Borders, widths and padding elsewhere are dropped by Outlook for Windows; blanks set links apart as well."""
    for tag, _, styles in Reader(PAGES[name]).elements:
        for prop in ("border", "border-top", "width", "max-width", "padding"):
            if prop in styles and not (prop == "padding" and tag in ("a", "body")):
                assert tag in ON_CELLS, (tag, prop)
    assert re.search(r"</a> &nbsp;<a ", PAGES["usual"])


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


class Colours(HTMLParser):
    """Goes through a page and keeps every pair of colours in which words are shown, in one of the two schemes."""

    def __init__(self, html: str, sheet: Rules) -> None:
        super().__init__()
        self.pairs: set[tuple[str, str]] = set()
        self._sheet = sheet
        self._open: list[tuple[str, str, str]] = [("", "#000000", "#ffffff")]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take over what the parent has, then what the sheet and the element say; what is important is said last."""
        given = {name: value or "" for name, value in attrs}
        _, ink, ground = self._open[-1]
        own = declarations(given.get("style", ""))
        ink, ground = own.get("color", ink), own.get("background-color", given.get("bgcolor", ground))
        classes = [f".{each}" for each in given.get("class", "").split()]
        for name in (tag, *classes):
            said = self._sheet.get(name, {})
            ink = PALETTE.match(said.get("color", ink))[0]  # type: ignore[index]
            ground = PALETTE.match(said.get("background-color", ground))[0]  # type: ignore[index]
        if tag not in ("br", "meta"):
            self._open.append((tag, ink, ground))

    def handle_endtag(self, tag: str) -> None:
        """Go back to the parent."""
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep the colours of these words."""
        if data.strip("\xa0 \n") and not any(tag in ("style", "title") for tag, _, _ in self._open):
            self.pairs.add(self._open[-1][1:])


def sheet_of(html: str, within: str) -> Rules:
    """Return the colours that the style sheet gives to types and classes there; what is important only, in the dark."""
    found: dict[str, dict[str, str]] = {}
    for at_rule, selectors, body in rules(Reader(html).sheet):
        if at_rule == within:
            for each in selectors.split(","):
                found.setdefault(each.strip(), {}).update(body)
    return found


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["", "@media (prefers-color-scheme: dark)"])
def test_every_word_can_be_read_in_both_schemes(name: str, scheme: str) -> None:
    """At least 4.5:1, computed from the finished page: on the page, on cards, in the red box, in every urgency."""
    sheet = sheet_of(PAGES[name], scheme) if scheme else {}
    pairs = Colours(PAGES[name], sheet).pairs
    assert len(pairs) >= 3
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


@pytest.mark.parametrize("scheme", ["", "@media (prefers-color-scheme: dark)"])
def test_pictures_stand_out_from_what_they_lie_on(scheme: str) -> None:
    """Bars and columns against the card, at least 3:1 (WCAG 2.2, 1.4.11); their numbers stand beside them."""
    dark = sheet_of(PAGES["usual"], scheme) if scheme else {}
    card = dark.get(".card", {}).get("background-color", "#ffffff")[:7]
    for name, light in (
        (".bar", "#0b57c2"),
        (".fill-late", "#a4161a"),
        (".fill-near", "#b35c00"),
        (".fill-later", "#1b6e34"),
    ):
        assert contrast(dark.get(name, {}).get("background-color", light)[:7], card) >= 3, name


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_smaller_than_14_pixels_and_no_link_lower_than_32(name: str) -> None:
    """Words for tired eyes, links for thumbs: 20 pixels of line and 12 of padding."""
    for tag, _, styles in Reader(PAGES[name]).elements:
        size = int(styles.get("font-size", "14px").removesuffix("px"))
        assert size >= 14 or size == 1, (tag, styles)  # one pixel: what is no word
        if tag == "a":
            top, _, bottom, _ = (int(each.removesuffix("px")) for each in styles["padding"].split())
            assert top + 20 + bottom >= 32
            assert styles["display"] == "inline-block"
