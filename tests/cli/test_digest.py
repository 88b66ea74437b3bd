"""`responder digest`: as text, as a page, sent; looking at it changes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from responder.adapters.store import Store, health, outbox

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # 11:00 in Paris
CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com, language: {language}}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: localhost, username: service, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: localhost, username: service, password: {{env: SELLER_PASSWORD}}}}
"""


Typed = Callable[..., str]
Stored = Callable[..., Any]


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tuesday 14 July 2026, 11:00 in Paris, in a shop to which nothing has happened."""
    (tmp_path / "clock").write_text(NOW.isoformat())
    monkeypatch.setenv("RESPONDER_CLOCK_FILE", str(tmp_path / "clock"))
    (tmp_path / "config.yaml").write_text(CONFIG.format(language="en"))
    Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True).close()


def waiting(stored: Stored) -> list[str]:
    """Return to whom mail waits."""
    return [f"{row.kind} {row.recipient}" for row in stored(outbox.outbox_rows)]


def test_it_is_printed_or_written_as_a_page_and_nothing_waits(typed: Typed, stored: Stored, tmp_path: Path) -> None:
    """Both at once as well; without an option it is printed."""
    assert typed("digest").startswith("Nothing to answer\nTuesday 14 July 2026 · all times in Europe/Paris\n")
    page = tmp_path / "digest.html"
    assert typed("digest", "--html", str(page)) == f"written: {page}\n"
    assert page.read_text("utf-8").startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')
    stored(health.account_started, "main", NOW)
    stored(health.set_health, "main", imap_contact_at=NOW)
    assert "ALL CLEAR" in typed("digest", "--text", "--html", str(page))
    assert waiting(stored) == []


def test_before_the_first_look_into_the_mailbox_nothing_is_clear(typed: Typed) -> None:
    """That no message is known says nothing about those that wait."""
    said = typed("digest")
    assert "The mailbox of main was never looked at: what waits there is not known." in said
    assert "ALL CLEAR" not in said


def test_a_page_that_cannot_be_written_is_said_in_words(typed: Typed, tmp_path: Path) -> None:
    """A folder that is not there is a mistake in typing, and no unexpected error of the program."""
    said = typed("digest", "--html", str(tmp_path / "missing" / "digest.html"), code=2)
    assert said.startswith("responder: the page cannot be written: ")


def test_sent_it_says_to_whom_and_waits_for_the_daemon(typed: Typed, stored: Stored) -> None:
    """One mail to the operator, besides the daily one; a second in the same second is none."""
    assert typed("digest", "--send") == "It is in the outbox, to owner@example.com.\n"
    assert waiting(stored) == ["digest owner@example.com"]
    assert typed("digest", "--send") == "It was written this very second: responder outbox\n"
    assert waiting(stored) == ["digest owner@example.com"]


def test_one_that_is_sent_may_be_written_as_a_page_too(typed: Typed, tmp_path: Path) -> None:
    """Each option does what it says, also beside the others."""
    page = tmp_path / "digest.html"
    assert typed("digest", "--send", "--html", str(page)).splitlines()[-1] == f"written: {page}"
    assert page.exists()


def test_it_is_in_the_operators_language(typed: Typed, tmp_path: Path) -> None:
    """The command's own words stay English."""
    (tmp_path / "config.yaml").write_text(CONFIG.format(language="fr"))
    said = typed("digest")
    assert "mardi 14 juillet 2026" in said
    assert "Nothing to answer" not in said
    assert typed("digest", "--send").startswith("It is in the outbox")
