"""
Text from the outside made safe to keep and to show (RFC 2045 charsets, RFC 2047 encoded words).

Only charsets on a list are decoded, and a broken byte becomes a replacement character: nothing here raises.
"""

import binascii
import codecs
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
_WIDE = {"utf-8", "cp932", "iso2022_jp", "euc_jp", "gb18030", "big5", "euc_kr"}
# A table per single-byte charset with every byte in it: the codec itself asks for each broken byte, which takes long.
_TABLES = {codec: bytes(range(256)).decode(codec, "replace") for codec in sorted(set(_CHARSETS.values()) - _WIDE)}
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Invisible in every script: a zero-width space, a word joiner, a soft hyphen. The joiners U+200C and U+200D mean
# something in Arabic, Persian, the scripts of India and emoji.
_BODY_DROPPED = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u200b\\u2060\\ufeff\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]+"
)


def clean(text: str, limit: int = 200) -> str:
    """Return `text` as one line of at most `limit` characters, NFC, without control, format or direction characters."""
    # The cut comes first: normalising a long run of combining marks takes quadratic time.
    text = " ".join(text[: limit * 4 + 64].split())
    if text.isascii() and text.isprintable():
        return text[:limit].rstrip()
    text = unicodedata.normalize("NFC", text)
    kept = "".join(char for char in text if unicodedata.category(char) not in _DROPPED)
    return " ".join(kept.split())[:limit].rstrip()


def clean_body(text: str, limit: int) -> str:
    """Return `text` with LF line ends, without control and direction-override characters, of `limit` characters."""
    text = text[: limit + 1024].replace("\r\n", "\n").replace("\r", "\n")
    return _BODY_DROPPED.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))[:limit]


def known_charset(name: str) -> bool:
    """Return whether a part that names this charset is decoded as it asks."""
    return name.strip().lower() in _CHARSETS


def widest(charset: str | None) -> int:
    """Return how many bytes a character of this charset may take."""
    codec = _CHARSETS.get(charset.strip().lower()) if charset else None
    return 1 if codec in _TABLES else 4


def decoded(raw: bytes, charset: str | None) -> str:
    """Return `raw` as text: by its declared charset when that is on the list, else UTF-8, else Windows-1252."""
    codec = _CHARSETS.get(charset.strip().lower()) if charset else None
    if codec in _TABLES:
        return _by_table(raw, codec)
    if codec not in (None, "utf-8"):
        return raw.decode(codec, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Undeclared 8-bit text is Windows-1252 far more often than broken UTF-8.
    return raw.decode("utf-8", "replace") if codec else _by_table(raw, "cp1252")


def _by_table(raw: bytes, codec: str) -> str:
    return codecs.charmap_decode(raw, "strict", _TABLES[codec])[0]


MAX_WORDS = 2_400  # 200 characters of four bytes, each byte written as "=F0": nobody shows more of a name or a subject
_ENCODED_WORD = re.compile(r"=\?[A-Za-z0-9_.:*+-]{1,60}\?[bBqQ]\?[^?\s]{0,4096}\?=", re.ASCII)


def decoded_words(value: str) -> str:
    """Return the beginning of a header value, its encoded words decoded (RFC 2047); a broken one stays as written."""
    value = value[:MAX_WORDS]
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
