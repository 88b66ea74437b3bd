"""The corpus of synthetic mail: every expectation holds, every row of Amazon's formats is shown by a mail."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from mail.confusion import pairs, table
from mail.fixture import AUTHSERV_ID, OWN, Fixture
from mail.fixtures import FILES, FIXTURES
from mail.write import write

from responder.adapters.catalogue import load
from responder.core.amazon import Catalogue
from responder.core.classify import Classified, classify
from responder.core.kinds import Kind, NoticeType
from responder.core.message import Message, parse

CATALOGUE = load()
AMAZONS = (Kind.NOTICE, Kind.ANSWER_COPY)


@cache
def mail(fixture: Fixture) -> Message:
    """Return the fixture's mail, parsed once."""
    return parse(fixture.raw)


def found_in(fixture: Fixture, catalogue: Catalogue = CATALOGUE) -> Classified:
    """Return what the daemon makes of a fixture."""
    return classify(mail(fixture), catalogue, OWN, AUTHSERV_ID)


@cache
def whole(fixture: Fixture) -> Classified:
    """Return what the daemon makes of a fixture with every row it has."""
    return found_in(fixture)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_a_mail_is_understood(fixture: Fixture) -> None:
    """Kind, store, buyer, words, proof and signs of a machine are those the facts name."""
    found = found_in(fixture)
    expected = {
        "kind": (fixture.kind, found.kind),
        "notice_type": (fixture.notice_type, found.notice_type),
        "notification_type": (fixture.notification_type, found.notification_type),
        "marketplace": (fixture.marketplace, found.marketplace.name if found.marketplace else None),
        "language": (fixture.language, found.language),
        "order_ids": (fixture.order_ids, found.order_ids),
        "buyer_address": (fixture.buyer_address, found.buyer_address),
        "case_id": (fixture.case_id, found.case_id),
        "buyer_name": (fixture.buyer_name, found.buyer_name),
        "text": (fixture.text, found.text),
        "no_response_link": (fixture.no_response_link, found.no_response_link),
        "authentic": (fixture.authentic, found.verdict.authentic),
        "automatic": (
            fixture.automatic,
            bool(found.automatic) if isinstance(fixture.automatic, bool) else found.automatic,
        ),
        "deadline": (fixture.deadline, found.named_deadline),
        "returned": (fixture.returned, found.bounced_message_ids),
        "attachments": (fixture.attachments, tuple(file.name for file in mail(fixture).attachments)),
        "new_kind": (fixture.new_kind, found.new_kind),
        "urgent": (found.urgent if fixture.urgent is None else fixture.urgent, found.urgent),
        "outcome": (fixture.outcome, found.outcome),
        "error": (None, found.error),
    }
    differs = {
        name: f"expected {pair[0]!r}, found {pair[1]!r}" for name, pair in expected.items() if pair[0] != pair[1]
    }
    assert differs == {}, f"{fixture.note} ({'; '.join(found.reasons)})"


def test_the_corpus_is_large_and_named() -> None:
    """There are at least 150 synthetic mails, each with a name of its own that says so, and a reason."""
    names = Counter(fixture.name for fixture in FIXTURES)
    assert len(FIXTURES) >= 150
    assert [name for name, count in names.items() if count > 1] == []
    assert [name for name in names if not name.startswith("synthetic-")] == []
    assert [fixture.name for fixture in FIXTURES if not fixture.note] == []


def test_every_mail_lies_as_a_file() -> None:
    """The files are what the builders write, byte for byte; `python tests/mail/write.py` mends them."""
    files = {path.stem: path.read_bytes() for path in FILES.glob("*.eml")}
    wanted = {fixture.name: fixture.raw for fixture in FIXTURES}
    assert files.keys() == wanted.keys(), "run: python tests/mail/write.py"
    assert [name for name, raw in wanted.items() if files[name] != raw] == [], "run: python tests/mail/write.py"


def test_writing_the_files_is_repeatable(tmp_path: Path) -> None:
    """A second run writes nothing, a changed mail is written, the file of a mail that is gone is removed."""
    (tmp_path / "README").write_text("stays")
    assert write(tmp_path, {"one": b"1\r\n", "two": b"2\r\n"}) == (2, 0)
    assert write(tmp_path, {"one": b"1\r\n", "two": b"2\r\n"}) == (0, 0)
    assert write(tmp_path, {"one": b"3\r\n"}) == (1, 1)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"README": b"stays", "one.eml": b"3\r\n"}


def test_the_same_text_again_is_another_mail_with_the_same_words() -> None:
    """Amazon sends a buyer's text again under a new Message-ID: told apart as mails, equal as words."""
    first, second = (fixture for fixture in FIXTURES if fixture.name.startswith("synthetic-trap-fr-sent-again-"))
    assert mail(first).message_id != mail(second).message_id
    assert mail(first).dedup_key != mail(second).dedup_key
    assert found_in(first).text == found_in(second).text


def test_the_corpus_has_every_kind_and_notice_type() -> None:
    """No kind and no notice type of the program's outside is without a mail."""
    assert set(Kind) - {fixture.kind for fixture in FIXTURES} == set()
    assert set(NoticeType) - {fixture.notice_type for fixture in FIXTURES} == set()


