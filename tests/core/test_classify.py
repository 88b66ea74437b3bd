"""Classification: every kind of mail, told apart by sender and header, never by what a buyer writes."""

from collections import Counter
from datetime import timedelta

import pytest
from mail import builders
from mail.builders import answer_copy, auto_reply, bounce, buyer_message, customer_mail, notice, sent_answer, spoof

from responder.adapters.catalogue import load
from responder.core.classify import Authentic, Classified, Kind, NoticeType, OwnAddresses, classify
from responder.core.message import parse

OWN = OwnAddresses(frozenset({builders.SELLER, "owner@example.com"}))
ALIAS = "a1b2c3d4e5f6g7h"


def found_in(raw: bytes) -> Classified:
    """Return what the daemon makes of these bytes."""
    return classify(parse(raw), load(), OWN, "mx.example.com")


def test_a_buyer_message_is_understood_in_full() -> None:
    """Everything later steps need is there: who, where, about what, in which words, and why we think so."""
    found = found_in(buyer_message("amazon.fr", "Où est mon colis ?", case_id=builders.CASE))
    assert found.kind is Kind.BUYER_MESSAGE
    assert found.notice_type is None
    assert found.notification_type == "BBC_MESSAGE_SENT_TO_MERCHANT"
    assert found.marketplace is not None
    assert (found.marketplace.name, found.marketplace.country, found.language) == ("amazon.fr", "FR", "fr")
    assert found.order_ids == (builders.ORDER,)
    assert found.buyer_address == f"{ALIAS}+{builders.CASE}@marketplace.amazon.fr"
    assert found.buyer_alias == f"{ALIAS}@marketplace.amazon.fr"
    assert found.case_id == builders.CASE
    assert found.buyer_name == "Camille"
    assert found.text == "Où est mon colis ?"
    assert found.no_response_link is not None
    assert found.no_response_link.startswith("https://sellercentral.amazon.fr/messaging/no-response-needed?")
    assert found.verdict.authentic is Authentic.PASS
    assert (found.automatic, found.own, found.error, found.named_deadline) == ((), False, None, None)
    assert found.reasons[0] == "From is a buyer's relay address at marketplace.amazon.fr"


