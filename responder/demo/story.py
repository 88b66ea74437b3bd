"""
The script of the demonstration: who does what when, as one table.

Easter 2026 of a French shop: from Friday afternoon over the weekend and Easter Monday, a public holiday, to Tuesday
morning. Everybody in it is invented.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import assert_never
from zoneinfo import ZoneInfo

from responder.core.amazon import Catalogue
from responder.demo.mail import Buyer

ZONE = ZoneInfo("Europe/Paris")
DAYS = {"Fri": date(2026, 4, 3), "Sat": date(2026, 4, 4), "Sun": date(2026, 4, 5), "Mon": date(2026, 4, 6)}
DAYS["Tue"] = date(2026, 4, 7)


@dataclass(frozen=True, slots=True)
class Writes:
    """A buyer writes."""

    buyer: Buyer
    text: str


@dataclass(frozen=True, slots=True)
class Forges:
    """Somebody else writes under a buyer's address; the mail server finds that out (DMARC, RFC 7489)."""

    buyer: Buyer
    text: str


@dataclass(frozen=True, slots=True)
class AnswersByMail:
    """A person of the shop answers in a mail program: a copy comes into the folder of sent mail."""

    buyer: Buyer
    text: str


@dataclass(frozen=True, slots=True)
class AnswersInSellerCentral:
    """A person of the shop answers on Amazon's page: Amazon mails a copy."""

    buyer: Buyer
    text: str


@dataclass(frozen=True, slots=True)
class MarksAnswered:
    r"""A person of the shop answers in a mail program that keeps no copy, but sets \Answered."""

    buyer: Buyer


@dataclass(frozen=True, slots=True)
class SendsLink:
    """A person of the shop answers where no mail tells of it, and sends what the digest's link “Answered” opens."""

    buyer: Buyer


@dataclass(frozen=True, slots=True)
class RepliesAutomatically:
    """A buyer's mail program answers our acknowledgement by itself."""

    buyer: Buyer


@dataclass(frozen=True, slots=True)
class ComesBack:
    """A forwarding rule sends our own acknowledgement back to us."""

    buyer: Buyer


@dataclass(frozen=True, slots=True)
class Bounces:
    """A mail server returns our acknowledgement."""

    buyer: Buyer


@dataclass(frozen=True, slots=True)
class Claims:
    """Amazon tells that a buyer has made an A-to-z claim."""

    buyer: Buyer


@dataclass(frozen=True, slots=True)
class HasNoTime:
    """The outgoing mail server puts the next mail off."""


