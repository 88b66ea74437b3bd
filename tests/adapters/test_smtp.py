"""What a mail's outcome is, against a real submission server and against one that fails as told."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from neighbours.scripted_smtp import Action, Drop, Last, ScriptedSmtp, Wait
from neighbours.smtp import Certificate, Mailhost, make_certificate

from responder.adapters.smtp import (
    Ambiguous,
    Deferred,
    Delivered,
    LoginRefused,
    Outcome,
    Refused,
    Sender,
    SmtpSettings,
    Stage,
    probe,
)
from responder.errors import TemporaryError

FROM, TO = "service@example.com", "a1b2c3@marketplace.amazon.fr"
MAIL = b"From: service@example.com\r\nTo: a1b2c3@marketplace.amazon.fr\r\nSubject: Re: order\r\n\r\nBonjour\r\n"
USERS = {FROM: "correct horse"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for the loopback addresses."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def settings(port: int, **changes: Any) -> SmtpSettings:
    """How to reach a server of these tests: no encryption and no login unless a test asks for them."""
    plain = SmtpSettings("127.0.0.1", port, "none", None, None, "client.example.com", timeout=timedelta(seconds=5))
    return replace(plain, **changes)


def login(password: str = USERS[FROM]) -> dict[str, Any]:
    """The settings of a login."""
    return {"username": FROM, "password": lambda: password}


@contextlib.asynccontextmanager
async def sender_to(port: int, **changes: Any) -> AsyncIterator[Sender]:
    """A sender, closed at the end."""
    sender = Sender(settings(port, **changes))
    try:
        yield sender
    finally:
        await sender.close()


async def go() -> bool:
    """Let the body go out."""
    return True


def noting(marks: list[str], answer: bool = True) -> Callable[[], Awaitable[bool]]:
    """Note that the body is about to go out."""

    async def before_data() -> bool:
        marks.append("data started")
        return answer

    return before_data


async def send_once(server: ScriptedSmtp, message: bytes = MAIL, **changes: Any) -> tuple[Outcome, list[str]]:
    """Send one mail; return the outcome and whether "data started" was noted."""
    marks: list[str] = []
    async with sender_to(server.port, **changes) as sender:
        return await sender.send(FROM, TO, message, noting(marks)), marks


# A real server


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
async def test_a_mail_arrives_as_it_was_made(security: Any, certificate: Certificate) -> None:
    """Encrypted as configured, logged in, with the envelope we gave and every byte as composed."""
    with Mailhost(security, certificate if security != "none" else None, users=USERS) as mailhost:
        async with sender_to(mailhost.port, security=security, ca_file=certificate.file, **login()) as sender:
            assert await sender.send(FROM, TO, MAIL, go) == Delivered("250 2.0.0 queued as 1")
    (mail,) = mailhost.accepted
    assert (mail.sender, mail.recipients, mail.data) == (FROM, (TO,), MAIL)
    assert (mail.tls, mail.username, mailhost.logins) == (security != "none", FROM, [(FROM, True)])


@pytest.mark.parametrize(
    ("body", "arrives"),
    [
        (b".\r\n..\r\n.hidden\r\n", b".\r\n..\r\n.hidden\r\n"),
        (b"one\n.two\nthree", b"one\r\n.two\r\nthree\r\n"),
        (b"a\r.b\r\n", b"a\r\n.b\r\n"),
        (b"end\r\n.\r\nMAIL FROM:<evil@example.org>\r\n", b"end\r\n.\r\nMAIL FROM:<evil@example.org>\r\n"),
        (b"end\n.\nRCPT TO:<evil@example.org>\n", b"end\r\n.\r\nRCPT TO:<evil@example.org>\r\n"),
        (b"end\r\n.\rQUIT\r\n", b"end\r\n.\r\nQUIT\r\n"),
        (b"", b""),
    ],
)
async def test_dots_and_line_ends_are_text_and_never_commands(body: bytes, arrives: bytes) -> None:
    """A line with a dot does not end the mail, and a bare CR or LF cannot smuggle a second one in."""
    with Mailhost() as mailhost:
        async with sender_to(mailhost.port) as sender:
            assert isinstance(await sender.send(FROM, TO, b"Subject: x\r\n\r\n" + body, go), Delivered)
    assert [(mail.recipients, mail.data) for mail in mailhost.accepted] == [((TO,), b"Subject: x\r\n\r\n" + arrives)]


async def test_one_connection_and_one_login_serve_many_mails() -> None:
    """A kept connection: mail hosts count logins."""
    with Mailhost(users=USERS) as mailhost:
        async with sender_to(mailhost.port, **login()) as sender:
            for _ in range(5):
                assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
    assert (len(mailhost.accepted), mailhost.connections, len(mailhost.logins)) == (5, 1, 1)


async def test_a_large_mail_arrives_whole() -> None:
    """Three megabytes with line ends to mend: no byte is lost, none is added."""
    large = b"Subject: large\n\n" + b".123456789abcdef\n" * 180_000
    with Mailhost() as mailhost:
        async with sender_to(mailhost.port, timeout=timedelta(seconds=30)) as sender:
            assert isinstance(await sender.send(FROM, TO, large, go), Delivered)
    assert mailhost.accepted[0].data == large.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(("step", "stage"), [("MAIL", Stage.MAIL), ("RCPT", Stage.RCPT), ("DATA", Stage.BODY)])
async def test_a_refusal_says_where_and_with_which_words(step: str, stage: Stage) -> None:
    """A 5yz is for good at every step, after the final dot too: a reply is a certainty."""
    with Mailhost(refuse={step: "550 5.7.1 not wanted here"}) as mailhost:
        async with sender_to(mailhost.port) as sender:
            assert await sender.send(FROM, TO, MAIL, go) == Refused("550 5.7.1 not wanted here", stage, 550)
            mailhost.refuse.clear()
            assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
    assert (len(mailhost.accepted), mailhost.connections) == (1, 1)


async def test_an_untrusted_certificate_is_refused_in_words(certificate: Certificate) -> None:
    """Nothing is sent to a server that cannot prove who it is, and the reason says so."""
    with Mailhost("tls", certificate) as mailhost:
        async with sender_to(mailhost.port, security="tls") as sender:
            outcome = await sender.send(FROM, TO, MAIL, go)
    assert outcome == Deferred("the server's certificate is not trusted: self-signed certificate (at tls)", Stage.TLS)


async def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    """The certificate must be for the host we were told to talk to, with STARTTLS as with TLS."""
    other = make_certificate(tmp_path, names="DNS:other.example.com")
    with Mailhost("starttls", other, users=USERS) as mailhost:
        async with sender_to(mailhost.port, security="starttls", ca_file=other.file, **login()) as sender:
            outcome = await sender.send(FROM, TO, MAIL, go)
    assert isinstance(outcome, Deferred)
    assert outcome.stage is Stage.TLS
    assert "certificate is not trusted: IP address mismatch" in outcome.reason
    assert mailhost.logins == []


async def test_a_wrong_password_is_tried_once(certificate: Certificate) -> None:
    """One AUTH with one mechanism, then LoginRefused: no second try that would lock the account."""
    with Mailhost("starttls", certificate, users=USERS) as mailhost:
        async with sender_to(mailhost.port, security="starttls", ca_file=certificate.file, **login("wrong")) as sender:
            with pytest.raises(LoginRefused, match=r"refused the login of service@example\.com: 535 5\.7\.8"):
                await sender.send(FROM, TO, MAIL, go)
    assert (mailhost.logins, mailhost.accepted) == ([(FROM, False)], [])


async def test_a_password_is_asked_anew_at_each_login() -> None:
    """A changed password file is taken up without a restart, and the secret is in no text about the settings."""
    passwords = iter(["old secret", USERS[FROM]])
    with Mailhost(users=USERS) as mailhost:
        async with sender_to(mailhost.port, username=FROM, password=lambda: next(passwords)) as sender:
            with pytest.raises(LoginRefused) as refused:
                await sender.send(FROM, TO, MAIL, go)
            assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
            assert "secret" not in f"{refused.value} {sender._settings!r}"


async def test_a_probe_tells_what_the_server_offers(certificate: Certificate) -> None:
    """`check --connect` shows capabilities, size limit, TLS version and that the login works."""
    with Mailhost("starttls", certificate, users=USERS, size_limit=10_000_000) as mailhost:
        secure = settings(mailhost.port, security="starttls", ca_file=certificate.file)
        found = await probe(replace(secure, **login()))
        assert "SIZE 10000000" in found.capabilities
        assert set(found.mechanisms) == {"PLAIN", "LOGIN"}
        assert (found.size_limit, found.tls_version, found.logged_in) == (10_000_000, "TLSv1.3", True)
        with pytest.raises(LoginRefused):
            await probe(replace(secure, **login("wrong")))
        with pytest.raises(TemporaryError, match="certificate is not trusted"):
            await probe(replace(secure, ca_file=None))


# A server that fails as told

CERTAINLY_NOT_SENT: list[tuple[str, Action, type[Deferred | Refused], Stage]] = [
    ("GREETING", b"421 4.3.2 busy\r\n", Deferred, Stage.CONNECT),
    ("GREETING", b"554 5.3.2 not today\r\n", Deferred, Stage.CONNECT),
    ("GREETING", b"hello?\r\n", Deferred, Stage.CONNECT),
    ("GREETING", Drop(), Deferred, Stage.CONNECT),
    ("EHLO", b"421 4.3.2 busy\r\n", Deferred, Stage.HELLO),
    ("EHLO", b"550 5.7.1 blocked\r\n", Deferred, Stage.HELLO),
    ("EHLO", Drop(), Deferred, Stage.HELLO),
    ("AUTH", b"454 4.7.0 try later\r\n", Deferred, Stage.LOGIN),
    ("AUTH", Drop(), Deferred, Stage.LOGIN),
    ("MAIL", b"452 4.3.1 full\r\n", Deferred, Stage.MAIL),
    ("MAIL", Last(b"421 4.7.0 too many\r\n"), Deferred, Stage.MAIL),
    ("MAIL", b"550 5.7.1 not your address\r\n", Refused, Stage.MAIL),
    ("MAIL", b"354 what?\r\n", Deferred, Stage.MAIL),
    ("MAIL", Drop(), Deferred, Stage.MAIL),
    ("RCPT", b"450 4.2.1 later\r\n", Deferred, Stage.RCPT),
    ("RCPT", b"550 5.1.1 no such user\r\n", Refused, Stage.RCPT),
    ("RCPT", Drop(), Deferred, Stage.RCPT),
    ("DATA", b"451 4.7.1 greylisted\r\n", Deferred, Stage.DATA),
    ("DATA", b"554 5.7.1 no\r\n", Refused, Stage.DATA),
    ("DATA", b"250 what?\r\n", Deferred, Stage.DATA),
    ("DATA", Drop(), Deferred, Stage.DATA),
]


@pytest.mark.parametrize(("step", "action", "kind", "stage"), CERTAINLY_NOT_SENT)
async def test_before_the_body_a_mail_is_certainly_not_sent(
    step: str, action: Action, kind: type[Deferred | Refused], stage: Stage
) -> None:
    """Whatever happens before the body: "data started" is not noted, and the next try goes through."""
    async with ScriptedSmtp({step: action}) as server, sender_to(server.port, **login()) as sender:
        marks: list[str] = []
        outcome = await sender.send(FROM, TO, MAIL, noting(marks))
        assert isinstance(outcome, kind)
        assert isinstance(outcome, Deferred | Refused)
        assert (outcome.stage, marks, server.mails) == (stage, [], [])
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        (b"250 2.0.0 queued\r\n", Delivered("250 2.0.0 queued")),
        (b"250-2.0.0 queued\r\n250 as 7\r\n", Delivered("250 2.0.0 queued as 7")),
        (b"452 4.2.2 over quota\r\n", Deferred("452 4.2.2 over quota (at body)", Stage.BODY)),
        (Last(b"421 4.3.2 going down\r\n"), Deferred("421 4.3.2 going down (at body)", Stage.BODY)),
        (b"554 5.7.1 looks like spam\r\n", Refused("554 5.7.1 looks like spam", Stage.BODY, 554)),
        (b"535 5.7.8 odd\r\n", Refused("535 5.7.8 odd", Stage.BODY, 535)),
        (Drop(), Ambiguous("the mail was sent and not answered: Unexpected EOF received")),
        (
            b"gibberish\r\n",
            Ambiguous("the mail was sent and not answered: Malformed SMTP response line: gibberish"),
        ),
        (b"354 more\r\n", Ambiguous("the mail was sent and answered with 354 more")),
    ],
)
async def test_after_the_body_only_a_reply_is_a_certainty(action: Action, outcome: Outcome) -> None:
    """A loss after the final dot is ambiguous, although the server has the mail; a reply is believed."""
    async with ScriptedSmtp({"BODY": action}) as server:
        found, marks = await send_once(server)
        assert (found, marks, len(server.mails)) == (outcome, ["data started"], 1)


async def test_a_late_reply_to_the_body_is_ambiguous() -> None:
    """After the limit the mail may be stored: it is not called unsent, and the late reply is nobody's."""
    late = Wait()
    limit = timedelta(seconds=0.05)
    async with ScriptedSmtp({"BODY": late}) as server, sender_to(server.port, final_timeout=limit) as sender:
        outcome = await sender.send(FROM, TO, MAIL, go)
        assert outcome == Ambiguous("the mail was sent and not answered: no answer in time")
        late.go.set()
        await server.all_gone()
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        assert server.connections == 2