OLD_BOUNCE = (
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@example.net\r\nSubject: failure notice\r\n\r\n"
    b"Hi. This is the qmail-send program.\r\n\r\n--- Below is a copy.\r\nMessage-ID: <ours-1@example.com>\r\n"
)
BUYER, NOTICE, COPY = Kind.BUYER_MESSAGE, Kind.NOTICE, Kind.ANSWER_COPY
SAMPLES: list[tuple[str, bytes, Kind, NoticeType | None]] = [
    *[(f"buyer {store}", buyer_message(store), BUYER, None) for store in builders.STORES],
    *[
        (f"buyer {store} without headers", buyer_message(store, headers=False), BUYER, None)
        for store in builders.STORES
    ],
    ("buyer before an order", buyer_message(order_id=None), BUYER, None),
    ("buyer whom nobody checked", buyer_message(auth=None), BUYER, None),
    ("buyer whose check failed", buyer_message(auth="fail"), BUYER, None),
    ("buyer who writes like Amazon", buyer_message(text="noreply Amazon Seller Central REFUND_ISSUED"), BUYER, None),
    (
        "buyer who writes a footer",
        buyer_message(text="?communicationName=REFUND_ISSUED&x=1", headers=False),
        BUYER,
        None,
    ),
    ("buyer's vacation", buyer_message(extra_headers={"Auto-Submitted": "auto-replied"}), BUYER, None),
    ("buyer's list", buyer_message(extra_headers={"Precedence": "bulk", "List-Id": "<x>"}), BUYER, None),
    ("our mail back through the relay", buyer_message(extra_headers={"X-Responder-Instance": "1"}), BUYER, None),
    (
        "buyer message Amazon sends itself",
        notice("BBC_MESSAGE_SENT_TO_MERCHANT", extra_headers={"Reply-To": f"Camille <{ALIAS}@marketplace.amazon.it>"}),
        BUYER,
        None,
    ),
    *[
        (f"{name}, header {header}, footer {footer}", notice(name, header=header, footer=footer), NOTICE, meaning)
        for name, meaning in (
            ("A_Z_CLAIM_RESPONDENT_NOTIFY", NoticeType.A_TO_Z_OPENED),
            ("A_Z_CLAIM_RESPONDENT_CLOSE", NoticeType.A_TO_Z_DECIDED),
            ("RETURN_REQUEST", NoticeType.RETURN_REQUEST),
            ("REFUND_ISSUED", NoticeType.REFUND),
            ("BRC_SELLER_NOTIFICATION", NoticeType.CANCELLATION_REQUEST),
            ("BUYER_OPTED_OUT_BSM_MESSAGES", NoticeType.OPT_OUT),
        )
        for header, footer in ((True, True), (False, True), (False, False))
    ],
    *[
        (
            f"{sender} {subject}",
            notice("UNKNOWN", header=False, footer=False, from_header=sender, subject=subject),
            NOTICE,
            meaning,
        )
        for sender, subject, meaning in (
            (
                "atoz-guarantee-no-reply@amazon.com",
                "Action required: Claim received on order {order}",
                NoticeType.A_TO_Z_OPENED,
            ),
            ("atoz-guarantee-no-reply@amazon.com", "Claim Decision on Order {order}", NoticeType.A_TO_Z_DECIDED),
            ("atoz-guarantee-no-reply@amazon.it", "Qualcosa di nuovo", NoticeType.A_TO_Z_INFORMATION),
            ("seller-guarantee@amazon.com", "A-to-z Guarantee Claim for Order {order}", NoticeType.A_TO_Z_OPENED),
            ("cb-seller-notification@amazon.com", "New dispute", NoticeType.CHARGEBACK),
            (
                "cb-seller-query@amazon.com",
                "{order}, Amazon.com Chargeback Dispute Funding Decision",
                NoticeType.CHARGEBACK,
            ),
            ("donotreply@amazon.com", "Refund Initiated for Order {order}", NoticeType.REFUND),
            ("do-not-reply@amazon.com", "Refund initiated for order {order}", NoticeType.REFUND),
            (
                "order-update@amazon.co.uk",
                "Return authorisation request for order # {order}",
                NoticeType.RETURN_REQUEST,
            ),
            ("order-update@amazon.com", "Return authorization request for order # {order}", NoticeType.RETURN_REQUEST),
            (
                "donotreply@amazon.es",
                "Notificación de autorización de devolución para el pedido {order}",
                NoticeType.RETURN_REQUEST,
            ),
            (
                "donotreply@amazon.es",
                "Solicitud de cancelación del pedido para el número de pedido: {order}",
                NoticeType.CANCELLATION_REQUEST,
            ),
            ("donotreply@amazon.com", "Order cancellation request for order {order}", NoticeType.CANCELLATION_REQUEST),
            ("auto-communication@amazon.co.jp", "キャンセルリクエスト", NoticeType.CANCELLATION_REQUEST),
            ("seller-notification@amazon.com", "Sold, ship now: lamp", NoticeType.ORDER),
            ("seller-notification@amazon.co.uk", "Sold, dispatch now: lamp", NoticeType.ORDER),
            ("seller-notification@amazon.co.jp", "注文確定", NoticeType.ORDER),
            ("seller-notification@amazon.com", "Your payment is on its way", NoticeType.PAYMENT),
            ("seller-notification@amazon.com", "Amazon Listing Created - lamp", NoticeType.LISTING),
            ("payments-messages@amazon.com", "x", NoticeType.PAYMENT),
            ("seller-performance@amazon.com", "x", NoticeType.PERFORMANCE),
            ("fba-noreply@amazon.com", "x", NoticeType.FBA),
            ("store-news@amazon.com", "x", NoticeType.OTHER),
            ("store-news@amazon.com", "Webinar: how to avoid policy violations", NoticeType.OTHER),
            ("amazon-eu-webinars@amazon.es", "Evite el riesgo de desactivación", NoticeType.OTHER),
            ("never-seen@amazon.it", "x", NoticeType.OTHER),
            ("donotreply@amazon.com", "x", NoticeType.OTHER),
            ("x@sub.amazon.com", "x", NoticeType.OTHER),
            ("postmaster@marketplace.amazon.it", "x", NoticeType.OTHER),
        )
    ],
    (
        "refused message",
        notice(
            "UNKNOWN",
            header=False,
            footer=False,
            text="This message was not sent as it did not meet the Buyer-Seller Messaging communication guidelines.",
        ),
        NOTICE,
        NoticeType.MESSAGE_REFUSED,
    ),
    ("type nobody knows", notice("SOMETHING_NEW"), NOTICE, NoticeType.OTHER),
    (
        "type nobody knows, known subject",
        notice("SOMETHING_NEW", subject="Claim received on order"),
        NOTICE,
        NoticeType.A_TO_Z_OPENED,
    ),
    ("buyer type without a buyer", notice("BBC_MESSAGE_SENT_TO_MERCHANT"), NOTICE, NoticeType.OTHER),
    ("copy", answer_copy(), COPY, None),
    ("copy without header", answer_copy(header=False), COPY, None),
    ("English copy", answer_copy("amazon.fr"), COPY, None),
    ("English copy without header", answer_copy("amazon.fr", header=False), COPY, None),
    ("bounce", bounce(), Kind.BOUNCE, None),
    ("bounce with the whole mail", bounce(returned="message/rfc822"), Kind.BOUNCE, None),
    (
        "bounce from Amazon",
        bounce().replace(b"<MAILER-DAEMON@mx.example.com>", b"<MAILER-DAEMON@amazon.com>"),
        Kind.BOUNCE,
        None,
    ),
    (
        "old bounce",
        OLD_BOUNCE,
        Kind.BOUNCE,
        None,
    ),
    ("delay warning", bounce(action="delayed", status="4.4.1"), Kind.AUTOMATIC, None),
    ("success report", bounce(action="delivered", status="2.0.0"), Kind.AUTOMATIC, None),
    ("vacation", auto_reply(), Kind.AUTOMATIC, None),
    ("newsletter", auto_reply(extra_headers={"List-Unsubscribe": "<https://example.org/u>"}), Kind.AUTOMATIC, None),
    ("own digest", sent_answer("owner@example.com", extra_headers={"X-Responder-Instance": "1"}), Kind.AUTOMATIC, None),
    ("own answer", sent_answer(f"{ALIAS}@marketplace.amazon.fr"), Kind.OTHER, None),
    ("a customer", customer_mail(), Kind.OTHER, None),
    ("nothing", b"", Kind.OTHER, None),
    *[
        (f"spoof {sender}", spoof(sender), Kind.OTHER, None)
        for sender in (
            f"{ALIAS}@marketplace.amazon.fr.evil.example",
            f"{ALIAS}@marketplace.arnazon.fr",
            f"{ALIAS}@evilmarketplace.amazon-fr.example",
            f'"{ALIAS}@marketplace.amazon.fr" <x@evil.example>',
            "Amazon.fr <x@evil.example>",
            "donotreply@amazon.com.evil.example",
        )
    ],
    (
        "Amazon's header from elsewhere",
        auto_reply(extra_headers={"X-Space-Notification-Type": "REFUND_ISSUED", "X-Marketplace-ID": "APJ6JRA9NG5V4"}),
        Kind.OTHER,
        None,
    ),
    (
        "a buyer's header from elsewhere",
        auto_reply(extra_headers={"X-Space-Notification-Type": "BBC_MESSAGE_SENT_TO_MERCHANT"}),
        Kind.OTHER,
        None,
    ),
]


