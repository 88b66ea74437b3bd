"""
Amazon's own notices of a known type: named by header, by footer link, or only by sender and subject.
"""

from datetime import timedelta
from typing import NamedTuple

from mail.builders import ORDER, notice
from mail.fixture import ALIAS, Fixture

from responder.core.kinds import Kind, NoticeType

_T = NoticeType
IT = '"Comunicazioni di Amazon Seller Central (non rispondere)" <donotreply@amazon.com>'
IT_NEWS = '"Notifiche di Amazon Seller Central (non rispondere)" <donotreply@amazon.com>'
ES = '"Comunicaciones de Amazon Seller Central" <donotreply@amazon.com>'
EN = '"Amazon Seller Central Notifications (Do not reply)" <donotreply@amazon.com>'
RETURN_IT = (
    f"<b>Order ID:</b> {ORDER}<br><b>Data della richiesta di reso:</b> 21/12/2026<br><b>Verifica delle politiche di "
    'reso:</b> conforme<br><b>Autorizzazione:</b> automatica<table cellpadding="10"><tr><th>Articolo</th><th>ASIN</th>'
    "<th>Sku</th><th>Quantità</th><th>Motivo</th><th>Commento</th></tr><tr><td>Lampada di prova</td><td>B000000000</td>"
    "<td>LAMP-1</td><td>1</td><td>Difettoso</td><td>non si accende</td></tr></table>"
    "<b>Corriere spedizione di reso:</b> Corriere Prova<br><b>Numero di tracciamento:</b> SYN0000001"
)
REFUND_3 = (
    "È stato avviato un rimborso dell'importo di EUR 39.9.<table><tr><th>Articolo</th><th>Motivo</th><th>Importo</th>"
    "</tr><tr><td>Lampada di prova</td><td>Reso</td><td>EUR 39.9</td></tr></table>"
)
REFUND_7 = (
    "È stato avviato un rimborso di EUR 119.05.<table><tr><th>Articolo</th><th>ASIN</th><th>Sku</th><th>Quantità</th>"
    "<th>Motivo</th><th>Spedizione</th><th>Importo</th></tr><tr><td>Lampada di prova</td><td>B000000000</td><td>LAMP-1"
    "</td><td>1</td><td>Reso</td><td>EUR 4.5</td><td>EUR 119.05</td></tr></table>"
)
CLAIM_IT = (
    "Un acquirente chiede il rimborso di 119,00 €. Non devi fare nulla ora; se ti chiediamo informazioni, "
    "rispondi entro 3 giorni di calendario."
)
CANCEL_IT = (
    f'<a href="https://sellercentral.amazon.it/orders-v3/order/{ORDER}/cancel-order">Annulla</a> Con il motivo '
    '"annullato dall\'acquirente" il tasso di annullamento non ne risente.'
)
OPT_OUT_IT = (
    f"Ordine [{ORDER}], Nicolò, 2026-12-24: l'acquirente ha scelto di non ricevere messaggi non richiesti dai "
    f'venditori. <a href="mailto:{ALIAS}@marketplace.amazon.it?subject=%20[Importante]">Scrivi</a>'
)
OPT_OUT_EN = (
    f"We were unable to deliver the message you sent for order [{ORDER}] because the buyer has chosen to opt out of "
    "receiving unsolicited messages from sellers."
)
RELAY = f"{ALIAS}@marketplace.amazon.it"


class Known(NamedTuple):
    """A notification type in one language; `limit` and `relay` are what its text names."""

    kind: str
    language: str
    store: str
    sender: str
    subject: str
    text: str
    meaning: NoticeType
    limit: timedelta | None
    relay: str | None
    note: str


