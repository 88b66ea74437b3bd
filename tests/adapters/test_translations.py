"""The catalogues of the other languages: each has every sentence, with its fields, and nothing else."""

import re
from dataclasses import replace
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural
from core.spoken_alerts import ALERTS
from core.spoken_digest import DIGESTS
from words.catalogues import extracted, forms, header, lacking, languages, messages, read, updated

from responder.adapters import digest_page, translations
from responder.core import feedback_reasons
from responder.core.breaker import REHEARSAL
from responder.core.digest import Decision, content
from responder.core.feedback_reasons import FeedbackReason
from responder.core.speech import ENGLISH, say, say_as, several, spoken

LANGUAGES = languages()


def fields(sentence: str) -> set[str]:
    """Return the names of a sentence's fields; each is a plain name."""
    found = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    assert all(name.isidentifier() for name in found), sentence
    return found


def sentences(message: Message) -> tuple[str, ...]:
    """Return the English sentence, in both of its forms where it has two."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_the_languages_are_those_that_have_a_catalogue() -> None:
    """English is one of them and needs none."""
    assert set(translations.languages()) == {"en", *LANGUAGES} >= {"de", "en", "es", "fr", "it"}
    assert translations.speech("en") is ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence(language: str) -> None:
    """Whoever adds a sentence translates it: `tools/words` says which one lacks it."""
    catalogue = read(language)
    wanted, there = ({(message.context, message.id) for message in messages(each)} for each in (extracted(), catalogue))
    assert there - wanted == set(), "sentences that nobody says any more: run tools/words"
    assert wanted - there == set(), "sentences without a translation: run tools/words"
    assert lacking(catalogue) == []
    assert not catalogue.obsolete


def test_a_language_that_has_no_file_begins_with_every_sentence() -> None:
    """Nobody copies another one's file: the tool makes it, with the plural forms of the language."""
    begun = updated("sl")
    assert len(lacking(begun)) == len(list(messages(extracted()))) > 0
    assert get_plural("sl").plural_forms in header(begun)
    assert '"Language: sl' in header(begun)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_translation_has_the_fields_of_its_sentence(language: str) -> None:
    """No other ones, none lost; a number may be a word in the form for one."""
    for message in messages(read(language)):
        wanted = set().union(*map(fields, sentences(message)))
        may_lack = {"n"} if message.pluralizable else set()
        for form in forms(message):
            assert wanted - may_lack <= fields(form) <= wanted, form


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_translation_can_be_said(language: str) -> None:
    """With its fields filled in, in each of its forms, it is what the catalogue has."""
    with spoken(translations.speech(language)):
        for message in messages(read(language)):
            one, many = sentences(message)[0], sentences(message)[-1]
            filled = {name: "…" for each in (one, many) for name in fields(each) if name != "n"}
            if message.pluralizable:
                said = {several(number, one, many, **filled) for number in (0, 1, 2, 5, 1_000_000)}
                assert len(said) >= len(set(forms(message))), one
            elif message.context is not None:
                assert say_as(message.context, one, **filled) == forms(message)[0].format(**filled)
            else:
                given = {**filled, **({"n": 1} if "n" in fields(one) else {})}
                assert say(one, **given) == forms(message)[0].format(**given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_is_as_the_tool_writes_it(language: str) -> None:
    """Its header says the language, and the plural that the language has."""
    catalogue = read(language)
    text = (translations.folder() / f"{language}.po").read_text("utf-8")
    assert text.startswith(header(catalogue))
    assert catalogue.plural_forms == get_plural(language).plural_forms
    assert f'"Language: {language}\\n"' in text


def written() -> list[str]:
    """Return the lines of a digest and an alert that are not the data of others or addresses."""
    text = digest_page.text(content(DIGESTS["full"])) + ALERTS["deadlines"]()
    return [line for line in text.splitlines() if re.search("[A-Za-z]{2,}", line) and "https:" not in line]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_can_be_written(language: str) -> None:
    """A digest of everything and an alert of it, in each language; hardly a line is as in English."""
    with spoken(translations.speech(language)):
        told = written()
    same = set(told) & set(written())
    assert len(same) < len(told) / 10, same


_FRENCH = re.compile(r"(?<![\u202f\d])[:;!?»](?!//|\S)|«(?!\u202f)")
_COMMAND = re.compile(r"responder [\w{} -]+")


def test_french_has_its_narrow_spaces_and_quotes() -> None:
    """Before : ; ! ? » and after «; no English or German quotes."""
    for message in messages(read("fr")):
        for form in forms(message):
            said = _COMMAND.sub("", form)
            assert not _FRENCH.search(said), form
            assert not set(said) & set("“”„\"'"), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_an_alert_ends_with_one_full_stop(language: str) -> None:
    """Also where its last word is an abbreviation that has one, as a German hour and a French month."""
    with spoken(translations.speech(language)):
        told = [line for name in ("late orders", "troubles") for line in ALERTS[name]().splitlines()]
    assert [line for line in told if re.search(r"(?<!\.)\.\.(?!\.)", line)] == []


def test_a_french_alert_has_its_space_before_each_colon() -> None:
    """In its subject and headings, too; a clock and an address have none."""
    with spoken(translations.speech("fr")):
        told = ALERTS["late orders"]()
    assert re.findall(r".*[^\W\d]:(?!//).*", told) == []


def test_french_ordinals_are_those_of_a_case() -> None:
    """English says 21st and 31st where French has no form of its own."""
    with spoken(translations.speech("fr")):
        assert say_as("ordinal", "{number}st", number=21) == "21e"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rate_that_has_to_be_high_is_never_said_to_be_above_its_limit(language: str) -> None:
    """A level is told of rates with a cap and of rates with a least value: the words must be right for both."""
    above = {"de": "über", "fr": "au-delà", "it": "oltre", "es": "por encima"}
    with spoken(translations.speech(language)):
        assert above.get(language, "?") not in say("past its cap")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_that_is_kept_in_english_is_told_in_the_operators_language(language: str) -> None:
    """A rehearsal holds every mail for it, so it is what a new seller reads first; a server's words stay its own."""
    held = Decision(1, "acknowledgement", "held", REHEARSAL, "Frage", "amazon.de", None, DIGESTS["full"].now)
    refused = replace(held, id=2, state="refused", reason="550 no such user")
    with spoken(translations.speech(language)):
        told = digest_page.text(content(replace(DIGESTS["full"], decisions=(held, refused))))
        waits = feedback_reasons.words(FeedbackReason.NO_ADDRESS)
    assert REHEARSAL not in told
    assert waits != feedback_reasons.words(FeedbackReason.NO_ADDRESS)
    assert "550 no such user" in told


@pytest.mark.parametrize(("language", "since"), [("it", "dalle 06:30"), ("es", "desde las 06:30")])
def test_a_clock_has_the_article_of_its_language(language: str, since: str) -> None:
    """An alert says since when in its first sentence."""
    with spoken(translations.speech(language)):
        told = ALERTS["troubles"]()
    assert f" {since}:" in told
    assert re.findall(r"(?i)\b(?:da|desde) \d\d:\d\d", told) == []


def test_german_has_its_quotes() -> None:
    """„…“ as a German writes them, and typographic apostrophes."""
    for message in messages(read("de")):
        for form in forms(message):
            assert not set(form) & set("”\"'«»"), form
            assert form.count("„") == form.count("“"), form
