"""
Mornings that digests are written for: a usual one, a calm one, a full one, one in other scripts, the longest one.

Names, orders and sentences are made up.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from responder.adapters import metric_rules
from responder.core.actions import Action, Asked, Links, Outcome
from responder.core.bad_feedback import BadFeedback, FeedbackStanding
from responder.core.digest import (
    BadNews,
    BadRow,
    ClosedDay,
    DaemonHealth,
    Decision,
    DigestFacts,
    HeldBack,
    LacksInvoice,
    LateNews,
    Mailbox,
    MayBeAnswered,
    Messages,
    NewKind,
    Notice,
    OpenThread,
    OrderNews,
    Outage,
    SentMail,
    ToUpload,
    UnreadReport,
    Unsure,
)
from responder.core.late_orders import Outlook, Standing, Term, Unshipped
from responder.core.metrics import Metric, Rate, RollOff, Window
from responder.core.removal import Criterion, Hint
from responder.core.unattended import Unattended

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # a Sunday, 7:30 in Berlin
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STORES = ("amazon.de", "amazon.fr", "amazon.it", "amazon.es", "amazon.co.uk", "amazon.co.jp", "amazon.eg")
HOSTS = {store: f"sellercentral.{store}" for store in STORES}
LINKS = Links(
    secret=b"0" * 32, address="service@shop.example.com", issued_at=NOW, valid_for=8 * DAY, batch="x", last_mail=900
)
_RULES = {rule.metric: rule for rule in reversed(metric_rules.load())}


def order(number: int) -> str:
    """Return an order number that nobody has."""
    return f"305-{number:07}-7654321"


def thread(number: int, due: timedelta, subject: str, snippet: str = "", **more: Any) -> OpenThread:
    """Return a buyer's message that is due then."""
    values = {"marketplace": STORES[number % 5], "order_id": order(number), "received_at": NOW + due - DAY, **more}
    return OpenThread(id=number, subject=subject, due_at=NOW + due, snippet=snippet, **values)


def rate(metric: Metric, bad: int, of: int, **given: Any) -> Rate:
    """Return a rate of amazon.de, with the days in which it came to this."""
    value = bad / of
    values: Mapping[str, Any] = {
        "account": "main",
        "marketplace": "amazon.de",
        "fulfilment": None,
        "rule": _RULES[metric],
        "window": Window(NOW - 30 * DAY, NOW),
        "headroom": 2,
        "cases": (),
        "trend": tuple((date(2026, 11, 9 + n), value * (0.5 + n / 26)) for n in range(14)),
        **given,
    }
    return Rate(metric=metric, numerator=bad, denominator=of, **values)


def calm() -> DigestFacts:
    """Return a morning on which nothing waits."""
    return DigestFacts(
        now=NOW,
        since_at=NOW - DAY,
        zone=ZONE,
        number=19,
        version="1.2.0",
        sent=tuple(
            SentMail(NOW - number * HOUR, "acknowledgement", "amazon.de", order(number), "Re: Lieferung")
            for number in (3, 5, 9)
        ),
        rates=(rate(Metric.LATE_SHIPMENT_RATE, 1, 100),),
        closed_days=(ClosedDay(date(2026, 11, 28), "weekend"), ClosedDay(date(2026, 11, 29), "weekend")),
        accounts=("main", "second"),
        next_digest_at=NOW + DAY,
        hosts=HOSTS,
        live_since=NOW - 18 * DAY,
        messages=Messages(
            tuple(
                (date(2026, 11, 8 + n), number) for n, number in enumerate((3, 5, 2, 0, 7, 9, 4, 6, 3, 2, 8, 11, 5, 4))
            ),
            5 * HOUR + 10 * MINUTE,
            6 * HOUR,
        ),
        health=DaemonHealth(
            watching_since=NOW - 19 * DAY,
            mailboxes=(Mailbox("main", NOW - MINUTE), Mailbox("second", NOW - 2 * MINUTE)),
            troubles=3,
            unreadable=0,
            set_aside=0,
            waiting=0,
            held=1,
            handled_after=4 * MINUTE,
            clock_kept=True,
            disk_used=0.61,
        ),
        actions=LINKS,
    )


