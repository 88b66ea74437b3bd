"""When a trouble is told, when it is over, which loops' words are which trouble, and how it all is said."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core import trouble_words
from responder.core.digest import OpenThread
from responder.core.trouble_sentences import meaning, sentences
from responder.core.trouble_words import Facts, Recovered
from responder.core.troubles import (
    DAILY,
    GATHER,
    RULES,
    SEEN_BY_LOOPS,
    Cause,
    Fault,
    Night,
    Seen,
    Trouble,
    TroubleKind,
    looked,
    over_from,
    recovery_at,
    replaced,
    tell_at,
)
from responder.core.waking import Waking

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # 11:00 in Paris
NIGHT = datetime(2026, 7, 14, 23, 0, tzinfo=UTC)  # 01:00 in Paris
MORNING = datetime(2026, 7, 15, 5, 0, tzinfo=UTC)  # 07:00 in Paris
WAKING = Waking((time(7), time(22)), PARIS)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AFTER = 15 * MINUTE


def trouble(kind: TroubleKind = TroubleKind.MAILBOX, at: datetime = NOW, **given: object) -> Trouble:
    """Return a trouble of the mailbox that began at an instant and lasts."""
    values: dict[str, object] = {"account": "main", "key": "imap", "words": "no route to host"}
    times = {"began_at": at, "last_at": at, "bad_at": at, "away": timedelta(0)}
    return Trouble(**{"id": 1, "kind": kind, **values, **times, **given})  # type: ignore[arg-type]


# When it is told


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (TroubleKind.MAILBOX, AFTER),
        (TroubleKind.FOLDER, AFTER),
        (TroubleKind.MAIL_SERVER, AFTER),
        (TroubleKind.TASK, AFTER),
        (TroubleKind.REPORTS, AFTER),
        (TroubleKind.PASSWORD_REFUSED, GATHER),
        (TroubleKind.PASSWORD_UNREADABLE, GATHER),
        (TroubleKind.MAIL_REFUSED, GATHER),
        (TroubleKind.SET_ASIDE, GATHER),
        (TroubleKind.DISK, GATHER),
        (TroubleKind.CANARY, GATHER),
        (TroubleKind.SILENCE, GATHER),
    ],
)
def test_what_may_pass_by_itself_is_told_later_than_what_a_person_must_mend(
    kind: TroubleKind, after: timedelta
) -> None:
    """A server may be back in a minute; a refused password will not be right in a quarter of an hour."""
    assert tell_at(trouble(kind), AFTER, Night()) == NOW + after


def test_what_is_told_well_or_over_is_not_told() -> None:
    """Once is once, and what has passed is no alarm."""
    for change in ({"told_at": NOW}, {"well_at": NOW}, {"over_at": NOW}):
        assert tell_at(replace(trouble(), **change), AFTER, Night()) is None


def test_only_the_time_it_was_really_there_counts() -> None:
    """Ten minutes away before, then well: five more make the quarter of an hour."""
    flapping = trouble(away=10 * MINUTE, bad_at=NOW + HOUR)
    assert tell_at(flapping, AFTER, Night()) == NOW + HOUR + 5 * MINUTE
    assert flapping.lasted(NOW + HOUR + 2 * MINUTE) == 12 * MINUTE


@pytest.mark.parametrize(
    ("kind", "first_due_at", "told_at"),
    [
        (TroubleKind.MAILBOX, None, MORNING),
        (TroubleKind.MAILBOX, MORNING + 2 * HOUR, MORNING),
        (TroubleKind.MAILBOX, MORNING + HOUR, NIGHT + AFTER),
        (TroubleKind.MAILBOX, MORNING - HOUR, NIGHT + AFTER),
        (TroubleKind.PASSWORD_REFUSED, MORNING - HOUR, NIGHT + GATHER),
        (TroubleKind.PASSWORD_REFUSED, None, MORNING),
        (TroubleKind.SET_ASIDE, MORNING - HOUR, MORNING),
        (TroubleKind.SILENCE, MORNING - HOUR, MORNING),
        (TroubleKind.REPORTS, MORNING - HOUR, MORNING),
    ],
)
def test_the_night_is_disturbed_only_where_a_deadline_would_be_lost(
    kind: TroubleKind, first_due_at: datetime | None, told_at: datetime
) -> None:
    """What loses nothing until an hour after the morning waits for it."""
    assert tell_at(trouble(kind, NIGHT), AFTER, Night(WAKING, first_due_at)) == told_at


def test_without_waking_hours_everything_is_told_when_it_is_due() -> None:
    """A shop that named no night has none."""
    assert tell_at(trouble(at=NIGHT), AFTER, Night(None, None)) == NIGHT + AFTER


@pytest.mark.parametrize("kind", [TroubleKind.UNKNOWN_KIND, TroubleKind.CALENDAR])
def test_what_nobody_knows_yet_is_told_once_a_day(kind: TroubleKind) -> None:
    """However many new kinds come, one mail a day names them."""
    assert tell_at(trouble(kind), AFTER, Night(), NOW - HOUR) == NOW - HOUR + DAILY
    assert tell_at(trouble(kind), AFTER, Night(), NOW - 2 * DAILY) == NOW + GATHER


@given(
    kind=st.sampled_from(TroubleKind),
    away=st.timedeltas(timedelta(0), timedelta(days=2)),
    offset=st.timedeltas(timedelta(0), timedelta(days=3)),
    due=st.none() | st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_a_trouble_that_lasts_is_always_told_within_a_day(
    kind: TroubleKind, away: timedelta, offset: timedelta, due: timedelta | None
) -> None:
    """Whatever the hour: never before it began, and at the next morning at the latest."""
    began = NOW + offset
    at = tell_at(trouble(kind, began, away=away), AFTER, Night(WAKING, None if due is None else began + due))
    assert at is not None
    assert began <= at <= began + AFTER + 12 * HOUR


# When it is over


def test_what_was_told_is_over_only_after_it_was_well_for_as_long_as_it_takes_to_tell() -> None:
    """Coming and going is one cause: no second alert, and no recovery in between."""
    assert over_from(trouble(), AFTER) is None
    assert over_from(trouble(told_at=NOW, well_at=NOW + HOUR), AFTER) == NOW + HOUR + AFTER


def test_what_nobody_was_told_of_is_forgotten_earlier() -> None:
    """A connection that drops for a second every ten minutes never adds up to an alert."""
    assert over_from(trouble(well_at=NOW + HOUR), AFTER) == NOW + HOUR + 5 * MINUTE


def test_an_end_is_said_once_to_whom_the_beginning_was_said_and_by_day() -> None:
    """A recovery loses nothing by waiting for the morning."""
    over = trouble(told_at=NOW, over_at=NIGHT)
    assert recovery_at(over, None) == NIGHT
    assert recovery_at(over, WAKING) == MORNING
    for change in ({"told_at": None}, {"over_told_at": NIGHT}, {"over_at": None}, {"kind": TroubleKind.SET_ASIDE}):
        assert recovery_at(replace(over, **change), None) is None


# What the loops say


def test_a_mailbox_that_is_away_is_one_trouble() -> None:
    """Its three folders fail alike, and another account's are well."""
    parts = {
        "folder:main:inbox": Fault("timed out"),
        "folder:main:sent": Fault("timed out"),
        "folder:other:inbox": None,
        "deliver:other": None,
        "schedule": None,
    }
    found = looked(parts, "main")
    assert found.troubles == (Seen("main", TroubleKind.MAILBOX, "imap", "timed out"),)
    assert found.well == {("other", "imap"), ("other", "smtp"), ("main", "schedule")}


