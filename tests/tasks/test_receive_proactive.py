"""Mail that nobody asked for has no thread: what comes back of it is found by its order, and touches no thread."""

import html
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from mail import builders
from neighbours import asking
from neighbours.asking import ALIAS, ORDER
from sqlalchemy import Connection

from responder.adapters.smtp import Refused, Stage
from responder.adapters.store import decisions, mails, orders, outbox, proactive, suppressions
from responder.core.orders import FeedbackState
from responder.core.threads import ThreadState
from responder.tasks import report
from responder.tasks.deliver.outcome import kept

TUESDAY = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)  # a working day
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPTED_OUT = "BUYER_OPTED_OUT_BSM_MESSAGES"
OTHER = "171-7777777-7777777"
REFUSED = "This message was not sent as it did not meet the Buyer-Seller Messaging communication guidelines."


def sent(office, at: datetime = TUESDAY, **more) -> outbox.OutboxRow:
    """A buyer was asked for feedback."""
    return office.run(asking.asked, at, **more)


def written(office, at: datetime = TUESDAY, **more) -> None:
    """The buyer writes about an order."""
    office.receive(builders.buyer_message(**{"order_id": OTHER, **more}), at)


def row_of(office, kind: str = "feedback_request") -> outbox.OutboxRow:
    """The mail as it is kept now."""
    (row,) = [row for row in office.outbox() if row.kind == kind]
    return row


def words(office, action: str) -> list[str]:
    """The words of all decisions of one kind."""
    return [each.detail["words"] for each in office.run(decisions.decisions, action=action)]


def barred(office) -> set[str]:
    """Whom, and about which orders, not to write."""
    return {each.subject for each in office.run(suppressions.suppressions)}


def digest(office, at: datetime) -> str:
    """The daily digest that the operator reads."""
    office.run(report.write, office.parts.reporter, at.date(), at)
    row = [row for row in office.outbox() if row.kind == "digest"][-1]
    text = message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",)).get_content()
    return " ".join(text.split())


def text_of(row: outbox.OutboxRow) -> str:
    """What we wrote."""
    body = message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",))
    return body.get_content().replace("\r\n", "\n")


# It did not arrive


def test_a_bounce_of_a_request_is_found_by_its_message_id(office) -> None:
    """The row is refused, the address barred, it is noted with the order; the order was asked, and that for ever."""
    row = sent(office)
    office.receive(builders.bounce(row.message_id), TUESDAY + HOUR)
    refused = row_of(office)
    assert (refused.state, refused.reason) == ("refused", "returned, 5.1.1: the buyer did not get it")
    (noted,) = office.run(decisions.decisions, action="bounced")
    assert (noted.outbox_id, noted.thread_id) == (row.id, None)
    assert noted.detail["words"] == f"our feedback request about order {ORDER} did not arrive (returned, 5.1.1)"
    order = office.run(orders.order, "main", ORDER)
    assert order.feedback is FeedbackState.ASKED
    assert order.feedback_detail["returned"] == noted.detail["words"]
    (bar,) = office.run(suppressions.suppressions)
    assert (bar.subject, bar.came_back) == (ALIAS, True)


def test_a_bounce_under_an_address_with_a_case_bars_the_buyer(office) -> None:
    """The mail went to alias+case@...; whoever is gone is the buyer, not that matter."""
    to = ALIAS.replace("@", f"+{builders.CASE}@")
    row = sent(office, to=to)
    office.receive(builders.bounce(row.message_id, recipient=to), TUESDAY + HOUR)
    assert row_of(office).state == "refused"
    assert barred(office) == {ALIAS}


@pytest.mark.parametrize("answered", [True, False])
def test_a_bounce_of_a_request_touches_no_thread_of_the_buyer(office, answered) -> None:
    """A person's answer to the same buyer arrived, or the question still waits: neither is any different."""
    written(office)
    if answered:
        office.receive(builders.sent_answer(ALIAS), TUESDAY + HOUR, sent=True)
    before = office.threads()
    row = sent(office, TUESDAY + 2 * HOUR)
    office.receive(builders.bounce(row.message_id), TUESDAY + 3 * HOUR)
    assert office.threads() == before
    assert row_of(office).state == "refused"


