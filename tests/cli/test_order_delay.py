"""`responder orders delay`: what it shows, what it queues, and what it refuses."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours.asking import ALIAS, ORDER, known
from neighbours.configured import TWO

from responder.adapters.store import orders, outbox, suppressions
from responder.adapters.store.outbox import OutboxRow
from responder.cli import main
from responder.core.orders import Channel

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday, 10:00 in Paris
DAY = timedelta(days=1)
Typed = Callable[..., str]
Stored = Callable[..., Any]


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with two accounts, and its clock."""
    (tmp_path / "clock").write_text(NOW.isoformat())
    monkeypatch.setenv("RESPONDER_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("SELLER_PASSWORD", "secret")
    (tmp_path / "config.yaml").write_text(TWO)


@pytest.fixture
def late(stored: Stored) -> None:
    """One order that had to be shipped yesterday."""
    stored(known, NOW, channel=Channel.MERCHANT, status="Unshipped", ship_by_at=NOW - DAY)


def queued(stored: Stored) -> tuple[OutboxRow, ...]:
    """What waits for the daemon."""
    found: tuple[OutboxRow, ...] = stored(outbox.outbox_rows, kinds=("delay_notice",))
    return found


@pytest.mark.usefixtures("late")
def test_the_mail_is_shown_and_queued(typed: Typed, stored: Stored) -> None:
    """To whom, the subject, the text, the entry, and that no daemon runs."""
    said = typed("orders", "delay", ORDER, "--until", "2026-11-30")
    (row,) = queued(stored)
    assert said.startswith(f"To: {ALIAS}\nSubject: Votre commande {ORDER} : nouvelle date d'envoi\n\nBonjour,\n")
    assert "au plus tard le lundi 30 novembre 2026" in said
    assert f"Queued as outbox entry {row.id}. It leaves now, if the daemon runs." in said
    assert "The daemon is NOT RUNNING" in said
    assert (row.state, row.recipient, row.due_at) == ("queued", ALIAS, NOW)


@pytest.mark.usefixtures("late")
def test_a_dry_run_queues_nothing(typed: Typed, stored: Stored) -> None:
    """The mail is shown all the same; tomorrow is the seller's."""
    said = typed("orders", "delay", ORDER, "--until", "tomorrow", "--dry-run")
    assert "vendredi 27 novembre 2026" in said
    assert "Nothing is sent (--dry-run)." in said
    assert queued(stored) == ()


@pytest.mark.usefixtures("late")
def test_a_day_in_closed_time_is_pointed_out(typed: Typed) -> None:
    """The mail is kept all the same: who opens on a Saturday for once knows better."""
    said = typed("orders", "delay", ORDER, "--until", "2026-11-28")
    assert "Sat 28 Nov lies in your weekend: somebody is there to send it until Fri 18:00." in said
    assert "lies in" not in typed("orders", "delay", ORDER, "--until", "2026-11-27", "--force", "--dry-run")


@pytest.mark.usefixtures("late")
def test_in_a_rehearsal_it_is_said_that_a_person_lets_it_go_afterwards(
    typed: Typed, stored: Stored, tmp_path: Path
) -> None:
    """The end of the rehearsal sends nothing by itself: whoever waits for that tells the buyer too late."""
    (tmp_path / "config.yaml").write_text(f"dry_run: true\n{TWO}")
    said = typed("orders", "delay", ORDER, "--until", "2026-11-30")
    assert "This is a rehearsal: it is held, after responder go-live too, until you release it" in said
    typed("go-live", "--yes")
    (row,) = queued(stored)
    assert row.state == "held"
    assert "It leaves now" in typed("outbox", str(row.id), "release")


@pytest.mark.usefixtures("late")
def test_in_json_it_is_one_object(typed: Typed, stored: Stored) -> None:
    """For scripts: the text, the entry, and what the linter found."""
    told = json.loads(typed("orders", "delay", ORDER, "--until", "2026-11-30", "--json"))
    (row,) = queued(stored)
    body = told.pop("body")
    assert "lundi 30 novembre 2026" in body
    assert told == {
        "order_id": ORDER,
        "account": "main",
        "until": "2026-11-30",
        "to": ALIAS,
        "subject": row.subject,
        "findings": [],
        "outbox": row.id,
        "state": "queued",
        "reason": None,
        "open_threads": [],
        "running": False,
    }


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-11-25", "--until 2026-11-25 is past; today is 2026-11-26"),
        ("2027-01-26", "more than 60 days ahead"),
        ("next week", "is no day; write it like 2026-11-30, or tomorrow"),
        ("30.11.2026", "is no day"),
    ],
)
def test_a_day_that_cannot_be_meant_is_wrong_usage(typed: Typed, stored: Stored, until: str, said: str) -> None:
    """Nothing is guessed, nothing is queued."""
    assert said in typed("orders", "delay", ORDER, "--until", until, code=2)
    assert queued(stored) == ()


