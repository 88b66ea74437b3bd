"""
Digests in which every section says something, for the tests that read them in other languages.

What comes from mails, files and the database is written in Greek letters or digits here: whatever is in Latin letters
is ours, and has to be said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from responder.adapters import metric_rules
from responder.core.actions import Action, Asked, Links, Outcome
from responder.core.bad_feedback import BadFeedback, FeedbackStanding
from responder.core.cancelling import Hint as CancelHint
from responder.core.cancelling import Wish
from responder.core.digest import (
    BadNews,
    BadRow,
    ClosedDay,
    Decision,
    DigestFacts,
    HeldBack,
    LacksInvoice,
    LateNews,
    MayBeAnswered,
    NewKind,
    Notice,
    OpenThread,
    OrderNews,
    Outage,
    Returned,
    SentMail,
    ToUpload,
    UnreadReport,
    Unsure,
)
from responder.core.digest.facts import Messages
from responder.core.digest.health_facts import DaemonHealth, Mailbox
from responder.core.digest.words import CLOSED, KINDS, NOTICES, STATES
from responder.core.handling_time import Advice
from responder.core.late_orders import BuyerTold, Outlook, Standing, Term, Unshipped
from responder.core.metrics import AmazonFigure, Metric, Rate, RollOff, Window
from responder.core.notice_life import SeenBy
from responder.core.removal import Criterion, Hint
from responder.core.unattended import Unattended

ZONE = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)  # a Thursday, 7:30 in Athens
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ORDER = "305-1234567-7654321"
STORE = "amazon.de"
HOSTS = {STORE: "sellercentral.amazon.de"}
NAME = "Ερώτηση"
WHY = "Αιτία"
ASKED = CancelHint("el", "ακύρωση")


def threads() -> tuple[OpenThread, ...]:
    """Messages of every urgency, with all that can be said of one."""

    def thread(number: int, due: timedelta, **more: Any) -> OpenThread:
        given = {"marketplace": STORE, "order_id": ORDER, "subject": NAME, "snippet": NAME, **more}
        return OpenThread(id=number, received_at=NOW + due - DAY, due_at=NOW + due, **given)

    return (
        thread(1, -2 * HOUR, messages=2, language="de", returned=Returned(NOW - HOUR, WHY)),
        thread(2, 3 * HOUR, messages=3, language="fr", acknowledged_at=NOW - HOUR, promise_at=NOW + 2 * HOUR),
        thread(3, 5 * HOUR, acknowledged_at=NOW - HOUR, promise_at=NOW + 6 * HOUR, attachments=("α.pdf", "")),
        thread(4, 30 * HOUR, cancelling=Wish(ASKED, NOW - HOUR), marketplace=None),
        thread(5, 30 * HOUR, cancelling=Wish(ASKED), subject="", order_id=None),
        thread(7, 30 * HOUR, cancelling=Wish(ASKED, shipped=True)),
        thread(6, 31 * HOUR, verified=False, attachments=tuple("αβγδεζ")),
    )


def notices() -> tuple[Notice, ...]:
    """A notice of every kind, in every state of its life."""
    kinds = [
        Notice(number, kind, STORE, ORDER, NAME, NOW - HOUR, NOW + number * HOUR if number % 2 else None)
        for number, kind in enumerate([*NOTICES, "other"], start=30)
    ]
    first = kinds[1]
    return (
        *kinds,
        replace(first, id=60, verified=False),
        replace(first, id=61, due_at=NOW - HOUR, digests=1, seen_by=SeenBy.MAIL_PROGRAM, seen_at=NOW - HOUR),
        replace(first, id=62, digests=1, alerts=1, subject="", marketplace=None, amounts=("12,50 €",)),
        replace(first, id=63, digests=3, outcome="υπόθεση"),
        replace(first, id=64, settled_at=NOW, settled_how=WHY),
        replace(first, id=65, notice_type="a_to_z_decided", outcome="granted", due_at=None),
    )


def decisions() -> tuple[Decision, ...]:
    """Mails of every kind that wait for a person, in every state."""
    return (
        *(
            Decision(number, kind, state, WHY, NAME, STORE, ORDER, NOW + HOUR, thread_id=5)
            for number, (kind, state) in enumerate(((kind, state) for kind in KINDS for state in STATES), start=70)
        ),
        Decision(98, "acknowledgement", "held", WHY, "", broken=True),
    )


def bad_feedback() -> BadNews:
    """New and older feedback, with every hint."""
    one = BadFeedback(
        at=NOW - DAY, rating=1, comment=NAME, response="", keys=("α",), verified=True, standing=FeedbackStanding.OPEN
    )
    hints = tuple(Hint(criterion, ("α",)) for criterion in Criterion)
    untold = replace(one, rating=None, verified=False, changed=True)
    rows = (BadRow(ORDER, STORE, one, hints), BadRow("α", None, untold))
    return BadNews(rows, (*rows, *(BadRow(ORDER, STORE, replace(one, rating=2)),) * 20), 90, {STORE: ZONE})


def late() -> LateNews:
    """Orders with every outlook, more than are shown, and the advice."""

    def standing(outlook: Outlook, ship_by: timedelta, last: timedelta, stretch: str | None, **more: Any) -> Standing:
        values: dict[str, Any] = {
            "account": "α", "order_id": ORDER, "marketplace": STORE, "ship_by_at": NOW + ship_by,
            "first_at": NOW - 9 * DAY, "reported_at": NOW - HOUR, "known_at": NOW - 30 * HOUR,
        }  # fmt: skip
        return Standing(Unshipped(**{**values, **more}), Term(NOW + last, NOW, stretch), outlook)

    told = BuyerTold(date(2026, 11, 28))
    standings = (
        standing(Outlook.LATE, -DAY, -2 * DAY, None, told=told, marketplace=None, listed=False),
        standing(Outlook.LATE, -DAY, -2 * DAY, None, told=replace(told, waits=True), order_id="α"),
        standing(Outlook.LATE, -DAY, -2 * DAY, None, told=replace(told, returned=True), cancelling=True),
        *([standing(Outlook.LATE, -DAY, -2 * DAY, None)] * 20),
        *([standing(Outlook.NOBODY, HOUR, -HOUR, "“Διακοπές”")] * 20),
        *([standing(Outlook.TODAY, 9 * HOUR, HOUR, None)] * 20),
        *([standing(Outlook.CLOSING, 3 * DAY, DAY, "“Διακοπές”")] * 20),
    )
    return LateNews(standings, 2, Advice((4, 5), 4, 3, 0, ("“Διακοπές”",)), {STORE: ZONE})


def orders() -> OrderNews:
    """Invoices to send and to upload, what else holds requests, and reports, more than are shown."""
    lacking = LacksInvoice(ORDER, STORE, NOW + HOUR, expected="α.pdf")
    upload = ToUpload(1, ORDER, STORE, NOW - DAY, NOW + HOUR)
    report = UnreadReport(1, "α.txt", WHY)
    return OrderNews(
        lacking=(lacking, replace(lacking, order_id="", expected="", refused=WHY)),
        lacking_in_all=30,
        to_upload=(upload, replace(upload, by_at=None), *([upload] * 20)),
        reports=(report, replace(report, partly=True, name=""), *([report] * 10)),
        held=(HeldBack(WHY, 3, NOW + HOUR), HeldBack(WHY, 1, NOW + 2 * DAY)),
        folder="τιμολόγια/",
    )


def rates() -> tuple[Rate, ...]:
    """Every rate past, near and within its cap, with Amazon's own figure."""
    rules = {rule.metric: rule for rule in reversed(metric_rules.load())}
    given: Mapping[str, Any] = {
        "account": "α", "marketplace": STORE, "window": Window(NOW - 30 * DAY, NOW), "cases": (),
        "roll_off": tuple(RollOff(date(2026, 12, day), day) for day in range(1, 6)),
        "trend": ((date(2026, 11, 19), 0.004), (date(2026, 11, 26), 0.0125)),
        "amazon": AmazonFigure(
            value=0.004, numerator=2, denominator=500, target=None, status=None, window=None, at=NOW - DAY, fresh=True
        ),
    }  # fmt: skip
    return tuple(
        Rate(metric=metric, rule=rules[metric], fulfilment=who, numerator=bad, denominator=1000, headroom=2, **given)
        for metric in Metric
        for who, bad in (("mfn", 1), ("afn", 999))
    )


