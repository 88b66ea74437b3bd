"""
`responder check`: everything wrong in the seller's files at once, and with --connect what the mail servers offer.

No secret is read without --connect: a reload checks the files where the credentials cannot be seen. Nothing is sent and
nothing is changed, on disk or on a server.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from responder import config
from responder.adapters import credentials, rules, templates
from responder.adapters.clock import from_environment
from responder.adapters.imap import ImapSettings, Mailbox, Offer, Role, folders
from responder.adapters.smtp import ProbeResult, probe
from responder.cli import init, sending
from responder.cli.problems import show
from responder.cli.session import config_path, echo_json, json_option
from responder.config import Account, Loaded, calendar_checks
from responder.core import message
from responder.daemon.parts import imap_settings, smtp_settings
from responder.errors import EXIT_CONFIG, EXIT_DONE, ConfigError, Problem, ResponderError, Severity

LOOK_BACK = timedelta(days=30)
HEADERS = 64 * 1024
LIMIT = 90.0  # seconds for one server, its slowest answer included


@dataclass(slots=True)
class Report:
    """What was checked, what is wrong, and what the servers said."""

    problems: list[Problem] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    servers: list[dict[str, Any]] = field(default_factory=list)
    exit_code: int = EXIT_DONE


@click.command()
@click.option("--connect", is_flag=True, help="Log in to IMAP and SMTP, and say what they offer. Nothing is sent.")
@click.option("--quiet", is_flag=True, help="Print problems only.")
@json_option
@click.pass_context
def check(ctx: click.Context, *, connect: bool, quiet: bool, as_json: bool) -> int:
    """Check configuration, templates, calendars and credentials."""
    path = config_path(ctx)
    report = Report()
    loaded = _files(path, report, from_environment(os.environ).now(), connect=connect)
    if loaded is not None and connect:
        asyncio.run(_servers(loaded, report))
    if any(problem.severity is Severity.ERROR for problem in report.problems):
        report.exit_code = report.exit_code or EXIT_CONFIG
    if as_json:
        for each in [*(asdict(problem) for problem in report.problems), *report.servers]:
            echo_json(each)
    else:
        _print(report, quiet=quiet)
    return report.exit_code


def _print(report: Report, *, quiet: bool) -> None:
    if report.problems:
        show(report.problems, sys.stdout)
    if not quiet:
        for line in report.checked:
            click.echo(line)


def _files(path: Path, report: Report, now: datetime, *, connect: bool) -> Loaded | None:
    """Check what is on disk; every file is checked, whatever is wrong in the others."""
    loaded: Loaded | None = None
    try:
        loaded = config.load(path)
        report.problems += loaded.warnings
        report.problems += calendar_checks.effects(loaded, now)
        report.problems += _credentials(loaded)
        report.checked.append(f"{path}: {_facts(loaded, now, connect=connect)}")
    except ConfigError as error:
        report.problems += error.problems
    _templates(loaded, path.resolve().parent, report)
    return loaded


def _facts(loaded: Loaded, now: datetime, *, connect: bool) -> str:
    names = ", ".join(account.name for account in loaded.config.accounts)
    return f"accounts {names}; {sending.in_words(loaded, now, connect=connect)}"


def _credentials(loaded: Loaded) -> Iterator[Problem]:
    """Yield a warning for each secret that is not there; under systemd it may be handed over at the start."""
    for account in loaded.config.accounts:
        for name, server in (("imap", account.imap), ("smtp", account.smtp)):
            if server.password is not None and (missing := _missing(server.password, loaded.folder)):
                text = f"{account.name}: the {name} password {server.password} is not there yet"
                yield Problem(str(loaded.file), text, missing, Severity.WARNING)


def _missing(source: credentials.SecretSource, folder: Path) -> str | None:
    """Return what to do about a secret that cannot be found, or None."""
    match source:
        case credentials.Environment(name):
            return None if os.environ.get(name) else f"set {name}"
        case credentials.SecretFile(name):
            return None if os.path.exists(folder / name) else f"write it into {folder / name}, and chmod 600 it"
        case credentials.Credential(name):
            try:
                credentials.find(source, folder, os.environ)
            except ConfigError:
                return f"write it into {folder / 'credentials' / name}, and chmod 600 it"
            return None


def _templates(loaded: Loaded | None, folder: Path, report: Report) -> None:
    own = loaded.templates if loaded else folder / "templates"
    report.problems += [each for each in templates.strays(own) if Path(each.at).name != init.README]
    try:
        found = templates.load(own)
    except ConfigError as error:
        report.problems += error.problems
        return
    wrong: list[Problem] = []
    for kind, template in found.items():
        wrong += templates.problems({kind: template}, config.languages_needed(loaded, kind) if loaded else ())
    report.problems += wrong
    if any(problem.severity is Severity.ERROR for problem in wrong):
        return
    sellers = dict.fromkeys(each.seller.name for each in loaded.config.accounts) if loaded else ("Shop",)
    for template in found.values():
        broken = [each for name in sellers for each in templates.violations(template, rules.load(), name)]
        report.problems += dict.fromkeys(broken)
        report.checked.append(f"{template.file}: {', '.join(sorted(template.bodies))}")


async def _servers(loaded: Loaded, report: Report) -> None:
    for account in loaded.config.accounts:
        await _imap(loaded, account, report)
        await _smtp(loaded, account, report)


async def _imap(loaded: Loaded, account: Account, report: Report) -> None:
    settings = imap_settings(loaded, account, os.environ)
    where = f"{account.name}: imap {settings.host}:{settings.port}"
    try:
        async with asyncio.timeout(LIMIT):
            offer = await folders(settings)
            seen = await _authserv_id(settings)
    except (ResponderError, OSError) as error:
        _failed(where, error, report)
        return
    said = "it finds new mail at once (IDLE)" if offer.pushes else "it is asked for new mail"
    keywords = "keywords yes" if offer.can_keyword else "keywords no"
    sent = f"sent folder {offer.sent.name} ({offer.sent.reason})" if offer.sent.name else "no sent folder"
    report.checked.append(f"{where}: logged in; {said}; {keywords}; {sent}")
    report.servers.append(_imap_facts(account, offer, seen))
    if offer.sent.name is None:
        hint = "set folders.sent: without it your answers are not seen"
        report.problems.append(Problem(where, f"the folder of sent mail is unknown: {offer.sent.reason}", hint))
    report.problems += _about_marks(account, where, offer)
    report.problems += _about_authserv_id(account, where, seen)


def _about_marks(account: Account, where: str, offer: Offer) -> Iterator[Problem]:
    """Yield what keeps a person's mark that no answer is needed from being seen."""
    folder, keyword = account.answers.no_response_folder, account.answers.no_response_keyword
    if folder and not offer.has(folder):
        offered = ", ".join(sorted(each.name for each in offer.folders)[:20])
        hint = f"make it, or correct answers.no_response_folder; there are: {message.clean(offered, 400)}"
        yield Problem(where, f"there is no folder '{folder}'", hint)
    if keyword and not offer.keeps(keyword):
        problem = f"this server keeps no keyword '{keyword}'"
        yield Problem(where, problem, "use answers.no_response_folder", Severity.WARNING)


