"""
The sample mail: synthetic, in the forms Amazon's mails are known to have (RFC 5322, RFC 3464).

Every mail is as the seller's own mail server, mx.example.com, would have stored it: its verdict on the sender on top.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from responder.core.amazon import Marketplace

SERVICE = "service@example.com"
SELLER = f"Maison Exemple <{SERVICE}>"
OPERATOR = "owner@example.com"
AUTHSERV_ID = "mx.example.com"

_Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Buyer:
    """An invented buyer: the relay address is `alias` at the store's relay domain."""

    name: str
    store: Marketplace
    alias: str
    order_id: str

    @property
    def address(self) -> str:
        """The relay address under which Amazon lets us write to this buyer."""
        return f"{self.alias}@{self.store.relay_domain}"


@dataclass(frozen=True, slots=True)
class Template:
    """How Amazon frames a buyer's words in one language."""

    subject: str
    intro: str
    begin: str
    end: str
    resolve: str


TEMPLATES = {
    "en": Template(
        subject="Delivery enquiry from Amazon customer {name} (Order: {order})",
        intro="You have received a message.",
        begin="------------- Message: -------------",
        end="------------- End message -------------",
        resolve="Resolve case",
    ),
    "de": Template(
        subject="Frage von Amazon-Kunde {name} (Bestellung: {order})",
        intro="Du hast eine Nachricht erhalten",
        begin="Nachricht:",
        end="Ende der Nachricht",
        resolve="Fall lösen",
    ),
    "fr": Template(
        subject="Demande de renseignements de la part du client Amazon {name} (Commande : {order})",
        intro="Vous avez reçu un message.",
        begin="------------- Message: -------------",
        end="------------- Fin du message -------------",
        resolve="Résoudre le cas",
    ),
    "it": Template(
        subject="Domanda del cliente Amazon {name} (Ordine: {order})",
        intro="Hai ricevuto un messaggio.",
        begin="------------- Messaggio: -------------",
        end="------------- Fine messaggio -------------",
        resolve="Risolvi caso",
    ),
    "es": Template(
        subject="Consulta del cliente de Amazon {name} (Pedido: {order})",
        intro="Ha recibido un mensaje.",
        begin="------------- Message: -------------",
        end="------------- Finalizar mensaje -------------",
        resolve="Resolver caso",
    ),
    "pl": Template(
        subject="Pytanie od klienta Amazon {name} (Zamówienie: {order})",
        intro="",
        begin="Wiadomość:",
        end="Koniec wiadomości",
        resolve="",
    ),
}


def buyer_message(buyer: Buyer, text: str, at: datetime, *, dmarc: str = "pass") -> bytes:
    """Return a message of a buyer, as Amazon relays it."""
    template = TEMPLATES[buyer.store.language]
    link = (
        f"https://{buyer.store.seller_central}/messaging/no-response-needed?t=SYNTHETIC&m=SYNTHETIC"
        f"&mp={buyer.store.id}&c=A1SYNTHETIC&h={'0' * 40}&s=1"
    )
    body = (
        f"{template.intro}\n\n# {buyer.order_id}:\n1 / Synthetic lamp [ASIN: B000000000]\n\n"
        f"{template.begin}\n\n{text}\n\n{template.end}\n\n{template.resolve}: {link}\nSPC-EUAmazon-1\n"
    )
    return _mail(
        body,
        *_verdict(buyer.store.relay_domain, dmarc),
        ("From", f'"{buyer.name}" <{buyer.address}>'),
        ("To", SERVICE),
        ("Subject", template.subject.format(name=buyer.name, order=buyer.order_id)),
        *_dated(at, "buyer", buyer.alias, text),
        *_typed("BBC_MESSAGE_SENT_TO_MERCHANT", buyer.store),
    )


def automatic_reply(buyer: Buyer, to: EmailMessage, at: datetime) -> bytes:
    """Return what a buyer's mail program answers by itself while its owner is away (RFC 3834)."""
    return _mail(
        "Ich bin bis zum 13. April nicht erreichbar.\n",
        *_verdict(buyer.store.relay_domain, "pass"),
        ("From", f'"{buyer.name}" <{buyer.address}>'),
        ("To", SERVICE),
        ("Subject", f"Automatische Antwort: {to['Subject']}"),
        ("In-Reply-To", to["Message-ID"]),
        ("References", to["Message-ID"]),
        ("Auto-Submitted", "auto-replied"),
        *_dated(at, "automatic", buyer.alias),
    )