async def test_a_mail_stopped_on_its_way_is_not_finished_behind_our_back() -> None:
    """Cancelled in the middle of a large body: what is still buffered here is thrown away and not flushed."""
    unread = Wait()
    large = b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 200_000
    async with ScriptedSmtp({"READ": unread}) as server, sender_to(server.port) as sender:
        async with asyncio.TaskGroup() as group:
            started = asyncio.Event()

            async def before_data() -> bool:
                started.set()
                return True

            sending = group.create_task(sender.send(FROM, TO, large, before_data))
            await started.wait()
            await asyncio.sleep(0)
            sending.cancel()
        unread.go.set()
        await server.all_gone()
        assert server.mails == []


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
async def test_silence_before_the_body_is_certainly_unsent(step: str) -> None:
    """A server that stops answering costs the time of one step, and the mail goes later."""
    silent = Wait()
    async with ScriptedSmtp({step: silent}) as server:
        outcome, marks = await send_once(server, timeout=timedelta(seconds=0.05), **login())
        assert isinstance(outcome, Deferred)
        assert outcome.reason.startswith("no answer in time (at ")
        silent.go.set()
        await server.all_gone()
        assert (marks, server.mails) == ([], [])


async def test_a_slow_reply_within_the_limit_is_waited_for() -> None:
    """The limit of the other steps does not cut off the reply to the body."""
    slow = Wait()
    async with ScriptedSmtp({"BODY": slow}) as server, asyncio.TaskGroup() as group:
        sending = group.create_task(send_once(server, timeout=timedelta(seconds=0.2)))
        await slow.reached.wait()
        await asyncio.wait([sending], timeout=0.4)
        assert not sending.done()
        slow.go.set()
        assert (await sending)[0] == Delivered("250 2.0.0 queued")


