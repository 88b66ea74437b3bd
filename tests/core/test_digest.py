"""
What the daily mail and the alerts say.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import mornings
import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import translations
from responder.core import alerts, wording
from responder.core.digest import (
    ClosedDay,
    DaemonHealth,
    Decision,
    DigestFacts,
    Items,
    Lines,
    Mailbox,
    MayBeAnswered,
    Messages,
    NewKind,
    Notice,
    OpenThread,
    Outage,
    Picture,
    Returned,
    Section,
    SentMail,
    Table,
    Unsure,
    content,
    shown_new_kinds,
    shown_notices,
    snippet,
)
from responder.core.message import Attachment
from responder.core.speech import spoken
from responder.core.unattended import Unattended

ZONE = ZoneInfo("Europe/Berlin")
ORDER = "305-1234567-7654321"
HOSTS = {"amazon.de": "sellercentral.amazon.de", "amazon.fr": "sellercentral.amazon.fr"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026, as the clock in Berlin shows it."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def thread(number: int, due_at: datetime, **more: object) -> OpenThread:
    """A buyer's message that is due then."""
    facts = {"marketplace": "amazon.de", "order_id": ORDER, "subject": f"Question {number}", **more}
    return OpenThread(id=number, received_at=due_at - timedelta(hours=24), due_at=due_at, **facts)  # type: ignore[arg-type]


def facts(**more: object) -> DigestFacts:
    """A Sunday morning with nothing to do."""
    base = DigestFacts(
        now=at(22, 7, 30),
        since_at=at(21, 7, 30),
        zone=ZONE,
        number=19,
        version="1.2.0",
        next_digest_at=at(23, 7, 30),
        hosts=HOSTS,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def section(title: str, said: DigestFacts) -> Section:
    """The section with that title."""
    return next(each for each in content(said).sections if each.title == title)


def items(title: str, said: DigestFacts) -> Items:
    """The section with that title, which is one of deadlines."""
    found = section(title, said)
    assert isinstance(found, Items)
    return found


# The head


def test_the_subject_says_what_to_do_by_when_and_how_much_there_is() -> None:
    """One glance at the list of mails answers: must I act now?"""
    threads = tuple(
        thread(number, due)
        for number, due in enumerate(
            [at(22, 9, 40), at(22, 11, 5), at(23, 8), at(23, 9), at(23, 12), at(24, 9)], start=1
        )
    )
    digest = content(facts(threads=threads))
    assert digest.subject == "2 to answer by 11:05 · 6 open · Sun 22 Nov"
    assert digest.heading == "2 messages to answer by 11:05"
    assert digest.subheading == "Sunday 22 November 2026 · all times in Europe/Berlin"
    assert digest.preheader == "First: “Question 1”, amazon.de, due 09:40. 0 mails sent for you."
    assert digest.alarms == ()


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({}, "All clear · Sun 22 Nov"),
        ({"threads": (thread(1, at(22, 5)),)}, "1 overdue · Sun 22 Nov"),
        ({"threads": (thread(1, at(23, 6)),)}, "1 to answer by Mon 06:00 · Sun 22 Nov"),
        ({"threads": (thread(1, at(23, 9)),)}, "1 open · Sun 22 Nov"),
        ({"threads": (thread(1, at(22, 9), verified=False),)}, "Nothing to answer · Sun 22 Nov"),
        ({"problems": ("x",)}, "Nothing to answer · 1 problem · Sun 22 Nov"),
        (
            {"notices": (Notice(1, "a_to_z_information", "amazon.de", ORDER, "Claim", at(21, 9), at(24, 9)),)},
            "Nothing to answer · 1 notice due, first Tue 09:00 · Sun 22 Nov",
        ),
        (
            {"decisions": (Decision(1, "acknowledgement", "held", "x", "y"),), "threads": (thread(1, at(22, 8)),)},
            "1 to answer by 08:00 · 1 decision · Sun 22 Nov",
        ),
    ],
)
def test_every_day_has_its_subject(more: dict[str, object], subject: str) -> None:
    """Only what is there is named, and the day makes subjects differ."""
    assert content(facts(**more)).subject == subject


def test_what_is_late_and_an_outage_stand_above_everything() -> None:
    """The red box: words and durations, never colour alone."""
    late = (thread(1, at(22, 4, 20)), thread(2, at(22, 7)))
    outage = Outage(at(21, 14, 10), at(22, 6, 20), 4)
    digest = content(facts(threads=late, outages=(outage,)))
    assert digest.alarms == (
        "The daemon was down from Sat 14:10 to 06:20. 4 messages arrived meanwhile; none was answered automatically.",
        "2 messages are late, the oldest by 3 h 10 min.",
    )
    assert digest.preheader.startswith("The daemon was down from Sat 14:10 to 06:20. First: “Question 1”")
    assert content(facts(threads=late[:1])).alarms == ("1 message is 3 h 10 min late.",)


