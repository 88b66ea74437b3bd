"""Whether something keeps the machine's clock, as systemd-timesyncd leaves it to be seen."""

from pathlib import Path

from responder.adapters import time_service


def test_a_clock_is_kept_once_a_time_server_set_it(tmp_path: Path) -> None:
    """Not yet, then yes; and where another program keeps it, nobody can tell."""
    assert time_service.is_kept(tmp_path / "none") is None
    assert time_service.is_kept(tmp_path) is False
    (tmp_path / "synchronized").touch()
    assert time_service.is_kept(tmp_path) is True
