"""
Amazon's communication rules, each with mails that keep it and mails that break it.

The rules are the shipped ones: their words are what a seller meets.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import rules as rules_file
from responder.core import policy
from responder.core.policy import Finding

RULES = rules_file.load()

GOOD = {
    "en": "Hello,\n\nThank you for your message about order 305-1234567-7654321. Our shop is closed for the weekend. "
    "One of us will read it and answer you by Monday 16 November 2026, 09:00.\n\nKind regards\nMaison Exemple\n",
    "de": "Guten Tag,\n\nvielen Dank für Ihre Nachricht vom 14.11.2026. Unser Geschäft ist bis 16.11. um 9.30 Uhr "
    "geschlossen. Wir lesen sie und antworten Ihnen. Der Betrag von 1.234,50 EUR ist bei uns eingegangen.\n",
    "fr": "Bonjour,\n\nNous vous remercions de votre message du 14/11/2026. Notre boutique est fermée jusqu’au "
    "16/11/2026 à 9h00 et nous vous répondrons au plus tard à cette date.\n\nBien cordialement\n",
    "it": "Buongiorno,\n\nabbiamo ricevuto il suo messaggio. Il nostro negozio è chiuso per il fine settimana e le "
    "risponderemo entro lunedì. Il rimborso di € 39,90 non è necessario.\n",
    "es": "Buenos días:\n\nHemos recibido su mensaje. Nuestra tienda está cerrada durante el fin de semana y una "
    "persona de nuestro equipo le responderá el lunes por la mañana.\n",
    "nl": "Geachte klant,\n\nWij hebben uw bericht ontvangen. Onze winkel is in het weekend gesloten en een van onze "
    "medewerkers antwoordt u uiterlijk op maandag.\n",
    "sv": "Hej,\n\nTack för ditt meddelande. Vår butik är stängd under helgen och en av oss svarar dig senast på "
    "måndag. Beloppet 1 250 kr är inte debiterat.\n",
    "pl": "Dzień dobry,\n\notrzymaliśmy Państwa wiadomość. W weekend nasz sklep jest nieczynny i odpowiemy na nią "
    "najpóźniej w poniedziałek. Kwota 1 250 zł nie została pobrana.\n",
    "pt": "Olá!\n\nRecebemos a sua mensagem de 14/11/2026. A nossa loja está fechada durante o fim de semana e uma "
    "pessoa vai responder até segunda-feira, às 9h30. O valor de 1.234,50 BRL não foi cobrado.\n",
    "tr": "Merhaba,\n\nMesajınız bize ulaştı. Mağazamız şu anda kapalıdır ve ekibimizden biri size en geç "
    "16.11.2026 Pazartesi günü yanıt verecektir. Bu sipariş için 1.250,00 TL tutarında bir ödeme alınmadı.\n",
    "ja": "お客様\n\nお問い合わせいただき、誠にありがとうございます。当店は週末のため休業しております。"
    "2026年11月16日（月）までにご返信いたします。12,500円のご請求はございません。\n",
    "ar": "مرحبًا،\n\nوصلتنا رسالتكم بتاريخ 14/11/2026. متجرنا مغلق خلال عطلة نهاية الأسبوع وسنرد عليكم في موعد أقصاه "
    "يوم الاثنين 16 نوفمبر 2026. لم يتم خصم المبلغ 1250.00 SAR من حسابكم.\n",
}


def found(body: str, language: str | None = "en", **more: object) -> list[Finding]:
    """Check an acknowledgement's body."""
    arguments = {"subject": "Re: Question", "kind": "acknowledgement", **more}
    return list(policy.check(body=body, language=language, rules=RULES, **arguments))  # type: ignore[arg-type]


def names(body: str, language: str | None = "en", **more: object) -> set[str]:
    """The rules that a body breaks."""
    return {finding.rule for finding in found(body, language, **more)}


@pytest.mark.parametrize("language", GOOD)
def test_an_honest_acknowledgement_breaks_no_rule(language: str) -> None:
    """Dates, times, prices and order numbers are no telephone numbers, and a plain text is no marketing."""
    assert found(GOOD[language], language) == []


