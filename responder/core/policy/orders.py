"""
What an order's own facts say about a mail of the seller's accord (L06, L25, L26): asked before, too early, too late.

The decision to write keeps the same rules; here they are looked at again on the finished mail.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from responder.core.policy.values import ORDER, PROACTIVE, WARNING, Finding, Mail, OrderKnown, Rules, finding

EARLIEST = timedelta(days=5)
LATEST = timedelta(days=30)
ASKING = "feedback_request"


def by_order(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """Yield what is wrong with writing about this order at this time."""
    known = mail.known
    if known is None or mail.kind not in PROACTIVE:
        return
    if mail.kind == ASKING:
        yield from _asked(known, rules)
        yield from _window(known, rules)
    yield from _too_late(known, rules)


def _asked(known: OrderKnown, rules: Rules) -> Iterator[Finding]:
    if known.asked:
        yield _found(rules, "L06", "this order was asked for feedback before")
    elif known.written_before:
        yield _found(rules, "L06", "a mail of your own accord left for this order before", WARNING)


def _window(known: OrderKnown, rules: Rules) -> Iterator[Finding]:
    if known.delivered_at is None:
        return
    if known.at < known.delivered_at + EARLIEST:
        yield _found(rules, "L26", f"delivered {_day(known.delivered_at)}: earlier than 5 days after it")
    elif known.at > known.delivered_at + LATEST:
        yield _found(rules, "L26", f"delivered {_day(known.delivered_at)}: more than 30 days ago")


def _too_late(known: OrderKnown, rules: Rules) -> Iterator[Finding]:
    """The two readings of "30 days": after completion an error, after the order a warning."""
    if known.delivered_at is not None and known.at > known.delivered_at + LATEST:
        yield _found(rules, "L25", f"completed {_day(known.delivered_at)}: more than 30 days ago")
    elif known.purchased_at is not None and known.at > known.purchased_at + LATEST:
        yield _found(rules, "L25", f"ordered {_day(known.purchased_at)}: more than 30 days ago", WARNING)


def _found(rules: Rules, rule: str, words: str, severity: str | None = None) -> Finding:
    return finding(rules, rule, 0, words, severity=severity, place=ORDER)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
