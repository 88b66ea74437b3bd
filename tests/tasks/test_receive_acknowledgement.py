"""The finished acknowledgement: to whom, from whom, in which languages, and which day it names."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from mail import builders

from responder.adapters import languages
from responder.adapters.store import outbox
from responder.core.calendars import Calendar, Holiday, WorkingHours
from responder.core.kinds import OwnAddresses
from responder.tasks.receive import Judge, Kept, closing

SATURDAY = datetime(2026, 7, 18, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CASE = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
EVERYWHERE = frozenset[str]()
GERMAN = "Guten Tag, mein Paket sollte gestern ankommen, ist aber noch nicht da. Können Sie bitte nachsehen?"


def judge_of(office, **changes: object) -> Judge:
    """Return the account's judge, selling on every marketplace, with some things changed."""
    return replace(office.judge, acknowledge=replace(office.judge.acknowledge, marketplaces=EVERYWHERE), **changes)


def receive(office, judge: Judge, raw: bytes, at: datetime = SATURDAY, uid: int = 1) -> Kept:
    """Keep one mail as the receive task does."""
    return office.receive(raw, at, judge=judge, uid=uid)


def written(office) -> EmailMessage:
    """Return the one mail that waits, read as its receiver will."""
    (row,) = office.outbox()
    assert row.state == "queued", row.reason
    assert max(map(len, row.rfc822.split(b"\r\n"))) <= 998
    mail = message_from_bytes(row.rfc822, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def content(mail: EmailMessage) -> str:
    """Return the mail's text with the line ends of this machine."""
    return str(mail.get_content()).replace("\r\n", "\n")


def test_the_reply_goes_where_the_message_came_from(office) -> None:
    """The exact relay address with its case, the approved sender, one Re:, the thread, plain text, the words quoted."""
    raw = builders.buyer_message(
        case_id=CASE,
        message_id="<question@example.net>",
        references=["<before@example.net>"],
        subject="Re: RE: Où est mon colis ?",
        text="Bonjour,\noù est mon colis ?",
    )
    receive(office, judge_of(office), raw)
    mail = written(office)
    assert mail["To"] == f"a1b2c3d4e5f6g7h+{CASE}@marketplace.amazon.fr"
    assert mail["From"] == "Maison Exemple <service@example.com>"
    assert mail["Subject"] == "Re: Où est mon colis ?"
    assert mail["In-Reply-To"] == "<question@example.net>"
    assert mail["References"].split() == ["<before@example.net>", "<question@example.net>"]
    assert (mail["Auto-Submitted"], mail.get_content_type()) == ("auto-replied", "text/plain")
    assert (mail["Content-Language"], mail["Reply-To"], mail["Cc"]) == ("fr", None, None)
    assert content(mail).endswith("vous avez écrit :\n> Bonjour,\n> où est mon colis ?\n")


@pytest.mark.parametrize(
    ("marketplace", "tags", "texts"),
    [
        (
            "amazon.com.be",
            "fr, nl",
            ("au plus tard le lundi 20 juillet 2026", "uiterlijk op maandag 20 juli 2026"),
        ),
        ("amazon.ca", "en, fr", ("by Monday, July 20, 2026", "au plus tard le lundi 20 juillet 2026")),
        ("amazon.ae", "en, ar", ("by Monday, 20 July 2026", "يوم الاثنين 20 يوليو 2026")),
        ("amazon.sa", "ar, en", ("يوم الاثنين 20 يوليو 2026", "by Monday, July 20, 2026")),
        ("amazon.eg", "ar, en", ("يوم الاثنين 20 يوليو 2026", "by Monday, July 20, 2026")),
    ],
)
def test_a_marketplace_of_two_languages_gets_one_mail_in_both(
    office, marketplace: str, tags: str, texts: tuple[str, str]
) -> None:
    """One after the other with a plain line between, each with its own date; the buyer's words stand once below."""
    receive(office, judge_of(office), builders.buyer_message(marketplace, text="Hello there, where is it?"))
    mail = written(office)
    assert mail["Content-Language"] == tags
    assert mail["Subject"].startswith("Re: ")
    first, second = content(mail).split("\n* * *\n")
    assert texts[0] in first
    assert texts[1] in second
    assert first.rstrip("\n\N{POP DIRECTIONAL ISOLATE}").endswith("Maison Exemple")
    assert content(mail).count("> Hello there, where is it?") == 1
    assert "\n\n\n" not in content(mail)


@pytest.mark.parametrize(
    ("marketplace", "greeting", "date"),
    [
        ("amazon.com.br", "Olá, Camille!", "segunda-feira, 20 de julho de 2026"),
        ("amazon.com.tr", "Merhaba Camille,", "20 Temmuz 2026 Pazartesi günü"),
        ("amazon.co.jp", "Camille 様", "2026年7月20日（月）まで"),
        ("amazon.pl", "Dzień dobry,", "20 lipca 2026 r. (poniedziałek)"),
    ],
)
def test_every_marketplace_is_written_to_in_its_language(office, marketplace: str, greeting: str, date: str) -> None:
    """The greeting and the date as they are written there."""
    receive(office, judge_of(office), builders.buyer_message(marketplace))
    text = content(written(office))
    assert text.startswith(greeting)
    assert date in text


def test_a_long_japanese_subject_is_split_between_characters(office) -> None:
    """Encoded words of at most 75 characters, each of whole characters (RFC 2047), and the subject reads back whole."""
    subject = "商品に関するお問い合わせ" * 12
    receive(office, judge_of(office), builders.buyer_message("amazon.co.jp", subject=subject))
    (row,) = office.outbox()
    raw = message_from_bytes(row.rfc822, policy=policy.compat32)["Subject"]
    pieces = raw.split()
    assert len(pieces) > 5
    assert all(len(piece) <= 75 for piece in pieces)
    shown = written(office)["Subject"]
    assert shown.startswith("Re: 商品に関する")
    assert "\N{REPLACEMENT CHARACTER}" not in shown


def test_names_and_numbers_keep_their_order_in_a_text_from_right_to_left(office) -> None:
    """Set apart in our own text; what a buyer writes of that kind is taken out."""
    raw = builders.buyer_message("amazon.sa", text="Hello \u2067there\u2069 \u202ewhere\u202c", name="Camille")
    receive(office, judge_of(office), raw)
    text = content(written(office))
    assert "\u2068Camille\u2069" in text
    assert f"\u2068{builders.ORDER}\u2069" in text
    assert not set("\u2066\u2067\u202a\u202b\u202d\u202e\u202c") & set(text)
    assert text.count("\u2068") == text.count("\u2069")


def test_a_buyer_who_surely_wrote_in_another_language_is_answered_in_it(office) -> None:
    """A German buyer in France; the decision names the figure it rests on."""
    receive(office, judge_of(office, detector=languages.load()), builders.buyer_message(text=GERMAN))
    mail = written(office)
    assert mail["Content-Language"] == "de"
    assert content(mail).startswith("Guten Tag Camille,")
    assert "spätestens am Montag, den 20. Juli 2026" in content(mail)
    assert office.reasons() == ["closed_weekend", "language_detected"]


@pytest.mark.parametrize(
    "text", ["Rechnung?", "Tracking ID sagt delivered, ist aber nix da", "您好,我的包裹还没有收到,请帮我查一下好吗?"]
)
def test_what_is_not_sure_is_left_to_the_marketplace(office, text: str) -> None:
    """A word, a mixture, a language without a text."""
    receive(office, judge_of(office, detector=languages.load()), builders.buyer_message("amazon.com.be", text=text))
    assert written(office)["Content-Language"] == "fr, nl"
    assert "language_detected" not in office.reasons()


def test_what_surrounds_the_buyers_words_is_not_looked_at(office) -> None:
    """Amazon's frame is French, and so is the quoted mail below; the buyer wrote German."""
    text = f"{GERMAN}\n\nLe 14 juillet 2026, vous avez écrit :\n> " + "Nous vous remercions de votre message.\n> " * 20
    receive(office, judge_of(office, detector=languages.load()), builders.buyer_message(text=text))
    assert written(office)["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("zone", "margin", "day"),
    [
        pytest.param("Europe/Berlin", timedelta(0), "Monday, July 20, 2026", id="Monday 09:00 Berlin is 03:00 there"),
        pytest.param(
            "Europe/Berlin", timedelta(hours=9), "Monday, July 20, 2026", id="the evening there is Monday's noon"
        ),
        pytest.param("America/Los_Angeles", timedelta(hours=9), "Monday, July 20, 2026", id="the same clock"),
        pytest.param(
            "Asia/Tokyo", timedelta(0), "Sunday, July 19, 2026", id="Monday 09:00 Tokyo is still Sunday there"
        ),
        pytest.param(
            "Asia/Tokyo", timedelta(hours=5), "Monday, July 20, 2026", id="Sunday 22:00 in Los Angeles is Monday there"
        ),
    ],
)
def test_the_named_day_is_the_buyers_day_of_the_promise(office, zone: str, margin: timedelta, day: str) -> None:
    """On the clock of New York: who answers by the promise has answered before that day is over for any American."""
    calendar = Calendar(WorkingHours(ZoneInfo(zone), dict.fromkeys(range(5), ((time(9), time(18)),))), {})
    wants = replace(office.judge.acknowledge, marketplaces=EVERYWHERE, answer_margin=margin)
    judge = replace(office.judge, calendar=calendar, acknowledge=wants)
    receive(office, judge, builders.buyer_message("amazon.com"))
    assert f"by {day} at the latest" in content(written(office))
    (row,) = office.outbox()
    promised = datetime.fromisoformat(row.payload["promise_at"]).astimezone(ZoneInfo("America/New_York"))
    assert f"{promised:%-d}, 2026" in day


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("Fête du sacrifice (estimé)", "jour férié (Fête du sacrifice)."),
        ("Allégeance Oued Eddahab; Anniversaire du prophète (estimé)", "jour férié (Allégeance Oued Eddahab)."),
        ("Nouvel An chinois (Fête du Printemps) (observé)", "jour férié (Nouvel An chinois)."),
        ("(observé)", "en raison d'un jour férié."),
    ],
)
def test_what_a_calendar_notes_beside_a_holiday_is_not_told_to_buyers(office, kept: str, told: str) -> None:
    """That a day is estimated, or taken in place of another one, is for the seller."""
    day = SATURDAY.date()
    hours = WorkingHours(ZoneInfo("Europe/Paris"), dict.fromkeys(range(7), ((time(9), time(18)),)))
    calendar = Calendar(hours, {day: Holiday(day, "Holiday", "holidays:XX", {"fr": kept})})
    receive(office, judge_of(office, calendar=calendar), builders.buyer_message())
    assert told in content(written(office))


