"""How a line is written: text, JSON or the journal's fields; never a secret, never what an exception says."""

import contextlib
import io
import json
import logging
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from neighbours.journal import Reader

from responder.adapters import credentials
from responder.adapters.journal import takes
from responder.cli.logs import start_logging

SECRET = "qR7-plant/ed+secret"


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    yield
    structlog.reset_defaults()
    root.handlers = handlers


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """What journald hears."""
    with Reader(tmp_path / "socket") as made:
        yield made


def said(style: str, **told: Any) -> str:
    """What one line of this style looks like."""
    out = io.StringIO()
    start_logging(style, "debug", out)
    structlog.get_logger().info("mail kept", **told)
    return out.getvalue()


def test_json_is_one_object_a_line_with_the_events_name() -> None:
    """Fields keep their types; a name goes with the sentence."""
    line = said("json", mail=7, kind="buyer_message", loops=["a", "b"], thread=None)
    assert line.count("\n") == 1
    told = json.loads(line)
    told.pop("timestamp")
    assert told == {
        "level": "info", "event": "mail kept", "name": "mail_kept", "mail": 7, "kind": "buyer_message",
        "loops": ["a", "b"], "thread": None,
    }  # fmt: skip


def test_text_is_a_line_for_people() -> None:
    """The same without braces."""
    assert "mail kept" in said("text", mail=7)
    assert "mail=7" in said("text", mail=7)


def test_the_journal_gets_fields_and_standard_error_nothing(reader: Reader) -> None:
    """`journalctl RESPONDER_EVENT=mail_kept RESPONDER_ACCOUNT=main` finds the record."""
    out = io.StringIO()
    start_logging("journal", "info", out, {}, reader.path)
    log = structlog.get_logger()
    log.warning("mail kept", account="main", thread=3, order="171-1234567-1234567", reason="a\n<0>boom\x1b[2J")
    assert out.getvalue() == ""
    record = reader.record()
    assert record == {
        "MESSAGE": "mail kept account=main thread=3 order=171-1234567-1234567 reason=a <0>boom[2J",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "responder",
        "RESPONDER_EVENT": "mail_kept",
        "RESPONDER_ACCOUNT": "main",
        "RESPONDER_THREAD": "3",
        "RESPONDER_ORDER": "171-1234567-1234567",
        "RESPONDER_REASON": "a <0>boom[2J",
    }


def test_without_a_journal_the_line_is_not_lost(tmp_path: Path) -> None:
    """It is JSON on standard error."""
    out = io.StringIO()
    start_logging("journal", "info", out, {}, tmp_path / "nobody")
    structlog.get_logger().info("mail kept")
    assert json.loads(out.getvalue())["name"] == "mail_kept"


def test_auto_is_the_journal_only_where_systemd_says_so(tmp_path: Path, reader: Reader) -> None:
    """JSON into a file, though $JOURNAL_STREAM was inherited."""
    with (tmp_path / "log").open("w+") as out:
        found = os.fstat(out.fileno())
        for stream in (f"{found.st_dev}:{found.st_ino}", "8:1"):
            start_logging("auto", "info", out, {"JOURNAL_STREAM": stream}, reader.path)
            structlog.get_logger().info("started", accounts=[stream])
        out.flush()
        out.seek(0)
        assert json.loads(out.read())["accounts"] == ["8:1"]
    assert [each["RESPONDER_EVENT"] for each in reader.records()] == ["started"]


@pytest.mark.parametrize("style", ["json", "text", "journal"])
def test_an_exception_is_told_by_its_kind_and_place_and_never_by_its_words(style: str, reader: Reader) -> None:
    """What it says may quote a mail; what its frames held may be a password."""
    out = io.StringIO()
    start_logging(style, "info", out, {}, reader.path)

    def fails(password: str) -> None:
        raise ValueError(f"planted words of a mail, {password}")

    try:
        try:
            fails(SECRET)
        except ValueError as error:
            raise KeyError("planted key") from error
    except KeyError:
        structlog.get_logger().exception("a loop failed and begins again", loop="report")
    told = out.getvalue() + "".join(map(str, reader.records()))
    assert "builtins.KeyError" in told
    assert "builtins.ValueError" in told
    assert "in fails" in told
    assert "planted" not in told
    assert SECRET not in told


