"""May this buyer be asked? One table for each reason, and the properties that hold for all orders."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core import feedback_reasons
from responder.core.feedback import attaches_invoice, decide, decide_invoice, reasons
from responder.core.feedback_happened import fits
from responder.core.feedback_reasons import FOR_EVER, FeedbackReason
from responder.core.feedback_values import (
    DELAY_NOTICE,
    EARLIEST,
    FEEDBACK_REQUEST,
    INVOICE,
    LATEST,
    Ask,
    Decision,
    Facts,
    Fate,
    FeedbackPolicy,
    Hold,
    Invoice,
    InvoiceState,
    Skip,
    Wait,
    Written,
)
from responder.core.feedback_window import delivered_at, feedback_window
from responder.core.orders import Channel, EventKind, FeedbackState, Order, OrderEvent, OrderItem
from responder.core.transit import CountryDays

PARIS = ZoneInfo("Europe/Paris")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def at(text: str) -> datetime:
    """An instant of the wall clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


DELIVERED = at("2026-09-04T00:00")  # the end of Thursday
GOOD_TIME = at("2026-09-11T10:00")
POLICY = FeedbackPolicy(marketplaces=frozenset({"amazon.fr", "amazon.de"}))
THERE = Invoice(InvoiceState.THERE, "invoice.pdf")


def order(**given: Any) -> Order:
    """An order that was bought, shipped and delivered in time."""
    values: dict[str, Any] = {
        "id": 1,
        "account": "main",
        "order_id": "171-1234567-1234567",
        "marketplace": "amazon.fr",
        "status": "Shipped",
        "channel": Channel.MERCHANT,
        "sales_channel": "Amazon.fr",
        "ship_country": "FR",
        "purchased_at": at("2026-09-01T10:00"),
        "ship_by_at": at("2026-09-02T23:59"),
        "shipped_at": at("2026-09-02T00:00"),
        "deliver_by_at": at("2026-09-05T23:59"),
        "delivered_at": DELIVERED,
        "reported_at": at("2026-09-05T00:00"),
        "first_at": at("2026-09-01T11:00"),
    }
    return Order(**{**values, **given})


def facts(*, of: Mapping[str, Any] = MappingProxyType({}), **given: Any) -> Facts:
    """What is known of it when nothing speaks against asking; `of` changes the order itself."""
    address = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
    values: dict[str, Any] = {"address": address, "invoice": THERE, "zone": PARIS, "country": "FR"}
    return Facts(order=order(**of), **{**values, **given})


def happened(kind: EventKind, **detail: Any) -> tuple[OrderEvent, ...]:
    """One event of the order."""
    made = OrderEvent(order_id="171-1234567-1234567", kind=kind, at=at("2026-09-06T10:00"), source="r", detail=detail)
    return (made,)


def reason(decision: Decision) -> str:
    """The code of a decision."""
    return "ask" if isinstance(decision, Ask) else str(decision.reason)


def test_a_good_order_is_asked_about_in_its_window() -> None:
    """Seven days after the delivery, in the hours for sending, with the invoice there: the mail may go until day 30."""
    assert decide(facts(), POLICY, GOOD_TIME) == Ask(DELIVERED.astimezone(UTC) + 30 * DAY)


