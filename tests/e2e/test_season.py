"""A season: 500 orders in four stores, their invoices, and 45 days beside the running daemon."""

import os
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from mail import builders
from mail.stores import STORES
from neighbours.season import DAY, DAYS, PER_DAY, SAMPLE, START, Bought, cancelled, of, season
from neighbours.seller import Seller, text_of, until
from papers import pdf
from reports import builders as reports

from responder.adapters import rules
from responder.core import policy

pytestmark = [pytest.mark.dovecot, pytest.mark.long]

SATURDAY = 5
UNSHIPPED = ("never_shipped", "cancelled")
MORNING, NOON, EVENING = time(5, 30), time(9, 30), time(20, 30)  # UTC: before, in and after the hours, in every store
FEEDBACK = f"""\
acknowledgements: {{enabled: false}}
feedback:
  enabled: true
  per_day: {PER_DAY}
  exclude: {{channels: [amazon], skus: ["{SAMPLE.partition("-")[0]}-*"]}}
"""


class Season:
    """The seller, the orders, and what arrives on which day."""

    def __init__(self, seller: Seller, orders: tuple[Bought, ...]) -> None:
        self.seller = seller
        self.orders = orders
        self.sent: dict[str, date] = {}
        self._counted = 0

    def put(self, folder: str, name: str, content: bytes) -> None:
        """A file is complete, and has been for an hour of the story."""
        place = self.seller.folder / folder
        fresh = place / f".{name}"
        fresh.write_bytes(content)
        before = (self.seller.now - timedelta(hours=1)).timestamp()
        os.utime(fresh, (before, before))
        fresh.rename(place / name)

    def move_to(self, day: date, at: time) -> None:
        """Move the clock, and return when nothing is left to do at that instant."""
        self.seller.move_to(datetime.combine(day, at, START.tzinfo))
        self.take_files()
        until(self.is_quiet, f"nothing is due at {self.seller.now}", every=0.05)
        accepted = self.seller.mailhost.accepted
        for mail in accepted[self._counted :]:
            if "@marketplace." in mail.recipients[0]:
                assert mail.recipients[0] not in self.sent, f"{mail.recipients[0]} was written to twice"
                self.sent[mail.recipients[0]] = self.seller.now.date()
        self._counted = len(accepted)

    def take_files(self) -> None:
        """Let minutes go by, half an hour at most, until the daemon has looked twice at each file and taken it."""
        minutes = iter(range(30))

        def taken() -> bool:
            waiting = any(each.suffix in {".txt", ".gz"} for each in (self.seller.folder / "orders").iterdir())
            if waiting and next(minutes, None) is not None:
                self.seller.move_by(minutes=1)
            return not waiting

        until(taken, "every report file is taken", every=0.2)

    def is_quiet(self) -> bool:
        """Whether every order that is due was looked at, and every mail that is due has left."""
        now = int(self.seller.now.timestamp() * 1000)
        due = (
            "SELECT (SELECT count(*) FROM amazon_order WHERE look_at <= :now)"
            " + (SELECT count(*) FROM outbox WHERE state = 'sending' OR state = 'queued' AND due_at <= :now)"
        )
        with self.seller.state() as conn:
            return bool(conn.execute(due, {"now": now}).fetchone() == (0,))

    def read(self, mails: int) -> None:
        """Return when the daemon has kept so many mails in all."""

        def kept() -> bool:
            with self.seller.state() as conn:
                return bool(conn.execute("SELECT count(*) FROM mail").fetchone()[0] >= mails)

        until(kept, f"{mails} mails are kept")


