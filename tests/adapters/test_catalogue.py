"""The catalogue: the shipped data is whole, and a seller's own rows are checked and win."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from mail.builders import STORES

from responder.adapters.catalogue import _COLUMNS, _KEYS, FILES, GRADES, RATES, REPORTS, load, order_reports
from responder.core.amazon import relay_address
from responder.core.classify import Kind, NoticeType
from responder.errors import ConfigError


def test_all_marketplaces_are_known() -> None:
    """Twenty-three stores, each with what the daemon needs of it, no id or domain twice."""
    stores = load().marketplaces
    assert {store.name: store.id for store in stores} == {name: store_id for name, (store_id, _) in STORES.items()}
    assert len({store.id for store in stores}) == len({store.country for store in stores}) == 23
    for store in stores:
        assert store.relay_domain == f"marketplace.{store.name}"
        assert store.language == store.languages[0]
        assert re.fullmatch(r"[A-Z]{2}", store.country)
        assert re.fullmatch(r"[A-Z]{3}", store.currency)
        assert re.fullmatch(r"A[A-Z0-9]{11,14}", store.id)
        assert ZoneInfo(store.timezone)
        assert store.seller_central == f"sellercentral.{store.name}"
        assert relay_address(f"a1b2c3d4e5f6g7h@{store.relay_domain}", load()) is not None


def test_belgium_has_several_languages() -> None:
    """A store's first language is its templates'; the others are kept."""
    belgium = load().by_name("amazon.com.be")
    assert belgium is not None
    assert (belgium.language, belgium.languages) == ("fr", ("fr", "nl", "en"))


def test_every_row_says_where_it_comes_from() -> None:
    """Each fact has a source in words and a grade."""
    known = load()
    plain = (*known.marketplaces, *known.notification_types, *known.senders, *known.subjects, *known.markers)
    more = (*known.deadline_phrases, *known.quotes, *known.currencies, *known.labels)
    for row in (*plain, *more, *order_reports()):
        assert row.source
        assert row.grade in GRADES


def test_every_file_and_column_is_documented() -> None:
    """A seller finds in docs/formats.md which files there are, what their columns are called and what the key is."""
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    rows = {line.split("|")[1].strip(" `"): line for line in page.splitlines() if line.startswith("| `")}
    assert set(rows) == {f"{name}.yaml" for name in (*FILES, REPORTS, RATES)}
    for name in (*FILES, REPORTS):
        for column in set(_COLUMNS[name]) - {"source", "grade"}:
            assert re.search(rf"\b{column}\b", rows[f"{name}.yaml"]), (name, column)
        for part in _KEYS[name]:
            assert f"`{part}`" in rows[f"{name}.yaml"].split("|")[3], (name, part)


def test_every_type_and_rule_speaks_of_known_kinds() -> None:
    """The data cannot name a kind or notice type that the program does not have."""
    known = load()
    for row in (*known.notification_types, *known.senders, *known.subjects):
        assert Kind(row.kind)
        assert row.notice_type is None or NoticeType(row.notice_type)
    assert all(bool(rule.subject) != bool(rule.body) for rule in known.subjects)
    assert known.notification_type("REFUND_ISSUED") is not None
    assert known.notification_type("SOMETHING_NEW") is None


def test_lookups_find_only_what_is_there() -> None:
    """Ids, names and relay domains are matched whole."""
    known = load()
    assert known.by_id("APJ6JRA9NG5V4") == known.by_name("amazon.it") == known.by_relay_domain("marketplace.amazon.it")
    assert (known.by_id("x"), known.by_name("amazon"), known.by_relay_domain("amazon.it")) == (None, None, None)
    assert "sellercentral-europe.amazon.com" in known.link_hosts


def test_the_shipped_catalogue_is_read_once() -> None:
    """A second call costs nothing."""
    assert load() is load()


def test_a_sellers_rows_come_first_and_replace(tmp_path: Path) -> None:
    """The same key replaces the shipped row; a new one is added before them; the other files stay."""
    (tmp_path / "notification_types.yaml").write_text(
        "notification_types:\n"
        "  - {name: FEEDBACK_NEGATIVE, kind: notice, notice_type: negative_feedback, grade: P, source: our mailbox}\n"
        "  - {name: REFUND_ISSUED, kind: notice, notice_type: payment, grade: P, source: our own mailbox}\n",
        "utf-8",
    )
    known = load(tmp_path)
    types = [row.name for row in known.notification_types]
    assert types[0] == "FEEDBACK_NEGATIVE"
    assert types.count("REFUND_ISSUED") == 1
    refund = known.notification_type("REFUND_ISSUED")
    assert refund is not None
    assert refund.notice_type == "payment"
    assert len(known.notification_types) == len(load().notification_types) + 1
    assert known.marketplaces == load().marketplaces


def test_all_problems_of_a_sellers_rows_are_named_at_once(tmp_path: Path) -> None:
    """Unknown keys, missing ones and wrong values are said with their place and the way out."""
    (tmp_path / "senders.yaml").write_text(
        "senders:\n"
        "  - {local: a, knd: notice, kind: notice, grade: P, source: x}\n"
        "  - {local: b, kind: mail, grade: P, source: x}\n"
        "  - {local: c, kind: notice, notice_type: refnd, grade: Z, source: x}\n"
        "  - {kind: notice, grade: P, source: x, domains: amazon.it}\n"
        "  - just text\n",
        "utf-8",
    )
    (tmp_path / "markers.yaml").write_text("marker: []\n", "utf-8")
    (tmp_path / "subjects.yaml").write_text("subjects: [\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    said = [str(problem).removeprefix(str(tmp_path) + "/") for problem in caught.value.problems]
    assert "senders.yaml:2:16: unknown key 'knd' (did you mean 'kind'?)" in said
    assert any(line.startswith("senders.yaml:3:22: 'kind' is 'mail' (it must be one of") for line in said)
    assert any(line.startswith("senders.yaml:4:43: 'notice_type' is 'refnd'") for line in said)
    assert any(line.startswith("senders.yaml:4:57: 'grade' is 'Z'") for line in said)
    assert any("'local' is missing" in line for line in said)
    assert any("'domains' is 'amazon.it'" in line for line in said)
    assert any("a row must have named values" in line for line in said)
    assert any("the file must hold one list named 'markers'" in line for line in said)
    assert any(line.startswith("subjects.yaml:") for line in said)


def test_a_time_zone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A marketplace row is checked like the others."""
    (tmp_path / "marketplaces.yaml").write_text(
        "marketplaces:\n"
        "  - {name: amazon.xx, id: A0, relay_domain: marketplace.amazon.xx, language: xx, languages: [xx],"
        " country: XX, timezone: Europe/Nowhere, currency: XXX, seller_central: x, grade: W, source: x}\n",
        "utf-8",
    )
    with pytest.raises(ConfigError, match="Europe/Nowhere"):
        load(tmp_path)


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    """Only files that are there are read."""
    assert load(tmp_path) == load()


