"""
Problems as people fix them: the place first, then the line with a mark under what is meant.

Whatever looks like a secret in the line is masked; the mark keeps its place.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from responder.errors import Problem, Severity

_SECRET = re.compile(
    r"""(?P<key>[\w-]*(?:passw|passphrase|secret|token|oauth)[\w-]*["']?\s*:\s+)(?P<value>[^\s{][^,}\n]*)""",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(?P<key>://[^\s/@:]*:|[?&]password=)(?P<value>[^@\s&]+)")
_WORD = re.compile(r"""\{\{.*?\}\}|"[^"]*"|'[^']*'|[^\s,:\]}]+""")


def show(problems: Sequence[Problem], stream: TextIO | None = None) -> None:
    """Write every problem with its line, and how many there are."""
    out = stream or sys.stderr
    colour = out.isatty() and not os.environ.get("NO_COLOR")
    for problem in problems:
        click.echo(_paragraph(problem, colour=colour), file=out)
    click.echo(counted(problems), file=out)


def counted(problems: Sequence[Problem]) -> str:
    """Return "2 errors, 1 warning."."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    parts = [(errors, "error"), (len(problems) - errors, "warning")]
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in parts if count) + "." if problems else ""


def _paragraph(problem: Problem, *, colour: bool) -> str:
    warning = problem.severity is Severity.WARNING
    first = str(problem)
    if warning:
        first = first.replace(f"{problem.at}: ", f"{problem.at}: warning: ", 1)
    lines = [click.style(first, fg="yellow" if warning else "red", bold=True) if colour else first]
    return "\n".join([*lines, *_excerpt(problem.at), ""])


def _excerpt(at: str) -> list[str]:
    """Return the line and the mark under it, or nothing where the place has no line that can be read."""
    file, _, place = at.rpartition(":")
    file, _, number = file.rpartition(":")
    if not (place.isdigit() and number.isdigit()):
        return []
    try:
        lines = Path(file).read_text("utf-8-sig", errors="replace").split("\n")
    except OSError:
        return []
    if not 0 < int(number) <= len(lines):
        return []
    line = lines[int(number) - 1].rstrip("\r").expandtabs(1)
    column = min(int(place), len(line) + 1)
    word = _WORD.match(line, column - 1)
    mark = "^" * max(len(word[0]) if word else 1, 1)
    margin = " " * len(number)
    shown = "".join(char if char.isprintable() else "?" for char in _masked(line))
    return [f"{margin} |", f"{number} | {shown}", f"{margin} | {' ' * (column - 1)}{mark}"]


def _masked(line: str) -> str:
    for pattern in (_SECRET, _IN_URL):
        line = pattern.sub(lambda found: found["key"] + "*" * len(found["value"]), line)
    return line
