"""The life of a thread: a table of every state and event, and what must hold after any story."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.deadlines import AnswerPolicy
from responder.core.thread_diagram import EVENTS, PHASES, markdown, mermaid
from responder.core.threads import (
    TABLE,
    Acknowledged,
    AcknowledgementReturned,
    Answered,
    AnsweredVia,
    AnswerReturned,
    Cell,
    Changed,
    Event,
    MessageReceived,
    NoResponseNeeded,
    Phase,
    Thread,
    ThreadState,
    Unchanged,
    UndeclaredArrowError,
    apply,
    phase,
)

SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
POLICY = AnswerPolicy()
COUNTS = AnswerPolicy(acknowledgement_counts=True)
DAY = timedelta(hours=24)
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


def at(hours: float) -> datetime:
    """Return an instant so many hours after the first message."""
    return SATURDAY + timedelta(hours=hours)


def received(hours: float) -> MessageReceived:
    """Return a buyer's message."""
    return MessageReceived(at(hours))


def answered(hours: float, via: AnsweredVia = AnsweredVia.SENT_FOLDER) -> Answered:
    """Return a person's answer."""
    return Answered(at(hours), via)


def acknowledged(hours: float) -> Acknowledged:
    """Return our acknowledgement, naming Monday."""
    return Acknowledged(at(hours), MONDAY)


def returned(hours: float, *uncovered: float, last: float | None = None) -> AnswerReturned:
    """Return an answer that came back, the messages only it had answered, and the latest answer that stands."""
    stands = None if last is None else answered(last)
    return AnswerReturned(at(hours), tuple(map(at, uncovered)), stands)


def story(*events: Event, policy: AnswerPolicy = POLICY, thread: Thread = BLANK) -> Thread:
    """Return the thread after these events, one after the other, as the store would replay them."""
    times: list[datetime] = []
    for event in events:
        if isinstance(event, MessageReceived):
            times.append(event.at)
        outcome = apply(thread, event, message_times=times, policy=policy)
        thread = outcome.thread if isinstance(outcome, Changed) else thread
    return thread


