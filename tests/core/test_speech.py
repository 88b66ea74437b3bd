"""The operator's language: everything that is read in a mail is said, in one language and whole."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from core.spoken_alerts import ALERTS
from core.spoken_digest import DIGESTS
from words.catalogues import extracted, messages, sources
from words.marked import MARKED, seen, unsaid

from responder.adapters import digest_page
from responder.core.digest import content, snippet
from responder.core.message import Attachment
from responder.core.speech import ENGLISH, current, noted, say, say_as, several, spoken
from responder.core.wording import masked


@pytest.mark.parametrize("name", DIGESTS)
def test_everything_in_a_digest_is_said(name: str) -> None:
    """Nothing that a person reads is English in another language, but what others wrote and what is to be typed."""
    with spoken(MARKED):
        digest = content(DIGESTS[name])
    assert unsaid(digest.subject) == []
    assert unsaid(digest.preheader) == []
    assert unsaid(digest_page.text(digest)) == []
    assert unsaid(seen(digest_page.html(digest))) == []


def test_what_a_message_without_words_is_is_said() -> None:
    """It stands where the buyer's words would be."""
    photo, paper = (Attachment(name, kind, 1) for name, kind in (("α.pdf", "image/png"), ("", "application/pdf")))
    with spoken(MARKED):
        for attached in ((), (photo,), (photo, photo), (paper,), (photo, paper) * 4):
            assert unsaid(snippet("", attached, 140)) == []


def test_what_hides_an_address_and_a_number_is_said() -> None:
    """It stands among a buyer's words, for what must not be in the operator's mail."""
    with spoken(MARKED):
        assert unsaid(masked("α@example.com 0301234567")) == []


@pytest.mark.parametrize("name", ALERTS)
def test_everything_in_an_alert_is_said(name: str) -> None:
    """Subject and text of every other mail to the operator."""
    with spoken(MARKED):
        assert unsaid(ALERTS[name]()) == []


def test_what_was_not_said_is_found() -> None:
    """A word beside a sentence, and a sentence glued to it; not a name, a command or a sentence within another."""
    assert unsaid("⟦Answer ⟦by⟧ 3⟧ amazon.de · responder threads --open\n305-1") == []
    assert unsaid("⟦Answer⟧ by 3\n⟦so⟧") == ["by 3"]


def test_without_a_language_everything_is_english() -> None:
    """Commands and logs say the sentence as it stands, in its form, with its fields."""
    assert current() is ENGLISH
    assert say("Up to {n} of {what}", n=3, what="{n}") == "Up to 3 of {n}"
    assert say_as("verb", "Open") == noted("Open") == "Open"
    assert [several(n, "{n} day", "{n} days") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert say("") == ""


def test_a_language_is_spoken_until_its_block_ends() -> None:
    """Also where the block ends with an exception, and within another language."""
    with spoken(MARKED):
        assert say("Open") == "⟦Open⟧"
        with spoken(ENGLISH):
            assert say("Open") == "Open"
        with pytest.raises(KeyError), spoken(ENGLISH):
            say("{missing}")
        assert several(2, "{n} day", "{n} days") == "⟦2 days⟧"
    assert say("Open") == "Open"


def put_together(path: Path) -> Iterator[int]:
    """Yield the lines on which a module says what `tools/words` cannot read."""
    tables = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)
    literal = (ast.Constant,)
    readable = {
        "say": ((0, (*tables, ast.Call)),),
        "noted": ((0, literal),),
        "say_as": ((0, literal), (1, literal)),
        "several": ((1, literal), (2, literal)),
    }
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for place, kinds in readable.get(node.func.id, ()):
                if not isinstance(node.args[place], kinds):
                    yield node.lineno


@pytest.mark.parametrize("path", [path for path in sources() if path.suffix == ".py"], ids=lambda path: path.stem)
def test_no_sentence_is_put_together(path: Path) -> None:
    """A sentence is a literal, or comes out of a table in which it is noted: no translator ever sees another one."""
    assert list(put_together(path)) == []


def written(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield how a module says each of its sentences, and the sentence in its forms."""
    places = {"say": slice(1), "noted": slice(1), "say_as": slice(1, 2), "several": slice(1, 3)}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
            said = [each.value for each in node.args[places[node.func.id]] if isinstance(each, ast.Constant)]
            if said and said != [""]:
                yield node.func.id, tuple(said)


@lru_cache(maxsize=1)
def sayings() -> dict[tuple[str, ...], set[str]]:
    """Return every sentence of the source with the ways in which it is said."""
    found: dict[tuple[str, ...], set[str]] = {}
    for path in (path for path in sources() if path.suffix == ".py"):
        for how, said in written(path):
            found.setdefault(said, set()).add(how)
    return found


def test_every_sentence_reaches_the_translators() -> None:
    """What stands within an f-string is read by nobody: it would be English in every language."""
    known = {(each.id,) if isinstance(each.id, str) else tuple(each.id) for each in messages(extracted())}
    plain = {each[0] for each in known}
    assert [said for said in sayings() if said not in known and (len(said) > 1 or said[0] not in plain)] == []


def test_a_sentence_that_depends_on_a_number_is_said_so_everywhere() -> None:
    """`say` would take the form for one, whatever the number is."""
    counted = {said[0] for said in sayings() if len(said) > 1}
    assert [said for said, how in sayings().items() if said[0] in counted and how != {"several"}] == []
