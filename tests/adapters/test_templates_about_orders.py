"""
The texts about an order: the request for feedback, and the mail that only carries the invoice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import rules, templates
from responder.adapters.templates import Template
from responder.errors import ConfigError

LANGUAGES = ("en", "de", "fr", "it", "es", "nl", "sv", "pl", "pt", "tr", "ja", "ar")
KINDS = ("feedback_request", "invoice")
ORDER = "305-1234567-7654321"
SHIPPED = templates.load(None)
# What says in each language that something is attached: it must not be said where nothing is.
ATTACHED = {
    "en": "attached",
    "de": "Anhang",
    "fr": "ci-joint",
    "it": "allegato",
    "es": "adjunta",
    "nl": "Bij dit bericht",
    "sv": "bifogad",
    "pl": "załączniku",
    "pt": "anexo",
    "tr": "ekinde",
    "ja": "添付",
    "ar": "مرفقة",
}


def context(language: str = "en", **changes: object) -> Mapping[str, object]:
    """What a mail about an order may print, with something for every name."""
    facts: dict[str, object] = {
        "buyer_name": "Zoë O’Connor-Smith",
        "seller_name": "Maison Exemple",
        "order_id": ORDER,
        "purchased_at": datetime(2026, 7, 14, 22, 30, tzinfo=UTC),
        "shipped_at": datetime(2026, 7, 16, 9, 0, tzinfo=UTC),
        "invoice": True,
        "marketplace": "amazon.fr",
        "language": language,
        "zone": ZoneInfo("Europe/Paris"),
    }
    return templates.order_context(**{**facts, **changes})  # type: ignore[arg-type]


def own(text: str, kind: str = "feedback_request") -> Template:
    """A seller's template."""
    return templates.parse(kind, text, "own.yaml")


# The shipped texts


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_texts_have_no_problem_in_any_language(kind: str) -> None:
    """Twelve languages, nothing unknown, nothing that Amazon forbids or only frowns at."""
    assert set(SHIPPED[kind].bodies) == set(LANGUAGES)
    assert templates.problems({kind: SHIPPED[kind]}, LANGUAGES) == ()
    assert templates.violations(SHIPPED[kind], rules.load(), "Maison Exemple") == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["Zoë O’Connor-Smith", None], ids=["named", "nameless"])
@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("invoice", [True, False], ids=["invoice", "none"])
def test_a_shipped_text_names_the_order_and_breaks_no_rule(
    language: str, kind: str, name: str | None, dated: bool, invoice: bool
) -> None:
    """The 17 digits in subject and text, the seller's name, no gap, and in every branch not even a warning."""
    changes = {} if dated else {"purchased_at": None, "shipped_at": None}
    said = context(language, buyer_name=name, invoice=invoice or kind == "invoice", **changes)
    rendered = templates.render(SHIPPED[kind], language, said)
    assert ORDER in rendered.subject
    assert ORDER in rendered.body
    assert ("2026" in rendered.body) == dated
    assert rendered.body.rstrip("\n\N{POP DIRECTIONAL ISOLATE}").endswith("Maison Exemple")
    assert templates.findings(kind, rendered, said, rules.load()) == ()
    for gap in ("  ", " ,", "()", "（）", "None", "\n\n\n", "{", "}"):
        assert gap not in rendered.body
        assert gap not in rendered.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_speaks_of_an_invoice_only_where_one_is_attached(language: str) -> None:
    """Nobody looks for a file that is not there; subject and text say the same."""
    with_one = templates.render(SHIPPED["feedback_request"], language, context(language))
    without = templates.render(SHIPPED["feedback_request"], language, context(language, invoice=False))
    assert ATTACHED[language] in with_one.body
    assert "PDF" in with_one.body.upper()
    assert ATTACHED[language] not in without.body
    assert "PDF" not in without.body.upper()
    assert len(without.subject) < len(with_one.subject)
    assert ATTACHED[language] in templates.render(SHIPPED["invoice"], language, context(language)).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_with_the_invoice_asks_for_nothing(language: str) -> None:
    """What the request asks for is in none of the invoice's lines: it is a mail of its own."""
    request = templates.render(SHIPPED["feedback_request"], language, context(language, invoice=False))
    alone = templates.render(SHIPPED["invoice"], language, context(language))
    asked = next(line for line in request.body.split("\n") if "Amazon" in line or "أمازون" in line)
    assert "Amazon" not in alone.body
    assert "أمازون" not in alone.body
    assert asked not in alone.body


