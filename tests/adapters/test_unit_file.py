"""The shipped unit, judged by systemd's own tools."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "systemd"
UNIT = FOLDER / "responder.service"
# The best a mail client can have: what is left are the network and the journal's socket. In tenths.
EXPOSURE = 11

pytestmark = [
    pytest.mark.systemd,
    pytest.mark.skipif(
        shutil.which("systemd-analyze") is None,
        reason="THE UNIT FILE IS NOT TESTED: systemd-analyze is not installed",
    ),
]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run one of systemd's tools and keep what it says."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def values(key: str) -> list[str]:
    """The values of one key of the unit, in order."""
    return [line.partition("=")[2] for line in UNIT.read_text("utf-8").splitlines() if line.startswith(f"{key}=")]


def test_systemd_has_nothing_to_say_about_the_unit(tmp_path: Path) -> None:
    """`verify` answers 0 for a misspelt key and only mutters: any word about our unit is a failure."""
    (start,) = values("ExecStart")
    copy = tmp_path / UNIT.name
    # The program is not installed on the machine that tests it; everything else is as shipped.
    copy.write_text(UNIT.read_text("utf-8").replace(f"ExecStart={start}", "ExecStart=/bin/true"), "utf-8")
    said = run("systemd-analyze", "verify", "--man=no", str(copy))
    about_us = [line for line in (said.stdout + said.stderr).splitlines() if "responder" in line]
    assert (about_us, said.returncode) == ([], 0)


def test_a_misspelt_key_would_be_noticed(tmp_path: Path) -> None:
    """The test above can fail."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text("utf-8").replace("ProtectHome=", "ProtectHouse="), "utf-8")
    said = run("systemd-analyze", "verify", "--man=no", str(copy))
    assert any("responder.service" in line and "ProtectHouse" in line for line in said.stderr.splitlines())


def test_the_sandbox_is_as_tight_as_a_mail_client_can_have_it() -> None:
    """An exposure of 1.1 of 10; one forgotten line shows here."""
    said = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(UNIT))
    assert said.returncode == 0, said.stdout[-2000:]


def test_the_unit_names_nothing_that_is_not_shipped() -> None:
    """No reload command, alert unit or manual page before there is one; the user and the folders come with us."""
    assert [key for key in ("ExecReload", "OnFailure", "Documentation") if values(key)] == []
    assert values("User") == ["responder"]
    assert "\nu responder " in (FOLDER / "responder.sysusers").read_text("utf-8")
    (credential,) = values("LoadCredential")
    assert f"\nd {credential.partition(':')[2]} " in (FOLDER / "responder.tmpfiles").read_text("utf-8")


def test_a_configuration_error_is_not_restarted() -> None:
    """The exit code of a configuration error is the one the unit does not restart on."""
    from responder.errors import EXIT_CONFIG

    assert values("RestartPreventExitStatus") == [str(EXIT_CONFIG)]


@pytest.mark.skipif(os.geteuid() != 0, reason="systemd-tmpfiles and systemd-sysusers need root to give files away")
def test_the_user_and_the_folders_are_made_as_the_unit_needs_them(tmp_path: Path) -> None:
    """In an empty root: the credentials are root's alone, and the user cannot log in."""
    (tmp_path / "etc").mkdir()
    users = run("systemd-sysusers", f"--root={tmp_path}", str(FOLDER / "responder.sysusers"))
    folders = run("systemd-tmpfiles", f"--root={tmp_path}", "--create", str(FOLDER / "responder.tmpfiles"))
    assert (users.returncode, folders.returncode) == (0, 0), users.stderr + folders.stderr
    (line,) = [x for x in (tmp_path / "etc/passwd").read_text("utf-8").splitlines() if x.startswith("responder:")]
    assert line.endswith(":Buyer Responder:/var/lib/responder:/usr/sbin/nologin")
    made = (tmp_path / "etc/responder/credentials").stat()
    assert (made.st_uid, stat.S_IMODE(made.st_mode)) == (0, 0o700)