@pytest.mark.parametrize(
    ("raw", "kind", "notice_type"), [sample[1:] for sample in SAMPLES], ids=[s[0] for s in SAMPLES]
)
def test_a_sample_is_told_apart(raw: bytes, kind: Kind, notice_type: NoticeType | None) -> None:
    """Each sample has its kind and notice type, with a reason."""
    found = found_in(raw)
    assert (found.kind, found.notice_type) == (kind, notice_type)
    assert all(found.reasons)


def test_no_sample_is_confused() -> None:
    """The table of what is against what we say has nothing beside its diagonal."""
    table = Counter((kind, found_in(raw).kind) for _, raw, kind, _ in SAMPLES)
    assert {pair for pair in table if pair[0] is not pair[1]} == set()
    assert {kind for kind, _ in table} == set(Kind)


def test_an_acknowledgement_can_only_follow_a_persons_genuine_message() -> None:
    """Of all samples only buyer messages that passed and show no sign of a machine qualify."""
    for name, raw, kind, _ in SAMPLES:
        found = found_in(raw)
        qualifies = found.kind is BUYER and found.verdict.authentic is Authentic.PASS and not found.automatic
        silenced = any(word in name for word in ("checked", "failed", "vacation", "list", "our mail back"))
        assert qualifies == (kind is BUYER and not silenced and "Amazon sends itself" not in name), name


