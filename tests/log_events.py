"""Every log call in the source, read from its syntax: its sentence, its level, and its fields."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "responder"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGS = {"log", "_log"}


@dataclass(frozen=True, slots=True)
class Line:
    """One log call; `sentence` is None where it is no literal; `open`: it takes fields that are not written out."""

    where: str
    sentence: str | None
    levels: frozenset[str]
    fields: frozenset[str]
    open: bool


def lines() -> Iterator[Line]:
    """Return every log call of the program."""
    for file, calls in _calls():
        keywords = [keyword for call in calls if _name(call) == "bind" for keyword in call.keywords]
        bound = frozenset(keyword.arg for keyword in keywords if keyword.arg is not None)
        for call in calls:
            if _name(call) in LEVELS and _owner(call) in LOGS:
                yield _line(f"{file}:{call.lineno}", call, bound)


def strangers() -> Iterator[str]:
    """Return what looks like a log call and goes by another name, so that `lines` does not know it."""
    for file, calls in _calls():
        for call in calls:
            if _name(call) in LEVELS - {"log"} and _owner(call) not in LOGS:
                yield f"{file}:{call.lineno}"


@cache
def _calls() -> tuple[tuple[Path, tuple[ast.Call, ...]], ...]:
    """Return the calls of each file that logs."""
    found = []
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text("utf-8")
        if "structlog.get_logger" in text:
            calls = tuple(each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call))
            found.append((file.relative_to(SOURCE), calls))
    return tuple(found)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _owner(call: ast.Call) -> str:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""


def _line(where: str, call: ast.Call, bound: frozenset[str]) -> Line:
    level, arguments = _name(call), call.args
    if level == "log":  # the level is decided there
        levels, arguments = frozenset({"info", "error"}), arguments[1:]
    else:
        levels = frozenset({"error" if level == "exception" else level})
    first = arguments[0] if arguments else None
    named = {keyword.arg for keyword in call.keywords if keyword.arg}
    fields = named - {"exc_info"} | ({"exception"} if level == "exception" or "exc_info" in named else set())
    return Line(
        where,
        first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None,
        levels,
        frozenset(fields) | (bound if _owner(call) == "_log" else frozenset()),
        any(keyword.arg is None for keyword in call.keywords),
    )
