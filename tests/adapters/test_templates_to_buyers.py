"""
The texts of the notice of a delay, and of the drafts for a buyer who is unhappy or wants to cancel.

Each is judged as it would leave: as finished bytes, in every language and every case.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import catalogue, rules, templates
from responder.core import compose, policy
from responder.core.compose import Outgoing
from responder.core.message import parse

LANGUAGES = ("en", "de", "fr", "it", "es", "nl", "sv", "pl", "pt", "tr", "ja", "ar")
DELAY, FEEDBACK, CANCELLATION = "delay_notice", "feedback_answer", "cancellation_answer"
KINDS = (DELAY, FEEDBACK, CANCELLATION)
ORDER = "305-1234567-7654321"
BOUGHT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ISOLATES = "\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"
SHIPPED = templates.load(None)
RULES = rules.load()
# The day in each language as its readers write it, with its weekday.
MONDAY = {
    "en": "Monday, November 30, 2026",
    "de": "Montag, den 30. November 2026",
    "fr": "lundi 30 novembre 2026",
    "it": "lunedì 30 novembre 2026",
    "es": "lunes, 30 de noviembre de 2026",
    "nl": "maandag 30 november 2026",
    "sv": "måndagen den 30 november 2026",
    "pl": "30 listopada 2026 r. (poniedziałek)",
    "pt": "segunda-feira, 30 de novembro de 2026",
    "tr": "30 Kasım 2026 Pazartesi",
    "ja": "2026年11月30日（月）",
    "ar": "يوم الاثنين 30 نوفمبر 2026",
}
# What stands in Amazon's menu for the buyer's orders; weak, as the template says.
YOUR_ORDERS = {
    "en": "Your Account > Your Orders",
    "de": "Mein Konto > Meine Bestellungen",
    "fr": "Votre compte > Vos commandes",
    "it": "Il mio account > I miei ordini",
    "es": "Mi cuenta > Mis pedidos",
    "nl": "Mijn account > Mijn bestellingen",
    "sv": "Ditt konto > Dina beställningar",
    "pl": "Twoje konto > Twoje zamówienia",
    "pt": "Sua conta > Seus pedidos",
    "tr": "Hesabım > Siparişlerim",
    "ja": "「アカウントサービス」＞「注文履歴」",
    "ar": "«حسابك» ثم «طلباتك»",
}
# What a mail would say that speaks of feedback, in the words of the request for it.
FEEDBACK_WORDS = {
    "en": "feedback|review|rating|star",
    "de": "bewert|rezension|feedback|stern",
    "fr": "évalu|avis|commentaire|étoile",
    "it": "valuta|recension|feedback|stell",
    "es": "opini|reseñ|valora|estrella|comentario",
    "nl": "feedback|beoordel|recensie|ster(?:ren)?\\b",
    "sv": "omdöme|recension|betyg|stjärn",
    "pl": "opini|ocen|komentarz|gwiazd",
    "pt": "avalia|opinião|comentário|estrela",
    "tr": "değerlendir|yorum|puan|yıldız",
    "ja": "評価|レビュー|星|コメント",
    "ar": "تقييم|تعليق|نجوم|مراجعة",
}
CASES = tuple(product(KINDS, LANGUAGES))


def context(language: str, **changes: object) -> Mapping[str, object]:
    """What a mail about an order may print, with something for every name."""
    facts: dict[str, object] = {
        "buyer_name": "Zoë O’Connor-Smith",
        "seller_name": "Maison Exemple",
        "order_id": ORDER,
        "purchased_at": BOUGHT,
        "shipped_at": None,
        "new_date": date(2026, 11, 30),
        "marketplace": "amazon.fr",
        "language": language,
        "zone": ZoneInfo("Europe/Paris"),
    }
    return templates.order_context(**{**facts, **changes})  # type: ignore[arg-type]


def body(kind: str, language: str, **changes: object) -> str:
    """The text as it is printed."""
    return templates.render(SHIPPED[kind], language, context(language, **changes)).body


def leaving(kind: str, rendered: templates.Rendered) -> bytes:
    """The mail as it would leave, headers and encodings included."""
    return compose.finished(
        Outgoing(
            kind=kind,
            to="ab12cd34ef56gh7@marketplace.amazon.fr",
            from_="service@example.com",
            from_name="Maison Exemple",
            subject=rendered.subject,
            body=rendered.body,
            message_id="<a@example.com>",
            date_at=datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
            instance="0123456789abcdef",
            language=rendered.language,
        )
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_texts_have_no_problem_in_any_language(kind: str) -> None:
    """Twelve languages, nothing unknown, nothing that Amazon forbids or only frowns at, judged as its kind is."""
    assert set(SHIPPED[kind].bodies) == set(LANGUAGES)
    assert templates.problems({kind: SHIPPED[kind]}, LANGUAGES) == ()
    assert templates.violations(SHIPPED[kind], RULES, "Maison Exemple") == ()


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_every_case_of_every_text_leaves_without_a_finding(kind: str, language: str) -> None:
    """Named or not, dated or not, shipped or not; and the drafts keep even the stricter rules of unasked mail."""
    for name, bought_at, shipped in product(("Zoë O’Connor-Smith", None), (BOUGHT, None), (True, False)):
        said = context(language, buyer_name=name, purchased_at=bought_at, shipped=shipped)
        rendered = templates.render(SHIPPED[kind], language, said)
        raw = leaving(kind, rendered)
        for judged_as in {templates.policy_kind(kind), DELAY}:
            found = policy.finished(
                raw, rules=RULES, kind=judged_as, language=language, order_id=ORDER, given=[name or ""], quotation=""
            )
            assert found == ()
        assert ORDER in rendered.subject
        assert ORDER in rendered.body
        assert rendered.body.rstrip(f"\n{ISOLATES}").endswith("Maison Exemple")
        assert parse(raw).text.strip() == rendered.body.translate(dict.fromkeys(map(ord, ISOLATES))).strip()
        for gap in ("  ", " ,", "()", "（）", "None", "\n\n\n", "{", "}"):
            assert gap not in rendered.body
            assert gap not in rendered.subject


@pytest.mark.parametrize("store", [each.name for each in catalogue.load().marketplaces])
def test_every_store_gets_each_text_in_all_of_its_languages(store: str) -> None:
    """Where a marketplace has two, one mail holds both; none is left without a text."""
    known = catalogue.load().by_name(store)
    assert known is not None
    for kind in KINDS:
        languages = [templates.pick_language(SHIPPED[kind], each, fallback="") for each in known.texts]
        assert all(languages)
        texts = [(each, context(each, country=known.country)) for each in languages if each]
        rendered = templates.render_all(SHIPPED[kind], texts)
        raw = leaving(kind, rendered)
        as_it_is = templates.policy_kind(kind)
        assert policy.finished(raw, rules=RULES, kind=as_it_is, language=rendered.language, order_id=ORDER) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_names_the_day_and_where_an_order_can_be_cancelled(language: str) -> None:
    """The day with its weekday, as a native writes it; the menu's words, and no link."""
    said = body(DELAY, language)
    assert MONDAY[language] in said
    assert YOUR_ORDERS[language] in said
    assert "http" not in said
    assert "@" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wants_to_cancel_is_shown_the_way_that_is_open(language: str) -> None:
    """Before it is shipped the request in the account, afterwards the return; never both."""
    open_way, returned = body(CANCELLATION, language), body(CANCELLATION, language, shipped=True)
    assert YOUR_ORDERS[language] in open_way
    assert YOUR_ORDERS[language] in returned
    assert open_way != returned
    subjects = {
        templates.render(SHIPPED[CANCELLATION], language, context(language, shipped=each)).subject
        for each in (True, False)
    }
    assert len(subjects) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [DELAY, FEEDBACK])
