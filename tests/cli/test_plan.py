"""`responder plan`: the draft alone on standard output, all else beside it, the worst store unless one is named."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from neighbours.asking import Line, upsert
from sqlalchemy import Connection

from responder.adapters.store import Store, orders
from responder.cli import main
from responder.cli.state import now
from responder.core.orders import EventKind, OrderEvent, OrderFacts, OrderItem

CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr, amazon.de, amazon.nl]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
"""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def responder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """In France 2 of 12 orders were late, in Germany 6 of 12 in a time the shop is open, in the Netherlands none."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    at = now() - 3 * DAY

    def happen(conn: Connection) -> None:
        for place, (store, late) in enumerate({"amazon.fr": 2, "amazon.de": 6, "amazon.nl": 0}.items()):
            lines = [
                Line(
                    OrderFacts(
                        order_id=f"305-{place:07}-{n:07}", marketplace=store, purchased_at=at - 2 * DAY, ship_by_at=at,
                        shipped_at=at + (30 if n < late else -1) * HOUR,
                    ),
                    (OrderItem(item="1", sku="LAMP"),),
                )
                for n in range(12)
            ]  # fmt: skip
            upsert(conn, "main", lines, reported_at=at + 2 * DAY, now=at + 2 * DAY)

    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    store.run(happen)
    store.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(["-c", str(tmp_path / "config.yaml"), "plan", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_the_draft_stands_alone_on_standard_output(responder: Run) -> None:
    """The worst store's, in its language, with its six orders; which one it is stands on standard error."""
    code, out, err = responder("late_shipment_rate")
    assert code == 0
    assert out.startswith("Maßnahmenplan, amazon.de\n\nSehr geehrtes Team")
    assert "6 von 12: 50\N{NO-BREAK SPACE}%" in out
    assert [f"305-0000001-{n:07}" in out for n in range(7)] == [True] * 6 + [False]
    assert "derselbe Artikel: SKU LAMP (Fälle: 6)" in out
    assert "Of 6 rates this is the worst: Late shipment rate" in err
    assert "amazon.de, account main" in err


def test_a_store_and_a_language_can_be_named(responder: Run) -> None:
    """France in Italian: the other store's orders are not among it."""
    code, out, _ = responder("late-shipment", "--marketplace", "fr", "--language", "it")
    assert code == 0
    assert out.startswith("Piano d'azione, amazon.fr")
    assert "305-0000000-0000001" in out
    assert "305-0000001-" not in out


def test_a_rate_within_its_cap_has_a_draft_and_says_so(responder: Run) -> None:
    """In English, since the text is not there in Dutch; nobody asks for it, and that is said beside it."""
    code, out, err = responder("late_shipment_rate", "--marketplace", "amazon.nl")
    assert code == 0
    assert out.startswith("Plan of action, amazon.nl")
    assert "0 of 12: 0%" in out
    assert "within its cap" in err
    assert "[The recorded cases share nothing" in out


def test_json_has_the_figures_and_the_text(responder: Run) -> None:
    """One object: what the draft rests on, its causes by kind, and the draft."""
    code, out, _ = responder("late_shipment_rate", "--marketplace", "amazon.de", "--json")
    assert code == 0
    (line,) = out.splitlines()
    told = json.loads(line)
    assert (told["metric"], told["marketplace"], told["level"], told["value"]) == (
        "late_shipment_rate", "amazon.de", "over", 0.5,
    )  # fmt: skip
    assert {"kind": "sku", "cases": 6, "name": "LAMP"} in told["causes"]
    assert told["language"] == "de"
    assert told["body"].startswith("Sehr geehrtes Team")


def test_then_is_not_now(responder: Run) -> None:
    """A month ago nothing of it had happened."""
    at = (now() - 40 * DAY).isoformat()
    code, out, err = responder("late_shipment_rate", "--marketplace", "amazon.de", "--at", at)
    assert code == 0
    assert "305-" not in out
    assert "not known" in err


def test_what_was_done_later_is_not_in_the_plan_of_then(responder: Run, stored: Callable[..., object]) -> None:
    """A refund of today is in the plan of now, and not in that of yesterday about the same orders."""
    refund = OrderEvent(order_id="305-0000001-0000000", kind=EventKind.REFUNDED, at=now() - HOUR, source="notice:1")
    stored(orders.add_events, "main", [refund], now())
    asked = ("late_shipment_rate", "--marketplace", "amazon.de", "--language", "en")
    assert "- refunded (1): 305-0000001-0000000" in responder(*asked)[1]
    then = responder(*asked, "--at", (now() - DAY).isoformat())[1]
    assert "305-0000001-0000000" in then
    assert "- refunded" not in then


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("late_shipmemt_rate",), "did you mean late_shipment_rate?"),
        (("order_defect_rate", "--marketplace", "amazon.d"), "did you mean 'amazon.de'?"),
        (("order_defect_rate", "--language", "xx"), "the plan has no text in 'xx'"),
        (("order_defect_rate", "--account", "mian"), "did you mean 'main'?"),
    ],
)
def test_what_is_not_known_is_told_with_what_is_near(responder: Run, arguments: tuple[str, ...], said: str) -> None:
    """Exit 2, the nearest name, and nothing on standard output."""
    code, out, err = responder(*arguments)
    assert (code, out) == (2, "")
    assert said in err
