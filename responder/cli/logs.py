"""
Log lines: a fixed sentence plus fields, as JSON for machines, columns for people, or fields of systemd's journal.

A value is one line whatever a mail put into it, so that no mail can write a log line of its own. Only fields that are
documented are written, without the words of mails and servers, and at the very end without any secret that was read.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from responder.adapters import credentials
from responder.adapters.journal import SOCKET, Journal, is_ours, takes
from responder.core import logged
from responder.core.words import clean

FRAMES = 40
_PRIORITIES = {"debug": "7", "info": "6", "warning": "4", "error": "3", "critical": "2"}  # syslog's, RFC 5424 6.2.1


def start_logging(
    style: str, level: str, stream: TextIO, environ: Mapping[str, str] = os.environ, journal: Path = SOCKET
) -> None:
    """
    Write log lines of at least `level` to `stream` or the journal; `style` is json, text, journal or auto.

    auto: the journal where systemd put `stream` there, text on a terminal, else JSON. What libraries report goes the
    same way, as where it was reported and no more.
    """
    if style == "auto":
        style = _fitting(stream, environ)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            _named,
            *_written(style, stream, journal),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _Libraries)]
    root.addHandler(_Libraries(logging.WARNING))


def _fitting(stream: TextIO, environ: Mapping[str, str]) -> str:
    handle = _handle(stream)
    if handle is not None and is_ours(environ.get("JOURNAL_STREAM", ""), handle):
        return "journal"
    return "text" if stream.isatty() else "json"


def _handle(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):  # no file at all
        return None


def _written(style: str, stream: TextIO, journal: Path) -> tuple[Processor, ...]:
    if style == "text":
        return (structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback), _hidden)
    if style == "journal":
        return (_To(Journal(journal), _handle(stream)),)
    return (_as_json,)


def _as_json(_logger: Any, _method: str, event: EventDict) -> str:
    return credentials.hidden(json.dumps(event, ensure_ascii=False, default=str))


def _hidden(_logger: Any, _method: str, line: Any) -> str:
    return credentials.hidden(str(line))


class _To:
    """
    The journal; a record that it does not take is a line of JSON instead.

    Where systemd reads that line as well, and reads nothing now, it is left out: whoever logs must not wait.
    """

    def __init__(self, journal: Journal, handle: int | None) -> None:
        self._journal = journal
        self._handle = handle

    def __call__(self, logger: Any, method: str, event: EventDict) -> str:
        """Write the record, or return the line."""
        if self._journal.send(_record(event)) or not (self._handle is None or takes(self._handle)):
            raise structlog.DropEvent
        return _as_json(logger, method, event)


def _record(event: EventDict) -> dict[str, str]:
    own = {"event", "level", "timestamp", "name"}
    told = {name: _flat(value) for name, value in event.items() if name not in own and value is not None}
    message = " ".join([str(event["event"]), *(f"{name}={value}" for name, value in told.items() if "\n" not in value)])
    record = {
        "MESSAGE": message,
        "PRIORITY": _PRIORITIES.get(str(event["level"]), "6"),
        "SYSLOG_IDENTIFIER": "responder",
        "RESPONDER_EVENT": str(event["name"]),
        **{f"RESPONDER_{name.upper()}": value for name, value in told.items()},
    }
    return {name: credentials.hidden(value) for name, value in record.items()}


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Leave the sentence, its name, and the fields that may be written."""
    event = {name: _without_secrets(value) for name, value in event.items()}  # before a value is cut within one
    sentence = clean(str(event["event"]), logged.LIMIT)
    head: dict[str, Any] = {name: event[name] for name in ("timestamp", "level") if name in event}
    return {**head, "event": sentence, "name": logged.event_name(sentence), **logged.fields(event)}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return credentials.hidden(value) if isinstance(value, str) else value


def _where(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Tell an exception by its kind and by our own lines: what it says may quote a mail, and locals are never shown."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else told[1] if isinstance(told, tuple) else _current(told)
    if error is not None:
        event["exception"] = "\n".join(_frames(error))
    return event


def _current(told: Any) -> BaseException | None:
    return sys.exc_info()[1] if told else None


def _frames(error: BaseException | None) -> list[str]:
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines += [*_of(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}"]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        lines += ["from:"] if error is not None else []
    return lines


def _of(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace, limit=-FRAMES)
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]


class _Libraries(logging.Handler):
    """What libraries report by Python's own logging: their texts are not ours, and may hold what they read."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say where it was reported."""
        log = structlog.get_logger()
        where = f"{record.module}:{record.lineno}"
        if record.levelno >= logging.ERROR:
            log.error("a library reported an error", library=record.name, where=where, exc_info=record.exc_info)
        else:
            log.warning("a library warned", library=record.name, where=where)
