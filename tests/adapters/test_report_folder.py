"""Files that are handed in: which are ready, what is never opened, and that nothing is ever overwritten."""

import os
import socket
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from responder.adapters.report_folder import REASON, Handed, NotAFileError, ReportFolder, opened

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
REST = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


def watched(path: Path, *inside: str) -> ReportFolder:
    """Return the folder as the daemon watches it."""
    return ReportFolder(path, inside, REST)


def dropped(path: Path, content: bytes = b"report", at: datetime = NOW - MINUTE) -> Path:
    """Drop a file that was last changed at an instant."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def names(folder: ReportFolder, now: datetime) -> list[str]:
    """Return what is ready."""
    return [f"{each.inside}/{each.name}" if each.inside else each.name for each in folder.ready(now)]


def test_a_file_is_ready_when_it_was_the_same_twice(tmp_path: Path) -> None:
    """Seen once is too early, and so is one that was changed since, or less than half a minute ago."""
    folder = watched(tmp_path)
    file = dropped(tmp_path / "a.txt")
    assert names(folder, NOW) == []
    dropped(file, b"report and more", NOW + MINUTE)
    assert names(folder, NOW + MINUTE) == []
    assert names(folder, NOW + MINUTE + REST / 2) == []
    assert names(folder, NOW + MINUTE + REST) == ["a.txt"]
    file.unlink()
    dropped(file, b"report and more", NOW + MINUTE)  # another file under its name
    dropped(tmp_path / "b.txt")
    assert "b.txt" not in names(folder, NOW + 2 * MINUTE)


def test_a_copy_that_keeps_the_time_of_its_original_is_no_sooner_ready(tmp_path: Path) -> None:
    """A file of last year that still grows has a size of its own at each look."""
    folder = watched(tmp_path)
    for look in range(3):
        dropped(tmp_path / "a.txt", b"x" * look, NOW - timedelta(days=365))
        assert names(folder, NOW + look * MINUTE) == []
    assert names(folder, NOW + 3 * MINUTE) == ["a.txt"]


def test_a_file_from_the_future_is_taken_once_we_saw_it_rest(tmp_path: Path) -> None:
    """Another machine's clock is ahead by a year: what we saw ourselves counts."""
    folder = watched(tmp_path)
    dropped(tmp_path / "a.txt", at=NOW + timedelta(days=365))
    assert names(folder, NOW) == []
    assert names(folder, NOW + REST / 2) == []
    assert names(folder, NOW + REST) == ["a.txt"]


def test_what_is_not_dropped_for_us_is_left_alone(tmp_path: Path) -> None:
    """Hidden and unfinished files, reasons, other folders; the folders of accounts are looked into."""
    for name in (".hidden", "a.part", "b.TMP", "c.crdownload", "d.txt" + REASON, "~$e.xlsx", "f.txt~"):
        dropped(tmp_path / name)
    for name in ("done/g.txt", "failed/h.txt", "archive/i.txt", "main/j.txt", "main/.k", "l.txt"):
        dropped(tmp_path / name)
    folder = watched(tmp_path, "main", "done", "second")
    names(folder, NOW)
    assert names(folder, NOW + MINUTE) == ["l.txt", "main/j.txt"]


def test_nothing_but_a_file_is_opened(tmp_path: Path) -> None:
    """A link to another file, one to nowhere, a pipe that would wait for ever, a socket; they can be moved away."""
    secret = dropped(tmp_path / "secret")
    place = tmp_path / "orders"
    place.mkdir()
    (place / "link.txt").symlink_to(secret)
    (place / "nowhere.txt").symlink_to(tmp_path / "missing")
    os.mkfifo(place / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as heard:
        heard.bind(str(place / "socket.txt"))
        folder = watched(place)
        folder.ready(NOW)
        ready = folder.ready(NOW + MINUTE)
        assert [each.name for each in ready] == ["link.txt", "nowhere.txt", "pipe.txt", "socket.txt"]
        for each in ready:
            with pytest.raises(NotAFileError, match=r"it is a link|it is no file|cannot be read"):
                folder.open(each)
            folder.failed(each, NOW, "no")
    assert stat.S_ISLNK((place / "failed" / "2026-11-26 link.txt").lstat().st_mode)
    assert secret.read_bytes() == b"report"
    with pytest.raises(NotAFileError):
        opened(place / "failed" / "2026-11-26 pipe.txt")
    with pytest.raises(NotAFileError):
        opened(place)


def test_an_account_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """What lies elsewhere is neither read nor moved."""
    elsewhere = dropped(tmp_path / "elsewhere" / "a.txt").parent
    place = tmp_path / "orders"
    place.mkdir()
    (place / "main").symlink_to(elsewhere)
    folder = watched(place, "main")
    names(folder, NOW)
    assert names(folder, NOW + MINUTE) == ["main"]
    with pytest.raises(NotAFileError, match="it is a link"):
        folder.open(Handed("main"))
    with pytest.raises(OSError, match="main"):
        folder.done(Handed("a.txt", "main"), NOW)
    assert (elsewhere / "a.txt").is_file()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The same name three times a day: three files; the reason stands beside each."""
    folder = watched(tmp_path)
    places = []
    for content in (b"one", b"two", b"three"):
        dropped(tmp_path / "orders.txt", content)
        places.append(folder.failed(Handed("orders.txt"), NOW, content.decode()))
    assert places == [f"failed/2026-11-26 orders{more}.txt" for more in ("", ".2", ".3")]
    assert [(tmp_path / place).read_bytes() for place in places] == [b"one", b"two", b"three"]
    assert [(tmp_path / (place + REASON)).read_text() for place in places] == ["one", "two", "three"]
    assert folder.done(Handed("one", ""), NOW) if dropped(tmp_path / "one") else None
    assert not (tmp_path / "done" / f"2026-11-26 one{REASON}").exists()


def test_a_name_of_any_length_and_bytes_can_be_moved(tmp_path: Path) -> None:
    """255 bytes of letters, and bytes that are no text."""
    folder = watched(tmp_path)
    for name in ("é" * 125 + ".txt", os.fsdecode(b"\xff\xfe.txt"), "line\nbreak.txt"):
        dropped(tmp_path / name)
        place = folder.failed(Handed(name), NOW, "reason \udcff")
        assert (tmp_path / place).read_bytes() == b"report"
        assert (tmp_path / (place + REASON)).is_file()


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """So is one whose done/ is a file; the file stays where it is."""
    with pytest.raises(FileNotFoundError):
        watched(tmp_path / "missing").ready(NOW)
    dropped(tmp_path / "done")
    dropped(tmp_path / "a.txt")
    with pytest.raises(FileExistsError):
        watched(tmp_path).done(Handed("a.txt"), NOW)
    assert (tmp_path / "a.txt").is_file()