def begun(seller: Seller, orders: tuple[Bought, ...]) -> Season:
    """The first morning: the reports of everything sold, and the invoices that are there by then."""
    seller.configure("amazon.com.br]", "amazon.co.uk]")
    seller.config.write_text(seller.config.read_text() + FEEDBACK)
    for name in ("orders", "invoices"):
        (seller.folder / name).mkdir()
    story = Season(seller, orders)
    known = [each.sold for each in orders if each.fate != "no_address"]
    story.put("orders", "orders.txt", reports.order_report(known))
    story.put("orders", "all.txt.gz", reports.all_orders([each.sold for each in orders], zipped=True))
    for each in orders:
        if each.fate not in {"no_invoice", "late_invoice", "wrong_invoice", "scanned_invoice"}:
            story.put("invoices", f"{each.id}.pdf", pdf.invoice(each.id))
    for each in of(orders, "wrong_invoice"):
        story.put("invoices", f"{each.id}.pdf", pdf.invoice(orders[0].id))
    for each in of(orders, "scanned_invoice"):
        story.put("invoices", f"{each.id}-scan.pdf", pdf.scan())
    seller.start()
    return story


def shipped(story: Season, day: date) -> None:
    """Put in the file with which the seller confirmed that day's parcels, if there were any."""
    today = [each.sold for each in story.orders if each.ship_on == day and each.fate not in UNSHIPPED]
    if today:
        story.put("orders", f"shipped-{day}.txt", reports.confirmation(today))


def reported(story: Season, day: date) -> None:
    """Put in what Amazon's reports tell on that day."""
    if day == START.date() + DAY:
        gone = [cancelled(each.sold) for each in of(story.orders, "cancelled")]
        story.put("orders", "cancelled.txt", reports.all_orders(gone))
    sent_back = [
        reports.Returned(order_id=each.id, date=each.delivered_on.isoformat())
        for each in of(story.orders, "returned")
        if each.delivered_on + DAY == day
    ]
    if sent_back:
        story.put("orders", f"returns-{day}.txt", reports.returns(sent_back))
    rated = [
        reports.Rated(
            order_id=each.id,
            date=f"{each.delivered_on}",
            rating=1 if each.fate == "negative" else 5,
            address=each.sold.address,
        )
        for each in of(story.orders, "negative", "praised")
        if each.delivered_on + DAY == day
    ]
    if rated:
        story.put("orders", f"feedback-{day}.txt", reports.feedback(rated))
    for each in of(story.orders, "late_invoice"):
        if each.asked_from == day:
            story.put("invoices", f"{each.id}.pdf", pdf.invoice(each.id))


NOTICES = {
    "refunded": "REFUND_ISSUED",
    "claimed": "A_Z_CLAIM_RESPONDENT_NOTIFY",
    "opted_out": "BUYER_OPTED_OUT_BSM_MESSAGES",
}


def mailed(story: Season, day: date) -> int:
    """Let that day's mail arrive, before the hours, and return how many there were."""
    arrived = 0
    for each in story.orders:
        store, now = each.sold.marketplace, story.seller.now
        if each.fate in NOTICES and each.delivered_on + 2 * DAY == day:
            kind = NOTICES[each.fate]
            raw = builders.notice(kind, store, order_id=each.id, sent_at=now, message_id=f"<n-{each.id}@amazonses.com>")
        elif (each.fate, each.planned_on) in {("answered", day), ("overdue", day + 3 * DAY)}:
            raw = builders.buyer_message(
                store, "A question", order_id=each.id, alias=each.sold.alias, sent_at=now, message_id=_question(each)
            )
        else:
            continue
        story.seller.receive(raw)
        arrived += 1
    return arrived


def answered(story: Season, day: date) -> int:
    """In the evening a person answers the questions of the morning, and the number of answers is returned."""
    today = [each for each in of(story.orders, "answered") if each.planned_on == day]
    for each in today:
        answer = builders.sent_answer(
            each.sold.address, [_question(each)], message_id=f"<a-{each.id}@example.com>", sent_at=story.seller.now
        )
        story.seller.answer(answer)
    return len(today)


def _question(each: Bought) -> str:
    return f"<q-{each.id}@amazonses.com>"


