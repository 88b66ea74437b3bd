"""No answer is needed: by a keyword, a folder, or Amazon's own mark; up to that message, and nothing after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from mail import builders
from tasks.conftest import Office

from responder.adapters.store import decisions
from responder.core.amazon import NoResponsePhrase
from responder.core.threads import ThreadState
from responder.tasks.receive import Arrival, Judge, Kept, closing, keep

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
FRIDAY = datetime(2026, 7, 17, 12, 0, tzinfo=UTC)  # 14:00 in Paris; everybody leaves at 18:00
HOUR = timedelta(hours=1)
KEYWORD = frozenset({"\\Seen", "noanswer"})
PHRASE = "No response is required to this message"
OPEN, ANSWERED, NEEDLESS = ThreadState


class Marked(Office):
    """An office with a keyword and a folder; `known` is what its catalogue knows of Amazon's mark."""

    known: tuple[NoResponsePhrase, ...] = ()

    @property
    def judge(self) -> Judge:
        """What the account decides with."""
        judge = super().judge
        return replace(judge, catalogue=replace(judge.catalogue, no_response=self.known))

    def put(self, raw: bytes, at: datetime = BASTILLE_DAY, *, uid: int = 1, now: datetime | None = None) -> Kept:
        """A mail that arrived `at` lies in the seller's folder."""
        arrival = Arrival(
            folder="INBOX/Done", role="no_response", uidvalidity=9, uid=uid, received_at=at, size=len(raw),
            flags=frozenset(), raw=raw,
        )  # fmt: skip
        return self.store.run(keep, self.judge, arrival, now or at + HOUR)

    def states(self) -> list[ThreadState]:
        """The state of every thread."""
        return [thread.state for thread in sorted(self.threads(), key=lambda thread: thread.id)]

    def words(self) -> list[str]:
        """What was said of messages that need no answer."""
        return [each.detail["words"] for each in self.run(decisions.decisions, action="no_response")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Marked]:
    """An office that uses every way."""
    more = "    answers: {no_response_keyword: NoAnswer, no_response_folder: INBOX/Done}\n"
    made = Marked(tmp_path, BASTILLE_DAY - 24 * HOUR, more)
    yield made
    made.store.close()


def second(**more: Any) -> bytes:
    """Another message of the same buyer about the same order."""
    return builders.buyer_message(text="Encore une question, s'il vous plaît.", **more)


def test_what_a_rule_filed_away_is_not_acknowledged_though_a_later_message_waits(office: Marked) -> None:
    """The later one was read first, and was not acknowledged itself: that is no reason to write about the other."""
    office.receive(second(auth=None, message_id="<later@x.example>"), BASTILLE_DAY + HOUR)
    kept = office.put(builders.buyer_message(), now=BASTILLE_DAY + 2 * HOUR)
    assert office.states() == [ThreadState.OPEN]
    assert office.threads()[0].received_at == BASTILLE_DAY + HOUR
    assert (kept.enqueued, office.outbox()) == (False, ())
    assert office.reasons()[-1] == "no_response_needed"


def test_a_message_that_arrives_with_the_keyword_has_no_clock(office: Marked) -> None:
    """A rule of the mailbox set it: nothing is sent, nobody is warned, and the story says why."""
    kept = office.receive(builders.buyer_message(), flags=KEYWORD)
    assert office.states() == [NEEDLESS]
    assert office.threads()[0].due_at is None
    assert (kept.enqueued, office.outbox()) == (False, ())
    assert office.words() == ["the keyword NoAnswer is set on the message: a person decided that no answer is needed"]


def test_a_message_moved_to_the_folder_needs_no_answer(office: Marked) -> None:
    """It was read in the inbox; its waiting acknowledgement is cancelled, and the second look changes nothing."""
    raw = builders.buyer_message()
    kept = office.receive(raw)
    moved = office.put(raw)
    assert (moved.mail_id, moved.thread_id) == (None, kept.thread_id)
    assert office.states() == [NEEDLESS]
    assert [row.state for row in office.outbox()] == ["cancelled"]
    assert office.put(raw, uid=2).thread_id is None
    assert office.words() == ["the message lies in the folder INBOX/Done: a person decided that no answer is needed"]


def test_a_message_the_inbox_never_showed_is_kept_and_never_acknowledged(office: Marked) -> None:
    """A person was faster than the daemon: one transaction, and the inbox's copy of it is known afterwards."""
    raw = builders.buyer_message()
    kept = office.put(raw)
    assert kept.mail_id is not None
    assert (office.states(), office.outbox()) == ([NEEDLESS], ())
    assert office.receive(raw).mail_id is None
    assert (office.states(), office.outbox()) == ([NEEDLESS], ())


def test_what_came_after_the_marked_message_waits(office: Marked) -> None:
    """The mark covers the messages up to its own; the later one has the clock now."""
    raw = builders.buyer_message()
    office.receive(raw)
    office.receive(second(), BASTILLE_DAY + HOUR)
    office.put(raw, now=BASTILLE_DAY + 2 * HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.received_at) == (OPEN, BASTILLE_DAY + HOUR)
    assert thread.due_at == BASTILLE_DAY + 25 * HOUR


