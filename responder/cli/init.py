"""
`responder init DIR`: a working folder that begins as a rehearsal.

Nothing that is there is ever overwritten; questions are asked only of a person at a terminal.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from responder.cli.session import echo_json, json_option
from responder.errors import UsageError

README = "README.md"

_TEMPLATES_README = """\
# Your own texts

A file here takes the place of the shipped one of the same name; delete it to get the shipped text back, and its
improvements with the next version. `responder check` says what is wrong in a text, `responder preview acknowledgement`
shows the finished mail. The names a text may print are listed at the top of each file.
"""

_CLOSURES = """\
# Days on which you are closed, and days you work although they are a weekend or a holiday.
name: Closures {year}
closures: []
#  - {{from: {year}-12-24T12:00, to: {next}-01-04T09:00, name: Winter break}}
#  - {{on: {year}-05-15, name: Bridge day}}
#  - {{on: 12-31, from_time: "12:00", yearly: true, name: New Year's Eve}}
working_days: []
#  - {{on: {year}-11-29, hours: ["10:00-16:00"], name: Black Friday weekend}}
"""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option
def init(folder: Path, *, as_json: bool) -> None:
    """Make a working folder: config.yaml, templates, calendars, credentials."""
    from responder.adapters.clock import from_environment
    from responder.config import reference

    today = from_environment(os.environ).now().date()
    asked = not as_json and sys.stdin.isatty() and sys.stdout.isatty() and not (folder / "config.yaml").exists()
    chosen = {
        **(_answers(today) if asked else {}),
        "dry_run": True,
        "working_hours.holidays.calendars": [f"closures-{today.year}.yaml"],
    }
    made, kept = _write(folder, _contents(today, reference.example(chosen)))
    if as_json:
        echo_json({"folder": str(folder), "created": made, "kept": kept})
        return
    for word, names in (("created", made), ("kept as it was", kept)):
        for name in names:
            click.echo(f"{word:>14}  {folder / name}")
    click.echo(_next_steps(folder, asked=asked))


def _contents(today: date, config: str) -> dict[str, str]:
    """Return the files of a new folder."""
    shipped = files("responder").joinpath("templates")
    texts = {
        f"templates/{each.name}": each.read_text("utf-8")
        for each in sorted(shipped.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".yaml")
    }
    closures = _CLOSURES.format(year=today.year, next=today.year + 1)
    name = f"calendars/closures-{today.year}.yaml"
    return {"config.yaml": config, f"templates/{README}": _TEMPLATES_README, **texts, name: closures}


def _write(folder: Path, contents: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Write what is missing; return the names made and those that were there."""
    made: list[str] = []
    kept: list[str] = []
    try:
        for name in ("templates", "calendars", "orders/done", "orders/failed", "invoices"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "credentials").mkdir(mode=0o700, exist_ok=True)
        for name, text in contents.items():
            try:
                with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                made.append(name)
            except FileExistsError:
                kept.append(name)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be made: {error.strerror} (choose another folder)") from None
    return made, kept


def _answers(today: date) -> dict[str, Any]:
    """Ask what no default can know; every answer is checked as the configuration would check it."""
    from responder.adapters import catalogue, holidays
    from responder.config import values
    from responder.core.calendars import HORIZON

    known = catalogue.load()
    click.echo("A few questions; everything can be changed later in config.yaml.\n")
    sender = _ask("Your address approved at Amazon", values.address)
    shop = _ask("Your shop's name", _text)
    owner = _ask("Where should the daily digest go", values.address, sender)
    host = _ask("Your mail server", _text, f"mail.{sender.partition('@')[2]}")
    username = _ask("The name to log in there with", _text, sender)
    stores = _ask("Your marketplaces, with spaces between", _marketplaces, "amazon.fr")
    first = known.by_name(stores[0])
    country = _ask("Country of your public holidays", _country, first.country if first else None)
    parts = holidays.differing(country, today, HORIZON)
    question = f"State or region, as its holidays differ; none if yours is not here ({' '.join(parts)})"
    part = _ask(question, _subdivision(country), holidays.WHOLE_COUNTRY) if parts else None
    zone = _ask("Your time zone", values.zone, first.timezone if first else None)
    return {
        "timezone": zone.key,
        "operator.email": owner,
        "working_hours.holidays.country": country,
        "working_hours.holidays.subdivision": part,
        "accounts[].seller.name": shop,
        "accounts[].seller.marketplaces": stores,
        "accounts[].from": f"{shop} <{sender}>" if _prints(shop, sender) else sender,
        **{
            f"accounts[].{side}.{key}": value
            for side in ("imap", "smtp")
            for key, value in (("host", host), ("username", username))
        },
    }


def _ask(question: str, read: Callable[[str], Any], default: str | None = None) -> Any:
    """Ask until the answer can be used; what is wrong is said as `check` would say it."""

    def checked(text: str) -> Any:
        try:
            return read(text.strip())
        except ValueError as error:
            problem = getattr(error, "problem", str(error))
            hint = getattr(error, "hint", "")
            raise click.BadParameter(f"{problem} ({hint})" if hint else problem) from None

    return click.prompt(question, default=default, value_proc=checked)


def _text(text: str) -> str:
    if not text or not text.isprintable():
        raise ValueError("please write something")
    return text


def _marketplaces(text: str) -> list[str]:
    from responder.adapters import catalogue

    known, names = catalogue.load(), text.replace(",", " ").lower().split()
    unknown = [name for name in names if known.by_name(name) is None]
    if unknown or not names:
        allowed = " ".join(each.name for each in known.marketplaces)
        raise ValueError(f"unknown: {' '.join(unknown) or 'nothing'}; known are {allowed}")
    return names


def _country(text: str) -> str:
    from responder.adapters import holidays

    holidays.subdivisions(text)
    return text.upper()


def _subdivision(country: str) -> Callable[[str], str]:
    from responder.adapters import holidays

    def read(text: str) -> str:
        holidays.public_holidays(country, text, ())
        return text

    return read


def _prints(shop: str, sender: str) -> bool:
    """Return whether the shop's name can stand before the address as it is."""
    from responder.core.addresses import addresses

    return [each.spec for each in addresses(f"{shop} <{sender}>")] == [sender]


def _next_steps(folder: Path, *, asked: bool) -> str:
    config = folder / "config.yaml"
    first = f"Write your mail passwords into {folder}/credentials/imap-password and smtp-password, and chmod 600 them"
    return f"""
Next:
  1. {first if asked else f"Edit {config}: what is yours looks like an example. {first}"}.
  2. responder -c {config} check --connect
  3. responder -c {config} run       (a rehearsal: nothing is sent to buyers)
  4. responder -c {config} go-live   (after a few days, when the digests look right)"""