OPEN, ANSWERED, MARKED = ThreadState
STORIES: dict[str, tuple[tuple[Event, ...], ThreadState, datetime | None]] = {
    "a message opens": ((received(0),), OPEN, at(24)),
    "the oldest message keeps the clock": ((received(0), received(5)), OPEN, at(24)),
    "an older message fetched later has the earlier clock": ((received(5), received(0)), OPEN, at(24)),
    "an acknowledgement stops nothing": ((received(0), acknowledged(0.1)), OPEN, at(24)),
    "an answer closes": ((received(0), answered(3)), ANSWERED, None),
    "an answer at the very instant closes": ((received(0), answered(0)), ANSWERED, None),
    "an answer before the message closes nothing": ((received(0), answered(-1)), OPEN, at(24)),
    "an answer closes what came before it only": ((received(0), received(5), answered(3)), OPEN, at(29)),
    "an answer closes all before it": ((received(0), received(2), answered(3)), ANSWERED, None),
    "a message after the answer reopens": ((received(0), answered(3), received(5)), OPEN, at(29)),
    "a message older than the answer stays answered": ((received(0), answered(3), received(2)), ANSWERED, None),
    "an older message in a reopened thread is answered": (
        (received(0), answered(3), received(5), received(2)),
        OPEN,
        at(29),
    ),
    "a later answer than known closes again": ((received(0), answered(3), received(5), answered(6)), ANSWERED, None),
    "an early answer found late closes nothing new": (
        (received(0), answered(3), received(5), answered(4)),
        OPEN,
        at(29),
    ),
    "an answer found twice is one": ((received(0), answered(3), answered(3)), ANSWERED, None),
    "an acknowledgement after the answer promises nothing": (
        (received(0), answered(3), acknowledged(3.1)),
        ANSWERED,
        None,
    ),
    "a mark stops the clock": ((received(0), NoResponseNeeded(at(1))), MARKED, None),
    "a mark leaves a later message": ((received(0), received(5), NoResponseNeeded(at(1))), OPEN, at(29)),
    "a mark before every message is none": ((received(5), NoResponseNeeded(at(1))), OPEN, at(29)),
    "a message after the mark reopens": ((received(0), NoResponseNeeded(at(1)), received(5)), OPEN, at(29)),
    "an answer after the mark is an answer": ((received(0), NoResponseNeeded(at(1)), answered(2)), ANSWERED, None),
    "an answer from before a marked message keeps the mark": (
        (received(0), received(5), NoResponseNeeded(at(6)), answered(2)),
        MARKED,
        None,
    ),
    "an acknowledgement of a marked thread promises nothing": (
        (received(0), NoResponseNeeded(at(1)), acknowledged(2)),
        MARKED,
        None,
    ),
    "a marked message stays settled when an early answer is found": (
        (received(0), NoResponseNeeded(at(1)), received(5), answered(-1)),
        OPEN,
        at(29),
    ),
    "a mark on an answered thread changes nothing": (
        (received(0), answered(1), NoResponseNeeded(at(2))),
        ANSWERED,
        None,
    ),
    "a returned answer gives the old clock back": ((received(0), answered(3), returned(3, 0)), OPEN, at(24)),
    "a returned answer whose messages another answered": (
        (received(0), answered(3), answered(5), returned(5, last=3)),
        ANSWERED,
        None,
    ),
    "a returned answer reopens only what it alone answered": (
        (received(0), answered(1), received(2), answered(3), returned(3, 2, last=1)),
        OPEN,
        at(26),
    ),
    "a returned answer brings back a clock older than the one that runs": (
        (received(0), answered(3), received(5), returned(3, 0)),
        OPEN,
        at(24),
    ),
    "a returned answer that had settled nothing leaves the clock": (
        (received(0), answered(-1), returned(-1)),
        OPEN,
        at(24),
    ),
    "a returned answer to a marked thread brings back what nobody marked": (
        (received(0), answered(1), received(2), NoResponseNeeded(at(3)), returned(1, 0)),
        OPEN,
        at(24),
    ),
    "a returned answer to a marked thread": ((received(0), NoResponseNeeded(at(1)), returned(0.5)), MARKED, None),
    "a second answer closes what the returned one opened": (
        (received(0), answered(3), returned(3, 0), answered(4)),
        ANSWERED,
        None,
    ),
    "a returned acknowledgement stops nothing": (
        (received(0), acknowledged(0.1), AcknowledgementReturned(at(0.1))),
        OPEN,
        at(24),
    ),
    "a returned acknowledgement of an answered thread": (
        (received(0), acknowledged(0.1), answered(1), AcknowledgementReturned(at(0.1))),
        ANSWERED,
        None,
    ),
    "a returned acknowledgement of a marked thread": (
        (received(0), NoResponseNeeded(at(1)), AcknowledgementReturned(at(0.1))),
        MARKED,
        None,
    ),
    "a second mark changes nothing": ((received(0), NoResponseNeeded(at(1)), NoResponseNeeded(at(2))), MARKED, None),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_as_it_must(name: str) -> None:
    """The state and the deadline after each story; the clock belongs to the oldest unanswered message."""
    events, state, due_at = STORIES[name]
    thread = story(*events)
    assert (thread.state, thread.due_at) == (state, due_at)
    assert (thread.received_at is None) == (due_at is None)
    assert thread.messages == sum(isinstance(event, MessageReceived) for event in events)


def test_every_state_decides_about_every_event() -> None:
    """The table has no hole: an event nobody thought of would be a crash at night."""
    assert set(TABLE) == set(Phase)
    for row in TABLE.values():
        assert set(row) == set(get_args(Event))


W, A, D, N = Phase  # waiting, acknowledged, answered, no response needed
MARK = NoResponseNeeded
LOST_PROMISE = AcknowledgementReturned
PROMISED_BEFORE = replace(returned(3, 0), promise=acknowledged(0.1))
ARROWS: dict[tuple[Phase, type[Event], Phase], tuple[Event, ...]] = {
    (W, MessageReceived, W): (received(0), received(1)),
    (W, Acknowledged, A): (received(0), acknowledged(1)),
    (W, Acknowledged, W): (received(0), answered(3), received(5), acknowledged(1)),
    (W, Answered, D): (received(0), answered(1)),
    (W, Answered, W): (received(0), received(2), answered(1)),
    (W, NoResponseNeeded, N): (received(0), MARK(at(1))),
    (W, NoResponseNeeded, W): (received(0), received(2), MARK(at(1))),
    (W, AcknowledgementReturned, W): (received(0), LOST_PROMISE(at(1))),
    (W, AnswerReturned, W): (received(0), answered(3), received(5), returned(3, 0)),
    (W, AnswerReturned, A): (received(0), acknowledged(0.1), answered(3), received(5), PROMISED_BEFORE),
    (A, MessageReceived, A): (received(0), acknowledged(1), received(2)),
    (A, Acknowledged, A): (received(0), acknowledged(1), acknowledged(2)),
    (A, Answered, D): (received(0), acknowledged(1), answered(2)),
    (A, Answered, W): (received(0), acknowledged(0.1), received(5), answered(3)),
    (A, Answered, A): (received(0), received(5), acknowledged(5.1), answered(3)),
    (A, NoResponseNeeded, N): (received(0), acknowledged(1), MARK(at(2))),
    (A, NoResponseNeeded, W): (received(0), acknowledged(0.1), received(5), MARK(at(3))),
    (A, NoResponseNeeded, A): (received(0), received(5), acknowledged(5.1), MARK(at(3))),
    (A, AcknowledgementReturned, W): (received(0), acknowledged(1), LOST_PROMISE(at(1))),
    (A, AcknowledgementReturned, A): (received(0), acknowledged(1), acknowledged(2), LOST_PROMISE(at(1))),
    (A, AnswerReturned, A): (received(0), answered(1), received(2), acknowledged(3), returned(1, 0)),
    (D, MessageReceived, W): (received(0), answered(1), received(2)),
    (D, MessageReceived, D): (received(0), answered(2), received(1)),
    (D, Acknowledged, D): (received(0), answered(1), acknowledged(2)),
    (D, Answered, D): (received(0), answered(1), answered(2)),
    (D, NoResponseNeeded, D): (received(0), answered(1), MARK(at(2))),
    (D, AcknowledgementReturned, D): (received(0), answered(1), LOST_PROMISE(at(2))),
    (D, AnswerReturned, W): (received(0), answered(3), returned(3, 0)),
    (D, AnswerReturned, A): (received(0), acknowledged(0.1), answered(3), PROMISED_BEFORE),
    (D, AnswerReturned, D): (received(0), answered(3), answered(5), returned(5, last=3)),
    (N, MessageReceived, W): (received(0), MARK(at(1)), received(2)),
    (N, MessageReceived, N): (received(3), answered(1), MARK(at(4)), received(0)),
    (N, Acknowledged, N): (received(0), MARK(at(1)), acknowledged(2)),
    (N, Answered, D): (received(0), MARK(at(1)), answered(2)),
    (N, Answered, N): (received(3), MARK(at(4)), answered(1)),
    (N, NoResponseNeeded, N): (received(0), MARK(at(1)), MARK(at(2))),
    (N, AcknowledgementReturned, N): (received(0), MARK(at(1)), LOST_PROMISE(at(2))),
    (N, AnswerReturned, W): (received(0), answered(1), received(2), MARK(at(3)), returned(1, 0)),
    (N, AnswerReturned, A): (received(0), acknowledged(0.1), answered(3), received(4), MARK(at(5)), PROMISED_BEFORE),
    (N, AnswerReturned, N): (received(0), MARK(at(1)), returned(0.5)),
}


def test_every_declared_arrow_has_a_story() -> None:
    """The table promises nothing that no story shows, and no story shows what the table does not declare."""
    declared = {
        (before, event, after)
        for before, row in TABLE.items()
        for event, cell in row.items()
        for after in cell.leads_to
    }
    assert set(ARROWS) == declared


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow[0]}-{arrow[1].__name__}-{arrow[2]}")
def test_every_declared_arrow_really_happens(arrow: tuple[Phase, type[Event], Phase]) -> None:
    """The last event of the story leads from one phase into the other."""
    before, event, after = arrow
    *earlier, last = ARROWS[arrow]
    assert (phase(story(*earlier)), type(last)) == (before, event)
    assert phase(story(*ARROWS[arrow])) is after


