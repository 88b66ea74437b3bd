"""What the digest says of the rates: what needs somebody first, the rest in one line, and no "all clear" with them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.adapters import metric_rules
from responder.core.digest import DigestFacts, Picture, Section, content
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


def picture(found: DigestFacts) -> Picture:
    """Return the section, which is one of pictures."""
    shown = section(found)
    assert isinstance(shown, Picture)
    return shown


def test_what_is_past_its_cap_comes_before_what_is_near_it_and_the_rest_is_one_line() -> None:
    """Each with its figures, how much of the cap is used up, the room left, what leaves when, and its last days."""
    shown = picture(facts(FINE, WARNING, UNKNOWN, OVER))
    assert shown.count == "1 past its cap, 1 near its cap"
    over, near = shown.gauges
    assert (over.title, over.place) == ("Order defect rate, shipped by you, 60 days", "amazon.de")
    assert (over.value, over.filled, over.urgency) == ("6 of 480 orders (1.25 %), cap 1 %", 100, "late")
    assert over.notes == (
        "past the cap of 1 %",
        "leave the window: 1 on Tue 1 Dec, 2 on Wed 2 Dec, 3 on Thu 3 Dec, 9 later",
    )
    assert over.days is not None
    assert [(column.name, column.words, column.height) for column in over.days.columns] == [
        ("13", "–", None),
        ("14", "0.4", 32),
        ("25", "1", 80),
        ("26", "1.25", 100),
    ]
    assert (near.value, near.filled, near.urgency) == ("21 of 1000 orders (2.1 %), cap 2.5 %", 84, "near")
    assert near.notes == ("4 more orders are still within the cap, the 5th reaches it",)
    assert near.days is None
    assert shown.lines == ("Within their caps: Late shipment rate, 30 days, 1 % (amazon.de).",)
    assert "Answered" not in repr(shown)


def test_of_a_share_that_has_to_be_high_the_bar_is_what_may_still_be_missing() -> None:
    """At least 95 % with tracking: 97 % has used up three of the five that may lack."""
    shown = picture(facts(rate(Metric.VALID_TRACKING_RATE, 97, 100), problems=("x",)))
    assert [gauge.filled for gauge in shown.gauges] == [60]


def test_of_what_is_near_its_cap_the_smallest_room_comes_first() -> None:
    """Which order may go wrong next decides, not the alphabet."""
    wide, narrow = replace(WARNING, headroom=9), replace(WARNING, headroom=1, marketplace="amazon.fr")
    shown = picture(facts(wide, narrow, replace(WARNING, headroom=5)))
    assert [gauge.notes[0].split()[0] for gauge in shown.gauges] == ["1", "5", "9"]
    assert shown.count == "3 near their caps"


def test_amazons_own_fresh_figure_stands_before_ours() -> None:
    """It leads, in words and in the bar; an old one does not, and is not shown as if it did."""
    theirs = AmazonFigure(
        value=0.02, numerator=10, denominator=500, target=0.01, status="BAD", window=None, at=NOW - DAY, fresh=True
    )
    fine = rate(Metric.ORDER_DEFECT_RATE, 1, 480, amazon=theirs)
    (gauge,) = picture(facts(fine)).gauges
    assert gauge.value == ("2 % (10 of 500) by Amazon's report of Wed 25 Nov; ours: 1 of 480 orders (0.21 %), cap 1 %")
    assert gauge.filled == 100
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


def test_where_every_rate_is_within_its_cap_those_with_the_least_room_are_shown() -> None:
    """Four as bars, the others in one line: a quiet digest stays short."""
    fine = [replace(FINE, headroom=number, marketplace=f"amazon.{number}") for number in (7, 3, 9, 1, 5, 8)]
    shown = picture(facts(*fine, problems=("main: the mailbox cannot be reached",)))
    assert shown.count == "all within their caps"
    assert [gauge.place for gauge in shown.gauges] == ["amazon.1", "amazon.3", "amazon.5", "amazon.7"]
    assert shown.lines == (
        "Within their caps: Late shipment rate, 30 days, 1 % (amazon.8); Late shipment rate, 30 days, 1 % (amazon.9).",
    )


def test_at_most_twelve_rows_are_shown_and_the_others_counted() -> None:
    """The pictures are for one screen, three with their days; the command has them all."""
    trend = ((date(2026, 11, 25), 0.02), (date(2026, 11, 26), 0.021))
    near = (replace(WARNING, marketplace=f"amazon.{number:02}", trend=trend) for number in range(15))
    shown = picture(facts(*near))
    assert len(shown.gauges) == 12
    assert sum(gauge.drawn for gauge in shown.gauges) == 3
    assert all(gauge.days for gauge in shown.gauges)
    assert shown.more == "and 3 more: responder metrics"


def test_the_account_is_named_where_there_are_several() -> None:
    """Two accounts may sell in one store."""
    assert picture(facts(OVER, accounts=("main", "second"))).gauges[0].place == "amazon.de (main)"
