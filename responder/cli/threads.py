"""
`responder threads` and `responder thread`: deadlines, and the whole story of one.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from responder.adapters.store import Store, cancelling, doubts, meta, story, suppressions
from responder.adapters.store import evidence as stored_evidence
from responder.adapters.store import threads as stored
from responder.adapters.store.decisions import Decided
from responder.adapters.store.mails import StoredMail
from responder.adapters.store.outbox import OutboxRow
from responder.adapters.store.suppressions import Suppression
from responder.adapters.store.threads import VIA
from responder.cli import evidence, suppress
from responder.cli.session import echo_json, json_option, local, table
from responder.cli.state import now, opened
from responder.cli.tables import cell
from responder.config import Loaded, catalogue_of
from responder.core.acknowledge import Because, Reason, words
from responder.core.cancelling import Wish, advice
from responder.core.deadlines import is_overdue
from responder.core.threads import Thread, ThreadState
from responder.core.wording import left, order_number
from responder.daemon.parts import judge, office
from responder.errors import UsageError
from responder.tasks.receive import Judge, stop_clock

SHOWN = 500


@click.command()
@click.option("--open", "only_open", is_flag=True, help="Only those that wait for an answer.")
@click.option("--overdue", is_flag=True, help="Only those whose deadline has passed.")
@json_option
@click.pass_context
def threads(ctx: click.Context, *, only_open: bool, overdue: bool, as_json: bool) -> None:
    """
    Deadlines, one line each, the most urgent first.

    Example: responder threads --open
    """
    with opened(ctx) as (loaded, store):
        at = now()
        rows = store.run(
            stored.threads,
            open=True if only_open or overdue else None,
            overdue_at=at if overdue else None,
            limit=None if as_json else SHOWN,
        )
        unsure = store.run(_unsure)
        if as_json:
            wishes = store.run(cancelling.wishes, rows, catalogue_of(loaded).cancelling)
            for thread in rows:
                echo_json(as_object(thread, at, unsure=thread.id in unsure, asks_to_cancel=thread.id in wishes))
            return
        zone = loaded.config.timezone
        click.echo(
            table((_line(each, at, zone, unsure=each.id in unsure) for each in rows), HEADERS)
            if rows
            else "Nothing to answer."
        )


HEADERS = ("ID", "STATE", "ANSWER BY", "LEFT", "MARKETPLACE", "ORDER", "BUYER", "SUBJECT")


def _unsure(conn: Connection) -> frozenset[int]:
    """Return the threads that an answer may have closed: a person has to say which one it was."""
    return frozenset(thread.id for doubt in doubts.doubts(conn, SHOWN) for thread in doubt.threads)


def _line(thread: Thread, at: datetime, zone: ZoneInfo, *, unsure: bool) -> tuple[object, ...]:
    state = "overdue" if is_overdue(thread.answer_by_at, at) else str(thread.state)
    if thread.acknowledged_at and thread.state is ThreadState.OPEN:
        state += ", acknowledged"
    if unsure:
        state += ", answered?"
    by = local(thread.answer_by_at, zone)
    return (
        thread.id,
        state,
        f"{by} (promised)" if thread.promised_first else by,
        left(thread.answer_by_at, at) if thread.answer_by_at else None,
        thread.marketplace,
        thread.order_id,
        thread.buyer_name,
        thread.subject,
    )


def as_object(thread: Thread, at: datetime, *, unsure: bool, asks_to_cancel: bool) -> dict[str, Any]:
    """
    Return a thread as `threads --json` prints it.

    `unsure`: an answer may have closed it, or another one. `asks_to_cancel`: a message that waits hints at that.
    """
    return {
        "id": thread.id,
        "account": thread.account,
        "marketplace": thread.marketplace,
        "order_id": thread.order_id,
        "buyer_name": thread.buyer_name,
        "subject": thread.subject,
        "state": thread.state,
        "received_at": thread.received_at,
        "due_at": thread.due_at,
        "promise_at": thread.promise_at,
        "answer_by_at": thread.answer_by_at,
        "acknowledged_at": thread.acknowledged_at,
        "answered_at": thread.answered_at,
        "answered_via": thread.answered_via,
        "overdue": is_overdue(thread.answer_by_at, at),
        "messages": thread.messages,
        "asks_to_cancel": asks_to_cancel,
        "unsure": unsure,
    }


@click.command()
@click.argument("thread_id", metavar="ID", type=int)
@click.argument("action", required=False, type=click.Choice(["answered", "no-response-needed"]))
@evidence.option
@json_option
@click.pass_context
def thread(ctx: click.Context, thread_id: int, action: str | None, evidence_dir: Path | None, *, as_json: bool) -> None:
    """
    The whole story of one thread, with every decision and its reason; or stop its clock; or a folder of evidence.

    Examples: responder thread 12 · responder thread 12 answered · responder thread 12 --evidence appeal-12
    """
    if action and evidence_dir:
        raise click.UsageError(f"--evidence shows a thread, {action!r} changes it: one after the other")
    with opened(ctx) as (loaded, store):
        at = now()
        if evidence_dir is not None:
            kept = store.run(stored_evidence.of_thread, thread_id)
            if kept is None:
                raise UsageError(f"there is no thread {thread_id}; responder threads lists them")
            evidence.put(kept, evidence_dir, loaded, as_json=as_json)
            return
        found = store.run(stored.thread, thread_id)
        if found is None:
            raise UsageError(f"there is no thread {thread_id}; responder threads lists them")
        if action:
            words_of = store.run(stop_clock, _judge(loaded, store, found, at), thread_id, action, at)
            found = store.run(stored.thread, thread_id) or found
            if not as_json:
                click.echo(f"Thread {thread_id} is {found.state}: {words_of}.")
                return
        chapters = store.run(story.story, thread_id)
        barred = store.run(suppressions.suppressions_of, found.account, [found.buyer_alias, found.order_id])
        wish = store.run(cancelling.wish, found, catalogue_of(loaded).cancelling)
        if as_json:
            line = as_object(found, at, unsure=thread_id in store.run(_unsure), asks_to_cancel=wish is not None)
            told = {"suppressed": [suppress.as_object(each) for each in barred]}
            echo_json({**line, **told, "story": [_chapter(each) for each in chapters]})
            return
        _tell(found, wish, barred, chapters, at, loaded.config.timezone)


def _judge(loaded: Loaded, store: Store, found: Thread, at: datetime) -> Judge:
    """Return what the daemon decides with for this thread's account; for one that is gone, the first will do."""
    accounts = loaded.config.accounts
    account = next((each for each in accounts if each.name == found.account), accounts[0])
    return judge(office(loaded, at), account, first_start_at=at, instance=store.run(meta.instance))


