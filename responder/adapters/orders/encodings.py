"""
In which encoding a report file is written: decided once, on the evidence of the whole file, and for every line.

UTF-8 where all of it is, and where more of it is sound than broken: then letters were damaged on the way. Else
Windows-31J (cp932), when all of it can be and its letters are Japanese; else Windows-1252, which Amazon and
spreadsheets write in Europe and America.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

UTF8, JAPANESE, WESTERN = "utf-8", "cp932", "cp1252"
_LEADS = bytes(range(0xC2, 0xF5))
_SOUND = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Hiragana and katakana of full width: hardly any Japanese text is without, and Windows-1252 hardly looks like them.
_KANA = re.compile("[\u3041-\u30fa]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # Python reads lead bytes that no Japanese font has as these
_STORE = b"mazon.co.jp"  # as a sales channel, with a capital, or in a buyer's address
_KANA_SHARE = 10
_LONGEST = 1 << 22  # no line of a report is that long: a character cut in two there decides nothing


@dataclass(slots=True)
class _Evidence:
    """What was seen so far: sequences of UTF-8, other bytes beyond ASCII, and how Japanese those are."""

    sound: int = 0
    broken: int = 0
    store: bool = False
    japanese: bool = True
    kana: int = 0
    letters: int = 0

    def see(self, block: bytes) -> None:
        """Add a block that ends where a line does."""
        self.store = self.store or _STORE in block
        if block.isascii():
            return
        try:
            block.decode(UTF8)
        except UnicodeDecodeError:
            self._see_other(block)
        else:
            self.sound += len(block) - len(block.translate(None, _LEADS))

    def _see_other(self, block: bytes) -> None:
        high = len(block) - len(block.decode("ascii", "ignore"))
        sound = [len(found) for found in _SOUND.findall(block)]
        self.sound += len(sound)
        self.broken += high - sum(sound)
        try:
            text = block.decode(JAPANESE)
        except UnicodeDecodeError:
            self.japanese = False
            return
        self.japanese = self.japanese and _PRIVATE.search(text) is None
        self.kana += len(_KANA.findall(text))
        self.letters += len(text) - len(text.encode("ascii", "ignore"))

    def decided(self) -> str:
        """Return the encoding."""
        if self.sound >= self.broken and (self.sound or not self.broken):
            return UTF8
        likely = self.store or self.kana * _KANA_SHARE >= max(self.letters, 1)
        return JAPANESE if self.japanese and likely else WESTERN


def encoding_of(blocks: Iterable[bytes]) -> str:
    """Return the encoding of a file; each block is seen once, and all of them are."""
    seen = _Evidence()
    rest = b""
    for block in blocks:
        whole, newline, rest = (rest + block).rpartition(b"\n")
        seen.see(whole + newline)
        if len(rest) > _LONGEST:
            seen.see(rest)
            rest = b""
    seen.see(rest)
    return seen.decided()


def text_of(raw: bytes, encoding: str) -> str:
    """Return a line as text; a byte that is none of the encoding becomes a replacement character."""
    return raw.decode(encoding, "replace")


def without_mark(raw: bytes) -> bytes:
    """Return a file's first line without the byte order mark of UTF-8."""
    return raw.removeprefix(codecs.BOM_UTF8)
