"""
Whole mails that nobody wrote down: sound ones of random structure, and what is left of them after an accident.

`pytest tests/core/test_hypothesis_mails.py --hypothesis-profile=long` runs thirty times as many examples.
"""

import base64
import quopri
import random
import string
from dataclasses import dataclass, replace
from email.header import Header

from fuzz.invariants import OWN, SERVER, answerable, catalogue, check, understood
from hypothesis import assume, given
from hypothesis import strategies as st
from mail import builders
from mail.hostile import BOMBS

from responder.core.amazon import Markers
from responder.core.classify import Authentic, Kind, classify
from responder.core.message import parse
from responder.core.words import clean_body

RELAYS = [f"a1b2c3d4e5f6g7h@marketplace.{store}" for store in builders.STORES]
TYPES = ["BBC_MESSAGE_SENT_TO_MERCHANT", *builders.NOTICES, "SOMETHING_NEW"]
STRANGERS = ["jane@example.org", "a1b2c3d4e5f6g7h@marketplace.amazon.de.example.net", "donotreply@arnazon.com"]

# What buyers write: many scripts, no line that the template or a quoted mail could own.
_LETTERS = st.characters(categories=["L", "N", "Zs"], exclude_characters="\u2007\u202f") | st.sampled_from(
    " .,?!'äöüéñß注文订单"
)
WORDS = st.lists(st.text(_LETTERS, min_size=1, max_size=30), min_size=1, max_size=6).map("\n".join)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is bytes: header lines and a tree of parts."""

    fields: tuple[tuple[str, str], ...]
    body: bytes

    def as_bytes(self) -> bytes:
        """Return the mail as a server gives it."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.fields)
        return lines.encode("utf-8", "replace") + self.body


CHARSETS = ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "shift_jis", "iso-2022-jp", "gb18030", "us-ascii")
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable")


def transferred(raw: bytes, encoding: str) -> bytes:
    """Return a part's content as it travels."""
    if encoding == "base64":
        return base64.encodebytes(raw).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return quopri.encodestring(raw).replace(b"\n", b"\r\n")
    return raw.replace(b"\n", b"\r\n")


@st.composite
def leaf_parts(draw: st.DrawFn, text: str | None = None) -> bytes:
    """A text in some charset and encoding, or a file; header and body."""
    charset, encoding = draw(st.sampled_from(CHARSETS)), draw(st.sampled_from(ENCODINGS))
    if text is None and draw(st.booleans()):
        name = (
            draw(st.text(string.ascii_letters + "éñ注 .;\"'\\", max_size=20)).replace("\\", "\\\\").replace('"', '\\"')
        )
        kind = draw(st.sampled_from(["image/jpeg", "application/pdf", "message/rfc822", "text/calendar", "text/plain"]))
        raw = transferred(draw(st.binary(max_size=200)), "base64")
        head = f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + raw
    words = draw(WORDS) if text is None else text
    try:
        raw = words.encode(charset)
    except UnicodeEncodeError:
        charset, raw = "utf-8", words.encode()
    kind = "text/plain" if text is not None else draw(st.sampled_from(["text/plain", "text/html"]))
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + transferred(raw, encoding)


def wrapped(parts: list[bytes], subtype: str, boundary: str) -> bytes:
    """Return a multipart of these parts, header and body."""
    inside = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + inside + b"--" + boundary.encode() + b"--\r\n"


@st.composite
def trees(draw: st.DrawFn, first: bytes | None = None, depth: int = 0) -> bytes:
    """Multiparts in multiparts; the part `first` comes first at some depth."""
    inner = first if first is not None else draw(leaf_parts())
    if depth >= 4 or not draw(st.booleans()):
        return inner
    subtype = draw(st.sampled_from(["mixed", "alternative", "related", "signed", "x-unknown"]))
    more = draw(st.lists(trees(depth=depth + 3), max_size=3))
    below = draw(trees(first=inner, depth=depth + 1))
    boundary = draw(st.sampled_from(["b", "=_x y", "----=_Part_1.2", "'()+_,-./:=?"])) + str(depth) + str(len(more))
    assume(all(b"--" + boundary.encode() not in part for part in (below, *more)))
    return wrapped([below, *more], subtype, boundary)


def encoded_words(text: str) -> str:
    """Return a display name or subject as a mail program writes it."""
    return Header(text, "utf-8", maxlinelen=10_000).encode() if not text.isascii() else text


_NAMES = (
    st.text(_LETTERS, max_size=20)
    .map(str.strip)
    .map(lambda text: f'"{text}"' if text.isascii() else encoded_words(text))
)
_NOISE = st.sampled_from(
    [
        ("Received", "from a by mx.example.com; Fri, 25 Dec 2026 10:00:00 +0000"),
        ("X-Mailer", "mail 1.0"),
        ("List-Id", "<a.example.org>"),
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("Return-Path", "<>"),
        ("References", "<a@b.example> <c@d.example>"),
        ("Cc", "c@example.com"),
        ("X-Spam-Flag", "NO"),
    ]
)


