"""
How mail robots name themselves: local parts of addresses, and the set phrases of their subjects in every
marketplace's language.

Written by hand from what mail servers and mail programs say; nothing here is a rule of Amazon's. A phrase is compared
whole, without regard to case, accents and the kind of apostrophe, so that a composed and a decomposed letter are one.
"""

import re
from collections.abc import Iterable, Mapping

from responder.core.folding import folded

# Nobody reads these (RFC 2142, and the names of list managers); a name that only begins like one is a person's.
_ROBOTS = (
    "mailer daemon", "postmaster", "abuse", "root", "nobody", "listserv", "majordomo", "autoresponder", "bounce",
    "bounces",
)  # fmt: skip
# "Do not answer", as a whole local part or as one of its parts: `orders-noreply`, `no.reply+7`.
_NO_REPLY = (
    "no reply", "do not reply", "dont reply", "no responda", "no responder", "no contestar", "nao responda",
    "nao responder", "ne pas repondre", "non rispondere", "nicht antworten", "keine antwort", "niet beantwoorden",
    "niet antwoorden", "geen antwoord", "svara ej", "svara inte", "nie odpowiadaj", "nie odpowiadac", "yanitlamayin",
    "yanitlamayiniz", "cevaplamayin", "cevaplamayiniz", "mailer daemon",
)  # fmt: skip


def _written(words: Iterable[str]) -> str:
    return "|".join(word.replace(" ", "[-_.]?") for word in words)


_ROBOT_LOCAL = re.compile(
    rf"(?:{_written(_ROBOTS)})"
    rf"|(?:.*[-+._])?(?:{_written(_NO_REPLY)})(?:[-+._].*)?"
    # Lists and their bounce addresses; behind a plus sign stands the subscriber (VERP).
    r"|(?:bounces?[-+=]|owner-|request-).*|.*-(?:bounces?|owner|request)(?:[+=].*)?"
)
_LIMIT = 254  # RFC 5321 section 4.5.3.1.3: what is longer is no address

