"""Column types: what goes in comes out, and what must not go in is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, StatementError

from responder.adapters.store import Store, mails, schema, threads
from responder.adapters.store.columns import Instant, Json, Words

DIALECT = sqlite.dialect()


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_an_instant_comes_back_to_the_millisecond(at: datetime) -> None:
    """Any aware instant survives in UTC, rounded down by less than a millisecond, whatever its zone."""
    kept = Instant().process_bind_param(at, DIALECT)
    back = Instant().process_result_value(kept, DIALECT)
    assert back is not None
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)
    assert back.tzinfo is UTC


@given(st.text())
def test_any_text_can_be_kept(text: str) -> None:
    """NUL and lone surrogates never reach a database that would refuse them."""
    kept = Words().process_bind_param(text, DIALECT)
    assert kept is not None
    assert "\0" not in kept
    kept.encode("utf-8")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_comes_back_as_it_was(value: object) -> None:
    """Plain values survive, and the text kept is ASCII."""
    kept = Json().process_bind_param(value, DIALECT)
    assert Json().process_result_value(kept, DIALECT) == value
    assert kept is None or kept.isascii()


def test_a_naive_instant_is_refused(store: Store) -> None:
    """A datetime without a zone is a bug that stops before the database."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError, match="naive datetime"):
        store.run(lambda conn: conn.execute(select(schema.mail).where(schema.mail.c.received_at < naive)))


def test_hostile_text_is_kept(store: Store, make: Any) -> None:
    """A subject that is an attack on SQL, encodings or C strings is stored as text."""
    subject = "'); DROP TABLE mail; --\0\ud800\u202e"
    mail_id = store.run(mails.insert_mail, make.mail(subject=subject, reasons=(subject,)))
    kept = store.run(mails.mail, mail_id)
    assert kept is not None
    assert kept.subject == "'); DROP TABLE mail; --?\u202e"
    assert kept.reasons == (subject,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE thread SET due_at = 'soon'",
        "UPDATE thread SET state = 'closed'",
        "UPDATE thread SET subject = NULL",
    ],
)
def test_the_database_itself_refuses_nonsense(store: Store, make: Any, statement: str) -> None:
    """STRICT tables, CHECK and NOT NULL hold even against a statement of somebody else's."""
    store.run(threads.insert_thread, make.thread())
    with pytest.raises(DBAPIError):
        store.run(lambda conn: conn.exec_driver_sql(statement))
