"""
What keeps the daemon from its work: when the operator is told of it, when it counts as over, what belongs together.

One cause is told once, however long it lasts and however often it comes and goes: it is over only after it has been
well for a while. In the night it waits for the morning, unless a deadline that is known ends before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from responder.core.waking import Waking, next_waking

GATHER = timedelta(minutes=1)
"""How long what is told at once waits for company, so that troubles of one moment are one mail."""
TOGETHER = timedelta(minutes=2)
"""What would be told so soon after another trouble is told with it."""
BEFORE_WORK = timedelta(hours=1)
"""A deadline that ends so soon after the morning is no deadline that can wait for it."""
DAILY = timedelta(hours=23)
"""The least time between two mails about what nobody knows; a day, less what the morning moves."""
UNTOLD_SHARE = 3
"""What was not told of is forgotten after this part of the time: no sum of short breaks becomes an alarm."""
ELSEWHERE_AFTER = timedelta(minutes=5)
"""How long mail to the operator waits for its own mail server before it goes through another account's."""
KNOWN_FOR = timedelta(minutes=30)
"""How long an account counts as one that cannot send after its last try; longer than the pauses of an outage."""

IMAP, SMTP = "imap", "smtp"


class TroubleKind(StrEnum):
    """Stable codes of what can be wrong."""

    MAILBOX = "mailbox_unreachable"
    FOLDER = "folder_unreachable"
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - a code, no password
    PASSWORD_UNREADABLE = "password_unreadable"  # noqa: S105 - a code, no password
    MAIL_SERVER = "mail_server_unreachable"
    MAIL_REFUSED = "mail_refused"
    SET_ASIDE = "mail_set_aside"
    UNKNOWN_KIND = "unknown_notice"
    CALENDAR = "calendar_changed"
    TASK = "task_failing"
    STATE = "state_not_writable"
    DISK = "disk_nearly_full"
    REPORTS = "reports_unreadable"
    HEARTBEAT = "heartbeat_unheard"
    CANARY = "canary_lost"
    SILENCE = "no_mail"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a kind is told of."""

    waits: bool = False  # told only when it lasted for `unreachable_after`
    urgent: bool = False  # told in the night where a deadline would be lost by morning
    recovers: bool = True  # a state that ends, with a mail that says so; else news
    daily: bool = False  # at most once a day


_AWAY, _WRONG, _NEWS = Rule(waits=True, urgent=True), Rule(urgent=True), Rule(recovers=False)
RULES: Mapping[TroubleKind, Rule] = MappingProxyType(
    {
        TroubleKind.MAILBOX: _AWAY,
        TroubleKind.FOLDER: _AWAY,
        TroubleKind.PASSWORD_REFUSED: _WRONG,
        TroubleKind.PASSWORD_UNREADABLE: _WRONG,
        TroubleKind.MAIL_SERVER: _AWAY,
        TroubleKind.MAIL_REFUSED: _NEWS,
        TroubleKind.SET_ASIDE: _NEWS,
        TroubleKind.UNKNOWN_KIND: Rule(recovers=False, daily=True),
        TroubleKind.CALENDAR: Rule(recovers=False, daily=True),
        TroubleKind.TASK: _AWAY,
        TroubleKind.STATE: _AWAY,
        TroubleKind.DISK: _WRONG,
        TroubleKind.REPORTS: Rule(waits=True),
        TroubleKind.HEARTBEAT: Rule(waits=True),
        TroubleKind.CANARY: Rule(),
        TroubleKind.SILENCE: Rule(),
    }
)
SEEN_BY_LOOPS = (
    TroubleKind.MAILBOX,
    TroubleKind.FOLDER,
    TroubleKind.PASSWORD_REFUSED,
    TroubleKind.PASSWORD_UNREADABLE,
    TroubleKind.MAIL_SERVER,
    TroubleKind.TASK,
    TroubleKind.REPORTS,
    TroubleKind.HEARTBEAT,
)
"""What only the running loops know: after a restart they have to see it again."""
OF_SENDING = (TroubleKind.MAIL_SERVER, TroubleKind.PASSWORD_REFUSED, TroubleKind.PASSWORD_UNREADABLE)
"""With the key `smtp`: why an account can send nothing."""


class Cause(StrEnum):
    """Why a mail server cannot be used."""

    UNREACHABLE = "unreachable"
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - a code, no password
    PASSWORD_UNREADABLE = "password_unreadable"  # noqa: S105 - a code, no password
    FAILED = "failed"  # our own fault, or one that nobody foresaw


@dataclass(frozen=True, slots=True)
class Fault:
    """What a loop says that it cannot do, why, and when it tries again by itself."""

    words: str
    cause: Cause = Cause.UNREACHABLE
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes are free where the state is kept, and of how many."""

    free: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One cause with its beginning and end; `well_at` is since when it seems to be over."""

    id: int
    account: str
    kind: TroubleKind
    key: str
    words: str
    began_at: datetime
    last_at: datetime
    bad_at: datetime
    away: timedelta  # the stretches before `bad_at`, or all of them while it is well
    well_at: datetime | None = None
    again_at: datetime | None = None
    told_at: datetime | None = None
    told_in: int | None = None
    over_at: datetime | None = None
    over_told_at: datetime | None = None

    @property
    def rule(self) -> Rule:
        """How it is told of."""
        return RULES[self.kind]

    @property
    def place(self) -> tuple[str, str]:
        """What it is about: of several causes there only one is true at a time."""
        return self.account, self.key

    def lasted(self, now: datetime) -> timedelta:
        """Return for how long it was really there, without the time in which it was well."""
        return self.away + (now - self.bad_at if self.well_at is None else timedelta(0))


@dataclass(frozen=True, slots=True)
class Night:
    """What decides whether the night is disturbed: the waking hours, and the first deadline that has not passed."""

    waking: Waking | None = None
    first_due_at: datetime | None = None


def tell_at(trouble: Trouble, after: timedelta, night: Night, daily_told_at: datetime | None = None) -> datetime | None:
    """Return when the operator is told of a trouble that goes on as it is; None for one that is told, well or over."""
    if trouble.told_at is not None or trouble.over_at is not None or trouble.well_at is not None:
        return None
    needed = after if trouble.rule.waits else timedelta(0)
    ripe = max(trouble.bad_at + max(needed - trouble.away, timedelta(0)), trouble.began_at + GATHER)
    if trouble.rule.daily and daily_told_at is not None:
        ripe = max(ripe, daily_told_at + DAILY)
    morning = next_waking(night.waking, ripe)
    lost = night.first_due_at is not None and night.first_due_at <= morning + BEFORE_WORK
    return ripe if trouble.rule.urgent and lost else morning


def over_from(trouble: Trouble, after: timedelta) -> datetime | None:
    """Return from when on a trouble counts as over if it stays well; None while it is there."""
    if trouble.well_at is None or trouble.over_at is not None:
        return None
    if not trouble.rule.recovers:
        return trouble.well_at
    return trouble.well_at + (after if trouble.told_at is not None else after / UNTOLD_SHARE)


def recovery_at(trouble: Trouble, waking: Waking | None) -> datetime | None:
    """Return when to say that a trouble is over; None where nobody was told of it, or that was said."""
    silent = trouble.told_at is None or trouble.over_told_at is not None or not trouble.rule.recovers
    if silent or trouble.over_at is None:
        return None
    return next_waking(waking, trouble.over_at)


@dataclass(frozen=True, slots=True)
class Seen:
    """One trouble as the loops see it now."""

    account: str
    kind: TroubleKind
    key: str
    words: str
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """
    What all loops say: the troubles there are, and the places (account, key) that are known to be well.

    In `turning` ones a loop turns again after a failure of its own; of the servers it speaks with it knows nothing yet.
    """

    troubles: tuple[Seen, ...]
    well: frozenset[tuple[str, str]]
    turning: frozenset[tuple[str, str]] = frozenset()

    def ends(self, trouble: Trouble) -> bool:
        """Return whether a trouble is there no more."""
        return trouble.place in self.well or (trouble.kind is TroubleKind.TASK and trouble.place in self.turning)


_OF_CAUSE = {
    Cause.PASSWORD_REFUSED: TroubleKind.PASSWORD_REFUSED,
    Cause.PASSWORD_UNREADABLE: TroubleKind.PASSWORD_UNREADABLE,
    Cause.FAILED: TroubleKind.TASK,
}


def looked(parts: Mapping[str, Fault | None], shared: str, turning: Collection[str] = ()) -> Looked:
    """
    Return what the loops' own words come to; `parts` has a loop's fault, or None for one that is well.

    `turning` are loops that turn again, and know nothing more.

    A mailbox that is away is one trouble, not one for each of its folders. What a loop of no account is kept from
    belongs to `shared`, the account that the operator is told through.
    """
    inbox_away = {name.split(":")[1] for name, fault in parts.items() if fault and name.endswith(":inbox")}
    found: list[Seen] = []
    well: set[tuple[str, str]] = set()
    for name, fault in parts.items():
        seen = _seen(name, fault, shared)
        if fault is None:
            well.add((seen.account, seen.key))
        elif not (seen.kind is TroubleKind.FOLDER and seen.account in inbox_away):
            found.append(seen)
    turned = ((seen.account, seen.key) for seen in (_seen(name, None, shared) for name in turning))
    return Looked(tuple(found), frozenset(well), frozenset(turned))


def _seen(name: str, fault: Fault | None, shared: str) -> Seen:
    words, again_at = (fault.words, fault.again_at) if fault else ("", None)
    cause = fault.cause if fault else Cause.UNREACHABLE
    what, *rest = name.split(":")
    match what, rest:
        case "folder", [account, role] if role == "inbox":
            return Seen(account, _OF_CAUSE.get(cause, TroubleKind.MAILBOX), IMAP, words, again_at)
        case "folder", [account, role]:
            kind = TroubleKind.TASK if cause is Cause.FAILED else TroubleKind.FOLDER
            return Seen(account, kind, role, words, again_at)
        case "deliver", [account]:
            return Seen(account, _OF_CAUSE.get(cause, TroubleKind.MAIL_SERVER), SMTP, words, again_at)
        case "intake", [] if cause is not Cause.FAILED:
            return Seen(shared, TroubleKind.REPORTS, name, words, again_at)
        case "heartbeat", [] if cause is not Cause.FAILED:
            return Seen(shared, TroubleKind.HEARTBEAT, name, words, again_at)
        case _:
            return Seen(shared, TroubleKind.TASK, name, words, again_at)


def replaced(lasting: Iterable[Trouble], seen: Collection[Seen]) -> tuple[Trouble, ...]:
    """
    Return the troubles that nobody was told of and whose place has another cause now: they will not be told of.

    So is a folder's that was noticed before the whole mailbox was.
    """
    now = {(each.account, each.key): each.kind for each in seen}

    def other(each: Trouble) -> bool:
        hidden = each.kind is TroubleKind.FOLDER and (each.account, IMAP) in now
        return hidden or now.get(each.place, each.kind) is not each.kind

    return tuple(each for each in lasting if each.told_at is None and each.kind in SEEN_BY_LOOPS and other(each))