SKIPS: list[tuple[str, Facts, FeedbackPolicy]] = [
    ("asked", facts(of={"feedback": FeedbackState.ASKED}), POLICY),
    ("asked", facts(written=(Written(FEEDBACK_REQUEST, Fate.LEFT),)), POLICY),
    ("cancelled_by_you", facts(written=(Written(FEEDBACK_REQUEST, Fate.DROPPED),)), POLICY),
    ("disabled", facts(), replace(POLICY, enabled=False)),
    ("not_amazon", facts(of={"sales_channel": "Non-Amazon"}), POLICY),
    ("marketplace_not_ours", facts(of={"marketplace": "amazon.it"}), POLICY),
    ("excluded_marketplace", facts(), replace(POLICY, excluded_marketplaces=frozenset({"amazon.fr"}))),
    ("excluded_channel", facts(), replace(POLICY, excluded_channels=frozenset({Channel.MERCHANT}))),
    ("excluded_sku", facts(items=(OrderItem(item="1", sku="spare-7"),)), replace(POLICY, excluded_skus=("SPARE-*",))),
    ("excluded_date", facts(), replace(POLICY, orders_before=date(2026, 9, 2))),
    ("cancelled", facts(of={"status": "Cancelled"}), POLICY),
    ("cancelled", facts(events=happened(EventKind.CANCELLED)), POLICY),
    ("cancelled", facts(items=(OrderItem(item="1", status="Cancelled"),)), POLICY),
    ("charged_back", facts(events=happened(EventKind.CHARGEBACK)), POLICY),
    ("claimed", facts(events=happened(EventKind.CLAIM_OPENED, verified=False)), POLICY),
    ("claimed", facts(events=happened(EventKind.CLAIM_DECIDED)), POLICY),
    ("refunded", facts(events=happened(EventKind.REFUNDED)), POLICY),
    ("returned", facts(events=happened(EventKind.RETURN_REQUESTED)), POLICY),
    ("returned", facts(of={"status": "Shipped - Returned to Seller"}), POLICY),
    ("returned", facts(of={"status": "Shipped - Lost in Transit"}), POLICY),
    ("cancellation_requested", facts(events=happened(EventKind.CANCELLATION_REQUESTED)), POLICY),
    ("negative_feedback", facts(events=happened(EventKind.FEEDBACK, rating=2)), POLICY),
    ("negative_feedback", facts(events=happened(EventKind.FEEDBACK)), POLICY),
    ("feedback_given", facts(events=happened(EventKind.FEEDBACK, rating=3)), POLICY),
    ("feedback_given", facts(events=happened(EventKind.FEEDBACK, rating=5)), POLICY),
    ("shipped_late", facts(of={"shipped_at": at("2026-09-03T00:00")}), POLICY),
    ("delivered_late", facts(of={"delivered_at": at("2026-09-07T00:00")}), POLICY),
    (
        "not_shipped_in_time",
        facts(of={"shipped_at": None, "delivered_at": None, "status": "Unshipped"}),
        POLICY,
    ),
    ("suppressed", facts(suppressed="opted out"), POLICY),
    ("thread_overdue", facts(late_thread=7), POLICY),
    ("one_proactive_mail", facts(written=(Written(INVOICE, Fate.LEFT),)), POLICY),
    ("one_proactive_mail", facts(written=(Written(INVOICE, Fate.PENDING),)), POLICY),
    ("one_proactive_mail", facts(written=(Written(DELAY_NOTICE, Fate.LEFT),)), POLICY),
    (
        "one_proactive_mail",
        facts(written=(Written(DELAY_NOTICE, Fate.LEFT),)),
        replace(POLICY, after_invoice_mail=True),
    ),
]


@pytest.mark.parametrize(("code", "known", "policy"), SKIPS)
def test_what_keeps_a_buyer_from_being_asked_at_all(code: str, known: Facts, policy: FeedbackPolicy) -> None:
    """Each has a code of its own, and no time of the day matters."""
    for now in (GOOD_TIME, at("2026-09-11T03:00"), at("2026-09-20T10:00")):
        decision = decide(known, policy, now)
        assert isinstance(decision, Skip)
        assert reason(decision) == code


def test_every_reason_that_is_for_ever_is_in_the_table() -> None:
    """What never changes is tested here."""
    assert {str(each) for each in FOR_EVER} <= {code for code, *_ in SKIPS}


