"""
Mails as kept: where each lies on the server, what it was understood to be, and why.

The same mail is kept once: by its UID, and by its content where a server renumbers its folders (RFC 3501 2.3.1.1).
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Row,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from responder.adapters.store import schema
from responder.adapters.store.columns import is_unset
from responder.adapters.store.statements import insert_once
from responder.core.message import Attachment

TEXT_LIMIT = 64 * 1024
ORDER_BY_AMAZON = "order_by_amazon"
"""In the details of a buyer's message: the order that Amazon itself names in it, not the buyer's own words."""
_MAIL = schema.mail.c
_THIS = schema.mail.alias("this")
_MINE, _SAME = schema.mail.alias("mine"), schema.mail.alias("same")
_ID: BindParameter[int] = bindparam("thread_id", type_=Integer())
THREADS_WITH_THE_SAME = union_all(
    select(_ID),
    select(_SAME.c.thread_id)
    .join(_MINE, _MINE.c.message_id == _SAME.c.message_id)
    # A Message-ID alone is the sender's word: of two buyers with one, each is told.
    .where(_SAME.c.account != _MINE.c.account, _SAME.c.buyer_alias == _MINE.c.buyer_alias)
    .where(_MINE.c.thread_id == _ID, _SAME.c.thread_id.is_not(None)),
)
"""
A thread and those that have a mail of it: where a mailbox forwards to that of another account, both have the mail.

