"""
Buyers' answers in the thread: no markers, but the history their mail program quotes, in its language.
"""

from dataclasses import replace
from html import escape

from mail.builders import ORDER
from mail.fixture import Fixture, buyer
from mail.templates import message_text, no_response_link

US, UK = "amazon.com", "amazon.co.uk"
SHOP = "Maison Exemple <service@example.com>"
OURS = "Good morning,\nyour lamp leaves tomorrow.\nMaison Exemple"
QUOTED = "\n".join(f"> {line}" for line in OURS.split("\n"))

# name, store, the buyer's words, what introduces the history, the history
HISTORIES = [
    ("en-gmail", US, "Thank you, tomorrow is fine.", f"On Fri, Dec 25, 2026 at 11:00 AM {SHOP} wrote:\n\n", QUOTED),
    ("en-gmail-wrapped", UK, "Thank you.\n\nRowan",
     "On Fri, 25 Dec 2026 at 11:00, Maison Exemple <\nservice@example.com> wrote:\n\n", QUOTED),
    ("en-apple", UK, "Is that sure?", f"On 25 Dec 2026, at 11:00, {SHOP} wrote:\n\n", QUOTED),
    ("en-outlook", US, "No, it did not come.",
     (f"-----Original Message-----\nFrom: {SHOP}\nSent: Friday, December 25, 2026 11:00 AM\nTo: Jordan\n"
      "Subject: Re: Order inquiry\n\n"), OURS),
    ("en-outlook-line", UK, "Still nothing.",
     f"{'_' * 32}\nFrom: {SHOP}\nSent: 25 December 2026 11:00\nTo: Rowan\nSubject: Re: Order enquiry\n\n", OURS),
    ("en-outlook-header-only", US, "And the shade?",
     f"From: {SHOP}\nSent: Friday, December 25, 2026 11:00 AM\nTo: Jordan\nSubject: Re: Order inquiry\n\n", OURS),
    ("fr-gmail", "amazon.fr", "Merci, c’est parfait.", f"Le ven. 25 déc. 2026 à 11:00, {SHOP} a écrit :\n\n", QUOTED),
    ("fr-gmail-narrow-blank", "amazon.fr", "D’accord.",
     f"Le ven. 25 déc. 2026 à 11:00, {SHOP} a\nécrit\N{NO-BREAK SPACE}:\n\n", QUOTED),
    ("fr-outlook", "amazon.fr", "Toujours rien.",
     f"De : {SHOP}\nEnvoyé : vendredi 25 décembre 2026 11:00\nÀ : Camille\nObjet : Re: Demande\n\n", OURS),
    ("fr-message-origine", "amazon.com.be", "Merci beaucoup.",
     f"-----Message d'origine-----\nDe : {SHOP}\nEnvoyé : 25 décembre 2026 11:00\nÀ : Élise\nObjet : x\n\n",
     OURS),
    ("de-gmail", "amazon.de", "Vielen Dank!",
     "Am Fr., 25. Dez. 2026 um 11:00 Uhr schrieb Maison Exemple <\nservice@example.com>:\n\n", QUOTED),
    ("de-thunderbird", "amazon.de", "Danke, passt.", "Am 25.12.26 um 11:00 schrieb Maison Exemple:\n", QUOTED),
    ("de-outlook", "amazon.de", "Leider nicht.",
     (f"-----Ursprüngliche Nachricht-----\nVon: {SHOP}\nGesendet: Freitag, 25. Dezember 2026 11:00\nAn: Jürgen\n"
      "Betreff: Re: Frage\n\n"), OURS),
    ("de-outlook-header-only", "amazon.de", "Und der Schirm?",
     f"Von: {SHOP}\nGesendet: Freitag, 25. Dezember 2026 11:00\nAn: Jürgen\nBetreff: Re: Frage\n\n", OURS),
    ("it-gmail", "amazon.it", "Va bene, grazie.",
     f"Il giorno ven 25 dic 2026 alle ore 11:00 {SHOP} ha scritto:\n\n", QUOTED),
    ("it-outlook", "amazon.it", "Non è arrivata.",
     f"Da: {SHOP}\nInviato: venerdì 25 dicembre 2026 11:00\nA: Nicolò\nOggetto: Re: x\n\n", OURS),
    ("it-messaggio-originale", "amazon.it", "Ancora niente.",
     f"-----Messaggio originale-----\nDa: {SHOP}\nInviato: venerdì 25 dicembre 2026 11:00\nA: Nicolò\nOggetto: x\n\n",
     OURS),
    ("es-gmail", "amazon.es", "Muchas gracias.",
     "El vie, 25 dic 2026 a las 11:00, Maison Exemple (<service@example.com>)\nescribió:\n\n", QUOTED),
    ("es-outlook", "amazon.es", "Todavía no.",
     f"De: {SHOP}\nEnviado: viernes, 25 de diciembre de 2026 11:00\nPara: Iñaki\nAsunto: Re: x\n\n", OURS),
    ("pt-gmail", "amazon.com.br", "Muito obrigada!",
     f"Em sex., 25 de dez. de 2026 às 11:00, {SHOP} escreveu:\n\n", QUOTED),
    ("pt-outlook", "amazon.com.br", "Ainda não chegou.",
     f"De: {SHOP}\nEnviado: sexta-feira, 25 de dezembro de 2026 11:00\nPara: Marina\nAssunto: Re: x\n\n", OURS),
    ("nl-gmail", "amazon.nl", "Dank u wel.", f"Op vr 25 dec 2026 om 11:00 schreef {SHOP}:\n\n", QUOTED),
    ("nl-outlook", "amazon.nl", "Nog steeds niet.",
     f"Van: {SHOP}\nVerzonden: vrijdag 25 december 2026 11:00\nAan: Sanne\nOnderwerp: Re: x\n\n", OURS),
    ("sv-gmail", "amazon.se", "Tack så mycket.", f"Den fre 25 dec. 2026 kl 11:00 skrev {SHOP}:\n\n", QUOTED),
    ("sv-outlook", "amazon.se", "Inget än.",
     f"Från: {SHOP}\nSkickat: den 25 december 2026 11:00\nTill: Åsa\nÄmne: Re: x\n\n", OURS),
    ("pl-gmail", "amazon.pl", "Dziękuję.", f"pt., 25 gru 2026 o 11:00 {SHOP} napisał(a):\n\n", QUOTED),
    ("pl-outlook", "amazon.pl", "Nadal nic.",
     f"Od: {SHOP}\nWysłano: piątek, 25 grudnia 2026 11:00\nDo: Łukasz\nTemat: Re: x\n\n", OURS),
    ("tr-gmail", "amazon.com.tr", "Teşekkürler.",
     "Maison Exemple <service@example.com>, 25 Ara 2026 Cum, 11:00 tarihinde\nşunu yazdı:\n\n", QUOTED),
    ("tr-outlook", "amazon.com.tr", "Henüz gelmedi.",
     f"Kimden: {SHOP}\nGönderildi: 25 Aralık 2026 Cuma 11:00\nKime: Gülşen\nKonu: Re: x\n\n", OURS),
    ("ja-gmail", "amazon.co.jp", "ありがとうございます。", f"2026年12月25日(金) 11:00 {SHOP}:\n\n", QUOTED),
    ("ja-outlook", "amazon.co.jp", "まだ届いていません。",
     f"差出人: {SHOP}\n送信日時: 2026年12月25日 11:00\n宛先: 佐藤\n件名: Re: x\n\n", OURS),
    ("en-yahoo", US, "Not here yet.", f"On Friday, December 25, 2026 at 11:00:00 AM EST, {SHOP} wrote:\n\n", OURS),
    ("en-samsung", UK, "Nothing came.",
     f"-------- Original message --------\nFrom: {SHOP}\nDate: 25/12/2026 11:00 (GMT+00:00)\nTo: x\n\n", OURS),
    ("en-proton", UK, "All good.",
     f"------- Original Message -------\nOn Friday, December 25th, 2026 at 11:00, {SHOP} wrote:\n\n", QUOTED),
    ("en-ios", US, "Great, thanks.", f"> On Dec 25, 2026, at 11:00 AM, {SHOP} wrote:\n> \n> ", "Good morning"),
    ("fr-ios", "amazon.fr", "Parfait.", f"> Le 25 déc. 2026 à 11:00, {SHOP} a écrit :\n> \n> ", "Good morning"),
    ("fr-orange", "amazon.fr", "Non, désolée.",
     '> Message du 25/12/26 11:00\n> De : "Maison Exemple" <service@example.com>\n> A : x\n> Objet : x\n>\n', QUOTED),
    ("fr-outlook-mobile", "amazon.fr", "Oui.",
     f"{'_' * 32}\nDe : {SHOP}\nEnvoyé : vendredi, décembre 25, 2026 11:00 AM\nÀ : x\nObjet : x\n\n", OURS),
    ("de-gmx", "amazon.de", "Nein, noch nicht.",
     f"Gesendet: Freitag, 25. Dezember 2026 um 11:00 Uhr\nVon: {SHOP}\nAn: x\nBetreff: x\n\n", OURS),
    ("de-t-online", "amazon.de", "Ja, gerne.",
     f"-----Original-Nachricht-----\nBetreff: x\nDatum: 2026-12-25T11:00:00+0100\nVon: {SHOP}\nAn: x\n\n", OURS),
    ("de-outlook-dashes", "amazon.de", "Bitte erstatten.",
     f"\nVon: {SHOP}\nGesendet: Freitag, 25. Dezember 2026 11:00\nAn: x\nCc: y\nBetreff: AW: x\n\n", OURS),
    ("it-yahoo", "amazon.it", "Grazie.",
     f"Il venerdì 25 dicembre 2026 alle ore 11:00:00 CET, {SHOP} ha scritto:\n\n", OURS),
    ("it-libero", "amazon.it", "Sì, grazie.", f"Il 25/12/2026 11:00 CET {SHOP} ha scritto:\n\n", OURS),
    ("es-ios", "amazon.es", "De acuerdo.", f"> El 25 dic 2026, a las 11:00, {SHOP} escribió:\n> \n> ", "Good morning"),
    ("nl-ios", "amazon.nl", "Prima.",
     f"> Op 25 dec 2026 om 11:00 heeft {SHOP} het volgende geschreven:\n> \n> ", "Good morning"),
    ("sv-ios", "amazon.se", "Bra.", f"25 dec. 2026 kl. 11:00 skrev {SHOP}:\n\n", QUOTED),
    ("pl-wp", "amazon.pl", "Dobrze.", f"Dnia 25 grudnia 2026 11:00 {SHOP} napisał(a):\n\n", OURS),
    ("ja-apple", "amazon.co.jp", "了解しました。", f"2026/12/25 11:00、{SHOP}のメール:\n\n", QUOTED),
    ("tr-ios", "amazon.com.tr", "Tamam.", f"{SHOP} şunları yazdı (25 Ara 2026 11:00):\n\n", QUOTED),
    ("es-thunderbird", "amazon.com.mx", "Sí, claro.", "El 25/12/26 a las 11:00, Maison Exemple escribió:\n", QUOTED),
    ("es-mensaje-original", "amazon.es", "No, gracias.",
     f"-----Mensaje original-----\nDe: {SHOP}\nEnviado el: viernes, 25 de diciembre de 2026 11:00\nPara: x\n\n", OURS),
    ("pt-thunderbird", "amazon.com.br", "Sim, por favor.", "Em 25/12/2026 11:00, Maison Exemple escreveu:\n", QUOTED),
    ("pt-mensagem-original", "amazon.com.br", "Não, obrigada.",
     f"-----Mensagem original-----\nDe: {SHOP}\nEnviada em: sexta-feira, 25 de dezembro de 2026 11:00\nPara: x\n\n",
     OURS),
    ("nl-oorspronkelijk", "amazon.com.be", "Ja, graag.",
     f"-----Oorspronkelijk bericht-----\nVan: {SHOP}\nVerzonden: vrijdag 25 december 2026 11:00\nAan: x\n\n", OURS),
    ("ar-thunderbird", "amazon.eg", "نعم من فضلك.", "في 25/12/2026 11:00، كتب Maison Exemple:\n", QUOTED),
    ("ar-gmail", "amazon.sa", "شكرا جزيلا.", f"في الجمعة، 25 ديسمبر 2026 في 11:00 ص كتب {SHOP}:\n\n", QUOTED),
    ("en-bare-quotes", UK, "Thanks, that works.", "", QUOTED),
]  # fmt: skip