@pytest.mark.parametrize(
    ("rule", "language", "line"),
    [
        ("L01", "de", "Ihre Ware wurde versandt."),
        ("L01", "pl", "Państwa zamówienie zostało wysłane."),
        ("L03", "en", "Use the promo code HELLO for your next order."),
        ("L03", "en", "Here is a Discount for you."),
        ("L03", "de", "Sie erhalten einen Gutscheincode."),
        ("L03", "fr", "Profitez de notre offre spéciale !"),
        ("L03", "it", "Le offriamo uno sconto."),
        ("L03", "es", "Le ofrecemos un descuento."),
        ("L03", "nl", "U krijgt 10% korting."),
        ("L03", "sv", "Du får rabatt nästa gång."),
        ("L03", "pl", "Otrzymają Państwo zniżkę."),
        ("L04", "en", "You get a gift card."),
        ("L04", "fr", "Vous recevrez une carte cadeau."),
        ("L04", "de", "Als Dankeschön erhalten Sie ein Geschenk."),
        ("L04", "it", "Riceverà un buono regalo."),
        ("L04", "pl", "Otrzymają Państwo gratis."),
        ("L05", "en", "Please leave a positive review."),
        ("L05", "en", "We hope for 5 stars!"),
        ("L05", "de", "Wir freuen uns über eine positive Bewertung."),
        ("L05", "fr", "Merci de laisser un avis positif."),
        ("L05", "es", "Le rogamos eliminar su reseña."),
        ("L05", "nl", "Wilt u uw beoordeling wijzigen?"),
        ("L05", "sv", "Vi hoppas på fem stjärnor."),
        ("L08", "en", "See https://example.com/a?b=c for more."),
        ("L08", "en", "See HTTP://EXAMPLE.COM for more."),
        ("L08", "de", "Mehr unter www.beispiel.example."),
        ("L08", "fr", "Voir exemple-boutique.fr pour en savoir plus."),
        ("L08", "it", "Veda negozio.example.it."),
        ("L08", "en", "Go to http://192.0.2.1/track"),
        ("L08", "en", "See amazon.de for your order."),
        ("L09", "en", "Write to service@example.com."),
        ("L09", "de", "Schreiben Sie an service (at) beispiel"),
        ("L09", "en", "Call us on +49 89 1234567."),
        ("L09", "de", "Telefon: 089/123 45 67"),
        ("L09", "fr", "Appelez le 06 12 34 56 78."),
        ("L09", "it", "Ci chiami al 02-1234567."),
        ("L09", "en", "Our hotline: 800 123 4567"),
        ("L13", "en", "You can unsubscribe at any time."),
        ("L16", "en", "See you on Monday \U0001f60a"),
        ("L16", "de", "Bis Montag ☀"),
        ("L18", "en", "This is <b>important</b>."),
        ("L18", "en", "Terms&nbsp;apply."),
        ("L27", "it", "[Importante] Il suo ordine"),
        ("L01", "pt", "O seu pedido foi enviado ontem."),
        ("L01", "tr", "Siparişiniz kargoya verildi."),
        ("L01", "ja", "ご注文の商品を発送いたしました。"),
        ("L01", "ar", "لقد تم شحن طلبكم أمس."),
        ("L03", "pt", "Receba um Cupom na próxima compra."),
        ("L03", "tr", "Bir sonraki siparişinizde İNDİRİM kazanın."),
        ("L03", "ja", "次回ご利用いただける割引クーポンです。"),
        ("L03", "ar", "احصلوا على قسيمة شراء."),
        ("L03", "ar", "يمكنكم الاستفادة من التخفيضات الآن."),
        ("L04", "pt", "Enviamos um brinde."),
        ("L04", "tr", "Size bir hediye kartı göndereceğiz."),
        ("L04", "ja", "レビューと引き換えにギフト券を差し上げます。"),
        ("L04", "ar", "ستحصلون على بطاقة هدية."),
        ("L05", "pt", "Agradecemos uma avaliação positiva."),
        ("L05", "tr", "Bize 5 yıldız verirseniz seviniriz."),
        ("L05", "ja", "ぜひ高評価をお願いします。"),
        ("L05", "ar", "نرجو منكم تقييمًا إيجابيًا."),
        ("L08", "ja", "詳しくはwww.example.comをご覧ください。"),
        ("L09", "pt", "Telefone: 11 91234-5678"),
        ("L09", "tr", "Telefon: 0212 123 45 67"),
        ("L09", "ja", "電話は03-1234-5678です。"),
        ("L09", "ar", "هاتف: 0501234567"),
        ("L13", "tr", "Abonelikten çıkmak için yanıtlayın."),
        ("L13", "ja", "配信停止はこちらです。"),
        ("L27", "ja", "【重要】ご注文について"),
        ("L03", "ja", "ただいまセール中です。"),
        ("L03", "ja", "LINEで友だち追加してください。"),
        ("L04", "ja", "もれなくプレゼントいたします。"),
        ("L05", "ja", "レビューを取り下げていただければ全額返金いたします。"),
        ("L03", "ar", "استخدموا كود الخصم SAVE10 في طلبكم القادم."),
        ("L03", "ar", "خصم 20% على طلبكم القادم."),
        ("L04", "ar", "سنرسل لكم هدية مجانية."),
        ("L05", "ar", "نرجو منكم حذف التقييم السلبي وسنعيد لكم المبلغ."),
        ("L04", "tr", "Size küçük bir hediye gönderiyoruz."),
        ("L04", "tr", "Yorum yazanları ödüllendiriyoruz."),
        ("L04", "pl", "W zamian za opinię zwrócimy koszt przesyłki."),
        ("L05", "pl", "Prosimy o usunięcie negatywnej opinii, a zwrócimy pieniądze."),
        ("L05", "pl", "Prosimy o zmianę oceny na lepszą."),
        ("L09", "pl", "Prosimy dzwonić: 022/123/45/67."),
    ],
)
def test_a_line_that_breaks_a_rule_is_named_with_its_line(rule: str, language: str, line: str) -> None:
    """Each rule in several languages: the finding names the body's line and the words."""
    greeting, _, rest = GOOD[language].partition("\n\n")
    findings = found(f"{greeting}\n\n{line}\n\n{rest}", language)
    assert {finding.rule for finding in findings} >= {rule}
    finding = next(each for each in findings if each.rule == rule)
    assert finding.line == 3
    assert finding.excerpt.strip()
    assert finding.hint


