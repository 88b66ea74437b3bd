"""
`responder calendar`: open and closed days with their source, and the stretches in which a message would be overdue.

It resolves the calendar anew from what is written now, and says where the daemon still works with another one.
"""

import contextlib
import os
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import click

from responder.adapters import holidays
from responder.adapters.store import Store, calendar_days, engines
from responder.cli.session import echo_json, json_option, load_config, table
from responder.cli.state import YEARS, now
from responder.config import Loaded
from responder.config.consumers import answer_policy
from responder.core import calendars, resolved, unattended
from responder.core.calendars import Day
from responder.core.hours import hours_text
from responder.core.unattended import Unattended
from responder.core.wording import weekday
from responder.daemon.parts import calendar as calendar_of
from responder.errors import ResponderError

PRECEDENCE = (
    "An extra working day comes before a closure, a closure before a holiday, a holiday before the weekly hours."
)


@click.command()
@click.option("--from", "first", metavar="DATE", help="The first day, like 2026-12-20 (today).")
@click.option("--days", "count", type=click.IntRange(1, 400), default=14, show_default=True, help="How many days.")
@json_option
@click.pass_context
def calendar(ctx: click.Context, first: str | None, count: int, *, as_json: bool) -> None:
    """
    When somebody is there, day by day, and why not; and for when to plan somebody, 60 days ahead.

    Example: responder calendar --from 2026-12-20 --days 20
    """
    loaded = load_config(ctx)
    zone = loaded.config.working_hours.timezone or loaded.config.timezone
    today = now().astimezone(zone).date()
    begin = _day(first) if first else today
    begin_at = calendars.instant(begin, datetime.min.time(), zone)
    from_at = now() if begin == today else begin_at
    found = calendar_of(loaded, begin_at)
    days = calendars.days(found, begin, count)
    windows = unattended.windows_ahead(found, from_at, answer_policy(loaded.config).answer_within)
    different = _different(loaded, today)
    if as_json:
        for day in days:
            echo_json(_as_object(day))
        echo_json({"unattended": [_window(each) for each in windows], "different_from_daemon": different})
        return
    told = (*_told(windows, from_at, loaded), *_told_different(different))
    for line in (_about(loaded), PRECEDENCE, "", _table(days, today), *told):
        click.echo(line)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no date; write it like 2026-12-20") from None
    if day.year not in YEARS:
        raise click.UsageError(f"{text!r} is too far away: calendars are known from {YEARS[0]} to {YEARS[-1]}")
    return day


def _about(loaded: Loaded) -> str:
    """Return the clock, whose holidays these are, and the seller's own files."""
    section = loaded.config.working_hours
    chosen = section.holidays
    place = holidays.place_code(chosen.country, chosen.subdivision) if chosen.country else None
    files = ", ".join(chosen.calendars)
    return " · ".join(
        [
            f"Times in {(section.timezone or loaded.config.timezone).key}",
            f"public holidays of {place}" if place else "no public holidays",
            *([files] if files else []),
        ]
    )


def _table(days: tuple[Day, ...], today: date) -> str:
    rows = (
        (
            weekday(day.on),
            f"{day.on} today" if day.on == today else day.on,
            day.kind,
            _hours(day),
            day.name,
            day.source,
        )
        for day in days
    )
    return table(rows, ("DAY", "DATE", "KIND", "OPEN", "NAME", "SOURCE"))


def _hours(day: Day) -> str:
    if not day.open:
        return "closed"
    return ", ".join("-".join(hours_text(each)) for each in day.open)


def _told(windows: tuple[Unattended, ...], from_at: datetime, loaded: Loaded) -> Iterator[str]:
    zone = loaded.config.working_hours.timezone or loaded.config.timezone
    yield ""
    if not windows:
        yield f"Nobody is away for longer than an answer may take in the next {unattended.AHEAD.days} days."
        return
    first = from_at.astimezone(zone).date()
    yield f"Amazon's clock does not stop. In the {unattended.AHEAD.days} days from {first} on:"
    for window in windows:
        yield f"  {unattended.sentence(window, from_at, zone)}"


def _different(loaded: Loaded, today: date) -> tuple[str, ...]:
    """Return the days from today on that are not as the daemon has them; none where no daemon ever ran."""
    url = loaded.state(os.environ)
    if not engines.may_exist(engines.parse(url)):
        return ()
    try:
        with contextlib.closing(Store.open(url, exclusive=False)) as store:
            kept = store.run(calendar_days.days)
    except (ResponderError, OSError) as error:  # the calendar can be told without: perhaps the state is another user's
        click.echo(f"Not compared with the daemon's calendar: {error}", err=True)
        return ()
    return resolved.changes(kept, resolved.resolved(calendar_of(loaded, now()), today)) if kept else ()


def _told_different(different: tuple[str, ...]) -> Iterator[str]:
    if not different:
        return
    yield ""
    yield "The daemon still has another calendar; it reads this one when it is restarted:"
    for words in different[: resolved.SHOWN]:
        yield f"  {words}"
    if len(different) > resolved.SHOWN:
        yield f"  and {len(different) - resolved.SHOWN} more days"


def _as_object(day: Day) -> dict[str, Any]:
    opened = [list(hours_text(each)) for each in day.open]
    return {"date": str(day.on), "open": opened, "kind": str(day.kind), "name": day.name, "source": day.source}


def _window(each: Unattended) -> dict[str, Any]:
    return {
        "from": each.from_at,
        "until": each.until_at,
        "messages_from": each.messages_from,
        "messages_until": each.messages_until,
        "plan": [at.isoformat() for at in each.plan_at],
    }
