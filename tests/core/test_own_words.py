"""The buyer's own words: out of every template, above every quoted mail, and never nothing of something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail import builders

from responder.adapters.catalogue import load
from responder.core.message import Attachment, Message, parse
from responder.core.own_words import buyer_words, without_words
from responder.core.quoted import split

CATALOGUE = load()


def text_mail(text: str, *, html: bool = False) -> Message:
    """Return a mail of this text."""
    kind = "text/html" if html else "text/plain"
    return parse(f"Subject: x\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}".encode())


def both_parts(text: str, page: str) -> Message:
    """Return a mail that says it in plain text and in HTML."""
    parts = f"--b\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n--b--"
    return parse(f"Subject: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n{parts}".encode())


def with_photo(text: str, kind: str = "plain", name: str = "IMG_1.jpg") -> Message:
    """Return a mail of this text with one photo beside it."""
    part = f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{text}"
    photo = f'Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx'
    body = f"--b\r\n{part}\r\n--b\r\n{photo}\r\n--b--"
    return parse(f"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{body}".encode())


LINK = "https://sellercentral.amazon.pl/messaging/no-response-needed?t=a&m=b"
WORDS = "Bonjour,\n\noù est mon colis ?\n-- \nCamille"


@pytest.mark.parametrize("marketplace", builders.STORES)
def test_the_buyers_words_are_found_in_every_stores_template(marketplace: str) -> None:
    """Between the markers where they are known, in the <pre> block where not."""
    assert buyer_words(parse(builders.buyer_message(marketplace, WORDS)), CATALOGUE) == WORDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("intro ------------- Message: ------------- hello ------------- Fin du message ------------- footer", "hello"),
        ("x\n------------- Mensagem:  -------------\noi\n------------- Encerrar mensagem -------------\ny", "oi"),
        ("------------- Begin message -------------\nold\n------------- End message -------------", "old"),
        (
            f"{'-' * 14} Begin message / Début du message {'-' * 14}\nca\n{'-' * 13} End message / Fin du message ---",
            "ca",
        ),
        ("———— Messaggio: ————\nciao\n———— FINE MESSAGGIO ————", "ciao"),
        ("____ Message ____\nhi\n==== Slut på meddelandet ====\nfooter", "hi"),
        ("---- Message: ----\nno end at all", "no end at all"),
        ("Du hast eine Nachricht erhalten\nNachricht:\nhallo\nEnde der Nachricht\nfoot", "hallo"),
        (f"Wiadomość: \ncześć\n Koniec wiadomości:\n{LINK}", "cześć"),
        ("Hallo\nNachricht:\nbitte anrufen\nEnde der Nachricht\nund eine Rechnung",) * 2,
        (f"--- Message: ---\nhi\nEnd message\n{LINK}", "hi"),
        (
            "--- Message: ---\nI saw:\n--- End message ---\nand now?\n--- End message ---\nfoot",
            "I saw:\n--- End message ---\nand now?",
        ),
        (">>> URGENT <<<\nwhere is it?",) * 2,
        (" > 30 cm is what I need", "> 30 cm is what I need"),
        ("---- Message: ----\na\n---- End message ----\nquoted\n---- Message: ----\nb\n---- End message ----", "a"),
        ("Message:\nis a word I write on its own line", "Message:\nis a word I write on its own line"),
        ("no markers: an answer in the thread", "no markers: an answer in the thread"),
        ("---- Message: ----\n\n---- End message ----\nfooter", "---- Message: ----\n\n---- End message ----\nfooter"),
        ("a - b --- c", "a - b --- c"),
    ],
)
def test_markers_are_found_in_running_text(text: str, words: str) -> None:
    """All on one line, with other dashes, without an end: something is always returned."""
    assert buyer_words(text_mail(text), CATALOGUE) == words


def test_the_html_anchor_is_the_second_choice() -> None:
    """A text without known markers beside HTML with Amazon's <pre> block gives the block's text."""
    page = '<p>x</p><pre class="a" style="x; white-space: -o-pre-wrap;">one\n two &amp; three</pre>'
    assert buyer_words(text_mail(page, html=True), CATALOGUE) == "one\n two & three"


@given(st.text(max_size=300))
def test_the_buyers_words_are_never_empty_when_there_was_text(text: str) -> None:
    """Whatever the template does, a text stays a text."""
    message = text_mail(text)
    assert bool(buyer_words(message, CATALOGUE)) == bool(message.text.strip())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="-–—_=─"), min_size=1, max_size=200))
def test_words_between_markers_come_back_whole(words: str) -> None:
    """Any words without dashes survive Amazon's template."""
    found = buyer_words(text_mail(f"x\n--- Message: ---\n{words}\n--- End message ---\ny"), CATALOGUE)
    expected = text_mail(words).text.strip()
    assert found == expected or not expected