def test_a_handler_that_leaves_its_declared_phases_is_a_bug_with_a_name() -> None:
    """Rather a crash that says what led where than a thread in a phase nobody wrote down."""
    cell = TABLE[Phase.WAITING][Answered]
    wrong = Cell(cell.handler, {Phase.WAITING: "declared too narrowly"})
    with pytest.raises(UndeclaredArrowError, match="Answered led a thread from waiting to answered"):
        wrong.decide(story(received(0)), answered(1), [at(0)], POLICY)


def test_the_document_shows_the_table_the_program_runs() -> None:
    """docs/threads.md has the diagram and the rows that `thread_diagram` makes."""
    text = (Path(__file__).parents[2] / "docs" / "threads.md").read_text("utf-8")
    assert text.partition("```mermaid\n")[2].partition("```")[0] == mermaid()
    assert text[text.index("| what happens |") :] == markdown()
    assert (set(EVENTS), set(PHASES)) == (set(get_args(Event)), set(Phase))


@pytest.mark.parametrize(
    ("promise", "by", "promised"),
    [(12, 12, True), (24, 24, False), (47, 24, False)],
    ids=["sooner", "the same", "later"],
)
def test_the_earlier_of_both_clocks_counts(promise: float, by: float, promised: bool) -> None:
    """A promise before Amazon's deadline has to be kept first; one after it changes nothing."""
    thread = story(received(0), Acknowledged(at(1), at(promise)))
    assert (thread.answer_by_at, thread.promised_first) == (at(by), promised)
    assert (thread.due_at, thread.promise_at) == (at(24), at(promise))
    assert story(received(0), answered(1)).answer_by_at is None


