"""Which of Amazon's removal criteria may fit a comment: measured on a corpus, and bounded on hostile texts."""

import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from removal.corpus import LANGUAGES, Judged, comments, figures, judged
from removal.table import PAGE, figures_table

from responder.adapters import removal_rules
from responder.core.orders import Channel
from responder.core.removal import LIMIT, Criterion, Hint, Shipping, hints
from responder.core.removal_words import SENTENCES
from responder.errors import ConfigError

RESULTS = tuple(map(judged, comments()))
MINE, THEIRS = Shipping(Channel.MERCHANT, on_time=True), Shipping(Channel.AMAZON, on_time=True)


def found(comment: str, shipping: Shipping = MINE, *languages: str) -> dict[Criterion, Hint]:
    """Return the hints about an English comment, by criterion."""
    told = hints(comment, removal_rules.load(), languages=languages or ("en",), shipping=shipping)
    return {hint.criterion: hint for hint in told}


def test_the_corpus_speaks_every_language_and_of_everything() -> None:
    """A figure of two comments says nothing."""
    looked_at = [each for each in comments() if not each.held_back]
    assert len(looked_at) >= 200
    labels = Counter((each.language, label) for each in looked_at for label in each.labels)
    for language in LANGUAGES:
        assert sum(each.language == language for each in comments() if each.held_back) >= 5
        assert min(labels[language, name] for name in ("product", "late", "delivery", "mixed", "service", "none")) >= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_lost_that_was_once_found(language: str) -> None:
    """No comment that was looked at is judged wrongly."""
    wrong = [
        (each.comment.text, each.wrong, each.missed)
        for each in RESULTS
        if each.comment.language == language and not each.comment.held_back and (each.wrong or each.missed)
    ]
    assert wrong == []


def test_of_the_comments_held_back_few_hints_are_wrong() -> None:
    """A wrong hint wastes a request and a missed one costs the rating: the first is the rarer."""
    counted = figures(each for each in RESULTS if each.comment.held_back)
    assert counted.wrong <= 0.1 * (counted.right + counted.wrong)
    assert counted.right >= 0.5 * counted.fits


def test_the_page_has_the_figures_as_they_are() -> None:
    """`PYTHONPATH=tests python -m removal.table` prints them."""
    assert figures_table() in PAGE.read_text("utf-8")


def test_one_word_about_the_service_keeps_a_product_review() -> None:
    """Amazon removes only what is a product review as a whole."""
    assert set(found("Poor quality, broke at once.")) == {Criterion.PRODUCT_REVIEW}
    assert found("Poor quality, broke at once. Seller was nice.") == {}
    assert found("Poor quality, broke at once. Fast delivery.") == {}


@pytest.mark.parametrize(
    ("comment", "language"),
    [("Not received. They refuse to pay me back.", "en"), ("Arrived late. They don't care.", "en"),
     ("Nie angekommen. Sie verweigern alles.", "de"), ("Jamais reçu. Ils refusent tout.", "fr"),
     ("Mai arrivato. Rifiutano tutto.", "it"), ("Nooit ontvangen. Ze weigeren alles.", "nl")],
)  # fmt: skip
def test_a_seller_who_refuses_keeps_a_comment(comment: str, language: str) -> None:
    """A short part about the seller is one about the service, not a part of the delay."""
    assert found(comment, MINE, language) == found(comment, THEIRS, language) == {}


def test_a_long_part_without_a_known_word_may_be_about_anything() -> None:
    """What nobody understands is not taken for part of the review."""
    known = "Poor quality. "
    assert set(found(known + "My dog did not like it.")) == {Criterion.PRODUCT_REVIEW}
    assert found(known + "I told them three times in plain words what I thought of that.") == {}


def test_who_shipped_decides_about_delivery() -> None:
    """Amazon takes the blame for its own delivery, and for a delay of a parcel shipped in time with its label."""
    late = "Arrived three weeks late"
    assert set(found(late, THEIRS)) == {Criterion.FBA_DELIVERY}
    assert found(late, MINE)[Criterion.BUY_SHIPPING_DELAY].checks == ("buy_shipping",)
    assert found(late, Shipping(Channel.MERCHANT, on_time=False)) == {}
    unknown = found(late, Shipping())
    assert unknown[Criterion.FBA_DELIVERY].checks == ("who_shipped",)
    assert unknown[Criterion.BUY_SHIPPING_DELAY].checks == ("who_shipped", "shipped_on_time", "buy_shipping")


