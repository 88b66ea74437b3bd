"""Troubles as they are told: once each, together where they come together, and through whichever account can send."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from mail import builders
from neighbours.alerts import alert_text
from neighbours.desk import ALIAS, OPERATOR
from neighbours.shop import empty_state
from sqlalchemy import Connection, Engine, event

from responder.adapters.store import cursors, decisions, engines, mails, new_kinds, outbox, threads, troubles
from responder.adapters.store.mails import NewMail
from responder.adapters.store.new_kinds import Seen as SeenKind
from responder.adapters.store.outbox import NewOutbox, OutboxRow
from responder.adapters.translations import speech
from responder.core import operator as operators
from responder.core.operator import REFUSED_BY, Outlet
from responder.core.threads import Thread
from responder.core.troubles import Room, TroubleKind
from responder.core.waking import Waking
from responder.tasks import troubles as task
from responder.tasks.troubles import Guard, Turned, telling

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # 11:00 in Paris
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AFTER = 15 * MINUTE
AWAY = ("main", TroubleKind.MAILBOX, "imap")
MUTE = ("main", TroubleKind.MAIL_SERVER, "smtp")
LOCKED = ("main", TroubleKind.PASSWORD_REFUSED, "smtp")
MAIN, SECOND = Outlet("main", "service@example.com"), Outlet("second", "second@example.org")


@dataclass(frozen=True)
class State:
    """A state with nothing in it, in a transaction that is never ended; with what asks it."""

    conn: Connection

    def run(self, fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Run a query."""
        return fn(self.conn, *args, **more)

    def outbox(self) -> tuple[OutboxRow, ...]:
        """Every mail of ours, the oldest first."""
        return tuple(reversed(self.run(outbox.outbox_rows)))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A file with a state in it, for all of these tests."""
    file = tmp_path_factory.mktemp("troubles") / "state.db"
    file.write_bytes(empty_state())
    made = engines.engine(engines.parse(f"sqlite:///{file}"), checkpoints=True)
    yield made
    made.dispose()


@pytest.fixture
def state(engine: Engine) -> Iterator[State]:
    """A state with nothing in it."""
    with engine.connect() as conn:
        yield State(conn)
        conn.rollback()


@pytest.fixture
def guard() -> Guard:
    """Whom to tell, through two accounts."""
    return Guard(operator=OPERATOR, outlets=(MAIN, SECOND), after=AFTER)


def turn(state, guard: Guard, at: datetime) -> Turned:
    """Do what the task does at an instant."""
    turned: Turned = state.run(task.turn, guard, at)
    return turned


def told(state, turned: Turned) -> str | None:
    """Return subject and text of the mail that a turn wrote."""
    return alert_text(state, turned.outbox_id)


def begin(state, cause: tuple[str, TroubleKind, str], at: datetime = NOW, **more: Any) -> None:
    """Something goes wrong."""
    state.run(troubles.begin, *cause, "no route to host", at, **more)


def alerts(state) -> list[OutboxRow]:
    """Every alert, the oldest first."""
    return [row for row in state.outbox() if row.kind == "alert"]


def received(state, at: datetime) -> int:
    """A buyer's message arrived; return its id."""
    uid = state.run(mails.last_id) + 1
    new = NewMail(
        account="main", folder="INBOX", role="inbox", uidvalidity=1, uid=uid, dedup_key=str(uid), message_id=None,
        received_at=at, size=2000, kind="buyer_message",
    )  # fmt: skip
    mail_id: int = state.run(mails.insert_mail, new)
    return mail_id


# Beginning and end


def test_a_mailbox_that_is_away_is_told_once_and_so_is_its_return(state, guard) -> None:
    """After a quarter of an hour one mail, none for the day that follows, and one when it is back."""
    begin(state, AWAY)
    assert turn(state, guard, NOW + 14 * MINUTE).outbox_id is None
    first = told(state, turn(state, guard, NOW + AFTER))
    assert first is not None
    assert first.startswith("Mailbox out of reach: main\nThe mailbox of main cannot be reached since 11:00:\n")
    for hours in (1, 5, 12, 23):
        state.run(troubles.still, *AWAY, NOW + hours * HOUR)
        assert turn(state, guard, NOW + hours * HOUR).outbox_id is None
    state.run(troubles.over, *AWAY, NOW + DAY)
    assert turn(state, guard, NOW + DAY + AFTER - MINUTE).outbox_id is None
    back = told(state, turn(state, guard, NOW + DAY + AFTER))
    assert back is not None
    assert back.startswith("Over: Mailbox out of reach: main\nThe mailbox of main is reachable again since 11:00, was")
    assert turn(state, guard, NOW + 2 * DAY).outbox_id is None
    assert len(alerts(state)) == 2


