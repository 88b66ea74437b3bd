"""The command line itself: quick to start, plain in its errors, exact in its exit codes."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from responder import __version__
from responder.cli import main, problems, session, tables
from responder.errors import ConfigError, Problem, ResponderError, Severity, StateError, TemporaryError


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return a patch whose `fail` command raises what the test puts into `fail.error`."""
    return monkeypatch


def raising(error: BaseException, patch: pytest.MonkeyPatch) -> None:
    """Make a command `fail` that raises `error`."""

    @click.command()
    def fail() -> None:
        raise error

    patch.setattr(session, "fail", fail, raising=False)
    patch.setitem(main.COMMANDS, "fail", ("responder.cli.session", "fail", "Fails."))


def test_the_version_imports_next_to_nothing() -> None:
    """`responder --version` answers at once: no database, no configuration, no calendar is loaded for it."""
    code = "import sys; from responder.cli.main import run; run(['--version']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"responder {__version__}\n"
    heavy = {"pydantic", "sqlalchemy", "holidays", "yaml", "jinja2", "structlog", "asyncio", "aiosmtplib", "babel"}
    assert heavy & set(done.stderr.split()) == set()


def test_help_names_every_command_without_importing_one() -> None:
    """The list is written from the table; `responder --help` is as quick as --version."""
    code = "import sys; from responder.cli.main import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    listed = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ") and line.split()}
    assert set(main.COMMANDS) <= listed
    assert "responder.cli.check" not in done.stderr.split()


@pytest.mark.parametrize("name", sorted(main.COMMANDS))
def test_every_command_is_there_and_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No name in the list leads nowhere, and -c is taken by all of them."""
    assert main.run([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert "--config FILE" in printed
    assert "Usage: responder " in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], "Did you mean 'check'?"),
        (["check", "--connct"], "No such option"),
        (["--nope"], "No such option"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip on the command line says what was meant, on standard error."""
    assert main.run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ResponderError("the thread 7 does not exist"), 1, "responder: the thread 7 does not exist\n"),
        (TemporaryError("the server is away"), 75, "responder: the server is away\n"),
        (StateError("another daemon holds it"), 1, "responder: another daemon holds it\n"),
        (ConfigError(Problem("x.yaml", "is wrong", "mend it")), 78, "x.yaml: is wrong (mend it)\n\n1 error.\n"),
        (KeyboardInterrupt(), 130, ""),
        (click.Abort(), 130, ""),
        (SystemExit(3), 3, ""),
        (click.exceptions.Exit(75), 75, ""),
        (RuntimeError("boom\nsecond line"), 1, "unexpected: RuntimeError: boom (run it again with --debug"),
    ],
)
def test_each_error_has_its_code_and_no_traceback(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who must act is told by the exit code; the sentence says what to do."""
    raising(error, monkeypatch)
    assert main.run(["fail"]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("arguments", [["--debug", "fail"], ["fail", "--debug"]])
def test_debug_shows_where_it_came_from(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With --debug, before or after the command, the error itself comes out."""
    raising(ResponderError("from here"), monkeypatch)
    with pytest.raises(ResponderError, match="from here"):
        main.run(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "absent.yaml", "check"],
        ["check", "--config", "absent.yaml"],
        ["orders", "import", "report.txt", "-c", "absent.yaml"],
    ],
)
def test_the_configuration_can_be_named_on_both_sides(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """-c works where people write it; a missing file is a configuration error."""
    monkeypatch.chdir(tmp_path)
    assert main.run(arguments) == 78
    assert "looked at absent.yaml" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_error_worth_words() -> None:
    """`responder --help | head -1` prints no traceback when the pipe closes."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "responder", "--help"], stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell gets its own script, for the command `responder`."""
    assert main.run(["completion", shell]) == 0
    assert "_RESPONDER_COMPLETE" in capsys.readouterr().out


def test_completion_completes() -> None:
    """The script's question is answered from the table."""
    environ = {**os.environ, "_RESPONDER_COMPLETE": "bash_complete", "COMP_WORDS": "responder ch", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-m", "responder"], env=environ, capture_output=True, text=True, check=False)
    assert done.stdout == "plain,check\n"


def test_a_problem_shows_its_line_and_a_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The place first, for editors; then the line, and a mark under the word that is meant."""
    file = tmp_path / "config.yaml"
    file.write_text("imap:\n  prot: 993\n  days: [sat, son]\n")
    found = (
        Problem(f"{file}:2:3", "unknown key 'prot'", "did you mean 'port'?"),
        Problem(f"{file}:3:15", "'son' is not a weekday", severity=Severity.WARNING),
        Problem("elsewhere", "is missing"),
        Problem(f"{file}:99:1", "is past the end"),
    )
    problems.show(found)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:4] == [
        f"{file}:2:3: unknown key 'prot' (did you mean 'port'?)",
        "  |",
        "2 |   prot: 993",
        "  |   ^^^^",
    ]
    assert lines[5] == f"{file}:3:15: warning: 'son' is not a weekday"
    assert lines[8] == "  |               ^^^"
    assert lines[-1] == "3 errors, 1 warning."


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2",
        "  imap: {host: x, password: hunter2, port: 1}",
        "password:   'hunter2 with spaces'",
        "smtp_password: hunter2",
        "PassWord: hunter2 # mine",
        "api-token: hunter2",
        "state: postgresql://me:hunter2@db/x",
        "state: postgresql://db/x?password=hunter2",
    ],
)
def test_a_secret_in_a_shown_line_is_masked(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report is pasted into mails and tickets: no password leaves with it."""
    file = tmp_path / "config.yaml"
    file.write_text(line + "\n")
    problems.show((Problem(f"{file}:1:1", "is wrong"),))
    printed = capsys.readouterr().err
    assert "hunter2" not in printed
    assert "*******" in printed


def test_a_table_lines_up_in_every_script() -> None:
    """Wide and combining letters take the columns they take on a terminal."""
    lines = tables.table([[1, "田中"], [22, "Zoe\u0301"], [None, "x" * 90]], ["id", "buyer"]).splitlines()
    assert lines[0] == "id  buyer"
    assert lines[1] == "1   田中"
    assert lines[2] == "22  Zoe\u0301"
    assert lines[3] == f"-   {'x' * 59}…"


def test_a_table_only_prints() -> None:
    """A subject cannot clear the screen, forge a second line or turn the reading direction."""
    text = tables.table([["\x1b[2Jgone\nnew\u202e line\x07"]], ["subject"])
    assert text == "subject\n[2Jgone new line"


def test_instants_are_shown_on_the_sellers_clock() -> None:
    """Stored in UTC, shown where the seller lives."""
    at = datetime(2026, 7, 14, 7, 5, tzinfo=UTC)
    assert tables.local(at, ZoneInfo("Europe/Paris")) == "2026-07-14 09:05"
    assert tables.local(None, UTC) == "-"


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Instants are ISO 8601, letters are themselves."""
    session.echo_json({"at": datetime(2026, 7, 14, tzinfo=UTC), "name": "Zoé"})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"at": "2026-07-14T00:00:00+00:00", "name": "Zoé"}
    assert "Zoé" in printed
