"""The alert about negative feedback: once, whichever source tells it, with all that a person needs to decide."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neighbours.alerts import alert_text
from neighbours.asking import Line, upsert

from responder.adapters import catalogue, templates
from responder.adapters.store import Store, bad_feedback, orders, outbox
from responder.core.calendars import Calendar, WorkingHours
from responder.core.operator import Operator
from responder.core.orders import Channel, EventKind, OrderEvent, OrderFacts
from responder.core.waking import Waking
from responder.tasks.account_health import Shop, Watch
from responder.tasks.account_health import bad_feedback as task

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORDER, OTHER = "305-0000000-0000001", "305-0000000-0000002"


def said(rating: int, at: datetime, comment: str = "", order_id: str = ORDER) -> OrderEvent:
    """A line of the feedback report: it knows the day, the stars and the comment."""
    midnight = at.astimezone(PARIS).replace(hour=0, minute=0)
    source = f"report:feedback:{midnight.date().isoformat()}:{rating}"
    detail: dict[str, Any] = {"rating": rating, **({"comment": comment} if comment else {})}
    return OrderEvent(
        order_id=order_id, kind=EventKind.FEEDBACK, at=midnight.astimezone(UTC), source=source, detail=detail
    )


def notice(at: datetime, *, verified: bool = True) -> OrderEvent:
    """Amazon's notice: it knows the order only."""
    source = f"notice:<{at:%d%H%M}@amazon.example>"
    return OrderEvent(order_id=ORDER, kind=EventKind.FEEDBACK, at=at, source=source, detail={"verified": verified})


def rated(at: datetime, rating: int, comment: str = "", *, verified: bool = True) -> OrderEvent:
    """Amazon's notice that names the stars too."""
    told = notice(at, verified=verified)
    return replace(told, detail={**told.detail, "rating": rating, **({"comment": comment} if comment else {})})


class Desk:
    """A store, a shop that is watched, and its operator's mail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.watch = Watch(
            operator=Operator(
                email="owner@example.com", account="main", from_address="service@example.com",
                from_name="Maison Exemple", instance="0123456789abcdef", secret=b"secret", zone=PARIS,
                hosts={"amazon.fr": "sellercentral.amazon.fr"}, waking=Waking((time(7), time(22)), PARIS),
            ),
            shops=(Shop(account="main", seller_name="Maison Exemple", marketplaces=("amazon.fr",)),),
            calendar=Calendar(WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))), {}),
            catalogue=catalogue.load(),
            templates=templates.load(None),
            rules=(),
            warn_ship_by=4 * HOUR,
        )  # fmt: skip

    def report(self, **known: Any) -> None:
        """A report names the order."""
        facts = OrderFacts(
            order_id=ORDER, marketplace="amazon.fr", buyer_name="Camille", purchased_at=NOW - 12 * DAY,
            ship_by_at=NOW - 10 * DAY, **{"shipped_at": NOW - 9 * DAY, "channel": Channel.MERCHANT, **known},
        )  # fmt: skip
        self.store.run(upsert, "main", [Line(facts)], reported_at=NOW - DAY, now=NOW - DAY)

    def happens(self, *events: OrderEvent, at: datetime = NOW) -> None:
        """A report or a notice tells something."""
        self.store.run(orders.add_events, "main", events, at)

    def turn(self, at: datetime = NOW) -> str | None:
        """Look at what is to be told, and return the alert's subject and text."""
        return alert_text(self.store, self.store.run(task.turn, self.watch, at))

    def next_at(self, at: datetime) -> datetime | None:
        """Return when to look again."""
        return self.store.run(task.next_at, self.watch, at)


@pytest.fixture
def desk(empty: Store) -> Desk:
    """A desk with an empty state."""
    return Desk(empty)


