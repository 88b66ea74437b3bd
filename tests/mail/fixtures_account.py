"""
What Amazon says of the account, its money and its offers, how it decides, and what nobody knows yet.

No real mail of these was found: the words are those of the data's own rows, which are guesses.
"""

from mail.builders import ORDER, notice
from mail.fixture import Fixture

from responder.core.kinds import Kind, NoticeType

_T = NoticeType
STORES = {
    "en": "amazon.co.uk", "de": "amazon.de", "fr": "amazon.fr", "it": "amazon.it", "es": "amazon.es",
    "pt": "amazon.com.br", "nl": "amazon.nl", "sv": "amazon.se", "pl": "amazon.pl", "tr": "amazon.com.tr",
    "ja": "amazon.co.jp", "ar": "amazon.sa",
}  # fmt: skip
CALM = (_T.PAYMENT, _T.LISTING)

EVENTS = [  # language, event, a part of the subject, its meaning
    ("en", "deactivated", "account has been deactivated", _T.PERFORMANCE),
    ("en", "suspended", "account has been suspended", _T.PERFORMANCE),
    ("en", "risk", "at risk of deactivation", _T.PERFORMANCE),
    ("en", "hold", "funds on hold", _T.PAYMENT),
    ("en", "listing", "listing has been removed", _T.LISTING),
    ("en", "closed", "listing has been closed", _T.LISTING),
    ("en", "messaging", "Messaging has been restricted", _T.POLICY),
    ("en", "identity", "verify your identity", _T.PERFORMANCE),
    ("en", "back", "account has been reinstated", _T.PERFORMANCE),
    ("de", "deactivated", "Verkäuferkonto wurde deaktiviert", _T.PERFORMANCE),
    ("de", "risk", "Deaktivierung Ihres Verkäuferkontos", _T.PERFORMANCE),
    ("de", "policy", "Richtlinienverstoß", _T.POLICY),
    ("de", "hold", "Auszahlung wird zurückgehalten", _T.PAYMENT),
    ("de", "listing", "Angebot wurde entfernt", _T.LISTING),
    ("de", "closed", "Angebot wurde geschlossen", _T.LISTING),
    ("de", "messaging", "Nachrichten an Käufer wurden eingeschränkt", _T.POLICY),
    ("de", "identity", "Bestätigen Sie Ihre Identität", _T.PERFORMANCE),
    ("de", "feedback", "negative Verkäuferbewertung", _T.NEGATIVE_FEEDBACK),
    ("de", "back", "Verkäuferkonto wurde reaktiviert", _T.PERFORMANCE),
    ("fr", "deactivated", "compte vendeur a été désactivé", _T.PERFORMANCE),
    ("fr", "risk", "risque de désactivation", _T.PERFORMANCE),
    ("fr", "policy", "violation de nos politiques", _T.POLICY),
    ("fr", "hold", "fonds sont retenus", _T.PAYMENT),
    ("fr", "listing", "offre a été supprimée", _T.LISTING),
    ("fr", "closed", "offre a été fermée", _T.LISTING),
    ("fr", "messaging", "messagerie a été restreinte", _T.POLICY),
    ("fr", "identity", "Vérifiez votre identité", _T.PERFORMANCE),
    ("fr", "feedback", "évaluation négative", _T.NEGATIVE_FEEDBACK),
    ("fr", "back", "compte vendeur a été réactivé", _T.PERFORMANCE),
    ("it", "deactivated", "account venditore è stato disattivato", _T.PERFORMANCE),
    ("it", "risk", "rischio di disattivazione", _T.PERFORMANCE),
    ("it", "policy", "violazione delle norme", _T.POLICY),
    ("it", "hold", "fondi sono stati trattenuti", _T.PAYMENT),
    ("it", "listing", "offerta è stata rimossa", _T.LISTING),
    ("it", "closed", "offerta è stata chiusa", _T.LISTING),
    ("it", "messaging", "messaggistica è stata limitata", _T.POLICY),
    ("it", "identity", "Verifica la tua identità", _T.PERFORMANCE),
    ("it", "feedback", "feedback negativo", _T.NEGATIVE_FEEDBACK),
    ("it", "back", "account venditore è stato riattivato", _T.PERFORMANCE),
    ("es", "deactivated", "cuenta de vendedor ha sido desactivada", _T.PERFORMANCE),
    ("es", "risk", "riesgo de desactivación", _T.PERFORMANCE),
    ("es", "policy", "infracción de las políticas", _T.POLICY),
    ("es", "hold", "fondos han sido retenidos", _T.PAYMENT),
    ("es", "listing", "listing ha sido eliminado", _T.LISTING),
    ("es", "closed", "oferta ha sido cerrada", _T.LISTING),
    ("es", "messaging", "mensajería ha sido restringida", _T.POLICY),
    ("es", "identity", "Verifique su identidad", _T.PERFORMANCE),
    ("es", "feedback", "valoración negativa", _T.NEGATIVE_FEEDBACK),
    ("es", "back", "cuenta de vendedor ha sido reactivada", _T.PERFORMANCE),
    ("pt", "deactivated", "conta de vendedor foi desativada", _T.PERFORMANCE),
    ("pt", "risk", "risco de desativação", _T.PERFORMANCE),
    ("pt", "policy", "violação das políticas", _T.POLICY),
    ("pt", "hold", "fundos foram retidos", _T.PAYMENT),
    ("pt", "listing", "oferta foi removida", _T.LISTING),
    ("pt", "closed", "oferta foi encerrada", _T.LISTING),
    ("pt", "messaging", "mensagens foi restrito", _T.POLICY),
    ("pt", "identity", "Verifique sua identidade", _T.PERFORMANCE),
    ("pt", "feedback", "avaliação negativa", _T.NEGATIVE_FEEDBACK),
    ("pt", "back", "conta de vendedor foi reativada", _T.PERFORMANCE),
    ("nl", "deactivated", "verkopersaccount is gedeactiveerd", _T.PERFORMANCE),
    ("nl", "risk", "risico op deactivering", _T.PERFORMANCE),
    ("nl", "policy", "schending van het beleid", _T.POLICY),
    ("nl", "hold", "uitbetaling wordt vastgehouden", _T.PAYMENT),
    ("nl", "listing", "aanbieding is verwijderd", _T.LISTING),
    ("nl", "closed", "aanbieding is gesloten", _T.LISTING),
    ("nl", "messaging", "berichten aan kopers zijn beperkt", _T.POLICY),
    ("nl", "identity", "Verifieer uw identiteit", _T.PERFORMANCE),
    ("nl", "feedback", "negatieve feedback", _T.NEGATIVE_FEEDBACK),
    ("nl", "back", "verkopersaccount is weer actief", _T.PERFORMANCE),
    ("sv", "deactivated", "säljarkonto har inaktiverats", _T.PERFORMANCE),
    ("sv", "risk", "risk för inaktivering", _T.PERFORMANCE),
    ("sv", "policy", "överträdelse av policy", _T.POLICY),
    ("sv", "hold", "utbetalning har hållits inne", _T.PAYMENT),
    ("sv", "listing", "erbjudande har tagits bort", _T.LISTING),
    ("sv", "closed", "erbjudande har stängts", _T.LISTING),
    ("sv", "messaging", "meddelanden till köpare har begränsats", _T.POLICY),
    ("sv", "identity", "Verifiera din identitet", _T.PERFORMANCE),
    ("sv", "feedback", "negativt omdöme", _T.NEGATIVE_FEEDBACK),
    ("sv", "back", "säljarkonto har återaktiverats", _T.PERFORMANCE),
    ("pl", "deactivated", "konto sprzedawcy zostało dezaktywowane", _T.PERFORMANCE),
    ("pl", "risk", "ryzyko dezaktywacji", _T.PERFORMANCE),
    ("pl", "policy", "naruszenie zasad", _T.POLICY),
    ("pl", "hold", "środki zostały wstrzymane", _T.PAYMENT),
    ("pl", "listing", "oferta została usunięta", _T.LISTING),
    ("pl", "closed", "oferta została zamknięta", _T.LISTING),
    ("pl", "messaging", "wysyłanie wiadomości zostało ograniczone", _T.POLICY),
    ("pl", "identity", "Zweryfikuj swoją tożsamość", _T.PERFORMANCE),
    ("pl", "feedback", "negatywna opinia", _T.NEGATIVE_FEEDBACK),
    ("pl", "back", "konto sprzedawcy zostało przywrócone", _T.PERFORMANCE),
    ("tr", "deactivated", "satıcı hesabınız devre dışı bırakıldı", _T.PERFORMANCE),
    ("tr", "risk", "devre dışı bırakılma riski", _T.PERFORMANCE),
    ("tr", "policy", "politika ihlali", _T.POLICY),
    ("tr", "hold", "ödemeniz bekletiliyor", _T.PAYMENT),
    ("tr", "listing", "teklifiniz kaldırıldı", _T.LISTING),
    ("tr", "closed", "teklifiniz kapatıldı", _T.LISTING),
    ("tr", "messaging", "mesajlaşma kısıtlandı", _T.POLICY),
    ("tr", "identity", "Kimliğinizi doğrulayın", _T.PERFORMANCE),
    ("tr", "feedback", "olumsuz geri bildirim", _T.NEGATIVE_FEEDBACK),
    ("tr", "back", "satıcı hesabınız yeniden etkinleştirildi", _T.PERFORMANCE),
    ("ja", "deactivated", "出品用アカウントが停止されました", _T.PERFORMANCE),
    ("ja", "risk", "停止される可能性", _T.PERFORMANCE),
    ("ja", "policy", "ポリシー違反", _T.POLICY),
    ("ja", "hold", "支払いが保留", _T.PAYMENT),
    ("ja", "listing", "出品が削除されました", _T.LISTING),
    ("ja", "closed", "出品が終了しました", _T.LISTING),
    ("ja", "messaging", "メッセージの送信が制限", _T.POLICY),
    ("ja", "identity", "本人確認のお願い", _T.PERFORMANCE),
    ("ja", "feedback", "低い評価", _T.NEGATIVE_FEEDBACK),
    ("ja", "back", "出品用アカウントが再開されました", _T.PERFORMANCE),
    ("ar", "deactivated", "تم إلغاء تنشيط حساب البائع", _T.PERFORMANCE),
    ("ar", "risk", "معرض لخطر إلغاء التنشيط", _T.PERFORMANCE),
    ("ar", "policy", "انتهاك السياسة", _T.POLICY),
    ("ar", "hold", "تم حجز أموالك", _T.PAYMENT),
    ("ar", "listing", "تمت إزالة عرضك", _T.LISTING),
    ("ar", "closed", "تم إغلاق عرضك", _T.LISTING),
    ("ar", "messaging", "تم تقييد الرسائل", _T.POLICY),
    ("ar", "identity", "تحقق من هويتك", _T.PERFORMANCE),
    ("ar", "feedback", "تقييم سلبي", _T.NEGATIVE_FEEDBACK),
    ("ar", "back", "تمت إعادة تنشيط حساب البائع", _T.PERFORMANCE),
]