def test_an_all_clear_is_short() -> None:
    """The digest is also the sign of life: three lines, and when to expect the next."""
    digest = content(facts(sent=(SentMail(at(21, 14), "acknowledgement", "amazon.de", ORDER, "Re: x"),)))
    assert digest.heading == "Nothing to answer"
    assert digest.sections == (
        Lines(
            "All clear",
            (
                "No message waits for an answer, and no notice has come.",
                "1 mail sent for you since Sat 07:30.",
            ),
        ),
    )
    assert "next digest Mon 23 Nov 07:30" in digest.footer[0]


@pytest.mark.parametrize(
    ("health", "said"),
    [
        (DaemonHealth(mailboxes=(Mailbox("main", at(22, 7, 29)),)), True),
        (DaemonHealth(mailboxes=(Mailbox("main", at(22, 7, 29)),), clock_kept=False), False),
        (DaemonHealth(mailboxes=(Mailbox("main", at(22, 7, 29)), Mailbox("second", None))), False),
        (DaemonHealth(mailboxes=(Mailbox("main", at(22, 7, 29), ok=False),)), False),
        (DaemonHealth(), False),
    ],
)
def test_all_is_fine_only_where_everything_is(health: DaemonHealth, said: bool) -> None:
    """A mailbox that was never reached, or a clock that nobody keeps, is not called well in a short digest."""
    found = section("All clear", facts(health=health))
    assert isinstance(found, Lines)
    assert any(line == "All systems fine: the mailbox was last looked at 07:29." for line in found.lines) is said


def test_a_rehearsal_says_so() -> None:
    """Nobody must believe that buyers were written to."""
    assert content(facts(dry_run=True)).remarks[0].startswith("Rehearsal: nothing is sent to buyers yet.")


# The sections


def test_sections_come_in_the_order_in_which_they_need_a_person() -> None:
    """Answers, doubts, decisions, what was sent, notices, next days, problems."""
    said = facts(
        threads=(thread(1, at(22, 9)), thread(2, at(22, 10), verified=False)),
        decisions=(Decision(7, "acknowledgement", "ambiguous", "no reply after the text", "Re: x"),),
        sent=(SentMail(at(21, 14), "acknowledgement", "amazon.de", ORDER, "Re: x"),),
        notices=(Notice(3, "refund", "amazon.de", ORDER, "Refund", at(21, 15)),),
        closed_days=(ClosedDay(date(2026, 11, 28), "weekend"),),
        problems=("2 mails could not be read",),
    )
    assert [each.title for each in content(said).sections] == [
        "Answer first",
        "Could not be verified",
        "Needs your decision",
        "Sent for you",
        "Amazon notices",
        "Next closed days",
        "Problems",
    ]


def test_answers_are_grouped_by_urgency_and_sorted_by_deadline() -> None:
    """Overdue on top, then what is due before the next digest, then the rest."""
    threads = tuple(thread(n, due) for n, due in enumerate([at(23, 9), at(22, 5), at(22, 11), at(22, 9)], start=1))
    found = items("Answer first", facts(threads=threads))
    groups = [(group.title, [item.title for item in group.items]) for group in found.groups]
    assert groups == [
        ("Overdue", ["Question 2"]),
        ("Before the next digest (Mon 07:30)", ["Question 4", "Question 3"]),
        ("Later", ["Question 1"]),
    ]
    assert [item.urgency for group in found.groups for item in group.items] == ["late", "soon", "soon", "later"]
    assert [item.left for group in found.groups for item in group.items] == [
        "2 h 30 min late",
        "1 h 30 min left",
        "3 h 30 min left",
        "1 d 1 h left",
    ]


def test_an_acknowledged_message_says_that_amazons_clock_is_running() -> None:
    """An acknowledgement is no answer; both times are shown."""
    said = thread(1, at(22, 9), acknowledged_at=at(21, 14, 2), promise_at=at(23, 9), messages=2, language="de")
    (item,) = items("Answer first", facts(threads=(said,))).groups[0].items
    assert item.note == (
        "the buyer wrote twice · acknowledged Sat 14:02: Amazon's clock is still running · promised by Mon 09:00"
    )
    assert item.details == ("amazon.de", ORDER, "German", "no. 1")


