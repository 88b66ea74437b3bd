"""Documents: what a seller writes stays what it was, and every mistake is told where it is and in plain words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder import document
from responder.errors import ConfigError, Problem


def problems(text: str) -> list[str]:
    """Return what is wrong with a document named f, one line each."""
    with pytest.raises(ConfigError) as raised:
        document.load(text, "f")
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("off", "off"),
        ("9:00", "9:00"),
        ("07:30", "07:30"),
        ("22:30:00", "22:30:00"),
        ("2026-12-24", "2026-12-24"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0x1f", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ('"12"', "12"),
        ("'true'", "true"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_a_plain_word_means_what_yaml_1_2_says(written: str, meant: object) -> None:
    """Norway, half past nine and yes stay text; only true, false, null and numbers are more (YAML 1.2.2, 10.3.2)."""
    value = document.load(f"key: {written}", "f").value["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_a_key_is_always_text() -> None:
    """`no:` is the Norwegian text and `2026:` a year's name, not False and a number."""
    assert document.load("no: 1\n2026: 2\ntrue: 3\n~: 4", "f").value == {"no": 1, "2026": 2, "true": 3, "~": 4}


def test_every_part_has_its_place() -> None:
    """A value and a key are found by path; something missing is shown at the key that should hold it."""
    loaded = document.load("a: {b: [1, {c: 2}]}\nhost:\n", "x.yaml")
    assert loaded.value == {"a": {"b": [1, {"c": 2}]}, "host": None}
    assert str(loaded.at(("a", "b", 1, "c"))) == "x.yaml:1:16"
    assert str(loaded.at(("a", "b", 1, "c"), key=True)) == "x.yaml:1:13"
    assert str(loaded.at(("a", "b", "missing", "deep"))) == "x.yaml:1:5"
    assert str(loaded.at(("nowhere",))) == "x.yaml:1:1"


@pytest.mark.parametrize(("text", "value"), [("", None), ("# only a comment\n", None), ("\ufeffa: 1", {"a": 1})])
def test_an_empty_document_is_nothing(text: str, value: object) -> None:
    """A file of comments has no value, and a byte order mark is no part of the first key."""
    assert document.load(text, "f").value == value


@pytest.mark.parametrize(
    ("text", "at", "words", "hint"),
    [
        ("subject: Re: order 1", "1:12", "this line has a second ':'", "put the text in quotes"),
        ("state: x\ntimezone Europe/Paris\ndry_run: true", "2:1", "this line has no ':'", "key: value"),
        ("timezone Europe/Paris\n\nstate: x", "1:1", "this line has no ':'", "key: value"),
        ("imap:\n  host:imap.example.com\n  port: 993", "2:3", "a space is missing after ':'", "key: value"),
        ("imap:\n\thost: x", "2:1", "a tab", "use spaces, not tabs"),
        ("subject: {{ order.id }}", "1:10", "'{{'", "put the text in quotes"),
        ("subject: {{ order.id }} is late", "1:10", "'{{'", "put the text in quotes"),
        ("subject: Order {{ order.id }}: late", "1:10", "'{{'", "put the text in quotes"),
        ("subject: {% if x %}: late", "1:10", "'{%'", "put the text in quotes"),
        ("handle: @shop", "1:9", "'@'", "put the text in quotes"),
        ("days: *", "1:7", "'*' or '&'", "put the text in quotes"),
        ("days: *all", "1:7", "'*'", "put the text in quotes"),
        ("name: &co", "1:7", "'&'", "put the text in quotes"),
        ("name: !important", "1:7", "'!'", "put the text in quotes"),
        ("name: 'open", "1:7", "never closed", "close it"),
        ('path: "a\\dir"', "1:10", "'\\'", "single quotes"),
        ("days: [mon, tue\nhours: 1", "1:7", "not closed with ']'", "add ']'"),
        ("at: {a: 1\nhours: 1", "1:5", "not closed with '}'", "add '}'"),
        ("- {on: 12-24, name: Break: long}", "1:26", "does not belong here", "the whole text in double quotes"),
        ("- {name: 'New Year's Eve'}", "1:20", "does not belong here", "the whole text in double quotes"),
        ('hours: ["09:00-12:00" "13:00-18:00"]', "1:23", "does not belong here", "the ',' that is missing"),
        ("a:\n    b: 1\n  c: 2", "3:3", "does not line up", "same number of spaces"),
        ("a: 1\n  b: 2", "2:3", "does not line up", "same number of spaces"),
        ('name: "Shop" GmbH', "1:14", "after the end of the value", "put the text in quotes"),
        ("days: - mon", "1:7", "a list begins on its own line", "put the text in quotes"),
        ("name: |pipe\n  x", "1:7", "'|' or '>'", "put the text in quotes"),
        ("name: \x07", "1:7", "U+0007", "remove it"),
        ("a: 1\n---\nb: 2", "2:1", "a second document", "remove '---'"),
        ("a: ]", "1:4", "not valid YAML", "put the text in quotes"),
        ("[a, b]: 1", "1:1", "a key must be a word", "put the text in quotes"),
    ],
)
def test_a_mistake_is_told_in_plain_words(text: str, at: str, words: str, hint: str) -> None:
    """The place is the line to change, the words need no knowledge of YAML, and the hint says what to write."""
    (problem,) = problems(text)
    assert problem.startswith(f"f:{at}: ")
    assert words in problem
    assert hint in problem


