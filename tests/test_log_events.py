"""docs/logs.md names every line that can be logged, with its level and fields, and the source has no other."""

import re
from pathlib import Path

import log_events

from responder.core.logged import FIELDS, event_name
from responder.tasks.deliver.values import SENTENCES

TEXT = (Path(__file__).parents[1] / "docs" / "logs.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([a-z, ]+) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)
FIELD = re.compile(r"^\| `(\w+)` \| ([^|]+) \|$", re.MULTILINE)
Event = tuple[str, str]


def in_the_source() -> dict[str, Event]:
    """Return each event with its levels and fields, as the source has them."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for line in log_events.lines():
        # What becomes of a mail is a table, and delivering the only place that says one of it.
        sentences = SENTENCES.values() if line.sentence is None else (line.sentence,)
        for sentence in sentences:
            levels, fields = found.setdefault(event_name(sentence), (set(), set()))
            levels.update(line.levels)
            fields.update(line.fields)
    return {name: _event(levels, fields) for name, (levels, fields) in found.items()}


def _event(levels: set[str], fields: set[str]) -> Event:
    return ", ".join(sorted(levels)), ", ".join(f"`{field}`" for field in sorted(fields))


def test_every_line_is_documented_and_every_documented_line_exists() -> None:
    """Names, levels and fields are an interface: scripts and alerts ask for them."""
    documented = {name: (levels, fields.strip()) for name, levels, fields, _ in ROW.findall(TEXT)}
    assert documented == in_the_source()


def test_every_field_is_documented_and_no_line_has_another() -> None:
    """What has no row is not written; what has one is used."""
    used = {field for line in log_events.lines() for field in line.fields}
    assert used == FIELDS
    assert {name for name, _ in FIELD.findall(TEXT)} == FIELDS


def test_a_sentence_is_written_where_it_is_logged() -> None:
    """Only what becomes of a mail comes from a table; a sentence that is put together has no stable name."""
    tables = [line.where for line in log_events.lines() if line.sentence is None]
    assert {where.partition(":")[0] for where in tables} == {"tasks/deliver/loop.py"}
    assert [line.where for line in log_events.lines() if line.open] == []
    assert list(log_events.strangers()) == []
