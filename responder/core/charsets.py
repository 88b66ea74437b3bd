"""
Bytes of a mail as text (RFC 2045 section 5.1): by the charset they name, as mail programs write its name.

Only charsets on a list are decoded, and a broken byte becomes a replacement character: nothing here raises.
"""

import codecs
import re

# utf-7, punycode, idna and unicode_escape are refused: Python decodes them, and they turn plain ASCII into markup.
# Names stand here without "-", "_" and ".": programs do not agree about them.
_NAMES = {
    "utf-8": "utf8 utf8mb4 utf8sig unicode11utf8 xutf8 usascii ascii ansix341968 ansix341986 isoir6 iso646us us cp367",
    # What the web means by it (WHATWG Encoding).
    "cp1252": "iso88591 isoir100 latin1 isolatin1 l1 ibm819 cp819 xcp1252 win1252 ansi",
    "cp932": "shiftjis sjis xsjis csshiftjis mskanji windows31j cswindows31j cp932 ms932 windows932",
    "iso2022_jp": "iso2022jp csiso2022jp iso2022jpms cp50220 cp50221",
    "euc_jp": "eucjp xeucjp cseucpkdfmtjapanese ujis",
    "gb18030": "gb2312 gb231280 csgb2312 isoir58 gbk xgbk cp936 ms936 windows936 euccn gb18030",
    "big5": "big5 csbig5 cnbig5 xxbig5 big5eten",
    "cp950": "cp950 windows950",
    "cp949": "euckr cseuckr ksc5601 ksc56011987 ksc56011989 isoir149 korean cp949 ms949 uhc windows949",
    "koi8_r": "koi8r cskoi8r koi8",
    "koi8_u": "koi8u koi8ru",
    "cp866": "cp866 ibm866",
    "mac_roman": "macintosh macroman xmacroman",
    "cp874": "tis620",
    "iso8859-2": "latin2 l2 isoir101",
    "iso8859-6": "iso88596i iso88596e arabic",
    "iso8859-7": "greek greek8 isoir126",
    "iso8859-8": "iso88598i iso88598e hebrew",
    "cp1254": "iso88599 latin5 l5 isoir148",  # as the web means it, too
    "iso8859-15": "latin9 l9",
    **{f"iso8859-{part}": f"iso8859{part}" for part in (3, 4, 5, 10, 11, 13, 14, 16)},
}
_CHARSETS = {
    **{f"iso8859{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 16)},
    **{f"{how}{page}": f"cp{page}" for page in (*range(1250, 1259), 874) for how in ("windows", "cp", "xcp", "win")},
    **{name: codec for codec, names in _NAMES.items() for name in names.split()},
}
_WIDE = {"utf-8", "cp932", "iso2022_jp", "euc_jp", "gb18030", "big5", "cp950", "cp949"}
# A table per single-byte charset with every byte in it: the codec itself asks for each broken byte, which takes long.
_TABLES = {codec: bytes(range(256)).decode(codec, "replace") for codec in sorted(set(_CHARSETS.values()) - _WIDE)}
_LONGEST_NAME = 60
_NAME_ENDS = re.compile(r"[;,:*\s]")  # "utf-8; format=flowed", "ISO_8859-1:1987", "utf-8*fr"
_NOT_OF_THE_NAME = str.maketrans("", "", "-_.'\"<>()")

_SWITCHES = 5_000
_SWITCH = re.compile(rb"\x1b(?:\$[@B]([!-~]*+)|\(I([!-_]*+)|\([BJ])")


def _codec(charset: str | None) -> str | None:
    """Return the codec that a name asks for; None for none, and for one that is not on the list."""
    if not charset:
        return None
    name = _NAME_ENDS.split(charset[:_LONGEST_NAME].strip(" \t'\"<>()").lower(), maxsplit=1)[0]
    return _CHARSETS.get(name.translate(_NOT_OF_THE_NAME))


def known_charset(name: str) -> bool:
    """Return whether a part that names this charset is decoded as it asks."""
    return _codec(name) is not None


def widest(charset: str | None) -> int:
    """Return how many bytes a character of this charset may take."""
    return 1 if _codec(charset) in _TABLES else 4


def decoded(raw: bytes, charset: str | None) -> str:
    """
    Return `raw` as text: by its declared charset when that is on the list, else UTF-8, else Windows-1252.

    What says UTF-8 and is not: where more of it is broken than sound, all of it is Windows-1252, which mail programs
    mislabel most; else a letter or two were damaged on the way, and only they are replaced.
    """
    codec = _codec(charset)
    if codec in _TABLES:
        return _by_table(raw, codec)
    if codec == "iso2022_jp":
        return _japanese(raw)
    if codec not in (None, "utf-8"):
        return raw.decode(codec, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data"
    # Undeclared 8-bit text is Windows-1252 far more often than broken UTF-8.
    if codec is None:
        return _by_table(raw, "cp1252")
    text = raw.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    return _by_table(raw, "cp1252") if not cut and broken > _beyond_ascii(text) - broken else text


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _by_table(raw: bytes, codec: str) -> str:
    return codecs.charmap_decode(raw, "strict", _TABLES[codec])[0]


def _japanese(raw: bytes) -> str:
    """Return ISO-2022-JP as text; with the characters of NEC and IBM, which Python's codec lacks, as Shift_JIS."""
    try:
        return raw.decode("iso2022_jp")
    except UnicodeDecodeError:
        return _SWITCH.sub(_shift_jis, raw, count=_SWITCHES).decode("cp932", "replace")


def _shift_jis(switch: re.Match[bytes]) -> bytes:
    """Return a run of JIS X 0208 or of half-width katakana in Shift_JIS (JIS X 0208 appendix 1)."""
    if switch[2]:
        return switch[2].translate(_HALF_WIDTH)
    run = switch[1] or b""
    count = len(run) // 2
    first, second = run[: 2 * count : 2], run[1::2]
    # The second byte depends on whether the first is odd: both are made for all, then chosen by a mask, all at once.
    odd, if_odd, if_even = map(
        int.from_bytes, (first.translate(_ODD), second.translate(_IF_ODD), second.translate(_IF_EVEN))
    )
    pairs = bytearray(2 * count)
    pairs[::2], pairs[1::2] = first.translate(_LEAD), (if_odd & odd | if_even & ~odd).to_bytes(count)
    return bytes(pairs)


_HALF_WIDTH = bytes(byte | 0x80 for byte in range(256))
_LEAD = bytes((byte + 1 >> 1) + (0x70 if byte < 0x5F else 0xB0) & 0xFF for byte in range(256))
_ODD = bytes(0xFF if byte & 1 else 0 for byte in range(256))
_IF_ODD = bytes(byte + (0x1F if byte < 0x60 else 0x20) & 0xFF for byte in range(256))
_IF_EVEN = bytes(byte + 0x7E & 0xFF for byte in range(256))
