"""A year of reports and Amazon's notices on Dovecot, whose rates are known by construction."""

import os
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from mail import builders
from neighbours.seller import OPERATOR, Seller, text_of
from neighbours.year import DAY, FIRST, STORES, WEEKS, Bought, Expected, questions, year
from reports import builders as reports

from responder.cli.main import run

pytestmark = [pytest.mark.dovecot, pytest.mark.long]

AT = time(7)  # UTC, of every other Monday: the digest's hour has passed in Paris, in summer and in winter
SENDERS = {"": "<cb-seller-notification@amazon.com>"}
SUBJECTS = {
    "": "{order}, Amazon.com Chargeback Dispute",
    "A_Z_CLAIM_RESPONDENT_CLOSE": "Claim Decision on Order {order}",
}
TYPES = {
    "": "chargeback",
    "A_Z_CLAIM_RESPONDENT_NOTIFY": "a_to_z_opened",
    "A_Z_CLAIM_RESPONDENT_CLOSE": "a_to_z_decided",
    "REFUND_ISSUED": "refund",
    "BRC_SELLER_NOTIFICATION": "cancellation_request",
}
CONFIG = "acknowledgements: {enabled: false}\n"


class Year:
    """The seller, and what happens from one look to the next."""

    def __init__(self, seller: Seller, patch: pytest.MonkeyPatch) -> None:
        self.seller = seller
        self.orders = year()
        self.questions = tuple(questions())
        self.before = datetime.combine(FIRST, AT, UTC) - 8 * DAY
        self.delivered: list[tuple[Bought, str]] = []  # the notices, as they lie in the inbox
        self.confirmed: set[tuple[str, str]] = set()
        self.levels: dict[Any, str] = {}
        self._told = 0
        seller.configure("[amazon.fr, amazon.de, amazon.it, amazon.com.br]", "[amazon.de, amazon.fr]")
        seller.config.write_text(seller.config.read_text() + CONFIG)
        (seller.folder / "orders").mkdir()
        for name, value in seller.environment.items():
            patch.setenv(name, value)

    def put(self, name: str, content: bytes) -> None:
        """A report was dropped an hour ago."""
        file = self.seller.folder / "orders" / f"{self.seller.now:%Y%m%d}-{name}.txt"
        file.write_bytes(content)
        ago = (self.seller.now - timedelta(hours=1)).timestamp()
        os.utime(file, (ago, ago))

    def move_to(self, now: datetime) -> None:
        """The time until `now`: reports are dropped, mail arrives, and the daemon catches up with all of it."""
        self.seller.move_to(now)
        self._reports(now)
        self._notices(now)
        self._messages(now)
        assert run(["-c", str(self.seller.config), "run", "--once"]) == 0
        self.before = now

    def _reports(self, now: datetime) -> None:
        bought = [each for each in self.orders if self.before <= each.sold.purchased_at < now]
        changed = [each for each in self.orders if each.cancelled_at and self.before <= each.cancelled_at < now]
        shipped = [each for each in self.orders if each.sold.shipped_at and self.before <= each.sold.shipped_at < now]
        rated = [(each, at, stars) for each in self.orders for at, stars in each.rated() if self.before <= at < now]
        self.put("orders", reports.order_report([each.as_of(now) for each in bought]))
        self.put("all", reports.all_orders([each.as_of(now) for each in (*bought, *changed)]))
        if shipped:
            self.put("shipped", reports.confirmation([each.sold for each in shipped]))
        if rated:
            rows = [
                reports.Rated(order_id=each.id, date=f"{at.date()}", rating=stars, address=each.sold.address)
                for each, at, stars in rated
            ]
            self.put("feedback", reports.feedback(rows))

    def _notices(self, now: datetime) -> None:
        for each in self.orders:
            for at, kind, text in each.noticed():
                if self.before <= at < now:
                    self.seller.receive(_notice(each, at, kind, text), at)
                    self.delivered.append((each, TYPES[kind]))

    def _messages(self, now: datetime) -> None:
        for each in self.questions:
            address = f"{each.alias}@marketplace.{each.store}"
            if self.before <= each.at < now:
                raw = builders.buyer_message(
                    each.store, f"Question {each.at}", order_id=None, alias=each.alias, sent_at=each.at,
                    message_id=each.message_id,
                )  # fmt: skip
                self.seller.receive(raw, each.at)
            if self.before <= each.answered_at < now:
                raw = builders.sent_answer(
                    address, [each.message_id], message_id=f"<a{each.message_id[2:]}", sent_at=each.answered_at
                )
                self.seller.answer(raw, each.answered_at)

    def rates(self, *more: str) -> dict[tuple[str, str, int, str | None], dict[str, Any]]:
        """Return what `responder metrics --json` says, by store, rate, days and who ships."""
        rows = self.seller.rows("metrics", *more)
        found = {(row["marketplace"], row["metric"], _days(row), row["fulfilment"]): row for row in rows}
        assert len(found) == len(rows)
        return found

    def mails(self) -> list[EmailMessage]:
        """Return what the operator was sent since the last call."""
        found = self.seller.sent_to(OPERATOR)
        new, self._told = found[self._told :], len(found)
        return new

    def waiting(self) -> set[tuple[str, str]]:
        """Return which notices wait for a person, worked out from what was dealt: (order, type)."""
        found = set()
        for each, kind in self.delivered:
            over = {
                # A forged one is under "not verified", until a person has looked as well.
                "a_to_z_opened": each.fate not in ("pending", "forged") and each.decided_at < self.before,
                "a_to_z_decided": each.fate == "denied",  # one that was granted can be appealed
                "chargeback": False,
                "refund": True,
                "cancellation_request": each.cancelled_at is not None and each.cancelled_at < self.before,
            }[kind]
            if not over and (each.id, kind) not in self.confirmed:
                found.add((each.id, kind))
        return found

    def confirm(self) -> None:
        """A person says of each notice that waits that it was seen."""
        for row in self.seller.rows("notices", "--needs-answer"):
            assert run(["-c", str(self.seller.config), "notice", str(row["id"]), "seen"]) == 0
            self.confirmed.add((row["order_id"], row["notice_type"]))


