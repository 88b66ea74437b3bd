"""
The digest's pages: what a mail client is given to print.
"""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import mornings
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.adapters import digest_page, translations
from responder.core.actions import Action, Asked, Outcome
from responder.core.digest import (
    ClosedDay,
    Decision,
    DigestFacts,
    HeldBack,
    LacksInvoice,
    Mailbox,
    Notice,
    OpenThread,
    OrderNews,
    Outage,
    SentMail,
    ToUpload,
    UnreadReport,
    content,
)
from responder.core.speech import spoken
from responder.core.unattended import Unattended
from responder.tasks.report import fitting

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
ORDER = "305-1234567-7654321"
CHROMIUM = shutil.which("chromium")

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "thead", "tbody", "tr", "td", "th", "caption"),
    *("h1", "h2", "h3", "p", "span", "bdi", "code", "a", "b", "br"),
}
ATTRIBUTES = {
    *("align", "aria-label", "border", "cellpadding", "cellspacing", "charset", "class", "content", "dir", "href"),
    *("lang", "name", "role", "scope", "style", "valign", "width", "height", "bgcolor", "aria-hidden"),
}
PLACES = ("https://sellercentral.amazon.de/", "mailto:service@shop.example.com?subject=responder%20")


def facts(text: str = "Wo ist mein Paket?") -> DigestFacts:
    """A day on which every section has something to say, with `text` wherever a mail's words are printed."""
    hour = timedelta(hours=1)
    return DigestFacts(
        now=NOW,
        since_at=NOW - 24 * hour,
        zone=ZONE,
        number=19,
        version="1.2.0",
        threads=(
            OpenThread(1, "amazon.de", ORDER, text, NOW - 30 * hour, NOW - 6 * hour, snippet=text, buyer_name=text),
            OpenThread(2, "amazon.de", ORDER, text, NOW - 20 * hour, NOW + 4 * hour, acknowledged_at=NOW - hour),
            OpenThread(3, "amazon.de", text, text, NOW, NOW + 24 * hour, language="de"),
            OpenThread(4, text, ORDER, text, NOW, NOW + 24 * hour, verified=False),
        ),
        decisions=(Decision(7, "acknowledgement", "held", text, text, text, text),),
        sent=(SentMail(NOW - hour, "acknowledgement", "amazon.de", ORDER, text),),
        notices=(
            Notice(3, "chargeback", "amazon.de", ORDER, text, NOW - hour, NOW + hour),
            Notice(4, "refund", text, text, text, NOW - hour),
        ),
        orders=OrderNews(
            lacking=(
                LacksInvoice(ORDER, "amazon.de", NOW + 50 * hour, expected=text),
                LacksInvoice(text, text, NOW + 50 * hour, refused=text),
            ),
            lacking_in_all=2,
            to_upload=(ToUpload(1, ORDER, "amazon.de", NOW - hour, NOW + 17 * hour),),
            reports=(UnreadReport(1, text, text), UnreadReport(2, text, text, partly=True)),
            folder=text,
        ),
        closed_days=(ClosedDay(date(2026, 12, 8), "holiday", text),),
        unattended=(Unattended(NOW + 100 * hour, NOW + 130 * hour, 24 * hour, (NOW + 124 * hour,)),),
        calendar_changes=(text,),
        problems=(text,),
        outages=(Outage(NOW - 5 * hour, NOW - 4 * hour, 2),),
        rates=mornings.usual().rates,
        messages=mornings.usual().messages,
        health=replace(mornings.calm().health, mailboxes=(Mailbox(text, NOW),), more=(text,)),
        asked=(Asked(1, NOW - hour, Action.RELEASE, 7, Outcome.EXPIRED, text),),
        actions=mornings.LINKS,
        accounts=(text,),
        next_digest_at=NOW + 24 * hour,
        hosts={"amazon.de": "sellercentral.amazon.de"},
        dry_run=True,
    )


