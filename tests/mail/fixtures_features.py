"""
Buyer messages with one thing about them: old templates, cases, links, photos and files.
"""

from dataclasses import replace

from mail.builders import CASE, ORDER, no_response_link
from mail.fixture import ALIAS, Fixture, buyer, document, picture
from mail.fixtures_buyers import MESSAGES
from mail.templates import message_page, message_text

US, UK = "amazon.com", "amazon.co.uk"

SERVICE_EN = f"""We've been contacted by a customer regarding the order identified below.

Order#: {ORDER}
Item: Synthetic lamp
Reason: Where's my stuff
Details: The customer says that the lamp did not come."""
SERVICE_IT = f"""Il Servizio clienti è stato contattato da un cliente.

Ordine #: {ORDER}
ASIN: B000000000
Motivo: Articolo danneggiato
Dettagli: il paralume è rotto."""
OLD = (
    "Order ID {o}:\n1 of Synthetic lamp [ASIN: B000000000]\n\n------------- Begin message -------------\n\n"
    "Does the lamp dim?\n\n------------- End message -------------\n\nNo response needed? {link}\n"
)
OLD_LINK = "https://sellercentral.amazon.com/gp/communication-manager/no-response-needed.html?messageCode=SYNTHETIC"
CANADIAN = (
    "Order ID/Commande N°: {o}\n\n-------------- Begin message / Début du message --------------\n\n"
    "Est-ce que la lampe est en stock?\n\n------------- End message / Fin du message --------------\n\nSee / Voir\n"
)
FEATURES = [
    replace(
        buyer(
            "en-us-customer-service",
            US,
            SERVICE_EN,
            "S: Amazon's staff writes for a buyer; order in the body",
            buyer_name="Jordan",
            subject="An inquiry from one of our customers",
            body=SERVICE_EN,
            headers=False,
        ),
        notification_type=None,
        no_response_link=None,
    ),
    replace(
        buyer(
            "it-customer-service",
            "amazon.it",
            SERVICE_IT,
            "S: the Italian twin; its subject is not known",
            buyer_name="Nicolò",
            subject="Richiesta da un nostro cliente",
            body=SERVICE_IT,
            headers=False,
        ),
        notification_type=None,
        no_response_link=None,
    ),
    replace(
        buyer(
            "en-old-template",
            US,
            "Does the lamp dim?",
            "S, until 2017: Begin message and its own link",
            shown="Jordan - Amazon Marketplace",
            buyer_name="Jordan",
            body=OLD.format(o=ORDER, link=OLD_LINK),
            headers=False,
        ),
        notification_type=None,
        no_response_link=OLD_LINK,
    ),
    replace(
        buyer(
            "amazon-ca-bilingual",
            "amazon.ca",
            "Est-ce que la lampe est en stock?",
            "S, old: both languages between 14 and 13 dashes",
            body=CANADIAN.format(o=ORDER),
            headers=False,
        ),
        notification_type=None,
        no_response_link=None,
    ),
    replace(
        buyer(
            "en-before-an-order",
            UK,
            "Is the lamp also sold in green?",
            "no order id: a question before an order",
            buyer_name="Rowan",
            order_id=None,
            subject="Product details enquiry from Amazon customer Rowan",
        ),
        order_ids=(),
    ),
    replace(
        buyer(
            "de-two-orders",
            "amazon.de",
            "Es geht auch um 302-7654321-7654321.",
            "the subject's order comes first",
            buyer_name="Jürgen",
        ),
        order_ids=(ORDER, "302-7654321-7654321"),
    ),
    replace(
        buyer(
            "fr-alias-of-16",
            "amazon.fr",
            "Merci de votre aide.",
            "S: some aliases have 16 characters",
            alias="z9y8x7w6v5u4t3s2",
        ),
        buyer_address="z9y8x7w6v5u4t3s2@marketplace.amazon.fr",
    ),
    replace(
        buyer(
            "en-case-in-reply-to",
            US,
            "Any news?",
            "S: +uuid stands only in Reply-To",
            buyer_name="Jordan",
            extra_headers={"Reply-To": f"Jordan <{ALIAS}+{CASE}@marketplace.amazon.com>"},
        ),
        buyer_address=f"{ALIAS}+{CASE}@marketplace.amazon.com",
        case_id=CASE,
    ),
    replace(
        buyer(
            "pt-case-in-link",
            "amazon.com.br",
            "Alguma novidade?",
            "P: the report link repeats the case id",
            buyer_name="Marina",
            body=message_text("pt", "Alguma novidade?", ORDER, no_response_link("amazon.com.br"), CASE),
        ),
        case_id=CASE,
    ),
    replace(
        buyer(
            "ja-case-in-page-link",
            "amazon.co.jp",
            "まだ届きません。",
            "the report link stands only in an href",
            buyer_name="佐藤",
            page=message_page("まだ届きません。", ORDER, no_response_link("amazon.co.jp"), CASE),
        ),
        case_id=CASE,
    ),
    replace(
        buyer(
            "it-europe-link",
            "amazon.it",
            "Grazie mille.",
            "the link's host is that of the European Seller Central",
            buyer_name="Nicolò",
            body=message_text(
                "it", "Grazie mille.", ORDER, no_response_link("amazon.it", "sellercentral-europe.amazon.com")
            ),
        ),
        no_response_link=no_response_link("amazon.it", "sellercentral-europe.amazon.com"),
    ),
    replace(
        buyer(
            "ja-old-link-host",
            "amazon.co.jp",
            "ありがとうございます。",
            "W: the Japanese Seller Central's former host",
            buyer_name="佐藤",
            page=message_page(
                "ありがとうございます。", ORDER, no_response_link("amazon.co.jp", "sellercentral-japan.amazon.com")
            ),
        ),
        no_response_link=no_response_link("amazon.co.jp", "sellercentral-japan.amazon.com"),
    ),
    replace(
        buyer(
            "en-foreign-link",
            UK,
            "See https://evil.example/messaging/no-response-needed?t=1&m=2",
            "a link elsewhere is never shown as Amazon's",
            body=message_text(
                "en",
                "See https://evil.example/messaging/no-response-needed?t=1&m=2",
                ORDER,
                no_response_link(UK, "sellercentral.amazon.co.uk.evil.example"),
            ),
        ),
        no_response_link=None,
    ),
    buyer(
        "es-has-recibido",
        "amazon.es",
        "¿Me mandan la factura?",
        "S: the other form of the Spanish intro",
        body=message_text("es", "¿Me mandan la factura?", ORDER, no_response_link("amazon.es")).replace(
            "Ha rec", "Has rec"
        ),
    ),
    buyer(
        "es-mensaje",
        "amazon.es",
        "¿Me mandan la factura?",
        "W: translated Spanish markers",
        body=message_text("es", "¿Me mandan la factura?", ORDER, no_response_link("amazon.es"))
        .replace("- Message: -", "- Mensaje: -")
        .replace("Finalizar mensaje", "Fin del mensaje"),
    ),
    buyer(
        "en-end-of-message",
        UK,
        "Where is it?",
        "W: End of message",
        body=message_text("en", "Where is it?", ORDER, no_response_link(UK)).replace("End message", "End of message"),
    ),
    buyer(
        "fr-debut",
        "amazon.fr",
        "Où est-elle ?",
        "S, old: the French half of the Canadian markers alone",
        body=message_text("fr", "Où est-elle ?", ORDER, no_response_link("amazon.fr")).replace(
            "- Message: -", "- Début du message -"
        ),
    ),
    buyer(
        "it-thanks",
        "amazon.it",
        "Grazie, tutto a posto!",
        "P: a thank-you has a clock too, until it is marked",
        buyer_name="Nicolò",
    ),
]

