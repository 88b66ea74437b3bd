"""What rates are computed from, as the state has it: whole, of one store, as of an instant; on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neighbours.asking import Line, upsert
from sqlalchemy import event

from responder.adapters.store import (
    Store,
    decisions,
    health,
    mails,
    metric_facts,
    orders,
    outbox,
    performance,
    report_files,
    threads,
)
from responder.adapters.store.metric_facts import Reach
from responder.adapters.store.performance import Performance
from responder.adapters.store.report_files import NewReportFile
from responder.core.metrics.facts import MetricFacts, MetricOrder
from responder.core.metrics.sources import Sources
from responder.core.metrics.values import Basis, Bound, Metric, RateRule
from responder.core.orders import Channel, EventKind, OrderEvent, OrderFacts
from responder.core.threads import AnsweredVia, ThreadState

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRANCE, GERMANY = "amazon.fr", "amazon.de"
PARIS = ZoneInfo("Europe/Paris")
FULL = OrderFacts(
    order_id="305-0000000-0000001",
    marketplace=FRANCE,
    status="Shipped",
    channel=Channel.MERCHANT,
    business=True,
    tracking="JD0123",
    purchased_at=NOW - 9 * DAY,
    ship_by_at=NOW - 7 * DAY,
    shipped_at=NOW - 8 * DAY,
    deliver_by_at=NOW - 4 * DAY,
    delivered_at=NOW - 5 * DAY,
)


def rule(metric: Metric, days: int, basis: Basis) -> RateRule:
    """Return a rule of which only the window matters here."""
    return RateRule(
        metric=metric, days=days, lag_days=0, basis=basis, cap=0.01, bound=Bound.BELOW, warn_at=0.8, amazon=(),
        marketplaces=(), source="-", grade="W",
    )  # fmt: skip


RULES = (
    rule(Metric.ORDER_DEFECT_RATE, 30, Basis.PURCHASED),
    rule(Metric.RESPONSE_WITHIN_24H, 90, Basis.RECEIVED),
)


def number(n: int) -> str:
    """Return an order number."""
    return f"305-0000000-{n:07}"


def facts_of(n: int, **said: Any) -> OrderFacts:
    """Return what a report says of an order of France."""
    return OrderFacts(order_id=number(n), **{"marketplace": FRANCE, **said})


def happened(n: int, kind: EventKind, at: datetime, **detail: object) -> OrderEvent:
    """Return what happened to an order."""
    return OrderEvent(order_id=number(n), kind=kind, at=at, source=f"report:{kind}", detail=detail)


def keep(store: Store, account: str, *lines: Line | OrderFacts, at: datetime = NOW) -> None:
    """Keep what a report of `at` says."""
    said = [each if isinstance(each, Line) else Line(each) for each in lines]
    store.run(upsert, account, said, reported_at=at, now=at)


def read(store: Store, account: str, at: datetime = NOW, marketplace: str = FRANCE) -> tuple[MetricFacts, Sources]:
    """Read what is known, and what it rests on."""
    reach = Reach.of(account, marketplace, RULES, at)
    known = store.run(metric_facts.facts, reach, PARIS)
    return known, store.run(metric_facts.sources, reach, known)


def ids(known: MetricFacts) -> set[str]:
    """Return the last digits of the orders."""
    return {each.order_id[-1] for each in known.orders}


def test_an_order_is_read_whole(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Every fact that a rate needs, and what happened, the oldest first; the carrier's number only as a fact."""
    account = make.account()
    refunded = happened(1, EventKind.REFUNDED, NOW - DAY, amount="9.00")
    cancelled = happened(1, EventKind.CANCELLED, NOW - 2 * DAY)
    keep(shared, account, Line(FULL, events=(refunded, cancelled)))
    known, _ = read(shared, account)
    assert known.orders == (
        MetricOrder(
            order_id=FULL.order_id, marketplace=FRANCE, channel=Channel.MERCHANT, business=True, status="Shipped",
            purchased_at=FULL.purchased_at, ship_by_at=FULL.ship_by_at, shipped_at=FULL.shipped_at,
            deliver_by_at=FULL.deliver_by_at, delivered_at=FULL.delivered_at, tracked=True,
            events=(cancelled, refunded),
        ),
    )  # fmt: skip
    assert (known.account, known.marketplace, known.zone) == (account, FRANCE, PARIS)
    assert known.first_at == FULL.purchased_at


