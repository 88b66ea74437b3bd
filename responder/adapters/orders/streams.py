"""
The bytes of a report file as lines, whatever it was packed and saved as; constant memory, and a limit for everything.

Lines end with LF, CRLF or, where there is no LF at all, with CR. A gzip is known by its first bytes; UTF-16 by its byte
order mark, and comes out as UTF-8.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from responder.core.order_reports import ReportError

MAX_BYTES = 1 << 30
MAX_ROWS = 3_000_000
MAX_LINE = 64 * 1024
BLOCK = 1 << 18
_GZIP = b"\x1f\x8b"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BROKEN = (EOFError, gzip.BadGzipFile, zlib.error)
ALL_AGAIN = "download it again, and wait until the download is finished"


@dataclass(frozen=True, slots=True)
class Packing:
    """How a file's text is packed: in a gzip or not, the codec of UTF-16 or None, and whether its lines end with CR."""

    zipped: bool
    wide: str | None
    cr_only: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end: `number` counts from 1, `ends_at` is its place among the file's bytes."""

    number: int
    raw: bytes
    whole: bool
    ends_at: int
    ended: bool


class Source:
    """A report file whose bytes are read from the beginning as often as needed."""

    def __init__(self, file: BinaryIO, *, block: int = BLOCK) -> None:
        self._file = file
        self._block = block
        self._file.seek(0)
        zipped = self._file.read(2) == _GZIP
        start = self._start(Packing(zipped, None, cr_only=False))
        wide = _UTF16.get(start[:2])
        if wide:
            start = self._start(Packing(zipped, wide, cr_only=False))
        self.start = start
        self.packing = Packing(zipped, wide, cr_only=b"\n" not in start and b"\r" in start)

    def blocks(self) -> Iterator[bytes]:
        """Yield all bytes; more than `MAX_BYTES`, and a gzip that is damaged or cut off, are a `ReportError`."""
        read = 0
        for block in self._unpacked(self.packing):
            read += len(block)
            if read > MAX_BYTES:
                raise ReportError(f"more than {MAX_BYTES >> 20:,} MB of text", "no report of Amazon is that large")
            yield block

    def lines(self) -> Iterator[Line]:
        """Yield the lines that are not empty; of one that is longer than `MAX_LINE` only the beginning."""
        number, at, rest = 0, 0, b""
        cut = False
        for block in self.blocks():
            parts = (rest + block).split(b"\n")
            rest = parts.pop()
            for part in parts:
                number += 1
                at += len(part) + 1
                if line := part.removesuffix(b"\r"):
                    yield Line(number, line[:MAX_LINE], not cut and len(line) <= MAX_LINE, at, ended=True)
                cut = False
            if len(rest) > MAX_LINE:
                at += len(rest) - MAX_LINE
                rest, cut = rest[:MAX_LINE], True
        if line := rest.removesuffix(b"\r"):
            yield Line(number + 1, line, not cut, at + len(rest), ended=False)

    def _start(self, packing: Packing) -> bytes:
        start = bytearray()
        for block in self._unpacked(packing):
            start += block
            if len(start) >= MAX_LINE:
                break
        return bytes(start)

    def _unpacked(self, packing: Packing) -> Iterator[bytes]:
        self._file.seek(0)
        stream: io.BufferedIOBase | BinaryIO = self._file
        if packing.zipped:
            stream = gzip.GzipFile(fileobj=self._file)
        decoder = codecs.getincrementaldecoder(packing.wide)("replace") if packing.wide else None
        while block := _read(stream, self._block):
            text = decoder.decode(block).removeprefix("\ufeff").encode("utf-8", "replace") if decoder else block
            yield text.replace(b"\r", b"\n") if packing.cr_only else text
        if decoder and (last := decoder.decode(b"", final=True)):
            yield last.encode("utf-8", "replace")


def _read(stream: io.BufferedIOBase | BinaryIO, size: int) -> bytes:
    try:
        return stream.read(size)
    except _BROKEN as error:
        raise ReportError(f"this gzip file is damaged or cut off: {error}", ALL_AGAIN) from None
    except OSError as error:
        raise ReportError(
            f"it cannot be read: {error.strerror or error}", "see whether the file is all there"
        ) from None
