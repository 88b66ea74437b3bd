"""
What `responder simulate --json` prints: one object a line, the summary last.
"""

from datetime import timedelta
from typing import Any

from responder.adapters.store.notices import Notice
from responder.cli.session import echo_json
from responder.cli.simulated import Told, differences
from responder.core.response_times import Rate
from responder.simulation import Figures, Message, Skipped
from responder.simulation.figures import CANCELLED, HELD, REPEAT, SENT, WAITING, WITHHELD


def show(told: Told, found: Figures) -> None:
    """Print an object for each message and each notice, and the summary."""
    warned = _warned_at(found)
    for message in found.messages:
        echo_json({"message": _message(message, warned.get(("message", message.mail.id), []))})
    for notice in found.notices:
        echo_json({"notice": _notice(notice, warned.get(("notice", notice.id), []))})
    echo_json({"summary": _summary(told, found)})


def show_differences(told: Told, one: Figures, other: Figures) -> None:
    """Print an object for each decision that differs, and both summaries."""
    differing = list(differences(one, other))
    for this, that in differing:
        known = {**_known(this), "this": _acknowledge(this), "other": _acknowledge(that)}
        echo_json({"difference": known})
    both = {"this": _summary(told, one), "other": _summary(told, other), "differences": len(differing)}
    echo_json({"summary": {**both, "configurations": list(told.names)}})


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