@pytest.mark.parametrize(
    ("part", "fault", "place"),
    [
        ("folder:a:inbox", Fault("x", Cause.PASSWORD_REFUSED), ("a", TroubleKind.PASSWORD_REFUSED, "imap")),
        ("folder:a:inbox", Fault("x", Cause.PASSWORD_UNREADABLE), ("a", TroubleKind.PASSWORD_UNREADABLE, "imap")),
        ("folder:a:inbox", Fault("x", Cause.FAILED), ("a", TroubleKind.TASK, "imap")),
        ("folder:a:sent", Fault("x"), ("a", TroubleKind.FOLDER, "sent")),
        ("deliver:a", Fault("x"), ("a", TroubleKind.MAIL_SERVER, "smtp")),
        ("deliver:a", Fault("x", Cause.PASSWORD_REFUSED), ("a", TroubleKind.PASSWORD_REFUSED, "smtp")),
        ("intake", Fault("x"), ("main", TroubleKind.REPORTS, "intake")),
        ("intake", Fault("x", Cause.FAILED), ("main", TroubleKind.TASK, "intake")),
        ("heartbeat", Fault("x"), ("main", TroubleKind.HEARTBEAT, "heartbeat")),
        ("schedule", Fault("x", Cause.FAILED), ("main", TroubleKind.TASK, "schedule")),
    ],
)
def test_each_loops_fault_is_a_trouble_of_its_account_and_place(
    part: str, fault: Fault, place: tuple[str, TroubleKind, str]
) -> None:
    """A loop of no account has those of the account that the operator is told through."""
    (seen,) = looked({part: fault}, "main").troubles
    assert (seen.account, seen.kind, seen.key) == place
    assert seen.kind in SEEN_BY_LOOPS