def test_a_bounce_of_days_later_is_told_in_one_digest(office) -> None:
    """The request was made before the last digest: it is told in the next one, and in no other."""
    row = sent(office)
    assert "Refused" not in digest(office, TUESDAY + DAY)
    office.receive(builders.bounce(row.message_id, status="4.4.7"), TUESDAY + 2 * DAY)
    told = digest(office, TUESDAY + 2 * DAY + HOUR)
    assert "Refused" in told
    assert f"feedback request · amazon.fr · {ORDER}" in told
    assert "Refused" not in digest(office, TUESDAY + 3 * DAY)


def test_a_report_without_a_message_id_asks_a_person(office) -> None:
    """Anybody can write one who knows the address: nothing is taken back, nobody is barred."""
    sent(office)
    raw = builders.bounce("<gone@example.com>").replace(b"Message-ID: <gone@example.com>\r\n", b"")
    office.receive(raw, TUESDAY + HOUR)
    assert row_of(office).state == "sent"
    assert barred(office) == set()
    assert words(office, "returned_unsure") == [
        f"a mail of ours did not arrive (returned, 5.1.1): our feedback request about order {ORDER}: please check"
    ]
    assert f"our feedback request about order {ORDER}" in digest(office, TUESDAY + DAY)


def test_a_report_that_may_mean_an_answer_or_a_request_asks_a_person(office) -> None:
    """Both went to that buyer in the last days: neither is guessed, and the answered thread stays answered."""
    written(office)
    office.receive(builders.sent_answer(ALIAS), TUESDAY + HOUR, sent=True)
    sent(office, TUESDAY + 2 * HOUR)
    raw = builders.bounce("<gone@example.com>").replace(b"Message-ID: <gone@example.com>\r\n", b"")
    office.receive(raw, TUESDAY + 3 * HOUR)
    assert office.threads()[0].state is ThreadState.ANSWERED
    assert row_of(office).state == "sent"
    (said,) = words(office, "returned_unsure")
    assert said == (
        "a mail of ours did not arrive (returned, 5.1.1), in thread 1,"
        f" or our feedback request about order {ORDER}: please check"
    )


def test_of_two_requests_to_one_buyer_the_report_with_the_order_means_one(office) -> None:
    """Two orders of one buyer, two requests: a report without an order may be the first one again."""
    sent(office)
    sent(office, TUESDAY + HOUR, order_id=OTHER)
    office.receive(builders.notice("X", "amazon.fr", text=f"{REFUSED} {ALIAS}", order_id=OTHER), TUESDAY + 2 * HOUR)
    assert {row.payload["order_id"]: row.state for row in office.outbox()} == {ORDER: "sent", OTHER: "refused"}
    office.receive(
        builders.notice("X", "amazon.fr", text=f"{REFUSED} {ALIAS}", order_id="", message_id="<2@amazonses.com>"),
        TUESDAY + 3 * HOUR,
    )
    assert {row.payload["order_id"]: row.state for row in office.outbox()} == {ORDER: "sent", OTHER: "refused"}
    (said,) = words(office, "returned_unsure")
    assert all(f"our feedback request about order {order_id}" in said for order_id in (ORDER, OTHER))


# Amazon says so


@pytest.mark.parametrize("named", ["both", "alias", "order"])
def test_an_opt_out_means_the_request_and_bars_buyer_and_order(office, named) -> None:
    """Amazon names the buyer, the order, or both: the request was what it did not deliver, and no more is written."""
    written(office)
    office.receive(builders.sent_answer(ALIAS), TUESDAY + HOUR, sent=True)
    sent(office, TUESDAY + 2 * HOUR)
    raw = builders.notice(
        OPTED_OUT, "amazon.fr", text="" if named == "order" else ALIAS, order_id="" if named == "alias" else ORDER
    )
    office.receive(raw, TUESDAY + 3 * HOUR)
    refused = row_of(office)
    assert (refused.state, refused.reason) == (
        "refused",
        "Amazon: the buyer opted out: the buyer did not get it",
    )
    assert barred(office) == {ALIAS, ORDER}
    assert office.threads()[0].state is ThreadState.ANSWERED  # an opt-out is about what nobody asked for
    order = office.run(orders.order, "main", ORDER)
    assert (order.feedback, "opted out" in order.feedback_detail["returned"]) == (FeedbackState.ASKED, True)
    assert "Refused" in digest(office, TUESDAY + DAY)


