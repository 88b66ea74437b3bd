"""
Mail that was made to hurt whoever reads it: bombs for parsers, and addresses that pretend.

Every entry once took a parser seconds, made it raise, or came through a check. All are synthetic.
"""

from collections.abc import Iterable

MAX = 1_048_576
BUYER = b"From: a1b2c3d4@marketplace.amazon.de\r\n"
AMAZON = b"From: atoz-guarantee-no-reply@amazon.it\r\n"
SENDERS = {"nobody": b"", "buyer": BUYER, "Amazon": AMAZON}


def filled(piece: bytes, size: int = MAX) -> bytes:
    """Return `piece` again and again, `size` bytes in all."""
    return (piece * (size // len(piece) + 1))[:size]


def nested(levels: int) -> bytes:
    """Return multiparts inside multiparts, each with its own boundary."""
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(levels)
    )


def multipart(parts: Iterable[bytes], subtype: bytes = b"mixed", boundary: bytes = b"b") -> bytes:
    """Return the header and the body of one multipart; each part brings its own header."""
    inside = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + inside + b"--" + boundary + b"--\r\n"


def part(body: bytes, kind: bytes = b"text/plain", charset: bytes = b"utf-8", encoding: bytes = b"8bit") -> bytes:
    """Return one part with its header."""
    return b"Content-Type: %s; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (kind, charset, encoding) + body


def html(body: bytes) -> bytes:
    """Return a mail of HTML alone."""
    return part(body, b"text/html")


def fields(name: bytes, value: bytes, count: int = 15) -> bytes:
    """Return the same long header field again and again, then a short body."""
    return (name + b": " + filled(value, 4_000) + b"\r\n") * count + b"\r\nx"


def levels_over(body: bytes, boundary: bytes = b"b") -> bytes:
    """Return twenty levels of multiparts with the body under them all: whoever rescans it reads it twenty times."""
    names = [boundary + b"%02d" % level for level in range(20)]
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=" + name + b"\r\n\r\n--" + name + b"\r\n" for name in names
    )
    return head + b"\r\n" + filled(body, MAX - len(head) - 2)


def tree(depth: int, fan: int) -> bytes:
    """Return multiparts that hold only multiparts: no leaf ever counts."""
    if not depth:
        return b"Content-Type: multipart/mixed; boundary=none\r\n\r\n"
    return multipart([tree(depth - 1, fan)] * fan, boundary=b"b%02d" % depth)


_MARKS = "\u0301\u0327".encode()