def asked() -> Iterator[Asked]:
    """Yield what was asked by mail: every action done, and refused for every reason."""
    outcomes = [(each, number) for each in Outcome for number in (1, 2)]
    for number, (action, (outcome, target)) in enumerate(((a, o) for a in Action for o in outcomes), start=1):
        dated = outcome in (Outcome.USED, Outcome.WROTE_AGAIN, Outcome.CAME_BACK)
        yield Asked(number, NOW - HOUR, action, target, outcome, (NOW - DAY).isoformat() if dated else WHY)


def health() -> DaemonHealth:
    """Return mailboxes in every state, and every figure of the daemon."""
    return DaemonHealth(
        watching_since=NOW - 9 * DAY,
        mailboxes=(Mailbox("α", NOW - HOUR), Mailbox("β", None), Mailbox("γ", NOW - HOUR, ok=False)),
        troubles=2,
        unreadable=1,
        set_aside=3,
        waiting=1,
        held=2,
        handled_after=HOUR / 60,
        clock_kept=False,
        disk_used=0.5,
        more=(WHY,),
    )


def all_clear() -> DigestFacts:
    """Return what a morning without anything to do looks like."""
    return DigestFacts(
        now=NOW,
        since_at=NOW - DAY,
        zone=ZONE,
        number=19,
        version="1.2.0",
        sent=(SentMail(NOW - HOUR, "acknowledgement", STORE, ORDER, NAME),),
        closed_days=tuple(ClosedDay(date(2026, 12, 1 + 2 * n), kind) for n, kind in enumerate(CLOSED)),
        unattended=(Unattended(NOW, NOW + DAY, DAY, (NOW + HOUR, NOW + 2 * HOUR)),) * 7,
        accounts=("α", "β"),
        next_digest_at=NOW + DAY,
        hosts=HOSTS,
        live_since=NOW - 9 * DAY,
    )