def _event(language: str, event: str, subject: str, meaning: NoticeType) -> Fixture:
    store = STORES[language]
    return Fixture(
        name=f"synthetic-account-{language}-{event}",
        raw=notice(
            f"account-{event}", store, from_header=f"<seller-notification@{store}>", subject=f"Amazon: {subject} (1)",
            text="-", order_id="", header=False, footer=False,
        ),
        note="W: no real mail was found; the words of the row",
        kind=Kind.NOTICE,
        notice_type=meaning,
        marketplace=store,
        language=language,
        order_ids=(),
        urgent=event != "back",
    )  # fmt: skip


FUNDS = Fixture(
    name="synthetic-account-en-funds-told",
    raw=notice(
        "account-funds", from_header="<seller-notification@amazon.com>", subject="Your Seller Account Funds",
        text="Nothing to do.", order_id="", header=False, footer=False,
    ),
    note="the same words without a call for action are calm",
    kind=Kind.NOTICE,
    notice_type=_T.PAYMENT,
    language="en",
    order_ids=(),
    urgent=False,
)  # fmt: skip

UNKNOWN = [  # language, subject and text in which one word hints at trouble, or none does; urgent
    ("en", "Your account: action required", "-", True),
    ("en", "Household goods: what sells", "Nothing was removed from the catalogue for a year.", False),
    ("en", "About your offers", "One of them is at risk of deactivation, please look.", True),
    ("de", "Ihr Konto: Handlungsbedarf", "-", True),
    ("de", "Neues von Seller Central", "Wir haben eine Seite umgezogen.", False),
    ("fr", "Action requise sur votre compte", "-", True),
    ("fr", "Vos ventes du mois", "Bravo.", False),
    ("it", "Account sospeso", "-", True),
    ("es", "Se requiere acción en su cuenta", "-", True),
    ("pt", "Ação necessária na sua conta", "-", True),
    ("nl", "Actie vereist voor uw account", "-", True),
    ("sv", "Åtgärd krävs för ditt konto", "-", True),
    ("pl", "Wymagane działanie na koncie", "-", True),
    ("tr", "Hesabınız askıya alınmıştır", "-", True),
    ("ja", "アカウントに関する要対応のお知らせ", "-", True),
    ("ar", "مطلوب اتخاذ إجراء في حسابك", "-", True),
    # everyday mail
    ("en", "Your FBA removal order has shipped", "-", False),
    ("de", "Nur einen Klick entfernt: Ihre Vorteile", "-", False),
    ("it", "Avviso di spedizione", "-", False),
    ("it", "Offerta a tempo limitato: verifica il tuo inventario", "-", False),
    ("pt", "Aviso de envio", "-", False),
    ("nl", "Beperkt aanbod, zonder risico", "-", False),
    ("sv", "Begränsat erbjudande", "-", False),
    ("ja", "購入数の制限と配送", "-", False),
    ("ar", "حجز موعد التسليم", "-", False),
]


