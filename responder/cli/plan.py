"""
`responder plan METRIC`: a draft for Amazon's seller support about one rate, from what is recorded.

Only the draft goes to standard output; what a person should know about it stands on standard error.
"""

from collections.abc import Iterator
from typing import Any

import click

from responder.adapters import templates
from responder.adapters.store import rates as stored
from responder.cli.metric_names import MetricName
from responder.cli.metrics import shops
from responder.cli.session import echo_json, json_option
from responder.cli.state import instant, opened
from responder.config import catalogue_of
from responder.config.rates import rules_of, zones_of
from responder.core import plan as core
from responder.core.metrics import Level, Metric, Rate, wording
from responder.core.rate_alerts import badness, title
from responder.daemon.parts import calendar
from responder.document import nearest
from responder.errors import UsageError
from responder.tasks.account_health import drafts


@click.command()
@click.argument("metric", type=MetricName())
@click.option("--marketplace", metavar="NAME", help="In this store, such as amazon.fr (default: the worst).")
@click.option("--account", metavar="NAME", help="Of this account (default: the worst).")
@click.option("--language", metavar="L", help="In this language, such as en (default: the store's, else English).")
@click.option("--at", metavar="TIME", help="As of then: what happened later does not count.")
@json_option
@click.pass_context
def plan(
    ctx: click.Context,
    metric: Metric,
    *,
    marketplace: str | None,
    account: str | None,
    language: str | None,
    at: str | None,
    as_json: bool,
) -> None:
    """
    A draft of a plan of action about one rate: what happened, causes, what was done. You complete and send it.

    Examples: responder plan order_defect_rate · responder plan late_shipment_rate --marketplace amazon.de --language de
    """
    with opened(ctx) as (loaded, store):
        when = instant(at, loaded)
        template = templates.load(loaded.templates)[core.TEMPLATE]
        chosen = None if language is None else _language(template, language)
        zones, known = zones_of(loaded), catalogue_of(loaded)
        rules = [rule for rule in rules_of(loaded) if rule.metric is metric]
        found = [
            rate
            for name, where in shops(loaded, account, marketplace)
            for rate in store.run(stored.rates, name, where, rules, zones[where], when)
        ]
        if not found:
            raise UsageError(f"{metric} is not measured there; responder metrics lists what is")
        rate = max(found, key=badness)
        place = known.by_name(rate.marketplace)
        if place is None:
            raise UsageError(f"there is no marketplace {rate.marketplace!r}")
        said = store.run(drafts.facts, rate, calendar(loaded, when), place, when)
        seller = next(each.seller.name for each in loaded.config.accounts if each.name == rate.account)
        made = drafts.draft(said, template, place, seller, chosen)
        for line in _beside(rate, found):
            click.echo(line, err=True)
        if as_json:
            echo_json(_as_object(rate, said, made))
        else:
            click.echo(f"{made.subject}\n\n{made.body.rstrip()}")


def _language(template: templates.Template, tag: str) -> str:
    found = templates.pick_language(template, tag, fallback="")
    if found is None:
        near = nearest(tag, template.bodies)
        hint = f"did you mean {near!r}?" if near else f"it has {', '.join(sorted(template.bodies))}"
        raise UsageError(f"the plan has no text in {tag!r}; {hint}")
    return found


def _beside(rate: Rate, found: list[Rate]) -> Iterator[str]:
    """Yield what a person should know about the draft."""
    if len(found) > 1:
        yield f"Of {len(found)} rates this is the worst: {title(rate)}."
    if rate.level is Level.OK:
        yield f"The rate is within its cap ({wording.value(rate)}): nobody asks for a plan."
    elif rate.level is Level.UNKNOWN:
        yield f"How the rate stands is not known ({wording.value(rate)})."
    yield from (f"Missing: {each}" for each in rate.missing)
    yield "Complete what stands in [brackets], check every line, and send it yourself where Amazon asks for it."


def _as_object(rate: Rate, said: core.PlanFacts, made: templates.Rendered) -> dict[str, Any]:
    return {
        "metric": rate.metric,
        "account": rate.account,
        "marketplace": rate.marketplace,
        "fulfilment": rate.fulfilment,
        "days": said.days,
        "level": rate.level,
        "value": rate.value,
        "cap": rate.rule.cap,
        "causes": [{"kind": each.kind, "cases": each.count, "name": each.name} for each in said.causes],
        "done": [{"kind": each.kind, "cases": each.count} for each in said.done],
        "missing": list(rate.missing),
        "language": made.language,
        "subject": made.subject,
        "body": made.body,
    }