def test_an_order_nobody_knows_is_imported_first(typed: Typed) -> None:
    """The way out is named; what is no order number is wrong usage."""
    assert "responder orders import FILE" in typed("orders", "delay", ORDER, "--until", "tomorrow", code=1)
    assert "no order number" in typed("orders", "delay", "4711", "--until", "tomorrow", code=2)


@pytest.mark.usefixtures("late")
def test_a_second_notice_takes_force(typed: Typed, stored: Stored) -> None:
    """The refusal says so; with it a second mail is queued."""
    typed("orders", "delay", ORDER, "--until", "2026-11-30")
    said = typed("orders", "delay", ORDER, "--until", "2026-12-02", code=1)
    assert "the buyer is told once: outbox entry 1 is queued (--force sends it all the same)" in said
    typed("orders", "delay", ORDER, "--until", "2026-12-02", "--force")
    assert len(queued(stored)) == 2


@pytest.mark.usefixtures("late")
def test_the_refusal_says_that_the_first_did_not_arrive(typed: Typed, stored: Stored) -> None:
    """The buyer knows nothing: whoever reads that will force it, or write at Amazon."""
    typed("orders", "delay", ORDER, "--until", "2026-11-30")
    words = f"our delay notice about order {ORDER} did not arrive (returned, 4.2.2)"
    stored(orders.came_back, "main", ORDER, words, NOW + DAY)
    said = typed("orders", "delay", ORDER, "--until", "2026-12-02", code=1)
    assert "outbox entry 1 did not arrive (--force sends it all the same)" in said


@pytest.mark.usefixtures("late")
def test_who_opted_out_is_not_told_with_force_either(
    typed: Typed, stored: Stored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refusal offers no force; in JSON it has a code."""
    stored(suppressions.suppress, "main", ALIAS, suppressions.OPTED_OUT, NOW)
    said = typed("orders", "delay", ORDER, "--until", "tomorrow", "--force", code=1)
    assert suppressions.OPTED_OUT in said
    assert "--force" not in said
    words = ["-c", str(tmp_path / "config.yaml"), "orders", "delay", ORDER, "--until", "tomorrow", "--json"]
    assert main.run(words) == 1
    (refused,) = json.loads(capsys.readouterr().out)["refused"]
    assert (refused["code"], refused["force"]) == ("suppressed", False)
    assert queued(stored) == ()


@pytest.mark.usefixtures("late")
def test_a_text_that_breaks_a_rule_is_held_with_the_finding(typed: Typed, stored: Stored, tmp_path: Path) -> None:
    """The seller's own words: the command fails, and the entry waits for a person who mends the file."""
    (tmp_path / "templates").mkdir()
    own = "subject: 'Commande {{ order.id }}'\nlanguages:\n  fr: |\n    Commande {{ order.id }}. Veuillez annuler.\n"
    (tmp_path / "templates" / "delay_notice.yaml").write_text(own)
    typed("orders", "delay", ORDER, "--until", "tomorrow", code=1)
    (row,) = queued(stored)
    assert row.state == "held"
    assert (row.reason or "").startswith("L28 line 1: ")


def test_an_order_that_two_accounts_know_needs_the_account(typed: Typed, stored: Stored) -> None:
    """Nobody guesses in whose name a buyer is written to."""
    for name in ("main", "second"):
        stored(known, NOW, account=name, ship_by_at=NOW - DAY)
    assert "--account main or second" in typed("orders", "delay", ORDER, "--until", "tomorrow", code=2)
    assert "no account 'third'" in typed("orders", "delay", ORDER, "--until", "tomorrow", "--account", "third", code=2)
    typed("orders", "delay", ORDER, "--until", "tomorrow", "--account", "second")
    (row,) = queued(stored)
    assert row.account == "second"
