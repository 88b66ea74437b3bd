"""A seller's synthetic summer, a clock at its end, and the command that replays it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from simulation import quarter

from responder.cli import main

Simulate = Callable[..., list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _end_of_summer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clock").write_text(quarter.NOW.isoformat())
    monkeypatch.setenv("RESPONDER_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("SELLER_PASSWORD", "secret")


@pytest.fixture
def config(tmp_path: Path) -> str:
    """The seller's configuration, with nobody at home behind its ports."""
    folder = tmp_path / "seller"
    folder.mkdir()
    return quarter.write_config(folder)


@pytest.fixture
def simulate(config: str, capsys: pytest.CaptureFixture[str]) -> Simulate:
    """A function that runs the command with --json and returns its objects."""

    def run(*arguments: str, config: str = config) -> list[dict[str, Any]]:
        assert main.run(["-c", config, "simulate", "--since", quarter.SINCE, "--json", *arguments]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        return [json.loads(line) for line in printed.out.splitlines()]

    return run
