"""The journal's native protocol, read from a real datagram socket."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from neighbours.journal import Reader

from responder.adapters.journal import LIMIT, Journal, is_ours


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """The other end: a bound datagram socket, as journald has one."""
    with Reader(tmp_path / "socket") as made:
        yield made


def test_a_value_begins_no_field_and_no_record_of_its_own(reader: Reader) -> None:
    """Line breaks, another field's name, a syslog level and an escape sequence are one value of one record."""
    hostile = "a\nPRIORITY=0\n<0>boom\x1b[2J\n\n=\0"
    journal = Journal(reader.path)
    assert journal.send({"MESSAGE": "mail kept", "PRIORITY": "6", "RESPONDER_REASON": hostile, "LAST": "=x="})
    assert journal.send({"MESSAGE": "\n"})
    assert reader.record() == {
        "MESSAGE": "mail kept",
        "PRIORITY": "6",
        "RESPONDER_REASON": hostile,
        "LAST": "=x=",
    }
    assert reader.record() == {"MESSAGE": "\n"}


def test_a_record_always_fits(reader: Reader) -> None:
    """A value is cut, never the record lost."""
    journal = Journal(reader.path)
    assert journal.send({"MESSAGE": "ü" * LIMIT, "B": "\n" * LIMIT})
    record = reader.record()
    assert (len(record["MESSAGE"]), len(record["B"])) == (LIMIT // 2, LIMIT)


def test_a_journal_that_is_away_is_told(tmp_path: Path) -> None:
    """Then the line goes elsewhere."""
    journal = Journal(tmp_path / "nobody")
    assert not journal.send({"MESSAGE": "x"})


def test_a_journal_that_comes_back_is_written_to_again(tmp_path: Path) -> None:
    """The journal may be started anew beneath a running daemon."""
    journal = Journal(tmp_path / "socket")
    for _ in range(2):
        with Reader(tmp_path / "socket") as reader:
            assert journal.send({"MESSAGE": "here"})
            assert reader.record() == {"MESSAGE": "here"}
        reader.path.unlink()
        assert not journal.send({"MESSAGE": "gone"})


def test_only_the_very_stream_that_systemd_gave_is_the_journal(tmp_path: Path) -> None:
    """$JOURNAL_STREAM is inherited by children whose standard error is a file (sd-daemon's rule)."""
    with (tmp_path / "log").open("w") as file:
        found = os.fstat(file.fileno())
        assert is_ours(f"{found.st_dev}:{found.st_ino}", file.fileno())
        assert not is_ours(f"{found.st_dev}:{found.st_ino + 1}", file.fileno())
        for stream in ("", "x:y", "1", ":"):
            assert not is_ours(stream, file.fileno())
    with socket.socket() as other:
        assert not is_ours(f"{found.st_dev}:{found.st_ino}", other.fileno())
