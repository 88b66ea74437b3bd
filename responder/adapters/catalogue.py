"""
Amazon's formats, read from the data files of the package and, over them, from a folder of the seller's.

A row that cannot be read is a configuration error with its position; the daemon never runs on half a catalogue.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from responder import document
from responder.core.amazon import (
    CancelWords,
    Catalogue,
    CurrencyMark,
    DeadlinePhrase,
    Label,
    Markers,
    Marketplace,
    NoResponsePhrase,
    NotificationType,
    OutcomeWords,
    QuoteMarks,
    SenderRule,
    SubjectRule,
    TroubleWords,
)
from responder.core.details import FIELDS
from responder.core.kinds import Kind, NoticeType
from responder.core.report_columns import Meaning, ReportColumn, ReportKind
from responder.core.wording import PATH, PATHS
from responder.errors import ConfigError, Problem

GRADES = ("P", "S", "W", "CONFLICT")
FILES = (
    *("marketplaces", "notification_types", "senders", "subjects", "markers", "deadlines", "quotes", "currencies"),
    *("labels", "link_hosts", "no_response", "outcomes", "trouble", "cancelling", "seller_central"),
)
REPORTS = "order_reports"
"""The file of the reports' columns: read when a report is, since no mail needs it."""
RATES = "metrics"
"""The file of Amazon's rates: `metric_rules` reads it."""

Row = dict[str, Any]
# What a value must be, in words, and the check; the words stand in the message.
_Rule = tuple[str, Callable[[Any], bool]]


def load(extra: Path | None = None) -> Catalogue:
    """Return the catalogue; rows in files of `extra` come first and replace the shipped ones with the same key."""
    return _shipped() if extra is None else _catalogue(extra)


@cache
def _shipped() -> Catalogue:
    return _catalogue(None)


def _catalogue(extra: Path | None) -> Catalogue:
    problems: list[Problem] = list(_unknown_files(extra))
    rows = {name: _rows(name, extra, problems) for name in FILES}
    if extra is not None and (extra / f"{REPORTS}.yaml").is_file():
        _rows(REPORTS, extra, problems)
    if problems:
        raise ConfigError(*problems)
    return Catalogue(
        marketplaces=tuple(Marketplace(**row) for row in rows["marketplaces"]),
        notification_types=tuple(NotificationType(**row) for row in rows["notification_types"]),
        senders=tuple(SenderRule(**row) for row in rows["senders"]),
        subjects=tuple(SubjectRule(**row) for row in rows["subjects"]),
        markers=tuple(Markers(**row) for row in rows["markers"]),
        deadline_phrases=tuple(DeadlinePhrase(**row) for row in rows["deadlines"]),
        quotes=tuple(QuoteMarks(**row) for row in rows["quotes"]),
        currencies=tuple(CurrencyMark(**row) for row in rows["currencies"]),
        labels=tuple(Label(**row) for row in rows["labels"]),
        link_hosts=(
            *(row["seller_central"] for row in rows["marketplaces"]),
            *(row["host"] for row in rows["link_hosts"]),
        ),
        no_response=tuple(NoResponsePhrase(**row) for row in rows["no_response"]),
        outcomes=tuple(OutcomeWords(**row) for row in rows["outcomes"]),
        trouble=tuple(TroubleWords(**row) for row in rows["trouble"]),
        cancelling=tuple(CancelWords(**row) for row in rows["cancelling"]),
        paths={row["opens"]: row["path"] for row in rows["seller_central"]},
    )


def order_reports(extra: Path | None = None) -> tuple[ReportColumn, ...]:
    """Return the columns of Amazon's report files, the seller's rows before the shipped ones."""
    problems: list[Problem] = []
    rows = _rows(REPORTS, extra, problems)
    if problems:
        raise ConfigError(*problems)
    return tuple(ReportColumn(**row) for row in rows)


def _unknown_files(extra: Path | None) -> Iterator[Problem]:
    for file in sorted(extra.glob("*.y*ml")) if extra is not None else ():
        known = (*FILES, REPORTS, RATES)
        if file.suffix != ".yaml" or file.stem not in known:
            near = document.nearest(file.stem, known)
            hint = f"did you mean {near}.yaml?" if near else f"known are {', '.join(f'{name}.yaml' for name in known)}"
            yield Problem(str(file), "no format is read from a file of this name", hint)


@cache
def _shipped_rows(name: str) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    problems: list[Problem] = []
    read = document.load(_shipped_text(name), f"responder/data/{name}.yaml")
    return tuple(_checked(name, read, problems)), tuple(problems)


