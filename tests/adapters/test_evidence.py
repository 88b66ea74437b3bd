"""A folder of evidence on a real disk: new or empty, whole or not at all, and no link leads out of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from responder.adapters.evidence import write
from responder.core.evidence import File
from responder.errors import UsageError

FILES = (File("README.txt", b"what this is\n"), File("mails/001-received.eml", b"Subject: x\r\n\r\n"))


def test_a_new_folder_has_the_files(tmp_path: Path) -> None:
    """The files stand in it, and nothing of the making is left beside it."""
    place = write(tmp_path / "appeal", FILES)
    assert (place / "mails" / "001-received.eml").read_bytes() == b"Subject: x\r\n\r\n"
    assert os.listdir(tmp_path) == ["appeal"]


def test_a_name_without_a_folder_before_it_is_one_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--evidence appeal/` makes it in the present folder."""
    monkeypatch.chdir(tmp_path)
    assert write(Path("appeal/"), FILES) == tmp_path / "appeal"


def _full(place: Path) -> None:
    place.mkdir()
    (place / "note").write_text("mine")


def _file(place: Path) -> None:
    place.write_text("mine")


def _link(place: Path) -> None:
    (place.parent / "elsewhere").mkdir()
    place.symlink_to("elsewhere")


def _dangling(place: Path) -> None:
    place.symlink_to("nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_looked_into_is_said(tmp_path: Path) -> None:
    """Whether somebody else's folder is empty nobody here can see: it is not touched, and the reason is told."""
    (tmp_path / "appeal").mkdir(mode=0o300)
    with pytest.raises(UsageError, match="cannot be looked into: Permission denied"):
        write(tmp_path / "appeal", FILES)


@pytest.mark.parametrize(
    ("make", "said"), [(_full, "is not empty"), (_file, "is a file"), (_link, "is a link"), (_dangling, "is a link")]
)
def test_nothing_that_is_there_is_replaced(tmp_path: Path, make: object, said: str) -> None:
    """A folder with something in it, a file and a link stay as they are, and nothing is left beside them."""
    place = tmp_path / "appeal"
    make(place)  # type: ignore[operator]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=said):
        write(place, FILES)
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path / "nowhere").exists()


def test_there_must_be_a_place_to_put_it(tmp_path: Path) -> None:
    """A folder above that does not exist is not made: it may be a slip of the pen."""
    with pytest.raises(UsageError, match="there is no folder"):
        write(tmp_path / "a" / "b", FILES)


def test_what_appears_meanwhile_is_not_lost(tmp_path: Path) -> None:
    """Somebody puts a file into the empty folder while ours is written: theirs stays, ours goes."""
    place = tmp_path / "appeal"
    place.mkdir()

    def slowly() -> Iterator[File]:
        yield FILES[0]
        (place / "theirs").write_text("mine")

    with pytest.raises(UsageError, match="cannot be written"):
        write(place, slowly())
    assert os.listdir(tmp_path) == ["appeal"]
    assert os.listdir(place) == ["theirs"]


def test_a_link_laid_meanwhile_leads_nowhere(tmp_path: Path) -> None:
    """Somebody lays links where a folder, and the whole, are about to stand: nothing is written through them."""
    victim = tmp_path / "victim"
    victim.mkdir()

    def trapped() -> Iterator[File]:
        yield FILES[0]
        (beside,) = (each for each in tmp_path.iterdir() if each.name.startswith(".evidence-"))
        (beside / "mails").symlink_to(victim)
        (tmp_path / "appeal").symlink_to(victim)
        yield FILES[1]

    with pytest.raises(UsageError, match="cannot be written"):
        write(tmp_path / "appeal", trapped())
    assert list(victim.iterdir()) == []
    assert sorted(os.listdir(tmp_path)) == ["appeal", "victim"]
