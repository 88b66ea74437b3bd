"""
One synthetic mail with what is to be understood of it.

The expectation is what the facts say, whatever today's code does; where the facts are weak, the note says so.
"""

from dataclasses import dataclass
from datetime import timedelta

from mail.builders import CASE, ORDER, STORES, buyer_message, no_response_link
from mail.wire import Part, file_part

from responder.core.kinds import Authentic, Kind, NoticeType, OwnAddresses

OWN = OwnAddresses(frozenset({"service@example.com", "owner@example.com"}), frozenset({"Maison Exemple"}))
AUTHSERV_ID = "mx.example.com"
ALIAS = "a1b2c3d4e5f6g7h"
BUYER_TYPE = "BBC_MESSAGE_SENT_TO_MERCHANT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """
    A mail, its name (`synthetic-<kind>-<language or store>-<what>`) and what it is.

    `automatic` is whether any sign of a machine is found, or the exact signs; `deadline` the limit the mail names;
    `returned` the Message-IDs a bounce names; `new_kind` what of it nobody knows yet; `urgent` whether a person must
    confirm it, where that is asked; `outcome` how Amazon decided.
    """

    name: str
    raw: bytes
    note: str
    kind: Kind
    notice_type: NoticeType | None = None
    notification_type: str | None = None
    marketplace: str | None = None
    language: str | None = None
    order_ids: tuple[str, ...] = (ORDER,)
    buyer_address: str | None = None
    case_id: str | None = None
    buyer_name: str | None = None
    text: str | None = None
    no_response_link: str | None = None
    authentic: Authentic = Authentic.PASS
    automatic: bool | tuple[str, ...] = False
    deadline: timedelta | None = None
    returned: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    new_kind: str | None = None
    urgent: bool | None = None
    outcome: str | None = None


def buyer(
    name: str,
    marketplace: str,
    text: str,
    note: str,
    *,
    shown: str | None = None,
    buyer_name: str = "Camille",
    case: bool = False,
    headers: bool = True,
    **changes: object,
) -> Fixture:
    """
    Return a buyer message in the template of its store, or in what `changes` of the builder say.

    `shown` is the display name where it is not the buyer's name.
    """
    case_id = CASE if case else None
    raw = buyer_message(
        marketplace,
        text,
        name=shown or buyer_name,
        case_id=case_id,
        headers=headers,
        **changes,  # type: ignore[arg-type]
    )
    local = f"{ALIAS}+{CASE}" if case else ALIAS
    return Fixture(
        name=f"synthetic-buyer-{name}",
        raw=raw,
        note=note,
        kind=Kind.BUYER_MESSAGE,
        notification_type=BUYER_TYPE,
        marketplace=marketplace,
        language=STORES[marketplace][1],
        buyer_address=f"{local}@marketplace.{marketplace}",
        case_id=case_id,
        buyer_name=buyer_name,
        text=text,
        no_response_link=no_response_link(marketplace),
    )


def picture(name: str = "photo.jpg") -> Part:
    """Return an attachment that claims to be a photo; nobody opens it."""
    return file_part(name, "image/jpeg", b"\xff\xd8\xff\xe0 synthetic")


def document(name: str = "receipt.pdf") -> Part:
    """Return an attachment that claims to be a PDF; nobody opens it."""
    return file_part(name, "application/pdf", b"%PDF-1.4 synthetic")
