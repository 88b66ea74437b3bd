"""
`responder explain`: what a mail is, and what would be done about it and why. Sends nothing, stores nothing.

It works without a configuration: then with the defaults, and it says so.
"""

import asyncio
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from responder.adapters import templates
from responder.adapters.authenticity import DkimVerifier, system_resolve
from responder.adapters.clock import monotonic
from responder.cli.session import Session, config_path, echo_json, json_option
from responder.cli.state import instant, now
from responder.config import Account, Loaded, catalogue_of, defaults, load
from responder.config.consumers import acknowledge_policy, answer_policy, detector_of
from responder.core import obeyed
from responder.core.acknowledge import TEMPLATE, Acknowledge, AcknowledgePolicy, Decision, Facts, closing_for, decide
from responder.core.amazon import Catalogue
from responder.core.authenticity import wants_dkim
from responder.core.calendars import Calendar
from responder.core.classify import Classified, Kind, OwnAddresses, classify
from responder.core.deadlines import AnswerPolicy, message_due_at, notice_due_at
from responder.core.detecting import Detector, detect
from responder.core.dkim import DkimResult
from responder.core.message import MAX_RAW, Message, parse
from responder.core.obeyed import Obeys
from responder.core.ship_by import ship_by_at
from responder.core.telling import Explained, sentences
from responder.core.threads import ThreadState
from responder.core.words import clean
from responder.daemon.parts import calendar as calendar_of
from responder.daemon.parts import own_addresses
from responder.errors import EXIT_DONE, EXIT_FAILED, ConfigError
from responder.tasks.receive.acknowledgement import addressed_to

MANY = 20
"""Files from which on progress is shown on a terminal."""
DEFAULTS = (
    "No configuration found: explained with the defaults (times in UTC, open Mon-Fri 09:00-12:30 and 13:30-18:00, no "
    "holidays, every marketplace, no address of yours known).\nresponder init DIR makes a configuration."
)


@dataclass(frozen=True, slots=True)
class Office:
    """What is known of one account when a mail is explained; `mine` are its own addresses, `own` those of all."""

    loaded: Loaded
    catalogue: Catalogue
    own: OwnAddresses
    mine: OwnAddresses
    authserv_id: str | None
    verifier: DkimVerifier | None
    calendar: Calendar
    answer: AnswerPolicy
    acknowledge: AcknowledgePolicy
    detector: Detector | None
    known: bool  # whether there is a configuration that names our addresses


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--at", metavar="TIME", help="As if it had arrived then, like 2026-12-25T11:00 (now).")
@click.option("--offline", is_flag=True, help="Ask no DNS server for the keys of DKIM signatures.")
@click.option(
    "--details", is_flag=True, help="With --json: also attachments, amounts, limits, return and refund fields."
)
@json_option
@click.pass_context
def explain(
    ctx: click.Context, files: tuple[Path, ...], at: str | None, *, offline: bool, details: bool, as_json: bool
) -> int:
    """
    Explain mails saved as files (.eml), or all .eml files of a folder; - reads standard input.

    Nothing is sent or stored. The stored state is not asked, so earlier mail of the same buyer is not known. Without a
    configuration the defaults are used.

    Examples: responder explain message.eml --at 2026-12-25T11:00 · responder explain saved/ --json
    """
    if details and not as_json:
        raise click.UsageError("--details goes with --json")
    loaded, configured = _configuration(ctx)
    moment = instant(at, loaded) if at else now()
    verifier = None if offline else DkimVerifier(system_resolve(), monotonic)
    offices = _offices(loaded, verifier, moment, configured=configured)
    paths = list(_paths(files))
    code = EXIT_DONE
    with _progress(paths) as shown:
        for path in shown:
            try:
                message = _read(path)
            except OSError as error:
                why = f"cannot be read: {error.strerror or error}"
                click.echo(f"{_shown(path)}: {why}", err=True)
                code = EXIT_FAILED
                if as_json:
                    echo_json(_unreadable(path, why))
                continue
            _explain(path, message, _addressed(message, offices), moment, details=details, as_json=as_json)
    if not configured:
        click.echo(DEFAULTS, err=True)
    return code


