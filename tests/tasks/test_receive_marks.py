"""A person's marks on a real server: a keyword and a folder; and flags are asked for of open threads only."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail import builders
from neighbours.dovecot import AVAILABLE, NEEDED, Dovecot
from neighbours.scripted_imap import Peer, ScriptedImap
from sqlalchemy import Connection, insert
from tasks.conftest import Office

from responder.adapters.clock import ManualClock
from responder.adapters.imap import FolderUnknown, ImapSettings, Role, folders
from responder.adapters.store import decisions, mails, schema, threads
from responder.core.threads import Thread, ThreadState
from responder.tasks.receive import Folder, FolderSettings

pytestmark = [pytest.mark.dovecot, pytest.mark.skipif(not AVAILABLE, reason=NEEDED)]

BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
OPEN, ANSWERED, NEEDLESS = ThreadState
EXTRA = "namespace inbox {\n  mailbox Done {\n    auto = create\n  }\n}\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a keyword and a folder of messages that need no answer."""
    more = "    answers: {no_response_keyword: NoAnswer, no_response_folder: Done}\n"
    made = Office(tmp_path, BASTILLE_DAY - timedelta(days=1), more)
    yield made
    made.store.close()


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[Dovecot]:
    """A private Dovecot whose user has the folder."""
    with Dovecot(tmp_path / "dovecot", users={"seller": "secret"}, extra=EXTRA) as server:
        yield server


def loop(office: Office, port: int, role: Role, *, no_response: str = "Done", later: float = 5) -> Folder:
    """The loop over one folder, some minutes after the mails arrived."""
    imap = ImapSettings("127.0.0.1", port, "none", "seller", lambda: "secret", no_response=no_response)

    def ignore(_: object) -> None:
        pass

    return Folder(
        office.store,
        office.judge,
        FolderSettings(imap=imap, role=role, history=timedelta(days=8)),
        ManualClock(BASTILLE_DAY + timedelta(minutes=later)),
        wake=asyncio.Event(),
        kept=ignore,
        ticked=lambda: None,
        report=ignore,
    )


async def looked(office: Office, dovecot: Dovecot, *roles: Role) -> None:
    """Let the loops look at their folders once."""
    for role in roles or (Role.INBOX, Role.NO_RESPONSE):
        await loop(office, dovecot.imap, role).once()


def at_work(dovecot: Dovecot, *commands: tuple[str, ...]) -> None:
    """An independent client opens the inbox and does this."""
    with dovecot.login("seller") as imap:
        imap.select("INBOX")
        for name, *arguments in commands:
            answer, text = imap.uid(name, *arguments)
            assert answer == "OK", text


def states(office: Office) -> list[ThreadState]:
    """The state of every thread, the oldest first."""
    return [thread.state for thread in sorted(office.threads(), key=lambda thread: thread.id)]


def message(letter: str) -> bytes:
    """A message of the buyer `letter`."""
    order = f"171-{ord(letter):07d}-1234567"
    return builders.buyer_message(alias=letter * 15, order_id=order, text=letter, message_id=f"<{letter}@example.net>")


async def test_a_keyword_set_by_a_mail_program_is_seen(office: Office, dovecot: Dovecot) -> None:
    """On the message of one buyer, in any case; the other's clock goes on."""
    for letter in "ab":
        dovecot.append("seller", "INBOX", message(letter), internaldate=BASTILLE_DAY)
    await looked(office, dovecot, Role.INBOX)
    assert states(office) == [OPEN, OPEN]
    at_work(dovecot, ("STORE", "2", "+FLAGS", "(NOANSWER)"), ("STORE", "1", "+FLAGS", "(Other)"))
    await looked(office, dovecot, Role.INBOX)
    assert states(office) == [OPEN, NEEDLESS]
    assert [row.state for row in office.outbox()] == ["queued", "cancelled"]
    await looked(office, dovecot, Role.INBOX)
    assert len(office.run(decisions.decisions, action="no_response")) == 1


@pytest.mark.parametrize("how", ["MOVE", "COPY"])
@pytest.mark.parametrize("seen_first", [True, False])
async def test_a_message_put_into_the_folder_is_seen(
    office: Office, dovecot: Dovecot, how: str, seen_first: bool
) -> None:
    """Moved or copied, before the inbox was read or after it: one thread, no answer needed, nothing to send."""
    dovecot.append("seller", "INBOX", message("a"), internaldate=BASTILLE_DAY)
    if seen_first:
        await looked(office, dovecot)
        assert states(office) == [OPEN]
    at_work(dovecot, (how, "1", "Done"))
    await looked(office, dovecot, Role.NO_RESPONSE, Role.INBOX)
    (thread,) = office.threads()
    assert (thread.state, thread.messages) == (NEEDLESS, 1)
    assert [row.state for row in office.outbox()] == (["cancelled"] if seen_first else [])