NEW = "Merci, mais la lampe est cassée."
OLD = "Votre colis part demain.\nMaison Exemple"
QUOTED = "> Votre colis part demain.\n> Maison Exemple"


@pytest.mark.parametrize(
    "history",
    [
        f"On Mon, 4 Jan 2027 at 10:00, Maison Exemple <service@example.com> wrote:\n{QUOTED}",
        f"On Mon, 4 Jan 2027 at 10:00, Maison Exemple\n<service@example.com> wrote:\n\n{OLD}",
        f"On 4 Jan 2027, at 10:00, Maison Exemple wrote:\n\n{QUOTED}",
        f"Le lun. 4 janv. 2027 à 10:00, Maison Exemple <service@example.com> a écrit :\n\n{QUOTED}",
        f"Am 04.01.2027 um 10:00 schrieb Maison Exemple <service@example.com>:\n{OLD}",
        f"Am Mo., 4. Jan. 2027 um 10:00 Uhr schrieb Maison Exemple <\nservice@example.com>:\n\n{QUOTED}",
        f"Il giorno lun 4 gen 2027 alle ore 10:00 Maison Exemple <service@example.com> ha scritto:\n{QUOTED}",
        f"El lun, 4 ene 2027 a las 10:00, Maison Exemple (<service@example.com>) escribió:\n{QUOTED}",
        f"Em seg., 4 de jan. de 2027 às 10:00, Maison Exemple <service@example.com> escreveu:\n{QUOTED}",
        f"Op ma 4 jan 2027 om 10:00 schreef Maison Exemple <service@example.com>:\n{QUOTED}",
        f"Den mån 4 jan. 2027 kl 10:00 skrev Maison Exemple <service@example.com>:\n{QUOTED}",
        f"pon., 4 sty 2027 o 10:00 Maison Exemple <service@example.com> napisał(a):\n{QUOTED}",
        f"Maison Exemple <service@example.com>, 4 Oca 2027 Pzt, 10:00 tarihinde şunu yazdı:\n{QUOTED}",
        f"2027年1月4日(月) 10:00 Maison Exemple <service@example.com>:\n{QUOTED}",
        f"2027/01/04 10:00、Maison Exemple <service@example.com>のメール:\n{OLD}",
        f"-----Original Message-----\nFrom: Maison Exemple\nSent: Monday\nTo: x\nSubject: y\n\n{OLD}",
        f"-------- Ursprüngliche Nachricht --------\n{OLD}",
        f"----- Mensaje original -----\n{OLD}",
        (
            f"{'_' * 32}\nFrom: Maison Exemple <service@example.com>\nSent: Monday, 4 January 2027 10:00\nTo: Camille\n"
            f"Subject: Re: question\n\n{OLD}"
        ),
        f"De : Maison Exemple\nEnvoyé : lundi 4 janvier 2027\nÀ : Camille\nObjet : RE: question\n\n{OLD}",
        f"*Von:* Maison Exemple\n*Gesendet:* Montag\n*An:* Camille\n*Betreff:* AW: Frage\n\n{OLD}",
        f"差出人: Maison Exemple\n送信日時: 2027年1月4日\n宛先: Camille\n件名: Re\n\n{OLD}",
        QUOTED,
        (
            f"On 4 Jan 2027, Maison Exemple wrote:\n{QUOTED}\n> ------------- Message: -------------\n> old\n"
            "> ------------- End message -------------"
        ),
        (
            "On 4 Jan 2027, at 10:00, M <service@example.com> wrote:\n\n------------- Message: -------------\n"
            "old\n------------- End message -------------"
        ),
    ],
)
def test_an_answer_in_the_thread_is_told_from_what_it_quotes(history: str) -> None:
    """Whatever mail program and language: the words above are the buyer's, the old mail below is not."""
    assert buyer_words(text_mail(f"{NEW}\n\n{history}\n"), CATALOGUE) == NEW
    assert buyer_words(text_mail(f"{NEW}\n{history}"), CATALOGUE) == NEW