def test_a_connection_that_comes_and_goes_is_one_cause(state, guard) -> None:
    """It is back for five minutes at a time, for hours: one alert, and no recovery before it stays."""
    for minutes in range(0, 160, 20):
        begin(state, AWAY, NOW + minutes * MINUTE)
        turn(state, guard, NOW + (minutes + 15) * MINUTE)
        state.run(troubles.over, *AWAY, NOW + (minutes + 15) * MINUTE)
        turn(state, guard, NOW + (minutes + 19) * MINUTE)
    assert len(alerts(state)) == 1
    turn(state, guard, NOW + 160 * MINUTE + AFTER)
    assert [row.subject for row in alerts(state)][1:] == ["Over: Mailbox out of reach: main"]


def test_short_breaks_never_add_up_to_an_alert(state, guard) -> None:
    """A server that ends every connection after ten minutes, twenty times in a row: nobody hears of it."""
    for number in range(20):
        at = NOW + number * 10 * MINUTE
        begin(state, AWAY, at)
        assert state.run(telling.tell, guard, at + MINUTE) is None
        state.run(troubles.over, *AWAY, at + MINUTE)
        state.run(telling.settle, guard, at + 6 * MINUTE)
    assert alerts(state) == []


def test_what_ended_untold_has_no_recovery(state, guard) -> None:
    """Ten minutes away: no mail at all."""
    begin(state, AWAY)
    state.run(troubles.over, *AWAY, NOW + 10 * MINUTE)
    assert all(turn(state, guard, NOW + n * HOUR).outbox_id is None for n in range(1, 5))


def test_the_recovery_counts_what_came_in_meanwhile(state, guard) -> None:
    """Messages of buyers that arrived while nobody could see them."""
    begin(state, AWAY)
    turn(state, guard, NOW + AFTER)
    received(state, NOW + 30 * MINUTE)
    state.run(troubles.over, *AWAY, NOW + HOUR)
    back = told(state, turn(state, guard, NOW + HOUR + AFTER))
    assert back is not None
    assert "was away 1 h. 1 message came in meanwhile." in back


def test_a_restart_neither_repeats_nor_forgets(state, guard) -> None:
    """A trouble that was told is not told again when it is found at a start, and its end still is."""
    begin(state, AWAY)
    turn(state, guard, NOW + AFTER)
    state.run(troubles.restarted, NOW + HOUR)
    begin(state, AWAY, NOW + HOUR)
    assert turn(state, guard, NOW + 2 * HOUR).outbox_id is None
    state.run(troubles.over, *AWAY, NOW + 3 * HOUR)
    assert turn(state, guard, NOW + 3 * HOUR + AFTER).outbox_id is not None


def test_a_start_before_the_network_is_no_outage_since_the_last_evening(state, guard) -> None:
    """What the last process saw when the machine went down counts anew."""
    begin(state, AWAY)
    state.run(troubles.restarted, NOW + 12 * HOUR)
    begin(state, AWAY, NOW + 12 * HOUR)
    assert turn(state, guard, NOW + 12 * HOUR + 5 * MINUTE).outbox_id is None


# Together, and at night


def test_what_comes_together_is_one_mail(state, guard) -> None:
    """Three accounts lose their mailbox within a minute, and a password is refused."""
    for number, name in enumerate(("main", "second", "third")):
        begin(state, (name, *AWAY[1:]), NOW + number * timedelta(seconds=30))
    begin(state, LOCKED, NOW + AFTER - MINUTE)
    turn(state, guard, NOW + AFTER)
    turn(state, guard, NOW + AFTER + 2 * MINUTE)
    assert [row.subject for row in alerts(state)] == ["Password refused: main, SMTP (and 3 other problems)"]


def test_the_next_point_is_known_so_that_nothing_waits_for_a_turn(state, guard) -> None:
    """The loop sleeps exactly until there is something to tell or to end."""
    assert state.run(telling.next_at, guard, NOW) is None
    begin(state, AWAY)
    assert state.run(telling.next_at, guard, NOW) == NOW + AFTER
    turn(state, guard, NOW + AFTER)
    state.run(troubles.over, *AWAY, NOW + HOUR)
    assert state.run(telling.next_at, guard, NOW + HOUR) == NOW + HOUR + AFTER


