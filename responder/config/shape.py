"""
The declaration, walked by path: which section stands where, which keys it has, and what an example of each looks like.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, get_args

from pydantic.fields import FieldInfo

from responder.config import values
from responder.config.model import Config, Section
from responder.core.hours import hours_text
from responder.document import Path


@dataclass(frozen=True, slots=True)
class Key:
    """One declared key: its dotted name, the section it opens (if any), its default and its meaning."""

    path: str
    field: FieldInfo
    section: type[Section] | None
    many: bool

    @property
    def required(self) -> bool:
        """Whether a file must have it."""
        return self.field.is_required()

    @property
    def meaning(self) -> str:
        """What it is for."""
        return " ".join((self.field.description or "").split())

    def written(self) -> Any:
        """Return the default, or the example of a required key, as a file holds it."""
        if self.field.examples:
            return self.field.examples[0]
        return {} if self.section else as_written(self.path, self.field.get_default(call_default_factory=True))


def names(section: type[Section]) -> dict[str, FieldInfo]:
    """Return a section's keys by the name a file uses."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


def section_of(field: FieldInfo) -> tuple[type[Section] | None, bool]:
    """Return the section a key opens, and whether it is a list of them."""
    annotation: Any = field.annotation
    many = bool(get_args(annotation))
    inner = get_args(annotation)[0] if many else annotation
    return (inner, many) if isinstance(inner, type) and issubclass(inner, Section) else (None, False)


def section_at(path: Path) -> type[Section] | None:
    """Return the section that stands at a path of a file, or None where there is none."""
    here: type[Section] | None = Config
    for step in path:
        if isinstance(step, int):
            continue
        field = names(here).get(step) if here else None
        here = section_of(field)[0] if field else None
    return here


def declared(section: type[Section] = Config, prefix: str = "") -> list[Key]:
    """Return every key in the order of its declaration, those of a section after it."""
    found: list[Key] = []
    for name, field in names(section).items():
        inner, many = section_of(field)
        path = f"{prefix}{name}"
        found.append(Key(path, field, inner, many))
        if inner:
            found += declared(inner, f"{path}[]." if many else f"{path}.")
    return found


def example_at(path: Path) -> Any:
    """Return what could stand at a path: the example or the default of its key."""
    section = section_at(path[:-1])
    name = path[-1] if path else ""
    field = names(section).get(name) if section and isinstance(name, str) else None
    if field is None:
        return None
    inner, many = section_of(field)
    if inner:
        filled = {key: example_at((*path, key)) for key, part in names(inner).items() if part.is_required()}
        return [filled] if many else filled
    return Key(".".join(str(step) for step in path if isinstance(step, str)), field, None, many=False).written()


def as_written(path: str, value: Any) -> Any:
    """Return a value as a file holds it."""
    match value:
        case timedelta():
            return values.duration_text(value)
        case time():
            return f"{value:%H:%M}"
        case frozenset():
            return "all" if len(value) == 7 else [values.WEEKDAYS[day] for day in sorted(value)]
        case float():
            return f"{value * 100:g}%"
        case (time(), time()):
            return "-".join(hours_text(value))
        case tuple():
            weekdays = path.endswith("working_hours.days")
            return [values.WEEKDAYS[each] if weekdays else as_written(path, each) for each in value]
        case _:
            return value
