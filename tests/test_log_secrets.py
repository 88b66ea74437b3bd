"""What a mail says and what a secret is, planted and looked for in everything the daemon tells of its work."""

import asyncio
import base64
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog
from mail import builders
from neighbours.pinged import Pinged, service
from neighbours.pymap_server import PymapServer
from neighbours.scripted_imap import Peer, ScriptedImap
from neighbours.shop import empty_state
from neighbours.smtp import Mailhost

from responder.adapters.clock import ManualClock
from responder.adapters.store import Store
from responder.cli.logs import start_logging
from responder.cli.main import run
from responder.config.load import load
from responder.core.dkim import DkimResult
from responder.core.message import Message
from responder.daemon import Daemon, build
from responder.errors import TemporaryError

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
BODY, NAME, SUBJECT = "plantedbodywords", "Plantedname", "plantedsubjectwords"
ALIAS = "plantedalias000"
PASSWORD = "pL4nt/ed+pass word"
KEY = "planted-heartbeat-key-5f2c"
CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com}}
working_hours: {{holidays: {{country: FR}}}}
acknowledgements: {{delay: 0s}}
heartbeat: {{url: {{env: HEARTBEAT}}}}
log: {{level: debug}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: 127.0.0.1, port: {imap}, security: none, username: seller, password: {{env: PLANTED}}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: PLANTED}}}}
"""


def secrets() -> list[str]:
    """Each secret in every spelling in which it travels or could be told."""
    plain = base64.b64encode(f"\0seller\0{PASSWORD}".encode()).decode()
    alone = base64.b64encode(PASSWORD.encode()).decode()
    return [PASSWORD, plain, plain[12:-4], alone, quote(PASSWORD), quote_plus(PASSWORD), quote(PASSWORD, safe=""), KEY]


def of_the_mail() -> list[str]:
    """What no line may have of a buyer's message."""
    return [BODY, NAME, SUBJECT, ALIAS]


class Failing:
    """A verifier that stumbles over each mail, and says what was in it."""

    async def verify(self, message: Message, _catalogue: Any) -> DkimResult:
        """Fail with the mail's own words."""
        raise ValueError(f"cannot verify {message.subject!r} {message.text!r}")


@dataclass
class Planted:
    """A seller whose mail and secrets are looked for, and everything that was logged."""

    folder: Path
    mailhost: Mailhost
    pinged: Pinged
    log: io.StringIO = field(default_factory=io.StringIO)
    told: list[str] = field(default_factory=list)
    clock: ManualClock = field(default_factory=lambda: ManualClock(BASTILLE_DAY + timedelta(minutes=1)))

    environ: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def watching(self, port: int) -> AsyncIterator[Daemon]:
        """The daemon on the mailbox at this port; the secrets are read from `environ` each time they are needed."""
        self.environ |= {"PLANTED": PASSWORD, "HEARTBEAT": self.pinged.url}
        file = self.folder / "config.yaml"
        file.write_text(CONFIG.format(imap=port, smtp=self.mailhost.port))
        loaded = await asyncio.to_thread(load, file)
        start_logging("json", "debug", self.log)
        store = await asyncio.to_thread(Store.open, loaded.state({}), exclusive=True)
        try:
            parts = await asyncio.to_thread(build, loaded, store, BASTILLE_DAY, self.environ, verifier=Failing())
            yield Daemon(parts, store, self.clock)
        finally:
            await asyncio.to_thread(store.close)

    async def once(self, daemon: Daemon) -> None:
        """Catch up once, and keep what an error said."""
        try:
            await daemon.once()
        except TemporaryError as error:
            self.told.append(str(error))

    def events(self) -> list[str]:
        """The names of all lines."""
        return [json.loads(line)["name"] for line in self.log.getvalue().splitlines()]

    def state(self) -> bytes:
        """Everything the state's files hold."""
        return b"".join(file.read_bytes() for file in self.folder.glob("state.db*"))


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    yield
    structlog.reset_defaults()
    root.handlers = handlers


@pytest.fixture
async def planted(tmp_path: Path) -> AsyncIterator[Planted]:
    """A seller whose mail server repeats in its refusal what it was given."""
    with Mailhost(users={"seller": PASSWORD}) as mailhost:
        mailhost.refuse["RCPT"] = f"550 5.1.1 <{ALIAS}@marketplace.amazon.fr> {NAME} {SUBJECT} unknown"
        async with service(KEY) as pinged:
            (tmp_path / "state.db").write_bytes(empty_state())
            yield Planted(tmp_path, mailhost, pinged)


def message(**changes: Any) -> bytes:
    """A buyer's message, full of what is looked for."""
    planted: dict[str, Any] = {"alias": ALIAS, "name": NAME, "text": BODY, "subject": f"{SUBJECT} \x1b[2J"}
    return builders.buyer_message(**{**planted, **changes})


async def test_nothing_of_a_mail_and_no_secret_is_told(planted: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    """Read, refused by SMTP, stumbled over, refused at the login, refused by IMAP: lines, errors, status and state."""

    async def refuse(peer: Peer, tag: bytes, verb: bytes, _rest: bytes) -> bool:
        if verb == b"UID":
            await peer.send(tag + f" NO [CANNOT] cannot look for {SUBJECT} of {ALIAS}\r\n".encode())
        return verb == b"UID"

    header = {"DKIM-Signature": f"v=1; a=rsa-sha256; d=marketplace.amazon.fr; s={SUBJECT}; h=from; bh=x; b=x"}
    signed = message(auth=None, alias="plantedalias111", extra_headers=header)
    async with PymapServer({"seller": PASSWORD}) as server, planted.watching(server.port) as daemon:
        for raw in (message(), signed):
            await server.deliver("seller", raw, at=BASTILLE_DAY)
        await planted.once(daemon)
        planted.mailhost.refuse.clear()
        planted.pinged.status = 500
        planted.environ["PLANTED"] = f"{PASSWORD}!"
        await planted.once(daemon)
    async with ScriptedImap(refuse) as scripted, planted.watching(scripted.port) as daemon:
        await planted.once(daemon)

    log = planted.log.getvalue()
    assert {
        "mail_kept", "decided", "mail_refused_for_good", "a_mail_could_not_be_handled",
        "a_mail_was_set_aside_for_a_person", "the_mailbox_cannot_be_reached", "the_heartbeat_was_not_heard",
    } <= set(planted.events())  # fmt: skip
    assert '"reason": "550 5.1.1"' in log
    lines = [json.loads(line) for line in log.splitlines()]
    decided = [line["codes"] for line in lines if line["name"] == "decided" and line["action"] == "acknowledge"]
    assert decided == [["closed_holiday"]]
    assert planted.pinged.heard != []
    assert run(["-c", str(planted.folder / "config.yaml"), "status", "--json"]) == 0
    status = capsys.readouterr().out
    told = "\n".join(planted.told)
    assert "refused the login" in told
    for name, text in {"log": log, "error": told, "status": status}.items():
        assert [each for each in secrets() if each in text] == [], name
        # A mail server's own words are what a seller asks `status` for; the log has only its codes.
        words = [BODY] if name == "status" else of_the_mail()
        assert [each for each in words if each in text] == [], name
    assert [each for each in secrets() if each.encode() in planted.state()] == []
