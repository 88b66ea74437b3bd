"""The calendar over time: what an update changes is told once, and before a long closing somebody is told once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy

from mail import builders

from responder.adapters.clock import ManualClock
from responder.adapters.store import calendar_days, decisions, notices, sweeps, threads, timers
from responder.core.calendars import Calendar, Holiday, closed_on, next_daily
from responder.core.notice_life import SeenBy
from responder.tasks import calendars, report, schedule
from responder.tasks.calendars import Planner, Renewed

FRIDAY = datetime(2026, 7, 17, 8, 0, tzinfo=UTC)  # 10:00 in Paris; nobody works from 18:00 until Monday 09:00
SWEEP = datetime(2026, 7, 17, 13, 0, tzinfo=UTC)  # 15:00, three hours before
SATURDAY = datetime(2026, 7, 18, 8, 0, tzinfo=UTC)
MONDAY = datetime(2026, 7, 13, 8, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 7, 15, 8, 0, tzinfo=UTC)  # the day after the holiday
NEXT_MONDAY = datetime(2026, 7, 20, 22, 0, tzinfo=UTC)


def renew(office, planner: Planner, now: datetime) -> Renewed:
    """Do what the calendar task does on a new day."""
    return office.run(calendars.renew, planner, calendars.today(planner, now), now)


def warn(office, planner: Planner, now: datetime) -> list[str]:
    """Do what it does at an instant, and return the subjects of the mails it wrote."""
    rows = office.run(calendars.fire, planner, now)
    return [row.subject for row in office.outbox() if row.id in rows]


def last_text(office) -> str:
    """The words of the last mail."""
    return message_from_bytes(office.outbox()[-1].rfc822, policy=policy.default).get_content()


def digest(office, day: int) -> str:
    """Write the digest of a day in July and return its text part."""
    at = datetime(2026, 7, day, 6, 0, tzinfo=UTC)
    assert office.run(report.write, office.parts.reporter, date(2026, 7, day), at)
    mail = message_from_bytes(office.outbox()[-1].rfc822, policy=policy.default)
    return " ".join(mail.get_body(("plain",)).get_content().split())


def closed(planner: Planner, *days: date) -> Planner:
    """Return the planner with more closed days."""
    closures = tuple(closed_on(day, "Away", "x.yaml") for day in days)
    return replace(planner, calendar=replace(planner.calendar, closures=closures))


def without_bastille_day(calendar: Calendar) -> Calendar:
    """Return the calendar as a library would make it that forgot the 14th of July."""
    return replace(
        calendar, holidays={day: held for day, held in calendar.holidays.items() if day != date(2026, 7, 14)}
    )


# --- the sweep


def test_before_a_weekend_somebody_is_told_once(office) -> None:
    """At three on Friday, not before; not again, whatever is restarted; and not by the loop that warns of deadlines."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    assert warn(office, planner, SWEEP - timedelta(minutes=1)) == []
    assert office.run(schedule.turn, office.parts.operator, SWEEP) is None
    assert warn(office, planner, SWEEP) == ["Closing Fri 17 Jul 18:00 until Mon 20 Jul 09:00: nothing to answer first"]
    assert office.outbox()[-1].kind == "alert"
    renew(office, planner, SWEEP)
    assert warn(office, planner, SWEEP + timedelta(hours=1)) == []


def test_the_sweep_names_what_is_due_before_anyone_is_back(office) -> None:
    """A buyer of Friday morning would be late on Saturday; one who was answered is left out; a claim is named too."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    office.receive(builders.buyer_message(alias="a1a1a1a1a1a1a1a", text="one", order_id=None), FRIDAY)
    office.receive(builders.buyer_message(alias="b2b2b2b2b2b2b2b", text="two", order_id=None), FRIDAY)
    office.receive(
        builders.sent_answer("b2b2b2b2b2b2b2b@marketplace.amazon.fr"), FRIDAY + timedelta(hours=1), sent=True
    )
    office.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY"), FRIDAY)
    (said,) = warn(office, planner, SWEEP)
    assert said == "Closing Fri 17 Jul 18:00 until Mon 20 Jul 09:00: 2 to answer first"
    text = last_text(office)
    assert "Answer these before you leave" in text
    assert "Sat 10:00 (19 h left)" in text
    assert "Sun 10:00 (1 d 19 h left)  A-to-z claim opened: " in text


def test_what_failed_verification_is_not_named(office) -> None:
    """A forgery is in the digest, where it is called one; nobody stays longer for it."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    office.receive(builders.buyer_message(auth="fail"), FRIDAY)
    office.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", auth="fail"), FRIDAY)
    assert warn(office, planner, SWEEP)[0].endswith(": nothing to answer first")