def claim(buyer: Buyer, at: datetime) -> bytes:
    """Return Amazon's notice that a buyer has made an A-to-z claim; it names its own time limit."""
    body = (
        f"Gentile venditore,\n\nun cliente ha presentato una richiesta di rimborso per l'ordine {buyer.order_id}.\n"
        "Ti preghiamo di rispondere entro 3 giorni, altrimenti l'importo potrà essere addebitato.\n\n"
        "Garanzia dalla A alla Z di Amazon\nSPC-EUAmazon-2\n"
    )
    return _mail(
        body,
        *_verdict("amazon.it", "pass"),
        ("From", '"Garanzia dalla A alla Z di Amazon" <atoz-guarantee-no-reply@amazon.it>'),
        ("To", SERVICE),
        ("Subject", f"Richiesta di rimborso ricevuta per l’ordine {buyer.order_id}"),
        *_dated(at, "claim", buyer.order_id),
        *_typed("A_Z_CLAIM_RESPONDENT_NOTIFY", buyer.store),
    )


def answer_copy(buyer: Buyer, text: str, at: datetime) -> bytes:
    """Return Amazon's copy of what the seller wrote in Seller Central: no relay address, HTML only."""
    page = (
        f"<html><body><p>Here is a copy of the e-mail that you sent to {buyer.name}.</p>"
        f"<p>------------- Begin message -------------</p><p>{text}</p><p>------------- End message -------------</p>"
        f"<p># {buyer.order_id}</p></body></html>"
    )
    return _mail(
        page,
        *_verdict("amazon.com", "pass"),
        ("From", f'"{buyer.store.name.capitalize()}" <donotreply@amazon.com>'),
        ("To", SERVICE),
        ("Subject", f"Your email to {buyer.name}"),
        *_dated(at, "copy", buyer.alias),
        *_typed("BBC_MESSAGE_CONFIRMATION_TO_MERCHANT", buyer.store),
        subtype="html",
    )


def answer(buyer: Buyer, text: str, to_message: str, at: datetime) -> bytes:
    """Return a person's answer, as a mail program puts it into the folder of sent mail."""
    subject = TEMPLATES[buyer.store.language].subject.format(name=buyer.name, order=buyer.order_id)
    return _mail(
        f"{text}\n\nMaison Exemple\n",
        ("From", SELLER),
        ("To", buyer.address),
        ("Subject", f"Re: {subject}"),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{_key('answer', buyer.alias, text)}@laptop.example.com>"),
        ("In-Reply-To", to_message),
        ("References", to_message),
    )


def asking(link: str, at: datetime) -> bytes:
    """Return the mail that a mail program makes of a `mailto:` link (RFC 6068) and its reader sends."""
    parts = urlsplit(link)
    fields = {name: value for name, (value, *_) in parse_qs(parts.query).items()}
    return _mail(
        fields.get("body", ""),
        *_verdict(OPERATOR.partition("@")[2], "pass"),
        ("From", OPERATOR),
        ("To", unquote(parts.path)),
        ("Subject", fields["subject"]),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{_key('asking', link)}@phone.example.com>"),
    )


def bounce(returned: EmailMessage, at: datetime) -> bytes:
    """Return a mail server's report that `returned` could not be delivered (RFC 3464)."""
    recipient = str(returned["To"])
    lines = [
        "Return-Path: <>",
        f"From: Mail Delivery Subsystem <MAILER-DAEMON@{AUTHSERV_ID}>",
        f"To: {SERVICE}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{_key('bounce', recipient)}@{AUTHSERV_ID}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"',
        "",
        *("--=_report", "Content-Type: text/plain; charset=us-ascii", ""),
        f"Your message to {recipient} could not be delivered: 550 5.1.1 no such address.",
        *("--=_report", "Content-Type: message/delivery-status", ""),
        f"Reporting-MTA: dns; {AUTHSERV_ID}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        *("--=_report", "Content-Type: text/rfc822-headers", ""),
        f"From: {SERVICE}",
        f"To: {recipient}",
        f"Message-ID: {returned['Message-ID']}",
        *("--=_report--", ""),
    ]
    return "\r\n".join(lines).encode()


def message_id(raw: bytes) -> str:
    """Return the Message-ID of a mail made here."""
    line = next(line for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id:"))
    return line.partition(b":")[2].strip().decode("ascii")


def _mail(text: str, *headers: tuple[str, str], subtype: str = "plain") -> bytes:
    mail = EmailMessage(policy=SMTP)
    for name, value in headers:
        mail[name] = value
    mail.set_content(text, subtype=subtype, cte="quoted-printable")
    return mail.as_bytes()


def _verdict(domain: str, dmarc: str) -> _Headers:
    signer = domain.removeprefix("marketplace.")
    dkim = f"dkim={dmarc} header.d={signer}; " if dmarc == "pass" else ""
    return [("Authentication-Results", f"{AUTHSERV_ID}; {dkim}dmarc={dmarc} header.from={domain}")]


def _dated(at: datetime, *key: str) -> _Headers:
    """Return date and Message-ID; the latter as Amazon's mail service forms it."""
    return [
        ("Date", format_datetime(at)),
        ("Message-ID", f"<0102019d{_key(*key)}-000000@eu-west-1.amazonses.com>"),
    ]


def _typed(notification_type: str, store: Marketplace) -> _Headers:
    return [("X-Space-Notification-Type", notification_type), ("X-Marketplace-ID", store.id)]


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