def test_one_star_is_told_with_comment_story_criteria_and_draft(desk: Desk) -> None:
    """All that a person needs to decide stands in one mail, and nothing went to the buyer or to Amazon."""
    desk.report(delivered_at=NOW - 3 * DAY)
    desk.happens(said(1, NOW - DAY, "Très mauvaise qualité, cassé au bout de deux jours."))
    text = desk.turn()
    assert text is not None
    assert text.startswith(f"1 star: order {ORDER} on amazon.fr\n")
    assert "> Très mauvaise qualité, cassé au bout de deux jours." in text
    assert "shipped by you" in text
    assert "shipped Tue 17 Nov, late" in text
    assert "the buyer never wrote to you" in text
    assert "May apply: the whole comment is a review of the product. Found: “qualité”" in text
    assert "A request is possible until Tue 23 Feb" in text
    assert "Nothing was sent, neither to the buyer nor to Amazon." in text
    assert "Bonjour Camille" in text
    assert f"https://sellercentral.amazon.fr/orders-v3/order/{ORDER}" in text
    assert [row.kind for row in desk.store.run(outbox.outbox_rows)] == ["alert"]


def test_an_order_that_left_on_its_last_day_is_not_called_late(desk: Desk) -> None:
    """Three hours after the hour its report names: the rate counts the day, and so does the order's story."""
    last = NOW - 10 * DAY
    desk.report(shipped_at=last + 3 * HOUR, deliver_by_at=last + 2 * DAY, delivered_at=last + 2 * DAY + 3 * HOUR)
    desk.happens(said(1, NOW - DAY, "Très mauvaise qualité."))
    text = desk.turn()
    assert text is not None
    assert "shipped Mon 16 Nov" in text
    assert ", late" not in text


def test_the_same_feedback_is_told_once_whichever_source_comes_first(desk: Desk) -> None:
    """The report with stars and comment comes after the notice: the digest shows them, no second alert does."""
    desk.report()
    desk.happens(notice(NOW - HOUR))
    text = desk.turn()
    assert text is not None
    assert "not in Amazon's notice; it comes with the feedback report" in text
    assert "Without the comment nothing can be said" in text
    desk.happens(said(2, NOW - HOUR, "Jamais reçu"))
    assert desk.turn(NOW + DAY) is None
    assert desk.next_at(NOW + DAY) is None
    (found,) = desk.store.run(bad_feedback.found, ["main"])
    assert (found.feedback.rating, found.feedback.comment) == (2, "Jamais reçu")


def test_feedback_that_the_buyer_changed_is_news(desk: Desk) -> None:
    """Other stars on another day are told, with what it was before; the same line read again is not."""
    desk.happens(said(2, NOW - 6 * DAY))
    assert desk.turn() is not None
    desk.happens(said(2, NOW - 6 * DAY))
    assert desk.turn(NOW + HOUR) is None
    desk.happens(said(1, NOW - DAY, "Toujours pas de réponse"))
    text = desk.turn(NOW + 2 * HOUR)
    assert text is not None
    assert "The buyer changed it; before it was 2 stars." in text


def test_raised_or_removed_feedback_is_not_told(desk: Desk) -> None:
    """Who changed his mind to four stars, and what Amazon removed, need nobody."""
    desk.happens(said(1, NOW - 3 * DAY), said(4, NOW - 2 * DAY), said(1, NOW - DAY, order_id=OTHER))
    (other,) = desk.store.run(bad_feedback.of_order, ["main"], OTHER)
    assert desk.store.run(bad_feedback.remove, other, NOW)
    assert desk.turn() is None


def test_years_of_feedback_read_at_once_flood_nobody(desk: Desk) -> None:
    """What is older than two weeks is listed, never told; what is younger makes one mail."""
    for n in range(30):
        desk.happens(said(1, NOW - timedelta(days=20 + n), order_id=f"305-0000000-{1000 + n:07}"))
    assert desk.turn() is None
    desk.happens(*(said(2, NOW - DAY, order_id=f"305-0000000-{2000 + n:07}") for n in range(45)))
    text = desk.turn()
    assert text is not None
    assert text.startswith("2 stars: order 305-0000000-0002044 and 44 others\n")
    assert "45 negative feedbacks" in text
    assert "and 5 more: responder feedback" in text
    assert desk.turn(NOW + HOUR) is None
    assert len(desk.store.run(bad_feedback.found, ["main"], NOW - 90 * DAY)) == 75


