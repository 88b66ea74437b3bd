"""When a mail arrived: the earlier of INTERNALDATE and our own server's Received field, whatever the sender wrote."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.arrival import arrived_at, date_time, first_received_at, written_at
from responder.core.message import Message, parse

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def mail(*received: str, date: str = "Tue, 1 Jan 2019 00:00:00 +0000") -> Message:
    """Return a mail with these Received fields, the topmost first, and a Date that is not to be believed."""
    fields = "".join(f"Received: {each}\r\n" for each in received)
    return parse(f"{fields}Date: {date}\r\nFrom: a@example.com\r\n\r\nHello\r\n".encode("utf-8", "surrogateescape"))


def by_ours(date: str) -> str:
    """Return a Received field as a server writes it, with a comment that holds a semicolon."""
    return (
        f"from relay.example.net (relay; [192.0.2.1])\r\n\tby mx.example.com with ESMTPS (TLS; v1.3) id 4A;\r\n {date}"
    )


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Thu, 26 Nov 2026 08:00:00 +0000", ARRIVED),
        ("Thu, 26 Nov 2026 09:00:00 +0100 (CET)", ARRIVED),
        ("26 Nov 2026 08:00 GMT", ARRIVED),
        ("Thu, 26 Nov 2026 00:00:00 -0800 (PST)", ARRIVED),
        ("Thu, 26 Nov 2026 00:00:00 PST", ARRIVED),
        ("Thu, 26 Nov 2026 08:00:00 -0000", ARRIVED),
        ("Thu, 26 Nov 2026 13:45:00 +0545", ARRIVED),
        ("Thu,  6 Nov 2026 08:00:60 +0000", datetime(2026, 11, 6, 8, 0, 59, tzinfo=UTC)),
        ("29 Feb 2028 12:00:00 +0000", datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("29 Feb 2027 12:00:00 +0000", None),
        ("Thu, 26 Nov 26 08:00:00 +0000", None),
        ("Thu, 26 Nov 2026 08:00:00", None),
        ("Thu, 26 Nov 2026 08:00:00 CET", None),
        ("Thu, 26 Nov 2026 08:00:00 +2460", None),
        ("Thu, 26 Nov 2026 24:00:00 +0000", None),
        ("Thu, 26 Nov 0001 08:00:00 +1400", None),
        ("2026-11-26T08:00:00Z", None),
        ("", None),
        ("Thu, ٢٦ Nov 2026 08:00:00 +0000", None),
    ],
)
def test_a_date_is_read_as_rfc_5322_writes_it_or_not_at_all(written: str, instant: datetime | None) -> None:
    """Comments and obsolete zones are read; what leaves a doubt about the instant is none."""
    assert first_received_at(mail(by_ours(written))) == instant


@pytest.mark.parametrize(
    ("internaldate", "received", "expected"),
    [
        (ARRIVED, (), ARRIVED),
        (None, (), NOW),
        (None, (by_ours("26 Nov 2026 07:59:58 +0000"),), ARRIVED - timedelta(seconds=2)),
        (ARRIVED, (by_ours("26 Nov 2026 07:59:58 +0000"),), ARRIVED - timedelta(seconds=2)),
        (ARRIVED, (by_ours("26 Nov 2026 08:00:02 +0000"),), ARRIVED),
        # copied to a new server today, which stamped it with today
        (ARRIVED, (by_ours("3 Mar 2025 10:00:00 +0000"),), datetime(2025, 3, 3, 10, tzinfo=UTC)),
        # a server whose clock is ahead, in one field or in both
        (NOW + timedelta(hours=2), (by_ours("26 Nov 2026 08:00:00 +0000"),), ARRIVED),
        (ARRIVED, (by_ours("26 Nov 2026 19:00:00 +0000"),), ARRIVED),
        (NOW + timedelta(hours=2), (by_ours("26 Nov 2026 19:00:00 +0000"),), NOW),
        # what stands below our own server's field was written by others
        (ARRIVED, (by_ours("26 Nov 2026 08:00:00 +0000"), by_ours("1 Jan 2020 00:00:00 +0000")), ARRIVED),
        (ARRIVED, (by_ours("no date"), by_ours("1 Jan 2020 00:00:00 +0000")), ARRIVED),
        (ARRIVED, ("from a by b with c", by_ours("1 Jan 2020 00:00:00 +0000")), ARRIVED),
    ],
)
def test_the_earlier_of_both_counts(
    internaldate: datetime | None, received: tuple[str, ...], expected: datetime
) -> None:
    """A mail that was moved keeps its age; nothing a sender wrote, and no clock that is ahead, moves the start."""
    assert arrived_at(internaldate, mail(*received), NOW) == expected


@given(st.text(max_size=200))
def test_whatever_stands_in_the_field_is_an_instant_or_nothing(value: str) -> None:
    """No field raises, and none makes a mail that came later than now."""
    message = mail(value.replace("\r", " ").replace("\n", " "), f"x; {value}".replace("\r", "").replace("\n", ""))
    assert arrived_at(None, message, NOW) <= NOW
    found = date_time(value)
    assert found is None or found.tzinfo is UTC


written = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30))  # noqa: DTZ001 - the zone is written beside it


@given(written, st.integers(-23 * 60 - 59, 23 * 60 + 59))
def test_a_written_instant_is_read_back(wall: datetime, minutes: int) -> None:
    """Day, month, year, clock and zone of any instant, as a server writes them."""
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = f"{wall.day} {months[wall.month - 1]} {wall.year} {wall:%H:%M:%S} {sign}{hours:02}{rest:02}"
    expected = wall.replace(microsecond=0, tzinfo=UTC) - timedelta(minutes=minutes)
    assert date_time(text) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu, 26 Nov 2026 07:59:00 +0000", ARRIVED),
        ("Wed, 25 Nov 2026 08:00:01 +0000", ARRIVED),
        ("Wed, 25 Nov 2026 08:00:00 +0000", ARRIVED - timedelta(days=1)),
        ("Tue, 1 Jan 2019 00:00:00 +0000", datetime(2019, 1, 1, tzinfo=UTC)),
        ("Fri, 27 Nov 2026 08:00:00 +0000", ARRIVED),
        ("yesterday", ARRIVED),
    ],
)
def test_sent_mail_that_was_copied_here_later_is_as_old_as_its_date(date: str, expected: datetime) -> None:
    """A move to another server stamps all of it with today; a clock that is off by hours decides nothing."""
    assert written_at(ARRIVED, mail(date=date), NOW) == expected
