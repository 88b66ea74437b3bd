"""`responder preview`: what a buyer would read, with invented names or of an order that is kept."""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from neighbours.asking import upsert
from papers import pdf

from responder.adapters.orders import ReportLine
from responder.adapters.store import Store, invoice_uses
from responder.cli import main
from responder.core.orders import OrderFacts

CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
invoices: {unchanged_for: 5s}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr, amazon.com.be]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
"""
ORDER = "171-7777777-1234567"
AT = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)

Preview = Callable[..., tuple[int, str, str]]


@pytest.fixture
def preview(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Preview:
    """Run the command in a folder with a configuration; return its code, and what it printed and said."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    (tmp_path / "invoices").mkdir()

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(["-c", str(path), "preview", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def keep(folder: Path, **changes: Any) -> None:
    """Keep one order in the state, as a report tells it."""
    told: dict[str, Any] = {"marketplace": "amazon.com.be", "buyer_name": "Anna Berg", "purchased_at": AT}
    line = ReportLine(2, OrderFacts(order_id=ORDER, **{**told, **changes}), (), ())
    store = Store.open(f"sqlite:///{folder}/state.db", exclusive=True)
    store.run(upsert, "main", [line], reported_at=AT, now=AT)
    store.close()


def invoice(folder: Path, order_id: str = ORDER) -> None:
    """Put a file, long finished, where the order's invoice is looked for; it names `order_id`."""
    path = folder / "invoices" / f"{ORDER}.pdf"
    path.write_bytes(pdf.invoice(order_id))
    os.utime(path, (AT.timestamp(), AT.timestamp()))


def test_a_request_is_shown_in_each_case_of_its_text(preview: Preview) -> None:
    """With and without an invoice, a name and a date; nothing in it breaks a rule, so the code is 0."""
    code, printed, said = preview("feedback_request", "--language", "fr")
    assert (code, said) == (0, "")
    heads = [line for line in printed.splitlines() if line.startswith("---")]
    with_one, without = "--- feedback_request, fr, with the invoice", "--- feedback_request, fr, without an invoice"
    assert heads == [with_one, without, with_one, without]
    assert "Bonjour Anna Berg," in printed
    assert "Bonjour,\n" in printed


def test_a_marketplace_of_two_languages_is_shown_both(preview: Preview) -> None:
    """As its buyers get it: one mail, a text in each."""
    code, printed, _ = preview("invoice", "--marketplace", "amazon.com.be", "--json")
    assert code == 0
    first = json.loads(printed.splitlines()[0])
    assert set(first) >= {"language", "subject", "body", "findings"}
    assert first["language"] == "fr, nl"
    assert "Bonjour Anna Berg,\n" in first["body"]
    assert "Beste Anna Berg,\n" in first["body"]
    assert first["findings"] == []


def test_an_order_nobody_knows_is_shown_by_its_number(preview: Preview, tmp_path: Path) -> None:
    """Without a state, and in one that does not know it: the number is shown, and that the rest is invented."""
    for _ in range(2):
        code, printed, said = preview("feedback_request", "--language", "de", "--order", ORDER)
        assert code == 0
        assert printed.count(f"Bestellnummer: {ORDER}") == 4
        assert said == f"{ORDER} is not kept: names and dates are invented\n"
        Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True).close()


def test_an_order_that_is_kept_is_shown_as_its_buyer_would_get_it(preview: Preview, tmp_path: Path) -> None:
    """Its name, dates, marketplace and languages, and whether the invoice goes with it, which the command says."""
    keep(tmp_path)
    invoice(tmp_path)
    code, printed, said = preview("feedback_request", "--order", ORDER)
    assert code == 0
    assert said == f"{ORDER} as it is kept: account main, amazon.com.be, with the invoice {ORDER}.pdf\n"
    assert printed.startswith("--- feedback_request, fr, nl, with the invoice\n")
    assert printed.count("---") == 1
    assert "Date de la commande : 15 juillet 2026\n" in printed
    assert "Besteldatum: 15 juli 2026\n" in printed


@pytest.mark.parametrize(
    ("changes", "of", "said"),
    [
        ({}, None, f"no invoice: {ORDER}.pdf is not there"),
        ({}, "171-7777777-7654321", f"no invoice: {ORDER}.pdf: it names another order: 171-7777777-7654321"),
        ({"business": True}, ORDER, "no invoice: an e-mailed one does not count for Amazon Business"),
    ],
    ids=["missing", "another order's", "a business order"],
)
def test_why_no_invoice_goes_with_an_order_is_said(
    preview: Preview, tmp_path: Path, changes: dict[str, Any], of: str | None, said: str
) -> None:
    """And the text speaks of none."""
    keep(tmp_path, **changes)
    if of is not None:
        invoice(tmp_path, of)
    code, printed, told = preview("feedback_request", "--order", ORDER, "--language", "nl")
    assert code == 0
    assert told.endswith(f", {said}\n")
    assert printed.startswith("--- feedback_request, nl, without an invoice\n")
    assert "factuur" not in printed


def test_a_file_that_another_order_had_goes_with_none(preview: Preview, tmp_path: Path) -> None:
    """The mail would be held for it: nobody is told that it goes out."""
    keep(tmp_path)
    invoice(tmp_path)
    sha256 = hashlib.sha256(pdf.invoice(ORDER)).hexdigest()
    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    store.run(invoice_uses.use, sha256, "main", "171-7654321-7654321", "x.pdf", AT)
    store.close()
    _, printed, said = preview("feedback_request", "--order", ORDER, "--language", "nl")
    assert said.endswith(f", no invoice: {ORDER}.pdf was used for order 171-7654321-7654321\n")
    assert "factuur" not in printed


def test_an_order_without_a_marketplace_needs_it_named(preview: Preview, tmp_path: Path) -> None:
    """Nobody knows its language: it is said, and --marketplace decides."""
    keep(tmp_path, marketplace=None, business=True)
    _, _, said = preview("invoice", "--order", ORDER)
    assert "--marketplace NAME" in said
    _, printed, said = preview("invoice", "--order", ORDER, "--marketplace", "amazon.fr")
    assert "as it is kept: account main, amazon.fr" in said
    assert "Bonjour Anna Berg," in printed


def test_what_is_no_order_number_is_refused(preview: Preview) -> None:
    """A mistyped number would be shown as if a buyer got it."""
    code, printed, said = preview("feedback_request", "--order", "171-777777-1234567")
    assert (code, printed) == (2, "")
    assert said == "responder: '171-777777-1234567' is no order number; write it like 305-1234567-7654321\n"


def test_a_text_of_the_sellers_that_breaks_a_rule_ends_with_1(preview: Preview, tmp_path: Path) -> None:
    """The finding is printed under the mail."""
    (tmp_path / "templates").mkdir()
    text = "subject: x\nlanguages:\n  fr: |\n    Commande {{ order.id }}. Donnez-nous 5 étoiles.\n"
    (tmp_path / "templates" / "feedback_request.yaml").write_text(text)
    code, printed, _ = preview("feedback_request", "--language", "fr")
    assert code == 1
    assert "error L05, line 1: 5 étoiles (" in printed


def test_an_acknowledgement_still_takes_any_number(preview: Preview) -> None:
    """As before: its four cases, with the number given."""
    code, printed, said = preview("acknowledgement", "--language", "en", "--order", "4711")
    assert (code, said) == (0, "")
    assert printed.count("Order number: 4711\n") == 4
    assert "--- acknowledgement, en, holiday\n" in printed


@pytest.mark.parametrize(
    ("shipped", "words"), [({}, "not shipped yet"), ({"shipped_at": AT, "status": "Shipped"}, "shipped")]
)
def test_a_draft_is_shown_as_the_order_stands(
    preview: Preview, tmp_path: Path, shipped: dict[str, Any], words: str
) -> None:
    """Who asks to cancel is shown the request, or the return, and the command says which of both."""
    keep(tmp_path, **shipped)
    code, printed, said = preview("cancellation_answer", "--order", ORDER)
    assert (code, said) == (0, f"{ORDER} as it is kept: account main, amazon.com.be, {words}\n")
    assert ("Demander l'annulation" in printed) == (not shipped)
    assert ("Retourner ou remplacer des articles" in printed) == bool(shipped)
    assert printed.count("---") == 1


@pytest.mark.parametrize("kind", ["delay_notice", "feedback_answer", "cancellation_answer"])
def test_the_other_texts_are_shown_with_invented_names(preview: Preview, kind: str) -> None:
    """In every language the marketplaces need, without a finding."""
    code, printed, said = preview(kind, "--json")
    mails = list(map(json.loads, printed.splitlines()))
    assert (code, said) == (0, "")
    assert {each["language"] for each in mails} == {"fr", "nl"}
    assert all(each["findings"] == [] and each["subject"] and each["body"] for each in mails)
