"""Two configurations over the same past: only what they decide differently."""

from pathlib import Path

import pytest
from simulation import quarter
from simulation.conftest import Simulate
from simulation.quarter import at

from responder.cli import main


def test_closing_on_fridays_shows_exactly_the_friday_messages(
    simulate: Simulate, tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One configuration is open on Fridays, the other is not; all else is the same, and so are the decisions."""
    other = quarter.write_config(tmp_path, "other.yaml", days="mon, tue, wed, thu")
    fridays = [quarter.asked(20 + number, when) for number, when in enumerate(quarter.weeks(at(7, 3, 11), 3))]
    path = str(quarter.as_mbox(tmp_path / "mail", [*quarter.summer(), *fridays]))
    *found, last = simulate("--mbox", path, "--compare", other)
    differing = [each["difference"] for each in found]
    assert [each["order_id"][-2:] for each in differing] == ["20", "21", "22", "06"]
    for each in differing:
        assert (each["this"]["send"], each["other"]["send"]) == (False, True)
        assert {reason["code"] for reason in each["this"]["reasons"]} == {"received_in_open_time", "open_hours"}
        assert [reason["code"] for reason in each["other"]["reasons"]] == ["closed_weekend"]
    summary = last["summary"]
    assert summary["differences"] == 4
    assert summary["other"]["acknowledged"] - summary["this"]["acknowledged"] == 4
    assert summary["this"]["deadlines_missed"] == summary["other"]["deadlines_missed"] == 5

    arguments = ["simulate", "--since", quarter.SINCE, "--mbox", path, "--compare", other]
    assert main.run(["-c", config, *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "DECISIONS THAT DIFFER: 4 of 12 buyer messages" in lines
    assert ["acknowledged", "4", "8"] in [line.split() for line in lines]
    assert lines[-1] == "This was a simulation: nothing was sent and nothing was stored."


def test_the_same_configuration_decides_the_same(simulate: Simulate, tmp_path: Path, config: str) -> None:
    """Nothing differs, not even a Message-ID's worth."""
    path = str(quarter.as_mbox(tmp_path / "mail", quarter.summer()))
    (last,) = simulate("--mbox", path, "--compare", config)
    assert last["summary"]["differences"] == 0
    assert last["summary"]["this"] == last["summary"]["other"]


def test_a_longer_delay_is_a_difference_in_time(simulate: Simulate, tmp_path: Path, config: str) -> None:
    """The same messages are acknowledged, later."""
    other = tmp_path / "other.yaml"
    other.write_text(Path(config).read_text() + "acknowledgements: {delay: 30m}\n")
    path = str(quarter.as_mbox(tmp_path / "mail", quarter.summer()))
    *found, _ = simulate("--mbox", path, "--compare", str(other))
    assert [each["difference"]["order_id"][-1] for each in found] == ["1", "2", "5", "8"]
    assert found[0]["difference"]["other"]["sent_at"] == "2026-07-04T09:30:00+00:00"
