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


def test_every_rule_has_a_grade_and_a_way_out() -> None:
    """A finding without a hint leaves the seller alone."""
    loaded = rules.load()
    assert set(loaded.severities) == set(loaded.hints) == rules.CHECKS
    assert all(rule.hint and rule.severity in ("error", "warning") for rule in loaded.words)


def test_each_language_keeps_enough_words_of_its_own() -> None:
    """Words that two languages share count for neither, so the lists must not overlap too much."""
    assert all(len(words) >= 15 for words in rules.load().distinctive.values())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("L08: {severity: error", "L08: {severity: fatal", "severity must be error or warning"),
        ("L08: {severity", "L99: {severity", "the checks must be"),
        (
            "  - rule: L13\n    severity: error\n",
            "  - rule: L13\n    severity: error\n    kind: x\n",
            "a rule's keys are",
        ),
        ("nl: [uitschrijven, afmeldlink*]", "nl: uitschrijven", "this must be a list of words"),
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
