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
    ],
)
def test_everyday_words_break_no_rule(language: str, kind: str, line: str) -> None:
    """Words that are a reward, a bargain or an advertisement elsewhere, and are none here."""
    assert broken(line, language, kind) <= {"L02"}  # one line alone may look like nothing but thanks


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
