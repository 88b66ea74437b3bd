"""`--evidence DIR`: one folder for an appeal, checked by the programs that others will check it with."""

import hashlib
import json
import re
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from mail import builders
from neighbours.asking import ORDER, known
from neighbours.configured import ONE
from sqlalchemy import Connection

from responder.adapters.store import Store, decisions, invoice_uses, meta, orders, outbox, retention
from responder.adapters.store.outbox import NewOutbox
from responder.cli.state import now
from responder.config.load import load
from responder.core.orders import EventKind, OrderEvent
from responder.daemon.parts import judge, office
from responder.tasks.receive import Arrival, keep

HOUR = timedelta(hours=1)
AT = now().replace(microsecond=0) - 48 * HOUR
HOSTILE = "../../etc/passwd\x1b[31m \u202eexe.fdp"
QUESTION = builders.buyer_message(
    order_id=ORDER, name="../Camille\x07", subject=f"{HOSTILE} (Commande : {ORDER})", sent_at=AT,
    extra_headers={"Received": "from a.example by mx.example.com; Mon, 02 Nov 2026 10:00:00 +0000",
                   "DKIM-Signature": "v=1; d=amazon.fr;\r\n\tb=c3ludGhldGlj"},
)  # fmt: skip
CLAIM = builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", "amazon.fr", order_id=ORDER, sent_at=AT)
ANSWER = b"From: service@example.com\r\nSubject: Re: question\r\nMessage-ID: <out-1@example.com>\r\n\r\nBonjour\r\n"
SUM = hashlib.sha256(b"%PDF-").hexdigest()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A question and a claim about one order, an acknowledgement that left, one that did not, an invoice."""
    file = tmp_path / "config.yaml"
    file.write_text(ONE)
    loaded = load(file)
    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    judged = judge(office(loaded, AT), loaded.config.accounts[0], first_start_at=AT, instance=store.run(meta.instance))

    def happen(conn: Connection) -> None:
        known(conn, AT, alias="a1b2c3d4e5f6g7h@marketplace.amazon.fr", carrier="Colissimo")
        for uid, raw in enumerate((QUESTION, CLAIM), 1):
            size = len(raw) + (9_000 if uid == 2 else 0)
            place = {"folder": "INBOX", "role": "inbox", "uidvalidity": 1, "uid": uid, "flags": frozenset[str]()}
            keep(conn, judged, Arrival(**place, received_at=AT + uid * HOUR, size=size, raw=raw), AT + uid * HOUR)  # type: ignore[arg-type]
        left = NewOutbox(
            account="main", idem_key="ack:1", message_id="<out-1@example.com>", kind="acknowledgement", thread_id=1,
            recipient="a1b2c3d4e5f6g7h@marketplace.amazon.fr", subject="Re: question", rfc822=ANSWER,
            due_at=AT + 3 * HOUR, created_at=AT + 3 * HOUR,
        )  # fmt: skip
        first = outbox.enqueue(conn, left)
        outbox.enqueue(conn, replace(left, idem_key="ack:2", message_id="<out-2@example.com>", state="held"))
        claimed = outbox.claim_due(conn, "main", AT + 3 * HOUR)
        assert claimed is not None
        assert claimed.id == first
        outbox.data_started(conn, claimed.id, AT + 3 * HOUR)
        outbox.mark_sent(conn, claimed.id, AT + 3 * HOUR, "250 2.0.0 queued as 4711")
        why = ({"code": "closed_holiday", "detail": "Armistice (FR)"},)
        decisions.decide(
            conn, decisions.Decision(at=AT + 2 * HOUR, account="main", action="acknowledge", thread_id=1, reasons=why)
        )
        event = OrderEvent(order_id=ORDER, kind=EventKind.REFUNDED, at=AT + 5 * HOUR, source="notice:9")
        orders.add_events(conn, "main", [event], AT + 5 * HOUR)
        invoice_uses.use(conn, SUM, "main", ORDER, f"{ORDER}.pdf", AT + 4 * HOUR)

    store.run(happen)
    store.close()
    return tmp_path


def _files(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_the_hashes_are_right_for_a_program_that_knows_nothing_of_us(shop: Path, typed: Callable[..., str]) -> None:
    """`sha256sum -c` finds every file whole, none is left out, and the hash of the hashes is what is printed."""
    said = json.loads(typed("thread", "1", "--evidence", str(shop / "appeal"), "--json"))
    folder = Path(said["folder"])
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert len(checked.stdout.splitlines()) + 1 == len(_files(folder)) == said["files"]
    assert said["sha256"] == hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    (folder / "timeline.txt").write_text("nothing happened\n")
    again = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert again.returncode == 1


def test_a_thread_s_folder_has_its_mails_byte_for_byte(shop: Path, typed: Callable[..., str]) -> None:
    """The question and the acknowledgement are the bytes as kept; of what was only begun, or never left, it is said."""
    typed("thread", "1", "--evidence", str(shop / "appeal"))
    folder = shop / "appeal"
    question, claim = sorted((folder / "mails").iterdir())
    (acknowledged,) = (folder / "sent").iterdir()
    assert question.read_bytes() == QUESTION
    assert claim.read_bytes() == CLAIM
    assert acknowledged.read_bytes() == ANSWER
    assert claim.name.endswith("-a-to-z-opened-beginning.eml")
    timeline = (folder / "timeline.txt").read_text()
    assert f"only the first {len(CLAIM)} of its {len(CLAIM) + 9_000} bytes were fetched" in timeline
    assert "it never left: there is no file of it" in timeline


def test_the_timeline_tells_all_of_it_in_the_order_of_time(shop: Path, typed: Callable[..., str]) -> None:
    """Mails, the notice, a decision with its reason in words, the server's reply, the invoice's hash, the refund."""
    typed("orders", "--order", ORDER, "--evidence", str(shop / "appeal"))
    timeline = (shop / "appeal" / "timeline.txt").read_text()
    told = ["was received: buyer message", "was received: a to z opened", "Armistice (FR)", "queued as 4711", SUM,
            "the order was refunded"]  # fmt: skip
    assert [timeline.index(each) for each in told] == sorted(timeline.index(each) for each in told)
    assert "> Bonjour, où est mon colis ?" in timeline
    assert "carrier: Colissimo" in timeline
    received = AT + HOUR
    assert f"({received.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)" in timeline
    read = json.loads((shop / "appeal" / "timeline.json").read_bytes())
    at = [datetime.fromisoformat(each["at"]) for each in read["timeline"]]
    assert at == sorted(at)
    named = {each["file"] for each in read["timeline"] if each["file"]}
    assert named == {each for each in _files(shop / "appeal") if each.endswith(".eml")}
    kinds = {each["kind"] for each in read["timeline"]}
    assert kinds >= {"mail", "notice", "decision", "outgoing", "order_event", "invoice"}


def test_the_headers_that_vouch_for_a_mail_stand_in_one_file(shop: Path, typed: Callable[..., str]) -> None:
    """Authentication-Results, Received, the folded DKIM-Signature and the Message-ID, beneath the mail's file."""
    typed("thread", "1", "--evidence", str(shop / "appeal"))
    told = (shop / "appeal" / "headers.txt").read_text()
    assert "mx.example.com; dkim=pass" in told
    assert "Received: from a.example by mx.example.com" in told
    assert re.search(r"DKIM-Signature: v=1; d=amazon.fr;\n.*b=c3ludGhldGlj", told)
    assert "<out-1@example.com>" in told
    assert "Subject:" not in told


