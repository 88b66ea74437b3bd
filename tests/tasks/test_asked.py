"""Acting from the mail: the operator's own mail with a link of the digest does it once, and nobody else's does."""

import re
import shutil
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from mail import builders
from neighbours.shop import empty_state
from tasks.conftest import CONFIG, Office

from responder.adapters.store import Store, decisions, mail_actions, mails, notices, outbox, suppressions
from responder.adapters.store.mail_actions import asked as asked_for
from responder.config import read
from responder.core.actions import Action, Links, Outcome
from responder.core.digest import DigestFacts
from responder.core.digest.asked import lines
from responder.core.kinds import Kind
from responder.core.notice_life import SeenBy
from responder.core.threads import AnsweredVia, ThreadState
from responder.daemon import build
from responder.tasks import report
from responder.tasks.receive import Judge, Kept

MONDAY = datetime(2026, 7, 20, 6, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 7, 18, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
PROVEN = "mx.example.com; dmarc=pass header.from=example.com"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Path]:
    """An office that a buyer has written to, and its state: read and built once for all of these tests."""
    folder = tmp_path_factory.mktemp("founded")
    (folder / "state.db").write_bytes(empty_state())
    made = Office(folder, SATURDAY - 48 * HOUR)
    question(made)
    made.store.close()
    return made, folder / "state.db"


@pytest.fixture
def office(founded: tuple[Office, Path], tmp_path: Path) -> Iterator[Office]:
    """
    An office on Monday morning, with a state of its own; its operator reads owner@example.com. A buyer's question of
    Saturday waits in thread 1, mail 1, and its acknowledgement in the outbox.
    """
    made = copy(founded[0])
    made.store = Store.open(f"sqlite:///{shutil.copy(founded[1], tmp_path)}", exclusive=True)
    yield made
    made.store.close()


def links(office: Office, at: datetime = MONDAY, **changed: Any) -> Links:
    """The links of a digest that is written now."""
    usual = {"secret": office.judge.instance.secret, "address": "service@example.com", "issued_at": at, "batch": "1"}
    return Links(**{**usual, "valid_for": 8 * 24 * HOUR, "last_mail": office.run(mails.last_id), **changed})


def request(office: Office, action: Action, target: int = 1, **more: Any) -> bytes:
    """The mail that such a link opens, as a mail program sends it."""
    made = more.pop("links", None) or links(office)
    subject = more.pop("subject", "responder {word} {target} {token}")
    return written(
        subject.format(word=action.word, target=target, token=made.token(action, target)),
        **more,
    )


def written(
    subject: str,
    text: str = "Send this mail as it is.",
    *,
    sender: str = "Chris <owner@example.com>",
    results: str | None = PROVEN,
    number: int = 1,
    **headers: str,
) -> bytes:
    """A mail of the operator's."""
    mail = EmailMessage()
    if results:
        mail["Authentication-Results"] = results
    mail["From"], mail["To"], mail["Subject"] = sender, "service@example.com", subject
    mail["Date"], mail["Message-ID"] = "Mon, 20 Jul 2026 09:00:00 +0200", f"<request-{number}@example.com>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def question(office: Office, at: datetime = SATURDAY, **more: Any) -> Kept:
    """The buyer writes."""
    return office.receive(builders.buyer_message(**more), at)


def asked(office: Office, raw: bytes, at: datetime = MONDAY + HOUR, judge: Judge | None = None) -> Outcome | None:
    """The mail comes in, and what became of it."""
    kept = office.receive(raw, at, judge=judge)
    assert kept.kind in (Kind.OTHER, Kind.AUTOMATIC)
    assert kept.thread_id is None
    return kept.asked.outcome if kept.asked else None


def state(office: Office) -> tuple[ThreadState, ...]:
    """The states of all threads."""
    return tuple(thread.state for thread in office.threads())


def digest(office: Office, at: datetime, part: str = "plain") -> str:
    """What the operator reads then."""
    office.run(report.write, office.parts.reporter, at.date(), at)
    row = [row for row in office.outbox() if row.kind == "digest"][-1]
    body = message_from_bytes(row.rfc822 or b"", policy=policy.default).get_body((part,))
    assert body is not None
    return " ".join(body.get_content().split())


