"""
Mail that is neither a buyer's nor a notice: copies of answers, automatic mail, our own, ordinary customers'.
"""

from mail.builders import (
    CASE,
    ORDER,
    SELLER,
    answer_copy,
    auto_reply,
    bounce,
    buyer_message,
    customer_mail,
    sent_answer,
)
from mail.fixture import ALIAS, Fixture
from mail.fixtures_bounces import DAEMON, FAILED, HEAD, OURS, RELAY, WHOLE, delivery_report, old_report
from mail.wire import multipart, plain_part, text_part, written

from responder.core.kinds import Authentic, Kind

COPY_TYPE = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"

COPIES = [
    Fixture(
        name=f"synthetic-copy-{language}-{what}",
        raw=answer_copy(store, words, name=name, header=what != "header-lost", order_id=ORDER if ordered else None),
        note=note,
        kind=Kind.ANSWER_COPY,
        notification_type=COPY_TYPE if what != "header-lost" else None,
        marketplace=store,
        language=language,
        order_ids=(ORDER,) if ordered else (),
        buyer_name=name,
        text=words,
        automatic=True,
    )
    for language, store, what, name, words, ordered, note in (
        ("pt", "amazon.com.br", "header", "Marina", "Boa tarde, a lâmpada sai amanhã.", False, "P: HTML only"),
        ("pt", "amazon.com.br", "header-lost", "Marina", "Boa tarde, a lâmpada sai amanhã.", False,
         "P: the subject and the display name say what it is and of which store"),
        ("pt", "amazon.com.br", "with-order", "Marina", "Boa tarde, a lâmpada sai amanhã.", True, "P: with its order"),
        ("en", "amazon.co.uk", "header", "Rowan", "Good morning, it leaves tomorrow.", False,
         "S: subject; W: the old markers are taken for its body"),
        ("en", "amazon.co.uk", "header-lost", "Rowan", "Good morning, it leaves tomorrow.", True, "S: subject alone"),
        ("fr", "amazon.fr", "english-words", "Camille", "Bonjour, elle part demain.", False,
         "NOT FOUND in French: English words on the French store; the header decides"),
        ("pt", "amazon.com.br", "old-token", "Marina", "Boa tarde. [commMgrTok:AB12CD34]", False,
         "copies still carry the old token: a supporting sign, not a rule"),
    )
]  # fmt: skip


def _automatic(name: str, raw: bytes, note: str, codes: bool | tuple[str, ...] = True, **changes: object) -> Fixture:
    expected: dict[str, object] = {"order_ids": (), "authentic": Authentic.UNKNOWN, **changes}
    return Fixture(
        name=f"synthetic-automatic-{name}",
        raw=raw,
        note=note,
        kind=Kind.AUTOMATIC,
        automatic=codes,
        **expected,  # type: ignore[arg-type]
    )


def _marked(name: str, note: str, codes: bool | tuple[str, ...] = True, /, **marks: str) -> Fixture:
    return _automatic(name, auto_reply(extra_headers={k.replace("_", "-"): v for k, v in marks.items()}), note, codes)


DELAYED = FAILED.replace("failed", "delayed").replace("5.1.1", "4.4.1")
AUTOMATIC = [
    _automatic("dsn-delayed", bounce(OURS, action="delayed", status="4.4.1"), "RFC 3464: delayed settles nothing"),
    _automatic("dsn-delivered", bounce(OURS, action="delivered", status="2.0.0"), "RFC 3464: delivered is no bounce"),
    _automatic("dsn-relayed", bounce(OURS, action="relayed", status="2.0.0"), "RFC 3464: relayed is no bounce"),
    _automatic(
        "dsn-delayed-postfix",
        delivery_report(DAEMON, "Delayed Mail (still being retried)", "Your mail waits.", DELAYED, returned=WHOLE),
        "a warning, no failure",
    ),
    _automatic(
        "exim-warning",
        old_report(
            "Mail Delivery System <Mailer-Daemon@mx.example.net>",
            "Warning: message delayed 24 hours",
            f"Not delivered yet.\n\n{HEAD}",
        ),
        "an old warning, no failure",
    ),
    _automatic(
        "read-receipt",
        written(
            (
                ("From", "Alex <alex@example.org>"),
                ("To", SELLER),
                ("Subject", "Read: Re: question"),
                ("Message-ID", "<mdn-1@example.org>"),
            ),
            multipart(
                "report",
                [
                    text_part("Your message was read."),
                    plain_part(
                        f"Final-Recipient: rfc822; alex@example.org\nOriginal-Message-ID: {OURS}\n"
                        "Disposition: manual-action; "
                        "displayed\n",
                        "message/disposition-notification",
                    ),
                ],
                parameters=" report-type=disposition-notification;",
            ),
        ),
        "RFC 8098: a receipt is no bounce",
    ),
    _marked(
        "vacation-rfc3834", "RFC 3834", ("rfc3834:auto-submitted", "subject:absence"), Auto_Submitted="auto-replied"
    ),
    _marked("vacation-exchange", "MS-OXCMAIL", ("suppress:all", "subject:absence"), X_Auto_Response_Suppress="All"),
    _marked(
        "vacation-oof",
        "MS-OXCMAIL: a list of words",
        ("suppress:oof", "subject:absence"),
        X_Auto_Response_Suppress="DR, OOF, RN",
    ),
    _marked(
        "vacation-x-autoreply",
        "another program's mark, any case",
        ("header:x-autoreply", "subject:absence"),
        X_Autoreply="Yes",
    ),
    _marked(
        "vacation-precedence",
        "Precedence in any case",
        ("precedence:auto_reply", "subject:absence"),
        Precedence="Auto_Reply",
    ),
    _marked(
        "vacation-null-sender",
        "RFC 5321: the null sender",
        ("envelope:null-sender", "subject:absence"),
        Return_Path="<>",
    ),
    _marked("newsletter", "RFC 2369", True, List_Unsubscribe="<https://example.org/u>", List_Id="<news.example.org>"),
    _marked("bulk", "Precedence: bulk", True, Precedence="bulk"),
    _marked("loop", "X-Loop", True, X_Loop="alex@example.org"),
    _marked("spam", "our own filter's mark", True, X_Spam_Flag="YES"),
    _automatic(
        "vacation-de",
        auto_reply(subject="Automatische Antwort: Lampe", text="Ich bin nicht im Büro."),
        "a German subject beside the mark",
        ("rfc3834:auto-submitted", "subject:absence"),
    ),
    _automatic(
        "vacation-fr",
        auto_reply(subject="Réponse automatique : lampe", text="Je suis en congé."),
        "a French subject beside the mark",
        ("rfc3834:auto-submitted", "subject:absence"),
    ),
    _automatic(
        "robot-sender",
        auto_reply("Shop <no-reply@example.org>", subject="Your ticket", extra_headers={}),
        "a robot's address says it",
        ("sender:from",),
    ),
    _automatic(
        "own-digest",
        sent_answer(
            "owner@example.com",
            text="3 messages wait.",
            subject="Digest",
            extra_headers={"X-Responder-Instance": "synthetic", "Auto-Submitted": "auto-generated"},
        ),
        "our own digest comes back",
    ),
    _automatic(
        "own-alert-bounced-around",
        auto_reply(
            "Alex <alex@example.org>", subject="Fwd: alert", extra_headers={"X-Responder-Instance": "synthetic"}
        ),
        "our own alert, sent back by a forwarder",
    ),
]


