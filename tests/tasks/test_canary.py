"""The test mail to the watched mailbox: sent when due, known when it comes, missed when it does not; never a mail."""

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from mail import builders
from neighbours.desk import OPERATOR
from sqlalchemy import Connection

from responder.adapters.store import canaries, decisions, mails, outbox, troubles
from responder.core.canary import Canary
from responder.core.troubles import Trouble, TroubleKind
from responder.tasks import canary
from responder.tasks.canary import Canaries, Watched

NOON = datetime.fromisoformat("2026-07-14T12:00:00+00:00")
MAIN: dict[str, Any] = {
    "mailboxes": (Watched("main", "service@example.com", "INBOX"),),
    "every": None,
    "within": timedelta(0),
}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def settings(office: Any, **changes: Any) -> Canaries:
    """A test mail each week, that may be ten minutes on its way; of an office, or of a state alone."""
    made = office.parts.canaries if hasattr(office, "parts") else Canaries(operator=OPERATOR, **MAIN)
    return replace(made, **{"every": 7 * DAY, "within": 10 * MINUTE, **changes})


def turn(office: Any, at: datetime, *, looked: bool = True, **changes: Any) -> dict[str, int]:
    """Do what the task does at an instant."""
    made: dict[str, int] = office.run(canary.turn, settings(office, **changes), lambda _account: looked, at)
    return made


def newest(office: Any) -> outbox.OutboxRow:
    """The newest mail of ours."""
    row: outbox.OutboxRow = office.run(outbox.outbox_rows)[0]
    return row


def leave(office: Any, at: datetime) -> outbox.OutboxRow:
    """Let the newest mail be claimed and taken by the mail server, and return it."""

    def sent(conn: Connection) -> None:
        claimed = outbox.claim_due(conn, "main", at, outbox.OPERATOR_KINDS)
        assert claimed is not None
        assert outbox.mark_sent(conn, claimed.id, at, "250 ok")

    office.run(sent)
    row = newest(office)
    assert row.kind == "canary"
    return row


def last(office: Any) -> Canary:
    """The newest test mail."""
    found = office.run(canaries.last, "main")
    assert isinstance(found, Canary)
    return found


def trouble(office: Any) -> Trouble | None:
    """The trouble that lasts, well or not."""
    found: Trouble | None = office.run(troubles.one, "main", TroubleKind.CANARY, "")
    return found


def test_one_is_sent_to_the_mailbox_itself_and_the_next_when_it_is_due(empty) -> None:
    """At once, then a week after; a restart in between sends none."""
    assert list(turn(empty, NOON)) == ["main"]
    assert turn(empty, NOON + MINUTE) == {}
    assert turn(empty, NOON + 7 * DAY - MINUTE) == {}
    assert list(turn(empty, NOON + 7 * DAY)) == ["main"]
    row = empty.run(outbox.outbox_rows)[-1]
    assert (row.kind, row.recipient, row.expires_at) == ("canary", "service@example.com", NOON + timedelta(hours=1))
    mail = message_from_bytes(row.rfc822, policy=policy.default)
    assert (mail["To"], mail["Auto-Submitted"], mail["List-Id"]) == ("service@example.com", "auto-generated", None)
    assert mail["From"].addresses[0].addr_spec == "service@example.com"
    assert mail["Message-ID"] == row.message_id


def test_never_means_never(office) -> None:
    """The default sends nothing."""
    assert office.parts.canaries.every is None
    assert office.run(canary.turn, office.parts.canaries, lambda _account: True, NOON) == {}
    assert office.run(canary.next_at, office.parts.canaries, NOON) is None


def test_one_that_arrives_is_no_mail_of_anybody(office) -> None:
    """No mail is kept, no thread begins, no notice, and no trouble either."""
    turn(office, NOON)
    row = leave(office, NOON + MINUTE)
    kept = office.receive(row.rfc822, NOON + 2 * MINUTE)
    assert (kept.canary, kept.mail_id, kept.thread_id) == (True, None, None)
    assert (last(office).arrived_at, last(office).folder) == (NOON + 2 * MINUTE, "INBOX")
    assert office.run(mails.last_id) == 0
    assert office.threads() == office.notices() == ()
    turn(office, NOON + DAY)
    assert trouble(office) is None