def full() -> DigestFacts:
    """Return what a morning looks like on which everything happened."""
    may_be = MayBeAnswered(1, STORE, ORDER, NAME)
    kind = NewKind(1, "α", NAME, "α@amazon.de", verified=True)
    return replace(
        all_clear(),
        threads=threads(),
        decisions=decisions(),
        unsure=tuple(
            Unsure(NOW - HOUR, WHY, which) for which in ((may_be, replace(may_be, subject="")), (may_be,) * 8)
        ),
        sent=tuple(SentMail(NOW - HOUR, each, STORE, ORDER, NAME) for each in (*KINDS, *KINDS)),
        notices=notices(),
        new_kinds=(kind, *(replace(kind, verified=False) for _ in range(8))),
        bad_feedback=bad_feedback(),
        late=late(),
        orders=orders(),
        rates=rates(),
        closed_days=(*all_clear().closed_days, ClosedDay(date(2027, 1, 6), "holiday", NAME)),
        calendar_changes=(NAME,),
        problems=(WHY,),
        outages=tuple(
            Outage(NOW - 9 * HOUR, NOW - HOUR, *came) for came in ((None,), (0,), (1,), (3,), (3, 2), (1, 1))
        ),
        asked=tuple(asked()),
        actions=Links(secret=b"0" * 32, address="α@amazon.de", issued_at=NOW, valid_for=3 * DAY, batch="α"),
        messages=Messages(tuple((date(2026, 11, 12 + n), n) for n in range(14)), 3 * HOUR, 4 * HOUR),
        health=health(),
    )


DIGESTS: Mapping[str, DigestFacts] = {
    "full": full(),
    "all clear": all_clear(),
    "nothing sent": replace(all_clear(), sent=(), since_at=None),
    "one mailbox": replace(
        all_clear(),
        asked=tuple(each for each in asked() if each.outcome.is_done),
        health=DaemonHealth(mailboxes=(Mailbox("α", NOW - HOUR),), troubles=0, clock_kept=True),
    ),
    "rehearsal": replace(full(), dry_run=True, marks_notices_seen=False, threads=()),
}
"""The digests that the tests read, by what they are about."""
