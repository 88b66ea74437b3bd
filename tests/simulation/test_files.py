"""A summer out of files: every figure is known by construction, in an mbox as in a Maildir."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from mail import builders
from simulation import quarter
from simulation.conftest import Simulate
from simulation.quarter import HOUR, Mail, at

from responder.cli import main

Lay = Callable[[Path, Sequence[Mail]], Path]
BOTH = [("--mbox", quarter.as_mbox), ("--maildir", quarter.as_maildir)]


def of(found: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """Return the first message of buyer `number`."""
    wanted = f"171-1234567-{number:07d}"
    return next(each["message"] for each in found if "message" in each and each["message"]["order_id"] == wanted)


@pytest.mark.parametrize(("option", "lay"), BOTH)
def test_the_decisions_are_those_of_the_day(simulate: Simulate, tmp_path: Path, option: str, lay: Lay) -> None:
    """Who would have got an acknowledgement, when, with which promise; and why not, for everybody else."""
    found = simulate(option, str(lay(tmp_path / "mail", quarter.summer())))
    sent = [each["message"] for each in found if "message" in each and each["message"]["acknowledge"]["send"]]
    assert [each["order_id"][-1] for each in sent] == ["1", "2", "5", "8"]
    assert [reason["code"] for each in sent for reason in each["acknowledge"]["reasons"]] == [
        "closed_weekend", "closed_holiday", "closed_weekend", "closed_weekend"
    ]  # fmt: skip
    saturday = of(found, 1)
    assert saturday["received_at"] == "2026-07-04T09:00:00+00:00"
    assert saturday["acknowledge"]["sent_at"] == "2026-07-04T09:05:00+00:00"
    assert saturday["acknowledge"]["promise_at"].startswith("2026-07-06T")
    codes = {number: {each["code"] for each in of(found, number)["acknowledge"]["reasons"]} for number in (3, 4, 6, 7)}
    assert codes[3] == codes[6] == {"received_in_open_time", "open_hours"}
    assert codes[4] == {"kind_not_acknowledged"}
    assert codes[7] == {"not_verified"}
    summary = found[-1]["summary"]
    assert (summary["messages"], summary["acknowledged"], summary["withheld"]) == (9, 4, 5)
    assert summary["withheld_reasons"]["acknowledged_this_period"] == 1
    assert summary["only_unverified"] == 1
    assert (summary["sent"], summary["stored"]) == (0, 0)


@pytest.mark.parametrize(("option", "lay"), BOTH)
def test_the_deadlines_are_those_of_the_answers(simulate: Simulate, tmp_path: Path, option: str, lay: Lay) -> None:
    """2 was answered 20 hours late, 4 never; 5 in Seller Central; 8 at a time that nobody knows."""
    found = simulate(option, str(lay(tmp_path / "mail", quarter.summer())))
    hours = {number: of(found, number)["response_hours"] for number in range(1, 9)}
    assert hours == {1: 23, 2: 44, 3: 1, 4: None, 5: 22.5, 6: 2, 7: 3, 8: None}
    missed = {number: of(found, number)["missed_by_hours"] for number in range(1, 9)}
    assert {number: by for number, by in missed.items() if by is not None} == {2: 20, 4: 1336}
    assert of(found, 8)["answer_time_unknown"] is True
    assert of(found, 8)["warnings"] == [] or all(each["kind"] == "warn" for each in of(found, 8)["warnings"])
    summary = found[-1]["summary"]
    assert (summary["deadlines_missed"], summary["answer_time_unknown"]) == (2, 1)


def test_the_figures_of_7_30_and_90_days(simulate: Simulate, tmp_path: Path) -> None:
    """Per marketplace and for all, up to the last mail of the file: 6 of 8 within a day."""
    summary = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", quarter.summer())))[-1]["summary"]
    assert summary["response_times_until"] == "2026-09-19T08:00:00+00:00"
    rates = {(each["marketplace"], each["days"]): each for each in summary["response_times"]}
    assert set(rates) == {(store, days) for store in (None, "amazon.de", "amazon.fr") for days in (7, 30, 90)}
    whole = rates[None, 90]
    assert (whole["messages"], whole["answered"], whole["within_24h"]) == (9, 7, 0.75)
    assert (whole["median_hours"], whole["unanswered"], whole["time_unknown"]) == (18.5, 1, 1)
    month = rates[None, 30]
    assert (month["messages"], month["median_hours"], month["within_24h"]) == (3, 2.5, 1.0)
    assert (rates["amazon.de", 30]["messages"], rates["amazon.de", 7]["messages"]) == (1, 0)
    assert rates["amazon.de", 7]["within_24h"] is None


def test_warnings_and_notices_have_their_clocks(simulate: Simulate, tmp_path: Path) -> None:
    """Six and two hours before the deadline, and once when it is over; a refund has none, and ends the return's."""
    found = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", quarter.summer())))
    told = [each["notice"] for each in found if "notice" in each]
    assert [(each["notice_type"], each["due_at"]) for each in told] == [
        ("return_request", "2026-08-21T08:00:00+00:00"),
        ("refund", None),
    ]
    assert [(each["kind"], each["at"]) for each in told[0]["warnings"]] == [
        ("warn", "2026-08-21T02:00:00+00:00"),
        ("warn", "2026-08-21T06:00:00+00:00"),
    ]
    night = of(found, 4)
    assert [(each["kind"], each["at"], each["clock_at"]) for each in night["warnings"]] == [
        ("warn", "2026-08-05T14:00:00+00:00", "2026-08-05T20:00:00+00:00"),
        ("warn", "2026-08-05T18:00:00+00:00", "2026-08-05T20:00:00+00:00"),
        ("overdue", "2026-08-05T20:00:01+00:00", "2026-08-05T20:00:00+00:00"),
    ]
    assert of(found, 3)["warnings"] == []


