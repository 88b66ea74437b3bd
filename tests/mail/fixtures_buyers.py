"""
Buyer messages: every store, every known template and subject.
"""

from mail.builders import ORDER, no_response_link
from mail.fixture import Fixture, buyer
from mail.stores import STORES, TEMPLATES
from mail.templates import message_page, message_text

# store: buyer's name, words
MESSAGES = {
    "amazon.com": ("Jordan", "Hello,\n\nthe lamp flickers. Can I get a new one?\n\nThanks, Jordan"),
    "amazon.ca": ("Avery", "Hi, will the lamp arrive before the weekend?"),
    "amazon.com.mx": ("Lucía", "Buenas tardes, ¿la lámpara incluye el foco?"),
    "amazon.com.br": ("Marina", "Boa tarde!\nA lâmpada não acende. O que eu faço?"),
    "amazon.co.uk": ("Rowan", "Good morning, is the plug a UK one? It isn't in the description."),
    "amazon.de": ("Jürgen", "Guten Tag,\n\ndie Lampe kam ohne Schirm an – was nun?\n\nGrüße"),
    "amazon.fr": ("Camille", "Bonjour,\n\nl’abat-jour est fêlé. Que faire ?"),
    "amazon.it": ("Nicolò", "Buongiorno, la lampada è arrivata rotta. Perché?"),
    "amazon.es": ("Iñaki", "Hola, ¿cuándo llega mi lámpara? Gracias."),
    "amazon.nl": ("Sanne", "Goedendag, de lamp past niet in de fitting. Kan ik ruilen?"),
    "amazon.se": ("Åsa", "Hej! Lampan är för ljus. Går det att byta glödlampa?"),
    "amazon.pl": ("Łukasz", "Dzień dobry, czy żarówka jest w zestawie?"),
    "amazon.com.be": ("Élise", "Bonjour, je voudrais une facture pour cette lampe."),
    "amazon.ie": ("Aoife", "Hi there, the parcel says delivered but it isn't here."),
    "amazon.com.tr": ("Gülşen", "Merhaba, lambanın kablosu kısa. Değiştirebilir miyim?"),
    "amazon.ae": ("Noor", "Hello, do you deliver to Al Ain on Fridays?"),
    "amazon.sa": ("ليلى", "مرحبا، متى يصل المصباح؟"),
    "amazon.eg": ("كريم", "السلام عليكم، المصباح لا يعمل."),
    "amazon.co.za": ("Thandi", "Hi, the lamp has the wrong plug for South Africa."),
    "amazon.in": ("Asha", "Hello sir, please tell me the wattage of the lamp."),
    "amazon.co.jp": ("佐藤", "お世話になります。\nランプが届きません。ご確認ください。"),
    "amazon.com.au": ("Kirra", "G'day, can the shade be washed?"),
    "amazon.sg": ("Wei Ling", "Hi, is there a warranty for this lamp?"),
}
GRADES = {"it": "P", "pt": "P", "en": "S", "es": "S", "fr": "S", "de": "S, without dashes", "pl": "W, without dashes"}
UNKNOWN = "the words of this template are not known: the one <pre> block is the anchor"


def _slug(marketplace: str) -> str:
    return marketplace.replace(".", "-")


def _template(language: str) -> str:
    return f"markers of {language} ({GRADES[language]})" if language in TEMPLATES else UNKNOWN


EVERY_STORE = [
    buyer(f"{_slug(store)}-question", store, words, _template(STORES[store][1]), buyer_name=name)
    for store, (name, words) in MESSAGES.items()
]

# One store of each language: Amazon's two headers were lost by a forwarder; the survey link repeats the type.
ONE_EACH = ("amazon.it", "amazon.com.br", "amazon.com", "amazon.es", "amazon.fr", "amazon.de", "amazon.pl", "amazon.nl",
            "amazon.se", "amazon.com.tr", "amazon.sa", "amazon.co.jp")  # fmt: skip
