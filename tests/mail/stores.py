"""
What the synthetic mails are made of: Amazon's stores, the words of its templates, subjects and senders of its notices.

The words are those the facts name; where a language's are not known, it has no template here.
"""

# marketplace: SP-API id and language of its template
STORES = {
    "amazon.com": ("ATVPDKIKX0DER", "en"),
    "amazon.ca": ("A2EUQ1WTGCTBG2", "en"),
    "amazon.com.mx": ("A1AM78C64UM0Y8", "es"),
    "amazon.com.br": ("A2Q3Y263D00KWC", "pt"),
    "amazon.co.uk": ("A1F83G8C2ARO7P", "en"),
    "amazon.de": ("A1PA6795UKMFR9", "de"),
    "amazon.fr": ("A13V1IB3VIYZZH", "fr"),
    "amazon.it": ("APJ6JRA9NG5V4", "it"),
    "amazon.es": ("A1RKKUPIHCS9HS", "es"),
    "amazon.nl": ("A1805IZSGTT6HS", "nl"),
    "amazon.se": ("A2NODRKZP88ZB9", "sv"),
    "amazon.pl": ("A1C3SOZRARQ6R3", "pl"),
    "amazon.com.be": ("AMEN7PMS3EDWL", "fr"),
    "amazon.ie": ("A28R8C7NBKEWEA", "en"),
    "amazon.com.tr": ("A33AVAJ2PDY3EV", "tr"),
    "amazon.ae": ("A2VIGQ35RCS4UG", "en"),
    "amazon.sa": ("A17E79C6D8DWNP", "ar"),
    "amazon.eg": ("ARBP9OOSHTCHU", "ar"),
    "amazon.co.za": ("AE08WJ6YKNBMC", "en"),
    "amazon.in": ("A21TJRUUN4KGV", "en"),
    "amazon.co.jp": ("A1VC38T7YXB528", "ja"),
    "amazon.com.au": ("A39IBJ37TRP1C6", "en"),
    "amazon.sg": ("A19VAU5U5O7RUS", "en"),
}

# language: intro, begin, end, "resolve case"; de and pl have no dashes in the only source known
TEMPLATES = {
    "it": (
        "Hai ricevuto un messaggio.",
        "------------- Messaggio: -------------",
        "------------- Fine messaggio -------------",
        "Risolvi caso",
    ),
    "pt": (
        "Você recebeu uma mensagem.",
        "------------- Mensagem:  -------------",
        "------------- Encerrar mensagem -------------",
        "Solucionar o caso",
    ),
    "en": (
        "You have received a message.",
        "------------- Message: -------------",
        "------------- End message -------------",
        "Resolve case",
    ),
    "es": (
        "Ha recibido un mensaje.",
        "------------- Message: -------------",
        "------------- Finalizar mensaje -------------",
        "Resolver caso",
    ),
    "fr": (
        "Vous avez reçu un message.",
        "------------- Message: -------------",
        "------------- Fin du message -------------",
        "Résoudre le cas",
    ),
    "de": ("Du hast eine Nachricht erhalten", "Nachricht:", "Ende der Nachricht", "Fall lösen"),
    "pl": ("", "Wiadomość:", "Koniec wiadomości", ""),
}

SUBJECTS = {
    "en": "Order delivery inquiry from Amazon customer {name} (Order: {order})",
    "de": "Frage von Amazon-Kunde {name} (Bestellung: {order})",
    "fr": "Demande de renseignements de la part du client Amazon {name} ({order})",
    "pt": "Detalhes do produto Amazon {name} pergunta do cliente ({order})",
    "ja": "商品に関するお問い合わせ (注文: {order})",
}

# notification type: From, subject (Italian where a real one is known)
NOTICES = {
    "A_Z_CLAIM_RESPONDENT_NOTIFY": (
        '"Garanzia dalla A alla Z di Amazon" <atoz-guarantee-no-reply@amazon.it>',
        "Richiesta di rimborso ricevuta per l’ordine {order}",
    ),
    "A_Z_CLAIM_RESPONDENT_CLOSE": (
        "<atoz-guarantee-no-reply@amazon.com>",
        "Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {order}",
    ),
    "RETURN_REQUEST": (
        '"Comunicazioni di Amazon Seller Central (non rispondere)" <donotreply@amazon.com>',
        "Notifica di autorizzazione del reso per l'ordine {order}",
    ),
    "REFUND_ISSUED": (
        '"Comunicazioni di Amazon Seller Central (non rispondere)" <donotreply@amazon.com>',
        "rimborso 39.9 EUR avviato - ordine {order}",
    ),
    "BRC_SELLER_NOTIFICATION": (
        '"Notifiche di Amazon Seller Central (non rispondere)" <donotreply@amazon.com>',
        "Richiesta di annullamento per l'ordine numero: {order}",
    ),
    "BUYER_OPTED_OUT_BSM_MESSAGES": (
        '"Amazon.it" <auto-communication@amazon.com>',
        "Il tuo messaggio all'acquirente non è stato consegnato.",
    ),
}