@pytest.mark.parametrize(
    ("began", "told_at"),
    [
        (datetime(2026, 7, 14, 21, 0, tzinfo=UTC), datetime(2026, 7, 15, 5, 0, tzinfo=UTC)),  # 23:00 to 07:00
        (datetime(2026, 7, 15, 0, 0, tzinfo=UTC), datetime(2026, 7, 15, 5, 0, tzinfo=UTC)),
    ],
)
def test_at_night_it_waits_for_the_morning_where_nothing_is_lost(state, guard, began, told_at) -> None:
    """Nobody is woken for a mailbox that is away while no deadline ends."""
    by_day = replace(guard, operator=replace(guard.operator, waking=Waking((time(7), time(22)), guard.operator.zone)))
    begin(state, AWAY, began)
    assert turn(state, by_day, told_at - MINUTE).outbox_id is None
    assert turn(state, by_day, told_at).outbox_id is not None


def test_at_night_a_deadline_before_the_morning_wakes(state, guard) -> None:
    """A message that must be answered at 06:30 is named in the alert of 02:15."""
    by_day = replace(guard, operator=replace(guard.operator, waking=Waking((time(7), time(22)), guard.operator.zone)))
    at = datetime(2026, 7, 14, 4, 30, tzinfo=UTC)
    asked = Thread(
        0, "main", "amazon.fr", builders.ORDER, None, ALIAS, None, "Commande", "fr",
        received_at=at, due_at=at + DAY,
    )  # fmt: skip
    state.run(threads.insert_thread, asked)
    began = datetime(2026, 7, 15, 0, 0, tzinfo=UTC)
    begin(state, AWAY, began)
    text = told(state, turn(state, by_day, began + AFTER))
    assert text is not None
    assert "These messages wait for your answer" in text
    assert builders.ORDER in text


def test_the_alert_is_in_the_operators_language(state, guard) -> None:
    """What was stored, and what commands show, stays English."""
    begin(state, AWAY)
    german = replace(guard, operator=replace(guard.operator, speech=speech("de")))
    turned = turn(state, german, NOW + AFTER)
    row = state.run(outbox.outbox_row, turned.outbox_id)
    mail = message_from_bytes(row.rfc822, policy=policy.default)
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("de", "auto-generated")


# What the rows of others say


def quarantine(state, uid: int, at: datetime = NOW) -> None:
    """Set a mail aside."""
    place = ("main", "INBOX", 1, uid)
    state.run(cursors.begin_attempt, *place, at)
    state.run(cursors.quarantine, *place, "KeyError while it was handled", at)


def test_mail_that_was_set_aside_is_told_once_and_together(state, guard) -> None:
    """Three mails, one alert; a fourth is a new one; what is still there is not told again."""
    for uid in (1, 2, 3):
        quarantine(state, uid)
    turn(state, guard, NOW)
    text = told(state, turn(state, guard, NOW + MINUTE))
    assert text is not None
    assert text.startswith("Look at it yourself: mail of main that could not be read\n")
    assert text.count("KeyError while it was handled") == 3
    assert turn(state, guard, NOW + DAY).outbox_id is None
    quarantine(state, 4, NOW + DAY)
    turn(state, guard, NOW + DAY)
    text = told(state, turn(state, guard, NOW + DAY + MINUTE))
    assert text is not None
    assert text.count("KeyError") == 1


def test_what_lies_there_as_before_is_not_written_again(state, guard) -> None:
    """Hundreds of such mails for months: a turn reads them, and holds no lock of the state for it."""
    for uid in range(5):
        quarantine(state, uid)
    turn(state, guard, NOW)
    turn(state, guard, NOW + MINUTE)
    written: list[str] = []

    def watched(conn: Connection) -> Turned:
        event.listen(conn, "before_cursor_execute", lambda *given: written.append(given[2]))
        return task.turn(conn, guard, NOW + HOUR)

    state.run(watched)
    assert [each for each in written if not each.startswith("SELECT")] == []


def new_kind(state, name: str, *, verified: bool = True, at: datetime = NOW) -> None:
    """A mail of a kind nobody knows came."""
    mail_id = received(state, at)
    seen = SeenKind(
        account="main", key=f"type:{name}", mail_id=mail_id, at=at, subject=f"{name} for 0612345678 {{x}}",
        sender="no-reply@amazon.fr", verified=verified, sample=b"",
    )  # fmt: skip
    state.run(new_kinds.saw, seen)


