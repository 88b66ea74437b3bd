"""A shop's commands and its state, as several modules of commands need them."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from responder.adapters.store import Store
from responder.cli import main


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Type a command and return what it says; it must end with `code`."""

    def run(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main.run(["-c", str(tmp_path / "config.yaml"), *arguments]) == code
        told = capsys.readouterr()
        return told.out if code == 0 else told.err

    return run


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Any]:
    """Run a query on the state, as the daemon does."""

    def run(fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
        with contextlib.closing(Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)) as store:
            return store.run(fn, *args, **more)

    return run