@pytest.mark.parametrize(
    ("code", "known", "now", "until"),
    [
        ("too_soon", facts(), "2026-09-05T10:00", "2026-09-11T09:00"),
        ("too_soon", facts(), "2026-09-11T08:59", "2026-09-11T09:00"),
        ("outside_hours", facts(), "2026-09-11T19:00", "2026-09-12T09:00"),
        ("outside_hours", facts(), "2026-09-12T03:00", "2026-09-12T09:00"),
        ("thread_open", facts(open_thread=7), "2026-09-11T10:00", "2026-09-11T11:00"),
        ("daily_cap", facts(cap_until=at("2026-09-11T14:00")), "2026-09-11T10:00", "2026-09-11T14:00"),
        ("daily_cap", facts(cap_until=at("2026-09-11T20:00")), "2026-09-11T10:00", "2026-09-12T09:00"),
        (
            "in_outbox",
            facts(written=(Written(FEEDBACK_REQUEST, Fate.PENDING),)),
            "2026-09-11T10:00",
            "2026-09-11T11:00",
        ),
        (
            "not_shipped",
            facts(of={"shipped_at": None, "delivered_at": None, "status": "Unshipped"}),
            "2026-09-02T10:00",
            "2026-09-03T23:59",
        ),
    ],
)
def test_what_passes_by_itself_is_waited_for(code: str, known: Facts, now: str, until: str) -> None:
    """The order says until when, and is looked at again then."""
    decision = decide(known, POLICY, at(now))
    assert isinstance(decision, Wait)
    assert (reason(decision), decision.until) == (code, at(until).astimezone(UTC))


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("messaging_flagged", facts(flagged=True)),
        ("no_address", facts(address=None)),
        ("invoice_missing", facts(invoice=Invoice())),
        ("invoice_missing", facts(invoice=Invoice(InvoiceState.MISSING, "171-1234567-1234567.pdf"))),
        ("invoice_refused", facts(invoice=Invoice(InvoiceState.REFUSED, "it is no PDF"))),
        ("invoice_used_for_another_order", facts(invoice=Invoice(InvoiceState.USED, "171-7654321-7654321"))),
    ],
)
def test_what_a_person_can_bring_holds_the_request(code: str, known: Facts) -> None:
    """It is held until it comes or the window closes; then it is skipped, and says why."""
    decision = decide(known, POLICY, GOOD_TIME)
    assert isinstance(decision, Hold)
    assert (reason(decision), decision.until) == (code, DELIVERED.astimezone(UTC) + LATEST)


def test_an_order_without_a_marketplace_is_held() -> None:
    """Nobody knows which clock and which language count."""
    known = facts(of={"marketplace": None}, zone=None)
    assert reason(decide(known, POLICY, at("2026-09-11T12:00"))) == "marketplace_unknown"


def test_a_missing_invoice_is_missing_by_night_too() -> None:
    """The digest of the morning lists what is held: an order does not change its state with the hours."""
    known = facts(invoice=Invoice(InvoiceState.MISSING, "x.pdf"))
    assert reason(decide(known, POLICY, at("2026-09-12T03:00"))) == "invoice_missing"


def test_an_invoice_that_nobody_looked_for_is_not_called_missing_by_night() -> None:
    """Only a look into the folder can say so."""
    assert reason(decide(facts(invoice=Invoice()), POLICY, at("2026-09-12T03:00"))) == "outside_hours"


@pytest.mark.parametrize(
    ("held", "code"),
    [("invoice_missing", "invoice_never_came"), ("invoice_refused", "invoice_never_came"), ("no_address", "too_late")],
)
def test_after_the_window_the_order_says_what_it_lacked(held: str, code: str) -> None:
    """A request that was held to the end is skipped with the reason that lasted."""
    known = facts(of={"feedback": FeedbackState.HELD, "feedback_reason": held})
    assert reason(decide(known, POLICY, at("2026-10-04T10:00"))) == code


def test_after_the_window_nobody_is_asked() -> None:
    """30 days after the delivery it is too late."""
    assert reason(decide(facts(), POLICY, at("2026-10-03T18:59"))) == "ask"
    assert reason(decide(facts(), POLICY, at("2026-10-03T19:00"))) == "too_late"  # no hour for sending is left


