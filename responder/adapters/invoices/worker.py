"""
The process that reads PDFs (pypdf): whatever a file does to it, it does not do to the daemon.

It is given bytes on its standard input and answers with the text, or with why there is none. It ends when its input
does; the kernel ends it when one file takes too long, and refuses it memory above its limit.
"""

import io
import json
import logging
import resource
import signal
import sys
from collections.abc import Iterator
from typing import IO

import pypdf
from pypdf.generic import DictionaryObject

from responder.adapters.invoices import exchange

MAX_PAGES = 200
MAX_FIELDS = 2_000
MEMORY = 256 * 1024 * 1024
"""Address space: with pypdf the process takes 48 MB of it, for a file of 7 MB 70 MB; the whole daemon has 512 MB."""


INCOMPLETE = ("pypdf._page", "pypdf._doc_common")
"""The modules that go on without a part of the text, and only log that they did."""


class NoText(Exception):  # noqa: N818 - reads as the answer
    """A file whose text cannot be told; the message says why."""


class _Warnings(logging.Handler):
    """Counts what pypdf complained about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.all = 0
        self.left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.all += 1
        self.left_out += record.name in INCOMPLETE


def text_of(content: bytes) -> str:
    """
    Return the whole text of a PDF: its pages, what was written onto them later, and what was filled into its form.

    Text that is not the whole is none: another order's number may stand in what is left out.
    """
    logger, warnings = logging.getLogger("pypdf"), _Warnings()
    logger.addHandler(warnings)
    logger.propagate = False
    try:
        text = _text(content)
    finally:
        logger.removeHandler(warnings)
    if warnings.left_out or (warnings.all and not text.strip()):
        raise NoText("a part of it cannot be read: save it as a PDF again")
    return text


def _text(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise NoText("it is protected: save it without a password")
    if len(reader.pages) > MAX_PAGES:
        raise NoText(f"it has more than {MAX_PAGES} pages")
    parts, size = [], 0
    for part in _parts(reader):
        parts.append(part)
        size += len(part)
        if size > exchange.MAX_TEXT:
            raise NoText("its text is too long for an invoice")
    return "\n".join(parts)


def _parts(reader: pypdf.PdfReader) -> Iterator[str]:
    for page in reader.pages:
        yield page.extract_text()
        yield from _written_onto(page)
    for number, field in enumerate((reader.get_fields() or {}).values()):
        if number >= MAX_FIELDS:
            raise NoText("it has too many form fields")
        value = field.get("/V")
        if isinstance(value, str):
            yield value


def _written_onto(page: pypdf.PageObject) -> Iterator[str]:
    """Yield the words of a page's annotations (ISO 32000-1 12.5): viewers show them as if they were its own."""
    for number, reference in enumerate(page.annotations or ()):
        if number >= MAX_FIELDS:
            raise NoText("it has too many annotations")
        annotation = reference.get_object()
        words = annotation.get("/Contents") if isinstance(annotation, DictionaryObject) else None
        if isinstance(words, str):
            yield words


def answer(content: bytes) -> dict[str, str]:
    """Return {"text": ...} or {"problem": ...}; pypdf raises whatever happens to fail."""
    try:
        return {"text": text_of(content)}
    except NoText as why:
        return {"problem": str(why)}
    except (MemoryError, RecursionError):
        return {"problem": "it is too large or too deep for an invoice"}
    except Exception as error:  # noqa: BLE001 - a broken file makes pypdf raise nearly anything, not its own errors only
        return {"problem": f"it cannot be read as a PDF ({type(error).__name__})"}


def serve(source: IO[bytes], target: IO[bytes], seconds: int) -> None:
    """Answer one file after the other until the input ends; `seconds` is how long each may take."""
    while (content := exchange.received(source)) is not None:
        signal.alarm(seconds)
        reply = json.dumps(answer(content)).encode()
        signal.alarm(0)
        exchange.send(target, reply)


def main() -> None:
    """Close the process in, then serve."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends it, even inside a library's own loop, and without its parent
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        hard = resource.getrlimit(limit)[1]
        value_here = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value_here, value_here))
    sys.setrecursionlimit(5_000)
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))


if __name__ == "__main__":
    main()