async def test_the_body_waits_for_data_started() -> None:
    """When "data started" is committed, the server has said 354 and not a byte of the body has left."""
    async with ScriptedSmtp() as server, sender_to(server.port) as sender:
        seen: list[tuple[bytes, int]] = []

        async def before_data() -> bool:
            seen.append((server.lines[-1], len(server.mails)))
            return True

        assert isinstance(await sender.send(FROM, TO, MAIL, before_data), Delivered)
        assert seen == [(b"DATA", 0)]


async def test_a_stop_before_the_body_sends_nothing() -> None:
    """`before_data` has the last word: False means that the mail was certainly not sent."""
    async with ScriptedSmtp() as server, sender_to(server.port) as sender:
        outcome = await sender.send(FROM, TO, MAIL, noting([], answer=False))
        assert outcome == Deferred("stopped before the first byte of the mail", Stage.DATA)
        await server.all_gone()
        assert server.mails == []


async def test_a_failing_commit_before_the_body_sends_nothing() -> None:
    """When "data started" cannot be committed, the error goes up and the mail does not go out."""

    async def before_data() -> bool:
        raise TemporaryError("the state cannot be written now")

    async with ScriptedSmtp() as server, sender_to(server.port) as sender:
        with pytest.raises(TemporaryError):
            await sender.send(FROM, TO, MAIL, before_data)
        await server.all_gone()
        assert server.mails == []