def test_links_lead_to_seller_central_and_nowhere_else() -> None:
    """Host from the table, order number by its pattern: nothing of a mail becomes an address."""

    def hrefs(**more: object) -> list[str]:
        (item,) = items("Answer first", facts(threads=(thread(1, at(22, 9), **more),))).groups[0].items
        return [link.href for link in item.links]

    assert hrefs() == [
        f"https://sellercentral.amazon.de/messaging/inbox-v3?fi=search&ss={ORDER}",
        f"https://sellercentral.amazon.de/orders-v3/order/{ORDER}",
    ]
    inbox = ["https://sellercentral.amazon.de/messaging/inbox-v3?fi=responseNeeded"]
    assert hrefs(order_id=None) == inbox
    assert hrefs(order_id='305-1234567-7654321" onclick="x') == inbox
    assert hrefs(order_id="305-1234567-7654321\n") == inbox
    assert hrefs(order_id="٣05-1234567-7654321") == inbox
    assert hrefs(marketplace="amazon.evil") == []
    assert hrefs(marketplace=None) == []


@pytest.mark.parametrize(
    "host",
    ["sellercentral.amazon.de.evil.example", "evil.example", "sellercentral.amazon.de/x", "javascript:alert(1)", ""],
)
def test_a_host_that_is_not_amazons_gives_no_link(host: str) -> None:
    """Also when the table itself was edited badly."""
    assert wording.seller_central("amazon.de", ORDER, {"amazon.de": host}, "x") == ()


def test_a_decision_says_what_to_type() -> None:
    """Held, ambiguous and refused mails, each with its reason and its two commands."""
    said = facts(
        decisions=(
            Decision(7, "acknowledgement", "ambiguous", "connection lost", "Re: x", "amazon.de", ORDER, at(23, 9)),
            Decision(8, "acknowledgement", "refused", "550 no such user", "Re: y"),
        )
    )
    first, second = items("Needs your decision", said).groups[0].items
    assert (first.when, first.left, first.note) == ("Sent or not?", "expires Mon 09:00", "connection lost")
    assert [command for _, command in first.commands] == ["responder outbox 7 release", "responder outbox 7 cancel"]
    assert (second.when, second.details) == ("Refused", ("acknowledgement", "marketplace unknown"))


def test_what_was_sent_is_counted_and_listed() -> None:
    """A table: when, where, which order, what."""
    mails = (
        SentMail(at(21, 16), "acknowledgement", "amazon.fr", None, "Re: b"),
        SentMail(at(21, 14), "acknowledgement", "amazon.de", ORDER, "Re: a"),
        SentMail(at(21, 18), "alert", None, None, "Answer by 20:10"),
    )
    found = section("Sent for you", facts(sent=mails, threads=(thread(1, at(22, 9)),)))
    assert isinstance(found, Table)
    assert found.count == "3 since Sat 07:30"
    assert found.intro == "2 acknowledgements, 1 alert to you."
    assert found.rows[0] == ("Sat 14:00", "amazon.de", ORDER, "acknowledgement: Re: a")
    assert found.rows[2] == ("Sat 18:00", "", "", "alert to you: Answer by 20:10")


def test_notices_with_a_deadline_come_first() -> None:
    """What Amazon asks for, then what it only says; and what happens to the mail."""
    said = facts(
        notices=(
            Notice(3, "refund", "amazon.de", ORDER, "Refund", at(21, 9)),
            Notice(4, "chargeback", "amazon.de", ORDER, "Dispute", at(21, 10), at(25, 10)),
            Notice(5, "a_to_z_information", "amazon.de", ORDER, "Claim", at(20, 10), at(22, 6)),
        )
    )
    asks, tells = items("Amazon asks you", said), items("Amazon notices", said)
    (needed,) = asks.groups
    assert (needed.title, [item.title for item in needed.items]) == ("Needs you", ["Claim", "Dispute"])
    assert [item.urgency for item in needed.items] == ["late", "later"]
    assert needed.items[0].commands == (("dealt with? then", "responder notice 5 seen"),)
    assert asks.intro == "What needs you stays in this list, read or not, until you confirm it."
    assert [item.title for group in tells.groups for item in group.items] == ["Refund"]
    assert tells.intro == "They will be marked as read in your mailbox after this mail."
    assert items("Amazon notices", replace(said, marks_notices_seen=False)).intro.startswith("They stay unread")


