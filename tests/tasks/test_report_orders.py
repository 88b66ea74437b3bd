"""What a digest tells of orders: a business order and a report file once, a missing invoice each day."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from mail import builders
from neighbours.asking import Line, upsert
from sqlalchemy import Connection

from responder.adapters.store import orders, outbox, report_files, unshipped_reports
from responder.core.orders import FeedbackState, OrderFacts
from responder.tasks import report
from responder.tasks.receive import accepted

START = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def digest(office, at: datetime) -> tuple[outbox.OutboxRow, str]:
    """Write the digest of a day, let the mail server accept it, and return it with its text."""
    day = at.astimezone(office.parts.reporter.operator.zone).date()
    outbox_id = office.run(report.write, office.parts.reporter, day, at)

    def take(conn: Connection) -> outbox.OutboxRow:
        row = outbox.claim_due(conn, "main", at)
        assert row is not None
        assert row.id == outbox_id
        outbox.mark_sent(conn, row.id, at, "250 ok")
        accepted(conn, office.judge, row, at)
        return row

    row = office.run(take)
    body = message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",))
    return row, body.get_content()


def number(n: int) -> str:
    """Return an order number."""
    return f"171-0000000-{n:07}"


def keep(office, *facts: OrderFacts) -> None:
    """Keep what a report says."""
    office.run(upsert, "main", [Line(each) for each in facts], reported_at=START, now=START)


def business(n: int, shipped_at: datetime) -> OrderFacts:
    """Return an order of Amazon Business that was shipped."""
    return OrderFacts(order_id=number(n), marketplace="amazon.fr", business=True, shipped_at=shipped_at)


def hold(office, n: int, reason: str, words: str, until: datetime) -> None:
    """Hold an order's request."""
    order = office.run(orders.order, "main", number(n))
    detail = {"words": words}
    office.run(
        orders.decided,
        order.id,
        state=FeedbackState.HELD,
        reason=reason,
        detail=detail,
        at=until,
        look_at=None,
        now=START,
    )


def test_a_business_order_is_told_once_also_when_its_report_comes_late(office) -> None:
    """Twenty at once: fifteen are shown, the others the next day. A private order, and an old one, are not told."""
    keep(office, *(business(n, START - HOUR) for n in range(20)), business(30, START - 20 * DAY))
    keep(office, OrderFacts(order_id=number(40), marketplace="amazon.fr", shipped_at=START))
    first, second, third = (digest(office, START + days * DAY)[1] for days in (0, 1, 2))
    assert all((number(n) in first) != (number(n) in second) for n in range(20))
    assert sum(number(n) in first for n in range(20)) == 15
    assert "Wed 23:59" in first
    assert "an e-mailed one does not count" in first
    assert "171-0000000" not in third
    keep(office, business(50, START - 4 * DAY))
    assert number(50) in digest(office, START + 3 * DAY)[1]
    assert number(30) not in first + second
    assert number(40) not in first + second


def test_what_a_digest_told_that_came_back_is_told_again(office) -> None:
    """The operator's own address failed: nobody has read it."""
    keep(office, business(1, START - HOUR))
    failed = report_files.NewReportFile(
        account=None, name="strange.txt", sha256="0", kind=None, state="failed", reason="it is no report", at=START
    )
    office.run(report_files.keep, failed)
    row, text = digest(office, START + HOUR)
    assert "strange.txt" in text
    assert office.run(report_files.untold) == ()
    office.receive(builders.bounce(row.message_id, recipient="owner@example.com"), START + 2 * HOUR)
    again = digest(office, START + DAY)[1]
    assert number(1) in again
    assert "strange.txt" in again
    assert "it is no report" in again


def test_a_missing_invoice_is_told_each_day_until_its_time_is_over(office) -> None:
    """With the name expected, or why the file that is there is not sent."""
    keep(office, *(OrderFacts(order_id=number(n), marketplace="amazon.fr") for n in range(4)))
    hold(office, 1, "invoice_missing", f"{number(1)}.pdf", START + DAY + HOUR)
    hold(office, 2, "invoice_refused", f"{number(2)}.pdf: it is a link", START + DAY)
    hold(office, 3, "no_address", "", START + DAY)
    first, second, third = (digest(office, START + days * DAY + HOUR / 2)[1] for days in (0, 1, 2))
    assert f"expected: invoices/{number(1)}.pdf" in first
    assert f"Its invoice cannot be used: {number(2)}.pdf: it is a link." in first
    assert number(3) not in first
    assert (number(1) in second, number(2) in second) == (True, False)
    assert "171-0000000" not in third


def test_what_else_holds_requests_is_told_each_day_in_one_line(office) -> None:
    """Amazon's warning, or an address that nobody named: how many orders, and until when the first can be mended."""
    keep(office, *(OrderFacts(order_id=number(n), marketplace="amazon.fr") for n in range(5)))
    hold(office, 1, "messaging_flagged", "", START + 2 * DAY)
    hold(office, 2, "messaging_flagged", "", START + DAY)
    hold(office, 3, "no_address", "", START + DAY)
    hold(office, 4, "in_outbox_held", "", START + DAY)
    told = (digest(office, START + days * DAY + HOUR / 2)[1] for days in (0, 1, 2))
    first, second, third = (text.replace("\r\n", "\n") for text in told)
    assert "Wed 11:00 (23 h 30 min left)  2 orders\n      Amazon's performance report warns" in first
    assert "1 order\n      No report and no message names the buyer's relay address." in first
    assert "see them: responder orders --feedback held" in first
    assert "ORDERS (3)" in first
    assert "1 order\n      Amazon's performance report warns" in second
    assert "relay address" not in second
    assert "performance report" not in third


def test_late_orders_are_told_each_day_and_what_left_the_report_once_a_week(office) -> None:
    """The newest report of unshipped orders names one of two that are late; the other is counted."""
    late = [OrderFacts(order_id=number(n), marketplace="amazon.fr", ship_by_at=START - DAY) for n in (1, 2)]
    keep(office, *late)
    office.run(upsert, "main", [Line(late[0])], reported_at=START + HOUR, now=START + HOUR)
    office.run(unshipped_reports.note, "main", ["amazon.fr"], START + HOUR)
    tuesday, wednesday, monday = (digest(office, START + days * DAY + 2 * HOUR)[1] for days in (0, 1, 6))
    assert all(f"Order {number(1)}" in text and number(2) not in text for text in (tuesday, wednesday, monday))
    hint = "1 late order not in the newest report of unshipped orders"
    assert [hint in text for text in (tuesday, wednesday, monday)] == [True, False, True]
    assert f"responder orders delay {number(1)} --until DATE" in tuesday