def told(office: Office) -> str:
    """What a digest of Tuesday would say of all that was asked."""
    found = DigestFacts(MONDAY + 24 * HOUR, None, ZoneInfo("Europe/Paris"), 8, "1.0", asked=office.run(asked_for, 0))
    return " ".join(line for section in lines(found) for line in section.lines)


def test_the_link_in_the_digest_closes_its_thread(office: Office) -> None:
    """
    What the digest prints is what is obeyed: the address, the subject, the token. It is done as the command does it: by
    the operator, when the mail came; the story has it, the mail stands in no thread, and one digest tells of it.
    """
    question(office, alias="b" * 15, message_id="<b@example.net>")
    page = digest(office, MONDAY, "html")
    assert "asked by mail" not in page.lower()
    found = re.findall(r'href="mailto:service@example\.com\?subject=([^&"]+)&amp;body=[^"]+"', page)
    answered, needless = (
        next(each for each in map(unquote, found) if each.startswith(f"responder {wanted} "))
        for wanted in ("answered 1", "no-response-needed 2")
    )
    assert asked(office, written(answered)) is Outcome.DONE
    assert asked(office, written(needless, number=2)) is Outcome.DONE
    one, two = sorted(office.threads(), key=lambda thread: thread.id)
    assert (one.state, two.state) == (ThreadState.ANSWERED, ThreadState.NO_RESPONSE_NEEDED)
    assert (one.answered_at, one.answered_via) == (MONDAY + HOUR, AnsweredVia.OPERATOR)
    for thread, mail_id, word in ((one, 3, "answered 1"), (two, 4, "no-response-needed 2")):
        story = office.run(decisions.decisions, thread_id=thread.id)
        assert [(each.action, each.mail_id) for each in story[-2:]] == [
            ("operator", mail_id),
            ("asked_by_mail", mail_id),
        ]
        assert story[-1].detail["words"] == f"asked by mail: {word}; done"
        assert story[-1].reasons[0]["code"] == "done"
    text = digest(office, MONDAY + 24 * HOUR)
    assert "ASKED BY MAIL" in text
    assert "thread 1 is closed, because you answered it" in text
    assert "thread 2 is closed, because it needs no answer" in text
    assert "ASKED BY MAIL" not in digest(office, MONDAY + 48 * HOUR)


def test_a_link_works_once(office: Office) -> None:
    """Sent twice, it is told as used; what it did stays."""
    raw = request(office, Action.ANSWERED)
    assert asked(office, raw) is Outcome.DONE
    again = raw.replace(b"request-1@", b"request-2@")
    assert asked(office, again, MONDAY + 2 * HOUR) is Outcome.USED
    assert office.receive(raw, MONDAY + 3 * HOUR).mail_id is None
    assert "was used before, Mon 09:01, and works once" in told(office)


def test_a_link_of_yesterday_does_nothing_to_what_came_today(office: Office) -> None:
    """The buyer wrote after the digest was made: the message that nobody saw keeps its clock."""
    made = links(office)
    question(office, MONDAY - HOUR, text="Autre chose", message_id="<two@example.net>")  # lay in the mailbox unread
    assert asked(office, request(office, Action.ANSWERED, links=made)) is Outcome.WROTE_AGAIN
    assert asked(office, request(office, Action.NO_RESPONSE_NEEDED, links=made, number=2)) is Outcome.WROTE_AGAIN
    assert state(office) == (ThreadState.OPEN,)
    assert "the buyer wrote again, Mon 07:00, which that digest did not show" in told(office)
    assert asked(office, request(office, Action.ANSWERED, number=3), MONDAY + 26 * HOUR) is Outcome.DONE


def test_an_answer_that_came_back_is_not_covered_by_an_older_link(office: Office) -> None:
    """The digest did not know of it: the thread that opened again waits for a person who does."""
    made = links(office)
    office.receive(builders.sent_answer(ALIAS, ("<q@example.net>",)), MONDAY, sent=True)
    office.receive(builders.bounce("<sent-1@example.com>"), MONDAY + HOUR)
    assert state(office) == (ThreadState.OPEN,)
    assert asked(office, request(office, Action.ANSWERED, links=made), MONDAY + 2 * HOUR) is Outcome.CAME_BACK
    assert state(office) == (ThreadState.OPEN,)