async def test_a_connection_lost_during_the_commit_is_certainly_unsent() -> None:
    """The server hangs up between its 354 and our first byte."""
    async with ScriptedSmtp({"DATA": Last(b"354 go ahead\r\n")}) as server, sender_to(server.port) as sender:

        async def before_data() -> bool:
            await server.all_gone()
            await _disconnected(sender)
            return True

        outcome = await sender.send(FROM, TO, MAIL, before_data)
        assert outcome == Deferred("connection lost before the first byte of the mail", Stage.DATA)


async def _disconnected(sender: Sender) -> None:
    """Return when our side has noticed the loss too; fails after five seconds."""
    for _ in range(5000):
        if sender._smtp is None or not sender._smtp.is_connected:
            return
        await asyncio.sleep(0.001)
    pytest.fail("still connected")


@pytest.mark.parametrize("step", ["GREETING", "MAIL", "RCPT", "BODY"])
async def test_a_cancelled_mail_leaves_no_connection_behind(step: str) -> None:
    """The reply nobody waited for is never taken for the reply to the next mail."""
    held = Wait()
    async with ScriptedSmtp({step: held}) as server, sender_to(server.port) as sender:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(sender.send(FROM, TO, MAIL, go))
            await held.reached.wait()
            sending.cancel()
        held.go.set()
        await server.all_gone()
        assert await sender.send(FROM, TO, MAIL, go) == Delivered("250 2.0.0 queued")
        assert server.connections == 2


