"""
Text from the outside made safe to keep and to show (RFC 2047 encoded words); nothing here raises.
"""

import binascii
import email.errors
import email.header
import re
import unicodedata

from responder.core.charsets import decoded

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