def _configuration(ctx: click.Context) -> tuple[Loaded, bool]:
    """Return the configuration, or the defaults where none was named and none is found."""
    named = ctx.ensure_object(Session).config or os.environ.get("RESPONDER_CONFIG")
    try:
        path = config_path(ctx)
    except ConfigError:
        if named:
            raise
        return defaults(), False
    return load(path), True


def _offices(
    loaded: Loaded, verifier: DkimVerifier | None, moment: datetime, *, configured: bool
) -> tuple[Office, ...]:
    calendar, catalogue = calendar_of(loaded, moment), catalogue_of(loaded)
    languages = frozenset(templates.load(loaded.templates)[TEMPLATE].bodies)
    config = loaded.config
    own = own_addresses(config.accounts, config.operator.email) if configured else OwnAddresses()

    def office(account: Account) -> Office:
        return Office(
            loaded=loaded,
            catalogue=catalogue,
            own=own,
            mine=own_addresses([account]) if configured else OwnAddresses(),
            authserv_id=account.authserv_id,
            verifier=verifier if account.verify_dkim else None,
            calendar=calendar,
            answer=answer_policy(config),
            acknowledge=acknowledge_policy(config, languages, account),
            detector=detector_of(config),
            known=configured,
        )

    return tuple(office(account) for account in config.accounts)


