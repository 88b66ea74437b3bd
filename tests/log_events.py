"""Every log call in the source, read from its syntax: its sentence, its level, and its fields."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "responder"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGS = {"log", "_log"}


@dataclass(frozen=True, slots=True)
class Line:
    """One log call; `sentence` is None where it is no literal."""

    where: str
    sentence: str | None
    level: str
    fields: frozenset[str]
    open: bool  # it takes fields that are not written out


def lines() -> Iterator[Line]:
    """Return every log call of the program."""
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        bound = frozenset(
            keyword.arg
            for call in calls
            for keyword in call.keywords
            if _is_log(call) and _name(call) == "bind" and keyword.arg
        )
        for call in calls:
            if _is_log(call) and _name(call) in LEVELS:
                yield _line(f"{file.relative_to(SOURCE)}:{call.lineno}", call, bound)


def _is_log(call: ast.Call) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return (isinstance(owner, ast.Name) and owner.id in LOGS) or (
        isinstance(owner, ast.Attribute) and owner.attr in LOGS
    )


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _line(where: str, call: ast.Call, bound: frozenset[str]) -> Line:
    first = call.args[0] if call.args else None
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    own = isinstance(owner, ast.Attribute)  # self._log is bound, log is not
    level = _name(call)
    fields = {keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg != "exc_info"}
    return Line(
        where,
        first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None,
        "error" if level == "exception" else level,
        frozenset(fields) | (bound if own else frozenset()) | ({"exception"} if level == "exception" else set()),
        any(keyword.arg is None for keyword in call.keywords),
    )
