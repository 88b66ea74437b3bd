"""
A template's texts against Amazon's rules: every language, every branch, each finding at its line of the file.

A finding is made on the printed text. Where a line of it comes from is known, since the template is printed once more
with each line of its source marked: words that stand in two places are not mixed up.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from responder.adapters.templates.checking import findings
from responder.adapters.templates.context import CONTEXTS
from responder.adapters.templates.rendering import render
from responder.adapters.templates.samples import sample_contexts
from responder.adapters.templates.sandbox import marked, printed
from responder.adapters.templates.values import Template, TemplateFailed
from responder.core import policy
from responder.core.plan import TEMPLATE as PLAN_OF_ACTION
from responder.document import Position
from responder.errors import Problem, Severity

_MARK = re.compile("\ue000([0-9]{1,6})\ue001")


@dataclass(frozen=True, slots=True)
class Judged:
    """What breaks a rule in a template, in which language, and where that stands in its file."""

    finding: policy.Finding
    language: str
    at: Position


def judged(template: Template, rules: policy.Rules, seller_name: str) -> tuple[Judged, ...]:
    """Return what Amazon's rules say about the template's texts, printed with samples that reach every branch."""
    if template.name == PLAN_OF_ACTION:  # for Amazon: no rule about buyers' mail is meant for it
        return ()
    found: dict[tuple[Position, str, str, str], Judged] = {}
    for language in template.bodies:
        for context in sample_contexts(language, kind=template.name, seller_name=seller_name):
            rendered = render(template, language, context)
            broken = findings(template.name, rendered, context, rules)
            origin = _origin(template, language, rendered.body, context) if broken else {}
            for each in broken:
                at = _at(template, language, each, origin)
                found.setdefault((at, each.rule, each.excerpt, language), Judged(each, language, at))
    return tuple(sorted(found.values(), key=lambda each: (each.at, each.finding.rule, each.finding.excerpt)))


def violations(template: Template, rules: policy.Rules, seller_name: str) -> tuple[Problem, ...]:
    """Return the same as problems of the file."""
    return tuple(dict.fromkeys(_as_problem(each) for each in judged(template, rules, seller_name)))


def _as_problem(each: Judged) -> Problem:
    severity = Severity.ERROR if each.finding.severity == policy.ERROR else Severity.WARNING
    return Problem(str(each.at), f"{each.finding.rule}: {each.finding.excerpt}", each.finding.hint, severity)


def _at(template: Template, language: str, each: policy.Finding, origin: Mapping[int, int]) -> Position:
    if each.line == 0:
        key, source, number = template.subject_key(language), template.subjects[language], 1
    else:
        key, source = f"languages.{language}", template.bodies[language]
        number = origin.get(each.line) or _first_line(source, each.excerpt)
    place = template.places[key]
    if not place.literal:
        return Position(template.file, place.at.line, place.at.column)
    lines = source.split("\n")
    text = lines[number - 1] if number <= len(lines) else ""
    return Position(template.file, place.line(number), max(text.find(each.excerpt), 0) + place.at.column)


def _first_line(source: str, excerpt: str) -> int:
    lines = source.split("\n")
    return next((number for number, line in enumerate(lines, start=1) if excerpt in line), 1)


def _origin(template: Template, language: str, body: str, context: Mapping[str, object]) -> Mapping[int, int]:
    """Return, for lines of the printed text, the line of the source that each comes from."""
    source = marked(template.bodies[language], lambda number: f"\ue000{number}\ue001")
    try:
        text = printed(source, CONTEXTS[template.name], context)
    except TemplateFailed:  # with its marks it is too long
        return {}
    lines = _numbered(text, last=template.bodies[language].rstrip().count("\n") + 1)
    found: dict[int, int] = {}
    text, number = next(lines, ("", 0))
    # Printing only drops blank lines of the whole, so the lines that are left come in the same order.
    for line, wanted in enumerate(body.split("\n"), start=1):
        while number and wanted.strip() and _bare(text) != _bare(wanted):
            text, number = next(lines, ("", 0))
        if number and wanted.strip():
            found[line] = number
            text, number = next(lines, ("", 0))
    return found


def _numbered(text: str, last: int) -> Iterator[tuple[str, int]]:
    """Yield each printed line with its source's line: that of its own mark, else of the next one, else the last."""
    lines = text.split("\n")
    following = last
    numbers = []
    for line in reversed(lines):
        marks = _MARK.findall(line)
        following = int(marks[-1]) if marks else following
        numbers.append(following)
    for line, number in zip(lines, reversed(numbers), strict=True):
        yield _MARK.sub("", line), number


def _bare(line: str) -> str:
    return re.sub(r"\s+", "", line)
