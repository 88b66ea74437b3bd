"""
`responder calendar`: open and closed days with their source, and the stretches in which a message would be overdue.
"""

from datetime import date, datetime, timedelta
from typing import Any

import click

from responder.cli.session import echo_json, json_option, load_config, local, table
from responder.cli.state import YEARS, now
from responder.config.consumers import answer_policy
from responder.core import calendars
from responder.core.calendars import Day, DayKind, Unattended
from responder.core.hours import hours_text
from responder.daemon.parts import calendar as calendar_of

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.command()
@click.option("--from", "first", metavar="DATE", help="The first day, like 2026-12-20 (today).")
@click.option("--days", "count", type=click.IntRange(1, 400), default=14, show_default=True, help="How many days.")
@json_option
@click.pass_context
def calendar(ctx: click.Context, first: str | None, count: int, *, as_json: bool) -> None:
    """
    When somebody is there, day by day, and why not.

    Example: responder calendar --from 2026-12-20 --days 20
    """
    loaded = load_config(ctx)
    zone = loaded.config.working_hours.timezone or loaded.config.timezone
    begin = _day(first) if first else now().astimezone(zone).date()
    begin_at = calendars.instant(begin, datetime.min.time(), zone)
    found = calendar_of(loaded, begin_at)
    days = calendars.days(found, begin, count)
    gaps = calendars.unattended(found, begin_at, timedelta(days=count), answer_policy(loaded.config).answer_within)
    if as_json:
        for day in days:
            echo_json(_as_object(day))
        echo_json({"unattended": [_gap(each) for each in gaps]})
        return
    rows = [(f"{WEEKDAYS[day.on.weekday()]} {day.on}", day.kind, _hours(day), day.name, day.source) for day in days]
    click.echo(table(rows, ("DAY", "KIND", "OPEN", "NAME", "SOURCE")))
    if gaps:
        click.echo("\nAmazon's clock does not stop. Overdue before anyone is back, so plan somebody:")
    for each in gaps:
        arrives = f"a message arriving {local(each.messages_from, zone)} to {local(each.messages_until, zone)}"
        click.echo(f"  {arrives} (closed until {local(each.until_at, zone)})")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no date; write it like 2026-12-20") from None
    if day.year not in YEARS:
        raise click.UsageError(f"{text!r} is too far away: calendars are known from {YEARS[0]} to {YEARS[-1]}")
    return day


def _hours(day: Day) -> str:
    if not day.open:
        return "closed"
    return ", ".join("-".join(hours_text(each)) for each in day.open)


def _as_object(day: Day) -> dict[str, Any]:
    kind = {DayKind.OPEN: "open"}.get(day.kind, str(day.kind))
    opened = [list(hours_text(each)) for each in day.open]
    return {"date": str(day.on), "open": opened, "kind": kind, "name": day.name, "source": day.source}


def _gap(each: Unattended) -> dict[str, datetime]:
    return {
        "from": each.from_at,
        "until": each.until_at,
        "messages_from": each.messages_from,
        "messages_until": each.messages_until,
    }
