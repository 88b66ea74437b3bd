"""
The verbs of an IMAP client on one connection (RFC 9051, RFC 3501 and the extensions named beside them).

A call returns what it promises or raises an `ImapError`; whatever the server says by itself reaches `on_event`.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from responder.imap import values
from responder.imap.commands import (
    Argument,
    append_date,
    astring,
    flag_list,
    mailbox,
    message,
    quoted_list,
    uid_sets,
)
from responder.imap.connection import Command, Connection, Wants, is_busy
from responder.imap.errors import (
    CommandRefused,
    ImapError,
    NotOffered,
    ProtocolError,
    ServerBusy,
)
from responder.imap.values import Changed, Event, Exists, Expunged, Fetched, Folder, Selected, Vanished
from responder.imap.wire import LITERAL_CAP, Data, Fetch, Response, Status, Value

LOGOUT_LIMIT = timedelta(seconds=3)


class Client:
    """One connection to one server. `connect.connect` makes it; after any error but a refusal it is dead."""

    def __init__(
        self, *, silence: timedelta, on_event: Callable[[Event], None] | None = None, literal_cap: int = LITERAL_CAP
    ) -> None:
        self._silence = silence
        self._hook = on_event
        self._exists: int | None = None
        self._idle_events: list[Event] | None = None
        self.connection = Connection(silence=silence, on_response=self._told, literal_cap=literal_cap)
        self.selected: Selected | None = None

    # -- connection

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers now, in upper case."""
        return self.connection.capabilities

    @property
    def lost(self) -> ImapError | None:
        """Why this client is dead, or None."""
        return self.connection.lost

    async def aclose(self) -> None:
        """End the connection at once, without LOGOUT."""
        await self.connection.aclose()

    async def logout(self) -> None:
        """Take leave (RFC 9051 section 6.1.3) and end the connection; never raises an `ImapError`."""
        with contextlib.suppress(ImapError, TimeoutError):
            async with asyncio.timeout(min(LOGOUT_LIMIT, self._silence).total_seconds()):
                await self.connection.run(Command("LOGOUT", ends=True))
        await self.aclose()

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Encrypt the connection, or refuse to go on: there is no way back to plain text."""
        if "STARTTLS" not in self.capabilities:
            raise NotOffered(f"{host} does not offer STARTTLS, and nothing is sent unencrypted")
        await self._ok("STARTTLS", last=True)
        await self.connection.start_tls(context, host)
        await self.capability()

    async def capability(self) -> frozenset[str]:
        """Ask what the server offers."""
        _, responses = await self._ok("CAPABILITY", wants=_named("CAPABILITY"))
        self.connection.capabilities = frozenset(
            _text(atom).upper() for data in responses if isinstance(data, Data) for atom in data.values
        )
        return self.capabilities

    async def id(self, fields: Mapping[str, str]) -> Mapping[str, str]:
        """Say who we are and return who the server is (RFC 2971); some servers ask for it before SELECT."""
        arguments = quoted_list(text for pair in fields.items() for text in pair) if fields else "NIL"
        _, responses = await self._ok("ID", arguments, wants=_named("ID"))
        flat = next((d.values[0] for d in responses if isinstance(d, Data) and d.values), None)
        if not isinstance(flat, tuple):
            return {}
        return {_text(name).lower(): _text(value) for name, value in zip(flat[::2], flat[1::2], strict=False)}

    async def enable(self, *names: str) -> frozenset[str]:
        """Switch extensions on (RFC 5161) and return those the server switched on."""
        _, responses = await self._ok("ENABLE", *names, wants=_named("ENABLED"))
        return frozenset(_text(atom).upper() for data in responses if isinstance(data, Data) for atom in data.values)

    async def noop(self) -> None:
        """Give the server a chance to tell its news."""
        await self._ok("NOOP")

    # -- folders

    async def folders(self) -> tuple[Folder, ...]:
        """Return all folders with their special uses (RFC 6154), as far as the server knows them."""
        if {"SPECIAL-USE", "LIST-EXTENDED"} <= self.capabilities:
            arguments: tuple[Argument, ...] = (astring(""), astring("*"), "RETURN (SPECIAL-USE)")
            name = "LIST"
        else:  # XLIST is what Gmail offered before RFC 6154
            arguments = (astring(""), astring("*"))
            name = "XLIST" if "XLIST" in self.capabilities and "SPECIAL-USE" not in self.capabilities else "LIST"
        _, responses = await self._ok(name, *arguments, wants=_named("LIST", "XLIST"))
        with self._reading():
            return tuple(values.folder(data) for data in responses if isinstance(data, Data))

    async def select(self, name: str, *, read_only: bool = False) -> Selected:
        """Open a folder with SELECT, or with EXAMINE when only to be read; without UIDVALIDITY it is refused."""
        arguments: tuple[Argument, ...] = (mailbox(name),)
        if "CONDSTORE" in self.capabilities:
            arguments = (*arguments, "(CONDSTORE)")
        self.selected, self._exists = None, None
        status, responses = await self._ok("EXAMINE" if read_only else "SELECT", *arguments, wants=_describes_folder)
        with self._reading():
            self.selected = _selected(name, [*responses, status], read_only=read_only)
        self._exists = self.selected.exists
        return self.selected

    async def unselect(self) -> None:
        """Leave the folder without expunging anything (RFC 3691)."""
        if self.selected is None:
            return
        if "UNSELECT" not in self.capabilities and not self.selected.read_only:
            await self.select(self.selected.name, read_only=True)  # CLOSE expunges what was selected for writing
        await self._ok("UNSELECT" if "UNSELECT" in self.capabilities else "CLOSE")
        self.selected, self._exists = None, None

    async def append(
        self, folder: str, content: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> tuple[int, int] | None:
        """Put a mail into a folder; return its (UIDVALIDITY, UID) where the server tells them (RFC 4315)."""
        arguments: list[Argument] = [mailbox(folder), flag_list(flags)]
        if at is not None:
            arguments.append(append_date(at))
        status, _ = await self._ok("APPEND", *arguments, message(content))
        numbers = status.arguments.split() if status.code == "APPENDUID" else []
        return (int(numbers[0]), int(numbers[1])) if len(numbers) == 2 and all(map(_is_number, numbers)) else None

    # -- mails

    async def uid_search(self, *criteria: Argument) -> tuple[int, ...]:
        """Return the UIDs of the mails that match, ascending."""
        charset = () if all(isinstance(c, str) or c.content.isascii() for c in criteria) else ("CHARSET UTF-8",)
        _, responses = await self._ok("UID SEARCH", *charset, *criteria, wants=_named("SEARCH", "ESEARCH"))
        with self._reading():
            return values.uids(responses)

    async def uid_fetch(
        self, uids: Iterable[int], items: Sequence[str], *, changed_since: int | None = None
    ) -> tuple[Fetched, ...]:
        """
        Return what the server answered about these mails, ascending by UID.

        A UID that is missing from the answer is unknown, not gone. `changed_since` (RFC 7162) leaves out the unchanged.
        """
        found: dict[int, dict[str, Value]] = {}
        modifier = () if changed_since is None else (f"(CHANGEDSINCE {changed_since:d})",)
        for members, text in uid_sets(uids):
            arguments = (text, "(" + " ".join(items) + ")", *modifier)
            _, responses = await self._ok("UID FETCH", *arguments, wants=self._about(members, items))
            for response in responses:
                if isinstance(response, Fetch):
                    found.setdefault(values.number(response.items["UID"]), {}).update(response.items)
        with self._reading():
            mails = (values.fetched(found[uid]) for uid in sorted(found))
            return tuple(mail for mail in mails if mail is not None)

    async def uid_store(self, uids: Iterable[int], flags: Iterable[str], *, add: bool = True) -> None:
        """Add flags to mails, or take them away; nothing else about them changes."""
        names = flag_list(flags)
        for members, text in uid_sets(uids):
            action = "+FLAGS.SILENT" if add else "-FLAGS.SILENT"
            await self._ok("UID STORE", text, action, names, wants=self._about(members, ()))

    async def idle(self, limit: timedelta, wake: asyncio.Event | None = None) -> tuple[Event, ...]:
        """Wait for news (RFC 2177): return at the first, when `wake` is set, or after `limit`, with all that came."""
        events: list[Event] = []
        self._idle_events = events
        try:
            status = await self.connection.idle(limit, wake)
        finally:
            self._idle_events = None
        if status is not None:
            _check("IDLE", status)
        return tuple(events)

    # -- inside

    async def run(self, command: Command) -> tuple[Status, list[Response]]:
        """Run any command and return its tagged answer, whatever it is."""
        return await self.connection.run(command)

    async def _ok(
        self, name: str, *arguments: Argument, wants: Wants = lambda _: False, last: bool = False
    ) -> tuple[Status, list[Response]]:
        status, responses = await self.run(Command(name, arguments, wants, last=last))
        _check(name, status)
        return status, responses

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """End the connection when an answer, well-formed as it is, means nothing."""
        try:
            yield
        except ProtocolError as error:
            self.connection.abort(error)
            raise

    def _about(self, uids: Iterable[int], items: Sequence[str]) -> Wants:
        asked = {b"%d" % uid for uid in uids}
        names = [_answer_name(item) for item in items]

        def wants(response: Response) -> bool:
            if not isinstance(response, Fetch) or response.items.get("UID") not in asked:
                return False
            if not all(any(key.startswith(name) for key in response.items) for name in names):
                self._told(response)  # somebody changed flags meanwhile; it is part of the answer, and news
            return True

        return wants

    def _told(self, response: Response) -> bool:
        """Pass on what the server said by itself; return whether it is news about the folder."""
        event = values.event(response)
        news = isinstance(event, Expunged | Vanished | Changed)
        if isinstance(event, Exists):
            news = event.count != self._exists
            event, self._exists = Exists(event.count, news), event.count
        elif isinstance(event, Expunged) and self._exists is not None:
            self._exists -= 1
        elif isinstance(event, Vanished) and not event.earlier:
            self._exists = None
        if self._idle_events is not None:
            self._idle_events.append(event)
        if self._hook is not None:
            self._hook(event)
        return news


def _check(name: str, status: Status) -> None:
    if status.condition == "OK":
        return
    if is_busy(status):
        text = "" if name.upper().startswith("UID") else f": {status.text}"
        raise ServerBusy(f"{name}: the server is busy{text}")
    raise CommandRefused(name, status.condition, status.text, status.code)


def _named(*names: str) -> Wants:
    return lambda response: isinstance(response, Data) and response.name in names


def _describes_folder(response: Response) -> bool:
    if isinstance(response, Status):
        return response.code in {
            "UIDVALIDITY",
            "UIDNEXT",
            "HIGHESTMODSEQ",
            "NOMODSEQ",
            "PERMANENTFLAGS",
            "UIDNOTSTICKY",
        }
    return isinstance(response, Data) and response.name in {"FLAGS", "EXISTS", "RECENT"}


def _selected(name: str, responses: Iterable[Response], *, read_only: bool) -> Selected:
    exists, codes = 0, dict[str, str]()
    for response in responses:
        if isinstance(response, Data) and response.name == "EXISTS":
            exists = response.number or 0
        elif isinstance(response, Status) and response.code:
            codes[response.code] = response.arguments
    uidvalidity = _code_number(codes, "UIDVALIDITY")
    if uidvalidity is None or "UIDNOTSTICKY" in codes:
        raise ProtocolError(f"the server does not keep the UIDs of {name} (no UIDVALIDITY)")
    return Selected(
        name=name,
        uidvalidity=uidvalidity,
        uidnext=_code_number(codes, "UIDNEXT"),
        highestmodseq=_code_number(codes, "HIGHESTMODSEQ"),
        exists=exists,
        permanent_flags=frozenset(codes.get("PERMANENTFLAGS", "").strip("()").split()),
        read_only=read_only or "READ-ONLY" in codes,
    )


def _code_number(codes: Mapping[str, str], name: str) -> int | None:
    text = codes.get(name, "")
    return int(text) if _is_number(text) and int(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _answer_name(item: str) -> str:
    """Return how an answer names an item we ask for: without PEEK, without the range."""
    return item.replace(".PEEK", "").split("<")[0].split(" ")[0].upper()