def test_one_that_may_have_left_is_not_sent_in_other_words(office) -> None:
    """Given to the server, its fate unknown, then cancelled by a person: the buyer may have it already."""
    judge = judge_of(office)
    receive(office, judge, builders.buyer_message())
    (row,) = office.outbox()
    assert office.run(outbox.claim_due, "main", row.due_at)
    assert office.run(outbox.data_started, row.id, row.due_at)
    assert office.run(outbox.make_ambiguous, row.id, "the connection was lost", row.due_at)
    assert office.run(outbox.cancel, row.id, "a person")
    again = builders.buyer_message(text="Alors ?")
    assert not receive(office, judge, again, SATURDAY + timedelta(hours=1), uid=2).enqueued
    assert office.reasons()[-1] == "acknowledged_this_period"


@pytest.mark.parametrize("first", ["main", "second"])
def test_a_mailbox_that_forwards_to_another_ones_account_tells_the_buyer_once(office, first: str) -> None:
    """Both accounts have the mail and are named in it; whichever sees it first speaks, also about the next one."""
    main = judge_of(office)
    second = replace(main, account="second", mine=OwnAddresses(frozenset({"team@example.com"})))
    judges = (main, second) if first == "main" else (second, main)
    for uid, text in ((1, "Où est mon colis ?"), (2, "Toujours rien ?")):
        raw = builders.buyer_message(text=text, message_id=f"<question-{uid}@example.net>")
        told = [
            receive(office, judge, b"Delivered-To: team@example.com\r\n" + raw, SATURDAY + uid * MINUTE, uid).enqueued
            for judge in judges
        ]
        assert told == [uid == 1, False]
    assert [row.account for row in office.outbox()] == [first]