def test_an_order_of_which_no_shipping_becomes_known_is_given_up() -> None:
    """Ninety days after the purchase nobody waits for it any more."""
    known = facts(of={"shipped_at": None, "delivered_at": None, "ship_by_at": None, "status": "Shipped"})
    assert reason(decide(known, POLICY, at("2026-11-29T10:00"))) == "not_shipped"
    assert reason(decide(known, POLICY, at("2026-12-01T10:00"))) == "no_shipment_known"


def test_a_shipped_order_without_a_date_is_not_late() -> None:
    """The all-orders report says that it is shipped, and not when."""
    known = facts(of={"shipped_at": None, "delivered_at": None, "status": "Shipped"})
    assert reason(decide(known, POLICY, at("2026-09-20T10:00"))) == "not_shipped"


def test_a_late_report_of_the_shipping_mends_the_order() -> None:
    """Not shipped in time is what was known; what is known now counts."""
    before = facts(of={"shipped_at": None, "delivered_at": None, "status": "Unshipped"})
    assert reason(decide(before, POLICY, GOOD_TIME)) == "not_shipped_in_time"
    assert reason(decide(facts(), POLICY, GOOD_TIME)) == "ask"


def test_a_delivery_nobody_reported_is_estimated() -> None:
    """The ship date and the working days of transit of the country it goes to."""
    known = facts(of={"delivered_at": None, "shipped_at": at("2026-09-02T00:00")})
    assert delivered_at(known, replace(POLICY, transit_days={"default": 4, "FR": 2})) == at("2026-09-05T00:00")
    assert delivered_at(known, POLICY) == at("2026-09-09T00:00")  # Wednesday, and four working days


def test_a_report_of_the_delivery_outweighs_the_estimate() -> None:
    """The date that Amazon or the carrier names is the one that counts."""
    assert delivered_at(facts(), POLICY) == DELIVERED


def test_thirty_days_after_the_delivery_still_lie_in_the_window() -> None:
    """With days_after_delivery at its end the mail goes in the last hours for sending before the window closes."""
    window = feedback_window(facts(), replace(POLICY, days_after_delivery=30))
    assert window is not None
    assert window.planned_at == at("2026-10-03T09:00")


@pytest.mark.parametrize(("ends", "planned"), [("09:00:30", "2026-10-03T09:00"), ("10:00", "2026-10-04T09:00")])
def test_the_last_hours_are_no_seconds(ends: str, planned: str) -> None:
    """Where the window closes just after the hours begin the mail goes on the day before, or it would go never."""
    of = {"delivered_at": at(f"2026-09-04T{ends}")}
    window = feedback_window(facts(of=of), replace(POLICY, days_after_delivery=30))
    assert window is not None
    assert window.planned_at == at(planned)


@pytest.mark.parametrize(
    ("delivered", "planned"),
    [("2026-10-18T00:00", "2026-10-25T09:00"), ("2026-03-22T00:00", "2026-03-29T09:00")],
)
def test_the_hours_hold_over_a_change_of_the_clocks(delivered: str, planned: str) -> None:
    """On the day the clocks change the mail goes at nine of that day's clock."""
    known = facts(of={"delivered_at": at(delivered), "shipped_at": None, "deliver_by_at": None})
    window = feedback_window(known, POLICY)
    assert window is not None
    assert window.planned_at == at(planned)


def test_hours_across_midnight_and_of_the_whole_day() -> None:
    """22:00-06:00 ends the next morning; 00:00-24:00 is always."""
    night = replace(POLICY, send_between=(time(22), time(6)))
    always = replace(POLICY, send_between=(time(0), time(0)))
    assert reason(decide(facts(), night, at("2026-09-12T05:59"))) == "ask"
    assert reason(decide(facts(), night, at("2026-09-12T06:00"))) == "outside_hours"
    assert reason(decide(facts(), always, at("2026-09-12T03:00"))) == "ask"


