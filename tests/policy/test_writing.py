"""
The same words in whatever way a language and a keyboard write them: with the shipped rules, in finished texts.
"""

import unicodedata

import pytest

from responder.adapters import rules
from responder.core import policy

RULES = rules.load()


def broken(line: str, language: str, kind: str = "acknowledgement") -> set[str]:
    """The rules that one line of text breaks."""
    found = policy.check("Re: ...", line, rules=RULES, kind=kind, language=language)
    return {each.rule for each in found}


@pytest.mark.parametrize(
    ("language", "rule", "line"),
    [
        ("tr", "L03", "Sonraki siparişinizde İNDİRİM var."),
        ("tr", "L03", "Sonraki siparişinizde indirim var."),
        ("tr", "L05", "BEŞ YILDIZ verirseniz seviniriz."),
        ("tr", "L05", "Yorumunuzu kaldırmanızı rica ederiz."),
        ("tr", "L05", "YORUMUNUZU KALDIRMANIZI RİCA EDERİZ."),
        ("de", "L05", "WIR BITTEN UM EINE POSITIVE BEWERTUNG."),
        ("de", "L03", "Zum Schnäppchenpreis: ein Gutschein für Sie."),
        ("pl", "L05", "Prosimy o usunięcie opinii."),
        ("pl", "L05", "Czy mogliby Państwo usunąć swoją opinię?"),
        ("pl", "L05", "Prosimy o zmianę oceny."),
        ("pl", "L05", "Liczymy na ocenę na pięć gwiazdek."),
        ("ar", "L03", "للحصول على القسيمة اكتبوا لنا."),
        ("ar", "L03", "وقسائم كثيرة بانتظاركم."),
        ("ar", "L05", "نرجو منكم حذف التقييم."),
        ("ar", "L05", "نرجو منكم حذف التقييـــم."),
        ("ar", "L05", "نرجو منكم حَذْف التَّقييم."),
        ("ja", "L05", "ぜひ高評価をお願いします。"),
        ("ja", "L05", "ぜひ高\n評価をお願いします。"),
        ("ja", "L05", "ぜひ星５つをお願いします。"),
        ("ja", "L03", "ｸｰﾎﾟﾝをお使いください。"),
        ("es", "L03", "Tiene un CUPÓN para usted."),
        ("fr", "L05", "Nous espérons CINQ ÉTOILES."),
        ("en", "L03", "Here is a ｄｉｓｃｏｕｎｔ for you."),
        ("en", "L03", "Here is a dis\u200bcount for you."),
        ("en", "L03", "Here is a dis\u00adcount for you."),
        ("en", "L05", "Please leave a positive\nreview."),
        ("en", "L05", "Please give us ★★★★★."),
    ],
)
def test_a_word_is_found_however_it_is_written(language: str, rule: str, line: str) -> None:
    """Dotted and dotless i, capitals of ß and accents, endings, articles, wide and narrow letters, unseen signs."""
    assert rule in broken(line, language)
    assert rule in broken(unicodedata.normalize("NFD", line), language)


