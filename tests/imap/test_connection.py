"""One connection under bad servers: told at once, never reused, nothing dropped."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from neighbours.scripted_imap import Handler, Peer, ScriptedImap

from responder.imap import connection
from responder.imap.client import Client
from responder.imap.connect import Server, connect
from responder.imap.errors import CommandRefused, ConnectionLost, ImapError, ProtocolError, ServerBusy, Silence
from responder.imap.values import Changed, Exists, Expunged, Vanished

Join = Callable[..., Awaitable[Any]]
SOON = 5.0
FLAGS = ("UID", "FLAGS")


def on(verb: bytes, act: Callable[[Peer, bytes], Awaitable[object]]) -> Handler:
    """Return a handler that acts on one verb and answers all others as usual."""

    async def handler(peer: Peer, tag: bytes, seen: bytes, rest: bytes) -> object:
        if seen != verb:
            return False
        result = await act(peer, tag)
        return True if result is None else result

    return handler


async def never(peer: Peer, tag: bytes) -> None:
    """Take the command and say nothing."""


async def drop(peer: Peer, tag: bytes) -> None:
    """Drop the connection instead of answering."""
    peer.hang_up()


def say(text: bytes) -> Callable[[Peer, bytes], Awaitable[None]]:
    """Answer with this text, `%t` being the tag."""

    async def act(peer: Peer, tag: bytes) -> None:
        await peer.send(text.replace(b"%t", tag))

    return act


VERBS: dict[bytes, Callable[[Client], Awaitable[object]]] = {
    b"NOOP": lambda c: c.noop(),
    b"CAPABILITY": lambda c: c.capability(),
    b"SELECT": lambda c: c.select("INBOX"),
    b"EXAMINE": lambda c: c.select("INBOX", read_only=True),
    b"LIST": lambda c: c.folders(),
    b"UID": lambda c: c.uid_fetch([1], FLAGS),
    b"APPEND": lambda c: c.append("Sent", b"x"),
    b"IDLE": lambda c: c.idle(timedelta(seconds=30)),
    b"UNSELECT": lambda c: c.unselect(),
    b"ENABLE": lambda c: c.enable("CONDSTORE"),
    b"ID": lambda c: c.id({"name": "x"}),
}


@pytest.mark.parametrize("verb", list(VERBS))
async def test_a_drop_during_a_command_fails_it_at_once(verb: bytes, join: Join) -> None:
    """Nobody waits for a timeout on a connection that is gone."""
    async with ScriptedImap() as server:
        client = await join(server, silence=60)
        server.handler = on(verb, drop)
        async with asyncio.timeout(SOON):
            with pytest.raises(ConnectionLost):
                await VERBS[verb](client)
            with pytest.raises(ConnectionLost):
                await client.noop()


@pytest.mark.parametrize("verb", list(VERBS))
async def test_a_refusal_leaves_the_connection_usable(verb: bytes, join: Join) -> None:
    """NO is an answer: the server's words and code are kept, and the next command works."""
    async with ScriptedImap() as server:
        client = await join(server)
        server.handler = on(verb, say(b"%t NO [NOPERM] not \x1byours\r\n"))
        with pytest.raises(CommandRefused, match=r"NO \[NOPERM\]") as refused:
            await VERBS[verb](client)
        assert (refused.value.condition, refused.value.code) == ("NO", "NOPERM")
        # Of a command about mails the server's words may be a mail's: they are kept, and told to nobody.
        assert "yours" in refused.value.text
        assert ("yours" in str(refused.value)) == (verb != b"UID")
        server.handler = None
        await client.noop()


@pytest.mark.parametrize("verb", list(VERBS))
async def test_goodbye_carries_the_servers_words(verb: bytes, join: Join) -> None:
    """BYE during a command or IDLE fails it with the reason, also when an OK follows."""
    async with ScriptedImap() as server:
        client = await join(server, silence=60)
        server.handler = on(verb, say(b"* BYE Session invalidated - AccessTokenExpired\r\n%t OK done\r\n"))
        async with asyncio.timeout(SOON):
            with pytest.raises(ConnectionLost, match="AccessTokenExpired"):
                await VERBS[verb](client)
            with pytest.raises(ConnectionLost, match="AccessTokenExpired"):
                await client.noop()


