"""
Why this program has an IMAP client of its own: what aioimaplib 2.0.3 does on a bad day.

Each test shows a defect that a wrapper cannot mend. When one fails, upstream has mended it: think again
(docs/architecture.md).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import aioimaplib
import pytest
from neighbours.scripted_imap import Peer, ScriptedImap


@pytest.fixture(autouse=True)
async def _contained() -> AsyncIterator[None]:
    """Keep its errors in callbacks and its tasks left behind out of the other tests."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    logging.disable(logging.CRITICAL)
    yield
    left = [task for task in asyncio.all_tasks() if "aioimaplib" in repr(task.get_coro())]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=1)
    logging.disable(logging.NOTSET)


async def peer_client(server: ScriptedImap, limit: float = 0.3) -> Any:
    """Return aioimaplib's client, logged in, with INBOX selected."""
    client = aioimaplib.IMAP4("127.0.0.1", server.port, timeout=limit)
    await client.wait_hello_from_server()
    await client.login("seller", "secret")
    await client.select("INBOX")
    return client


async def test_the_body_of_one_mail_is_returned_for_another() -> None:
    """Wrong data: what comes late for UID 1 is handed out as UID 2."""
    asked = 0

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        nonlocal asked
        if verb != b"UID":
            return False
        asked += 1
        if asked == 2:
            await peer.send(b"* 1 FETCH (UID 1 BODY[] {11}\r\nMESSAGE-ONE)\r\n")
            await peer.send(b"* 2 FETCH (UID 2 BODY[] {11}\r\nMESSAGE-TWO)\r\n" + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        client = await peer_client(server)
        with contextlib.suppress(aioimaplib.CommandTimeout, TimeoutError):
            await client.uid("FETCH", "1", "(BODY[])")
        answer = await client.uid("FETCH", "2", "(BODY[])")
        assert bytes(answer.lines[1]) == b"MESSAGE-ONE"


async def test_a_drop_in_idle_is_not_told() -> None:
    """Hang: the server says BYE and closes; the client goes on waiting for a push."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"IDLE":
            return False
        await peer.send(b"+ idling\r\n")
        await asyncio.sleep(0.05)
        await peer.send(b"* BYE autologout\r\n")
        peer.hang_up()
        return True

    async with ScriptedImap(handler) as server:
        client = await peer_client(server)
        idle = await client.idle_start(timeout=60)
        await asyncio.wait_for(server.ended.wait(), 2)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client.wait_server_push(), 0.2)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.wait_server_push(), 0.2)
        assert not idle.done()


async def test_a_push_beside_the_answer_to_done_is_lost() -> None:
    """Silent loss: the mail that arrives while IDLE ends is announced to nobody."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"IDLE":
            return False
        await peer.send(b"+ idling\r\n")
        await peer.line()
        await peer.send(b"* 5 EXISTS\r\n" + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        client = await peer_client(server)
        idle = await client.idle_start()
        client.idle_done()
        await idle
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.wait_server_push(), 0.1)


async def test_news_during_a_fetch_are_dropped() -> None:
    """Silent loss: EXISTS, EXPUNGE and VANISHED during a FETCH reach nobody."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"UID":
            return False
        await peer.send(b"* 5 EXISTS\r\n* VANISHED 2:3\r\n* 1 FETCH (UID 1 FLAGS ())\r\n" + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        client = await peer_client(server)
        answer = await client.uid("FETCH", "1", "(FLAGS)")
        assert b"EXISTS" not in b"".join(answer.lines)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.wait_server_push(), 0.1)


async def test_a_long_answer_takes_the_timeout_with_it() -> None:
    """Hang: a RecursionError on 3,000 lines ends the connection and the command's own timer."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"UID":
            return False
        lines = b"".join(b"* %d FETCH (UID %d FLAGS ())\r\n" % (i, i) for i in range(1, 3001))
        with contextlib.suppress(ConnectionError):
            await peer.send(lines + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        client = await peer_client(server)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.uid("FETCH", "1:*", "(FLAGS)"), 1.5)


async def test_a_star_in_a_subject_is_deleted() -> None:
    """Wrong data: `* ` is taken out of every line, wherever it stands."""

    async def handler(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb != b"LIST":
            return False
        await peer.send(b'* LIST () "/" "Project * 2025"\r\n' + tag + b" OK done\r\n")
        return True

    async with ScriptedImap(handler) as server:
        client = await peer_client(server)
        answer = await client.list('""', "*")
        assert b"Project 2025" in answer.lines[0]