async def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    """A stripped STARTTLS ends the attempt: encryption is never downgraded."""
    async with ScriptedSmtp() as server:
        outcome, marks = await send_once(server, security="starttls", **login())
        assert outcome == Deferred("SMTP STARTTLS extension not supported by server. (at tls)", Stage.TLS)
        await server.all_gone()
        assert (server.said("AUTH"), server.said("MAIL"), marks) == ([], [], [])


async def test_tls_on_a_port_without_tls_is_said_in_words() -> None:
    """The usual mistake, port 587 with security: tls, names its way out."""
    async with ScriptedSmtp() as server:
        outcome, _ = await send_once(server, security="tls")
        assert isinstance(outcome, Deferred)
        assert outcome.reason.startswith("no TLS on this port (security: tls belongs to port 465")


async def test_nobody_listening_is_a_deferral() -> None:
    """A mail host that is down for maintenance costs no mail."""
    async with ScriptedSmtp() as server:
        port = server.port
    async with sender_to(port) as sender:
        outcome = await sender.send(FROM, TO, MAIL, go)
    assert isinstance(outcome, Deferred)
    assert outcome.stage is Stage.CONNECT


@pytest.mark.parametrize("code", [530, 534, 535, 538])
@pytest.mark.parametrize("step", ["AUTH", "MAIL"])
async def test_a_server_that_wants_a_login_refuses_the_login_not_the_mail(step: str, code: int) -> None:
    """RFC 4954: these codes are about the session; the mail is not lost for them."""
    async with ScriptedSmtp({step: b"%d 5.7.0 log in first\r\n" % code}) as server:
        with pytest.raises(LoginRefused, match=f"{code} 5.7.0 log in first"):
            await send_once(server, **login())
        assert len(server.said("AUTH")) == 1


async def test_a_server_with_login_only_is_logged_in_to() -> None:
    """AUTH LOGIN serves where PLAIN is not offered; still one attempt."""
    word = base64.b64encode(USERS[FROM].encode()).decode().upper()
    script = {"AUTH": b"334 UGFzc3dvcmQ6\r\n", word: b"235 2.7.0 welcome\r\n"}
    async with ScriptedSmtp(script, extensions=("AUTH LOGIN XOAUTH2",)) as server:
        assert isinstance((await send_once(server, **login()))[0], Delivered)
        assert [line.split()[:2] for line in server.said("AUTH")] == [[b"AUTH", b"LOGIN"]]


@pytest.mark.parametrize("extensions", [("SIZE 1000",), ("AUTH XOAUTH2 CRAM-MD5",)])
async def test_no_login_on_offer_is_a_refused_login(extensions: tuple[str, ...]) -> None:
    """Without a mechanism for passwords nothing is sent, and the reason names what there is."""
    async with ScriptedSmtp(extensions=extensions) as server:
        with pytest.raises(LoginRefused, match="offers no login with a password"):
            await send_once(server, **login())