def test_an_acknowledgement_is_remembered_with_its_promise() -> None:
    """Both clocks are shown: Amazon's and the promise."""
    thread = story(received(0), acknowledged(0.1))
    assert (thread.acknowledged_at, thread.promise_at, thread.due_at) == (at(0.1), MONDAY, at(24))


def test_the_later_acknowledgement_counts() -> None:
    """A second one in another closed time renews the promise; hearing of the first again does not take it back."""
    thread = story(received(0), Acknowledged(at(2), at(48)), Acknowledged(at(1), at(30)))
    assert (thread.acknowledged_at, thread.promise_at) == (at(2), at(48))


@pytest.mark.parametrize("end", [answered(3), NoResponseNeeded(at(3))])
def test_a_closed_thread_has_no_promise_left(end: Event) -> None:
    """A promise that was kept is not shown as open, nor after the thread reopens."""
    for thread in (story(received(0), acknowledged(1), end), story(received(0), acknowledged(1), end, received(5))):
        assert (thread.promise_at, thread.acknowledged_at) == (None, None)


def test_a_partial_answer_keeps_the_promise_made_after_it() -> None:
    """The acknowledgement that came after the answer was for the message that still waits."""
    kept = story(received(0), received(5), acknowledged(5.1), answered(3))
    assert (kept.state, kept.promise_at) == (OPEN, MONDAY)
    cleared = story(received(0), acknowledged(0.1), received(5), answered(3))
    assert (cleared.state, cleared.promise_at) == (OPEN, None)


def test_the_answer_is_kept_with_how_it_became_known() -> None:
    """The last answer and its source stay with the thread, after it reopens too."""
    thread = story(received(0), answered(3, AnsweredVia.ANSWER_COPY), received(5))
    assert (thread.answered_at, thread.answered_via) == (at(3), AnsweredVia.ANSWER_COPY)


@pytest.mark.parametrize("seen_as", [AnsweredVia.ANSWERED_FLAG, AnsweredVia.OPERATOR])
def test_an_answer_seen_before_its_copy_is_dated_by_the_copy(seen_as: AnsweredVia) -> None:
    """A flag noticed a day later does not make an answer late that was written in time."""
    thread = story(received(0), answered(28, seen_as), answered(1))
    assert (thread.answered_at, thread.answered_via) == (at(1), AnsweredVia.SENT_FOLDER)
    assert thread.state is ThreadState.ANSWERED


def test_a_copy_older_than_what_the_flag_covered_dates_nothing() -> None:
    """The flag may be about a later answer that left no copy: an early copy does not take its place."""
    thread = story(received(0), received(5), answered(28, AnsweredVia.ANSWERED_FLAG), answered(1))
    assert (thread.answered_at, thread.answered_via) == (at(28), AnsweredVia.ANSWERED_FLAG)


def test_a_returned_acknowledgement_promised_nothing() -> None:
    """The buyer never read it; where it was the clock, Amazon's clock is back."""
    for policy in (POLICY, COUNTS):
        thread = story(received(0), acknowledged(0.1), AcknowledgementReturned(at(0.1)), policy=policy)
        assert (thread.promise_at, thread.acknowledged_at, thread.due_at) == (None, None, at(24))


