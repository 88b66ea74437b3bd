"""kill -9 during many transactions: nothing half done, nothing confirmed lost."""

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, select

from responder.adapters.store import Store, cursors, decisions, outbox, schema

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from responder.adapters.store import Store, cursors, decisions, mails, outbox

START = datetime(2026, 7, 14, tzinfo=UTC)

def step(conn):
    at = cursors.cursor(conn, "main", "INBOX")
    uid = (at.last_uid if at else 0) + 1
    now = START + timedelta(seconds=uid)
    mail_id = mails.insert_mail(conn, mails.NewMail(
        account="main", folder="INBOX", role="inbox", uidvalidity=1, uid=uid, dedup_key=f"d{uid}",
        message_id=f"<{uid}@mail.example>", received_at=now, size=1, kind="buyer_message", references=(f"<r{uid}@x>",)))
    row_id = outbox.enqueue(conn, outbox.NewOutbox(
        account="main", idem_key=f"ack:{uid}", message_id=f"<out-{uid}@example.com>", kind="acknowledgement",
        recipient="x@marketplace.amazon.fr", subject="Re", rfc822=b"x" * 3000, due_at=now, created_at=now))
    decisions.decide(conn, decisions.Decision(at=now, action="acknowledge", mail_id=mail_id, outbox_id=row_id))
    cursors.move_cursor(conn, "main", "INBOX", 1, uid, None, now)
    return uid

store = Store.open(sys.argv[1], exclusive=True)
while True:
    print(store.run(step), flush=True)
"""


def _killed_after(url: str, lines: int) -> int:
    """Run the writer, kill it after so many confirmed transactions, and return the last one confirmed."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for _ in range(lines):
        writer.stdout.readline()
    writer.kill()
    rest = writer.communicate(timeout=30)[0]
    return int(([line for line in rest.splitlines(keepends=True) if line.endswith("\n")] or ["0"])[-1])


def test_a_killed_writer_leaves_whole_transactions(url: str) -> None:
    """After each kill the counts agree, what was confirmed is there, and the file is sound."""
    chance = random.Random(20260714)  # noqa: S311 - a seed, so that a failure can be had again
    for _ in range(5 if url.startswith("sqlite") else 2):
        confirmed = _killed_after(url, chance.randrange(3, 60))
        store = _after_the_kill(url)
        at = store.run(cursors.cursor, "main", "INBOX")
        assert at is not None
        assert at.last_uid >= confirmed
        assert len(store.run(outbox.outbox_rows)) == at.last_uid
        assert len(store.run(decisions.decisions)) == at.last_uid
        assert store.run(_uids) == list(range(1, at.last_uid + 1))
        store.close()
    if url.startswith("sqlite"):
        _is_sound(Path(url.removeprefix("sqlite:///")))


def _after_the_kill(url: str) -> Store:
    """A command, not the daemon: it must find everything through the log the dead writer left."""
    return Store.open(url, exclusive=False)


def _uids(conn: Connection) -> list[int]:
    return list(conn.scalars(select(schema.mail.c.uid).order_by(schema.mail.c.uid)))


def _is_sound(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