PHOTOS = [
    replace(
        buyer(f"{name}-photo-only", store, "", note, buyer_name=MESSAGES[store][0], files=[picture()]),
        text=None,
        attachments=("photo.jpg",),
    )
    for name, store, note in (
        ("it", "amazon.it", "nothing between the markers, and an image"),
        ("de", "amazon.de", "nothing between markers without dashes, and an image"),
        ("en", UK, "nothing between the markers, and an image"),
        ("ja", "amazon.co.jp", "S: an empty <pre> block, and an image"),
        ("nl", "amazon.nl", "S: an empty <pre> block, and an image"),
    )
]
FILES = [
    replace(
        buyer(
            "fr-pdf-and-photos",
            "amazon.fr",
            "Voici la facture et deux photos.",
            "S: real MIME attachments",
            files=[document(), picture("one.jpg"), picture("two.jpg")],
        ),
        attachments=("receipt.pdf", "one.jpg", "two.jpg"),
    ),
    replace(
        buyer(
            "ja-photo-and-words",
            "amazon.co.jp",
            "写真をご覧ください。",
            "S: <pre> block and an image",
            buyer_name="佐藤",
            files=[picture()],
        ),
        attachments=("photo.jpg",),
    ),
]


def relabelled(fixture: Fixture, old: str, new: str) -> Fixture:
    """Return the mail with one line of its header or of a part's written differently."""
    raw = fixture.raw.replace(old.encode(), new.encode(), 1)
    assert raw != fixture.raw, f"{fixture.name} has no {old!r}"
    return replace(fixture, raw=raw)