TYPES = [Known(*row) for row in (
    ("A_Z_CLAIM_RESPONDENT_NOTIFY", "it", "amazon.it",
     '"Garanzia dalla A alla Z di Amazon" <atoz-guarantee-no-reply@amazon.it>',
     "Richiesta di rimborso ricevuta per l’ordine {order}", CLAIM_IT, _T.A_TO_Z_OPENED, timedelta(days=3), None,
     "P: the subject never says A-to-z, its apostrophe is typographic; comma decimals; the mail names its limit"),
    ("A_Z_CLAIM_RESPONDENT_NOTIFY", "en", "amazon.co.uk", "<atoz-guarantee-no-reply@amazon.co.uk>",
     "Action required: Claim received on order {order}", "The claim is for £1,119.00. Please reply within 48 hours.",
     _T.A_TO_Z_OPENED, timedelta(hours=48), None, "S: subject; dot decimals; 48 hours on Amazon's help page"),
    ("A_Z_CLAIM_RESPONDENT_CLOSE", "es", "amazon.es", "<atoz-guarantee-no-reply@amazon.com>",
     "Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {order}",
     "Se ha concedido la reclamación por 1.119,00 €. Cuenta para su tasa de pedidos defectuosos.",
     _T.A_TO_Z_DECIDED, None, None, "S: a decision, with its amount in comma decimals"),
    ("A_Z_CLAIM_RESPONDENT_CLOSE", "en", "amazon.com", "<atoz-guarantee-no-reply@amazon.com>",
     "Claim Decision on Order {order}", "The claim for $119.00 was granted. You may appeal within 30 calendar days.",
     _T.A_TO_Z_DECIDED, None, None, "S: a decision has no clock of ours; an appeal is the seller's choice"),
    ("RETURN_REQUEST", "it", "amazon.it", IT, "Notifica di autorizzazione del reso per l'ordine {order}", RETURN_IT,
     _T.RETURN_REQUEST, None, None, "P: labels, table, carrier and tracking number"),
    ("RETURN_REQUEST", "es", "amazon.es", ES, "Notificación de autorización de devolución para el pedido {order}",
     "El cliente devuelve la lámpara.", _T.RETURN_REQUEST, None, None, "S: Spanish subject"),
    ("RETURN_REQUEST", "en", "amazon.co.uk", "<order-update@amazon.co.uk>",
     "Return authorisation request for order # {order}", "The buyer wants to return the lamp.",
     _T.RETURN_REQUEST, None, None, "S: older sender, British spelling"),
    ("REFUND_ISSUED", "it", "amazon.it", IT, "rimborso 39.9 EUR avviato - ordine {order}", REFUND_3,
     _T.REFUND, None, None, "P: lower-case subject, dot decimals, a table of three columns"),
    ("REFUND_ISSUED", "en", "amazon.com", EN, "Refund Initiated for Order {order}", "We initiated a refund of $39.90.",
     _T.REFUND, None, None, "S: English subject"),
    ("BRC_SELLER_NOTIFICATION", "it", "amazon.it", IT_NEWS, "Richiesta di annullamento per l'ordine numero: {order}",
     CANCEL_IT, _T.CANCELLATION_REQUEST, None, None, "P: with the link that cancels"),
    ("BRC_SELLER_NOTIFICATION", "es", "amazon.es", ES,
     "Solicitud de cancelación del pedido para el número de pedido: {order}", "El cliente quiere cancelar.",
     _T.CANCELLATION_REQUEST, None, None, "S: Spanish subject"),
    ("BRC_SELLER_NOTIFICATION", "en", "amazon.com", EN, "Order cancellation request for order {order}",
     "The buyer asks you to cancel.", _T.CANCELLATION_REQUEST, None, None, "S: English subject"),
    ("BUYER_OPTED_OUT_BSM_MESSAGES", "it", "amazon.it", '"Amazon.it" <auto-communication@amazon.com>',
     "Il tuo messaggio all'acquirente non è stato consegnato.", OPT_OUT_IT, _T.OPT_OUT, None, RELAY,
     "P: order in brackets, the buyer's relay address in a mailto link"),
    ("BUYER_OPTED_OUT_BSM_MESSAGES", "en", "amazon.com", "<auto-communication@amazon.com>",
     "Your message could not be delivered", OPT_OUT_EN, _T.OPT_OUT, None, None, "S: the English sentence, 2017"),
)]  # fmt: skip


def is_robot(local: str) -> bool:
    """Return whether the address itself says that nobody reads answers."""
    return "reply" in local


def _by_type(known: Known, where: str) -> Fixture:
    """Return one known type whose name stands in the header, only in the footer link, or nowhere."""
    told = where != "nowhere"
    raw = notice(
        known.kind, known.store, from_header=known.sender, subject=known.subject, text=known.text,
        header=where == "header", footer=told,
    )  # fmt: skip
    # Notices of every store come from amazon.com: without header, relay or local name nobody can say which.
    local = "@amazon.com>" not in known.sender or "Amazon.it" in known.sender
    return Fixture(
        name=f"synthetic-notice-{known.language}-{known.kind.lower().replace('_', '-')}-{where}",
        raw=raw,
        note=f"{known.note}; its type: {where}",
        kind=Kind.NOTICE,
        notice_type=known.meaning,
        notification_type=known.kind if told else None,
        marketplace=known.store if where == "header" or known.relay or local else None,
        language=known.language,
        buyer_address=known.relay,
        automatic=where == "header" or is_robot(known.sender.rpartition("<")[2].partition("@")[0]),
        deadline=known.limit,
        outcome="granted" if known.meaning is _T.A_TO_Z_DECIDED else None,
    )


