"""Archives of mail: mbox in the dialects of several programs, and Maildir."""

import gzip
import mailbox
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters.archives import Lying, Maildir, Mbox, NoArchive, Unreadable

ONE = b"Subject: one\nFrom: a@example.org\n\nHello\n"
TWO = b"Subject: two\n\nBye\n"
SEPARATOR = b"From a@example.org Sat Jan  3 01:05:34 2026\n"


def mbox(folder: Path, content: bytes) -> Mbox:
    """Write an mbox and open it."""
    path = folder / "mail.mbox"
    path.write_bytes(content)
    return Mbox(path)


def read(archive: Mbox) -> list[bytes | None]:
    """Return the mails' bytes without the blank line that ends each."""
    found = [archive.read(mail.place, mail.length) for mail in list(archive.mails())]
    return [raw and raw.rstrip(b"\n") + b"\n" for raw in found]


def test_mails_are_split_at_their_from_lines(tmp_path: Path) -> None:
    """Each has its bytes, its header, and the date of its From_ line."""
    archive = mbox(tmp_path, SEPARATOR + ONE + b"\n" + SEPARATOR + TWO + b"\n")
    first, second = archive.mails()
    assert first.header == b"Subject: one\nFrom: a@example.org\n"
    assert first.saved_at == datetime(2026, 1, 3, 1, 5, 34, tzinfo=UTC)
    assert second.header == b"Subject: two\n"
    assert read(archive) == [ONE, TWO]
    assert archive.shown(second.place) == f"mail.mbox, byte {second.place}"
    archive.close()


@pytest.mark.parametrize(
    ("line", "date"),
    [
        (b"From a@b Sat Jan  3 01:05:34 2026", datetime(2026, 1, 3, 1, 5, 34, tzinfo=UTC)),
        (b"From - Sat Jan 03 01:05:34 2026", datetime(2026, 1, 3, 1, 5, 34, tzinfo=UTC)),
        (b"From 179@xxx Sat Jan 03 01:05:34 +0000 2026", datetime(2026, 1, 3, 1, 5, 34, tzinfo=UTC)),
        (b"From MAILER-DAEMON Sat Jan 3 01:05:34 2026 +0100", datetime(2026, 1, 3, 0, 5, 34, tzinfo=UTC)),
        (b"From a@b Sat Jan  3 01:05 2026\r", datetime(2026, 1, 3, 1, 5, tzinfo=UTC)),
        (b'From "a b"@c Sat Jan  3 01:05:60 UTC 2026', datetime(2026, 1, 3, 1, 5, 59, tzinfo=UTC)),
        (b"From -", None),
        (b"From ", None),
        (b"From a@b Sat Feb 30 01:05:34 2026", None),
    ],
)
def test_every_program_writes_its_own_from_line(tmp_path: Path, line: bytes, date: datetime | None) -> None:
    """mutt, Thunderbird, Gmail's export, old and new: all separate; a date that is none is None."""
    archive = mbox(tmp_path, SEPARATOR + ONE + b"\n" + line + b"\n" + TWO)
    assert [mail.saved_at for mail in archive.mails()][1:] == [date]
    archive.close()


@pytest.mark.parametrize(
    "text",
    [
        b"From here on we agree.",
        b"From ",
        b"x\nFrom a@b Sat Jan  3 01:05:34 2026",
        b"From Monday to Friday 2026",
    ],
)
def test_a_sentence_does_not_begin_a_mail(tmp_path: Path, text: bytes) -> None:
    """Not without a date, and not without a blank line before it."""
    archive = mbox(tmp_path, SEPARATOR + b"Subject: one\n\nHello\n\n" + text + b"\n\nmore\n")
    assert len(list(archive.mails())) == 1
    archive.close()


def test_quoted_from_lines_are_as_the_sender_wrote_them(tmp_path: Path) -> None:
    """One ">" goes (mboxrd quotes every level, mboxo only the first); other quotes stay."""
    body = b"Subject: one\n\n>From me\n>>From you\n> From far\n>Fro\n"
    archive = mbox(tmp_path, SEPARATOR + body)
    assert read(archive) == [b"Subject: one\n\nFrom me\n>From you\n> From far\n>Fro\n"]
    archive.close()


@pytest.mark.parametrize(
    ("field", "answered"),
    [(b"X-Status: A", True), (b"X-Status: FA", True), (b"X-Status: F", False), (b"Status: RO", False),
     (b"X-Mozilla-Status: 0003", True), (b"X-Mozilla-Status: 0001", False)],
)  # fmt: skip
def test_who_answered_is_in_the_header(tmp_path: Path, field: bytes, answered: bool) -> None:
    """Mutt and Dovecot write one field, Thunderbird another; the text of a mail says nothing."""
    archive = mbox(tmp_path, SEPARATOR + field + b"\nSubject: x\n\nX-Status: A\n")
    (mail,) = archive.mails()
    assert (mail.flags == {"\\Answered"}) is answered
    archive.close()


def test_an_mbox_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    """Sixty megabytes, one of them a line without an end, and never more than two are held."""
    path = tmp_path / "large.mbox"
    with path.open("wb") as file:
        for _ in range(30):
            file.write(SEPARATOR + b"Subject: large\n\n" + (b"x" * 99 + b"\n") * 10_000 + b"\n")
        file.write(SEPARATOR + b"Subject: line\n\n" + b"y" * 30_000_000)
    archive = Mbox(path)
    tracemalloc.start()
    try:
        assert sum(1 for _ in archive.mails()) == 31
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
        archive.close()


