"""`responder lint`: templates and finished mails against Amazon's rules, with or without a configuration."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from neighbours.asking import upsert

from responder.adapters import rules
from responder.adapters.orders import ReportLine
from responder.adapters.store import Store
from responder.cli import main
from responder.core.orders import OrderFacts
from responder.core.policy import telling

ORDER = "305-1234567-7654321"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
GOOD = f"Subject: Your order {ORDER}\n\nHello,\n\nYour order will leave the house by Monday and you can track it.\n"
FRENCH = (
    "Bonjour,\n\nNous avons bien reçu votre message et nous vous répondrons au plus tard lundi, dans la matinée, avec "
    "la réponse de notre service.\n"
)
EML = (
    "From: s@example.com\r\nTo: k3xw9q2m7v5t@marketplace.amazon.fr\r\nSubject: Re: x\r\n{more}"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
)
CONFIG = """
timezone: Europe/Paris
state: sqlite:///state.db
operator: {email: owner@example.com}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: service@example.com
    imap: {host: localhost, username: x, password: {env: NOTHING}}
    smtp: {host: localhost, username: x, password: {env: NOTHING}}
working_hours:
  holidays: {country: FR}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place without any configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESPONDER_CONFIG", raising=False)
    return tmp_path


def linted(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    """Return the exit code and the printed objects."""
    code = main.run(["lint", *arguments, "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def broken(value: dict[str, object]) -> list[tuple[object, ...]]:
    """Its findings as (rule, severity, line)."""
    findings = value["findings"]
    assert isinstance(findings, list)
    return [(each["rule"], each["severity"], each["line"]) for each in findings]


def test_a_good_text_ends_with_zero(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says for what it was taken, and how much was looked at."""
    (folder / "draft.txt").write_text(GOOD)
    assert main.run(["lint", "draft.txt"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == ["draft.txt: answer in en (told by its words)", "1 file, no errors, no warnings."]


def test_a_text_names_the_lines_of_its_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The subject is the first line; what is quoted counts lines and breaks no rule."""
    text = GOOD.replace("Subject: ", "Subject: [Important] ") + "> unsubscribe\n\nYou can unsubscribe.\n"
    (folder / "draft.txt").write_text(text)
    code, (value,) = linted(capsys, "draft.txt", "--language", "en")
    assert (code, broken(value)) == (1, [("L27", "error", 1), ("L13", "error", 8)])
    assert text.splitlines()[7] == "You can unsubscribe."
    (finding, _) = value["findings"]  # type: ignore[misc]
    assert set(finding) == {"rule", "severity", "line", "place", "language", "excerpt", "hint"}


def test_people_read_the_place_the_rule_and_the_way_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One finding a line, as compilers print them, and what it comes to."""
    (folder / "draft.txt").write_text(GOOD + "See www.example.com\n")
    assert main.run(["lint", "draft.txt"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == [
        "draft.txt:6: error L08 www.example.com (remove the link or the web address)",
        "1 file, 1 error, no warnings.",
    ]


def test_a_warning_alone_is_no_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The mail would be sent."""
    (folder / "draft.txt").write_text(GOOD + "Hello {{ buyer.name }}\n")
    code, (value,) = linted(capsys, "draft.txt")
    assert (code, broken(value)) == (0, [("L21", "warning", 6)])


def test_a_text_without_a_subject_lacks_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """L32; the text is judged all the same, and its first line is the file's."""
    (folder / "draft.txt").write_text("See www.example.com for what you asked.\n")
    code, (value,) = linted(capsys, "draft.txt")
    assert (code, broken(value)) == (1, [("L32", "error", 1), ("L08", "error", 1)])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_as_windows_saves_it(folder: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    """The subject is found behind the mark of its encoding, and the words are judged."""
    (folder / "draft.txt").write_bytes("Subject: x\n\nBitte löschen Sie Ihre Bewertung.\n".encode(encoding))
    code, values = linted(capsys, "draft.txt")
    assert (code, broken(values[0])) == (1, [("L05", "error", 3)])


def test_the_kind_decides_what_may_stand_in_a_mail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said, or the name of the file; an answer where neither tells."""
    text = "Subject: x\n\nHello,\n\nWould you leave us feedback on your order? It is with you and it is yours.\n"
    for name in ("acknowledgement.txt", "draft.txt"):
        (folder / name).write_text(text)
    _, (named, draft) = linted(capsys, "acknowledgement.txt", "draft.txt")
    assert (named["kind"], draft["kind"]) == ("acknowledgement", "answer")
    assert "L05" in {rule for rule, _, _ in broken(named)}
    _, (said,) = linted(capsys, "acknowledgement.txt", "--kind", "feedback_request")
    assert [rule for rule, _, _ in broken(said)] == ["L23"]


def test_a_saved_mail_is_judged_with_its_headers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its language is that of the buyer's store, unless the mail says its own."""
    (folder / "a.eml").write_bytes(EML.format(more="Cc: b@example.com\r\n", text=FRENCH).encode())
    (folder / "b.eml").write_bytes(EML.format(more="Content-Language: de\r\n", text=FRENCH).encode())
    code, (first, second) = linted(capsys, "a.eml", "b.eml")
    assert (code, first["language"], second["language"]) == (1, "fr", "de")
    assert broken(first) == [("L32", "error", 0)]
    assert broken(second) == [("L24", "error", 1)]


def test_an_automatic_reply_is_taken_for_an_acknowledgement(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """RFC 3834's own header says it; the place of a finding is named, since a mail's lines are encoded."""
    more = "Auto-Submitted: auto-replied\r\n"
    (folder / "a.eml").write_bytes(EML.format(more=more, text=f"{FRENCH}\nvoir www.amazon.fr\n").encode())
    assert main.run(["lint", "a.eml"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "a.eml: acknowledgement in fr (told by the buyer's store amazon.fr)"
    assert said[1].startswith("a.eml:text:5: error L08 www.amazon.fr ")


def test_a_template_is_judged_in_every_language_and_branch(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line of its file, and the language."""
    text = """subject: "Re: {{ message.subject }}"
languages:
  en: |
    Hello,
    {% if closed.kind == "holiday" %}
    you can unsubscribe today.
    {% endif %}
    We answer by {{ promise_date }}.
  de: |
    Guten Tag, wir antworten bis {{ promise_date }}. Hier abmelden.
"""
    (folder / "acknowledgement.yaml").write_text(text)
    code, (value,) = linted(capsys, "acknowledgement.yaml")
    assert (code, value["kind"], value["language"]) == (1, "acknowledgement", "de, en")
    assert broken(value) == [("L13", "error", 6), ("L13", "error", 10)]
    _, (german,) = linted(capsys, "acknowledgement.yaml", "--language", "de")
    assert broken(german) == [("L13", "error", 10)]


def test_a_template_that_cannot_be_printed_is_a_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same words as `check` has, and in JSON an object of the same shape."""
    (folder / "acknowledgement.yaml").write_text("subject: x\nlanguages:\n  en: |\n    {{ nobody }}\n")
    code, (value,) = linted(capsys, "acknowledgement.yaml")
    assert (code, value["findings"]) == (1, [])
    assert str(value["error"]).startswith("acknowledgement.yaml:4:8: 'nobody' is not known")
    assert main.run(["lint", "acknowledgement.yaml"]) == 1
    assert "1 file not judged." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "taken_for"),
    [
        ("-", GOOD, "answer"),
        ("-", EML.format(more="Auto-Submitted: auto-replied\r\n", text=FRENCH), "acknowledgement"),
        ("-", 'subject: "Re: x"\nlanguages:\n  en: "Hello, we answer by {{ promise_date }}."\n', None),
    ],
)
def test_standard_input_is_told_by_how_it_begins(
    name: str,
    content: str,
    taken_for: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A text, a mail, or a template, which must be said to be one of some kind."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    if taken_for is None:
        assert main.run(["lint", name]) == 2
        assert "say --kind acknowledgement" in capsys.readouterr().err
    else:
        _, (value,) = linted(capsys, name)
        assert value["kind"] == taken_for


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name the files to check, or --rules"),
        (["--rules", "draft.txt"], "--rules goes without files"),
        (["."], ". is a folder; name the files in it"),
        (["draft.txt", "--kind", "letter"], "'letter' is not one of"),
        (["draft.txt", "--language", "klingon"], "there are no words for 'klingon'"),
        (["draft.txt", "--language", "fi"], "there are no words for 'fi'"),
        (["mine.yaml"], "which template is it?"),
        (["acknowledgement.yaml", "--language", "de"], "has no text in de; it has en"),
    ],
)
def test_wrong_usage_is_2(folder: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In words that say what to do."""
    (folder / "draft.txt").write_text(GOOD)
    for name in ("mine.yaml", "acknowledgement.yaml"):
        (folder / name).write_text('subject: "Re: x"\nlanguages:\n  en: "Hello, by {{ promise_date }}."\n')
    assert main.run(["lint", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_cannot_be_read_does_not_hide_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its object has the reason; the exit code is 1."""
    (folder / "draft.txt").write_text(GOOD)
    code, (missing, good) = linted(capsys, "nothing.txt", "draft.txt")
    assert (code, broken(good)) == (1, [])
    assert "cannot be read: No such file" in str(missing["error"])


def configured(folder: Path, *known: OrderFacts) -> None:
    """A configuration with a state that knows these orders."""
    (folder / "config.yaml").write_text(CONFIG)
    store = Store.open(f"sqlite:///{folder / 'state.db'}", exclusive=True)
    for facts in known:
        line = orders_line(facts)
        store.run(upsert, "main", [line], reported_at=NOW, now=NOW)
    store.close()


def orders_line(facts: OrderFacts) -> ReportLine:
    """A line of a report with nothing but the order's facts."""
    return ReportLine(1, facts, (), ())


def test_an_orders_own_facts_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its store tells the language, its dates whether it is too late; the state is only read."""
    monkeypatch.setenv("NOTHING", "x")
    long_ago = NOW - timedelta(days=4_000)
    facts = OrderFacts(
        order_id=ORDER, marketplace="amazon.fr", purchased_at=long_ago, delivered_at=long_ago + timedelta(days=4)
    )
    configured(folder, facts)
    before = (folder / "state.db").read_bytes()
    (folder / "a.txt").write_text(f"Subject: x\n\n{FRENCH}\nCommande {ORDER}\n")
    code, (value,) = linted(capsys, "a.txt", "--kind", "feedback_request", "--order", ORDER)
    assert (code, value["language"]) == (1, "fr")
    assert {rule for rule, _, _ in broken(value)} == {"L25", "L26"}
    assert (folder / "state.db").read_bytes() == before


def test_an_order_that_is_not_kept_is_a_number_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and no state is made."""
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "a.txt").write_text(f"Subject: x\n\n{FRENCH}\nCommande 171-1234567-1234567\n")
    code = main.run(["lint", "a.txt", "--kind", "invoice", "--order", ORDER])
    printed = capsys.readouterr()
    assert code == 1
    assert f"error L23 {ORDER}" in printed.out
    assert "is not in the state" in printed.err
    assert not (folder / "state.db").exists()
    assert main.run(["lint", "a.txt", "--order", "4711"]) == 2


def test_an_order_needs_a_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else does."""
    (folder / "a.txt").write_text(GOOD)
    assert main.run(["lint", "a.txt", "--order", ORDER]) == 78
    assert "no configuration found" in capsys.readouterr().err


def test_the_table_names_every_rule_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    """For people and for scripts."""
    assert main.run(["lint", "--rules"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n{number}  " in f"\n{said}" for number in rules.NUMBERS)
    assert main.run(["lint", "--rules", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["rule"] for row in rows] == list(rules.NUMBERS)
    assert all(row["source"] and row["grade"] and row["checked"] for row in rows)


def test_the_page_about_the_rules_says_what_the_data_says() -> None:
    """docs/policy.md is written from the data, and so never differs from it."""
    page = Path(__file__).parents[2] / "docs" / "policy.md"
    assert page.read_text("utf-8") == telling.markdown(rules.load())
