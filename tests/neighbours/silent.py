"""A seller whose daemon may be silent: a configuration, a state, a mail server, and the dead man's switch to call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from neighbours.shop import empty_state
from neighbours.smtp import Mailhost

from responder.adapters.store import Store, health, outages
from responder.deadman.__main__ import program

DUE = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)  # Thursday, 7:30 in Paris
HOUR = timedelta(hours=1)
PASSWORD = "Tr0ub4dor&3"
CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    imap: {{host: localhost, username: service, password: {{file: secret}}}}
    smtp:
      host: localhost
      port: {port}
      security: starttls
      username: service
      password: {{file: secret}}
      ca_file: ca.pem
"""

Step = Callable[[Store], object]


@dataclass
class Silent:
    """`check` is one run of the timer; `state` is what a daemon did before."""

    folder: Path
    server: Mailhost
    environ: dict[str, str] = field(default_factory=dict)
    meanwhile: list[Step] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path, server: Mailhost) -> "Silent":
        """Make the configuration, and let the server begin anew."""
        server.accepted.clear()
        server.refuse.clear()
        assert server.certificate is not None
        (folder / "ca.pem").write_bytes(server.certificate.file.read_bytes())
        (folder / "secret").touch(0o600)
        (folder / "secret").write_text(PASSWORD)
        (folder / "config.yaml").write_text(CONFIG.format(port=server.port))
        return cls(folder, server)

    def check(self, at: datetime, *words: str) -> int:
        """Run the program at an instant; where it looks a second time, `meanwhile` has happened."""
        named = ["-c", str(self.folder / "config.yaml")]
        return program([*named, *words], self.environ, lambda: at, lambda _seconds: self._live_on())

    def _live_on(self) -> None:
        if self.meanwhile:
            self.state(*self.meanwhile)

    def mails(self) -> list[EmailMessage]:
        """What the seller got."""
        found: list[Any] = [message_from_bytes(each.data, policy=policy.default) for each in self.server.accepted]
        return found

    def state(self, *steps: Step) -> None:
        """Do what a daemon does, and end it."""
        if not (self.folder / "state.db").exists():
            (self.folder / "state.db").write_bytes(empty_state())
        store = Store.open(f"sqlite:///{self.folder}/state.db", exclusive=True)
        try:
            for step in steps:
                step(store)
        finally:
            store.close()


def beat(at: datetime) -> Step:
    """A daemon that was installed yesterday, after its digest's time, and lived at an instant."""

    def live(store: Store) -> None:
        store.run(health.account_started, "main", DUE - 23 * HOUR)
        store.run(outages.beat, at)

    return live
