"""The links of the digest: what a token says, who may read it, and what a mail asks for."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.actions import FROM_THE_OPERATOR, Action, Asked, Command, Links, Outcome, Token, commands, opened
from responder.core.digest import DigestFacts, asked
from responder.core.message import parse

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
DAYS = timedelta(days=8)


def links(**changed: object) -> Links:
    """The links of one digest."""
    usual = {"secret": SECRET, "address": "service@example.com", "issued_at": NOW, "valid_for": DAYS, "batch": "7"}
    return Links(**{**usual, "last_mail": 310, **changed})  # type: ignore[arg-type]


def mail(subject: str, text: str = "Send this mail as it is.") -> bytes:
    """A mail as a person's program writes it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "owner@example.com", "service@example.com", subject
    made.set_content(text)
    return made.as_bytes()


def asks(subject: str, text: str = "Send this mail as it is.") -> tuple[Command, ...]:
    """What such a mail asks for."""
    return commands(parse(mail(subject, text)))


@given(st.sampled_from(Action), st.integers(0, 2**40), st.integers(0, 2**40), st.integers(1, 400))
def test_a_token_says_what_was_put_into_it(action: Action, target: int, last_mail: int, hours: int) -> None:
    """Whatever the case it comes back in; it ends on the second in which its time is over, not before."""
    made = links(last_mail=last_mail, valid_for=timedelta(hours=hours, microseconds=5)).token(action, target, 3)
    ends = NOW + timedelta(hours=hours, seconds=1)
    assert opened(SECRET, made.upper()) == Token(
        action, target, ends, 3 if action is Action.RELEASE else last_mail, made
    )
    assert re.fullmatch("[a-z2-7]{34,52}", made)


@given(st.data())
def test_a_changed_token_is_none(data: st.DataObject) -> None:
    """One letter in another place, one more or one less: it is nobody's."""
    made = links().token(Action.SUPPRESS, 12)
    at = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567").filter(lambda letter: letter != made[at]))
    for changed in (made[:at] + other + made[at + 1 :], made + other, made[:at] + made[at + 1 :]):
        assert opened(SECRET, changed) is None


@given(st.text(max_size=80) | st.text("abcdefghijklmnopqrstuvwxyz234567", max_size=80))
def test_anything_else_is_no_token(text: str) -> None:
    """Whatever somebody writes there: it is refused, and nothing is raised."""
    assert opened(SECRET, text) is None


def test_each_digest_and_each_installation_has_its_own_tokens() -> None:
    """Two digests of the same second have different ones; another installation's means nothing here."""
    made = links().token(Action.SEEN, 4)
    assert made != links(batch="8").token(Action.SEEN, 4)
    assert made != links(issued_at=NOW + timedelta(seconds=1)).token(Action.SEEN, 4)
    assert opened(bytes(32), made) is None
    assert opened(SECRET, links(secret=bytes(32)).token(Action.SEEN, 4)) is None


@pytest.mark.parametrize("action", Action)
def test_a_link_opens_a_mail_that_says_what_it_does(action: Action) -> None:
    """RFC 6068: the watched mailbox, the request as subject, and in words what sending it does."""
    link = links(address="o'neil+shop&co@example.com").of(action, 12)
    parts = urlsplit(link.href)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "o'neil+shop&co@example.com")
    fields = parse_qs(parts.query, strict_parsing=True)
    (subject,), (body,) = fields.pop("subject"), fields.pop("body")
    assert not fields
    assert body.startswith("Send this mail as it is.\r\n\r\n")
    assert re.search(r"\b12\b", body)
    assert asks(subject, body) == (Command(action, 12, links().token(action, 12)),)
    assert re.fullmatch(r"mailto:[!-~]+", link.href)
    assert not re.search(r"[<>\"'+ &](?!body=)", link.href)
    assert "12" in link.about