def test_an_automatic_mail_of_a_buyer_is_tracked_with_its_reasons() -> None:
    """A vacation answer through the relay stays a buyer message: listed, not answered."""
    found = found_in(buyer_message(extra_headers={"Auto-Submitted": "auto-replied"}))
    assert found.automatic == ("rfc3834:auto-submitted",)
    assert found.buyer_address


def test_our_own_mail_is_known_again() -> None:
    """Our instance header marks it, wherever it comes back."""
    assert found_in(sent_answer("owner@example.com", extra_headers={"X-Responder-Instance": "1"})).own
    assert found_in(buyer_message(extra_headers={"X-Responder-Instance": "1"})).own
    assert not found_in(buyer_message()).own


def test_our_own_answer_names_the_buyer_it_went_to() -> None:
    """A mail in the Sent folder can be matched by alias, case and order."""
    found = found_in(
        sent_answer(
            f"{ALIAS}+{builders.CASE}@marketplace.amazon.fr", text=f"Votre commande {builders.ORDER} part demain."
        )
    )
    assert (found.buyer_alias, found.case_id) == (f"{ALIAS}@marketplace.amazon.fr", builders.CASE)
    assert found.order_ids == (builders.ORDER,)
    assert found.marketplace is not None
    assert found.marketplace.name == "amazon.fr"
    two = found_in(sent_answer(f"{ALIAS}@marketplace.amazon.fr, bbbbbbbb1@marketplace.amazon.fr"))
    assert two.buyer_alias is None


def test_our_own_name_may_say_amazon() -> None:
    """A seller's address like amazon@example.com is no pretence when it is ours; somebody else's is."""
    raw = sent_answer(f"{ALIAS}@marketplace.amazon.fr", sender="Amazon team <amazon@example.com>")
    ours = classify(parse(raw), load(), OwnAddresses(frozenset({"amazon@example.com"})), "mx.example.com")
    assert (ours.verdict.authentic, ours.buyer_alias) == (Authentic.UNKNOWN, f"{ALIAS}@marketplace.amazon.fr")
    theirs = found_in(raw)
    assert (theirs.verdict.authentic, theirs.buyer_alias) == (Authentic.FAIL, None)


def test_a_bounce_names_what_came_back() -> None:
    """The returned mail's Message-ID is read from the report, the text, or the thread headers."""
    assert found_in(bounce("<ours-7@example.com>")).bounced_message_ids == ("<ours-7@example.com>",)
    assert found_in(bounce("<ours-7@example.com>", returned="message/rfc822")).bounced_message_ids == (
        "<ours-7@example.com>",
    )
    bare = bounce().replace(b"Message-ID: <ours-1@example.com>\r\n", b"")
    threaded = bare.replace(b"Auto-Submitted", b"In-Reply-To: <ours-9@example.com>\r\nAuto-Submitted")
    assert found_in(threaded).bounced_message_ids == ("<ours-9@example.com>",)
    assert found_in(bare).bounced_message_ids == ()
    assert found_in(bounce(action="delayed")).bounced_message_ids == ()


