"""The shipped units, judged by systemd's own tools."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "systemd"
UNIT = FOLDER / "responder.service"
ALERT = FOLDER / "responder-alert@.service"
DEADMAN = FOLDER / "responder-deadman.service"
TIMER = FOLDER / "responder-deadman.timer"
SERVICES = (UNIT, ALERT, DEADMAN)
# The best a mail client can have: what is left are the network and the journal's socket. In tenths.
EXPOSURE = 11

pytestmark = [
    pytest.mark.systemd,
    pytest.mark.skipif(
        shutil.which("systemd-analyze") is None,
        reason="THE UNIT FILES ARE NOT TESTED: systemd-analyze is not installed",
    ),
]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run one of systemd's tools and keep what it says."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def values(key: str, unit: Path = UNIT) -> list[str]:
    """The values of one key of a unit, in order."""
    return [line.partition("=")[2] for line in unit.read_text("utf-8").splitlines() if line.startswith(f"{key}=")]


def copied(folder: Path) -> None:
    """All units side by side, as installed; the program is not on the machine that tests them."""
    for unit in (*SERVICES, TIMER):
        text = unit.read_text("utf-8")
        for start in values("ExecStart", unit):
            text = text.replace(f"ExecStart={start}", "ExecStart=/bin/true")
        (folder / unit.name).write_text(text, "utf-8")


def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    """`verify` answers 0 for a misspelt key and only mutters: any word about a unit of ours is a failure."""
    copied(tmp_path)
    names = (UNIT.name, "responder-alert@responder.service.service", DEADMAN.name, TIMER.name)
    (tmp_path / names[1]).symlink_to(tmp_path / ALERT.name)
    said = run("systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in names))
    about_us = [line for line in (said.stdout + said.stderr).splitlines() if "responder" in line]
    assert (about_us, said.returncode) == ([], 0)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_misspelt_key_would_be_noticed(tmp_path: Path, unit: Path) -> None:
    """The test above can fail."""
    copied(tmp_path)
    copy = tmp_path / unit.name.replace("@", "@x")
    copy.write_text((tmp_path / unit.name).read_text("utf-8").replace("ProtectHome=", "ProtectHouse="), "utf-8")
    said = run("systemd-analyze", "verify", "--man=no", str(copy))
    assert any("responder" in line and "ProtectHouse" in line for line in said.stderr.splitlines())


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_sandbox_is_as_tight_as_a_mail_client_can_have_it(unit: Path) -> None:
    """An exposure of 1.1 of 10; one forgotten line shows here."""
    said = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(unit))
    assert said.returncode == 0, said.stdout[-2000:]


def test_the_units_name_nothing_that_is_not_shipped() -> None:
    """No reload command or manual page before there is one; the user and the folders come with us."""
    assert [key for key in ("ExecReload", "Documentation") if values(key)] == []
    for unit in SERVICES:
        assert values("User", unit) == ["responder"]
        (credential,) = values("LoadCredential", unit)
        assert f"\nd {credential.partition(':')[2]} " in (FOLDER / "responder.tmpfiles").read_text("utf-8")
    assert "\nu responder " in (FOLDER / "responder.sysusers").read_text("utf-8")


def test_a_failure_starts_the_alert_with_the_name_of_what_failed() -> None:
    """`OnFailure=` names a template that is there, and the template hands the name on."""
    assert values("OnFailure") == ["responder-alert@%n.service"]
    (start,) = values("ExecStart", ALERT)
    assert start.split()[-2:] == ["failed", "%i"]


def test_what_watches_the_daemon_does_not_hang_on_it() -> None:
    """The timer starts its own service; neither is part of the daemon's unit, waits for it, or ends with it."""
    for unit in (ALERT, DEADMAN, TIMER):
        text = unit.read_text("utf-8")
        assert [key for key in ("Requires", "BindsTo", "PartOf", "Requisite") if f"\n{key}=" in text] == []
        assert not any("responder.service" in each for key in ("Wants", "After") for each in values(key, unit))
    assert values("OnCalendar", TIMER) == ["*:0/15"]
    assert run("systemd-analyze", "calendar", "*:0/15").returncode == 0


@pytest.mark.parametrize("unit", [ALERT, DEADMAN], ids=lambda unit: unit.name)
def test_the_program_of_the_units_is_one_that_is_installed(unit: Path) -> None:
    """The command exists, and understands what it is called with."""
    import tomllib

    from responder.deadman.__main__ import _parsed

    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))
    (start,) = values("ExecStart", unit)
    program, *words = start.replace("%i", "responder.service").split()
    assert project["project"]["scripts"][Path(program).name] == "responder.deadman.__main__:main"
    asked = _parsed(words)
    assert (asked.what, asked.config) == ("failed" if unit == ALERT else "check", "/etc/responder/config.yaml")


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
