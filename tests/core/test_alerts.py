"""The alert of a deadline: which clock it is about, and what the other one shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.alerts import Alert, deadlines
from responder.core.digest import OpenThread

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday, 10:00 in Paris


def thread(number: int, due: float, promise: float | None = None) -> OpenThread:
    """Return a thread that is due, and was promised an answer, in so many hours."""
    return OpenThread(
        id=number,
        marketplace="amazon.fr",
        order_id=None,
        subject=f"Question {number}",
        received_at=NOW - timedelta(hours=20),
        due_at=NOW + timedelta(hours=due),
        acknowledged_at=None if promise is None else NOW - timedelta(hours=19),
        promise_at=None if promise is None else NOW + timedelta(hours=promise),
    )


def alert(*threads: OpenThread) -> Alert:
    """Return the alert about these threads."""
    return deadlines(threads, now=NOW, zone=PARIS)


def test_a_promise_that_ends_first_is_the_deadline() -> None:
    """Subject and row name the promise; Amazon's deadline stands below it."""
    found = alert(thread(1, due=4, promise=2))
    assert found.subject == "Answer by 12:00: “Question 1”"
    assert "Today 12:00 (2 h left)  Question 1" in found.text
    assert "That is what your acknowledgement promised; Amazon's deadline is 14:00 (4 h left)." in found.text


def test_a_promise_that_ends_later_is_named_below() -> None:
    """Amazon's deadline comes first; the promise is shown, and moves nothing."""
    found = alert(thread(1, due=4, promise=30))
    assert found.subject == "Answer by 14:00: “Question 1”"
    assert "Your acknowledgement promised Fri 16:00; Amazon's deadline is sooner." in found.text


def test_a_broken_promise_is_overdue_before_amazons_clock_ends() -> None:
    """The buyer was told a time, and it has passed: that comes first in the mail."""
    found = alert(thread(1, due=1), thread(2, due=4, promise=-1))
    assert found.subject == "Overdue: “Question 2” and 1 other"
    assert found.text.index("Question 2") < found.text.index("Question 1")
    assert "Today 09:00 (1 h late)  Question 2" in found.text


def test_without_a_promise_there_is_one_clock() -> None:
    """Nothing is said of a promise nobody made."""
    assert "promised" not in alert(thread(1, due=4)).text


def test_a_message_without_a_subject_is_called_so() -> None:
    """In the subject of the alert as in its row: empty quotation marks say nothing."""
    assert alert(replace(thread(1, due=4), subject="")).subject == "Answer by 14:00: “(no subject)”"


def test_an_order_number_comes_once_and_whole() -> None:
    """A subject that is too long loses its end, and never a digit of the order that it names."""
    order = "305-1234567-7654321"
    named = replace(thread(1, due=4), order_id=order, subject=f"Richiesta di rimborso ricevuta per l'ordine {order}")
    assert alert(named).subject.endswith(f"“Richiesta di rimborso ricevuta per l'ordine {order}”")
    other = replace(thread(1, due=4), order_id=order, subject="Where is it? " * 20)
    assert alert(other).subject.endswith(f"” {order}")
