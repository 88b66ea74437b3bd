"""
Amazon's own notices without a type: every sender and every subject known, and some that nobody knows.
"""

from datetime import timedelta
from typing import NamedTuple

from mail.builders import ORDER, SELLER, STORES, notice
from mail.fixture import Fixture
from mail.fixtures_notices import is_robot
from mail.wire import text_part, written

from responder.core.kinds import Kind, NoticeType

_T = NoticeType
COM, COUK, JP, DE = "amazon.com", "amazon.co.uk", "amazon.co.jp", "amazon.de"
NEW_CHARGEBACK = (
    "There is a chargeback dispute involving the following transaction. Order number: {order}. Amount: $1,234.50. "
    "Please reply within 7 calendar days."
)

REFUSED = "This message was not sent as it did not meet the Buyer-Seller Messaging communication guidelines."
RESTRICTED = "This message was not delivered because your account was restricted from sending proactive messages."


class Sent(NamedTuple):
    """A notice without a type; `language` is that of its subject or sentence where a row of the tables knows it."""

    name: str
    local: str
    domain: str
    subject: str
    text: str
    meaning: NoticeType
    language: str | None
    note: str


SENT_BY = [Sent(*row) for row in (
    ("refund-old", "do-not-reply", COM, "Refund initiated for order {order}", "", _T.REFUND, "en", "S: older sender"),
    ("do-not-reply-unknown", "do-not-reply", COM, "About your account", "", _T.OTHER, None,
     "S: the address alone classifies nothing"),
    ("opt-out-unknown-words", "auto-communication", COM, "Ihre Nachricht", "", _T.OTHER, None,
     "P: sender of opt-outs and S: of copies: without type or words it silences nobody"),
    ("auto-copy-old", "auto-communication", COUK, "Your listing text was changed", "", _T.OTHER, None,
     "S: at other domains the sender has other uses"),
    ("a-to-z-old", "seller-guarantee", COM, "A-to-z Guarantee Claim for Order {order}", "Please reply within 7 days.",
     _T.A_TO_Z_OPENED, "en", "S: old sender and subject"),
    ("a-to-z-old-other-words", "seller-guarantee", COM, "Your buyer wants a refund", "", _T.A_TO_Z_OPENED, None,
     "S: the old sender says it alone"),
    ("a-to-z-received", "atoz-guarantee-no-reply", COM, "Claim received on order {order}", "", _T.A_TO_Z_OPENED, "en",
     "S: without the call for action"),
    ("a-to-z-information", "atoz-guarantee-no-reply", COM, "Information requested for order {order}",
     "Please reply within 3 calendar days.", _T.A_TO_Z_INFORMATION, "en", "W: the subject is a guess"),
    ("a-to-z-unknown-words", "atoz-guarantee-no-reply", "amazon.it", "Novità sul tuo ordine {order}",
     "Rispondi entro 48 ore.", _T.A_TO_Z_INFORMATION, "it",
     "W: unknown words of this sender may ask for information: the type with a deadline is the safe guess"),
    ("a-to-z-de", "atoz-guarantee-no-reply", DE, "Neuer A-bis-z-Garantieantrag für Bestellung {order}",
     "Bitte antworten Sie innerhalb von 48 Stunden.", _T.A_TO_Z_OPENED, "de", "W: a synthetic test of another tool"),
    ("a-to-z-fr", "atoz-guarantee-no-reply", "amazon.fr", "Demande de garantie pour la commande {order}",
     "Répondez dans un délai de 3 jours.", _T.A_TO_Z_INFORMATION, "fr", "NOT FOUND: French words; sender decides"),
    ("a-to-z-es", "atoz-guarantee-no-reply", "amazon.es", "Novedades del pedido {order}",
     "Responda en un plazo de 72 horas.", _T.A_TO_Z_INFORMATION, "es", "NOT FOUND: Spanish words; sender decides"),
    ("chargeback-new", "cb-seller-notification", COM, "A dispute was filed", NEW_CHARGEBACK, _T.CHARGEBACK, None,
     "S: sender and sentence; dot decimals"),
    ("chargeback-new-uk", "cb-seller-notification", COUK, "Chargeback Dispute for order {order}", NEW_CHARGEBACK,
     _T.CHARGEBACK, "en", "NOT FOUND in Europe: the same sender at the local domain"),
    ("chargeback-outcome", "cb-seller-query", COM, "{order}, Amazon.com Chargeback Dispute Funding Decision", "",
     _T.CHARGEBACK, "en", "S: the outcome"),
    ("chargeback-query", "cb-seller-query", COM, "About your transaction {order}", "", _T.CHARGEBACK, None,
     "S: the sender says it alone"),
    ("chargeback-old", "cb-seller-query", COM, "Your Immediate Response Required: Charge Dispute Inquiry", "",
     _T.CHARGEBACK, "en", "S: old subject"),
    ("return-old", "order-update", COM, "Return authorization request for order # {order}", "", _T.RETURN_REQUEST, "en",
     "S: older return mail, American spelling"),
    ("prime-unshipped", "order-update", COM, "Action Required: Unshipped Prime orders that need to be shipped today",
     "", _T.ORDER, "en", "S: an order notice of the sender of older return mails"),
    ("order-update", "order-update", COM, "Something about {order}", "", _T.ORDER, None, "S: the usual matter"),
    ("cancellation-uk", "seller-notification", COUK, "Notice of order cancellation {order}", "",
     _T.CANCELLATION_REQUEST, "en", "S: British order notices"),
    ("cancellation-ja", "auto-communication", JP, "キャンセルリクエスト {order}", "", _T.CANCELLATION_REQUEST, "ja",
     "S: Japanese request, from the sender that elsewhere tells of an opt-out"),
    ("sold-us", "seller-notification", COM, "Sold, ship now: Synthetic lamp {order}", "", _T.ORDER, "en", "S: sold"),
    ("sold-uk", "seller-notification", COUK, "Sold, dispatch now: Lamp {order}", "", _T.ORDER, "en", "S: sold"),
    ("sold-ja", "seller-notification", JP, "注文確定 {order}", "", _T.ORDER, "ja", "S: sold"),
    ("sold-de", "seller-notification", DE, "Verkauft, jetzt versenden: Lampe {order}", "", _T.ORDER, "de", "W: sold"),
    ("sold-fr-unknown", "seller-notification", "amazon.fr", "Vendu, à expédier {order}", "", _T.OTHER, "fr",
     "NOT FOUND: French words of an order notice; the sender alone says nothing"),
    ("payment", "seller-notification", COM, "Your payment is on its way", "", _T.PAYMENT, "en", "S: payment"),
    ("payment-funds", "seller-notification", COM, "Your Seller Account Funds: Action Required", "", _T.PAYMENT, "en",
     "S: payment"),
    ("payment-de", "seller-notification", DE, "Ihre Auszahlung ist unterwegs", "", _T.PAYMENT, "de", "W: payment"),
    ("payments-messages", "payments-messages", COM, "Statement", "", _T.PAYMENT, None, "S: sender"),
    ("listing-created", "seller-notification", COM, "Amazon Listing Created - Synthetic lamp", "", _T.LISTING, "en",
     "S: listing"),
    ("listing-report", "seller-notification", COM, "Notification of Active Listings Report availability", "",
     _T.LISTING, "en", "S: listing report"),
    ("fba-ship-notify", "ship-notify", COM, "Shipment", "", _T.FBA, None, "S: sender"),
    ("fba-noreply", "fba-noreply", COM, "Inbound shipment", "", _T.FBA, None, "S: sender"),
    ("fba-confirm", "fba-ship-confirm", COM, "Shipped", "", _T.FBA, None, "S: sender"),
    ("fba-canada", "fba-ca-noreply", "amazon.ca", "Inbound shipment", "", _T.FBA, "en", "S: sender"),
    ("negative-feedback", "seller-notification", COM, "You received negative feedback", "", _T.NEGATIVE_FEEDBACK, "en",
     "NOT FOUND: a guess"),
    ("performance", "seller-performance", COM, "Your selling account", "", _T.PERFORMANCE, None,
     "S: sender; no real mail found"),
    ("policy-warning", "seller-performance", COM, "Policy warning", "", _T.POLICY, "en", "NOT FOUND: a guess"),
    ("policy-violation", "donotreply", COM, "Notice of a policy violation", "", _T.POLICY, "en", "NOT FOUND: a guess"),
    ("policy-dispute", "notice-dispute", COM, "Complaint", "", _T.POLICY, None, "W: sender named in forums"),
    ("account-update", "account-update", COM, "Change of your account", "", _T.OTHER, None, "S: sender"),
    ("auto-confirm", "auto-confirm", COM, "Your order {order}", "", _T.ORDER, None, "W: sender"),
    ("no-reply", "no-reply", COM, "News", "", _T.OTHER, None, "S: sender"),
    ("store-news", "store-news", COM, "Ideas for your store", "", _T.OTHER, None, "S: marketing"),
    ("webinars", "amazon-eu-webinars", COM, "A webinar", "", _T.OTHER, None, "S: marketing"),
    ("community", "community-help", COM, "Your report", "", _T.OTHER, None, "P: the desk for abuse of reviews"),
    ("opt-out-other-words", "donotreply", COM, "Message not delivered",
     "The buyer opted out from receiving this message.", _T.OPT_OUT, "en", "S: Seller Central's words"),
    ("opt-out-other-subject", "donotreply", COM, "Messaggio non consegnato",
     "Ordine [{order}]: l'acquirente ha scelto di non ricevere messaggi non richiesti dai venditori.", _T.OPT_OUT, "it",
     "P: the sentence, under a subject that nobody knows"),
    ("message-refused", "donotreply", COM, "Message not sent", REFUSED, _T.MESSAGE_REFUSED,
     "en", "S: refused for its content"),
    ("account-restricted", "donotreply", COM, "Message not delivered", RESTRICTED,
     _T.MESSAGE_REFUSED, "en", "S: restricted account"),
)]  # fmt: skip
LIMITS = {
    "a-to-z-old": timedelta(days=7), "a-to-z-information": timedelta(days=3),
    "a-to-z-unknown-words": timedelta(hours=48),
    "a-to-z-de": timedelta(hours=48), "a-to-z-fr": timedelta(days=3), "a-to-z-es": timedelta(hours=72),
    "chargeback-new": timedelta(days=7), "chargeback-new-uk": timedelta(days=7),
}  # fmt: skip