def test_in_the_night_it_waits_for_the_morning(desk: Desk) -> None:
    """Feedback has no deadline that a night could miss."""
    night = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    desk.happens(said(1, NOW))
    assert desk.turn(night) is None
    assert desk.next_at(night) == datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
    assert desk.turn(datetime(2026, 11, 27, 6, 0, tzinfo=UTC)) is not None


def test_a_notice_that_proves_nothing_says_so(desk: Desk) -> None:
    """Anybody can write a mail about feedback."""
    desk.happens(notice(NOW - HOUR, verified=False))
    text = desk.turn()
    assert text is not None
    assert "Amazon's notice could not be verified" in text


def test_a_comment_looks_like_no_line_of_ours(desk: Desk) -> None:
    """Every line of a hostile comment is quoted, cut, and without characters that turn the text around."""
    desk.report()
    desk.happens(said(1, NOW - DAY, "bad\nNothing was sent.\u202e May apply: all\n" + "x" * 1_900))
    text = desk.turn()
    assert text is not None
    assert "\n    > Nothing was sent. May apply: all\n" in text
    assert "\u202e" not in text
    assert "> [...]" in text


def test_removed_is_kept_once_and_can_be_taken_back(desk: Desk) -> None:
    """It counts again after undo; feedback that comes later is open, whatever was removed before."""
    desk.happens(said(1, NOW - 3 * DAY))
    (found,) = desk.store.run(bad_feedback.of_order, ["main"], ORDER)
    assert desk.store.run(bad_feedback.remove, found, NOW - 2 * DAY)
    assert not desk.store.run(bad_feedback.remove, found, NOW)
    assert desk.turn() is None
    assert desk.store.run(bad_feedback.undo, found)
    assert not desk.store.run(bad_feedback.undo, found)
    assert desk.turn() is not None
    assert desk.store.run(bad_feedback.remove, found, NOW)
    desk.happens(said(2, NOW + DAY))
    (again,) = desk.store.run(bad_feedback.of_order, ["main"], ORDER)
    assert again.feedback.standing == "open"


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_that_names_the_stars_and_its_line_of_the_report_are_one_feedback(
    desk: Desk, *, notice_first: bool
) -> None:
    """Nobody changed it and nobody is told twice, whichever came first; the report's comment is the one that counts."""
    told, line = rated(NOW - DAY, 1), said(1, NOW - DAY, "Nie wieder.")
    desk.report()
    desk.happens(told if notice_first else line)
    assert desk.turn() is not None
    desk.happens(line if notice_first else told)
    assert desk.turn() is None
    (found,) = desk.store.run(bad_feedback.found, ["main"])
    assert (found.feedback.rating, found.feedback.comment) == (1, "Nie wieder.")
    assert not found.feedback.changed
    assert found.feedback.keys == (line.source, told.source)


def test_a_notice_alone_is_told_with_its_stars_and_its_hour(desk: Desk) -> None:
    """Given at six in the evening it is of that day; and what nobody could verify is told as such, stars or not."""
    desk.happens(rated(NOW - 16 * HOUR, 1, "Kaputt.", verified=False))
    text = desk.turn()
    assert text is not None
    assert f"1 star · order {ORDER} · marketplace unknown · Wed 18:00\n" in text
    assert "> Kaputt." in text
    assert "Amazon's notice could not be verified" in text


def test_the_comment_on_an_order_that_no_report_names_is_read_in_the_languages_of_the_shop(desk: Desk) -> None:
    """The feedback report often comes before the orders': a French shop's comment is read as French all the same."""
    desk.happens(said(1, NOW - DAY, "Très mauvaise qualité, cassé au bout de deux jours."))
    assert "May apply: the whole comment is a review of the product" in (desk.turn() or "")
