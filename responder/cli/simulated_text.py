"""
What `responder simulate` prints for people: tables, each with what it leaves out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from zoneinfo import ZoneInfo

import click

from responder.adapters.store.notices import Notice
from responder.cli.session import local, table
from responder.cli.simulated import Told, differences
from responder.core.acknowledge import Because, Reason, words
from responder.core.wording import counted, span
from responder.simulation import Figures, Message, Skipped
from responder.simulation.figures import CANCELLED, HELD, REPEAT, SENT, WAITING, WITHHELD, Warned

ROWS = 40
FIRST = "Simulation: nothing is sent and nothing is stored."
LAST = "This was a simulation: nothing was sent and nothing was stored."
TRUSTED = "Mail that nobody verified was taken for genuine (--trust): the daemon would not have acknowledged it."
RESULTS = {
    SENT: "acknowledged",
    HELD: "held for a person",
    WAITING: "still waiting to be sent",
    CANCELLED: "cancelled before it left",
    WITHHELD: "not acknowledged",
    REPEAT: "the same text again",
}


def show(told: Told, found: Figures) -> None:
    """Print everything as tables."""
    _head(told, found)
    _acknowledged(told, found)
    _not_acknowledged(found)
    _missed(told, found)
    _warnings(told, found)
    _notices(told, found)
    _rates(told, found)
    click.echo(f"\n{LAST}")


def show_differences(told: Told, one: Figures, other: Figures) -> None:
    """Print the decisions that differ, and the figures side by side."""
    _head(told, one)
    differing = list(differences(one, other))
    click.echo(f"\nDECISIONS THAT DIFFER: {len(differing)} of {counted(len(one.messages), 'buyer message')}")
    click.echo(f"this:  {told.names[0]}\nother: {told.names[1]}\n" if differing else "Both decide the same.")
    rows = ((*_who(this, told.zone), _short(this, told.zone), _short(that, told.zone)) for this, that in differing)
    _rows(rows, ("ARRIVED", "STORE", "ORDER", "SUBJECT", "THIS", "OTHER"), len(differing))
    click.echo("\nFIGURES SIDE BY SIDE\n")
    pairs = zip(_side(one), _side(other), strict=True)
    click.echo(table(((name, a, b) for (name, a), (_, b) in pairs), ("", "THIS", "OTHER")))
    click.echo(f"\n{LAST}")


def _head(told: Told, found: Figures) -> None:
    click.echo(FIRST)
    listed, counts = told.listed, found.counts
    between = f"{local(told.since, told.zone)} to {local(found.until, told.zone)} ({told.zone.key})"
    click.echo(f"Account {told.account}, {between}, from {', '.join(told.sources)}")
    received = counts.kept - counts.sent
    parts = [
        f"{counted(counts.kept, 'mail')} ({received} received, {counts.sent} sent)",
        counted(counts.duplicates, "duplicate") if counts.duplicates else "",
        f"{listed.earlier} older" if listed.earlier else "",
        f"{len(counts.broken)} broken" if counts.broken else "",
        f"{len(counts.failed)} that could not be handled" if counts.failed else "",
        f"{len(listed.skipped) + len(told.lost)} skipped" if listed.skipped or told.lost else "",
    ]
    click.echo(", ".join(filter(None, parts)))
    if told.trust:
        click.echo(TRUSTED)
    _troubles("SKIPPED", (*listed.skipped, *told.lost))
    _troubles("COULD NOT BE HANDLED", counts.failed)
    _troubles("BROKEN, READ AS FAR AS POSSIBLE", counts.broken)
    if counts.stops:
        times = counted(counts.stops, "time")
        click.echo(f"\nThe limits stopped the sending {times}; somebody is taken to resume it at the next opening.")


def _troubles(title: str, found: Sequence[Skipped]) -> None:
    if found:
        click.echo(f"\n{title}: {len(found)}")
        _rows(((each.place, each.why) for each in found), ("WHERE", "WHY"), len(found))


def _acknowledged(told: Told, found: Figures) -> None:
    sent = [each for each in found.messages if each.acknowledging.result == SENT]
    click.echo(f"\nACKNOWLEDGED: {len(sent)} of {counted(len(found.messages), 'buyer message')}")
    rows = (
        (
            *_who(each, told.zone),
            local(each.acknowledging.sent_at, told.zone),
            local(each.acknowledging.promise_at, told.zone),
            _reasons(each) + (" (trusted)" if each.trusted else ""),
        )
        for each in sent
    )
    _rows(rows, ("ARRIVED", "STORE", "ORDER", "SUBJECT", "SENT", "PROMISED", "WHY"), len(sent))


def _not_acknowledged(found: Figures) -> None:
    results = found.results
    withheld = results[WITHHELD]
    rest = [f"{results[each]} {RESULTS[each]}" for each in (CANCELLED, HELD, WAITING, REPEAT) if results[each]]
    click.echo(f"\nNOT ACKNOWLEDGED: {withheld}" + (f"; besides {', '.join(rest)}" if rest else ""))
    if found.withheld:
        rows = [(code, number, _sentence(code)) for code, number in found.withheld.most_common()]
        click.echo(table(rows, ("REASON", "MESSAGES", "MEANING")))
        click.echo("A message may have several reasons.")
    unverified = sum(each.acknowledging.only_unverified for each in found.messages)
    if unverified:
        click.echo(
            f"{unverified} would have been acknowledged if verified: nothing but the missing proof of the sender spoke"
            " against it (--trust shows it; `responder check --connect` helps to find authserv_id)."
        )


def _missed(told: Told, found: Figures) -> None:
    click.echo(f"\nDEADLINES MISSED: {len(found.missed)}")
    rows = (
        (
            *_who(each.message, told.zone),
            local(each.message.due_at, told.zone),
            local(each.message.response.answered_at if each.message.response else None, told.zone),
            span(each.by) + (" *" if each.beyond else ""),
            each.messages,
        )
        for each in found.missed
    )
    _rows(rows, ("ARRIVED", "STORE", "ORDER", "SUBJECT", "DUE", "ANSWERED", "LATE BY", "MESSAGES"), len(found.missed))
    beyond = sum(each.beyond for each in found.missed)
    if beyond:
        click.echo(f"* {beyond} fell due after the last mail there is: an answer may only be missing here.")
    unknown = sum(each.response is not None and each.response.unknown for each in found.messages)
    if unknown:
        click.echo(
            f"{counted(unknown, 'message')} answered at an unknown time (marked as answered, no sent copy): left out."
        )


def _warnings(told: Told, found: Figures) -> None:
    click.echo(f"\nWARNINGS: {len(found.warnings)}, in {counted(found.alerts, 'mail')} to you")
    rows = (
        (local(each.at, told.zone), each.kind, *_about(each), local(each.clock_at, told.zone))
        for each in found.warnings
    )
    _rows(rows, ("WHEN", "KIND", "OF A", "STORE", "ORDER", "CLOCK ENDS"), len(found.warnings))


def _about(warned: Warned) -> tuple[object, ...]:
    match warned.about:
        case Message(mail=mail):
            return "message", mail.marketplace, mail.order_id
        case Notice():
            return "notice", warned.about.marketplace, warned.about.order_id
        case None:
            return "message", None, None


def _notices(told: Told, found: Figures) -> None:
    click.echo(f"\nNOTICES FROM AMAZON: {len(found.notices)}")
    of_type: dict[str, list[Notice]] = {}
    for each in found.notices:
        of_type.setdefault(each.notice_type, []).append(each)
    if of_type:
        rows = [
            (kind, len(of), sum(each.due_at is not None for each in of))
            for kind, of in sorted(of_type.items(), key=lambda item: (-len(item[1]), item[0]))
        ]
        click.echo(table(rows, ("TYPE", "NOTICES", "WITH A DEADLINE")))
    due = [each for each in found.notices if each.due_at is not None]
    if due:
        click.echo("")
    rows_ = (
        (
            local(each.received_at, told.zone),
            each.notice_type,
            each.marketplace,
            each.order_id,
            local(each.due_at, told.zone),
        )
        for each in due
    )
    _rows(rows_, ("ARRIVED", "TYPE", "STORE", "ORDER", "DUE"), len(due))


def _rates(told: Told, found: Figures) -> None:
    click.echo(f"\nRESPONSE TIMES, of the days before {local(told.windows_end, told.zone)}")
    rows = [
        (
            store or "all",
            days,
            rate.messages,
            "-" if rate.median is None else span(rate.median),
            "-" if rate.share is None else f"{100 * rate.share:.1f} %",
            rate.unanswered,
            rate.waiting,
            rate.unknown,
        )
        for (store, days), rate in found.rates.items()
    ]
    headers = ("STORE", "DAYS", "MESSAGES", "MEDIAN", "WITHIN 24 H", "UNANSWERED", "WAITING", "TIME UNKNOWN")
    click.echo(table(rows, headers))


def _side(found: Figures) -> Iterator[tuple[str, object]]:
    yield "buyer messages", len(found.messages)
    yield from ((RESULTS[result], found.results[result]) for result in RESULTS)
    yield "would be acknowledged if verified", sum(each.acknowledging.only_unverified for each in found.messages)
    yield "deadlines missed", len(found.missed)
    yield "warnings", len(found.warnings)
    yield "mails to you with them", found.alerts
    yield "notices with a deadline", sum(each.due_at is not None for each in found.notices)
    yield "times the breaker stopped the sending", found.counts.stops


def _rows(rows: Iterable[Sequence[object]], headers: Sequence[str], count: int) -> None:
    shown = list(islice(rows, ROWS))
    if shown:
        click.echo(table(shown, headers))
    if count > ROWS:
        click.echo(f"and {count - ROWS} more (--json shows all)")


def _who(message: Message, zone: ZoneInfo) -> tuple[object, ...]:
    mail = message.mail
    subject = mail.subject if len(mail.subject) <= 30 else f"{mail.subject[:29]}…"
    return local(mail.received_at, zone), mail.marketplace, mail.order_id, subject


def _reasons(message: Message) -> str:
    return ", ".join(
        f"{each['code']}: {each['detail']}" if each["detail"] else each["code"]
        for each in message.acknowledging.reasons
    )


def _short(message: Message, zone: ZoneInfo) -> str:
    said = message.acknowledging
    if said.result == SENT:
        return f"sent {local(said.sent_at, zone)}: {', '.join(sorted(said.codes))}"
    if said.result in (CANCELLED, HELD):
        return f"{RESULTS[said.result]}: {said.why}"
    return ", ".join(sorted(said.codes)) or RESULTS[said.result]


def _sentence(code: str) -> str | None:
    return words(Because(Reason(code))) if code in set(Reason) else None
