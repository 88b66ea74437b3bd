"""`responder orders import`: what it says to people and to scripts, and how it ends."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from neighbours.configured import ONE
from reports.builders import Sold, order_id, performance, unshipped

from responder.cli import main

BOUGHT = datetime(2026, 7, 10, 9, 0, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


def report(*numbers: int, marketplace: str = "amazon.fr") -> bytes:
    """Return a report of unshipped orders."""
    promise_at = BOUGHT + timedelta(days=2)
    return unshipped(
        Sold(order_id=order_id(number), purchased_at=BOUGHT, promise_at=promise_at, marketplace=marketplace)
        for number in numbers
    )


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Import files of the test's folder."""
    (tmp_path / "config.yaml").write_text(ONE)

    def work(*arguments: str, **files: bytes) -> tuple[int, str, str]:
        for name, raw in files.items():
            (tmp_path / name).write_bytes(raw)
            os.utime(tmp_path / name, (BOUGHT.timestamp(), BOUGHT.timestamp()))
        paths = [str(tmp_path / name) for name in files]
        code = main.run(["-c", str(tmp_path / "config.yaml"), "orders", "import", *arguments, *paths])
        said = capsys.readouterr()
        return code, said.out.replace(f"{tmp_path}/", ""), said.err

    return work


def test_a_person_reads_what_came_of_each_file(run: Run) -> None:
    """A good one, the same again, one of another store, and one with a bad line, all in one call."""
    bad = report(1, 2).replace(order_id(2).encode(), b"305\x1b[31m")
    code, out, err = run(good=report(1), same=report(1), bad=bad, other=report(1) + report(3, marketplace="amazon.es"))
    assert (code, err) == (1, "")
    assert out.splitlines()[:2] == [
        "good: unshipped, as of 2026-07-10 11:00",
        "  1 row, 1 order: 1 new, 0 changed, 0 known already",
    ]
    assert "same: unshipped, imported on " in out
    assert "1 row, 1 order: 0 new, 0 changed, 1 known already" in out
    assert "  1 line could not be read:\n    line 3: " in out
    assert "\x1b" not in out
    assert run(more=report(1, 4) + b"")[0] == 0


def test_what_is_no_report_ends_with_one(run: Run, tmp_path: Path) -> None:
    """The others are imported all the same; a file that is not there is named."""
    code, out, _ = run(str(tmp_path / "missing"), bad=b"hello\tworld\r\n", good=report(1))
    assert code == 1
    assert "missing: it cannot be read: No such file or directory (correct the name)" in out
    assert "bad: it has no column with the order's number (order-id)" in out
    assert "good: unshipped" in out


def test_rows_of_other_stores_are_named(run: Run) -> None:
    """They are no fault of the file."""
    code, out, _ = run(all=report(1) + report(2, 3, marketplace="amazon.es").partition(b"\r\n")[2])
    assert code == 0
    assert "  left out, since no account sells there: 2 of amazon.es" in out


def test_a_script_reads_one_object_a_file(run: Run) -> None:
    """With every count, the bad lines, and what would change."""
    bad = report(1, 2).replace(order_id(2).encode(), b"305")
    code, out, err = run("--json", "--dry-run", bad=bad, figures=performance({"amazon.fr": "GOOD"}), none=b"")
    first, second, third = map(json.loads, out.splitlines())
    assert (code, err) == (1, "")
    assert (first["state"], first["kind"], first["dry_run"], first["rows"]) == ("imported", "unshipped", True, 1)
    assert first["orders"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert first["reported_at"] == "2026-07-10T09:00:00+00:00"
    assert first["bad"] == [
        {"line": 3, "problem": "'305' is no order number: three, seven and seven digits with hyphens"}
    ]
    assert (second["kind"], second["stores"]) == ("performance", ["amazon.fr"])
    assert (third["state"], bool(third["problem"]), bool(third["hint"])) == ("failed", True, True)
    assert run("--json", again=report(1))[1].count('"new": 1') == 1


@pytest.mark.parametrize("wrong", [("--account", "nobody"), ("--reported-at", "yesterday"), ()])
def test_a_wrong_call_says_what_is_wrong(run: Run, wrong: tuple[str, ...]) -> None:
    """An account nobody has, an instant that is none, no file at all."""
    files = {"good": report(1)} if wrong else {}
    code, out, err = run(*wrong, **files)
    assert (code, out) == (2, "")
    assert err


def test_the_status_says_what_the_newest_file_was(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Amazon's own figures are of no order, and no failure."""
    for content, words in (
        (report(1, 2), ": unshipped, 2 orders\n"),
        (performance({"amazon.fr": "GOOD"}), ": performance\n"),
    ):
        run(file=content)
        assert main.run(["-c", str(tmp_path / "config.yaml"), "status"]) == 0
        assert words in capsys.readouterr().out


def test_an_option_before_import_is_not_lost(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script that asks the list for JSON, or filters it, is told that this has nothing to do with an import."""
    run(good=report(1))
    command = ["-c", str(tmp_path / "config.yaml"), "orders", "--json", "import", str(tmp_path / "good")]
    assert main.run(command) == 2
    assert "options of the list do not belong to import" in capsys.readouterr().err


def test_a_report_can_be_said_to_be_older(run: Run) -> None:
    """A copy has the time of its copying."""
    _, out, _ = run("--reported-at", "2026-07-01T10:00", good=report(1))
    assert "as of 2026-07-01 10:00" in out