@pytest.mark.parametrize(
    ("language", "kind", "line"),
    [
        ("en", "answer", "Thank you for your kind words. We will review the photos and refund you."),
        ("en", "answer", "Thank you for your feedback, it helps us improve."),
        ("en", "answer", "Please register the lamp with its maker to use the warranty."),
        ("en", "acknowledgement", "We will be happy to answer by Monday, 16 November 2026."),
        ("de", "answer", "Nach Bewertung des Schadens erstatten wir Ihnen den Betrag."),
        ("de", "acknowledgement", "Ein herzliches Dankeschön für Ihre Nachricht vom 12.11.2026."),
        ("fr", "answer", "Le transporteur a laissé un avis de passage ; le montant vous sera remboursé."),
        ("fr", "answer", "Vos retours nous aident à améliorer notre service."),
        ("it", "answer", "Il prodotto è in buono stato, grazie per il feedback."),
        ("es", "answer", "Tras la valoración de nuestro técnico le reembolsamos el importe."),
        ("nl", "answer", "Na beoordeling van de retour betalen wij het bedrag terug."),
        ("sv", "answer", "Tack för din kommentar, den hjälper oss att bli bättre."),
        ("pl", "answer", "Po uzyskaniu opinii serwisu zwrócimy pieniądze."),
        ("pt", "answer", "O processo de avaliação da avaria está aberto."),
        ("tr", "answer", "Siparişi almak istemiyorsanız iade edebilirsiniz."),
        ("ja", "answer", "お礼を申し上げます。改めてご連絡を差し上げます。"),
        ("ar", "answer", "بعد فحص المنتج سنعيد إليكم المبلغ."),
        ("en", "acknowledgement", "If you are happy to wait, we will answer by Monday, 30 November 2026."),
        ("en", "acknowledgement", "So many wrote on Black Friday that we answer by Monday, 30 November 2026."),
        ("es", "acknowledgement", "Por las rebajas recibimos muchos mensajes: le respondemos el 7.1.2027."),
        ("de", "acknowledgement", "Am 6.12.2026 ist unser Geschenkeladen geschlossen."),
        ("nl", "acknowledgement", "Voordat u een antwoord krijgt, kan het tot 7.12.2026 duren."),
        ("fr", "delay_notice", "305-1234567-7654321 : mauvaise météo, le 7 juillet plutôt que le 2 juillet."),
        ("pl", "invoice", "305-1234567-7654321: jeśli wszystko się zgadza, nie trzeba nic robić."),
        ("en", "feedback_request", "305-1234567-7654321: please leave your feedback on us as a seller."),
        ("de", "feedback_request", "305-1234567-7654321: bei Problemen können Sie sich auf uns verlassen."),
        ("fr", "feedback_request", "305-1234567-7654321 : cela ne prend qu'une seconde."),
        ("it", "feedback_request", "305-1234567-7654321: le basta un secondo."),
        ("es", "feedback_request", "305-1234567-7654321: cuéntenos su experiencia, cada detalle cuenta."),
        ("en", "answer", "Thanks for your feedback. We changed the packaging because of it."),
        ("en", "answer", "Please keep the first one, if you are happy with that."),
        ("de", "answer", "Wenn Sie zufrieden sind mit dieser Lösung, ist nichts zu tun."),
        ("it", "answer", "Se è soddisfatto della soluzione, la richiesta è chiusa."),
        ("nl", "answer", "Als u tevreden bent met deze oplossing, hoeft u niets te doen."),
        ("fr", "answer", "Vous pouvez retirer le colis avec l'avis de passage."),
        ("en", "answer", "You can cancel from your side: Your Account, Your Orders, Request cancellation."),
        ("de", "answer", "Unter Meine Bestellungen können Sie die Bestellung selbst stornieren."),
        ("fr", "answer", "Vous pouvez annuler vous-même dans Vos commandes, Demander l'annulation."),
        ("it", "answer", "Può annullarlo lei da I miei ordini, Richiedi annullamento."),
        ("es", "answer", "Puede cancelarlo usted en Mis pedidos, Solicitar cancelación."),
        ("nl", "answer", "U kunt de bestelling zelf annuleren onder Mijn bestellingen."),
        ("pl", "answer", "Mogą Państwo anulować samodzielnie w Twoich zamówieniach, m.in. dziś."),
    ],
)
def test_everyday_words_break_no_rule(language: str, kind: str, line: str) -> None:
    """Words that are a reward, a bargain or an advertisement elsewhere, and are none here."""
    assert broken(line, language, kind) <= {"L02"}  # one line alone may look like nothing but thanks