def test_a_mail_in_several_languages_is_judged_in_each_of_them() -> None:
    """No language of the mail is strange in it, its rules hold in each text, and a third language is still found."""
    both = GOOD["fr"] + "\n* * *\n\n" + GOOD["nl"]
    assert found(both, "fr, nl") == []
    assert [finding.rule for finding in found(both, "de")] == ["L24"]
    dutch = found(both + "\nU krijgt 10% korting.\n", "fr, nl")
    french = found("Profitez de notre offre spéciale !\n\n" + both, "fr, nl")
    assert [(finding.rule, finding.excerpt) for finding in (*dutch, *french)] == [
        ("L03", "korting"),
        ("L03", "offre spéciale"),
    ]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Your order 305-1234567-7654321 of 2026-11-12 costs 1,234.50 EUR."),
        ("en", "Invoice 12345678 is ready."),
        ("en", "We are open 09:00-12:30 and 13:30-18:00, Monday to Friday."),
        ("de", "Wir haben vom 24.12.2026 bis 04.01.2027 geschlossen, z.B. am 1. 1. 2027."),
        ("de", "Der Artikel misst 100 x 200 x 300 mm."),
        ("de", "Danke.Es geht am Montag weiter."),
        ("fr", "Du 24/12/2026 au 04/01/2027 : 1 234,50 €."),
        ("sv", "Det kostar 12 500 kr, d.v.s. mindre."),
        ("en", "The colour is 100 % as in the picture © ® ™."),
        ("en", "Is 3 < 5 and 7 > 6? Yes."),
        ("de", "Das Gift im Namen des Artikels ist kein Gift."),
        ("en", "The [import] field is empty."),
        ("ja", "カスタマーセールス部の田中です。セールスポイントの資料はございません。"),
        ("ja", "商品のプレゼント包装には対応しておりません。"),
        ("tr", "Hediye paketi seçeneği siparişinizde görünüyor."),
        ("tr", "Ürünün ödül aldığına dair bilgimiz yok."),
        ("ar", "خدمة تغليف الهدايا غير متاحة لهذا المنتج."),
        ("ar", "تم خصم المبلغ مرة واحدة فقط."),
        ("pl", "W zamian za uszkodzony egzemplarz wyślemy nowy do 3 grudnia."),
        ("pl", "Faktura VAT nr FV/2026/11/0012 i faktura 0013/11/2026 są gotowe."),
    ],
)
def test_what_only_looks_like_a_broken_rule_passes(language: str, line: str) -> None:
    """Numbers of orders and invoices, dates, prices, sizes, gift wrapping and missing blanks are left alone."""
    greeting, _, rest = GOOD[language].partition("\n\n")
    assert found(f"{greeting}\n\n{line}\n\n{rest}", language) == []


def test_a_reward_and_a_request_are_graded() -> None:
    """A request for a review is a warning in an acknowledgement; asking for a good one is an error."""
    (asked,) = found(GOOD["de"] + "Bewerten Sie uns.\n", "de")
    assert (asked.rule, asked.severity) == ("L05", "warning")
    assert not policy.has_errors([asked])
    assert policy.has_errors(found(GOOD["de"] + "Wir bitten um eine gute Bewertung.\n", "de"))