def test_a_hostile_name_or_subject_steers_nothing(shop: Path, typed: Callable[..., str]) -> None:
    """No file's name has a word of the mail's, and no text file a control or direction character."""
    out = typed("thread", "1", "--evidence", str(shop / "appeal"))
    folder = shop / "appeal"
    ours = re.compile(r"(mails|sent)/[0-9]{3}-[a-z0-9-]+-[0-9]{8}T[0-9]{6}Z-[a-z0-9-]+\.eml")
    assert all(ours.fullmatch(each) for each in _files(folder) if each.endswith(".eml"))
    texts = [out, *((folder / name).read_text() for name in ("README.txt", "timeline.txt", "headers.txt"))]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", "".join(texts))
    assert "etc/passwd" in texts[2]
    assert (folder / "timeline.json").read_bytes().isascii()


def test_only_its_owner_may_read_it(shop: Path, typed: Callable[..., str]) -> None:
    """Folders are 0700 and files 0600, also where an empty folder with other rights stood."""
    (shop / "appeal").mkdir(mode=0o755)
    typed("thread", "1", "--evidence", str(shop / "appeal"))
    each = [shop / "appeal", *(shop / "appeal").rglob("*")]
    rights = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in each}
    assert rights == {(True, 0o700), (False, 0o600)}


def test_erased_words_are_told_as_erased(shop: Path, typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """After the time in retention.mail the record stays, without a file, and both texts say why."""
    typed("thread", "1", "answered")
    typed("notice", "1", "seen")
    assert stored(retention.purge, AT + 1_000 * HOUR) >= 3
    typed("thread", "1", "--evidence", str(shop / "appeal"))
    assert _files(shop / "appeal") == ["README.txt", "SHA256SUMS", "headers.txt", "timeline.json", "timeline.txt"]
    assert (shop / "appeal" / "timeline.txt").read_text().count("were erased on schedule") == 3
    assert "3 of the mails are named without a file" in (shop / "appeal" / "README.txt").read_text()


def test_the_folder_says_what_it_is_and_that_it_is_personal(shop: Path, typed: Callable[..., str]) -> None:
    """A reader who knows nothing learns what it is about, who made it, on whose clock, and what to mind."""
    typed("orders", "--order", ORDER, "--evidence", str(shop / "appeal"))
    readme = (shop / "appeal" / "README.txt").read_text()
    assert readme.startswith(f"Evidence about order {ORDER}\n")
    assert "PERSONAL DATA" in readme
    assert "Europe/Paris" in readme
    assert "UTC" in readme
    assert "Buyer Responder 0.1.0" in readme


def test_a_notice_s_life_is_in_the_folder_of_its_order(shop: Path, typed: Callable[..., str]) -> None:
    """That nobody has confirmed the claim yet, that a person did, and when, is evidence too."""
    typed("orders", "--order", ORDER, "--evidence", str(shop / "before"))
    assert "no person has confirmed it" in (shop / "before" / "timeline.txt").read_text()
    typed("notice", "1", "seen")
    typed("orders", "--order", ORDER, "--evidence", str(shop / "appeal"))
    timeline = (shop / "appeal" / "timeline.txt").read_text()
    assert "notice 1 was seen: a person confirmed it" in timeline
    assert "no person has confirmed it" not in timeline


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("thread", "9", "--evidence", "x"), "there is no thread 9"),
        (("thread", "1", "answered", "--evidence", "x"), "one after the other"),
        (("orders", "--evidence", "x"), "about which order"),
        (("orders", "--order", "305-0000000-0000009", "--evidence", "x"), "nothing about an order"),
    ],
)
def test_what_cannot_be_made_is_said(
    shop: Path, typed: Callable[..., str], arguments: tuple[str, ...], said: str
) -> None:
    """Exit 2, the reason, and no folder."""
    *words, name = arguments
    assert said in typed(*words, str(shop / name), code=2)
    assert not (shop / name).exists()