def test_a_request_goes_without_an_invoice_where_none_is_wanted() -> None:
    """invoice: optional takes it where it is, none never looks."""
    missing = facts(invoice=Invoice(InvoiceState.MISSING, "x.pdf"))
    assert reason(decide(missing, replace(POLICY, invoice="optional"), GOOD_TIME)) == "ask"
    assert reason(decide(missing, replace(POLICY, invoice="none"), GOOD_TIME)) == "ask"
    assert not attaches_invoice(facts(), replace(POLICY, invoice="none"))


@pytest.mark.parametrize("state", [InvoiceState.REFUSED, InvoiceState.USED])
def test_an_optional_invoice_that_is_there_and_cannot_be_used_is_held(state: InvoiceState) -> None:
    """A file that is still being written, or is another order's, is for a person: the mail does not go without it."""
    known = facts(invoice=Invoice(state, "x.pdf: it is still being written"))
    assert reason(decide(known, replace(POLICY, invoice="optional"), GOOD_TIME)).startswith("invoice_")
    assert reason(decide(known, replace(POLICY, invoice="none"), GOOD_TIME)) == "ask"
    business = replace(known, order=replace(known.order, business=True))
    assert reason(decide(business, replace(POLICY, invoice="optional"), GOOD_TIME)) == "ask"


def test_a_business_order_is_asked_about_without_an_invoice() -> None:
    """An e-mailed invoice does not count at Amazon Business, so none is waited for and none is sent."""
    business = facts(of={"business": True}, invoice=Invoice())
    assert reason(decide(business, POLICY, GOOD_TIME)) == "ask"
    assert not attaches_invoice(business, POLICY)
    assert reason(decide_invoice(business, replace(POLICY, invoice_at_shipping=True), GOOD_TIME)) == "business_invoice"


SHIPPING = replace(POLICY, invoice_at_shipping=True)


@pytest.mark.parametrize(
    ("code", "known", "now"),
    [
        ("ask", facts(), "2026-09-02T10:00"),
        ("outside_hours", facts(), "2026-09-02T20:00"),
        ("not_shipped", facts(of={"shipped_at": None, "delivered_at": None}), "2026-09-02T10:00"),
        ("invoice_missing", facts(invoice=Invoice(InvoiceState.MISSING, "x.pdf")), "2026-09-02T10:00"),
        ("refunded", facts(events=happened(EventKind.REFUNDED)), "2026-09-02T10:00"),
        ("too_late", facts(), "2026-10-02T10:00"),
        ("asked", facts(written=(Written(INVOICE, Fate.LEFT),)), "2026-09-02T10:00"),
        ("one_proactive_mail", facts(written=(Written(FEEDBACK_REQUEST, Fate.LEFT),)), "2026-09-12T10:00"),
    ],
)
def test_an_invoice_by_itself_is_sent_at_shipping(code: str, known: Facts, now: str) -> None:
    """Under the same conditions, but from the shipping on, and not after a request."""
    assert reason(decide_invoice(known, SHIPPING, at(now))) == code


def test_an_invoice_is_not_sent_by_itself_unless_wanted() -> None:
    """invoices.mail is never by default."""
    assert reason(decide_invoice(facts(), POLICY, at("2026-09-02T10:00"))) == "disabled"


def test_a_request_after_the_invoice_has_no_invoice_again() -> None:
    """Where the seller allows both mails, the second one only asks."""
    known = facts(written=(Written(INVOICE, Fate.LEFT),), invoice=Invoice())
    both = replace(SHIPPING, after_invoice_mail=True)
    assert reason(decide(known, both, GOOD_TIME)) == "ask"
    assert not attaches_invoice(known, both)