ABSENCE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "out of office", "out of the office", "automatic reply", "automatic response", "automated reply",
        "automated response", "auto reply", "auto response", "autoreply", "autoresponse", "vacation reply",
        "vacation response", "vacation message", "on vacation", "on holiday", "away from the office",
        "away from my desk",
    ),
    "de": (
        "Abwesenheit", "Abwesenheitsnotiz", "Abwesenheitsnachricht", "Abwesenheitsmeldung",
        "Abwesenheitsbenachrichtigung", "automatische Antwort", "automatische Rückantwort",
        "automatische Rückmeldung", "nicht im Büro", "nicht am Platz", "im Urlaub", "außer Haus",
    ),
    "fr": (
        "réponse automatique", "absence du bureau", "absent du bureau", "absente du bureau", "hors du bureau",
        "message d'absence", "notification d'absence", "avis d'absence", "en congé", "en congés", "en vacances",
    ),
    "it": (
        "risposta automatica", "fuori ufficio", "fuori sede", "assenza dall'ufficio", "assente dall'ufficio",
        "messaggio di assenza", "in ferie",
    ),
    "es": (
        "respuesta automática", "fuera de la oficina", "fuera de oficina", "ausente de la oficina",
        "mensaje de ausencia", "aviso de ausencia", "de vacaciones",
    ),
    "nl": (
        "automatisch antwoord", "automatische reactie", "automatische beantwoording", "afwezigheid",
        "afwezigheidsbericht", "afwezigheidsmelding", "afwezigheidsassistent", "niet op kantoor", "met vakantie",
        "op vakantie",
    ),
    "sv": (
        "autosvar", "automatiskt svar", "automatsvar", "frånvaro", "frånvaromeddelande", "frånvarande",
        "ej på kontoret", "inte på kontoret", "på semester",
    ),
    "pl": (
        "odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem", "nieobecność",
        "nieobecność w biurze", "nieobecny w biurze", "nieobecna w biurze", "na urlopie",
    ),
    "pt": (
        "resposta automática", "fora do escritório", "ausente do escritório", "ausência do escritório",
        "ausência temporária", "aviso de ausência", "mensagem de ausência", "de férias", "em férias",
    ),
    "tr": (
        "otomatik yanıt", "otomatik cevap", "ofis dışında", "ofis dışındayım", "ofiste değilim", "izindeyim",
        "tatildeyim",
    ),
    "ja": ("自動応答", "自動返信", "不在通知", "不在のお知らせ", "休暇のお知らせ", "休業のお知らせ"),
    "ar": ("رد تلقائي", "الرد التلقائي", "رد آلي", "الرد الآلي", "خارج المكتب", "في إجازة"),
}  # fmt: skip
BOUNCE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "undeliverable", "undelivered mail", "undelivered message", "delivery status notification", "delivery failed",
        "delivery has failed", "delivery failure", "delivery incomplete", "mail delivery system",
        "mail delivery subsystem", "returned mail", "returned to sender", "failure notice", "could not be delivered",
    ),
    "de": (
        "unzustellbar", "nicht zustellbar", "konnte nicht zugestellt werden", "Zustellung fehlgeschlagen",
        "Zustellung nicht möglich", "Fehler bei der Zustellung", "Zustellfehler",
    ),
    "fr": (
        "non remis", "non distribué", "non distribuable", "échec de la remise", "échec de remise",
        "échec de la livraison", "avis de non-remise", "n'a pas pu être remis", "n'a pas pu être distribué",
    ),
    "it": (
        "mancato recapito", "mancata consegna", "recapito non riuscito", "impossibile recapitare", "non recapitabile",
        "non recapitato", "errore di recapito",
    ),
    "es": (
        "no se ha podido entregar", "no se pudo entregar", "no se puede entregar", "correo no entregado",
        "mensaje no entregado", "correo devuelto", "error de entrega", "error en la entrega", "fallo en la entrega",
    ),
    "nl": (
        "onbestelbaar", "kan niet worden afgeleverd", "kon niet worden afgeleverd", "kan niet worden bezorgd",
        "kon niet worden bezorgd", "bezorging mislukt", "aflevering mislukt",
    ),
    "sv": (
        "kan inte levereras", "kunde inte levereras", "gick inte att leverera", "olevererbart", "ej levererat",
        "leveransfel", "leveransen misslyckades",
    ),
    "pl": (
        "nie można dostarczyć", "nie udało się dostarczyć", "nie dostarczono", "niedostarczona wiadomość",
        "błąd dostarczania", "zwrot wiadomości",
    ),
    "pt": (
        "não entregue", "não foi entregue", "não pôde ser entregue", "não é possível entregar", "falha na entrega",
        "falha de entrega", "mensagem devolvida",
    ),
    "tr": (
        "teslim edilemedi", "teslim edilemeyen", "teslim edilemez", "teslimat başarısız", "iletilemedi",
        "gönderilemedi",
    ),
    "ja": ("配信不能", "配信できません", "配信に失敗", "配信エラー", "送信できませんでした", "不達", "未達"),
    "ar": ("تعذر التسليم", "تعذر تسليم", "فشل التسليم", "فشل تسليم", "غير قابلة للتسليم", "لم يتم تسليم"),
}  # fmt: skip


def is_robot(spec: str) -> bool:
    """Return whether an address, or a bare local part, is one that no person writes from."""
    local = spec.rpartition("@")[0] or spec
    return len(spec) <= _LIMIT and _ROBOT_LOCAL.fullmatch(local.lower()) is not None


def says_absent(subject: str) -> bool:
    """Return whether a subject has a set phrase of a vacation answer."""
    return _ABSENCE.search(_folded(subject)) is not None


def says_returned(subject: str) -> bool:
    """Return whether a subject has a set phrase of a delivery report."""
    return _BOUNCE.search(_folded(subject)) is not None


def _folded(text: str) -> str:
    """Return `text` as it is compared; a hyphen is as good as a blank ("out-of-office")."""
    return " ".join(folded(text).replace("-", " ").split())


def _pattern(phrases: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Return what finds any whole phrase; Japanese sets no blanks between words."""
    spaced = (_folded(phrase) for language, of in phrases.items() if language != "ja" for phrase in of)
    joined = (_folded(phrase) for phrase in phrases.get("ja", ()))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, spaced))})(?!\w)|{'|'.join(map(re.escape, joined))}")


_ABSENCE, _BOUNCE = _pattern(ABSENCE), _pattern(BOUNCE)
