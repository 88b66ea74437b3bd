"""
Template files: YAML with a text per language, and a subject for all of them or for each.

A file in the seller's folder takes the place of the shipped one of the same name.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from responder import document
from responder.adapters.templates.context import CONTEXTS
from responder.adapters.templates.values import Place, Template
from responder.document import Position
from responder.errors import ConfigError, Problem, Severity

SOURCE_LIMIT = 32 * 1024
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?\Z")
KEYS = ("subject", "languages", "quote")


def load(folder: Path | None) -> Mapping[str, Template]:
    """Return the shipped templates, each replaced by the file of the same name in `folder`."""
    found: dict[str, Template] = {}
    wrong: list[Problem] = []
    for name in CONTEXTS:
        default = _shipped(name)
        found[name] = default
        own = folder / f"{name}.yaml" if folder is not None else None
        if own is None or not own.is_file():
            continue
        try:
            found[name] = parse(name, _read(own, str(own)), str(own), quotes=default.quotes)
        except ConfigError as error:
            wrong += error.problems
    if wrong:
        raise ConfigError(*wrong)
    return found


@cache
def _shipped(name: str) -> Template:
    file = f"{name}.yaml"
    return parse(name, _read(files("responder").joinpath("templates", file), file), file)


def strays(folder: Path | None) -> tuple[Problem, ...]:
    """Return a warning for each file in `folder` that no mail uses."""
    if folder is None or not folder.is_dir():
        return ()
    used = {f"{name}.yaml" for name in CONTEXTS}
    found = []
    for path in sorted(folder.iterdir()):
        if path.name in used or path.name.startswith(".") or path.name.endswith("~"):
            continue
        nearest = document.nearest(path.name, used)
        hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(sorted(used))}"
        found.append(Problem(str(path), "no mail uses this file", hint, Severity.WARNING))
    return tuple(found)


def _read(path: Traversable, file: str) -> str:
    try:
        return document.decode(path.read_bytes(), file)
    except OSError as error:
        raise ConfigError(Problem(file, f"cannot be read: {error.strerror}")) from error


def parse(name: str, text: str, file: str, *, quotes: Mapping[str, str] | None = None) -> Template:
    """Return the template in `text`; languages without a line above the quotation take it from `quotes`."""
    read = document.load(text, file)
    wrong = list(_shape_problems(read))
    if wrong:
        raise ConfigError(*wrong)
    value = read.value
    own: dict[str, str] = value.get("quote") or {}
    subjects = _subjects(value)
    paths = [
        *_subject_paths(value),
        *(("languages", each) for each in value["languages"]),
        *(("quote", each) for each in own),
    ]
    places = {".".join(path): _place(read, path) for path in paths}
    return Template(name, subjects, dict(value["languages"]), {**(quotes or {}), **own}, file, places)


def _shape_problems(read: document.Document) -> Iterator[Problem]:
    value = read.value
    if not isinstance(value, dict):
        yield Problem(str(read.at(())), "a template file has a subject and languages", "see the shipped templates")
        return
    for key in value:
        if key not in KEYS:
            nearest = document.nearest(key, KEYS)
            hint = f"did you mean '{nearest}'?" if nearest else f"known are {', '.join(KEYS)}"
            yield Problem(str(read.at((key,), key=True)), f"unknown key '{key}'", hint)
    yield from _subject_problems(read)
    yield from _language_problems(read, "languages", required=True)
    yield from _language_problems(read, "quote", required=False)


def _subject_problems(read: document.Document) -> Iterator[Problem]:
    subject, texts = read.value.get("subject"), read.value.get("languages")
    if isinstance(subject, dict) and subject:
        yield from _language_problems(read, "subject", required=True)
        for language in texts if isinstance(texts, dict) else ():
            if _subject_in(subject, language) is None:
                yield Problem(str(read.at(("subject",), key=True)), f"there is no subject in '{language}'", "add it")
    elif not isinstance(subject, str) or not subject.strip():
        hint = 'write one for all languages, like subject: "Re: {{ message.subject }}", or one for each'
        yield Problem(str(read.at(("subject",))), "the subject is missing", hint)


def _subject_in(subjects: Mapping[str, str], language: str) -> str | None:
    return subjects.get(language, subjects.get(str(language).partition("-")[0]))


def _subjects(value: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the subject of each language; one that is written once serves them all."""
    subject = value["subject"]
    if isinstance(subject, str):
        return dict.fromkeys(value["languages"], subject)
    return {
        language: subject[language if language in subject else language.partition("-")[0]]
        for language in value["languages"]
    }


def _subject_paths(value: Mapping[str, Any]) -> list[tuple[str, ...]]:
    subject = value["subject"]
    return [("subject",)] if isinstance(subject, str) else [("subject", language) for language in subject]


def _language_problems(read: document.Document, key: str, *, required: bool) -> Iterator[Problem]:
    value = read.value.get(key)
    if value is None and not required:
        return
    if not isinstance(value, dict) or not value:
        yield Problem(str(read.at((key,))), f"'{key}' must hold a text per language", "en: |")
        return
    for language, text in value.items():
        if not LANGUAGE.match(language):
            at = read.at((key, language), key=True)
            yield Problem(str(at), f"'{language}' is no language", "write it as en, de or fr-CA")
        if not isinstance(text, str) or not text.strip():
            yield Problem(str(read.at((key, language))), "the text is empty", "write the text, or remove the language")
        elif len(text) > SOURCE_LIMIT:
            yield Problem(
                str(read.at((key, language))), "the text is too long", f"keep it under {SOURCE_LIMIT} characters"
            )


def _place(read: document.Document, path: tuple[str, ...]) -> Place:
    at = read.at(path)
    lines = read.text.splitlines()
    if not lines[at.line - 1].startswith("|", at.column - 1):
        return Place(at, literal=False)
    first = next(line for line in lines[at.line :] if line.strip())
    return Place(Position(at.file, at.line + 1, len(first) - len(first.lstrip()) + 1), literal=True)
