"""
The rates of an account in its stores, computed from the state: for the command, the digest, the alerts and the plan.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.store import metric_facts
from responder.adapters.store.database import Store
from responder.adapters.store.metric_facts import Reach
from responder.core.metrics import rates as core
from responder.core.metrics import sources as resting
from responder.core.metrics.facts import MetricFacts
from responder.core.metrics.values import Basis, Rate, RateRule


@dataclass(frozen=True, slots=True)
class Measured:
    """Which accounts are measured in which stores, by which rules; `zones` has each store's clock."""

    shops: Mapping[str, Collection[str]] = field(default_factory=dict)
    rules: tuple[RateRule, ...] = ()
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rates of an account in one store are computed from."""

    facts: MetricFacts
    sources: resting.Sources


NOTHING = Measured()


def measured(conn: Connection, wanted: Measured, now: datetime) -> tuple[Rate, ...]:
    """Return all the rates that are measured."""
    return rates_of(conn, wanted.shops, wanted.rules, wanted.zones, now)


async def measured_apart(store: Store, wanted: Measured, now: datetime) -> tuple[Rate, ...]:
    """
    Return the same, and let others write meanwhile.

    The single writer is held for what is read of one store; what takes longest reads nothing.
    """
    found: list[Rate] = []
    for account, marketplaces in wanted.shops.items():
        for marketplace in marketplaces:
            of_one = await store.tx(known, account, marketplace, wanted.rules, wanted.zones[marketplace], now)
            found += await asyncio.to_thread(computed, of_one, wanted.rules, now)
    return tuple(found)


def rates(
    conn: Connection, account: str, marketplace: str, rules: Sequence[RateRule], zone: ZoneInfo, now: datetime
) -> tuple[Rate, ...]:
    """Return the rates of an account in one store as of `now`, those of orders first; `zone` is the store's."""
    return computed(known(conn, account, marketplace, rules, zone, now), rules, now)


def known(
    conn: Connection, account: str, marketplace: str, rules: Sequence[RateRule], zone: ZoneInfo, now: datetime
) -> Known:
    """Return all that these rates are computed from."""
    reach = Reach.of(account, marketplace, rules, now)
    facts = metric_facts.facts(conn, reach, zone)
    return Known(facts, metric_facts.sources(conn, reach, facts))


def computed(known: Known, rules: Sequence[RateRule], now: datetime) -> tuple[Rate, ...]:
    """Return the rates; of many orders it takes a second, so the daemon does it outside of any transaction."""
    facts, sources = known.facts, known.sources
    of_mail = [rule for rule in rules if rule.basis is Basis.RECEIVED]
    of_orders = [rule for rule in rules if rule.basis is not Basis.RECEIVED]
    # Orders and mail are known since different days.
    mail = replace(facts, orders=(), first_at=sources.mail_from)
    found = (*core.rates(facts, of_orders, now), *core.rates(mail, of_mail, now))
    return tuple(_said(each, sources, now) for each in found)


def rates_of(
    conn: Connection,
    shops: Mapping[str, Collection[str]],
    rules: Sequence[RateRule],
    zones: Mapping[str, ZoneInfo],
    now: datetime,
) -> tuple[Rate, ...]:
    """Return the rates of every account in each of its stores, one store after the other."""
    return tuple(
        rate
        for account, stores in shops.items()
        for store in stores
        for rate in rates(conn, account, store, rules, zones[store], now)
    )


def _said(rate: Rate, sources: resting.Sources, now: datetime) -> Rate:
    """Return the rate with what the state knows of its sources, before what it said itself."""
    return replace(
        rate,
        computed_from=tuple(dict.fromkeys((*resting.computed_from(rate, sources), *rate.computed_from))),
        missing=tuple(dict.fromkeys((*resting.missing(rate, sources, now), *rate.missing))),
    )
