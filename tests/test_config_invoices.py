"""The invoices' keys: a pattern, a folder and a rest that cannot work are told where they stand."""

from datetime import timedelta
from pathlib import Path

import pytest

from responder import config
from responder.adapters.invoices import InvoiceSettings
from responder.config import invoice_checks
from responder.errors import ConfigError

GOOD = """\
timezone: Europe/Paris
operator:
  email: owner@example.com
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: mail.example.com, username: service@example.com, password: {credential: imap-password}}
    smtp: {host: mail.example.com, username: service@example.com, password: {env: SMTP_PASSWORD}}
"""


def wrong(text: str) -> list[str]:
    """Return the problems of a bad configuration."""
    with pytest.raises(ConfigError) as raised:
        config.read(text, Path("/nowhere/config.yaml"))
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("name: invoice.pdf", 'invoices.name: must hold {order_id} once (write "{order_id}*.pdf")'),
        ("name: 'sub/{order_id}.pdf'", "without a folder"),
        ("name: 7", "must be the name of a file, got 7"),
        ("max_megabytes: 8", "must be at most 7, got 8"),
        ("max_megabytes: 0", "must be at least 1, got 0"),
        ("unchanged_for: 4s", "must be between 5s and 1h, got 4s"),
        ("unchanged_for: 2h", "must be between 5s and 1h, got 2h"),
        ("image_only: send", "'send' is not known here"),
        ("mail: always", "'always' is not known here"),
        ("mail: at_shipping", "at_shipping does nothing while feedback.enabled is false"),
    ],
)
def test_a_mistake_is_told_where_it_is(value: str, words: str) -> None:
    """With the way out."""
    (problem,) = wrong(f"{GOOD}invoices: {{{value}}}\n")
    assert problem.startswith("/nowhere/config.yaml:11:")
    assert words in problem


def test_the_settings_of_an_account_are_what_the_file_says(tmp_path: Path) -> None:
    """Megabytes are a million bytes; the folder begins beside the file."""
    text = (
        "invoices: {folder: papers, name: 'R{order_id}.pdf', max_megabytes: 7, unchanged_for: 1m, image_only: accept}"
    )
    loaded = config.read(f"{GOOD}{text}\n", tmp_path / "config.yaml")
    assert config.invoice_settings(loaded, loaded.config.accounts[0]) == InvoiceSettings(
        folder=tmp_path / "papers",
        name="R{order_id}.pdf",
        max_size=7_000_000,
        unchanged_for=timedelta(minutes=1),
        image_only="accept",
        subfolder="main",
    )


@pytest.mark.parametrize(
    ("feedback", "invoices", "words"),
    [
        ({}, {"folder": "missing"}, ["there is no folder"]),
        ({}, {"folder": "orders"}, ["lies in the folder of the order reports, where files are moved away"]),
        ({}, {"folder": "orders/invoices"}, ["lies in the folder of the order reports, where files are moved away"]),
        ({"invoice": "none"}, {"folder": "missing"}, []),
        ({"invoice": "none"}, {"folder": "missing", "mail": "at_shipping"}, ["there is no folder"]),
        ({"enabled": False}, {"folder": "missing"}, []),
        ({}, {"folder": "invoices"}, []),
    ],
)
def test_a_folder_that_cannot_work_is_told_where_invoices_are_sent(
    tmp_path: Path, feedback: dict[str, object], invoices: dict[str, object], words: list[str]
) -> None:
    """Before the first order needs it; and nobody is bothered who sends none."""
    for name in ("orders/invoices", "invoices"):
        (tmp_path / name).mkdir(parents=True)
    good = config.read(GOOD, tmp_path / "config.yaml").config
    changed = good.model_copy(
        update={
            "feedback": good.feedback.model_copy(update={"enabled": True, **feedback}),
            "invoices": good.invoices.model_copy(update=invoices),
        }
    )
    found = list(invoice_checks.neighbours(changed, tmp_path))
    assert [finding.path for finding in found] == [("invoices", "folder")] * len(words)
    assert all(word in finding.problem for word, finding in zip(words, found, strict=True))