def test_not_a_word_is_said_about_feedback(language: str, kind: str) -> None:
    """The words are those of the request for feedback, where they are found: the list can fail."""
    words = re.compile(FEEDBACK_WORDS[language], re.IGNORECASE)
    assert not words.search(body(kind, language))
    assert words.search(body("feedback_request", language, invoice=False))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_to_an_unhappy_buyer_asks_how_to_help(language: str) -> None:
    """It ends in a question or an invitation to answer, and offers a solution."""
    said = body(FEEDBACK, language)
    assert re.search("[?？؟]|でしょうか", said)


@pytest.mark.parametrize("kind", KINDS)
def test_an_arabic_subject_begins_with_the_number(kind: str) -> None:
    """After Arabic letters the parts of the number would change places (UAX 9, W2 and W4): nothing isolates it here."""
    assert templates.render(SHIPPED[kind], "ar", context("ar")).subject.startswith(f"{ORDER}: ")


@given(name=st.text(max_size=80), language=st.sampled_from(LANGUAGES), kind=st.sampled_from(KINDS))
def test_no_buyers_name_breaks_a_shipped_text(name: str, language: str, kind: str) -> None:
    """Property: whatever a buyer is called, the mail can be sent."""
    said = context(language, buyer_name=name)
    rendered = templates.render(SHIPPED[kind], language, said)
    assert templates.findings(kind, rendered, said, RULES) == ()


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        (DELAY, "{{ invoice }}", "invoice"),
        (DELAY, "{{ shipped }}", "shipped"),
        (FEEDBACK, "{{ new_date }}", "new_date"),
        ("feedback_request", "{{ new_date }}", "new_date"),
    ],
)
def test_a_text_prints_nothing_that_its_mail_does_not_know(kind: str, text: str, word: str) -> None:
    """A seller's own file is told so when it is checked, not when the mail is due."""
    own = templates.parse(kind, f"subject: x {{{{ order.id }}}}\nlanguages:\n  en: |\n    {text}\n", "own.yaml")
    (problem,) = templates.problems({kind: own}, ())
    assert word in problem.problem


def test_a_sellers_own_draft_is_judged_as_an_answer() -> None:
    """What asks for the feedback to be taken back is an error, also in what a person sends."""
    own = "subject: x {{ order.id }}\nlanguages:\n  en: |\n    Please remove your negative feedback.\n"
    (problem,) = templates.violations(templates.parse(FEEDBACK, own, "own.yaml"), RULES, "Shop")
    assert problem.problem.startswith("L05")