def test_a_mail_program_may_change_what_carries_no_meaning() -> None:
    """Case, blanks, and what a server puts before the subject."""
    made = links().token(Action.ANSWERED, 12)
    wanted = (Command(Action.ANSWERED, 12, made),)
    assert asks(f"responder answered 12 {made}") == wanted
    assert asks(f"[External] RESPONDER  Answered 12 {made.upper()} ") == wanted
    assert asks(f"responder answered 12 {made} {made}") == wanted
    assert asks("", f"\nresponder answered 12 {made}\n\n") == wanted
    assert asks("Re: 2 to answer", f"  responder answered 12 {made}") == wanted


def test_a_text_that_quotes_a_request_asks_for_nothing() -> None:
    """An automatic reply to the digest, or an answer that has the digest below: its own words are another matter."""
    made = links().token(Action.ANSWERED, 12)
    href = links().of(Action.ANSWERED, 12).href
    for text in (
        f"> responder answered 12 {made}",
        f"I am on holiday.\nresponder answered 12 {made}",
        f"responder answered 12 {made}\n-- \nAlex",
        f"Answered: {href}",
        href,
        f"see responder answered 12 {made}",
    ):
        assert asks("Re: 2 to answer by 11:05", text) == ()


@pytest.mark.parametrize(
    "subject",
    [
        "responder answered 12",
        "responder answered 12 abc",
        "responder delete 12 {token}",
        "responder answered twelve {token}",
        "xresponder answered 12 {token}",
        "responder answered 12 {token}-{token}",
        "responder answered ١٢ {token}",
        "responder answered 1234567890123456 {token}",
    ],
)
def test_what_only_looks_like_a_request_is_none(subject: str) -> None:
    """A subject that a person or a buyer may write by chance."""
    assert asks(subject.format(token=links().token(Action.ANSWERED, 12))) == ()


def test_several_requests_are_all_found() -> None:
    """They are counted, so that such a mail can be refused as a whole."""
    one, two = links().token(Action.ANSWERED, 12), links().token(Action.ANSWERED, 13)
    assert len(asks(f"responder answered 12 {one} responder answered 13 {two}")) == 2
    assert len(asks(f"responder answered 12 {one} responder seen 12 {one}")) == 2


def told(*attempts: Asked) -> list[str]:
    """What the digest says of these attempts."""
    facts = DigestFacts(NOW, None, ZoneInfo("UTC"), 8, "1.0", asked=attempts)
    return [line for section in asked.lines(facts) for line in section.lines]


def attempt(number: int, outcome: Outcome, action: Action = Action.ANSWERED, detail: str = "") -> Asked:
    """One attempt, an hour before the digest."""
    return Asked(number, NOW - timedelta(hours=1), action, 12, outcome, detail)


def test_a_digest_without_attempts_says_nothing_of_them() -> None:
    """There is no empty section."""
    assert told() == []


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("action", Action)
def test_every_outcome_has_a_sentence(action: Action, outcome: Outcome) -> None:
    """Done, or refused and why: with its time, and the number where the operator is known to have asked."""
    timed = outcome in (Outcome.USED, Outcome.WROTE_AGAIN, Outcome.CAME_BACK, Outcome.EXPIRED)
    (line,) = told(attempt(1, outcome, action, NOW.isoformat() if timed else "why"))
    assert "06:30" in line
    assert ("12" in line) is (outcome.is_done or outcome in FROM_THE_OPERATOR)
    assert line.endswith((".", "names it."))


def test_a_flood_of_forged_attempts_is_one_line_with_a_number() -> None:
    """What the operator did stands alone; of their own many requests the newest are shown."""
    forged = [attempt(number, Outcome.NOT_FROM_OPERATOR) for number in range(1, 401)]
    lines = told(*forged, attempt(401, Outcome.DONE), attempt(402, Outcome.NOT_PROVEN, detail="dmarc=<fail>\n"))
    assert len(lines) == 3
    assert lines[0] == "06:30: thread 12 is closed, because you answered it."
    assert lines[1].startswith("400 mails that asked for something were refused")
    assert "(dmarc=<fail>)" in lines[2]
    many = told(*(attempt(number, Outcome.DONE) for number in range(1, 31)))
    assert len(many) == asked.ROWS + 1
    assert many[-1] == "and 18 more before"