def test_one_whose_message_id_a_server_replaced_is_known_by_its_code(office) -> None:
    """Some mail servers write their own; the code in the subject and our own header are left."""
    turn(office, NOON)
    row = leave(office, NOON + MINUTE)
    raw = row.rfc822.replace(row.message_id.encode(), b"<other@mx.example.net>")
    assert raw != row.rfc822
    assert office.receive(raw, NOON + 2 * MINUTE).canary


def test_a_mail_of_others_that_only_looks_like_it_is_none(office) -> None:
    """A code alone, a foreign instance, a Message-ID nobody sent: each is a mail like any other."""
    turn(office, NOON)
    row = leave(office, NOON + MINUTE)
    foreign = row.rfc822.replace(office.judge.instance.id.encode(), b"0" * 32)
    assert not office.receive(foreign, NOON + 2 * MINUTE).canary
    unknown = row.rfc822.replace(row.message_id[1:13].encode(), b"aaaaaaaaaaaa")
    assert not office.receive(unknown, NOON + 2 * MINUTE).canary
    assert last(office).arrived_at is None


def test_one_that_does_not_arrive_is_told_after_its_time_and_over_when_a_later_one_comes(empty) -> None:
    """Ten minutes after it left, with what to look at; a week later the next one ends it."""
    turn(empty, NOON)
    leave(empty, NOON + MINUTE)
    assert empty.run(canary.next_at, settings(empty), NOON + 2 * MINUTE) == NOON + 11 * MINUTE
    turn(empty, NOON + 10 * MINUTE)
    assert trouble(empty) is None
    turn(empty, NOON + 11 * MINUTE)
    assert (begun := trouble(empty)) is not None
    assert "full" in begun.words
    assert "filter" in begun.words
    assert "forwarded" in begun.words
    turn(empty, NOON + 7 * DAY)
    row = leave(empty, NOON + 7 * DAY)
    turn(empty, NOON + 7 * DAY + MINUTE)  # on its way: the first one's trouble goes on
    assert (lasts := trouble(empty)) is not None
    assert lasts.well_at is None
    assert empty.run(canaries.arrived, "main", row.message_id, None, "INBOX", NOON + 7 * DAY + MINUTE)
    turn(empty, NOON + 7 * DAY + 2 * MINUTE)
    assert (ended := trouble(empty)) is not None
    assert ended.well_at == NOON + 7 * DAY + 2 * MINUTE


def test_none_is_missing_in_a_mailbox_that_was_not_looked_at(empty) -> None:
    """After a start, or while the mailbox is away, it may lie there; the mailbox has a trouble of its own then."""
    turn(empty, NOON)
    row = leave(empty, NOON + MINUTE)
    turn(empty, NOON + DAY, looked=False)
    assert trouble(empty) is None
    turn(empty, NOON + DAY)
    assert (begun := trouble(empty)) is not None
    turn(empty, NOON + 2 * DAY, looked=False)
    assert (lasts := trouble(empty)) is not None
    assert (lasts.id, lasts.well_at) == (begun.id, None)
    empty.run(canaries.arrived, "main", row.message_id, None, "Shop/Done", NOON + 2 * DAY)
    turn(empty, NOON + 3 * DAY, looked=False)  # where it lies is known
    assert (found := trouble(empty)) is not None
    assert "Shop/Done" in found.words


def test_a_mail_server_that_cannot_be_used_is_not_told_a_second_time(empty) -> None:
    """It has a trouble of its own, which ends when it is back; this one would last until the next test mail."""
    for number, reason in enumerate(
        ("connection refused (at connect)", "421 4.3.2 too busy (at hello)", "454 4.7.0 try later (at login)")
    ):
        at = NOON + number * 7 * DAY
        made = turn(empty, at)["main"]

        def away(conn: Connection, at: datetime = at, made: int = made, reason: str = reason) -> None:
            outbox.claim_due(conn, "main", at)
            outbox.defer(conn, made, at + 30 * MINUTE, reason)
            assert outbox.cancel_expired(conn, "main", at + 61 * MINUTE) == (made,)

        empty.run(away)
        turn(empty, at + 62 * MINUTE)
        assert trouble(empty) is None, reason