@pytest.mark.parametrize(
    "text",
    [
        "On 4 Jan 2027 your colleague wrote:\nit will arrive tomorrow.\nIt did not.",
        "From: which country do you ship?",
        "From: Lyon\nTo: Paris\nwhen?",
        "I wrote to you at 10:00:\nno answer",
        "My order:\n- lamp\n- cable",
        "--- Original ---\nor copy?",
        "a > b > c",
        "From: Marie\nTo: Paul\nDate: 24 December\nPlease print this card, and mind the nuts allergy.",
        "De : Marie\nÀ : Paul\nDate : 24 décembre\nAttention, allergie aux noix",
        "I read there:\nMessage:\nwe are closed\nEnd message\nIs that so?",
        "My addresses:\nold: x@example.org 10:00\nnew: y@example.org",
    ],
)
def test_a_buyers_own_writing_is_not_cut(text: str) -> None:
    """What only resembles a quoted mail stays in full."""
    assert buyer_words(text_mail(text), CATALOGUE) == text


def test_the_line_above_an_introduction_is_the_buyers() -> None:
    """A date in the buyer's last line does not draw that line into the quoted mail."""
    text = f"It was due on 03.01.2027\nOn 4 Jan 2027, Maison Exemple <service@example.com> wrote:\n{QUOTED}"
    assert buyer_words(text_mail(text), CATALOGUE) == "It was due on 03.01.2027"


def test_answers_between_and_below_quoted_lines_are_kept() -> None:
    """Some write under each quoted question, or under the whole of it."""
    between = "See below.\n\nOn 4 Jan 2027, M <service@example.com> wrote:\n> Which colour?\nRed.\n> And size?\nBig."
    assert buyer_words(text_mail(between), CATALOGUE) == "See below.\nRed.\nBig."
    below = f"On 4 Jan 2027, M <service@example.com> wrote:\n{QUOTED}\n\n{NEW}"
    assert buyer_words(text_mail(below), CATALOGUE) == NEW
    older = f"{NEW}\n> quoted\nOn 3 Jan 2027, M <service@example.com> wrote:\n{OLD}"
    assert buyer_words(text_mail(older), CATALOGUE) == NEW


def test_nothing_but_a_quoted_mail_is_shown_whole() -> None:
    """An empty answer above a quoted mail: better too much than nothing."""
    text = f"On 4 Jan 2027, M <service@example.com> wrote:\n{QUOTED}"
    assert buyer_words(text_mail(text), CATALOGUE) == text


def test_markers_of_an_earlier_mail_are_not_todays_words() -> None:
    """An answer above our own mail, which quotes Amazon's template, is the answer and not the old question."""
    template = "> ------------- Messaggio: -------------\n> Dov'è?\n> ------------- Fine messaggio -------------"
    assert buyer_words(text_mail(f"Grazie!\n\n{template}"), CATALOGUE) == "Grazie!"
    inside = f"--- Messaggio: ---\nEcco:\n{QUOTED}\nNo.\n--- Fine messaggio ---"
    assert buyer_words(text_mail(inside), CATALOGUE) == f"Ecco:\n{QUOTED}\nNo."


def test_a_block_inside_a_quoted_mail_is_not_todays_words() -> None:
    """The <pre> of an earlier message stands in the quoted part of an answer."""
    block = '<pre style="white-space: -o-pre-wrap">old</pre>'
    said = "On 4 Jan 2027, M &lt;service@example.com&gt; wrote:<br>"
    page = f"<div>Thanks</div><div>{said}</div><blockquote>{block}</blockquote>"
    assert buyer_words(text_mail(page, html=True), CATALOGUE) == "Thanks"
    assert buyer_words(text_mail(f"<p>intro</p>{block}<p>foot</p>", html=True), CATALOGUE) == "old"


def test_unknown_markers_frame_the_words_in_amazons_template() -> None:
    """Two dashed lines with words of a language nobody wrote down; without Amazon's links they are the buyer's."""
    drawn = "Hej\n---- Meddelande: ----\nNär kommer den?\n---- Slut ----\n"
    assert buyer_words(text_mail(drawn + LINK), CATALOGUE) == "När kommer den?"
    assert buyer_words(text_mail(drawn), CATALOGUE) == drawn.strip()
    assert buyer_words(text_mail(f"{drawn}---- more ----\n{LINK}"), CATALOGUE).startswith("Hej")


