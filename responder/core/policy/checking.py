"""
The checks on a mail's subject and text, one after the other.
"""

from collections.abc import Sequence

from responder.core.policy import links, orders, text, words
from responder.core.policy.page import page
from responder.core.policy.spelling import blanked, folded, normal
from responder.core.policy.values import ERROR, Finding, Mail, OrderKnown, Rules

_CHECKS = (
    *(text.empty, links.links, links.contacts, text.tags, text.emoji, text.breaks, text.guidance, text.unfinished),
    *(words.by_words, words.thanks_only, text.order_id, text.language, orders.by_order),
)


def check(  # noqa: PLR0913 - one argument per fact, by name
    subject: str,
    body: str,
    *,
    rules: Rules,
    kind: str,
    language: str | None,
    order_id: str | None = None,
    html: str | None = None,
    given: Sequence[str] = (),
    known: OrderKnown | None = None,
) -> tuple[Finding, ...]:
    """
    Return what breaks Amazon's rules; `given` are the buyer's own words (name, subject), which are not judged.

    `language` is one ("fr") or, of a mail with a text in each, several ("fr, nl"). `known` are the order's facts, for
    the rules about when and how often it may be written to.
    """
    lines = (blanked(normal(subject), given), *blanked(normal(body.replace("\r\n", "\n")), given).split("\n"))
    mail = Mail(lines, tuple(map(folded, lines)), kind, _bases(language), order_id, known)
    found = {broken for each in _CHECKS for broken in each(mail, rules)}
    if html is not None:
        found.update(page(html, kind=kind, rules=rules))
    return in_order(found)


def in_order(found: set[Finding]) -> tuple[Finding, ...]:
    """Return findings as a mail is read."""
    return tuple(sorted(found, key=lambda broken: (broken.line, broken.rule, broken.excerpt, broken.place)))


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether the mail must not be sent."""
    return any(each.severity == ERROR for each in findings)


def _bases(language: str | None) -> tuple[str, ...]:
    named = [each.strip() for each in (language or "").split(",")]
    return tuple(each.split("-")[0].split("_")[0].lower() for each in named if each)
