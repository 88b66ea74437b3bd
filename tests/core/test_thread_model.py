"""
The thread's table against a list of letters: each message, and each word that settles it, with nothing forgotten.

The table keeps one oldest message and one answer; the list keeps all of them and counts anew after every event.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from responder.core.deadlines import AnswerPolicy
from responder.core.threads import (
    SEEN_LATER,
    Acknowledged,
    AcknowledgementReturned,
    Answered,
    AnsweredVia,
    AnswerReturned,
    Changed,
    Event,
    MessageReceived,
    NoResponseNeeded,
    Thread,
    ThreadState,
    apply,
)

START = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # the night that has an hour twice
DAY = timedelta(hours=24)
POLICY = AnswerPolicy()
DATED = sorted(set(AnsweredVia) - SEEN_LATER)
"""Answers that carry the time at which they were written."""

Word = Answered | NoResponseNeeded


def at(hour: int) -> datetime:
    """Return an instant so many hours after the first message."""
    return START + timedelta(hours=hour)


@dataclass
class Letters:
    """Every message and every word that settles some, in the order in which they became known."""

    messages: list[datetime] = field(default_factory=list)
    words: list[tuple[Word, int]] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Note what became known."""
        match event:
            case MessageReceived():
                self.messages.append(event.at)
            case Answered() | NoResponseNeeded():
                self.words.append((event, len(self.messages)))
            case AnswerReturned():
                self.words = [word for word in self.words if word[0].at != event.at]
            case Acknowledged() | AcknowledgementReturned():
                pass

    def waiting(self) -> list[datetime]:
        """Return the messages that nothing settles."""
        return [
            message
            for number, message in enumerate(self.messages)
            if not any(_settles(word, known, number, message) for word, known in self.words)
        ]

    def lost(self, answer: Answered) -> AnswerReturned:
        """Return the news that an answer came back: what it alone had settled, and the latest one that stands."""
        rest = Letters(self.messages, [word for word in self.words if word[0].at != answer.at])
        standing = [word for word, _ in rest.words if isinstance(word, Answered)]
        uncovered = tuple(sorted(set(rest.waiting()) - set(self.waiting())))
        return AnswerReturned(answer.at, uncovered, max(standing, key=lambda each: each.at, default=None))


def _settles(word: Word, known: int, number: int, message: datetime) -> bool:
    """Return whether a word settles a message: a date says it for every message, a mark for those that were known."""
    if isinstance(word, NoResponseNeeded) or word.via in SEEN_LATER:
        return number < known and message <= word.at
    return message <= word.at


BLANK = Thread(
    id=1,
    account="main",
    marketplace="amazon.de",
    order_id="302-1234567-1234567",
    case_id=None,
    buyer_alias="abc0synthetic00@marketplace.amazon.de",
    buyer_name="Synthetic Buyer",
    subject="Where is it?",
    language="de",
)

hours = st.integers(0, 30)
messages = hours.map(lambda hour: MessageReceived(at(hour)))
dated = st.builds(lambda hour, via: Answered(at(hour), via), hours, st.sampled_from(DATED))
undated = st.builds(lambda hour, via: Answered(at(hour), via), hours, st.sampled_from(sorted(SEEN_LATER)))
marks = hours.map(lambda hour: NoResponseNeeded(at(hour)))
promises = hours.map(lambda hour: Acknowledged(at(hour), at(40)))
broken = hours.map(lambda hour: AcknowledgementReturned(at(hour)))
returns = st.just("returned")  # of an answer that was given; which one is drawn when it is known


def after(happened: list[Event | str], first: int = 0) -> tuple[Thread, Letters]:
    """Return the thread and the letters after a first message and all of these events."""
    thread, letters = BLANK, Letters()
    for happening in [MessageReceived(at(first)), *happened]:
        event = _news(happening, letters)
        if event is None:
            continue
        letters.add(event)
        outcome = apply(thread, event, message_times=list(letters.messages), policy=POLICY)
        thread = outcome.thread if isinstance(outcome, Changed) else thread
        _consistent(thread, letters)
    return thread, letters


def _news(happening: Event | str, letters: Letters) -> Event | None:
    if not isinstance(happening, str):
        return happening
    given_answers = [word for word, _ in letters.words if isinstance(word, Answered) and word.via not in SEEN_LATER]
    return letters.lost(given_answers[-1]) if given_answers else None


def _consistent(thread: Thread, letters: Letters) -> None:
    """Hold what is true of every thread at every moment."""
    assert (thread.due_at is None) == (thread.state is not ThreadState.OPEN)
    assert (thread.received_at is None) == (thread.state is not ThreadState.OPEN)
    assert thread.received_at is None or thread.received_at in letters.messages
    assert thread.received_at is None or thread.due_at == thread.received_at + DAY
    assert thread.messages == len(letters.messages)
    assert thread.last_message_at == max(letters.messages)


@settings(deadline=None)
@given(happened=st.lists(messages | dated | promises | broken, max_size=14), first=hours)
@example(happened=[Answered(at(2), AnsweredVia.SENT_FOLDER), MessageReceived(at(3)), MessageReceived(at(1))], first=0)
def test_the_clock_is_that_of_the_oldest_message_without_an_answer(happened: list[Event | str], first: int) -> None:
    """Answers with a date, heard of in any order: after each event the thread waits for exactly what is unanswered."""
    for length in range(len(happened) + 1):
        thread, letters = after(happened[:length], first)
        assert thread.received_at == min(letters.waiting(), default=None)


@settings(deadline=None)
@given(happened=st.lists(messages | dated | returns, max_size=14), first=hours)
def test_it_is_so_when_answers_come_back_too(happened: list[Event | str], first: int) -> None:
    """An answer that did not reach the buyer settles nothing any more; the others still do."""
    thread, letters = after(happened, first)
    assert thread.received_at == min(letters.waiting(), default=None)


@settings(deadline=None)
@given(happened=st.lists(messages | dated | undated | marks | promises | broken, max_size=14), first=hours)
def test_no_message_that_waits_is_ever_hidden(happened: list[Event | str], first: int) -> None:
    """Flags, commands and marks as well: the thread is open, and due no later than its oldest waiting message."""
    thread, letters = after(happened, first)
    oldest = min(letters.waiting(), default=None)
    if oldest is not None:
        assert thread.state is ThreadState.OPEN
        assert thread.due_at is not None
        assert thread.due_at <= oldest + DAY


@settings(deadline=None)
@given(happened=st.lists(messages | dated | undated | marks, max_size=14))
def test_known_in_order_nothing_waits_that_was_settled(happened: list[Event]) -> None:
    """Where all becomes known in the order in which it happened, the thread is open for what waits, and no more."""
    ordered = sorted(happened, key=lambda event: event.at)
    thread, letters = after([*ordered])
    assert thread.received_at == min(letters.waiting(), default=None)


@settings(deadline=None)
@given(happened=st.lists(messages | dated | undated | marks | promises, max_size=14), word=dated | undated | marks)
@example(
    happened=[MessageReceived(at(2)), Answered(at(2), AnsweredVia.SENT_FOLDER), MessageReceived(at(5))],
    word=NoResponseNeeded(at(1)),
)
def test_a_persons_word_never_makes_a_settled_message_wait(happened: list[Event | str], word: Event) -> None:
    """An answer or a mark, however old, moves the clock to a later message or stops it; it turns nothing back."""
    before, _ = after(happened)
    now, _ = after([*happened, word])
    if before.received_at is None:
        assert now.received_at is None
    else:
        assert now.received_at is None or now.received_at >= before.received_at
