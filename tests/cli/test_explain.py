"""`responder explain`: sentences for people, one object a file for scripts, with or without a configuration."""

import io
import json
import os
from pathlib import Path

import pytest
from mail import builders
from tasks.conftest import CONFIG

from responder.cli import main
from responder.config import defaults

KEYS = [
    *("file", "kind", "notice_type", "notification_type", "marketplace", "language", "order_ids", "buyer_address"),
    *("case_id", "buyer_name", "text", "no_response_link", "authentic", "automatic", "deadline_at"),
    *("asks_to_cancel", "acknowledge", "error"),
]
CHRISTMAS = "2026-12-25T11:00"


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three mails, in a place without any configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESPONDER_CONFIG", raising=False)
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "1-buyer.eml").write_bytes(builders.buyer_message())
    (folder / "2-claim.eml").write_bytes(
        builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", text="Importo 119,00 €: rispondi entro 3 giorni.")
    )
    (folder / "3-bounce.eml").write_bytes(builders.bounce())
    (folder / "notes.txt").write_text("no mail")
    return folder


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    """Return the exit code, the printed objects and what stood on standard error."""
    code = main.run(["explain", *arguments, "--json", "--offline", "--at", CHRISTMAS])
    printed = capsys.readouterr()
    return code, [json.loads(line) for line in printed.out.splitlines()], printed.err


