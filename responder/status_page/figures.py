"""
What `/metrics` says: figures of the state and of the running process, under names that docs/status-page.md lists.

A counter never goes back: what is counted from rows is counted over rows that are never taken away, and grows with
them; `reconnects` begins at 0 with each start, as Prometheus expects of a process.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import health, outbox, tallies, threads, troubles
from responder.core.deadlines import is_overdue
from responder.core.message import clean
from responder.core.metrics import Rate
from responder.core.threads import Thread
from responder.status_page.exposition import COUNTER, GAUGE, Family, Sample
from responder.status_page.values import Facts, Vitals

UNKNOWN = "unknown"
HELD = ("held", "ambiguous")


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for one scrape."""

    waiting: Sequence[Thread]
    sent: Mapping[str, int]
    states: Mapping[str, int]
    accounts: Sequence[health.AccountHealth]
    troubles: Mapping[str, int]
    digest_at: datetime | None
    tally: tallies.Tally = field(default_factory=tallies.Tally)


def read(conn: Connection, tally: tallies.Tally) -> Found:
    """Return what the state has for a scrape, beside what was counted."""
    return Found(
        waiting=threads.threads(conn, open=True),
        sent=tallies.sent(conn),
        states=outbox.counts(conn),
        accounts=health.health(conn),
        troubles=Counter(str(each.kind) for each in troubles.lasting(conn)),
        digest_at=tallies.last_sent_at(conn, "digest"),
        tally=tally,
    )


def families(found: Found, facts: Facts, vitals: Vitals, rates: Sequence[Rate], now: datetime) -> Iterator[Family]:
    """Yield every family, in a fixed order."""
    yield Family("responder_build_info", GAUGE, "The version that runs.", (Sample(1, {"version": facts.version}),))
    yield from _threads(found.waiting, now)
    yield from _mail(found)
    yield from _mailboxes(found, facts, vitals)
    yield Family(
        "responder_digest_last_sent_timestamp_seconds",
        GAUGE,
        "When the last digest was accepted by the mail server.",
        () if found.digest_at is None else (Sample(found.digest_at.timestamp(), {}),),
    )
    yield Family(
        "responder_troubles",
        GAUGE,
        "What is wrong at present, by kind (docs/alerts.md).",
        _by("kind", found.troubles),
    )
    yield from _rates(rates)


def _threads(waiting: Sequence[Thread], now: datetime) -> Iterator[Family]:
    by_place = Counter((each.account, each.marketplace or UNKNOWN) for each in waiting)
    yield Family(
        "responder_open_threads",
        GAUGE,
        "Threads that wait for a person's answer.",
        tuple(
            Sample(number, {"account": _word(account), "marketplace": _word(place)})
            for (account, place), number in sorted(by_place.items())
        ),
    )
    late = sum(is_overdue(each.answer_by_at, now) for each in waiting)
    yield Family("responder_overdue_threads", GAUGE, "Threads whose deadline has passed.", (Sample(late, {}),))
    due = min((at for each in waiting if (at := each.answer_by_at) is not None), default=None)
    yield Family(
        "responder_next_deadline_timestamp_seconds",
        GAUGE,
        "The earliest deadline of a thread that waits; in the past where it is overdue, absent where nothing waits.",
        () if due is None else (Sample(due.timestamp(), {}),),
    )


def _mail(found: Found) -> Iterator[Family]:
    yield Family(
        "responder_sent_total", COUNTER, "Mails that a mail server accepted, by kind.", _by("kind", found.sent)
    )
    yield Family(
        "responder_suppressed_total",
        COUNTER,
        "Acknowledgements decided against, by each reason (docs/commands.md).",
        _by("reason", found.tally.withheld),
    )
    held = sum(found.states.get(state, 0) for state in HELD)
    yield Family("responder_held_mails", GAUGE, "Mails that wait for a person's decision.", (Sample(held, {}),))
    yield Family(
        "responder_queued_mails", GAUGE, "Mails that wait to be sent.", (Sample(found.states.get("queued", 0), {}),)
    )
    yield Family(
        "responder_parse_failures_total",
        COUNTER,
        "Mails that could be read in part only, or not at all.",
        (Sample(found.tally.unreadable, {}),),
    )


def _mailboxes(found: Found, facts: Facts, vitals: Vitals) -> Iterator[Family]:
    mine = [each for each in found.accounts if each.account in facts.accounts]
    yield Family(
        "responder_imap_last_success_timestamp_seconds",
        GAUGE,
        "When the mailbox was last looked at.",
        tuple(
            Sample(each.imap_last_contact_at.timestamp(), {"account": _word(each.account)})
            for each in mine
            if each.imap_last_contact_at is not None
        ),
    )
    yield Family(
        "responder_imap_reconnects_total",
        COUNTER,
        "Connections to the mailbox that were lost or refused since the daemon's start.",
        tuple(Sample(vitals.reconnects.get(each, 0), {"account": _word(each)}) for each in facts.accounts),
    )


def _rates(rates: Sequence[Rate]) -> Iterator[Family]:
    yield Family(
        "responder_rate",
        GAUGE,
        "A rate, as a share; Amazon's own figure where a fresh report has it (docs/metrics.md).",
        tuple(Sample(each.leads, _of(each)) for each in rates if each.leads is not None),
    )
    yield Family(
        "responder_rate_cap",
        GAUGE,
        "The cap of a rate, as a share; for a share of good ones the least.",
        tuple(Sample(each.rule.cap, _of(each)) for each in rates if each.rule.cap is not None),
    )


def _of(rate: Rate) -> Mapping[str, str]:
    return {
        "account": _word(rate.account),
        "marketplace": _word(rate.marketplace),
        "metric": str(rate.metric),
        "days": str(rate.rule.days),
        "fulfilment": rate.fulfilment or "all",
    }


def _by(label: str, counts: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[Sample, ...]:
    return tuple(Sample(number, {label: _word(each)}) for each, number in sorted(dict(counts).items()))


def _word(text: str) -> str:
    return clean(text, 100)