def _days(row: dict[str, Any]) -> int:
    window = row["window"]
    length = datetime.fromisoformat(window["until"]) - datetime.fromisoformat(window["from"])
    return round(length / DAY)


def _notice(each: Bought, at: datetime, kind: str, text: str) -> bytes:
    return builders.notice(
        kind, each.store, order_id=each.id, text=text, sent_at=at, header=bool(kind), footer=bool(kind),
        from_header=SENDERS.get(kind), subject=SUBJECTS.get(kind), auth="fail" if each.fate == "forged" else "pass",
        message_id=f"<{kind or 'CB'}-{each.id}@amazonses.com>",
    )  # fmt: skip


def assert_rates(said: dict[Any, dict[str, Any]], expected: Expected, store: str) -> None:
    """Every rate of a store is the one that was dealt, with the orders behind it."""
    defects = {"mfn": expected.defects(by_amazon=False)}
    if expected.defects(by_amazon=True)[1]:
        defects["afn"] = expected.defects(by_amazon=True)
    for fulfilment, (cases, orders) in defects.items():
        assert_rate(said[store, "order_defect_rate", 60, fulfilment], cases, orders, expected)
    risky = set(said[store, "order_defect_rate", 60, "mfn"]["at_risk"])
    assert risky == expected.at_risk(), f"at risk in {store} at {expected.now}"
    assert_rate(said[store, "cancellation_rate", 7, None], *expected.cancelled(), expected)
    for days in (10, 30):
        assert_rate(said[store, "late_shipment_rate", days, None], *expected.late(days), expected)
    assert_rate(said[store, "refund_rate", 30, None], *expected.refunded(), expected)
    for days in (7, 30, 90):
        row = said[store, "response_within_24h", days, None]
        assert (row["numerator"], row["denominator"]) == expected.answered(days), f"{days} days at {expected.now}"


