"""init: a folder that works as it is, begins as a rehearsal, and never takes anything away."""

import json
import os
import pty
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from responder import config
from responder.adapters import closures, templates
from responder.cli import main

KINDS = {"acknowledgement", "feedback_request", "invoice", "delay_notice"} | {
    "feedback_answer", "cancellation_answer", "plan_of_action",
}  # fmt: skip


def test_a_new_folder_is_complete_and_a_rehearsal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The configuration loads, nothing would be sent, the texts are there, and the secrets' folder is private."""
    folder = tmp_path / "shop"
    assert main.run(["init", str(folder)]) == 0
    printed = capsys.readouterr().out
    loaded = config.load(folder / "config.yaml")
    assert loaded.config.dry_run is True
    assert {each.name for each in folder.iterdir()} == {
        "config.yaml",
        "templates",
        "calendars",
        "orders",
        "invoices",
        "credentials",
    }
    assert stat.S_IMODE((folder / "credentials").stat().st_mode) == 0o700
    copied = {each.stem for each in (folder / "templates").glob("*.yaml")}
    assert copied == set(templates.load(folder / "templates")) == KINDS
    assert f"responder -c {folder}/config.yaml check --connect" in printed
    assert "nothing is sent to buyers" in printed


def test_the_calendar_of_this_year_is_named_and_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The closures file is used by the configuration, and its examples are right once they are uncommented."""
    main.run(["init", str(tmp_path), "--json"])
    (name,) = config.load(tmp_path / "config.yaml").config.working_hours.holidays.calendars
    assert f"calendars/{name}" in json.loads(capsys.readouterr().out)["created"]
    text = (tmp_path / "calendars" / name).read_text()
    assert closures.load(tmp_path / "calendars" / name, (2026,)) == ()
    uncommented = text.replace(": []\n#", ":\n ").replace("\n#  -", "\n   -")
    entries = closures.read(uncommented, name, name, (2026,))
    assert [bool(entry.extra) for entry in entries] == [False, False, False, True]
    assert [entry.endless for entry in entries] == [False, False, True, False]


def test_a_country_whose_parts_have_the_same_holidays_asks_for_none(tmp_path: Path) -> None:
    """In the Netherlands no province has a day of its own: nothing is asked that would change nothing."""
    answers = ["service@example.com", "Shop", "", "", "", "amazon.nl", "", ""]
    assert "State or region" not in conversation(tmp_path / "shop", answers)
    section = config.load(tmp_path / "shop" / "config.yaml").config.working_hours
    assert (section.holidays.country, section.holidays.subdivision, section.days) == ("NL", None, None)


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run, or a run in a folder in use, adds what is missing and leaves the rest alone."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "config.yaml").write_text("mine")
    (tmp_path / "templates" / "acknowledgement.yaml").write_text("mine too")
    assert main.run(["init", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kept"] == ["config.yaml", "templates/acknowledgement.yaml"]
    assert (tmp_path / "config.yaml").read_text() == "mine"
    assert (tmp_path / "templates" / "acknowledgement.yaml").read_text() == "mine too"


def test_a_place_that_cannot_be_made_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the way is told, not thrown."""
    (tmp_path / "file").write_text("")
    assert main.run(["init", str(tmp_path / "file" / "shop")]) == 2
    assert "cannot be made" in capsys.readouterr().err


def conversation(folder: Path, answers: list[str]) -> str:
    """Run init on a terminal of its own, type one answer per question, and return all that was shown."""
    try:
        controller, terminal = pty.openpty()
    except OSError:
        pytest.skip("this machine has no pseudo terminals (/dev/pts is not mounted): init's questions are not tested")
    process = subprocess.Popen(
        [sys.executable, "-m", "responder", "init", str(folder)], stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    shown, waiting = "", list(answers)
    while True:
        ready, _, _ = select.select([controller], [], [], 20)
        assert ready, f"nothing more was shown after:\n{shown}"
        try:
            part = os.read(controller, 4096).decode()
        except OSError:  # Linux says EIO when the last writer has left
            break
        shown += part
        if waiting and shown.rstrip(" ").endswith(":") and shown.endswith(": "):
            os.write(controller, waiting.pop(0).encode() + b"\n")
    os.close(controller)
    assert process.wait(10) == 0, shown
    assert waiting == [], shown
    return shown


def test_a_person_is_asked_what_no_default_can_know(tmp_path: Path) -> None:
    """Answers are checked one by one as `check` would, and the file that comes out loads."""
    shown = conversation(
        tmp_path / "shop",
        [
            "service",
            "service@example.com",
            "Zoé's Shop",
            "",
            "",
            "",
            "amazon.d",
            "amazon.de amazon.fr",
            "",
            "BX",
            "BY",
            "",
        ],
    )
    assert "write owner@example.com" in shown
    assert "unknown: amazon.d;" in shown
    assert "unknown subdivision 'BX'" in shown
    assert shown.count("BW Baden-Württemberg") == 1
    loaded = config.load(tmp_path / "shop" / "config.yaml").config
    (account,) = loaded.accounts
    assert (account.from_.name, account.from_.spec) == ("Zoé's Shop", "service@example.com")
    assert account.seller.marketplaces == ("amazon.de", "amazon.fr")
    assert account.imap.host == account.smtp.host == "mail.example.com"
    assert (loaded.working_hours.holidays.country, loaded.working_hours.holidays.subdivision) == ("DE", "BY")
    assert loaded.timezone.key == "Europe/Berlin"
    assert loaded.operator.email == "service@example.com"
    assert loaded.dry_run is True