def test_only_the_orders_of_the_store_that_can_be_in_a_window_are_read(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """An order bought long ago and shipped lately is in a window; another account's or store's is not."""
    account, other = make.account(), make.account()
    keep(shared, other, facts_of(9, purchased_at=NOW - DAY))
    keep(
        shared,
        account,
        facts_of(1, purchased_at=NOW - 20 * DAY),
        facts_of(2, purchased_at=NOW - 44 * DAY),  # in the trend of two weeks
        facts_of(3, purchased_at=NOW - 200 * DAY),
        facts_of(4, purchased_at=NOW - 200 * DAY, shipped_at=NOW - DAY),
        facts_of(5, purchased_at=NOW - 200 * DAY, deliver_by_at=NOW + DAY),
        facts_of(6, purchased_at=NOW - DAY, marketplace=GERMANY),
        facts_of(7, purchased_at=NOW - DAY, marketplace=None),
        facts_of(8),  # no source dates it
    )
    known, sources = read(shared, account)
    assert ids(known) == {"1", "2", "4", "5", "8"}
    assert sources.no_store == 1
    assert sources.orders_from == NOW - 200 * DAY


def test_nothing_that_happened_later_is_known(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """As of an earlier instant an order was not shipped, nothing had happened to it, and a later one was not there."""
    account = make.account()
    before = NOW - 8 * DAY - HOUR
    keep(
        shared,
        account,
        Line(FULL, events=(happened(1, EventKind.CLAIM_OPENED, NOW - 3 * DAY),)),
        facts_of(2, purchased_at=NOW - DAY),
    )
    known, sources = read(shared, account, before)
    (order,) = known.orders
    assert order.purchased_at == FULL.purchased_at
    assert order.ship_by_at == FULL.ship_by_at
    assert (order.shipped_at, order.delivered_at, order.tracked, order.status) == (None, None, False, None)
    assert order.events == ()
    assert sources.said_later == 1
    assert read(shared, account)[1].said_later == 0


def test_amazons_figures_are_the_newest_of_the_store_then(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """A report made later says nothing about the past, and one of another store nothing about this one."""
    account = make.account()
    for days, store in ((9, FRANCE), (2, FRANCE), (1, GERMANY)):
        figures = {"rates": [], "status": f"{days} days"}
        shared.run(performance.keep, Performance(account, store, NOW - days * DAY, figures))

    def at(when: datetime) -> object:
        report = read(shared, account, when)[0].performance
        return report and report.figures["status"]

    assert (at(NOW), at(NOW - 5 * DAY), at(NOW - 10 * DAY)) == ("2 days", "9 days", None)


def test_the_newest_file_of_each_kind_is_known_and_a_failed_one_is_none(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """A file that was imported for all accounts counts for each; another account's, and a later one, for none."""
    account, other = make.account(), make.account()

    def imported(kind: str, of: str | None, days: int, state: str = report_files.DONE) -> None:
        made = NewReportFile(
            account=of, name="x", sha256=f"{of}{kind}{days}", kind=kind, state=state, at=NOW - days * DAY
        )
        shared.run(report_files.keep, made)

    imported("feedback", account, 9)
    imported("feedback", account, 4)
    imported("feedback", other, 1)
    imported("returns", account, 2, report_files.FAILED)
    assert read(shared, account)[1].reports.get("feedback") == NOW - 4 * DAY
    assert read(shared, account, NOW - 5 * DAY)[1].reports.get("feedback") == NOW - 9 * DAY
    assert "returns" not in read(shared, account)[1].reports
    imported("all_orders", None, 3)
    assert read(shared, account)[1].reports["all_orders"] == NOW - 3 * DAY


def test_a_defect_of_an_order_that_no_report_names_is_counted_apart(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Of which store it is nobody knows, so it is in no rate, and told of; what is no defect is not."""
    account = make.account()
    keep(shared, account, facts_of(1, purchased_at=NOW - DAY))
    told = [
        happened(1, EventKind.CLAIM_OPENED, NOW - HOUR),
        happened(7, EventKind.CLAIM_OPENED, NOW - HOUR),
        happened(7, EventKind.CHARGEBACK, NOW - HOUR),
        happened(8, EventKind.REFUNDED, NOW - HOUR),
    ]
    shared.run(orders.add_events, account, told, NOW)
    known, sources = read(shared, account)
    assert (sources.no_store, sources.no_store_defects) == (2, 1)
    assert read(shared, account, NOW - 2 * HOUR)[1].no_store_defects == 0
    assert sum(len(each.events) for each in known.orders) == 1


class Post:
    """The mail of one account: each message and answer under a thread."""

    def __init__(self, store: Store, make: Any) -> None:
        self.store, self.make, self.account = store, make, make.account()

    def thread(self, **given: object) -> int:
        """Begin a thread."""
        made = self.make.thread(**{"account": self.account, "marketplace": FRANCE, **given})
        return self.store.run(threads.insert_thread, made).id

    def mail(self, thread_id: int | None, at: datetime, **given: object) -> int:
        """Keep a message of the buyer, or what `given` makes of it."""
        values = {"account": self.account, "thread_id": thread_id, "received_at": at, "authentic": "pass", **given}
        kept = self.store.run(mails.insert_mail, self.make.mail(**values))
        assert kept is not None
        return kept

    def sent(self, thread_id: int, at: datetime, **given: object) -> int:
        """Keep an answer of a person's."""
        return self.mail(thread_id, at, **{"role": "sent", "folder": "Sent", "kind": "other", **given})

    def said(self, thread_id: int, action: str, at: datetime, mail_id: int | None = None, **detail: object) -> None:
        """Note a decision."""
        decision = decisions.Decision(
            at=at, action=action, account=self.account, thread_id=thread_id, mail_id=mail_id, detail=detail
        )
        self.store.run(decisions.decide, decision)

    def waited(self, at: datetime = NOW, marketplace: str = FRANCE) -> list[tuple[int, float | None, bool]]:
        """Return, by thread, how many hours each message waited, and whether that is unknown."""
        known, _ = read(self.store, self.account, at, marketplace)
        found = [(each.thread_id, each.response) for each in known.responses]
        return [(thread, each.took / HOUR if each.took else None, each.unknown) for thread, each in found]


@pytest.fixture
def post(shared: Store, make) -> Post:  # type: ignore[no-untyped-def]
    """An account without mail."""
    return Post(shared, make)


def test_a_persons_answer_and_amazons_copy_count_by_their_time_and_nothing_automatic_does(post: Post) -> None:
    """Our acknowledgement, another machine's reply, an unverified copy and an answer that came back answer nothing."""
    thread = post.thread(order_id=number(3))
    post.mail(thread, NOW - 50 * HOUR)
    mine = post.make.outgoing(account=post.account, message_id="<ack@example.com>")
    post.store.run(outbox.enqueue, mine)
    post.sent(thread, NOW - 49 * HOUR, message_id="<ack@example.com>")
    post.sent(thread, NOW - 48 * HOUR, own=True)
    post.sent(thread, NOW - 47 * HOUR, automatic=("rfc3834:auto-submitted",))
    post.mail(thread, NOW - 46 * HOUR, kind="answer_copy", authentic="unknown")
    lost = post.sent(thread, NOW - 45 * HOUR)
    post.store.run(mails.mark_returned, lost, NOW - 40 * HOUR, "unknown user")
    assert post.waited() == [(thread, None, False)]
    assert post.waited(NOW - 44 * HOUR) == [(thread, 5, False)]  # it was not known yet that it came back
    post.sent(thread, NOW - 10 * HOUR)
    post.mail(thread, NOW - 20 * HOUR, kind="answer_copy")
    assert post.waited() == [(thread, 30, False)]
    assert read(post.store, post.account)[0].responses[0].order_id == number(3)


def test_only_the_buyers_own_new_and_genuine_messages_of_the_store_count(post: Post) -> None:
    """A text that was sent again, a forged one, and one of another store are none; of no store is told of."""
    thread, german, nowhere = post.thread(), post.thread(marketplace=GERMANY), post.thread(marketplace=None)
    first = post.mail(thread, NOW - 9 * HOUR)
    again = post.mail(thread, NOW - 8 * HOUR)
    post.store.run(mails.mark_repeat, again, first)
    post.mail(thread, NOW - 7 * HOUR, authentic="fail")
    post.mail(thread, NOW - 6 * HOUR, kind="automatic")
    post.mail(german, NOW - 5 * HOUR)
    post.mail(nowhere, NOW - 4 * HOUR)
    post.mail(None, NOW - 3 * HOUR)
    assert post.waited() == [(thread, None, False)]
    assert post.waited(marketplace=GERMANY) == [(german, None, False)]
    assert read(post.store, post.account)[1].no_store_messages == 1


def test_a_word_or_a_mark_that_no_answer_is_needed_leaves_the_message_out(post: Post) -> None:
    """A person's word, the seller's folder and Amazon's mark: the last of one message only."""
    by_word, by_folder, by_amazon = post.thread(), post.thread(), post.thread()
    for thread in (by_word, by_folder, by_amazon):
        post.mail(thread, NOW - 40 * HOUR)
    kept = [post.mail(thread, NOW - 30 * HOUR) for thread in (by_folder, by_amazon)]
    post.said(by_word, "operator", NOW - 20 * HOUR, word="no-response-needed")
    post.said(by_folder, "no_response", NOW - 20 * HOUR, kept[0], how="folder")
    post.said(by_amazon, "no_response", NOW - 20 * HOUR, kept[1], how="amazon")
    assert post.waited() == [(by_amazon, None, False)]
    assert len(post.waited(NOW - 25 * HOUR)) == 5


def test_an_answer_of_which_only_a_flag_or_a_word_tells_has_no_time(post: Post) -> None:
    """It is neither late nor in time, however the thread's own row dates it."""
    flagged, said = (
        post.thread(),
        post.thread(state=ThreadState.ANSWERED, answered_at=NOW - HOUR, answered_via=AnsweredVia.OPERATOR),
    )
    post.mail(flagged, NOW - 40 * HOUR, flags_answered=True)
    post.mail(said, NOW - 40 * HOUR)
    post.said(said, "operator", NOW - HOUR, word="answered")
    assert sorted(post.waited()) == [(flagged, None, True), (said, None, True)]


def test_since_when_mail_is_known_is_the_first_start_or_the_first_mail_before_it(post: Post) -> None:
    """Mail of before the first start is history that was read; whether copies of answers come is known too."""
    assert read(post.store, post.account)[1].mail_from is None
    post.store.run(health.account_started, post.account, NOW - 5 * DAY)
    assert read(post.store, post.account)[1].mail_from == NOW - 5 * DAY
    post.mail(None, NOW - 7 * DAY, kind="notice")
    sources = read(post.store, post.account)[1]
    assert (sources.mail_from, sources.copies) == (NOW - 7 * DAY, False)
    post.mail(None, NOW - 6 * DAY, kind="answer_copy")
    assert read(post.store, post.account)[1].copies


def test_the_number_of_queries_does_not_grow_with_the_orders(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """200,000 orders a year are read as one is."""
    few, many = make.account(), make.account()

    def line(n: int) -> Line:
        return Line(facts_of(n, purchased_at=NOW - DAY), events=(happened(n, EventKind.REFUNDED, NOW - HOUR),))

    keep(shared, few, line(1))
    keep(shared, many, *map(line, range(1, 41)))

    def asked(account: str) -> tuple[int, int]:
        statements: list[str] = []

        def count(conn: Any) -> int:
            event.listen(conn, "before_cursor_execute", lambda *args: statements.append(args[2]))
            reach = Reach.of(account, FRANCE, RULES, NOW)
            known = metric_facts.facts(conn, reach, PARIS)
            metric_facts.sources(conn, reach, known)
            return len(known.orders)

        return shared.run(count), len(statements)

    (one, queries), (forty, same) = asked(few), asked(many)
    assert (one, forty) == (1, 40)
    assert queries == same
