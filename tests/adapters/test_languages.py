"""
Detecting the language of a buyer's words: sure answers are right, and every doubt is left to the marketplace.

The texts are invented. A label of None means that no single language is the buyer's: too little, or two at once.
"""

import sys

import pytest

from responder.adapters import languages
from responder.core.detecting import detect, only_words
from responder.errors import ConfigError

TEXTS: tuple[tuple[str | None, str], ...] = (
    # Whole messages, as buyers write them.
    (
        "en",
        "Hello, my parcel was supposed to arrive on Monday but there is still no sign of it. Can you check, please?",
    ),
    ("en", "Hi, the lamp I received has a crack in the glass. I would like a replacement or my money back."),
    ("en", "Is this compatible with the older model as well? I could not find it in the description."),
    ("en", "hi can u tell me when it will be delivered im not home this week thanks"),
    ("en", "I ordered the wrong size by mistake, could you please cancel it before it is sent?"),
    ("de", "Guten Tag, mein Paket sollte am Montag ankommen, aber es ist immer noch nicht da. Können Sie das prüfen?"),
    ("de", "Die Lampe hat einen Sprung im Glas. Ich hätte gerne Ersatz oder mein Geld zurück."),
    ("de", "Passt das auch für das ältere Modell? In der Beschreibung steht dazu leider nichts."),
    ("de", "wo bleibt meine bestellung?? laut sendungsverfolgung wurde sie gestern schon zugestellt"),
    ("de", "Ich habe aus Versehen die falsche Größe bestellt, bitte stornieren Sie die Bestellung."),
    ("fr", "Bonjour, mon colis devait arriver lundi mais je n'ai toujours rien reçu. Pouvez-vous vérifier ?"),
    ("fr", "La lampe que j'ai reçue est fêlée. Je voudrais un échange ou un remboursement."),
    ("fr", "Est-ce que cela va aussi avec l'ancien modèle ? Ce n'est pas précisé dans la description."),
    ("fr", "bjr j ai commandé la mauvaise taille je voudrais annuler svp avant l envoi merci"),
    ("fr", "Pourriez-vous m'envoyer la facture de ma commande, s'il vous plaît ?"),
    ("it", "Buongiorno, il mio pacco doveva arrivare lunedì ma non ho ancora ricevuto nulla. Potete controllare?"),
    ("it", "La lampada che ho ricevuto ha il vetro rotto. Vorrei una sostituzione oppure il rimborso."),
    ("it", "È compatibile anche con il modello precedente? Nella descrizione non c'è scritto niente."),
    ("it", "ho ordinato per sbaglio la taglia sbagliata, si può annullare l'ordine prima della spedizione?"),
    ("it", "Potreste inviarmi la fattura del mio acquisto, per favore?"),
    ("es", "Buenos días, mi paquete tenía que llegar el lunes y todavía no he recibido nada. ¿Pueden comprobarlo?"),
    ("es", "La lámpara que he recibido tiene el cristal roto. Quisiera un cambio o que me devuelvan el dinero."),
    ("es", "¿Es compatible también con el modelo anterior? No lo pone en la descripción."),
    ("es", "me equivoque de talla quisiera cancelar el pedido antes de que lo envien gracias"),
    ("es", "¿Me podrían mandar la factura de mi compra, por favor?"),
    (
        "nl",
        "Goedemorgen, mijn pakket zou maandag aankomen maar ik heb nog steeds niets ontvangen. Kunt u dat nakijken?",
    ),
    ("nl", "De lamp die ik heb gekregen heeft een barst in het glas. Ik wil graag een nieuwe of mijn geld terug."),
    ("nl", "Past dit ook op het oudere model? Dat staat niet in de beschrijving."),
    ("nl", "ik heb per ongeluk de verkeerde maat besteld, kan ik de bestelling nog annuleren?"),
    ("sv", "Hej, mitt paket skulle ha kommit i måndags men jag har fortfarande inte fått något. Kan ni kontrollera?"),
    ("sv", "Lampan som jag fick har en spricka i glaset. Jag vill ha en ny eller pengarna tillbaka."),
    ("sv", "Passar den här även till den äldre modellen? Det står inget om det i beskrivningen."),
    ("sv", "jag råkade beställa fel storlek, går det att avbeställa innan ni skickar?"),
    ("pl", "Dzień dobry, moja paczka miała przyjść w poniedziałek, a nadal jej nie ma. Czy mogą Państwo to sprawdzić?"),
    ("pl", "Lampa, którą otrzymałem, ma pęknięte szkło. Proszę o wymianę albo o zwrot pieniędzy."),
    ("pl", "Czy to pasuje także do starszego modelu? W opisie nic o tym nie ma."),
    ("pl", "przez pomyłkę zamówiłam zły rozmiar, czy można jeszcze anulować zamówienie?"),
    ("pt", "Bom dia, a minha encomenda devia ter chegado na segunda-feira e ainda não recebi nada. Podem verificar?"),
    ("pt", "O abajur que recebi veio com o vidro quebrado. Gostaria de uma troca ou do meu dinheiro de volta."),
    ("pt", "Isto também serve para o modelo mais antigo? Não encontrei nada na descrição."),
    ("pt", "comprei o tamanho errado, será que dá para cancelar o pedido antes do envio? obrigada"),
    ("tr", "Merhaba, paketimin pazartesi günü gelmesi gerekiyordu ama hâlâ elime ulaşmadı. Kontrol edebilir misiniz?"),
    ("tr", "Gelen lambanın camı çatlak. Yenisini ya da paramın iadesini istiyorum."),
    ("tr", "Bu ürün eski modelle de uyumlu mu? Açıklamada bununla ilgili bir bilgi bulamadım."),
    ("tr", "yanlışlıkla yanlış beden sipariş ettim, kargoya verilmeden iptal edebilir miyim?"),
    ("ja", "お世話になります。月曜日に届く予定の荷物がまだ届いておりません。ご確認いただけますでしょうか。"),
    ("ja", "届いたランプのガラスにひびが入っていました。交換か返金をお願いしたいです。"),
    ("ja", "こちらの商品は古い型番でも使えますか?商品説明には書かれていないようです。"),
    ("ar", "مرحبا، كان من المفترض أن يصل الطرد يوم الاثنين ولم أستلم شيئا حتى الآن. هل يمكنكم التحقق من ذلك؟"),
    ("ar", "المصباح الذي وصلني فيه كسر في الزجاج. أريد استبداله أو استرجاع المبلغ."),
    ("ar", "هل يناسب هذا المنتج الطراز القديم أيضا؟ لم أجد ذلك في الوصف."),
    # Of one language, with what has none.
    (
        "de",
        "Bestellung 305-1234567-7654321: Wo ist die Rechnung? https://example.com/track?id=JJD0099 Danke im Voraus.",
    ),
    ("fr", "Commande 171-1234567-1234567, suivi 6A12345678901 : le livreur n'est jamais passé chez moi."),
    ("es", "El artículo B0ABCDEFGH no funciona, se apaga solo después de unos minutos de uso."),
    ("en", "Tracking 1Z999AA10123456784 says delivered, but nothing was left at my door yesterday."),
    # Too little.
    (None, "ok"),
    (None, "Rechnung?"),
    (None, "Danke!"),
    (None, "Hello"),
    (None, "invoice please"),
    (None, "305-1234567-7654321"),
    (None, "???"),
    (None, "merci bcp"),
    (None, "いつ届きますか"),
    (None, "1234567890 https://example.com/where-is-my-parcel-and-when-does-it-arrive"),
    # Two languages at once.
    (None, "Tracking ID sagt delivered, ist aber nix da"),
    (None, "Hello, my parcel has not arrived yet. Guten Tag, mein Paket ist noch nicht angekommen."),
    (None, "Bonjour, je n'ai pas reçu mon colis. Goedendag, ik heb mijn pakket niet ontvangen."),
    (None, "Merhaba, paketim gelmedi. Hello, I have not received my package, please help me with this."),
    (None, "مرحبا لم يصل الطرد بعد. Hello, the parcel has not arrived yet, please check where it is."),
    (None, "Buongiorno, non ho ricevuto il pacco. Buenos días, no he recibido el paquete todavía."),
    # Names and titles, which are in no language or in one the buyer does not write.
    (None, "Giovanni Battista Pergolesi Rossini Verdi"),
    (None, "João Guimarães de Oliveira Santos"),
    (None, "Krzysztof Wojciechowski Szczepański"),
    (None, "محمد عبد الرحمن السيد أحمد"),
    (None, "Bosch Professional Akkuschrauber GSR 18V"),
    (None, "Braun Series 9 Pro elektrischer Rasierer"),
    (None, "Echo Dot (3rd Gen) Smart speaker with Alexa"),
    (
        "en",
        'Hello, the item "Lampada da tavolo in legno con paralume bianco per camera da letto" is missing a part',
    ),
    ("de", "Dem Artikel „Lampe de chevet en bois avec abat-jour blanc pour la chambre“ fehlt leider ein Teil."),
    # Who writes one language, and asks for another.
    (None, "Ich spreche kein Deutsch, please answer in English. Vielen Dank im Voraus und schöne Grüße aus London"),
    (None, "Please answer in French, my English is bad"),
    (None, "Répondez en anglais s'il vous plaît, je ne parle pas français"),
    (None, "Antworten Sie bitte auf Englisch, ich verstehe kein Deutsch"),
    # Languages that no text is written in: silence, never the nearest of ours.
    ("da", "Hej, min pakke skulle være kommet i mandags, men jeg har ikke fået noget endnu. Kan I undersøge det?"),
    ("nb", "Hei, pakken min skulle ha kommet på mandag, men jeg har ikke fått noe ennå. Kan dere sjekke dette?"),
    ("ca", "Bon dia, el meu paquet havia d'arribar dilluns i encara no he rebut res. Ho podeu comprovar?"),
    ("cs", "Dobrý den, můj balík měl přijít v pondělí a stále nic nedorazilo. Můžete to prosím zjistit?"),
    ("sk", "Dobrý deň, môj balík mal prísť v pondelok a stále nič neprišlo. Môžete to prosím zistiť?"),
    ("ro", "Bună ziua, coletul meu trebuia să ajungă luni și încă nu am primit nimic. Puteți verifica?"),
    ("af", "Goeie dag, my pakkie moes Maandag aankom, maar ek het nog niks gekry nie. Kan julle asseblief kyk?"),
    ("ur", "السلام علیکم، میرا پارسل پیر کو آنا تھا لیکن ابھی تک نہیں ملا۔ کیا آپ دیکھ سکتے ہیں؟"),
    ("fi", "Hei, pakettini piti saapua maanantaina, mutta en ole saanut vielä mitään. Voitteko tarkistaa asian?"),
    ("hu", "Jó napot, a csomagomnak hétfőn kellett volna megérkeznie, de még semmit sem kaptam. Utánanéznének?"),
    ("hr", "Gdje je moj paket? Trebao je stići jučer."),
    ("sl", "Kje je moj paket? Moral bi prispeti včeraj, pa ga še vedno ni."),
    ("gl", "Bo día, non recibín o meu pedido. Onde está o paquete? Moitas grazas"),
    ("gl", "Cando chegará o meu pedido? Grazas pola axuda"),
    ("ckb", "سڵاو، دوو هەفتە پێش ئێستا چرایەکم داوا کرد و هێشتا نەگەیشتووە. کەی دەگات؟"),
    ("fa", "سلام، دو هفته پیش یک چراغ سفارش دادم و هنوز نرسیده است. کی تحویل داده می‌شود؟"),
    ("zh", "您好,我的包裹本应在星期一送达,但是到现在还没有收到,请帮我查一下好吗?"),
)
OURS = frozenset(languages.WRITTEN)