@pytest.mark.parametrize(
    ("limit", "kind"), [("SIZE 50", Refused), ("SIZE 100000", Delivered), ("SIZE", Delivered), ("SIZE 0", Delivered)]
)
async def test_the_size_is_compared_before_anything_is_sent(limit: str, kind: type[Outcome]) -> None:
    """A mail above the server's limit is refused here; SIZE without a number sets no limit (RFC 1870)."""
    async with ScriptedSmtp(extensions=(limit,)) as server:
        outcome, _ = await send_once(server)
        assert isinstance(outcome, kind)
        expected = [] if kind is Refused else [b"MAIL FROM:<%s> SIZE=%d" % (FROM.encode(), len(MAIL))]
        assert server.said("MAIL") == expected


@pytest.mark.parametrize(
    ("sender", "recipient", "message", "stage"),
    [
        (FROM, "a@b.example> SIZE=1\r\nRCPT TO:<evil@example.org", MAIL, Stage.RCPT),
        (FROM, "Name <a@example.org>", MAIL, Stage.RCPT),
        (FROM, "jörg@example.org", MAIL, Stage.RCPT),
        (FROM, "a@example.org,b@example.org", MAIL, Stage.RCPT),
        (FROM, "", MAIL, Stage.RCPT),
        ("no address", TO, MAIL, Stage.MAIL),
        (FROM, TO, "Subject: grün\r\n\r\n".encode(), Stage.DATA),
    ],
)
async def test_what_no_server_could_take_is_refused_before_one_is_asked(
    sender: str, recipient: str, message: bytes, stage: Stage
) -> None:
    """Exactly one address and 7-bit text; nothing in them becomes a command."""
    async with ScriptedSmtp() as server, sender_to(server.port) as outgoing:
        outcome = await outgoing.send(sender, recipient, message, go)
        assert isinstance(outcome, Refused)
        assert (outcome.stage, outcome.code, server.connections) == (stage, None, 0)


async def test_an_empty_sender_is_an_envelope_sender() -> None:
    """RFC 3834 section 3.3 suggests <> for automatic replies: it can be sent."""
    async with ScriptedSmtp(extensions=("8BITMIME",)) as server, sender_to(server.port) as sender:
        assert isinstance(await sender.send("", TO, MAIL, go), Delivered)
        assert server.said("MAIL") == [b"MAIL FROM:<>"]


async def test_a_connection_the_server_closed_is_replaced_unseen() -> None:
    """An idle 421 and a hang-up cost the next mail nothing."""
    async with (
        ScriptedSmtp({"BODY": Last(b"250 2.0.0 queued, and goodbye\r\n")}) as server,
        sender_to(server.port) as sender,
    ):
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        await server.all_gone()
        await _disconnected(sender)
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        assert server.connections == 2


@pytest.mark.parametrize(("answer", "connections"), [(b"250 ok\r\n", 1), (b"421 idle\r\n", 2), (Drop(), 2)])
async def test_an_idle_connection_is_checked_before_it_is_used(answer: Action, connections: int) -> None:
    """After half a minute without use RSET shows whether it lives; a dead one is replaced, not tried on a mail."""
    async with ScriptedSmtp({"RSET": answer}) as server, sender_to(server.port, idle=timedelta(0)) as sender:
        for _ in range(2):
            assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        assert (len(server.said("RSET")), server.connections) == (1, connections)


async def test_after_a_421_the_connection_is_checked() -> None:
    """RFC 5321 section 3.8: a server that says 421 is about to hang up; the next mail is not tried on it blindly."""
    script = {"BODY": b"421 4.3.2 going down\r\n", "RSET": Drop()}
    async with ScriptedSmtp(script) as server, sender_to(server.port) as sender:
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Deferred)
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        assert (len(server.said("RSET")), server.connections) == (1, 2)


async def test_a_refused_mail_leaves_no_open_transaction() -> None:
    """The next mail begins after RSET, not inside the envelope of the refused one."""
    async with ScriptedSmtp({"RCPT": b"550 5.1.1 no such user\r\n"}) as server, sender_to(server.port) as sender:
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Refused)
        assert isinstance(await sender.send(FROM, TO, MAIL, go), Delivered)
        verbs = [line.split(b" ")[0] for line in server.lines]
        assert verbs == [b"EHLO", b"MAIL", b"RCPT", b"RSET", b"MAIL", b"RCPT", b"DATA"]


