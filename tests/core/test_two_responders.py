"""
Two responders wired to each other through a relay: compose, parse, classify, decide, and what each remembers.

The relay writes From, To and Message-ID anew, vouches for the mail and marks it as a buyer's: the most that can go
wrong at once. No single header carries the protection, and where all of them are lost the memory limits do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail import builders

from responder.adapters.catalogue import load
from responder.core import compose
from responder.core.acknowledge import SAME_TEXT_LIMIT, Acknowledge, AcknowledgePolicy, Facts, decide
from responder.core.breaker import Left, Limits, Stopped, trip, why
from responder.core.calendars import Calendar, WorkingHours
from responder.core.classify import OwnAddresses, classify
from responder.core.matching import text_key
from responder.core.message import parse

CATALOGUE = load()
CALENDAR = Calendar(WorkingHours(ZoneInfo("Europe/Paris"), dict.fromkeys(range(5), ((time(9), time(18)),))), {})
POLICY = AcknowledgePolicy(languages=frozenset({"en", "fr"}))
LIMITS = Limits()
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
MARKS = ("auto-submitted", "x-auto-response-suppress", "x-responder-instance", "precedence")
QUOTE = "Le samedi 28 novembre 2026, vous avez écrit :"
HEADERS = (
    *("Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "X-Responder-Instance", "Precedence", "Content-Language"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
)


@dataclass
class Responder:
    """One installation with its memory; `alias` is how the relay shows it to the other side."""

    address: str
    alias: str
    periods: dict[str, set[str]] = field(default_factory=dict)
    writers: dict[str, set[str]] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)
    log: list[tuple[datetime, str]] = field(default_factory=list)
    stopped: Stopped | None = None

    def receive(self, raw: bytes, now: datetime) -> bytes | None:
        """Return the acknowledgement of a mail, or nothing."""
        message = parse(raw)
        found = classify(message, CATALOGUE, OwnAddresses(frozenset({self.address})), "mx.example.com")
        alias = found.buyer_alias or ""
        writers = self.writers.setdefault(text_key(found.text) or message.dedup_key, set())
        facts = Facts(
            kind=found.kind,
            authentic=found.verdict.authentic,
            automatic=found.automatic,
            own=found.own,
            addressed_to_us=any(address.spec == self.address for address in message.to),
            message_id=message.message_id,
            received_at=now,
            language=found.language,
            marketplace=found.marketplace.name if found.marketplace else None,
            acknowledged_periods=frozenset(self.periods.get(alias, ())),
            same_text_from_others=len(writers - {alias}),
            sent_to_buyer_today=sum(name == alias for _, name in self.log),
            sending_stopped=why(self.stopped) if self.stopped else None,
        )
        writers.add(alias)
        decision = decide(facts, CALENDAR, POLICY, now)
        if not isinstance(decision, Acknowledge):
            return None
        self.stopped = trip([Left(at, name) for at, name in self.log], LIMITS, now)
        if self.stopped:
            return None
        self.periods.setdefault(alias, set()).add(decision.period)
        self.log.append((now, alias))
        key = f"{alias}:{decision.period}"
        self.sent.append(
            compose.finished(
                compose.Outgoing(
                    kind=compose.ACKNOWLEDGEMENT,
                    to=found.buyer_address or "",
                    from_=self.address,
                    from_name="Maison Exemple",
                    subject=compose.reply_subject(message.subject),
                    body=compose.with_quote("Nous vous répondrons lundi.\n", QUOTE, found.text or ""),
                    message_id=compose.message_id(self.address.encode(), key, self.address.rpartition("@")[2]),
                    date_at=decision.send_at,
                    instance=self.alias,
                    in_reply_to=message.message_id,
                    references=message.references,
                    language="fr",
                )
            )
        )
        return self.sent[-1]


def pair() -> tuple[Responder, Responder]:
    """Return two installations that know nothing of each other."""
    return Responder("service@example.com", "aaaaaaaa1"), Responder("laden@example.org", "bbbbbbbb2")


def relayed(raw: bytes, alias: str, to: str, key: int, dropped: frozenset[str]) -> bytes:
    """Return our mail as the relay hands it on: as a genuine buyer's message, without the headers it dropped."""
    head, _, body = raw.partition(b"\r\n\r\n")
    own = {
        "authentication-results": "mx.example.com; dmarc=pass header.from=marketplace.amazon.fr",
        "from": f'"Camille" <{alias}@marketplace.amazon.fr>',
        "to": to,
        "message-id": f"<0102-{key}-000000@eu-west-1.amazonses.com>",
        "x-space-notification-type": "BBC_MESSAGE_SENT_TO_MERCHANT",
        "x-marketplace-id": builders.STORES["amazon.fr"][0],
    }
    kept = [
        field
        for field in re.split(rb"\r\n(?![ \t])", head)
        if field.partition(b":")[0].decode().lower() not in {*own, *dropped}
    ]
    written = [f"{name}: {value}".encode() for name, value in own.items() if name not in dropped]
    return b"\r\n".join([*written, *kept]) + b"\r\n\r\n" + body


