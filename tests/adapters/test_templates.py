"""
Templates: the shipped texts, the seller's own, and what neither may do.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.adapters import rules, templates
from responder.adapters.templates import Template, TemplateFailed
from responder.errors import ConfigError, Problem, Severity

LANGUAGES = ("en", "de", "fr", "it", "es", "nl", "sv", "pl", "pt", "tr", "ja", "ar")
KINDS = ("weekend", "holiday", "closure", "outside_hours")
ACKNOWLEDGEMENT = templates.load(None)["acknowledgement"]


def context(language: str = "en", **changes: object) -> Mapping[str, object]:
    """What an acknowledgement may print, with something for every name."""
    facts: dict[str, object] = {
        "buyer_name": "Zoë O’Connor-Smith",
        "seller_name": "Maison Exemple",
        "subject": "Re: Where is my parcel?",
        "received_at": datetime(2026, 7, 14, 21, 30, tzinfo=UTC),
        "order_id": "305-1234567-7654321",
        "closed_kind": "holiday",
        "closed_name": "Bastille Day",
        "promise_at": datetime(2026, 7, 15, 22, 30, tzinfo=UTC),
        "marketplace": "amazon.fr",
        "language": language,
        "zone": ZoneInfo("Europe/Paris"),
    }
    return templates.acknowledgement_context(**{**facts, **changes})  # type: ignore[arg-type]


def own(body: str, subject: str = "Re: {{ message.subject }}") -> Template:
    """A seller's template with one English text."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return templates.parse("acknowledgement", f"subject: '{subject}'\nlanguages:\n  en: |\n{lines}\n", "own.yaml")


def said(template: Template, languages: tuple[str, ...] = ()) -> list[str]:
    """The problems of a template, as printed."""
    return [str(problem) for problem in templates.problems({"acknowledgement": template}, languages)]


# The shipped texts


def test_the_shipped_texts_have_no_problem_in_any_language() -> None:
    """Twelve languages, nothing unknown, nothing that Amazon forbids."""
    assert templates.problems({"acknowledgement": ACKNOWLEDGEMENT}, LANGUAGES) == ()
    assert templates.violations(ACKNOWLEDGEMENT, rules.load(), "Maison Exemple") == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [True, False], ids=["all known", "nothing known"])
def test_a_shipped_text_says_what_it_must_and_breaks_no_rule(language: str, kind: str, known: bool) -> None:
    """Arrived, closed, a date, the order number and the seller's name; no gap where something is not known."""
    nothing = {} if known else {"buyer_name": None, "order_id": None, "closed_name": None, "subject": ""}
    said = context(language, closed_kind=kind, **nothing)
    rendered = templates.render(ACKNOWLEDGEMENT, language, said)
    assert rendered.body.rstrip("\n\N{POP DIRECTIONAL ISOLATE}").endswith("Maison Exemple")
    assert str(said["promise_date"]) in rendered.body
    assert ("305-1234567-7654321" in rendered.body) == known
    assert ("Bastille Day" in rendered.body) == (known and kind == "holiday")
    assert templates.findings("acknowledgement", rendered, said, rules.load()) == ()
    for gap in ("  ", " ,", "()", "（）", "None", "\n\n\n"):
        assert gap not in rendered.body
    assert rendered.subject == ("Re: Where is my parcel?" if known else "Re:")
    assert rendered.quote.endswith((":", "："))
    assert "2026" in rendered.quote


@pytest.mark.parametrize("length", [100, 150, 190, 200, 300, 1000])
def test_a_long_subject_is_still_the_buyers(length: int) -> None:
    """What a buyer writes is not judged, however long: it would hold the acknowledgement."""
    said = context(subject=f"www.example.com gratis {'abc ' * length}"[:length])
    rendered = templates.render(ACKNOWLEDGEMENT, "en", said)
    assert templates.findings("acknowledgement", rendered, said, rules.load()) == ()
    assert rendered.subject.startswith("Re: www.example.com gratis abc")


@given(name=st.text(max_size=80), subject=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_no_buyers_name_or_subject_breaks_a_shipped_text(name: str, subject: str, language: str) -> None:
    """Property: whatever a buyer is called or writes, the acknowledgement can be sent."""
    said = context(language, buyer_name=name, subject=subject)
    rendered = templates.render(ACKNOWLEDGEMENT, language, said)
    assert templates.findings("acknowledgement", rendered, said, rules.load()) == ()
    assert "\n" not in rendered.subject


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "will read your message and reply"),
        ("fr", "lira votre message et vous répondra"),
        ("it", "leggerà il suo messaggio e le risponderà"),
        ("es", "leerá su mensaje y le responderá"),
    ],
)
def test_what_is_read_is_named(language: str, said: str) -> None:
    """After "our shop is closed for the weekend", who reads "it" would read the shop or the weekend."""
    assert said in templates.render(ACKNOWLEDGEMENT, language, context(language)).body