def test_a_notice_that_a_person_has_seen_is_not_named(office) -> None:
    """A line in a digest is not enough, a person's word is."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    office.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY"), FRIDAY)
    (notice,) = office.notices()
    office.run(notices.see, [notice.id], FRIDAY, SeenBy.COMMAND)
    assert warn(office, planner, SWEEP)[0].endswith(": nothing to answer first")


def test_a_message_that_can_wait_until_monday_is_not_named(office) -> None:
    """Due in the very minute of the opening, it is answered in time then: no reason to stay."""
    planner = office.parts.planner
    renew(office, planner, WEDNESDAY)
    office.receive(builders.buyer_message(), FRIDAY)
    (thread,) = office.threads()
    patient = replace(thread, due_at=datetime(2026, 7, 20, 7, 0, tzinfo=UTC))
    office.run(threads.save_thread, patient)
    assert warn(office, planner, SWEEP)[0].endswith(": nothing to answer first")


def test_a_window_that_is_gone_takes_its_warning_with_it(office) -> None:
    """Somebody works at weekends after all; and when that falls through, the warning is back."""
    planner = office.parts.planner
    renew(office, planner, WEDNESDAY)
    weekend = office.run(sweeps.next_at)
    week = planner.calendar.working_hours
    always = replace(week, hours=dict.fromkeys(range(7), week.hours[0]))
    renew(office, replace(planner, calendar=replace(planner.calendar, working_hours=always)), WEDNESDAY)
    assert office.run(sweeps.next_at) == datetime(2026, 8, 14, 13, 0, tzinfo=UTC)  # before the Assumption
    renew(office, planner, WEDNESDAY)
    assert office.run(sweeps.next_at) == weekend
    assert len(warn(office, planner, SWEEP)) == 1


def test_a_longer_window_is_a_new_one(office) -> None:
    """Monday becomes a closed day after the warning was given: that is news."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    assert len(warn(office, planner, SWEEP)) == 1
    longer = closed(planner, date(2026, 7, 20))
    renew(office, longer, SWEEP)
    assert warn(office, longer, SWEEP) == ["Closing Fri 17 Jul 18:00 until Tue 21 Jul 09:00: nothing to answer first"]