def test_an_answers_copy_names_its_buyer_and_words() -> None:
    """The copy has no address; its subject has the name, its markers the words."""
    found = found_in(answer_copy(text="Boa tarde!", name="Marina"))
    assert (found.buyer_name, found.text, found.buyer_address) == ("Marina", "Boa tarde!", None)
    assert (found.language, found.marketplace and found.marketplace.name) == ("pt", "amazon.com.br")


def test_the_store_is_the_headers_then_the_senders() -> None:
    """Amazon's header wins; without it the footer link, the local sender domain or the display name say it."""

    def store(raw: bytes) -> str | None:
        found = found_in(raw)
        return found.marketplace.name if found.marketplace else None

    assert store(buyer_message("amazon.de", extra_headers={})) == "amazon.de"
    assert store(buyer_message("amazon.de", headers=False)) == "amazon.de"
    assert store(buyer_message("amazon.com.be", headers=False)) == "amazon.com.be"
    assert store(notice("REFUND_ISSUED", "amazon.es")) == "amazon.es"
    assert store(notice("A_Z_CLAIM_RESPONDENT_NOTIFY", header=False)) == "amazon.it"
    assert store(notice("BUYER_OPTED_OUT_BSM_MESSAGES", header=False)) == "amazon.it"
    assert store(notice("REFUND_ISSUED", header=False)) is None
    assert store(notice("UNKNOWN", extra_headers={}, header=False, text="?marketplaceId=A1PA6795UKMFR9")) == "amazon.de"
    assert store(spoof()) is None


def test_an_opt_out_names_whom_we_must_not_write_to() -> None:
    """The relay address in the notice's mailto link is recovered."""
    raw = notice(
        "BUYER_OPTED_OUT_BSM_MESSAGES", text=f'<a href="mailto:{ALIAS}@marketplace.amazon.it?subject=%20">x</a>'
    )
    assert found_in(raw).buyer_alias == f"{ALIAS}@marketplace.amazon.it"


@pytest.mark.parametrize(
    ("name", "limit"),
    [("A_Z_CLAIM_RESPONDENT_NOTIFY", timedelta(days=3)), ("A_Z_CLAIM_RESPONDENT_CLOSE", None), ("REFUND_ISSUED", None)],
)
def test_a_limit_is_read_where_one_applies(name: str, limit: timedelta | None) -> None:
    """A claim's own limit counts; a number of days in another notice is no deadline."""
    assert found_in(notice(name, text="Rispondi entro 3 giorni.")).named_deadline == limit


def test_reply_to_only_adds_the_case() -> None:
    """An answer goes to the address that wrote; a Reply-To elsewhere or to another buyer is ignored."""
    with_case = f"{ALIAS}+{builders.CASE}@marketplace.amazon.fr"
    assert found_in(buyer_message(extra_headers={"Reply-To": with_case})).buyer_address == with_case
    plain = f"{ALIAS}@marketplace.amazon.fr"
    for other in ("victim@example.net", "bbbbbbbb1@marketplace.amazon.fr", f"{ALIAS}@marketplace.amazon.de", "x"):
        assert found_in(buyer_message(extra_headers={"Reply-To": other})).buyer_address == plain


def test_two_types_in_one_mail_are_no_type() -> None:
    """A doubled header decides nothing; the relay address still makes it a buyer's, unanswered."""
    found = found_in(buyer_message(extra_headers={"X-Space-Notification-Type ": "REFUND_ISSUED"}))
    assert found.kind is BUYER
    assert found.notification_type is None
    assert found.automatic == ("amazon:notification-type",)