def _unknown(number: int, language: str, subject: str, text: str, *, urgent: bool) -> Fixture:
    store, name = STORES[language], f"SYNTHETIC_KIND_{number}"
    return Fixture(
        name=f"synthetic-account-{language}-unknown-{number}",
        raw=notice(name, store, from_header="<donotreply@amazon.com>", subject=subject, text=text, order_id=""),
        note="a type that nobody knows: its words say whether a person must confirm it",
        kind=Kind.NOTICE,
        notice_type=_T.OTHER,
        notification_type=name,
        marketplace=store,
        language=language,
        order_ids=(),
        automatic=True,
        new_kind=f"type:{name}",
        urgent=urgent,
    )


DECISIONS = [  # language, text, outcome
    ("en", "We have reviewed the claim of $119.00. It was granted and the buyer was refunded.", "granted"),
    ("en", "We have denied the claim. Nothing is debited.", "denied"),
    ("en", "The claim was not granted.", "denied"),
    ("en", "We have closed the matter. If the claim was granted, you may appeal within 30 days.", None),
    ("en", "The first claim was granted. The second claim was denied.", None),
    ("en", "We decided.<br>Buyer comments: they said it was denied, and it was granted to others<br>Thank you.", None),
    ("en", "The buyer wrote “the claim was granted” to us. We have denied the claim.", "denied"),
    ("en", "The buyer wrote &quot;a &quot; was granted &quot; b&quot;. We have denied it.", "denied"),
    ("es", "Se ha concedido la reclamación por 119,00 €.", "granted"),
    ("es", "La reclamación ha sido denegada.", "denied"),
    ("es", "Si se ha concedido la reclamación, puede apelar.", None),
    ("it", "Il reclamo è stato accolto.", "granted"),
    ("it", "Il reclamo è stato respinto.", "denied"),
    ("fr", "La réclamation a été accordée.", "granted"),
    ("fr", "La réclamation a été refusée.", "denied"),
    ("de", "Dem Antrag wurde stattgegeben.", "granted"),
    ("de", "Der Antrag wurde abgelehnt.", "denied"),
    ("pt", "A reclamação foi concedida.", "granted"),
    ("pt", "A reclamação foi negada.", "denied"),
    ("nl", "De claim is toegekend.", "granted"),
    ("nl", "De claim is afgewezen.", "denied"),
    ("sv", "Kravet har beviljats.", "granted"),
    ("sv", "Kravet har avslagits.", "denied"),
    ("pl", "Roszczenie zostało uznane.", "granted"),
    ("pl", "Roszczenie zostało odrzucone.", "denied"),
    ("tr", "Alıcının talebi kabul edildi.", "granted"),
    ("tr", "Alıcının talebi reddedildi.", "denied"),
    ("ja", "審査の結果、申請が認められました。", "granted"),
    ("ja", "審査の結果、申請は却下されました。", "denied"),
    ("ar", "بعد المراجعة تمت الموافقة على المطالبة.", "granted"),
    ("ar", "بعد المراجعة تم رفض المطالبة.", "denied"),
    # an appeal of the seller's: denied, it leaves the claim granted
    ("en", "Your appeal was denied.", None),
    ("en", "We have granted your appeal.", None),
    ("en", "The claim was granted. You may appeal within 30 days.", "granted"),
    ("es", "Su apelación ha sido denegada.", None),
    ("it", "Il tuo ricorso è stato respinto.", None),
    ("fr", "Votre appel a été refusé.", None),
    ("de", "Ihr Einspruch wurde abgelehnt.", None),
    ("pt", "O seu recurso foi negado.", None),
    ("nl", "Uw beroep is afgewezen.", None),
    ("sv", "Ditt överklagande har avslagits.", None),
    ("pl", "Odwołanie zostało odrzucone.", None),
    ("tr", "İtirazınız incelendi, talep reddedildi.", None),
    ("ja", "異議申し立ては認められませんでした。", None),
    ("ar", "تم رفض المطالبة في الاستئناف", None),
]