def _tell(
    found: Thread,
    wish: Wish | None,
    barred: tuple[Suppression, ...],
    chapters: tuple[story.Chapter, ...],
    at: datetime,
    zone: ZoneInfo,
) -> None:
    click.echo(f"Thread {found.id}: {found.subject}")
    click.echo(f"  buyer        {found.buyer_name or '-'} <{found.buyer_alias}>")
    click.echo(f"  order        {found.order_id or '-'} on {found.marketplace or '-'}, account {found.account}")
    click.echo(f"  state        {found.state}" + (", overdue" if is_overdue(found.answer_by_at, at) else ""))
    for line in _clocks(found, at, zone):
        click.echo(line)
    if found.answered_at:
        click.echo(f"  answered     {local(found.answered_at, zone)}, {found.answered_via}")
    if wish:
        requested = local(wish.requested_at, zone) if wish.requested_at else ""
        click.echo(f"  cancel       the buyer {advice(wish, order_number(found.order_id), requested)}")
    for each in barred:
        what = "about the order" if each.subject == found.order_id else "to the buyer"
        click.echo(f"  no mail      {what} since {local(each.at, zone)}: {cell(suppress.in_words(each))}")
    for chapter in chapters:
        click.echo(f"\n{local(chapter.at, zone)}  {_sentence(chapter)}")
        for line in _details(chapter, zone):
            click.echo(f"                  {line}")


def _clocks(found: Thread, at: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Show both clocks; the first line is the one that counts, and says whose it is."""
    if found.answer_by_at is None:
        return
    whose = "as your acknowledgement promised" if found.promised_first else "Amazon's clock"
    yield f"  answer by    {local(found.answer_by_at, zone)} ({left(found.answer_by_at, at)}), {whose}"
    if found.promised_first and found.due_at:
        yield f"  Amazon's     {local(found.due_at, zone)} ({left(found.due_at, at)})"
    elif found.promise_at:
        yield f"  we promised  {local(found.promise_at, zone)} (an acknowledgement does not stop Amazon's clock)"


def _sentence(chapter: story.Chapter) -> str:
    match chapter.what:
        case StoredMail() as mail if mail.role == "sent" and VIA in mail.details:
            return "a blind copy of an answer"
        case StoredMail() as mail if mail.role == "sent":
            return "an answer in the Sent folder" if not mail.own else "a copy of our own mail in the Sent folder"
        case StoredMail() as mail:
            return f"a message ({mail.kind}, authentic: {mail.authentic})"
        case Decided() as decided:
            return f"decision: {decided.action}"
        case OutboxRow() as row:
            return f"our {row.kind} {row.id}: {row.state}" + (f" ({row.reason})" if row.reason else "")


def _details(chapter: story.Chapter, zone: ZoneInfo) -> list[str]:
    match chapter.what:
        case StoredMail() as mail:
            return [f"> {line}" for line in (mail.text or "").splitlines()[:8] if line.strip()]
        case Decided() as decided:
            return [*_said(decided, zone), *(reason_words(reason) for reason in decided.reasons)]
        case OutboxRow() as row:
            return [f"to {row.recipient}", *([f"the server said: {row.smtp_reply}"] if row.smtp_reply else [])]


def _said(decided: Decided, zone: ZoneInfo) -> list[str]:
    detail = decided.detail if isinstance(decided.detail, dict) else {}
    said = [str(detail["words"])] if detail.get("words") else []
    if "send_at" in detail and "promise_at" in detail:
        send_at, promise_at = (datetime.fromisoformat(str(detail[key])) for key in ("send_at", "promise_at"))
        said.append(f"to be sent {local(send_at, zone)}, promising an answer by {local(promise_at, zone)}")
    return said


def reason_words(reason: dict[str, str]) -> str:
    """Return a stored reason as a sentence; a code of another version is shown as it is."""
    try:
        return words(Because(Reason(reason["code"]), reason.get("detail", "")))
    except ValueError:
        return f"{reason['code']}: {reason.get('detail', '')}"


def _chapter(chapter: story.Chapter) -> dict[str, Any]:
    match chapter.what:
        case StoredMail() as mail:
            what: dict[str, Any] = {"mail": mail.id, "role": mail.role, "kind": mail.kind, "text": mail.text}
        case Decided() as decided:
            what = {"action": decided.action, "detail": decided.detail, "reasons": list(decided.reasons)}
        case OutboxRow() as row:
            what = {"outbox": row.id, "kind": row.kind, "state": row.state, "reason": row.reason}
    return {"at": chapter.at, **what}