def test_what_was_sent_and_what_is_only_told_comes_after_what_asks_for_a_person() -> None:
    """A claim beside twelve acknowledgements and a refund: it is read first."""
    said = facts(
        sent=(SentMail(at(21, 14), "acknowledgement", "amazon.de", ORDER, "Re: x"),),
        notices=(
            Notice(3, "refund", "amazon.de", ORDER, "Refund", at(21, 9)),
            Notice(4, "a_to_z_opened", "amazon.de", ORDER, "Claim", at(21, 10), at(25, 10)),
        ),
    )
    assert [each.title for each in content(said).sections] == ["Amazon asks you", "Sent for you", "Amazon notices"]


@pytest.mark.parametrize(
    ("messages", "answered", "said"),
    [
        (None, 0, "The mailboxes have not been looked at since: nobody knows yet what arrived."),
        (0, 0, "No message arrived meanwhile."),
        (1, 0, "1 message arrived meanwhile; it was not answered automatically."),
        (3, 1, "3 messages arrived meanwhile."),
    ],
)
def test_after_an_outage_only_what_is_known_is_said(messages: int | None, answered: int, said: str) -> None:
    """That none was answered is said where it is true; that none came, once somebody looked."""
    (alarm,) = content(facts(outages=(Outage(at(21, 14), at(22, 6), messages, answered),))).alarms
    assert alarm == f"The daemon was down from Sat 14:00 to 06:00. {said}"


def test_an_outage_is_no_all_clear() -> None:
    """A night in which nobody watched is told even where nothing came of it."""
    assert content(facts(outages=(Outage(at(21, 14), at(22, 6), 0),))).subject == "Nothing to answer · Sun 22 Nov"


def test_a_subject_has_room_for_what_is_urgent() -> None:
    """A list of mails cuts long subjects: whole parts stay, the first ones, and the day."""
    claims = tuple(Notice(n, "a_to_z_opened", None, None, "Claim", at(21, 9), at(24, 9)) for n in range(2))
    held = tuple(Decision(n, "acknowledgement", "held", "x", "y") for n in range(3))
    threads = (thread(1, at(22, 5)), thread(2, at(22, 9)), thread(3, at(24, 9)))
    said = content(facts(threads=threads, notices=claims, decisions=held, problems=("x",) * 4)).subject
    parts = (
        "1 overdue",
        "1 to answer by 09:00",
        "3 open",
        "2 notices due, first Tue 09:00",
        "3 decisions",
        "4 problems",
    )
    assert said == " · ".join((*parts, "Sun 22 Nov"))
    assert max(len(content(each).subject) for each in (mornings.full(), mornings.longest("x" * 300))) < 150


def test_a_full_digest_has_fewer_rows_in_every_section_and_counts_the_rest() -> None:
    """What has no row was not told: it is counted now, and told next time."""
    whole = mornings.longest("word")
    short = replace(whole, room=12, acting=6, rows=4)
    page = content(short)
    rows = {
        each.title: sum(len(group.items) for group in each.groups) if isinstance(each, Items) else len(each.rows)
        for each in page.sections
        if isinstance(each, Items | Table)
    }
    assert rows["Answer first"] == 12
    assert max(number for title, number in rows.items() if title not in ("Answer first", "Needs your decision")) <= 6
    assert (len(shown_notices(short)), len(shown_new_kinds(short))) == (4, 5)
    assert len(shown_notices(whole)) == 40
    acting = [bool(item.actions) for group in items("Answer first", short).groups for item in group.items]
    assert acting == [True] * 6 + [False] * 6
    for each in page.sections:
        if isinstance(each, Items):
            assert "more" in each.more, each.title


def test_doubts_and_held_mails_without_a_row_are_counted_each() -> None:
    """Fifty answers that fit several messages: forty have a row, and the command that lists the others is named."""
    doubt = Unsure(at(22, 6), "it fits two", (MayBeAnswered(1, "amazon.de", ORDER, "x"),))
    held = Decision(7, "acknowledgement", "held", "x", "y")
    assert items("Needs your decision", facts(unsure=(doubt,) * 50)).more == "and 10 more: responder threads --open"
    both = items("Needs your decision", facts(unsure=(doubt,) * 41, decisions=(held,) * 43)).more
    assert both == "and 1 more: responder threads --open · and 3 more: responder outbox --held"


def test_changes_of_the_calendar_without_a_line_are_counted() -> None:
    """The next digest does not tell of them again: the command that shows every day is named."""
    found = section("Calendar changed", facts(calendar_changes=tuple(f"day {number}" for number in range(60))))
    assert isinstance(found, Lines)
    assert found.lines[39:] == ("day 39", "and 20 more: responder calendar")