UTF8 = 'Content-Type: text/plain; charset="utf-8"'
QUOTING = (
    "<div>On Thu, Dec 24, 2026 at 6:02 PM Maison Exemple &lt;service@example.com&gt; wrote:</div>"
    '<blockquote type="cite"><p>Your lamp leaves tomorrow.</p></blockquote><div>Which day exactly?</div>'
)
FLOWED = "Does the lamp \ncome with a \nbulb?\n\nThanks"
WRITTEN = [
    relabelled(
        buyer("en-named-text", UK, "Is it dimmable?", "its only text has a file name"), UTF8, UTF8 + '; name="mail.txt"'
    ),
    relabelled(
        buyer("fr-inline-text", "amazon.fr", "Où est-elle ?", "its only text is marked inline, with a file name"),
        UTF8,
        UTF8 + '\r\nContent-Disposition: inline; filename="mail.txt"',
    ),
    relabelled(
        buyer("en-other-text", UK, "Is it dimmable?", "its only text is enriched (RFC 1896)"),
        "text/plain",
        "text/enriched",
    ),
    relabelled(
        replace(buyer("en-flowed", UK, FLOWED, "RFC 3676"), text="Does the lamp come with a bulb?\n\nThanks"),
        UTF8,
        UTF8 + "; format=flowed",
    ),
    replace(
        buyer(
            "en-answer-below-a-page",
            US,
            "Which day exactly?",
            "an HTML answer below what it quotes",
            buyer_name="Jordan",
            page=QUOTING,
        ),
        no_response_link=None,
    ),
    relabelled(
        buyer("fr-alias-of-a-charset", "amazon.fr", "Déjà reçu ?", "a charset by another name", charset="cp1252"),
        'charset="cp1252"',
        "charset=X-CP1252",
    ),
    relabelled(
        buyer("fr-mislabelled", "amazon.fr", "Déjà reçu ?", "Windows-1252 that says UTF-8", charset="cp1252"),
        'charset="cp1252"',
        "charset=utf-8",
    ),
    buyer(
        "en-invisible",
        UK,
        "Is it dimmable?",
        "soft hyphens and zero-width spaces inside the markers",
        body=message_text("en", "Is it dimmable?", ORDER, no_response_link(UK))
        .replace("Message:", "Mes\N{SOFT HYPHEN}sage:")
        .replace("End message", "End\N{ZERO WIDTH SPACE} message"),
    ),
]

FEATURED: list[Fixture] = [*FEATURES, *PHOTOS, *FILES, *WRITTEN]
