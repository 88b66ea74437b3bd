"""A state with something on every page of the status page, and what the page knows besides it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from neighbours.asking import Line, upsert
from neighbours.desk import OPERATOR
from sqlalchemy import Connection

from responder.adapters import metric_rules
from responder.adapters.store import decisions, digests, health, mails, notices, outages, outbox, threads, troubles
from responder.adapters.store.rates import Measured
from responder.core.calendars import Calendar, Closure, Holiday, Wall, WorkingHours
from responder.core.orders import Channel, OrderFacts
from responder.core.threads import Thread, ThreadState
from responder.core.troubles import TroubleKind
from responder.status_page import Facts, Turn, Vitals

NOW = datetime(2026, 12, 17, 9, 0, tzinfo=UTC)  # a Thursday, 10:00 in Paris
ZONE = ZoneInfo("Europe/Paris")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTS = {"amazon.fr": "sellercentral.amazon.fr", "amazon.de": "sellercentral.amazon.de"}
ALIAS = "a1b2c3@marketplace.amazon.fr"
RULES = metric_rules.load()


def facts(**changes: Any) -> Facts:
    """What a page is made from besides the state."""
    week = dict.fromkeys(range(5), ((time(9), time(17)),))
    closure = Closure(Wall(date(2026, 12, 24)), Wall(date(2026, 12, 28)), "Fermeture", "calendars/closures.yaml")
    holiday = Holiday(date(2026, 12, 25), "Noël", "public holidays of FR")
    made = Facts(
        operator=replace(OPERATOR, zone=ZONE, hosts=HOSTS),
        accounts=("main",),
        calendar=Calendar(WorkingHours(ZONE, week), {holiday.on: holiday}, (closure,)),
        answer_within=DAY,
        version="1.2.3",
        rates=Measured({"main": ("amazon.fr",)}, RULES, {"amazon.fr": ZONE}),
    )
    return replace(made, **changes)


def vitals(*turns: Turn) -> Vitals:
    """A process whose tasks move."""
    moving = turns or (Turn("report", 12, 300), Turn("folder:main:inbox", 400, 4800))
    return Vitals(turns=lambda: moving, reconnects={"main": 2}, disk_used=lambda: 0.61)


def mail(number: int, at: datetime, **given: Any) -> mails.NewMail:
    """A buyer's message in the inbox."""
    values: dict[str, Any] = {
        "account": "main",
        "folder": "INBOX",
        "role": "inbox",
        "uidvalidity": 1,
        "uid": number,
        "dedup_key": f"key-{number}",
        "message_id": f"<{number}@mail.example>",
        "received_at": at,
        "size": 2_000,
        "kind": "buyer_message",
        "buyer_alias": ALIAS,
        "authentic": "pass",
        "raw": b"x" * 2_000,
    }
    return mails.NewMail(**{**values, **given})


def thread(conn: Connection, subject: str, text: str, received_at: datetime, **given: Any) -> Thread:
    """A thread with one message that waits for an answer, and a decision about it."""
    values: dict[str, Any] = {
        "marketplace": "amazon.fr",
        "order_id": "171-1234567-1234567",
        "buyer_name": "Camille",
        "due_at": received_at + DAY,
    }
    values |= given
    made = threads.insert_thread(
        conn,
        Thread(
            0,
            "main",
            case_id=None,
            buyer_alias=ALIAS,
            subject=subject,
            language="fr",
            received_at=received_at,
            last_message_at=received_at,
            messages=1,
            **values,
        ),
    )
    number = mails.last_id(conn) + 1
    new = mail(number, received_at, thread_id=made.id, subject=subject, text=text, buyer_name=values["buyer_name"])
    mail_id = mails.insert_mail(conn, new)
    reasons = [{"code": "inside_working_hours", "detail": ""}]
    said = {"words": f"not acknowledged: {text[:20]}"}
    withheld = decisions.Decision(
        at=received_at, account="main", action="withhold", mail_id=mail_id, thread_id=made.id, detail=said,
        reasons=reasons,
    )  # fmt: skip
    decisions.decide(conn, withheld)
    return made


