"""
Synthetic mail in the forms the facts describe: buyer messages, notices, copies, answers, bounces, forgeries.

Nothing here is a real mail. Templates follow what is known of Amazon's: where a language's words are not known, the
mail has only the HTML anchor. Every builder returns the bytes an IMAP server would give, the same on every run.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from mail.stores import NOTICES, STORES, SUBJECTS, TEMPLATES
from mail.templates import message_page, message_text, no_response_link
from mail.wire import Part, multipart, text_part, written

__all__ = [
    "CASE", "NOTICES", "ORDER", "SELLER", "SENT_AT", "STORES", "SUBJECTS", "TEMPLATES", "answer_copy", "auto_reply",
    "bounce", "buyer_message", "customer_mail", "no_response_link", "notice", "sent_answer", "spoof",
]  # fmt: skip

SELLER = "service@example.com"
ORDER = "171-1234567-1234567"
CASE = "0b9c3a54-6f2e-4d8b-9d0f-3f1f3f0c5a11"
SENT_AT = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)


def _mail(
    headers: Sequence[tuple[str, str]], text: str | None, page: str | None = None, *files: Part, charset: str = "utf-8"
) -> bytes:
    """Return the mail with a text, a page or both, and files behind them."""
    shown = [text_part(text, charset=charset)] if text is not None else []
    shown += [text_part(page, "html", charset)] if page is not None else []
    content = shown[0] if len(shown) == 1 else multipart("alternative", shown)
    return written(headers, multipart("mixed", (content, *files)) if files else content)


def _authentication(auth: str | None, authserv_id: str, domain: str) -> list[tuple[str, str]]:
    """Return what the receiving server would have written on top; None: it checks nothing."""
    if auth is None:
        return []
    signer = domain.removeprefix("marketplace.")
    return [
        (
            "Authentication-Results",
            f"{authserv_id}; dkim={auth} header.d={signer}; dmarc={auth} (p=REJECT) header.from={domain}",
        )
    ]


def _ses_id(key: str) -> str:
    return f"<0102019a{sum(map(ord, key)):08x}-{len(key):04x}-000000@eu-west-1.amazonses.com>"


def buyer_message(
    marketplace: str = "amazon.fr",
    text: str = "Bonjour, où est mon colis ?",
    *,
    name: str = "Camille",
    order_id: str | None = ORDER,
    alias: str = "a1b2c3d4e5f6g7h",
    case_id: str | None = None,
    message_id: str | None = None,
    references: Sequence[str] = (),
    subject: str | None = None,
    to: str = SELLER,
    sent_at: datetime = SENT_AT,
    auth: str | None = "pass",
    authserv_id: str = "mx.example.com",
    from_header: str | None = None,
    extra_headers: Mapping[str, str] | None = None,
    headers: bool = True,
    template: str | None = None,
    body: str | None = None,
    page: str | None = None,
    files: Sequence[Part] = (),
    charset: str = "utf-8",
) -> bytes:
    """
    Return a synthetic buyer message; `headers=False` drops Amazon's own, as some forwarders do.

    `template`: the language of the template where it is not the store's; `body` and `page` take the template's place.
    """
    store_id, language = STORES[marketplace]
    domain = f"marketplace.{marketplace}"
    sender = f"{alias}+{case_id}@{domain}" if case_id else f"{alias}@{domain}"
    wording = SUBJECTS.get(language, SUBJECTS["en"])
    link = no_response_link(marketplace)
    if body is None and page is None:
        written_in = template or language
        if written_in in TEMPLATES:
            body = message_text(written_in, text, order_id, link, case_id)
        else:  # its words are not known: only the language-independent anchor
            page = message_page(text, order_id, link, case_id)
    fields = [
        *_authentication(auth, authserv_id, domain),
        ("From", from_header or f'"{name}" <{sender}>'),
        ("To", to),
        ("Subject", subject or wording.format(name=name, order=order_id or "")),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", message_id or _ses_id(text + alias + sent_at.isoformat())),
        *([("In-Reply-To", references[-1]), ("References", " ".join(references))] if references else []),
        *(
            [("X-Space-Notification-Type", "BBC_MESSAGE_SENT_TO_MERCHANT"), ("X-Marketplace-ID", store_id)]
            if headers
            else []
        ),
        *(extra_headers or {}).items(),
    ]
    return _mail(fields, body, page, *files, charset=charset)


def notice(
    notification_type: str = "REFUND_ISSUED",
    marketplace: str = "amazon.it",
    *,
    order_id: str = ORDER,
    from_header: str | None = None,
    subject: str | None = None,
    text: str = "Gentile venditore, questa è una notifica di prova.",
    message_id: str | None = None,
    header: bool = True,
    footer: bool = True,
    to: str = SELLER,
    sent_at: datetime = SENT_AT,
    auth: str | None = "pass",
    authserv_id: str = "mx.example.com",
    extra_headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a synthetic notice; `header` and `footer` say where its type still stands after a forwarder."""
    store_id, _ = STORES[marketplace]
    known = NOTICES.get(notification_type, ("<donotreply@amazon.com>", "Synthetic notice {order}"))
    sender = from_header or known[0]
    link = (
        "https://sellercentral.amazon.com/notifications/feedback?deliveryId=1"
        f"&communicationName={notification_type}&deliveryChannel=EMAIL"
    )
    page = (
        f"<html><body><p>{text}</p><p>{order_id}</p>" + (f'<a href="{link}">?</a>' if footer else "") + "</body></html>"
    )
    fields = [
        *_authentication(auth, authserv_id, sender.rpartition("@")[2].rstrip(">")),
        ("From", sender),
        ("To", to),
        ("Subject", (subject or known[1]).format(order=order_id)),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", message_id or _ses_id(notification_type + order_id + (subject or ""))),
        *([("X-Space-Notification-Type", notification_type), ("X-Marketplace-ID", store_id)] if header else []),
        *(extra_headers or {}).items(),
    ]
    return _mail(fields, None, page)


