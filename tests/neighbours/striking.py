"""
A submission server that ends its client at an exact point of a conversation, as a power cut would.

`struck` tells that it did; the client is gone before it could read the reply to the command it sent last.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope, Session
from neighbours.smtp import Mailhost

Point = Literal["MAIL", "RCPT", "DATA"]


@dataclass
class StrikingMailhost(Mailhost):
    """Strikes once, at the point it was armed for: at DATA the mail is accepted before, and nobody learns of it."""

    struck: threading.Event = field(default_factory=threading.Event)
    _point: Point | None = None
    _kill: Callable[[], None] | None = None

    def arm(self, point: Point, kill: Callable[[], None]) -> None:
        """Call `kill` (which returns when the client is dead) once, at `point`."""
        self.struck.clear()
        self._point, self._kill = point, kill

    def _strike(self, point: Point) -> None:
        if point == self._point and self._kill is not None:
            self._point = None
            self._kill()
            self.struck.set()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Strike before the sender is answered."""
        self._strike("MAIL")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Strike before the recipient is answered."""
        self._strike("RCPT")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, and strike before that is said."""
        reply = await super().handle_DATA(server, session, envelope)
        self._strike("DATA")
        return reply