def assert_rate(row: dict[str, Any], cases: set[str], orders: int, expected: Expected) -> None:
    """A rate has these cases of so many orders, and the headroom that follows."""
    what = f"{row['marketplace']} {row['metric']} at {expected.now}"
    assert set(row["cases"]) == cases, what
    assert (row["numerator"], row["denominator"]) == (len(cases), orders), what
    cap = {"order_defect_rate": (1, 100), "cancellation_rate": (25, 1000), "late_shipment_rate": (4, 100)}.get(
        row["metric"], (5, 100)
    )
    room = 0
    while orders and (len(cases) + room + 1) * cap[1] < cap[0] * orders:
        room += 1
    assert row["headroom"] == (room if orders else None), what


def test_the_rates_of_a_year_are_those_that_were_dealt(make_seller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fortnight by fortnight each rate has its cases, its orders and its headroom; a later look back says the same."""
    story = Year(make_seller(datetime.combine(FIRST, AT, UTC)), monkeypatch)
    story.move_to(datetime.combine(FIRST, AT, UTC))  # the first start, after the digest's hour
    then: dict[datetime, dict[Any, dict[str, Any]]] = {}
    for week in range(2, WEEKS + 1, 2):
        now = datetime.combine(FIRST + week * 7 * DAY, AT, UTC)
        story.move_to(now)
        then[now] = story.rates()
        for store in STORES:
            assert_rates(then[now], Expected(story.orders, story.questions, store, now), store)
        mails = story.mails()
        assert_rate_alert(story, then[now], [mail for mail in mails if mail["List-Id"] is None])
        assert_notices(story, [mail for mail in mails if mail["List-Id"] is not None])
        if week % 14 == 0:
            story.confirm()
    assert_looking_back(story, then)
    story.seller.sound()


def assert_looking_back(story: Year, then: dict[datetime, dict[Any, dict[str, Any]]]) -> None:
    """`--at` says of each quarter what was said then, where a report names more than a day."""
    for now in list(then)[6::6]:
        again = story.rates("--at", now.isoformat())
        for key, row in then[now].items():
            if key[1] in ("order_defect_rate", "cancellation_rate", "refund_rate"):
                kept = {name: row[name] for name in ("numerator", "denominator", "cases", "headroom")}
                assert {name: again[key][name] for name in kept} == kept, f"{key} at {now}"


def assert_rate_alert(story: Year, said: dict[Any, dict[str, Any]], alerts: list[EmailMessage]) -> None:
    """One mail tells of each rate whose level is another than the one told last, and there is none otherwise."""
    levels = {key: row["level"] for key, row in said.items() if row["level"] != "unknown"}
    changed = {key: level for key, level in levels.items() if level != story.levels.get(key, "ok")}
    told = [text_of(mail) for mail in alerts if f"account account-{story.seller.users[0]}: " in text_of(mail)]
    assert len(told) == bool(changed), f"{changed} at {story.seller.now}: {[str(mail['Subject']) for mail in alerts]}"
    for store, *_ in changed:
        assert store in told[0]
    story.levels.update(levels)


def assert_notices(story: Year, digests: list[EmailMessage]) -> None:
    """What waits for a person is in each digest; what was told is marked in the mailbox, and nothing else is."""
    rows = story.seller.rows("notices")
    assert len(rows) == len(story.delivered), "a notice was swallowed"
    waiting = {(row["order_id"], row["notice_type"]) for row in rows if row["needs_answer"]}
    assert waiting == story.waiting(), f"at {story.seller.now}"
    (digest,) = digests
    assert [order for order, _ in waiting if order not in text_of(digest)] == []
    assert [row["id"] for row in rows if row["digest_at"] is None] == []
    with story.seller.dovecot.login(story.seller.users[0]) as imap:
        imap.select("INBOX", readonly=True)
        seen = len(imap.uid("SEARCH", "SEEN", "KEYWORD", "$ResponderTracked")[1][0].split())
        unseen = len(imap.uid("SEARCH", "UNSEEN", "UNKEYWORD", "$ResponderTracked")[1][0].split())
    asked = sum(each.at < story.before for each in story.questions)
    assert (seen, unseen) == (len(story.delivered), asked)
