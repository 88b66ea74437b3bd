"""Bytes of commands: what reaches the server is what was meant."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.imap.commands import (
    Literal,
    append_date,
    astring,
    decode_utf7,
    encode,
    encode_utf7,
    flag_list,
    mailbox,
    message,
    quoted_list,
    search_date,
    uid_sets,
)
from responder.imap.errors import Unsendable

NOTHING: frozenset[str] = frozenset()


def test_folder_names_are_quoted_in_modified_utf7() -> None:
    """Blanks, quotes and umlauts stay part of the name (RFC 3501 section 5.1.3)."""
    assert encode("R1", "SELECT", [mailbox('Gesendete "ä" & Co')], NOTHING) == (
        b'R1 SELECT "Gesendete \\"&AOQ-\\" &- Co"\r\n',
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_modified_utf7_goes_both_ways(name: str) -> None:
    """Every folder name can be said and read back."""
    coded = encode_utf7(name)
    assert coded.isascii()
    assert decode_utf7(coded) == name


@pytest.mark.parametrize("name", [b"A & B", b"&AOQ", b"&!!-", b"&AA-", "Entwürfe".encode()])
def test_a_name_that_is_no_modified_utf7_is_kept(name: bytes) -> None:
    """Servers that send plain UTF-8 or a bare ampersand are shown as they are."""
    assert decode_utf7(name) == name.decode()


@pytest.mark.parametrize("text", ['A"\r\nZ1 DELETE X', "a\nb", "a\rb", "a\0b", "\ud800"])
def test_nothing_can_be_injected(text: str) -> None:
    """CR, LF, NUL and half characters are refused before anything is sent."""
    for make in (astring, mailbox, lambda value: flag_list([value]), lambda value: quoted_list([value])):
        with pytest.raises(Unsendable):
            make(text)
    with pytest.raises(Unsendable):
        encode("R1", "SEARCH", [text], NOTHING)


@pytest.mark.parametrize("flag", ["", "a b", "(", ")", "a]b", '"', "{3}", "\\", "%", "\\a\\b"])
def test_what_is_no_flag_is_refused(flag: str) -> None:
    """A keyword from the configuration cannot change a command."""
    with pytest.raises(Unsendable):
        flag_list([flag])
    assert flag_list(["\\Answered", "$Responder"]) == "($Responder \\Answered)"


def test_a_literal_waits_unless_the_server_agreed_before() -> None:
    """RFC 7888: LITERAL+ and small LITERAL- need no round trip."""
    arguments = [mailbox("Sent"), message(b"x\r\ny")]
    assert encode("R1", "APPEND", arguments, NOTHING) == (b'R1 APPEND "Sent" {4}\r\n', b"x\r\ny\r\n")
    assert encode("R1", "APPEND", arguments, frozenset({"LITERAL+"})) == (b'R1 APPEND "Sent" {4+}\r\nx\r\ny\r\n',)
    assert len(encode("R1", "APPEND", arguments, frozenset({"LITERAL-"}))) == 1
    assert len(encode("R1", "APPEND", [message(b"x" * 4097)], frozenset({"LITERAL-"}))) == 2
    with pytest.raises(Unsendable):
        message(b"a\0b")


def test_a_secret_is_in_no_repr() -> None:
    """A password may stand in a traceback's values, never in readable form."""
    assert "geheim" not in repr(astring("geheim"))
    assert "geheim" not in repr(astring("gehéim" + "geheim"))
    assert isinstance(astring("gehéim"), Literal)


@given(st.sets(st.integers(1, 3000)), st.integers(10, 60))
def test_uid_sets_name_every_uid_once(uids: set[int], limit: int) -> None:
    """Long lists are cut into commands of a length servers accept, and lose or add nobody."""
    found: list[int] = []
    for members, text in uid_sets(uids, limit):
        assert len(text) <= limit
        spans = [part.split(":") for part in text.split(",")]
        assert [uid for span in spans for uid in range(int(span[0]), int(span[-1]) + 1)] == list(members)
        found += members
    assert found == sorted(uids)


@pytest.mark.parametrize("uid", [0, -1, 1 << 32])
def test_what_is_no_uid_is_refused(uid: int) -> None:
    """A UID is a 32-bit number above zero."""
    with pytest.raises(Unsendable):
        list(uid_sets([uid]))


def test_dates_speak_english() -> None:
    """Dates of commands do not depend on the locale."""
    assert search_date(date(2026, 7, 4)) == "4-Jul-2026"
    at = datetime(2026, 7, 4, 2, 44, 25, tzinfo=timezone(timedelta(hours=2)))
    assert append_date(at).content == b" 4-Jul-2026 02:44:25 +0200"
    with pytest.raises(Unsendable):
        append_date(at.replace(tzinfo=None))
    assert append_date(at.astimezone(UTC)).content == b" 4-Jul-2026 00:44:25 +0000"