def test_reasons_come_in_one_order() -> None:
    """What cannot change comes first, and everything that applies is named."""
    known = facts(events=happened(EventKind.REFUNDED), suppressed="opted out", open_thread=3, address=None)
    found = [reason(each) for each in reasons(known, POLICY, at("2026-09-12T03:00"))]
    assert found == ["refunded", "suppressed", "no_address", "outside_hours", "thread_open"]


def test_every_code_has_a_sentence() -> None:
    """A person never reads a bare code."""
    assert set(feedback_reasons.SENTENCES) == set(FeedbackReason)
    assert feedback_reasons.words("refunded") == "It was refunded."
    assert feedback_reasons.words("invoice_missing", "x.pdf") == "Its invoice is missing: x.pdf."
    assert feedback_reasons.words("of_another_version") == "of_another_version."


@pytest.mark.parametrize(
    ("text", "pattern", "whether"),
    [
        ("SPARE-7", "SPARE-*", True),
        ("spare-7", "SPARE-*", True),
        ("A-SPARE-7", "SPARE-*", False),
        ("A-SPARE-7", "*SPARE*", True),
        ("AB", "A*B*", True),
        ("AB", "A*BB", False),
        ("ABA", "AB*BA", False),
        ("A[1]?", "A[1]?", True),
        ("A1?", "A[1]?", False),
        ("SPARE", "SPARE", True),
        ("SPARES", "SPARE", False),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_is_special(text: str, pattern: str, whether: bool) -> None:
    """A SKU may hold any character: only the star is a sign."""
    assert fits(text, pattern) is whether


# --- properties -----------------------------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(2026, 8, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
KINDS = st.sampled_from(list(EventKind))
ZONES = st.sampled_from(["Europe/Paris", "America/Sao_Paulo", "Asia/Tokyo", "America/Los_Angeles", "Africa/Cairo"])
UNDATED = {"shipped_at": None, "ship_by_at": None, "deliver_by_at": None}
CLOCK = st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0))


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Any order at all."""
    some = draw(st.lists(KINDS, max_size=2))
    mails = st.builds(Written, st.sampled_from([FEEDBACK_REQUEST, INVOICE, DELAY_NOTICE]), st.sampled_from(list(Fate)))
    maybe = st.none() | INSTANTS
    return facts(
        of={
            "shipped_at": draw(maybe),
            "delivered_at": draw(maybe),
            "ship_by_at": draw(maybe),
            "deliver_by_at": draw(maybe),
            "business": draw(st.booleans()),
            "feedback": draw(st.sampled_from(list(FeedbackState))),
            "status": draw(st.sampled_from(["Shipped", "Unshipped", "Cancelled", None])),
        },
        events=tuple(event for kind in some for event in happened(kind)),
        written=tuple(draw(st.lists(mails, max_size=2))),
        invoice=Invoice(draw(st.sampled_from(list(InvoiceState)))),
        suppressed=draw(st.none() | st.just("opted out")),
        open_thread=draw(st.none() | st.just(1)),
        late_thread=draw(st.none() | st.none() | st.just(1)),
        flagged=draw(st.booleans()),
        zone=ZoneInfo(draw(ZONES)),
        days=CountryDays(weekdays=draw(st.sampled_from([(0, 1, 2, 3, 4), (0, 1, 2, 3, 6)]))),
    )


@st.composite
def any_policy(draw: st.DrawFn) -> FeedbackPolicy:
    """Any wish of the seller's."""
    hours = draw(st.tuples(CLOCK, CLOCK))
    return replace(
        POLICY,
        days_after_delivery=draw(st.integers(5, 30)),
        send_between=hours,
        invoice=draw(st.sampled_from(["required", "optional", "none"])),
        after_invoice_mail=draw(st.booleans()),
        invoice_at_shipping=draw(st.booleans()),
    )


def _in_hours(now: datetime, policy: FeedbackPolicy, zone: ZoneInfo) -> bool:
    wall, (start, end) = now.astimezone(zone).time(), policy.send_between
    return start <= wall < end if start < end else wall >= start or wall < end


