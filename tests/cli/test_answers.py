"""What the commands say of answers, and of messages that need none."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from mail import builders
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot
from neighbours.smtp import Mailhost

from responder.cli import main

CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: service@example.com
    authserv_id: mx.example.com
    answers: {{no_response_folder: {folder}, no_response_keyword: NoAnswer}}
    imap: {{host: localhost, port: {imap}, ca_file: {ca}, username: seller, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: SELLER_PASSWORD}}}}
"""
PHRASE = "No response is required to this message"


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Dovecot, Mailhost]]:
    """A mailbox and a submission server of one user."""
    if not AVAILABLE:
        pytest.skip(NEEDED)
    monkeypatch.setenv("SELLER_PASSWORD", "secret")
    users = {"seller": "secret"}
    with Dovecot(tmp_path / "dovecot", users=users) as dovecot, Mailhost(users=users) as mailhost:
        yield dovecot, mailhost


@pytest.mark.dovecot
@pytest.mark.parametrize(("folder", "code"), [("Sent/Done", 78), ("Drafts", 0)])
def test_the_check_names_a_folder_that_is_not_there(
    tmp_path: Path,
    servers: tuple[Dovecot, Mailhost],
    capsys: pytest.CaptureFixture[str],
    folder: str,
    code: int,
) -> None:
    """With the folders that there are; a folder that is there is not mentioned."""
    dovecot, mailhost = servers
    with dovecot.login("seller") as client:
        client.create("Drafts")
    path = tmp_path / "config.yaml"
    ports = {"imap": dovecot.imaps, "smtp": mailhost.port, "ca": dovecot.ca_file}
    path.write_text(CONFIG.format(folder=folder, **ports))
    assert main.run(["-c", str(path), "check", "--connect"]) == code
    printed = capsys.readouterr().out
    assert (f"there is no folder '{folder}'" in printed) is (code != 0)
    assert ("there are: Drafts, INBOX, Sent" in printed) is (code != 0)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_message_that_amazon_marks_has_no_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    """By a row of the seller's: `explain` says which, names no deadline, and sends nothing."""
    monkeypatch.setenv("SELLER_PASSWORD", "secret")
    (tmp_path / "formats").mkdir()
    row = f'{{phrase: "{PHRASE}", where: frame, grade: P, source: our own mailbox}}'
    (tmp_path / "formats" / "no_response.yaml").write_text(f"no_response:\n  - {row}\n")
    (tmp_path / "config.yaml").write_text(CONFIG.format(folder="Done", imap=1, smtp=1, ca="null"))
    begin, end = "------------- Message: -------------", "------------- Fin du message -------------"
    body = f"Vous avez reçu un message.\n{begin}\nMerci\n{end}\n{PHRASE}\n"
    (tmp_path / "mail.eml").write_bytes(builders.buyer_message(body=body))
    arguments = ["explain", str(tmp_path / "mail.eml"), "--offline", "--at", "2026-12-25T11:00"]
    assert main.run(["-c", str(tmp_path / "config.yaml"), *arguments, *(["--json"] if as_json else [])]) == 0
    printed = capsys.readouterr().out
    if as_json:
        found = json.loads(printed)
        assert (found["deadline_at"], found["acknowledge"]["send"]) == (None, False)
        assert "no_response_needed" in [reason["code"] for reason in found["acknowledge"]["reasons"]]
    else:
        assert f"Amazon marks it as needing no answer (“{PHRASE}” in Amazon's own words): it has no clock." in printed
