"""
The policy's words from `responder/data/policy.yaml`.

The shipped file is read once; a mistake in it is a `ConfigError` with its line.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Any

from responder import document
from responder.core.policy import Rules, WordRule
from responder.errors import ConfigError, Problem

FILE = "policy.yaml"
CHECKS = frozenset({"L02", "L08", "L09", "L11", "L16", "L18", "L19", "L23", "L24", "L32"})
KEYS = {"checks", "allowed_domains", "top_level_domains", "words", "thanks", "stop_words"}
RULE_KEYS = {"rule", "severity", "hint", "words", "kinds"}


@lru_cache(maxsize=1)
def load() -> Rules:
    """Return the shipped rules."""
    return parse(files("responder").joinpath("data", FILE).read_text("utf-8"), FILE)


def parse(text: str, file: str) -> Rules:
    """Return the rules in `text`; raise `ConfigError` with every problem found."""
    read = document.load(text, file)
    problems = _shape_problems(read)
    if problems:
        raise ConfigError(*problems)
    value = read.value
    return Rules(
        severities={rule: each["severity"] for rule, each in value["checks"].items()},
        hints={rule: each["hint"] for rule, each in value["checks"].items()},
        words=tuple(_word_rule(each) for each in value["words"]),
        stop_words={language: frozenset(words.split()) for language, words in value["stop_words"].items()},
        thanks=_lists(value["thanks"]),
        top_level_domains=frozenset(value["top_level_domains"].split()),
        allowed_domains=_lists(value["allowed_domains"]),
    )


def _lists(value: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in value.items()}


def _word_rule(value: dict[str, Any]) -> WordRule:
    words = _lists(value["words"])
    return WordRule(value["rule"], value["severity"], value["hint"], words, frozenset(value.get("kinds", ())))


def _shape_problems(read: document.Document) -> list[Problem]:
    value = read.value
    if not isinstance(value, dict) or set(value) != KEYS:
        return [Problem(str(read.at(())), f"the file must have exactly the keys {', '.join(sorted(KEYS))}")]
    found = []
    if set(value["checks"]) != CHECKS:
        found.append(Problem(str(read.at(("checks",), key=True)), f"the checks must be {', '.join(sorted(CHECKS))}"))
    for name, each in value["checks"].items():
        found += _grade_problems(read, ("checks", name), each)
    for index, each in enumerate(value["words"]):
        found += _grade_problems(read, ("words", index), each)
        if not RULE_KEYS - {"kinds"} <= set(each) <= RULE_KEYS:
            found.append(Problem(str(read.at(("words", index))), f"a rule's keys are {', '.join(sorted(RULE_KEYS))}"))
        found += _list_problems(read, ("words", index, "words"), each.get("words", {}))
    for name in ("thanks", "allowed_domains"):
        found += _list_problems(read, (name,), value[name])
    return found


def _grade_problems(read: document.Document, path: document.Path, value: dict[str, Any]) -> list[Problem]:
    found = []
    if value.get("severity") not in ("error", "warning"):
        found.append(Problem(str(read.at((*path, "severity"))), "severity must be error or warning"))
    if not isinstance(value.get("hint"), str):
        found.append(Problem(str(read.at(path)), "a rule needs a hint"))
    return found


def _list_problems(read: document.Document, path: document.Path, value: dict[str, Any]) -> list[Problem]:
    return [
        Problem(str(read.at((*path, name))), "this must be a list of words in quotes")
        for name, words in value.items()
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip("*") for word in words)
    ]