def _imap_facts(account: Account, offer: Offer, seen: str | None) -> dict[str, Any]:
    return {
        "server": "imap",
        "account": account.name,
        "capabilities": sorted(offer.capabilities),
        "idle": offer.pushes,
        "keywords": offer.can_keyword,
        "sent_folder": offer.sent.name,
        "folders": [each.name for each in offer.folders],
        "authserv_id_seen": seen,
    }


def _about_authserv_id(account: Account, where: str, seen: str | None) -> Iterator[Problem]:
    if seen is None or (account.authserv_id or "").casefold() == seen.casefold():
        return
    problem = f"the newest mail was checked by '{seen}'"
    if account.authserv_id is not None:
        problem += f", and authserv_id is '{account.authserv_id}'"
    hint = f"if that is your own mail server, write authserv_id: {seen}"
    yield Problem(where, problem, hint, Severity.WARNING)


async def _authserv_id(settings: ImapSettings) -> str | None:
    """Return who wrote the topmost Authentication-Results of the newest mail (RFC 8601 section 2.2)."""
    mailbox = await Mailbox.open(settings, Role.INBOX)
    try:
        newest = sorted(await mailbox.uids_since((from_environment(os.environ).now() - LOOK_BACK).date()))[-1:]
        async for batch in mailbox.fetch(newest, cap=HEADERS):
            for raw in batch.mails:
                values = message.parse(raw.raw).all_headers("authentication-results")
                words = values[0].partition(";")[0].split() if values else []
                return message.clean(words[0], 100) if words else None
    finally:
        await mailbox.close()
    return None


async def _smtp(loaded: Loaded, account: Account, report: Report) -> None:
    settings = smtp_settings(loaded, account, os.environ)
    where = f"{account.name}: smtp {settings.host}:{settings.port}"
    try:
        async with asyncio.timeout(LIMIT):
            offer = await probe(settings)
    except (ResponderError, OSError) as error:
        _failed(where, error, report)
        return
    size = f"mails up to {offer.size_limit:,} bytes" if offer.size_limit else "no size limit named"
    report.checked.append(f"{where}: logged in; {offer.tls_version or 'no encryption'}; {size}; nothing was sent")
    report.servers.append(_smtp_facts(account, offer))


def _smtp_facts(account: Account, offer: ProbeResult) -> dict[str, Any]:
    return {"server": "smtp", "account": account.name, **asdict(offer)}


def _failed(where: str, error: Exception, report: Report) -> None:
    """Note that a server could not be used; an error only the seller can mend outweighs one that may pass."""
    code = error.exit_code if isinstance(error, ResponderError) else 75
    report.exit_code = code if report.exit_code in {EXIT_DONE, 75} else report.exit_code
    if isinstance(error, ConfigError):
        report.problems += error.problems
        return
    words = "it did not answer in time" if isinstance(error, TimeoutError) else message.clean(str(error), 300)
    report.problems.append(Problem(where, words, "check host, port, security, username and password"))