def test_names_are_compared_without_regard_to_case(tmp_path: Path) -> None:
    """A seller may copy an address as the mail program shows it."""
    row = "{local: Seller-News, domains: [Amazon.FR], kind: notice, notice_type: other, grade: P, source: ours}"
    (tmp_path / "senders.yaml").write_text(f"senders:\n  - {row}\n", "utf-8")
    assert (load(tmp_path).senders[0].local, load(tmp_path).senders[0].domains) == ("seller-news", ("amazon.fr",))


def test_a_row_that_could_never_match_is_refused_or_mended(tmp_path: Path) -> None:
    """Capitals are no mistake; an empty text, a list of nothing and a row that asks for nothing are."""
    origin = "grade: P, source: ours"
    (tmp_path / "notification_types.yaml").write_text(
        f"notification_types:\n  - {{name: foo_bar, kind: notice, notice_type: policy, {origin}}}\n", "utf-8"
    )
    (tmp_path / "subjects.yaml").write_text(
        f"subjects:\n  - {{subject: x, kind: notice, senders: [Seller-News], {origin}}}\n", "utf-8"
    )
    assert load(tmp_path).notification_type("FOO_BAR") is not None
    assert load(tmp_path).subjects[0].senders == ("seller-news",)
    (tmp_path / "subjects.yaml").write_text(
        f'subjects:\n  - {{subject: " ", kind: notice, {origin}}}\n  - {{kind: notice, {origin}}}\n'
        f"  - {{subject: x, body: y, kind: notice, {origin}}}\n",
        "utf-8",
    )
    (tmp_path / "currencies.yaml").write_text(f"currencies:\n  - {{mark: kr, codes: [], {origin}}}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    said = [str(problem) for problem in caught.value.problems]
    assert sum("subjects.yaml" in line for line in said) == 3
    assert any("'codes' is []" in line for line in said)
