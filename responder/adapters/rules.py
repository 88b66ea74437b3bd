"""
The policy's rules and words from `responder/data/policy.yaml`.

The shipped file is read once; a mistake in it is a `ConfigError` with its line.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from responder import document
from responder.core.policy import KINDS, AttachmentRules, Row, Rules, WordRule
from responder.errors import ConfigError, Problem

FILE = "policy.yaml"
NUMBERS = tuple(f"L{number:02}" for number in range(1, 33))
PLACES = ("text", "words", "html", "mail", "order", "decision", "nothing")
GRADES = ("P", "S", "W", "own")
KEYS = {
    *("rules", "links", "top_level_domains", "attachments", "image_hosts", "doubled"),
    *("words", "thanks", "stop_words"),
}
ROW_KEYS = {"means", "severity", "hint", "source", "grade", "checked"}
ROW_EXTRA = {"note", "conflict"}
RULE_KEYS = {"rule", "severity", "hint", "words", "kinds"}
ATTACHMENT_KEYS = {"types", "never", "names"}


@lru_cache(maxsize=1)
def load() -> Rules:
    """Return the shipped rules."""
    return parse(files("responder").joinpath("data", FILE).read_text("utf-8"), FILE)


def parse(text: str, file: str) -> Rules:
    """Return the rules in `text`; raise `ConfigError` with every problem found."""
    read = document.load(text, file)
    problems = list(_shape_problems(read))
    if problems:
        raise ConfigError(*problems)
    value = read.value
    links: dict[str, frozenset[str]] = {}
    for each in value["links"]:
        for kind in each["kinds"]:
            links[kind] = links.get(kind, frozenset()) | frozenset(each["hosts"].split())
    return Rules(
        table={number: _row(number, each) for number, each in value["rules"].items()},
        words=tuple(_word_rule(each) for each in value["words"]),
        stop_words=_sets(value["stop_words"]),
        thanks=_lists(value["thanks"]),
        doubled=_sets(value["doubled"]),
        top_level_domains=frozenset(value["top_level_domains"].split()),
        links=links,
        image_hosts=frozenset(value["image_hosts"].split()),
        attachments=AttachmentRules(**_sets(value["attachments"])),
    )


def _row(number: str, value: dict[str, Any]) -> Row:
    return Row(number, **{**value, "checked": tuple(value["checked"])})


def _sets(value: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in value.items()}


def _lists(value: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in value.items()}


def _word_rule(value: dict[str, Any]) -> WordRule:
    words = _lists(value["words"])
    return WordRule(value["rule"], value["severity"], value["hint"], words, frozenset(value.get("kinds", ())))


def _shape_problems(read: document.Document) -> Iterator[Problem]:
    value = read.value
    if not isinstance(value, dict) or set(value) != KEYS:
        yield Problem(str(read.at(())), f"the file must have exactly the keys {', '.join(sorted(KEYS))}")
        return
    if tuple(value["rules"]) != NUMBERS:
        yield Problem(str(read.at(("rules",), key=True)), f"the rules must be {NUMBERS[0]} to {NUMBERS[-1]}, in order")
    for number, each in value["rules"].items():
        yield from _row_problems(read, number, each)
    for index, each in enumerate(value["words"]):
        yield from _word_problems(read, index, each)
    for index, each in enumerate(value["links"]):
        yield from _kind_problems(read, ("links", index), each.get("kinds"))
    if set(value["attachments"]) != ATTACHMENT_KEYS:
        yield Problem(str(read.at(("attachments",))), f"attachments has the keys {', '.join(sorted(ATTACHMENT_KEYS))}")
    yield from _list_problems(read, ("thanks",), value["thanks"])


def _row_problems(read: document.Document, number: str, value: dict[str, Any]) -> Iterator[Problem]:
    path: document.Path = ("rules", number)
    yield from _grade_problems(read, path, value)
    if not ROW_KEYS <= set(value) <= ROW_KEYS | ROW_EXTRA:
        yield Problem(str(read.at(path)), f"a rule's keys are {', '.join(sorted(ROW_KEYS | ROW_EXTRA))}")
        return
    if value["grade"] not in GRADES:
        yield Problem(str(read.at((*path, "grade"))), f"a grade is one of {', '.join(GRADES)}")
    checked = value["checked"]
    if not isinstance(checked, list) or not checked or not set(checked) <= set(PLACES):
        yield Problem(str(read.at((*path, "checked"))), f"checked is a list of {', '.join(PLACES)}")
    elif ({"decision", "nothing"} & set(checked)) and not value.get("note"):
        yield Problem(
            str(read.at(path)), "a rule that no text shows needs a note that says where it is kept, or why not"
        )


def _word_problems(read: document.Document, index: int, value: dict[str, Any]) -> Iterator[Problem]:
    path: document.Path = ("words", index)
    yield from _grade_problems(read, path, value)
    if not RULE_KEYS - {"kinds"} <= set(value) <= RULE_KEYS:
        yield Problem(str(read.at(path)), f"a rule's keys are {', '.join(sorted(RULE_KEYS))}")
    if value.get("rule") not in NUMBERS:
        yield Problem(str(read.at((*path, "rule"))), f"there is no rule {value.get('rule')!r}")
    if "kinds" in value:
        yield from _kind_problems(read, path, value["kinds"])
    yield from _list_problems(read, (*path, "words"), value.get("words", {}))


def _kind_problems(read: document.Document, path: document.Path, kinds: object) -> Iterator[Problem]:
    if not isinstance(kinds, list) or not kinds or not set(kinds) <= set(KINDS):
        yield Problem(str(read.at((*path, "kinds"))), f"kinds is a list of {', '.join(KINDS)}")


def _grade_problems(read: document.Document, path: document.Path, value: dict[str, Any]) -> Iterator[Problem]:
    if value.get("severity") not in ("error", "warning"):
        yield Problem(str(read.at((*path, "severity"))), "severity must be error or warning")
    if not isinstance(value.get("hint"), str):
        yield Problem(str(read.at(path)), "a rule needs a hint")


def _list_problems(read: document.Document, path: document.Path, value: dict[str, Any]) -> Iterator[Problem]:
    for name, words in value.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip("*") for word in words):
            yield Problem(str(read.at((*path, name))), "this must be a list of words in quotes")