def test_one_that_lands_elsewhere_says_where(office) -> None:
    """A filter moved it into the folder of mail that needs no answer."""
    turn(office, NOON)
    row = leave(office, NOON + MINUTE)

    def found(conn: Connection) -> None:
        assert canaries.arrived(conn, "main", row.message_id, None, "Shop/Done", NOON + 2 * MINUTE)

    office.run(found)
    turn(office, NOON + 3 * MINUTE)
    assert (begun := trouble(office)) is not None
    assert "Shop/Done" in begun.words
    office.receive(row.rfc822, NOON + 4 * MINUTE)  # a person put it back
    turn(office, NOON + 5 * MINUTE)
    assert (ended := trouble(office)) is not None
    assert ended.well_at is not None
    assert last(office).arrived_at == NOON + 2 * MINUTE


def test_a_mailbox_that_refuses_it_is_told_at_once(empty) -> None:
    """A full mailbox often says so when the mail is handed in."""
    made = turn(empty, NOON)["main"]

    def refused(conn: Connection) -> None:
        outbox.claim_due(conn, "main", NOON)
        outbox.refuse(conn, made, "552 5.2.2 over quota")

    empty.run(refused)
    turn(empty, NOON + MINUTE)
    assert (begun := trouble(empty)) is not None
    assert "552 5.2.2" in begun.words


def test_one_that_comes_back_is_told_at_once_and_no_buyer_is_named(office) -> None:
    """A delivery report: the mailbox is full after all."""
    turn(office, NOON)
    row = leave(office, NOON + MINUTE)
    back = builders.bounce(row.message_id, recipient="service@example.com", status="5.2.2")
    assert office.receive(back, NOON + 2 * MINUTE).thread_id is None
    turn(office, NOON + 3 * MINUTE)
    assert (begun := trouble(office)) is not None
    assert begun.words.endswith("look whether the mailbox is full: returned, 5.2.2: it did not arrive")
    (noted,) = office.run(decisions.decisions, action=decisions.BOUNCED)
    assert noted.detail["words"] == "our test mail did not arrive (returned, 5.2.2)"


def test_one_whose_fate_is_unknown_after_a_crash_is_not_sent_again(empty) -> None:
    """It is put away, nobody has to look, and the next one is due as before."""
    made = turn(empty, NOON)["main"]

    def crashed(conn: Connection) -> None:
        outbox.claim_due(conn, "main", NOON)
        outbox.data_started(conn, made, NOON)
        assert outbox.recover(conn, "main", NOON + MINUTE) == outbox.RecoveryCounts(0, 0, 0)

    empty.run(crashed)
    assert newest(empty).state == "cancelled"
    turn(empty, NOON + DAY)
    assert trouble(empty) is None
    assert list(turn(empty, NOON + 7 * DAY)) == ["main"]


def test_switching_it_off_ends_its_trouble(empty) -> None:
    """Nobody is told for ever of a test that no longer takes place."""
    turn(empty, NOON)
    leave(empty, NOON + MINUTE)
    turn(empty, NOON + DAY)
    assert trouble(empty) is not None
    turn(empty, NOON + DAY, every=None)
    assert (ended := trouble(empty)) is not None
    assert ended.well_at is not None


def test_its_copy_in_the_sent_folder_is_no_arrival(office) -> None:
    """Servers that keep a copy of what is handed in prove nothing about the inbox."""
    turn(office, NOON)
    row = leave(office, NOON + MINUTE)
    office.receive(row.rfc822, NOON + MINUTE, sent=True)
    assert last(office).arrived_at is None
    assert office.threads() == ()


def test_a_buyers_message_is_still_a_message_beside_it(office) -> None:
    """What is not ours goes its usual way."""
    turn(office, NOON)
    assert office.receive(builders.buyer_message(), NOON).thread_id is not None


def test_one_that_was_put_off_until_it_expired_tells_the_reply(empty) -> None:
    """A server that says 'later' for an hour has said enough."""
    made = turn(empty, NOON)["main"]

    def put_off(conn: Connection) -> None:
        outbox.claim_due(conn, "main", NOON)
        outbox.defer(conn, made, NOON + 30 * MINUTE, "452 4.2.2 mailbox full")
        assert outbox.cancel_expired(conn, "main", NOON + 61 * MINUTE) == (made,)

    empty.run(put_off)
    turn(empty, NOON + 62 * MINUTE)
    assert (begun := trouble(empty)) is not None
    assert "452 4.2.2 mailbox full" in begun.words
