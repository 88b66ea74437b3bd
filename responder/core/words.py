"""
Text from the outside made safe to keep and to show (RFC 2045 charsets, RFC 2047 encoded words).

Only charsets on a list are decoded, and a broken byte becomes a replacement character: nothing here raises.
"""

import binascii
import email.errors
import email.header
import re
import unicodedata

# utf-7, punycode, idna and unicode_escape are refused: Python decodes them, and they turn plain ASCII into markup.
_CHARSETS = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "cp1252",  # what the web means by it (WHATWG Encoding)
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp",
    "euc-jp": "euc_jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "euc-kr": "euc_kr",
    "koi8-r": "koi8_r",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)},
    **{f"windows-{page}": f"cp{page}" for page in (*range(1250, 1259), 874)},
}
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BODY_TABLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFEFF, *map(ord, _BIDI), *range(0xD800, 0xE000)]
)


def clean(text: str, limit: int = 200) -> str:
    """Return `text` as one line of at most `limit` characters, NFC, without control, format or direction characters."""
    # The cut comes first: normalising a long run of combining marks takes quadratic time.
    text = unicodedata.normalize("NFC", " ".join(text[: limit * 4 + 64].split()))
    kept = "".join(char for char in text if unicodedata.category(char) not in _DROPPED)
    return " ".join(kept.split())[:limit].rstrip()


def clean_body(text: str, limit: int) -> str:
    """Return `text` with LF line ends, without control and direction-override characters, of `limit` characters."""
    return _LINE_END.sub("\n", text[: limit + 1024]).translate(_BODY_TABLE)[:limit]


def known_charset(name: str) -> bool:
    """Return whether a part that names this charset is decoded as it asks."""
    return name.strip().lower() in _CHARSETS


def decoded(raw: bytes, charset: str | None) -> str:
    """Return `raw` as text: by its declared charset when that is on the list, else UTF-8, else Windows-1252."""
    codec = _CHARSETS.get(charset.strip().lower()) if charset else None
    if codec not in (None, "utf-8"):
        return raw.decode(codec, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Undeclared 8-bit text is Windows-1252 far more often than broken UTF-8.
    return raw.decode("utf-8" if codec else "cp1252", "replace")


_ENCODED_WORD = re.compile(r"=\?[A-Za-z0-9_.:*+-]{1,60}\?[bBqQ]\?[^?\s]{0,4096}\?=", re.ASCII)


def decoded_words(value: str) -> str:
    """Return a header value with its encoded words decoded (RFC 2047); a broken one stays as it was written."""
    if not _ENCODED_WORD.search(value):
        return value
    try:
        pieces = email.header.decode_header(value)
    except (email.errors.HeaderParseError, binascii.Error, ValueError, IndexError):
        return value
    # RFC 2231 section 5: a charset may carry a language, "utf-8*fr".
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset.partition("*")[0] if charset else None)
        for piece, charset in pieces
    )
