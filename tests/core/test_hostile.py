"""Hostile and broken mail: every known trick is a value within its limits, and no answer can follow."""

import email.message
import email.policy
import tracemalloc

import pytest
from fuzz.invariants import answerable, catalogue, check, understood
from mail import builders
from mail.hostile import ADDRESS_TRICKS, BOMBS, CHARSETS_REFUSED, SENDERS, filled, html, multipart, nested, part

from responder.core.addresses import addresses
from responder.core.classify import Kind
from responder.core.markup import MAX_REFERENCES, MAX_TAGS, plain_text, unescaped
from responder.core.message import MAX_RAW, parse
from responder.core.mime import MAX_DEPTH, MAX_PART_HEADER, MAX_PART_HEADERS, MAX_PARTS
from responder.core.parameters import MAX_PARAMETERS, parameters

MEMORY = 64 * 1024 * 1024
_JAPANESE = b"iso-2022-jp"
READERS = {
    "quotes that open and close": html(filled(b"<blockquote>a</blockquote>")),
    "quotes that never close": html(filled(b"<blockquote>\n")),
    "values with brackets": html(filled(b'<a ="x > y" ')),
    "values that never close": html(filled(b"<a ='>")),
    "metas": b"Content-Type: text/html\r\n\r\n" + filled(b"<meta charset"),
    "flowed lines": b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + filled(b"a \n"),
    "switches of Japanese": part(filled(b"\x1b$B-!"), b"text/html", _JAPANESE),
    "a long run of Japanese": part(b"\x1b$B" + filled(b"-!"), b"text/html", _JAPANESE),
    "texts of other types": multipart([part(filled(b"<bold>", 100_000), b"text/enriched")] * 10),
    "named texts": multipart([b"Content-Type: text/plain; name=a\r\n\r\nx"] * 190, b"alternative"),
}


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
@pytest.mark.parametrize("name", [*BOMBS, *READERS])
def test_a_hostile_mail_stays_within_its_limits_and_is_never_answered(name: str, sender: bytes) -> None:
    """Each known bomb is a value of bounded size, made in bounded memory, whoever seems to send it."""
    catalogue()  # not part of what a mail costs
    raw = sender + (BOMBS | READERS)[name]
    tracemalloc.start()
    try:
        _, found = check(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY
    assert not answerable(found)


@pytest.mark.parametrize("name", ADDRESS_TRICKS)
def test_an_address_trick_is_no_buyer(name: str) -> None:
    """An address that only looks like a buyer's is nobody's, even with a passed check for Amazon's own domain."""
    raw = builders.buyer_message("amazon.de").replace(b"\r\nFrom: ", b"\r\nX-From: ", 1)
    forged = f"From: {ADDRESS_TRICKS[name]}\r\n".encode() + raw
    _, found = understood(forged)
    assert found.kind is not Kind.BUYER_MESSAGE
    assert found.buyer_address is None
    assert not answerable(found)


def test_the_yardstick_of_address_tricks_is_a_buyer() -> None:
    """The same mail with a plain relay address is a buyer's: the tricks above fail for their address alone."""
    raw = builders.buyer_message("amazon.de").replace(b"\r\nFrom: ", b"\r\nX-From: ", 1)
    _, found = understood(b"From: x1234567@marketplace.amazon.de\r\n" + raw)
    assert found.kind is Kind.BUYER_MESSAGE
    assert found.buyer_address == "x1234567@marketplace.amazon.de"


@pytest.mark.parametrize("charset", CHARSETS_REFUSED)
def test_other_charsets_are_not_decoded(charset: str) -> None:
    """Python would decode utf-7 and its like into markup; here they stay ASCII, and the mail is marked unreadable."""
    raw = b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + CHARSETS_REFUSED[charset]
    message, found = understood(raw)
    assert "<script" not in message.text
    assert any("is not read" in defect for defect in message.defects)
    assert "unreadable:message" in found.automatic


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "punycode", "idna", "rot13", "zip", "x-nope"])
def test_other_charsets_are_not_decoded_in_headers(charset: str) -> None:
    """Encoded words and file names go through the same list as bodies (RFC 2047, RFC 2231)."""
    dirty = "+ADw-script+AD4-\\x3cscript"
    encoded = dirty.replace("\\", "=5C").replace("+", "=2B")
    raw = (
        f"Subject: =?{charset}?q?{encoded}?=\r\nFrom: =?{charset}?q?{encoded}?= <a@example.org>\r\n"
        "Content-Type: application/pdf\r\nContent-Disposition: attachment;"
        f" filename*={charset}''%2BADw-script%2BAD4-%5Cx3cscript\r\n\r\nx"
    )
    message = parse(raw.encode())
    for text in (message.subject, message.from_[0].name, message.attachments[0].name):
        assert "script" in text
        assert "<" not in text


