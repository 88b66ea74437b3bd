"""The schema's history: it ends where the program stands, and takes the first users along."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, Text, create_engine, text
from sqlalchemy.exc import IntegrityError

from responder.adapters.store import (
    Store,
    calendar_days,
    decisions,
    digests,
    engines,
    health,
    mails,
    new_kinds,
    notices,
    outbox,
    schema,
    suppressions,
    threads,
    timers,
    upgrade,
)
from responder.errors import StateError

FIRST_ROWS = Path(__file__).with_name("first_schema_rows.sql")
SINCE = {
    *("new_kind", "calendar_day"),
    *("amazon_order", "order_item", "order_event", "report_file", "performance_report", "invoice_use"),
    *("notice_report", "rate_level", "order_alert"),
    *("mail_action", "trouble", "canary"),
}
"""Tables the first schema did not have."""

CATALOGUE = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    " AND tbl_name <> 'alembic_version' AND type <> 'trigger' ORDER BY name",
    "postgresql": "SELECT c.relname, c.relkind::text, pg_get_indexdef(c.oid), NULL FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relname NOT LIKE 'alembic%'"
    " UNION ALL SELECT r.conname, r.contype::text, pg_get_constraintdef(r.oid), r.conrelid::regclass::text"
    " FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace"
    " WHERE n.nspname = current_schema() AND r.conname NOT LIKE 'alembic%' ORDER BY 1, 2",
}


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """An engine on an empty database, without anything of the store's."""
    made = create_engine(engines.parse(empty_url))
    yield made
    made.dispose()


def _catalogue(conn: Connection) -> list[tuple[object, ...]]:
    return [tuple(map(_normal, row)) for row in conn.execute(text(CATALOGUE[conn.dialect.name]))]


def _normal(value: object) -> object:
    """Return a definition whatever the spaces in it and, of a table, the order of its columns and constraints."""
    if not isinstance(value, str):
        return value
    words = re.sub(r"[\s\"]+", " ", value).strip()
    if not words.startswith("CREATE TABLE"):
        return words
    head, opened, rest = words.partition("(")
    body, _, options = rest.rpartition(")")
    parts = re.findall(r"(?:[^,()]|\([^()]*\))+", body)  # at commas outside brackets
    return (head + opened, sorted(filter(None, map(str.strip, parts))), options)


# SQLAlchemy cannot read such an index back from SQLite; test_outbox shows that it is there and used.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index:sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index:UserWarning")
def test_the_history_leads_to_the_tables_the_queries_use(engine: Engine) -> None:
    """An upgraded database and a freshly created one are the same, down to CHECKs, partial indexes and STRICT."""
    with engine.connect() as conn:
        upgrade.upgrade(conn)
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []
        upgraded = _catalogue(conn)
        conn.rollback()
    with engine.begin() as conn:
        for table in [*schema.metadata.sorted_tables[::-1], "alembic_version"]:
            conn.execute(text(f"DROP TABLE IF EXISTS {table}"))
        schema.metadata.create_all(conn)
        assert _catalogue(conn) == upgraded
    assert len(upgraded) > 30


def test_every_sqlite_table_is_strict(tmp_path: Path) -> None:
    """SQLite refuses a word in a number's column only in STRICT tables."""
    store = Store.open(f"sqlite:///{tmp_path / 'state.db'}", exclusive=True)
    tables = store.run(lambda conn: conn.execute(text("SELECT name, strict FROM pragma_table_list")).all())
    store.close()
    ours = {row.name: row.strict for row in tables if row.name in schema.metadata.tables}
    assert ours == dict.fromkeys(schema.metadata.tables, 1)


