"""check: every mistake in one report; with --connect, what real servers say, without sending or changing anything."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot
from neighbours.smtp import Mailhost

from responder.adapters import templates
from responder.cli import main

CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com}}
acknowledgements: {{when: [weekend, closure]}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: service@example.com
    authserv_id: {authserv_id}
    imap: {{host: {host}, port: {imap}, ca_file: {ca}, username: seller, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: SELLER_PASSWORD}}}}
"""

MAIL = b"""\
Authentication-Results: mx.example.com 1; dmarc=pass header.from=marketplace.amazon.fr\r
Authentication-Results: forged.example.org; dmarc=pass\r
From: buyer@marketplace.amazon.fr\r
Message-ID: <1@marketplace.amazon.fr>\r
Subject: Hello\r
\r
Where is my parcel?\r
"""


def write(folder: Path, **values: Any) -> Path:
    """Write a configuration that is right, or as the test wants it."""
    defaults = {"host": "localhost", "imap": 1, "smtp": 1, "ca": "null", "authserv_id": "mx.example.com"}
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(**{**defaults, **values}))
    return path


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELLER_PASSWORD", "canary-5521")


def test_what_is_right_is_said_in_a_few_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No problem: the files, the accounts, the languages, and whether mail is sent."""
    path = write(tmp_path)
    assert main.run(["-c", str(path), "check"]) == 0
    first, *texts = capsys.readouterr().out.splitlines()
    assert first == f"{path}: accounts main; mail is sent"
    languages = "ar, de, en, es, fr, it, ja, nl, pl, pt, sv, tr"
    mails = ("acknowledgement", "feedback_request", "invoice", "delay_notice", *templates.ANSWERS)
    assert texts[: len(mails)] == [f"{kind}.yaml: {languages}" for kind in mails]
    (plan,) = texts[len(mails) :]
    assert plan.startswith("plan_of_action.yaml: ")


def test_quiet_says_nothing_when_nothing_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For ExecReload and cron: silence and 0."""
    assert main.run(["check", "--quiet", "-c", str(write(tmp_path))]) == 0
    assert capsys.readouterr().out == ""


def test_every_file_is_checked_whatever_is_wrong_in_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Configuration, calendar and template mistakes come in one report, and the code is 78."""
    path = write(tmp_path, authserv_id="1.5")
    text = path.read_text() + "working_hours: {holidays: {calendars: [c.yaml]}}\n"
    path.write_text(text.replace("timezone: Europe/Paris", "timezone: Europe/Pariss"))
    for name in ("calendars", "templates"):
        (tmp_path / name).mkdir()
    (tmp_path / "calendars" / "c.yaml").write_text("closures:\n  - {on: tomorrow}\n")
    (tmp_path / "templates" / "acknowledgement.yaml").write_text("subject: Re: x\n")
    assert main.run(["-c", str(path), "check", "--json"]) == 78
    places = [json.loads(line)["at"].removeprefix(f"{tmp_path}/") for line in capsys.readouterr().out.splitlines()]
    assert places == [
        "config.yaml:1:11",
        "config.yaml:8:18",
        "calendars/c.yaml:2:10",
        "templates/acknowledgement.yaml:1:12",
    ]


def test_a_template_that_breaks_a_rule_of_amazons_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link out of Amazon is found here, not by the buyer."""
    (tmp_path / "templates").mkdir()
    text = (
        'subject: "Re: {{ message.subject }}"\nlanguages:\n  fr: |\n    Bonjour, voyez https://shop.example.org/avis\n'
    )
    (tmp_path / "templates" / "acknowledgement.yaml").write_text(text)
    assert main.run(["-c", str(write(tmp_path)), "check"]) == 78
    assert "templates/acknowledgement.yaml:4:" in capsys.readouterr().out


def test_the_name_of_every_shop_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is a web address would hold every mail: also where it is the second account's."""
    path = write(tmp_path)
    account = path.read_text().partition("accounts:\n")[2]
    second = account.replace("name: main", "name: second").replace("Maison Exemple", "Beispiel.shop")
    path.write_text(path.read_text() + second.replace("username: seller", "username: other"))
    assert main.run(["-c", str(path), "check"]) == 78
    assert "L08: Beispiel.shop" in capsys.readouterr().out


