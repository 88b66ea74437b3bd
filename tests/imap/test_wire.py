"""Responses from bytes: every trap that made another client lose, swap or invent data."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.imap.errors import ProtocolError
from responder.imap.wire import Continuation, Data, Decoder, Fetch, Response, Status

LOOKALIKES = (
    b'* 1 FETCH (UID 1 ENVELOPE (NIL "x) * ( {9}" {4}\r\n"a)b NIL NIL) BODY[] {33}\r\n'
    b"Subject: x)\r\n\r\n({5}\r\n* 9 EXISTS\r\n)\r\n"
    b"* 2 FETCH (UID 2 BODY[] {0}\r\n)\r\n"
    b'* 3 FETCH (UID 3 BODY[HEADER.FIELDS ("Message-Id" FROM)]<0> {10}\r\nR1 OK x\r\n\r)\r\n'
    b"* OK [ALERT] text {12}\r\n"
    b"R1 OK [CAPABILITY IMAP4rev1 IDLE] done {3}\r\n"
    b"+ {7}\r\n"
    b'* LIST (\\Sent) "/" {5}\r\na"b\\c\r\n'
    b"* 5 EXISTS\r\n"
)


def decoded(*pieces: bytes, **caps: int) -> list[Response]:
    """Return all responses of a stream that arrives in these pieces."""
    decoder = Decoder(**caps)
    return [response for piece in pieces for response in decoder.feed(piece)]


def test_literals_and_lookalikes_are_told_apart() -> None:
    """Brackets, stars and braces inside strings and words are content, never protocol."""
    first, second, third, alert, tagged, more, folder, exists = decoded(LOOKALIKES)
    assert isinstance(first, Fetch)
    assert first.items["ENVELOPE"] == (None, b"x) * ( {9}", b'"a)b', None, None)
    assert first.items["BODY[]"] == b"Subject: x)\r\n\r\n({5}\r\n* 9 EXISTS\r\n"
    assert isinstance(second, Fetch)
    assert second.items["BODY[]"] == b""
    assert isinstance(third, Fetch)
    assert third.items["BODY[HEADER.FIELDS (MESSAGE-ID FROM)]<0>"] == b"R1 OK x\r\n\r"
    assert alert == Status(None, "OK", "ALERT", "", "text {12}")
    assert tagged == Status("R1", "OK", "CAPABILITY", "IMAP4rev1 IDLE", "done {3}")
    assert more == Continuation(b"{7}")
    assert folder == Data("LIST", None, ((b"\\Sent",), b"/", b'a"b\\c'))
    assert exists == Data("EXISTS", 5, ())


@pytest.mark.parametrize("offset", range(1, len(LOOKALIKES)))
def test_a_split_at_any_offset_changes_nothing(offset: int) -> None:
    """A TCP segment may end anywhere, also behind `{n}` CRLF and inside CRLF."""
    assert decoded(LOOKALIKES[:offset], LOOKALIKES[offset:]) == decoded(LOOKALIKES)


def test_byte_by_byte_changes_nothing() -> None:
    """The slowest network gives the same responses."""
    assert decoded(*(bytes([byte]) for byte in LOOKALIKES)) == decoded(LOOKALIKES)


atoms = st.from_regex(rb"[A-Za-z0-9$\\*<>_.-]{1,12}", fullmatch=True).filter(lambda atom: atom.upper() != b"NIL")
contents = st.binary(max_size=40)
values = st.recursive(
    st.one_of(st.none(), atoms, contents.map(lambda c: ("literal", c)), contents.map(lambda c: ("quoted", c))),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> bytes:
    """Return a generated value as a server writes it."""
    match value:
        case None:
            return b"NIL"
        case bytes():
            return value
        case ("literal", bytes(content)):
            return b"{%d}\r\n%s" % (len(content), content)
        case ("quoted", bytes(content)):
            text = content.replace(b"\r", b"").replace(b"\n", b"").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            return b'"' + text + b'"'
        case list():
            return b"(" + b" ".join(map(written, value)) + b")"
    raise AssertionError(value)


def meant(value: object) -> object:
    """Return what a generated value has to be read as."""
    match value:
        case ("literal", content):
            return content
        case ("quoted", bytes(content)):
            return content.replace(b"\r", b"").replace(b"\n", b"")
        case list():
            return tuple(map(meant, value))
    return value


@given(st.lists(values, max_size=5), st.lists(st.integers(0, 400), max_size=6))
def test_any_response_survives_any_split(generated: list[object], cuts: list[int]) -> None:
    """What a server writes is what is read, in how many pieces ever it comes."""
    stream = b" ".join([b"* X-ANY", *map(written, generated)]) + b"\r\n* 7 EXISTS\r\n"
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    assert decoded(*pieces) == [Data("X-ANY", None, tuple(map(meant, generated))), Data("EXISTS", 7, ())]


noise = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [b"\r\n", b"* ", b"(", b")", b'"', b"{3}\r\n", b"\\", b" FETCH (", b"BODY[", b"]", b"* OK [", b"+ ", b"NIL"]
        ),
    ),
    max_size=25,
).map(b"".join)


def outcome(*pieces: bytes) -> tuple[list[Response], str]:
    """Return the responses before a stream broke, and the reason."""
    decoder, found = Decoder(line_cap=60, literal_cap=50), list[Response]()
    try:
        for piece in pieces:
            found.extend(decoder.feed(piece))
    except ProtocolError as error:
        return found, str(error)
    return found, ""


@given(noise, st.integers(0, 100))
def test_any_bytes_give_responses_or_a_protocol_error(stream: bytes, cut: int) -> None:
    """Nonsense never raises anything else, and the split decides neither what is read nor what is refused."""
    whole, error = outcome(stream)
    assert outcome(stream[:cut], stream[cut:]) == (whole, error)


@pytest.mark.parametrize(
    "stream",
    [
        b"\r\n",
        b"hello\r\n",
        b"+OK POP3 ready\r\n",
        b"220 mail.example.com ESMTP\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"* \r\n",
        b"* 1 FETCH\r\n",
        b"* 1 FETCH (UID)\r\n",
        b"* 1 FETCH ((UID) 1)\r\n",
        b"* 1 FETCH (UID 1 UID 2)\r\n",
        b"* LIST (\r\n",
        b"* LIST )\r\n",
        b"* SEARCH 1)\r\n",
        b'* LIST "open\r\n',
        b"* SEARCH {99999999999999999999}\r\n",
        b"R1 BYE\r\n",
    ],
)
def test_nonsense_is_named(stream: bytes) -> None:
    """What is no IMAP is a ProtocolError, at once."""
    with pytest.raises(ProtocolError):
        decoded(stream)


def test_a_broken_stream_stays_broken() -> None:
    """After nonsense nobody can know where the next response begins."""
    decoder = Decoder()
    with pytest.raises(ProtocolError):
        list(decoder.feed(b"nonsense\r\n"))
    with pytest.raises(ProtocolError):
        list(decoder.feed(b"* 5 EXISTS\r\n"))


def test_responses_before_the_nonsense_are_given() -> None:
    """Good data in the same segment as nonsense is not lost."""
    decoder, found = Decoder(), []
    with pytest.raises(ProtocolError):
        found.extend(decoder.feed(b"nonsense\r\n"))
    responses = Decoder().feed(b"* 5 EXISTS\r\nnonsense\r\n")
    assert next(responses) == Data("EXISTS", 5, ())
    with pytest.raises(ProtocolError):
        next(responses)


@pytest.mark.parametrize(
    ("stream", "what"),
    [
        (b"* SEARCH " + b"1 " * 60, "line"),
        (b"* X " + b"{0}\r\n " * 60, "line"),
        (b"* X {51}\r\n", "literal"),
        (b"* X {30}\r\n" + b"a" * 30 + b" {30}\r\n", "literal"),
        (b"* X " + b"(" * 101 + b")" * 101 + b"\r\n", "nested"),
    ],
)
def test_what_grows_without_end_is_cut_off(stream: bytes, what: str) -> None:
    """Lines, literals (also many small ones in one response) and nesting have a limit."""
    caps = {} if what == "nested" else {"line_cap": 100, "literal_cap": 50}
    with pytest.raises(ProtocolError, match=what):
        decoded(stream, **caps)


def test_a_hundred_thousand_lines_need_no_recursion() -> None:
    """A large folder's flags in one go are read in linear time."""
    stream = b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (i, i) for i in range(1, 100_001))
    assert len(decoded(stream)) == 100_000


