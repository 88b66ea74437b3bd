"""
`responder metrics`: the rates by which Amazon measures the seller, each beside its cap, with what is missing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import click

from responder.adapters.store import Store
from responder.adapters.store import rates as stored
from responder.cli import metric_text
from responder.cli.metric_json import as_object
from responder.cli.metric_names import MetricName
from responder.cli.session import echo_json, json_option
from responder.cli.state import instant, opened
from responder.config import Loaded
from responder.config.rates import rules_of, shops_of, zones_of
from responder.core.metrics import Metric, Rate, RateRule
from responder.document import nearest
from responder.errors import UsageError


@click.command()
@click.argument("metric", required=False, type=MetricName())
@click.option("--marketplace", metavar="NAME", help="Only in this store, such as amazon.fr.")
@click.option("--account", metavar="NAME", help="Only of this account.")
@click.option("--at", metavar="TIME", help="As of then: what happened later does not count.")
@click.option("--details", is_flag=True, help="With the cases behind each rate, and where its rule is from.")
@json_option
@click.pass_context
def metrics(
    ctx: click.Context,
    *,
    metric: Metric | None,
    marketplace: str | None,
    account: str | None,
    at: str | None,
    details: bool,
    as_json: bool,
) -> None:
    """
    Your rates against Amazon's limits: what each rests on, what is missing, and how much room is left.

    Examples: responder metrics · responder metrics order_defect_rate --marketplace amazon.de
    """
    with opened(ctx) as (loaded, store):
        when = instant(at, loaded)
        meant = list(shops(loaded, account, marketplace))
        rules = [rule for rule in rules_of(loaded) if metric in (None, rule.metric)]
        found = list(_found(store, loaded, meant, rules, when))
        if as_json:
            for _, rates in found:
                for rate in rates:
                    echo_json(as_object(rate, details=details or metric is not None))
            return
        zones = zones_of(loaded)
        told = metric_text.Told(when, loaded.config.timezone, zones, details=details or metric is not None)
        click.echo("\n".join(told.lines([rates for _, rates in found])))


Shop = tuple[str, str]


def _found(
    store: Store, loaded: Loaded, meant: Sequence[Shop], rules: Sequence[RateRule], at: datetime
) -> Iterator[tuple[Shop, tuple[Rate, ...]]]:
    """Yield the rates of each shop, a transaction for each: the daemon can write between two."""
    zones = zones_of(loaded)
    for account, marketplace in meant:
        yield (account, marketplace), store.run(stored.rates, account, marketplace, rules, zones[marketplace], at)


def shops(loaded: Loaded, account: str | None, marketplace: str | None) -> Iterator[Shop]:
    """Yield the stores that are meant, of the accounts that sell there."""
    known = shops_of(loaded)
    meant = None if account is None else _named(account, list(known), "account")
    accounts = [meant] if meant is not None else list(known)
    stores = list(dict.fromkeys(store for name in accounts for store in known[name]))
    wanted = None if marketplace is None else _named(marketplace, stores, "store you sell on called", _full)
    yield from ((name, store) for name in accounts for store in known[name] if wanted in (None, store))


def _full(name: str) -> tuple[str, ...]:
    return name.casefold(), f"amazon.{name.casefold()}"


def _named(
    name: str, known: Sequence[str], what: str, spellings: Callable[[str], tuple[str, ...]] = lambda name: (name,)
) -> str:
    found = next((each for each in spellings(name) if each in known), None)
    if found is not None:
        return found
    near = nearest(name, known)
    hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(known)}"
    raise UsageError(f"there is no {what} {name!r}; {hint}")