@pytest.mark.parametrize(("words", "shown"), [(0, ""), (10, "Where is…"), (140, "Where is my parcel?")])
def test_as_much_of_a_buyers_words_is_shown_as_is_wanted(words: int, shown: str) -> None:
    """None, the first ones, or many."""
    waiting = thread(1, at(22, 9), snippet="Where is my parcel?")
    assert items("Answer first", facts(threads=(waiting,), words=words)).groups[0].items[0].snippet == shown


def test_each_message_can_be_settled_by_mail() -> None:
    """Two links a thread, each a mail to the watched mailbox; none where they are switched off."""
    said = facts(threads=(thread(7, at(22, 9)),), actions=mornings.LINKS)
    (item,) = items("Answer first", said).groups[0].items
    assert [link.label for link in item.actions] == ["Answered", "No response needed"]
    assert all(link.href.startswith("mailto:service@shop.example.com?subject=responder%20") for link in item.actions)
    assert items("Answer first", replace(said, actions=None)).groups[0].items[0].actions == ()


def test_a_mail_that_breaks_a_rule_has_no_link_that_releases_it() -> None:
    """What no command does, no link does either; the buyer of a refused mail may have been answered by hand."""
    held = Decision(7, "acknowledgement", "held", "x", "y", thread_id=3)
    for decision, labels in (
        (held, ["Send it", "Never write automatically"]),
        (replace(held, broken=True), ["Never write automatically"]),
        (replace(held, state="refused"), ["Answered", "Never write automatically"]),
        (replace(held, thread_id=None), ["Send it"]),
    ):
        (item,) = items("Needs your decision", facts(decisions=(decision,), actions=mornings.LINKS)).groups[0].items
        assert [link.label for link in item.actions] == labels


def test_messages_of_the_last_days_are_a_picture_with_numbers() -> None:
    """Fourteen columns, each with its number and its day, and how fast the answers came."""
    found = section("Messages and answers", replace(mornings.calm(), problems=("x",)))
    assert isinstance(found, Picture)
    assert found.days is not None
    assert " ".join(column.words for column in found.days.columns) == "3 5 2 0 7 9 4 6 3 2 8 11 5 4"
    assert [column.name for column in found.days.columns][:2] == ["8", "9"]
    assert [column.height for column in found.days.columns][10:12] == [73, 100]
    assert found.count == "69 in 14 days"
    assert found.lines == ("Half of the answers came within 5 h 10 min; in the 14 days before, within 6 h.",)


def test_a_day_of_which_nothing_is_known_is_no_day_without_messages() -> None:
    """After the first start: days of before have a dash and no column, and the sum names the days it is of."""
    days = tuple((date(2026, 11, 8 + n), None if n < 11 else n) for n in range(14))
    found = section("Messages and answers", facts(messages=Messages(days), problems=("x",)))
    assert isinstance(found, Picture)
    assert found.days is not None
    assert [column.words for column in found.days.columns] == ["–"] * 11 + ["11", "12", "13"]
    assert [column.height for column in found.days.columns][:12] == [None] * 11 + [85]
    assert found.count == "36 in 3 days"


def test_the_daemon_says_how_it_is() -> None:
    """Each mailbox with its last look, and each figure that is known; what is not known is not said."""
    boxes = (Mailbox("main", at(22, 7, 29)), Mailbox("second", at(21, 18), ok=False), Mailbox("third", None))
    health = DaemonHealth(
        watching_since=at(3, 8), mailboxes=boxes, troubles=1, set_aside=2, clock_kept=False, disk_used=0.614
    )
    found = section("The daemon", facts(health=health, problems=("x",)))
    assert isinstance(found, Lines)
    assert found.lines == (
        (
            "Watching since Tue 3 Nov: main (works, last looked at 07:29), "
            "second (in trouble, last looked at Sat 18:00), third (never reached yet)."
        ),
        "1 interruption · 2 mails set aside · clock NOT synchronised · disk 61 % full.",
    )
    assert all(each.title != "The daemon" for each in content(facts(problems=("x",))).sections)


def test_the_heading_does_not_say_that_all_is_well_beside_a_claim() -> None:
    """No buyer waits, and a claim needs somebody: the heading says both."""
    claim = Notice(70, "a_to_z_opened", "amazon.de", ORDER, "Claim", at(21, 9), at(23, 9), urgent=True)
    assert content(facts(notices=(claim,))).heading == "Nothing to answer, 1 notice needs you"
    assert content(facts(notices=(replace(claim, settled_at=at(21, 9)),))).heading == "Nothing to answer"
    forged = content(facts(notices=(replace(claim, verified=False),)))
    assert (forged.heading, forged.subject) == ("Nothing to answer", "Nothing to answer · Sun 22 Nov")