def replayed(*fields: str) -> bytes:
    """Return a genuine mail of Amazon to one of its customers, sent on to us with these fields on top."""
    lines = [
        "Authentication-Results: mx.example.com; dkim=pass header.d=amazon.fr; dmarc=pass header.from=amazon.fr",
        "DKIM-Signature: v=1; a=rsa-sha256; d=amazon.fr; s=abc; h=From:To:Subject:Date:Message-ID; bh=AAAA; b=BBBB",
        *fields,
        "From: Amazon.fr <confirmation@amazon.fr>",
        "To: customer@example.org",
        f"Subject: Votre commande {builders.ORDER}",
        "Message-ID: <1@eu-west-1.amazonses.com>",
        "",
        "Merci",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("written", "kind", "notice_type"),
    [
        ("BBC_MESSAGE_CONFIRMATION_TO_MERCHANT", NOTICE, NoticeType.OTHER),  # would stop a clock
        ("BBC_MESSAGE_SENT_TO_MERCHANT", NOTICE, NoticeType.OTHER),  # would be answered
        ("BUYER_OPTED_OUT_BSM_MESSAGES", NOTICE, NoticeType.OTHER),  # would silence us
        ("A_Z_CLAIM_RESPONDENT_NOTIFY", NOTICE, NoticeType.A_TO_Z_OPENED),  # is only listed
    ],
)
def test_a_type_added_to_a_genuine_mail_moves_nothing(written: str, kind: Kind, notice_type: NoticeType) -> None:
    """A field that the signature leaves out may name a notice; it may not stop a clock, be answered or silence us."""
    reply_to = f"Reply-To: Camille <{ALIAS}@marketplace.amazon.fr>"
    found = found_in(replayed(f"X-Space-Notification-Type: {written}", reply_to))
    assert found.verdict.authentic is Authentic.PASS
    assert (found.kind, found.notice_type, found.buyer_address) == (kind, notice_type, None)


def test_the_sender_of_opt_outs_alone_silences_nobody() -> None:
    """Copies of answers came from there too: only the type or the wording says that a buyer opted out."""
    body = f"commMgrTok {ALIAS}@marketplace.amazon.de {builders.ORDER}"
    found = found_in(
        notice("BSM_SOMETHING_NEW", from_header="auto-communication@amazon.com", subject="Ihre E-Mail", text=body)
    )
    assert (found.notice_type, found.buyer_alias, found.new_kind) == (NoticeType.OTHER, None, "type:BSM_SOMETHING_NEW")


@pytest.mark.parametrize(
    ("subject", "notice_type"),
    [
        ("Notifica di autorizzazione del reso per l\u2018ordine {order}", NoticeType.RETURN_REQUEST),
        ("Notificacion de autorizacion de devolucion para el pedido {order}", NoticeType.RETURN_REQUEST),
        ("rimborso 39.9 PLN avviato \u2013 ordine {order}", NoticeType.REFUND),
    ],
)
def test_a_subject_is_compared_as_people_read_it(subject: str, notice_type: NoticeType) -> None:
    """Any apostrophe or dash, with or without accents, in any currency."""
    assert found_in(notice("UNKNOWN", header=False, footer=False, subject=subject)).notice_type is notice_type


def test_an_outcome_has_no_deadline() -> None:
    """How a dispute ended is listed, and asks for nothing by any time."""
    subject = "{order}, Amazon.com Chargeback Dispute Funding Decision"
    raw = notice("UNKNOWN", header=False, footer=False, from_header="cb-seller-query@amazon.com", subject=subject)
    assert (found_in(raw).notice_type, found_in(raw).settled) == (NoticeType.CHARGEBACK, True)
    raw = notice("UNKNOWN", header=False, footer=False, from_header="cb-seller-notification@amazon.com", subject="x")
    assert not found_in(raw).settled