def test_a_pasted_template_does_not_end_the_words() -> None:
    """Begins and ends are counted: what the buyer pasted, or named in a sentence, is part of the words."""
    old = "------------- Message: -------------\nold\n------------- End message -------------"
    words = f"I wrote this:\n{old}\nWhat now?"
    assert buyer_words(text_mail(old.replace("\nold\n", f"\n{words}\n") + "\nfooter"), CATALOGUE) == words
    named = 'Your mail ends in "--- End of message ---" and nothing else. Why?'
    assert buyer_words(text_mail(old.replace("old", named)), CATALOGUE) == named
    twice = f"{old}\nfooter\n{old.replace('old', 'older')}"
    assert buyer_words(text_mail(twice), CATALOGUE) == "old"


def test_the_page_has_the_words_where_the_plain_part_has_none() -> None:
    """Some senders' plain part only says that there is a page."""
    page = "<p>------------- Message: -------------</p><p>hello</p><p>------------- End message -------------</p>"
    assert buyer_words(both_parts("This mail needs a reader of HTML.", page), CATALOGUE) == "hello"


def test_the_page_of_an_answer_is_cut_where_it_quotes() -> None:
    """Old mail programs quote Amazon's template as plain HTML below a header block: it is not today's answer."""
    head = "<p>-----Original Message-----</p><p>From: Shop</p><p>Sent: Monday</p><p>Subject: Re: x</p>"
    old = "<p>------------- Message: -------------</p><p>OLD</p><p>------------- End message -------------</p>"
    page = f"<p>NEW words</p>{head}{old}"
    assert buyer_words(text_mail(page, html=True), CATALOGUE) == "NEW words"
    assert buyer_words(both_parts("NEW words", page), CATALOGUE) == "NEW words"


def test_indented_lines_are_the_buyers() -> None:
    """A mail program's button for indenting writes the same tag as a quote, with another style."""
    address = '<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>12 rue X</div></blockquote>'
    page = f"<div>Please change my address to:</div>{address}<div>Thanks</div>"
    assert "12 rue X" in buyer_words(text_mail(page, html=True), CATALOGUE)


@pytest.mark.parametrize("dash", list("-‐‑‒–—―−_=─"))
def test_any_kind_of_dash_makes_a_marker(dash: str) -> None:
    """Mail programs and converters exchange them."""
    text = f"x\n{dash * 13} Messaggio: {dash * 13}\nciao\n{dash * 13} Fine messaggio {dash * 13}\ny"
    assert buyer_words(text_mail(text), CATALOGUE) == "ciao"


def test_a_message_of_photos_alone_has_no_words() -> None:
    """The template has an empty place for words and a file is there: its own text is not taken for words."""
    empty = "intro\n------------- Message: -------------\n\n------------- End message -------------\nfooter"
    assert buyer_words(with_photo(empty), CATALOGUE) == ""
    assert buyer_words(text_mail(empty), CATALOGUE) == empty
    page = '<p>intro</p><pre style="white-space: -o-pre-wrap"> </pre><p>footer</p>'
    assert buyer_words(with_photo(page, "html"), CATALOGUE) == ""
    assert buyer_words(with_photo("look"), CATALOGUE) == "look"


def test_what_came_without_words_is_named() -> None:
    """A person reads how many photos or files there are, and their names."""
    photo, paper = Attachment("IMG_1.jpg", "image/jpeg", 9), Attachment("", "application/pdf", 9)
    assert without_words((photo,)) == "only 1 photo: IMG_1.jpg"
    assert without_words((photo, paper)) == "only 2 files: IMG_1.jpg, application/pdf"
    assert without_words((photo,) * 7).endswith("IMG_1.jpg and 2 more")
    assert without_words(()) == ""


@given(
    st.lists(
        st.sampled_from(
            [
                ">",
                "> x",
                "",
                "y",
                "On 4 Jan 2027 a@b wrote:",
                "-----Original Message-----",
                "From: x",
                "To: y",
                "Subject: z",
                "--- Message: ---",
                "Message:",
                "End message",
            ]
        ),
        max_size=12,
    )
)
def test_any_mixture_of_lines_gives_words_of_the_text(lines: list[str]) -> None:
    """The words are never empty, and never anything that does not stand in the text."""
    text = "\n".join(lines)
    found = split(text, CATALOGUE.quotes)
    assert bool(found.own) == bool(text.strip())
    written = {"", *lines}
    assert set(found.own.split("\n")) <= written
    assert 0 <= found.at <= len(text)