@st.composite
def letters(draw: st.DrawFn, senders: tuple[str, ...] = (*RELAYS, *STRANGERS, "donotreply@amazon.com")) -> Letter:
    """A mail of any kind, from anybody of `senders`, sound in its form."""
    fields = [
        ("From", f"{draw(_NAMES)} <{draw(st.sampled_from(senders))}>"),
        ("To", builders.SELLER),
        ("Subject", encoded_words(draw(st.text(_LETTERS, max_size=60)).strip())),
        ("Date", "Fri, 25 Dec 2026 10:00:00 +0000"),
        ("Message-ID", f"<{draw(st.integers(0, 999))}@eu-west-1.amazonses.com>"),
        *draw(st.lists(_NOISE, max_size=4, unique_by=lambda field: field[0])),
    ]
    if draw(st.booleans()):
        fields.append(("X-Space-Notification-Type", draw(st.sampled_from(TYPES))))
    if draw(st.booleans()):
        fields.append(("Reply-To", draw(st.sampled_from([*RELAYS, *STRANGERS]))))
    if draw(st.booleans()):
        domain = draw(st.sampled_from(["marketplace.amazon.de", "amazon.com", "example.net"]))
        server = draw(st.sampled_from([SERVER, "mx.example.net", "MX.example.com.evil.example"]))
        proof = draw(st.sampled_from(["dmarc=pass header.from=", "dkim=pass header.d=", "dmarc=fail header.from="]))
        fields.insert(0, ("Authentication-Results", f"{server}; {proof}{domain}"))
    return Letter(tuple(fields), draw(trees()))


@given(letters())
def test_any_mail_keeps_every_invariant(letter: Letter) -> None:
    """Limits, single lines, buyers at relays, and proofs hold for mails of every structure."""
    check(letter.as_bytes())


@given(letters())
def test_understanding_a_mail_twice_gives_the_same(letter: Letter) -> None:
    """The same bytes are the same mail: after a crash nothing is decided otherwise."""
    assert understood(letter.as_bytes()) == understood(letter.as_bytes())


@given(letters(), st.randoms(use_true_random=False))
def test_the_order_of_header_fields_means_nothing(letter: Letter, dice: random.Random) -> None:
    """Servers and forwarders move fields; only what stands topmost among Authentication-Results counts."""
    shuffled = list(letter.fields)
    dice.shuffle(shuffled)
    first, again = understood(letter.as_bytes())[1], understood(replace(letter, fields=tuple(shuffled)).as_bytes())[1]
    assert replace(first, automatic=()) == replace(again, automatic=())
    assert set(first.automatic) == set(again.automatic)


@given(letters(), st.data())
def test_an_accident_never_raises(letter: Letter, data: st.DataObject) -> None:
    """Cut, overwritten, doubled or spliced with a bomb: the mail is still a value within its limits."""
    raw = letter.as_bytes()
    for _ in range(data.draw(st.integers(1, 5))):
        at, length = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 60))
        put = data.draw(st.binary(max_size=12) | _CRUMBS | st.just(raw[at : at + 200]) | _BOMB_PIECES)
        raw = raw[:at] + put + raw[at + length :]
    check(raw)


_CRUMBS = st.sampled_from(
    [
        *(crumb.encode() for crumb in '<>()"\\,;:@\t\0'),
        *(b"\r\n\r\n", b"\n", b"\r", b"=?utf-8?q?", b"=?utf-7?b?", b"?=", b"--b\r\n", b"--b--", b"charset=", b"base64"),
        *(b"\r\nFrom: a@b.example", b"\r\nSubject: x", b"; filename*0*=utf-7''", b"\r\nContent-Type: multipart/mixed"),
        *(b"\xff\xfe", "\u202e".encode(), b"&#x", b"<pre style=pre-wrap>", b"--- Message: ---", b"171-1234567-1234567"),
    ]
)
_BOMB_PIECES = st.sampled_from(sorted(BOMBS)).map(lambda name: BOMBS[name][:2_000])


@given(st.binary(max_size=3_000))
def test_any_bytes_keep_every_invariant(raw: bytes) -> None:
    """Bytes that are no mail at all are a mail of kind other, not an exception."""
    check(raw)


_FIELDS = st.sampled_from(
    [
        *("From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Authentication-Results"),
        *("Return-Path", "Reply-To", "Content-Transfer-Encoding", "Content-Disposition", "X-Space-Notification-Type"),
        *("Auto-Submitted", "DKIM-Signature", "X-Marketplace-ID", "Sender", "Cc"),
    ]
)
_VALUES = st.lists(
    _CRUMBS.map(lambda crumb: crumb.decode("latin-1"))
    | st.sampled_from([*RELAYS, *TYPES, f"{SERVER};dmarc=pass"])
    | st.text(max_size=8),
    max_size=8,
).map("".join)


@given(st.lists(st.tuples(_FIELDS, _VALUES), max_size=10), st.text(max_size=200))
def test_any_header_keeps_every_invariant(fields: list[tuple[str, str]], body: str) -> None:
    """Headers put together from the crumbs that break parsers neither raise nor escape their limits."""
    lines = [f"{name}: {value}" for name, value in fields]
    check("\r\n".join([*lines, "", body]).encode("utf-8", "replace"))


