"""What the commands say of the state and of a mail: also of a dead daemon, and of the second account."""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail import builders

from responder.adapters.store import Store, health, mails, new_kinds, outbox, retention, troubles
from responder.adapters.store.outbox import NewOutbox
from responder.cli import main
from responder.cli.state import now
from responder.core.troubles import TroubleKind

CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
working_hours:
  hours: ["09:00-12:30", "13:30-18:00"]
  holidays: {country: FR}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
  - name: second
    seller: {name: Zweiter Laden, marketplaces: [amazon.de]}
    from: "Zweiter Laden <laden@example.org>"
    authserv_id: mx.example.org
    imap: {host: localhost, username: laden, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: laden, password: {env: SELLER_PASSWORD}}
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Two accounts, and no state yet."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    return str(tmp_path / "config.yaml")


def test_a_dead_daemon_is_not_shown_as_watching(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was kept of a connection outlives the process that had it."""
    store = Store.open(f"sqlite:///{Path(config).parent}/state.db", exclusive=True)
    store.run(health.account_started, "main", now())
    store.run(health.set_health, "main", imap_state="connected", imap_idle=True)
    assert main.run(["-c", config, "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["running"] is True
    store.close()
    assert main.run(["-c", config, "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["running"] is False
    assert main.run(["-c", config, "status"]) == 0
    said = capsys.readouterr().out
    assert "NOT RUNNING" in said
    assert "waiting for mail" not in said


def test_the_status_lists_what_is_wrong_and_whether_it_was_told(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Since when, told when, and in which words; a mail to the operator that no server took is a problem."""
    with contextlib.closing(Store.open(f"sqlite:///{Path(config).parent}/state.db", exclusive=True)) as store:
        at = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
        store.run(troubles.begin, "main", TroubleKind.MAILBOX, "imap", "no route\x1b[31m to host", at)
        refused = NewOutbox(
            account="main", idem_key="alert:1", message_id="<1@example.com>", kind="alert", recipient="o@example.com",
            subject="Overdue: Where?", rfc822=b"x", due_at=at, created_at=at,
        )  # fmt: skip
        key = store.run(outbox.enqueue, refused)
        assert key is not None
        store.run(troubles.told, [each.id for each in store.run(troubles.lasting)], key, at + timedelta(minutes=15))
        store.run(outbox.claim_due, "main", at)
        store.run(outbox.refuse, key, "550 no")
    assert main.run(["-c", config, "status"]) == 0
    said = capsys.readouterr().out
    assert "trouble       since 2026-07-14 11:00, told 2026-07-14 11:15 by a mail that no server took: Mailbox" in said
    assert "Mailbox out of reach: main (no route" in said
    assert "no mail server took the mail to you “Overdue: Where?”: 550 no" in said
    assert "\x1b" not in said
    assert main.run(["-c", config, "status", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["troubles"]
    assert (found["kind"], found["key"], found["alert"]) == ("mailbox_unreachable", "imap", "refused")
    assert (found["began_at"], found["headline"]) == ("2026-07-14T09:00:00+00:00", "Mailbox out of reach: main")


def test_a_trouble_whose_alert_has_not_left_is_not_said_to_be_told(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No account can send: whoever looks here sees that the mail did not come; and what seems over says so."""
    at = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
    with contextlib.closing(Store.open(f"sqlite:///{Path(config).parent}/state.db", exclusive=True)) as store:
        store.run(troubles.begin, "main", TroubleKind.HEARTBEAT, "heartbeat", "timed out", at)
        alert = NewOutbox(
            account="main", idem_key="alert:1", message_id="<1@example.com>", kind="alert", recipient="o@example.com",
            subject="x", rfc822=b"x", due_at=at, created_at=at,
        )  # fmt: skip
        key = store.run(outbox.enqueue, alert)
        store.run(troubles.told, [each.id for each in store.run(troubles.lasting)], key, at + timedelta(minutes=15))
        store.run(troubles.over, "main", TroubleKind.HEARTBEAT, "heartbeat", at + timedelta(minutes=20))
    assert main.run(["-c", config, "status"]) == 0
    told = "told 2026-07-14 11:15 by a mail that still waits: Nobody hears"
    assert f"trouble       since 2026-07-14 11:00, well since 2026-07-14 11:20, {told}" in capsys.readouterr().out


def test_a_mail_is_explained_by_the_account_it_was_sent_to(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second account has its own mail server and its own marketplaces."""
    file = tmp_path / "message.eml"
    file.write_bytes(builders.buyer_message("amazon.de", to="laden@example.org", authserv_id="mx.example.org"))
    assert main.run(["-c", config, "explain", str(file), "--json", "--at", "2026-07-14T11:00"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["authentic"], found["acknowledge"]["send"]) == ("pass", True)


def test_what_nobody_knows_is_listed_and_shown(config: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """One line for each kind; its sample comes byte for byte where it goes into a file."""
    raw = builders.notice("SOMETHING_NEW")
    with contextlib.closing(Store.open(f"sqlite:///{Path(config).parent}/state.db", exclusive=True)) as store:
        new = mails.NewMail(
            account="main", folder="INBOX", role="inbox", uidvalidity=1, uid=1, dedup_key="x", message_id=None,
            received_at=now(), size=len(raw), kind="notice",
        )  # fmt: skip
        seen = new_kinds.Seen(
            account="main", key="type:SOMETHING_NEW", mail_id=store.run(mails.insert_mail, new) or 0, at=now(),
            subject="New", sender="donotreply@amazon.com", verified=True, sample=raw,
        )  # fmt: skip
        store.run(new_kinds.saw, seen)

    def said(*arguments: str) -> bytes:
        assert main.run(["-c", config, "notices", *arguments]) == 0
        return capsysbinary.readouterr().out

    assert b"type:SOMETHING_NEW  donotreply@amazon.com  yes" in said("--new-kinds")
    found = json.loads(said("--new-kinds", "--json"))
    assert (found["key"], found["verified"], found["mails"], found["told_at"]) == ("type:SOMETHING_NEW", True, 1, None)
    assert said("--new-kinds", "--sample", "type:SOMETHING_NEW") == raw
    for wrong in (["--new-kinds", "--sample", "type:OTHER"], ["--sample", "type:SOMETHING_NEW"]):
        assert main.run(["-c", config, "notices", *wrong]) == 2
    with contextlib.closing(Store.open(f"sqlite:///{Path(config).parent}/state.db", exclusive=True)) as store:
        store.run(retention.purge, now() + timedelta(days=1))
    capsysbinary.readouterr()
    assert main.run(["-c", config, "notices", "--new-kinds", "--sample", "type:SOMETHING_NEW"]) == 2
    told = capsysbinary.readouterr()
    assert told.out == b""
    assert b"has no sample: none is kept of a buyer's message, nor past retention.mail" in told.err
