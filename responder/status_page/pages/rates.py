"""
Each rate against its cap, with the days behind it as a small line; computed by the daemon, never by a request.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from responder.core.message import clean
from responder.core.metrics import Level, Rate, wording
from responder.core.speech import say
from responder.core.wording import moment, short_day
from responder.status_page.page import Cell, Lines, Page, Picture, Table
from responder.status_page.values import Facts, Now

TONES = {Level.OVER: "late", Level.WARNING: "soon", Level.OK: "good"}
WIDTH, HEIGHT, EDGE = 168, 40, 4
_WORST = (Level.OVER, Level.WARNING, Level.OK, Level.UNKNOWN)


def page(facts: Facts, now: Now, found: Sequence[Rate] | None, computed_at: datetime | None) -> Page:
    """Return the page of these rates, the worst first; None: they are being computed for the first time."""
    title = say("Against Amazon's limits")
    columns = (say("Rate"), say("Store"), say("Now"), say("Room"), say("14 days"))
    rows = tuple(_row(each, facts) for each in sorted(found or (), key=_urgency))
    nothing = say("No rate is measured yet: responder metrics says which report it takes.")
    computing = say("The rates are being computed: load this page again in a minute.")
    as_of = (
        say("Computed {time}. Amazon's own figure decides.", time=moment(computed_at, now.at, facts.operator.zone))
        if computed_at
        else ""
    )
    table = Table(title, columns, rows, empty=computing if found is None else nothing, intro=as_of)
    missing = tuple(dict.fromkeys(clean(words, 300) for rate in found or () for words in rate.missing))
    unknown = (Lines(say("What could not be known"), missing, language="en"),) if missing else ()
    return Page(title=title, sections=(table, *unknown))


def _urgency(rate: Rate) -> tuple[int, int, str, str]:
    room = rate.headroom if rate.headroom is not None else 1_000_000
    return _WORST.index(rate.level), room, rate.marketplace, rate.metric


def _row(rate: Rate, facts: Facts) -> tuple[Cell, ...]:
    account = (clean(rate.account, 40),) if len(facts.accounts) > 1 else ()
    return (
        Cell(wording.title(rate)),
        Cell(clean(rate.marketplace, 40), account),
        Cell(wording.level(rate), tuple(_now(rate, facts)), tone=TONES.get(rate.level, "")),
        Cell(wording.headroom(rate) or "–", wording.roll_off(rate)),
        Cell("", picture=picture(rate)),
    )


def _now(rate: Rate, facts: Facts) -> Iterator[str]:
    theirs = wording.amazon(rate, facts.operator.zone)
    if theirs is not None and rate.amazon is not None and rate.amazon.fresh:
        yield theirs
    yield wording.value(rate)


def picture(rate: Rate) -> Picture:
    """Return the rate's last days as a line, with its cap; the words say where it began and where it is."""
    known = [(number, on, value) for number, (on, value) in enumerate(rate.trend) if value is not None]
    if len(known) < 2:
        return Picture(say("not enough days are known"), "", None, WIDTH, HEIGHT)
    values = [value for _, _, value in known]
    marks = [*values, rate.rule.cap] if rate.rule.cap is not None else values
    low, high = min(marks), max(marks)
    step = (WIDTH - 2 * EDGE) / max(len(rate.trend) - 1, 1)

    def down(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)

    line = " ".join(f"{round(EDGE + number * step, 1)},{down(value)}" for number, _, value in known)
    first, last = known[0], known[-1]
    words = say(
        "{before} on {day}, {after} on {last_day}",
        before=wording.percent(first[2], last[2]),
        day=short_day(first[1]),
        after=wording.percent(last[2], first[2]),
        last_day=short_day(last[1]),
    )
    return Picture(words, line, None if rate.rule.cap is None else down(rate.rule.cap), WIDTH, HEIGHT)
