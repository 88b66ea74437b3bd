"""
The corpus is what it says it is, and the shipped words find in it what the page says.
"""

from collections import Counter

import pytest
from policy.corpus import ORDER, Text, figures, judged, texts
from policy.table import FILE, page

from responder.adapters import rules
from responder.core import policy

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv", "tr")
RESULTS = tuple(judged(each, rules.load()) for each in texts())


def good(text: Text) -> bool:
    """Whether a text may be sent."""
    return policy.ERROR not in text.breaks.values()


def test_every_language_has_enough_texts_good_and_bad() -> None:
    """A figure of two texts says nothing."""
    assert {each.language for each in texts()} == set(LANGUAGES)
    for language in LANGUAGES:
        ours = [each for each in texts() if each.language == language]
        assert len(ours) >= 20, language
        assert min(sum(map(good, ours)), len(ours) - sum(map(good, ours))) >= 8, language


def test_a_text_has_a_name_of_its_own_a_known_kind_and_a_reason() -> None:
    """A miss is told by name, so two texts never share one."""
    assert [name for name, times in Counter(each.id for each in texts()).items() if times > 1] == []
    for each in texts():
        assert each.id.startswith(f"{each.language}-"), each.id
        assert each.kind in policy.KINDS, each.id
        assert each.note, each.id
        assert set(each.breaks) <= set(rules.NUMBERS), each.id
        assert each.kind not in policy.PROACTIVE or ORDER in each.body, each.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_that_may_be_sent_is_held(language: str) -> None:
    """A buyer waits for an answer that is held for nothing."""
    ours = [each for each in RESULTS if each.text.language == language and good(each.text)]
    assert {each.text.id: each.found for each in ours if each.is_held} == {}


def test_of_the_texts_held_back_nearly_all_that_break_a_rule_are_held() -> None:
    """No word was chosen by looking at these; the others lose nothing that was once found."""
    held_back = figures(each for each in RESULTS if each.text.held_back)
    looked_at = figures(each for each in RESULTS if not each.text.held_back)
    assert held_back.recall is not None
    assert held_back.recall >= 0.9
    assert (looked_at.missed, looked_at.false_alarms) == (0, 0)


def test_the_page_is_the_measurement() -> None:
    """`PYTHONPATH=tests python -m policy.table` writes it; its figures are those of the words as they are now."""
    assert FILE.read_text("utf-8") == page()
