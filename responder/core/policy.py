"""
Amazon's communication rules as checks on a finished mail (Communication Guidelines, in force since November 2020).

The words live in `data/policy.yaml`; a check names the rule, the line and the way out. The buyer's quoted words are
never judged: pass the body without its quotation.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from responder.core.compose import without_reply_prefix
from responder.core.message import clean
from responder.core.policies import BEGIN, CJK, END, ERROR, EXCERPT, Finding, Mail, Rules, WordRule, finding

__all__ = ["ERROR", "PROACTIVE", "Finding", "Rules", "WordRule", "check", "has_errors"]

PROACTIVE = frozenset({"feedback_request", "delay_notice"})

_UNSPACED = re.compile(f"[{CJK}]")
_ARABIC = re.compile("[\u0621-\u064a]")
_JOINED = "[وفبكل]{0,2}(?:ال|ل)?"

FEW_WORDS = 20  # fewer words than this prove nothing about a language, and may be a text of thanks only
SURE = 5  # this many small words of another language, and three times as many as of the expected one


def check(
    subject: str,
    body: str,
    *,
    rules: Rules,
    kind: str,
    language: str | None,
    order_id: str | None = None,
    html: str | None = None,
    given: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """
    Return what breaks Amazon's rules; `given` are the buyer's own words (name, subject), which are not judged.

    `language` is one ("fr") or, of a mail with a text in each, several ("fr, nl").
    """
    text = body.replace("\r\n", "\n")
    lines = (_blanked(_normal(subject), given), *_blanked(_normal(text), given).split("\n"))
    mail = Mail(lines, kind, _bases(language), order_id, html)
    checks = (_empty, _links, _contacts, _tags, _emoji, _breaks, _words, _thanks_only, _order_id, _language, _images)
    found = {broken for each in checks for broken in each(mail, rules)}
    return tuple(sorted(found, key=lambda broken: (broken.line, broken.rule, broken.excerpt)))


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether the mail must not be sent."""
    return any(each.severity == ERROR for each in findings)


def _bases(language: str | None) -> tuple[str, ...]:
    named = [each.strip() for each in (language or "").split(",")]
    return tuple(each.split("-")[0].split("_")[0].lower() for each in named if each)


def _normal(text: str) -> str:
    """Typographic apostrophes and hyphens as typed ones, so that one word in the data is enough."""
    return unicodedata.normalize("NFC", text).translate({0x2019: "'", 0x02BC: "'", 0x2010: "-", 0x2011: "-", 0xA0: " "})


def _blanked(text: str, given: Sequence[str]) -> str:
    """Blank out the buyer's words, as written and as a reply prints them, where they stand as a whole."""
    printed = {form for each in given for form in (each.strip(), clean(each), without_reply_prefix(clean(each)))}
    for words in sorted(map(_normal, printed), key=len, reverse=True):
        if words:
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", lambda match: " " * len(match[0]), text)
    return text


def _empty(mail: Mail, rules: Rules) -> Iterator[Finding]:
    if not any(character.isalnum() for character in mail.body):
        yield finding(rules, "L32", 1, "the text is empty")


# L08. `https:` and its like in any spelling, `www.`, and names that end like a domain.
_URL = re.compile(rf"{BEGIN}(?:(?:https?|ftp|hxxps?)\s?:\s?/{{1,2}}\S*|www\d?\.[^\s]+|mailto:\S*)", re.IGNORECASE)
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\S*)?(?![\d.])")
# L09. The domain may be anything, written with or without blanks around a bracketed "at".
_EMAIL = re.compile(
    r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|[\w.+-]{1,64}\s?[\[(]\s?(?:at|ät|arobase)\s?[\])]\s?[\w-]+",
    re.IGNORECASE,
)


