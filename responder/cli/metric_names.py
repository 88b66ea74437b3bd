"""
The name of a rate as an argument: completed by the shell, in any spelling that is meant beyond doubt.
"""

from collections.abc import Mapping

import click
from click.shell_completion import CompletionItem

from responder.core.metrics import Metric
from responder.document import nearest

SHORT: Mapping[str, Metric] = {
    "odr": Metric.ORDER_DEFECT_RATE,
    "lsr": Metric.LATE_SHIPMENT_RATE,
    "vtr": Metric.VALID_TRACKING_RATE,
    "otdr": Metric.ON_TIME_DELIVERY_RATE,
    "idr": Metric.INVOICE_DEFECT_RATE,
}
"""What sellers and Amazon's help pages call them."""


class MetricName(click.ParamType):  # type: ignore[type-arg]  # older versions of click have no types here
    """A rate by its name; `-` is as good as `_`, and "_rate" may be left out."""

    name = "metric"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Metric:
        """Return the rate that is meant; an unknown one is told together with the nearest known."""
        if isinstance(value, Metric):
            return value
        word = str(value).strip().casefold().replace("-", "_")
        known = {str(each): each for each in Metric}
        known |= {**{name.removesuffix("_rate"): each for name, each in known.items()}, **SHORT}
        if word in known:
            return known[word]
        near = nearest(word, [*map(str, Metric), *known])
        hint = f"did you mean {known[near]}?" if near else f"there are: {', '.join(Metric)}"
        return self.fail(f"there is no rate {str(value)!r}; {hint}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the names that begin so."""
        return [CompletionItem(str(each)) for each in Metric if each.startswith(incomplete.replace("-", "_"))]
