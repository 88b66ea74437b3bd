"""What the digest says of the rates: what needs somebody first, the rest in one line, and no "all clear" with them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.adapters import metric_rules
from responder.core.digest import DigestFacts, Lines, Section, Table, content
from responder.core.metrics import AmazonFigure, Metric, Rate, RollOff, Window

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)  # a Thursday
DAY = timedelta(days=1)
RULES = {rule.metric: rule for rule in reversed(metric_rules.load())}
TITLE = "Against Amazon's limits"


def rate(metric: Metric, bad: int, of: int, **given: Any) -> Rate:
    """Return a rate of amazon.de with so many cases."""
    values: Mapping[str, Any] = {
        "account": "main",
        "marketplace": "amazon.de",
        "fulfilment": None,
        "rule": RULES[metric],
        "window": Window(NOW - 30 * DAY, NOW),
        "headroom": 2,
        "cases": (),
    }
    return Rate(metric=metric, numerator=bad, denominator=of, **{**values, **given})


OVER = rate(
    Metric.ORDER_DEFECT_RATE,
    6,
    480,
    fulfilment="mfn",
    headroom=0,
    roll_off=tuple(RollOff(date(2026, 12, day), day) for day in range(1, 6)),
    trend=tuple((date(2026, 11, day), value) for day, value in ((13, None), (14, 0.004), (25, 0.01), (26, 0.0125))),
)
WARNING = rate(Metric.CANCELLATION_RATE, 21, 1000, headroom=4)
FINE = rate(Metric.LATE_SHIPMENT_RATE, 1, 100)
UNKNOWN = rate(Metric.RESPONSE_WITHIN_24H, 0, 0, headroom=None)


def facts(*rates: Rate, **more: Any) -> DigestFacts:
    """A Thursday morning on which only rates have something to say."""
    return DigestFacts(
        now=NOW, since_at=NOW - DAY, zone=ZONE, number=3, version="1.2.0", rates=rates, next_digest_at=NOW + DAY, **more
    )


def section(found: DigestFacts) -> Section | None:
    """Return the section about rates."""
    return next((each for each in content(found).sections if each.title == TITLE), None)


def test_what_is_past_its_cap_comes_before_what_is_near_it_and_the_rest_is_one_line() -> None:
    """Each with its figures, the room left, what leaves the window when, and where it was two weeks ago."""
    table = section(facts(FINE, WARNING, UNKNOWN, OVER))
    assert isinstance(table, Table)
    assert table.count == "1 past its cap, 1 near it"
    assert table.rows == (
        (
            "Order defect rate, shipped by you, 60 days",
            "amazon.de",
            "6 of 480 orders (1.25 %), cap 1 %",
            "past its cap",
            "1 on Tue 1 Dec, 2 on Wed 2 Dec, 3 on Thu 3 Dec, 9 later",
            "0.4 % → 1.25 %",
        ),
        ("Cancellation rate, 7 days", "amazon.de", "21 of 1000 orders (2.1 %), cap 2.5 %", "room for 4 more", "", ""),
    )
    assert table.intro.startswith("Within their caps: Late shipment rate, 30 days, 1 % (amazon.de). Measured from")
    assert "Answered" not in table.intro


def test_of_what_is_near_its_cap_the_smallest_room_comes_first() -> None:
    """Which order may go wrong next decides, not the alphabet."""
    wide, narrow = replace(WARNING, headroom=9), replace(WARNING, headroom=1, marketplace="amazon.fr")
    table = section(facts(wide, narrow, replace(WARNING, headroom=5)))
    assert isinstance(table, Table)
    assert [row[3] for row in table.rows] == ["room for 1 more", "room for 5 more", "room for 9 more"]
    assert table.count == "3 near the cap"


def test_amazons_own_fresh_figure_stands_before_ours() -> None:
    """It leads; an old one does not, and is not shown as if it did."""
    theirs = AmazonFigure(
        value=0.02, numerator=10, denominator=500, target=0.01, status="BAD", window=None, at=NOW - DAY, fresh=True
    )
    fine = rate(Metric.ORDER_DEFECT_RATE, 1, 480, amazon=theirs)
    table = section(facts(fine))
    assert isinstance(table, Table)
    assert table.rows[0][2] == (
        "2 % (10 of 500) by Amazon's report of Wed 25 Nov; ours: 1 of 480 orders (0.21 %), cap 1 %"
    )
    assert section(facts(replace(fine, amazon=replace(theirs, fresh=False)))) is None


@pytest.mark.parametrize(
    ("found", "clear"), [((OVER,), False), ((WARNING,), False), ((FINE,), True), ((UNKNOWN,), True)]
)
def test_a_rate_past_its_cap_or_near_it_is_never_all_clear(found: tuple[Rate, ...], clear: bool) -> None:
    """And one within its cap, or of which nothing is known, keeps no short digest from being short."""
    page = content(facts(*found))
    assert page.subject.startswith("All clear") is clear
    assert (section(facts(*found)) is None) is clear


def test_the_subject_counts_what_is_past_its_cap() -> None:
    """What is only near it does not stand there."""
    assert "1 rate past its cap" in content(facts(OVER, WARNING)).subject
    assert "2 rates past their caps" in content(facts(OVER, OVER)).subject
    assert "past" not in content(facts(WARNING)).subject


def test_rates_within_their_caps_are_one_line_in_a_digest_that_has_more_to_say() -> None:
    """They are said once a day, not as a table."""
    lines = section(facts(FINE, problems=("main: the mailbox cannot be reached",)))
    assert isinstance(lines, Lines)
    assert lines.lines[0] == "Within their caps: Late shipment rate, 30 days, 1 % (amazon.de)."


def test_at_most_twelve_rows_are_shown_and_the_others_counted() -> None:
    """The table is for one screen; the command has them all."""
    table = section(facts(*(replace(WARNING, marketplace=f"amazon.{number:02}") for number in range(15))))
    assert isinstance(table, Table)
    assert len(table.rows) == 12
    assert table.more == "and 3 more: responder metrics"


def test_the_account_is_named_where_there_are_several() -> None:
    """Two accounts may sell in one store."""
    table = section(facts(OVER, accounts=("main", "second")))
    assert isinstance(table, Table)
    assert table.rows[0][1] == "amazon.de (main)"