def test_a_window_that_has_begun_is_not_warned_of(office) -> None:
    """The daemon was down on Friday afternoon: on Saturday nobody leaves any more."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    assert warn(office, planner, SATURDAY) == []
    renew(office, planner, SATURDAY)
    assert all(each.due_at > SATURDAY for each in office.run(timers.timers))


def test_a_start_in_the_last_hours_warns_at_once(office) -> None:
    """Started at five on Friday, there is an hour left."""
    planner = office.parts.planner
    renew(office, planner, SWEEP + timedelta(hours=2))
    assert len(warn(office, planner, SWEEP + timedelta(hours=2))) == 1


def test_0s_is_no_warning(office) -> None:
    """Whoever writes it knows the way home."""
    renew(office, replace(office.parts.planner, warn_closing=timedelta(0)), MONDAY)
    assert office.run(sweeps.next_at) is None


# --- the kept calendar


def test_the_first_calendar_is_kept_and_no_news(office) -> None:
    """There was nothing to compare it with."""
    assert renew(office, office.parts.planner, MONDAY) == Renewed()
    kept = office.run(calendar_days.days)
    assert (len(kept), kept[0].on) == (400, date(2026, 7, 13))
    assert office.run(calendar_days.made_from) == office.parts.planner.made_from


def test_a_new_day_is_no_change(office) -> None:
    """Each day one comes into sight and one is over."""
    planner = office.parts.planner
    for days in range(3):
        assert renew(office, planner, MONDAY + timedelta(days=days)) == Renewed()
    assert office.run(calendar_days.days)[0].on == date(2026, 7, 15)
    assert office.run(decisions.decisions, action=decisions.CALENDAR_CHANGED) == ()


def test_what_an_update_changes_is_told_in_one_digest(office) -> None:
    """The library's version and the day, once; the next start and the next digest are silent."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    assert "calendar data changed" not in digest(office, 13)
    newer = replace(
        planner,
        calendar=without_bastille_day(planner.calendar),
        made_from=replace(planner.made_from, holidays="0.110"),
    )
    told = renew(office, newer, MONDAY + timedelta(hours=1)).told
    assert told == (
        "calendar data changed with holidays 0.110: Tue 14 Jul 2026 is no longer closed (was: National Day (holiday))",
    )
    assert renew(office, newer, MONDAY + timedelta(hours=2)) == Renewed()
    assert told[0] in digest(office, 14)
    assert "calendar data changed" not in digest(office, 15)
    assert "calendar data changed" not in digest(office, 16)


def test_what_the_seller_changed_is_not_told_back(office) -> None:
    """A new closure in a calendar file is the seller's own: it is kept, and no digest speaks of it."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    own = closed(planner, date(2026, 7, 16))
    own = replace(own, made_from=replace(planner.made_from, fingerprint="another", holidays="0.110"))
    assert renew(office, own, MONDAY) == Renewed(("Thu 16 Jul 2026 is closed now: Away (closure)",), ())
    assert "calendar data changed" not in digest(office, 14)
    assert [each.day.name for each in office.run(calendar_days.days) if each.on == date(2026, 7, 16)] == ["Away"]


def test_the_sweep_follows_a_calendar_that_an_update_changed(office) -> None:
    """A holiday that the library adds makes a window, and the window is swept."""
    planner = office.parts.planner
    renew(office, planner, MONDAY)
    thursday = date(2026, 7, 16)
    more = {**planner.calendar.holidays, thursday: Holiday(thursday, "New", "holidays:FR")}
    newer = replace(planner, calendar=replace(planner.calendar, holidays=more))
    renew(office, newer, MONDAY)
    assert [each.due_at for each in office.run(timers.timers)][:2] == [
        datetime(2026, 7, 13, 13, 0, tzinfo=UTC),
        datetime(2026, 7, 15, 13, 0, tzinfo=UTC),
    ]


# --- the loop


async def test_the_loop_renews_each_day_and_warns_when_it_is_time(office) -> None:
    """A week with a holiday and a weekend: two warnings and each day's calendar; a second start adds nothing."""
    written: list[str] = []
    for start in (MONDAY, MONDAY + timedelta(days=4, hours=6)):
        clock, turned = ManualClock(start), asyncio.Event()
        running = calendars.run(
            office.store,
            office.parts.planner,
            clock,
            wake=asyncio.Event(),
            enqueued=written.append,
            ticked=turned.set,
        )
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            loop = group.create_task(running)
            await turned.wait()
            while clock.now() < NEXT_MONDAY:
                turned.clear()
                clock.move_to(await _next_turn(office, clock.now()))
                await turned.wait()
                kept = await office.store.tx(calendar_days.days)
                assert kept[0].on == clock.now().astimezone(office.parts.operator.zone).date()
            loop.cancel()
    assert written == ["main", "main"]
    assert [row.subject.partition(":")[0] for row in office.outbox()] == [
        "Closing Mon 13 Jul 18",
        "Closing Fri 17 Jul 18",
    ]


async def _next_turn(office, now: datetime) -> datetime:
    """Return when the loop wakes next: at midnight, or for a warning."""
    midnight = next_daily(now, time(0), office.parts.operator.zone)[1]
    sweep = await office.store.tx(sweeps.next_at)
    return min(midnight, sweep) if sweep else midnight