def test_the_return_of_an_earlier_acknowledgement_leaves_the_later_promise() -> None:
    """Two closed times, two acknowledgements: the second one arrived."""
    thread = story(
        received(0), Acknowledged(at(1), at(30)), Acknowledged(at(2), at(48)), AcknowledgementReturned(at(1))
    )
    assert (thread.acknowledged_at, thread.promise_at) == (at(2), at(48))


def test_a_returned_answer_is_no_longer_the_threads_answer() -> None:
    """What was said last and did arrive is; where nothing did, the thread was never answered."""
    alone = story(received(0), answered(3), returned(3, 0))
    assert (alone.answered_at, alone.answered_via) == (None, None)
    second = story(received(0), answered(3), answered(5, AnsweredVia.ANSWER_COPY), returned(5, last=3))
    assert (second.answered_at, second.answered_via) == (at(3), AnsweredVia.SENT_FOLDER)


def test_a_message_found_after_the_return_is_not_answered() -> None:
    """It is older than the answer, and the answer reached nobody."""
    thread = story(received(2), answered(3), returned(3, 2), received(1))
    assert (thread.state, thread.due_at) == (OPEN, at(25))


def test_where_an_acknowledgement_counts_the_promise_is_the_clock() -> None:
    """The seller's choice: the thread stays open for a person, due when promised."""
    thread = story(received(0), acknowledged(0.1), policy=COUNTS)
    assert (thread.state, thread.due_at) == (OPEN, MONDAY)


def test_where_an_acknowledgement_counts_a_new_message_has_its_own_clock() -> None:
    """The next message was not acknowledged: whichever clock is earlier counts."""
    assert story(received(0), acknowledged(0.1), received(1), policy=COUNTS).due_at == at(25)
    assert story(received(0), acknowledged(0.1), received(40), policy=COUNTS).due_at == MONDAY


def test_the_last_message_is_the_newest_whatever_the_order() -> None:
    """Fetching an old folder later does not turn back the thread's time."""
    assert story(received(5), received(0)).last_message_at == at(5)


def test_every_outcome_says_why() -> None:
    """A thread's story in words has a sentence for every event in every state."""
    starts = {
        OPEN: (received(0),),
        ANSWERED: (received(0), answered(1)),
        MARKED: (received(0), NoResponseNeeded(at(1))),
    }
    for start in starts.values():
        returns = (returned(1, 0), returned(1), returned(-1, last=1), AcknowledgementReturned(at(2)))
        for event in (received(2), acknowledged(2), answered(2), NoResponseNeeded(at(2)), *returns):
            assert apply(story(*start), event, message_times=[at(0)], policy=POLICY).why


# --- properties

hours = st.integers(0, 30)
made: dict[type[Event], Callable[[int], Event]] = {
    MessageReceived: received,
    Acknowledged: acknowledged,
    Answered: answered,
    NoResponseNeeded: lambda hour: NoResponseNeeded(at(hour)),
    AcknowledgementReturned: lambda hour: AcknowledgementReturned(at(hour)),
}
events = st.builds(lambda kind, hour: made[kind](hour), st.sampled_from(list(made)), hours)
policies = st.sampled_from([POLICY, COUNTS])


lost = st.builds(
    lambda hour, uncovered, last, promise: replace(
        returned(hour, *uncovered, last=last), promise=None if promise is None else acknowledged(promise)
    ),
    hours,
    st.lists(hours, max_size=3),
    st.none() | hours,
    st.none() | hours,
)


@given(st.lists(events | lost, max_size=12), policies)
def test_no_story_leaves_the_table(happened: list[Event], policy: AnswerPolicy) -> None:
    """Whatever happens in whatever order, returns of mail included, every event leads where its cell says."""
    thread = story(received(0), *happened, policy=policy)
    assert phase(thread) in Phase
    assert (thread.answer_by_at is None) == (thread.state is not OPEN)


@given(st.lists(events, max_size=12))
def test_a_message_newer_than_every_answer_and_mark_is_never_lost(happened: list[Event]) -> None:
    """Whatever the order in which we hear of things, a message nobody has settled keeps the thread open and due."""
    thread = story(received(0), *happened)
    settled = [event.at for event in happened if isinstance(event, Answered | NoResponseNeeded)]
    messages = [at(0), *(event.at for event in happened if isinstance(event, MessageReceived))]
    waiting = [time for time in messages if all(time > end for end in settled)]
    if waiting:
        assert thread.state is OPEN
        assert thread.due_at is not None
        assert thread.due_at <= min(waiting) + DAY


