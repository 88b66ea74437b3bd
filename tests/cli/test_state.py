"""What the commands say of the state and of a mail: also of a dead daemon, and of the second account."""

import json
from pathlib import Path

import pytest
from mail import builders

from responder.adapters.store import Store, health
from responder.cli import main
from responder.cli.state import now

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


def test_a_mail_is_explained_by_the_account_it_was_sent_to(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second account has its own mail server and its own marketplaces."""
    file = tmp_path / "message.eml"
    file.write_bytes(builders.buyer_message("amazon.de", to="laden@example.org", authserv_id="mx.example.org"))
    assert main.run(["-c", config, "explain", str(file), "--json", "--at", "2026-07-14T11:00"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["authentic"], found["acknowledge"]["send"]) == ("pass", True)
