"""
The mails besides the digest, for the tests that read them in other languages: one function for each, by what it is.

What comes from mails, files and the database is written in Greek letters or digits, as in the digests beside this.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.spoken_digest import (
    DAY,
    HOSTS,
    HOUR,
    NAME,
    NOW,
    ORDER,
    STORE,
    WHY,
    ZONE,
    bad_feedback,
    late,
    notices,
    threads,
)
from core.spoken_digest import rates as near_and_past

from responder.adapters import removal_rules
from responder.core import alerts, bad_feedback_alert, breaker, late_alerts, rate_alerts, sweep, trouble_words
from responder.core.bad_feedback import CHECKS
from responder.core.breaker import Cap, Paused, Stopped
from responder.core.late_orders import Outlook, Standing, Term
from responder.core.metrics import Basis, Case, CaseKind, Level, Rate
from responder.core.orders import Channel, EventKind, Order, OrderEvent
from responder.core.rate_alerts import Change, Direction, Draft
from responder.core.removal import Criterion, Hint
from responder.core.trouble_words import Facts, Recovered
from responder.core.troubles import IMAP, SMTP, Trouble, TroubleKind
from responder.core.unattended import Unattended


def written(alert: alerts.Alert) -> str:
    """Return all that a person reads of an alert."""
    return f"{alert.subject}\n{alert.text}"


def orders() -> str:
    """Orders with every outlook, in closed time of every kind, and one alone that is to be shipped."""
    told = late_alerts.Told(zone=ZONE, zones={STORE: ZONE}, hosts=HOSTS)
    one = late().standings[0]
    closed = ("your weekend", "a public holiday", "your closed days")
    ahead = [Standing(one.order, Term(NOW + HOUR, NOW, stretch), Outlook.CLOSING) for stretch in closed]
    listed = replace(one.order, listed=True, known_at=NOW)
    alone = Standing(listed, Term(NOW + HOUR, NOW), Outlook.TODAY)
    found = (ahead, [alone], [*ahead, *late().standings])
    return "\n".join(written(late_alerts.alert(standings, told, NOW)) for standings in found)


def _stories() -> Iterator[bad_feedback_alert.Story]:
    rows = bad_feedback().new
    order = Order(
        id=1, account="α", order_id=ORDER, marketplace=STORE, channel=Channel.MERCHANT, reported_at=NOW,
        first_at=NOW, purchased_at=NOW - 9 * DAY,
        ship_by_at=NOW - 8 * DAY, shipped_at=NOW - 6 * DAY, deliver_by_at=NOW - 5 * DAY, delivered_at=NOW - DAY,
    )  # fmt: skip
    events = tuple(OrderEvent(order_id=ORDER, kind=kind, at=NOW - DAY, source="α") for kind in EventKind)
    hints = tuple(Hint(criterion, ("α",), tuple(CHECKS)) for criterion in Criterion)
    first = bad_feedback_alert.Story(
        account="α",
        order_id=ORDER,
        marketplace=STORE,
        feedback=rows[0].feedback,
        order=order,
        events=events,
        wrote=((NOW - 6 * DAY, True), (NOW - 3 * DAY, False), (NOW - 2 * DAY, True), (NOW - DAY, True)),
        hints=hints,
        draft=bad_feedback_alert.Draft(NAME, NAME),
    )
    changed = replace(first.feedback, changed=True, earlier=1, response=NAME, comment=NAME * 200)
    notice = replace(rows[1].feedback, comment="", changed=True, keys=("notice:α",))
    amazons = replace(order, channel=Channel.AMAZON, delivered_at=None, shipped_at=NOW - 9 * DAY)
    yield first
    yield replace(first, feedback=changed, order=amazons, wrote=(), hints=(), draft=None)
    yield replace(first, feedback=notice, order=None, events=(), marketplace=None, order_id="α", draft=None)
    yield replace(first, feedback=replace(first.feedback, at=NOW - 365 * DAY, comment="", rating=2), hints=())


def feedback() -> str:
    """Feedback of every kind, told at length and, where it is much, in one line."""
    told = bad_feedback_alert.Told(zone=ZONE, zones={STORE: ZONE}, hosts=HOSTS, rules=removal_rules.load())
    stories = [*_stories()]
    found = ([stories[2]], stories, stories * 12)
    return "\n".join(written(bad_feedback_alert.alert(each, told, NOW)) for each in found)


def _rates() -> Iterator[Rate]:
    cases = tuple(
        Case(order_id=order, kind=kind, counted_at=NOW, happened_at=NOW, thread_id=None if order else 7)
        for order in (ORDER, None)
        for kind in CaseKind
    )
    for number, rate in enumerate(near_and_past()):
        which = cases[number % len(cases) :][:6] + cases[:1]
        yield replace(rate, cases=which, headroom=number % 14)
        yield replace(rate, cases=which, numerator=5, headroom=number % 2, trend=((NOW.date(), 0.1),))
    for rate in near_and_past()[:2]:
        stale = rate.amazon and replace(rate.amazon, fresh=False, numerator=None)
        unknown = replace(rate, denominator=0, amazon=None)
        received = replace(rate.rule, basis=Basis.RECEIVED)
        for room in (0, 1, 2, 21):
            yield replace(rate, amazon=stale, numerator=9, headroom=room, roll_off=())
            yield replace(rate, amazon=None, numerator=9, headroom=room, rule=received)
        yield replace(rate, amazon=None, rule=replace(rate.rule, cap=None))
        yield unknown
    rate = near_and_past()[0]
    week = NOW.date() - timedelta(days=7)
    for before, last in ((0.01, 0.01), (0.02, 0.01), (0.01, 0.02)):
        yield replace(rate, amazon=None, trend=((week, before), (NOW.date(), last)))


def rates() -> str:
    """Every rate, whatever can be said of one, and those that are better again."""
    rates = [*_rates()]
    ways = ([Change(rate, way)] for rate in rates for way in Direction)
    every = [Change(rate, way) for rate in rates for way in Direction]
    fine = [Change(rate, Direction.BETTER) for rate in rates if rate.level is Level.OK]
    draft = Draft(rate_alerts.title(rates[0]), NAME)
    found = (rate_alerts.alert(each, [draft], {STORE: ZONE}, ZONE) for each in (*ways, every, fine))
    return "\n".join(map(written, found))


def closing() -> str:
    """A closing for some days or for good, with something to answer first or without."""
    instants = tuple(NOW + number * DAY for number in range(1, 6))
    windows = (
        Unattended(NOW + HOUR, NOW + 6 * DAY, DAY, instants),
        Unattended(NOW + HOUR, NOW + 6 * DAY, DAY, instants[:2]),
        Unattended(NOW + HOUR, None, timedelta(minutes=90), instants),
        Unattended(NOW - 9 * DAY, NOW - HOUR, DAY, (NOW - DAY,)),
    )
    waiting = ((), threads()[:1], [*threads(), *notices()] * 3)
    found = (sweep.alert(window, each, now=NOW, zone=ZONE, hosts=HOSTS) for window in windows for each in waiting)
    return "\n".join(map(written, found))


def stopped() -> str:
    """The breaker's word for each of its limits, what a pause says, and what was not sent in time."""
    stops = [Stopped(NOW, cap, 60, sent, sent) for cap in Cap for sent in (1, 60)]
    told = [written(breaker.alert(stop, number, ZONE)) for number, stop in enumerate(stops)]
    words = [breaker.words(obstacle, 2, NOW, ZONE) for obstacle in (*stops, Paused(NOW), Paused(NOW, NOW + HOUR))]
    return "\n".join([*told, *words, breaker.too_late(1), breaker.too_late(2)])


