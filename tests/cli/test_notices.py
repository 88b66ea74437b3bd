"""`responder notices` and `responder notice`: which need a person, the life of one, and the two words that end it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours.configured import ONE

from responder.adapters.store import mails, notice_reports, notices, outbox, timers
from responder.core.notice_life import SeenBy

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEPT = {"account": "main", "folder": "INBOX", "role": "inbox", "uidvalidity": 1, "received_at": AT, "size": 9}
ORDER = "171-1234567-1234567"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, stored: Callable[..., Any]) -> None:
    """A claim that an alert told of and a mail program showed, and a refund."""
    (tmp_path / "config.yaml").write_text(ONE)

    def happen(conn: Any) -> None:
        for uid, (kind, due_at) in enumerate((("a_to_z_opened", AT + 48 * HOUR), ("refund", None)), 1):
            new = mails.NewMail(**KEPT, uid=uid, dedup_key=str(uid), message_id=None, kind="notice", authentic="pass")  # type: ignore[arg-type]
            notice = notices.NewNotice(
                account="main",
                mail_id=mails.insert_mail(conn, new) or 0,
                notice_type=kind,
                marketplace="amazon.fr",
                order_id=ORDER if due_at else "171-7777777-7777777",
                subject="Claim \x1b[31m about your order",
                received_at=AT,
                due_at=due_at,
                amounts=({"value": "119.00", "currency": "EUR"},),
                urgent=due_at is not None,
            )
            notices.insert_notice(conn, notice)
        timers.add_timer(conn, "warn:1", "warn", AT + 42 * HOUR, notice_id=1)
        alert = outbox.NewOutbox(
            account="main", idem_key="alert:1", message_id="<alert@example.com>", kind="alert", thread_id=None,
            recipient="owner@example.com", subject="Act", rfc822=b"x", due_at=AT, created_at=AT,
        )  # fmt: skip
        notice_reports.told(conn, [1], outbox.enqueue(conn, alert) or 0, "alert", AT + HOUR)
        notices.see(conn, [1], AT + 2 * HOUR, SeenBy.MAIL_PROGRAM)

    stored(happen)


def test_what_needs_a_person_is_listed(typed: Callable[..., str]) -> None:
    """By need, type and order; each with how it stands."""
    assert "needs you, seen by mail_program" in typed("notices", "--needs-answer")
    chosen = {
        "--needs-answer": [1],
        "--unseen": [2],
        "--type=refund": [2],
        f"--order={ORDER}": [1],
        "--order=171-0000000-0000000": [],
    }
    for option, ids in chosen.items():
        assert [json.loads(line)["id"] for line in typed("notices", option, "--json").splitlines()] == ids


def test_the_life_of_a_notice_is_told_in_order(typed: Callable[..., str]) -> None:
    """Received, told by which mail, seen by whom; when the next warning comes and what would settle it."""
    said = typed("notice", "1")
    told = [
        "received",
        "told by alert (outbox 1)",
        "a mail program shows it as read",
        "you will be told before its deadline",
    ]
    places = [said.index(words) for words in told]
    assert places == sorted(places)
    assert "amounts: 119.00 EUR" in said
    assert "Amazon's decision of the claim settles it; else type: responder notice 1 seen" in said
    assert "\x1b" not in said


def test_what_is_over_names_no_deadline(typed: Callable[..., str]) -> None:
    """Nobody has to act any more."""
    assert "; act by 2026-11-28 10:00" in typed("notice", "1")
    typed("notice", "1", "settled")
    assert "state: settled\n" in typed("notice", "1")


def test_a_long_list_begins_with_what_needs_a_person(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """Five hundred return requests that are over hide no claim, and the list says that it is cut."""

    def returned(conn: Any) -> None:
        for uid in range(3, 503):
            mail = mails.NewMail(**KEPT, uid=uid, dedup_key=str(uid), message_id=None, kind="notice", authentic="pass")  # type: ignore[arg-type]
            new = notices.NewNotice(
                account="main", mail_id=mails.insert_mail(conn, mail) or 0, notice_type="return_request",
                marketplace=None, order_id=None, subject="Return", received_at=AT, due_at=AT - 24 * HOUR,
            )  # fmt: skip
            notices.settle_one(conn, notices.insert_notice(conn, new) or 0, AT)

    stored(returned)
    lines = typed("notices").splitlines()
    assert lines[1].startswith("1 ")
    assert lines[-1].startswith("and more than these 500")


def test_the_life_of_a_notice_has_every_field(typed: Callable[..., str]) -> None:
    """For a program: the reports with their mails, the timers ahead, the story."""
    found = json.loads(typed("notice", "1", "--json"))
    assert found["reported"] == [{"kind": "alert", "outbox": 1, "at": (AT + HOUR).isoformat()}]
    assert found["timers"] == [{"kind": "warn", "at": (AT + 42 * HOUR).isoformat()}]
    assert (found["seen_by"], found["needs_answer"], found["urgent"]) == ("mail_program", True, True)
    assert (found["digest_at"], found["settled_at"], found["settled_how"]) == (None, None, None)
    assert [each["action"] for each in found["story"]] == ["notice_seen"]
    assert found["settled_by"] == "Amazon's decision of the claim"


@pytest.mark.parametrize("word", ["seen", "settled"])
def test_a_persons_word_ends_the_warnings(typed: Callable[..., str], stored: Callable[..., Any], word: str) -> None:
    """Once; a second time says so."""
    assert typed("notice", "1", word) == f"Notice 1 is {word}.\n"
    assert typed("notice", "1", word) == f"Notice 1 was {word} before.\n"
    assert typed("notices", "--needs-answer", "--json") == ""
    assert stored(timers.timers, notice_id=1) == ()
    found = json.loads(typed("notice", "1", "--json"))
    assert (found["seen_by"] == "command", found["settled_how"] == "you said so") == (word == "seen", word == "settled")


def test_a_notice_that_is_not_there_is_named(typed: Callable[..., str]) -> None:
    """With the way to those that are."""
    for arguments in (["notice", "99"], ["notice", "99", "seen"], ["notice", "99", "settled"]):
        assert "there is no notice 99; responder notices lists them" in typed(*arguments, code=2)
