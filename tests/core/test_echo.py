"""Amazon's copy of our own automatic text is recognised whatever was done to it, and a person's answer is never one."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.echo import Echo, Sent, compared

FRENCH = """\
Bonjour Camille,

merci pour votre message. Il nous est bien parvenu.

Notre boutique est fermée en raison d'un jour férié (Fête nationale).
Nous le lirons et vous répondrons personnellement au plus tard le mercredi 15 juillet 2026.

Numéro de commande : 171-1234567-1234567

Cordialement,
Maison Exemple"""
JAPANESE = """\
山田様

お問い合わせいただきありがとうございます。メッセージは確かに届いております。
本日は祝日のため休業しております。
担当者が内容を確認し、2026年7月15日水曜日までに直接ご返答いたします。

サンプル商店"""
QUOTED = "Votre message :\n> Bonjour, où est mon colis ? Je l'attends depuis lundi et le suivi ne bouge plus."


def sent(body: str = FRENCH) -> Sent:
    """Our text as it left, with the buyer's message under it."""
    return Sent(body, f"{body}\n\n{QUOTED}\n")


@pytest.mark.parametrize("body", [FRENCH, JAPANESE])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.upper(),
        lambda text: " ".join(text.split()),
        lambda text: textwrap.fill(text, 40),
        lambda text: "\n".join(f"> {line}" for line in text.splitlines()),
        lambda text: text.replace(" ", "\xa0").replace("é", "e\u0301"),
        lambda text: f"{text}\n\n{QUOTED}",
        lambda text: f"{text}\n\n{QUOTED.replace('> ', '')}",
        lambda text: text.replace("Bonjour Camille", "Cher client Amazon").replace("山田様", "お客様各位"),
        lambda text: text.replace("Bonjour Camille", "Madame, Monsieur Camille de la Fontaine-Martin"),
        lambda text: text.partition("\n")[2],
        lambda text: text.replace("Maison Exemple", "").replace("サンプル商店", ""),
    ],
)
def test_our_text_is_known_again(body: str, change) -> None:
    """Folded, quoted, on one line, with or without the buyer's words, with another greeting: it is still ours."""
    assert compared(change(body), sent(body)) is Echo.OURS


def test_a_short_greeting_may_be_another_too() -> None:
    """A text that begins with four letters begins with another greeting in the copy."""
    spanish = FRENCH.replace("Bonjour Camille", "Hola")
    assert compared(spanish.replace("Hola", "Estimado cliente de Amazon"), sent(spanish)) is Echo.OURS


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour Camille, votre colis part demain matin, voici le numéro de suivi.",
        "Oui, demain.",
        "Bonjour Camille,\n\nmerci pour votre message. Le colis est parti hier.\n\nCordialement,\nMaison Exemple",
        f"Votre colis part demain.\n\n{FRENCH}",
        FRENCH.replace("Nous le lirons", "Votre colis est retrouvé et vous sera livré jeudi. Nous le lirons"),
        "",
    ],
)
def test_a_persons_words_are_not_ours(words: str) -> None:
    """Another text is an answer, be it short, in our phrases, or written above or into the text we sent."""
    assert compared(words, sent()) is Echo.PERSON


@pytest.mark.parametrize("framed", [True, False])
def test_what_follows_our_text_decides_nothing(framed: bool) -> None:
    """A mail server's notice under our text is no answer, and words written under it are not thrown away: unsure."""
    words = f"{FRENCH}\n\nThis mail of Maison Exemple and what is attached to it are meant for the person named above."
    assert compared(words, sent(), framed=framed) is Echo.UNSURE


def test_words_around_our_text_may_be_the_frame_where_nobody_knows_the_frame() -> None:
    """In a language whose markers are unknown Amazon's own words stand around ours: a person is asked."""
    words = f"Dit is een kopie van de e-mail die u hebt gestuurd naar Camille\n\n{FRENCH}"
    assert compared(words, sent(), framed=False) is Echo.UNSURE
    assert compared("Uw pakket is gisteren verzonden.", sent(), framed=False) is Echo.PERSON


def test_a_short_text_of_ours_is_known_only_as_a_whole() -> None:
    """A few letters occur in anything: only the same letters are the same text."""
    short = Sent("We are closed.", "We are closed.")
    assert compared("WE ARE   CLOSED", short) is Echo.OURS
    assert compared("We are closed, but your parcel left.", short) is Echo.PERSON


def test_a_short_text_of_ours_in_a_frame_that_nobody_knows_is_left_to_a_person() -> None:
    """Amazon's own words may be what stands around it: it is no answer by itself."""
    short = Sent("We are closed.", "We are closed.")
    assert compared("Een kopie van uw e-mail:\n\nWe are closed.", short, framed=False) is Echo.UNSURE
    assert compared("Uw pakket is gisteren verzonden.", short, framed=False) is Echo.PERSON
    assert compared("Een kopie van uw e-mail", Sent("", ""), framed=False) is Echo.PERSON


@given(st.text(max_size=400), st.text(max_size=400), st.booleans())
def test_any_two_texts_are_compared(words: str, body: str, framed: bool) -> None:
    """Whatever the letters, there is a verdict; a text is always an echo of itself."""
    compared(words, Sent(body, body), framed=framed)
    assert compared(body, Sent(body, body), framed=framed) is Echo.OURS