def test_a_secret_that_was_read_is_in_no_line(tmp_path: Path, reader: Reader) -> None:
    """Plain, for a URL, and within base64 at each of its three beginnings: the last step takes it out."""
    import base64
    from urllib.parse import quote, quote_plus

    credentials.secret(credentials.Environment("PLANTED"), tmp_path, {"PLANTED": SECRET})
    encoded = [base64.b64encode(b"\0" * n + b"user"[:n] + SECRET.encode() + b"tail").decode() for n in range(4)]
    forms = [SECRET, quote(SECRET), quote_plus(SECRET), quote(SECRET, safe=""), *encoded]
    for style in ("json", "text", "journal"):
        out = io.StringIO()
        start_logging(style, "info", out, {}, reader.path)
        for form in forms:
            structlog.get_logger().info("mail kept", file=form)
            structlog.get_logger().error(f"a sentence with {form}")
        told = out.getvalue() + "".join(map(str, reader.records()))
        assert [form for form in forms if form in told] == []
        assert base64.b64encode(SECRET.encode()).decode().rstrip("=")[:-1] not in told
        assert "***" in told


@pytest.mark.parametrize("style", ["json", "text"])
def test_a_secret_with_quotes_or_at_the_end_of_a_long_value_is_in_no_line(style: str, tmp_path: Path) -> None:
    """Neither written as JSON writes a quote, nor its beginning where the value is cut."""
    secret = 'qu"ote\\planted-in-json'
    credentials.secret(credentials.Environment("PLANTED"), tmp_path, {"PLANTED": secret})
    told = said(style, file=f"a {secret} b", loops=[secret], hint="y" * 490 + secret)
    assert "planted" not in told
    assert "qu" not in told
    assert "***" in told


def test_a_journal_and_a_standard_error_that_are_stuck_hold_nobody_up(tmp_path: Path) -> None:
    """Both are full because nobody reads them: the line is left out, and the call returns."""
    with (
        Reader(tmp_path / "socket"),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
        contextlib.ExitStack() as pair,
    ):
        ours, theirs = (pair.enter_context(each) for each in socket.socketpair())
        fill(lambda: datagrams.sendto(b"x", str(tmp_path / "socket")), datagrams)
        fill(lambda: ours.send(b"x" * 4096), ours)
        with open(os.dup(ours.fileno()), "w") as stream:
            start_logging("journal", "info", stream, {}, tmp_path / "socket")
            structlog.get_logger().info("mail kept")
            theirs.setblocking(False)
            while not takes(ours.fileno()):
                theirs.recv(1 << 20)
            structlog.get_logger().info("mail kept", mail=7)
        received = b""
        with contextlib.suppress(BlockingIOError):
            while True:
                received += theirs.recv(1 << 20)
    assert received.count(b"mail kept") == 1
    assert b'"mail": 7' in received


def fill(write: Callable[[], object], into: socket.socket) -> None:
    """Write until nothing more is taken."""
    into.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            write()
    into.setblocking(True)


def test_what_a_library_reports_is_told_as_where_and_no_more() -> None:
    """Its texts are not ours."""
    out = io.StringIO()
    start_logging("json", "info", out)
    logging.getLogger("some.library").warning("planted %s", "words")
    try:
        int("planted too")
    except ValueError:
        logging.getLogger("some.library").exception("planted again")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["name"], line["library"]) for line in lines] == [
        ("a_library_warned", "some.library"),
        ("a_library_reported_an_error", "some.library"),
    ]
    assert lines[0]["where"].startswith("test_logs:")
    assert "ValueError" in lines[1]["exception"]
    assert "planted" not in out.getvalue()


def test_less_than_the_level_is_not_written() -> None:
    """`log.level: warning`."""
    out = io.StringIO()
    start_logging("json", "warning", out)
    structlog.get_logger().info("mail kept")
    assert out.getvalue() == ""
