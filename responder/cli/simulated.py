"""
What was replayed, whichever way it is printed, and where two configurations differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.simulation import Figures, Listed, Message, Skipped
from responder.simulation.figures import REPEAT, WITHHELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was replayed: whose mail, from where, since when, and through which configurations."""

    account: str
    since: datetime
    zone: ZoneInfo
    sources: tuple[str, ...]
    listed: Listed
    lost: tuple[Skipped, ...]
    windows_end: datetime
    trust: bool
    names: tuple[str, ...]


def differences(one: Figures, other: Figures) -> Iterator[tuple[Message, Message]]:
    """Yield each message about which the two decided differently: whether, when, or with which promise."""
    those = {each.mail.uid: each for each in other.messages}
    for this in one.messages:
        that = those.get(this.mail.uid)
        if that is not None and _decided(this) != _decided(that):
            yield this, that


def _decided(message: Message) -> tuple[object, ...]:
    said = message.acknowledging
    silent = said.result in (WITHHELD, REPEAT)
    return (None,) if silent else (said.result, said.sent_at, said.promise_at)