def test_neither_old_deadlines_nor_what_waits_keep_a_notice_out() -> None:
    """Sixty return requests that nobody confirmed: the claim of today and the refund have their rows."""
    old = tuple(Notice(number, "return_request", None, None, "Return", at(1, 9), at(2, 9)) for number in range(60))
    claim = Notice(70, "a_to_z_opened", "amazon.de", ORDER, "Claim", at(21, 9), at(23, 9), urgent=True)
    refund = Notice(71, "refund", "amazon.de", ORDER, "Refund", at(21, 9))
    shown = shown_notices(facts(notices=(*old, claim, refund)))
    assert shown[0] == claim
    assert shown[-1] == refund
    assert len(shown) == 40


def test_closed_days_that_follow_each_other_are_one_line() -> None:
    """A weekend, a holiday by its name, and when a message would be late before anyone is back."""
    days = (
        ClosedDay(date(2026, 11, 28), "weekend"),
        ClosedDay(date(2026, 11, 29), "weekend"),
        ClosedDay(date(2026, 12, 8), "holiday", "Mariä Empfängnis"),
        ClosedDay(date(2026, 12, 24), "closure", "Winter break"),
        ClosedDay(date(2026, 12, 25), "closure", "Winter break"),
    )
    gaps = (Unattended(at(27, 18), at(30, 9), timedelta(hours=24), (at(28, 18), at(29, 18))),)
    found = section("Next closed days", facts(closed_days=days, unattended=gaps, problems=("x",)))
    assert isinstance(found, Lines)
    assert found.lines == (
        "Sat 28 Nov to Sun 29 Nov: weekend",
        "Tue 8 Dec: Mariä Empfängnis (public holiday)",
        "Thu 24 Dec to Fri 25 Dec: Winter break (closed by you)",
        "On closed days acknowledgements go out; Amazon's deadlines do not stop.",
        (
            "From Fri 27 Nov 18:00 a message arriving until Sun 29 Nov 09:00 will be overdue: "
            "plan somebody for Sat 28 Nov 18:00 and Sun 29 Nov 18:00 at the latest."
        ),
    )


def test_five_windows_are_told_and_the_rest_is_counted() -> None:
    """Every weekend of sixty days is one: the next five are enough, and the command shows them all."""
    day = timedelta(days=1)
    gaps = tuple(
        Unattended(at(27, 18) + week * 7 * day, at(30, 9) + week * 7 * day, day, (at(28, 18) + week * 7 * day,))
        for week in range(8)
    )
    found = section("Next closed days", facts(unattended=gaps, problems=("x",)))
    assert isinstance(found, Lines)
    assert sum(line.startswith("From Fri") for line in found.lines) == 5
    assert found.lines[-1] == "and 3 more: responder calendar"
    quiet = section("All clear", facts(unattended=gaps))
    assert isinstance(quiet, Lines)
    assert quiet.lines[-2].startswith("From Fri 27 Nov 18:00 a message arriving until Sun 29 Nov 09:00")
    assert quiet.lines[-1] == "and 7 more: responder calendar"


def test_a_change_of_the_calendar_is_no_all_clear() -> None:
    """What a new version of the holidays changes needs a person to look at it."""
    change = "calendar data changed with holidays 0.110: Thu 24 Dec 2026 is no longer closed (was: Christmas Eve)"
    found = section("Calendar changed", facts(calendar_changes=(change,)))
    assert isinstance(found, Lines)
    assert found.lines == (change,)
    assert content(facts(calendar_changes=(change,))).subject.startswith("Nothing to answer")


def test_forty_rows_are_shown_and_the_rest_is_counted() -> None:
    """Gmail cuts long mails: better we do, and say where the rest is."""
    said = facts(threads=tuple(thread(n, at(22, 8) + timedelta(minutes=n)) for n in range(200)))
    found = items("Answer first", said)
    assert sum(len(group.items) for group in found.groups) == 40
    assert found.count == "200 open"
    assert found.more == "and 160 more: responder threads --open"


def test_a_snippet_shows_no_address_and_no_number() -> None:
    """The digest is a mail as well: a buyer's telephone number does not belong in it; an order number does."""
    said = f"Write to a.b@example.com or call +49 (89) 123-4567, order {ORDER}, 12 pieces."
    assert wording.masked(said) == f"Write to [address] or call +[number], order {ORDER}, 12 pieces."
    assert len(wording.masked("word " * 100)) <= 140