def test_a_feedback_request_may_ask_and_must_name_the_order() -> None:
    """L23: a mail of our own accord names the order; the request itself is what the mail is for."""
    body = GOOD["en"].replace("305-1234567-7654321", "yours") + "Please leave feedback.\n"
    mail = {"kind": "feedback_request", "order_id": "305-1234567-7654321"}
    assert names(body, **mail) == {"L23"}
    assert names(f"{body}Order 305-1234567-7654321\n", **mail) == set()


def test_amazons_own_pages_may_be_linked_outside_acknowledgements() -> None:
    """Grade S: such links pass in practice; look-alike hosts and plain http do not."""
    mail = {"kind": "answer"}
    assert names(GOOD["en"] + "See https://www.amazon.de/gp/help or amazon.fr.\n", **mail) == set()
    assert names(GOOD["en"] + "See https://www.amazon.de.example.com/gp.\n", **mail) == {"L08"}
    assert names(GOOD["en"] + "See http://www.amazon.de/gp.\n", **mail) == {"L08"}


def test_one_empty_line_is_enough() -> None:
    """L19: at most two line breaks in a row; empty lines at the end are not printed and not counted."""
    assert names(GOOD["en"] + "\n\n\n") == set()
    assert names("Hello,\n\n\n" + GOOD["en"]) == {"L19"}
    assert names("Hello,\r\n \r\n\r\n" + GOOD["en"]) == {"L19"}


@pytest.mark.parametrize("body", ["", " \n\n", "...\n", "\u200b"])
def test_an_empty_text_is_an_error(body: str) -> None:
    """L32: a mail without a word must not leave."""
    assert "L32" in names(body)


def test_a_text_of_nothing_but_thanks_is_a_warning() -> None:
    """L02 is a guess: few words, and nothing that says what happens next."""
    (finding,) = found("Hello,\n\nThank you so much!\n\nMaison Exemple\n")
    assert (finding.rule, finding.severity, finding.line) == ("L02", "warning", 3)


@pytest.mark.parametrize("language", GOOD)
def test_a_text_in_another_language_is_found(language: str) -> None:
    """L24: every language under every other language's heading."""
    for other, body in GOOD.items():
        rules = {finding.rule for finding in found(body, language)}
        assert ("L24" in rules) == (other != language), other


def test_a_short_or_mixed_text_proves_no_language() -> None:
    """Only a long text of one other language is an error; a language we have no words for is never judged."""
    assert names("Ihre Bestellung 4711 ist da.", "fr") == set()
    assert names(GOOD["de"] + GOOD["fr"], "de") == set()
    assert names(GOOD["de"], "fi") == set()
    assert names(GOOD["de"], "de-AT") == set()


def test_the_subject_is_line_zero() -> None:
    """The seller's own words in a subject are judged as well."""
    (finding,) = found(GOOD["en"], subject="[IMPORTANT] your order")
    assert (finding.rule, finding.line) == ("L27", 0)


def test_the_buyers_words_are_not_judged() -> None:
    """A name or subject that the buyer chose is no rule broken by the seller; the same words of ours are."""
    subject = "Discount https://example.com [important] \U0001f60a"
    body = GOOD["en"].replace("Hello", "Hello Gift Card")
    assert names(body, subject=f"Re: {subject}", given=["Gift Card", subject]) == set()
    assert names(body, subject=f"Re: {subject}") == {"L03", "L04", "L08", "L16", "L27"}
    assert names(GOOD["en"], subject="Re: Your discount", given=["AW: Re: Your  discount\n"]) == set()
    assert names(GOOD["en"] + "A gift card for you.\n", given=["card"]) == set()
    assert names(GOOD["en"] + "A gift card for you.\n", given=["ard"]) == {"L04"}


@given(name=st.text(max_size=60), subject=st.text(max_size=200))
def test_no_name_and_no_subject_makes_an_honest_mail_break_a_rule(name: str, subject: str) -> None:
    """Property: whatever stands in `given` as a line of its own adds no error."""
    name, subject = " ".join(name.split()), " ".join(subject.split())
    findings = found(f"{GOOD['en']}\n{name}\n", subject=f"Re: {subject}", given=[name, subject])
    assert not policy.has_errors(findings)


def test_images_and_an_html_part_are_refused_in_an_acknowledgement() -> None:
    """L11 and L18: no tracking image can hide in a plain text."""
    findings = found(GOOD["en"], html='<p>Hello</p><img src="https://example.com/p.gif" width="1">')
    assert {finding.rule for finding in findings} == {"L11", "L18"}