def _relayed(name: str, code: str, note: str, **marks: str) -> Fixture:
    """Return a buyer's message with a machine's sign: tracked, only not answered."""
    return Fixture(
        name=f"synthetic-buyer-fr-{name}",
        raw=buyer_message(
            text="Je suis absente.", extra_headers={key.replace("_", "-"): value for key, value in marks.items()}
        ),
        note=note,
        kind=Kind.BUYER_MESSAGE,
        notification_type="BBC_MESSAGE_SENT_TO_MERCHANT",
        marketplace="amazon.fr",
        language="fr",
        buyer_address=RELAY,
        buyer_name="Camille",
        text="Je suis absente.",
        no_response_link="https://sellercentral.amazon.fr/messaging/no-response-needed?t=SYNTHETIC&m=SYNTHETIC"
        f"&mp=A13V1IB3VIYZZH&c=A1SYNTHETIC&h={'0' * 40}&s=1",
        automatic=(code,),
    )


RELAYED = [
    _relayed(
        "vacation-through-the-relay",
        "rfc3834:auto-submitted",
        "a withheld answer never hides a mail",
        Auto_Submitted="auto-replied",
    ),
    _relayed("bulk-through-the-relay", "precedence:bulk", "other systems drop the whole mail", Precedence="bulk"),
    _relayed("own-mail-through-the-relay", "own:instance", "our acknowledgement comes back", X_Responder_Instance="x"),
]


def _other(name: str, raw: bytes, note: str, **changes: object) -> Fixture:
    expected: dict[str, object] = {"order_ids": (), "authentic": Authentic.UNKNOWN, **changes}
    return Fixture(name=f"synthetic-other-{name}", raw=raw, note=note, kind=Kind.OTHER, **expected)  # type: ignore[arg-type]


OTHERS = [
    _other("en-customer", customer_mail(), "an ordinary question of somebody outside Amazon"),
    _other(
        "en-customer-writes-of-amazon",
        customer_mail(text=f"I bought it at Amazon, order {ORDER}. noreply REFUND_ISSUED"),
        "Amazon's name in a body means nothing",
        order_ids=(ORDER,),
    ),
    _other(
        "en-customer-not-automatic",
        auto_reply(
            subject="Automatic reply?",
            text="Is your automatic reply broken?",
            extra_headers={"Auto-Submitted": "no", "X-Auto-Response-Suppress": "DR, RN"},
        ),
        "a person's mail: Auto-Submitted: no, and receipts alone are suppressed",
    ),
    _other(
        "fr-own-answer",
        sent_answer(
            f"{ALIAS}+{CASE}@marketplace.amazon.fr", ("<q-1@amazonses.com>",), f"Votre commande {ORDER} part demain."
        ),
        "our answer in the Sent folder names its buyer",
        order_ids=(ORDER,),
        marketplace="amazon.fr",
        language="fr",
        buyer_address=f"{ALIAS}+{CASE}@marketplace.amazon.fr",
        case_id=CASE,
        automatic=("own:address",),
    ),
    _other(
        "en-own-note",
        sent_answer("owner@example.com", text="Please look at this."),
        "our own mail to ourselves",
        automatic=("own:address",),
    ),
    _other("any-empty", b"", "nothing at all", authentic=Authentic.FAIL),
]

MACHINES: list[Fixture] = [*COPIES, *AUTOMATIC, *RELAYED, *OTHERS]
