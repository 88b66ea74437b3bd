"""
The replay itself: every mail is read and parsed once, and lived through by one configuration, or by two beside another.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.adapters.store import Store
from responder.core.message import parse
from responder.simulation.past import Past, Skipped, Source
from responder.simulation.proof import Proof
from responder.simulation.replay import Mail, Replay

BREATH = 50
"""Mails of one transaction: so many are handled before an interrupt is heard."""


@dataclass(frozen=True, slots=True)
class Side:
    """A configuration's life and the throw-away state it is lived in."""

    replay: Replay
    store: Store


async def simulate(
    source: Source,
    sides: Sequence[Side],
    now: datetime,
    *,
    proof: Proof,
    told: Callable[[int, datetime], None],
) -> tuple[Skipped, ...]:
    """
    Let the sides live through the listed mails and on to `now`; return the mails that could not be had.

    `told` hears how many mails were handled, and which instant was reached.
    """
    lost: list[Skipped] = []
    done = 0
    async for batch in source.batches(lost.append):
        for start in range(0, len(batch), BREATH):
            pasts = batch[start : start + BREATH]
            await _live(sides, pasts, proof)
            done += len(pasts)
            told(done, pasts[-1].received_at)
    for side in sides:
        await side.store.tx(side.replay.run_until, now)
    return tuple(lost)


async def _live(sides: Sequence[Side], pasts: Sequence[Past], proof: Proof) -> None:
    parsed = [(past, await asyncio.to_thread(parse, past.raw, size=past.size)) for past in pasts]
    for side in sides:
        mails = [Mail(past, message, *await proof.of(message, side.replay.life.judge)) for past, message in parsed]
        await side.store.tx(side.replay.keep_all, mails)