def test_500_orders_in_four_stores_and_45_days(make_seller) -> None:
    """Who may be asked is asked once, on the right day, with the right invoice; for everyone else there is a reason."""
    orders = season()
    story = begun(make_seller(START), orders)
    mails = noon = 0
    for each in of(orders, "named_by_the_seller"):
        story.seller.command("suppress", each.id, "--reason", "asked by telephone")
    for day in (START.date() + number * DAY for number in range(DAYS)):
        story.seller.move_to(datetime.combine(day, MORNING, START.tzinfo))
        shipped(story, day - DAY)
        reported(story, day)
        mails += mailed(story, day)
        story.read(mails)
        story.move_to(day, MORNING)
        before = len(story.sent)
        assert before == noon, "something left in the night"
        # A minute later each day, so that the cap's 24 hours are over.
        story.move_to(day, time(NOON.hour, (day - START.date()).days))
        noon = len(story.sent)
        assert noon - before <= PER_DAY
        if day.weekday() == SATURDAY or any(each.planned_on == day for each in of(orders, "answered")):
            story.move_to(day, EVENING)
            assert len(story.sent) == noon, "something left in the evening"
            mails += answered(story, day)
            story.read(mails)
    story.move_to(START.date() + DAYS * DAY, MORNING)
    assert_right_reasons(story)
    assert_right_mails(story)
    story.seller.sound()


def assert_right_mails(story: Season) -> None:
    """Every mail that left is one that is owed, on its day or as soon as the daily cap let it."""
    asked = {each.sold.address: each for each in story.orders if each.asked_from is not None}
    fates = {each.sold.address: f"{each.id} ({each.fate})" for each in story.orders}
    assert [fates[address] for address in story.sent if address not in asked] == [], "nobody may ask these"
    assert [fates[address] for address in asked if address not in story.sent] == [], "these were to be asked"
    a_day = Counter(story.sent.values())
    assert max(a_day.values()) == PER_DAY, "the cap was never reached: the story shows less than it says"
    for address, each in asked.items():
        assert each.asked_from is not None
        waited = (story.sent[address] - each.asked_from).days
        full = [a_day[each.asked_from + number * DAY] == PER_DAY for number in range(waited)]
        assert waited >= 0, f"{each.id} ({each.fate}) was asked {-waited} days too early"
        assert all(full), f"{each.id} ({each.fate}) was asked {waited} days late, and the cap is no reason"
    for address, each in asked.items():
        (mail,) = story.seller.sent_to(address)
        assert_good(mail, each)


def assert_good(mail: EmailMessage, each: Bought) -> None:
    """The mail is in the store's language, names the order, carries its invoice, and breaks no rule."""
    text, order = text_of(mail), each.id
    assert mail["To"] == each.sold.address
    assert mail["From"].addresses[0].addr_spec == builders.SELLER
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Cc"] is mail["Bcc"] is None
    language = STORES[each.sold.marketplace][1]
    assert mail["Content-Language"] == language
    assert order in text
    attached = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert attached == ([] if each.fate == "business" else [(f"invoice-{order}.pdf", pdf.invoice(order))])
    findings = policy.check(
        str(mail["Subject"]), text, rules=rules.load(), kind="feedback_request", language=language, order_id=order
    )
    assert findings == ()


def assert_right_reasons(story: Season) -> None:
    """`responder orders` says of each order what was owed to it, and nothing of orders nobody sold."""
    rows = {row["order_id"]: row for row in story.seller.rows("orders")}
    assert set(rows) == {each.id for each in story.orders}
    said = {order: (row["feedback"], row["feedback_reason"]) for order, row in rows.items()}
    wrong = [f"{each.id} ({each.fate}): {said[each.id]}" for each in story.orders if said[each.id] != each.ends]
    assert wrong == [], "\n".join(wrong)
    files = list(_files(story.seller.folder / "orders"))
    assert [name for name in files if name.startswith("failed")] == []


def _files(folder: Path) -> Iterable[str]:
    return (str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