class Page(HTMLParser):
    """Reads a page as a mail client would, and keeps what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.ends: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and its attributes."""
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag}"
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Note the end."""
        self.ends.append(tag)

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.text += data

    def handle_comment(self, data: str) -> None:
        """Refuse comments: some clients read conditions in them."""
        raise AssertionError(data)


def assert_harmless(html: str) -> Page:
    """Only the tags and attributes of our own templates, links only to Seller Central, nothing fetched."""
    page = Page(html)
    assert {tag for tag, _ in page.found} <= TAGS
    for tag, attributes in page.found:
        assert set(attributes) <= ATTRIBUTES, tag
        if "href" in attributes:
            assert str(attributes["href"]).startswith(PLACES)
        for value in attributes.values():
            assert value is not None
        assert "url(" not in str(attributes.get("style", ""))
        assert "expression" not in str(attributes.get("style", ""))
    for tag in TAGS - {"meta", "br"}:
        assert page.ends.count(tag) == sum(name == tag for name, _ in page.found), tag
    return page


def shape(html: str) -> list[tuple[str, list[str]]]:
    """The page's tags with the names of their attributes."""
    return [(tag, sorted(attributes)) for tag, attributes in Page(html).found]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "\u202egnp.exe \u2066x",
        "</style></title><svg onload=alert(1)>",
        "<!-- --><![if mso]>x<![endif]>",
        "&lt;b&gt; &#x3c;b&#x3e;",
        "{{ 7*7 }} {% raw %}",
        "`x` =1 onload=x",
        "a\r\nBcc: x@example.org",
    ],
)
def test_a_hostile_subject_is_words_and_nothing_else(text: str) -> None:
    """No tag, no attribute, no address comes from a mail; the page has the same shape as with harmless words."""
    html = digest_page.html(content(facts(text)))
    page = assert_harmless(html)
    assert shape(html) == shape(digest_page.html(content(facts("harmless words"))))
    assert "\u202e" not in html
    assert "\u2066" not in html
    if text.startswith("<script>"):
        assert text in page.text


@settings(max_examples=20)
@given(st.text(max_size=200))
def test_no_text_changes_what_the_page_is_made_of(text: str) -> None:
    """Property: any words in any place leave a harmless page."""
    assert_harmless(digest_page.html(content(facts(text))))