def usual() -> DigestFacts:
    """Return a morning on which something of everything waits."""
    parcel = "Guten Tag, laut Verfolgung wurde das Paket am Donnerstag zugestellt, ich habe aber nichts erhalten."
    return replace(
        calm(),
        threads=(
            thread(
                41,
                2 * HOUR + 10 * MINUTE,
                "Wo ist mein Paket?",
                parcel,
                language="de",
                marketplace="amazon.de",
                acknowledged_at=NOW - 17 * HOUR,
                promise_at=NOW + 28 * HOUR,
            ),
            thread(
                42,
                3 * HOUR + 35 * MINUTE,
                "Article défectueux",
                "Bonjour, la lampe ne s'allume pas.",
                language="fr",
                marketplace="amazon.fr",
                messages=2,
                attachments=("lampe.jpg",),
            ),
            thread(43, 26 * HOUR, "Factuur nodig", "Graag een factuur op naam van de firma.", language="nl"),
            thread(44, 27 * HOUR, "Re: order", "Could you combine both parcels, please?", language="en"),
            thread(45, 20 * HOUR, "Your prize is waiting", "Please log in here.", verified=False),
        ),
        decisions=(
            Decision(
                7,
                "acknowledgement",
                "held",
                "the recipient's domain fails DMARC",
                "Re: Rechnung",
                "amazon.de",
                order(46),
                NOW + 20 * HOUR,
                thread_id=46,
            ),
        ),
        sent=(
            *calm().sent,
            SentMail(NOW - 11 * HOUR, "feedback_request", "amazon.fr", order(51), "Votre commande"),
            SentMail(NOW - 12 * HOUR, "invoice", "amazon.it", order(52), "La fattura del suo ordine"),
        ),
        notices=(
            Notice(
                60,
                "a_to_z_opened",
                "amazon.de",
                order(60),
                "A-to-z Guarantee claim opened",
                NOW - 5 * HOUR,
                NOW + 43 * HOUR,
                urgent=True,
                amounts=("49,90 €",),
            ),
            Notice(61, "refund", "amazon.fr", order(61), "Remboursement effectué", NOW - 7 * HOUR),
            Notice(62, "payment", "amazon.de", None, "Your payment is on the way", NOW - 9 * HOUR),
        ),
        orders=OrderNews(
            lacking=(LacksInvoice(order(70), "amazon.it", NOW + 50 * HOUR, f"{order(70)}.pdf"),), lacking_in_all=1
        ),
        rates=(
            rate(
                Metric.ORDER_DEFECT_RATE,
                4,
                480,
                fulfilment="mfn",
                headroom=0,
                roll_off=(RollOff(date(2026, 11, 24), 1), RollOff(date(2026, 12, 1), 2)),
            ),
            rate(Metric.LATE_SHIPMENT_RATE, 7, 480, headroom=11),
            rate(Metric.CANCELLATION_RATE, 2, 310, headroom=5),
        ),
        closed_days=(
            *calm().closed_days,
            ClosedDay(date(2026, 12, 6), "closure", "Saint Nicholas"),
            ClosedDay(date(2026, 12, 8), "holiday", "Immacolata Concezione"),
        ),
        unattended=(Unattended(NOW + 130 * HOUR, NOW + 194 * HOUR, 24 * HOUR, (NOW + 154 * HOUR, NOW + 178 * HOUR)),),
        asked=(
            Asked(1, NOW - 20 * HOUR, Action.NO_RESPONSE_NEEDED, 39, Outcome.DONE),
            Asked(2, NOW - 19 * HOUR, Action.RELEASE, 6, Outcome.EXPIRED, (NOW - 21 * HOUR).isoformat()),
        ),
    )


def other_scripts() -> DigestFacts:
    """Return a morning on which buyers write from right to left, and without blanks."""
    arabic = "مرحبا، لم يصل الطرد رقم 305-0000081-7654321 حتى الآن. هل يمكنكم المساعدة من فضلكم؟"
    return replace(
        usual(),
        threads=(
            thread(81, 2 * HOUR, "أين طردي؟ الطلب 305-0000081-7654321", arabic, language="ar", marketplace="amazon.eg"),
            thread(
                82,
                3 * HOUR,
                "商品がまだ届きません",
                "先週注文した商品がまだ届いておりません。ご確認をお願いいたします。",
                language="ja",
                marketplace="amazon.co.jp",
                messages=2,
            ),
            thread(83, 27 * HOUR, "שאלה על המשלוח (305-0000083-7654321)", "שלום, מתי תגיע ההזמנה?", language="he"),
            thread(84, 28 * HOUR, "Gdzie jest paczka <b>nr 5</b>?", "Żółta koperta, 2 szt.", language="pl"),
        ),
        sent=(SentMail(NOW - HOUR, "acknowledgement", "amazon.eg", order(81), "Re: أين طردي؟ الطلب"),),
    )


def outage() -> DigestFacts:
    """Return the morning after a night in which nobody watched, with a message that is late because of it."""
    late = thread(
        40, -3 * HOUR, "Bitte stornieren", "Ich habe versehentlich zweimal bestellt.", marketplace="amazon.de"
    )
    return replace(
        usual(),
        threads=(late, *usual().threads),
        outages=(Outage(NOW - 16 * HOUR - 20 * MINUTE, NOW - 70 * MINUTE, 4),),
    )


def full() -> DigestFacts:
    """Return a morning with forty threads and something in every section."""
    return replace(
        usual(),
        threads=tuple(
            thread(
                100 + n,
                (n - 1) * 50 * MINUTE,
                f"Frage {n} zur Bestellung",
                "Wann kommt das Paket? Danke!",
                language="de",
            )
            for n in range(40)
        ),
        unsure=(
            Unsure(
                NOW - 9 * HOUR,
                "it fits two messages",
                tuple(MayBeAnswered(n, "amazon.de", order(n), f"Frage {n}") for n in (101, 102)),
            ),
        ),
        new_kinds=(NewKind(1, "type:NEW_KIND", "Something new", "donotreply@amazon.com", verified=True),),
        bad_feedback=feedback(3),
        late=late_orders(3),
        problems=("second: the mailbox refuses the password",),
        calendar_changes=("calendar data changed with holidays 0.110: Thu 24 Dec 2026 is no longer closed",),
    )