def test_an_answer_that_the_digest_knew_and_that_came_back_since_is_not_covered(office: Office) -> None:
    """It showed the second question alone: that the answer to the first did not arrive, nobody has seen."""
    office.receive(builders.sent_answer(ALIAS, ("<q@example.net>",)), SATURDAY + HOUR, sent=True)
    question(office, SATURDAY + 2 * HOUR, text="Autre chose", message_id="<two@example.net>")
    made = links(office)
    office.receive(builders.bounce("<sent-1@example.com>"), MONDAY)
    assert asked(office, request(office, Action.ANSWERED, links=made)) is Outcome.CAME_BACK
    assert state(office) == (ThreadState.OPEN,)
    assert asked(office, request(office, Action.ANSWERED, number=2)) is Outcome.DONE


def test_what_is_done_already_is_no_error(office: Office) -> None:
    """The answer in the Sent folder was faster; the same for a buyer whom nobody writes to, and a notice."""
    office.receive(builders.notice("AtoZ_CLAIM_OPENED_TO_SELLER"), SATURDAY)
    made = links(office)
    office.receive(builders.sent_answer(ALIAS, ("<q@example.net>",)), MONDAY, sent=True)
    assert asked(office, request(office, Action.ANSWERED, links=made)) is Outcome.ALREADY
    for number, action in ((2, Action.SUPPRESS), (4, Action.SEEN)):
        assert asked(office, request(office, action, links=made, number=number)) is Outcome.DONE
        fresh = request(office, action, links=replace(made, batch="x"), number=number + 1)
        assert asked(office, fresh) is Outcome.ALREADY
    (barred,) = office.run(suppressions.suppressions)
    assert (barred.subject, barred.reason) == (ALIAS, "you said so: by a link of the digest")
    (notice,) = office.run(notices.notices)
    assert notice.seen_by is SeenBy.COMMAND


def test_who_is_never_written_to_again_is_so_in_every_account(office: Office) -> None:
    """As the command does it: one more account that did not know yet is no `already`."""
    assert office.judge.accounts == ("main",)
    assert asked(office, request(office, Action.SUPPRESS)) is Outcome.DONE
    judge = replace(office.judge, accounts=("main", "other"))
    made = links(office, batch="2")
    assert asked(office, request(office, Action.SUPPRESS, links=made, number=2), judge=judge) is Outcome.DONE
    assert [each.account for each in office.run(suppressions.suppressions)] == ["main", "other"]
    made = links(office, batch="3")
    assert asked(office, request(office, Action.SUPPRESS, links=made, number=3), judge=judge) is Outcome.ALREADY


def test_what_is_not_there_is_refused(office: Office) -> None:
    """A number that was never given, as after a state was restored from an older copy."""
    made = links(office)
    for number, action in enumerate(Action):
        assert asked(office, request(office, action, 77, links=made, number=number)) is Outcome.GONE


def test_a_held_mail_is_released_and_one_that_breaks_a_rule_is_not(office: Office) -> None:
    """The link lets go what a person may let go: a rule of Amazon's stays a rule."""
    (row,) = office.outbox()
    office.run(outbox.hold, row.id, "look at it")
    kept = office.receive(request(office, Action.RELEASE, row.id), MONDAY + HOUR)
    assert kept.asked is not None
    assert (kept.asked.outcome, kept.enqueued) == (Outcome.DONE, True)
    assert office.outbox()[0].state == "queued"
    assert asked(office, request(office, Action.RELEASE, row.id, number=2, links=links(office, MONDAY + HOUR))) is (
        Outcome.ALREADY
    )
    template = office.judge.template
    gifts = {language: f"{text}\nUne carte cadeau !\n" for language, text in template.bodies.items()}
    judge = replace(office.judge, template=replace(template, bodies=gifts))
    office.receive(builders.buyer_message(alias="b" * 15, message_id="<b@example.net>"), SATURDAY, judge=judge)
    broken = office.outbox()[-1]
    assert broken.state == "held"
    assert asked(office, request(office, Action.RELEASE, broken.id, number=3)) is Outcome.BREAKS_A_RULE
    assert office.outbox()[-1].state == "held"
    office.run(outbox.cancel, broken.id, "no")
    assert asked(office, request(office, Action.RELEASE, broken.id, number=4)) is Outcome.NOT_WAITING