def test_another_cause_at_the_same_place_takes_the_untold_ones_place() -> None:
    """Away for ten minutes, then the password is refused: the alert is about the password alone."""
    away, told = trouble(), trouble(told_at=NOW, account="told")
    seen = [Seen(account, TroubleKind.PASSWORD_REFUSED, "imap", "no") for account in ("main", "told")]
    assert replaced([away, told], seen) == (away,)
    assert replaced([away], []) == ()
    assert replaced([trouble(TroubleKind.SILENCE)], seen) == ()


@pytest.mark.parametrize("cause", [Cause.UNREACHABLE, Cause.PASSWORD_REFUSED])
def test_a_folder_that_was_missed_before_its_mailbox_is_no_trouble_of_its_own(cause: Cause) -> None:
    """The sent folder's connection broke first: the alert is about the mailbox alone, in a quarter of an hour too."""
    parts = {"folder:main:sent": Fault("gone", cause), "folder:main:inbox": Fault("gone", cause)}
    seen = looked(parts, "main").troubles
    folder, told = trouble(TroubleKind.FOLDER, key="sent"), trouble(TroubleKind.FOLDER, key="sent", told_at=NOW)
    assert replaced([folder, told, replace(folder, account="other")], seen) == (folder,)


# How it is said


def said(*troubles: Trouble, **given: object) -> tuple[str, str]:
    """Return subject and text of the mail about these, an hour after they began."""
    values = {"troubles": troubles, "now": NOW + HOUR, "zone": PARIS, "hosts": {}}
    alert = trouble_words.alert(Facts(**{**values, **given}))  # type: ignore[arg-type]
    return alert.subject, alert.text


def waiting(hours: float = 3) -> OpenThread:
    """Return an open message whose deadline lies ahead."""
    return OpenThread(
        id=7,
        marketplace="amazon.fr",
        order_id="171-1234567-1234567",
        subject="Où est mon colis ?",
        received_at=NOW - HOUR,
        due_at=NOW + HOUR + hours * HOUR,
    )


def test_the_mail_says_what_since_when_what_it_means_what_to_do_and_what_happens_by_itself() -> None:
    """All of it in the order in which a person asks."""
    refused = trouble(TroubleKind.PASSWORD_REFUSED, words="[AUTHENTICATIONFAILED] no", again_at=NOW + 2 * HOUR)
    subject, text = said(refused)
    assert subject == "Password refused: main, IMAP"
    assert text == (
        "The mail server refuses the password of main (IMAP) since 11:00:\n"
        "  [AUTHENTICATIONFAILED] no\n"
        "Buyers' messages that arrive now are not seen, and Amazon's clock runs all the same.\n"
        "What to do: Store the new one where the configuration names it, restart the program, and try it: "
        "responder check --connect\n"
        "By itself: the next try is at 13:00; more would make the mail server lock the account.\n"
        "\n"
        "You are told once, and once more when it is over. How it stands: responder status"
    )


def test_a_password_for_sending_costs_something_else_than_one_for_reading() -> None:
    """SMTP: what is to be sent waits; no message is missed."""
    subject, text = said(trouble(TroubleKind.PASSWORD_REFUSED, key="smtp"))
    assert subject == "Password refused: main, SMTP"
    assert "what is to be sent waits" in text
    assert "are not seen" not in text