def test_the_history_is_one_line_and_ends_at_our_schema() -> None:
    """One base, one head, in the order of the names: `HEAD` says what this program writes."""
    config = Config()
    config.set_main_option("script_location", str(upgrade.MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    names = [each.revision for each in script.walk_revisions()][::-1]
    assert script.get_heads() == [schema.HEAD]
    assert names == sorted(names)
    assert names[0] == "0001"


def test_the_first_users_are_taken_along(engine: Engine, empty_url: str, make: Any) -> None:
    """A state of the first schema, with rows in every table, opens and reads as it was."""
    with engine.begin() as conn:
        upgrade.upgrade(conn, "0001")
        rows = FIRST_ROWS.read_text("utf-8")
        if conn.dialect.name == "postgresql":
            rows = rows.replace(", X'", r", '\x")  # how each writes bytes
        for statement in rows.removesuffix(";\n").split(";\n"):
            conn.exec_driver_sql(statement)
    store = Store.open(empty_url, exclusive=True)
    thread = store.run(threads.thread, 1)
    assert thread is not None
    assert (thread.subject, thread.due_at, store.run(threads.message_times, 1)) == (
        "Où est ma commande ?",
        make.now.replace(day=15),
        (make.now,),
    )
    mail = store.run(mails.mail, 1)
    assert mail is not None
    assert (mail.references, mail.reasons) == (("<root@mail.example>",), ("relay address",))
    assert (mail.attachments, mail.details, mail.text_key, mail.repeat_of, mail.returned_at) == (
        (),
        {},
        None,
        None,
        None,
    )
    assert store.run(new_kinds.new_kinds) == ()
    assert (store.run(calendar_days.days), store.run(calendar_days.made_from)) == ((), None)
    (row,) = store.run(outbox.outbox_rows)
    assert (row.state, row.payload, row.rfc822) == ("queued", {"period": "2026-07-15"}, b"Subject: Re\r\n")
    assert len(store.run(decisions.decisions)) == len(store.run(notices.notices)) == len(store.run(timers.timers)) == 1
    assert [each.account for each in store.run(health.health)] == ["main"]
    assert [each.reason for each in store.run(suppressions.suppressions)] == ["opt-out"]
    assert store.run(digests.next_number) == 42
    store.close()


def test_notices_of_a_state_before_their_life_was_kept(engine: Engine, empty_url: str, make: Any) -> None:
    """What a digest told of is over once its time is; a deadline ahead and an unseen claim wait, nothing forged."""
    old, ahead = make.now - timedelta(days=29), make.now + timedelta(hours=20)
    told, person = {"seen_at": old, "seen_by": "digest", "digest_at": old}, {"seen_at": old, "seen_by": "operator"}
    before = [
        {"notice_type": "return_request", "due_at": old, **told, "marked_at": old},
        {"notice_type": "a_to_z_opened", "due_at": ahead, **told},
        {"notice_type": "chargeback", "due_at": old},
        {"notice_type": "policy", "authentic": "fail"},
        {"notice_type": "policy", **person},
        {"notice_type": "refund", **told},
    ]
    with engine.begin() as conn:
        upgrade.upgrade(conn, "0004")
        for number, given in enumerate(before, 1):
            _insert_before(conn, number, make.now - timedelta(days=30), given)
        conn.execute(text("INSERT INTO digest (day, at, number) VALUES ('2026-07-14', :at, 1)"), {"at": _ms(make.now)})
    store = Store.open(empty_url, exclusive=True)
    waiting = {each.id: each.urgent for each in store.run(notices.notices, waiting=True)}
    assert waiting == {2: False, 3: True}
    assert {each.id for each in store.run(notices.notices_for_digest, make.now)} == {2, 3, 4}
    kept = {each.id: each for each in store.run(notices.notices)}
    assert (kept[1].settled_at, kept[1].seen_by, kept[1].digest_at) == (old, None, old)
    assert (kept[5].seen_by, kept[6].seen_by, kept[6].settled_at) == ("command", None, None)
    store.close()


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _insert_before(conn: Connection, number: int, at: datetime, given: dict[str, Any]) -> None:
    """Insert a notice and its mail as the schema before held them."""
    named = {name: _ms(value) if isinstance(value, datetime) else value for name, value in given.items()}
    nothing = dict.fromkeys(("due_at", "seen_at", "seen_by", "digest_at", "marked_at"))
    values = {"n": number, "key": str(number), "at": _ms(at), "authentic": "pass", **nothing, **named}
    conn.execute(
        text(
            "INSERT INTO mail (id, account, folder, role, uidvalidity, uid, dedup_key, received_at, size, kind,"
            " subject, authentic, authentic_reason, automatic, reasons, own, flags_answered, revalidated)"
            " VALUES (:n, 'main', 'INBOX', 'inbox', 1, :n, :key, :at, 1, 'notice',"
            " '', :authentic, '', '[]', '[]', 0, 0, 0)"
        ),
        values,
    )
    conn.execute(
        text(
            "INSERT INTO notice (id, account, mail_id, notice_type, subject, received_at,"
            " due_at, seen_at, seen_by, digest_at, marked_at)"
            " VALUES (:n, 'main', :n, :notice_type, '', :at, :due_at, :seen_at, :seen_by, :digest_at, :marked_at)"
        ),
        values,
    )


def test_the_first_rows_fill_every_table() -> None:
    """The frozen rows are worth upgrading: no table of the first schema is without one."""
    named = set(re.findall(r"INSERT INTO (\w+)", FIRST_ROWS.read_text("utf-8")))
    assert named == set(schema.metadata.tables) - SINCE


def test_a_newer_state_is_refused(url: str) -> None:
    """A state a newer program wrote is left alone, with the way out."""
    store = Store.open(url, exclusive=True)
    store.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0999'")))
    store.close()
    for exclusive in (True, False):
        with pytest.raises(StateError, match=r"newer version of this program \(schema 0999"):
            Store.open(url, exclusive=exclusive)


def test_a_command_does_not_upgrade_under_a_daemon(
    url: str, store: Store, second_opener: Callable[[str], Store]
) -> None:
    """While a daemon of an older version runs, a newer command leaves its state as it is."""
    store.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0000'")))
    with pytest.raises(StateError, match="a daemon of another version runs on it"):
        second_opener(url)


def test_a_failed_upgrade_leaves_the_old_state(engine: Engine, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The revisions run in one transaction: when one fails, the state is as it was before."""

    def broken(conn: Connection) -> None:
        upgrade.upgrade(conn)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("responder.adapters.store.database._upgraded", broken)
    with pytest.raises(RuntimeError, match="disk is full"):
        Store.open(empty_url, exclusive=True)
    with engine.connect() as conn:
        assert _catalogue(conn) == []
    monkeypatch.undo()
    Store.open(empty_url, exclusive=True).close()


def test_an_upgraded_state_opens_without_the_migration_tool(sqlite_template: Path) -> None:
    """Alembic costs a fifth of a second to import: commands on a current state do without."""
    code = (
        "import sys; from responder.adapters.store import Store\n"
        "Store.open(sys.argv[1], exclusive=False).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{sqlite_template}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_a_table_can_be_rebuilt_under_its_references(url: str, make: Any) -> None:
    """A revision that copies a table (all SQLite can do) keeps its rows and what refers to them."""
    store = Store.open(url, exclusive=True)
    thread = store.run(threads.insert_thread, make.thread())
    mail_id = store.run(mails.insert_mail, make.mail(thread_id=thread.id))
    engine = engines.upgrade_engine(engines.parse(url))
    with engine.begin() as conn:
        operations = Operations(MigrationContext.configure(conn, opts={"render_as_batch": True}))
        with operations.batch_alter_table("thread", recreate="always" if url.startswith("sqlite") else "auto") as table:
            table.add_column(Column("colour", Text))
    engine.dispose()
    assert store.run(threads.thread, thread.id) == thread
    assert [each.id for each in store.run(mails.thread_mails, thread.id)] == [mail_id]
    with pytest.raises(IntegrityError):
        store.run(mails.insert_mail, make.mail(thread_id=999))
    store.close()


def test_a_command_waits_for_a_daemon_that_makes_the_tables(
    url: str, store: Store, second_opener: Callable[[str], Store]
) -> None:
    """A command called while the daemon starts finds the state that the daemon made, not an error."""
    store.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0000'")))
    with ThreadPoolExecutor(1) as beside:
        opened = beside.submit(second_opener, url)
        head = text("UPDATE alembic_version SET version_num = :head").bindparams(head=schema.HEAD)
        store.run(lambda conn: conn.execute(head))
        opened.result().close()