def converse(
    first: Responder,
    second: Responder,
    dropped: frozenset[str],
    rounds: int = 100,
    alias: Callable[..., str] | None = None,
) -> int:
    """Let a person write to the first one and carry every mail on; return how many acknowledgements there were."""
    name = alias or (lambda responder, _: responder.alias)
    now, receiver, sender = SATURDAY, first, second
    raw = builders.buyer_message(alias=second.alias, to=first.address, sent_at=now)
    for turn in range(rounds):
        answer = receiver.receive(raw, now)
        if answer is None:
            return turn
        receiver, sender, now = sender, receiver, now + timedelta(seconds=10)
        raw = relayed(answer, name(sender, turn), receiver.address, turn, dropped)
    return rounds


@pytest.mark.parametrize("dropped", ["nothing", *HEADERS])
def test_no_single_header_carries_the_protection(dropped: str) -> None:
    """Whichever one header the relay loses, the first acknowledgement is the only mail."""
    first, second = pair()
    assert converse(first, second, frozenset({dropped.lower()})) == 1
    assert (len(first.sent), len(second.sent)) == (1, 0)


def test_every_header_of_ours_was_dropped_once() -> None:
    """A header added later joins the test above."""
    first, second = pair()
    converse(first, second, frozenset())
    assert tuple(name for name in HEADERS if name.lower() in dict(parse(first.sent[0]).headers)) == HEADERS
    assert {name for name, _ in parse(first.sent[0]).headers} == {name.lower() for name in HEADERS}


@given(st.sets(st.sampled_from([name.lower() for name in HEADERS])))
def test_each_sends_at_most_one_mail_whatever_is_lost(dropped: set[str]) -> None:
    """One mark left: the other side is silent. None left: it answers once, and its memory ends it there."""
    first, second = pair()
    sent = converse(first, second, frozenset(dropped))
    assert (len(first.sent), len(second.sent)) in ((1, 0), (1, 1))
    assert sent == 1 or set(MARKS) <= dropped


def test_without_any_mark_the_memory_ends_it() -> None:
    """The other side takes our mail for a buyer's and answers; its answer belongs to a closed time we acknowledged."""
    first, second = pair()
    assert converse(first, second, frozenset(MARKS)) == 2
    assert (len(first.sent), len(second.sent)) == (1, 1)


def test_a_relay_that_loses_all_marks_and_changes_the_address_is_stopped_by_the_same_text() -> None:
    """Every answer comes from a new buyer, so no buyer's limit holds; the text does not change, and that ends it."""
    first, second = pair()
    converse(first, second, frozenset(MARKS), rounds=1000, alias=lambda _, turn: f"rotating{turn:04d}")
    assert 1 < len(first.sent) <= SAME_TEXT_LIMIT + 1
    assert 1 < len(second.sent) <= SAME_TEXT_LIMIT + 1


def robot(text: str, alias: str, turn: int) -> bytes:
    """Return the answer of a machine that does not say it is one."""
    return builders.buyer_message(text=text, alias=alias, message_id=f"<robot-{turn}@example.net>", sent_at=SATURDAY)


def test_an_unmarked_robot_gets_one_answer() -> None:
    """A hundred answers from one address within one closed time: one acknowledgement."""
    first, _ = pair()
    for turn in range(100):
        first.receive(robot("Thank you for your mail.", "robotrobot1", turn), SATURDAY + timedelta(seconds=turn))
    assert len(first.sent) == 1


def test_an_unmarked_robot_with_many_addresses_gets_three() -> None:
    """FreeScout looped on a robot that wrote the same words from a new address each time."""
    first, _ = pair()
    for turn in range(100):
        first.receive(robot("Thank you for your mail.", f"robot{turn:08d}", turn), SATURDAY + timedelta(seconds=turn))
    assert len(first.sent) == SAME_TEXT_LIMIT


@pytest.mark.parametrize(
    ("mails", "every", "limit"),
    [(200, timedelta(seconds=1), LIMITS.per_hour), (700, timedelta(minutes=2), LIMITS.per_day)],
    ids=["within an hour", "within a day"],
)
def test_a_flood_of_different_words_from_many_addresses_ends_at_the_caps(
    mails: int, every: timedelta, limit: int
) -> None:
    """Nothing tells these from buyers; the last guard is a number, for the hour and for the day, that stops it all."""
    first, _ = pair()
    for turn in range(mails):
        first.receive(robot(f"Your ticket {turn} was opened.", f"robot{turn:08d}", turn), SATURDAY + turn * every)
    assert len(first.sent) == limit
    first.receive(robot("A day later.", "robotxxxxxxxx", mails), SATURDAY + timedelta(hours=23))
    assert len(first.sent) == limit