@pytest.mark.parametrize(
    ("language", "country", "date"),
    [
        ("en", "GB", "Thursday 16 July 2026"),
        ("en", "US", "Thursday, July 16, 2026"),
        ("de", "DE", "Donnerstag, den 16. Juli 2026"),
        ("fr", "FR", "jeudi 16 juillet 2026"),
        ("it", "IT", "giovedì 16 luglio 2026"),
        ("es", "ES", "jueves, 16 de julio de 2026"),
        ("nl", "BE", "donderdag 16 juli 2026"),
        ("sv", "SE", "torsdagen den 16 juli 2026"),
        ("pl", "PL", "16 lipca 2026 r. (czwartek)"),
        ("pt", "BR", "quinta-feira, 16 de julho de 2026"),
        ("pt", "ES", "quinta-feira, 16 de julho de 2026"),
        ("tr", "TR", "16 Temmuz 2026 Perşembe"),
        ("ja", "JP", "2026年7月16日（木）"),
        ("ar", "EG", "يوم الخميس 16 يوليو 2026"),
        ("ar", "SA", "يوم الخميس 16 يوليو 2026"),
        ("xx", None, "Thursday, July 16, 2026"),
    ],
)
def test_dates_are_written_as_the_buyer_writes_them(language: str, country: str | None, date: str) -> None:
    """In the language and country of the marketplace, and on its calendar day: 22:30 UTC is the 16th in Paris."""
    written = str(context(language, country=country)["promise_date"])
    assert written.replace(",", "") == date.replace(",", "")  # CLDR changes its commas from time to time


@pytest.mark.parametrize(
    ("language", "country", "first", "eighth"),
    [
        ("fr", "FR", "Le 1er mars 2026, vous avez écrit :", "Le 8 mars 2026, vous avez écrit :"),
        ("fr", "CA", "Le 1er mars 2026, vous avez écrit :", "Le 8 mars 2026, vous avez écrit :"),
        ("it", "IT", "In data 1º marzo 2026 ha scritto:", "In data 8 marzo 2026 ha scritto:"),
        ("pt", "BR", "A sua mensagem de 1º de março de 2026:", "A sua mensagem de 8 de março de 2026:"),
        ("pt", "ES", "A sua mensagem de 1 de março de 2026:", "A sua mensagem de 8 de março de 2026:"),
        ("de", "DE", "Am 1. März 2026 schrieben Sie:", "Am 8. März 2026 schrieben Sie:"),
    ],
)
def test_the_first_of_a_month_and_the_eighth_are_written_as_they_are_said(
    language: str, country: str, first: str, eighth: str
) -> None:
    """French and Italian say the first, and an Italian article before an eight would lose its vowel."""
    for day, quote in ((1, first), (8, eighth)):
        said = context(language, country=country, received_at=datetime(2026, 3, day, 10, tzinfo=UTC))
        assert templates.render(ACKNOWLEDGEMENT, language, said).quote == quote
    said = context("fr", promise_at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert said["promise_date"] == "dimanche 1er mars 2026"
    said = context("fr", promise_at=datetime(2031, 3, 11, 10, tzinfo=UTC))
    assert said["promise_date"] == "mardi 11 mars 2031"


def test_what_is_promised_is_named_in_its_own_zone() -> None:
    """An evening on the Pacific is the next day in New York: the later day is named, the received one is not moved."""
    midnight = datetime(2026, 11, 16, 5, 30, tzinfo=UTC)
    facts = {"zone": ZoneInfo("America/Los_Angeles"), "country": "US", "promise_at": midnight, "received_at": midnight}
    said = context(**facts, promised_in=ZoneInfo("America/New_York"))
    assert str(said["promise_date"]).startswith("Monday")
    assert str(said["promise_time"]).startswith("12:30")
    assert "November 15" in templates.render(ACKNOWLEDGEMENT, "en", said).quote


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Anna Berg", "Hello Anna Berg,"),
        ("José M. García López", "Hello José M. García López,"),
        ("D’Angelo", "Hello D’Angelo,"),
        ("山田太郎", "Hello 山田太郎,"),
        (None, "Hello,"),
        ("", "Hello,"),
        ("www.example.com", "Hello,"),
        ("Call 089 1234567", "Hello,"),
        ("anna@example.com", "Hello,"),
        ("Buy now at example.com for a discount today only", "Hello,"),
        ("{{ seller.name }}", "Hello,"),
        ("<b>Anna</b>", "Hello,"),
        ("Anna\r\nBcc: x", "Hello,"),
        ("A" * 200, "Hello,"),
    ],
)
def test_only_a_name_is_greeted(name: str | None, greeting: str) -> None:
    """A name field that holds an address, a number or a sentence is not repeated to the buyer."""
    rendered = templates.render(ACKNOWLEDGEMENT, "en", context(buyer_name=name))
    assert rendered.body.startswith(f"{greeting}\n\nThank you")


