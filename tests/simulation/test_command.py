"""What the command refuses, and that it leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from neighbours.seller import until
from simulation import quarter
from simulation.conftest import Simulate

from responder.cli import main
from responder.config import load

SECOND = """\
  - name: second
    seller: {name: Zweiter Laden, marketplaces: [amazon.de]}
    from: "Zweiter Laden <laden@example.org>"
    authserv_id: mx.example.org
    imap: {host: localhost, username: laden, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: laden, password: {env: SELLER_PASSWORD}}
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "2026-07-01", "--mbox", "missing.mbox"], "'missing.mbox' does not exist"),
        (["--since", "2026-07-01", "--maildir", "missing"], "'missing' does not exist"),
        (["--since", "2026-07-01", "--mbox", "config.yaml"], "is no mbox: it does not begin with a line like"),
        (["--since", "2026-07-01", "--maildir", "."], "is no Maildir: it has no folder 'cur'"),
        (["--since", "2026-07-01", "--mbox", "."], "is no regular file; a Maildir is named with --maildir"),
        (["--since", "2027-01-01", "--mbox", "empty"], "lies in the future"),
        (["--since", "yesterday", "--mbox", "empty"], "is no time"),
        (["--mbox", "empty"], "Missing option '--since'"),
        (["--since", "2026-07-01", "--account", "shop", "--mbox", "empty"], "has no account 'shop'; it has main"),
        (["--since", "2026-07-01", "--compare", "none.yaml", "--mbox", "empty"], "'none.yaml' does not exist"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    config: str, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, what is wrong, and no traceback."""
    monkeypatch.chdir(Path(config).parent)
    Path("empty").touch()
    assert main.run(["-c", config, "simulate", *arguments]) == 2
    printed = capsys.readouterr()
    assert said in " ".join(printed.err.split())
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_of_several_accounts_one_is_named(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Past mail has no account of its own."""
    Path(config).write_text(Path(config).read_text() + SECOND)
    assert [each.name for each in load(Path(config)).config.accounts] == ["main", "second"]
    path = str(quarter.as_mbox(tmp_path / "mail", quarter.summer()))
    arguments = ["-c", config, "simulate", "--since", quarter.SINCE, "--mbox", path]
    assert main.run(arguments) == 2
    assert "name one with --account" in capsys.readouterr().err
    assert main.run([*arguments, "--account", "main", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["summary"]["acknowledged"] == 4


def test_an_empty_archive_has_figures_too(simulate: Simulate, tmp_path: Path) -> None:
    """Nothing happened, and that is said."""
    (tmp_path / "empty").touch()
    (last,) = simulate("--mbox", str(tmp_path / "empty"))
    assert last["summary"]["messages"] == 0


def test_nothing_is_left_beside_the_configuration_or_in_the_temporary_folder(
    simulate: Simulate, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No state.db, no lock, no throw-away state."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    path = str(quarter.as_mbox(tmp_path / "mail", quarter.summer()))
    before = sorted(os.listdir(Path(config).parent))
    simulate("--mbox", path, "--compare", config)
    assert sorted(os.listdir(Path(config).parent)) == before == ["config.yaml"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_behind(config: str, tmp_path: Path, number: signal.Signals) -> None:
    """The real process, in the middle of its work: its state is private while it runs, and gone afterwards."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    path = quarter.as_mbox(
        tmp_path / "mail", [quarter.asked(each, quarter.at(7, 1, 9) + each * quarter.HOUR) for each in range(2_000)]
    )
    command = ["-c", config, "simulate", "--since", quarter.SINCE, "--mbox", str(path)]
    running = subprocess.Popen(
        [sys.executable, "-m", "responder", *command], env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    state = until(lambda: next(temporary.glob("*/0.db"), None), "the throw-away state is there")
    assert state.stat().st_mode & 0o077 == 0
    assert state.parent.stat().st_mode & 0o077 == 0
    log = state.with_name("0.db-wal")
    until(lambda: log.exists() and log.stat().st_size > 1_000_000, "mails are replayed", 60)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err.strip()) == (b"", b"")
    assert list(temporary.iterdir()) == []
