"""
The sentences about each kind of trouble: what is wrong, what it means for the seller, what to do, and its end.

Each may name {account}, {protocol}, {what} (a folder or a part of the program), {at}, {since} ("since 06:30"), {span}
and {command}.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from responder.core.speech import noted
from responder.core.troubles import SMTP, TroubleKind

STATUS = "responder status"
CHECK = "responder check --connect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What is said of one kind; `command` is what a person types, `again` what happens by itself at {time}."""

    headline: str
    what: str
    meaning: str
    way_out: str
    command: str = ""
    again: str = noted("By itself: the next try is at {time}, and what waits goes on from there.")
    over: str = ""


_NOT_SEEN = noted("Buyers' messages that arrive now are not seen, and Amazon's clock runs all the same.")
_NO_MAIL = noted("No acknowledgement and no other mail leaves this account; what is to be sent waits.")
_LOCKED = noted("By itself: the next try is at {time}; more would make the mail server lock the account.")
_ARRIVES = noted("Mail arrives in {account} again {since}.")
_WORKS = noted("The password of {account} ({protocol}) works again {since}, did not for {span}.")
_OVER = noted("“{headline}” is over {since}, lasted {span}.")
_ROOM = noted(
    "Make room on the disk, and see that the program may write to its folder. Watch Seller Central until then."
)