def _decision(number: int, language: str, text: str, outcome: str | None) -> Fixture:
    store, kind = STORES[language], "A_Z_CLAIM_RESPONDENT_CLOSE"
    return Fixture(
        name=f"synthetic-decision-{language}-{number}-{outcome or 'unknown'}",
        raw=notice(kind, store, from_header="<atoz-guarantee-no-reply@amazon.com>", subject="{order}", text=text),
        note="S for Spanish, else W: how a decision says that it was granted or denied, in Amazon's own words only",
        kind=Kind.NOTICE,
        notice_type=_T.A_TO_Z_DECIDED,
        notification_type=kind,
        marketplace=store,
        language=language,
        automatic=True,
        urgent=outcome == "granted",
        outcome=outcome,
    )


CHARGEBACKS = [
    Fixture(
        name=f"synthetic-decision-en-chargeback-{outcome}",
        raw=notice(
            f"chargeback-{outcome}", from_header="<cb-seller-query@amazon.com>", text=text, header=False, footer=False,
            subject="{order}, Amazon.com Chargeback Dispute Funding Decision",
        ),
        note="S: the subject; W: its words",
        kind=Kind.NOTICE,
        notice_type=_T.CHARGEBACK,
        language="en",
        urgent=False,
        outcome=outcome,
    )
    for outcome, text in (
        ("granted", "The bank decided in favor of the cardholder. $119.00 has been debited from your account."),
        ("denied", "The dispute was resolved in your favor."),
    )
]  # fmt: skip

FEEDBACK = Fixture(
    name="synthetic-account-en-feedback-rated",
    raw=notice(
        "account-feedback", from_header="<seller-notification@amazon.co.uk>", header=False, footer=False,
        subject="You received negative feedback on order {order}",
        text=f"Order: {ORDER}<br>Rating: 2 out of 5 stars<br>Comments: The lamp came late, and I was within 3 days of "
        "my holiday.<br>Look at it in Feedback Manager.",
    ),
    note="W: stars and comment as labels of Amazon's feedback report name them",
    kind=Kind.NOTICE,
    notice_type=_T.NEGATIVE_FEEDBACK,
    marketplace="amazon.co.uk",
    language="en",
    urgent=True,
)  # fmt: skip

ACCOUNT: list[Fixture] = [
    *(_event(*row) for row in EVENTS), FUNDS, FEEDBACK,
    *(_unknown(number, *row, urgent=urgent) for number, (*row, urgent) in enumerate(UNKNOWN)),
    *(_decision(number, *row) for number, row in enumerate(DECISIONS)), *CHARGEBACKS,
]  # fmt: skip