def _rows(name: str, extra: Path | None, problems: list[Problem]) -> list[Row]:
    """Return the checked rows of one kind, the seller's before the shipped ones they do not replace."""
    rows, found = _shipped_rows(name)
    shipped = list(rows)
    problems.extend(found)
    file = None if extra is None else extra / f"{name}.yaml"
    if file is None or not file.is_file():
        return shipped
    try:
        read = document.load(document.decode(file.read_bytes(), str(file)), str(file))
    except ConfigError as error:
        problems.extend(error.problems)
        return shipped
    own = _checked(name, read, problems)
    key = _KEYS[name]
    replaced = {tuple(row[part] for part in key) for row in own}
    return own + [row for row in shipped if tuple(row[part] for part in key) not in replaced]


def _shipped_text(name: str) -> str:
    return resources.files("responder").joinpath("data", f"{name}.yaml").read_text("utf-8")


def _checked(name: str, read: document.Document, problems: list[Problem]) -> list[Row]:
    listed = read.value.get(name) if isinstance(read.value, dict) else None
    if not isinstance(listed, list) or set(read.value) != {name}:
        problems.append(
            Problem(str(read.at(())), f"the file must hold one list named {name!r}", f'begin with "{name}:"')
        )
        return []
    rows = []
    for number, row in enumerate(listed):
        before = len(problems)
        if isinstance(row, dict):
            problems.extend(_row_problems(row, _COLUMNS[name], read, (name, number)))
        else:
            problems.append(Problem(str(read.at((name, number))), "a row must have named values", "write {name: ...}"))
        if len(problems) == before:
            rows.append(_complete(row, _COLUMNS[name]) | _named(name, row))
    return rows


def _row_problems(
    row: Row, columns: Mapping[str, _Rule], read: document.Document, path: tuple[str | int, ...]
) -> list[Problem]:
    found = []
    for key in row:
        if key not in columns:
            near = document.nearest(key, columns)
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(columns)}"
            found.append(Problem(str(read.at((*path, key), key=True)), f"unknown key {key!r}", hint))
    for key, (words, fits) in columns.items():
        if key not in row:
            if not fits(None):
                found.append(Problem(str(read.at(path)), f"{key!r} is missing", f"it must be {words}"))
        elif not fits(row[key]):
            found.append(Problem(str(read.at((*path, key))), f"{key!r} is {row[key]!r}", f"it must be {words}"))
    if path[0] == "subjects" and not found and ("subject" in row) == ("body" in row):
        found.append(Problem(str(read.at(path)), "a row has either a subject or a body", "write one of the two"))
    return found


def _complete(row: Row, columns: Mapping[str, _Rule]) -> Row:
    """Return the row as its dataclass takes it: every column, lists as tuples, names as mail is compared with them."""
    return {key: _value(key, row.get(key, _DEFAULTS.get(key))) for key in columns}


def _named(file: str, row: Row) -> Row:
    """Return the name as mail is compared with it: a type in capitals, a store in small letters."""
    if file == "notification_types":
        return {"name": row["name"].upper()}
    return {"name": row["name"].lower()} if file == "marketplaces" else {}


def _value(key: str, value: Any) -> Any:
    if key in _LOWER and value is not None:
        return tuple(each.lower() for each in value) if isinstance(value, list | tuple) else value.lower()
    return tuple(value) if isinstance(value, list) else value


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _zone(value: object) -> bool:
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


def _one_of(words: tuple[str, ...]) -> _Rule:
    return f"one of {', '.join(words)}", lambda value: value in words


def _optional(rule: _Rule) -> _Rule:
    return f"{rule[0]}, or left out", lambda value: value is None or rule[1](value)


_TEXT: _Rule = ("a text", _text)
_TEXTS: _Rule = ("a list of texts", _texts)
_SOME: _Rule = ("a list of at least one text", lambda value: _texts(value) and bool(value))
# Of one letter a word would stand in every text.
_WORDS: _Rule = (
    "a list of texts of at least two characters",
    lambda value: _texts(value) and bool(value) and all(len(item.strip()) >= 2 for item in value),
)
# A phrase that stops a clock must not stand in every mail.
_LONG: _Rule = ("a text of at least 8 characters", lambda value: _text(value) and len(value.strip()) >= 8)
_PATH: _Rule = (
    "a path behind the host, such as /orders-v3/order/{order_id}, with no other field",
    lambda value: _text(value) and PATH.match(value.replace("{order_id}", "")) is not None,
)
_ZONE: _Rule = ("a time zone of the IANA list", _zone)
_FLAG: _Rule = ("true or false", lambda value: isinstance(value, bool))
_REPORTS: _Rule = (
    f"a list of {', '.join(ReportKind)}",
    lambda value: isinstance(value, list) and all(item in tuple(ReportKind) for item in value),
)
_KIND = _one_of((Kind.BUYER_MESSAGE, Kind.ANSWER_COPY, Kind.NOTICE))
_NOTICE_TYPE = _optional(_one_of(tuple(NoticeType)))
_ORIGIN: dict[str, _Rule] = {"source": _TEXT, "grade": _one_of(GRADES)}
_DEFAULTS: Row = {
    "domains": (),
    "written_in": (),
    "eastern_timezone": None,
    "senders": (),
    "subject": "",
    "body": "",
    "name_follows": False,
    **dict.fromkeys(("after", "reports", "needed", "unless", "asks", "cancel", "order", "never", "text"), ()),
    **dict.fromkeys(("settled", "bare", "urgent", "news"), False),
}

