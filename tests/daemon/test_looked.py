"""When the mailboxes were looked at, so that an answer that lies there is known before anything leaves."""

from responder.adapters.imap import Role
from responder.daemon.looked import Looked


def test_both_folders_have_to_end_their_first_turn() -> None:
    """Neither the inbox nor the Sent folder alone is enough, and another account's are not this one's."""
    looked = Looked()
    assert not looked.at_all("main")
    assert looked.turned("main", Role.INBOX)
    assert not looked.at_all("main")
    assert looked.turned("main", Role.SENT)
    assert looked.at_all("main")
    assert not looked.at_all("second")
    assert not looked.turned("main", Role.INBOX)  # no news any more


def test_a_lost_inbox_has_to_be_looked_at_again() -> None:
    """While it is away, and when it can be reached but was not read to its end, nothing was looked at."""
    looked = Looked()
    looked.turned("main", Role.INBOX)
    looked.turned("main", Role.SENT)
    looked.heard("main", Role.INBOX, "the connection was lost")
    assert not looked.turned("main", Role.INBOX)  # the loop lives; the server is away
    assert not looked.at_all("main")
    looked.heard("main", Role.INBOX, None)
    assert not looked.at_all("main")
    assert looked.turned("main", Role.INBOX)
    assert looked.at_all("main")


def test_a_sent_folder_that_cannot_be_opened_silences_nobody() -> None:
    """It was tried; what a mail program flags in the inbox is seen all the same."""
    looked = Looked()
    looked.turned("main", Role.INBOX)
    looked.heard("main", Role.SENT, "there is no such folder")
    assert looked.turned("main", Role.SENT)
    assert looked.at_all("main")