@pytest.mark.parametrize(
    "vector",
    [
        nested(2_000),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 300,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nno part at all",
        b"Content-Type: text/plain; charset=utf-7\r\n\r\nx",
        b"Subject: second\r\n\r\nx",
        b"From: other@example.net\r\n\r\nx",
    ],
    ids=["nested", "parts", "no parts", "utf-7", "second subject", "second from"],
)
def test_a_genuine_buyer_address_does_not_make_a_broken_mail_answerable(vector: bytes) -> None:
    """What could not be read in full is tracked and shown, not acknowledged."""
    headers = builders.buyer_message().partition(b"\r\n\r\n")[0]
    kept = b"\r\n".join(line for line in headers.split(b"\r\n") if not line.lower().startswith((b"content-", b"mime-")))
    _, found = understood(kept + b"\r\n" + vector)
    assert not answerable(found)


def test_a_genuine_buyer_message_is_answerable() -> None:
    """The yardstick of the tests above can say yes."""
    assert answerable(understood(builders.buyer_message())[1])


@pytest.mark.parametrize(
    "header",
    [
        "From: =?utf-8?q?a=0D=0ABcc=3A_evil=40x?= <b1234567@marketplace.amazon.de>",
        "From: =?utf-8?b?YQ0KQmNjOiBldmlsQHg=?= <b1234567@marketplace.amazon.de>",
        "From: =?utf-16?b?AGEACgBCAGMAYw==?= <b1234567@marketplace.amazon.de>",
        'From: "a\r\n\tBcc: evil@x" <b1234567@marketplace.amazon.de>',
        "From: a\x0bBcc: evil@x <b1234567@marketplace.amazon.de>",
        "Subject: =?utf-8?q?a=0ABcc=3A_evil=40x?=",
        "Subject: =?utf-8?q?a=0D?= =?utf-8?q?=0ABcc=3A_evil=40x?=",
        "Subject: =?utf-8?b?YQ0KQmNjOiBldmlsQHg=?=",
        "Subject: =?utf-8?q?a=E2=80=A8Bcc=3A_evil=40x?=",
        "Subject: =?iso-8859-1?q?a=85Bcc=3A_evil=40x?=",
        "Subject: a\u2028Bcc: evil@x",
        "Subject: a\x85Bcc: evil@x",
        "Subject: a\rBcc: evil@x",
    ],
)
def test_no_parsed_value_can_carry_a_line_break_into_a_header(header: str) -> None:
    """Names and subjects are plain text of one line: a reply built from them has no Bcc."""
    message = parse(f"{header}\r\n\r\nHi".encode())
    reply = email.message.EmailMessage(policy=email.policy.SMTP)
    reply["Subject"] = f"Re: {message.subject}"
    reply["To"] = " ".join(address.name for address in message.from_) + " <b@example.org>"
    assert [name for name, _ in email.message_from_bytes(reply.as_bytes()).items()] == ["Subject", "To"]
    assert len(message.subject.splitlines()) <= 1
    assert all(len(address.name.splitlines()) <= 1 for address in message.from_)


@pytest.mark.parametrize(("levels", "found"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False)], ids=["allowed", "too deep"])
def test_parts_are_read_down_to_the_last_allowed_level(levels: int, found: bool) -> None:
    """Twenty levels are read, the twenty-first is named as a defect."""
    message = parse(nested(levels) + b"Content-Type: text/plain\r\n\r\nhi")
    assert (message.text == "hi") is found
    assert (message.defects == ()) is found


def test_no_more_parts_are_read_than_allowed() -> None:
    """Two hundred parts are read; of more, the rest is left alone and said to be."""
    allowed = parse(multipart([part(b"x", b"image/png")] * (MAX_PARTS - 1)))
    more = parse(multipart([part(b"x", b"image/png")] * (MAX_PARTS + 50)))
    assert (len(allowed.attachments), allowed.defects) == (MAX_PARTS - 1, ())
    assert len(more.attachments) <= MAX_PARTS
    assert more.defects == (f"more than {MAX_PARTS} parts",)


def test_multiparts_count_as_parts() -> None:
    """A tree that never comes to a leaf is cut like any other."""
    empty = b"Content-Type: multipart/mixed; boundary=none\r\n\r\n"
    assert parse(multipart([empty] * 300)).defects == (f"more than {MAX_PARTS} parts",)


