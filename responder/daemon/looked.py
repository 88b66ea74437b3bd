r"""
Which mailboxes were looked at to their end since the daemon reached them.

Until then a person's answer may lie there unread, so nothing is sent to a buyer: not after a start, not while the
mailbox is away, not before the first look when it is back.
"""

from collections.abc import Iterable

from responder.adapters.imap import Role


class Looked:
    """What the folders of all accounts have said; folders tell it, delivering asks."""

    def __init__(self) -> None:
        self._ended: set[tuple[str, Role]] = set()
        self._failing: set[tuple[str, Role]] = set()

    def heard(self, account: str, role: Role, problem: str | None) -> None:
        """Note that a folder cannot be reached, or with None that it can."""
        if problem is None:
            self._failing.discard((account, role))
        else:
            self._failing.add((account, role))
            self._ended.discard((account, role))

    def turned(self, account: str, role: Role) -> bool:
        """Note the end of a folder's turn, and return whether it is its first since it was reached."""
        # A Sent folder that cannot be opened would silence the account for ever; the flags of the inbox say it as well.
        if role is Role.INBOX and (account, role) in self._failing:
            return False
        news = (account, role) not in self._ended
        self._ended.add((account, role))
        return news

    def at_all(self, account: str, roles: Iterable[Role] = (Role.INBOX, Role.SENT)) -> bool:
        """Return whether everything that may hold an answer was looked at."""
        return all((account, role) in self._ended for role in roles)
