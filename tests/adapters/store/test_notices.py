"""Notices in the state, on both databases: who was told of them, who saw them, how they ended, and their flags."""

from datetime import timedelta
from typing import Any

import pytest
from neighbours.asking import known

from responder.adapters.store import (
    Store,
    mails,
    notice_flags,
    notice_reports,
    notice_rows,
    notice_story,
    notices,
    orders,
    outbox,
    retention,
    timers,
)
from responder.adapters.store.notice_flags import Marking, Place
from responder.core.kinds import NoticeType
from responder.core.notice_life import SeenBy
from responder.core.orders import EventKind, OrderEvent

HOUR = timedelta(hours=1)
INBOX = Place("main", "INBOX", 7)
ORDER = "171-1234567-1234567"


@pytest.fixture
def keep(store: Store, make: Any) -> Any:
    """A function that keeps a notice with its mail, and returns its id."""

    def kept(*, mail: dict[str, Any] | None = None, **more: Any) -> int:
        at = more.get("received_at", make.now)
        given = {"kind": "notice", "received_at": at, "authentic": "pass", **(mail or {})}
        mail_id = store.run(mails.insert_mail, make.mail(**given))
        notice_id = store.run(notices.insert_notice, make.notice(mail_id, **more))
        assert notice_id is not None
        return notice_id

    return kept


def mail_to_operator(store: Store, make: Any, kind: str) -> int:
    """A digest or an alert in the outbox."""
    outbox_id = store.run(outbox.enqueue, make.outgoing(kind=kind))
    assert outbox_id is not None
    return outbox_id


def kept(store: Store, notice_id: int) -> notices.Notice:
    """The notice as it is kept now."""
    found = store.run(notices.notice, notice_id)
    assert found is not None
    return found


def test_what_a_notice_says_is_kept(store: Store, keep: Any) -> None:
    """Amounts, outcome and urgency come back as they were."""
    amounts = ({"value": "119.00", "currency": "EUR"},)
    found = kept(store, keep(amounts=amounts, outcome="granted", urgent=True))
    assert (found.amounts, found.outcome, found.urgent) == (amounts, "granted", True)
    assert (found.seen_by, found.settled_at, found.tagged_at) == (None, None, None)


def test_only_what_a_mail_server_took_has_told_anybody(store: Store, make: Any, keep: Any) -> None:
    """Each digest and alert once; the first digest is `digest_at`, an alert is none; a bounce takes its own back."""
    one = keep(urgent=True)
    alert, first, second = (mail_to_operator(store, make, kind) for kind in ("alert", "digest", "digest"))
    assert store.run(notice_reports.told, [one, 999], alert, "alert", make.now) == 1
    assert kept(store, one).digest_at is None
    assert store.run(notice_reports.told, [one], first, "digest", make.now + HOUR) == 1
    assert store.run(notice_reports.told, [one], first, "digest", make.now + 3 * HOUR) == 0
    store.run(notice_reports.told, [one], second, "digest", make.now + 2 * HOUR)
    assert kept(store, one).digest_at == make.now + HOUR
    (row,) = store.run(notice_rows.rows, [kept(store, one)])
    assert (row.digests, row.alerts, row.verified) == (2, 1, True)
    assert store.run(notice_reports.forget, [one], first) == 1
    assert kept(store, one).digest_at == make.now + 2 * HOUR
    store.run(notice_reports.forget, [one], second)
    assert kept(store, one).digest_at is None
    assert [each.kind for each in store.run(notice_reports.reports, [one])[one]] == ["alert"]


def test_any_number_of_notices_can_be_asked_about(store: Store) -> None:
    """A year of a large store: more than a statement of PostgreSQL takes values."""
    assert store.run(notice_reports.reports, range(1, 70_001)) == {}


def test_who_confirms_outranks_a_mail_program(store: Store, make: Any, keep: Any) -> None:
    r"""\Seen ends no warning; a command does, and a later \Seen takes nothing back; both stay in its story."""
    one = keep()
    store.run(timers.add_timer, "warn:1", "warn", make.now + HOUR, notice_id=one)
    assert store.run(notices.see, [one], make.now, SeenBy.MAIL_PROGRAM) == (one,)
    assert store.run(notices.see, [one], make.now, SeenBy.MAIL_PROGRAM) == ()
    assert store.run(notices.notices, waiting=True) != ()
    assert store.run(timers.timers, notice_id=one) != ()
    assert store.run(notices.see, [one], make.now + HOUR, SeenBy.COMMAND) == (one,)
    assert store.run(notices.see, [one], make.now + 2 * HOUR, SeenBy.MAIL_PROGRAM) == ()
    assert store.run(notices.see, [one], make.now + 2 * HOUR, SeenBy.REPLY) == ()
    found = kept(store, one)
    assert (found.seen_at, found.seen_by) == (make.now + HOUR, SeenBy.COMMAND)
    story = store.run(notice_story.story, one)
    assert story is not None
    assert (story.timers, len(story.decided)) == ((), 2)
    assert store.run(notices.notices, waiting=True) == ()