@pytest.mark.parametrize("words", [b"[UNAVAILABLE] x", b"Too many simultaneous connections", b"[LIMIT] Rate limit hit"])
async def test_a_busy_server_is_told_from_a_broken_one(words: bytes, join: Join) -> None:
    """[LIMIT], [UNAVAILABLE] and "Too many" ask for minutes, in a BYE and in a NO (RFC 5530)."""
    async with ScriptedImap() as server:
        client = await join(server)
        server.handler = on(b"NOOP", say(b"%t NO " + words + b"\r\n"))
        with pytest.raises(ServerBusy):
            await client.noop()
        server.handler = on(b"NOOP", say(b"* BYE " + words + b"\r\n"))
        with pytest.raises(ServerBusy):
            await client.noop()


async def test_all_who_wait_are_told_at_once(join: Join) -> None:
    """A drop fails the running command and everybody queued behind it."""
    async with ScriptedImap(on(b"UID", drop)) as server:
        client = await join(server, silence=60)
        async with asyncio.timeout(SOON):
            results = await asyncio.gather(*(client.uid_fetch([i], FLAGS) for i in range(1, 6)), return_exceptions=True)
        assert all(isinstance(result, ConnectionLost) for result in results)
        assert len(server.commands(b"UID")) == 1


async def test_silence_ends_the_connection(join: Join) -> None:
    """A command that is not answered aborts; the next one does not wait behind it, and nothing is sent any more."""
    async with ScriptedImap(on(b"UID", never)) as server:
        client = await join(server, silence=0.1)
        with pytest.raises(Silence, match="UID FETCH"):
            await client.uid_fetch([1], FLAGS)
        with pytest.raises(Silence):
            await client.uid_fetch([2], FLAGS)
        await asyncio.wait_for(server.ended.wait(), SOON)
        assert len(server.commands(b"UID")) == 1


async def test_a_slow_answer_is_no_silence(join: Join) -> None:
    """The timeout means silence, not total time: a large mail may take as long as it flows."""

    async def slowly(peer: Peer, tag: bytes) -> None:
        for byte in b"* 1 FETCH (UID 1 BODY[] {8}\r\n":
            await peer.send(bytes([byte]))
        for byte in b"abcdefgh":
            await asyncio.sleep(0.08)
            await peer.send(bytes([byte]))
        await peer.send(b")\r\n" + tag + b" OK done\r\n")

    async with ScriptedImap(on(b"UID", slowly)) as server:
        client = await join(server, silence=0.5)
        [mail] = await client.uid_fetch([1], ("BODY.PEEK[]",))
        assert mail.sections == {"BODY[]": b"abcdefgh"}


