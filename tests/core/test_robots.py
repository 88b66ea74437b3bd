"""How robots name themselves: local parts, and the set phrases of subjects in every marketplace's language."""

import unicodedata

import pytest

from responder.adapters.catalogue import load
from responder.core import robots
from responder.core.robots import is_robot, says_absent, says_returned

PHRASES = [
    (says, language, phrase)
    for says, table in ((says_absent, robots.ABSENCE), (says_returned, robots.BOUNCE))
    for language, phrases in table.items()
    for phrase in phrases
]


@pytest.mark.parametrize(
    "local",
    [
        *("mailer-daemon", "MAILER-DAEMON", "MailerDaemon", "postmaster", "abuse", "root", "nobody", "listserv"),
        *("majordomo", "autoresponder", "noreply", "no-reply", "no_reply", "no.reply", "do-not-reply", "do_not_reply"),
        *("donotreply", "dont-reply", "noreply+7", "no-reply.orders", "shop-noreply", "atoz-guarantee-no-reply"),
        *("bounce", "bounces", "bounces-7", "bounce+x", "list-bounces", "list-bounces+jo=example.net", "owner-list"),
        *("list-owner", "list-request", "request-x"),
        *("noresponda", "no-responder", "naoresponda", "nao-responder", "nepasrepondre", "ne-pas-repondre"),
        *("non-rispondere", "nicht-antworten", "keine-antwort", "niet-beantwoorden", "geen-antwoord", "svara-ej"),
        *("nie-odpowiadaj", "yanitlamayin", "news.noreply"),
    ],
)
def test_a_robot_is_known_by_its_address(local: str) -> None:
    """In any case, with or without signs between the words, alone (as some servers write it) or with a domain."""
    assert is_robot(f"{local}@example.org")
    assert is_robot(local)


@pytest.mark.parametrize(
    "local",
    [
        *(
            "jo",
            "noreplytu",
            "casinoreply",
            "roots",
            "rootes",
            "requester",
            "abuser",
            "bouncer",
            "owner",
            "nobodysfool",
        ),
        *("answer-me", "reply", "norbert-reply", "a1b2c3d4e5f6g7h", "postmasters-daughter", "", "x" * 300),
    ],
)
def test_a_person_with_a_similar_name_is_none(local: str) -> None:
    """A name counts whole; what only begins or ends like one is a person's."""
    assert not is_robot(f"{local}@example.org")


def test_every_marketplaces_language_has_its_phrases() -> None:
    """A new language without them fails here."""
    languages = {marketplace.language.partition("-")[0] for marketplace in load().marketplaces}
    assert languages <= set(robots.ABSENCE)
    assert set(robots.ABSENCE) == set(robots.BOUNCE)
    assert all(len(phrases) > 2 for table in (robots.ABSENCE, robots.BOUNCE) for phrases in table.values())


@pytest.mark.parametrize(("says", "language", "phrase"), PHRASES, ids=[f"{row[1]} {row[2]}" for row in PHRASES])
def test_a_phrase_is_found_however_it_is_written(says, language: str, phrase: str) -> None:
    """Composed or not, in any case, with any apostrophe and without accents, in the midst of a subject."""
    other = says_returned if says is says_absent else says_absent
    plain = "".join(each for each in unicodedata.normalize("NFD", phrase) if not unicodedata.combining(each))
    written = {
        phrase,
        unicodedata.normalize("NFC", phrase),
        unicodedata.normalize("NFD", phrase),
        phrase.lower(),
        phrase.upper(),
        phrase.replace("'", "’"),
        *([] if language == "ja" else [plain]),
    }
    for each in written:
        assert says(each)
        assert says(f"Re: {each}: 171-1234567-1234567")
        assert not other(each)


def test_a_capital_of_turkish_is_its_small_letter() -> None:
    """The dotted and the dotless i, each raised as Turkish raises them."""
    assert says_absent("OTOMATİK YANIT")
    assert says_absent("otomatik yanit")
    assert says_returned("İLETİLEMEDİ")


@pytest.mark.parametrize(
    "subject",
    [
        *(
            "Where is my parcel?",
            "My vacation rental lamp",
            "The office chair",
            "Reply, please",
            "",
            "returned mailbox",
        ),
        *("Autosvarta", "Abwesenheiten", "undeliverables", "Urlaub", "absence", "délivré", "semester", "不在", "配信"),
        *("Undelivered: my parcel", "Delivery", "Kann nicht", "تسليم", "مكتب"),
    ],
)
def test_a_word_alone_or_inside_another_is_no_phrase(subject: str) -> None:
    """A buyer's everyday words do not name a robot."""
    assert not says_absent(subject)
    assert not says_returned(subject)
