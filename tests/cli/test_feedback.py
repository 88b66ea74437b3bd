"""`responder feedback`: what is listed, told in full, and said to be removed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from neighbours.configured import ONE

from responder.adapters.store import orders
from responder.core.orders import EventKind, OrderEvent

ORDER, OLD = "305-0000000-0000001", "305-0000000-0000002"
Typed = Callable[..., str]


def said(order_id: str, at: datetime) -> OrderEvent:
    """A line of the feedback report."""
    detail = {"rating": 1, "comment": "Poor quality, broke at once \x1b[31m"}
    source = f"report:feedback:{at.date()}:1"
    return OrderEvent(order_id=order_id, kind=EventKind.FEEDBACK, at=at, source=source, detail=detail)


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, stored: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One star of this week, and one of last year."""
    (tmp_path / "clock").write_text("2026-11-26T09:00:00+00:00")
    monkeypatch.setenv("RESPONDER_CLOCK_FILE", str(tmp_path / "clock"))
    (tmp_path / "config.yaml").write_text(ONE)
    now = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    stored(orders.add_events, "main", [said(ORDER, datetime(2026, 11, 24, tzinfo=UTC))], now)
    stored(orders.add_events, "main", [said(OLD, datetime(2025, 11, 24, tzinfo=UTC))], now)


def test_it_is_listed_with_its_hint_and_nothing_that_steers_a_terminal(typed: Typed) -> None:
    """What is older than a request can be is listed on demand."""
    listed = typed("feedback")
    assert "may be a product review only" in listed
    assert ORDER in listed
    assert OLD not in listed
    assert "\x1b" not in listed
    assert OLD in typed("feedback", "--all")


def test_one_is_told_in_full(typed: Typed) -> None:
    """The words found, what Amazon does then, and the way on."""
    told = typed("feedback", ORDER)
    assert "may apply    the whole comment is a review of the product: quality, broke" in told
    assert f"responder preview feedback_answer --order {ORDER}" in told


def test_removed_and_taken_back(typed: Typed) -> None:
    """A person says so; a script sees the state."""
    assert "is removed" in typed("feedback", ORDER, "removed")
    assert "was removed before" in typed("feedback", ORDER, "removed")
    found = json.loads(typed("feedback", "--json"))
    assert (found["state"], found["hints"], found["rating"]) == ("removed", [], 1)
    assert "counts again" in typed("feedback", ORDER, "removed", "--undo")
    assert json.loads(typed("feedback", ORDER, "--json"))["state"] == "open"


def test_what_is_no_order_or_has_no_feedback_is_refused(typed: Typed) -> None:
    """With the way out."""
    assert "is no order number" in typed("feedback", "7", code=2)
    assert "no negative feedback" in typed("feedback", "305-0000000-0000009", code=2)
    assert "--undo takes back" in typed("feedback", ORDER, "--undo", code=2)


def test_without_its_store_a_comment_is_read_in_the_languages_of_all_the_account_sells_on(
    typed: Typed, stored: Callable[..., Any]
) -> None:
    """No report names the order: English alone would find nothing in a French shop's comment."""
    at = datetime(2026, 11, 25, tzinfo=UTC)
    told = replace(said(ORDER, at), detail={"rating": 1, "comment": "Très mauvaise qualité, cassé."})
    stored(orders.add_events, "main", [told], at)
    assert "may apply    the whole comment is a review of the product: qualité, cassé" in typed("feedback", ORDER)
