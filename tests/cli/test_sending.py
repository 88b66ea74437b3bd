"""pause, resume, go-live: what they say and store, and what status, check, outbox and the digest say of them."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from responder.adapters.store import decisions, outbox, sending
from responder.core.breaker import REHEARSAL, Cap, Paused, Stopped

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # 11:00 in Paris
HOUR = timedelta(hours=1)
CONFIG = """\
dry_run: {dry_run}
timezone: Europe/Paris
operator: {{email: owner@example.com}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: localhost, username: service, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: localhost, username: service, password: {{env: SELLER_PASSWORD}}}}
"""


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tuesday 14 July 2026, 11:00 in Paris, in a shop that is live."""
    (tmp_path / "clock").write_text(NOW.isoformat())
    monkeypatch.setenv("RESPONDER_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("SELLER_PASSWORD", "secret")
    monkeypatch.setenv("SUDO_USER", "camille")
    (tmp_path / "config.yaml").write_text(CONFIG.format(dry_run="false"))


def acknowledgement(number: int, **changes: Any) -> outbox.NewOutbox:
    """Return an acknowledgement that waits for ten more minutes and is in time until the evening."""
    given: dict[str, Any] = {
        "account": "main",
        "idem_key": f"ack:{number}",
        "message_id": f"<{number}@example.com>",
        "kind": "acknowledgement",
        "recipient": f"buyer{number}@marketplace.amazon.fr",
        "subject": "Re: Commande",
        "rfc822": b"Subject: Re: Commande\r\n\r\nBonjour\r\n",
        "due_at": NOW + HOUR / 6,
        "created_at": NOW - HOUR,
        "expires_at": NOW + 8 * HOUR,
    }
    return outbox.NewOutbox(**(given | changes))


def move(tmp_path: Path, at: datetime) -> None:
    """Set the clock forward."""
    (tmp_path / "clock").write_text(at.isoformat())


def test_a_pause_is_said_everywhere_and_ends_when_it_says(
    typed: Callable[..., str], stored: Callable[..., Any], tmp_path: Path
) -> None:
    """In status as the first problem, in check, in the digest; a second pause moves the end."""
    stored(outbox.enqueue, acknowledgement(1))
    assert typed("pause") == "Nothing is sent to buyers until you type: responder resume. 1 mail waits.\n"
    assert "to buyers     paused until responder resume" in typed("status")
    assert (
        typed("pause", "--until", "2026-07-14T12:30")
        == "Nothing is sent to buyers until 2026-07-14 12:30. 1 mail waits.\n"
    )
    said = typed("status")
    assert "to buyers     paused until 2026-07-14 12:30" in said
    assert "problem       Sending to buyers is paused until 12:30; 1 mail to buyers waits" in said
    assert "sending to buyers is paused until 2026-07-14 12:30" in typed("check")
    assert "Sending to buyers is paused until 12:30; 1 mail to buyers waits" in typed("digest", "--text")
    found = json.loads(typed("status", "--json"))
    assert found["problems"][0].startswith("Sending to buyers is paused")
    assert found["sending"] == {
        "state": "paused",
        "live_since": None,
        "since": NOW.isoformat(),
        "until": "2026-07-14T10:30:00+00:00",
        "reason": None,
    }
    move(tmp_path, NOW + 3 * HOUR / 2)
    assert json.loads(typed("status", "--json"))["sending"]["state"] == "live"
    assert "paused" not in typed("check") + typed("digest", "--text")


@pytest.mark.parametrize("until", ["2026-07-14T11:00", "2026-07-13", "2026-07-14T08:59:59+00:00"])
def test_a_pause_that_is_over_before_it_begins_is_refused(typed: Callable[..., str], until: str) -> None:
    """With the time it is, since the mistake is most often the zone; nothing is stored."""
    said = typed("pause", "--until", until, code=2)
    assert f"--until {until} is past; it is 2026-07-14 11:00 now" in said
    assert json.loads(typed("status", "--json"))["sending"]["state"] == "live"


def test_a_time_that_is_none_is_refused(typed: Callable[..., str]) -> None:
    """With an example of one."""
    assert "write it like 2026-12-25T11:00" in typed("pause", "--until", "tomorrow", code=2)


def test_a_stop_is_the_first_problem_and_a_resume_ends_it(
    typed: Callable[..., str], stored: Callable[..., Any], tmp_path: Path
) -> None:
    """What goes out now and what is too late is said; who resumed is kept; the digest counts what was too late."""
    stored(sending.stop, Stopped(NOW - HOUR, Cap.HOURLY, 60, 60, 58))
    for number, expires_at in enumerate((NOW + HOUR, NOW + HOUR, NOW, NOW - 2 * HOUR)):
        stored(outbox.enqueue, acknowledgement(number, expires_at=expires_at))
    said = typed("status")
    assert "to buyers     STOPPED since 2026-07-14 10:00: responder resume" in said
    assert "problem       Sending to buyers has STOPPED at 10:00: 60 acknowledgements to 58 buyers" in said
    assert "problem       1 mail to a buyer was not sent in time" in said
    assert "sending to buyers stopped at 2026-07-14 10:00" in typed("check")
    digest = typed("digest", "--text")
    assert "Sending to buyers has STOPPED at 10:00" in digest
    assert "2 mails to buyers were not sent in time and are not sent any more" in digest
    assert json.loads(typed("status", "--json"))["sending"]["reason"] == "hourly_cap"
    assert "only responder resume ends that" in typed("pause")
    assert typed("resume").splitlines() == [
        "Sending to buyers goes on. 2 mails go out when due, within the limits.",
        "Not sent any more, because its time passed: 1 mail.",
    ]
    assert typed("resume") == "Nothing was paused or stopped.\n"
    (story,) = stored(decisions.decisions, action="sending_resumed")
    assert (story.at, story.detail["words"]) == (NOW, "camille resumed the sending to buyers")
    assert stored(sending.state).counted_from == NOW


def test_what_waits_can_be_dropped_on_resuming(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """After a flood of robots nobody wants the rest; mail to the operator is not touched."""
    stored(sending.stop, Stopped(NOW - HOUR, Cap.DAILY, 300, 300, 1))
    for number in range(3):
        stored(outbox.enqueue, acknowledgement(number))
    stored(outbox.enqueue, acknowledgement(4, kind="digest"))
    found = json.loads(typed("resume", "--drop-waiting", "--json"))
    assert (found["state"], found["waiting"], found["expired"], found["dropped"]) == ("live", 0, 0, 3)
    reasons = {row.reason for row in stored(outbox.outbox_rows, ("cancelled",))}
    assert reasons == {"dropped by camille when sending was resumed"}
    assert len(stored(outbox.outbox_rows, ("queued",))) == 1


def test_going_live_ends_the_rehearsal_and_sends_nothing_old(
    typed: Callable[..., str], stored: Callable[..., Any], tmp_path: Path
) -> None:
    """Held stays held, waiting is held, what is too late is cancelled; the way back is `--undo`."""
    (tmp_path / "config.yaml").write_text(CONFIG.format(dry_run="true"))
    assert "to buyers     rehearsal" in typed("status")
    assert "a rehearsal: nothing is sent to buyers (dry_run)" in typed("check")
    assert "Rehearsal: nothing is sent to buyers yet" in typed("digest", "--text")
    held = {"state": "held", "reason": REHEARSAL}
    stored(outbox.enqueue, acknowledgement(1, **held))
    stored(outbox.enqueue, acknowledgement(2, **held, expires_at=NOW))
    stored(outbox.enqueue, acknowledgement(3))
    assert typed("go-live", "--yes").splitlines() == [
        "Live: buyers are written to from now on.",
        "Held from the rehearsal, and not sent by itself: 2 mails; look: responder outbox --held.",
        "Cancelled, because its time passed: 1 mail.",
        "The way back: responder go-live --undo",
    ]
    assert "to buyers     live since 2026-07-14 11:00" in typed("status")
    assert "mail is sent: live since 2026-07-14 11:00" in typed("check")
    digest = typed("digest", "--text")
    assert "Rehearsal" not in digest
    assert "Live since Tue 14 Jul 11:00" in digest
    assert typed("go-live") == "It is live already (since 2026-07-14 11:00).\n"
    assert json.loads(typed("go-live", "--undo", "--json"))["state"] == "rehearsal"
    assert "to buyers     rehearsal" in typed("status")
    actions = [each.action for each in stored(decisions.decisions)]
    assert actions == ["went_live", "rehearsal"]


def test_a_shop_without_a_rehearsal_is_live_and_has_no_way_back(typed: Callable[..., str], tmp_path: Path) -> None:
    """`dry_run: false` is the file's word; only the file changes it."""
    assert typed("go-live") == "It is live already (dry_run is false).\n"
    said = typed("go-live", "--undo", code=2)
    assert f"write dry_run: true into {tmp_path}/config.yaml" in said


def test_going_live_asks_on_a_terminal_and_only_there(typed: Callable[..., str], tmp_path: Path) -> None:
    """Without a terminal `--yes` must be said; on one, only a yes is one."""
    (tmp_path / "config.yaml").write_text(CONFIG.format(dry_run="true"))
    command = [sys.executable, "-m", "responder", "-c", str(tmp_path / "config.yaml"), "go-live"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "responder go-live --yes" in done.stderr) == (2, True)
    for answer, state in ((b"n\n", "rehearsal"), (b"y\n", "live")):
        ours, theirs = pty.openpty()
        os.write(ours, answer)
        done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=60, check=False)
        os.close(ours)
        os.close(theirs)
        assert "Go live?" in done.stderr
        assert json.loads(typed("status", "--json"))["sending"]["state"] == state


def test_a_released_mail_says_when_it_leaves(
    typed: Callable[..., str], stored: Callable[..., Any], tmp_path: Path
) -> None:
    """Else a person waits for a mail that stands still."""
    ids = [stored(outbox.enqueue, acknowledgement(number, state="held", reason="x")) for number in range(3)]
    assert "It leaves now, if the daemon runs." in typed("outbox", str(ids[0]), "release")
    stored(sending.pause, Paused(NOW), "camille")
    assert "It leaves when sending to buyers goes on: responder resume" in typed("outbox", str(ids[1]), "release")
    typed("resume")
    (tmp_path / "config.yaml").write_text(CONFIG.format(dry_run="true"))
    assert "This is a rehearsal: it is held, after" in typed("outbox", str(ids[2]), "release")


def test_check_makes_no_state(typed: Callable[..., str], tmp_path: Path) -> None:
    """It changes nothing on disk, and what is no state is told by others."""
    assert "mail is sent" in typed("check")
    assert not (tmp_path / "state.db").exists()
    (tmp_path / "state.db").write_bytes(b"this is not a database, whatever its name says")
    assert "mail is sent" in typed("check")
