"""
YAML documents with a position for every key and value (YAML 1.2, core schema).

Text stays text: `NO`, `yes`, `9:00` and `2026-12-24` are strings, and so is every key. Tags, anchors and aliases are
refused. `load` reports every problem it can see at once, in words that need no knowledge of YAML.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from responder.errors import ConfigError, Problem

MAX_SIZE = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40
MAX_PROBLEMS = 100

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file, counted from 1 as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document's plain value, and where each part of it stands."""

    value: Any
    text: str
    file: str
    places: dict[Path, tuple[Position, Position]]

    def at(self, path: Path, *, key: bool = False) -> Position:
        """Return where the value (or its key) at `path` begins; for a missing one, the key of its nearest parent."""
        place = self.places.get(path)
        if place is not None:
            return place[0] if key else place[1]
        return self.at(path[:-1], key=True) if path else Position(self.file, 1, 1)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was probably meant to be."""
    by_fold = {item.casefold(): item for item in known}
    found = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def decode(raw: bytes, file: str) -> str:
    """Return a file's bytes as text; a file that is too large or not UTF-8 is a ConfigError."""
    if len(raw) > MAX_SIZE:
        raise ConfigError(_too_large(file))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        at = Position(file, before.count(b"\n") + 1, column)
        raise ConfigError(Problem(str(at), "this character is not UTF-8", "save the file as UTF-8")) from None


def load(text: str, file: str) -> Document:
    """Return the document in `text`; raise ConfigError with every problem found, sorted by position."""
    if len(text) > MAX_SIZE:
        raise ConfigError(_too_large(file))
    text = text.removeprefix("\ufeff")
    reader = _Reader(text, file)
    value = reader.read()
    if reader.problems:
        raise ConfigError(*(problem for _, problem in sorted(reader.problems, key=lambda found: found[0])))
    return Document(value, text, file, reader.places)


def _too_large(file: str) -> Problem:
    return Problem(file, f"the file is larger than {MAX_SIZE:,} bytes", "this is no file of this program")


# YAML 1.2.2 section 10.3.2: the core schema's tag resolution, in its order.
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_DIGITS = 300  # a longer number is no number anybody wrote on purpose, and costs quadratic time to convert