def test_new_kinds_are_told_once_a_day_and_only_proven_ones(state, guard) -> None:
    """Anybody can write in Amazon's name: what proves nothing is the digest's matter."""
    new_kind(state, "FORGED", verified=False)
    turn(state, guard, NOW)
    assert turn(state, guard, NOW + HOUR).outbox_id is None
    new_kind(state, "FIRST")
    turn(state, guard, NOW)
    text = told(state, turn(state, guard, NOW + MINUTE))
    assert text is not None
    assert "type:FIRST: “FIRST for [number] {x}”" in text
    assert "FORGED" not in text
    new_kind(state, "SECOND", at=NOW + HOUR)
    turn(state, guard, NOW + HOUR)
    assert turn(state, guard, NOW + 5 * HOUR).outbox_id is None
    assert turn(state, guard, NOW + DAY).outbox_id is not None


def test_a_kind_that_the_digest_told_of_first_is_not_told_again(state, guard) -> None:
    """The morning's digest was faster: no alert follows."""
    new_kind(state, "FIRST")
    turn(state, guard, NOW)
    (kind,) = state.run(new_kinds.new_kinds)
    state.run(new_kinds.mark_told, [kind.id], NOW)
    assert turn(state, guard, NOW + HOUR).outbox_id is None


def test_a_calendar_that_an_update_changed_is_told(state, guard) -> None:
    """With the words of the change; what happened days ago is no news."""
    for at, words in ((NOW - 2 * DAY, "old"), (NOW, "Mon 20 Jul is a holiday now")):
        change = decisions.Decision(at=at, action=decisions.CALENDAR_CHANGED, detail={"words": [words]})
        state.run(decisions.decide, change)
    turn(state, guard, NOW)
    text = told(state, turn(state, guard, NOW + MINUTE))
    assert text is not None
    assert "Mon 20 Jul is a holiday now" in text
    assert "old" not in text


def test_a_disk_that_fills_is_told_before_it_is_full(state, guard) -> None:
    """At the last 200 MiB, once; and over only when there is twice as much."""
    free = [100 * 2**20]
    watching = replace(guard, room=lambda: Room(free[0], 100 * 2**30))
    turn(state, watching, NOW)
    text = told(state, turn(state, watching, NOW + MINUTE))
    assert text is not None
    assert text.startswith("Make room: the disk is nearly full\n")
    assert "100 MiB of 102400 MiB are free" in text
    free[0] = 300 * 2**20
    assert turn(state, watching, NOW + DAY).outbox_id is None
    free[0] = 500 * 2**20
    turn(state, watching, NOW + DAY)
    assert turn(state, watching, NOW + DAY + AFTER).outbox_id is not None


# Through another account


def waiting_alert(state, at: datetime = NOW) -> OutboxRow:
    """An alert about something else, which waits in the operator's own account."""
    to = OPERATOR
    mail = operators.write(to, "alert", f"alert:{at}", at, subject="Overdue: Where?", text="One waits.")
    outbox_id = state.run(outbox.enqueue_for_operator, "main", mail, to.email, at)
    row: OutboxRow = state.run(outbox.outbox_row, outbox_id)
    return row


def row_of(state, row: OutboxRow) -> OutboxRow:
    """Return the row as it is now."""
    found: OutboxRow = state.run(outbox.outbox_row, row.id)
    return found


def test_after_five_minutes_an_alert_goes_through_an_account_that_can_send(state, guard) -> None:
    """The same row and Message-ID in the other's name; four minutes are none of it."""
    waiting = waiting_alert(state)
    begin(state, MUTE)
    assert turn(state, guard, NOW + 4 * MINUTE).moved_to == ()
    assert turn(state, guard, NOW + 5 * MINUTE).moved_to == ("second",)
    moved = row_of(state, waiting)
    assert (moved.account, moved.state, moved.message_id) == ("second", "queued", waiting.message_id)
    mail = message_from_bytes(moved.rfc822 or b"", policy=policy.default)
    assert mail["From"] == "Buyer Responder <second@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert state.run(outbox.claim_due, "main", NOW + HOUR) is None
    assert state.run(outbox.claim_due, "second", NOW + HOUR).id == waiting.id


