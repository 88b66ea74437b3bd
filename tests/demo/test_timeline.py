"""The story on paper: folded lines, colour that only adds, records for programs."""

import io
import json
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from responder.demo.timeline import Page, Records, Told, day_words, line, reaction, table

ZONE = ZoneInfo("Europe/Paris")
AT = datetime(2026, 4, 4, 8, 5, tzinfo=UTC)
LONG = "word " * 60
HAPPENED = (
    Told(AT, "world", "writes", "amazon.de", "Jonas K. writes"),
    Told(AT, "daemon", "message", "amazon.de", "due Sun 10:05"),
)


def _page(*, colour: bool) -> str:
    out = io.StringIO()
    page = Page(out, ZONE, colour=colour)
    page.day(date(2026, 4, 4), "closed (weekend)")
    page.tell(HAPPENED)
    page.tell([Told(AT, "daemon", "sent_digest", "digest", LONG)])
    page.end([("messages", "12")], {})
    return out.getvalue()


def test_a_line_says_when_who_and_what() -> None:
    """The hour, the actor in a column of its own, the words."""
    assert line(AT.astimezone(ZONE), "amazon.de", "Jonas K. writes") == ["  10:05  amazon.de    Jonas K. writes"]


def test_long_texts_are_folded_under_their_first_word() -> None:
    """No line is wider than the page, and nothing of the text is lost."""
    for lines, begin in ((line(AT, "you", LONG), " " * 22), (reaction(LONG), " " * 11)):
        assert all(len(each) <= 100 for each in lines)
        assert all(each.startswith(begin + "word") for each in lines[1:])
        assert "".join(lines).count("word") == 60


def test_a_table_keeps_its_columns_when_a_value_is_folded() -> None:
    """The names stand left, every line of a value under the first."""
    lines = table([("messages", "12"), ("not acknowledged", LONG)])
    assert lines[0] == "  messages          12"
    assert all(each.startswith(" " * 20) for each in lines[2:])


def test_days_have_english_names_in_every_locale() -> None:
    """A day is written out without the process's locale."""
    assert day_words(date(2026, 4, 6)) == "Monday 6 April"


def test_what_the_daemon_does_stands_under_what_happened() -> None:
    """What the world did has the hour; the daemon's part of the same instant is an arrow under it."""
    lines = _page(colour=False).splitlines()
    assert lines[1] == "Saturday 4 April · closed (weekend)"
    assert lines[2:4] == ["  10:05  amazon.de    Jonas K. writes", "         → due Sun 10:05"]
    assert lines[4].startswith("  10:05  digest       word")


def test_colour_adds_and_changes_nothing() -> None:
    """Without its escape codes the coloured page is the plain one."""
    coloured = _page(colour=True)
    assert coloured != _page(colour=False)
    assert re.sub(r"\x1b\[[0-9]*m", "", coloured) == _page(colour=False)


def test_a_program_reads_one_object_a_line() -> None:
    """Records hold the instants in the shop's zone, and nothing that is only for people."""
    out = io.StringIO()
    records = Records(out, ZONE)
    records.begin("http://127.0.0.1:1/", "Welcome")
    records.say("Welcome")
    records.day(date(2026, 4, 4), "closed")
    records.tell(HAPPENED)
    records.end([("messages", "12")], {"messages": 12})
    read = [json.loads(each) for each in out.getvalue().splitlines()]
    assert [each["kind"] for each in read] == ["page", "writes", "message", "summary"]
    assert read[1]["at"] == "2026-04-04T10:05:00+02:00"
    assert (read[0]["page"], read[3]["messages"]) == ("http://127.0.0.1:1/", 12)
