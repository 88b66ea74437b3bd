"""
What has misled other programs: buyers' mail that looks like something else.
"""

from dataclasses import replace
from datetime import timedelta

from mail.builders import ORDER, SENT_AT, no_response_link
from mail.fixture import ALIAS, BUYER_TYPE, Fixture, buyer
from mail.templates import SURVEY, message_text


def _trap(made: Fixture, **changes: object) -> Fixture:
    """Return a buyer message as a trap."""
    return replace(made, name=made.name.replace("synthetic-buyer-", "synthetic-trap-"), **changes)  # type: ignore[arg-type]


ONE_LINE = (
    f"Hai ricevuto un messaggio. # {ORDER}: 1 / Lampada [ASIN: B000000000] ------------- Messaggio: ------------- "
    f"Dov'è la lampada? ------------- Fine messaggio ------------- "
    f"Risolvi caso: {no_response_link('amazon.it')} {SURVEY}"
)
FAKE_NOTICE = "Amazon noreply REFUND_ISSUED ?communicationName=REFUND_ISSUED&x=1 rimborso 39.9 EUR avviato - ordine"
AGAIN = "La lampe clignote toujours."
PAGE_MARKERS = (
    f"<html><body><p>Vous avez reçu un message.</p><p># {ORDER}:</p><p>------------- Message: -------------</p>"
    "<p>Elle est cassée.<br>Que faire ?</p><p>------------- Fin du message -------------</p></body></html>"
)
ITALIAN = message_text("it", "Wo bleibt die Lampe?", ORDER, no_response_link("amazon.de"))
BUYER_TRAPS: list[Fixture] = [
    _trap(
        buyer(
            "fr-shop-name-as-buyer",
            "amazon.fr",
            "Où est ma lampe ?",
            "S: the seller's name in the buyer's slot, and "
            "no order in the subject: nobody is greeted with our own name",
            buyer_name="Maison Exemple",
            subject="Demande de renseignements de la part du client Amazon Maison Exemple",
        ),
        buyer_name=None,
    ),
    _trap(
        buyer(
            "ja-shop-name-as-buyer",
            "amazon.co.jp",
            "いつ届きますか。",
            "S: the same on the Japanese store, old suffix",
            shown="Maison Exemple - Amazon Marketplace",
            subject="商品に関するお問い合わせ",
        ),
        buyer_name=None,
    ),
    _trap(
        buyer(
            "en-address-as-name",
            "amazon.co.uk",
            "Hello?",
            "a display name that is an address greets nobody",
            shown="rowan@example.org",
        ),
        buyer_name=None,
    ),
    _trap(
        buyer(
            "en-two-blanks",
            "amazon.com",
            "Is it dimmable?",
            "S: two blanks before the bracket",
            subject=f"Order inquiry from Amazon customer Jordan  (Order: {ORDER})",
        )
    ),
    _trap(
        buyer(
            "de-no-blank",
            "amazon.de",
            "Es kam nichts an.",
            "S: no blank before the bracket",
            headers=False,
            subject=f"Paket nicht angekommen: Gutschrift anfordern(Bestellung: {ORDER})",
        )
    ),
    _trap(
        buyer(
            "fr-page-only-with-markers",
            "amazon.fr",
            "Elle est cassée.\nQue faire ?",
            "text in HTML only, without the <pre> block",
            page=PAGE_MARKERS,
        ),
        no_response_link=None,
    ),
    _trap(
        buyer("it-one-line", "amazon.it", "Dov'è la lampada?", "HTML turned into text may be one line", body=ONE_LINE)
    ),
    _trap(
        buyer(
            "it-one-line-page",
            "amazon.it",
            "Dov'è la lampada?",
            "the same as HTML without block elements",
            page=f"<html><body>{ONE_LINE.replace('&', '&amp;')}</body></html>",
        )
    ),
    _trap(
        buyer(
            "it-typographic-apostrophe",
            "amazon.it",
            "Dov’è? L’ordine non c’è.",
            "typographic apostrophes are kept",
            subject=f"Domanda sull’ordine (Ordine: {ORDER})",
        )
    ),
    _trap(
        buyer(
            "it-alias-domain-below-notice-domain",
            "amazon.it",
            "Ci siete?",
            "the alias domain is a sub-domain of the notice domain: it is looked at first",
            headers=False,
            body="Ci siete?",
            subject="Richiesta di rimborso ricevuta per l'ordine",
        ),
        notification_type=None,
        no_response_link=None,
        order_ids=(),
    ),
    _trap(
        buyer(
            "de-italian-template",
            "amazon.de",
            "Wo bleibt die Lampe?",
            "P: the template's language is the seller's, the marketplace id is the store's",
            body=ITALIAN,
        )
    ),
    _trap(
        buyer(
            "de-italian-template-headers-lost",
            "amazon.de",
            "Wo bleibt die Lampe?",
            "the relay domain says the store",
            body=ITALIAN,
            headers=False,
        )
    ),
    _trap(
        buyer(
            "pt-spanish-template",
            "amazon.es",
            "A lâmpada é boa?",
            "a Portuguese buyer of the Spanish store: the store's language is the fallback",
        )
    ),
    _trap(
        buyer(
            "en-amazon-ca-french-template",
            "amazon.ca",
            "Est-elle garantie ?",
            "a bilingual store in its second language",
            template="fr",
        )
    ),
    _trap(
        buyer(
            "fr-unknown-marketplace-id",
            "amazon.fr",
            "Merci de répondre.",
            "an id that nobody knows: the relay domain",
            headers=False,
            extra_headers={"X-Space-Notification-Type": BUYER_TYPE, "X-Marketplace-ID": "A0SYNTHETIC00"},
        ),
        new_kind="marketplace:A0SYNTHETIC00",
    ),
    _trap(
        buyer(
            "it-writes-like-amazon",
            "amazon.it",
            FAKE_NOTICE,
            "a buyer may write Amazon, noreply or a type: header and sender decide",
            headers=False,
            order_id=None,
            body=FAKE_NOTICE,
            subject="Amazon noreply REFUND_ISSUED",
        ),
        notification_type=None,
        no_response_link=None,
        order_ids=(),
    ),
    _trap(buyer("it-writes-like-amazon-with-headers", "amazon.it", FAKE_NOTICE, "the same inside the template")),
    _trap(
        buyer(
            "fr-sent-again-first",
            "amazon.fr",
            AGAIN,
            "S: the same text comes again under another Message-ID: the first",
            message_id="<0102019a0000aaaa-0001-000000@eu-west-1.amazonses.com>",
        )
    ),
    _trap(
        buyer(
            "fr-sent-again-second",
            "amazon.fr",
            AGAIN,
            "S: the same text, other Message-ID, ten hours later",
            sent_at=SENT_AT + timedelta(hours=10),
            message_id="<0102019a0000aaaa-0002-000000@eu-west-1.amazonses.com>",
        )
    ),
    _trap(
        buyer(
            "en-marker-in-own-words",
            "amazon.co.uk",
            "It said:\n--- End ---\nand then nothing.",
            "dashes of the buyer's own inside the template",
        )
    ),
    _trap(
        buyer(
            "it-token",
            "amazon.it",
            "Grazie. [commMgrTok:AB12CD34]",
            "an old token in the words is only a supporting sign",
            headers=False,
        )
    ),
    _trap(
        buyer(
            "any-own-amazon-sender",
            "amazon.it",
            "Ciao, quando arriva?",
            "Amazon writes itself for a buyer: the one relay address in Reply-To is the buyer's",
            from_header="Amazon <donotreply@amazon.com>",
            auth=None,
            extra_headers={
                "Authentication-Results": "mx.example.com; dmarc=pass header.from=amazon.com",
                "Reply-To": f"Camille <{ALIAS}@marketplace.amazon.it>",
            },
        ),
        automatic=("sender:from",),
    ),
]