def test_a_report_names_the_order_of_what_came_back() -> None:
    """The order stands in the returned mail's subject, not in the report's own words."""
    raw = bounce().replace(b"Subject: Re: question", b"Subject: Re: 171-1234567-1234567")
    assert found_in(raw).order_ids == ("171-1234567-1234567",)


def test_a_buyers_message_our_own_forwarder_sent_on_is_tracked() -> None:
    """A group mailbox put its own address into From: Reply-To says whose it is; nothing proves it."""
    relay = f"Camille <{ALIAS}@marketplace.amazon.fr>"
    found = found_in(buyer_message(from_header=f"Shop <{builders.SELLER}>", extra_headers={"Reply-To": relay}))
    assert (found.kind, found.buyer_address) == (BUYER, f"{ALIAS}@marketplace.amazon.fr")
    assert found.verdict.authentic is Authentic.UNKNOWN
    assert found_in(sent_answer(f"{ALIAS}@marketplace.amazon.fr")).kind is Kind.OTHER


@pytest.mark.parametrize("trick", ["blanks", "far"])
def test_a_signature_nobody_can_read_vouches_for_nothing(trick: str) -> None:
    """Another reader may understand a signature that we leave out: what it covers is not known, so it is nothing."""
    raw = replayed("X-Space-Notification-Type: BBC_MESSAGE_CONFIRMATION_TO_MERCHANT")
    if trick == "blanks":
        raw = raw.replace(b"v=1; a=rsa", b"v=1;" + b" " * 150 + b"a=rsa")
    else:
        junk = b"".join(b"X-Junk: " + b"x" * 3_000 + b"\r\n" for _ in range(25))
        field = raw[raw.index(b"DKIM-Signature") : raw.index(b"X-Space")]
        raw = raw.replace(field, b"").replace(b"\r\n\r\nMerci", b"\r\n" + junk + field.rstrip() + b"\r\n\r\nMerci")
    found = found_in(raw)
    assert found.verdict.authentic is Authentic.PASS
    assert found.kind is NOTICE


def test_mail_in_our_own_name_that_our_server_refused_is_nobodys() -> None:
    """A forger who writes as the shop, with a buyer in Reply-To, reaches no thread; nor does a report in our name."""
    refused = b"Authentication-Results: mx.example.com; dmarc=fail header.from=example.com\r\n"
    relay = f"Camille <{ALIAS}@marketplace.amazon.fr>"
    raw = buyer_message(auth=None, from_header=f"Shop <{builders.SELLER}>", extra_headers={"Reply-To": relay})
    forged = found_in(refused + raw)
    assert (forged.kind, forged.verdict.authentic, forged.buyer_address) == (Kind.OTHER, Authentic.FAIL, None)
    report = bounce().replace(b"MAILER-DAEMON@mx.example.com", builders.SELLER.encode())
    assert found_in(refused + report).verdict.authentic is Authentic.FAIL


def test_a_dispute_that_asks_for_something_keeps_its_deadline() -> None:
    """The sender of outcomes may ask as well: only the subject says that it is over."""
    raw = notice(
        "UNKNOWN",
        header=False,
        footer=False,
        from_header="cb-seller-query@amazon.com",
        subject="{order}: Additional information needed",
        text="Please respond within 7 days.",
    )
    assert (found_in(raw).settled, found_in(raw).named_deadline) == (False, timedelta(days=7))


def test_a_newsletter_about_warnings_warns_of_nothing() -> None:
    """Marketing names policies and risks all the time, also under a type that nobody knows; nothing of it is due."""
    words = {"subject": "Webinar: action required to avoid policy violations", "text": "Register within 48 hours."}
    for name, header in (("WEBINAR_INVITATION", True), ("", False)):
        sender = {"from_header": "<amazon-eu-webinars@amazon.co.uk>", "order_id": "", "header": header, "footer": False}
        found = found_in(notice(name, "amazon.co.uk", **words, **sender))  # type: ignore[arg-type]
        assert (found.notice_type, found.urgent, found.named_deadline) == (NoticeType.OTHER, False, None)
