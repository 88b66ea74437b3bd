"""What must hold for every mail there is, whatever its bytes: shared by named vectors, hypothesis and the fuzzer."""

from functools import cache

from mail import builders

from responder.adapters.catalogue import load
from responder.core.addresses import MAX_ADDRESSES, strict_spec
from responder.core.amazon import Catalogue, relay_address
from responder.core.classify import Authentic, Classified, Kind, OwnAddresses, classify
from responder.core.markup import MAX_HTML
from responder.core.message import MAX_IDS, MAX_RAW, MAX_REPORT, MAX_TEXT, Message, parse
from responder.core.mime import MAX_FIELD, MAX_FIELDS, MAX_PARTS

SERVER = "mx.example.com"
OWN = OwnAddresses(frozenset({builders.SELLER}))


@cache
def catalogue() -> Catalogue:
    """Return the shipped catalogue, read once."""
    return load()


def understood(raw: bytes) -> tuple[Message, Classified]:
    """Return what a mail says and what it is, as the daemon sees it."""
    message = parse(raw)
    return message, classify(message, catalogue(), OWN, SERVER)


def answerable(found: Classified) -> bool:
    """Return whether an acknowledgement could follow at all."""
    return found.kind is Kind.BUYER_MESSAGE and found.verdict.authentic is Authentic.PASS and not found.automatic


def check(raw: bytes) -> tuple[Message, Classified]:
    """Understand a mail and hold the result against everything that must be true of it."""
    message, found = understood(raw)
    assert_within_limits(message, found)
    assert_no_line_breaks(message, found)
    assert_buyers_are_buyers(message, found)
    assert_a_proof_is_a_proof(message, found)
    return message, found


def assert_within_limits(message: Message, found: Classified) -> None:
    """Every field, text and list that a mail can fill has its limit."""
    assert len(message.headers) <= MAX_FIELDS
    assert all(len(name) <= 76 and len(value) <= MAX_FIELD for name, value in message.headers)
    for people in (message.from_, message.sender, message.reply_to, message.to, message.cc):
        assert len(people) <= MAX_ADDRESSES
        assert all(len(person.name) <= 120 and len(person.spec) <= 254 for person in people)
    assert len(message.subject) <= 200
    assert len(message.text) <= MAX_TEXT
    assert len(message.html) <= MAX_HTML
    assert len(message.raw) <= MAX_RAW
    assert len(message.attachments) <= MAX_PARTS
    assert all(len(each.name) <= 120 and len(each.content_type) <= 100 for each in message.attachments)
    assert len(message.report) <= 10
    assert all(len(each.text) <= MAX_REPORT for each in message.report)
    assert len(message.references) <= MAX_IDS
    assert len(message.in_reply_to) <= MAX_IDS
    assert len(message.defects) <= 250
    assert all(len(defect) <= 120 for defect in message.defects)
    assert len(message.dedup_key) == 64
    assert len(found.order_ids) <= 20
    assert len(found.text or "") <= MAX_TEXT
    assert len(found.buyer_name or "") <= 120
    assert len(found.no_response_link or "") <= 2_048
    assert len(found.notification_type or "") <= 80
    assert len(found.bounced_message_ids) <= MAX_IDS


def assert_no_line_breaks(message: Message, found: Classified) -> None:
    """No value that may end in a header, a path or a log line holds a line break or a control character."""
    for _, value in message.headers:
        assert value.isprintable() or not any(ord(char) < 32 or char in "\x7f\x85\u2028\u2029" for char in value)
    people = (*message.from_, *message.sender, *message.reply_to, *message.to, *message.cc)
    assert all(strict_spec(person.spec) == person.spec for person in people)
    names = [person.name for person in people] + [each.name for each in message.attachments]
    for text in (message.subject, found.buyer_name or "", found.case_id or "", found.no_response_link or "", *names):
        assert len(text.splitlines()) <= 1
        assert not any(ord(char) < 32 or char == "\x7f" for char in text)
    for identifier in (message.message_id or "", *message.references, *message.in_reply_to):
        assert identifier.isascii()
        assert not set(identifier) & set(" \r\n\t")


def assert_buyers_are_buyers(message: Message, found: Classified) -> None:
    """A buyer message comes from one relay address, or from Amazon itself with one relay address to answer to."""
    if found.kind is not Kind.BUYER_MESSAGE:
        return
    (sender,) = message.from_
    if relay_address(sender.spec, catalogue()) is None:
        assert catalogue().is_amazon_domain(sender.domain)
        (answer_to,) = message.reply_to
        assert relay_address(answer_to.spec, catalogue()) is not None
    assert found.buyer_address is not None
    assert relay_address(found.buyer_address, catalogue()) is not None
    assert found.text or message.attachments or not message.text.strip()


def assert_a_proof_is_a_proof(message: Message, found: Classified) -> None:
    """Without the topmost Authentication-Results of our own server nothing is genuine."""
    if found.verdict.authentic is not Authentic.PASS:
        return
    (topmost, *_) = message.all_headers("authentication-results")
    assert SERVER in topmost.lower()
    assert len(message.all_headers("from")) == 1
    assert catalogue().is_amazon_domain(message.from_[0].domain)
