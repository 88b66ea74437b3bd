"""The keys about answers: off by default, and refused where they would make everything an answer."""

from pathlib import Path

import pytest

from responder import config
from responder.errors import ConfigError

GOOD = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <service@example.com>"
    imap: {host: mail.example.com, username: s, password: {env: SELLER_PASSWORD}}
    smtp: {host: mail.example.com, username: s, password: {env: SELLER_PASSWORD}}
"""


def load(folder: Path, answers: str = "") -> config.Loaded:
    """Read the configuration with these lines under `accounts[0]`."""
    (folder / "config.yaml").write_text(GOOD + answers)
    return config.load(folder / "config.yaml")


def test_nothing_but_the_usual_is_an_answer_by_default(tmp_path: Path) -> None:
    """Each further way is the seller's to choose."""
    answers = load(tmp_path).config.accounts[0].answers
    assert (answers.bcc, answers.no_response_keyword, answers.no_response_folder) == (None, None, None)


def test_each_way_is_read(tmp_path: Path) -> None:
    """An address, a keyword and a folder."""
    text = "    answers: {bcc: Answers@example.com, no_response_keyword: NoAnswer, no_response_folder: INBOX/Done}\n"
    answers = load(tmp_path, text).config.accounts[0].answers
    assert (answers.bcc or "").lower() == "answers@example.com"
    assert (answers.no_response_keyword, answers.no_response_folder) == ("NoAnswer", "INBOX/Done")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("answers: {bcc: answers}", "must be an e-mail address"),
        ("answers: {no_response_keyword: 'two words'}", "accounts[0].answers.no_response_keyword"),
        ("answers: {no_response_keyword: \\Answered}", "accounts[0].answers.no_response_keyword"),
        ("answers: {no_response_keyword: $responderTRACKED}", "the program sets itself"),
        ("answers: {no_response_folder: inbox}", "'inbox' is watched already"),
        ("answers: {no_response_folder: Sent}\n    folders: {sent: Sent}", "'Sent' is watched already"),
    ],
)
def test_what_would_settle_everything_or_nothing_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """No flag of the system, not the keyword we set, not a folder in which every mail lies."""
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, f"    {text}\n")
    assert any(problem in str(each) for each in raised.value.problems), raised.value.problems