@pytest.mark.parametrize(
    ("language", "kind", "rule", "line"),
    [
        ("en", "acknowledgement", "L05", "If you are happy with our service, please leave us a review."),
        ("de", "acknowledgement", "L05", "Falls Sie zufrieden sind, freuen wir uns über eine Bewertung."),
        ("fr", "acknowledgement", "L05", "Si vous êtes content, laissez votre avis."),
        ("it", "acknowledgement", "L05", "Se è contento, lasci una recensione."),
        ("nl", "acknowledgement", "L05", "Bent u tevreden, schrijf dan een recensie."),
        ("en", "invoice", "L01", "305-1234567-7654321: this is your order confirmation."),
        ("de", "delay_notice", "L01", "305-1234567-7654321: hier Ihre Versandbestätigung."),
        ("fr", "feedback_request", "L01", "305-1234567-7654321 : confirmation de commande."),
        ("en", "acknowledgement", "L03", "Our Black Friday deals are waiting for you."),
        ("fr", "acknowledgement", "L03", "Profitez des soldes jusqu'à dimanche."),
        ("fr", "feedback_request", "L04", "305-1234567-7654321 : une seconde bouteille vous attend."),
        ("it", "feedback_request", "L04", "305-1234567-7654321: riceverà una seconda confezione."),
        ("de", "feedback_request", "L04", "305-1234567-7654321: der Kaffee geht auf uns."),
        ("en", "feedback_request", "L04", "305-1234567-7654321: the next one is on us."),
        ("fr", "answer", "L05", "Merci de modifier l'avis que vous avez publié."),
        ("de", "answer", "L28", "Der Artikel ist ausverkauft. Sie können die Bestellung selbst stornieren."),
        ("nl", "answer", "L28", "Het artikel is niet op voorraad; u kunt de bestelling zelf annuleren."),
        ("pl", "answer", "L28", "Brak towaru. Mogą Państwo anulować samodzielnie."),
    ],
)
def test_the_same_words_break_a_rule_where_they_ask_for_something(
    language: str, kind: str, rule: str, line: str
) -> None:
    """
    A happy buyer beside a review, a sale beside an offer, a second article, an order that the seller cannot fill.

    A confirmation is Amazon's to send.
    """
    found = policy.check("Re: ...", line, rules=RULES, kind=kind, language=language)
    assert rule in {each.rule for each in found if each.severity == policy.ERROR}


@pytest.mark.parametrize(
    "line",
    [
        *("Tél. 06.12.34.56.78", "06-12-34-56-78", "01/23/45/67/89", "+33.6.12.34.56.78", "22 123 45 67 w dni robocze"),
        *("café.fr", "auf münchen-shop.de"),
    ],
)
def test_a_number_and_an_address_are_found_as_their_country_writes_them(line: str) -> None:
    """France parts a telephone number by dots, which look like a date; a web address may have letters with accents."""
    assert broken(line, "en", "answer") & {"L08", "L09"}


@pytest.mark.parametrize(
    "line",
    [
        *("P.IVA 01234567890", "SIREN 732 829 320", "RCS Paris 732 829 320", "NIP 123-456-78-90", "UPC 012345678905"),
        *("Orari 9-13 15-19", "120 - 150 - 180 cm", "10 000 000 mAh", "Steuernummer 12/345/67890"),
        *("01.12.26-05.12.26", "14/12/2026-16/12/2026", "m.in. faktura", "p.es. oggi"),
    ],
)
def test_a_number_that_says_what_it_is_is_no_telephone_number(line: str) -> None:
    """What a firm writes under its mails, its hours, a size, two dates, and what is short for "for instance"."""
    assert not broken(line, "en", "answer") & {"L08", "L09"}