def _links(mail: Mail, rules: Rules) -> Iterator[Finding]:
    allowed = rules.allowed_domains.get(mail.kind, ())
    for number, line in enumerate(mail.lines):
        text = _EMAIL.sub(lambda match: " " * len(match[0]), line)
        urls = [match[0] for match in _URL.finditer(text)]
        names = [match[0] for match in rules.domain.finditer(_URL.sub(" ", text)) if _looks_typed(match[0])]
        for found in urls + names + _IP.findall(_DATE.sub(" ", text)):
            if not _is_allowed(found, allowed):
                yield finding(rules, "L08", number, found)


def _looks_typed(name: str) -> bool:
    """`Danke.Es grüßt` is a missing blank: a sentence goes on with a capital letter, a domain does not."""
    ending = name.rsplit(".", 1)[1]
    return ending.islower() or (ending.isupper() and name.isupper())


def _is_allowed(link: str, allowed: Sequence[str]) -> bool:
    match = re.match(r"(?:https://)?([a-z0-9.-]+)(?:/\S*)?\Z", link.rstrip(".,;)").lower())
    host = match[1] if match else ""
    return any(host in (domain, f"www.{domain}") for domain in allowed)


# What is made of digits and is no telephone number: order numbers, dates, times, and amounts of money.
_ORDER = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})|\d{1,2}[.:h]\d{2}(?::\d{2})?)(?!\d)"
)
# FV/2026/11/0012 or 12/11/2026: an invoice's number in Poland and elsewhere, told by its year.
_DOCUMENT = re.compile(r"(?<!\d)(?:20\d{2}(?:/\d{1,6}){2,3}|(?:\d{1,6}/){2,3}20\d{2})(?!\d)")
_CURRENCY = r"(?:€|£|\$|¥|円|₺|zł|(?<![^\W\d_])(?:EUR|GBP|USD|SEK|PLN|TRY|TL|BRL|JPY|AED|SAR|EGP|kr)(?![^\W\d_]))"
_MONEY = re.compile(rf"{_CURRENCY}\s?\d[\d.,' ]{{0,14}}|\d[\d.,' ]{{0,14}}{_CURRENCY}", re.IGNORECASE)
_DIGITS = re.compile(rf"{BEGIN}(?<![.,-])(?:\+|\(\+?)?\d[\d\s()./-]{{5,24}}\d{END}")
_CALL_WORD = re.compile(
    r"\b(?:tel|tél|phone|telefon\w*|téléphone|telefono|teléfono|telefoon|telefone|telemóvel|celular|call|mobile?|handy|whatsapp|fax|hotline)\b|هاتف|جوال|اتصل|電話|携帯",
    re.IGNORECASE,
)


def _contacts(mail: Mail, rules: Rules) -> Iterator[Finding]:
    for number, line in enumerate(mail.lines):
        for match in _EMAIL.finditer(line):
            yield finding(rules, "L09", number, match[0])
        rest = _MONEY.sub(" x ", _DATE.sub(" x ", _DOCUMENT.sub(" x ", _ORDER.sub(" x ", line))))
        named = _CALL_WORD.search(line) is not None
        for match in _DIGITS.finditer(rest):
            if _is_phone(match[0], named=named):
                yield finding(rules, "L09", number, match[0])


def _is_phone(text: str, *, named: bool) -> bool:
    """A parcel or invoice number is one run that does not begin like a telephone number."""
    digits = sum(map(str.isdigit, text))
    if not 7 <= digits <= 15:
        return False
    begins = text.lstrip("(").startswith(("+", "0"))
    groups = len(re.findall(r"\d+", text))
    return named or begins or (groups >= 3 and digits <= 12)


_TAG = re.compile(r"</?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,200})?/?>|&(?:nbsp|amp|lt|gt|#\d{1,6});", re.IGNORECASE)


def _tags(mail: Mail, rules: Rules) -> Iterator[Finding]:
    for number, line in enumerate(mail.lines):
        for match in _TAG.finditer(line):
            yield finding(rules, "L18", number, match[0])