def test_a_language_is_missing_only_in_mail_that_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A request without French is no problem as long as nobody is asked, and a warning from then on."""
    path = write(tmp_path)
    for name in ("templates", "orders", "invoices"):
        (tmp_path / name).mkdir()
    for kind in ("feedback_request", "invoice"):
        text = "subject: Order {{ order.id }}\nlanguages: {en: 'Your order {{ order.id }} and its invoice.'}\n"
        (tmp_path / "templates" / f"{kind}.yaml").write_text(text)
    assert main.run(["-c", str(path), "check", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    settings = path.read_text()
    for more, missing in (("", ["no buyer is asked"]), ("at_shipping", ["no buyer is asked", "no invoice is sent"])):
        wanted = f"feedback: {{enabled: true}}\ninvoices: {{mail: {more or 'never'}}}\n"
        path.write_text(settings + wanted)
        assert main.run(["-c", str(path), "check", "--quiet"]) == 0
        said = [line for line in capsys.readouterr().out.splitlines() if "there is no text in 'fr'" in line]
        assert [each for each in missing if any(each in line for line in said)] == missing
        assert len(said) == len(missing)


def test_a_shop_that_never_opens_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without an opening no acknowledgement could name a date."""
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "c.yaml").write_text("closures:\n  - {from: 2000-01-01, to: 2099-12-31, name: Away}\n")
    path = write(tmp_path)
    path.write_text(path.read_text() + "working_hours: {holidays: {calendars: [c.yaml]}}\n")
    assert main.run(["-c", str(path), "check"]) == 78
    assert "nothing opens within a year" in capsys.readouterr().out


def test_a_secret_that_is_not_there_yet_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under systemd a reload's check cannot see the credentials: it must not fail for that."""
    monkeypatch.delenv("SELLER_PASSWORD")
    assert main.run(["-c", str(write(tmp_path)), "check"]) == 0
    printed = capsys.readouterr().out
    assert "the imap password {env: SELLER_PASSWORD} is not there yet (set SELLER_PASSWORD)" in printed
    assert "2 warnings." in printed


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """Return a running Dovecot with one user."""
    if not AVAILABLE:
        pytest.skip(NEEDED)
    with Dovecot(tmp_path_factory.mktemp("dovecot"), users={"seller": "canary-5521"}) as running:
        yield running


@pytest.fixture(scope="module")
def mailhost() -> Iterator[Mailhost]:
    """Return a running submission server with one user."""
    with Mailhost(users={"seller": "canary-5521"}) as running:
        yield running


@pytest.mark.dovecot
def test_connect_says_what_the_servers_offer_and_changes_nothing(
    tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost, capsys: pytest.CaptureFixture[str]
) -> None:
    """IDLE, keywords, the Sent folder and the size limit are told; the mail stays unread and nothing is sent."""
    dovecot.append("seller", "INBOX", MAIL)
    path = write(tmp_path, imap=dovecot.imaps, ca=dovecot.ca_file, smtp=mailhost.port)
    assert main.run(["-c", str(path), "check", "--connect"]) == 0
    printed = capsys.readouterr().out
    assert "main: imap localhost:" in printed
    assert "it finds new mail at once (IDLE); keywords yes; sent folder Sent" in printed
    assert "main: smtp 127.0.0.1:" in printed
    assert "warning" not in printed
    assert "canary" not in printed
    assert mailhost.accepted == []
    with dovecot.login("seller") as look:
        look.select("INBOX", readonly=True)
        assert b"\\Seen" not in look.fetch("1", "(FLAGS)")[1][0]


@pytest.mark.dovecot
def test_connect_tells_the_authserv_id_of_the_newest_mail(
    tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost, capsys: pytest.CaptureFixture[str]
) -> None:
    """The topmost header counts: what stands below it may be forged by the sender."""
    dovecot.append("seller", "INBOX", MAIL)
    path = write(tmp_path, imap=dovecot.imaps, ca=dovecot.ca_file, smtp=mailhost.port, authserv_id="null")
    assert main.run(["-c", str(path), "check", "--connect"]) == 0
    printed = capsys.readouterr().out
    assert "authserv_id: is not set" in printed
    assert "write authserv_id: mx.example.com" in printed
    assert "forged" not in printed


@pytest.mark.dovecot
def test_connect_in_json_is_one_object_a_server(tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost) -> None:
    """A script sees the same facts; nothing else is on standard output."""
    path = write(tmp_path, imap=dovecot.imaps, ca=dovecot.ca_file, smtp=mailhost.port)
    done = subprocess.run(
        [sys.executable, "-m", "responder", "check", "-c", str(path), "--connect", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    imap, smtp = map(json.loads, done.stdout.splitlines())
    assert (imap["server"], imap["idle"], imap["keywords"], imap["sent_folder"]) == ("imap", True, True, "Sent")
    assert (smtp["server"], smtp["logged_in"]) == ("smtp", True)


@pytest.mark.dovecot
def test_a_refused_login_is_told_without_the_password(
    tmp_path: Path,
    dovecot: Dovecot,
    mailhost: Mailhost,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong password fails (1): trying again would not help, and might lock the account."""
    monkeypatch.setenv("SELLER_PASSWORD", "canary-wrong")
    path = write(tmp_path, imap=dovecot.imaps, ca=dovecot.ca_file, smtp=mailhost.port)
    assert main.run(["-c", str(path), "check", "--connect"]) == 1
    printed = capsys.readouterr().out
    assert "2 errors." in printed
    assert "canary" not in printed


def test_servers_that_are_away_are_a_temporary_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens: 75, and both servers are named."""
    assert main.run(["-c", str(write(tmp_path)), "check", "--connect"]) == 75
    printed = capsys.readouterr().out
    assert "main: imap localhost:1: " in printed
    assert "main: smtp 127.0.0.1:1: " in printed