def answer_copy(
    marketplace: str = "amazon.com.br",
    text: str = "Boa tarde, o pedido sai amanhã.",
    *,
    name: str = "Marina",
    order_id: str | None = None,
    message_id: str | None = None,
    header: bool = True,
    to: str = SELLER,
    sent_at: datetime = SENT_AT,
    auth: str | None = "pass",
    authserv_id: str = "mx.example.com",
) -> bytes:
    """Return the synthetic copy of what the seller wrote in Seller Central: HTML only, often without an order id."""
    store_id, language = STORES[marketplace]
    subject = f"Seu e-mail para {name}" if language == "pt" else f"Your email to {name}"
    begin, end = ("Iniciar mensagem", "Mensagem final") if language == "pt" else ("Begin message", "End message")
    page = (
        f"<html><body><p>Aqui está uma cópia do e-mail que você enviou para {name}</p>"
        f"<p>------------- {begin} -------------</p><p>{text}</p><p>------------- {end} -------------</p>"
        f"<p>{order_id or ''}</p></body></html>"
    )
    fields = [
        *_authentication(auth, authserv_id, "amazon.com"),
        ("From", f'"{marketplace.capitalize()}" <donotreply@amazon.com>'),
        ("Reply-To", "naoresponda@amazon.com"),
        ("To", to),
        ("Subject", subject),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", message_id or _ses_id("copy" + name + sent_at.isoformat())),
        *(
            [("X-Space-Notification-Type", "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"), ("X-Marketplace-ID", store_id)]
            if header
            else []
        ),
    ]
    return _mail(fields, None, page)


def sent_answer(
    to: str,
    references: Sequence[str] = (),
    text: str = "Bonjour, votre colis part demain.",
    *,
    subject: str = "Re: question",
    message_id: str = "<sent-1@example.com>",
    sender: str = f"Maison Exemple <{SELLER}>",
    sent_at: datetime = SENT_AT,
    extra_headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a person's answer as a mail client puts it into the Sent folder."""
    fields = [
        ("From", sender),
        ("To", to),
        ("Subject", subject),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", message_id),
        *([("In-Reply-To", references[-1]), ("References", " ".join(references))] if references else []),
        *(extra_headers or {}).items(),
    ]
    return _mail(fields, text)


def bounce(
    message_id: str = "<ours-1@example.com>",
    *,
    recipient: str = "a1b2c3d4e5f6g7h@marketplace.amazon.fr",
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "text/rfc822-headers",
    to: str = SELLER,
) -> bytes:
    """Return a synthetic delivery report (RFC 3464) about the mail `message_id`."""
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Date: Fri, 25 Dec 2026 10:00:05 +0000",
        "Message-ID: <dsn-1@mx.example.com>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_dsn"',
        "",
        "--=_dsn",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is the mail system. Your message could not be delivered.",
        "",
        "--=_dsn",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.com",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        "",
        "--=_dsn",
        f"Content-Type: {returned}",
        "",
        f"From: {SELLER}",
        f"To: {recipient}",
        f"Message-ID: {message_id}",
        "Subject: Re: question",
        "",
        "--=_dsn--",
        "",
    ]
    return "\r\n".join(lines).encode()


def spoof(
    from_header: str = '"Camille" <a1b2c3d4e5f6g7h@marketplace.amazon.fr.example.net>', **changes: object
) -> bytes:
    """Return a mail that looks like a buyer message but comes from somebody else's domain."""
    return buyer_message(from_header=from_header, **changes)  # type: ignore[arg-type]


def auto_reply(
    from_header: str = "Camille <camille@example.org>",
    *,
    text: str = "I am away until Monday.",
    subject: str = "Automatic reply: your message",
    extra_headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a vacation answer as RFC 3834 wants it marked; `extra_headers` replaces the marks."""
    marks = {"Auto-Submitted": "auto-replied"} if extra_headers is None else extra_headers
    fields = [
        ("From", from_header),
        ("To", SELLER),
        ("Subject", subject),
        ("Date", format_datetime(SENT_AT)),
        ("Message-ID", "<vacation-1@example.org>"),
        *marks.items(),
    ]
    return _mail(fields, text)


def customer_mail(from_header: str = "Alex <alex@example.org>", text: str = "Do you sell spare parts?") -> bytes:
    """Return an ordinary mail that has nothing to do with Amazon."""
    return auto_reply(from_header, text=text, subject="Question", extra_headers={})