# The seller's own files


def write(folder: Path, text: str, name: str = "acknowledgement.yaml") -> Path:
    """Put a file into the seller's folder."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_the_sellers_file_takes_the_shipped_ones_place(tmp_path: Path) -> None:
    """Only its languages exist then; the line above the quotation still comes from the shipped file."""
    text = ["subject: 'Re: {{ message.subject }}'", "languages:", "  fr: |"]
    text.append("    Bonjour {{ buyer.name | default('') }}, merci.")
    write(tmp_path, "\n".join(text))
    template = templates.load(tmp_path)["acknowledgement"]
    assert list(template.bodies) == ["fr"]
    rendered = templates.render(template, "fr", context("fr", buyer_name=None))
    assert rendered.body == "Bonjour, merci.\n"
    assert rendered.quote == "Le 14 juillet 2026, vous avez écrit :"


def test_without_a_file_of_their_own_sellers_have_the_shipped_one(tmp_path: Path) -> None:
    """A folder that is empty or not there changes nothing."""
    assert templates.load(tmp_path) == templates.load(tmp_path / "none") == templates.load(None)


def test_a_file_that_no_mail_uses_is_named(tmp_path: Path) -> None:
    """A misspelt file name would otherwise do nothing, silently."""
    write(tmp_path, "subject: x\n", "acknowledgment.yaml")
    (problem,) = templates.strays(tmp_path)
    assert problem == Problem(
        str(tmp_path / "acknowledgment.yaml"),
        "no mail uses this file",
        "did you mean acknowledgement.yaml?",
        Severity.WARNING,
    )


def test_every_mistake_in_the_shape_is_reported_at_once(tmp_path: Path) -> None:
    """All problems of a file, each with its place."""
    path = write(tmp_path, "subjects: x\nlanguages:\n  french: |\n    Bonjour\n  de: ''\nquote: hello\n")
    with pytest.raises(ConfigError) as caught:
        templates.load(tmp_path)
    said = [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]
    assert said == [
        "1:1: unknown key 'subjects' (did you mean 'subject'?)",
        (
            "1:1: the subject is missing (write one for all languages, like "
            'subject: "Re: {{ message.subject }}", or one for each)'
        ),
        "3:3: 'french' is no language (write it as en, de or fr-CA)",
        "5:7: the text is empty (write the text, or remove the language)",
        "6:8: 'quote' must hold a text per language (en: |)",
    ]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("de", "de"), ("de-AT", "de"), ("DE_at", "de"), ("fr-CA", "fr-CA"), ("fr-BE", "fr"), ("tr", "en"), (None, "en")],
)
def test_the_nearest_language_is_chosen(wanted: str | None, chosen: str) -> None:
    """de-AT, de, then the fallback."""
    text = "subject: x\nlanguages: {en: Hello, de: Hallo, fr: Bonjour, fr-CA: Allo}\n"
    assert templates.pick_language(templates.parse("acknowledgement", text, "own.yaml"), wanted) == chosen


def test_a_template_without_the_language_and_the_fallback_has_none() -> None:
    """Better no mail than a mail that the buyer cannot read."""
    template = templates.parse("acknowledgement", "subject: x\nlanguages: {pl: Witam}\n", "own.yaml")
    assert templates.pick_language(template, "it") is None
    with pytest.raises(TemplateFailed, match="no text in 'it'"):
        templates.render(template, "it", context("it"))


def test_a_missing_language_is_a_warning_and_without_english_an_error() -> None:
    """A configured marketplace whose buyers would be written to in another language, or not at all."""
    (warning,) = templates.problems({"acknowledgement": own("Hello.")}, ("fr",))
    assert warning.severity is Severity.WARNING
    assert str(warning) == "own.yaml: there is no text in 'fr' (no buyer is acknowledged in it; add it under languages)"
    polish = templates.parse("acknowledgement", "subject: x\nlanguages: {pl: Witam}\n", "own.yaml")
    (error,) = templates.problems({"acknowledgement": polish}, ("fr", "pl"))
    assert error.severity is Severity.ERROR


# What is found before it is needed


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Hi {{ buyer.nmae }}", "own.yaml:5:17: 'buyer.nmae' is not known (did you mean 'buyer.name'?)"),
        ("Hi {{ buyr.name }}", "own.yaml:5:11: 'buyr' is not known (did you mean 'buyer'?)"),
        ("By {{ promise_day }}", "own.yaml:5:11: 'promise_day' is not known (did you mean 'promise_date'?)"),
        ("By {{ promise_date.day }}", "own.yaml:5:24: 'promise_date.day' is not known"),
        ("Hi {{ buyer.name | uper }}", "own.yaml:5:24: there is no filter 'uper' (did you mean 'upper'?)"),
        ("Hi {{ buyer.name }", "own.yaml:5:8: the template cannot be read"),
        ("{% if order.id %}", "own.yaml:6:5: the template cannot be read"),
        ("{{ buyer.__class__ }}", "own.yaml:5:14: 'buyer.__class__' is not known"),
        ("{{ seller.name.upper() }}", "own.yaml:5:5: a template cannot use a function or method call"),
    ],
)
def test_a_mistake_is_named_with_the_line_of_the_file(line: str, problem: str) -> None:
    """The line inside the YAML block is counted from the top of the file; the near name is offered."""
    found = said(own(f"Hello,\n{line}\nGoodbye"))
    assert any(each.startswith(problem) for each in found), found


def test_a_branch_that_is_rarely_printed_is_checked_as_well() -> None:
    """A typing mistake in the holiday's sentence must not wait for the holiday."""
    assert said(own("{% if closed.kind == 'never' %}{{ closde.name }}{% endif %}Hello"))


