"""`responder threads` and `responder thread`: both clocks, and the one that counts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail import builders
from neighbours.configured import ONE
from sqlalchemy import Connection

from responder.adapters.store import Store, decisions, meta, threads
from responder.cli import main
from responder.cli.state import now
from responder.config.load import load
from responder.core.threads import Acknowledged
from responder.daemon.parts import judge, office
from responder.tasks.receive import Arrival, happen, keep

HOUR = timedelta(hours=1)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[str, datetime]:
    """Three threads that arrived an hour ago: one promised in two hours, one in two days, one not acknowledged."""
    file = tmp_path / "config.yaml"
    file.write_text(ONE)
    loaded, at = load(file), now().replace(microsecond=0) - HOUR
    with_state = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    account = loaded.config.accounts[0]
    judged = judge(office(loaded, at), account, first_start_at=at, instance=with_state.run(meta.instance))

    def receive(conn: Connection) -> None:
        for number, promise in enumerate((None, 48, 3), 1):
            raw = builders.buyer_message(alias=f"buyer{number:010}", text=f"Question {number}", order_id=None)
            arrival = Arrival(
                folder="INBOX", role="inbox", uidvalidity=1, uid=number, received_at=at, size=len(raw),
                flags=frozenset(), raw=raw,
            )  # fmt: skip
            thread_id = keep(conn, judged, arrival, at).thread_id
            thread = threads.thread(conn, thread_id or 0)
            if promise and thread:
                happen(conn, judged, thread, Acknowledged(at, at + promise * HOUR), at)

    with_state.run(receive)
    with_state.close()
    return str(file), at


def test_threads_are_listed_by_the_clock_that_ends_first(
    kept: tuple[str, datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    """The promise in two hours comes first and says what it is; the later one is only Amazon's deadline."""
    config, _ = kept
    assert main.run(["-c", config, "threads"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["3", "1", "2"]
    assert ["(promised)" in row for row in rows] == [True, False, False]


def test_json_has_both_clocks_and_the_one_that_counts(
    kept: tuple[str, datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    """`due_at` is always Amazon's, `promise_at` ours; `overdue` goes by the earlier one."""
    config, at = kept
    assert main.run(["-c", config, "threads", "--json"]) == 0
    rows = {each["id"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    by = {number: (datetime.fromisoformat(each["answer_by_at"]) - at) / HOUR for number, each in rows.items()}
    assert by == {1: 24, 2: 24, 3: 3}
    assert {datetime.fromisoformat(each["due_at"]) for each in rows.values()} == {(at + 24 * HOUR).astimezone(UTC)}
    assert [rows[number]["promise_at"] is None for number in (1, 2, 3)] == [True, False, False]
    assert not any(each["overdue"] for each in rows.values())


@pytest.mark.parametrize(
    ("number", "counts", "beside"),
    [
        (1, "Amazon's clock", None),
        (2, "Amazon's clock", "we promised"),
        (3, "as your acknowledgement promised", "Amazon's  "),
    ],
)
def test_the_story_says_whose_clock_counts(
    kept: tuple[str, datetime], capsys: pytest.CaptureFixture[str], number: int, counts: str, beside: str | None
) -> None:
    """The first line is the one to go by, the other clock stands below it."""
    config, _ = kept
    assert main.run(["-c", config, "thread", str(number)]) == 0
    lines = capsys.readouterr().out.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("  answer by"))
    assert counts in lines[first]
    assert ("we promised" in lines[first + 1] or "Amazon's  " in lines[first + 1]) is (beside is not None)
    assert beside is None or beside in lines[first + 1]


def test_the_story_says_when_it_leaves_and_what_it_promises(
    kept: tuple[str, datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    """A decision to acknowledge is no bare word: its two times are on the seller's clock."""
    config, _ = kept
    store = Store.open(f"sqlite:///{Path(config).parent}/state.db", exclusive=True)
    times = {"send_at": "2026-12-25T09:05:00+00:00", "promise_at": "2026-12-28T12:00:00+00:00"}
    at = datetime(2026, 12, 25, 9, tzinfo=UTC)
    store.run(
        decisions.decide, decisions.Decision(at=at, account="main", action="acknowledge", thread_id=1, detail=times)
    )
    store.close()
    assert main.run(["-c", config, "thread", "1"]) == 0
    assert "to be sent 2026-12-25 10:05, promising an answer by 2026-12-28 13:00" in capsys.readouterr().out


def test_a_thread_that_asks_to_cancel_says_so(kept: tuple[str, datetime], capsys: pytest.CaptureFixture[str]) -> None:
    """`threads --json` has it as a flag, `thread ID` in words with the official path; the others have neither."""
    config, at = kept
    file = Path(config)
    loaded, store = load(file), Store.open(f"sqlite:///{file.parent}/state.db", exclusive=True)
    judged = judge(office(loaded, at), loaded.config.accounts[0], first_start_at=at, instance=store.run(meta.instance))
    raw = builders.buyer_message(alias="buyer0000000009", text="Merci d'annuler ma commande.")
    arrival = Arrival(
        folder="INBOX", role="inbox", uidvalidity=1, uid=9, received_at=at, size=len(raw), flags=frozenset(), raw=raw
    )
    store.run(keep, judged, arrival, at)
    store.close()
    assert main.run(["-c", config, "threads", "--json"]) == 0
    flags = {row["id"]: row["asks_to_cancel"] for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert flags == {1: False, 2: False, 3: False, 4: True}
    assert main.run(["-c", config, "thread", "4"]) == 0
    assert "  cancel       the buyer asks to cancel: answer with the official path" in capsys.readouterr().out
    assert main.run(["-c", config, "thread", "4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["asks_to_cancel"] is True
    assert main.run(["-c", config, "thread", "1"]) == 0
    assert "  cancel " not in capsys.readouterr().out
