"""
Templates checked before they are needed: names and languages; and a printed text against Amazon's rules.

A problem names the line of the template's file, not of the text inside it.
"""

from collections.abc import Collection, Iterator, Mapping

from responder.adapters.templates.context import (
    CONTEXTS,
    BuyerContext,
    MessageContext,
    OrderContext,
    PurchaseContext,
    policy_kind,
)
from responder.adapters.templates.rendering import pick_language, render
from responder.adapters.templates.samples import sample_contexts
from responder.adapters.templates.sandbox import source_problems
from responder.adapters.templates.values import Rendered, Template, TemplateFailed
from responder.core import policy
from responder.core.plan import TEMPLATE as PLAN_OF_ACTION
from responder.document import Position
from responder.errors import Problem, Severity


def problems(templates: Mapping[str, Template], languages_needed: Collection[str]) -> tuple[Problem, ...]:
    """Return everything wrong in the templates' texts, and a warning for each language that is missing."""
    found: list[Problem] = []
    for template in templates.values():
        texts = _texts(template)
        wrong = [problem for key, source in texts for problem in _text_problems(template, key, source)]
        found += wrong or _sample_problems(template)
        found += [
            _missing(template, language) for language in sorted(set(languages_needed)) if _lacks(template, language)
        ]
    return tuple(found)


def _texts(template: Template) -> list[tuple[str, str]]:
    """Only what stands in this file: a line above the quotation may come from the shipped one."""
    texts = list({template.subject_key(each): text for each, text in template.subjects.items()}.items())
    texts += [(f"languages.{each}", text) for each, text in template.bodies.items()]
    texts += [(f"quote.{each}", text) for each, text in template.quotes.items() if f"quote.{each}" in template.places]
    return texts


def _text_problems(template: Template, key: str, source: str) -> Iterator[Problem]:
    for wrong in source_problems(source, CONTEXTS[template.name]):
        yield Problem(_at(template, key, source, wrong.line, wrong.word), wrong.problem, wrong.hint)


def _at(template: Template, key: str, source: str, number: int, word: str) -> str:
    place = template.places[key]
    lines = source.split("\n")
    text = lines[number - 1] if 0 < number <= len(lines) else ""
    column = place.at.column if not place.literal else max(text.find(word), 0) + place.at.column
    return str(Position(template.file, place.line(number), column))


def _sample_problems(template: Template) -> list[Problem]:
    for language in template.bodies:
        for context in sample_contexts(language, kind=template.name):
            try:
                render(template, language, context)
            except TemplateFailed as error:
                return [Problem(str(template.places[f"languages.{language}"].at), str(error))]
    return []


def _lacks(template: Template, language: str) -> bool:
    return pick_language(template, language, fallback="") is None


_UNSENT = {
    "acknowledgement": "no buyer is acknowledged",
    "feedback_request": "no buyer is asked",
    "invoice": "no invoice is sent",
    "delay_notice": "no buyer is told of a delay",
    "feedback_answer": "no draft is offered",
    "cancellation_answer": "no draft is offered",
    PLAN_OF_ACTION: "no draft is offered",
}


def _missing(template: Template, language: str) -> Problem:
    instead = pick_language(template, language)
    hint = f"{_UNSENT[template.name]} in it; add it under languages"
    severity = Severity.WARNING if instead else Severity.ERROR
    return Problem(template.file, f"there is no text in '{language}'", hint, severity)


def findings(
    kind: str, rendered: Rendered, context: Mapping[str, object], rules: policy.Rules
) -> tuple[policy.Finding, ...]:
    """Return what Amazon's rules say about a rendered mail; not the buyer's own words, nor a text for Amazon."""
    if kind == PLAN_OF_ACTION:
        return ()
    buyer, message, order = context.get("buyer"), context.get("message"), context.get("order")
    given = [buyer.name if isinstance(buyer, BuyerContext) else None]
    given += [message.subject if isinstance(message, MessageContext) else None]
    return policy.check(
        rendered.subject,
        rendered.body,
        rules=rules,
        kind=policy_kind(kind),
        language=rendered.language,
        order_id=order.id if isinstance(order, OrderContext | PurchaseContext) else None,
        given=[words for words in given if words],
    )
