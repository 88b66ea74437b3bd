"""
Log lines on standard error: a fixed sentence plus fields, JSON for machines and columns for people.

A value is one line whatever a mail put into it, so that no mail can write a log line of its own.
"""

import logging
from typing import Any, TextIO

import structlog

from responder.core.words import clean

LIMIT = 500


def start_logging(style: str, level: str, stream: TextIO) -> None:
    """Write log lines of at least `level` to `stream`; `style` is json, text, or auto (text on a terminal)."""
    text = style == "text" or (style == "auto" and stream.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _one_line,
            structlog.dev.ConsoleRenderer(colors=False)
            if text
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def _one_line(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: _cleaned(key, value) for key, value in event.items()}


def _cleaned(key: str, value: Any) -> Any:
    if isinstance(value, str):  # a traceback keeps its lines: it is our own, and JSON escapes them
        return value if key == "exception" else clean(value, LIMIT)
    return value