@given(text=st.text())
def test_no_text_brings_a_second_line_or_a_direction_into_the_digest(text: str) -> None:
    """Property: what a buyer writes stays one line without controls, wherever it is printed."""
    said = thread(1, at(22, 9), subject=text, snippet=text, marketplace=text, order_id=text)
    decision = Decision(1, text, "held", text, text, text, text)
    notice = Notice(1, text, text, text, text, at(21, 9))
    sent = SentMail(at(21, 9), "acknowledgement", text, text, text)
    digest = content(facts(threads=(said,), decisions=(decision,), notices=(notice,), sent=(sent,), problems=(text,)))
    alert = alerts.deadlines((said,), now=at(22, 8), zone=ZONE, hosts=HOSTS)
    for words in (digest.subject, digest.preheader, alert.subject, repr(digest.sections)):
        assert not set(words) & set("\n\r\x00\x1b\u202e\u2066\u2028")


# Times


def test_a_sentence_that_ends_in_an_abbreviation_has_one_full_stop() -> None:
    """German hours are “Std.”: the sentence's own stop is the same one."""
    with spoken(translations.speech("de")):
        found = content(replace(mornings.outage(), threads=tuple(thread(n, at(22, 4, 20)) for n in (1, 2))))
    said = [*found.alarms, *(line for each in found.sections if isinstance(each, Picture) for line in each.lines)]
    assert any(line.endswith(("Std.", "Min.")) for line in said)
    assert not any(line.endswith("..") for line in said)


def test_what_is_left_is_counted_in_real_hours_when_the_clocks_change() -> None:
    """The night of 25 October 2026 in Berlin has 25 hours."""
    before = datetime(2026, 10, 24, 9, tzinfo=ZONE)
    after = datetime(2026, 10, 25, 9, tzinfo=ZONE)
    assert wording.left(after, before) == "1 d 1 h left"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
    ],
)
def test_durations_are_said_in_two_units(length: timedelta, said: str) -> None:
    """Short, and exact enough to act on."""
    assert wording.span(length) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [(at(22, 9, 40), "09:40"), (at(23, 0, 30), "Mon 00:30"), (at(16, 9), "Mon 09:00"), (at(30, 9), "Mon 30 Nov 09:00")],
)
def test_an_instant_is_said_as_a_person_would(instant: datetime, said: str) -> None:
    """Today without its name, this week by the day, later with the date; the day is the seller's."""
    assert wording.moment(instant, at(22, 7, 30), ZONE) == said


# Alerts


def test_a_warning_names_the_message_and_the_time() -> None:
    """The subject alone is enough to act; the order number tells two alerts apart."""
    alert = alerts.deadlines((thread(12, at(22, 9, 40)),), now=at(22, 7, 40), zone=ZONE, hosts=HOSTS)
    assert alert.subject == f"Answer by 09:40: “Question 12” {ORDER}"
    assert "1 message waits for your answer (times in Europe/Berlin):" in alert.text
    assert "Today 09:40 (2 h left)  Question 12" in alert.text
    assert f"  Order: https://sellercentral.amazon.de/orders-v3/order/{ORDER}" in alert.text
    assert "responder thread NUMBER no-response-needed" in alert.text


def test_what_is_overdue_comes_first_in_one_alert() -> None:
    """Ten late messages make one mail."""
    threads = tuple(thread(n, at(22, 5) + timedelta(hours=n), verified=n != 3) for n in range(5))
    alert = alerts.deadlines(tuple(reversed(threads)), now=at(22, 7, 30), zone=ZONE)
    assert alert.subject == f"Overdue: “Question 0” {ORDER} and 4 others"
    assert alert.text.index("Question 0") < alert.text.index("Question 4")
    assert "2 h 30 min late" in alert.text
    assert "The sender could not be verified" in alert.text


def test_trouble_is_said_with_the_way_out() -> None:
    """What is wrong, what to do, and since when."""
    alert = alerts.trouble(
        "main: the mailbox refuses the password\r\nBcc: x",
        "responder secret set imap-password",
        now=at(22, 7),
        zone=ZONE,
    )
    assert alert.subject == "Problem: main: the mailbox refuses the password Bcc: x"
    assert "What to do: responder secret set imap-password" in alert.text
    assert alert.text.endswith("Noticed Sunday 22 November 2026 07:00 (Europe/Berlin).")


# What came without words, what came back, what nobody knows


PHOTO = Attachment("IMG_1.jpg", "image/jpeg", 1)
FILE = Attachment("bill.pdf", "application/pdf", 1)