def test_the_page_can_be_read_without_eyes_and_without_colour() -> None:
    """Language, direction, headings, layout tables named as such, column headers, and links named by their target."""
    page = assert_harmless(digest_page.html(content(facts())))
    (html,) = [attributes for tag, attributes in page.found if tag == "html"]
    assert html == {"lang": "en", "dir": "ltr"}
    assert [tag for tag, _ in page.found].count("h1") == 1
    tables = [attributes for tag, attributes in page.found if tag == "table"]
    data = [table for table in tables if "role" not in table]
    assert len(data) == [tag for tag, _ in page.found].count("caption") == 3
    headers = [attributes for tag, attributes in page.found if tag == "th"]
    assert [header["scope"] for header in headers] == ["col"] * (4 + 14 + 14)
    assert not [
        attributes for tag, attributes in page.found if tag == "tr" and attributes.get("aria-hidden") == "false"
    ]
    links = [attributes["aria-label"] for tag, attributes in page.found if tag == "a"]
    assert "Reply to: Wo ist mein Paket?" in links
    assert "Answered: say that you answered thread 1" in links
    levels = [int(tag[1]) for tag, _ in page.found if tag in ("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert "6 h late" in page.text
    assert "4 h left" in page.text


def test_text_and_page_say_the_same() -> None:
    """Every sentence, time and command of the digest stands in both."""
    digest = content(facts())
    text, words = digest_page.text(digest), Page(digest_page.html(digest)).text
    said = [digest.heading, digest.subheading, *digest.alarms, *digest.remarks, *digest.footer]
    said += ["Today 11:30", "4 h left", "Amazon's clock is still running", "responder outbox 7 release", ORDER]
    said += ["acknowledgement: Wo ist mein Paket?", "Chargeback", "They will be marked as read", "Tue 8 Dec"]
    for each in said:
        assert each in text, each
        assert each in words, each


def test_a_link_is_written_out_in_the_text() -> None:
    """The text part is for readers who see no HTML: the address itself is there."""
    text = digest_page.text(content(facts()))
    assert f"Reply: https://sellercentral.amazon.de/messaging/inbox-v3?fi=search&ss={ORDER}" in text
    assert re.search(
        r"Answered: mailto:service@shop\.example\.com\?subject=responder%20answered%201%20[a-z2-7]+\n", text
    )


def test_the_text_has_pictures_of_its_own() -> None:
    """One character a day, a bar of ten, and every number beside them."""
    text = digest_page.text(content(facts()))
    assert "Messages per day: ▃▄▂▁▆▇▃▅▃▂▆█▄▃  3 5 2 0 7 9 4 6 3 2 8 11 5 4" in text
    assert "[########..]  Order defect rate, shipped by you, 60 days, amazon.de" in text


def test_an_order_number_stays_whole_and_in_its_order_beside_arabic() -> None:
    """Set apart wherever it stands in a text of the other direction (UAX 9)."""
    html = digest_page.html(content(mornings.other_scripts()))
    whole = '<bdi><span dir="ltr" style="white-space:nowrap">305-0000081-7654321</span></bdi>'
    assert f"أين طردي؟ الطلب {whole}</b>" in html
    assert f"مرحبا، لم يصل الطرد رقم {whole} حتى" in html
    for line in html.splitlines():
        if "<b " in line and "أين طردي" in line:
            assert line.startswith('<div dir="auto">'), line


def test_the_text_has_no_gaps_and_no_markup() -> None:
    """At most one empty line, and nothing escaped that is not HTML."""
    text = digest_page.text(content(facts('"Tom & Jerry" <b>')))
    assert "\n\n\n" not in text
    assert '"Tom & Jerry" <b>' in text


def test_what_may_not_wrap_is_short() -> None:
    """A sentence that had to stand on one line would make the page wider than any screen."""
    words = "its text does not name the order " * 9
    news = OrderNews(
        lacking=(
            LacksInvoice(ORDER, "amazon.de", NOW, expected="x" * 120),
            LacksInvoice(ORDER, "amazon.de", NOW, refused=words),
        ),
        held=(HeldBack(words, 2, NOW),),
        reports=(UnreadReport(1, "a.txt", words),),
    )
    digest = content(replace(facts(), orders=news))
    on_one_line = re.findall(r"white-space:nowrap[^>]*>([^<]*)<", digest_page.html(digest))
    assert max(map(len, on_one_line)) < 50
    assert "\n      \n" not in digest_page.text(digest)


def test_a_long_word_stays_whole_in_the_first_column() -> None:
    """A page that breaks words anywhere made `Zurückgehalte n` of it: the first cell of a row grows instead."""
    page = Page(digest_page.html(content(facts())))
    rows = [given for tag, given in page.found if tag == "td" and given.get("class") == "cell rule"]
    assert rows
    assert all("overflow-wrap:normal" in given["style"] for given in rows)


def test_an_all_clear_is_short_in_both() -> None:
    """Half a screen."""
    nothing = dict.fromkeys(("threads", "decisions", "notices", "problems", "calendar_changes"), ())
    quiet = {"outages": (), "rates": (), "asked": (), "dry_run": False, "orders": OrderNews()}
    digest = content(replace(facts(), **nothing, **quiet))  # type: ignore[arg-type]
    assert len(digest_page.text(digest).splitlines()) <= 15
    assert "All clear" in Page(digest_page.html(digest)).text


@pytest.mark.parametrize(("language", "words"), [("en", "商品がまだ届きません" * 40), ("de", "أين طردي؟ الطلب " * 30)])
def test_the_longest_digest_stays_under_what_gmail_shows(language: str, words: str) -> None:
    """Gmail cuts a mail at about 102 KB: four hundred of everything, in the widest scripts, is shown to its end."""
    with spoken(translations.speech(language)):
        used, digest = fitting(mornings.longest(words))
        html = digest_page.html(digest)
    assert len(html.encode()) < 100_000
    assert html.rstrip().endswith("</html>")
    assert used.room >= 4
    assert "responder threads --open" in html
    assert_tables_end(html)


def test_forty_messages_fit_with_something_in_every_section() -> None:
    """A morning after a holiday: all forty are there, the first ones with links, before any other section is whole."""
    used, digest = fitting(mornings.full())
    assert used.room == 40
    html = digest_page.html(digest)
    assert len(html.encode()) < 100_000
    assert sum(f"Frage {number} zur Bestellung</b>" in html for number in range(40)) == 40


def assert_tables_end(html: str) -> None:
    """What is opened is closed, whatever was left out."""
    page = Page(html)
    for tag in ("table", "tr", "td", "div", "p"):
        assert page.ends.count(tag) == sum(name == tag for name, _ in page.found), tag


@pytest.mark.chromium
@pytest.mark.skipif(CHROMIUM is None, reason="headless Chromium is not installed")
def test_a_browser_prints_the_page_and_fits_it_on_a_phone(tmp_path: Path) -> None:
    """Rendered at 390 px: nothing is wider than the screen, and no word of a mail ran as a script."""
    page = digest_page.html(content(facts("<script>document.title='ran'</script> Wo ist mein Paket?")))
    (tmp_path / "digest.html").write_text(page, "utf-8")
    probe = (
        "<iframe id='f' src='digest.html' style='width:390px;height:4000px;border:0' onload=\""
        "let d=this.contentDocument;document.title=d.documentElement.scrollWidth+' '+d.title\"></iframe>"
    )
    (tmp_path / "probe.html").write_text(f"<!DOCTYPE html><title></title>{probe}", "utf-8")
    assert CHROMIUM is not None
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    flags += ["--disable-component-update", "--allow-file-access-from-files", f"--user-data-dir={tmp_path / 'profile'}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses its sandbox to root
    done = subprocess.run(
        [CHROMIUM, *flags, "--virtual-time-budget=3000", "--dump-dom", f"file://{tmp_path}/probe.html"],
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    title = done.stdout.split("<title>")[1].split("</title>")[0]
    width, _, name = title.partition(" ")
    assert int(width) <= 390
    assert "ran" not in name.split(" ")