def feedback(number: int, comment: str = "Kam zu spät und zerdrückt an.") -> BadNews:
    """Return so many new negative feedbacks, and as many that stand since before."""
    one = BadFeedback(
        at=NOW - DAY, rating=2, comment=comment, response="", keys=("a",), verified=True, standing=FeedbackStanding.OPEN
    )
    hints = tuple(Hint(criterion, ("lamp",)) for criterion in list(Criterion)[:2])
    rows = tuple(BadRow(order(500 + n), "amazon.de", one, hints) for n in range(number))
    return BadNews(rows, rows, 90, {"amazon.de": ZONE})


def late_orders(number: int) -> LateNews:
    """Return so many orders of each outlook."""

    def standing(outlook: Outlook, n: int, ship_by: timedelta) -> Standing:
        unshipped = Unshipped(
            account="main",
            order_id=order(600 + n),
            marketplace="amazon.de",
            ship_by_at=NOW + ship_by,
            first_at=NOW - 9 * DAY,
            reported_at=NOW - HOUR,
            known_at=NOW - 3 * HOUR,
        )
        return Standing(unshipped, Term(NOW + ship_by, NOW, None), outlook)

    due = {Outlook.LATE: -DAY, Outlook.NOBODY: 4 * HOUR, Outlook.TODAY: 9 * HOUR, Outlook.CLOSING: 3 * DAY}
    return LateNews(tuple(standing(each, n, at) for each, at in due.items() for n in range(number)), 2)


def longest(words: str) -> DigestFacts:
    """Return a morning with as much of everything as is ever read, and these words wherever a mail's own stand."""
    many = range(400)
    leaving = tuple(RollOff(date(2026, 12, 1 + day), 3) for day in range(9))
    return replace(
        full(),
        threads=tuple(
            thread(
                n,
                n * MINUTE,
                words,
                words,
                language="ja",
                messages=3,
                acknowledged_at=NOW - HOUR,
                promise_at=NOW + 9 * DAY,
                attachments=(words,) * 6,
            )
            for n in many
        )
        + tuple(thread(1000 + n, n * MINUTE, words, words, verified=False) for n in many),
        decisions=tuple(
            Decision(n, "acknowledgement", "held", words, words, "amazon.de", order(n), NOW + HOUR, thread_id=n)
            for n in many
        ),
        unsure=tuple(
            Unsure(NOW, words, tuple(MayBeAnswered(k, "amazon.de", order(k), words) for k in range(9))) for n in many
        ),
        sent=tuple(SentMail(NOW - HOUR, "feedback_request", "amazon.de", order(n), words) for n in many),
        notices=tuple(
            Notice(
                n,
                "a_to_z_information",
                "amazon.de",
                order(n),
                words,
                NOW - HOUR,
                NOW + n * HOUR if n % 2 else None,
                verified=n % 3 > 0,
                urgent=n % 4 > 0,
                amounts=(words,) * 5,
                digests=2,
            )
            for n in many
        ),
        new_kinds=tuple(NewKind(n, f"type:{'N' * 70}{n}", words, words, verified=n % 2 > 0) for n in many),
        bad_feedback=feedback(400, words),
        late=late_orders(100),
        orders=OrderNews(
            lacking=tuple(LacksInvoice(order(n), "amazon.it", NOW + HOUR, words, "") for n in many),
            lacking_in_all=400,
            to_upload=tuple(ToUpload(n, order(n), "amazon.de", NOW - DAY, NOW + HOUR) for n in many),
            reports=tuple(UnreadReport(n, words, words) for n in many),
            held=tuple(HeldBack(words, n, NOW + HOUR) for n in range(1, 20)),
            folder=words,
        ),
        rates=tuple(
            rate(metric, 40 + n, 480, marketplace=STORES[n], roll_off=leaving) for metric in Metric for n in range(5)
        ),
        closed_days=tuple(ClosedDay(date(2026, 12, 1) + n * 2 * DAY, "holiday", words) for n in range(60)),
        unattended=usual().unattended * 60,
        calendar_changes=(words,) * 60,
        problems=(words,) * 400,
        outages=(Outage(NOW - 9 * HOUR, NOW - HOUR, 4),) * 20,
        asked=tuple(Asked(n, NOW - HOUR, Action.RELEASE, n, Outcome.DONE) for n in many),
        accounts=(words,) * 20,
        health=replace(calm().health, mailboxes=(Mailbox(words, NOW),) * 20, more=(words,) * 9),
    )


MORNINGS: Mapping[str, DigestFacts] = {
    "usual": usual(),
    "calm": calm(),
    "full": full(),
    "outage": outage(),
    "other-scripts": other_scripts(),
}
"""The mornings that are looked at as pictures, by their names."""