def test_a_digest_repeats_what_waits_and_tells_the_rest_once(store: Store, make: Any, keep: Any) -> None:
    """A claim until it is confirmed or settled; a refund once; nothing that a person confirmed before."""
    claim, refund = keep(urgent=True), keep(notice_type="refund", due_at=None)
    confirmed, settled = keep(order_id=None), keep(order_id=None)
    store.run(notices.see, [confirmed], make.now, SeenBy.COMMAND)
    assert store.run(notices.settle_one, settled, make.now)
    first = [each.id for each in store.run(notices.notices_for_digest, make.now)]
    assert sorted(first) == sorted([claim, settled, refund])
    digest_id = mail_to_operator(store, make, "digest")
    store.run(notice_reports.told, first, digest_id, "digest", make.now)
    store.run(notices.see, [claim], make.now, SeenBy.MAIL_PROGRAM)
    assert [each.id for each in store.run(notices.notices_for_digest, make.now)] == [claim]
    assert [each.id for each in store.run(notices.notices_due, make.now, None)] == [claim]


def test_neither_forgeries_nor_old_deadlines_keep_out_what_can_still_be_done(
    store: Store, make: Any, keep: Any
) -> None:
    """Of what waits the limit cuts off the forged and the long overdue; and news has a limit of its own."""
    for hours in range(3):
        keep(mail={"authentic": "fail"}, due_at=make.now + hours * HOUR)
        keep(notice_type="return_request", due_at=make.now - timedelta(days=9, hours=hours))
    claim, warning = keep(urgent=True), keep(notice_type="policy", due_at=None, urgent=True)
    keep(mail={"authentic": "fail"}, notice_type="refund", due_at=None, received_at=make.now - HOUR)
    refund = keep(notice_type="refund", due_at=None)
    found = store.run(notices.notices_for_digest, make.now, 2)
    assert [each.id for each in found][:3] == [claim, warning, refund]
    assert len(store.run(notices.notices_for_digest, make.now)) == 10


def test_a_decision_settles_what_came_before_it(store: Store, make: Any, keep: Any) -> None:
    """Of the same order and account, by type, and nothing that is newer; it is over once."""
    types = (NoticeType.A_TO_Z_OPENED, NoticeType.A_TO_Z_INFORMATION)
    before, asked = keep(), keep(notice_type="a_to_z_information")
    later, other = keep(received_at=make.now + 2 * HOUR), keep(order_id="171-7777777-7777777")
    ended = store.run(notices.settle, "main", ORDER, types, "decided", make.now + HOUR)
    assert sorted(ended) == sorted([before, asked])
    assert kept(store, before).settled_how == "decided"
    assert (kept(store, later).settled_at, kept(store, other).settled_at) == (None, None)
    assert store.run(notices.settle, "main", ORDER, types, "again", make.now + HOUR) == ()


def test_the_facts_of_an_order_settle_what_asked_about_it(store: Store, make: Any, keep: Any) -> None:
    """Shipped or cancelled answers a cancellation request, a later refund a return request; an older one does not."""
    shipped, cancelled, open_ = ("171-0000001-0000001", "171-0000002-0000002", "171-0000003-0000003")
    returned, paid_before = ("171-0000004-0000004", "171-0000005-0000005")
    wish = {"notice_type": "cancellation_request"}
    asked = {order: keep(order_id=order, **wish) for order in (shipped, cancelled, open_)}
    sent_back = {order: keep(order_id=order, notice_type="return_request") for order in (returned, paid_before)}
    store.run(known, make.now, shipped, shipped_at=make.now - HOUR)
    store.run(known, make.now, open_)
    events = [
        OrderEvent(order_id=cancelled, kind=EventKind.CANCELLED, at=make.now + HOUR, source="test:1"),
        OrderEvent(order_id=returned, kind=EventKind.REFUNDED, at=make.now + HOUR, source="test:2"),
        OrderEvent(order_id=paid_before, kind=EventKind.REFUNDED, at=make.now - HOUR, source="test:3"),
    ]
    store.run(orders.add_events, "main", events, make.now)
    assert store.run(notices.settle_by_orders, "other", make.now + HOUR) == ()
    ended = store.run(notices.settle_by_orders, "main", make.now + 2 * HOUR)
    assert sorted(ended) == sorted([asked[shipped], asked[cancelled], sent_back[returned]])
    assert kept(store, asked[cancelled]).settled_how == "the order was cancelled"
    assert kept(store, asked[shipped]).settled_at == make.now
    assert kept(store, asked[open_]).settled_at is None
    assert store.run(notices.settle_by_orders, "main", make.now + 2 * HOUR) == ()