def test_every_marketplace_has_a_buyers_message() -> None:
    """A new row of marketplaces.yaml needs a message in tests/mail/fixtures_buyers.py (MESSAGES)."""
    shown = {fixture.marketplace for fixture in FIXTURES if fixture.kind is Kind.BUYER_MESSAGE}
    assert {store.name for store in CATALOGUE.marketplaces} - shown == set()


def _likeliest(row: object, candidates: Sequence[Fixture]) -> Sequence[Fixture]:
    """Return the candidates, those first that the row's words explain: one that needs the row is enough."""
    words = [str(getattr(row, name, "")).strip() for name in ("name", "local", "subject", "body")]
    named = [word for word in words if word]
    return sorted(candidates, key=lambda fixture: not any(word in whole(fixture).reasons[0] for word in named))


def idle(table: str, place: str, candidates: Sequence[Fixture]) -> list[str]:
    """Return the rows of a table without which every candidate is understood as with them, for the same reasons."""
    rows = getattr(CATALOGUE, table)
    missing = []
    for row in rows:
        without = replace(CATALOGUE, **{table: tuple(other for other in rows if other is not row)})
        if all(found_in(fixture, without) == whole(fixture) for fixture in _likeliest(row, candidates)):
            missing.append(f"{table}: no mail needs {row}; add one to tests/mail/{place}")
    return missing


def test_every_notification_type_is_exercised() -> None:
    """A new row of notification_types.yaml needs its mail."""
    typed = [fixture for fixture in FIXTURES if fixture.kind in AMAZONS and fixture.notification_type]
    amazons = [fixture for fixture in FIXTURES if fixture.kind is Kind.BUYER_MESSAGE and "own-amazon" in fixture.name]
    assert idle("notification_types", "fixtures_notices.py (TYPES)", [*amazons, *typed]) == []


UNTYPED = [fixture for fixture in FIXTURES if fixture.kind in AMAZONS and not fixture.notification_type]


def test_every_sender_is_exercised() -> None:
    """A new row of senders.yaml needs a mail that only this row explains."""
    assert idle("senders", "fixtures_senders.py (SENT_BY)", UNTYPED) == []


def test_every_subject_is_exercised() -> None:
    """A new row of subjects.yaml needs a mail that only this row explains."""
    assert idle("subjects", "fixtures_senders.py (SENT_BY)", UNTYPED) == []


def test_every_language_of_a_decision_and_of_trouble_is_exercised() -> None:
    """A new row of outcomes.yaml or trouble.yaml needs a mail that only this row explains."""
    account = [fixture for fixture in FIXTURES if fixture.name.startswith(("synthetic-account", "synthetic-decision"))]
    assert idle("outcomes", "fixtures_account.py (DECISIONS)", account) == []
    assert idle("trouble", "fixtures_account.py (UNKNOWN)", account) == []


def test_every_deadline_phrase_is_exercised() -> None:
    """A new row of deadlines.yaml needs a mail that names its limit in these words."""
    named = [fixture for fixture in FIXTURES if fixture.deadline]
    assert idle("deadline_phrases", "fixtures_notices.py (CLAIMS)", named) == []


def test_every_language_of_quoted_mail_is_exercised() -> None:
    """A new row of quotes.yaml needs an answer that quotes in this language."""
    assert idle("quotes", "fixtures_replies.py (HISTORIES)", [each for each in FIXTURES if "-reply" in each.name]) == []


def test_every_marker_is_exercised() -> None:
    """Each word of markers.yaml stands in the template of some message: begin and end between dashes or on a line."""
    written = [fixture for fixture in FIXTURES if fixture.kind in (Kind.BUYER_MESSAGE, Kind.ANSWER_COPY)]
    texts = [" ".join(line.split()) for fixture in written for line in mail(fixture).text.splitlines()]
    missing = []
    for row in CATALOGUE.markers:
        for word in (*row.begin, *row.end):
            alone = re.compile(rf"(?:^|-{{3,}} ?){re.escape(word)} ?:?(?:$| ?-{{3,}})")
            if not any(alone.search(text) for text in texts):
                missing.append(word)
        missing += [word for word in (*row.intro, *row.resolve) if not any(word in text for text in texts)]
    assert missing == [], "add a message with these words to tests/mail/fixtures_features.py (FEATURES)"


def test_the_confusion_table_names_what_is_beside_its_diagonal() -> None:
    """Expected down, found across, with totals and the names of what was taken for something else."""
    lines = list(table("Kinds", {"one": ("notice", "notice"), "two": ("notice", "other"), "three": ("other", "other")}))
    assert lines == [
        "Kinds",
        "expected \\ found  notice  other  total",
        "notice                 1      1      2",
        "other                  .      1      1",
        "total                  1      2      3",
        "\n2 of 3 as expected",
        "  two: expected notice, found other",
    ]


def test_no_mail_of_the_corpus_is_confused() -> None:
    """Neither kinds nor notice types have anything beside the diagonal."""
    kinds, types = pairs()
    both = (*kinds.items(), *types.items())
    assert [(name, *pair) for name, pair in both if pair[0] != pair[1]] == []
