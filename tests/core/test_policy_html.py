"""The HTML part of a mail: images, styles and links, each with the rule it breaks; what only looks like one passes."""

import pytest

from responder.adapters import rules as rules_file
from responder.core import policy
from responder.core.markup import MAX_HTML

RULES = rules_file.load()
TEXT = "Hello,\n\nYour order 305-1234567-7654321 is in our hands and will leave the house by Monday 16 November.\n"


def broken(html: str, kind: str = "answer") -> set[tuple[str, str]]:
    """What is found in the HTML part, as (rule, severity)."""
    found = policy.check("Re: Question", TEXT, rules=RULES, kind=kind, language="en", html=html)
    assert all(each.place == "html" for each in found)
    return {(each.rule, each.severity) for each in found}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<img src="https://t.example/o.png" width="1" height="1">', {"L11"}),
        ("<img width=0 src=https://t.example/o.png alt=x>", {"L11"}),
        ('<img src="https://t.example/o.png" style="display:none" alt="x">', {"L11"}),
        ('<IMG SRC="https://t.example/o.png" STYLE="Width:1px" ALT="x">', {"L11"}),
        ('<img src="http://t.example/o.png" width="1">', {"L11", "L20"}),
        ('<a href="https://www.amazon.de/x"><img src="cid:a" alt="x"></a>', {"L10"}),
        ('<img src="cid:a" alt="Our logo">', {"L10"}),
        ('<img src="cid:dance.gif" alt="x">', {"L16"}),
        ('<img src="data:image/gif;base64,R0lGOD" alt="x">', {"L16"}),
        ('<img src="cid:a" alt="x" width="81%">', {"L17"}),
        ('<img src="cid:a" alt="x" style="max-width: 100%">', {"L17"}),
        ('<p style="margin: 0 25%">x</p>', {"L17"}),
        ('<p style="padding-left:30%">x</p>', {"L17"}),
        ("<center>x</center>", {"L18"}),
        ('<p align="center">x</p>', {"L18"}),
        ('<p style="text-align:center">x</p>', {"L18"}),
        ('<p style="line-height:2">x</p>', {"L18"}),
        ('<p style="font-family:Arial">x</p>', {"L18"}),
        ('<p style="color:#f00">x</p>', {"L18"}),
        ('<font color="red">x</font>', {"L18"}),
        ("<head><style>p{color:red}</style></head><p>x</p>", {"L18"}),
        ("<style>p{font-family:x}", {"L18"}),
        ("".join(f'<p style="font-size:{size}px">x</p>' for size in (10, 12, 14, 16)), {"L18"}),
        ('<img src="cid:a">', {"L22"}),
        ('<a href="http://www.amazon.de/x">x</a>', {"L08"}),
        ('<a href="https://shop.example/">x</a>', {"L08"}),
        ('<a href="https://amazon.de.shop.example/">x</a>', {"L08"}),
        ('<a href="&#104;ttps://shop.example/">x</a>', {"L08"}),
        ('<a href="mailto:a@shop.example">x</a>', {"L09"}),
        ('<a href="tel:+49891234567">x</a>', {"L09"}),
        ('<a href="https://www.amazon.de/unsubscribe">x</a>', {"L13"}),
        ('<img src="https://m.media-amazon.com/images/I/1.jpg" alt="x">', {"L11", "L15"}),
        ('<td background="http://t.example/b.png">x</td>', {"L11", "L20"}),
        ('<div style="background:url(http://t.example/b.png)">x</div>', {"L11", "L20"}),
        ("<svg></svg><iframe src='https://t.example/'></iframe>", {"L11"}),
    ],
)
def test_what_the_page_does_breaks_its_rule(html: str, found: set[str]) -> None:
    """One rule at a time, in any case and quoting."""
    assert {rule for rule, _ in broken(html)} == found


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hello</p><p>Your order is in our hands.</p>",
        '<p style="margin: 0 10%; font-size: 12px; background-color: white; text-align: left">x</p>',
        '<p style="font-size:12px">x</p><p style="font-size: 12px">x</p><p style="font-size:14px">x</p>',
        '<img src="cid:instructions" alt="How the two parts fit together" width="80%">',
        '<a href="https://www.amazon.de/gp/help">x</a> <a href="#below">x</a>',
        '<a href="https://www.dhl.de/de/privatkunden.html?piececode=1">x</a>',
        "<!-- <center><img src='http://t.example/1.gif'></center> --><p>x</p>",
        "<script>var x = '<center>'</script><p>x</p>",
        "<p>Is 3 < 5 and 7 > 6?</p>",
    ],
)
def test_a_plain_page_breaks_none(html: str) -> None:
    """Paragraphs, three font sizes, a described picture that came with the mail, and Amazon's own pages."""
    assert broken(html) == set()


def test_an_image_from_a_server_may_track_and_is_a_warning() -> None:
    """Only what nobody is meant to see is surely a tracking image."""
    assert broken('<img src="https://shop.example/parts.png" alt="The parts" width="300">') == {("L11", "warning")}


def test_a_carriers_page_may_be_linked_where_a_parcel_is_meant() -> None:
    """In a delay notice and an answer, never in a request for feedback."""
    link = '<a href="https://track.dpd.co.uk/1">x</a>'
    assert broken(link, "answer") == set()
    assert ("L08", "error") in broken(link, "feedback_request")


def test_a_finding_names_the_line_of_the_page() -> None:
    """The page's own lines, since its words have moved."""
    page = "<p>\n\n<!-- a\nb --><style>\np {}</style>\n<center>x</center>"
    (found,) = policy.check("Re: x", TEXT, rules=RULES, kind="answer", language="en", html=page)
    assert (found.rule, found.line) == ("L18", 6)


@pytest.mark.parametrize("piece", ["<", "<a ", "<img src=", '<p style="', "<style>", "<!--", "a=b ", "&#1;", "\n<p>"])
def test_a_page_made_to_be_slow_is_judged_to_its_end(piece: str) -> None:
    """Every step is bounded; what is too long to be judged is an error, not a pass."""
    found = broken(piece * (MAX_HTML // len(piece) + 1))
    assert ("L18", "error") in found