_REFUSED = Sentences(
    headline=noted("Password refused: {account}, {protocol}"),
    what=noted("The mail server refuses the password of {account} ({protocol}) {since}:"),
    meaning=_NOT_SEEN,
    way_out=noted("Store the new one where the configuration names it, restart the program, and try it: {command}"),
    command=CHECK,
    again=_LOCKED,
    over=_WORKS,
)
_UNREADABLE = Sentences(
    headline=noted("Password cannot be read: {account}, {protocol}"),
    what=noted("The password of {account} ({protocol}) cannot be read {since}:"),
    meaning=_NOT_SEEN,
    way_out=noted("Put it where the configuration names it, readable for the program, and try it: {command}"),
    command=CHECK,
    over=_WORKS,
)
_OF_KIND: Mapping[TroubleKind, Sentences] = MappingProxyType(
    {
        TroubleKind.MAILBOX: Sentences(
            headline=noted("Mailbox out of reach: {account}"),
            what=noted("The mailbox of {account} cannot be reached {since}:"),
            meaning=_NOT_SEEN,
            way_out=noted("Answer in Seller Central until it is back. See what is wrong: {command}"),
            command=CHECK,
            over=noted("The mailbox of {account} is reachable again {since}, was away {span}."),
        ),
        TroubleKind.FOLDER: Sentences(
            headline=noted("Folder out of reach: {account}, {what}"),
            what=noted("The folder “{what}” of {account} cannot be reached {since}:"),
            meaning=noted("What is in there is not seen: an answer of yours may count as missing, a warning be wrong."),
            way_out=noted("See in your mail program whether the folder still has its name, then: {command}"),
            command=CHECK,
            over=_OVER,
        ),
        TroubleKind.PASSWORD_REFUSED: _REFUSED,
        TroubleKind.PASSWORD_UNREADABLE: _UNREADABLE,
        TroubleKind.MAIL_SERVER: Sentences(
            headline=noted("No mail can be sent: {account}"),
            what=noted("The mail server of {account} takes no mail {since}:"),
            meaning=_NO_MAIL,
            way_out=noted("See what is wrong: {command}"),
            command=CHECK,
            over=noted("The mail server of {account} takes mail again {since}, did not for {span}."),
        ),
        TroubleKind.MAIL_REFUSED: Sentences(
            headline=noted("Mail refused by your mail server: {account}"),
            what=noted("The mail server of {account} refused mail for good, {at}:"),
            meaning=noted("That mail is not tried again, the others go on. What you write yourself may fail, too."),
            way_out=noted("Read the server's words, ask your provider, and look at what was refused: {command}"),
            command="responder outbox",
        ),
        TroubleKind.SET_ASIDE: Sentences(
            headline=noted("Look at it yourself: mail of {account} that could not be read"),
            what=noted("Mail of {account} could not be read and was set aside:"),
            meaning=noted("It may be a buyer's message: nothing was sent for it, and no deadline is known for it."),
            way_out=noted("Open it in your mail program. What was set aside is in: {command}"),
            command=STATUS,
        ),
        TroubleKind.UNKNOWN_KIND: Sentences(
            headline=noted("Have a look: Amazon sends a new kind of mail"),
            what=noted("Amazon's mail to {account} has a kind, a sender or a store that no rule knows:"),
            meaning=noted("Such mail is kept and shown, but it has no deadline here: it may ask something of you."),
            way_out=noted("Read it, and see Seller Central. All of them: {command}"),
            command="responder notices --new-kinds",
        ),
        TroubleKind.CALENDAR: Sentences(
            headline=noted("Check your calendar: an update changed your days"),
            what=noted("An update of the program, of the holidays or of the time zones changed your calendar:"),
            meaning=noted("On a closed day buyers get an acknowledgement with the time at which you are back."),
            way_out=noted("See whether the days are right: {command}"),
            command="responder calendar",
        ),
        TroubleKind.TASK: Sentences(
            headline=noted("A part of the program fails again and again: {what}"),
            what=noted("The part “{what}” of the program fails again and again {since}:"),
            meaning=noted("What it does is late: warnings, digests or acknowledgements may come late or not at all."),
            way_out=noted("Look into the log and restart the program. If it stays so, report it with these words."),
            over=_OVER,
        ),
        TroubleKind.STATE: Sentences(
            headline=noted("Nothing can be stored: the program stands still"),
            what=noted("Nothing can be stored {since}:"),
            meaning=noted("No mail is read, nothing is sent, and no warning comes until it is put right."),
            way_out=_ROOM,
            over=noted("The program can store again {since}, could not for {span}."),
        ),
        TroubleKind.DISK: Sentences(
            headline=noted("Make room: the disk is nearly full"),
            what=noted("The disk with the program's data is nearly full {since}:"),
            meaning=noted("When it is full, no mail is read, nothing is sent, and no warning comes."),
            way_out=_ROOM,
            over=noted("The disk has room again {since}."),
        ),
        TroubleKind.REPORTS: Sentences(
            headline=noted("Order reports cannot be read"),
            what=noted("The folder of order reports cannot be read {since}:"),
            meaning=noted("Orders, invoices, requests for feedback and rates rest on what was read before."),
            way_out=noted("See whether the folder is there, and readable for the program."),
            over=noted("The folder of order reports can be read again {since}."),
        ),
        TroubleKind.HEARTBEAT: Sentences(
            headline=noted("Nobody hears the sign of life that goes outside"),
            what=noted("The service that hears our sign of life cannot be reached {since}:"),
            meaning=noted("It will say that this machine is gone, and it would not notice if it were."),
            way_out=noted("See whether the address under heartbeat in the configuration is right: {command}"),
            command=CHECK,
            over=noted("The sign of life is heard again {since}."),
        ),
        TroubleKind.CANARY: Sentences(
            headline=noted("Check your mailbox: a test mail did not arrive in {account}"),
            what=noted("A mail to yourself did not arrive in {account}, noticed {at}:"),
            meaning=noted("Buyers' messages may be lost in the same way: a full mailbox, a filter, a forwarding."),
            way_out=noted("See whether the mailbox is full, which filters it has, and what lies in its spam folder."),
            over=_ARRIVES,
        ),
        TroubleKind.SILENCE: Sentences(
            headline=noted("Does mail still arrive? {account} is unusually quiet"),
            what=noted("No new mail has come into {account} for an unusually long time:"),
            meaning=noted("It may be a quiet time, or mail that no longer arrives: Amazon's clock runs all the same."),
            way_out=noted("See in Seller Central whether messages came; look at the mailbox's forwarding and filters."),
            over=_ARRIVES,
        ),
    }
)
_OF_SMTP = {
    TroubleKind.PASSWORD_REFUSED: _NO_MAIL,
    TroubleKind.PASSWORD_UNREADABLE: _NO_MAIL,
}


def sentences(kind: TroubleKind) -> Sentences:
    """Return what is said of a kind."""
    return _OF_KIND[kind]


def meaning(kind: TroubleKind, key: str) -> str:
    """Return what a trouble means; a password is for reading mail, or for sending it."""
    return _OF_SMTP.get(kind, _OF_KIND[kind].meaning) if key == SMTP else _OF_KIND[kind].meaning
