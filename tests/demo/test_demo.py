"""`responder demo` as it is called: a process of its own, its output, and the files it leaves."""

import email
import email.policy
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from responder.adapters.store import Store, notices, outbox, threads
from responder.core.threads import ThreadState

EXPECTED = {  # whom an acknowledgement reaches, and in which language
    "f5j7l2s9g4a6q8e@marketplace.amazon.de": "de",
    "m1n3b5v7c9x2z4l@marketplace.amazon.co.uk": "en",
    "t6y8u1i3o5p7w9q@marketplace.amazon.es": "es",
    "h2g4f6d8s1a3k5j@marketplace.amazon.pl": "pl",
    "w7e9r2t4y6u8i1o@marketplace.amazon.fr": "fr",
    "z5x7c9v2b4n6m8q@marketplace.amazon.it": "it",
}
LIMIT = 180


@dataclass(frozen=True)
class Played:
    """A demonstration that ended."""

    code: int
    out: str
    err: str
    folder: Path
    kept: str = ""  # the status page when the story was over

    @property
    def sent(self) -> list[EmailMessage]:
        """Every mail that was sent, in order."""
        files = sorted((self.folder / "sent").glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    @property
    def acknowledgements(self) -> list[EmailMessage]:
        """Those to buyers."""
        return [mail for mail in self.sent if mail["Auto-Submitted"] == "auto-replied"]

    def page(self, day: str) -> str:
        """The HTML file of one day's digest."""
        return (self.folder / f"digest-2026-04-{day}.html").read_text("utf-8")


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "responder", "demo", *arguments]


def _played(folder: Path, *arguments: str) -> Played:
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONDEVMODE": "1"}
    command = _command(*arguments, "--out", str(folder))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=LIMIT, env=environ, check=False)
    return Played(done.returncode, done.stdout, done.stderr, folder)


def _fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=LIMIT) as answer:  # noqa: S310 - the address is on this machine
        text: str = answer.read().decode()
    return text


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The story for people at a terminal, in the folder it chooses itself; its page is kept, read, and ended."""
    here = tmp_path_factory.mktemp("demo")
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "COLUMNS": "100"}
    with subprocess.Popen(
        _command("--fast", "--keep"),
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environ,
        cwd=here,
    ) as process:
        os.close(theirs)
        lines, kept = [], None
        with open(ours, encoding="utf-8") as terminal:
            while kept is None:
                lines.append(terminal.readline())
                kept = re.search(r"page stays at (http\S+)", lines[-1])
            page = _fetched(kept[1])
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=LIMIT)
    return Played(process.returncode, "".join(lines), err, here / "demo-1", page)


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The story for programs."""
    played = _played(tmp_path_factory.mktemp("demo") / "out", "--json")
    assert (played.code, played.err) == (0, "")
    return [json.loads(line) for line in played.out.splitlines()]


def test_it_ends_by_itself_and_says_nothing_else(told: Played) -> None:
    """Exit code 0, no warning and no traceback, no colour where none is wanted, every line as wide as the terminal."""
    assert (told.code, told.err) == (0, "")
    assert max(map(len, told.out.splitlines())) <= 100
    assert "\x1b" not in told.out


def test_a_page_that_is_kept_is_there_until_ctrl_c(told: Played) -> None:
    """After the story it shows what is open; Ctrl-C ended it with code 0."""
    assert "402-1111111-1111111" in told.kept
    assert "404-5555555-5555555" not in told.kept


def test_the_story_has_its_days_and_its_end(told: Played) -> None:
    """From Friday over the holiday to Tuesday, then the counts and where to look."""
    for words in ("Friday 3 April · open", "Monday 6 April · closed (Easter Monday)", "Tuesday 7 April", "came to"):
        assert words in told.out
    assert "responder -c demo-1/config.yaml threads" in told.out


def test_the_readme_shows_what_it_prints(told: Played) -> None:
    """Each line of the excerpt, but that the minute of the second attempt is drawn by lot."""
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (excerpt,) = re.findall(r"```\n(Saturday 4 April.*?)```", readme, re.DOTALL)
    shown = {line for line in excerpt.splitlines() if line != "[...]" and "is told in German" not in line}
    assert shown - set(told.out.splitlines()) == set()


def test_every_buyer_gets_one_acknowledgement_in_their_language(told: Played) -> None:
    """Six buyers, six mails, although two of them wrote twice and one mail was put off at first."""
    assert {str(mail["To"]): str(mail["Content-Language"]) for mail in told.acknowledgements} == EXPECTED
    assert len(told.acknowledgements) == len(EXPECTED)


def test_every_acknowledgement_names_tuesday(told: Played) -> None:
    """Nobody is there before the 7th, in whatever language it is written."""
    for mail in told.acknowledgements:
        body = mail.get_body(("plain",))
        assert body is not None
        promised = body.get_content().partition("\n>")[0]
        assert "7" in promised
        assert "2026" in promised


def test_nothing_goes_to_a_forger_or_into_a_loop(told: Played) -> None:
    """Everything else that was sent is for the operator."""
    others = Counter(str(mail["To"]) for mail in told.sent if str(mail["To"]) not in EXPECTED)
    assert set(others) == {"owner@example.com"}


def test_there_is_a_digest_for_every_day_as_a_page(told: Played) -> None:
    """Four mornings, four pages: with the open threads, the claim, the forgery and the returned mail."""
    pages = sorted(file.name for file in told.folder.glob("digest-*.html"))
    assert pages == [f"digest-2026-04-0{day}.html" for day in (4, 5, 6, 7)]
    forged = "Could not be verified"
    for words in ("404-5555555-5555555", "501-6666666-6666666", "405-2222222-2222222", forged, "returned"):
        assert words in told.page("06")
    assert "501-6666666-6666666" not in told.page("05")


