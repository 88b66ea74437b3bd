"""What the digest says of late orders: what to ship by when, the command for the buyer, how old the report is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.digest import DigestFacts, Items, LateNews, content
from responder.core.handling_time import Advice
from responder.core.late_orders import BuyerTold, Outlook, Standing, Term, Unshipped

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)  # a Thursday, 7:30 in Berlin
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ORDER = "305-1234567-7654321"
SUNDAY = datetime(2026, 11, 29, 22, 59, 59, tzinfo=UTC)


def standing(outlook: Outlook, ship_by_at: datetime, last_at: datetime | None, **more: object) -> Standing:
    """Return what becomes of an order; its store's newest report is an hour old."""
    values: dict[str, object] = {
        "account": "main", "order_id": ORDER, "marketplace": "amazon.de", "ship_by_at": ship_by_at,
        "first_at": NOW - 9 * DAY, "reported_at": NOW - HOUR, "known_at": NOW - HOUR,
    }  # fmt: skip
    stretch = more.pop("stretch", None)
    order = Unshipped(**{**values, **more})  # type: ignore[arg-type]
    return Standing(order, Term(last_at, NOW, stretch), outlook)  # type: ignore[arg-type]


LATE = standing(Outlook.LATE, NOW - DAY, NOW - 2 * DAY)
NOBODY = standing(Outlook.NOBODY, NOW + HOUR, NOW - 15 * HOUR)
TODAY = standing(Outlook.TODAY, NOW + 16 * HOUR, NOW + 10 * HOUR)
CLOSING = standing(Outlook.CLOSING, SUNDAY, NOW + 34 * HOUR, stretch="your weekend")


def facts(*standings: Standing, **news: object) -> DigestFacts:
    """A Thursday morning on which only late orders have something to say."""
    return DigestFacts(
        now=NOW,
        since_at=NOW - DAY,
        zone=ZONE,
        number=3,
        version="1.2.0",
        late=LateNews(standings, zones={"amazon.de": ZONE}, **news),  # type: ignore[arg-type]
        next_digest_at=NOW + DAY,
        hosts={"amazon.de": "sellercentral.amazon.de"},
    )


def section(found: DigestFacts) -> Items:
    """Return the section about late orders."""
    (only,) = content(found).sections
    assert isinstance(only, Items)
    assert only.title == "Late orders"
    return only


def test_each_kind_has_its_group_the_worst_first() -> None:
    """With by when, the ship-by as the store shows it, and the link; the command where the buyer may be told."""
    found = section(facts(CLOSING, TODAY, NOBODY, LATE))
    assert [group.title.partition(":")[0] for group in found.groups] == [
        "Late now",
        "Will be late",
        "Ship today",
        "Ship before you close",
    ]
    late, nobody, today, closing = (group.items[0] for group in found.groups)
    assert (late.when, late.left, late.urgency) == ("Wed 07:30", "1 d late", "late")
    assert (nobody.when, nobody.left, nobody.urgency) == ("Today 08:30", "1 h left", "late")
    assert nobody.note == "late unless somebody comes before it"
    assert (today.when, today.urgency, today.note) == ("Today 17:30", "soon", "")
    assert (closing.when, closing.left) == ("Fri 17:30", "1 d 10 h left")
    assert closing.details == ("amazon.de", "ship by Sun 29 Nov")
    assert closing.note == "the ship-by lies in your weekend"
    assert late.commands == nobody.commands == (("tell the buyer", f"responder orders delay {ORDER} --until DATE"),)
    assert today.commands == closing.commands == ()
    assert [link.href for link in late.links] == [f"https://sellercentral.amazon.de/orders-v3/order/{ORDER}"]
    assert found.intro == "As of the report of Thu 26 Nov 06:30."


def test_a_buyer_who_was_told_is_not_told_again() -> None:
    """The promised day stands in place of the command, also while the notice waits, or where it came back."""
    told, waits = (BuyerTold(date(2026, 11, 28), waits=waits) for waits in (False, True))
    late, nobody = (replace(each, order=replace(each.order, told=of)) for each, of in ((LATE, told), (NOBODY, waits)))
    first, second = (group.items[0] for group in section(facts(late, nobody)).groups)
    assert first.commands == second.commands == ()
    assert first.note == "the buyer was told: it is sent by Sat 28 Nov"
    back = replace(LATE, order=replace(LATE.order, told=BuyerTold(date(2026, 11, 28), returned=True)))
    assert section(facts(back)).groups[0].items[0].note == "the notice to the buyer did not arrive"
    assert second.note.endswith(" · a notice to the buyer waits in the outbox: it is sent by Sat 28 Nov")


def test_the_subject_says_what_is_late_and_not_what_ships_in_time() -> None:
    """Whoever reads only the subject knows what went wrong."""
    assert content(facts(LATE, LATE, NOBODY, TODAY)).subject == (
        "Nothing to answer · 2 orders late · 1 order will be late · Thu 26 Nov"
    )
    assert content(facts(TODAY)).subject == "Nothing to answer · Thu 26 Nov"
    assert content(facts()).subject.startswith("All clear")


def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    """Forty rows in all; each group names the command that lists the others."""
    many = [each for one in (LATE, NOBODY, TODAY, CLOSING) for each in [one] * 50]
    found = section(facts(*many))
    assert [len(group.items) for group in found.groups] == [15, 10, 8, 7]
    assert found.count == "200"
    assert found.more == (
        "and 35 more (late now): responder orders --late · and 40 more (will be late): responder orders --will-be-late"
        " · and 42 more (ship today): responder orders --unshipped"
        " · and 43 more (ship before you close): responder orders --will-be-late"
    )


def test_what_left_the_report_and_the_advice_are_said_in_words() -> None:
    """They are hints: neither is an order to ship."""
    advice = Advice((4, 5), 4, 3, 0, ("your weekend",))
    left, hint = (group.items[0] for group in section(facts(left=12, advice=advice)).groups)
    assert left.title == "12 late orders not in the newest report of unshipped orders"
    assert "shipment confirmations" in left.note
    assert hint.title == "A day more of handling time for orders of Fri and Sat"
    assert hint.note == (
        "4 orders bought on Fri and Sat in the last 60 days had their ship-by in your weekend; 3 shipped late. To"
        " change in Seller Central, Shipping settings."
    )


def test_nothing_of_a_report_becomes_a_command_or_a_link() -> None:
    """A number that is none, and a store with a line break."""
    strange = replace(LATE, order=replace(LATE.order, order_id="1; rm -rf x", marketplace="amazon.de\nx"))
    ((item,),) = (group.items for group in section(facts(strange)).groups)
    assert (item.title, item.commands, item.links) == ("Order (no number)", (), ())
    assert item.details[0] == "amazon.de x"