async def test_a_cancelled_command_ends_the_connection(join: Join) -> None:
    """Its answer could still come and would be taken for another's."""
    async with ScriptedImap(on(b"UID", never)) as server:
        client = await join(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.uid_fetch([1], FLAGS)
        with pytest.raises(ConnectionLost, match="given up"):
            await client.noop()
        await asyncio.wait_for(server.ended.wait(), SOON)


async def test_a_caller_cancelled_in_the_queue_harms_nobody(join: Join) -> None:
    """Only the command on the wire owns the connection."""
    release = asyncio.Event()

    async def later(peer: Peer, tag: bytes) -> None:
        await release.wait()
        await peer.send(tag + b" OK done\r\n")

    async with ScriptedImap(on(b"NOOP", later)) as server:
        client = await join(server)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(client.noop())
            await asyncio.sleep(0)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.uid_fetch([1], FLAGS)
            release.set()
            await first
        await client.uid_fetch([1], FLAGS)


async def test_waiting_in_the_queue_is_outside_of_the_timeout(join: Join) -> None:
    """A command's time starts when it is sent, not when it is asked for."""

    async def later(peer: Peer, tag: bytes) -> None:
        await asyncio.sleep(0.1)
        await peer.send(tag + b" OK done\r\n")

    async with ScriptedImap(on(b"NOOP", later)) as server:
        client = await join(server, silence=0.8)
        await asyncio.gather(*(client.noop() for _ in range(10)))


async def test_a_late_answer_is_never_anothers(join: Join) -> None:
    """The mail of a fetch that timed out cannot be returned for the next UID."""

    async def late(peer: Peer, tag: bytes) -> None:
        await asyncio.sleep(0.15)
        await peer.send(b"* 1 FETCH (UID 1 BODY[] {11}\r\nMESSAGE-ONE)\r\n" + tag + b" OK done\r\n")

    async with ScriptedImap(on(b"UID", late)) as server:
        client = await join(server, silence=0.05)
        with pytest.raises(Silence):
            await client.uid_fetch([1], ("BODY.PEEK[]",))
        with pytest.raises(ImapError):
            await client.uid_fetch([2], ("BODY.PEEK[]",))


@pytest.mark.parametrize(
    "answer",
    [
        b"R999 OK done\r\n",
        b"%t OK a\r\n%t OK b\r\n",
        b"+ go on\r\n",
        b"nonsense\r\n",
        b"* 1 FETCH (UID x)\r\n%t OK\r\n",
    ],
)
async def test_an_impossible_answer_ends_the_connection(answer: bytes, join: Join) -> None:
    """An unknown tag, a second answer, an unasked `+`, no IMAP: whose data would come next is anybody's guess."""
    async with ScriptedImap(on(b"NOOP", say(answer))) as server:
        client = await join(server, silence=60)
        async with asyncio.timeout(SOON):
            with contextlib.suppress(ProtocolError):  # the first NOOP may be answered before the nonsense is read
                await client.noop()
            await server.ended.wait()
            with pytest.raises(ProtocolError):
                await client.noop()


async def test_twenty_callers_get_their_own_answers(join: Join) -> None:
    """One command at a time: nobody gets another's data."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"UID":
            return False
        uid = rest.split()[1]
        await peer.send(b"* %s FETCH (UID %s FLAGS (u%s))\r\n%s OK done\r\n" % (uid, uid, uid, tag))
        return True

    async with ScriptedImap(handler) as server:
        client = await join(server)
        answers = await asyncio.gather(*(client.uid_fetch([uid], FLAGS) for uid in range(1, 21)))
        assert [[(m.uid, m.flags) for m in a] for a in answers] == [[(u, {f"u{u}"})] for u in range(1, 21)]


async def test_news_during_a_command_reach_the_hook(join: Join) -> None:
    """EXISTS, EXPUNGE, VANISHED and a foreign FETCH are neither dropped nor mixed into the answer."""
    noise = (
        b"* 5 EXISTS\r\n* VANISHED 2:3\r\n* 1 EXPUNGE\r\n* 4 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (UID 3 FLAGS (x))\r\n"
        b"* 1 FETCH (UID 1 FLAGS ())\r\n* 9 EXISTS\r\n%t OK done\r\n* 10 EXISTS\r\n"
    )
    async with ScriptedImap(on(b"UID", say(noise))) as server:
        client = await join(server)
        [mail] = await client.uid_fetch([1], FLAGS)
        assert mail.uid == 1
        kinds = [type(event) for event in client.news]
        assert kinds == [Exists, Vanished, Expunged, Changed, Changed, Exists, Exists]


async def test_flags_changed_by_others_do_not_hide_a_mail(join: Join) -> None:
    """A flag change of a mail we are fetching is merged into it, and is news too."""
    answer = (
        b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 FLAGS () BODY[] {1}\r\nx)\r\n"
        b"* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n%t OK done\r\n"
    )
    async with ScriptedImap(on(b"UID", say(answer))) as server:
        client = await join(server)
        first, second = await client.uid_fetch([1, 2, 3], ("UID", "FLAGS", "BODY.PEEK[]<0.100>"))
        assert (first.sections, second.sections) == ({"BODY[]": b"x"}, {})
        assert [event.fetched.uid for event in client.news] == [1, 2]


async def test_what_comes_behind_an_answer_is_news(join: Join) -> None:
    """A flag change in the segment of the tagged answer is not part of that answer."""
    behind = b"* 1 FETCH (UID 1 FLAGS ())\r\n%t OK done\r\n* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n"
    async with ScriptedImap(on(b"UID", say(behind))) as server:
        client = await join(server)
        [mail] = await client.uid_fetch([1], FLAGS)
        assert mail.flags == frozenset()
        assert [event.fetched.flags for event in client.news] == [{"\\Seen"}]


IDLE_OK = b"+ idling\r\n"


async def idle(client: Client, seconds: float = 30, wake: asyncio.Event | None = None) -> tuple[object, ...]:
    """Run an IDLE round that must not take longer than a moment more."""
    async with asyncio.timeout(SOON + seconds if seconds < 1 else SOON):
        return await client.idle(timedelta(seconds=seconds), wake)


def idling(with_plus: bytes = b"", later: bytes = b"", with_done: bytes = b"") -> Handler:
    """Return a server that pushes with `+`, a moment later, or with the answer to DONE."""

    async def act(peer: Peer, tag: bytes) -> None:
        await peer.send(IDLE_OK + with_plus)
        if later:
            await asyncio.sleep(0.02)
            await peer.send(later)
        assert await peer.line() == b"DONE"
        await peer.send(with_done + tag + b" OK done\r\n")

    return on(b"IDLE", act)


@pytest.mark.parametrize(
    "push", [b"* 5 EXISTS\r\n", b"* 1 EXPUNGE\r\n", b"* VANISHED 3\r\n", b"* 2 FETCH (FLAGS ())\r\n"]
)
async def test_a_push_ends_the_round(push: bytes, join: Join) -> None:
    """A push wakes us with `+`, split over segments, later, or with DONE: it is never lost."""
    head, tail = push[:5], push[5:]
    async with ScriptedImap() as server:
        client = await join(server)
        for handler in (idling(with_plus=push), idling(with_plus=head, later=tail), idling(later=push)):
            server.handler = handler
            assert len(await idle(client)) == 1
            client._exists = 3
        server.handler = idling(with_done=push)
        assert len(await idle(client, 0.02)) == 1
        assert len(client.news) == 4
        await client.noop()


async def test_small_talk_does_not_end_the_round(join: Join) -> None:
    """`* OK Still here`, RECENT and a repeated count are no news, but are told."""
    async with ScriptedImap(idling(with_plus=b"* OK Still here\r\n* 3 EXISTS\r\n* 0 RECENT\r\n")) as server:
        client = await join(server)
        assert len(await idle(client, 0.05)) == 3
        assert client.news[1] == Exists(3, news=False)


async def test_the_owner_can_end_a_round(join: Join) -> None:
    """`wake` ends IDLE with DONE, so that the connection stays usable; set before, no round begins."""
    async with ScriptedImap(idling()) as server:
        client, wake = await join(server), asyncio.Event()
        asyncio.get_running_loop().call_later(0.03, wake.set)
        assert await idle(client, wake=wake) == ()
        assert await idle(client, wake=wake) == ()
        assert len(server.commands(b"IDLE")) == 1
        await client.noop()


async def test_a_server_may_end_idle_by_itself(join: Join) -> None:
    """A tagged answer nobody asked for with DONE ends the round."""
    async with ScriptedImap(on(b"IDLE", say(IDLE_OK + b"%t OK timeout\r\n"))) as server:
        client = await join(server)
        assert await idle(client) == ()
        await client.noop()


async def test_a_drop_in_idle_is_noticed(join: Join) -> None:
    """A server that says BYE and closes in IDLE is told from one that has no news."""

    async def act(peer: Peer, tag: bytes) -> None:
        await peer.send(IDLE_OK)
        await asyncio.sleep(0.02)
        await peer.send(b"* BYE autologout\r\n")
        peer.hang_up()

    async with ScriptedImap(on(b"IDLE", act)) as server:
        client = await join(server)
        with pytest.raises(ConnectionLost, match="autologout"):
            await idle(client)


async def deaf(peer: Peer, tag: bytes) -> None:
    """Begin IDLE and do not hear DONE."""
    await peer.send(IDLE_OK)
    await peer.line()


@pytest.mark.parametrize("act", [never, deaf], ids=["no plus", "no answer to DONE"])
async def test_idle_without_an_answer_is_given_up(
    act: Callable[[Peer, bytes], Awaitable[object]], join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`+` and the answer to DONE have 20 s each; a half-open connection is found at the end of the round."""
    assert connection.IDLE_ANSWER.total_seconds() == 20
    monkeypatch.setattr(connection, "IDLE_ANSWER", timedelta(seconds=0.1))
    async with ScriptedImap(on(b"IDLE", act)) as server:
        client = await join(server)
        with pytest.raises(Silence, match=r"within 0\.1 s"):
            await idle(client, 0.05)
        with pytest.raises(Silence):
            await client.noop()


async def test_a_cancelled_idle_ends_the_connection(join: Join) -> None:
    """After a cancel nobody knows whether DONE went out."""
    async with ScriptedImap(idling()) as server:
        client = await join(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.idle(timedelta(seconds=30))
        with pytest.raises(ConnectionLost):
            await client.noop()


async def test_one_round_leaves_nothing_for_the_next(join: Join) -> None:
    """A push at the very end of a round does not end the next one at once."""
    async with ScriptedImap(idling(with_done=b"* 5 EXISTS\r\n")) as server:
        client = await join(server)
        assert len(await idle(client, 0.02)) == 1
        server.handler = idling()
        started = asyncio.get_running_loop().time()
        assert await idle(client, 0.1) == ()
        assert asyncio.get_running_loop().time() - started >= 0.09


async def test_a_flood_of_flags_is_one_answer(join: Join) -> None:
    """20,000 lines in one go are read without recursion and without losing the timer."""
    lines = b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (i, i) for i in range(1, 20_001))
    async with ScriptedImap(on(b"UID", say(lines + b"%t OK done\r\n"))) as server:
        client = await join(server)
        assert len(await client.uid_fetch(range(1, 20_001), FLAGS)) == 20_000


async def test_the_kernel_watches_the_line(join: Join) -> None:
    """Keepalive and TCP_USER_TIMEOUT notice a peer that vanished without a word."""
    async with ScriptedImap() as server:
        client = await join(server)
        sock = client.connection._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 120_000


async def test_a_literal_over_the_cap_is_refused() -> None:
    """A server cannot fill the memory with one mail."""
    async with ScriptedImap(on(b"UID", say(b"* 1 FETCH (UID 1 BODY[] {2000}\r\n"))) as server:
        client = await connect(Server("127.0.0.1", server.port, "none"), literal_cap=1000)
        try:
            with pytest.raises(ProtocolError, match="2000"):
                await client.uid_fetch([1], ("BODY.PEEK[]",))
        finally:
            await client.aclose()


async def test_logout_never_fails(join: Join) -> None:
    """Taking leave from a server that is gone, mute or rude is no error."""
    for act in (drop, never, say(b"%t NO\r\n"), say(b"* BYE bye\r\n%t OK bye\r\n")):
        async with ScriptedImap(on(b"LOGOUT", act)) as server:
            client = await join(server, silence=0.1)
            await client.logout()
            await client.logout()
            assert client.lost is not None


@pytest.mark.parametrize("item", [b"RFC822.SIZE x", b"FLAGS x", b"MODSEQ (x)"])
async def test_an_answer_that_means_nothing_ends_the_connection(item: bytes, join: Join) -> None:
    """Well-formed nonsense is a parse error too: the connection is not used again."""
    async with ScriptedImap(on(b"UID", say(b"* 1 FETCH (UID 1 " + item + b")\r\n%t OK done\r\n"))) as server:
        client = await join(server)
        with pytest.raises(ProtocolError):
            await client.uid_fetch([1], ("UID",))
        with pytest.raises(ProtocolError):
            await client.noop()


async def test_what_a_server_does_not_know_is_no_error(join: Join) -> None:
    """NIL instead of flags, size or body is an answer without them."""
    answer = b"* 1 FETCH (UID 1 FLAGS NIL RFC822.SIZE NIL MODSEQ NIL BODY[] NIL)\r\n%t OK done\r\n"
    async with ScriptedImap(on(b"UID", say(answer))) as server:
        [mail] = await (await join(server)).uid_fetch([1], ("UID",))
        assert (mail.flags, mail.size, mail.modseq, mail.sections) == (frozenset(), None, None, {"BODY[]": None})


async def test_a_large_mail_comes_through(join: Join) -> None:
    """30 MB in one literal, through a real socket."""
    body = b"x" * 30_000_000
    async with ScriptedImap(
        on(b"UID", say(b"* 1 FETCH (UID 1 BODY[] {30000000}\r\n" + body + b")\r\n%t OK done\r\n"))
    ) as server:
        [mail] = await (await join(server, silence=10)).uid_fetch([1], ("BODY.PEEK[]",))
        assert mail.sections["BODY[]"] == body


async def test_a_large_mail_goes_out(join: Join) -> None:
    """A slow reader of 8 MB is no silence as long as bytes leave us."""

    async def slow(peer: Peer, tag: bytes) -> None:
        await peer.send(b"+ go\r\n")
        for _ in range(8):
            await asyncio.sleep(0.1)
            await peer.reader.readexactly(1_000_000)
        await peer.line()
        await peer.send(tag + b" OK done\r\n")

    async with ScriptedImap(on(b"APPEND", slow)) as server:
        client = await join(server, silence=0.5)
        assert await client.append("Sent", b"x" * 8_000_000) is None