async def test_what_a_server_says_becomes_one_clean_line() -> None:
    """Control characters, colours and endless words do not reach the log, the digest or the store."""
    reply = b"550-5.7.1 \x1b[31mred\r\n550-" + b"\xff\x00" * 20 + b"\r\n550 " + b"x" * 2000 + b"\r\n"
    async with ScriptedSmtp({"RCPT": reply}) as server:
        outcome, _ = await send_once(server)
        assert isinstance(outcome, Refused)
        assert outcome.reason.startswith("550 5.7.1 [31mred")
        assert outcome.reason.isprintable()
        assert len(outcome.reason) == 300


async def test_two_mails_at_once_take_turns() -> None:
    """A digest and an acknowledgement share the connection without mixing their replies."""
    async with ScriptedSmtp() as server, sender_to(server.port) as sender, asyncio.TaskGroup() as group:
        tasks = [group.create_task(sender.send(FROM, TO, MAIL, go)) for _ in range(4)]
        assert [await task for task in tasks] == [Delivered("250 2.0.0 queued")] * 4
        assert (server.connections, len(server.mails)) == (1, 4)


async def test_closing_says_goodbye() -> None:
    """QUIT, once, and only when connected."""
    async with ScriptedSmtp() as server:
        await send_once(server)
        await server.all_gone()
        assert server.said("QUIT") == [b"QUIT"]


@pytest.mark.parametrize("host", ["smtp.example.com", "192.0.2.1", "localhost.example.com", ""])
def test_no_encryption_is_for_this_machine_only(host: str) -> None:
    """`security: none` to any other host is refused, whatever the configuration let through."""
    with pytest.raises(ValueError, match="only for this machine"):
        SmtpSettings(host, 25, "none", None, None, "client.example.com")
    assert [SmtpSettings(h, 25, "none", None, None, "c").host for h in ("localhost", "127.0.0.2", "::1")]


# Why aiosmtplib is wrapped: what it does when used as its manual says


async def test_aiosmtplib_by_default_logs_in_unencrypted() -> None:
    """Opportunistic STARTTLS: a server, or a man in the middle, that hides STARTTLS gets the password in clear."""
    async with ScriptedSmtp() as server:
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=server.port, username=FROM, password="secret", local_hostname="c"
        )
        await client.connect()
        client.close()
        assert base64.b64decode(server.said("AUTH")[0].split()[-1]) == b"\0service@example.com\0secret"


async def test_aiosmtplib_tries_a_wrong_password_with_every_mechanism() -> None:
    """Each wrong password counts twice towards the lock on the account."""
    async with ScriptedSmtp({"AUTH": [b"535 5.7.8 no\r\n"] * 2}) as server:
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=server.port, username=FROM, password="wrong", local_hostname="c", start_tls=False
        )
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await client.connect()
        assert [line.split()[1] for line in server.said("AUTH")] == [b"PLAIN", b"LOGIN"]


async def test_aiosmtplib_calls_a_loss_after_the_dot_what_it_calls_a_loss_at_rcpt() -> None:
    """The same exception with the same words, although the server has the first mail and not the second."""
    found = []
    for step in ("BODY", "RCPT"):
        async with ScriptedSmtp({step: Drop()}) as server:
            client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, local_hostname="c", start_tls=False)
            await client.connect()
            with pytest.raises(aiosmtplib.SMTPServerDisconnected) as lost:
                await client.sendmail(FROM, [TO], MAIL)
            found.append((type(lost.value), lost.value.args, len(server.mails)))
    assert found == [
        (aiosmtplib.SMTPServerDisconnected, ("Unexpected EOF received",), 1),
        (aiosmtplib.SMTPServerDisconnected, ("Unexpected EOF received",), 0),
    ]


async def test_aiosmtplib_does_not_raise_when_some_recipients_are_refused() -> None:
    """A partial refusal is a value that is easily overlooked; one recipient for each mail leaves no part."""
    async with ScriptedSmtp({"RCPT": [b"550 5.1.1 no\r\n", b"250 ok\r\n"]}) as server:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, local_hostname="c", start_tls=False)
        await client.connect()
        errors, _ = await client.sendmail(FROM, ["bad@example.org", "good@example.org"], MAIL)
        await client.quit()
        assert list(errors) == ["bad@example.org"]