def test_an_account_that_had_nothing_to_send_is_tried_again_first(state, guard) -> None:
    """What is known of it is old: the next alert goes to its own server, and elsewhere as soon as that fails again."""
    begin(state, MUTE)
    turn(state, guard, NOW + 5 * MINUTE)
    waiting = waiting_alert(state, NOW + 2 * HOUR)
    turn(state, guard, NOW + 2 * HOUR)
    assert row_of(state, waiting).account == "main"
    state.run(troubles.still, *MUTE, NOW + 2 * HOUR)
    assert turn(state, guard, NOW + 2 * HOUR).moved_to == ("second",)
    assert row_of(state, waiting).account == "second"


def test_a_refused_password_needs_no_five_minutes(state, guard) -> None:
    """It will not be right in five minutes; and the alert about it goes the same way."""
    waiting = waiting_alert(state)
    begin(state, LOCKED)
    assert turn(state, guard, NOW + MINUTE).moved_to == ("second",)
    assert {row.account for row in alerts(state)} == {"second"}
    assert row_of(state, waiting).account == "second"
    assert len(alerts(state)) == 2


def test_a_mail_that_is_on_its_way_is_not_taken_from_its_account(state, guard) -> None:
    """One account at a time: what may have left is not sent by another one."""
    waiting = waiting_alert(state)
    assert state.run(outbox.claim_due, "main", NOW) is not None
    begin(state, MUTE)
    assert turn(state, guard, NOW + 10 * MINUTE).moved_to == ()
    assert row_of(state, waiting).account == "main"


@pytest.mark.parametrize("account", ["main", "renamed"])
def test_mail_to_buyers_stays_where_it_is(state, guard, account) -> None:
    """Amazon takes it from the approved address alone."""
    to_buyer = NewOutbox(
        account=account, idem_key="ack:1", message_id="<1@example.com>", kind="acknowledgement", recipient=ALIAS,
        subject="Re: Commande", rfc822=b"From: service@example.com\r\n\r\nMerci.", due_at=NOW, created_at=NOW,
    )  # fmt: skip
    state.run(outbox.enqueue, to_buyer)
    begin(state, MUTE)
    assert turn(state, guard, NOW + 5 * MINUTE).moved_to == ()
    assert [row.account for row in state.outbox()] == [account]


def test_where_no_account_can_send_everything_waits(state, guard) -> None:
    """Nothing moves to and fro; it leaves when one of them can send again."""
    waiting = waiting_alert(state)
    for account in ("main", "second"):
        begin(state, (account, *MUTE[1:]))
        state.run(troubles.still, account, *MUTE[1:], NOW + HOUR)
    assert turn(state, guard, NOW + HOUR).moved_to == ()
    state.run(troubles.over, "second", *MUTE[1:], NOW + HOUR)
    assert turn(state, guard, NOW + HOUR + MINUTE).moved_to == ("second",)
    assert row_of(state, waiting).state == "queued"


def test_one_account_alone_has_nowhere_to_go(state, guard) -> None:
    """The mail waits, and is there when the server is."""
    waiting = waiting_alert(state)
    begin(state, MUTE)
    assert turn(state, replace(guard, outlets=(MAIN,)), NOW + 20 * MINUTE).moved_to == ()
    assert row_of(state, waiting).state == "queued"


def test_an_account_that_rests_is_not_waited_for(state, guard) -> None:
    """A refused password is tried each hour: what comes meanwhile goes elsewhere, however old the last try is."""
    begin(state, LOCKED, again_at=NOW + HOUR)
    turn(state, guard, NOW + MINUTE)
    waiting = waiting_alert(state, NOW + 45 * MINUTE)
    assert turn(state, guard, NOW + 45 * MINUTE).moved_to == ("second",)
    assert row_of(state, waiting).account == "second"


def test_what_a_server_refused_for_good_never_comes_back_to_it(state, guard) -> None:
    """Its next account cannot send: it waits there, or the first server would refuse it every half minute."""
    waiting = waiting_alert(state)
    refused = {REFUSED_BY: ["main"]}
    state.run(outbox.elsewhere, waiting.id, "second", waiting.rfc822, NOW, "550 5.1.1 no such user", refused)
    begin(state, ("second", *MUTE[1:]))
    assert turn(state, guard, NOW + 10 * MINUTE).moved_to == ()
    assert row_of(state, waiting).account == "second"


def test_what_waits_in_an_account_that_is_no_more_goes_through_one_that_is(state, guard) -> None:
    """The account was renamed while an alert waited: nobody would ever send it."""
    waiting = waiting_alert(state)
    renamed = replace(guard, outlets=(Outlet("first", "service@example.com"), SECOND))
    assert turn(state, renamed, NOW).moved_to == ("first",)
    assert row_of(state, waiting).account == "first"