def fill(conn: Connection, subject: str = "Wo ist mein Paket?", text: str = "Où est ma commande ? Merci.") -> None:
    """Something for every page; `subject` and `text` are a stranger's, and stand wherever a stranger's words can."""
    late = thread(conn, subject, text, NOW - 26 * HOUR, buyer_name=subject[:60])
    thread(conn, "Facture", "Bonjour, il me faut une facture.", NOW - 20 * HOUR, acknowledged_at=NOW - 19 * HOUR)
    thread(conn, "طلب استرداد", "أين طلبي؟ لم يصل بعد.", NOW - HOUR, marketplace="amazon.de", due_at=NOW + 40 * HOUR)
    answered = thread(conn, "Merci", "Merci !", NOW - 3 * DAY)
    done = replace(answered, state=ThreadState.ANSWERED, answered_at=NOW - 2 * DAY, due_at=None, received_at=None)
    threads.save_thread(conn, done)
    _notice(conn, subject, NOW - 2 * HOUR, due_at=NOW + 30 * HOUR, notice_type="a_to_z_opened", urgent=True)
    _notice(conn, "Un paiement a été effectué", NOW - 5 * HOUR, due_at=None, notice_type="payment", order_id=None)
    _outgoing(conn, late, subject)
    health.account_started(conn, "main", NOW - 30 * DAY)
    health.set_health(conn, "main", imap_state="connected", imap_contact_at=NOW - timedelta(minutes=2), imap_idle=True)
    health.set_health(conn, "main", smtp_state="connected", smtp_contact_at=NOW - HOUR, backlog=0)
    troubles.begin(conn, "main", TroubleKind.MAIL_SERVER, "smtp", f"main: the mail server said: {subject}", NOW - HOUR)
    outages.beat(conn, NOW - timedelta(seconds=20))
    _orders(conn)


def _notice(conn: Connection, subject: str, at: datetime, **given: Any) -> None:
    number = mails.last_id(conn) + 1
    mail_id = mails.insert_mail(conn, mail(number, at, kind="notice", subject=subject))
    assert mail_id is not None
    values: dict[str, Any] = {"marketplace": "amazon.fr", "order_id": "171-1234567-1234567", **given}
    new = notices.NewNotice(account="main", mail_id=mail_id, subject=subject, received_at=at, **values)
    notices.insert_notice(conn, new)


def _outgoing(conn: Connection, of: Thread, subject: str) -> None:
    for number, (kind, state, reason) in enumerate(
        (("acknowledgement", "queued", None), ("invoice", "held", f"the template says {subject}"))
    ):
        outbox.enqueue(
            conn,
            outbox.NewOutbox(
                account="main",
                idem_key=f"{kind}:{number}",
                message_id=f"<out-{number}@example.com>",
                kind=kind,
                recipient=ALIAS,
                subject=f"Re: {subject}",
                rfc822=b"To: x\r\n\r\nx\r\n",
                due_at=NOW + HOUR,
                created_at=NOW - HOUR,
                thread_id=of.id,
                state=state,
                reason=reason,
            ),
        )
    digest = outbox.NewOutbox(
        account="main", idem_key="digest:1", message_id="<digest@example.com>", kind="digest", recipient="o@x.example",
        subject="2 to answer", rfc822=b"x", due_at=NOW - 3 * HOUR, created_at=NOW - 3 * HOUR,
    )  # fmt: skip
    outbox_id = outbox.enqueue(conn, digest)
    assert outbox_id is not None
    outbox.claim_due(conn, "main", NOW - 3 * HOUR, ("digest",))
    outbox.mark_sent(conn, outbox_id, NOW - 3 * HOUR, "250 ok")
    digests.insert_digest(conn, date(2026, 12, 17), outbox_id, NOW - 3 * HOUR)


def _orders(conn: Connection) -> None:
    lines = [Line(each) for each in _reported()]
    upsert(conn, "main", lines, reported_at=NOW - HOUR, now=NOW - HOUR)


def _reported() -> Sequence[OrderFacts]:
    """Sixty orders, of which every twentieth was shipped late."""
    return [
        OrderFacts(
            order_id=f"171-0000000-{number:07}",
            marketplace="amazon.fr",
            status="Shipped",
            channel=Channel.MERCHANT,
            purchased_at=NOW - timedelta(days=3 + number % 20),
            ship_by_at=NOW - timedelta(days=2 + number % 20),
            shipped_at=NOW - timedelta(days=2 + number % 20) + (HOUR if number % 20 == 0 else -HOUR),
        )
        for number in range(60)
    ]
