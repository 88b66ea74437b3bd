"""
The policy's data file.
"""

from importlib.resources import files

import pytest

from responder.adapters import rules
from responder.errors import ConfigError

LANGUAGES = {"en", "de", "fr", "it", "es", "nl", "sv", "pl", "pt", "tr", "ja", "ar"}


def shipped() -> str:
    """The file as it is shipped."""
    return files("responder").joinpath("data", "policy.yaml").read_text("utf-8")


def test_the_shipped_rules_speak_twelve_languages() -> None:
    """A rule that knows a language less would pass silently in it; Japanese has no small words between blanks."""
    loaded = rules.load()
    assert set(loaded.stop_words) == LANGUAGES - {"ja"}
    assert set(loaded.thanks) == LANGUAGES
    for rule in loaded.words:
        assert set(rule.words) == LANGUAGES, rule.rule


def test_the_table_holds_all_thirty_two_rules() -> None:
    """None is silently missing: each is checked somewhere, or says why there is nothing to check."""
    table = rules.load().table
    assert tuple(table) == rules.NUMBERS
    assert len(table) == 32
    for row in table.values():
        assert row.severity in ("error", "warning"), row
        assert row.means, row
        assert row.hint, row
        assert row.source, row
        assert set(row.checked) <= set(rules.PLACES), row
        assert row.note or not {"nothing", "decision"} & set(row.checked), row


def test_a_rule_that_names_words_has_some_in_every_language() -> None:
    """What the table says of a rule and what the lists hold agree, both ways."""
    loaded = rules.load()
    by_words = {row.number for row in loaded.table.values() if "words" in row.checked}
    assert by_words == {rule.rule for rule in loaded.words} | {"L02"}
    assert all(rule.hint and rule.severity in ("error", "warning") for rule in loaded.words)


def test_where_grades_or_sources_disagree_the_row_says_which_is_followed() -> None:
    """A seller who doubts a rule finds what it rests on."""
    assert {row.number for row in rules.load().table.values() if row.conflict} == {"L09", "L25", "L27"}


def test_each_language_keeps_enough_words_of_its_own() -> None:
    """Words that two languages share count for neither, so the lists must not overlap too much."""
    assert all(len(words) >= 15 for words in rules.load().distinctive.values())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    severity: error\n", "    severity: fatal\n", "severity must be error or warning"),
        ("  L08:\n", "  L99:\n", "the rules must be L01 to L32, in order"),
        ("    grade: own\n", "    grade: X\n", "a grade is one of"),
        ("    grade: own\n", "    grades: own\n", "a rule's keys are"),
        ("    checked: [html]\n", "    checked: [page]\n", "checked is a list of"),
        ('    note: "mail is the only way', '    conflict: "mail is the only way', "needs a note"),
        ("  - kinds: [delay_notice, answer]\n", "  - kinds: [delay, answer]\n", "kinds is a list of"),
        ("  - rule: L13\n", "  - rule: L33\n", "there is no rule 'L33'"),
        ("  never: >-\n", "  refused: >-\n", "attachments has the keys"),
        (
            "  - rule: L13\n    severity: error\n",
            "  - rule: L13\n    severity: error\n    kind: x\n",
            "a rule's keys are",
        ),
        ("nl: [uitschrijven, ", "nl: uitschrijven #[", "this must be a list of words"),
        ("thanks:\n", "thank:\n", "the file must have exactly the keys"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(old: str, new: str, problem: str) -> None:
    """The file is meant to be edited, so it answers like every other file."""
    text = shipped()
    assert old in text
    with pytest.raises(ConfigError) as caught:
        rules.parse(text.replace(old, new), "policy.yaml")
    found = [each for each in caught.value.problems if problem in each.problem]
    assert found
    assert found[0].at.startswith("policy.yaml:")
