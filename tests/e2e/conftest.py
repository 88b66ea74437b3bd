"""The neighbours of every story: one Dovecot per story, a submission server, and a way to make the seller."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot
from neighbours.seller import Seller
from neighbours.smtp import Mailhost

MakeSeller = Callable[..., Seller]


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[Dovecot]:
    """A private Dovecot with two mailboxes."""
    if not AVAILABLE:
        pytest.skip(NEEDED)
    with Dovecot(tmp_path / "dovecot", users={"seller": "secret", "second": "secret"}) as server:
        yield server


@pytest.fixture
def mailhost() -> Iterator[Mailhost]:
    """A submission server that keeps what it accepts."""
    with Mailhost(users={"seller": "secret"}) as server:
        yield server


@pytest.fixture
def make_seller(tmp_path: Path, dovecot: Dovecot, mailhost: Mailhost) -> Iterator[MakeSeller]:
    """A function that makes the seller at an instant; the daemon is stopped at the end; a failed test shows its log."""
    made: list[Seller] = []

    def make(start: datetime, host: Mailhost = mailhost, *, server: Dovecot = dovecot, **more: object) -> Seller:
        folder = tmp_path / f"seller-{len(made)}"
        folder.mkdir()
        made.append(Seller(folder, server, host, start, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for seller in made:
        seller.stop()
        sys.stdout.write(seller.log())