@given(
    known=any_facts() | st.builds(lambda zone: facts(of=UNDATED, zone=ZoneInfo(zone)), ZONES),
    policy=any_policy(),
    delivered=INSTANTS,
    after=st.timedeltas(-5 * DAY, 40 * DAY),
)
def test_nobody_is_asked_outside_the_window_or_the_hours(
    known: Facts, policy: FeedbackPolicy, delivered: datetime, after: timedelta
) -> None:
    """Whatever is known and wanted: 5 to 30 days after the delivery, and in the hours of the marketplace's clock."""
    known, now = replace(known, order=replace(known.order, delivered_at=delivered)), delivered + after
    if isinstance(decide(known, policy, now), Ask):
        arrived = delivered_at(known, policy)
        assert arrived is not None
        assert known.zone is not None
        assert arrived + EARLIEST <= now < arrived + LATEST
        assert now >= arrived + policy.days_after_delivery * DAY or policy.days_after_delivery >= 28
        assert _in_hours(now, policy, known.zone)


@given(zone=ZONES, policy=any_policy(), delivered=INSTANTS)
def test_every_good_order_has_a_moment_at_which_its_buyer_is_asked(
    zone: str, policy: FeedbackPolicy, delivered: datetime
) -> None:
    """What is waited for comes: at the planned time of any window and any hours the answer is yes."""
    known = facts(of={**UNDATED, "delivered_at": delivered}, zone=ZoneInfo(zone))
    window = feedback_window(known, policy)
    assert window is not None
    assert window.planned_at is not None
    assert isinstance(decide(known, policy, window.planned_at), Ask)
    assert isinstance(decide(known, policy, window.planned_at - timedelta(minutes=1)), Wait)


@given(known=any_facts(), policy=any_policy(), now=INSTANTS)
def test_nobody_is_asked_twice(known: Facts, policy: FeedbackPolicy, now: datetime) -> None:
    """Once a request left, may have left, or waits in the outbox, no other one is written."""
    if known.has(FEEDBACK_REQUEST, Fate.LEFT, Fate.PENDING) or known.order.feedback is FeedbackState.ASKED:
        assert not isinstance(decide(known, policy, now), Ask)
    if known.has(INVOICE, Fate.LEFT, Fate.PENDING):
        assert not isinstance(decide_invoice(known, policy, now), Ask)


@given(known=any_facts(), policy=any_policy(), now=INSTANTS, later=st.timedeltas(timedelta(0), 60 * DAY), kind=KINDS)
def test_what_is_for_ever_stays(
    known: Facts, policy: FeedbackPolicy, now: datetime, later: timedelta, kind: EventKind
) -> None:
    """After a reason that cannot pass, neither time nor more news nor other wishes make anybody ask."""
    decision = decide(known, policy, now)
    if isinstance(decision, Skip) and decision.reason in FOR_EVER:
        more = replace(known, events=(*known.events, *happened(kind)), invoice=THERE, suppressed=None)
        for after in (known, more):
            assert isinstance(decide(after, POLICY, now + later), Skip)


@given(known=any_facts(), policy=any_policy(), now=INSTANTS, kind=KINDS)
def test_whatever_goes_wrong_wins(known: Facts, policy: FeedbackPolicy, now: datetime, kind: EventKind) -> None:
    """With any event in it, no order is asked about, whatever else is known."""
    wrong = replace(known, events=happened(kind))
    assert isinstance(decide(wrong, policy, now), Skip)
    assert isinstance(decide_invoice(wrong, policy, now), Skip)


@given(known=any_facts(), policy=any_policy(), now=INSTANTS)
def test_waiting_ends(known: Facts, policy: FeedbackPolicy, now: datetime) -> None:
    """What waits is looked at again later than now: no order keeps the program busy."""
    for decision in (decide(known, policy, now), decide_invoice(known, policy, now)):
        if isinstance(decision, Wait):
            assert decision.until > now
