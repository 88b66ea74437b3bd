"""
Whether a mail that asks for something by a link of the digest may be obeyed, as far as the mail itself tells.

It must come from the operator alone, written by a person, whole, and proven (RFC 3834, RFC 8601, RFC 6376). What its
link says, and whether it was used, is known to the state.
"""

from dataclasses import dataclass

from responder.core import actions, sender_proof
from responder.core.actions import Command, Judged, Outcome
from responder.core.automatic import automatic_reasons
from responder.core.dkim import DkimResult
from responder.core.kinds import Authentic
from responder.core.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Obeys:
    """Whose requests are obeyed, and whose word proves them; `switched_on`: whether any are."""

    operator: str
    authserv_id: str | None
    switched_on: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What a mail asks for, and why it is refused before its link is looked at; None when it is not."""

    commands: tuple[Command, ...]
    refused: Judged | None


def request(message: Message, obeys: Obeys, dkim: DkimResult | None = None) -> Request | None:
    """Return what a mail asks for; None when it asks for nothing. `dkim` is our own check of its signature."""
    found = actions.commands(message)
    return Request(found, _refusal(message, found, obeys, dkim)) if found else None


def wants_dkim(message: Message, obeys: Obeys) -> bool:
    """Return whether checking the mail's signature may decide if the operator asks for something in it."""
    return (
        obeys.switched_on
        and bool(actions.commands(message))
        and sender_proof.wants_dkim(message, obeys.operator, obeys.authserv_id)
    )


def _refusal(message: Message, found: tuple[Command, ...], obeys: Obeys, dkim: DkimResult | None) -> Judged | None:
    if not obeys.switched_on:
        return Judged(Outcome.SWITCHED_OFF, "operator.digest.actions.enabled is false")
    if not sender_proof.is_from(message, obeys.operator):
        return Judged(Outcome.NOT_FROM_OPERATOR, "its From or Sender is not operator.email, or not that alone")
    if signs := _signs_of_a_machine(message):
        return Judged(Outcome.AUTOMATIC, ", ".join(signs))
    if message.truncated or message.defects:
        return Judged(Outcome.UNREADABLE, "; ".join(message.defects) or "it is too large")
    verdict = sender_proof.proof(message, obeys.operator, obeys.authserv_id, dkim)
    if verdict.authentic is not Authentic.PASS:
        return Judged(Outcome.NOT_PROVEN, verdict.reason)
    return Judged(Outcome.SEVERAL, f"{len(found)} requests in one mail") if len(found) > 1 else None


def _signs_of_a_machine(message: Message) -> tuple[str, ...]:
    """Return what shows that no person sent this mail to us; that it comes from an address of ours is no such sign."""
    resent = [f"header:{name}" for name, _ in message.headers if name.startswith("resent-")]
    return (*automatic_reasons(message, relay=False), *dict.fromkeys(resent))