def test_an_answer_before_the_delay_is_over_comes_first(simulate: Simulate, tmp_path: Path) -> None:
    """Time goes on between two mails: three minutes after the message somebody answered."""
    message = quarter.asked(1, at(7, 4, 11))
    mails = [message, quarter.answer(message, 1, HOUR / 20)]
    found = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", mails)))
    assert of(found, 1)["acknowledge"]["result"] == "cancelled"
    assert "answered" in of(found, 1)["acknowledge"]["why"]
    assert found[-1]["summary"]["acknowledged"] == 0


def test_trust_takes_what_nobody_judged_for_genuine(simulate: Simulate, tmp_path: Path) -> None:
    """And says so at each; a message that failed stays out."""
    forged = quarter.asked(9, at(9, 13, 10), auth="fail")
    path = str(quarter.as_mbox(tmp_path / "mail", [*quarter.summer(), forged]))
    found = simulate("--mbox", path, "--trust")
    assert (of(found, 7)["acknowledge"]["send"], of(found, 7)["trusted"]) == (True, True)
    assert (of(found, 1)["acknowledge"]["send"], of(found, 1)["trusted"]) == (True, False)
    assert "not_authentic" in {each["code"] for each in of(found, 9)["acknowledge"]["reasons"]}
    assert of(found, 9)["missed_by_hours"] is None
    assert (found[-1]["summary"]["trusted"], found[-1]["summary"]["only_unverified"]) == (True, 0)


def test_the_inbox_and_the_sent_mail_may_be_two_files(simulate: Simulate, tmp_path: Path) -> None:
    """They are merged by arrival, and what lies in both is kept once."""
    mails = quarter.summer()
    inbox = quarter.as_mbox(tmp_path / "inbox", [mail for mail in mails if not mail.sent])
    sent = quarter.as_maildir(tmp_path / "sent", [mail for mail in mails if mail.sent or mail is mails[0]])
    whole = simulate("--mbox", str(quarter.as_mbox(tmp_path / "all", mails)))
    parts = simulate("--mbox", str(inbox), "--maildir", str(sent))
    assert [each for each in parts if "message" in each] == [each for each in whole if "message" in each]
    assert parts[-1]["summary"]["mails"]["duplicates"] == 1
    assert parts[-1]["summary"]["mails"]["from_sent_folder"] == 5


