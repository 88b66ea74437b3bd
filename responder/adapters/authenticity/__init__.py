"""
DKIM signatures checked at arrival (RFC 6376): the keys asked of the DNS, the arithmetic left to dkimpy.

Only names under the From's own store, or under the operator's domain, are ever asked for: all of a mail at once and
within one time limit.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from responder.adapters.authenticity.checking import ReadMail, checked
from responder.adapters.authenticity.lookup import (
    LIMIT,
    Absent,
    Found,
    Resolve,
    TxtAnswer,
    Unreachable,
    system_resolve,
)
from responder.core.amazon import Catalogue
from responder.core.authenticity import signatures, unsigned
from responder.core.dkim import ALGORITHM, DkimResult, Signature
from responder.core.kinds import Authentic
from responder.core.message import Message
from responder.core.sender_proof import signatures_of

__all__ = ["LIMIT", "Absent", "DkimVerifier", "Found", "Resolve", "TxtAnswer", "Unreachable", "system_resolve"]

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
ABSENT, UNREACHABLE = timedelta(minutes=5), timedelta(minutes=1)
MAX_NAMES = 256
# So many bytes are hashed for all signatures of a mail together, but two are always tried.
MAX_HASHED = 1_048_576


class DkimVerifier:
    """Checks the signatures of mails; `resolve` asks the DNS for the TXT records of an absolute name."""

    def __init__(self, resolve: Resolve, monotonic: Callable[[], float], *, limit: timedelta = LIMIT) -> None:
        self._resolve = resolve
        self._monotonic = monotonic
        self._limit = limit
        self._known: dict[str, tuple[TxtAnswer, float]] = {}

    async def verify(self, message: Message, catalogue: Catalogue) -> DkimResult:
        """Return what the signatures of the From's store prove about `message`, after at most the time limit."""
        return await self._check(message, signatures(message, catalogue), "store")

    async def verify_sender(self, message: Message, domain: str) -> DkimResult:
        """Return what the signatures of `domain`, the sender's, prove about `message`."""
        return await self._check(message, signatures_of(message, domain), "domain")

    async def _check(self, message: Message, found: Sequence[Signature], whose: str) -> DkimResult:
        if message.truncated:
            return DkimResult(Authentic.UNKNOWN, "its DKIM signature needs the whole mail")
        wanted = found[: max(2, MAX_HASHED // max(len(message.raw), 1))]
        if not wanted:
            return DkimResult(Authentic.UNKNOWN, f"it has no DKIM signature of its sender's {whose}")
        answers = await self._answers({each.key_name for each in wanted if each.algorithm == ALGORITHM})
        return await asyncio.to_thread(_best, message, wanted, answers)

    async def _answers(self, names: set[str]) -> dict[str, TxtAnswer]:
        async with asyncio.TaskGroup() as group:
            asked = {name: group.create_task(self._answer(name)) for name in names}
        return {name: task.result() for name, task in asked.items()}

    async def _answer(self, name: str) -> TxtAnswer:
        known = self._known.get(name)
        if known is not None and self._monotonic() < known[1]:
            return known[0]
        try:
            async with asyncio.timeout(self._limit.total_seconds()):
                answer = await self._resolve(name)
        except TimeoutError:
            answer = Unreachable(f"the DNS did not answer within {self._limit.total_seconds():g} s")
        while len(self._known) >= MAX_NAMES:
            del self._known[next(iter(self._known))]
        self._known[name] = (answer, self._monotonic() + _kept(answer).total_seconds())
        return answer


def _kept(answer: TxtAnswer) -> timedelta:
    match answer:
        case Found(ttl=ttl):
            return min(max(ttl, SHORTEST), LONGEST)
        case Absent():
            return ABSENT
        case Unreachable():
            return UNREACHABLE


def _best(message: Message, wanted: Sequence[Signature], answers: Mapping[str, TxtAnswer]) -> DkimResult:
    """Return the result that proves most: one valid signature is enough (RFC 6376 section 6.1)."""
    mail = ReadMail(message)
    results = [checked(mail, signature, answers.get(signature.key_name)) for signature in wanted]
    order = (Authentic.FAIL, Authentic.UNKNOWN, Authentic.PASS)
    return max(results, key=lambda found: (order.index(found.outcome), -len(unsigned(message, found.signed))))
