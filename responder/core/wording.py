"""
How times, counts and links are worded in mails to the seller, in the language that is spoken.

Times are said in the seller's zone; a link's host comes from our own table and its order number from a strict pattern,
so nothing from a mail ever becomes part of an address.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from responder.core.message import clean
from responder.core.orders import ORDER_ID
from responder.core.speech import current, say, say_as

HOST = re.compile(r"sellercentral(?:-europe)?\.amazon\.[a-z]{2,3}(?:\.[a-z]{2})?\Z")

PATH = re.compile(r"/(?!/)[A-Za-z0-9._~/?=&+-]*\Z")
INBOX, REPLY, ORDER = "inbox", "reply", "order"
PATHS: Mapping[str, str] = {
    INBOX: "/messaging/inbox-v3?fi=responseNeeded",
    REPLY: "/messaging/inbox-v3?fi=search&ss={order_id}",
    ORDER: "/orders-v3/order/{order_id}",
}
"""The paths behind every host, as `data/seller_central.yaml` ships them."""

SNIPPET = 140
MONDAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of ours; `about` names its target for a screen reader, `opens` what it leads to, for the code."""

    label: str
    href: str
    about: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Sites(Mapping[str, str]):
    """Each marketplace's Seller Central host, and the paths behind every host."""

    hosts: Mapping[str, str]
    paths: Mapping[str, str]

    def __getitem__(self, marketplace: str) -> str:
        """Return the marketplace's host."""
        return self.hosts[marketplace]

    def __iter__(self) -> Iterator[str]:
        """Yield the marketplaces."""
        return iter(self.hosts)

    def __len__(self) -> int:
        """Return how many marketplaces there are."""
        return len(self.hosts)


def short_day(day: date) -> str:
    """Return a day as `Sun 22 Nov`."""
    return format_date(day, say("EEE d MMM"), current().locale)


def weekday(day: date) -> str:
    """Return the day of the week as `Sun`."""
    return format_date(day, "EEE", current().locale)


def weekday_of(number: int) -> str:
    """Return the name of a weekday, 0 for Monday, as `Mon`."""
    return weekday(MONDAY + timedelta(days=number))


def day_of_month(day: date) -> str:
    """Return a day as `22 Nov`."""
    return format_date(day, say("d MMM"), current().locale)


def long_day(day: date) -> str:
    """Return a day as `Sunday 22 November 2026`."""
    return format_date(day, say("EEEE d MMMM y"), current().locale)


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Return the wall time as `09:40`."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return an instant as a person says it on the day of `now`: `09:40`, `Mon 08:10`, or with the date when far."""
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    if day == today:
        return clock(at, zone)
    near = abs((day - today).days) <= 6
    return f"{weekday(day) if near else short_day(day)} {clock(at, zone)}"


def since(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return `since 09:40`, `since Mon 08:10`: languages that have an article have another one before a clock."""
    said = moment(at, now, zone)
    return say_as("clock", "since {time}", time=said) if said == clock(at, zone) else say("since {time}", time=said)


def deadline(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return an instant as `moment` does, saying `Today` where it is today."""
    said = moment(at, now, zone)
    return say("Today {time}", time=said) if said == clock(at, zone) else said


def span(length: timedelta) -> str:
    """Return a duration in its two largest units: `2 h 10 min`, `1 d 3 h`."""
    minutes = max(int(length.total_seconds() // 60), 0)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return say("{days} d {hours} h", days=days, hours=hours) if hours else say("{days} d", days=days)
    if hours:
        both = say("{hours} h {minutes} min", hours=hours, minutes=minutes)
        return both if minutes else say("{hours} h", hours=hours)
    return say("{minutes} min", minutes=minutes) if minutes else say("less than a minute")


def left(due_at: datetime, now: datetime) -> str:
    """Return how long there is until `due_at`, or how long it is past; wall clocks that change play no part."""
    rest = due_at.astimezone(UTC) - now.astimezone(UTC)
    return say("{span} left", span=span(rest)) if rest >= timedelta(0) else say("{span} late", span=span(-rest))


def listed(words: Iterable[str]) -> str:
    """Return `Fri`, `Fri and Sat`, `Fri, Sat and Sun`: of one word at least."""
    *first, last = words
    return say("{first} and {last}", first=", ".join(first), last=last) if first else last


def labelled(label: str, what: str) -> str:
    """Return `Order: https://...`, with the colon as the language sets it."""
    return say("{label}: {what}", label=label, what=what)


def quoted(words: str) -> str:
    """Return what somebody else wrote in the quotes of the language spoken."""
    return say("“{words}”", words=words)


def decimal(value: float, places: int) -> str:
    """Return a number with at most so many digits behind its point, written as the language does."""
    return format_decimal(Decimal(f"{value:.{places}f}"), f"0.{'#' * places}", current().locale)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return `1 message`, `2 messages`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def ended(sentence: str) -> str:
    """Return a sentence with one full stop, also where its last word is an abbreviation that has one: `6 Std.`."""
    return sentence[:-1] if sentence.endswith("..") and not sentence.endswith("...") else sentence


def sentence(words: str) -> str:
    """Return a part of a sentence as one of its own: with a capital letter, and with one full stop."""
    return ended(f"{words[0].upper()}{words[1:]}.")


_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
_LONG_NUMBER = re.compile(r"\d[\d ()/.-]{5,30}\d")


def masked(text: str, limit: int = SNIPPET) -> str:
    """Return the first words of a message without e-mail addresses and long numbers (order numbers stay)."""

    def hidden(match: re.Match[str]) -> str:
        number = match[0]
        return number if ORDER_ID.match(number) or sum(map(str.isdigit, number)) < 7 else say("[number]")

    line = _LONG_NUMBER.sub(hidden, _EMAIL.sub(lambda _: say("[address]"), clean(text, 4 * limit)))
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def order_number(text: str | None) -> str | None:
    """Return an order number that is one, and nothing else."""
    return text if text is not None and ORDER_ID.match(text) else None


def seller_central(
    marketplace: str | None, order_id: str | None, hosts: Mapping[str, str], subject: str
) -> tuple[Link, ...]:
    """Return the links that open a conversation and its order; none when the host is not one of Amazon's."""
    host, paths = hosts.get(marketplace or "", ""), hosts.paths if isinstance(hosts, Sites) else PATHS
    if not HOST.match(host):
        return ()
    number = order_number(order_id)
    if number is None:
        found = [(INBOX, say_as("link", "Inbox"), say("Inbox of {marketplace}", marketplace=marketplace))]
    else:
        found = [
            (REPLY, say_as("link", "Reply"), say("Reply to: {subject}", subject=subject)),
            (ORDER, say_as("link", "Order"), say("Order {number}", number=number)),
        ]
    ways = ((opens, paths.get(opens, "").replace("{order_id}", number or ""), *said) for opens, *said in found)
    return tuple(
        Link(label, f"https://{host}{path}", about, opens) for opens, path, label, about in ways if PATH.match(path)
    )


def order_link(
    marketplace: str | None, order_id: str | None, hosts: Mapping[str, str], subject: str
) -> tuple[Link, ...]:
    """Return the link that opens an order, where there is one."""
    return tuple(link for link in seller_central(marketplace, order_id, hosts, subject) if link.opens == ORDER)