def test_broken_and_undated_mail_is_told_and_the_rest_goes_on(simulate: Simulate, tmp_path: Path) -> None:
    """A mail that breaks the rules of MIME, one without any date, and one from before the day that was named."""
    path = quarter.as_mbox(tmp_path / "mail", [quarter.asked(1, at(7, 4, 11)), quarter.asked(2, at(6, 1, 11))])
    broken = Mail(at(7, 5, 10), b"Subject: x\r\nthis is no field\r\n\r\n\xff\xfe\x00")
    with path.open("ab") as file:
        file.write(b"From - Sun Jul  5 08:00:00 2026\n" + broken.raw.replace(b"\r\n", b"\n") + b"\n\n")
        file.write(b"From \n" + builders.customer_mail().replace(b"\r\n", b"\n") + b"\n\n")
    found = simulate("--mbox", str(path))
    mails = found[-1]["summary"]["mails"]
    assert (mails["kept"], mails["earlier"], len(mails["broken"]), len(mails["skipped"])) == (2, 1, 1, 1)
    assert mails["broken"][0]["why"] == "the header ends in a line without a colon"
    assert mails["skipped"][0]["why"].startswith("nothing says when it arrived")
    assert mails["skipped"][0]["place"].startswith("mail, byte ")
    assert of(found, 1)["acknowledge"]["send"] is True


def test_the_sender_s_date_decides_nothing(simulate: Simulate, tmp_path: Path) -> None:
    """Its Date says Wednesday; our own server took it on Saturday."""
    mail = quarter.asked(1, at(7, 4, 11))
    late = Mail(mail.at, mail.raw.replace(b"Date: Sat, 04 Jul", b"Date: Wed, 01 Jul"))
    assert late.raw != mail.raw
    found = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", [late])))
    assert of(found, 1)["received_at"] == "2026-07-04T09:00:00+00:00"


@pytest.mark.parametrize("line", [b"From ", b"From - Sat Jul  4 06:00:00 2026", b"From - Mon Sep 21 10:00:00 2026"])
def test_a_sent_mail_was_sent_when_the_seller_s_own_program_says(
    simulate: Simulate, tmp_path: Path, line: bytes
) -> None:
    """Thunderbird writes no date, or one on the clock of New York; a copied folder has the day of the copying."""
    mail = quarter.asked(1, at(7, 4, 11))
    answered = quarter.answer(mail, 1, quarter.HOUR)
    inbox, sent = quarter.as_mbox(tmp_path / "Inbox", [mail]), tmp_path / "Sent"
    sent.write_bytes(line + b"\n" + answered.raw.replace(b"\r\n", b"\n") + b"\n\n")
    found = simulate("--mbox", str(inbox), "--mbox", str(sent))
    assert of(found, 1)["answered_at"] == "2026-07-04T10:00:00+00:00"
    assert found[-1]["summary"]["deadlines_missed"] == 0


def test_a_mail_that_came_by_a_server_has_no_date_of_its_own(simulate: Simulate, tmp_path: Path) -> None:
    """Whoever writes our address into From cannot date an answer before the deadline."""
    mail = quarter.asked(1, at(7, 4, 11))
    forged = Mail(at(7, 8, 10), quarter.answer(mail, 1, quarter.HOUR).raw)
    path = quarter.as_mbox(tmp_path / "mail", [mail, forged])
    assert of(simulate("--mbox", str(path)), 1)["answered_at"] == "2026-07-08T08:00:00+00:00"