@given(name=st.text(max_size=80), language=st.sampled_from(LANGUAGES), kind=st.sampled_from(KINDS))
def test_no_buyers_name_breaks_a_shipped_text(name: str, language: str, kind: str) -> None:
    """Property: whatever a buyer is called, the mail can be sent."""
    said = context(language, buyer_name=name)
    rendered = templates.render(SHIPPED[kind], language, said)
    assert templates.findings(kind, rendered, said, rules.load()) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_an_arabic_subject_begins_with_the_number(kind: str) -> None:
    """After Arabic letters the parts of the number would change places (UAX 9, W2 and W4): nothing isolates it here."""
    subject = templates.render(SHIPPED[kind], "ar", context("ar")).subject
    assert subject.startswith(f"{ORDER}: ")


def test_a_day_is_the_marketplaces_own() -> None:
    """Half past ten at night UTC is the next day in Paris, and written as a French reader writes it."""
    body = templates.render(SHIPPED["invoice"], "fr", context("fr", country="FR")).body
    assert "Date de la commande : 15 juillet 2026\n" in body


# The seller's own files


def test_a_file_of_one_kind_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    """A seller who writes the request anew still sends the shipped acknowledgement and invoice."""
    (tmp_path / "feedback_request.yaml").write_text("subject: x {{ order.id }}\nlanguages: {en: Hello}\n")
    found = templates.load(tmp_path)
    assert set(found["feedback_request"].bodies) == {"en"}
    assert found["acknowledgement"] == SHIPPED["acknowledgement"]
    assert found["invoice"] == SHIPPED["invoice"]
    assert templates.strays(tmp_path) == ()


def test_one_subject_may_serve_all_languages_or_each_have_its_own() -> None:
    """A region takes that of its language."""
    texts = "languages: {en: Hello, fr: Bonjour, fr-CA: Allo}\n"
    one = own(f"subject: 'Order {{{{ order.id }}}}'\n{texts}")
    assert {templates.render(one, each, context()).subject for each in one.bodies} == {f"Order {ORDER}"}
    each = own(f"subject: {{en: 'Order {{{{ order.id }}}}', fr: Commande}}\n{texts}")
    assert templates.render(each, "en", context()).subject == f"Order {ORDER}"
    assert templates.render(each, "fr-CA", context()).subject == "Commande"


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("{en: Hello}", "own.yaml:1:1: there is no subject in 'fr' (add it)"),
        ("{en: Hello, fr: ''}", "own.yaml:1:26: the text is empty (write the text, or remove the language)"),
        ("{english: Hello, en: x, fr: y}", "own.yaml:1:11: 'english' is no language (write it as en, de or fr-CA)"),
        ("{}", "own.yaml:1:10: the subject is missing"),
        ("3", "own.yaml:1:10: the subject is missing"),
        ("[en]", "own.yaml:1:10: the subject is missing"),
    ],
)
def test_a_subject_that_is_missing_in_a_language_is_named(subject: str, problem: str) -> None:
    """Every text has its subject, or the file is refused with the place."""
    with pytest.raises(ConfigError) as caught:
        own(f"subject: {subject}\nlanguages: {{en: Hello, fr: Bonjour}}\n")
    assert next(map(str, caught.value.problems)).startswith(problem)


def test_a_mistake_in_a_languages_subject_is_named_with_its_place() -> None:
    """The subject of one language, on its own line."""
    template = own("subject:\n  en: 'x {{ order.id }}'\n  fr: '{{ ordre.id }}'\nlanguages: {en: Hello, fr: Bonjour}\n")
    (problem,) = templates.problems({"feedback_request": template}, ())
    assert str(problem) == "own.yaml:3:7: 'ordre' is not known (did you mean 'order'?)"


@pytest.mark.parametrize("name", ["order.title", "order.items", "message.subject", "closed.kind", "promise_date"])
def test_what_was_bought_or_written_cannot_be_printed(name: str) -> None:
    """Titles are texts of others and often advertisements; a request answers no message."""
    template = own(f"subject: x\nlanguages: {{en: 'Hello {{{{ {name} }}}}'}}\n")
    (problem,) = templates.problems({"feedback_request": template}, ())
    assert "is not known" in str(problem)


@pytest.mark.parametrize(
    ("kind", "hint"), [("feedback_request", "no buyer is asked in it"), ("invoice", "no invoice is sent in it")]
)
def test_a_missing_language_says_what_is_not_sent(kind: str, hint: str) -> None:
    """The consequence is another one than for an acknowledgement."""
    template = own("subject: x\nlanguages: {en: Hello}\n", kind)
    (warning,) = templates.problems({kind: template}, ("fr",))
    assert str(warning) == f"own.yaml: there is no text in 'fr' ({hint}; add it under languages)"


def test_what_amazon_forbids_in_a_request_is_named_with_its_line() -> None:
    """A condition, and no order number, in the seller's own request."""
    text = "subject: x\nlanguages:\n  en: |\n    Hello,\n\n    If you are happy with us, give us five stars.\n"
    said = [str(each) for each in templates.violations(own(text), rules.load(), "Maison Exemple")]
    assert any(each.startswith("own.yaml:6:") and "L05" in each for each in said), said
    assert any("L23" in each for each in said), said