def test_an_opt_out_that_nobody_vouches_for_takes_nothing_back(office) -> None:
    """A person is asked; nobody is barred, no thread is opened."""
    written(office)
    office.receive(builders.sent_answer(ALIAS), TUESDAY + HOUR, sent=True)
    sent(office, TUESDAY + 2 * HOUR)
    office.receive(builders.notice(OPTED_OUT, "amazon.fr", text=ALIAS, auth=None), TUESDAY + 3 * HOUR)
    assert (row_of(office).state, office.threads()[0].state) == ("sent", ThreadState.ANSWERED)
    assert barred(office) == set()
    assert len(words(office, "returned_unsure")) == 1


def test_an_opt_out_after_a_bounce_bars_buyer_and_order_too(office) -> None:
    """The mail server was faster, and knew of the address alone; what the buyer says weighs more."""
    row = sent(office)
    office.receive(builders.bounce(row.message_id), TUESDAY + HOUR)
    office.receive(builders.notice(OPTED_OUT, "amazon.fr", text="", order_id=ORDER), TUESDAY + 2 * HOUR)
    found = office.run(suppressions.suppressions)
    assert {each.subject: each.reason for each in found} == dict.fromkeys((ALIAS, ORDER), suppressions.OPTED_OUT)
    assert row_of(office).reason == "returned, 5.1.1: the buyer did not get it"
    assert len(words(office, "bounced")) == 1


def test_an_opt_out_that_may_mean_two_requests_bars_the_buyer(office) -> None:
    """Which of them Amazon did not deliver is asked; that the buyer wants none is clear."""
    sent(office)
    sent(office, TUESDAY + HOUR, order_id=OTHER)
    office.receive(builders.notice(OPTED_OUT, "amazon.fr", text=ALIAS, order_id=""), TUESDAY + 2 * HOUR)
    assert barred(office) == {ALIAS}
    assert {row.state for row in office.outbox()} == {"sent"}
    assert len(words(office, "returned_unsure")) == 1


def test_a_message_that_names_no_order_is_not_acknowledged_where_its_threads_order_is_barred(office) -> None:
    """The thread knows which order it is about."""
    office.receive(builders.buyer_message(message_id="<q@amazon.example>"), BASTILLE_DAY - DAY)
    office.run(suppressions.suppress, "main", ORDER, suppressions.by_you("settled"), BASTILLE_DAY - HOUR)
    more = builders.buyer_message(text="Et alors, toujours rien ?", order_id=None, references=["<q@amazon.example>"])
    office.receive(more, BASTILLE_DAY)
    assert len(office.threads()) == 1
    assert office.outbox() == ()
    assert "suppressed" in office.reasons()


def test_a_refused_request_bars_nobody(office) -> None:
    """Amazon did not like the words: the buyer said nothing."""
    sent(office)
    office.receive(builders.notice("X", "amazon.fr", text=REFUSED), TUESDAY + HOUR)
    assert row_of(office).state == "refused"
    assert barred(office) == set()


# Its copies


def opened(office, at: datetime = TUESDAY) -> None:
    """A buyer's question waits that names no order: who it is decides which thread an answer belongs to."""
    office.receive(builders.buyer_message(order_id=None), at)


def copies(row: outbox.OutboxRow, kind: str) -> bytes:
    """What a provider or Amazon makes of our mail."""
    text = text_of(row)
    page = html.escape(text, quote=False).replace("\n", "<br>")
    match kind:
        case "gmail":
            return row.rfc822
        case "stripped":  # a server took our marks away and gave it another Message-ID
            return builders.sent_answer(ALIAS, text=text, message_id="<1@provider.example>", subject=row.subject)
        case "case":
            to = ALIAS.replace("@", f"+{builders.CASE}@")
            return builders.sent_answer(to, text=text, message_id="<1@provider.example>", subject=row.subject)
        case "amazon, order":
            return builders.answer_copy("amazon.fr", page, name="Camille", order_id=ORDER)
        case _:
            return builders.answer_copy("amazon.fr", page, name="Camille")