def test_a_link_does_not_send_again_what_was_tried_since(office: Office) -> None:
    """It was held when the digest was written, was let go, and nobody knows whether it arrived: no second one."""
    (row,) = office.outbox()
    office.run(outbox.hold, row.id, "look at it")
    made = links(office)
    assert asked(office, request(office, Action.RELEASE, row.id, links=made)) is Outcome.DONE
    assert office.run(outbox.claim_due, "main", MONDAY + 2 * HOUR) is not None
    office.run(outbox.make_ambiguous, row.id, "the connection was lost", MONDAY + 2 * HOUR)
    again = request(office, Action.RELEASE, row.id, links=replace(made, batch="2"), number=2)
    assert asked(office, again) is Outcome.TRIED_AGAIN
    assert office.outbox()[0].state == "ambiguous"
    token = links(office).token(Action.RELEASE, row.id, 1)
    assert asked(office, written(f"responder release {row.id} {token}", number=3)) is Outcome.DONE


FORGED = [
    (Outcome.NOT_FROM_OPERATOR, {"sender": "eve@evil.example"}),
    (Outcome.NOT_FROM_OPERATOR, {"sender": "owner@example.com, eve@evil.example"}),
    (Outcome.NOT_FROM_OPERATOR, {"sender": "colleague@example.com"}),
    (Outcome.NOT_FROM_OPERATOR, {"sender": '"owner@example.com" <eve@evil.example>'}),
    (Outcome.NOT_FROM_OPERATOR, {"Sender": "eve@example.com"}),
    (Outcome.NOT_PROVEN, {"results": None}),
    (Outcome.NOT_PROVEN, {"results": "mx.example.com; dmarc=fail header.from=example.com"}),
    (Outcome.NOT_PROVEN, {"results": "mx.evil.example; dmarc=pass header.from=example.com"}),
    (Outcome.NOT_PROVEN, {"Sender": "owner@example.com", "results": "mx.example.com; spf=pass"}),
    (Outcome.UNREADABLE, {"subject": "responder {word} {target} {token}" + " x" * 3_000}),
    (Outcome.AUTOMATIC, {"Auto_Submitted": "auto-replied"}),
    (Outcome.AUTOMATIC, {"X_Autoreply": "yes"}),
    (Outcome.AUTOMATIC, {"Precedence": "bulk"}),
    (Outcome.AUTOMATIC, {"List_Id": "<team.example.com>"}),
    (Outcome.AUTOMATIC, {"Resent_From": "colleague@example.com"}),
    (Outcome.AUTOMATIC, {"Return_Path": "<>"}),
]


def test_nobody_else_acts_in_the_operators_name(office: Office) -> None:
    """A genuine token, read by somebody else or answered by a machine: refused, told as numbers, in no story."""
    made = links(office)
    for number, (outcome, mail) in enumerate(FORGED):
        raw = request(office, Action.ANSWERED, links=made, number=number, **mail)
        assert asked(office, raw) is outcome, mail
        assert state(office) == (ThreadState.OPEN,)
    found = office.run(decisions.decisions, action="asked_by_mail")
    assert [(each.thread_id, each.reasons[0]["code"]) for each in found] == [(None, str(each)) for each, _ in FORGED]
    text = told(office)
    for words in (
        "5 mails that asked for something",
        "4 mails in your name",
        "6 mails from your address",
        "1 mail from your address",
    ):
        assert words in text
    last = request(office, Action.ANSWERED, links=made, number=len(FORGED))
    assert asked(office, last, MONDAY + 25 * HOUR) is Outcome.DONE


def test_a_link_ends_after_its_time_and_belongs_to_its_installation(office: Office) -> None:
    """Eight days; a token that was changed, of another digest's action, or of another secret is none."""
    made = links(office)
    days = timedelta(days=8)
    assert asked(office, request(office, Action.ANSWERED, links=made), MONDAY + days + HOUR) is Outcome.EXPIRED
    assert (
        asked(office, request(office, Action.ANSWERED, links=links(office, secret=bytes(32)), number=2))
        is Outcome.NOT_OURS
    )
    token = made.token(Action.ANSWERED, 1)
    for number, subject in enumerate(("no-response-needed 1", "answered 2"), 3):
        assert asked(office, written(f"responder {subject} {token}", number=number)) is Outcome.NOT_OURS
    both = f"responder answered 1 {token} responder suppress 1 {made.token(Action.SUPPRESS, 1)}"
    assert asked(office, written(both, number=5)) is Outcome.SEVERAL
    assert state(office) == (ThreadState.OPEN,)
    assert asked(office, request(office, Action.ANSWERED, links=made, number=6), MONDAY + days) is Outcome.DONE


