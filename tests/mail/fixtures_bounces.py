"""
Delivery reports about our own mail: RFC 3464 in the words of several servers, and the forms of the time before.
"""

from collections.abc import Mapping, Sequence

from mail.builders import ORDER, SELLER, bounce
from mail.fixture import ALIAS, Fixture
from mail.wire import Part, multipart, plain_part, text_part, written

from responder.core.kinds import Authentic, Kind

OURS = "<ours-1@example.com>"
RELAY = f"{ALIAS}@marketplace.amazon.fr"


def _bounce(name: str, raw: bytes, note: str, *, returned: tuple[str, ...] = (OURS,), **changes: object) -> Fixture:
    """Return a report that a mail of ours failed for good."""
    expected: dict[str, object] = {"order_ids": (), "authentic": Authentic.UNKNOWN, "automatic": True, **changes}
    return Fixture(name=f"synthetic-bounce-{name}", raw=raw, note=note, kind=Kind.BOUNCE, returned=returned, **expected)  # type: ignore[arg-type]


def delivery_report(
    sender: str, subject: str, text: str, status: str, *, returned: Part | None, extra: Mapping[str, str] | None = None
) -> bytes:
    """Return a delivery report (RFC 3464) in the words of one server."""
    parts: list[Part] = [text_part(text), plain_part(status, "message/delivery-status")]
    return written(
        (
            ("Return-Path", "<>"), *(extra or {}).items(), ("From", sender), ("To", SELLER), ("Subject", subject),
            ("Date", "Fri, 25 Dec 2026 10:00:05 +0000"), ("Message-ID", "<dsn-2@mx.example.net>"),
        ),
        multipart("report", [*parts, *([returned] if returned else [])], parameters=" report-type=delivery-status;"),
    )  # fmt: skip


def old_report(sender: str, subject: str, text: str, **extra: str) -> bytes:
    """Return a report of the time before RFC 3464: only text."""
    fields: Sequence[tuple[str, str]] = (
        ("Return-Path", "<>"), *((name.replace("_", "-"), value) for name, value in extra.items()), ("From", sender),
        ("To", SELLER), ("Subject", subject), ("Date", "Fri, 25 Dec 2026 10:00:05 +0000"),
        ("Message-ID", "<dsn-3@mx.example.net>"),
    )  # fmt: skip
    return written(fields, text_part(text))


HEAD = f"From: {SELLER}\nTo: {RELAY}\nMessage-ID: {OURS}\nSubject: Re: question\n"
WHOLE = plain_part(f"{HEAD}\nBonjour, votre colis part demain.\n", "message/rfc822")
FAILED = f"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; {RELAY}\nAction: failed\nStatus: 5.1.1\n"
QMAIL = (
    "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the "
    f"following addresses.\n\n<{RELAY}>:\n192.0.2.1 does not like recipient.\n\n--- Below this line is a copy of the "
    f"message.\n\nReturn-Path: <{SELLER}>\n{HEAD}\nBonjour\n"
)
EXIM = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
    f"delivered to one or more of its recipients.\n\n  {RELAY}\n    host mx.example.net: 550 unknown user\n\n"
    f"------ This is a copy of the message's headers. ------\n\n{HEAD}"
)
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.net>"
BOUNCES: list[Fixture] = [
    _bounce("rfc3464-headers", bounce(OURS), "RFC 3464 with the returned header"),
    _bounce("rfc3464-message", bounce(OURS, returned="message/rfc822"), "RFC 3464 with the returned mail"),
    _bounce("rfc3464-over-quota", bounce(OURS, status="5.2.2"), "any failure for good"),
    _bounce("rfc3464-given-up", bounce(OURS, status="4.4.7"), "failed after all retries: the action decides"),
    _bounce(
        "postfix-words",
        delivery_report(
            DAEMON,
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.net.\n\nYour message could not be delivered.",
            FAILED,
            returned=WHOLE,
        ),
        "the words of Postfix",
    ),
    _bounce(
        "exchange-de",
        delivery_report(
            '"Microsoft Outlook" <postmaster@example.com>',
            "Unzustellbar: Re: question",
            "Ihre Nachricht konnte nicht zugestellt werden.",
            FAILED,
            returned=WHOLE,
            extra={"Auto-Submitted": "auto-replied", "X-MS-Exchange-Message-Is-Ndr": ""},
        ),
        "the form of Exchange, German",
    ),
    _bounce(
        "exchange-en",
        delivery_report(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>",
            "Undeliverable: Re: question",
            "Delivery has failed to these recipients or groups.",
            FAILED,
            returned=WHOLE,
            extra={"Auto-Submitted": "auto-replied"},
        ),
        "the form of Exchange: no daemon's name in From",
    ),
    _bounce(
        "status-only",
        delivery_report(
            DAEMON,
            "Returned mail: see transcript for details",
            "The original was dropped.",
            FAILED,
            returned=None,
            extra={"In-Reply-To": OURS},
        ),
        "nothing returned: the thread header names the mail",
    ),
    _bounce(
        "gmail-words",
        delivery_report(
            "Mail Delivery Subsystem <mailer-daemon@mx.example.org>",
            "Delivery Status Notification (Failure)",
            "Address not found",
            FAILED,
            returned=WHOLE,
            extra={"X-Failed-Recipients": RELAY, "Auto-Submitted": "auto-replied"},
        ),
        "RFC 3464 and X-Failed-Recipients",
    ),
    _bounce("qmail", old_report("MAILER-DAEMON@mx.example.net", "failure notice", QMAIL), "before RFC 3464: only text"),
    _bounce(
        "exim",
        old_report(
            "Mail Delivery System <Mailer-Daemon@mx.example.net>",
            "Mail delivery failed: returning message to sender",
            EXIM,
            X_Failed_Recipients=RELAY,
            Auto_Submitted="auto-replied",
        ),
        "X-Failed-Recipients and only text",
    ),
    _bounce(
        "amazon-postmaster",
        delivery_report(
            "<postmaster@amazon.com>",
            "Delivery Status Notification (Failure)",
            "An error occurred.",
            FAILED,
            returned=WHOLE,
            extra={"Authentication-Results": "mx.example.com; dmarc=pass header.from=amazon.com"},
        ),
        "S: accepted by SMTP is not accepted by Amazon",
        authentic=Authentic.PASS,
    ),
    _bounce(
        "amazon-relay-domain",
        delivery_report(
            "<MAILER-DAEMON@marketplace.amazon.fr>",
            "Undeliverable",
            "Not delivered.",
            FAILED,
            returned=WHOLE,
            extra={"Authentication-Results": "mx.example.com; dmarc=pass header.from=marketplace.amazon.fr"},
        ),
        "S: a report from the alias domain itself is no buyer's",
        authentic=Authentic.PASS,
    ),
    _bounce(
        "names-the-order",
        old_report("MAILER-DAEMON@mx.example.net", "failure notice", f"{QMAIL}Commande {ORDER}\n"),
        "S: our own Message-ID first, else the order id",
        order_ids=(ORDER,),
    ),
]
