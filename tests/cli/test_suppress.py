"""`responder suppress`: never write there again, and how it is taken back; and a mail that breaks a rule."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours import asking
from neighbours.asking import ALIAS, ORDER
from neighbours.configured import TWO
from sqlalchemy import Connection

from responder.adapters.store import Store, decisions, orders, outbox, suppressions, threads
from responder.adapters.store.suppressions import OPTED_OUT, Said
from responder.core.orders import FeedbackState
from responder.core.threads import Thread

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # 11:00 in Paris
HOUR = timedelta(hours=1)
BROKEN = "L05 line 3: ask for feedback, not for a positive one"


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tuesday 14 July 2026, 11:00 in Paris, in a shop with two accounts."""
    (tmp_path / "clock").write_text(NOW.isoformat())
    monkeypatch.setenv("RESPONDER_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("SELLER_PASSWORD", "secret")
    monkeypatch.setenv("SUDO_USER", "camille")
    (tmp_path / "config.yaml").write_text(TWO)


def test_an_order_is_suppressed_in_every_account_with_the_reason(
    typed: Callable[..., str], stored: Callable[..., Any]
) -> None:
    """It is listed with its date, who said so and why; who typed it is noted."""
    assert typed("suppress") == "Nobody is kept from getting mail.\n"
    said = typed("suppress", ORDER, "--reason", "settled by\ntelephone")
    assert said.splitlines() == [
        f"{name}: no automatic mail to or about {ORDER} since 2026-07-14 11:00 (you: settled by telephone)."
        for name in ("main", "second")
    ]
    listed = typed("suppress").splitlines()
    assert listed[0].split() == ["SINCE", "ACCOUNT", "BUYER", "OR", "ORDER", "WHO", "SAID", "SO", "REASON"]
    assert listed[1].split() == ["2026-07-14", "11:00", "main", ORDER, "you", "settled", "by", "telephone"]
    assert len(listed) == 3
    (first, _) = map(json.loads, typed("suppress", "--json").splitlines())
    assert first == {
        "account": "main",
        "subject": ORDER,
        "said_by": "you",
        "reason": "you said so: settled by telephone",
        "at": "2026-07-14T09:00:00+00:00",
    }
    (noted, _) = stored(decisions.decisions, action="suppressed")
    assert noted.detail == {
        "subject": ORDER,
        "words": "camille: no automatic mail any more (you said so: settled by telephone)",
    }


def test_a_buyer_is_known_by_any_of_their_addresses(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """A case in the address, or capitals: it is the same buyer, kept by the one alias; only in the account named."""
    for written in (ALIAS.replace("@", "+0b9c3a54-6f2e-4d8b-9d0f-3f1f3f0c5a11@"), ALIAS.upper(), ALIAS):
        typed("suppress", written, "--account", "main")
        (found,) = stored(suppressions.suppressions)
        assert (found.account, found.subject, found.said) == ("main", ALIAS, Said.PERSON)
        typed("suppress", written, "--lift")


def test_what_is_no_buyer_and_no_order_is_refused(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """Nothing is kept, and it is said what would be one."""
    for written in (
        "camille@example.org",
        "donotreply@marketplace.amazon.fr",
        f"Camille <{ALIAS}>",
        "171-1234567-123456",
        f"{ORDER} ",
        f"{ORDER}\n",
        "١٧١-1234567-1234567",
        "",
    ):
        said = typed("suppress", written, code=2)
        assert "neither an order number (171-1234567-1234567) nor a buyer's address at Amazon" in said
    assert stored(suppressions.suppressions) == ()


def test_options_that_do_not_belong_together_are_refused(typed: Callable[..., str]) -> None:
    """Nothing is guessed."""
    for options in (["--lift"], ["--reason", "x"], [ORDER, "--force"], [ORDER, "--lift", "--reason", "x"]):
        assert "belong to an address or an order" in typed("suppress", *options, code=2)


def test_an_account_nobody_knows_is_refused(typed: Callable[..., str]) -> None:
    """With the names there are."""
    assert "there is no account third; there are: main, second" in typed("suppress", "--account", "third", code=2)


@pytest.mark.parametrize("subject", [ORDER, ALIAS])
def test_the_orders_it_is_about_are_looked_at_again(
    typed: Callable[..., str], stored: Callable[..., Any], subject: str
) -> None:
    """At once, and after it was lifted; the mail that waits is counted."""

    def waits(conn: Connection) -> None:
        asking.known(conn, NOW - HOUR)
        asking.known(conn, NOW - HOUR, "171-9999999-9999999", "z9z9z9z9z9z9z9z@marketplace.amazon.fr")
        for each in ("171-9999999-9999999", ORDER):
            order = orders.order(conn, "main", each)
            assert order is not None
            orders.decided(
                conn, order.id, state=FeedbackState.WAITING, reason=None, detail={}, at=None, look_at=None, now=NOW
            )
        outbox.enqueue(conn, asking.request(NOW + HOUR))

    stored(waits)
    said = typed("suppress", subject, "--account", "main")
    assert said.splitlines()[-1] == "1 mail that waits is not sent any more."
    assert [stored(orders.order, "main", each).look_at for each in (ORDER, "171-9999999-9999999")] == [NOW, None]


def test_it_can_be_said_beside_a_running_daemon(typed: Callable[..., str], tmp_path: Path) -> None:
    """The state is the daemon's, and the command changes it all the same."""
    with contextlib.closing(Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)) as daemon:
        typed("suppress", ORDER)
        assert daemon.run(suppressions.suppressed, "main", [ORDER]) is not None
        typed("suppress", ORDER, "--lift")
        assert daemon.run(suppressions.suppressed, "main", [ORDER]) is None


def test_your_own_word_and_a_servers_are_lifted(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """Who did it is noted; a second time there is nothing to lift."""
    stored(suppressions.suppress, "main", ALIAS, f"{suppressions.CAME_BACK} (5.1.1)", NOW - HOUR)
    said = typed("suppress", ALIAS, "--lift")
    assert said == f"main: mail to or about {ALIAS} may go again (it was: came back: 5.1.1).\n"
    assert stored(suppressions.suppressions) == ()
    (noted,) = stored(decisions.decisions, action="suppression_lifted")
    assert noted.detail["words"].startswith("camille: mail may go again")
    assert "nothing keeps mail from" in typed("suppress", ALIAS, "--lift", code=2)


def test_a_buyers_opt_out_is_lifted_only_by_force(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """Whoever types may have another buyer in mind: in no account anything changes."""
    stored(suppressions.suppress, "main", ALIAS, "you said so", NOW - 2 * HOUR)
    stored(suppressions.suppress, "second", ALIAS, OPTED_OUT, NOW - HOUR)
    said = typed("suppress", ALIAS, "--lift", code=2)
    assert "the buyer said so at Amazon (second, 2026-07-14), and only the buyer can take it back" in said
    assert len(stored(suppressions.suppressions)) == 2
    assert len(typed("suppress", ALIAS, "--lift", "--force").splitlines()) == 2
    assert stored(suppressions.suppressions) == ()


def test_a_word_of_yours_does_not_hide_the_buyers(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """It stands already, with its own date and reason; the answer says so."""
    stored(suppressions.suppress, "main", ORDER, OPTED_OUT, NOW - HOUR)
    said = typed("suppress", ORDER, "--reason", "mine", "--account", "main")
    assert said == f"main: no automatic mail to or about {ORDER} since 2026-07-14 10:00 (the buyer opted out).\n"


def test_a_thread_says_who_keeps_mail_from_its_buyer(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """With the date and the reason, by order and by buyer."""
    made = Thread(0, "main", "amazon.fr", ORDER, None, ALIAS, "Camille", "Commande", "fr", received_at=NOW)
    stored(threads.insert_thread, made)
    assert "no mail" not in typed("thread", "1")
    stored(suppressions.suppress, "main", ALIAS, OPTED_OUT, NOW - 2 * HOUR)
    typed("suppress", ORDER, "--reason", "settled")
    said = typed("thread", "1")
    assert "  no mail      to the buyer since 2026-07-14 09:00: the buyer opted out\n" in said
    assert "  no mail      about the order since 2026-07-14 11:00: you: settled\n" in said
    found = json.loads(typed("thread", "1", "--json"))["suppressed"]
    assert [each["said_by"] for each in found] == ["opted_out", "you"]


# A mail that breaks a rule


@pytest.mark.parametrize(
    "changes", [{"payload": {"order_id": ORDER, "alias": ALIAS, "findings": [BROKEN]}}, {}], ids=["now", "before"]
)
def test_a_mail_that_breaks_a_rule_is_not_released(
    typed: Callable[..., str], stored: Callable[..., Any], changes: dict[str, Any]
) -> None:
    """The finding and the way out are said; what an earlier version held is known by its reason."""
    stored(outbox.enqueue, asking.request(NOW, state="held", reason=BROKEN, **changes))
    said = typed("outbox", "1", "release", code=2)
    assert said == (
        f"responder: entry 1 breaks a rule of Amazon's and is never sent as it is: {BROKEN}. Mend the template"
        " (responder preview feedback_request shows it), then: responder outbox 1 cancel. It is written anew with the"
        " mended text, as long as the buyer may be asked.\n"
    )
    assert stored(outbox.outbox_row, 1).state == "held"
    assert json.loads(typed("outbox", "--json"))["findings"] == [BROKEN]
    assert typed("outbox", "1", "cancel") == "Entry 1 is cancelled.\n"


def test_what_is_held_for_another_reason_is_released(typed: Callable[..., str], stored: Callable[..., Any]) -> None:
    """A rehearsal's mail goes on a person's word."""
    stored(outbox.enqueue, asking.request(NOW, state="held", reason="dry run"))
    assert typed("outbox", "1", "release").startswith("Entry 1 is queued.")


def test_the_order_of_a_cancelled_request_is_looked_at_again(
    typed: Callable[..., str], stored: Callable[..., Any]
) -> None:
    """What follows for it is decided at once."""

    def waits(conn: Connection) -> None:
        asking.known(conn, NOW - HOUR)
        order = orders.order(conn, "main", ORDER)
        assert order is not None
        orders.decided(
            conn, order.id, state=FeedbackState.WAITING, reason=None, detail={}, at=None, look_at=NOW + HOUR, now=NOW
        )
        outbox.enqueue(conn, asking.request(NOW + HOUR))

    stored(waits)
    typed("outbox", "1", "cancel")
    assert stored(orders.order, "main", ORDER).look_at == NOW