def test_all_problems_are_reported_at_once_in_their_order() -> None:
    """Three mistakes of three kinds are three problems, so that the file is opened once."""
    found = problems("a: &x 1\nb: {c: 1, c: [2, {d: 3}]}\na: 2\nlast: 'open")
    assert [line.split(": ")[0] for line in found] == ["f:1:4", "f:2:11", "f:3:1", "f:4:7"]
    assert "the first is in line 1" in found[2]


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{a: " * 10_000,
        "- " * 10_000,
        "? " * 10_000,
        "- a\n" * 60_000,
        "a: 1\n" * 100_000,
        "a" * 1_000_001,
    ],
    ids=["brackets", "braces", "dashes", "questions", "nodes", "duplicates", "size"],
)
def test_a_bomb_is_refused(bomb: str) -> None:
    """Depth, number of values, number of problems and size are all capped: a bad file cannot stall the start."""
    assert len(problems(bomb)) <= document.MAX_PROBLEMS


def test_bytes_become_text_or_a_problem_with_a_place() -> None:
    """A Latin-1 file is told at the character, counted in characters and not in bytes."""
    assert document.decode("\ufeffname: Café".encode(), "f") == "name: Café"
    with pytest.raises(ConfigError, match="f:2:8: this character is not UTF-8"):
        document.decode("a: é\n".encode() + "né: café".encode()[:8] + b"\xe9", "f")
    with pytest.raises(ConfigError, match="larger than"):
        document.decode(b"a" * 1_000_001, "f")


@given(st.text(max_size=80) | st.text(alphabet="ab:-[]{}'\"|>&*!%@#,? \n\t", max_size=60))
def test_any_text_is_a_document_or_a_list_of_problems(text: str) -> None:
    """Nothing a person can type escapes as another exception, and every problem names its place."""
    found: tuple[Problem, ...] = ()
    try:
        document.load(text, "f")
    except ConfigError as error:
        found = error.problems or (Problem("nowhere", "no problem named"),)
    assert all(problem.at.startswith("f:") and problem.hint for problem in found)


@pytest.mark.parametrize(
    ("word", "meant"), [("prot", "port"), ("Passwort", "password"), ("hots", "host"), ("zzz", None), ("", None)]
)
def test_the_nearest_known_word(word: str, meant: str | None) -> None:
    """A slip of the finger finds the word; something else finds nothing rather than anything."""
    assert document.nearest(word, ("host", "port", "password")) == meant
