"""The alert when a unit has failed, and what the dead man's switch knows when the configuration cannot be read."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from neighbours.silent import DUE, HOUR, PASSWORD, Silent, beat
from neighbours.smtp import Mailhost, make_certificate

from responder.config.load import load
from responder.daemon.left import leave, settings
from responder.deadman.settings import KEPT, of_file

LOG = f"""\
09:12:01 connected to the mailbox account=main
09:12:02 login refused password={PASSWORD} user=service
09:12:03 trying smtp://service:{PASSWORD}@mail.example.com
09:12:04 \x1b[31mTraceback: {PASSWORD}\x1b[0m
09:12:05 Authorization: Bearer abc.def.ghi
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailhost]:
    """A submission server with STARTTLS and a login."""
    certificate = make_certificate(tmp_path_factory.mktemp("tls"))
    with Mailhost("starttls", certificate, {"service": PASSWORD}) as made:
        yield made


@pytest.fixture
def watch(tmp_path: Path, server: Mailhost) -> Silent:
    """A seller whose daemon lived until now, on a machine with a journal."""
    made = Silent.at(tmp_path, server)
    made.state(beat(DUE))
    (tmp_path / "bin").mkdir()
    journal = tmp_path / "bin" / "journalctl"
    (tmp_path / "log").write_text(LOG)
    journal.write_text(f'#!/bin/sh\necho "$*" > {tmp_path}/asked\n/bin/cat {tmp_path}/log\n')
    journal.chmod(0o755)
    made.environ = {
        "PATH": str(tmp_path / "bin"),
        "MONITOR_SERVICE_RESULT": "watchdog",
        "MONITOR_EXIT_STATUS": "6",
    }
    return made


def failed(watch: Silent, at_minute: int = 0, unit: str = "responder.service") -> int:
    """One failure of a unit."""
    return watch.check(DUE + timedelta(minutes=at_minute), "failed", unit)


def test_a_failed_unit_is_told_with_its_reason_and_the_end_of_its_log(watch: Silent) -> None:
    """Why, the last lines, and what to do; the journal was asked for this unit's last twenty."""
    assert failed(watch) == 0
    (mail,) = watch.mails()
    why = "a part of it stood still, and systemd ended it (watchdog, status 6)"
    assert mail["Subject"] == f"The daemon stopped: responder.service: {why}"
    assert "connected to the mailbox account=main" in mail.get_content()
    assert "systemctl status responder.service" in mail.get_content()
    assert (watch.folder / "asked").read_text() == "-u responder.service -n 20 -o cat --no-pager -q\n"


def test_no_secret_of_the_log_leaves_with_it(watch: Silent) -> None:
    """Neither what is named as one, nor the password that is at hand, nor one in an address; no control character."""
    failed(watch)
    text = watch.mails()[0].get_content()
    for secret in (PASSWORD, "abc.def", "\x1b"):
        assert secret not in text
    assert "login refused password=[hidden] user=service" in text
    assert "smtp://[hidden]@mail.example.com" in text


@pytest.mark.parametrize(
    "said",
    [
        "x" * 395 + "{}",  # cut off in the middle of it
        "trying smtp://service:{}@mail.example.com",  # an address, of which the part before the first @ is hidden
    ],
)
def test_no_part_of_the_password_is_left_of_a_line_that_was_changed(
    watch: Silent, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    """It is hidden before anything else is done to the line."""
    password = "Zq9@Wv7Xk"
    (watch.folder / "secret").write_text(password)
    (watch.folder / "log").write_text(said.format(password) + "\n")
    assert watch.check(DUE, "--dry-run", "failed", "responder.service") == 0
    text = capsys.readouterr().out
    assert [part for part in ("Zq9", "Wv7") if part in text] == []


def test_a_unit_that_fails_again_and_again_is_told_once_an_hour(watch: Silent) -> None:
    """A manager calls at every attempt; another unit has an hour of its own."""
    for minute in (0, 1, 2, 59):
        assert failed(watch, minute) == 0
    assert failed(watch, 59, "other.service") == 0
    assert failed(watch, 60) == 0
    units = [mail["Subject"].split(": ")[1] for mail in watch.mails()]
    assert units == ["responder.service", "other.service", "responder.service"]


def test_an_alert_that_could_not_leave_is_no_alert(watch: Silent) -> None:
    """The next attempt's failure tries again."""
    watch.server.refuse["RCPT"] = "451 4.3.0 later"
    assert failed(watch) == 75
    watch.server.refuse.clear()
    assert failed(watch, 1) == 0
    assert len(watch.mails()) == 1


@pytest.mark.parametrize(
    ("result", "status", "words"),
    [
        ("exit-code", "78", "the configuration is wrong (exit-code, status 78)"),
        ("oom-kill", "KILL", "the machine ran out of memory (oom-kill, status KILL)"),
        ("", "", "systemd did not say why"),
        ("new\nresult", "1", "systemd did not say why (new result, status 1)"),
    ],
)
def test_the_reason_is_said_in_words(watch: Silent, result: str, status: str, words: str) -> None:
    """What systemd calls it is there as well, for whoever searches for it."""
    watch.environ |= {"MONITOR_SERVICE_RESULT": result, "MONITOR_EXIT_STATUS": status}
    failed(watch)
    assert watch.mails()[0].get_content().startswith(f"responder.service stopped: {words}.")


def test_a_machine_without_a_journal_is_no_reason_for_silence(watch: Silent) -> None:
    """Also a journal that says nothing, and a state that cannot be read: the mail says so."""
    (watch.folder / "log").write_text("")
    failed(watch)
    watch.environ["PATH"] = str(watch.folder)
    (watch.folder / "state.db").write_bytes(b"garbage" * 1000)
    failed(watch, 61)
    first, second = (mail.get_content() for mail in watch.mails())
    assert "the log is empty, or not for us to read" in first
    assert "there is no journalctl" in second
    assert "The state cannot be read" in second


def test_what_it_reads_of_the_configuration_is_what_the_daemon_works_with(watch: Silent) -> None:
    """The lenient look and the strict one agree: zone, time, days, state, server, and where the password is."""
    file = watch.folder / "config.yaml"
    usual = file.read_text()
    for name, more in (
        ("Maison Exemple", ""),
        ("Maison [Exemple] @ Paris", ", digest: {at: 9:05, days: [sun, mon]}"),
    ):
        text = usual.replace("owner@example.com}", f"owner@example.com{more}}}")
        file.write_text(text.replace("Maison Exemple <", f"{name} <"))
        loaded = load(file)
        for environ in ({}, {"STATE_DIRECTORY": "/var/lib/responder"}):
            assert of_file(file, environ) == settings(loaded, environ)


def test_a_configuration_that_cannot_be_read_does_not_silence_it(watch: Silent) -> None:
    """What the daemon left at its last start is used, and the mail says what is wrong with the file."""
    file = watch.folder / "config.yaml"
    leave(load(file), {})
    kept = watch.folder / KEPT
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert PASSWORD not in kept.read_text()
    file.write_text("operator: {password: hunter2, email: [\n")
    assert watch.check(DUE + HOUR) == 0
    (mail,) = watch.mails()
    assert mail["To"] == "owner@example.com"
    assert "config.yaml cannot be used: " in mail.get_content()
    assert "in line 2" in mail.get_content()
    assert "hunter2" not in mail.get_content()


def test_without_any_settings_the_exit_code_says_it(watch: Silent, capsys: pytest.CaptureFixture[str]) -> None:
    """A configuration that cannot be read before the daemon ever started: nobody could be told."""
    (watch.folder / "config.yaml").write_text("[]")
    assert watch.check(DUE) == 78
    assert "cannot be read either" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_keeps_no_daemon_from_starting(watch: Silent) -> None:
    """Leaving something behind is a help, not a condition."""
    leave(load(watch.folder / "config.yaml"), {"STATE_DIRECTORY": str(watch.folder / "nowhere")})
    assert not (watch.folder / "nowhere").exists()


def test_the_credential_of_systemd_is_found(watch: Silent) -> None:
    """`LoadCredential=r:FOLDER` names the file r_NAME; it wins over one beside the configuration."""
    file = watch.folder / "config.yaml"
    file.write_text(file.read_text().replace("{file: secret}", "{credential: smtp-password}"))
    given = watch.folder / "given"
    given.mkdir()
    (given / "r_smtp-password").write_text(PASSWORD + "\n")
    watch.environ["CREDENTIALS_DIRECTORY"] = str(given)
    assert failed(watch) == 0
    assert len(watch.mails()) == 1
