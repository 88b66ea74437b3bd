"""Warnings before a deadline: once per point, together where they fall together, and never about what is answered."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from mail import builders
from tasks.conftest import CONFIG, MONDAY, Office

from responder.adapters.store import notices
from responder.core.notice_life import SeenBy
from responder.tasks import schedule

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"


def warn(office, at) -> int | None:
    """Do what the schedule task does at an instant."""
    return office.run(schedule.turn, office.parts.operator, at)


def alerts(office) -> list[str]:
    """The subjects of the alerts written so far."""
    return [row.subject for row in office.outbox() if row.kind == "alert"]


def test_nothing_is_said_before_the_first_point(office) -> None:
    """More than six hours left: silence."""
    office.receive(builders.buyer_message())
    assert warn(office, BASTILLE_DAY + timedelta(hours=17, minutes=59)) is None


def test_each_point_warns_once(office) -> None:
    """Six hours and two hours before, and when it is overdue: three mails, however often it is asked."""
    office.receive(builders.buyer_message())
    for hours in (18, 18, 22, 22, 24, 24, 30):
        warn(office, BASTILLE_DAY + timedelta(hours=hours))
    assert len(alerts(office)) == 3
    mail = message_from_bytes(office.outbox()[-1].rfc822, policy=policy.default)
    assert mail["To"] == "owner@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert builders.ORDER in mail.get_content()


def test_warnings_that_fall_together_make_one_mail(office) -> None:
    """Two buyers, one alert."""
    for alias in ("a1a1a1a1a1a1a1a", "b2b2b2b2b2b2b2b"):
        office.receive(builders.buyer_message(alias=alias, text=alias, order_id=None))
    warn(office, BASTILLE_DAY + timedelta(hours=18))
    assert len(alerts(office)) == 1
    assert "1 other" in alerts(office)[0]


def test_what_is_answered_is_not_warned_of(office) -> None:
    """The answer takes the warnings with it."""
    office.receive(builders.buyer_message())
    office.receive(builders.sent_answer(ALIAS), BASTILLE_DAY + timedelta(hours=1), sent=True)
    assert warn(office, BASTILLE_DAY + timedelta(hours=25)) is None


def test_an_outage_makes_one_alert_not_three(office) -> None:
    """After a day without the daemon everything due is one mail."""
    office.receive(builders.buyer_message())
    warn(office, BASTILLE_DAY + timedelta(days=2))
    assert len(alerts(office)) == 1


def test_a_notice_with_a_deadline_warns_until_it_was_seen(office) -> None:
    """An A-to-z claim has its own clock; a person who saw it is left in peace."""
    office.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY"))
    warn(office, BASTILLE_DAY + timedelta(minutes=1))
    assert alerts(office)[0].startswith("Act by Thu 11:00: A-to-z claim opened ")
    warn(office, BASTILLE_DAY + timedelta(hours=42))
    assert len(alerts(office)) == 2
    (notice,) = office.notices()
    office.run(notices.see, [notice.id], BASTILLE_DAY + timedelta(hours=43), SeenBy.COMMAND)
    assert warn(office, BASTILLE_DAY + timedelta(hours=47)) is None


def test_an_alert_is_written_in_the_operators_language(tmp_path: Path) -> None:
    """Subject and text are Italian, and the mail says so to who reads it aloud; what the buyer wrote stays as it is."""
    office = Office(tmp_path, MONDAY, config=CONFIG.replace("operator: {", "operator: {language: it, "))
    office.receive(builders.buyer_message())
    warn(office, BASTILLE_DAY + timedelta(hours=18))
    mail = message_from_bytes(office.outbox()[-1].rfc822, policy=policy.default)
    office.store.close()
    assert mail["Content-Language"] == "it"
    assert mail["Subject"].startswith("Rispondere entro 11:00: “")
    assert "1 messaggio attende la Sua risposta" in mail.get_content()
    assert "waits for your answer" not in mail.get_content()
