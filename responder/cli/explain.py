"""
`responder explain`: what a mail is, and what would be done about it and why. Sends nothing, stores nothing.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from responder.adapters import catalogue as catalogues
from responder.adapters import templates
from responder.cli.session import config_path, echo_json, json_option, local
from responder.cli.state import instant, now
from responder.config import Account, Loaded, load
from responder.config.consumers import acknowledge_policy, answer_policy
from responder.core.acknowledge import TEMPLATE, Acknowledge, AcknowledgePolicy, Decision, Facts, decide, words
from responder.core.calendars import Calendar
from responder.core.classify import Classified, Kind, OwnAddresses, classify
from responder.core.deadlines import AnswerPolicy, message_due_at, notice_due_at
from responder.core.message import Message, parse
from responder.daemon.parts import calendar as calendar_of
from responder.daemon.parts import own_addresses
from responder.errors import EXIT_DONE, EXIT_FAILED
from responder.tasks.receive.acknowledgement import addressed_to

LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Office:
    """What is known of one account when a mail is explained; `mine` are its own addresses, `own` those of all."""

    loaded: Loaded
    own: OwnAddresses
    mine: OwnAddresses
    authserv_id: str | None
    calendar: Calendar
    answer: AnswerPolicy
    acknowledge: AcknowledgePolicy


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--at", metavar="TIME", help="As if it had arrived then, like 2026-12-25T11:00 (now).")
@json_option
@click.pass_context
def explain(ctx: click.Context, files: tuple[Path, ...], at: str | None, *, as_json: bool) -> int:
    """
    Explain mails saved as files (.eml). The stored state is not asked, so earlier mail of the same buyer is not known.

    Example: responder explain message.eml --at 2026-12-25T11:00
    """
    loaded = load(config_path(ctx))
    moment = instant(at, loaded) if at else now()
    calendar = calendar_of(loaded, moment)
    offices = [_office(loaded, account, calendar) for account in loaded.config.accounts]
    code = EXIT_DONE
    for file in files:
        try:
            raw = file.read_bytes()[:LARGEST]
        except OSError as error:
            click.echo(f"{file}: cannot be read: {error.strerror}", err=True)
            code = EXIT_FAILED
            continue
        message = parse(raw)
        _explain(file, message, _addressed(message, offices), moment, as_json=as_json)
    return code


def _addressed(message: Message, offices: Sequence[Office]) -> Office:
    """Return the account a mail was sent to; the first one where none of their addresses is a recipient."""
    return next((office for office in offices if addressed_to(message, office.mine)), offices[0])


def _office(loaded: Loaded, account: Account, calendar: Calendar) -> Office:
    template = templates.load(loaded.templates)[TEMPLATE]
    return Office(
        loaded=loaded,
        own=own_addresses(loaded.config.accounts, loaded.config.operator.email),
        mine=OwnAddresses(frozenset(spec.lower() for spec in (account.from_.spec, *account.aliases))),
        authserv_id=account.authserv_id,
        calendar=calendar,
        answer=answer_policy(loaded.config),
        acknowledge=acknowledge_policy(loaded.config, frozenset(template.bodies), account),
    )


def _explain(file: Path, message: Message, office: Office, at: datetime, *, as_json: bool) -> None:
    found = classify(message, catalogues.load(), office.own, office.authserv_id)
    decision = decide(_facts(message, found, office, at), office.calendar, office.acknowledge, at)
    due_at = _due_at(found, office, at)
    if as_json:
        echo_json(_as_object(file, found, decision, due_at))
    else:
        _tell(file, message, found, decision, due_at, office)


def _facts(message: Message, found: Classified, office: Office, at: datetime) -> Facts:
    return Facts(
        kind=found.kind,
        authentic=found.verdict.authentic,
        automatic=found.automatic,
        own=found.own,
        addressed_to_us=addressed_to(message, office.own),
        message_id=message.message_id,
        received_at=at,
        language=found.language,
        marketplace=found.marketplace.name if found.marketplace else None,
    )


def _due_at(found: Classified, office: Office, at: datetime) -> datetime | None:
    if found.kind is Kind.BUYER_MESSAGE:
        return message_due_at(at, office.answer)
    if found.kind is Kind.NOTICE:
        return notice_due_at(str(found.notice_type), at, found.named_deadline, office.answer)
    return None


def _as_object(file: Path, found: Classified, decision: Decision, due_at: datetime | None) -> dict[str, Any]:
    send = isinstance(decision, Acknowledge)
    return {
        "file": os.fspath(file),
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
        "acknowledge": {
            "send": send,
            "template": decision.template if isinstance(decision, Acknowledge) else None,
            "promise_at": decision.promise_at if isinstance(decision, Acknowledge) else None,
            "reasons": [{"code": each.code, "detail": each.detail} for each in decision.reasons],
        },
        "error": found.error,
    }


def _tell(
    file: Path, message: Message, found: Classified, decision: Decision, due_at: datetime | None, office: Office
) -> None:
    zone = office.loaded.config.timezone
    kind = str(found.kind).replace("_", " ") + (f" ({found.notice_type})" if found.notice_type else "")
    click.echo(f"{file}: {kind}")
    for reason in found.reasons:
        click.echo(f"  because      {reason}")
    rows = [
        ("subject", message.subject),
        ("marketplace", found.marketplace.name if found.marketplace else None),
        ("orders", ", ".join(found.order_ids)),
        ("buyer", f"{found.buyer_name or '-'} <{found.buyer_address}>" if found.buyer_address else None),
        ("language", found.language),
        ("authentic", f"{found.verdict.authentic}: {found.verdict.reason}"),
        ("automatic", ", ".join(found.automatic)),
        ("answer by", local(due_at, zone) if due_at else None),
        ("odd", found.error),
    ]
    for name, value in rows:
        if value:
            click.echo(f"  {name:<12} {value}")
    for line in (found.text or "").splitlines()[:10]:
        if line.strip():
            click.echo(f"  > {line.strip()}")
    if isinstance(decision, Acknowledge):
        promise = f"naming {local(decision.promise_at, zone)}, in {decision.language}"
        click.echo(f"  acknowledged at {local(decision.send_at, zone)}, {promise}")
    else:
        click.echo("  not acknowledged")
    for because in decision.reasons:
        click.echo(f"    {words(because)}")
    click.echo("  (nothing was sent or stored)\n")
