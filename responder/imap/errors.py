"""
What can go wrong on an IMAP connection, named for what the owner of the connection must do.

Every error but `CommandRefused`, `AuthenticationFailed` and `Unsendable` means: this connection is gone, open another.
"""

# ruff: noqa: N818 - an error is named for what happened; every one of them is an error
from responder.errors import EXIT_FAILED, EXIT_TEMPORARY, ResponderError


class ImapError(ResponderError):
    """Base of all of them; temporary until the contrary is proven."""

    exit_code = EXIT_TEMPORARY


class ConnectionLost(ImapError):
    """The connection cannot be made or has ended; `reason` holds the server's words where it had some."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerBusy(ImapError):
    """The server is up but wants us to come back much later ([LIMIT], [UNAVAILABLE], "Too many connections")."""


class AuthenticationFailed(ImapError):
    """User name, password or token were refused: trying again at once only locks the account."""

    exit_code = EXIT_FAILED


class CommandRefused(ImapError):
    """The server answered NO or BAD; the connection itself is fine."""

    def __init__(self, command: str, condition: str, text: str, code: str | None = None) -> None:
        super().__init__(command, condition, text, code)
        self.command, self.condition, self.text, self.code = command, condition, text, code

    def __str__(self) -> str:
        code = f"[{self.code}] " if self.code else ""
        # Of a command about mails the server may repeat what is in one: that belongs into no log and no status.
        text = "" if self.command.upper().startswith("UID") else self.text
        return f"{self.command}: the server says {self.condition} {code}{text}".rstrip()


class ProtocolError(ImapError):
    """The server sent something that is no IMAP, or that no IMAP server may send here."""


class Silence(ImapError):
    """Nothing was heard for the time a server may take."""


class NotOffered(ImapError):
    """The server lacks something we insist on, such as STARTTLS."""

    exit_code = EXIT_FAILED


class Unsendable(ImapError, ValueError):
    """A value that must not be put into a command: CR, LF, NUL, or what is no flag and no UID."""

    exit_code = EXIT_FAILED
