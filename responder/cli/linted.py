"""
One file against the policy: a template with every language and branch, a mail saved as `.eml`, or a text as `.txt`.

Everything that was not said on the command line is told from the file itself, and with what it was told from.
"""

import codecs
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from responder import document
from responder.adapters import templates
from responder.core import policy
from responder.core.amazon import Catalogue, Marketplace, relay_address
from responder.core.charsets import decoded
from responder.core.compose import LANGUAGE
from responder.core.message import MAX_RAW, Message, parse
from responder.core.policy import Finding, OrderKnown, Rules
from responder.errors import ConfigError, Problem, Severity, UsageError

TEMPLATE, MAIL, PLAIN = "template", "mail", "text"
KINDS = (*policy.KINDS, *templates.ANSWERS)
ENDINGS = {".yaml": TEMPLATE, ".yml": TEMPLATE, ".eml": MAIL, ".txt": PLAIN}
_SUBJECT = re.compile(r"\A\s*subject[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_FIELD = re.compile(r"\A(?:From |[!-9;-~]{1,76}[ \t]*:)")
_TEMPLATE = re.compile(r"^languages:", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says of the files, and what they are compared with."""

    rules: Rules
    catalogue: Catalogue
    kind: str | None = None
    language: str | None = None
    order_id: str | None = None
    known: OrderKnown | None = None
    store: Marketplace | None = None  # where the order was bought
    seller_name: str = "Shop"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the language of the text it stands in; of a template and a text its line is the file's."""

    finding: Finding
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What was found in one file, and what it was taken for; `problems` is why it could not be judged."""

    file: str
    sort: str
    kind: str | None = None
    language: str | None = None
    told_by: str = ""
    found: tuple[Found, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""

    @property
    def failed(self) -> bool:
        """Whether the mail must not be sent, or nobody can tell."""
        return bool(self.problems) or policy.has_errors([each.finding for each in self.found])


def linted(file: str, raw: bytes, asked: Asked) -> Linted:
    """Return what Amazon's rules say about a file's content."""
    sort = ENDINGS.get(Path(file).suffix.lower()) or _looks_like(raw)
    if sort == TEMPLATE:
        return _template(file, raw, asked)
    return _mail(file, raw, asked) if sort == MAIL else _text(file, raw, asked)


def _looks_like(raw: bytes) -> str:
    """What comes from standard input, or has a name of its own kind, is told from how it begins."""
    text = _typed(raw[:65_536])
    if _TEMPLATE.search(text):
        return TEMPLATE
    first, _, rest = text.lstrip().partition("\n")
    alone = _SUBJECT.match(first) and not _FIELD.match(rest)
    return MAIL if _FIELD.match(first) and not alone else PLAIN


def _typed(raw: bytes) -> str:
    """Return a text file's content; what Windows saves as "Unicode" is UTF-16 and begins with its mark."""
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return (raw.decode("utf-16", "replace") if wide else decoded(raw, None)).removeprefix("\ufeff")


def _template(file: str, raw: bytes, asked: Asked) -> Linted:
    kind = asked.kind or Path(file).stem
    if asked.order_id:
        raise UsageError(f"{file} is a template: --order goes with a mail; responder preview prints a template with it")
    if kind not in (known := templates.load(None)):
        raise UsageError(f"{file}: which template is it? say --kind {', or --kind '.join(sorted(known))}")
    base = Linted(file=file, sort=TEMPLATE, kind=kind)
    try:
        template = templates.parse(kind, document.decode(raw, file), file)
    except ConfigError as error:
        return replace(base, problems=error.problems)
    problems = templates.problems({kind: template}, ())
    if any(each.severity is Severity.ERROR for each in problems):
        return replace(base, problems=problems)
    languages = _among(file, asked.language, template.bodies)
    judged = templates.judged(template, asked.rules, asked.seller_name)
    found = [Found(replace(each.finding, line=each.at.line), each.language) for each in judged]
    return replace(
        base,
        language=", ".join(languages),
        found=tuple(each for each in found if each.language in languages),
    )


def _among(file: str, wanted: str | None, known: Collection[str]) -> list[str]:
    if wanted is None:
        return sorted(known)
    languages = [each.strip() for each in wanted.split(",")]
    missing = [each for each in languages if each not in known]
    if missing:
        raise UsageError(f"{file} has no text in {missing[0]}; it has {', '.join(sorted(known))}")
    return languages


def _mail(file: str, raw: bytes, asked: Asked) -> Linted:
    message = parse(raw)
    kind = _meant(asked, file) or ("acknowledgement" if _is_automatic_reply(message) else "answer")
    language, told_by = _language(policy.own_words(message.text), asked, message)
    findings = policy.finished(
        raw, rules=asked.rules, kind=kind, language=language, order_id=asked.order_id, known=asked.known
    )
    cut = "only its first megabyte was looked at" if len(raw) > MAX_RAW else ""
    return Linted(
        file=file, sort=MAIL, kind=kind, language=language, told_by=told_by, found=_placed(findings, language), note=cut
    )


def _text(file: str, raw: bytes, asked: Asked) -> Linted:
    text = _typed(raw[:MAX_RAW]).replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    subject = _SUBJECT.match(first)
    body = (rest.removeprefix("\n") if subject else text).replace("\x00", "")
    begins = text.count("\n") - body.count("\n")  # lines before the first of the body
    kind = _meant(asked, file) or "answer"
    language, told_by = _language(policy.own_words(body), asked)
    findings = policy.check(
        subject[1] if subject else "",
        policy.own_words(body),
        rules=asked.rules,
        kind=kind,
        language=language,
        order_id=asked.order_id,
        known=asked.known,
    )
    if not (subject and subject[1].strip()):
        findings = (_no_subject(asked.rules), *findings)
    at = [replace(each, line=each.line + begins if each.line else 1) for each in findings]
    cut = "only its first megabyte was looked at" if len(raw) > MAX_RAW else ""
    return Linted(
        file=file, sort=PLAIN, kind=kind, language=language, told_by=told_by, found=_placed(at, language), note=cut
    )


def _no_subject(rules: Rules) -> Finding:
    row = rules.table["L32"]
    return Finding("L32", row.severity, 0, "no subject: the first line is `Subject: ...`", row.hint, "subject")


def _placed(findings: Sequence[Finding], language: str | None) -> tuple[Found, ...]:
    return tuple(Found(each, language) for each in findings)


def _meant(asked: Asked, file: str) -> str | None:
    """Return the kind by whose rules a mail is judged, as it was said or as the file is named."""
    stem = Path(file).stem
    named = asked.kind or (stem if stem in KINDS else None)
    return None if named is None else templates.policy_kind(named)


def _is_automatic_reply(message: Message) -> bool:
    said = (message.header("auto-submitted") or "").lower()
    return said.startswith("auto-replied")


def _language(text: str, asked: Asked, message: Message | None = None) -> tuple[str | None, str]:
    """Return what a mail is meant to be written in, and what that was told from."""
    if asked.language:
        return asked.language, "--language"
    if asked.store:
        return ", ".join(asked.store.texts), f"the order's store {asked.store.name}"
    if message and (named := message.header("content-language")) and LANGUAGE.match(named):
        return named, "its Content-Language"
    if message and (store := _bought_in(message, asked.catalogue)):
        return ", ".join(store.texts), f"the buyer's store {store.name}"
    looks = policy.written_in(text, asked.rules)
    return (looks, "its words") if looks else (None, "")


def _bought_in(message: Message, catalogue: Catalogue) -> Marketplace | None:
    """Return the store of the buyer it goes to, or came from where it is an answer that was saved."""
    written = [each.spec for each in (*message.to, *message.cc, *message.from_)]
    found = (relay_address(each, catalogue) for each in written if each)
    return next((each.marketplace for each in found if each), None)