@given(st.sampled_from(sorted(builders.STORES)), WORDS, st.sampled_from(["quoted-printable", "base64", "8bit"]))
def test_the_words_between_the_markers_come_back(store: str, words: str, encoding: str) -> None:
    """In every marketplace's template exactly what the buyer wrote comes back, and no word of Amazon's."""
    assume(words.strip())
    head, _, page = builders.buyer_message(store, "THE WORDS").partition(b"\r\n\r\n")
    told = parse(head + b"\r\n\r\n" + page)
    body = (told.html or told.text).replace("THE WORDS", words.replace("&", "&amp;").replace("<", "&lt;"))
    kept = b"\r\n".join(
        line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-", b"mime-version"))
    )
    kind = (
        f"Content-Type: text/{'html' if told.html else 'plain'}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"
    )
    _, found = check(kept + b"\r\n" + kind.encode() + b"\r\n\r\n" + transferred(body.encode(), encoding))
    assert found.kind is Kind.BUYER_MESSAGE
    assert spaced(found.text or "") == spaced(words)
    assert answerable(found)


@given(st.sampled_from(catalogue().markers), WORDS, st.data())
def test_the_words_between_any_known_markers_come_back(known: Markers, words: str, data: st.DataObject) -> None:
    """Each begin and each end of every language frames the words, with dashes of any length and in any case."""
    assume(words.strip())
    dashes = data.draw(st.sampled_from(["---", "-------------", "–––––", "________"]))
    begin, end = data.draw(st.sampled_from(known.begin)), data.draw(st.sampled_from(known.end))
    change = data.draw(st.sampled_from([str, str.upper]))
    frame = f"Intro\n\n{dashes} {change(begin)}: {dashes}\n\n{words}\n\n{dashes} {end} {dashes}\n\nhttps://a.example/x"
    head = f"From: Camille <{RELAYS[0]}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    _, found = check(head.encode() + transferred(frame.encode(), "8bit"))
    assert spaced(found.text or "") == spaced(words)


def spaced(text: str) -> list[list[str]]:
    """Return the words of every line that has some: blanks at the ends of lines do not travel."""
    return [line.split() for line in clean_body(text, 100_000).split("\n") if line.split()]


@given(st.sampled_from(RELAYS), WORDS, st.data())
def test_a_buyers_words_are_never_lost(relay: str, words: str, data: st.DataObject) -> None:
    """However deep the text lies and whatever lies beside it: a buyer who wrote something has said something."""
    assume(words.strip())
    body = data.draw(trees(first=data.draw(leaf_parts(text=words))))
    letter = Letter((("From", f"Camille <{relay}>"), ("To", builders.SELLER), ("Subject", "x")), body)
    _, found = check(letter.as_bytes())
    assert found.kind is Kind.BUYER_MESSAGE
    assert found.text


@given(letters(senders=tuple(STRANGERS)))
def test_nobody_but_the_relay_and_amazon_is_a_buyer(letter: Letter) -> None:
    """A stranger's mail is never a buyer's, whatever headers it borrows, and never genuine Amazon mail."""
    _, found = check(letter.as_bytes())
    assert found.kind is not Kind.BUYER_MESSAGE
    assert found.verdict.authentic is not Authentic.PASS


@given(letters(senders=("donotreply@amazon.com",)))
def test_amazon_itself_speaks_for_a_buyer_only_by_header_and_reply_to(letter: Letter) -> None:
    """Of mail from Amazon's own addresses only the one type with one relay address to answer to is a buyer's."""
    named = dict(letter.fields)
    _, found = check(letter.as_bytes())
    if found.kind is Kind.BUYER_MESSAGE:
        assert named["X-Space-Notification-Type"] == "BBC_MESSAGE_SENT_TO_MERCHANT"
        assert named["Reply-To"] in RELAYS


@given(st.sampled_from(RELAYS), st.data(), st.sampled_from(["mx.example.net", "", f"{SERVER}.evil.example", '"mx"']))
def test_a_forged_proof_is_no_proof(relay: str, data: st.DataObject, server: str) -> None:
    """Only our own server's header, on top, makes a mail genuine; one of ours below another proves nothing."""
    letter = data.draw(letters(senders=(relay,)))
    said = f"dmarc=pass header.from={relay.partition('@')[2]}"
    forged, ours = ((("Authentication-Results", f"{name}; {said}")) for name in (server, SERVER))
    fields = [field for field in letter.fields if field[0] != "Authentication-Results"]
    _, found = check(replace(letter, fields=(forged, *fields, ours)).as_bytes())
    assert found.verdict.authentic is not Authentic.PASS
    assert not answerable(found)
    _, found = check(replace(letter, fields=(ours, *fields, forged)).as_bytes())
    assert found.verdict.authentic is Authentic.PASS


@given(letters(senders=tuple(RELAYS)))
def test_without_a_trusted_server_nothing_is_genuine(letter: Letter) -> None:
    """No server named in the configuration: no Authentication-Results is believed at all."""
    found = classify(parse(letter.as_bytes()), catalogue(), OWN, None)
    assert found.verdict.authentic is not Authentic.PASS
