"""
How much more may go wrong: exact arithmetic on the decimal text of a cap, so that 1 % of 500 is 5 and nothing near it.
"""

from fractions import Fraction
from math import ceil

from responder.core.metrics.values import Bound, RateRule


def headroom(rule: RateRule, numerator: int, denominator: int) -> int | None:
    """
    Return how many more of the orders counted may go wrong with the rate still within its cap, never below zero.

    A rate of defects stays strictly below its cap, a share of what went well may be at it. None without a cap, or with
    nothing to count.
    """
    if rule.cap is None or denominator <= 0:
        return None
    edge = ceil(Fraction(str(rule.cap)) * denominator)
    if rule.bound is Bound.BELOW:
        return max(min(edge - 1 - numerator, denominator - numerator), 0)
    return max(min(numerator - edge, numerator), 0)
