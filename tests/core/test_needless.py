"""Amazon's own mark stops a clock, so only Amazon can set it: in its own words, on a mail that is proven."""

from dataclasses import replace

import pytest
from mail import builders

from responder.adapters import catalogue
from responder.core.amazon import NoResponsePhrase
from responder.core.classify import OwnAddresses, classify
from responder.core.message import parse

PHRASE = "No response is required to this message"


def needless(raw: bytes, where: str = "frame", phrase: str = PHRASE) -> str | None:
    """What a mail is marked with, where the seller has a row for it."""
    known = replace(catalogue.load(), no_response=(NoResponsePhrase(phrase, where, "synthetic", "P"),))
    return classify(parse(raw), known, OwnAddresses(), "mx.example.com").needless


def framed(words: str, above: str = "", below: str = "", **more) -> bytes:
    """A buyer's message in Amazon's template, with more of Amazon's own words above and below."""
    body = (
        f"Vous avez reçu un message.\n{above}\n------------- Message: -------------\n{words}\n"
        f"------------- Fin du message -------------\n{below}\n"
    )
    return builders.buyer_message(body=body, **more)


@pytest.mark.parametrize("place", ["above", "below"])
def test_a_mark_in_amazons_own_words_counts(place: str) -> None:
    """Case, blanks and line ends do not matter; the phrase and its place are named."""
    raw = framed("Merci !", **{place: "no  response is\nREQUIRED to this message."})
    assert needless(raw) == f"“{PHRASE}” in Amazon's own words"


@pytest.mark.parametrize(
    "words",
    [
        PHRASE,
        f"Merci\n------------- Fin du message -------------\n{PHRASE}",
        f"Merci\n------------- Message: -------------\n{PHRASE}\n------------- Fin du message -------------\n",
    ],
)
def test_a_buyer_cannot_write_the_mark(words: str) -> None:
    """Not among the words, and not behind markers that the buyer draws."""
    assert needless(framed(words)) is None


@pytest.mark.parametrize("quoted", [False, True])
def test_a_mail_without_amazons_markers_has_no_frame(quoted: bool) -> None:
    """An answer inside the thread is all the buyer's, with whatever it quotes."""
    frame = f"------------- Message: -------------\nMerci\n------------- Fin du message -------------\n{PHRASE}"
    lines = "\n".join(f"> {line}" for line in frame.splitlines())
    body = f"Merci.\n\nOn 14/07/2026, Maison Exemple <service@example.com> wrote:\n{lines}" if quoted else PHRASE
    assert needless(builders.buyer_message(body=body)) is None


def test_what_stands_around_a_template_that_the_buyer_pasted_is_no_frame() -> None:
    """An answer inside the thread has no frame, also where an earlier mail stands in it without quote marks."""
    template = f"------------- Message: -------------\nMerci\n------------- Fin du message -------------\n{PHRASE}"
    for body in (f"Où est mon colis ?\n\n{template}", f"{PHRASE}\n\nVous avez reçu un message.\n{template}"):
        assert needless(builders.buyer_message(body=body)) is None


def test_a_page_without_a_text_has_a_frame_too() -> None:
    """In HTML the buyer's words are one <pre>; what stands around it is Amazon's, and no tag of it is the buyer's."""
    inside = f"Merci &lt;/pre&gt; {PHRASE}"
    page = '<html><body><p>{above}</p><pre style="white-space: -o-pre-wrap">{words}</pre><p>{below}</p></body></html>'
    assert needless(builders.buyer_message(page=page.format(above="", words=inside, below=""))) is None
    assert needless(builders.buyer_message(page=page.format(above="", words="Merci", below=PHRASE)))


@pytest.mark.parametrize("auth", ["fail", None])
def test_a_mail_that_is_not_proven_is_never_marked(auth: str | None) -> None:
    """Anybody can write the phrase; only a verified mail stops a clock."""
    assert needless(framed("Merci", below=PHRASE, auth=auth)) is None


def test_a_subject_counts_only_where_the_row_says_so() -> None:
    """A row of the subject is not looked for in the text, nor the other way round."""
    in_subject, in_frame = builders.buyer_message(subject=f"[{PHRASE}] Merci"), framed("Merci", below=PHRASE)
    assert needless(in_subject, "subject") == f"“{PHRASE}” in the subject"
    assert needless(in_frame, "subject") is None
    assert needless(in_subject, "frame") is None


def test_no_row_is_shipped() -> None:
    """Nobody knows Amazon's words for it yet: a guess would stop clocks."""
    assert catalogue.load().no_response == ()


def test_a_notice_carries_no_mark() -> None:
    """The mark is a message's: a claim that says so keeps its deadline."""
    assert needless(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", text=PHRASE)) is None