@pytest.mark.parametrize(
    ("language", "rule", "line"),
    [
        ("en", "L07", "In your review, please mention the fast delivery."),
        ("en", "L13", "To stop receiving messages from us, click here."),
        ("en", "L14", "You liar, you broke it yourself."),
        ("en", "L30", "As you asked, we have cancelled your order."),
        ("de", "L07", "Erwähnen Sie in Ihrer Bewertung bitte die schnelle Lieferung."),
        ("de", "L13", "Wenn Sie keine Nachrichten mehr möchten, hier abmelden."),
        ("de", "L14", "Sie sind ein Betrüger."),
        ("de", "L30", "Wie gewünscht haben wir Ihre Bestellung storniert."),
        ("fr", "L07", "Dans votre avis, mentionnez la livraison rapide."),
        ("fr", "L13", "Pour ne plus recevoir nos messages, cliquez ici."),
        ("fr", "L14", "Vous êtes un escroc."),
        ("fr", "L30", "Comme demandé, nous avons annulé votre commande."),
        ("it", "L07", "Nella sua recensione menzioni la consegna veloce."),
        ("it", "L13", "Se non desidera più ricevere i nostri messaggi, clicchi qui."),
        ("it", "L14", "Lei è un truffatore."),
        ("it", "L30", "Come richiesto abbiamo annullato il suo ordine."),
        ("es", "L07", "En su reseña, mencione la entrega rápida."),
        ("es", "L13", "Si no desea recibir más mensajes, pulse aquí."),
        ("es", "L14", "Es usted un estafador."),
        ("es", "L30", "Como pidió, hemos cancelado su pedido."),
        ("nl", "L07", "Vermeld in uw beoordeling de snelle levering."),
        ("nl", "L13", "Wilt u geen berichten meer ontvangen, klik hier."),
        ("nl", "L14", "U bent een oplichter."),
        ("nl", "L30", "Zoals gevraagd hebben wij uw bestelling geannuleerd."),
        ("sv", "L07", "Nämn gärna den snabba leveransen i ditt omdöme."),
        ("sv", "L13", "Vill du sluta få meddelanden, klicka här."),
        ("sv", "L14", "Du är en bedragare."),
        ("sv", "L30", "Som du bad om har vi avbeställt din vara."),
        ("pl", "L07", "Prosimy wspomnieć w opinii o szybkiej dostawie."),
        ("pl", "L13", "Jeśli nie chcą Państwo otrzymywać wiadomości, proszę kliknąć tutaj."),
        ("pl", "L14", "Pan jest oszustem."),
        ("pl", "L30", "Zgodnie z prośbą anulowaliśmy Państwa zamówienie."),
        ("pt", "L07", "Na sua avaliação, mencione a entrega rápida."),
        ("pt", "L13", "Se não quiser receber mais mensagens, clique aqui."),
        ("pt", "L14", "Você é um golpista."),
        ("pt", "L30", "Conforme pedido, cancelamos o seu pedido."),
        ("tr", "L07", "Yorumunuzda hızlı teslimattan bahsedin."),
        ("tr", "L13", "Mesaj almak istemiyorsanız buraya tıklayın."),
        ("tr", "L14", "Siz bir dolandırıcısınız."),
        ("tr", "L30", "İsteğiniz üzerine siparişinizi iptal ettik."),
        ("ja", "L07", "レビューには迅速な配送についてお書きください。"),
        ("ja", "L13", "配信停止をご希望の方はこちら。"),
        ("ja", "L14", "あなたは詐欺師です。"),
        ("ja", "L30", "ご依頼のとおり、ご注文をキャンセルいたしました。"),
        ("ar", "L07", "اذكروا في تقييمكم سرعة التوصيل."),
        ("ar", "L13", "لإلغاء الاشتراك اضغطوا هنا."),
        ("ar", "L14", "أنت محتال."),
        ("ar", "L30", "بناءً على طلبكم ألغينا طلبكم."),
    ],
)
def test_rules_that_few_texts_break_have_their_words_in_every_language(language: str, rule: str, line: str) -> None:
    """What to write in a review, how to opt out, an insult, an order cancelled because a message asked for it."""
    kind = "feedback_request" if rule == "L07" else "answer"
    assert rule in broken(line, language, kind)