@pytest.mark.parametrize(
    "labels", ["Drafts", "Important,Drafts,Category Updates", "=?UTF-8?Q?Ge=C3=B6ffnet,Entw=C3=BCrfe?="]
)
def test_a_draft_of_gmail_answers_nobody(simulate: Simulate, tmp_path: Path, labels: str) -> None:
    """Its export holds all mail, the drafts too, and says so in a header, in the language of the account."""
    mail = quarter.asked(1, at(7, 4, 11))
    draft = quarter.answer(mail, 1, quarter.HOUR)
    labelled = Mail(draft.at, b"X-Gmail-Labels: " + labels.encode() + b"\r\n" + draft.raw, sent=True)
    found = simulate("--mbox", str(quarter.as_mbox(tmp_path / "All mail", [mail, labelled])))
    assert of(found, 1)["answered_at"] is None
    assert [each["why"] for each in found[-1]["summary"]["mails"]["skipped"]] == ["a draft that was never sent"]


def test_the_day_that_was_named_is_the_first_start(simulate: Simulate, tmp_path: Path) -> None:
    """A mail of an earlier arrival takes no part, although its age would do."""
    path = str(quarter.as_mbox(tmp_path / "mail", [quarter.asked(1, at(7, 4, 11)), quarter.asked(2, at(7, 4, 13))]))
    found = simulate("--mbox", path, "--since", "2026-07-04T12:00")
    assert [each["message"]["order_id"][-1] for each in found if "message" in each] == ["2"]


def test_a_flood_stops_the_sending_until_somebody_is_back(simulate: Simulate, tmp_path: Path) -> None:
    """Ninety buyers in one hour of a Saturday: the limit of sixty holds, and Monday resumes."""
    mails = [quarter.asked(number, at(7, 4, 11) + number * HOUR / 100) for number in range(90)]
    mails.append(quarter.asked(95, at(7, 11, 11)))
    summary = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", mails)))[-1]["summary"]
    assert (summary["acknowledged"], summary["breaker_stops"]) == (61, 1)


def test_text_is_for_people_and_says_first_and_last_that_nothing_was_sent(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readable tables of at most forty rows; nothing from a mail commands the terminal."""
    mails = [
        *quarter.summer(),
        *(quarter.asked(100 + number, at(7, 11, 9) + number * 2 * HOUR / 3) for number in range(50)),
    ]
    evil = builders.buyer_message(
        "amazon.fr", "Bonjour", subject="\x1b[2J évil", alias="evilevilevilevi", order_id="171-1234567-9999999",
        message_id="<evil@amazonses.com>", sent_at=at(7, 4, 8),
    )  # fmt: skip
    path = quarter.as_mbox(tmp_path / "mail", [*mails, Mail(at(7, 4, 8), evil)])
    assert main.run(["-c", config, "simulate", "--since", quarter.SINCE, "--mbox", str(path), "--trust"]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0] == "Simulation: nothing is sent and nothing is stored."
    assert lines[-1] == "This was a simulation: nothing was sent and nothing was stored."
    assert "\x1b" not in printed.out
    assert "évil" in printed.out
    assert any(line.startswith("ACKNOWLEDGED: ") for line in lines)
    assert any(line.endswith("more (--json shows all)") for line in lines)
    assert any("(--trust)" in line for line in lines)
    longest = max(len(list(block.splitlines())) for block in printed.out.split("\n\n"))
    assert longest <= 45
    assert printed.err == ""


def test_a_closing_on_the_way_is_lived_through(simulate: Simulate, tmp_path: Path, config: str) -> None:
    """Written on Friday at five, still unanswered at six, and overdue before Monday: told when the shop closes."""
    text = Path(config).read_text()
    Path(config).write_text(text + "acknowledgements: {when: [weekend, before_unattended]}\n")
    friday = quarter.asked(1, at(7, 3, 17))
    found = simulate("--mbox", str(quarter.as_mbox(tmp_path / "mail", [friday, quarter.asked(2, at(7, 15, 10))])))
    said = of(found, 1)["acknowledge"]
    assert (said["send"], [each["code"] for each in said["reasons"]]) == (True, ["before_unattended"])
    assert said["sent_at"].startswith("2026-07-03T16:0")
    assert found[-1]["summary"]["acknowledged"] >= 1
