"""What a server tells, as values."""

from datetime import UTC, datetime

import pytest

from responder.imap import values
from responder.imap.errors import ProtocolError
from responder.imap.wire import Data, Decoder, Response


def one(line: bytes) -> Response:
    """Return the response of one line."""
    [response] = Decoder().feed(line + b"\r\n")
    return response


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"17-Jul-2026 02:44:25 -0700", datetime(2026, 7, 17, 9, 44, 25, tzinfo=UTC)),
        (b" 7-jul-2026 02:44:25 +0200", datetime(2026, 7, 7, 0, 44, 25, tzinfo=UTC)),
        (b"31-Dec-2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"01-Jan-0001 00:00:00 +0200", None),
        (b"31-Feb-2026 00:00:00 +0000", None),
        (b"01-Mai-2026 00:00:00 +0000", None),
        (b"01-Jan-2026 00:00:00 +9999", None),
        (b"yesterday", None),
        (None, None),
        ((), None),
    ],
)
def test_a_date_is_utc_or_nothing(text: values.Value, expected: datetime | None) -> None:
    """One mail with an impossible date does not end the connection."""
    assert values.internaldate(text) == expected


def test_search_and_esearch_answers_are_the_same() -> None:
    """UIDs ascending, whichever way the server says them (RFC 4731, RFC 7162)."""
    assert values.uids([one(b"* SEARCH 9 2 3 (MODSEQ 917)"), one(b"* SEARCH 4")]) == (2, 3, 4, 9)
    assert values.uids([one(b'* ESEARCH (TAG "R1") UID ALL 9,2:4')]) == (2, 3, 4, 9)
    assert values.uids([one(b'* ESEARCH (TAG "R1") UID')]) == ()
    assert values.uids([one(b"* SEARCH")]) == ()


@pytest.mark.parametrize("line", [b"* SEARCH a", b"* SEARCH -1", b"* ESEARCH UID ALL 1:9999999999", b"* ESEARCH ALL x"])
def test_an_impossible_search_answer_is_named(line: bytes) -> None:
    """Nobody fills the memory with a set of ten billion UIDs."""
    with pytest.raises(ProtocolError):
        values.uids([one(line)])


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (b"* 5 EXISTS", values.Exists(5)),
        (b"* 5 EXPUNGE", values.Expunged(5)),
        (b"* VANISHED 2:3,9", values.Vanished(((2, 3), (9, 9)), earlier=False)),
        (b"* VANISHED (EARLIER) 4", values.Vanished(((4, 4),), earlier=True)),
        (b"* OK [ALERT] quota", values.Alert("quota")),
        (b"* 4 FETCH (FLAGS (\\Seen))", values.Changed(4, None)),
        (
            b"* 4 FETCH (UID 8 FLAGS (\\Seen) MODSEQ (77))",
            values.Changed(4, values.Fetched(8, flags=frozenset({"\\Seen"}), modseq=77)),
        ),
    ],
)
def test_news_have_names(line: bytes, event: values.Event) -> None:
    """Whatever the server says by itself is an event."""
    assert values.event(one(line)) == event


def test_a_folder_knows_its_special_use() -> None:
    """Attributes are compared without case (RFC 6154)."""
    data = one(b'* LIST (\\HasNoChildren \\SENT) "." "INBOX.Gesendete Objekte"')
    assert isinstance(data, Data)
    expected = values.Folder("INBOX.Gesendete Objekte", ".", frozenset({"\\hasnochildren", "\\sent"}))
    assert values.folder(data) == expected
    with pytest.raises(ProtocolError):
        values.folder(Data("LIST", None, (b"x",)))