def test_a_damaged_parcel_is_no_delay() -> None:
    """For a parcel that the seller shipped, only the delay counts as Amazon's."""
    assert found("Box was crushed and wet", MINE) == {}
    assert set(found("Box was crushed and wet", THEIRS)) == {Criterion.FBA_DELIVERY}


def test_the_words_are_told_as_the_buyer_wrote_them() -> None:
    """A person has to see why."""
    told = found("TRÈS mauvaise QUALITÉ !", MINE, "fr")
    assert told[Criterion.PRODUCT_REVIEW].words == ("QUALITÉ",)


@pytest.mark.parametrize(
    ("comment", "languages", "expected"),
    [
        ("Call 020 7946 0123", ("en",), ("020 7946 0123",)),
        ("Write to boss@shop.example", ("en",), ("boss@shop.example",)),
        ("Mr John Example never answers", ("en",), ("Mr John Example",)),
        ("Frau Erika Beispiel war unfreundlich", ("de",), ("Frau Erika Beispiel",)),
        ("Mr Example never answers", ("en",), None),
        ("Order 305-1234567-7654321 came on 12.11.2026", ("en",), None),
        ("the sr staff said no", ("es",), None),
    ],
)
def test_personal_data_is_an_address_a_number_or_a_full_name(
    comment: str, languages: tuple[str, ...], expected: tuple[str, ...] | None
) -> None:
    """An order number and a mere surname are none."""
    told = found(comment, MINE, *languages).get(Criterion.PERSONAL_DATA)
    assert (told.words if told else None) == expected


@pytest.mark.parametrize(
    ("comment", "languages"),
    [("Der Ventilator ist super", ("de",)), ("ダイニングソファの色", ("ja",)), ("I got the picture", ("tr",)),
     ("The cone and the dupe", ("es", "pl")), ("Scunthorpe shitake mushrooms", ("en",))],
)  # fmt: skip
def test_an_innocent_word_is_no_curse(comment: str, languages: tuple[str, ...]) -> None:
    """A curse of one language is a word of another, or a part of one."""
    assert Criterion.OBSCENE not in found(comment, MINE, *languages)


def test_of_a_long_comment_nobody_says_that_all_of_it_is_one_thing() -> None:
    """Its beginning alone proves nothing; a curse in it does."""
    assert found("Poor quality. " * 400) == {}
    assert set(found("shit " * 2_000)) == {Criterion.OBSCENE}


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    """No comment stops the alert, and every word told stands in it."""
    for hint in hints(text, removal_rules.load(), languages=LANGUAGES, shipping=Shipping()):
        assert all(word in text for word in hint.words)


@pytest.mark.parametrize(
    "piece", ["a", "shit ", "Mr Aa ", "arrived broken ", "1 ", "@", "\u0301", "が", "(at) ", "bad product "]
)
def test_a_hostile_megabyte_is_cut_before_it_is_read(piece: str) -> None:
    """What a text costs does not depend on its length."""
    text = piece * (1_000_000 // len(piece))
    told = hints(text, removal_rules.load(), languages=LANGUAGES, shipping=Shipping())
    assert told == hints(text[: LIMIT + 1], removal_rules.load(), languages=LANGUAGES, shipping=Shipping())


@pytest.mark.parametrize("piece", ["a,", "but "])
def test_many_short_parts_cost_no_look_at_the_whole_dictionary_each(piece: str) -> None:
    """A comment of a thousand commas held up the state's other writers for seconds; counted in calls."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    found(piece)
    sys.setprofile(count)
    try:
        found(piece * 500)
    finally:
        sys.setprofile(None)
    assert calls < 200 * 500


def test_a_mistake_in_the_words_is_told_with_its_line() -> None:
    """A pair of pairs would be read as something else."""
    text = removal_rules.FILE
    shipped = (removal_rules.files("responder").joinpath("data", text)).read_text("utf-8")
    broken = shipped.replace("    en: [seller*,", '    en: ["a ~2 b ~2 c", seller*,', 1)
    with pytest.raises(ConfigError) as told:
        removal_rules.parse(broken, "removal.yaml")
    assert "a list of words" in str(told.value)


def test_results_name_what_was_wrong() -> None:
    """The table counts by these."""
    result = Judged(comments()[0], frozenset({Criterion.OBSCENE}))
    assert result.wrong == {Criterion.OBSCENE}
    assert result.missed == comments()[0].fits


def test_the_criteria_are_said_in_every_language() -> None:
    """What the file says in words is noted for the translators, and nothing is noted that it does not say any more."""
    rules = removal_rules.load()
    said = {text for row in rules.criteria.values() for text in (row.means, row.result, row.source)}
    assert said | {rules.days_source} == SENTENCES
