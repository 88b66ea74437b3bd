"""
Named days of the years 2025 to 2028, in the seller's own words: a few lines of YAML, read like any configuration.

The days are in tests/days: public holidays by place, a seller's own hours and closures, and calendar files.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from days import files, own
from days.places import PLACES, placed

from responder import config
from responder.core.calendars import Calendar, Closed, Open, days, next_opening, state_at

YEARS = range(2024, 2031)

CONFIG = """\
timezone: {zone}
operator: {{email: owner@example.com}}
calendars: calendars/
working_hours:
{lines}
accounts:
  - name: main
    seller: {{name: Synthetic Shop, marketplaces: [amazon.de]}}
    from: "Synthetic Shop <service@example.com>"
    imap: {{host: mail.example.com, username: shop, password: {{env: MAIL_PASSWORD}}}}
    smtp: {{host: mail.example.com, username: shop, password: {{env: MAIL_PASSWORD}}}}
"""

Case = tuple[str, str, str, str | None, str]


def _table(text: str) -> dict[str, Case]:
    """Return the cases of a table by name; a name that is there twice is a mistake."""
    cases: dict[str, Case] = {}
    for line in text.strip().splitlines():
        name, *cells = (cell.strip() for cell in line.split("|"))
        calendar, at, kind, closed_name, change = cells
        name = f"{calendar}: {name}" if name.startswith("...") else name
        assert name not in cases, name
        cases[name] = (calendar, at, kind, closed_name or None, change)
    return cases


CALENDARS = own.CALENDARS | files.CALENDARS
FILES = {"own.yaml": own.OWN_YAML} | files.FILES
CASES = _table(PLACES + own.OWN.lstrip() + files.SOURCES.lstrip())


@pytest.fixture(scope="module")
def calendar_named(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Calendar]:
    """Return what reads a calendar as the daemon does: from the text of a configuration, once for all its cases."""
    folder = tmp_path_factory.mktemp("seller")
    (folder / "calendars").mkdir()
    for name, text in FILES.items():
        (folder / "calendars" / name).write_bytes(text.encode())
    read: dict[str, Calendar] = {}

    def named(name: str) -> Calendar:
        if name not in read:
            zone, lines = CALENDARS[name] if name in CALENDARS else placed(name)
            read[name] = _configured(folder, zone, lines)
        return read[name]

    return named


def _configured(folder: Path, zone: str, lines: str) -> Calendar:
    indented = "".join(f"  {line}\n" for line in lines.splitlines()).rstrip("\n")
    text = CONFIG.format(zone=zone, lines=indented)
    return config.calendar_of(config.read(text, folder / "config.yaml"), YEARS)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall clock; an hour that comes twice needs its offset."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        local = found.replace(tzinfo=zone)
        assert local.utcoffset() == local.replace(fold=1).utcoffset(), f"{text} is not one instant"
        return local.astimezone(UTC)
    assert found.astimezone(zone).utcoffset() == found.utcoffset(), text
    return found.astimezone(UTC)


def _is_called(name: str | None, expected: str | None) -> bool:
    """Return whether a day has the name; one that ends with ... is only begun."""
    if expected is not None and expected.endswith("..."):
        return name is not None and name.startswith(expected.removesuffix("..."))
    return name == expected


@pytest.mark.parametrize("name", CASES)
def test_named_day(name: str, calendar_named: Callable[[str], Calendar]) -> None:
    """Open until the named closing; or closed, for the named reason, until the named opening."""
    calendar_name, at_text, kind, closed_name, change_text = CASES[name]
    calendar = calendar_named(calendar_name)
    at, change = _instant(at_text, calendar.timezone), _instant(change_text, calendar.timezone)
    state = state_at(calendar, at)
    if kind == "open":
        assert isinstance(state, Open)
        assert state.until_at == change
        assert next_opening(calendar, at) == at
        return
    assert isinstance(state, Closed)
    assert state.kind == kind
    assert _is_called(state.name, closed_name)
    assert datetime.fromisoformat(state.period) == change
    assert next_opening(calendar, at) == change


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2] in {"weekend", "holiday"}])
def test_the_whole_named_day_is_called_so(name: str, calendar_named: Callable[[str], Calendar]) -> None:
    """The day that `responder calendar` prints has the same kind, the same name, and no open hour."""
    calendar_name, at_text, kind, closed_name, _ = CASES[name]
    calendar = calendar_named(calendar_name)
    at = _instant(at_text, calendar.timezone)
    (day,) = days(calendar, at.astimezone(calendar.timezone).date(), 1)
    assert (day.kind, day.open) == (kind, ())
    assert _is_called(day.name, closed_name)