@pytest.mark.parametrize(
    ("text", "attachments", "said"),
    [
        ("Where is it?\n\nThanks", (PHOTO,), "Where is it? Thanks"),
        (None, (PHOTO,), "(no words, only 1 photo: IMG_1.jpg)"),
        (" \n", (PHOTO, PHOTO), "(no words, only 2 photos: IMG_1.jpg, IMG_1.jpg)"),
        ("", (PHOTO, FILE), "(no words, only 2 files: IMG_1.jpg, bill.pdf)"),
        ("", (PHOTO,) * 7, f"(no words, only 7 photos: {', '.join(['IMG_1.jpg'] * 5)} and 2 more)"),
        ("", (replace(PHOTO, name=""),), "(no words, only 1 photo: without a name)"),
        ("", (replace(PHOTO, name="a\r\nBcc: x\u202egpj.exe"),), "(no words, only 1 photo: a Bcc: xgpj.exe)"),
        ("", (), "(no words)"),
        ("x" * 500, (), "x" * 140),
    ],
)
def test_a_message_without_words_says_what_it_consists_of(
    text: str | None, attachments: tuple[Attachment, ...], said: str
) -> None:
    """A photo of a broken lamp is a message: it is named, with names that do nothing but stand there."""
    assert snippet(text, attachments, 140) == said


def test_what_came_with_a_message_is_named_beside_it() -> None:
    """The person knows before opening Seller Central that there is a photo to look at."""
    waiting = thread(1, at(22, 9), attachments=("IMG_1.jpg", "bill.pdf"))
    assert items("Answer first", facts(threads=(waiting,))).groups[0].items[0].note == "attached: IMG_1.jpg, bill.pdf"


def test_an_answer_that_did_not_arrive_is_named_first() -> None:
    """Before anything else that is said of the message: it is why it waits again."""
    waiting = thread(1, at(22, 9), messages=2, returned=Returned(at(20, 16, 20), "returned, 5.1.1"))
    (item,) = items("Answer first", facts(threads=(waiting,))).groups[0].items
    assert item.note == ("your answer of Fri 16:20 did not reach the buyer (returned, 5.1.1) · the buyer wrote twice")


def kind(number: int, *, verified: bool = True, sampled: bool = True, **more: str) -> NewKind:
    """A kind of notice nobody knows."""
    said = {"key": f"type:NEW_{number}", "subject": "Something", "sender": "donotreply@amazon.com", **more}
    return NewKind(number, said["key"], said["subject"], said["sender"], verified, sampled)


def test_a_new_kind_of_notice_has_one_line_with_what_to_type() -> None:
    """Type, sender, subject, proven or not, and the command that shows the mail itself."""
    said = facts(new_kinds=(kind(1), kind(2, verified=False)))
    lines = section("New kind of notice", said)
    assert isinstance(lines, Lines)
    for line, number, proven in zip(lines.lines, (1, 2), ("verified", "not verified"), strict=False):
        command = f"responder notices --new-kinds --sample type:NEW_{number} > new.eml"
        assert line == f"type:NEW_{number} from donotreply@amazon.com, {proven}: “Something” · {command}"
    assert content(said).subject != content(facts()).subject
    assert all(each.title != "All clear" for each in content(said).sections)


def test_many_unproven_kinds_do_not_drown_the_proven_ones() -> None:
    """Anybody can invent a type: five of those, and every one that Amazon surely sent."""
    invented = tuple(kind(number, verified=False) for number in range(20))
    said = facts(new_kinds=(*invented, kind(98), kind(99)))
    assert [each.id for each in shown_new_kinds(said)] == [98, 99, 0, 1, 2, 3, 4]
    lines = section("New kind of notice", said)
    assert isinstance(lines, Lines)
    assert "and 15 more: responder notices --new-kinds" in lines.lines


def test_no_command_shows_a_sample_that_is_not_kept() -> None:
    """A store nobody knows, seen on a buyer's message: one line, and nothing to type that would fail."""
    lines = section("New kind of notice", facts(new_kinds=(kind(1, key="marketplace:A1NEWSTORE00001", sampled=False),)))
    assert isinstance(lines, Lines)
    assert lines.lines[0] == "marketplace:A1NEWSTORE00001 from donotreply@amazon.com, verified: “Something”"
    assert "more" not in " ".join(lines.lines)


@pytest.mark.parametrize("key", ["type:$(reboot)", "sender:a;b@amazon.de", "type:A B", "type:" + "A" * 90])
def test_a_key_that_a_shell_would_read_is_never_part_of_a_command(key: str) -> None:
    """Nothing from a mail becomes something to type."""
    lines = section("New kind of notice", facts(new_kinds=(kind(1, key=key),)))
    assert isinstance(lines, Lines)
    assert "--sample" not in lines.lines[0]