@given(st.lists(events, max_size=12), policies)
def test_only_an_open_thread_has_clocks(happened: list[Event], policy: AnswerPolicy) -> None:
    """A thread at rest shows neither deadline nor promise; an open one always shows its deadline."""
    thread = story(received(0), *happened, policy=policy)
    if thread.state is OPEN:
        assert thread.received_at is not None
        assert thread.due_at is not None
    else:
        clocks = (thread.received_at, thread.due_at, thread.promise_at, thread.acknowledged_at)
        assert clocks == (None, None, None, None)


@given(st.lists(events, max_size=12), policies)
def test_answered_means_that_every_message_is_older_than_the_answer(
    happened: list[Event], policy: AnswerPolicy
) -> None:
    """No thread claims to be answered with a message that came after the last answer."""
    thread = story(received(0), *happened, policy=policy)
    if thread.state is ANSWERED:
        assert thread.answered_at is not None
        assert thread.last_message_at is not None
        assert thread.last_message_at <= thread.answered_at


@given(st.lists(events, max_size=12), policies)
def test_hearing_of_an_answer_twice_changes_nothing(happened: list[Event], policy: AnswerPolicy) -> None:
    """Answers become known in several ways; the second time is no news."""
    thread = story(received(0), *happened, answered(15), policy=policy)
    times = [at(0), *(event.at for event in happened if isinstance(event, MessageReceived))]
    assert isinstance(apply(thread, answered(15), message_times=times, policy=policy), Unchanged)


@given(st.lists(events, max_size=12), hours, policies)
def test_a_message_whose_answer_came_back_waits_with_a_clock_of_its_own(
    happened: list[Event], hour: int, policy: AnswerPolicy
) -> None:
    """Whatever happened before: the thread is open, and due no later than that message is."""
    thread = story(received(0), *happened, policy=policy)
    times = [at(0), *(event.at for event in happened if isinstance(event, MessageReceived))]
    outcome = apply(thread, returned(30, hour), message_times=[*times, at(hour)], policy=policy)
    assert isinstance(outcome, Changed)
    after = outcome.thread
    assert after.state is OPEN
    assert after.received_at is not None
    assert after.received_at <= at(hour)
    assert after.due_at is not None
    if policy is POLICY:
        assert after.due_at <= at(hour) + DAY


@given(st.lists(events, max_size=12), policies)
def test_the_return_of_an_answer_that_settled_nothing_moves_no_clock(
    happened: list[Event], policy: AnswerPolicy
) -> None:
    """Another answer covers all of it: state and deadline stay."""
    thread = story(received(0), *happened, policy=policy)
    outcome = apply(thread, returned(15, last=16), message_times=[at(0)], policy=policy)
    after = outcome.thread if isinstance(outcome, Changed) else thread
    assert (after.state, after.due_at, after.received_at) == (thread.state, thread.due_at, thread.received_at)


@given(st.lists(events, max_size=12))
def test_an_acknowledgement_never_moves_amazons_clock(happened: list[Event]) -> None:
    """With and without it the thread is due at the same instant."""
    thread = story(received(0), *happened)
    after = apply(thread, acknowledged(31), message_times=[at(0)], policy=POLICY)
    changed = after.thread if isinstance(after, Changed) else thread
    assert (changed.state, changed.due_at) == (thread.state, thread.due_at)
    assert replace(changed, acknowledged_at=None, promise_at=None) == replace(
        thread, acknowledged_at=None, promise_at=None
    )


@pytest.mark.parametrize(("policy", "due"), [(POLICY, SATURDAY + DAY), (COUNTS, MONDAY)])
def test_an_answer_that_came_back_gives_the_promise_back(policy: AnswerPolicy, due: datetime) -> None:
    """The buyer still expects what the acknowledgement promised; one before the message that waits says nothing."""
    events: tuple[Event, ...] = (received(0), acknowledged(0.1), answered(3))
    lost = replace(returned(3, 0), promise=acknowledged(0.1))
    thread = story(*events, lost, policy=policy)
    assert (thread.acknowledged_at, thread.promise_at, thread.due_at) == (at(0.1), MONDAY, due)
    thread = story(*events, received(4), answered(5), replace(returned(5, 4, last=3), promise=acknowledged(0.1)))
    assert (thread.acknowledged_at, thread.promise_at, thread.due_at) == (None, None, at(28))