def test_a_mail_that_quotes_the_digest_asks_for_nothing(office: Office) -> None:
    """An absence note to the digest has all its links: it is the operator's mail as ever."""
    href = links(office).of(Action.ANSWERED, 1).href
    token = links(office).token(Action.ANSWERED, 1)
    for number, text in enumerate((href, f"> responder answered 1 {token}", f"Away.\n\nresponder answered 1 {token}")):
        assert asked(office, written("Re: 1 to answer", text, number=number)) is None
    assert office.run(mail_actions.last_id) == 0
    assert state(office) == (ThreadState.OPEN,)


def test_a_buyer_and_amazon_ask_for_nothing_whatever_they_quote(office: Office) -> None:
    """Their mail is what it is: a message, a notice."""
    subject = f"responder answered 1 {links(office).token(Action.ANSWERED, 1)}"
    assert question(office, MONDAY, subject=subject, message_id="<two@example.net>").asked is None
    assert office.receive(builders.notice("REFUND_ISSUED", subject=subject), MONDAY).asked is None
    assert office.run(mail_actions.last_id) == 0
    assert state(office) == (ThreadState.OPEN,)


def test_the_operators_own_copy_in_the_sent_folder_is_nothing(office: Office) -> None:
    """Where the operator reads the watched mailbox, the mail lies in both folders: one of them asks."""
    judge = replace(office.judge, operator="service@example.com")
    raw = request(office, Action.ANSWERED, sender="Maison Exemple <service@example.com>")
    copy = office.receive(raw, MONDAY + HOUR, sent=True, judge=judge)
    assert (copy.asked, copy.thread_id) == (None, None)
    assert state(office) == (ThreadState.OPEN,)
    assert asked(office, raw, judge=judge) is Outcome.DONE
    assert [row.kind for row in office.outbox()] == ["acknowledgement"]


def test_it_settles_no_notice_as_a_reply_would(office: Office) -> None:
    """With blind copies the operator's mail with references replies to a notice; a request is no reply."""
    office.receive(builders.notice("AtoZ_CLAIM_OPENED_TO_SELLER", message_id="<claim@example.net>"), SATURDAY)
    judge = replace(office.judge, operator="service@example.com", bcc="service@example.com")
    reply = written("Re: claim", sender="service@example.com", number=2, In_Reply_To="<claim@example.net>")
    raw = request(office, Action.ANSWERED, sender="service@example.com", In_Reply_To="<claim@example.net>")
    assert asked(office, raw, judge=judge) is Outcome.DONE
    assert office.run(notices.notices)[0].seen_at is None
    assert asked(office, reply, judge=judge) is None
    assert office.run(notices.notices)[0].seen_at is not None


def test_links_that_are_switched_off_are_not_written_and_not_obeyed(office: Office, tmp_path: Path) -> None:
    """`operator.digest.actions.enabled: false` means both; the next digest says that one was used."""
    raw = request(office, Action.ANSWERED)
    config = CONFIG.replace("warn_before", "digest: {actions: {enabled: false}}, warn_before")
    parts = build(read(config, tmp_path / "config.yaml"), office.store, MONDAY, {"SELLER_PASSWORD": "secret"})
    assert office.run(report.gather, parts.reporter, MONDAY).actions is None
    assert asked(office, raw, judge=parts.accounts[0].judge) is Outcome.SWITCHED_OFF
    assert state(office) == (ThreadState.OPEN,)
    assert "operator.digest.actions.enabled is false" in told(office)


def test_a_thread_of_another_account_is_closed_as_well(office: Office) -> None:
    """The operator is one person: whichever watched mailbox the mail comes to, it means the thread it names."""
    other = replace(office.judge, account="other", from_address="other@example.com")
    assert asked(office, request(office, Action.ANSWERED), judge=other) is Outcome.DONE
    assert state(office) == (ThreadState.ANSWERED,)
    stopped, made = office.run(decisions.decisions)[-2:]
    assert (stopped.action, stopped.account) == ("operator", "main")
    assert (made.action, made.account) == ("asked_by_mail", "other")