async def test_the_folder_is_matched_again_after_a_renumbering(office: Office, dovecot: Dovecot) -> None:
    """A message that was put there while the numbers changed is marked; what was marked stays as it is."""
    for letter in "ab":
        dovecot.append("seller", "INBOX", message(letter), internaldate=BASTILLE_DAY)
    await looked(office, dovecot)
    at_work(dovecot, ("MOVE", "1", "Done"))
    await looked(office, dovecot)
    assert states(office) == [NEEDLESS, OPEN]
    at_work(dovecot, ("MOVE", "2", "Done"))
    dovecot.change_uidvalidity("seller", "Done")
    await looked(office, dovecot)
    assert states(office) == [NEEDLESS, NEEDLESS]
    assert len(office.run(decisions.decisions, action="no_response")) == 2


async def test_a_folder_that_is_not_there_is_said_clearly(office: Office, dovecot: Dovecot) -> None:
    """The loop's trouble names the key and the folder; the inbox is read all the same."""
    dovecot.append("seller", "INBOX", message("a"), internaldate=BASTILLE_DAY)
    with pytest.raises(FolderUnknown, match=r"'Nowhere' \(answers.no_response_folder\) of seller cannot be opened"):
        await loop(office, dovecot.imap, Role.NO_RESPONSE, no_response="Nowhere").once()
    await looked(office, dovecot, Role.INBOX)
    assert states(office) == [OPEN]


async def test_the_check_sees_the_folder_and_the_keyword(dovecot: Dovecot) -> None:
    """What the server offers says whether the folder is there and whether the keyword can be kept."""
    offer = await folders(ImapSettings("127.0.0.1", dovecot.imap, "none", "seller", lambda: "secret"))
    assert (offer.has("Done"), offer.has("Nowhere"), offer.keeps("NoAnswer")) == (True, False, True)


@dataclass
class Plain:
    """A server without CONDSTORE whose inbox has no new mail; `asked` are the UIDs of each FETCH of flags."""

    flags: dict[int, bytes] = field(default_factory=dict)
    asked: list[list[int]] = field(default_factory=list)

    async def answer(self, peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        """Answer SELECT, SEARCH and FETCH."""
        told = b""
        if verb == b"SELECT":
            told = b"* 9000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [PERMANENTFLAGS (\\Answered \\*)] x\r\n"
        elif verb == b"UID" and rest.startswith(b"SEARCH"):
            told = b"* SEARCH\r\n"
        elif verb == b"UID" and rest.startswith(b"FETCH"):
            named = _uids(rest.split()[1].decode())
            self.asked.append(named)
            told = b"".join(b"* %d FETCH (UID %d FLAGS (%s))\r\n" % (u, u, self.flags.get(u, b"")) for u in named)
        else:
            return False
        await peer.send(told + tag + b" OK done\r\n")
        return True


def _uids(text: str) -> list[int]:
    parts = (part.partition(":") for part in text.split(","))
    return [uid for first, _, last in parts for uid in range(int(first), int(last or first) + 1)]


def open_thread(conn: Connection, number: int, uids: list[int]) -> None:
    """Keep an open thread whose messages lie at these UIDs."""
    alias = f"{number:015d}@marketplace.amazon.fr"
    made = threads.insert_thread(
        conn,
        Thread(
            id=0,
            account="main",
            marketplace="amazon.fr",
            order_id=None,
            case_id=None,
            buyer_alias=alias,
            buyer_name=None,
            subject="",
            language="fr",
            received_at=BASTILLE_DAY,
            due_at=BASTILLE_DAY + timedelta(days=1),
            last_message_at=BASTILLE_DAY,
            messages=len(uids),
        ),
    )
    new = mails.NewMail(
        account="main",
        folder="INBOX",
        role="inbox",
        uidvalidity=7,
        uid=0,
        dedup_key="",
        message_id=None,
        received_at=BASTILLE_DAY,
        size=1,
        kind="buyer_message",
        thread_id=made.id,
        buyer_alias=alias,
    )
    common = {key: value for key, value in asdict(new).items() if key != "references"}
    conn.execute(insert(schema.mail), [{**common, "uid": uid, "dedup_key": str(uid)} for uid in uids])


async def test_the_flags_of_thousands_of_open_messages_are_asked_for_in_pieces(office: Office) -> None:
    """Each open message once a turn and no other; no command is too long; a closed thread is not asked about."""
    marked = {2: rb"\Answered", 4_000: b"NoAnswer", 6_000: b"\\Answered NoAnswer"}
    everything = list(range(2, 6_001, 2))
    for number, uids in enumerate([[2], [uid for uid in everything if uid not in marked], [4_000], [6_000]], 1):
        office.run(open_thread, number, uids)
    inbox = Plain(flags=marked)
    async with ScriptedImap(inbox.answer, capabilities=b"IMAP4rev1 AUTH=PLAIN SASL-IR IDLE UIDPLUS") as server:
        await loop(office, server.port, Role.INBOX).once()
        assert [uid for asked in inbox.asked for uid in asked] == everything
        assert len(inbox.asked) > 3
        assert max(len(line) for line in server.received) < 8_192
        assert states(office) == [ANSWERED, OPEN, NEEDLESS, ANSWERED]
        inbox.asked.clear()
        await loop(office, server.port, Role.INBOX).once()
        assert [uid for asked in inbox.asked for uid in asked] == [uid for uid in everything if uid not in marked]
