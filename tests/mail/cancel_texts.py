"""
Synthetic messages of buyers who ask to cancel an order, and of others who use the same words for something else.

`TEXTS`: the words of `data/cancelling.yaml` were chosen with these in view. `HELD_BACK`: written when the words stood,
and the words were not changed for them.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """What a buyer may write, the language of the store, and whether it asks to cancel the order."""

    language: str
    asks: bool
    text: str


_YES: dict[str, tuple[str, ...]] = {
    "en": (
        "Please cancel my order, I am going on holiday tomorrow.",
        "Please cancel my order because I will not be at this address any more.",
        "Hello, please cancel my order. Thank you.",
        "I ordered the wrong colour by mistake. Can you cancel it before it ships?",
        "I would like to cancel this purchase, I found it elsewhere.",
        "hi\ncancel order\nthx",
        "How can I cancel? The button does not work for me.",
        "I need my order cancelled. I want my order cancelled today please",
        "Can you please stop the order, my address has changed and I will order again",
    ),
    "de": (
        "Bitte stornieren Sie meine Bestellung, ich brauche eine Rechnung auf die Firma.",
        "Bitte stornieren, ab morgen bin ich auf Reise.",
        "Guten Tag, bitte stornieren Sie meine Bestellung. Vielen Dank",
        "Ich habe aus Versehen zweimal bestellt und möchte eine Bestellung stornieren.",
        "Kann ich stornieren? Ich habe die falsche Größe gewählt.",
        "Hallo, ich bitte um Stornierung.",
        "Ich möchte den Auftrag widerrufen, da die Lieferung zu lange dauert.",
        "Bestellung bitte storniert, danke",
        "Könnten Sie den Kauf rückgängig machen? Noch nicht versandt.",
    ),
    "fr": (
        "Bonjour, pouvez-vous annuler ma commande s'il vous plaît ? Merci",
        "Je me suis trompé de couleur, je souhaite annuler.",
        "Merci d’annuler la commande, je l'ai passée deux fois.",
        "Comment annuler mon achat ?",
        "Je demande l'annulation de cette commande.",
        "bonjour\nannulez ma commande svp\ncordialement",
        "Je n'arrive pas à annuler la commande sur le site, aidez-moi.",
    ),
    "it": (
        "Buongiorno, vorrei annullare l'ordine, ho sbagliato taglia.",
        "Potete annullare il mio ordine? Grazie",
        "Chiedo l’annullamento: ho ordinato due volte.",
        "Ho ordinato per errore, annullatelo per favore.",
        "Salve, annullate ordine grazie",
        "Come faccio ad annullare? Non è ancora partito.",
        "È possibile cancellare l'ordine? Non mi serve più.",
    ),
    "es": (
        "Hola, quiero cancelar mi pedido, por favor.",
        "Me he equivocado de talla, ¿podéis cancelar el pedido?",
        "Solicito la cancelación, ya no lo necesito.",
        "buenas\ncancelar pedido\ngracias",
        "Por favor cancelen la compra, la hice por error.",
        "Quisiera anular el pedido antes de que salga.",
        "¿Cómo puedo cancelar el pedido? No me deja la web.",
    ),
    "pt": (
        "Olá, gostaria de cancelar o meu pedido.",
        "Comprei errado, podem cancelar?",
        "Solicito o cancelamento da compra, por favor.",
        "bom dia\ncancelar pedido\nobrigada",
        "Por favor cancelem a encomenda, já não preciso.",
        "Como faço para cancelar a compra?",
        "Quero cancelar porque o prazo é muito longo.",
    ),
    "nl": (
        "Hallo, ik wil graag mijn bestelling annuleren.",
        "Kunt u mijn order annuleren? Ik heb de verkeerde maat besteld.",
        "Annuleer mijn bestelling alstublieft.",
        "Kan ik annuleren? Het is nog niet verzonden.",
        "Graag een annulering van de aankoop, dank u.",
        "Hoe annuleer ik? De knop werkt niet.",
        "cancel mijn bestelling aub",
    ),
    "sv": (
        "Hej, jag vill avbeställa, jag valde fel storlek.",
        "Kan ni avbryta min beställning? Tack",
        "Avbeställ min order tack.",
        "Jag skulle vilja ångra köpet innan det skickas.",
        "Vänligen annullera beställningen, den gjordes av misstag.",
        "Hur avbeställer jag? Knappen fungerar inte.",
        "Önskar makulera ordern.",
    ),
    "pl": (
        "Dzień dobry, proszę anulować moje zamówienie.",
        "Zamówiłem przez pomyłkę, czy mogę anulować?",
        "Chciałabym anulować zakup, wybrałam zły rozmiar.",
        "Rezygnuję z zamówienia, dziękuję.",
        "Proszę o anulowanie zamówienia, kupiłem dwa razy.",
        "anulujcie zamówienie",
        "Jak mogę anulować? Przycisk nie działa.",
    ),
    "tr": (
        "Merhaba, siparişimi iptal etmek istiyorum.",
        "Yanlış renk seçtim, iptal eder misiniz?",
        "Lütfen siparişi iptal edin ve paramı iade edin.",
        "Siparişten vazgeçtim, teşekkürler.",
        "Ürün kargolanmadıysa iptalini rica ederim.",
        "Nasıl iptal edebilirim?",
        "SİPARİŞ İPTAL",
    ),
    "ja": (
        "注文をキャンセルしたいのですが。",
        "色を間違えました。キャンセルをお願いします。",
        "まだ発送前でしたらキャンセルできますか？",
        "二重に注文してしまったので、片方をキャンセルしてください。",
        "キャンセル希望です。",
        "注文を取り消したいです。",
        "キャンセル方法を教えてください。",
    ),
    "ar": (
        "مرحبا، أريد إلغاء الطلب من فضلك.",
        "طلبت بالخطأ، هل يمكن إلغاء الطلب؟",
        "الرجاء إلغاء طلبي قبل الشحن.",
        "كيف يمكنني إلغاء هذا الطلب؟",
        "أرغب في إلغاء الشراء لأن المقاس خطأ.",
        "ممكن الغاء الطلب",
        "هل يمكنكم إلغاء طلبيتي؟",
    ),
}
_NO: dict[str, tuple[str, ...]] = {
    "en": (
        "Can you cancel my invoice and send one to my company?",
        "Please do not send it to my old address.",
        "Please do not cancel my order, I can wait.",
        "I don’t want to cancel, I only want to know when it arrives.",
        "Why was my order cancelled? I did not cancel it.",
        "How do I cancel my Subscribe & Save subscription? I like the item.",
        "Are these noise cancelling headphones? I want to order two.",
        "The lamp arrived broken, I want to return it and get a refund.",
        "I want to cancel my return request, I will keep the item.",
        "What is your cancellation policy for this product?",
    ),
    "de": (
        "Bitte stornieren Sie die Rechnung und schicken Sie eine neue.",
        "Bitte nicht an die alte Adresse versenden.",
        "Bitte die Bestellung nicht stornieren, ich warte gern.",
        "Warum wurde meine Bestellung storniert?",
        "Wie kann ich mein Abo stornieren? Die Bestellung ist gut.",
        "Die Lampe ist kaputt angekommen, ich möchte sie zurücksenden.",
        "Ich habe nach der Stornierung meiner Bestellung noch kein Geld.",
        "Bitte stornieren Sie die Rücksendung, ich behalte die Ware.",
        "Welche Stornierungsbedingungen gelten für diesen Artikel?",
    ),
    "fr": (
        "N'annulez pas ma commande, je patiente.",
        "Je ne veux pas annuler la commande, juste changer la date.",
        "Pourquoi ma commande a été annulée ?",
        "Comment annuler mon abonnement sur cet article ?",
        "Le casque a-t-il la réduction de bruit pour annuler les sons ? Produit neuf ?",
        "La lampe est arrivée cassée, je veux être remboursé.",
        "Je voudrais annuler la demande de retour, je garde l'article.",
    ),
    "it": (
        "Per favore non annullate l'ordine, aspetto.",
        "Non voglio annullare l'ordine, solo sapere quando arriva.",
        "Perché il mio ordine è stato annullato?",
        "Come posso annullare l'abbonamento? Il prodotto va bene.",
        "Queste cuffie hanno la cancellazione del rumore? Vorrei fare un ordine.",
        "La lampada è arrivata rotta, vorrei il rimborso.",
        "Vorrei annullare la richiesta di reso, tengo il prodotto.",
    ),
    "es": (
        "Por favor no cancelen mi pedido, puedo esperar.",
        "No quiero cancelar el pedido, solo saber cuándo llega.",
        "¿Por qué han cancelado mi pedido?",
        "Quiero cancelar mi suscripción, el producto está bien.",
        "¿El artículo tiene cancelación de ruido?",
        "La lámpara llegó rota, quiero devolverla.",
        "Quiero cancelar la devolución, me quedo el artículo.",
    ),
    "pt": (
        "Por favor não cancelem o pedido, eu espero.",
        "Não quero cancelar a compra, só saber o prazo.",
        "Por que foi cancelado o meu pedido? Quem cancelou?",
        "Como faço para cancelar minha assinatura do produto?",
        "O produto tem cancelamento de ruído?",
        "A luminária chegou quebrada, quero devolver.",
        "Quero cancelar a devolução e ficar com o produto.",
    ),
    "nl": (
        "Graag mijn bestelling niet annuleren, ik wacht wel.",
        "Waarom is mijn bestelling geannuleerd? Ik wilde geen annulering.",
        "Hoe kan ik mijn abonnement annuleren? Het product is prima.",
        "Heeft dit artikel noise cancelling?",
        "De lamp is kapot aangekomen, ik wil hem terugsturen.",
        "Ik wil mijn retour annuleren en het artikel houden.",
        "Annuleer mijn bestelling niet, het adres klopt.",
    ),
    "sv": (
        "Snälla, avbryt inte min beställning, jag väntar.",
        "Varför har min beställning annullerats?",
        "Hur kan jag avbeställa prenumerationen på produkten?",
        "Har produkten aktiv brusreducering?",
        "Lampan kom trasig, jag vill returnera den.",
        "Jag vill avbryta returen och behålla varan.",
        "Jag vill inte avbeställa min order, bara veta när den kommer.",
    ),
    "pl": (
        "Proszę nie anulować zamówienia, poczekam.",
        "Dlaczego zamówienie zostało anulowane?",
        "Jak mogę anulować subskrypcję produktu?",
        "Czy ten produkt ma redukcję szumów?",
        "Lampa przyszła zepsuta, chcę ją zwrócić.",
        "Chcę anulować zwrot i zatrzymać towar.",
        "Nie chcę anulować zamówienia, pytam tylko o termin.",
    ),
    "tr": (
        "Lütfen siparişimi iptal etmeyin, bekleyebilirim.",
        "Siparişim neden iptal edildi?",
        "Aboneliğimi nasıl iptal ederim? Ürün güzel.",
        "Bu ürün gürültü engelleme özelliğine sahip mi?",
        "Lamba kırık geldi, iade etmek istiyorum.",
        "İade talebimi iptal etmek istiyorum, ürün bende kalsın.",
        "Siparişi iptal etmek istemiyorum, ne zaman gelir?",
    ),
    "ja": (
        "注文はキャンセルしないでください。待ちます。",
        "なぜキャンセルされたのですか？",
        "定期おトク便をキャンセルしたいのですが。",
        "このイヤホンはノイズキャンセリング対応ですか？",
        "壊れて届いたので返品したいです。",
        "返品をキャンセルしたいです。",
        "キャンセルポリシーを教えてください。",
    ),
    "ar": (
        "من فضلكم لا تلغوا الطلب، سأنتظر.",
        "لماذا تم إلغاء الطلب؟",
        "كيف يمكنني إلغاء الاشتراك؟",
        "هل السماعة فيها إلغاء الضوضاء؟",
        "وصل المصباح مكسورا وأريد إرجاعه.",
        "أريد إلغاء الإرجاع والاحتفاظ بالمنتج.",
        "لا أريد إلغاء الطلب، فقط متى يصل؟",
    ),
}


def _texts(asking: dict[str, tuple[str, ...]], *, asks: bool) -> tuple[Text, ...]:
    return tuple(Text(language, asks, text) for language, texts in asking.items() for text in texts)


_MORE_YES: dict[str, tuple[str, ...]] = {
    "en": (
        "I no longer need the lamp, is there still time to get the order cancelled before it goes out?",
        "Sorry for the trouble but my wife bought the same one yesterday. Cancellation of order possible?",
        "Don't send it please, I changed my mind.",
    ),
    "de": (
        "Hallo, leider brauche ich den Artikel doch nicht mehr. Ist eine Stornierung noch möglich?",
        "Ich trete von der Bestellung zurück, bitte um Bestätigung.",
        "Bitte nicht mehr verschicken, hat sich erledigt.",
    ),
    "fr": (
        "Je n'ai plus besoin de cet article, est-il encore possible d'annuler ?",
        "Erreur de ma part, annulation svp",
        "Merci de ne pas expédier le colis, j'ai changé d'avis.",
    ),
    "it": (
        "Ho cambiato idea, è ancora possibile annullare?",
        "Vi chiedo cortesemente di procedere con l'annullamento dell'ordine.",
        "Non spedite più, non mi serve.",
    ),
    "es": (
        "Ya no me interesa, ¿todavía se puede cancelar?",
        "Les ruego procedan a la anulación del pedido realizado ayer.",
        "No lo envíen, me he arrepentido.",
    ),
    "pt": (
        "Mudei de ideia, ainda dá para cancelar?",
        "Peço que cancelem a encomenda feita ontem.",
        "Por favor não enviem, já comprei noutro sítio.",
    ),
    "nl": (
        "Ik heb me vergist, is annuleren nog mogelijk?",
        "Zou u de bestelling van gisteren willen annuleren?",
        "Stuur het maar niet op, ik heb het al.",
    ),
    "sv": (
        "Jag råkade beställa fel, går det att avbryta ordern?",
        "Kan ni stoppa beställningen innan den skickas?",
        "Skicka inte paketet, jag har ändrat mig.",
    ),
    "pl": (
        "Pomyliłem rozmiar, czy da się jeszcze anulować zamówienie?",
        "Bardzo proszę o anulację zamówienia.",
        "Proszę nie wysyłać, rozmyśliłem się.",
    ),
    "tr": (
        "Yanlışlıkla iki tane almışım, birini iptal edebilir misiniz?",
        "Siparişimin iptalini rica ediyorum.",
        "Lütfen göndermeyin, vazgeçtim.",
    ),
    "ja": (
        "サイズを間違えたので、まだ間に合えばキャンセルでお願いいたします。",
        "先日の注文ですが、不要になりましたので取り消していただけますか。",
        "発送しないでください。気が変わりました。",
    ),
    "ar": (
        "غيرت رأيي، هل ما زال إلغاء الطلب ممكنا؟",
        "أطلب منكم إلغاء طلبي رقم واحد.",
        "لا ترسلوا المنتج من فضلكم، لم أعد أحتاجه.",
    ),
}
_MORE_NO: dict[str, tuple[str, ...]] = {
    "en": (
        "Amazon told me the order is cancelled but my card was charged. Where is my money?",
        "I nearly wanted to cancel the order last week, glad that I kept it: wonderful lamp!",
        "The seller before you cancelled on me, so I hope this order arrives.",
    ),
    "de": (
        "Ich wollte die Bestellung erst stornieren, bin jetzt aber sehr zufrieden.",
        "Wer hat meine Bestellung storniert? Ich nicht.",
        "Eine Stornierung wünsche ich nicht, ich frage nur nach dem Liefertermin.",
    ),
    "fr": (
        "Ma commande est notée annulée, mais j'ai été débité. Que faire ?",
        "Surtout, ne l'annulez pas, c'est un cadeau.",
        "Le train a été supprimé, je ne peux pas recevoir le colis demain.",
    ),
    "it": (
        "L'ordine risulta annullato ma io non ho fatto nulla, potete controllare?",
        "Stavo per annullare l'ordine, poi è arrivato: ottimo!",
        "Il codice sulla scatola è cancellato, il prodotto è originale?",
    ),
    "es": (
        "Me aparece el pedido como cancelado y me han cobrado.",
        "Estuve a punto de cancelar el pedido, pero llegó y es precioso.",
        "No es necesario cancelar nada, solo cambien la dirección del pedido.",
    ),
    "pt": (
        "O pedido aparece como cancelado, mas fui cobrado.",
        "Quase cancelei a compra, mas chegou e é lindo.",
        "Não é preciso cancelar nada, só quero saber da encomenda.",
    ),
    "nl": (
        "Mijn bestelling staat op geannuleerd, maar er is wel betaald.",
        "Ik wilde de bestelling eerst annuleren, maar ben nu blij.",
        "U hoeft niets te annuleren, ik vraag alleen naar de levertijd.",
    ),
    "sv": (
        "Min order visas som avbruten men pengarna är dragna.",
        "Jag tänkte först avbeställa min beställning, men nu är jag nöjd.",
        "Ni behöver inte avbryta något, jag undrar bara över leveransen.",
    ),
    "pl": (
        "Zamówienie widnieje jako anulowane, a pieniądze pobrano.",
        "Prawie anulowałem zamówienie, ale jest świetne.",
        "Nie trzeba nic anulować, pytam tylko o termin.",
    ),
    "tr": (
        "Siparişim iptal görünüyor ama param çekildi.",
        "Az kalsın siparişi iptal edecektim, iyi ki etmemişim.",
        "İptal etmenize gerek yok, sadece teslim tarihini soruyorum.",
    ),
    "ja": (
        "注文がキャンセルになっていますが、代金が引き落とされました。",
        "一度はキャンセルを考えましたが、届いて満足しています。",
        "キャンセルは不要です。到着日だけ教えてください。",
    ),
    "ar": (
        "الطلب يظهر ملغى لكن تم خصم المبلغ.",
        "كنت سألغي الشراء لكن المنتج رائع.",
        "لا حاجة إلى إلغاء الطلب، أسأل فقط عن موعد التسليم.",
    ),
}
_THIRD_YES: dict[str, tuple[str, ...]] = {
    "en": (
        "Dear seller, due to a change of plans my order is not needed any more. Please proceed with the cancellation.",
        "Bought the wrong charger. Pls cancel & refund, ta",
        "Hi, is it too late to call the whole thing off? I ordered an hour ago.",
    ),
    "de": (
        "Guten Tag, ich habe mich verklickt. Bitte wieder stornieren, bevor die Bestellung rausgeht.",
        "Storno bitte!!!",
        "Ich würde das gerne wieder abbestellen, geht das?",
    ),
    "fr": (
        "Bonjour, je voudrais que ma commande soit annulée avant l'expédition, merci de me confirmer.",
        "Commande passée par erreur, pouvez-vous l'annuler rapidement ?",
        "J'ai changé d'avis, je ne veux plus de cet achat.",
    ),
    "it": (
        "Salve, purtroppo ho inserito l'indirizzo sbagliato: potete annullare così rifaccio l'ordine?",
        "Ordine fatto per sbaglio, da annullare grazie",
        "Vorrei che l'ordine venisse annullato prima della spedizione.",
    ),
    "es": (
        "Buenos días, hice el pedido con la dirección equivocada, ¿me lo pueden cancelar y lo vuelvo a hacer?",
        "Necesito que anulen la compra cuanto antes.",
        "He comprado dos sin querer, cancelad uno por favor.",
    ),
    "pt": (
        "Bom dia, fiz o pedido com a morada errada. Conseguem cancelar antes do envio?",
        "Quero desistir da compra.",
        "Comprei em duplicado, cancelem um deles se faz favor",
    ),
    "nl": (
        "Goedemiddag, ik heb per ongeluk twee keer besteld. Kunt u er een annuleren?",
        "Bestelling mag geannuleerd worden, bedankt.",
        "Ik zie toch af van mijn aankoop, graag bevestigen.",
    ),
    "sv": (
        "Hej! Jag har beställt dubbelt, kan den ena avbeställas?",
        "Jag vill häva mitt köp innan leverans.",
        "Beställningen blev fel, snälla avbryt den.",
    ),
    "pl": (
        "Dzień dobry, złożyłam zamówienie dwa razy, jedno proszę anulować.",
        "Chcę odstąpić od zakupu przed wysyłką.",
        "Zamówienie do anulowania, dziękuję.",
    ),
    "tr": (
        "İyi günler, kargoya verilmeden önce siparişimin iptal edilmesini rica ederim.",
        "Ürünü almaktan vazgeçtim, iptal ederseniz sevinirim.",
        "iptal lütfen",
    ),
    "ja": (
        "お世話になります。都合により、先ほどの注文のキャンセルをお願いできますでしょうか。",
        "間違えて購入しました。キャンセルの手続きをしてもらえますか。",
        "すみません、注文をなかったことにしたいです。",
    ),
    "ar": (
        "السلام عليكم، طلبت المقاس الخطأ، أرجو إلغاء الطلب قبل الشحن.",
        "أريد التراجع عن الشراء.",
        "هل بإمكاني أن ألغي الطلب؟",
    ),
}
_THIRD_NO: dict[str, tuple[str, ...]] = {
    "en": (
        "My flight got cancelled so I am away until Monday, could the order come later?",
        "Please don't ship the order until Friday, we are on holiday.",
        "Can you cancel the duplicate invoice for this order? It has the wrong VAT number.",
    ),
    "de": (
        "Mein Flug wurde storniert, bitte liefern Sie die Bestellung erst am Montag.",
        "Bitte stornieren Sie nur die Rechnung und stellen Sie sie neu aus, den Artikel behalte ich.",
        "Keine Sorge, ich storniere den Kauf nicht.",
    ),
    "fr": (
        "Mon vol est annulé, livrez la commande lundi s'il vous plaît.",
        "Pouvez-vous annuler la facture et en refaire une ? L'article est parfait.",
        "Ne vous inquiétez pas, je n'annule pas ma commande.",
    ),
    "it": (
        "Il mio volo è stato cancellato, consegnate l'ordine lunedì.",
        "Potete annullare la fattura e rifarla? Il prodotto va bene.",
        "Tranquilli, l'ordine non lo annullo.",
    ),
    "es": (
        "Me han cancelado el vuelo, entreguen el pedido el lunes.",
        "¿Pueden anular la factura y hacer otra? El producto está bien.",
        "Tranquilos, no voy a cancelar el pedido.",
    ),
    "pt": (
        "O meu voo foi cancelado, entreguem a encomenda na segunda.",
        "Podem anular a fatura e emitir outra? O produto está ótimo.",
        "Fiquem tranquilos, não vou cancelar o pedido.",
    ),
    "nl": (
        "Mijn vlucht is geannuleerd, lever de bestelling maandag.",
        "Kunt u de factuur annuleren en een nieuwe maken? Het artikel is goed.",
        "Maakt u zich geen zorgen, ik annuleer de bestelling niet.",
    ),
    "sv": (
        "Mitt flyg blev inställt, leverera beställningen på måndag.",
        "Kan ni makulera fakturan och göra en ny? Varan är bra.",
        "Ingen fara, jag avbryter inte köpet.",
    ),
    "pl": (
        "Mój lot został odwołany, proszę dostarczyć zamówienie w poniedziałek.",
        "Czy możecie anulować fakturę i wystawić nową? Produkt jest dobry.",
        "Spokojnie, nie będę anulować zamówienia.",
    ),
    "tr": (
        "Uçuşum iptal edildi, siparişi pazartesi teslim edin.",
        "Faturayı iptal edip yenisini keser misiniz? Ürün iyi.",
        "Merak etmeyin, siparişi iptal etmeyeceğim.",
    ),
    "ja": (
        "飛行機がキャンセルになったので、注文は月曜に届けてください。",
        "領収書をキャンセルして再発行してください。商品は良いです。",
        "ご安心ください、キャンセルはしません。",
    ),
    "ar": (
        "ألغيت رحلتي، أوصلوا الطلب يوم الاثنين.",
        "هل يمكن إلغاء الفاتورة وإصدار أخرى؟ المنتج جيد.",
        "لا تقلقوا، لن ألغي الطلب.",
    ),
}
TEXTS = (
    *_texts(_YES, asks=True), *_texts(_NO, asks=False), *_texts(_MORE_YES, asks=True), *_texts(_MORE_NO, asks=False),
    *_texts(_THIRD_YES, asks=True), *_texts(_THIRD_NO, asks=False),
)  # fmt: skip

_HELD_YES: dict[str, tuple[str, ...]] = {
    "en": (
        "We found the part in the shed after all, so the order can be cancelled if it's still with you.",
        "Order placed by my toddler, kindly reverse it and refund me.",
    ),
    "de": (
        "Mein Sohn hat das ohne zu fragen bestellt. Lässt sich das noch stornieren?",
        "Da die Lieferung erst im Januar käme, nehme ich vom Kauf Abstand.",
    ),
    "fr": (
        "C'est mon fils qui a commandé sans demander. Peut-on encore tout annuler ?",
        "Vu le délai, je me désiste, remboursez-moi.",
    ),
    "it": (
        "L'ha ordinato mio figlio senza chiedere, si può ancora annullare tutto?",
        "Visti i tempi rinuncio all'acquisto, rimborsatemi.",
    ),
    "es": (
        "Lo pidió mi hijo sin preguntar, ¿aún están a tiempo de anularlo?",
        "Con ese plazo renuncio a la compra.",
    ),
    "pt": (
        "Foi o meu filho que pediu sem perguntar. Ainda conseguem cancelar tudo?",
        "Com esse prazo, desisto do pedido.",
    ),
    "nl": (
        "Mijn zoon heeft dit zonder te vragen besteld. Kan het nog geannuleerd worden?",
        "Met die levertijd hoef ik het niet meer, haal de bestelling eruit.",
    ),
    "sv": (
        "Min son beställde utan att fråga. Kan den fortfarande avbeställas?",
        "Med den leveranstiden drar jag mig ur köpet.",
    ),
    "pl": (
        "Syn zamówił bez pytania. Czy zamówienie da się jeszcze anulować?",
        "Przy takim terminie rezygnuję.",
    ),
    "tr": (
        "Oğlum sormadan sipariş vermiş. Hâlâ iptal edilebilir mi?",
        "Bu teslim süresiyle almayayım, siparişi kapatın.",
    ),
    "ja": (
        "息子が勝手に注文しました。まだキャンセルは間に合いますか。",
        "納期が遅いので、今回の購入は見送ります。",
    ),
    "ar": (
        "طلبه ابني دون إذن، هل يمكن إلغاؤه الآن؟",
        "بسبب مدة التوصيل لم أعد أريد الشراء.",
    ),
}
_HELD_NO: dict[str, tuple[str, ...]] = {
    "en": (
        "Thanks for not cancelling my order in spite of the wrong price.",
        "Does the humidifier stop when I cancel the timer?",
    ),
    "de": (
        "Danke, dass Sie trotz des falschen Preises nicht storniert haben.",
        "Wie storniere ich den Timer an der Lampe?",
    ),
    "fr": (
        "Merci de ne pas avoir annulé ma commande malgré l'erreur de prix.",
        "Comment annuler la minuterie de la lampe ?",
    ),
    "it": (
        "Grazie di non aver annullato l'ordine nonostante il prezzo sbagliato.",
        "Come si annulla il timer della lampada?",
    ),
    "es": (
        "Gracias por no haber cancelado mi pedido pese al error de precio.",
        "¿Cómo se cancela el temporizador de la lámpara?",
    ),
    "pt": (
        "Obrigado por não terem cancelado a encomenda apesar do preço errado.",
        "Como se cancela o temporizador da luminária?",
    ),
    "nl": (
        "Bedankt dat u mijn bestelling ondanks de foute prijs niet hebt geannuleerd.",
        "Hoe annuleer ik de timer van de lamp?",
    ),
    "sv": (
        "Tack för att ni inte annullerade min beställning trots fel pris.",
        "Hur avbryter jag lampans timer?",
    ),
    "pl": (
        "Dziękuję, że nie anulowaliście zamówienia mimo złej ceny.",
        "Jak anulować minutnik w lampie?",
    ),
    "tr": (
        "Yanlış fiyata rağmen siparişimi iptal etmediğiniz için teşekkürler.",
        "Lambanın zamanlayıcısını nasıl iptal ederim?",
    ),
    "ja": (
        "価格の誤りにもかかわらず、キャンセルせずに送ってくれてありがとう。",
        "ランプのタイマーの解除方法を教えてください。",
    ),
    "ar": (
        "شكرا لأنكم لم تلغوا طلبي رغم خطأ السعر.",
        "كيف ألغي مؤقت المصباح؟",
    ),
}
HELD_BACK = (*_texts(_HELD_YES, asks=True), *_texts(_HELD_NO, asks=False))
