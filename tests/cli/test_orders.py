"""`responder orders`: one line an order with its reason in words, the whole story of one, and JSON for scripts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from neighbours.asking import upsert
from neighbours.configured import ONE

from responder.adapters.store import Store, orders, suppressions
from responder.adapters.store.order_list import AboutThread, Listed
from responder.cli import main, order_list
from responder.core.orders import Channel, EventKind, FeedbackState, Order, OrderEvent, OrderFacts, OrderItem

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, SECOND = "305-0000000-0000001", "305-0000000-0000002"
Responder = Callable[..., tuple[int, str, str]]


@dataclass(frozen=True)
class Line:
    """What a report says of an order."""

    facts: OrderFacts
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()


@pytest.fixture
def responder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Responder:
    """Run the command on a state with two orders: one held for its invoice, one refunded and skipped."""
    file = tmp_path / "config.yaml"
    file.write_text(ONE)
    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    held = OrderFacts(
        order_id=FIRST, marketplace="amazon.fr", buyer_address="b1@marketplace.amazon.fr",
        buyer_alias="b1@marketplace.amazon.fr", buyer_name="Camille",
        channel=Channel.MERCHANT, purchased_at=NOW - 9 * DAY, ship_by_at=NOW - 8 * DAY, shipped_at=NOW - 7 * DAY,
    )  # fmt: skip
    refunded = OrderEvent(
        order_id=SECOND, kind=EventKind.REFUNDED, at=NOW, source="notice:7", detail={"amount": "9.00"}
    )
    lamp = OrderItem(item="1", sku="LAMP", title="Lamp \x1b[31mred", quantity=2)
    skipped = Line(OrderFacts(order_id=SECOND, purchased_at=NOW - DAY, business=True), (lamp,), (refunded,))
    store.run(upsert, "main", [Line(held), skipped], reported_at=NOW, now=NOW)
    _decide(store, FIRST, FeedbackState.HELD, "invoice_missing", f"{FIRST}.pdf", NOW + 20 * DAY)
    _decide(store, SECOND, FeedbackState.SKIPPED, "refunded", "9.00", None)
    store.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main.run(["-c", str(file), "orders", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _decide(store: Store, order_id: str, state: FeedbackState, reason: str, words: str, at: datetime | None) -> None:
    order = store.run(orders.order, "main", order_id)
    assert order is not None
    store.run(
        orders.decided, order.id, state=state, reason=reason, detail={"words": words}, at=at, look_at=None, now=NOW
    )


def test_each_order_is_one_line_with_its_reason_in_words(responder: Responder) -> None:
    """The newest first; what was shipped late says so, and an order of Amazon Business wants its invoice uploaded."""
    code, out, _ = responder()
    header, newest, oldest = out.splitlines()
    assert code == 0
    assert header.split() == [
        "ORDER",
        "MARKETPLACE",
        "SHIP",
        "BY",
        "SHIPPED",
        "DELIVERED",
        "INVOICE",
        "THREADS",
        "FEEDBACK",
    ]
    assert newest.startswith(SECOND)
    assert "upload" in newest
    assert newest.endswith("skipped: It was refunded: 9.00.")
    assert oldest.startswith(f"{FIRST}  amazon.fr    18 Nov late  19 Nov")
    assert oldest.endswith(f"held until 16 Dec 10:00: Its invoice is missing: {FIRST}.pdf.")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--feedback", "held"), [FIRST]),
        (("--feedback", "asked"), []),
        (("--late",), [FIRST]),
        (("--unshipped",), [SECOND]),
        (("--business",), [SECOND]),
        (("--marketplace", "amazon.fr"), [FIRST]),
        (("--account", "main", "--limit", "1"), [SECOND]),
        (("--account", "other"), []),
        (("--since", "2026-11-25"), [SECOND]),
    ],
)
def test_filters_keep_what_they_name(responder: Responder, arguments: tuple[str, ...], found: list[str]) -> None:
    """In JSON one object an order, and nothing else."""
    code, out, _ = responder(*arguments, "--json")
    assert code == 0
    assert [json.loads(line)["order_id"] for line in out.splitlines()] == found


def test_an_empty_list_says_so_and_a_cut_one_too(responder: Responder) -> None:
    """Nobody takes the first lines for all of them."""
    assert responder("--feedback", "asked")[1] == "No orders.\n"
    last = responder("--limit", "1")[1].splitlines()[-1]
    assert last == "and 1 older: --limit 2 shows all, --json prints all"


def test_json_has_the_reason_as_code_and_in_words(responder: Responder) -> None:
    """Scripts go by the code, people read the words."""
    held = json.loads(responder("--json", "--feedback", "held")[1])
    assert held["feedback_reason"] == "invoice_missing"
    assert held["feedback_words"] == f"Its invoice is missing: {FIRST}.pdf."
    assert held["feedback_at"] == "2026-12-16T09:00:00+00:00"
    assert (held["late"], held["cancelled"], held["threads"], held["channel"]) == (True, False, [], "merchant")
    assert "id" not in held


def test_one_order_tells_its_whole_story(responder: Responder) -> None:
    """What is known, what it holds, what happened; and nothing from a file steers the terminal."""
    code, out, _ = responder("--order", SECOND)
    assert code == 0
    assert f"Order {SECOND} on an unknown marketplace, account main" in out
    assert "kind         Amazon Business: the invoice must be uploaded at Amazon" in out
    assert "item         2 x Lamp [31mred (LAMP)" in out
    assert "2026-11-26 10:00  it was refunded\n                  amount: 9.00\n                  from notice:7" in out
    assert "\x1b" not in out
    told = json.loads(responder("--order", SECOND, "--json")[1])
    assert told["items"][0]["sku"] == "LAMP"
    assert told["story"][0]["event"] == "refunded"


def test_an_order_nobody_may_write_about_says_so(responder: Responder, tmp_path: Path) -> None:
    """Whose word it is, since when, and whether it is about the order or the buyer, as `thread ID` has it."""
    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    store.run(suppressions.suppress, "main", FIRST, suppressions.by_you("settled by telephone"), NOW)
    store.run(suppressions.suppress, "main", "b1@marketplace.amazon.fr", suppressions.OPTED_OUT, NOW - DAY)
    store.close()
    _, out, _ = responder("--order", FIRST)
    assert "  no mail      to the buyer since 2026-11-25 10:00: the buyer opted out\n" in out
    assert "  no mail      about the order since 2026-11-26 10:00: you: settled by telephone\n" in out
    told = json.loads(responder("--order", FIRST, "--json")[1])
    assert [each["said_by"] for each in told["suppressed"]] == ["opted_out", "you"]
    assert json.loads(responder("--order", SECOND, "--json")[1])["suppressed"] == []


def test_a_number_that_is_none_is_refused_with_the_way_out(responder: Responder) -> None:
    """A wrong form is wrong usage; an order nobody knows is, too."""
    code, _, err = responder("--order", "305-1234567")
    assert code == 2
    assert "write it like 305-1234567-7654321" in err
    code, _, err = responder("--order", "305-0000000-0000009")
    assert code == 2
    assert "no order 305-0000000-0000009 is known" in err


def test_a_store_that_is_none_is_not_an_empty_list(responder: Responder) -> None:
    """The short name of a narrow terminal is taken; a slip of the pen is told the nearest name."""
    assert FIRST in responder("--marketplace", "fr")[1]
    assert responder("--marketplace", "amazon.de") == (0, "No orders.\n", "")
    code, _, err = responder("--marketplace", "amazon.fra")
    assert (code, err) == (2, "responder: there is no marketplace 'amazon.fra'; did you mean 'amazon.fr'?\n")


def listed(**given: object) -> Listed:
    """Return an order as it is listed."""
    values: dict[str, object] = {
        "id": 1, "account": "main", "order_id": FIRST, "reported_at": NOW, "first_at": NOW,
        "marketplace": "amazon.co.uk", "purchased_at": NOW, "ship_by_at": NOW - DAY,
        "feedback_reason": "thread_open", "feedback_at": NOW + DAY,
    }  # fmt: skip
    return Listed(Order(**{**values, **given}), (AboutThread(12, "open"),))  # type: ignore[arg-type]


def test_a_narrow_terminal_gets_short_words(responder: Responder) -> None:
    """At 100 columns no line is longer, and the reason is still there."""
    text = order_list.lines([listed()], NOW, ZoneInfo("Europe/Paris"), 100, {})
    header, line = text.splitlines()
    assert "STORE" in header
    assert line == f"{FIRST}  co.uk  25 Nov!  -        -        -        12 open  until 27 Nov: thread open"
    wide = order_list.lines([listed()], NOW, ZoneInfo("Europe/Paris"), 160, {}).splitlines()
    assert max(map(len, wide)) <= 160
    assert "waiting until 27 Nov 10:00: A message of this buyer waits for an answer." in wide[1]


def test_in_80_columns_the_reason_is_still_there() -> None:
    """Columns in which no order says anything make room for it."""
    text = order_list.lines([listed(), listed(feedback_at=None)], NOW, ZoneInfo("Europe/Paris"), 80, {})
    header, line, _ = text.splitlines()
    assert header.split() == ["ORDER", "STORE", "SHIP", "BY", "THREADS", "FEEDBACK"]
    assert line == f"{FIRST}  co.uk  25 Nov!  12 open  until 27 Nov: thread open"


def test_several_accounts_are_told_apart() -> None:
    """And a day of another year has its year."""
    old = listed(account="second", ship_by_at=NOW - 400 * DAY)
    text = order_list.lines([listed(), old], NOW, ZoneInfo("Europe/Paris"), None, {})
    header, _, line = text.splitlines()
    assert header.split()[:3] == ["ORDER", "MARKETPLACE", "ACCOUNT"]
    assert "second   22 Oct 2025 late" in line


def test_a_day_is_one_of_the_orders_store() -> None:
    """A report says that it shipped on the 23rd; in Paris that day began on the 22nd."""
    there = ZoneInfo("Asia/Tokyo")
    far = listed(marketplace="amazon.co.jp", shipped_at=datetime(2026, 11, 23, tzinfo=there))
    text = order_list.lines([far], NOW, ZoneInfo("Europe/Paris"), None, {"amazon.co.jp": there})
    assert "23 Nov" in text
    assert "22 Nov" not in text


def test_a_request_that_came_back_says_so() -> None:
    """The buyer was asked, and did not hear it: that is for ever, too."""
    returned = {"returned": "our feedback request about order 1 did not arrive (mailbox full)"}
    asked = {"feedback": FeedbackState.ASKED, "feedback_reason": "asked", "feedback_at": NOW}
    back, plain = listed(**asked, feedback_detail=returned), listed(**asked)
    wide, narrow = (order_list.lines([back, plain], NOW, ZoneInfo("Europe/Paris"), width, {}) for width in (None, 100))
    _, first, second = wide.splitlines()
    assert first.endswith("asked on 26 Nov 10:00: The buyer was asked: " + returned["returned"] + ".")
    assert second.endswith("  asked on 26 Nov 10:00")
    assert [line.rpartition("  ")[2] for line in narrow.splitlines()[1:]] == ["asked: came back", "asked"]