def _reply(name: str, store: str, words: str, body: str, note: str, *, headers: bool = True) -> Fixture:
    """Return an answer to the seller's mail, `body` being all of its text."""
    made = buyer(
        name,
        store,
        words,
        note,
        body=body,
        headers=headers,
        subject=f"Re: Votre lampe ({ORDER})",
        references=("<sent-1@example.com>",),
    )
    return replace(made, no_response_link=None, notification_type=made.notification_type if headers else None)


QUOTES = [
    _reply(
        f"{name}-reply",
        store,
        words,
        f"{words}\n\n{intro}{history}\n",
        "S: a reply in the thread has no markers; the quoted history is not the buyer's own words",
        headers=number % 2 == 0,
    )
    for number, (name, store, words, intro, history) in enumerate(HISTORIES)
]

# Without its footer, whose links are an earlier message's.
OLD_TEMPLATE = message_text("en", "Where is my lamp?", ORDER, no_response_link(UK)).partition("Resolve case")[0]
GMAIL_PAGE = (
    '<div>Thank you, <b>tomorrow</b> is fine.</div><br><div class="gmail_quote"><div>On Fri, 25 Dec 2026 at 11:00, '
    f"{escape(SHOP)} wrote:<br></div><blockquote>Good morning,<br>your lamp leaves tomorrow.</blockquote></div>"
)
OUTLOOK_PAGE = (
    "<div>Not yet.</div><hr><div><b>From:</b> Maison Exemple &lt;service@example.com&gt;<br><b>Sent:</b> Friday, "
    "December 25, 2026 11:00 AM<br><b>To:</b> Jordan<br><b>Subject:</b> Re: x</div><div>Good morning</div>"
)
INLINE = (
    "On Fri, 25 Dec 2026 at 11:00, Maison Exemple <service@example.com> wrote:\n> Which lamp?\n\nThe green one.\n\n"
    "> And when?\n\nTomorrow.\n"
)
HARD = [
    _reply("fr-reply-without-history", "amazon.fr", "Merci, bonne journée !", "Merci, bonne journée !\n",
           "S: a reply in the thread has no markers; all of it is the buyer's"),
    _reply("en-reply-quotes-the-template", UK, "It came, thank you.",
           "It came, thank you.\n\nOn Fri, 25 Dec 2026 at 11:00, Maison Exemple <service@example.com> wrote:\n\n> Good "
           "morning\n>\n" + "".join(f"> {line}\n" for line in OLD_TEMPLATE.split("\n")),
           "the seller quoted Amazon's template: the markers inside the history are not this message's"),
    _reply("en-reply-quotes-the-template-unmarked", UK, "It came, thank you.",
           f"It came, thank you.\n\n-----Original Message-----\nFrom: {SHOP}\nSent: 25 December 2026 11:00\nTo: Rowan\n"
           f"Subject: Re: x\n\nGood morning\n\n{OLD_TEMPLATE}",
           "Amazon's template stands in the history without quote marks"),
    _reply("de-reply-below-the-quote", "amazon.de", "Nein, die grüne bitte.",
           "Am 25.12.26 um 11:00 schrieb Maison Exemple:\n> Welche Lampe?\n> Die blaue?\n\nNein, die grüne bitte.\n",
           "the answer stands below what it quotes"),
    _reply("en-reply-between-the-quotes", UK, "The green one.\n\n\nTomorrow.", INLINE,
           "answers between the quoted lines are all the buyer's"),
    _reply("en-reply-with-signature", UK, "Fine.\n\nSent from my phone",
           f"Fine.\n\nSent from my phone\n\nOn Fri, 25 Dec 2026 at 11:00, {SHOP} wrote:\n\n> x\n>\n>> older\n",
           "a signature above the history stays; older quotes inside it go"),
    _reply("de-reply-quotes-undashed-markers", "amazon.de", "Ist da, danke.",
           "Ist da, danke.\n\nAm 25.12.26 um 11:00 schrieb Maison Exemple:\n> Nachricht:\n>\n> Wo ist sie?\n>\n"
           "> Ende der Nachricht\n", "markers without dashes inside the history"),
    _reply("en-reply-looks-like-a-quote", UK,
           "On Monday I wrote: where is it?\nNobody wrote back. From: me, to: you.\n\nPlease answer.",
           "On Monday I wrote: where is it?\nNobody wrote back. From: me, to: you.\n\nPlease answer.\n",
           "own words that resemble an introduction are kept"),
    _reply("en-reply-dashes-of-its-own", UK, "First point\n---\nSecond point\n-- \nRowan",
           "First point\n---\nSecond point\n-- \nRowan\n", "a line of dashes is not a quoted history"),
    _reply("en-reply-nothing-but-history", US, f"On Fri, Dec 25, 2026 at 11:00 AM {SHOP} wrote:\n\n{QUOTED}",
           f"On Fri, Dec 25, 2026 at 11:00 AM {SHOP} wrote:\n\n{QUOTED}\n",
           "P: never empty when the mail had text: nothing of its own, so all of it"),
]  # fmt: skip
PAGES = [
    replace(
        buyer(f"{name}-reply-page", store, words, "a reply in HTML alone: the history is cut off all the same",
              page=f"<html><body>{page}</body></html>", subject=f"Re: Your lamp ({ORDER})"),
        no_response_link=None,
    )
    for name, store, words, page in (
        ("en-gmail", UK, "Thank you, tomorrow is fine.", GMAIL_PAGE),
        ("en-outlook", US, "Not yet.", OUTLOOK_PAGE),
    )
]  # fmt: skip

REPLIES: list[Fixture] = [*QUOTES, *HARD, *PAGES]