def test_what_came_before_the_marked_message_needs_none_either(office: Marked) -> None:
    """As when a person says so of the thread."""
    office.receive(builders.buyer_message())
    raw = second()
    office.receive(raw, BASTILLE_DAY + HOUR)
    office.put(raw, BASTILLE_DAY + HOUR)
    assert office.states() == [NEEDLESS]


def test_an_old_mark_closes_nothing_that_opened_later(office: Marked) -> None:
    """The folder is read at the first start: a message of last week says nothing of today's."""
    old = builders.buyer_message(text="Merci beaucoup pour votre aide !")
    office.receive(builders.buyer_message())
    office.put(old, BASTILLE_DAY - 5 * 24 * HOUR, now=BASTILLE_DAY + HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.received_at) == (OPEN, BASTILLE_DAY)


def test_a_new_message_opens_the_thread_again(office: Marked) -> None:
    """No answer was needed to the first; the next one has its own clock."""
    office.receive(builders.buyer_message(), flags=KEYWORD)
    office.receive(second(), BASTILLE_DAY + HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (OPEN, BASTILLE_DAY + 25 * HOUR)


def test_a_notice_in_the_folder_keeps_its_deadline(office: Marked) -> None:
    """Only a buyer's message can need no answer: a claim moved there by mistake is read like any other."""
    office.put(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY"))
    (notice,) = office.notices()
    assert notice.due_at is not None


def test_an_answer_in_the_folder_is_no_message(office: Marked) -> None:
    """Amazon's copy of an answer, moved there with the rest, answers as it would in the inbox."""
    office.receive(builders.buyer_message())
    office.put(builders.answer_copy(order_id=builders.ORDER, name="Camille"), BASTILLE_DAY + HOUR)
    assert office.states() == [ANSWERED]


def test_a_mark_outlives_an_answer_that_came_back(office: Marked) -> None:
    """A person wrote all the same, and it did not arrive: no answer was needed, and none is now."""
    raw = builders.buyer_message()
    office.receive(raw)
    office.put(raw)
    office.receive(builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr"), BASTILLE_DAY + 2 * HOUR, sent=True)
    office.receive(builders.bounce("<sent-1@example.com>"), BASTILLE_DAY + 3 * HOUR)
    assert OPEN not in office.states()


def test_a_forged_message_can_be_put_away(office: Marked) -> None:
    """It is listed as not verified until a person has seen enough of it."""
    raw = builders.buyer_message(auth="fail")
    office.receive(raw)
    assert office.states() == [OPEN]
    office.put(raw)
    assert office.states() == [NEEDLESS]


def marked_by_amazon(words: str = "Merci", **more: Any) -> bytes:
    """A message that Amazon marks in its own words below the buyer's."""
    begin, end = "------------- Message: -------------", "------------- Fin du message -------------"
    return builders.buyer_message(body=f"Vous avez reçu un message.\n{begin}\n{words}\n{end}\n{PHRASE}\n", **more)


def test_amazons_mark_opens_no_clock(office: Marked) -> None:
    """The seller's own row names the words; nothing is sent, and the reason is recorded."""
    office.known = (NoResponsePhrase(PHRASE, "frame", "synthetic", "P"),)
    office.receive(marked_by_amazon())
    assert (office.states(), office.outbox()) == ([NEEDLESS], ())
    assert office.words() == [f"Amazon marks the message: “{PHRASE}” in Amazon's own words: no answer is needed"]


def test_amazons_mark_leaves_an_earlier_message_its_clock(office: Marked) -> None:
    """A word of thanks after a question: the question still waits."""
    office.known = (NoResponsePhrase(PHRASE, "frame", "synthetic", "P"),)
    office.receive(builders.buyer_message())
    office.receive(marked_by_amazon("Merci d'avance pour votre réponse."), BASTILLE_DAY + HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (OPEN, BASTILLE_DAY + 24 * HOUR)
    assert office.words()[0].endswith("it has no clock, and an earlier message still waits")


def test_at_closing_time_the_question_is_replied_to_and_not_the_thanks(office: Marked) -> None:
    """A marked message is never acknowledged: the good night is about the one that waits."""
    office.known = (NoResponsePhrase(PHRASE, "frame", "synthetic", "P"),)
    office.receive(builders.buyer_message(message_id="<question@x.example>"), FRIDAY)
    office.receive(marked_by_amazon("Merci d'avance.", message_id="<thanks@x.example>"), FRIDAY + HOUR)
    judge = office.judge
    judge = replace(judge, acknowledge=replace(judge.acknowledge, when=frozenset({"before_unattended"})))
    assert len(office.run(closing.turn, judge, FRIDAY + 4 * HOUR)) == 1
    (row,) = office.outbox()
    assert row.rfc822 is not None
    assert b"\nIn-Reply-To: <question@x.example>" in row.rfc822


@pytest.mark.parametrize("more", [{"auth": None}, {"auth": "fail"}, {"words": PHRASE}])
def test_nobody_else_can_mark_a_message(office: Marked, more: dict[str, Any]) -> None:
    """Not on a mail that is not proven; and the buyer's own words are no mark where the row is the subject's."""
    where = "subject" if "words" in more else "frame"
    office.known = (NoResponsePhrase(PHRASE, where, "synthetic", "P"),)
    office.receive(marked_by_amazon(**more))
    assert office.states() == [OPEN]