def test_what_is_marked_depends_on_who_was_told(store: Store, make: Any, keep: Any) -> None:
    """After a digest what it told; by a person's word what they confirmed; never nothing; under this numbering only."""
    told, confirmed, read, news = keep(), keep(), keep(), keep()
    store.run(notice_reports.told, [told, read], mail_to_operator(store, make, "digest"), "digest", make.now)
    store.run(notices.see, [confirmed], make.now, SeenBy.COMMAND)
    store.run(notices.see, [read], make.now, SeenBy.MAIL_PROGRAM)

    def to_mark(marking: Marking, place: Place = INBOX) -> set[int]:
        return {each.notice_id for each in store.run(notice_flags.to_mark, place, marking)}

    assert to_mark(Marking.AFTER_DIGEST) == {told, confirmed}
    assert to_mark(Marking.ON_ACKNOWLEDGEMENT) == {confirmed}
    assert to_mark(Marking.NEVER) == set()
    assert to_mark(Marking.AFTER_DIGEST, Place("main", "INBOX", 8)) == set()
    assert store.run(notice_flags.begin_marking, [told], make.now) == 1
    ours = {each.notice_id: each.ours for each in store.run(notice_flags.to_mark, INBOX, Marking.AFTER_DIGEST)}
    assert ours == {told: True, confirmed: False}
    assert store.run(notice_flags.marked, [told, confirmed], make.now) == 2
    assert to_mark(Marking.AFTER_DIGEST) == set()
    watched = {each.notice_id: each for each in store.run(notice_flags.watched, INBOX, make.now)}
    assert set(watched) == {told, read, news}
    assert (watched[told].ours, watched[news].ours, watched[read].seen) == (True, False, True)


def test_what_waits_is_looked_at_before_what_is_younger(store: Store, make: Any, keep: Any) -> None:
    """However many notices come in unread: a reply to an older claim is not missed."""
    claim, younger = keep(), keep(notice_type="order", due_at=None, received_at=make.now + HOUR)
    watched = store.run(notice_flags.watched, INBOX, make.now + HOUR)
    assert [each.notice_id for each in watched] == [claim, younger]


def test_what_is_over_or_old_is_not_looked_at_again(store: Store, make: Any, keep: Any) -> None:
    """Ninety days, and what nobody waits for: a settled claim, news that we marked."""
    keep(received_at=make.now - timedelta(days=91))
    over, marked = keep(), keep(notice_type="refund", due_at=None)
    store.run(notices.settle_one, over, make.now)
    store.run(notice_flags.marked, [marked], make.now)
    assert store.run(notice_flags.watched, INBOX, make.now) == ()
    young = store.run(notice_flags.untagged, INBOX, make.now)
    assert {each.notice_id for each in young} == {over, marked}
    assert store.run(notice_flags.tagged, [over, marked], make.now) == 2
    assert store.run(notice_flags.untagged, INBOX, make.now) == ()


def test_notices_are_listed_by_type_and_order(store: Store, keep: Any) -> None:
    """Each filter, and all of them together."""
    claim, refund = keep(), keep(notice_type="refund", due_at=None, order_id="171-7777777-7777777")
    assert [each.id for each in store.run(notices.notices, notice_type="refund")] == [refund]
    assert [each.id for each in store.run(notices.notices, order_id=ORDER)] == [claim]
    assert store.run(notices.notices, notice_type="refund", order_id=ORDER) == ()


def test_the_words_of_a_notice_go_once_it_is_done(store: Store, make: Any, keep: Any) -> None:
    """News when a digest told of it, whether or not a person looked at the mail; a claim that waits keeps its mail."""
    claim, refund = keep(mail={"text": "words"}), keep(mail={"text": "words"}, notice_type="refund", due_at=None)
    told = mail_to_operator(store, make, "digest")
    later = make.now + timedelta(days=200)
    assert store.run(retention.purge, later) == 0
    store.run(notice_reports.told, [claim, refund], told, "digest", make.now)
    store.run(retention.purge, later)
    texts = {notice: store.run(mails.mail, kept(store, notice).mail_id).text for notice in (claim, refund)}
    assert texts == {claim: "words", refund: None}