Step = (
    Writes
    | Forges
    | AnswersByMail
    | AnswersInSellerCentral
    | MarksAnswered
    | SendsLink
    | RepliesAutomatically
    | ComesBack
    | Bounces
    | Claims
    | HasNoTime
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the script."""

    at: datetime
    step: Step


def instant(when: str) -> datetime:
    """Return the instant of `Fri 14:00` in the shop's time zone."""
    day, _, hour = when.partition(" ")
    return datetime.combine(DAYS[day], time.fromisoformat(hour), ZONE)


BEGINS_AT = instant("Fri 14:00")
ENDS_AT = instant("Tue 10:00")


def script(catalogue: Catalogue) -> tuple[Entry, ...]:
    """Return the whole story in the order of time."""

    def buyer(name: str, store: str, alias: str, order_id: str) -> Buyer:
        marketplace = catalogue.by_name(store)
        assert marketplace is not None, store  # noqa: S101 - the catalogue is shipped with this program
        return Buyer(name, marketplace, alias, order_id)

    claire = buyer("Claire D.", "amazon.fr", "k3v9q2m7x1c8b5n", "402-1111111-1111111")
    giulia = buyer("Giulia R.", "amazon.it", "p8d4w6z2r9t1y3h", "405-2222222-2222222")
    jonas = buyer("Jonas K.", "amazon.de", "f5j7l2s9g4a6q8e", "302-3333333-3333333")
    emma = buyer("Emma W.", "amazon.co.uk", "m1n3b5v7c9x2z4l", "203-4444444-4444444")
    lucia = buyer("Lucía M.", "amazon.es", "t6y8u1i3o5p7w9q", "404-5555555-5555555")
    kasia = buyer("Kasia N.", "amazon.pl", "h2g4f6d8s1a3k5j", "501-6666666-6666666")
    nadia = buyer("Nadia B.", "amazon.fr", "w7e9r2t4y6u8i1o", "402-7777777-7777777")
    paolo = buyer("Paolo F.", "amazon.it", "z5x7c9v2b4n6m8q", "405-8888888-8888888")
    table: tuple[tuple[str, Step], ...] = (
        ("Fri 14:20", Writes(claire, "Bonjour, où est mon colis ? Il devait arriver mercredi.")),
        ("Fri 17:35", AnswersByMail(claire, "Bonjour, votre colis sera livré demain matin.")),
        ("Fri 19:40", Writes(giulia, "Buonasera, la lampada è arrivata senza spina.")),
        ("Sat 10:05", Writes(jonas, "Guten Tag, passt die Lampe auch an eine Dachschräge?")),
        ("Sat 10:09", HasNoTime()),
        ("Sat 11:30", Writes(jonas, "Noch eine Frage: Ist ein Leuchtmittel dabei?")),
        ("Sat 12:15", RepliesAutomatically(jonas)),
        ("Sat 12:40", ComesBack(jonas)),
        ("Sat 14:10", Forges(claire, "Votre compte est bloqué, ouvrez https://pay.example.net/facture tout de suite.")),
        ("Sat 15:20", Writes(emma, "Hello, the parcel was left in the rain. Can I have a replacement?")),
        ("Sat 18:10", MarksAnswered(giulia)),
        ("Sun 08:50", AnswersInSellerCentral(jonas, "Guten Tag, ja, sie passt, und ein Leuchtmittel liegt bei.")),
        ("Sun 09:15", Claims(giulia)),
        ("Sun 11:00", Writes(lucia, "Hola, quiero cambiar la dirección de entrega.")),
        ("Sun 14:05", AnswersByMail(emma, "Hello, a new one leaves on Tuesday. We are sorry.")),
        ("Sun 16:30", Writes(kasia, "Dzień dobry, czy mogę prosić o fakturę?")),
        ("Sun 16:40", Bounces(kasia)),
        ("Mon 08:20", SendsLink(kasia)),
        ("Mon 09:40", Writes(nadia, "Bonjour, je voudrais renvoyer la lampe.")),
        ("Mon 10:15", Writes(paolo, "Buongiorno, quando spedite il mio ordine?")),
        ("Mon 12:20", Writes(lucia, "¿Han leído mi mensaje?")),
        ("Tue 09:05", AnswersByMail(paolo, "Buongiorno, il pacco parte oggi.")),
        ("Tue 09:15", AnswersByMail(nadia, "Bonjour, voici l'étiquette de retour.")),
        ("Tue 09:25", AnswersByMail(lucia, "Hola, hemos cambiado la dirección. Disculpe la espera.")),
    )
    return tuple(Entry(instant(when), step) for when, step in table)


def kind(step: Step) -> str:
    """Return the step's name for programs: `answers_by_mail`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(step).__name__).lower()


def told(step: Step) -> tuple[str, str]:  # noqa: C901 - one case per step
    """Return who acts and what happens, in words."""
    match step:
        case Writes(buyer, text):
            return buyer.store.name, f"{buyer.name} writes: “{text}”"
        case Forges(buyer, text):
            return "a stranger", f"writes as {buyer.name} of {buyer.store.name}: “{text}”"
        case AnswersByMail(buyer, _):
            return "you", f"answer {buyer.name} in a mail program"
        case AnswersInSellerCentral(buyer, _):
            return "you", f"answer {buyer.name} in Seller Central; Amazon mails a copy"
        case MarksAnswered(buyer):
            return "you", f"answer {buyer.name} on the phone's mail app, which marks the message as answered"
        case SendsLink(buyer):
            return "you", f"call {buyer.name}, and send the mail that “Answered” in this morning's digest opens"
        case RepliesAutomatically(buyer):
            return buyer.store.name, f"the mail program of {buyer.name} answers by itself: “Automatische Antwort”"
        case ComesBack(buyer):
            return "a loop", f"our own acknowledgement to {buyer.name} comes back to us"
        case Bounces(buyer):
            return "mail server", f"our acknowledgement to {buyer.name} is returned: no such address"
        case Claims(buyer):
            return "Amazon", f"A-to-z claim of {buyer.name}, order {buyer.order_id}: answer within 3 days"
        case HasNoTime():
            return "mail server", "the outgoing mail server is busy"
        case _:
            assert_never(step)
