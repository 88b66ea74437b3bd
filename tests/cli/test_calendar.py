"""`responder calendar`: each day and why, for when to plan somebody, and where the daemon has another calendar."""

import contextlib
import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from responder.adapters.store import Store, calendar_days
from responder.cli import main
from responder.cli.state import now
from responder.config.load import load
from responder.core.calendars import DayKind, days
from responder.core.resolved import resolved
from responder.daemon.parts import calendar as calendar_of
from responder.daemon.parts import made_from

CONFIG = """\
timezone: Europe/Berlin
operator: {email: owner@example.com}
working_hours:
  days: [mon, tue, wed, thu, fri]
  hours: ["09:00-18:00"]
  holidays: {country: DE, subdivision: BY, calendars: [own.yaml]}
accounts:
  - name: main
    seller: {name: Beispielladen, marketplaces: [amazon.de]}
    from: "Beispielladen <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
"""
OWN = """\
closures:
  - {on: 2099-11-24, name: Stocktaking}
working_days:
  - {on: 2099-11-28, hours: ["10:00-16:00"], name: Black Friday}
"""
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A shop in Bavaria, and no state yet."""
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "own.yaml").write_text(OWN)
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path / "config.yaml"


def keep(config: Path, ago: timedelta = timedelta(0)) -> None:
    """Keep the calendar as the daemon does at its start, so long ago."""
    loaded, at = load(config), now() - ago
    with contextlib.closing(Store.open(f"sqlite:///{config.parent}/state.db", exclusive=True)) as store:
        found = resolved(calendar_of(loaded, at), at.astimezone(BERLIN).date())
        store.run(calendar_days.replace, found, made_from(loaded))


def test_each_day_is_printed_with_its_source(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Weekday, date, kind, hours, name and where that stands; above it the clock, the place and the precedence."""
    assert main.run(["-c", str(config), "calendar", "--from", "2026-12-23", "--days", "5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Times in Europe/Berlin · public holidays of DE-BY · own.yaml"
    assert lines[1].startswith("An extra working day comes before a closure, a closure before a holiday")
    assert [line.split() for line in lines[3:9]] == [
        ["DAY", "DATE", "KIND", "OPEN", "NAME", "SOURCE"],
        ["Wed", "2026-12-23", "working", "09:00-18:00", "-", "weekly"],
        ["Thu", "2026-12-24", "working", "09:00-18:00", "-", "weekly"],
        ["Fri", "2026-12-25", "holiday", "closed", "Christmas", "Day", "holidays:DE-BY"],
        ["Sat", "2026-12-26", "holiday", "closed", "Second", "Day", "of", "Christmas", "holidays:DE-BY"],
        ["Sun", "2026-12-27", "weekend", "closed", "-", "weekly"],
    ]


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("country: de, subdivision: Bayern", "public holidays of DE-BY"),
        ("country: FR, subdivision: none", "public holidays of FR"),
        ("country: null", "no public holidays"),
    ],
)
def test_the_place_is_named_as_the_days_name_it(
    config: Path, capsys: pytest.CaptureFixture[str], place: str, shown: str
) -> None:
    """By its codes, however it is written; `none` is no place."""
    config.write_text(CONFIG.replace("country: DE, subdivision: BY", place))
    assert main.run(["-c", str(config), "calendar", "--days", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"Times in Europe/Berlin · {shown} · own.yaml"


def test_today_is_marked(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first line of the table, where no other day was asked for."""
    assert main.run(["-c", str(config), "calendar", "--days", "2"]) == 0
    marked = [line for line in capsys.readouterr().out.splitlines() if " today " in line]
    assert [line.split()[1] for line in marked] == [str(now().astimezone(BERLIN).date())]


def test_sixty_days_of_windows_are_named_however_few_days_are_shown(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One day's table, and the windows until the middle of February."""
    assert main.run(["-c", str(config), "calendar", "--from", "2026-12-20", "--days", "1"]) == 0
    said = capsys.readouterr().out
    assert (
        "  from Thu 24 Dec 18:00 a message arriving until Sun 27 Dec 09:00 will be overdue: plan somebody for "
        "Fri 25 Dec 18:00, Sat 26 Dec 18:00 and Sun 27 Dec 18:00 at the latest\n"
    ) in said
    assert "from Fri 12 Feb 18:00" in said
    assert "from Fri 19 Feb 18:00" not in said


def test_the_windows_have_their_plan_in_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a day, and last the windows, each instant in UTC."""
    assert main.run(["-c", str(config), "calendar", "--from", "2026-12-24", "--days", "2", "--json"]) == 0
    *first, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(day["date"], day["open"], day["kind"]) for day in first] == [
        ("2026-12-24", [["09:00", "18:00"]], "working"),
        ("2026-12-25", [], "holiday"),
    ]
    assert last["unattended"][0] == {
        "from": "2026-12-24T17:00:00+00:00",
        "until": "2026-12-28T08:00:00+00:00",
        "messages_from": "2026-12-24T17:00:00+00:00",
        "messages_until": "2026-12-27T08:00:00+00:00",
        "plan": [f"2026-12-{day}T17:00:00+00:00" for day in (25, 26, 27)],
    }
    assert last["different_from_daemon"] == []


def test_the_command_leaves_no_state_behind(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the first start there is nothing to compare with, and looking makes nothing."""
    assert main.run(["-c", str(config), "calendar"]) == 0
    assert "daemon" not in capsys.readouterr().out
    assert not (config.parent / "state.db").exists()


def test_a_calendar_that_the_daemon_does_not_have_yet_is_named(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A closure written after the start works at the next one: the command says so, until then."""
    keep(config)
    assert main.run(["-c", str(config), "calendar"]) == 0
    assert "daemon" not in capsys.readouterr().out
    in_a_month = now().astimezone(BERLIN).date() + timedelta(days=30)
    ahead = days(calendar_of(load(config), now()), in_a_month, 30)
    soon = next(day.on for day in ahead if day.kind is DayKind.WORKING)
    (config.parent / "calendars" / "own.yaml").write_text(f"closures:\n  - {{on: {soon}, name: Away}}\n")
    assert main.run(["-c", str(config), "calendar"]) == 0
    said = capsys.readouterr().out
    assert "The daemon still has another calendar; it reads this one when it is restarted:" in said
    assert f"{soon.year} is closed now: Away (closure)" in said
    assert main.run(["-c", str(config), "calendar", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(last["different_from_daemon"]) == 1
    keep(config)
    assert main.run(["-c", str(config), "calendar"]) == 0
    assert "daemon" not in capsys.readouterr().out


def test_a_state_that_cannot_be_read_does_not_hide_the_calendar(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The days are printed all the same, and the reason stands beside them."""
    (config.parent / "state.db").write_bytes(b"this is no database, and long enough to be looked at" * 40)
    assert main.run(["-c", str(config), "calendar", "--days", "1"]) == 0
    said = capsys.readouterr()
    assert "weekly" in said.out or "holidays:" in said.out
    assert "Not compared with the daemon's calendar" in said.err


def test_a_shop_that_never_closes_has_nobody_to_plan(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And no public holidays where no country is named."""
    text = CONFIG.replace("[mon, tue, wed, thu, fri]", "[mon, tue, wed, thu, fri, sat, sun]")
    config.write_text(text.replace("{country: DE, subdivision: BY, calendars: [own.yaml]}", "{country: null}"))
    assert main.run(["-c", str(config), "calendar", "--from", "2026-12-24", "--days", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Times in Europe/Berlin · no public holidays\n")
    assert "Nobody is away for longer than an answer may take in the next 60 days." in said


@pytest.mark.parametrize("first", ["24.12.2026", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_is_refused(config: Path, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage, with the way out."""
    assert main.run(["-c", str(config), "calendar", "--from", first]) == 2
    said = capsys.readouterr().err
    assert "write it like 2026-12-20" in said or "is too far away" in said


def test_the_fingerprint_is_of_what_the_seller_wrote(config: Path) -> None:
    """The section and the files count, each for itself; the rest of the configuration does not."""

    def fingerprint() -> str:
        return made_from(load(config)).fingerprint

    first = fingerprint()
    config.write_text(CONFIG.replace("Beispielladen", "Anderer Laden") + "deadlines: {answer_within: 12h}\n")
    assert fingerprint() == first
    found = [first]
    for old, new in (("09:00-18:00", "09:00-17:00"), ("subdivision: BY", "subdivision: BE"), ("/Berlin", "/Vienna")):
        config.write_text(CONFIG.replace(old, new))
        found.append(fingerprint())
    config.write_text(CONFIG)
    (config.parent / "calendars" / "own.yaml").write_text(OWN.replace("Stocktaking", "Inventur"))
    found.append(fingerprint())
    assert len(set(found)) == 5
    (config.parent / "calendars" / "own.yaml").write_text(OWN)
    assert fingerprint() == first


def test_a_default_that_is_written_out_is_the_sellers_own(config: Path) -> None:
    """What a later version might decide otherwise stays as it was written."""
    config.write_text(CONFIG.replace('  hours: ["09:00-18:00"]\n', ""))
    silent = made_from(load(config)).fingerprint
    config.write_text(CONFIG.replace('"09:00-18:00"', '"09:00-12:30", "13:30-18:00"'))
    assert made_from(load(config)).fingerprint != silent


def test_days_that_are_over_are_not_compared(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The daemon was not started for two years: what is no longer known of those holidays is no difference."""
    keep(config, timedelta(days=750))
    assert main.run(["-c", str(config), "calendar"]) == 0
    assert "another calendar" not in capsys.readouterr().out