def _paths(files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        if file.is_dir():
            found = sorted(each for each in file.iterdir() if each.suffix.lower() == ".eml")
            if not found:
                click.echo(f"{_shown(file)}: this folder has no .eml file", err=True)
            yield from found
        else:
            yield file


def _progress(paths: Sequence[Path]) -> Any:
    """Return the files to go through, with a bar on the terminal where there are many and nothing else is printed."""
    hidden = len(paths) < MANY or sys.stdout.isatty()
    return click.progressbar(paths, file=sys.stderr, label="Explaining", hidden=hidden or not sys.stderr.isatty())


def _read(path: Path) -> Message:
    """Return the parsed mail; of a long one only the beginning is read, as the daemon does."""
    if str(path) == "-":
        raw = sys.stdin.buffer.read(MAX_RAW + 1)
        return parse(raw)
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError("it is no regular file")
    with path.open("rb") as file:
        raw = file.read(MAX_RAW)
        return parse(raw, size=max(len(raw), path.stat().st_size))


def _addressed(message: Message, offices: Sequence[Office]) -> Office:
    """Return the account a mail was sent to; the first one where none of their addresses is a recipient."""
    return next((office for office in offices if addressed_to(message, office.mine)), offices[0])


def _explain(path: Path, message: Message, office: Office, at: datetime, *, details: bool, as_json: bool) -> None:
    proof = _proof(message, office)
    found = classify(message, office.catalogue, office.own, office.authserv_id, proof)
    due_at = _due_at(found, office, at)
    closing = closing_for(office.calendar, office.acknowledge, at, due_at, at)
    decision = decide(_facts(message, found, office, at), office.calendar, office.acknowledge, at, closing)
    if as_json:
        more = {"details": _details(found)} if details else {}
        echo_json({**_as_object(path, found, decision, due_at), **more})
    else:
        request = obeyed.request(message, _obeys(office), proof) if office.known else None
        _tell(path, Explained(message, found, decision, due_at, at, office.loaded.config.timezone, request))


def _obeys(office: Office) -> Obeys:
    """Return whose requests by a link of the digest the daemon obeys."""
    operator = office.loaded.config.operator
    return Obeys(operator=operator.email, authserv_id=office.authserv_id, switched_on=operator.digest.actions.enabled)


def _proof(message: Message, office: Office) -> DkimResult | None:
    """Check the mail's signature as the daemon would at its arrival; keys of old mail are often gone."""
    if office.verifier is None:
        return None
    if wants_dkim(message, office.catalogue, office.authserv_id):
        return asyncio.run(office.verifier.verify(message, office.catalogue))
    if office.known and obeyed.wants_dkim(message, _obeys(office)):
        return asyncio.run(office.verifier.verify_sender(message, message.from_[0].domain))
    return None


def _facts(message: Message, found: Classified, office: Office, at: datetime) -> Facts:
    return Facts(
        kind=found.kind,
        authentic=found.verdict.authentic,
        automatic=found.automatic,
        own=found.own,
        addressed_to_us=addressed_to(message, office.mine) or not office.known,
        message_id=message.message_id,
        received_at=at,
        thread_state=ThreadState.NO_RESPONSE_NEEDED if found.needless else None,
        language=found.language,
        written_in=found.marketplace.texts if found.marketplace else (),
        detected=detect(office.detector, found.text, office.acknowledge.languages),
        marketplace=found.marketplace.name if found.marketplace else None,
    )


def _due_at(found: Classified, office: Office, at: datetime) -> datetime | None:
    if found.needless:
        return None
    if found.kind is Kind.BUYER_MESSAGE:
        return message_due_at(at, office.answer)
    if found.kind is Kind.NOTICE:
        named = found.named_deadline
        ship_by = ship_by_at((found.details,), found.marketplace.timezone if found.marketplace else None)
        return notice_due_at(
            str(found.notice_type), at, named, office.answer, settled=found.settled, ship_by_at=ship_by
        )
    return None


def _as_object(file: Path, found: Classified, decision: Decision, due_at: datetime | None) -> dict[str, Any]:
    return {
        "file": str(file),
        "kind": found.kind,
        "notice_type": found.notice_type,
        "notification_type": found.notification_type,
        "marketplace": found.marketplace.name if found.marketplace else None,
        "language": found.language,
        "order_ids": list(found.order_ids),
        "buyer_address": found.buyer_address,
        "case_id": found.case_id,
        "buyer_name": found.buyer_name,
        "text": found.text,
        "no_response_link": found.no_response_link,
        "authentic": found.verdict.authentic,
        "automatic": list(found.automatic),
        "deadline_at": due_at,
        "asks_to_cancel": found.asks_to_cancel is not None,
        "acknowledge": _acknowledge(decision),
        "error": found.error,
    }


def _acknowledge(decision: Decision) -> dict[str, Any]:
    send = isinstance(decision, Acknowledge)
    return {
        "send": send,
        "template": decision.template if isinstance(decision, Acknowledge) else None,
        "promise_at": decision.promise_at if isinstance(decision, Acknowledge) else None,
        "reasons": [{"code": each.code, "detail": each.detail} for each in decision.reasons],
    }


def _unreadable(file: Path, why: str) -> dict[str, Any]:
    """Return the object of a file that could not be read: of the same shape, so that a script finds every file."""
    return {
        **dict.fromkeys(("notice_type", "notification_type", "marketplace", "language")),
        "file": str(file),
        "kind": Kind.OTHER,
        "order_ids": [],
        **dict.fromkeys(("buyer_address", "case_id", "buyer_name", "text", "no_response_link", "deadline_at")),
        "asks_to_cancel": False,
        "authentic": "unknown",
        "automatic": [],
        "acknowledge": {"send": False, "template": None, "promise_at": None, "reasons": []},
        "error": why,
    }


def _details(found: Classified) -> dict[str, Any]:
    return {
        **found.details,
        "attachments": [
            {"name": each.name, "content_type": each.content_type, "size": each.size} for each in found.attachments
        ],
        "authentic_reason": found.verdict.reason,
        "reasons": list(found.reasons),
        "new_kind": found.new_kind,
        "urgent": found.urgent,
        "outcome": found.outcome,
        "bounced_message_ids": list(found.bounced_message_ids),
    }


def _shown(path: Path) -> str:
    """Return a file's name as it may be printed: whoever named the file does not command the terminal."""
    return clean(str(path).encode("utf-8", "replace").decode(), 1_000)


def _tell(path: Path, explained: Explained) -> None:
    click.echo(_shown(path))
    for label, sentence in sentences(explained):
        click.echo(f"  {label:<16} {sentence}")
    click.echo("  (nothing was sent or stored)\n")
