"""One state of a file is told from another, whatever its times say."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from responder.files import Look

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_a_file_that_was_written_to_looks_different(tmp_path: Path) -> None:
    """Its size or its time tells it."""
    file = tmp_path / "file"
    file.write_bytes(b"one")
    before = Look.of(file.stat())
    assert Look.of(file.stat()) == before
    os.utime(file, (0, 0))
    assert Look.of(file.stat()) != before


def test_a_file_is_unchanged_since_its_own_time() -> None:
    """To the microsecond."""
    look = Look(1, 1, int(AT.timestamp()) * 1_000_000_000)
    assert look.is_unchanged_since(AT)
    assert not look.is_unchanged_since(AT - TICK)


@pytest.mark.parametrize(("changed_ns", "old"), [(10**21, False), (-(10**21), True)])
def test_a_time_that_no_date_can_be_is_compared(changed_ns: int, *, old: bool) -> None:
    """A file system may say the year 33658."""
    assert Look(1, 1, changed_ns).is_unchanged_since(AT) is old