KINDS = ["gmail", "stripped", "case", "amazon, order", "amazon, name"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_of_our_request_is_no_answer(office, kind) -> None:
    """Whoever copies it and however, the buyer's question waits on."""
    opened(office)
    row = sent(office, TUESDAY + HOUR)
    copy = copies(row, kind)
    office.receive(copy, TUESDAY + HOUR + asking.MINUTE, sent=not kind.startswith("amazon"))
    (thread,) = office.threads()
    assert (thread.state, thread.due_at) == (ThreadState.OPEN, TUESDAY + DAY)
    assert words(office, "answer") == []


def test_a_copy_that_comes_after_the_invoice_went_is_known_as_ours(office) -> None:
    """The text is what it is known by, and that stays."""
    opened(office)
    row = sent(office, TUESDAY + HOUR)
    assert office.run(proactive.drop_files) == 1
    office.receive(copies(row, "amazon, name"), TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN


@pytest.mark.parametrize("kind", ["stripped", "amazon, order", "amazon, name"])
def test_a_copy_of_our_request_about_the_same_order_is_no_answer(office, kind) -> None:
    """The question came about the very order, while the request was under way."""
    row = sent(office)
    office.receive(builders.buyer_message(order_id=ORDER), TUESDAY + asking.MINUTE)
    office.receive(copies(row, kind), TUESDAY + 2 * asking.MINUTE, sent=kind == "stripped")
    assert office.threads()[0].state is ThreadState.OPEN
    assert words(office, "own_copy") == [
        f"a copy of our own feedback request {row.id}: no answer, the clock stays as it is"
    ]


def test_a_stripped_copy_that_is_read_before_the_question_answers_nothing(office) -> None:
    """Two folders are read at once: the copy is known as ours although no thread was there when it was read."""
    row = sent(office, TUESDAY + HOUR)
    office.receive(copies(row, "stripped"), TUESDAY + HOUR + asking.MINUTE, sent=True)
    office.receive(builders.buyer_message(order_id=ORDER), TUESDAY, now=TUESDAY + 2 * HOUR)
    assert office.threads()[0].state is ThreadState.OPEN


def test_a_persons_answer_below_our_text_is_an_answer(office) -> None:
    """Words of a person's above ours, from a mail program: that closes the thread."""
    opened(office)
    row = sent(office, TUESDAY + HOUR)
    text = (
        f"Bonjour Camille, votre colis part demain avec un nouveau numéro de suivi, je vous l'envoie.\n\n{text_of(row)}"
    )
    office.receive(builders.sent_answer(ALIAS, text=text), TUESDAY + 2 * HOUR, sent=True)
    assert office.threads()[0].state is ThreadState.ANSWERED


def test_a_copy_of_our_text_and_more_asks_a_person(office) -> None:
    """Nobody can tell: the thread stays open, and a person is asked about it."""
    opened(office)
    row = sent(office, TUESDAY + HOUR)
    text = f"{text_of(row)}\nP.S. votre autre colis part demain avec un nouveau numéro de suivi."
    office.receive(builders.sent_answer(ALIAS, text=text), TUESDAY + 2 * HOUR, sent=True)
    assert office.threads()[0].state is ThreadState.OPEN
    assert words(office, "unsure") == [
        "a copy that holds our own feedback request and more than that: it may be an answer, please check"
    ]


def test_the_copy_settles_a_request_of_unknown_fate(office) -> None:
    """It lies in the Sent folder: it was sent, though the server's reply never came."""
    new = asking.request(TUESDAY)

    def unknown(conn: Connection) -> None:
        outbox_id = outbox.enqueue(conn, new)
        assert outbox_id is not None
        outbox.claim_due(conn, "main", TUESDAY)
        outbox.data_started(conn, outbox_id, TUESDAY)
        outbox.make_ambiguous(conn, outbox_id, "no reply", TUESDAY)

    office.run(unknown)
    office.receive(new.rfc822, TUESDAY + asking.MINUTE, sent=True)
    assert row_of(office).state == "sent"
    (copy,) = [office.run(mails.mail, 1)]
    assert copy.own


# The buyer answers


def test_an_answer_to_a_request_is_a_message_with_its_own_clock(office) -> None:
    """It refers to a mail without a thread: a new one, once; what the buyer adds goes into it."""
    row = sent(office)
    reply = {"references": [row.message_id], "subject": f"Re: {row.subject}", "order_id": ORDER}
    office.receive(builders.buyer_message(text="Le colis n'est jamais arrivé !", **reply), TUESDAY + DAY)
    office.receive(builders.buyer_message(text="Et la facture est fausse.", **reply), TUESDAY + DAY + HOUR)
    (thread,) = office.threads()
    assert (thread.state, thread.due_at, thread.messages) == (ThreadState.OPEN, TUESDAY + 2 * DAY, 2)
    assert thread.order_id == ORDER


def test_an_answer_to_a_request_is_acknowledged_on_a_closed_day(office) -> None:
    """As any other message."""
    row = sent(office, BASTILLE_DAY - HOUR)
    office.receive(builders.buyer_message(references=[row.message_id], subject=f"Re: {row.subject}"), BASTILLE_DAY)
    assert row_of(office, "acknowledgement").state == "queued"


def test_a_notice_of_absence_in_answer_to_a_request_is_not_acknowledged(office) -> None:
    """A machine answered a machine: that is the end of it."""
    row = sent(office, BASTILLE_DAY - HOUR)
    mark = {"Auto-Submitted": "auto-replied"}
    away = builders.buyer_message(text="Je suis absente.", references=[row.message_id], extra_headers=mark)
    office.receive(away, BASTILLE_DAY)
    assert [row.kind for row in office.outbox()] == ["feedback_request"]
    assert "automatic" in office.reasons()


def test_what_nobody_asked_for_counts_for_the_buyers_daily_limit(office) -> None:
    """A request and an invoice today: one more automatic mail would be the third."""
    sent(office, BASTILLE_DAY - 2 * HOUR)
    office.receive(builders.buyer_message(order_id=OTHER), BASTILLE_DAY)
    assert row_of(office, "acknowledgement").state == "queued"
    sent(office, BASTILLE_DAY - HOUR, kind="invoice")
    office.receive(builders.buyer_message(order_id="171-8888888-8888888", text="Autre question."), BASTILLE_DAY + HOUR)
    assert "buyer_cap" in office.reasons()


# What the digest says


def test_the_digest_tells_what_was_sent_with_its_order(office) -> None:
    """Among what was sent for the seller, as long as something waits: else it is only counted."""
    sent(office)
    assert "1 mail sent for you." in digest(office, TUESDAY + HOUR)
    written(office, TUESDAY + 2 * HOUR)
    sent(office, TUESDAY + 3 * HOUR, kind="invoice")
    said = digest(office, TUESDAY + DAY)
    assert "1 invoice mail." in said
    assert f"amazon.fr {ORDER} invoice mail: Votre commande {ORDER}" in said.replace(" · ", " ").replace(" | ", " ")


def test_a_request_that_was_refused_days_after_it_was_made_is_told_once(office) -> None:
    """It waited for its hour: made before the last digest, refused after it."""
    new = asking.request(TUESDAY)
    office.run(asking.known, TUESDAY)
    office.run(outbox.enqueue, new)
    assert "Refused" not in digest(office, TUESDAY + DAY)

    def refused(conn: Connection) -> None:
        row = outbox.claim_due(conn, "main", TUESDAY + 25 * HOUR, (new.kind,))
        assert row is not None
        kept(conn, None, row, Refused("550 5.7.1 not from here", Stage.RCPT, 550), TUESDAY + 25 * HOUR)

    office.run(refused)
    assert "550 5.7.1 not from here" in digest(office, TUESDAY + 2 * DAY)
    assert "Refused" not in digest(office, TUESDAY + 3 * DAY)


def test_the_digest_offers_no_way_to_send_what_breaks_a_rule(office) -> None:
    """The template is to be mended; what is held for another reason may be let go."""
    payload = {"order_id": ORDER, "alias": ALIAS, "findings": ["L05 line 3: x"]}
    broken = office.run(outbox.enqueue, asking.request(TUESDAY, state="held", reason="L05 line 3: x", payload=payload))
    other = office.run(outbox.enqueue, asking.request(TUESDAY, order_id=OTHER, state="held", reason="dry run"))
    said = digest(office, TUESDAY + DAY)
    assert f"mend the template, then: responder outbox {broken} cancel" in said
    assert f"outbox {broken} release" not in said
    assert f"outbox {other} release" in said
