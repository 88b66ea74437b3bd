"""A template against Amazon's rules: each finding is at its own line of the template's file."""

import pytest

from responder.adapters import rules, templates

SOURCE = """# What buyers read.
subject: "Re: {{ message.subject }}, opt-out link"

languages:
  en: |
    Hello{% if buyer.name %} {{ buyer.name }}{% endif %},

    {% if closed.kind == "weekend" %}
    We are closed, see www.example.com.
    {% else %}
    You can unsubscribe.
      {% if order.id %}
    Order {{ order.id }} is on www.example.com, and here is an opt-out
    link.
      {% endif %}
    {% endif %}


    We answer by {{ promise_date }}. See
    www.example.com for more.
    {# nothing of this is printed: www.example.com #}
    Then unsubscribe. {{ seller.name }}
  de: "Guten Tag, ein Abmeldelink bis {{ promise_date }}"
"""


def found(source: str, kind: str = "acknowledgement") -> list[tuple[int, int, str, str]]:
    """The findings as (line, column, language, rule)."""
    template = templates.parse(kind, source, "own.yaml")
    judged = templates.judged(template, rules.load(), "Maison Exemple")
    return [(each.at.line, each.at.column, each.language, each.finding.rule) for each in judged]


def test_the_same_words_in_several_places_are_each_at_their_own_line() -> None:
    """In every branch, in a phrase that a line's end parts, and in the subject; never in a comment."""
    assert found(SOURCE) == [
        (2, 10, "en", "L13"),
        (9, 24, "en", "L08"),
        (11, 13, "en", "L13"),
        (13, 5, "en", "L13"),
        (13, 32, "en", "L08"),
        (20, 5, "en", "L08"),
        (22, 10, "en", "L13"),
        (23, 7, "de", "L13"),
    ]


@pytest.mark.parametrize("kind", sorted(templates.load(None)))
def test_a_shipped_text_breaks_no_rule_in_any_language(kind: str) -> None:
    """Neither an error nor a warning, in any branch."""
    assert templates.judged(templates.load(None)[kind], rules.load(), "Maison Exemple") == ()


def test_a_text_that_fills_up_with_its_marks_is_judged_all_the_same() -> None:
    """Marking lines makes a text longer than a template may print; then the words themselves are looked for."""
    lines = "".join(f"    {'x' * 5}\n" for _ in range(5_000))
    source = f"subject: 'Re: x'\nlanguages:\n  en: |\n{lines}    Unsubscribe.\n\n"
    assert found(source) == [(5_004, 5, "en", "L13")]