@pytest.mark.parametrize("content", [b"Subject: no mbox\n\nText\n", b"hello", b"\x00\x01\x02"])
def test_what_is_no_mbox_is_refused(tmp_path: Path, content: bytes) -> None:
    """The message says how one begins."""
    with pytest.raises(NoArchive, match="is no mbox: it does not begin with a line like"):
        mbox(tmp_path, content)


def test_a_compressed_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """An export often comes as .gz."""
    with pytest.raises(NoArchive, match="is compressed: unpack it first"):
        mbox(tmp_path, gzip.compress(SEPARATOR + ONE))


def test_a_folder_of_apple_mail_is_the_mbox_in_it(tmp_path: Path) -> None:
    """It exports "Name.mbox" as a folder; any other folder is refused."""
    folder = tmp_path / "Inbox.mbox"
    folder.mkdir()
    with pytest.raises(NoArchive, match="no regular file; a Maildir is named with --maildir"):
        Mbox(folder)
    (folder / "mbox").write_bytes(SEPARATOR + ONE + b"\n")
    archive = Mbox(folder)
    assert read(archive) == [ONE]
    archive.close()


def test_an_empty_mbox_holds_no_mail(tmp_path: Path) -> None:
    """An empty folder of a mail program is an empty file."""
    archive = mbox(tmp_path, b"")
    assert list(archive.mails()) == []
    archive.close()


def test_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """A pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NoArchive, match="no regular file"):
        Mbox(tmp_path / "pipe")
    with pytest.raises(NoArchive, match="cannot be read: No such file"):
        Mbox(tmp_path / "missing")


@given(st.lists(st.binary(max_size=200), max_size=6))
def test_what_python_wrote_is_read_again(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    """The standard library's mailbox is an independent writer: as many mails come out as went in."""
    path = tmp_path_factory.mktemp("mbox") / "mail.mbox"
    box = mailbox.mbox(path)
    for body in bodies:
        box.add(b"Subject: x\n\n" + body.replace(b"\r", b""))
    box.close()
    archive = Mbox(path)
    mails = list(archive.mails())
    assert len(mails) == len(bodies)
    assert all(mail.header.startswith(b"Subject: x") for mail in mails)
    archive.close()


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    """Whatever stands behind a first From_ line, every byte is in one mail at most, and none is read twice."""
    path = tmp_path_factory.mktemp("junk") / "mail.mbox"
    path.write_bytes(SEPARATOR + junk)
    archive = Mbox(path)
    mails = list(archive.mails())
    assert sum(mail.length for mail in mails) <= len(junk)
    assert [archive.read(mail.place, mail.length) is None for mail in mails] == [not mail.length for mail in mails]
    archive.close()


def maildir(path: Path) -> Maildir:
    """Make an empty Maildir."""
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    return Maildir(path)


def test_a_maildir_tells_flags_and_times(tmp_path: Path) -> None:
    """R is answered, D a draft; a mail came at the earlier of the file's time and its name's number."""
    archive = maildir(tmp_path / "m")
    for name, changed in (("cur/1790000000.a:2,RS", 1_780_000_000), ("cur/1770000000.b:2,D", 1_790_000_000)):
        (tmp_path / "m" / name).write_bytes(ONE)
        os.utime(tmp_path / "m" / name, (changed, changed))
    (tmp_path / "m" / "new" / "odd").write_bytes(TWO.replace(b"\n", b"\r\n"))
    os.utime(tmp_path / "m" / "new" / "odd", (1_785_000_000, 1_785_000_000))
    (tmp_path / "m" / "tmp" / "1.x").write_bytes(b"not yet delivered")
    found = [mail for mail in archive.mails() if isinstance(mail, Lying)]
    assert [(mail.place, sorted(mail.flags)) for mail in found] == [
        ("cur/1770000000.b:2,D", ["\\Draft"]),
        ("cur/1790000000.a:2,RS", ["\\Answered", "\\Seen"]),
        ("new/odd", []),
    ]
    times = [mail.saved_at.timestamp() if mail.saved_at else None for mail in found]
    assert times == [1_770_000_000, 1_780_000_000, 1_785_000_000]
    assert found[2].header.rstrip() == b"Subject: two"
    assert archive.read(found[0].place, 10) == ONE[:10]
    (tmp_path / "m" / "new" / "odd").unlink()
    assert archive.read("new/odd", 10) is None


def test_a_link_and_a_folder_in_a_maildir_are_told(tmp_path: Path) -> None:
    """A link could lead anywhere: it is not followed, and not passed over in silence."""
    archive = maildir(tmp_path / "m")
    (tmp_path / "m" / "cur" / "link").symlink_to("/etc/hostname")
    (tmp_path / "m" / "new" / "folder").mkdir()
    assert list(archive.mails()) == [
        Unreadable("m/cur/link", "it is no regular file"),
        Unreadable("m/new/folder", "it is no regular file"),
    ]


def test_a_folder_without_cur_is_no_maildir(tmp_path: Path) -> None:
    """The message names what is missing."""
    with pytest.raises(NoArchive, match="is no Maildir: it has no folder 'cur'"):
        Maildir(tmp_path)
