"""
Amazon's criteria for removing feedback, and the words they are told by, from `responder/data/removal.yaml`.

The shipped file is read once; a mistake in it is a `ConfigError` with its line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from responder import document
from responder.core import near
from responder.core.removal import Criterion, CriterionRow, RemovalRules, Topic
from responder.errors import ConfigError, Problem

FILE = "removal.yaml"
KEYS = {"criteria", "days", "days_source", "days_grade", "words"}
WORDS = (*Topic, "profane", "but", "titles")
ROW = {"means", "result", "source", "grade"}
_PAIRS = re.compile(r" ~~?\d")
GRADES = ("P", "S", "W", "CONFLICT", "own")


@lru_cache(maxsize=1)
def load() -> RemovalRules:
    """Return the shipped criteria and words."""
    return parse(files("responder").joinpath("data", FILE).read_text("utf-8"), f"responder/data/{FILE}")


def parse(text: str, file: str) -> RemovalRules:
    """Return the criteria in `text`; raise `ConfigError` with every problem found."""
    read = document.load(text, file)
    if problems := tuple(_problems(read)):
        raise ConfigError(*problems)
    value = read.value
    words = {topic: _lists(value["words"][topic]) for topic in WORDS}
    return RemovalRules(
        criteria={Criterion(name): CriterionRow(**row) for name, row in value["criteria"].items()},
        days=value["days"],
        days_source=value["days_source"],
        days_grade=value["days_grade"],
        topics={topic: words[topic] for topic in Topic},
        profane=words["profane"],
        but=words["but"],
        titles=words["titles"],
    )


def _lists(value: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(words) for language, words in value.items()}


def _problems(read: document.Document) -> Iterator[Problem]:
    value = read.value
    if not isinstance(value, dict) or set(value) != KEYS:
        yield Problem(str(read.at(())), f"the file must have exactly the keys {', '.join(sorted(KEYS))}")
        return
    if not isinstance(value["days"], int) or value["days"] < 1:
        yield Problem(str(read.at(("days",))), "days must be a whole number from 1 on")
    yield from _criteria_problems(read, value["criteria"])
    yield from _word_problems(read, value["words"])


def _criteria_problems(read: document.Document, rows: Any) -> Iterator[Problem]:
    if not isinstance(rows, dict) or set(rows) != set(Criterion):
        yield Problem(str(read.at(("criteria",))), f"the criteria must be {', '.join(Criterion)}")
        return
    for name, row in rows.items():
        named = isinstance(row, dict) and set(row) == ROW and all(isinstance(each, str) for each in row.values())
        if not named or row["grade"] not in GRADES:
            yield Problem(str(read.at(("criteria", name))), f"a criterion has {', '.join(sorted(ROW))}, each in words")


def _word_problems(read: document.Document, topics: Any) -> Iterator[Problem]:
    if not isinstance(topics, dict) or set(topics) != set(WORDS):
        yield Problem(str(read.at(("words",))), f"the words must be those of {', '.join(WORDS)}")
        return
    for topic, languages in topics.items():
        for language, words in languages.items() if isinstance(languages, dict) else ((None, None),):
            if not isinstance(words, list) or not all(map(_is_word, words)):
                where = ("words", topic) if language is None else ("words", topic, language)
                yield Problem(str(read.at(where)), "this must be a list of words in quotes, for each language")


def _is_word(word: Any) -> bool:
    """Return whether it is a word, a phrase or one pair: a pair of pairs would be read as something else."""
    return isinstance(word, str) and bool(word.strip("*")) and ("~" not in word or _one_pair(word))


def _one_pair(word: str) -> bool:
    return near.is_pair(word) and len(_PAIRS.findall(word)) == 1
