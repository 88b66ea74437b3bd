"""
`responder notices` and `responder notice`: Amazon's notices, their deadlines, and the life of each.

What Amazon sends in a form nobody knows is listed by `--new-kinds`, with the first mail as its sample.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from responder.adapters.store import Store, notice_reports, notice_story
from responder.adapters.store import new_kinds as stored_kinds
from responder.adapters.store import notices as stored
from responder.adapters.store.notice_reports import Report
from responder.adapters.store.notice_story import Story
from responder.adapters.store.notices import Notice
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.core import notice_life
from responder.core.alarms import AlarmKind
from responder.core.escalation import NoticeAlarm
from responder.core.kinds import NoticeType
from responder.core.notice_life import SeenBy
from responder.core.words import clean_body
from responder.errors import UsageError

SHOWN = 500
_ALARMS: Mapping[str, str] = {
    NoticeAlarm.AT_ONCE: "of it",
    NoticeAlarm.AGAIN: "again",
    AlarmKind.WARN: "before its deadline",
    AlarmKind.OVERDUE: "that it is overdue",
}


@click.command()
@click.option("--unseen", is_flag=True, help="Only those no person has seen.")
@click.option("--needs-answer", is_flag=True, help="Only those that wait until a person confirms them.")
@click.option("--type", "notice_type", type=click.Choice([str(each) for each in NoticeType]), help="Only of this type.")
@click.option("--order", "order_id", metavar="ORDER", help="Only about this order.")
@click.option("--new-kinds", is_flag=True, help="Kinds of mail from Amazon that nobody knows, each once.")
@click.option("--sample", metavar="KEY", help="With --new-kinds: print the first mail of this kind.")
@json_option
@click.pass_context
def notices(
    ctx: click.Context,
    *,
    unseen: bool,
    needs_answer: bool,
    notice_type: str | None,
    order_id: str | None,
    new_kinds: bool,
    sample: str | None,
    as_json: bool,
) -> None:
    """
    Amazon's notices: what needs you first, by deadline, then the newest.

    Examples: responder notices --needs-answer · responder notices --type chargeback · responder notices --new-kinds
    --sample type:SOMETHING_NEW > new.eml
    """
    if sample is not None and not new_kinds:
        raise UsageError("--sample goes with --new-kinds")
    with opened(ctx) as (loaded, store):
        if sample is not None:
            _print_sample(store, sample)
            return
        if new_kinds:
            _list_new_kinds(store, loaded.config.timezone, as_json=as_json)
            return
        rows = store.run(
            stored.notices,
            unseen=unseen,
            waiting=needs_answer,
            notice_type=notice_type,
            order_id=order_id,
            limit=None if as_json else SHOWN + 1,
        )
        if as_json:
            reports = store.run(notice_reports.reports, [row.id for row in rows])
            for row in rows:
                echo_json(as_object(row, reports.get(row.id, ())))
            return
        zone = loaded.config.timezone
        lines = [
            (row.id, row.notice_type, row.marketplace, row.order_id, local(row.due_at, zone), _state(row), row.subject)
            for row in rows[:SHOWN]
        ]
        headers = ("ID", "TYPE", "MARKETPLACE", "ORDER", "DUE", "STATE", "SUBJECT")
        click.echo(table(lines, headers) if lines else "No notices.")
        if len(rows) > SHOWN:
            click.echo(f"and more than these {SHOWN}: choose with --needs-answer, --type or --order; --json prints all")


def _print_sample(store: Store, key: str) -> None:
    raw = store.run(stored_kinds.sample, key)
    if raw is None:
        raise UsageError(f"there is no new kind {key!r}; responder notices --new-kinds lists them")
    if not raw:
        raise UsageError(f"{key!r} has no sample: none is kept of a buyer's message, nor past retention.mail")
    if sys.stdout.isatty():  # a mail from anybody must not command the terminal
        click.echo(clean_body(raw.decode("utf-8", "replace"), stored_kinds.SAMPLE_LIMIT))
    else:
        click.echo(raw, nl=False)


def _list_new_kinds(store: Store, zone: ZoneInfo, *, as_json: bool) -> None:
    rows = store.run(stored_kinds.new_kinds)
    if as_json:
        for row in rows:
            echo_json(asdict(row))
        return
    lines = [
        (row.key, row.sender, "yes" if row.verified else "no", row.mails, local(row.last_at, zone), row.subject)
        for row in rows
    ]
    headers = ("KEY", "SENDER", "VERIFIED", "MAILS", "LAST", "SUBJECT")
    click.echo(table(lines, headers) if lines else "Amazon sent nothing of a kind nobody knows.")


def _state(row: Notice) -> str:
    if row.settled_at is not None:
        return "settled"
    seen = f"seen by {row.seen_by}" if row.seen_by else "not seen"
    return f"needs you, {seen}" if notice_life.waits(row) else seen


def as_object(row: Notice, reports: Sequence[Report]) -> dict[str, Any]:
    """Return a notice as `notices --json` prints it."""
    names = ("id", "account", "notice_type", "marketplace", "order_id", "subject", "received_at", "due_at", "seen_at")
    life = ("seen_by", "digest_at", "amounts", "outcome", "urgent", "settled_at", "settled_how", "tagged_at")
    told = [{"kind": each.kind, "outbox": each.outbox_id, "at": each.at} for each in reports]
    return {
        **{name: getattr(row, name) for name in (*names, *life)},
        "marked_at": row.marked_at,
        "needs_answer": notice_life.waits(row),
        "reported": told,
    }


@click.command()
@click.argument("notice_id", metavar="ID", type=int)
@click.argument("action", type=click.Choice(["seen", "settled"]), required=False)
@json_option
@click.pass_context
def notice(ctx: click.Context, notice_id: int, action: str | None, *, as_json: bool) -> None:
    """
    The life of a notice; or say that you have `seen` it, which ends its warnings, or that the matter is `settled`.

    Examples: responder notice 7 · responder notice 7 seen · responder notice 7 settled
    """
    with opened(ctx) as (loaded, store):
        changed = _act(store, notice_id, action)
        told = store.run(notice_story.story, notice_id)
        if told is None:
            raise UsageError(f"there is no notice {notice_id}; responder notices lists them")
        if as_json:
            echo_json(_life_object(told))
        elif action is not None:
            click.echo(f"Notice {notice_id} {'is' if changed else 'was'} {action}{'' if changed else ' before'}.")
        else:
            click.echo("\n".join(_life(told, loaded.config.timezone)))


def _act(store: Store, notice_id: int, action: str | None) -> bool:
    match action:
        case "seen":
            return bool(store.run(stored.see, [notice_id], now(), SeenBy.COMMAND))
        case "settled":
            return store.run(stored.settle_one, notice_id, now())
        case _:
            return False


def _life_object(told: Story) -> dict[str, Any]:
    return {
        **as_object(told.notice, told.reports),
        "timers": [{"kind": each.kind, "at": each.due_at} for each in told.timers],
        "settled_by": _would_settle(told.notice),
        "story": [{"at": each.at, "action": each.action, "words": each.detail["words"]} for each in told.decided],
    }


def _life(told: Story, zone: ZoneInfo) -> Iterator[str]:
    row, waits = told.notice, notice_life.waits(told.notice)
    yield f"Notice {row.id} ({row.notice_type}): {row.subject or '(no subject)'}"
    yield " · ".join(filter(None, (row.account, row.marketplace or "marketplace unknown", row.order_id)))
    if row.amounts:
        yield "amounts: " + ", ".join(f"{each['value']} {each['currency']}" for each in row.amounts)
    if row.outcome:
        yield " ".join(filter(None, (f"outcome: {row.outcome}.", notice_life.appeal(row.notice_type, row.outcome))))
    yield f"state: {_state(row)}" + (f"; act by {local(row.due_at, zone)}" if row.due_at and waits else "")
    yield ""
    yield from (f"{local(at, zone)}  {words}" for at, words in _chapters(told))
    yield ""
    if waits:
        yield from (f"{local(each.due_at, zone)}  you will be told {_ALARMS[each.kind]}" for each in told.timers)
        settled_by = _would_settle(row)
        by_itself = f"{settled_by} settles it; else type" if settled_by else "To confirm it, type"
        yield f"{by_itself}: responder notice {row.id} seen"


def _chapters(told: Story) -> Sequence[tuple[datetime, str]]:
    """Return what happened, in the order of time."""
    row = told.notice
    marks = ((row.tagged_at, "our keyword is set in the mailbox"), (row.marked_at, "marked as read in the mailbox"))
    found = [
        (row.received_at, "received"),
        *((each.at, f"told by {each.kind} (outbox {each.outbox_id})") for each in told.reports),
        *((each.at, str(each.detail["words"])) for each in told.decided),
        *((at, words) for at, words in marks if at is not None),
    ]
    return sorted(found, key=lambda each: each[0])


def _would_settle(row: Notice) -> str | None:
    return None if row.settled_at else notice_life.WHAT_SETTLES.get(NoticeType(row.notice_type))
