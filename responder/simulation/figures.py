"""
What a replay came to, read out of its throw-away state: each buyer's message, each notice, and the figures.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from responder.adapters.store import notices, ours, replayed, threads
from responder.adapters.store.replayed import BuyerMessage, Decided, Fired
from responder.core.acknowledge import Reason
from responder.core.alarms import PROMISES
from responder.core.deadlines import message_due_at
from responder.core.response_times import Asked, Rate, Response, Wait, rate, responses, waits
from responder.core.threads import ThreadState
from responder.simulation.replay import Counts, Replay

WINDOWS = (7, 30, 90)
SENT, HELD, WAITING, CANCELLED, WITHHELD, REPEAT = "sent", "held", "waiting", "cancelled", "withheld", "repeat"
_OF_STATE = {"sent": SENT, "held": HELD, "queued": WAITING, "cancelled": CANCELLED, "refused": SENT}
_BEST_FIRST = (SENT, HELD, WAITING, CANCELLED, WITHHELD, REPEAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledging:
    """What was decided about acknowledging a message, and what came of it; `why` is why it did not leave after all."""

    result: str
    reasons: tuple[Mapping[str, str], ...] = ()
    sent_at: datetime | None = None
    promise_at: datetime | None = None
    why: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its reasons."""
        return frozenset(reason["code"] for reason in self.reasons)

    @property
    def only_unverified(self) -> bool:
        """Whether it was withheld for the sole reason that nothing proved the sender."""
        return self.result == WITHHELD and self.codes == {str(Reason.NOT_VERIFIED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A buyer's message and everything that followed; `trusted`: nothing but --trust proved its sender."""

    mail: BuyerMessage
    acknowledging: Acknowledging
    due_at: datetime
    response: Response | None
    missed_by: timedelta | None
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning as it would have come, about the message whose clock it was, or the notice; `clock_at` is its end."""

    kind: str
    at: datetime
    about: Message | notices.Notice | None
    clock_at: datetime | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A deadline that was missed: the oldest message it was about, how many waited, and by how much."""

    message: Message
    messages: int
    by: timedelta
    beyond: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything a replay came to; `last_at` is the last mail's arrival."""

    until: datetime
    last_at: datetime | None
    counts: Counts
    messages: tuple[Message, ...]
    missed: tuple[Missed, ...]
    notices: tuple[notices.Notice, ...]
    warnings: tuple[Warned, ...]
    alerts: int
    rates: Mapping[tuple[str | None, int], Rate] = field(default_factory=dict)

    @property
    def results(self) -> Counter[str]:
        """How many messages were acknowledged, cancelled, withheld and so on."""
        return Counter(each.acknowledging.result for each in self.messages)

    @property
    def withheld(self) -> Counter[str]:
        """How many messages each reason speaks against; a message may have several."""
        return Counter(
            code
            for each in self.messages
            if each.acknowledging.result == WITHHELD
            for code in sorted(each.acknowledging.codes)
        )


def figures(conn: Connection, replay: Replay, last_at: datetime | None, windows_end: datetime) -> Figures:
    """Return what the replay came to; mail is complete until `windows_end`, and the rates are of the days before it."""
    found = _Found(conn, replay)
    messages, missed = found.messages(windows_end)
    answered = [each.response for each in messages if each.response is not None]
    of_store: dict[str | None, list[Response]] = defaultdict(list)
    for each in messages:
        if each.response is not None:
            of_store[each.mail.marketplace or "unknown"].append(each.response)
    of_store = {None: answered, **dict(sorted(of_store.items(), key=lambda item: str(item[0])))}
    rates = {
        (store, days): rate(of, windows_end - timedelta(days=days), windows_end)
        for store, of in of_store.items()
        for days in WINDOWS
    }
    told = tuple(sorted(notices.notices(conn), key=lambda each: (each.received_at, each.id)))
    return Figures(
        until=replay.now,
        last_at=last_at,
        counts=replay.counts,
        messages=messages,
        missed=missed,
        notices=told,
        warnings=_warnings(replayed.fired(conn), messages, told),
        alerts=replayed.alerts(conn),
        rates=rates,
    )


class _Found:
    """One reading of the state."""

    def __init__(self, conn: Connection, replay: Replay) -> None:
        self._conn = conn
        self._replay = replay
        self._outbox = replayed.outbox_results(conn)
        self._decided: dict[int, list[Decided]] = defaultdict(list)
        for each in replayed.acknowledging(conn):
            self._decided[each.mail_id].append(each)

    def messages(self, complete_until: datetime) -> tuple[tuple[Message, ...], tuple[Missed, ...]]:
        """Return the messages in the order of arrival, and the missed deadlines."""
        mails = replayed.buyer_messages(self._conn)
        acknowledging = {mail.id: self._acknowledging(mail) for mail in mails}
        of_thread: dict[int, list[BuyerMessage]] = defaultdict(list)
        for mail in mails:
            if mail.thread_id is not None and mail.repeat_of is None and mail.authentic != "fail":
                of_thread[mail.thread_id].append(mail)
        known: dict[int, Message] = {}
        missed: list[Missed] = []
        for thread_id, written in of_thread.items():
            missed += self._waited(thread_id, written, acknowledging, complete_until, known)
        rest = (mail for mail in mails if mail.id not in known)
        known |= {mail.id: self._message(mail, acknowledging[mail.id], self._due(mail), None, None) for mail in rest}
        ordered = tuple(known[mail.id] for mail in mails)
        return ordered, tuple(sorted(missed, key=lambda each: each.message.mail.received_at))

    def _waited(
        self,
        thread_id: int,
        written: Sequence[BuyerMessage],
        acknowledging: Mapping[int, Acknowledging],
        complete_until: datetime,
        known: dict[int, Message],
    ) -> list[Missed]:
        thread = threads.thread(self._conn, thread_id)
        written = sorted(written, key=lambda mail: (mail.received_at, mail.uid))
        dues = [self._due(mail, acknowledging[mail.id]) for mail in written]
        asked = [
            Asked(mail.received_at, due, marked=mail.id in self._replay.counts.marked)
            for mail, due in zip(written, dues, strict=True)
        ]
        found = responses(asked, (at for _, at in ours.standing_answers(self._conn, thread_id)))
        needless = thread is not None and thread.state is ThreadState.NO_RESPONSE_NEEDED
        missed: list[Missed] = []
        place = 0
        for wait in waits(found):
            group = range(place, place + wait.messages)
            place += wait.messages
            out = needless and wait.first.answered_at is None
            late = None if out else wait.late_by(self._replay.now)
            for each in group:
                mail = written[each]
                response = None if out else found[each]
                by = late if each == group[0] else None
                known[mail.id] = self._message(mail, acknowledging[mail.id], dues[each], response, by)
            if late is not None:
                missed.append(self._missed(known[written[group[0]].id], wait, late, complete_until))
        return missed

    def _missed(self, first: Message, wait: Wait, late: timedelta, complete_until: datetime) -> Missed:
        beyond = wait.first.answered_at is None and first.due_at > complete_until
        return Missed(first, wait.messages, late, beyond)

    def _message(
        self,
        mail: BuyerMessage,
        acknowledging: Acknowledging,
        due_at: datetime,
        response: Response | None,
        missed_by: timedelta | None,
    ) -> Message:
        return Message(
            mail=mail,
            acknowledging=acknowledging,
            due_at=due_at,
            response=response,
            missed_by=missed_by,
            trusted=mail.id in self._replay.counts.trusted,
        )

    def _due(self, mail: BuyerMessage, acknowledging: Acknowledging | None = None) -> datetime:
        policy = self._replay.life.judge.answer
        promised = acknowledging.promise_at if acknowledging and acknowledging.result == SENT else None
        return promised if policy.acknowledgement_counts and promised else message_due_at(mail.received_at, policy)

    def _acknowledging(self, mail: BuyerMessage) -> Acknowledging:
        if mail.repeat_of is not None:
            return Acknowledging(result=REPEAT)
        found = [self._came_of(each) for each in self._decided[mail.id]]
        return min(found, key=lambda each: _BEST_FIRST.index(each.result), default=Acknowledging(result=WITHHELD))

    def _came_of(self, decided: Decided) -> Acknowledging:
        row = self._outbox.get(decided.outbox_id) if decided.outbox_id is not None else None
        if row is None:
            return Acknowledging(result=WITHHELD, reasons=decided.reasons)
        state, sent_at, reason, payload = row
        return Acknowledging(
            result=_OF_STATE.get(state, WAITING),
            reasons=decided.reasons,
            sent_at=sent_at,
            promise_at=_instant(payload.get("promise_at")),
            why=reason,
        )


def _warnings(rang: Sequence[Fired], messages: Sequence[Message], told: Sequence[notices.Notice]) -> tuple[Warned, ...]:
    of_thread: dict[int | None, list[Message]] = defaultdict(list)
    for message in messages:
        of_thread[message.mail.thread_id].append(message)
    of_id = {notice.id: notice for notice in told}
    return tuple(
        _of_notice(each, of_id.get(each.notice_id))
        if each.notice_id is not None
        else _of_thread(each, of_thread[each.thread_id])
        for each in rang
    )


def _of_notice(fired: Fired, notice: notices.Notice | None) -> Warned:
    return Warned(kind=fired.kind, at=fired.fired_at, about=notice, clock_at=notice.due_at if notice else None)


def _of_thread(fired: Fired, written: Sequence[Message]) -> Warned:
    """The clock of a thread is that of its oldest message that waited then."""
    waited = [
        each
        for each in written
        if each.mail.received_at < fired.fired_at and each.response is not None and _waited(each.response, fired)
    ]
    about = waited[0] if waited else None
    clock_at = None
    if about is not None:
        clock_at = about.acknowledging.promise_at if fired.kind in PROMISES else about.due_at
    return Warned(kind=fired.kind, at=fired.fired_at, about=about, clock_at=clock_at)


def _waited(response: Response, fired: Fired) -> bool:
    """Return whether a message waited; of one answered at an unknown time that is what the clock had to take it for."""
    return response.answered_at is None or response.answered_at >= fired.fired_at


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