BY_TYPE = [_by_type(row, where) for row in TYPES for where in ("header", "footer", "nowhere")]

CLAIMS = [
    # language, store, the text with its limit, the limit: no subject of these languages is known, so the type decides
    ("fr", "amazon.fr", "La demande porte sur 119,00 €. Répondez d’ici 3 jours.", timedelta(days=3)),
    ("de", "amazon.de", "Es geht um 1.119,00 €. Antworten Sie innerhalb von 3 Kalendertagen.", timedelta(days=3)),
    ("es", "amazon.es", "El importe es de 119,00 €. Responda en un plazo de 7 días.", timedelta(days=7)),
    ("pt", "amazon.com.br", "O valor é R$ 119,00. Responda em até 3 dias.", timedelta(days=3)),
    ("it", "amazon.it", "L'importo è 1.119,00 €. Hai 72 ore: rispondi entro 72 ore.", timedelta(hours=72)),
    ("nl", "amazon.nl", "Het gaat om € 119,00. Antwoord binnen 3 dagen.", timedelta(days=3)),
    ("sv", "amazon.se", "Beloppet är 119,00 kr. Svara inom 48 timmar.", timedelta(hours=48)),
    ("pl", "amazon.pl", "Kwota wynosi 119,00 zł. Odpowiedz w ciągu 3 dni.", timedelta(days=3)),
    ("tr", "amazon.com.tr", "Tutar 119,00 TL. Lütfen 3 gün içinde yanıt verin.", timedelta(days=3)),
    ("ja", "amazon.co.jp", "金額は11,900円です。3日以内にご回答ください。", timedelta(days=3)),
    ("ar", "amazon.sa", "المبلغ 119.00. يرجى الرد خلال 3 أيام.", timedelta(days=3)),
    ("en", "amazon.com", "The amount is $1,119.00. There is nothing to do now.", None),
]
BY_CLAIM = [
    Fixture(
        name=f"synthetic-notice-{language}-a-to-z-limit-in-text",
        raw=notice("A_Z_CLAIM_RESPONDENT_NOTIFY", store, from_header=f"<atoz-guarantee-no-reply@{store}>",
                   subject="{order}", text=text),
        note="the limit is parsed from the mail, not assumed; W outside Italian and English: translated words",
        kind=Kind.NOTICE,
        notice_type=_T.A_TO_Z_OPENED,
        notification_type="A_Z_CLAIM_RESPONDENT_NOTIFY",
        marketplace=store,
        language=language,
        automatic=True,
        deadline=limit,
    )
    for language, store, text, limit in CLAIMS
]  # fmt: skip


def _italian(name: str, kind: str, text: str, meaning: NoticeType, note: str, **changes: object) -> Fixture:
    return Fixture(
        name=f"synthetic-notice-it-{name}",
        raw=notice(kind, text=text, **changes),  # type: ignore[arg-type]
        note=note,
        kind=Kind.NOTICE,
        notice_type=meaning,
        notification_type=kind,
        marketplace="amazon.it",
        language="it",
        automatic=True,
    )


UNSUBSCRIBE = {
    "List-Unsubscribe": "<https://sellercentral.amazon.it/synthetic>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
FORMS = [
    _italian("refund-seven-columns", "REFUND_ISSUED", REFUND_7, _T.REFUND,
             "P: one click unsubscribes, which nobody may follow; a table of seven columns",
             subject="rimborso 119.05 EUR avviato - ordine {order}", extra_headers=UNSUBSCRIBE),
    _italian("return-without-carrier", "RETURN_REQUEST", RETURN_IT.partition("<b>Corriere")[0], _T.RETURN_REQUEST,
             "P: a return whose parcel has no carrier yet"),
    _italian("return-sku-like-order", "RETURN_REQUEST", RETURN_IT.replace("LAMP-1", "0171-1234567-12345678"),
             _T.RETURN_REQUEST, "a SKU that resembles an order id is none"),
]  # fmt: skip
TYPE_FIXTURES: list[Fixture] = [*BY_TYPE, *BY_CLAIM, *FORMS]