@pytest.mark.parametrize(
    "piece", ["1", "a.", "0 ", "<a ", "a@", "-", "[", "é", "1.", "€ 1 ", "\u0315\u0300", "{a", "a a "]
)
def test_a_text_made_to_be_slow_is_checked_to_its_end(piece: str) -> None:
    """Every pattern is bounded: on 64 KB of the worst letters an unbounded one would not come back."""
    found(piece * (65_536 // len(piece)), None)


def test_a_megabyte_of_words_is_checked_to_its_end() -> None:
    """The time grows with the text, not with its square."""
    found("gift card and a review, " * 40_000, None)


@pytest.mark.parametrize(
    "line",
    [
        "You get a GIFT CARD.",
        "You get a ｇｉｆｔ ｃａｒｄ.",
        "You get a 𝐠𝐢𝐟𝐭 𝐜𝐚𝐫𝐝.",
        "You get a gi\u200bft card.",
        "You get a g\xadift card.",
        "You get a gift\ncard.",
        "You get a gift  card.",
    ],
)
def test_no_spelling_and_no_line_end_hides_a_word(line: str) -> None:
    """Case, width, style, invisible signs and hard-wrapped lines make no other word."""
    (finding,) = found(f"{GOOD['en']}\n{line}\n")
    assert (finding.rule, finding.line) == ("L04", GOOD["en"].count("\n") + 2)


@pytest.mark.parametrize(
    ("language", "line", "rule"),
    [
        ("tr", "HEDİYE KARTI veriyoruz.", "L04"),
        ("de", "Ein GRATISPRODUKT.", "L04"),
        ("fr", "Une carte cade\u0061u : re\u0301compense !", "L04"),
        ("ar", "ســنــرسل بِطَاقَةُ هَدِيَّة", "L04"),
        ("ja", "ギフト\nカードを差し上げます。", "L04"),
        ("ja", "ｷﾞﾌﾄｶｰﾄﾞを差し上げます。", "L04"),
    ],
)
def test_each_script_is_compared_as_its_readers_do(language: str, line: str, rule: str) -> None:
    """Turkish i, combining accents, Arabic vowel signs and kashida, Japanese half-width letters and wrapped words."""
    assert rule in names(f"{GOOD[language]}\n{line}\n", language)


def test_a_phrase_begins_and_ends_in_the_subject_or_in_the_text() -> None:
    """The last word of a subject and the first of a text say nothing together."""
    assert names(f"card for you\n\n{GOOD['en']}", subject="Re: your gift") == set()


@pytest.mark.parametrize(
    "line",
    [
        "Hello {{ buyer.name }},",
        "Hello {name},",
        "Hello %FIRST_NAME%,",
        "Your [ORDER NUMBER] is here.",
        "Here is the the parcel.",
    ],
)
def test_an_unfinished_sentence_is_a_warning(line: str) -> None:
    """L21: a placeholder that nobody filled in, and a small word twice."""
    assert {(each.rule, each.severity) for each in found(f"{line}\n{GOOD['en']}")} == {("L21", "warning")}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "I know that that parcel had had its day, bye bye."),
        ("de", "Dass das das Beste ist, die die Sie meinen, wissen wir."),
        ("fr", "Nous nous en occupons et vous vous demandez quand."),
        ("en", "Model A A is [sold] at 50% of the price."),
        ("tr", "Yavaş yavaş bir bir baktık."),
    ],
)
def test_words_that_may_stand_twice_are_left_alone(language: str, line: str) -> None:
    """Every language doubles some of its words on purpose."""
    assert "L21" not in names(f"{GOOD[language]}\n{line}\n", language)


def test_steps_with_numbers_are_guidance_in_a_request() -> None:
    """L07: two steps in a request for feedback; anywhere else they are how something works."""
    body = f"{GOOD['en']}\n1. Open your orders.\n2. Choose this one.\n"
    mail = {"kind": "feedback_request", "order_id": "305-1234567-7654321"}
    assert "L07" in names(body, **mail)
    assert "L07" not in names(body, kind="answer")


@pytest.mark.parametrize("language", GOOD)
def test_the_language_of_a_text_is_told_by_its_small_words(language: str) -> None:
    """Only where it is certain; a few words of any language prove nothing."""
    assert policy.written_in(GOOD[language], RULES) == language
    assert policy.written_in(GOOD[language][:12], RULES) in {None, "ja", "ar"}
    assert policy.written_in(GOOD["de"] + GOOD["fr"], RULES) is None