def test_a_part_header_that_is_not_read_in_full_is_a_defect() -> None:
    """One part may not hide its type behind a long header, nor many parts behind their number."""
    for count, length in ((1, MAX_PART_HEADER), (10, MAX_PART_HEADERS // 9)):
        long = filled(b"X-Fill: fill\r\n", length) + b"\r\n" + part(b"x", b"image/png")
        assert "a part's header is too long" in parse(multipart([long] * count)).defects
    assert parse(multipart([filled(b"X-Fill: fill\r\n", 14 * 99) + part(b"x", b"image/png")] * 9)).defects == ()


def test_a_boundary_counts_only_on_a_line_of_its_own() -> None:
    """A boundary inside a line, one with a longer name, or one of another level does not end a part (RFC 2046)."""
    inside = b"a --b\r\n--bb\r\n--b x\r\n-- b\r\n--B"
    message = parse(multipart([part(inside), part(b"second")]))
    assert message.text == inside.replace(b"\r\n", b"\n").decode() + "\nsecond"


def test_an_inner_multipart_without_an_end_stops_at_the_outer_boundary() -> None:
    """A part that was cut takes nothing from its neighbours."""
    cut = b"Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n\r\nfirst"
    message = parse(multipart([cut, part(b"photo", b"image/png")]))
    assert message.text == "first"
    assert [each.content_type for each in message.attachments] == ["image/png"]


def test_a_multipart_without_parts_keeps_its_text() -> None:
    """Words are never lost for a wrong boundary; the mail says it is broken."""
    message = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--other\r\n\r\nwhere is it?\r\n--other--")
    assert "where is it?" in message.text
    assert message.defects == ("a multipart without parts",)


def test_only_so_many_tags_and_references_of_a_page_are_read() -> None:
    """Behind the limits the words are still there; their layout is not."""
    page = plain_text("<p>" * (MAX_TAGS + 5) + "<b>where</b> is it")
    assert page == "where is it"
    written = unescaped("&lt;" * (MAX_REFERENCES + 1))
    assert written == "<" * MAX_REFERENCES + "&lt;"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("Text/HTML; Charset=UTF-8", ("text/html", {"charset": "UTF-8"})),
        ('a/b; boundary="x; y=z"; c=d', ("a/b", {"boundary": "x; y=z", "c": "d"})),
        ('a/b; name="a\\"b\\\\c"', ("a/b", {"name": 'a"b\\c'})),
        ("a/b;name = my photo.jpg ; x", ("a/b", {"name": "my photo.jpg"})),
        ("a/b; name=one; name=two", ("a/b", {"name": "one"})),
        ('a/b; name="never closed; x=y', ("a/b", {"name": "never closed; x=y"})),
        ("a/b; filename*=utf-8'fr'caf%C3%A9; filename=cafe", ("a/b", {"filename": "café"})),
        ("a/b; filename*0*=iso-8859-1''caf%E9; filename*1=%20x; filename*2*=%20y", ("a/b", {"filename": "café%20x y"})),
        ("a/b; filename*1=b; filename*0=a", ("a/b", {"filename": "ab"})),
        ("a/b; filename*=it's", ("a/b", {"filename": "it's"})),
        (";;;", ("", {})),
        ("", ("", {})),
    ],
)
def test_parameters_are_read_leniently(value: str, read: tuple[str, dict[str, str]]) -> None:
    """Quoted, in pieces, encoded, repeated or cut off: the first sound reading counts (RFC 2045, RFC 2231)."""
    assert parameters(value) == read


def test_only_so_many_parameters_are_read() -> None:
    """A field of parameters alone has an end."""
    assert len(parameters("a/b" + "".join(f"; a{n}=b" for n in range(500)))[1]) == MAX_PARAMETERS


def test_a_comment_inside_an_address_spoils_it() -> None:
    """A comment may stand behind an address as its name, not within it."""
    assert [each.spec for each in addresses("a(x)@example.org")] == [""]
    assert [each.spec for each in addresses("a@example.org (x)")] == ["a@example.org"]
    assert [each.spec for each in addresses("(x) a@example.org")] == ["a@example.org"]


def test_a_mail_beyond_the_cap_is_read_up_to_it() -> None:
    """Bytes behind the cap are never looked at, and the mail says that it was cut."""
    message = parse(b"Subject: x\r\n\r\n" + filled(b"a", MAX_RAW) + b"secret")
    assert message.truncated
    assert message.size > MAX_RAW
    assert "secret" not in message.text
