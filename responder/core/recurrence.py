"""
Which repetitions of an iCalendar event can be worked out in bounded time (RFC 5545 section 3.3.10).

The library that works them out has no limit of its own: an interval of 0 or FREQ=SECONDLY never comes back, and a rule
that no day fulfils is followed to the year 9999. So a rule is accepted only when it is certain to fall on some day, and
the days it looks at are counted before it is followed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PERIODS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 30, "YEARLY": 365}  # days
_FINER = {"HOURLY", "MINUTELY", "SECONDLY"}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_MAX_INTERVAL = 1000
_FOURTH, _MOST = 4, 28  # every month has a fourth Friday and a 28th day


class RuleError(ValueError):
    """A rule that is not followed: what is wrong, and the way out."""

    def __init__(self, problem: str, hint: str = "write the days into a .yaml file") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that may be followed."""

    freq: str
    interval: int
    days: tuple[tuple[int, str], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    limited: bool
    until: date | None

    def steps(self, starts_on: date, until: date) -> int:
        """Return about how many days the library looks at between two days."""
        last = min(until, self.until) if self.until else until
        span, period = max((last - starts_on).days, 0), PERIODS[self.freq]
        one_each = len(self.month_days) <= 1 and len(self.months) <= 1 and self._one_weekday
        return span // (period * self.interval) * (1 if one_each else period) + 1

    def comes_true_from(self, starts_on: date) -> bool:
        """Return whether the day of the month it takes from its start is one of the months it names."""
        if self.freq not in {"MONTHLY", "YEARLY"} or self.days or self.month_days or not self.months:
            return True
        return any(starts_on.day <= _LONGEST.get(month, 31) for month in self.months)

    @property
    def numbered(self) -> bool:
        """Whether a weekday is counted, as in the first Monday."""
        return any(number for number, _ in self.days)

    @property
    def _one_weekday(self) -> bool:
        return not self.days or (len(self.days) == 1 and (self.freq == "WEEKLY" or self.days[0][0] != 0))


def parse(text: str) -> Rule:
    """Return the rule of an RRULE's value; RuleError says why it is not followed."""
    parts = _parts(text)
    freq = parts.get("FREQ", "")
    if freq in _FINER:
        problem = f"it repeats {freq}: a rule finer than daily is not followed"
        raise RuleError(problem, "one event that lasts longer says the same")
    if freq not in PERIODS:
        raise RuleError(f"its FREQ is {freq[:20]!r}", "known are DAILY, WEEKLY, MONTHLY, YEARLY")
    if finer := sorted({"BYHOUR", "BYMINUTE", "BYSECOND"} & parts.keys()):
        problem = f"{finer[0]} makes its rule finer than daily"
        raise RuleError(problem, "write one event for each time of the day")
    if unknown := sorted(parts.keys() - _KNOWN):
        raise RuleError(f"{unknown[0][:20]} in its rule is not followed")
    rule = Rule(
        freq,
        _number(parts.get("INTERVAL", "1"), _MAX_INTERVAL, "INTERVAL"),
        _weekdays(parts.get("BYDAY", "")),
        _numbers(parts.get("BYMONTHDAY", ""), range(-31, 32), "BYMONTHDAY"),
        _numbers(parts.get("BYMONTH", ""), range(1, 13), "BYMONTH"),
        bool(parts.keys() & {"COUNT", "UNTIL"}),
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    _number(parts.get("COUNT", "1"), 100_000, "COUNT")
    _check_positions(rule, _numbers(parts.get("BYSETPOS", ""), range(-_FOURTH, _FOURTH + 1), "BYSETPOS"))
    if not _comes_true(rule):
        raise RuleError("its rule may never fall on any day")
    return rule


def _check_positions(rule: Rule, positions: tuple[int, ...]) -> None:
    """Refuse the nth of too small a set: every month has four Mondays, but a week has one."""
    plain = rule.freq in {"MONTHLY", "YEARLY"} and not rule.month_days and not rule.numbered
    if positions and (not rule.days or (max(map(abs, positions)) > 1 and not plain)):
        raise RuleError("BYSETPOS in its rule may never fall on any day")


def _parts(text: str) -> Mapping[str, str]:
    found = [part.strip().upper().partition("=") for part in text.split(";") if part.strip()]
    names = [name for name, _, _ in found]
    if len(set(names)) != len(names) or any(not value for _, _, value in found):
        raise RuleError("its rule cannot be read")
    return {name: value for name, _, value in found}


def _numbers(text: str, allowed: range, name: str) -> tuple[int, ...]:
    found = text.split(",") if text else []
    if all(re.fullmatch(r"[+-]?\d{1,6}", each, re.ASCII) and int(each) in allowed and int(each) != 0 for each in found):
        return tuple(map(int, found))
    raise RuleError(f"{name}={text[:20]} in its rule is not followed")


def _number(text: str, most: int, name: str) -> int:
    if len(found := _numbers(text, range(1, most + 1), name)) == 1:
        return found[0]
    raise RuleError(f"{name}={text[:20]} in its rule is not followed")


def _until(text: str) -> date:
    try:
        if re.fullmatch(r"\d{8}(T\d{6}Z?)?", text, re.ASCII):
            return date.fromisoformat(text[:8])
    except ValueError:
        pass
    raise RuleError(f"UNTIL={text[:20]} in its rule is no day")


def _weekdays(text: str) -> tuple[tuple[int, str], ...]:
    found = [re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", each, re.ASCII) for each in text.split(",") if text]
    if not all(found):
        raise RuleError(f"BYDAY={text[:20]} in its rule cannot be read")
    return tuple((int(each[1] or 0), each[2]) for each in found if each)


def _comes_true(rule: Rule) -> bool:
    """Return whether the rule is certain to fall on a day within some of its periods."""
    if rule.month_days and not _is_a_day(rule):
        return False
    if rule.numbered and not all(number for number, _ in rule.days):
        return False  # dateutil takes "the fifth Monday, or a Wednesday" for both at once
    match rule.freq:
        case "WEEKLY":
            return not (rule.month_days or rule.months or rule.numbered)
        case "DAILY":
            return not rule.numbered and (rule.interval == 1 or not (rule.days or rule.months or rule.month_days))
        case _ if rule.days and rule.month_days:
            return not rule.numbered and rule.interval == 1
        case _ if rule.interval == 1:
            return _weekdays_exist(rule, 5, 53)
        case "MONTHLY" if rule.months:
            return False
        case _:
            return _weekdays_exist(rule, _FOURTH, 52) and all(abs(day) <= _MOST for day in rule.month_days)


def _is_a_day(rule: Rule) -> bool:
    return any(abs(day) <= _LONGEST.get(month, 31) for day in rule.month_days for month in rule.months or (1,))


def _weekdays_exist(rule: Rule, in_month: int, in_year: int) -> bool:
    most = in_month if rule.freq == "MONTHLY" or rule.months else in_year
    return all(abs(number) <= most for number, _ in rule.days)