def test_a_mistake_in_the_subject_is_named_with_its_column() -> None:
    """The subject stands on one line."""
    (problem,) = said(own("Hello", subject="{{ mesage.subject }}"))
    assert problem == "own.yaml:1:10: 'mesage' is not known (did you mean 'message'?)"


def test_what_amazon_forbids_is_named_with_the_line_of_the_file() -> None:
    """A link in the seller's own text, found by `check`."""
    found = templates.violations(own("Hello,\n\nsee www.example.com for more."), rules.load(), "Maison Exemple")
    assert [str(problem) for problem in found] == [
        "own.yaml:6:9: L08: www.example.com (remove the link or the web address)"
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(10**9) %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 10**10**8 }}",
        "{{ 'a' * 10000000000 }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '{0.__class__}'.format('x') }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ '' | attr('__class__') }}",
        "{{ [''] | map(attribute='__class__') | list }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum(n=1000) }}",
        "{% include '/etc/passwd' %}",
        "{% extends 'x' %}",
        "{% import 'x' as y %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% set a = 'aaaa' %}{{ a }}",
        "{{ buyer['name'] }}",
        "{{ 'a' ~ 'b' }}",
        "{% for a in message.subject %}{% for b in message.subject %}x{% endfor %}{% endfor %}",
        "{% for a in [1,2,3] %}x{% endfor %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ self }}",
        "{{ loop.index }}",
    ],
)
def test_what_could_run_away_or_look_around_is_refused(source: str) -> None:
    """Decided from the source: nothing of it runs, neither at `check` nor when a mail is due."""
    template = own(source)
    assert said(template)
    with pytest.raises(TemplateFailed):
        templates.render(template, "en", context())


def test_a_given_list_may_be_looped_over() -> None:
    """The one loop there is."""
    assert (
        templates.render(own("{% for c in seller.name %}{{ c }}.{% endfor %}"), "en", context(seller_name="ab")).body
        == "a.b.\n"
    )


def test_what_a_buyer_writes_is_never_a_template() -> None:
    """`{{ 7*7 }}` in a subject stays what it is."""
    rendered = templates.render(own("{{ message.subject }}"), "en", context(subject="{{ 7*7 }} {% raw %}"))
    assert rendered.body == "{{ 7*7 }} {% raw %}\n"
    assert rendered.subject == "Re: {{ 7*7 }} {% raw %}"


def test_a_text_that_grows_too_large_is_refused() -> None:
    """64 KB is more than any mail of ours needs."""
    long = own("{{ message.subject }}" * 1200)
    with pytest.raises(TemplateFailed, match="grew over"):
        templates.render(long, "en", context(subject="x" * 200))


def test_two_empty_lines_and_hanging_commas_are_closed() -> None:
    """Where something is not known, nothing shows that it was meant to be there."""
    body = "Hello {{ buyer.name }} ,\n\n{% if order.id %}\nOrder {{ order.id }}\n{% endif %}\n\nGoodbye"
    rendered = templates.render(own(body), "en", context(buyer_name=None, order_id=None))
    assert rendered.body == "Hello,\n\nGoodbye\n"