_LOWER = frozenset({"local", "domains", "senders", "relay_domain", "host", "seller_central"})

_COLUMNS: dict[str, dict[str, _Rule]] = {
    "marketplaces": {
        **dict.fromkeys(("name", "id", "relay_domain", "language"), _TEXT),
        "languages": _TEXTS,
        "written_in": _optional(_SOME),
        "country": _TEXT,
        "timezone": _ZONE,
        "eastern_timezone": _optional(_ZONE),
        **dict.fromkeys(("currency", "seller_central"), _TEXT),
        **_ORIGIN,
    },
    "notification_types": {
        "name": _TEXT,
        "kind": _KIND,
        "notice_type": _NOTICE_TYPE,
        "urgent": _optional(_FLAG),
        **_ORIGIN,
    },
    "senders": {
        "local": _TEXT,
        "domains": _optional(_TEXTS),
        "kind": _KIND,
        "notice_type": _NOTICE_TYPE,
        **dict.fromkeys(("settled", "urgent", "news"), _optional(_FLAG)),
        **_ORIGIN,
    },
    "subjects": {
        "kind": _KIND,
        "notice_type": _NOTICE_TYPE,
        "language": _optional(_TEXT),
        "subject": _optional(_TEXT),
        "body": _optional(_TEXT),
        "senders": _optional(_TEXTS),
        "name_follows": _optional(_FLAG),
        **dict.fromkeys(("settled", "urgent"), _optional(_FLAG)),
        **_ORIGIN,
    },
    "markers": {
        "language": _TEXT,
        **dict.fromkeys(("intro", "begin", "end", "resolve"), _TEXTS),
        "bare": _optional(_FLAG),
        **_ORIGIN,
    },
    "deadlines": {
        "language": _TEXT,
        **dict.fromkeys(("before", "days", "hours"), _TEXTS),
        "after": _optional(_TEXTS),
        **_ORIGIN,
    },
    "quotes": {
        "language": _TEXT,
        **dict.fromkeys(("wrote", "separators", "first", "others", "subject"), _TEXTS),
        **_ORIGIN,
    },
    "currencies": {"mark": _TEXT, "codes": _SOME, **_ORIGIN},
    "labels": {"field": _one_of(FIELDS), "language": _TEXT, "labels": _SOME, **_ORIGIN},
    "link_hosts": {"host": _TEXT, **_ORIGIN},
    "order_reports": {
        "meaning": _one_of(tuple(Meaning)),
        "headers": _SOME,
        **dict.fromkeys(("reports", "needed"), _optional(_REPORTS)),
        **_ORIGIN,
    },
    "outcomes": {
        "language": _TEXT,
        **dict.fromkeys(("granted", "denied"), _WORDS),
        "unless": _optional(_TEXTS),
        **_ORIGIN,
    },
    "trouble": {"language": _TEXT, "subject": _WORDS, "text": _optional(_WORDS), **_ORIGIN},
    "cancelling": {
        "language": _TEXT,
        **dict.fromkeys(("asks", "cancel", "order", "never"), _optional(_WORDS)),
        **_ORIGIN,
    },
    "seller_central": {"opens": _one_of(tuple(PATHS)), "path": _PATH, **_ORIGIN},
    "no_response": {"phrase": _LONG, "where": _one_of(("subject", "frame")), **_ORIGIN},
}
_KEYS: dict[str, tuple[str, ...]] = {
    "marketplaces": ("name",),
    "notification_types": ("name",),
    "senders": ("local", "domains"),
    "subjects": ("subject", "body"),
    "markers": ("language",),
    "deadlines": ("language",),
    "quotes": ("language",),
    "currencies": ("mark",),
    "labels": ("field", "language"),
    "link_hosts": ("host",),
    "no_response": ("phrase", "where"),
    **dict.fromkeys(("outcomes", "trouble", "cancelling"), ("language",)),
    "order_reports": ("headers", "reports"),
    "seller_central": ("opens",),
}
