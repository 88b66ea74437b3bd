"""Where holidays and time zones come from, by version."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from responder.adapters.calendar_data import holidays_version, time_zone_version


def test_the_holidays_have_the_version_that_is_installed() -> None:
    """The one the seller would pin."""
    assert holidays_version() == metadata.version("holidays")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("tzdata.zi", "# version 2026b\n# redo posix_only\n", "2026b"),
        ("+VERSION", "2026c\n", "2026c"),
    ],
)
def test_the_system_files_name_their_version(tmp_path: Path, name: str, text: str, expected: str) -> None:
    """Debian and the BSDs name it in different files."""
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Paris").write_bytes(b"TZif")
    (tmp_path / name).write_text(text)
    assert time_zone_version("Europe/Paris", [str(tmp_path)]) == expected


def test_files_without_a_version_are_named_by_what_is_in_them(tmp_path: Path) -> None:
    """A change is then at least a change."""
    (tmp_path / "Zone").write_bytes(b"one")
    one = time_zone_version("Zone", [str(tmp_path / "nowhere"), str(tmp_path)])
    (tmp_path / "Zone").write_bytes(b"two")
    two = time_zone_version("Zone", [str(tmp_path)])
    assert re.fullmatch(r"file [0-9a-f]{8}", one)
    assert re.fullmatch(r"file [0-9a-f]{8}", two)
    assert one != two


def test_a_machine_without_files_uses_the_package(tmp_path: Path) -> None:
    """As the standard library does."""
    assert time_zone_version("Europe/Paris", [str(tmp_path)]) == f"tzdata {metadata.version('tzdata')}"