def test_it_works_without_a_configuration_and_says_so(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The defaults are used, and standard error tells which, and how to make a configuration."""
    code, found, err = explained(capsys, str(mails / "1-buyer.eml"))
    assert (code, found[0]["kind"], found[0]["marketplace"]) == (0, "buyer_message", "amazon.fr")
    assert found[0]["deadline_at"] == "2026-12-26T11:00:00+00:00"
    assert "No configuration found: explained with the defaults" in err
    assert "responder init DIR" in err
    assert defaults().config.accounts[0].seller.marketplaces


def test_a_configuration_that_was_named_must_be_there(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Defaults in place of a misspelt file would explain somebody else's shop."""
    assert main.run(["-c", "missing.yaml", "explain", str(mails / "1-buyer.eml")]) == 78
    assert "missing.yaml" in capsys.readouterr().err


def test_every_object_has_the_same_keys(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a file, of a folder all .eml files in order, each with the keys scripts rely on, in their order."""
    code, found, _ = explained(capsys, str(mails), str(mails / "gone.eml"))
    assert code == 1
    assert [Path(str(each["file"])).name for each in found] == [
        "1-buyer.eml",
        "2-claim.eml",
        "3-bounce.eml",
        "gone.eml",
    ]
    assert [each["kind"] for each in found] == ["buyer_message", "notice", "bounce", "other"]
    assert all(sorted(each) == sorted(KEYS) for each in found)
    assert list(found[0]) == KEYS
    assert all(set(each["acknowledge"]) == {"send", "template", "promise_at", "reasons"} for each in found)  # type: ignore[call-overload]
    assert found[3]["error"] == "cannot be read: No such file or directory"


def test_details_are_asked_for(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Amounts, limits, attachments and reasons come in one more key, so that the plain object never changes."""
    _, found, _ = explained(capsys, str(mails / "2-claim.eml"), "--details")
    details = found[0]["details"]
    assert isinstance(details, dict)
    assert details["amounts"] == [{"value": "119.00", "currency": "EUR"}]
    assert details["limits_hours"] == [72]
    assert details["attachments"] == []
    assert found[0]["deadline_at"] == "2026-12-28T11:00:00+00:00"


def test_what_is_no_file_is_named(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe would wait for ever: it is refused; the files after it are still explained."""
    os.mkfifo(mails / "pipe.eml")
    code, found, err = explained(capsys, str(mails / "pipe.eml"), str(mails / "1-buyer.eml"))
    assert (code, found[1]["kind"]) == (1, "buyer_message")
    assert "pipe.eml: cannot be read: it is no regular file" in err


def test_standard_input_is_a_mail(
    mails: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail program can pipe a message into the command."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((mails / "1-buyer.eml").read_bytes())))
    code, found, _ = explained(capsys, "-")
    assert (code, found[0]["file"], found[0]["buyer_name"]) == (0, "-", "Camille")


def test_people_read_sentences(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it is, why, whether it is genuine, what would happen, and that nothing did."""
    assert main.run(["explain", str(mails), "--offline", "--at", CHRISTMAS]) == 0
    out = capsys.readouterr().out
    for sentence in (
        "a buyer's message.",
        "From is a buyer's relay address at marketplace.amazon.fr.",
        "> Bonjour, où est mon colis ?",
        "it waits for a person's answer until Sat 26 Dec 11:00; weekends and holidays count.",
        "the buyer gets no automatic mail:",
        "- Nothing proves that it comes from where it says.",
        "if it needs no answer, a person can open: https://sellercentral.amazon.fr/messaging/no-response-needed?",
        "a notice from Amazon: A-to-z claim opened.",
        "Amounts          119.00 EUR",
        "Somebody has to act by Mon 28 Dec 11:00.",
        "a mail of ours that came back.",
        "if it is ours to a buyer (<ours-1@example.com>), the buyer did not get it: the thread waits for a person.",
        "(nothing was sent or stored)",
    ):
        assert sentence in out, sentence


def test_a_mail_cannot_steer_the_terminal(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape codes and direction marks of a subject, name or text are gone before anything is printed."""
    raw = builders.buyer_message(text="\x1b[2Jhi\u202e", name="A\x1b[31m", subject="S\x1b]0;x\x07")
    name = "evil\x1b[31m\n\u202e.eml"  # who names the file is a stranger too
    (mails / name).write_bytes(raw)
    assert main.run(["explain", str(mails / name), str(mails / f"no{name}"), "--offline"]) == 1
    printed = capsys.readouterr()
    for sign in ("\x1b", "\u202e", "\x07"):
        assert sign not in printed.out
        assert sign not in printed.err


def test_a_file_name_that_is_no_text_is_escaped(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The output stays UTF-8 and JSON, and a script reads the same name back."""
    name = os.fsencode(mails) + b"/caf\xe9.EML"
    Path(os.fsdecode(name)).write_bytes(builders.buyer_message())
    code, found, _ = explained(capsys, str(mails))
    assert code == 0
    assert os.fsencode(str(found[-1]["file"])) == name


def test_an_empty_folder_is_said(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing printed is not taken for nothing found."""
    (mails / "empty").mkdir()
    code, found, err = explained(capsys, str(mails / "empty"))
    assert (code, found) == (0, [])
    assert "empty: this folder has no .eml file" in err
    assert main.run(["explain", str(mails), "--details"]) == 2


def test_a_message_that_asks_to_cancel_says_what_to_answer(mails: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a sentence and as a flag; a message that does not ask has neither."""
    (mails / "4-cancel.eml").write_bytes(builders.buyer_message(text="Merci d'annuler ma commande."))
    _, found, _ = explained(capsys, str(mails / "1-buyer.eml"), str(mails / "4-cancel.eml"))
    assert [each["asks_to_cancel"] for each in found] == [False, True]
    assert main.run(["explain", str(mails / "4-cancel.eml"), "--offline"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Cancel it asks to cancel: answer with the official path, Your Account > Your Orders" in told
    assert f"responder preview cancellation_answer --order {builders.ORDER}." in told


def test_a_decision_says_how_it_ended_and_that_a_person_must_confirm_it(
    mails: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, and with --details for scripts."""
    raw = builders.notice("A_Z_CLAIM_RESPONDENT_CLOSE", "amazon.com", text="The claim was granted.")
    (mails / "5-decided.eml").write_bytes(raw)
    _, found, _ = explained(capsys, str(mails / "5-decided.eml"), "--details")
    assert [(each["details"]["urgent"], each["details"]["outcome"]) for each in found] == [(True, "granted")]
    assert main.run(["explain", str(mails / "5-decided.eml"), "--offline"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Decided granted: for the buyer." in told
    assert "it stays in the digest until a person confirms it" in told


def test_a_request_by_a_link_of_the_digest_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it asks for, and whether it comes from the operator, as the daemon judges it; its link is not looked at."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    written = f"From: owner@example.com\nTo: service@example.com\nSubject: responder release 3 {'a' * 34}\n\nx"
    proven = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
    for number, top in enumerate(("", proven)):
        (tmp_path / f"{number}.eml").write_text(top + written)
    assert main.run(["-c", str(tmp_path / "config.yaml"), "explain", str(tmp_path), "--offline"]) == 0
    told = capsys.readouterr().out
    assert told.count("by a link of the digest: release 3.") == 2
    refused, _, obeyed = told.partition("1.eml")
    assert "it is refused (not_proven): no Authentication-Results header" in refused
    assert "it is obeyed, if its link is of this installation" in obeyed
    assert "nothing is sent." not in told