def troubles() -> str:
    """Every kind of trouble, alone, with others and over, with what came in meanwhile."""
    every = [
        Trouble(
            id=1, account="α", kind=kind, key=key, words=WHY, began_at=NOW - HOUR, last_at=NOW, bad_at=NOW - HOUR,
            away=timedelta(0), again_at=NOW + HOUR, over_at=NOW,
        )
        for kind in TroubleKind
        for key in (SMTP, IMAP)
    ]  # fmt: skip
    told: dict[str, Any] = {"threads": threads(), "now": NOW, "zone": ZONE, "hosts": HOSTS}
    over = [Recovered(each, came) for each in every if each.rule.recovers for came in (None, 0, 1, 2)]
    alone = [Facts(troubles=(each,), **told) for each in every] + [Facts(recovered=(each,), **told) for each in over]
    together = [Facts(troubles=tuple(every * 12), **told), Facts(recovered=tuple(over[:9]), **told)]
    return "\n".join(written(trouble_words.alert(each)) for each in (*alone, *together))


ALERTS: Mapping[str, Callable[[], str]] = {
    "deadlines": lambda: written(alerts.deadlines([*threads(), *notices()], now=NOW, zone=ZONE, hosts=HOSTS)),
    "one deadline": lambda: "\n".join(
        written(alerts.deadlines([each], now=NOW, zone=ZONE, hosts=HOSTS)) for each in (*threads(), *notices())
    ),
    "troubles": troubles,
    "trouble": lambda: written(alerts.trouble(NAME, WHY, now=NOW, zone=ZONE)),
    "late orders": orders,
    "feedback": feedback,
    "rates": rates,
    "closing": closing,
    "breaker": stopped,
}
"""What is said, by what it is about; called while another language is spoken."""
