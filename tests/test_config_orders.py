"""The orders' keys: what cannot work is told where it stands, and when a folder is watched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from responder import config
from responder.config.consumers import catalogue_of
from responder.daemon import intaking
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
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("check_every: 9s", "must be between 10s and 1h, got 9s"),
        ("check_every: 2h", "must be between 10s and 1h, got 2h"),
        ("unchanged_for: 4s", "must be between 5s and 1h, got 4s"),
        ("unchanged_for: 2h", "must be between 5s and 1h, got 2h"),
        ("warn_ship_by: 6d", "must be between 0s and 5d, got 6d"),
    ],
)
def test_a_mistake_is_told_where_it_is(value: str, words: str) -> None:
    """With the way out."""
    with pytest.raises(ConfigError) as raised:
        config.read(f"{GOOD}orders: {{{value}}}\n", Path("/nowhere/config.yaml"))
    (problem,) = map(str, raised.value.problems)
    assert problem.startswith("/nowhere/config.yaml:11:")
    assert words in problem


def test_a_folder_is_watched_where_it_is_there_or_named(tmp_path: Path) -> None:
    """Who never heard of reports is told of no missing folder; who named one is."""

    def watched(more: str = "") -> Path | None:
        loaded = config.read(GOOD + more, tmp_path / "config.yaml")
        found = intaking.intake(loaded, catalogue_of(loaded))
        return None if found is None else found.folder.path

    assert watched() is None
    assert watched("orders: {check_every: 30s}\n") is None
    assert watched("orders: {folder: reports}\n") == tmp_path / "reports"
    (tmp_path / "orders").mkdir()
    assert watched() == tmp_path / "orders"


def test_what_the_file_says_is_what_the_folder_does(tmp_path: Path) -> None:
    """How often it is looked at, and the accounts whose folders are looked into."""
    (tmp_path / "orders" / "main").mkdir(parents=True)
    (tmp_path / "orders" / "main" / "a.txt").touch()
    text = f"{GOOD}orders: {{check_every: 10m, unchanged_for: 1h}}\n"
    loaded = config.read(text, tmp_path / "config.yaml")
    found = intaking.intake(loaded, catalogue_of(loaded))
    assert found is not None
    assert (found.every, found.importer.shops[0].marketplaces) == (timedelta(minutes=10), frozenset({"amazon.fr"}))
    now = datetime.fromtimestamp((tmp_path / "orders" / "main" / "a.txt").stat().st_mtime, UTC)
    assert found.folder.ready(now) == found.folder.ready(now + timedelta(minutes=59)) == ()
    (ready,) = found.folder.ready(now + timedelta(hours=1))
    assert (ready.inside, ready.name) == ("main", "a.txt")
