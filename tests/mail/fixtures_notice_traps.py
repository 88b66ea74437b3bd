"""
Amazon's notices that have misled other programs.
"""

from datetime import timedelta

from mail.builders import ORDER, notice
from mail.fixture import BUYER_TYPE, Fixture

from responder.core.kinds import Kind, NoticeType

_T = NoticeType
IT = '"Comunicazioni di Amazon Seller Central (non rispondere)" <donotreply@amazon.com>'


def _notice(name: str, raw: bytes, note: str, meaning: NoticeType | None, **changes: object) -> Fixture:
    kind = Kind.NOTICE if meaning else Kind.ANSWER_COPY
    expected: dict[str, object] = {"automatic": True, **changes}
    return Fixture(name=f"synthetic-trap-{name}", raw=raw, note=note, kind=kind, notice_type=meaning, **expected)  # type: ignore[arg-type]


RETURN = "Notifica di autorizzazione del reso per l’ordine {order}"
OPTED = "Il tuo messaggio all’acquirente non è stato consegnato."
ATOZ = "<atoz-guarantee-no-reply@amazon.it>"
FIVE = [  # one address, five matters
    ("return", "Notifica di autorizzazione del reso per l'ordine {order}", _T.RETURN_REQUEST, "it"),
    ("refund", "rimborso 39.9 EUR avviato - ordine {order}", _T.REFUND, "it"),
    ("cancellation", "Richiesta di annullamento per l'ordine numero: {order}", _T.CANCELLATION_REQUEST, "it"),
    ("copy", "Your email to Rowan", None, "en"),
    ("unknown", "Una novità {order}", _T.OTHER, None),
]
NOTICE_TRAPS: list[Fixture] = [
    *[
        _notice(
            f"any-donotreply-{name}",
            notice(
                "NONE",
                from_header="<donotreply@amazon.com>",
                subject=subject,
                text=f"Text {ORDER}",
                header=False,
                footer=False,
            ),
            "P: donotreply@ carries five matters; the address classifies nothing",
            meaning,
            language=language,
            new_kind="sender:donotreply@amazon.com" if name == "unknown" else None,
            **({} if meaning else {"buyer_name": "Rowan", "text": f"Text {ORDER}\n\n{ORDER}"}),
        )
        for name, subject, meaning, language in FIVE
    ],
    _notice(
        "it-a-to-z-unnamed",
        notice(
            "A_Z_CLAIM_RESPONDENT_NOTIFY",
            from_header=IT,
            text="Rispondi entro 3 giorni.",
            subject="Richiesta di rimborso ricevuta per l’ordine {order}",
            header=False,
            footer=False,
        ),
        "the subject never says A-to-z, and a forwarder kept only a common sender",
        _T.A_TO_Z_OPENED,
        language="it",
        deadline=timedelta(days=3),
    ),
    _notice(
        "it-typographic-return",
        notice("RETURN_REQUEST", subject=RETURN, header=False, footer=False),
        "a typographic apostrophe where the table has a plain one",
        _T.RETURN_REQUEST,
        language="it",
    ),
    _notice(
        "it-typographic-opt-out",
        notice("BUYER_OPTED_OUT_BSM_MESSAGES", subject=OPTED, header=False, footer=False),
        "a typographic apostrophe; the display name says the store",
        _T.OPT_OUT,
        language="it",
        marketplace="amazon.it",
        automatic=False,
    ),
    _notice(
        "it-two-blanks-in-subject",
        notice("RETURN_REQUEST", subject=RETURN.replace(" del ", "  del "), header=False, footer=False),
        "a blank too many",
        _T.RETURN_REQUEST,
        language="it",
    ),
    _notice(
        "it-unknown-type",
        notice("SYNTHETIC_NEW_TYPE", from_header=IT, subject="Una novità {order}"),
        "a type nobody knows is a notice, read-tracked, and told once",
        _T.OTHER,
        marketplace="amazon.it",
        language="it",
        notification_type="SYNTHETIC_NEW_TYPE",
        new_kind="type:SYNTHETIC_NEW_TYPE",
    ),
    _notice(
        "it-unknown-type-known-subject",
        notice("SYNTHETIC_NEW_TYPE", from_header=ATOZ, subject="Richiesta di rimborso ricevuta per l’ordine {order}"),
        "a type nobody knows: the subject still says it",
        _T.A_TO_Z_OPENED,
        new_kind="type:SYNTHETIC_NEW_TYPE",
        marketplace="amazon.it",
        language="it",
        notification_type="SYNTHETIC_NEW_TYPE",
    ),
    _notice(
        "any-unknown-type-in-footer",
        notice("SYNTHETIC_NEW_TYPE", from_header="<donotreply@amazon.com>", subject="x", header=False),
        "headers lost, and the footer names a type nobody knows",
        _T.OTHER,
        new_kind="type:SYNTHETIC_NEW_TYPE",
        notification_type="SYNTHETIC_NEW_TYPE",
    ),
    _notice(
        "any-unknown-sender",
        notice("NONE", from_header="<never-seen@amazon.it>", subject="x", header=False, footer=False),
        "a sender nobody knows is a notice",
        _T.OTHER,
        new_kind="sender:never-seen@amazon.it",
        marketplace="amazon.it",
        language="it",
        automatic=False,
    ),
    _notice(
        "any-subdomain-sender",
        notice("NONE", from_header="<x@sub.amazon.com>", subject="x", header=False, footer=False),
        "below Amazon's domain, but nobody knows it",
        _T.OTHER,
        new_kind="sender:x@sub.amazon.com",
        automatic=False,
    ),
    _notice(
        "any-robot-at-alias-domain",
        notice("NONE", from_header="<donotreply@marketplace.amazon.it>", subject="x", header=False, footer=False),
        "a robot at the alias domain is no buyer",
        _T.OTHER,
        new_kind="sender:donotreply@marketplace.amazon.it",
        marketplace="amazon.it",
        language="it",
    ),
    _notice(
        "any-buyer-type-without-buyer",
        notice(BUYER_TYPE, from_header="<donotreply@amazon.com>", subject="x"),
        "a buyer's type, but nobody to answer to",
        _T.OTHER,
        marketplace="amazon.it",
        language="it",
        notification_type=BUYER_TYPE,
    ),
    _notice(
        "it-store-in-link",
        notice(
            "NONE",
            from_header=IT,
            subject="rimborso 39.9 EUR avviato - ordine {order}",
            text='<a href="https://sellercentral.amazon.it/messaging/1?marketplaceId=APJ6JRA9NG5V4&amp;report=true">x</a>',
            header=False,
            footer=False,
        ),
        "P: headers lost, and a link of the footer repeats the store",
        _T.REFUND,
        marketplace="amazon.it",
        language="it",
    ),
    _notice(
        "it-two-types-in-header",
        notice(
            "REFUND_ISSUED", footer=False, extra_headers={"X-Space-Notification-Type": "A_Z_CLAIM_RESPONDENT_NOTIFY"}
        ),
        "two types contradict each other: sender and subject decide",
        _T.REFUND,
        marketplace="amazon.it",
        language="it",
    ),
    _notice(
        "it-type-in-lower-case",
        notice(
            "REFUND_ISSUED", header=False, footer=False, extra_headers={"X-Space-Notification-Type": "refund_issued "}
        ),
        "a forwarder changed the case: the same type; the store's id is lost",
        _T.REFUND,
        language="it",
        notification_type="REFUND_ISSUED",
    ),
    _notice(
        "it-marketplace-id-lost",
        notice(
            "RETURN_REQUEST", header=False, footer=False, extra_headers={"X-Space-Notification-Type": "RETURN_REQUEST"}
        ),
        "only the type's header is left: the language is that of the known subject",
        _T.RETURN_REQUEST,
        language="it",
        notification_type="RETURN_REQUEST",
    ),
    _notice(
        "any-several-orders",
        notice("REFUND_ISSUED", text="ordini 302-7654321-7654321, 302-7654321-7654321 e 028-1111111-2222222"),
        "each order once, the subject's first; no store is read from a prefix",
        _T.REFUND,
        marketplace="amazon.it",
        language="it",
        notification_type="REFUND_ISSUED",
        order_ids=(ORDER, "302-7654321-7654321", "028-1111111-2222222"),
    ),
    _notice(
        "de-marketplace-id-against-template",
        notice("REFUND_ISSUED", "amazon.de"),
        "P: the id is the store's even where the template is Italian",
        _T.REFUND,
        marketplace="amazon.de",
        language="de",
        notification_type="REFUND_ISSUED",
    ),
]