def test_the_last_digest_is_read_at_the_end(told: Played) -> None:
    """The claim, what is late, and what the digest's own link has done; links by their names, nothing of an outage."""
    _, _, shown = told.out.partition("The last digest, as owner@example.com reads it")
    shown, _, _ = shown.partition("To open and to look further")
    for words in ("A-to-z claim opened", "[Reply] [Order] [Answered]", "thread 7 is closed, because you answered it."):
        assert words in shown
    assert "1 message is 20 h 30 min late." in shown
    assert "mailto:" not in shown
    assert "down" not in shown.partition("Not there by")[0]
    assert re.search(r"last looked at 07:(25|30)\b", shown)  # the look of the digest's minute may come before it


def test_no_digest_tells_of_a_trouble_of_the_program(told: Played) -> None:
    """What is shown to a newcomer runs well: the folders that its configuration names are there."""
    assert [page for day in ("04", "05", "06", "07") if "Problems" in (page := told.page(day))] == []


def test_what_is_left_can_be_looked_at(told: Played) -> None:
    """The state holds the whole weekend: only the forgery is open, the returned mail is known as such."""
    store = Store.open(f"sqlite:///{told.folder / 'state.db'}", exclusive=False)
    try:
        every = store.run(threads.threads)
        rows = store.run(outbox.outbox_rows)
        found = store.run(notices.notices)
    finally:
        store.close()
    assert [(each.buyer_name, each.order_id) for each in every if each.state is ThreadState.OPEN] == [
        ("Claire D.", "402-1111111-1111111")
    ]
    assert [row.recipient for row in rows if row.state != "sent"] == ["h2g4f6d8s1a3k5j@marketplace.amazon.pl"]
    assert [each.marked_at is not None for each in found] == [True]


def test_the_claim_is_marked_as_read_only_after_the_digest(events: list[dict[str, Any]]) -> None:
    """Seen through an IMAP client of its own: unread on Sunday, read once Monday's digest was accepted."""
    kinds = [event["kind"] for event in events]
    unseen, seen = kinds.index("unseen"), kinds.index("seen")
    assert events[unseen]["at"].startswith("2026-04-05T09:15")
    assert "sent_digest" in kinds[unseen:seen]
    assert events[seen]["at"].startswith("2026-04-06T07:30")
    assert kinds.count("seen") == kinds.count("unseen") == 1


def test_answers_stop_the_clock_wherever_they_are_written(events: list[dict[str, Any]]) -> None:
    """A copy in the folder of sent mail, Amazon's copy, a flag, a link of the digest; one that is late is told."""
    assert events[-1]["answered"] == {"sent_folder": 5, "operator": 1, "answer_copy": 1, "answered_flag": 1}
    answers = [event["text"] for event in events if event["kind"] in {"answer", "operator"}]
    assert len(answers) == 8
    assert sum("too late" in text for text in answers) == 1


def test_a_mail_put_off_is_tried_again(events: list[dict[str, Any]]) -> None:
    """451 is no reason to give up: the same mail is accepted a moment later."""
    kinds = [event["kind"] for event in events]
    put_off = kinds.index("put_off")
    assert "451" in events[put_off]["text"]
    assert kinds[put_off + 1] == "sent_acknowledgement"


def test_the_end_is_counted(events: list[dict[str, Any]]) -> None:
    """The last line is the summary, and it agrees with the events before it."""
    summary = events[-1]
    assert summary["kind"] == "summary"
    assert summary["acknowledged"] == sum(event["kind"] == "sent_acknowledgement" for event in events)
    assert summary["digests"] == sum(event["kind"] == "sent_digest" for event in events) == 4
    assert sum(summary["withheld"].values()) == sum(event["kind"] == "withhold" for event in events)
    assert all(Path(file).is_file() for file in summary["files"])
    assert summary["page"] == events[0]["page"]
    assert "thread 7 is closed, because you answered it." in summary["digest"]


def test_the_status_page_is_there_until_the_story_is_interrupted(tmp_path: Path) -> None:
    """It shows what was just told; Ctrl-C ends both: exit code 130, a last sentence, no traceback, a closed port."""
    command = _command("--out", str(tmp_path / "out"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        address = next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        next(line for line in lines if "14:20" in line)
        page = _fetched(address)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
    assert (process.returncode, err) == (130, "")
    assert "Interrupted" in out
    assert "402-1111111-1111111" in page
    assert "Bonjour, où est mon colis ?" in page
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", int(address[17:-1])), LIMIT):
        pass


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """It is refused as wrong usage, before anything is written."""
    (tmp_path / "mine.txt").write_text("mine")
    played = _played(tmp_path)
    assert played.code == 2
    assert "not an empty folder" in played.err
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("option", ["--port", "--page"])
def test_a_port_that_is_taken_is_said(option: str, tmp_path: Path) -> None:
    """The embedded server or the status page cannot listen there: wrong usage, not a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        played = _played(tmp_path / "out", option, str(taken.getsockname()[1]))
    assert played.code == 2
    assert "cannot be used" in played.err


def test_nobody_waits_where_nobody_can_end_it(tmp_path: Path) -> None:
    """`--keep` is for a terminal: in a pipe it is refused before anything is written."""
    played = _played(tmp_path / "out", "--keep")
    assert played.code == 2
    assert "needs a terminal" in played.err
    assert not played.folder.exists()


def test_the_servers_are_loaded_only_when_the_demo_runs() -> None:
    """Every other command starts without them."""
    script = (
        "import sys, responder.demo, responder.cli.main, responder.cli.demo;"
        "sys.exit(any(name in sys.modules for name in ('pymap', 'aiosmtpd', 'sqlalchemy')))"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=LIMIT, check=False).returncode == 0
