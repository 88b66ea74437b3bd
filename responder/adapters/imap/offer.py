"""
What a server offers, for `check --connect`.

It looks and leaves: nothing on the server is changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from responder.adapters.imap.sent import FolderUnknown, SentFolder, find_sent
from responder.adapters.imap.settings import AUTO, ImapSettings, Role, log_in
from responder.imap.client import Client
from responder.imap.errors import CommandRefused
from responder.imap.values import Folder, Selected


@dataclass(frozen=True, slots=True)
class Offer:
    """A server seen from this account; `sent.name` is None where the seller must name the folder."""

    capabilities: frozenset[str]
    server: Mapping[str, str]
    folders: tuple[Folder, ...]
    inbox: Selected
    sent: SentFolder

    @property
    def permanent_flags(self) -> frozenset[str]:
        """The flags that can be set in the inbox for good."""
        return self.inbox.permanent_flags

    @property
    def can_keyword(self) -> bool:
        """Whether any keyword can be set in the inbox."""
        return "\\*" in self.inbox.permanent_flags

    def keeps(self, keyword: str) -> bool:
        """Whether this keyword can be set in the inbox."""
        return self.can_keyword or keyword.casefold() in {flag.casefold() for flag in self.permanent_flags}

    def has(self, folder: str) -> bool:
        """Whether there is a folder of this name that holds mail."""
        return any(
            each.name == folder for each in self.folders if not each.attributes & {"\\noselect", "\\nonexistent"}
        )

    @property
    def pushes(self) -> bool:
        """Whether news arrive by themselves (IDLE) instead of being asked for."""
        return "IDLE" in self.capabilities


async def folders(settings: ImapSettings) -> Offer:
    """Log in, look, log out, and return what the server offers."""
    client = await log_in(settings)
    try:
        server = await client.id({"name": "Buyer Responder"}) if "ID" in client.capabilities else {}
        listed = await client.folders()
        # SELECT, not EXAMINE: PERMANENTFLAGS is empty in a folder opened for reading only.
        inbox = await client.select(await folder_name(client, settings, Role.INBOX))
        return Offer(client.capabilities, server, listed, inbox, _sent(settings, listed))
    finally:
        await client.logout()


async def folder_name(client: Client, settings: ImapSettings, role: Role) -> str:
    """Return the folder to open; raise `FolderUnknown` where the seller must name it."""
    if role is Role.NO_RESPONSE:
        if settings.no_response is None:
            raise FolderUnknown("no folder for messages that need no answer is configured")
        return settings.no_response
    if role is Role.INBOX:
        return "INBOX" if settings.inbox == AUTO else settings.inbox
    if settings.sent != AUTO:
        return settings.sent
    found = find_sent(await client.folders())
    if found.name is None:
        raise FolderUnknown(f"the folder of sent mail of {settings.username} is unknown: {found.reason}")
    return found.name


def no_such_folder(settings: ImapSettings, refused: CommandRefused) -> FolderUnknown:
    """Return what a seller can do about the folder of messages that need no answer, which cannot be opened."""
    return FolderUnknown(
        f"the folder {settings.no_response!r} (answers.no_response_folder) of {settings.username} cannot be opened:"
        f" {refused}; make it, or correct the name"
    )


def _sent(settings: ImapSettings, listed: tuple[Folder, ...]) -> SentFolder:
    if settings.sent == AUTO:
        return find_sent(listed)
    if any(folder.name == settings.sent for folder in listed):
        return SentFolder(settings.sent, "named in the configuration")
    return SentFolder(None, f"the configuration names {settings.sent!r}, which the server does not have")