# L16. Pictographs, dingbats, flags, keycaps, and the selector that turns a sign into a picture; © ® ™ are text.
_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\ufe0f\u20e3\U0001f000-\U0001faff]"
)


def _emoji(mail: Mail, rules: Rules) -> Iterator[Finding]:
    for number, line in enumerate(mail.lines):
        if match := _EMOJI.search(line):
            yield finding(rules, "L16", number, line[max(match.start() - 20, 0) : match.end() + 5])


def _breaks(mail: Mail, rules: Rules) -> Iterator[Finding]:
    empty = 0
    body = mail.body.rstrip().split("\n")
    for number, line in enumerate(body, start=1):
        empty = empty + 1 if not line.strip() else 0
        if empty == 2:
            yield finding(rules, "L19", number, "two empty lines in a row")


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_word, sorted(words, key=len, reverse=True))), re.IGNORECASE)


def _word(word: str) -> str:
    text = re.escape(word.removesuffix("*")).replace(r"\ ", r"\s+")
    if _UNSPACED.search(word):
        return text
    ending = r"\w{0,30}" if word.endswith("*") else ""
    return rf"(?<!\w){_JOINED if _ARABIC.search(word) else ''}{text}{ending}(?!\w)"


def _words(mail: Mail, rules: Rules) -> Iterator[Finding]:
    for rule in rules.words:
        if rule.kinds and mail.kind not in rule.kinds:
            continue
        known = tuple(word for language in mail.languages for word in rule.words.get(language, ()))
        pattern = _pattern(known or tuple(word for words in rule.words.values() for word in words))
        for number, line in enumerate(mail.lines):
            for match in pattern.finditer(line):
                yield Finding(rule.rule, rule.severity, number, match[0], rule.hint)


def _spoken(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())


def _thanks_only(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """A guess, hence a warning: few words, thanks among them, and neither a date nor a number."""
    words = tuple(word for language in mail.languages for word in rules.thanks.get(language, ()))
    short = len(_spoken(mail.body)) < FEW_WORDS and not any(character.isdigit() for character in mail.body)
    if words and short and (match := _pattern(words).search(mail.body)):
        yield finding(rules, "L02", mail.body[: match.start()].count("\n") + 1, match[0])


def _order_id(mail: Mail, rules: Rules) -> Iterator[Finding]:
    if mail.kind in PROACTIVE and (mail.order_id is None or mail.order_id not in mail.body):
        yield finding(rules, "L23", 1, mail.order_id or "no order number")


def _language(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """Only when it is certain: a long text, and far more small words of one other language than of the expected one."""
    spoken = _spoken(mail.body)
    counts = _counted(spoken, rules)
    expected = [language for language in mail.languages if language in counts]
    if not expected or max(len(spoken), counts["ja"]) < FEW_WORDS:
        return
    own = sum(counts.pop(language) for language in set(expected))
    other = max(counts, key=lambda name: counts[name])
    if counts[other] >= SURE and counts[other] >= 3 * own:
        yield finding(rules, "L24", 1, f"meant to be {' and '.join(expected)}, looks like {other}")


def _counted(spoken: Sequence[str], rules: Rules) -> dict[str, int]:
    """Return how many small words of each language there are; a script of its own counts by itself."""
    counts = {name: sum(word in words for word in spoken) for name, words in rules.distinctive.items()}
    text = "".join(spoken)
    counts["ar"] = sum(_ARABIC.search(word) is not None for word in spoken)
    counts["ja"] = len(_UNSPACED.findall(text)) // 2
    return counts


def _images(mail: Mail, rules: Rules) -> Iterator[Finding]:
    if mail.html is None:
        return
    if match := re.search(r"<(?:img|picture|svg|object|embed|iframe|video)\b|url\s*\(", mail.html, re.IGNORECASE):
        yield finding(rules, "L11", 1, mail.html[match.start() : match.start() + EXCERPT])
    if mail.kind == "acknowledgement":
        yield finding(rules, "L18", 1, "an HTML part")
