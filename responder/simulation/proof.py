"""
What proves the sender of past mail: the mail server's word of then, and on demand the DNS of today, or trust.

Keys of signatures are changed every few months, so today's DNS says little about a mail of last spring: it is not asked
by default. Trust takes what nobody judged for genuine; what was proven false stays so.
"""

from dataclasses import dataclass

from responder.core.authenticity import verdict, wants_dkim
from responder.core.dkim import DkimResult
from responder.core.kinds import Authentic
from responder.core.message import Message
from responder.tasks.receive import Judge, Verifier


@dataclass(frozen=True, slots=True)
class Proof:
    """How senders are verified; without either, only what the mail server wrote into the mail counts."""

    verifier: Verifier | None = None
    trust: bool = False

    async def of(self, message: Message, judge: Judge) -> tuple[DkimResult | None, bool]:
        """Return what is taken for the check of the mail's signature, and whether that is mere trust."""
        dkim = None
        if self.verifier is not None and wants_dkim(message, judge.catalogue, judge.authserv_id):
            dkim = await self.verifier.verify(message, judge.catalogue)
        if not self.trust or len(message.from_) != 1 or not judge.catalogue.is_amazon_domain(message.from_[0].domain):
            return dkim, False
        if verdict(message, judge.catalogue, judge.authserv_id, dkim).authentic is not Authentic.UNKNOWN:
            return dkim, False
        signed = frozenset(name for name, _ in message.headers)
        return DkimResult(Authentic.PASS, "taken for genuine (--trust)", message.from_[0].domain, signed), True