# These senders carry many matters, and the words are not known: told once, so that somebody adds a row.
NEW = (
    *("do-not-reply-unknown", "opt-out-unknown-words", "account-update", "auto-copy-old", "sold-fr-unknown"),
    "no-reply",
)


def _by_sender(sent: Sent) -> Fixture:
    """Return a notice of which only sender, subject and text say what it is."""
    said = None if sent.domain == COM else sent.domain
    ordered = "{order}" in sent.subject + sent.text
    raw = notice(
        sent.name, COM, from_header=f"<{sent.local}@{sent.domain}>", subject=sent.subject,
        text=sent.text.format(order=ORDER) or "A synthetic notice.", order_id=ORDER if ordered else "",
        header=False, footer=False,
    )  # fmt: skip
    return Fixture(
        name=f"synthetic-notice-{sent.language or 'any'}-{sent.name}",
        raw=raw,
        note=sent.note,
        kind=Kind.NOTICE,
        notice_type=sent.meaning,
        marketplace=said,
        language=STORES[said][1] if said else sent.language,
        order_ids=(ORDER,) if ordered else (),
        automatic=is_robot(sent.local),
        deadline=LIMITS.get(sent.name),
        new_kind=f"sender:{sent.local}@{sent.domain}" if sent.name in NEW else None,
    )


BY_SENDER = [_by_sender(row) for row in SENT_BY]

TEXT_ONLY = Fixture(
    name="synthetic-notice-en-sold-text-only",
    raw=written(
        (
            ("Authentication-Results", "mx.example.com; dmarc=pass header.from=amazon.co.uk"),
            ("From", "Amazon <seller-notification@amazon.co.uk>"),
            ("To", SELLER),
            ("Subject", f"Sold, dispatch now: Lamp ({ORDER})"),
            ("Date", "Fri, 25 Dec 2026 10:00:00 +0000"),
            ("Message-ID", "<0102019a00000000-0001-000000@eu-west-1.amazonses.com>"),
        ),
        text_part(f"Order ID: {ORDER}\nPlease dispatch by 28 December 2026.\n"),
    ),
    note="S: a notice in plain text",
    kind=Kind.NOTICE,
    notice_type=_T.ORDER,
    marketplace="amazon.co.uk",
    language="en",
)

SENDER_FIXTURES: list[Fixture] = [*BY_SENDER, TEXT_ONLY]
