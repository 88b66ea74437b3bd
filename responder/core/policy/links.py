"""
Links, e-mail addresses and telephone numbers in a text (L08, L09).
"""

import re
from collections.abc import Iterable, Iterator

from responder.core.policy.values import BEGIN, END, Finding, Mail, Rules, finding

# L08. `https:` and its like in any spelling, `www.`, and names that end like a domain.
_URL = re.compile(rf"{BEGIN}(?:(?:https?|ftp|hxxps?)\s?:\s?/{{1,2}}\S*|www\d?\.[^\s]+|mailto:\S*)", re.IGNORECASE)
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\S*)?(?![\d.])")
# L09. The domain may be anything, written with or without blanks around a bracketed "at".
_EMAIL = re.compile(
    r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|[\w.+-]{1,64}\s?[\[(]\s?(?:at|ät|arobase|arroba|chiocciola|małpa|snabel-a|apenstaartje)\s?[\])]\s?[\w-]+",
    re.IGNORECASE,
)
_ABBREVIATIONS = frozenset({"m.in", "p.es"})  # "among others" in Polish, "for instance" in Italian
_HOST = re.compile(r"(?:https://)?([a-z0-9.-]+)(?:/\S*)?\Z")

# What is made of digits and is no telephone number: order numbers, dates, times, and amounts of money.
ORDER = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})|\d{1,2}[.:h]\d{2}(?::\d{2})?)(?!\d)"
)
# FV/2026/11/0012, 2026-11-0045, 12/11/2026: an invoice, told by its year. 1234-5678-9012: a parcel in Japan,
# where a telephone number begins with 0.
_DOCUMENT = re.compile(
    r"(?<!\d)(?:20\d{2}(?:/\d{1,6}){2,3}|(?:\d{1,6}/){2,3}20\d{2}|20\d{2}-\d{2}-\d{3,6}|[1-9]\d{3}(?:-\d{4}){2})(?![\d-])"
)
_CURRENCY = r"(?:€|£|\$|¥|円|₺|zł|(?<![^\W\d_])(?:EUR|GBP|USD|SEK|PLN|TRY|TL|BRL|JPY|AED|SAR|EGP|kr)(?![^\W\d_]))"
_MONEY = re.compile(rf"{_CURRENCY}\s?\d[\d.,' ]{{0,14}}|\d[\d.,' ]{{0,14}}{_CURRENCY}", re.IGNORECASE)
# A firm's or an article's own number, told by the word before it; opening hours (9-13 15-19); and sizes with a unit.
_NUMBERED = re.compile(
    rf"{BEGIN}(?:p\.?\s?iva|partita iva|siren|siret|rcs(?: [^\W\d]{{1,30}})?|vat|tva|btw|kvk|nip|regon|krs|cif|nif"
    r"|ean|gtin|upc|isbn|iban|ust-idn?r?|steuernummer|seriennummer|serial number|numéro de série|numero di serie"
    r"|número de serie|artikelnummer|art\.-nr)\.?\s?(?:n°|nr|no)?\.?\s?[:#]?\s?\d[\d\s/.-]{4,22}(?!\d)",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(?<![\d-])(?:1?\d|2[0-4])\s?-\s?(?:1?\d|2[0-4])(?![\d-])")
_SIZE = re.compile(r"(?<![\d+])[1-9][\d\s./-]{0,24}\d\s?(?:mm|cm|km|kg|ml|mah|wh)(?!\w)", re.IGNORECASE)
# France writes 06.12.34.56.78: five groups or more, parted alike, are no date.
_GROUPED = re.compile(r"(?<![\w./-])(?:\+\d{1,3}|0\d{1,4})([./-])\d{1,4}(?:\1\d{2,4}){3,5}(?![./-]?\d)")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(rf"{BEGIN}(?<![.,-])(?:\+|\(\+?)?\d[\d\s()./-]{{5,24}}\d{END}")
_CALL_WORD = re.compile(
    r"\b(?:tel|tél|phone|telefon\w*|téléphone|telefono|teléfono|telefoon|telefone|telemóvel|celular|call|mobile?|handy|whatsapp|fax|hotline)\b|هاتف|جوال|اتصل|電話|携帯",
    re.IGNORECASE,
)


def links(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """Yield each web address that this kind of mail must not hold."""
    for number, line in enumerate(mail.lines):
        text = (
            _EMAIL.sub(lambda match: " " * len(match[0]), line) if "@" in line or "(" in line or "[" in line else line
        )
        urls = [match[0] for match in _URL.finditer(text)]
        names = [match[0] for match in rules.domain.finditer(_URL.sub(" ", text)) if _looks_typed(match[0])]
        for found in urls + names + _IP.findall(_DATE.sub(" ", text)):
            if not may_link(found, mail.kind, rules):
                yield finding(rules, "L08", number, found)


def _looks_typed(name: str) -> bool:
    """
    Return whether a name was meant as a web address.

    `Danke.Es grüßt` is a missing blank: a sentence goes on with a capital letter, a domain does not.
    """
    if name.lower() in _ABBREVIATIONS:
        return False
    ending = name.rsplit(".", 1)[1]
    return ending.islower() or (ending.isupper() and name.isupper())


def may_link(link: str, kind: str, rules: Rules) -> bool:
    """Return whether a link, or a bare host, may stand in this kind of mail."""
    match = _HOST.match(link.rstrip(".,;)").lower())
    host = match[1] if match else ""
    return host.removeprefix("www.") in rules.links.get(kind, frozenset())


def contacts(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """Yield each e-mail address and telephone number."""
    for number, line in enumerate(mail.lines):
        for found in contacts_in(line):
            yield finding(rules, "L09", number, found)


def contacts_in(line: str) -> Iterator[str]:
    """Yield each e-mail address and telephone number in one line of text."""
    yield from _addresses(line)
    yield from _numbers(line)


def _addresses(line: str) -> Iterable[str]:
    return (match[0] for match in _EMAIL.finditer(line)) if "@" in line or "(" in line or "[" in line else ()


def _numbers(line: str) -> Iterator[str]:
    if not _DIGIT.search(line):
        return
    rest = ORDER.sub(" x ", line)
    yield from (match[0] for match in _GROUPED.finditer(rest))
    for no_phone in (_GROUPED, _NUMBERED, _DOCUMENT, _DATE, _HOURS, _SIZE, _MONEY):
        rest = no_phone.sub(" x ", rest)
    named = _CALL_WORD.search(line) is not None
    yield from (match[0] for match in _DIGITS.finditer(rest) if _is_phone(match[0], named=named))


def _is_phone(text: str, *, named: bool) -> bool:
    """A parcel or invoice number is one run that does not begin like a telephone number."""
    digits = sum(map(str.isdigit, text))
    if not 7 <= digits <= 15:
        return False
    first = text.lstrip("(")[0]  # a digit of any script
    begins = first == "+" or int(first) == 0
    groups = len(re.findall(r"\d+", text))
    return named or begins or (groups >= 3 and digits <= 12)