def _scalar(text: str) -> str | int | float | bool | None:
    """Return what an unquoted scalar means in the core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _DIGITS:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


class _TooMuchError(Exception):
    """Reading ends here: the rest of the document cannot be trusted to be small."""


class _Reader:
    """Builds the plain value from the parser's events, and collects problems and places on the way."""

    def __init__(self, text: str, file: str) -> None:
        self.problems: list[tuple[Position, Problem]] = []
        self.places: dict[Path, tuple[Position, Position]] = {}
        self._text = text
        self._file = file
        self._nodes = 0
        self._events: Iterator[yaml.Event] = iter(())

    def read(self) -> Any:
        try:
            return self._guarded()
        except _TooMuchError:
            return None

    def _guarded(self) -> Any:
        try:
            self._events = iter(yaml.parse(self._text, Loader=yaml.SafeLoader))
            return self._stream()
        except yaml.MarkedYAMLError as error:
            line, column, problem, hint = _in_plain_words(error, self._text.splitlines())
            if not any(at.line == line for at, _ in self.problems):
                self._report(line, column, problem, hint)
        except yaml.reader.ReaderError as error:
            before = self._text[: error.position]
            line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
            code = ord(self._text[error.position])
            self._report(line, column, f"the character U+{code:04X} is not allowed in such a file", "remove it")
        return None

    def _stream(self) -> Any:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._node(next(self._events), (), None)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._report_at(after, "a second document begins here", "keep one document in a file: remove '---'")
        return value

    def _node(self, event: yaml.Event, path: Path, key: Position | None) -> Any:
        here = self._position(event)
        self.places[path] = (key or here, here)
        self._count(event, len(path))
        if isinstance(event, yaml.AliasEvent):
            self._report_at(event, "text that begins with '*' needs quotes", "put the text in quotes")
            return None
        self._refuse_extras(event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.style is None else event.value
        return self._mapping(event, path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)

    def _refuse_extras(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._report_at(event, "text that begins with '&' needs quotes", "put the text in quotes")
        if getattr(event, "tag", None) is not None:
            self._report_at(event, "a word that begins with '!' is not used here", "put the text in quotes")

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._node(event, (*path, len(values)), None))
        return values

    def _mapping(self, start: yaml.Event, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._odd_key(start, event)
                continue
            self._refuse_extras(event)
            here = self._position(event)
            name = event.value
            if name in values:
                first = self.places[(*path, name)][0].line
                self._report_at(event, f"'{name}' is here twice", f"the first is in line {first}; keep one of them")
                self._skip(next(self._events))
                continue
            values[name] = self._node(next(self._events), (*path, name), here)
        return values

    def _odd_key(self, start: yaml.Event, event: yaml.Event) -> None:
        if isinstance(start, yaml.MappingStartEvent) and start.flow_style and isinstance(event, yaml.MappingStartEvent):
            self._report_at(start, "text that begins with '{{' needs quotes", "put the text in quotes")
        else:
            self._report_at(event, "a key must be a word", "put the text in quotes")
        self._skip(event)
        self._skip(next(self._events))

    def _skip(self, event: yaml.Event) -> None:
        """Read over a node whose value is of no use."""
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                return
            self._count(event, depth)
            event = next(self._events)

    def _count(self, event: yaml.Event, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            self._report_at(event, "the document is too large or too deeply nested", "split it, or check the brackets")
            raise _TooMuchError

    def _position(self, event: yaml.Event) -> Position:
        if event.start_mark is None:
            return Position(self._file, 1, 1)
        return Position(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _report_at(self, event: yaml.Event, problem: str, hint: str) -> None:
        at = self._position(event)
        self._report(at.line, at.column, problem, hint)

    def _report(self, line: int, column: int, problem: str, hint: str) -> None:
        at = Position(self._file, line, column)
        self.problems.append((at, Problem(str(at), problem, hint)))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _TooMuchError


_Words = tuple[int, int, str, str]  # line, column, problem, hint
_QUOTES = "put the text in quotes"


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What the YAML library complains about: its words, where, what it was reading, and the lines of the file."""

    words: str
    line: int
    column: int
    opened: tuple[int, int]
    reading: str
    lines: list[str]

    def text(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    @property
    def before(self) -> str:
        return self.text(self.line)[: self.column - 1]


def _in_plain_words(error: yaml.MarkedYAMLError, lines: list[str]) -> _Words:
    mark, context = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    opened = (context.line + 1, context.column + 1) if context else at
    trouble = _Trouble(error.problem or "", *at, opened, error.context or "", lines)
    if template := _unquoted_template(trouble):
        return template
    for start, translate in _TRANSLATIONS:
        if trouble.words.startswith(start):
            return translate(trouble)
    return *at, f"this is not valid YAML: {trouble.words}", f"if it is text, {_QUOTES}"


def _unquoted_template(trouble: _Trouble) -> _Words | None:
    for number in (trouble.line, trouble.opened[0]):
        line = trouble.text(number)
        begin = min((at for at in (line.find("{{"), line.find("{%")) if at >= 0), default=-1)
        key, colon, text = line[: max(begin, 0)].partition(": ")
        if colon and not text.lstrip().startswith(("'", '"')) and "#" not in key + text:
            column = len(key) + len(colon) + len(text) - len(text.lstrip()) + 1
            return number, column, "text with '{{' or '{%' needs quotes", _QUOTES
    return None


def _second_colon(trouble: _Trouble) -> _Words:
    if re.search(r":\s", trouble.before):
        return trouble.line, trouble.column, "this line has a second ':'", _QUOTES
    return _no_colon(trouble, trouble.line - 1)


def _no_colon(trouble: _Trouble, line: int) -> _Words:
    while line > 1 and not trouble.text(line).strip():
        line -= 1
    text = trouble.text(line)
    column = len(text) - len(text.lstrip()) + 1
    if re.search(r":\s+\S", text):  # `a: 1` above a deeper `b: 2`
        return trouble.line, len(trouble.before) - len(trouble.before.lstrip()) + 1, *_INDENTED
    problem = "a space is missing after ':'" if ":" in text else "this line has no ':' between its key and its value"
    return line, column, problem, "write 'key: value'"


_INDENTED = ("this line does not line up with the lines it belongs to", "use the same number of spaces at its start")


def _cannot_start(trouble: _Trouble) -> _Words:
    if "\\t" in trouble.words:
        return trouble.line, trouble.column, "there is a tab at the start of this line", "use spaces, not tabs"
    char = trouble.text(trouble.line)[trouble.column - 1 : trouble.column]
    return trouble.line, trouble.column, f"text that begins with '{char}' needs quotes", _QUOTES


def _block_end(trouble: _Trouble) -> _Words:
    if trouble.before.strip():
        return trouble.line, trouble.column, "something stands after the end of the value", f"{_QUOTES} as a whole"
    return trouble.line, trouble.column, *_INDENTED


def _unclosed(trouble: _Trouble) -> _Words:
    closing = "]" if "sequence" in trouble.reading else "}"
    if trouble.line == trouble.opened[0] and trouble.text(trouble.line)[trouble.column - 1 :].rstrip().endswith(
        closing
    ):
        hint = "add the ',' that is missing before it, or put the whole text in double quotes"
        return trouble.line, trouble.column, "the brackets hold something that does not belong here", hint
    hint = f"add '{closing}', or the ',' between two values"
    return *trouble.opened, f"the bracket opened here is not closed with '{closing}'", hint


_TRANSLATIONS: tuple[tuple[str, Callable[[_Trouble], _Words]], ...] = (
    ("mapping values are not allowed", _second_colon),
    ("could not find expected ':'", lambda trouble: _no_colon(trouble, trouble.opened[0])),
    ("found character", _cannot_start),
    ("expected alphabetic or numeric", lambda t: (*t.opened, "text that begins with '*' or '&' needs quotes", _QUOTES)),
    ("found unexpected end of stream", lambda t: (*t.opened, "the quote opened here is never closed", "close it")),
    ("found unknown escape", lambda t: (t.line, t.column, "a '\\' means something else here", "use single quotes")),
    (
        "sequence entries are not",
        lambda t: (t.line, t.column, "a list begins on its own line", f"or, if text, {_QUOTES}"),
    ),
    ("expected chomping", lambda t: (*t.opened, "text that begins with '|' or '>' needs quotes", _QUOTES)),
    ("expected ',' or", _unclosed),
    ("expected <block end>", _block_end),
)
