"""
What `responder simulate` prints: tables for people, objects for scripts, and where two configurations differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import click

from responder.adapters.store.notices import Notice
from responder.cli.session import echo_json, local, table
from responder.core.acknowledge import Because, Reason, words
from responder.core.response_times import Rate
from responder.core.wording import counted, span
from responder.simulation import Figures, Listed, Message, Skipped
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was replayed: whose mail, from where, since when, and through which configurations."""

    account: str
    since: datetime
    zone: ZoneInfo
    sources: tuple[str, ...]
    listed: Listed
    lost: tuple[Skipped, ...]
    windows_end: datetime
    trust: bool
    names: tuple[str, ...]


def print_text(told: Told, found: Figures) -> None:
    """Print everything as tables."""
    _head(told, found)
    _acknowledged(told, found)
    _not_acknowledged(found)
    _missed(told, found)
    _warnings(told, found)
    _notices(told, found)
    _rates(told, found)
    click.echo(f"\n{LAST}")


def print_text_differences(told: Told, one: Figures, other: Figures) -> None:
    """Print the decisions that differ, and the figures side by side."""
    _head(told, one)
    differing = list(_differences(one, other))
    click.echo(f"\nDECISIONS THAT DIFFER: {len(differing)} of {counted(len(one.messages), 'buyer message')}")
    click.echo(f"this:  {told.names[0]}\nother: {told.names[1]}\n" if differing else "Both decide the same.")
    rows = ((*_who(this, told.zone), _short(this, told.zone), _short(that, told.zone)) for this, that in differing)
    _rows(rows, ("ARRIVED", "STORE", "ORDER", "SUBJECT", "THIS", "OTHER"), len(differing))
    click.echo("\nFIGURES SIDE BY SIDE\n")
    pairs = zip(_side(one), _side(other), strict=True)
    click.echo(table(((name, a, b) for (name, a), (_, b) in pairs), ("", "THIS", "OTHER")))
    click.echo(f"\n{LAST}")


def print_json(told: Told, found: Figures) -> None:
    """Print an object for each message and each notice, and the summary."""
    warned = _warned_at(found)
    for message in found.messages:
        echo_json({"message": _message(message, warned.get(("message", message.mail.id), []))})
    for notice in found.notices:
        echo_json({"notice": _notice(notice, warned.get(("notice", notice.id), []))})
    echo_json({"summary": _summary(told, found)})


def print_json_differences(told: Told, one: Figures, other: Figures) -> None:
    """Print an object for each decision that differs, and both summaries."""
    differing = list(_differences(one, other))
    for this, that in differing:
        known = {**_known(this), "this": _acknowledge(this), "other": _acknowledge(that)}
        echo_json({"difference": known})
    both = {"this": _summary(told, one), "other": _summary(told, other), "differences": len(differing)}
    echo_json({"summary": {**both, "configurations": list(told.names)}})


# Text


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


# JSON


def _differences(one: Figures, other: Figures) -> Iterator[tuple[Message, Message]]:
    """Yield each message about which the two decided differently: whether, when, or with which promise."""
    those = {each.mail.uid: each for each in other.messages}
    for this in one.messages:
        that = those.get(this.mail.uid)
        if that is not None and _decided(this) != _decided(that):
            yield this, that


def _decided(message: Message) -> tuple[object, ...]:
    said = message.acknowledging
    silent = said.result in (WITHHELD, REPEAT)
    return (None,) if silent else (said.result, said.sent_at, said.promise_at)


def _warned_at(found: Figures) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return the warnings about each message and notice."""
    of: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for each in found.warnings:
        said = {"kind": each.kind, "at": each.at, "clock_at": each.clock_at}
        match each.about:
            case Message(mail=mail):
                of.setdefault(("message", mail.id), []).append(said)
            case Notice(id=notice_id):
                of.setdefault(("notice", notice_id), []).append(said)
            case None:
                pass
    return of


def _known(message: Message) -> dict[str, Any]:
    mail = message.mail
    return {
        "received_at": mail.received_at,
        "marketplace": mail.marketplace,
        "order_id": mail.order_id,
        "buyer_name": mail.buyer_name,
        "subject": mail.subject,
        "thread": mail.thread_id,
    }


def _acknowledge(message: Message) -> dict[str, Any]:
    said = message.acknowledging
    return {
        "send": said.result == SENT,
        "result": said.result,
        "sent_at": said.sent_at,
        "promise_at": said.promise_at,
        "reasons": [{"code": each["code"], "detail": each["detail"]} for each in said.reasons],
        "why": said.why if said.result in (CANCELLED, HELD) else None,
        "only_unverified": said.only_unverified,
    }


def _message(message: Message, warned: list[dict[str, Any]]) -> dict[str, Any]:
    response = message.response
    answered_at = response.answered_at if response else None
    took = response.took if response else None
    return {
        **_known(message),
        "authentic": message.mail.authentic,
        "trusted": message.trusted,
        "acknowledge": _acknowledge(message),
        "due_at": message.due_at,
        "answered_at": answered_at,
        "answer_time_unknown": response.unknown if response else False,
        "response_hours": None if took is None else _hours(took),
        "missed_by_hours": None if message.missed_by is None else _hours(message.missed_by),
        "warnings": warned,
    }


def _notice(notice: Notice, warned: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "received_at": notice.received_at,
        "notice_type": notice.notice_type,
        "marketplace": notice.marketplace,
        "order_id": notice.order_id,
        "subject": notice.subject,
        "due_at": notice.due_at,
        "warnings": warned,
    }


def _summary(told: Told, found: Figures) -> dict[str, Any]:
    counts, listed, results = found.counts, told.listed, found.results
    return {
        "sent": 0,
        "stored": 0,
        "account": told.account,
        "sources": list(told.sources),
        "since": told.since,
        "until": found.until,
        "last_mail_at": found.last_at,
        "trusted": told.trust,
        "mails": {
            "kept": counts.kept,
            "from_sent_folder": counts.sent,
            "duplicates": counts.duplicates,
            "earlier": listed.earlier,
            "skipped": [_skipped(each) for each in (*listed.skipped, *told.lost)],
            "failed": [_skipped(each) for each in counts.failed],
            "broken": [_skipped(each) for each in counts.broken],
        },
        "messages": len(found.messages),
        "acknowledged": results[SENT],
        "cancelled": results[CANCELLED],
        "held": results[HELD],
        "waiting": results[WAITING],
        "repeats": results[REPEAT],
        "withheld": results[WITHHELD],
        "withheld_reasons": dict(sorted(found.withheld.items())),
        "only_unverified": sum(each.acknowledging.only_unverified for each in found.messages),
        "breaker_stops": counts.stops,
        "deadlines_missed": len(found.missed),
        "missed_beyond_last_mail": sum(each.beyond for each in found.missed),
        "answer_time_unknown": sum(each.response is not None and each.response.unknown for each in found.messages),
        "warnings": len(found.warnings),
        "alerts": found.alerts,
        "notices": len(found.notices),
        "response_times_until": told.windows_end,
        "response_times": [_rate(store, days, rate) for (store, days), rate in found.rates.items()],
    }


def _rate(store: str | None, days: int, rate: Rate) -> dict[str, Any]:
    return {
        "marketplace": store,
        "days": days,
        "messages": rate.messages,
        "answered": rate.answered,
        "median_hours": None if rate.median is None else _hours(rate.median),
        "within_24h": rate.share,
        "unanswered": rate.unanswered,
        "waiting": rate.waiting,
        "time_unknown": rate.unknown,
    }


def _skipped(each: Skipped) -> dict[str, str]:
    return {"place": each.place, "why": each.why}


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 2)