STRUCTURE = {
    "nested 2000": nested(2_000) + b"Content-Type: text/plain\r\n\r\nhi",
    "nested 20000": nested(20_000),
    "nested rfc822": b"Content-Type: message/rfc822\r\n\r\n" * 2_000 + b"Subject: x\r\n\r\nhi",
    "siblings": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
    "same boundary": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + nested(50).replace(b"b%d", b"b") * 20,
    "the parent's boundary": filled(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"),
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nhi",
    "long boundary": b"Content-Type: multipart/mixed; boundary=" + b"b" * 3_000 + b"\r\n\r\nhi",
    "twenty levels over text": levels_over(b"x"),
    "twenty levels over dashes": levels_over(b"-"),
    "twenty levels over almost boundaries": levels_over(b"\n--b"),
    "twenty levels over long almost boundaries": levels_over(b"\n--" + b"b" * 197 + b"x", b"b" * 198),
    "twenty levels over boundaries inside lines": levels_over(b"--b19"),
    "a tree of multiparts": tree(13, 2),
    "a wide tree of multiparts": tree(2, 90),
    "parts with long headers": multipart([filled(b"a:\n", 5_000) + b"\r\n\r\nx"] * 200),
    "parts with folded headers": multipart([b"a: b\n" + filled(b" \n", 16_000) + b"\r\n\r\nx"] * 64),
    "parts with semicolons": multipart([b"Content-Type: text/plain" + b";" * 4_000 + b"\r\n\r\nx"] * 200),
    "parts with parameters": multipart([b"Content-Type: text/plain" + b";a=b" * 1_000 + b"\r\n\r\nx"] * 200),
    "parts with open quotes": multipart([b"Content-Type: text/plain" + b';a="' * 1_000 + b"\r\n\r\nx"] * 200),
    "parts with names in pieces": multipart(
        [b"Content-Disposition: attachment" + b"".join(b"; filename*%d*=%%41" % n for n in range(150)) + b"\r\n\r\nx"]
        * 200
    ),
    "parts with encoded names": multipart(
        [b"Content-Disposition: attachment; filename=" + b"=?utf-8?q?=CC=81?=" * 220 + b"\r\n\r\nx"] * 200
    ),
    "Content-Type parameters": b"Content-Type: text/plain" + b"; a=x" * 40_000 + b"\r\n\r\nx",
    "Content-Type continuations": b"Content-Type: text/plain" + b"; a*0*=x" * 20_000 + b"\r\n\r\nx",
}

HEADERS = {
    "comments in From": b"From: " + b"(" * 60_000 + b"\r\n\r\nx",
    "angles in To": b"To: " + b"<" * 60_000 + b"\r\n\r\nx",
    "many addresses": b"To: " + b", ".join(b"a%d@x.org" % i for i in range(20_000)) + b"\r\n\r\nx",
    "From encoded line break": b"From: =?utf-8?q?a=0D=0ABcc=3A_e=40x?= <b1234567@marketplace.amazon.de>\r\n\r\nx",
    "Subject encoded line break": b"Subject: =?utf-8?q?a=0ABcc=3A_evil=40x?=\r\n\r\nx",
    "Subject encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 40_000 + b"\r\n\r\nx",
    "Message-ID junk": b"Message-ID: <" + b"a." * 30_000 + b"\r\n\r\nx",
    "Date junk": b"Date: " + b"1 " * 30_000 + b"\r\n\r\nx",
    "many fields": b"a:\n" * 100_000 + b"\n\nx",
    "a header without an end": filled(b"a: b\r\n"),
    "one folded field": b"a:\n" + filled(b" \n"),
    "a line without a colon at the end": filled(b"a:\n") + b"zz\n",
    "separators in every address": fields(b"Cc", b";") + fields(b"To", b" ,"),
    "encoded words in every address": fields(b"Cc", b"=?utf-8?q?=CC=81=CC=A7?="),
    "broken encoded words in every address": fields(b"Reply-To", b"=?utf-8?b?Y?= "),
    "combining marks in every address": fields(b"Cc", _MARKS),
    "quotes in every address": fields(b"Sender", b'"\\'),
    "routes in every address": fields(b"To", b"<a@b>,"),
    "references": fields(b"References", b"<a@b.example>"),
    "auto-submitted": fields(b"Auto-Submitted", b"(a)"),
    "suppressions": fields(b"X-Auto-Response-Suppress", b","),
    "dkim tags": BUYER + fields(b"DKIM-Signature", b"l=;"),
    "authentication results": BUYER + b"Authentication-Results: " + b"(" * 60_000 + b"\r\n\r\nx",
    "authentication properties": BUYER + fields(b"Authentication-Results", b"dkim=pass header.d=a;"),
}

_HTML = {
    "unclosed tags": b"<",
    "unclosed comments": b"<!--",
    "unclosed scripts": b"<script>",
    "unclosed pre": b"<pre style=pre-wrap>",
    "empty pre": b"<pre style=pre-wrap></pre>",
    "scripts": b"<script></script>",
    "cells": b"<td>",
    "closed cells": b"</td>",
    "rows": b"<tr><td>a",
    "empty rows": b"<tr><td>",
    "paragraphs": b"<p>x",
    "references": b"&amp;",
    "short references": b"&a",
    "numeric references": b"&#1;",
    "almost references": b"&CounterClockwiseContourIntegra",
    "blanks": b" \n",
}
_TEXT = {
    "dash runs": b"--- ",
    "begin markers": b"--- Message: --- ",
    "begin markers on lines": b"--- Message: ---\n",
    "bare markers": b"Nachricht:\n",
    "half markers": b"--- Message ",
    "blanks after within": b"within" + b" " * 50,
    "within": b"within ",
    "within words": b"within a a 1 ",
    "within days": b"within 3 days ",
    "links": b"https://sellercentral.amazon.de/messaging/no-response-needed?t=1 ",
    "half links": b"https://aaaaaaaaa.",
    "order ids": b"171-1234567-1234567 ",
    "half order ids": b"171-1234567-",
    "digits": b"1",
    "single digits": b"1 ",
    "amounts": b"1,23 EUR ",
    "currencies": b"EUR ",
    "relay addresses": b"a1b2c3d4@marketplace.amazon.zz ",
    "half relay addresses": b"aaaaaaaa+",
    "types": b"communicationName=AAAA ",
    "quoted lines": b"> ",
    "quoting lines": b"\nOn Mon wrote:\n",
    "returned ids": b"Message-ID: <x@y>\n",
    "combining marks": _MARKS,
    "astral letters": "\U0001f600".encode(),
    "line ends": b"\r",
}

BODIES = {
    "one long line": b"x" * 2_000_000,
    "combining marks": b"Subject: a" + _MARKS * 2_000 + b"\r\n\r\n" + _MARKS * 40_000,
    "long reference": html(b"&#" + b"9" * 200_000 + b";"),
    "dashes": b"\r\n" + b"-" * 300_000,
    "alias": b"\r\n" + b"a" * 300_000 + b"@marketplace.amazon.de",
    "nul bytes": b"\0" * 10_000,
    "empty": b"",
    "only line ends": b"\r\n" * 100_000,
    **{f"HTML of {name}": html(filled(piece)) for name, piece in _HTML.items()},
    **{f"text of {name}": b"\r\n" + filled(piece) for name, piece in _TEXT.items()},
    **{
        f"text and HTML of {name}": multipart(
            [part(filled(piece, 300_000)), part(filled(piece, 700_000), b"text/html")]
        )
        for name, piece in _TEXT.items()
    },
    "base64 bomb": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 250_000,
    **{
        f"{encoding.decode()} of {piece!r} in every part": multipart(
            [part(filled(piece, 100_000), kind, b"utf-8", encoding) for kind in (b"text/plain", b"text/html")] * 5
        )
        for encoding, pieces in {
            b"base64": (b"QUJD", b"@", b"A="),
            b"quoted-printable": (b"=41", b"=", b"=\r\n"),
        }.items()
        for piece in pieces
    },
    "reports": multipart(
        [b"Content-Type: message/delivery-status\r\n\r\n" + filled(b"Action: x\n", 100_000)] * 10, b"report"
    ),
    "returned mails": multipart(
        [b"Content-Type: message/rfc822\r\n\r\n" + filled(b"Message-ID:\n ", 100_000)] * 10, b"report"
    ),
}

_SLOW = (b"iso-2022-jp", b"gb18030", b"shift_jis", b"euc-kr", b"big5", b"iso-8859-7", b"windows-1258", b"utf-8")
CHARSETS = {
    f"{charset.decode()} of {piece!r}": multipart(
        [part(filled(piece, 100_000), kind, charset) for kind in (b"text/plain", b"text/html")] * 5
    )
    for charset in _SLOW
    for piece in (b"\xff", b"\x81\x30", b"\x1b$B!!\x1b(B")
}

# A long header and a long body at once cost what both cost.
_LONG_HEADER = HEADERS["encoded words in every address"].removesuffix(b"\r\nx")
BOTH = {
    f"long header, {name}": _LONG_HEADER + BODIES[name]
    for name in (
        "HTML of paragraphs",
        "HTML of short references",
        "text and HTML of amounts",
        "text and HTML of single digits",
    )
}

# Every mail here must be understood within the limits, whoever seems to send it.
BOMBS = {**STRUCTURE, **HEADERS, **BODIES, **CHARSETS, **BOTH}

# From values that look like a buyer of Amazon to a person or to a careless check; none is one.
ADDRESS_TRICKS = {
    "a domain under another": "x1234567@marketplace.amazon.de.evil.example",
    "a name glued to the domain": "x1234567@evilmarketplace.amazon.de",
    "rn for m": "x1234567@marketplace.arnazon.de",
    "a Cyrillic a": "x1234567@marketplace.\u0430mazon.de",
    "a full-width domain": "x1234567@marketplace.ａｍａｚｏｎ.de",
    "a final dot": "x1234567@MARKETPLACE.AMAZON.DE.",
    "a quoted local part": '"x1234567@marketplace.amazon.de"@evil.example',
    "two addresses": "x@evil.example, y1234567@marketplace.amazon.de",
    "two addresses, Amazon first": "y1234567@marketplace.amazon.de, x@evil.example",
    "an encoded line break": "=?utf-8?q?x1234567=40marketplace.amazon.de=3E=0D=0ARCPT_TO=3A=3Ce=40x=3E?=",
    "a bracket and more": "x1234567@marketplace.amazon.de>\tRCPT TO:<e@x.example",
    "the address as a name": '"x1234567@marketplace.amazon.de" <x@evil.example>',
    "the address as an encoded name": "=?utf-8?q?x1234567=40marketplace.amazon.de?= <x@evil.example>",
    "the address as a comment": "x@evil.example (x1234567@marketplace.amazon.de)",
    "a comment inside the address": "x1234567(@evil.example)@marketplace.amazon.de",
    "two brackets": "<x1234567@marketplace.amazon.de><x@evil.example>",
    "a route": "<@evil.example:x1234567@marketplace.amazon.de>",
    "a percent hack": "x1234567%evil.example@marketplace.amazon.de",
    "a domain literal": "x1234567@[marketplace.amazon.de]",
    "an underscore domain": "x1234567@marketplace_amazon.de",
    "punycode": "x1234567@marketplace.xn--mazon-3ve.de",
    "no such store": "x1234567@marketplace.amazon.xyz",
    "the store's own domain": "x1234567@amazon.de",
    "a robot of the relay": "donotreply@marketplace.amazon.de",
    "a soft hyphen": "x1234567@marketplace.ama\u00adzon.de",
    "a zero-width space": "x1234567@marketplace.amazon.de\u200b",
    "a right-to-left override": "x1234567@\u202eed.nozama.ecalptekram",
    "a NUL": "x1234567@marketplace.amazon.de\x00.evil.example",
}

# Python decodes all of these; in a mail they turn plain ASCII into something else, or take quadratic time.
CHARSETS_REFUSED = {
    "utf-7": b"+ADw-script+AD4-",
    "utf7": b"+ADw-script+AD4-",
    "unicode_escape": b"\\x3cscript\\x3e",
    "raw_unicode_escape": b"\\u003cscript\\u003e",
    "punycode": b"a-" + b"9" * 20_000,
    "idna": b"xn--" + b"a" * 20_000,
    "utf-16": b"<\x00s\x00",
    "utf-32": b"<\x00\x00\x00",
    "zip": b"x",
    "rot13": b"<fpevcg>".replace(b"<", b""),
    "hex": b"3c",
    "x-nope": b"x",
    '"a\\0b"': b"x",
    "undefined": b"x",
    "mbcs": b"x",
}