def test_a_search_answer_of_megabytes_is_read() -> None:
    """900,000 UIDs on one line of 7 MB, in segments of 16 KiB."""
    stream = b"* SEARCH " + b" ".join(b"%d" % i for i in range(1_000_000, 1_900_000)) + b"\r\n"
    [search] = decoded(*(stream[i : i + 16384] for i in range(0, len(stream), 16384)))
    assert isinstance(search, Data)
    assert len(search.values) == 900_000


def test_a_literal_of_thirty_megabytes_is_read() -> None:
    """A mail with large attachments, in segments of 16 KiB."""
    body = b"x" * 30_000_000
    stream = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % len(body) + body + b")\r\n"
    [fetch] = decoded(*(stream[i : i + 16384] for i in range(0, len(stream), 16384)))
    assert isinstance(fetch, Fetch)
    assert fetch.items["BODY[]"] == body


def test_hostile_lines_are_read_to_their_end() -> None:
    """8 MB of escapes or of unfinished sections do not hang the daemon (a quadratic reader would take hours)."""
    [folder] = decoded(b'* LIST "' + b'\\"' * 4_000_000 + b'"\r\n')
    assert isinstance(folder, Data)
    assert folder.values == (b'"' * 4_000_000,)
    with pytest.raises(ProtocolError):
        decoded(b"* LIST " + b"BODY[ " * 1_300_000 + b"(\r\n")


def test_server_words_become_one_printable_line() -> None:
    """Control characters and endless texts of a server reach no log."""
    [status] = decoded(b"* NO \x1b[31mred\x00 " + b"x" * 5000 + b"\r\n")
    assert isinstance(status, Status)
    assert status.text.startswith("[31mred")
    assert status.text.isprintable()
    assert len(status.text) <= 500