def test_open_messages_are_named_while_the_mailbox_is_away_and_end_soon() -> None:
    """Those of the next 24 hours, with the way to answer; a set-aside mail names none."""
    _, text = said(trouble(), threads=(waiting(), waiting(60)))
    assert "These messages wait for your answer (times in Europe/Paris):" in text
    assert "Today 15:00 (3 h left)  Où est mon colis ?" in text
    assert text.count("Où est mon colis") == 1
    assert "Où est" not in said(trouble(TroubleKind.SET_ASIDE), threads=(waiting(),))[1]


def test_messages_that_are_late_hide_none_that_can_still_be_answered_in_time() -> None:
    """However many are late: what ends soon comes first, and how many have no lines of their own is said."""
    _, text = said(trouble(), threads=(*(waiting(-hours) for hours in range(1, 51)), waiting(3)))
    assert text.index("Today 15:00 (3 h left)") < text.index(" late)")
    assert "and 11 more" in text


def test_several_are_one_mail_with_the_worst_in_its_subject() -> None:
    """Each has its paragraph, and many of one kind have one together."""
    aside = [trouble(TroubleKind.SET_ASIDE, id=n, key=f"INBOX:1:{n}", words=f"mail {n}") for n in range(2, 15)]
    subject, text = said(*aside, trouble(TroubleKind.MAIL_SERVER, id=20, key="smtp"), trouble())
    assert subject == "Mailbox out of reach: main (and 2 other problems)"
    assert text.count("could not be read and was set aside") == 1
    assert "  and 3 more\n" in text
    assert text.index("The mailbox of main") < text.index("The mail server of main") < text.index("Mail of main")


def test_the_recovery_says_since_when_how_long_and_what_came_meanwhile() -> None:
    """One sentence each, and what to see to no more."""
    over = trouble(away=70 * MINUTE, well_at=NOW + 62 * MINUTE, told_at=NOW + AFTER, over_at=NOW + 62 * MINUTE)
    subject, text = said(recovered=(Recovered(over, 3),), now=NOW + 2 * HOUR)
    assert subject == "Over: Mailbox out of reach: main"
    assert text.startswith(
        "The mailbox of main is reachable again since 12:02, was away 1 h 10 min. 3 messages came in meanwhile.\n"
    )
    assert "No message came in meanwhile." in said(recovered=(Recovered(over, 0),))[1]
    assert "meanwhile" not in said(recovered=(Recovered(over),))[1]


@pytest.mark.parametrize("kind", TroubleKind)
def test_every_kind_has_a_rule_and_all_its_sentences(kind: TroubleKind) -> None:
    """Nothing is left blank, no field is left unfilled, and a state that ends has a sentence for its end."""
    words = sentences(kind)
    for key in ("imap", "smtp", "sent"):
        found = trouble(kind, key=key, again_at=NOW + 3 * HOUR)
        subject, text = said(found)
        assert subject
        assert len(subject) < 100
        assert "{" not in subject + text
        assert meaning(kind, key) in text
        assert "no route to host" in text
    assert RULES[kind].recovers == bool(words.over)
    if words.over:
        over = replace(trouble(kind), told_at=NOW, over_at=NOW + HOUR)
        assert "{" not in "".join(said(recovered=(Recovered(over),)))


@pytest.mark.parametrize("kind", TroubleKind)
def test_the_page_of_alerts_has_every_kind_with_its_subject(kind: TroubleKind) -> None:
    """Whoever gets such a mail finds it there by its first words."""
    page = Path(__file__).parents[2] / "docs" / "alerts.md"
    row = next(line for line in page.read_text().splitlines() if line.startswith(f"| `{kind}` |"))
    keys = {TroubleKind.FOLDER: "sent", TroubleKind.TASK: "schedule"}
    assert f"| {trouble_words.headline(trouble(kind, key=keys.get(kind, 'imap')))}" in row
    assert ("| deadline |" in row or "| at once |" in row) == RULES[kind].urgent
    assert ("unreachable_after" in row or "| the same" in row) == RULES[kind].waits


def test_a_servers_words_stay_on_one_line_and_are_no_template() -> None:
    """Braces, line ends and controls of others are text, nothing more."""
    _, text = said(trouble(words="{account} {0.__class__}\r\nBcc: x@example.com\x1b[31m" + "y" * 900))
    line = next(each for each in text.splitlines() if "{account}" in each)
    assert line.startswith("  {account} {0.__class__} Bcc: x@example.com")
    assert len(line) <= 302
    assert "\x1b" not in text
