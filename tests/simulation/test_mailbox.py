"""The account's own mailbox, on a real Dovecot: looked at, and left as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot
from neighbours.smtp import Mailhost
from simulation import quarter
from simulation.conftest import Simulate
from simulation.quarter import at

from responder.cli import main


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[Dovecot]:
    """A private Dovecot with one mailbox."""
    if not AVAILABLE:
        pytest.skip(NEEDED)
    with Dovecot(tmp_path / "dovecot") as server:
        yield server


@pytest.fixture
def mailhost() -> Iterator[Mailhost]:
    """A submission server that keeps what it accepts."""
    with Mailhost(users={"seller": "secret"}) as server:
        yield server


def flags(dovecot: Dovecot, folder: str) -> list[bytes]:
    """Return what the server says of every mail's flags and dates, as an independent client sees it."""
    with dovecot.login("seller") as imap:
        imap.select(folder, readonly=True)
        _, found = imap.uid("FETCH", "1:*", "(FLAGS INTERNALDATE)")
        return [line for line in found if isinstance(line, bytes)]


def test_a_mailbox_has_the_figures_of_its_files_and_is_left_as_it_was(
    simulate: Simulate, tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost
) -> None:
    """Inbox and Sent merged by arrival; no flag changed, no mail sent, no state made."""
    mails = [quarter.asked(2, at(6, 1, 11)), *quarter.summer()]
    for mail in mails:
        marks = ["\\Answered"] if mail.answered else ["\\Seen"] if mail.sent else []
        folder = "Sent" if mail.sent else "INBOX"
        dovecot.append("seller", folder, quarter.received(mail), internaldate=mail.at, flags=marks)
    folder = tmp_path / "shop"
    folder.mkdir()
    config = quarter.write_config(folder, imap=dovecot.imap, smtp=mailhost.port)
    before = [flags(dovecot, each) for each in ("INBOX", "Sent")]
    found = simulate(config=config)
    assert [flags(dovecot, each) for each in ("INBOX", "Sent")] == before
    assert b"\\Recent" in b"".join(before[0])  # EXAMINE leaves even that; a SELECT would have taken it
    assert list(mailhost.accepted) == []
    assert sorted(each.name for each in folder.iterdir()) == ["config.yaml"]

    files = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", quarter.summer())))
    assert [each for each in found if "message" in each] == [each for each in files if "message" in each]
    assert [each for each in found if "notice" in each] == [each for each in files if "notice" in each]
    summary = found[-1]["summary"]
    assert (summary["mails"]["kept"], summary["mails"]["from_sent_folder"]) == (18, 5)
    assert summary["response_times_until"] == quarter.NOW.isoformat()
    assert (summary["deadlines_missed"], summary["answer_time_unknown"], summary["acknowledged"]) == (2, 1, 4)


def test_a_mailbox_ends_now_and_a_file_with_its_last_mail(
    simulate: Simulate, tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost
) -> None:
    """What fell due after the last mail was missed for sure in a mailbox; in a file the answer may only be missing."""
    last = quarter.asked(1, at(7, 4, 11))
    dovecot.append("seller", "INBOX", quarter.received(last), internaldate=last.at)
    config = quarter.write_config(tmp_path, imap=dovecot.imap, smtp=mailhost.port)
    found = simulate(config=config)[-1]["summary"]
    assert (found["deadlines_missed"], found["missed_beyond_last_mail"]) == (1, 0)
    found = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", [last])))[-1]["summary"]
    assert (found["deadlines_missed"], found["missed_beyond_last_mail"]) == (1, 1)


def test_a_server_that_is_away_is_a_temporary_failure(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 75 and a sentence: nothing is half replayed."""
    assert main.run(["-c", config, "simulate", "--since", quarter.SINCE]) == 75
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