One query, and no "or" with it: PostgreSQL would read every thread there is.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """
    A mail to keep; `role` is "inbox" or "sent", `references` are its In-Reply-To and References ids.

    `text_key` is what the same words have in common; `details` are what the text names, as plain JSON values.
    """

    account: str
    folder: str
    role: str
    uidvalidity: int
    uid: int
    dedup_key: str
    message_id: str | None
    received_at: datetime
    size: int
    kind: str
    notice_type: str | None = None
    notification_type: str | None = None
    marketplace: str | None = None
    language: str | None = None
    order_id: str | None = None
    buyer_alias: str | None = None
    buyer_address: str | None = None
    buyer_name: str | None = None
    case_id: str | None = None
    subject: str = ""
    text: str | None = None
    no_response_link: str | None = None
    authentic: str = "unknown"
    authentic_reason: str = ""
    automatic: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    error: str | None = None
    thread_id: int | None = None
    raw: bytes | None = None
    own: bool = False
    flags_answered: bool = False
    revalidated: bool = False
    text_key: str | None = None
    attachments: tuple[Attachment, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail(NewMail):
    """A mail as kept; `returned_at` is when we learned that this mail of a person's did not arrive, and why."""

    id: int
    repeat_of: int | None
    returned_at: datetime | None
    returned_why: str | None


def insert_mail(conn: Connection, new: NewMail) -> int | None:
    """Keep a mail and return its id; None when it is known already, by its UID or by its content."""
    values: dict[str, Any] = asdict(new)
    references = values.pop("references")
    values["details"] = dict(new.details)
    values["text"] = None if new.text is None else _limited(new.text)
    key = insert_once(conn, schema.mail, values)
    if key is None:
        return None
    mail_id = int(key[0])
    rows = [{"mail_id": mail_id, "reference": reference} for reference in dict.fromkeys(references)]
    if rows:
        conn.execute(insert(schema.mail_reference), rows)
    return mail_id


def mail(conn: Connection, mail_id: int) -> StoredMail | None:
    """Return one mail."""
    row = conn.execute(select(schema.mail).where(_MAIL.id == mail_id)).first()
    return None if row is None else _stored(conn, row)


def mail_by_message_id(conn: Connection, account: str, message_id: str) -> StoredMail | None:
    """Return the first mail of the account with this Message-ID."""
    wanted = select(schema.mail).where(_MAIL.account == account, _MAIL.message_id == message_id).order_by(_MAIL.id)
    row = conn.execute(wanted.limit(1)).first()
    return None if row is None else _stored(conn, row)


def mail_by_content(conn: Connection, account: str, role: str, dedup_key: str) -> StoredMail | None:
    """Return the mail of the account with this content, in whichever folder it was seen first."""
    wanted = select(schema.mail).where(_MAIL.account == account, _MAIL.role == role, _MAIL.dedup_key == dedup_key)
    row = conn.execute(wanted).first()
    return None if row is None else _stored(conn, row)


def thread_mails(conn: Connection, thread_id: int) -> tuple[StoredMail, ...]:
    """Return the mails of a thread, the oldest first."""
    wanted = select(schema.mail).where(_MAIL.thread_id == thread_id).order_by(_MAIL.received_at, _MAIL.id)
    return tuple(_stored(conn, row) for row in conn.execute(wanted).all())


def first_waiting(conn: Connection, thread_id: int, since: datetime | None) -> StoredMail | None:
    """Return the buyer's first message in the thread from `since` on; the first of all where none came since."""
    wanted = select(schema.mail).where(_MAIL.thread_id == thread_id, _MAIL.kind == "buyer_message")
    wanted = wanted.where(_MAIL.role == "inbox", _MAIL.repeat_of.is_(None)).order_by(_MAIL.received_at, _MAIL.id)
    rows = (conn.execute(each.limit(1)).first() for each in
            (*([wanted.where(_MAIL.received_at >= since)] if since is not None else []), wanted))  # fmt: skip
    row = next(filter(None, rows), None)
    return None if row is None else _stored(conn, row)


def written_in(
    conn: Connection, thread_ids: Collection[int], since: datetime, until: datetime
) -> tuple[StoredMail, ...]:
    """Return what a person wrote in these threads in that time, known by the Sent folder or a blind copy."""
    wanted = select(schema.mail).where(_MAIL.thread_id.in_(list(thread_ids)), _MAIL.received_at.between(since, until))
    wanted = wanted.where(_MAIL.role == "sent", is_unset(_MAIL.own), _MAIL.returned_at.is_(None))
    return tuple(_stored(conn, row) for row in conn.execute(wanted.order_by(_MAIL.received_at.desc(), _MAIL.id)).all())


def move_mail_uid(conn: Connection, mail_id: int, folder: str, uidvalidity: int, uid: int) -> bool:
    """Note where the mail lies after the server renumbered; False when another mail is known to lie there."""
    other = schema.mail.alias("other")
    taken = exists().where(
        other.c.account == _MAIL.account,
        other.c.folder == folder,
        other.c.uidvalidity == uidvalidity,
        other.c.uid == uid,
        other.c.id != mail_id,
    )
    place = {"folder": folder, "uidvalidity": uidvalidity, "uid": uid, "revalidated": True}
    return conn.execute(update(schema.mail).where(_MAIL.id == mail_id, ~taken).values(**place)).rowcount == 1


def put_in_thread(conn: Connection, mail_id: int, thread_id: int) -> bool:
    """Put a mail into a thread; False when it is in one already."""
    change = update(schema.mail).where(_MAIL.id == mail_id, _MAIL.thread_id.is_(None)).values(thread_id=thread_id)
    return conn.execute(change).rowcount == 1


def arrived(conn: Connection, account: str, since: datetime, until: datetime) -> int:
    """Return how many messages of buyers arrived in the account between two instants."""
    came = (_MAIL.account == account, _MAIL.role == "inbox", _MAIL.kind == "buyer_message")
    wanted = select(func.count()).select_from(schema.mail).where(*came, _MAIL.received_at.between(since, until))
    return conn.scalar(wanted) or 0


def last_id(conn: Connection) -> int:
    """Return the id of the mail kept last; 0 when there is none."""
    return conn.scalar(select(func.max(_MAIL.id))) or 0


def unverified(conn: Connection, after_id: int) -> tuple[StoredMail, ...]:
    """Return mail kept after `after_id` that pretends to come from Amazon and has no thread or notice to show it."""
    wanted = select(schema.mail).where(_MAIL.role == "inbox", _MAIL.authentic == "fail", _MAIL.thread_id.is_(None))
    wanted = wanted.where(_MAIL.kind.in_(("other", "automatic", "answer_copy", "bounce")))
    wanted = wanted.where(_MAIL.id > after_id).order_by(_MAIL.received_at, _MAIL.id)
    return tuple(_stored(conn, row) for row in conn.execute(wanted).all())


def sent_before(
    conn: Connection, mail_id: int, key: str, since: datetime, *, order_id: str | None, alias: str | None
) -> StoredMail | None:
    """
    Return the newest message of the same buyer that `mail_id` says again: the same words about the same order.

    A forged mail is nobody's original, and neither is what was sent again; a mail that is not verified is none of one
    that is, so that nobody can say first what a buyer is about to write.
    """
    this = _THIS
    same_order = _MAIL.order_id == order_id if order_id else _MAIL.order_id.is_(None)
    same = (
        same_order & (_MAIL.buyer_alias == alias) & or_(_MAIL.authentic == this.c.authentic, _MAIL.authentic == "pass")
    )
    wanted = (
        select(schema.mail)
        .join(this, (this.c.id == mail_id) & (this.c.account == _MAIL.account))
        .where(_said(key), same, _MAIL.id != mail_id, _MAIL.received_at >= since, _MAIL.thread_id.is_not(None))
        .where(_MAIL.received_at <= this.c.received_at, _MAIL.repeat_of.is_(None))
        .order_by(_MAIL.received_at.desc(), _MAIL.id.desc())
    )
    row = conn.execute(wanted.limit(1)).first()
    return None if row is None else _stored(conn, row)


def mark_repeat(conn: Connection, mail_id: int, of: int) -> bool:
    """Note that a mail says again what another one said; False when that was known."""
    change = update(schema.mail).where(_MAIL.id == mail_id, _MAIL.repeat_of.is_(None))
    return conn.execute(change.values(repeat_of=of)).rowcount == 1


def same_text_from_others(conn: Connection, account: str, key: str | None, alias: str | None, since: datetime) -> int:
    """Return how many other aliases sent the same words since then: one sender behind many addresses."""
    if key is None:
        return 0
    wanted = select(func.count(_MAIL.buyer_alias.distinct())).where(
        _MAIL.account == account, _said(key), _MAIL.received_at >= since, _MAIL.buyer_alias != (alias or "")
    )
    return conn.scalar(wanted) or 0


def mark_returned(conn: Connection, mail_id: int, at: datetime, why: str) -> bool:
    """A person's answer did not arrive; False when that was known."""
    change = update(schema.mail).where(_MAIL.id == mail_id, _MAIL.returned_at.is_(None))
    return conn.execute(change.values(returned_at=at, returned_why=why)).rowcount == 1


def last_returned(conn: Connection, thread_id: int) -> StoredMail | None:
    """Return the newest answer in the thread that did not arrive."""
    wanted = select(schema.mail).where(_MAIL.thread_id == thread_id, _MAIL.returned_at.is_not(None))
    row = conn.execute(wanted.order_by(_MAIL.received_at.desc(), _MAIL.id.desc()).limit(1)).first()
    return None if row is None else _stored(conn, row)


def mark_answered_flag(conn: Connection, mail_id: int) -> bool:
    """Note that the server shows the mail as answered; False when that was known."""
    change = update(schema.mail).where(_MAIL.id == mail_id, is_unset(_MAIL.flags_answered))
    return conn.execute(change.values(flags_answered=True)).rowcount == 1


def mark_own(conn: Connection, mail_id: int) -> bool:
    """Note that a mail is our own automatic one, though its headers do not say so; False when that was known."""
    change = update(schema.mail).where(_MAIL.id == mail_id, is_unset(_MAIL.own))
    return conn.execute(change.values(own=True)).rowcount == 1


def _said(key: str) -> ColumnElement[bool]:
    genuine = (_MAIL.role == "inbox") & (_MAIL.kind == "buyer_message") & (_MAIL.authentic != "fail")
    return genuine & (_MAIL.text_key == key)


def _limited(text: str) -> str:
    return text.encode("utf-8", "replace")[:TEXT_LIMIT].decode("utf-8", "ignore")


def _stored(conn: Connection, row: Row[tuple[Any, ...]]) -> StoredMail:
    reference = schema.mail_reference.c
    references = conn.scalars(select(reference.reference).where(reference.mail_id == row.id)).all()
    values = {each.name: getattr(row, each.name) for each in fields(StoredMail) if each.name != "references"}
    values["automatic"], values["reasons"] = tuple(row.automatic), tuple(row.reasons)
    values["attachments"] = tuple(Attachment(**each) for each in row.attachments)
    return StoredMail(**values, references=tuple(references))