def answer(text: str) -> str | None:
    """Return the sure answer about a text, where there is one."""
    found = detect(languages.load(), text, OURS)
    return found.language if found else None


@pytest.mark.parametrize(("label", "text"), TEXTS)
def test_a_sure_answer_is_never_wrong(label: str | None, text: str) -> None:
    """Silence or the truth: a language the buyer did not write in would be worse than the marketplace's."""
    assert answer(text) in {None, label if label in OURS else None}


def test_most_whole_messages_have_a_sure_answer() -> None:
    """Never to answer would be right and useless; the figures are printed."""
    labelled = [(label, text) for label, text in TEXTS if label in OURS]
    sure = [label for label, text in labelled if answer(text) == label]
    sys.stdout.write(f"{len(TEXTS)} texts: {len(sure)} of {len(labelled)} sure and right, none wrong\n")
    assert len(TEXTS) >= 60
    assert len(sure) >= 0.8 * len(labelled)
    assert set(sure) == OURS


def test_a_language_without_a_text_is_left_to_the_marketplace() -> None:
    """It may be sure; it is of no use."""
    polish = next(text for label, text in TEXTS if label == "pl")
    assert detect(languages.load(), polish, {"en", "de"}) is None
    found = detect(languages.load(), polish, {"pl-PL", "en"})
    assert found is not None
    assert (found.language, found.confidence >= 0.9) == ("pl", True)


def test_without_a_detector_nothing_is_detected() -> None:
    """The ordinary case: the marketplace decides."""
    assert detect(None, TEXTS[0][1], OURS) is None


def test_only_words_are_looked_at() -> None:
    """Links, addresses, codes and numbers are in no language, and look like English."""
    text = (
        "Wo ist 305-1234567-7654321 (B0ABCDEFGH, JJD0099)? www.example.com/where-is https://example.com/a a@b.example"
    )
    assert only_words(text) == "Wo ist"


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own mark of a package that is not there."""
    monkeypatch.setitem(sys.modules, "lingua", None)
    languages.load.cache_clear()
    assert not languages.installed()
    with pytest.raises(ConfigError, match=r"pip install 'buyer-responder\[lang\]'"):
        languages.load()
