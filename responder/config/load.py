"""
From a file to a configuration, or to every problem in it at once, each at the place to change.

What is wrong is reported and then mended with the declaration's own example, so that one mistake does not hide the
next. No secret is read here: a reload must be able to check the file where the credentials cannot be seen.
"""

import copy
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from responder import document
from responder.adapters import catalogue
from responder.config import calendar_checks, checks, feedback_checks, http_checks, invoice_checks, shape, values
from responder.config.loaded import Loaded, placed
from responder.config.model import Config
from responder.config.values import Wrong, shown
from responder.document import Document
from responder.errors import ConfigError, Problem, Severity

PLACES = (Path("config.yaml"), Path("/etc/responder/config.yaml"))
ROUNDS = 5
_SHORT = 60


def find(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """Return the configuration file: the one named, $RESPONDER_CONFIG, ./config.yaml, /etc/responder/config.yaml."""
    named = explicit or environ.get("RESPONDER_CONFIG")
    for place in (Path(named),) if named else PLACES:
        if os.path.lexists(place):  # what is there but cannot be read is told by `load`, with the reason
            return place
    looked = named or ", ".join(map(str, PLACES))
    hint = "name it with -c FILE, or run: responder init DIR"
    raise ConfigError(Problem("config.yaml", f"no configuration found; looked at {looked}", hint))


def defaults() -> Loaded:
    """Return the declaration's own defaults, for what can be said without a seller: every marketplace, UTC."""
    seller = {"name": "(no shop)", "marketplaces": [each.name for each in catalogue.load().marketplaces]}
    server = {"host": "localhost", "username": "nobody"}
    account = {"name": "none", "seller": seller, "from": "nobody@localhost.invalid", "imap": server, "smtp": server}
    value = {"timezone": "UTC", "operator": {"email": "nobody@localhost.invalid"}, "accounts": [account]}
    return Loaded(
        Config.model_validate(value), (), Path("/nonexistent"), Path("(defaults)"), Document({}, "", "(defaults)", {})
    )


def load(path: Path) -> Loaded:
    """Return the configuration in a file; ConfigError carries every problem, sorted by position."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        hint = "check the name, or run: responder init DIR"
        raise ConfigError(Problem(str(path), f"cannot be read: {error.strerror}", hint)) from None
    return read(document.decode(raw, str(path)), path)


def read(text: str, path: Path) -> Loaded:
    """Return the configuration in a text, as if it stood in the file at `path`."""
    loaded = document.load(text, str(path))
    folder = path.resolve().parent
    found, config = _validated(loaded)
    own = [placed(loaded, finding) for finding in found]
    files: tuple[Problem, ...] = ()
    if config is not None:
        mended = {finding.path for finding in found}
        formats, known = checks.format_files(config, folder)
        more = (
            *checks.settings(config),
            *calendar_checks.settings(config),
            *feedback_checks.settings(config),
            *invoice_checks.settings(config),
            *http_checks.settings(config),
            *checks.neighbours(config, folder, known),
            *feedback_checks.neighbours(config, folder, known),
            *invoice_checks.neighbours(config, folder),
        )
        own += [placed(loaded, each) for each in more if not any(each.path[: len(path)] == path for path in mended)]
        own += [(loaded.at(()), problem) for problem in checks.permissions(config, folder, path)]
        files = (*calendar_checks.files(config, folder), *formats)
    problems = [problem for _, problem in sorted(own, key=lambda each: each[0])] + list(files)
    if config is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise ConfigError(*problems)
    return Loaded(config, tuple(problems), folder, path, loaded)


def _validated(loaded: Document) -> tuple[list[checks.Finding], Config | None]:
    """Return what the declaration says against the file, and the configuration as far as it can be understood."""
    if not isinstance(loaded.value, dict):
        return [
            checks.Finding((), "the file must hold keys and values", "run: responder init DIR, for a complete one")
        ], None
    value = copy.deepcopy(loaded.value)
    found: list[checks.Finding] = []
    for _ in range(ROUNDS):
        try:
            return found, Config.model_validate(value)
        except ValidationError as error:
            details = _deepest([_as_in_the_file(detail) for detail in error.errors(include_url=False)])
        paths = {finding.path for finding in found}
        found += [each for each in map(_in_our_words, _without_misspelt(details)) if each.path not in paths]
        for detail in details:
            _mend(value, detail)
    return found, None


def _as_in_the_file(detail: ErrorDetails) -> ErrorDetails:
    """Leave out the steps that only say which form of a value was tried."""
    steps = tuple(step for step in detail["loc"] if step not in {values.LIST, values.MAPPING})
    return cast("ErrorDetails", {**detail, "loc": steps})


def _deepest(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short when it is so only because its entries are wrong."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or not any(each[:-1][: len(detail["loc"])] == detail["loc"] for each in places)
    ]


def _without_misspelt(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that `email` is missing where `emial` stands in its place."""
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {(*loc[:-1], _meant(loc)) for loc in unknown}
    return [detail for detail in details if detail["type"] != "missing" or detail["loc"] not in meant]


def _meant(path: document.Path) -> str | None:
    section = shape.section_at(path[:-1])
    return document.nearest(str(path[-1]), shape.names(section)) if section else None


def _mend(value: Any, detail: ErrorDetails) -> None:
    """Put something valid in the wrong value's place, so that the rest can be checked."""
    path = _key_path(detail)
    try:
        for step in path[:-1]:
            value = value[step]
    except (LookupError, TypeError):  # an earlier mend of this round put a whole example in its place
        return
    if detail["type"] == "extra_forbidden":
        value.pop(path[-1], None)
    else:
        value[path[-1]] = shape.example_at(path)


def _key_path(detail: ErrorDetails) -> document.Path:
    """Return the path of the key to mend: an entry of a list is mended with its whole list."""
    path = tuple(detail["loc"])
    while len(path) > 1 and (isinstance(path[-1], int) or shape.section_at(path[:-1]) is None):
        path = path[:-1]
    return path


def _in_our_words(detail: ErrorDetails) -> checks.Finding:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    match detail["type"]:
        case "missing":
            return checks.Finding(path, "is missing", _line_to_add(path), on_key=True)
        case "extra_forbidden":
            return _unknown(path)
        case "value_error" if isinstance(wrong := detail.get("ctx", {}).get("error"), Wrong):
            return checks.Finding(path, wrong.problem, wrong.hint)
        case kind:
            words, hint = _WORDS.get(kind, (detail["msg"], ""))
            limits, got = detail.get("ctx", {}), detail["input"]
            words = words.format(got="this" if _secret(path) else shown(got), **limits)
            hint = _other_kind(kind, path, got) or hint.format(**limits) or _line_to_add(path)
            return checks.Finding(path, words, hint or "see docs/configuration.md", on_key=got is None)


_WORDS: dict[str, tuple[str, str]] = {
    "bool_type": ("must be true or false, got {got}", "write true or false"),
    "int_type": ("must be a whole number, got {got}", "write a whole number, without quotes"),
    "string_type": ("must be text, got {got}", "put it in quotes"),
    "string_too_short": ("must not be empty", ""),
    "string_too_long": ("is too long: at most {max_length} characters", "shorten it"),
    "string_pattern_mismatch": ("{got} has characters that cannot be used here", "use letters, digits, '.', '_', '-'"),
    "tuple_type": ("must be a list, got {got}", ""),
    "dict_type": ("must be keys and values, got {got}", ""),
    "model_type": ("must be a section with keys of its own, got {got}", ""),
    "greater_than_equal": ("must be at least {ge}, got {got}", "write {ge} or more"),
    "less_than_equal": ("must be at most {le}, got {got}", "write {le} or less"),
    "too_short": ("must not be empty", ""),
    "none_required": ("is not in this version", "use a password; remove this key"),
}


def _other_kind(kind: str, path: document.Path, got: object) -> str:
    """Return how to write what was meant, where only its kind is wrong: one value for a list, nothing, many for one."""
    match kind, got:
        case "tuple_type", str() if len(got) <= _SHORT:
            return f"put it in brackets: {path[-1]}: [{got}]"
        case "string_type", list() | dict():
            return "write one text, without brackets"
        case "string_type", None:
            return _line_to_add(path)
        case "tuple_type" | "too_short", _ if path[:2] == ("working_hours", "hours"):
            return f'write {path[-1]}: ["09:00-12:30"]'
        case _:
            return ""


def _secret(path: Iterable[object]) -> bool:
    return any(word in str(step) for step in path for word in ("pass", "secret", "token", "oauth"))


def _line_to_add(path: document.Path) -> str:
    while path and isinstance(path[-1], int):
        path = path[:-1]
    example = shape.example_at(path)
    if isinstance(example, dict | list) and shape.section_at(path):
        section = shape.section_at(path)
        known = ", ".join(shape.names(section)) if section else ""
        return f"a section with the keys {known}"
    if example is None:
        return ""
    text = f'"{example}"' if isinstance(example, str) and any(char in example for char in "<:#{") else example
    if isinstance(example, list):
        text = f"[{', '.join(map(str, example))}]"
    return f"write {path[-1]}: {text}" if path else ""


def _unknown(path: document.Path) -> checks.Finding:
    section = shape.section_at(path[:-1])
    known = sorted(shape.names(section)) if section else []
    near = _meant(path)
    hint = (f"did you mean '{near}'? " if near else "") + f"valid keys here: {', '.join(known)}"
    return checks.Finding(path, f"unknown key '{path[-1]}'", hint, on_key=True)