WITHOUT_HEADERS = [
    buyer(
        f"{_slug(store)}-headers-lost",
        store,
        MESSAGES[store][1],
        "no Amazon headers: the relay domain says who writes, the survey link repeats the type",
        buyer_name=MESSAGES[store][0],
        headers=False,
    )
    for store in ONE_EACH
]
WITH_CASE = [
    buyer(
        f"{_slug(store)}-case-in-from",
        store,
        MESSAGES[store][1],
        "the alias carries +uuid in From: Seller Central's case id; an answer keeps it",
        buyer_name=MESSAGES[store][0],
        case=True,
    )
    for store in ("amazon.com.br", "amazon.de", "amazon.co.jp", "amazon.it", "amazon.com", "amazon.sa")
]
PRE_ONLY = [
    buyer(
        f"{_slug(store)}-page-only",
        store,
        MESSAGES[store][1],
        "HTML alone, whose <pre> block is the same in every language",
        buyer_name=MESSAGES[store][0],
        page=message_page(MESSAGES[store][1], ORDER, no_response_link(store)),
    )
    for store in ("amazon.it", "amazon.com.br", "amazon.co.uk", "amazon.es", "amazon.fr", "amazon.de", "amazon.pl")
]
BOTH_PARTS = [
    buyer(
        f"{_slug(store)}-text-and-page",
        store,
        MESSAGES[store][1],
        "multipart/alternative: markers in the text, the <pre> block in the HTML",
        buyer_name=MESSAGES[store][0],
        body=message_text(STORES[store][1], MESSAGES[store][1], ORDER, no_response_link(store)),
        page=message_page(MESSAGES[store][1], ORDER, no_response_link(store)),
    )
    for store in ("amazon.it", "amazon.com.br", "amazon.de")
]

US, UK = "amazon.com", "amazon.co.uk"
# name, store, subject, what the facts say of it; {n} is the buyer's name, {o} the order id
SUBJECTS = [
    ("en-us-product-details", US, "Product details inquiry from Amazon customer {n} (Order: {o})", "S: a US topic"),
    ("en-us-order", US, "Order inquiry from Amazon customer {n} (Order: {o})", "S: a US topic"),
    ("en-us-order-delivery", US, "Order delivery inquiry from Amazon customer {n} (Order: {o})", "S: a US topic"),
    ("en-us-shipping", US, "Shipping inquiry from Amazon customer {n} (Order: {o})", "S: a US topic"),
    ("en-us-return-policy", US, "Return policy inquiry from Amazon customer {n} (Order: {o})", "S: a US topic"),
    ("en-us-plain", US, "Inquiry from Amazon customer {n}", "S: no topic and no order in the subject"),
    ("en-gb-enquiry", UK, "Order enquiry from Amazon customer {n} (Order: {o})", "S: British spelling"),
    ("en-gb-delivery", UK, "Delivery enquiry from Amazon customer {n}", "S: British topic without an order"),
    ("en-gb-invoice", UK, "Invoice request from Amazon customer {n}", "S: British topic"),
    ("en-gb-not-arrived", UK, "Package didn't arrive", "S: the topic is the whole subject"),
    ("en-gb-different", UK, "Different from what I ordered", "S: the topic is the whole subject"),
    ("en-gb-damaged", UK, "Damaged or defective item", "S: the topic is the whole subject"),
    ("de-frage", "amazon.de", "Frage von Amazon-Kunde {n} (Bestellung: {o})", "S: the German question"),
    ("de-nicht-angekommen", "amazon.de", "Paket nicht angekommen: Gutschrift anfordern(Bestellung: {o})",
     "S: no blank before the bracket"),
    ("fr-ca-demande", "amazon.ca", "Demande de renseignements de la part du client Amazon {n}",
     "S, 2016: French subject on the Canadian store"),
    ("fr-demande", "amazon.fr", "Demande de renseignements de la part du client Amazon {n}", "S, old: no order in it"),
    ("pt-br-odd-order", "amazon.com.br", "Detalhes do produto Amazon {n} pergunta do cliente",
     "P: the odd word order is Amazon's"),
    ("ja-toiawase", "amazon.co.jp", "配送に関するお問い合わせ (注文: {o})", "S: the Japanese form"),
    ("es-cancel-chat", "amazon.es", "Solicitud de cancelación de pedido del cliente de Amazon",
     "S, old: a buyer asks in a message to cancel; it is no official cancellation request"),
]  # fmt: skip
BY_SUBJECT = [
    buyer(
        f"{name}-subject",
        store,
        MESSAGES[store][1],
        note,
        buyer_name=MESSAGES[store][0],
        subject=subject.format(n=MESSAGES[store][0], o=ORDER),
    )
    for name, store, subject, note in SUBJECTS
]

BUYERS: list[Fixture] = [*EVERY_STORE, *WITHOUT_HEADERS, *WITH_CASE, *PRE_ONLY, *BOTH_PARTS, *BY_SUBJECT]