def test_two_buyers_with_one_message_id_are_both_told(office) -> None:
    """The Message-ID is their mail programs' word: it makes two buyers' questions no copy of each other."""
    judge = judge_of(office)
    for number in (1, 2):
        raw = builders.buyer_message(
            alias=f"buyer{number:010}", order_id=None, text=f"Question {number}", message_id="<one@example.net>"
        )
        receive(office, judge, raw, uid=number)
    assert len(office.outbox()) == 2


def test_who_was_answered_from_one_account_hears_nothing_from_the_other(office) -> None:
    """Both have the buyer's mail; at closing time the other one's thread still waits, and says no good night."""
    main = judge_of(office)
    main = replace(main, acknowledge=replace(main.acknowledge, when=frozenset({"before_unattended"})))
    second = replace(main, account="second", mine=OwnAddresses(frozenset({"team@example.com"})))
    friday = SATURDAY - timedelta(hours=21)
    raw = builders.buyer_message(message_id="<question@example.net>")
    for judge in (main, second):
        receive(office, judge, b"Delivered-To: team@example.com\r\n" + raw, friday)
    answer = builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr", ("<question@example.net>",))
    office.receive(answer, friday + timedelta(hours=1), sent=True)
    assert office.run(closing.turn, second, SATURDAY - timedelta(hours=17)) == ()
    assert office.reasons()[-1] == "answered"


def test_a_buyer_who_writes_again_after_an_answer_stopped_it_is_acknowledged(office) -> None:
    """Saturday: a person was faster than the delay; Sunday's new question has had no word yet."""
    judge = judge_of(office)
    receive(office, judge, builders.buyer_message())
    answer = builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr")
    office.receive(answer, SATURDAY + 3 * MINUTE, sent=True)
    again = builders.buyer_message(text="Merci. Et la facture, svp ?")
    assert receive(office, judge, again, SATURDAY + timedelta(days=1), uid=2).enqueued
    first, second = office.outbox()
    assert (first.state, second.state) == ("cancelled", "queued")
    assert first.message_id != second.message_id
    assert not receive(office, judge, builders.buyer_message(text="Alors ?"), second.due_at, uid=3).enqueued
