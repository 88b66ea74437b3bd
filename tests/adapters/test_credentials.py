"""Secrets: found where they are kept, refused where others can read them, and never shown."""

import os
from pathlib import Path

import pytest

from responder.adapters import credentials
from responder.adapters.credentials import Credential, Environment, SecretFile, secret
from responder.errors import ConfigError


def write(path: Path, text: str = "canary-7f3\n", mode: int = 0o600) -> Path:
    """Write a secret file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("name", ["imap-password", "r_imap-password"])
def test_a_systemd_credential_is_found_under_both_names(tmp_path: Path, name: str) -> None:
    """`LoadCredential=imap-password:FILE` and `LoadCredential=r:FOLDER` both work; systemd's own mode is not judged."""
    write(tmp_path / "run" / name, mode=0o440)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "run")}
    assert secret(Credential("imap-password"), tmp_path / "etc", environ) == "canary-7f3"


def test_a_credential_comes_from_systemd_before_the_folder(tmp_path: Path) -> None:
    """The first place wins, and the folder beside the configuration serves where there is no systemd."""
    write(tmp_path / "credentials" / "smtp", "from the folder")
    assert secret(Credential("smtp"), tmp_path, {}) == "from the folder"
    write(tmp_path / "run" / "smtp", "from systemd")
    assert secret(Credential("smtp"), tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path / "run")}) == "from systemd"


def test_the_system_folder_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine-wide credential serves when nothing nearer has it."""
    write(tmp_path / "system" / "smtp", "machine-wide")
    monkeypatch.setattr(credentials, "SYSTEM", tmp_path / "system")
    assert secret(Credential("smtp"), tmp_path, {}) == "machine-wide"


def test_a_missing_credential_names_every_place(tmp_path: Path) -> None:
    """The error is the whole search, and the way out is a path to write to."""
    with pytest.raises(ConfigError) as raised:
        secret(Credential("nowhere-at-all"), tmp_path, {"CREDENTIALS_DIRECTORY": "/run/x"})
    text = str(raised.value)
    assert "/run/x/nowhere-at-all, /run/x/r_nowhere-at-all" in text
    assert f"write it into {tmp_path}/credentials/nowhere-at-all" in text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """A password that the group or the world can read is no secret; the error says the command that mends it."""
    path = write(tmp_path / "pass", mode=mode)
    with pytest.raises(ConfigError, match="chmod 600") as raised:
        secret(SecretFile("pass"), tmp_path, {})
    assert "canary" not in str(raised.value)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize(("text", "meant"), [("a b\n", "a b"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a ")])
def test_only_the_final_line_break_is_no_part_of_a_secret(tmp_path: Path, text: str, meant: str) -> None:
    """An editor adds one line break; spaces may belong to the password."""
    write(tmp_path / "pass", text)
    assert secret(SecretFile("pass"), tmp_path, {}) == meant


def test_an_absolute_path_and_an_environment_variable_work(tmp_path: Path) -> None:
    """The three places the contract names are all there."""
    path = write(tmp_path / "abs")
    assert secret(SecretFile(str(path)), Path("/nowhere"), {}) == "canary-7f3"
    assert secret(Environment("IMAP_PASSWORD"), tmp_path, {"IMAP_PASSWORD": "from env"}) == "from env"


def test_nothing_is_no_secret(tmp_path: Path) -> None:
    """An empty file, an unset variable, a missing file and bytes that are no text each say what to do."""
    write(tmp_path / "empty", "\n")
    (tmp_path / "bytes").write_bytes(b"canary\xff")
    (tmp_path / "bytes").chmod(0o600)
    for source, words in (
        (SecretFile("empty"), "holds no secret"),
        (SecretFile("missing"), "cannot be read: No such file"),
        (SecretFile("bytes"), "is not UTF-8"),
        (Environment("UNSET"), "holds no secret"),
    ):
        with pytest.raises(ConfigError, match=words) as raised:
            secret(source, tmp_path, {})
        assert "canary" not in str(raised.value)
        assert raised.value.problems[0].hint


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    """A named pipe nobody writes to is read as empty at once."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigError, match="holds no secret"):
        secret(SecretFile("pipe"), tmp_path, {})
