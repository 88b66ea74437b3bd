"""The script and its sample mail: in order, in six languages, and understood as what they stand for."""

from datetime import timedelta

from responder.adapters import catalogue
from responder.core.classify import Authentic, Classified, Kind, NoticeType, OwnAddresses, classify
from responder.core.message import parse
from responder.demo import mail
from responder.demo.story import BEGINS_AT, ENDS_AT, Step, Writes, instant, kind, script, told

STORES = catalogue.load()
SCRIPT = script(STORES)
BUYERS = {entry.step.buyer.name: entry.step.buyer for entry in SCRIPT if isinstance(entry.step, Writes)}
OWN = OwnAddresses(frozenset({mail.SERVICE}))
AT = instant("Sat 10:05")


def _read(raw: bytes) -> Classified:
    return classify(parse(raw), STORES, OWN, mail.AUTHSERV_ID)


def test_the_script_runs_from_friday_afternoon_to_tuesday_morning() -> None:
    """Every entry is later than the one before, and inside the weekend."""
    instants = [BEGINS_AT, *(entry.at for entry in SCRIPT), ENDS_AT]
    assert instants == sorted(set(instants))


def test_every_kind_of_step_happens_and_has_words() -> None:
    """No step is declared and never played, and each can be told."""
    assert {type(entry.step) for entry in SCRIPT} == set(Step.__args__)
    assert all(who and text for who, text in (told(entry.step) for entry in SCRIPT))
    assert kind(SCRIPT[1].step) == "answers_by_mail"


def test_buyers_write_in_six_languages() -> None:
    """One buyer at least for each."""
    assert {buyer.store.language for buyer in BUYERS.values()} == {"en", "de", "fr", "it", "es", "pl"}


def test_a_buyers_words_are_found_in_every_language() -> None:
    """The daemon reads each sample as a verified message of its buyer, with nothing of Amazon's frame around it."""
    for buyer in BUYERS.values():
        found = _read(mail.buyer_message(buyer, "Où est le colis ? Größe żółć", AT))
        assert (found.kind, found.verdict.authentic) == (Kind.BUYER_MESSAGE, Authentic.PASS)
        assert (found.text, found.buyer_name) == ("Où est le colis ? Größe żółć", buyer.name)
        assert (found.buyer_address, found.order_ids) == (buyer.address, (buyer.order_id,))
        assert found.marketplace == buyer.store
        assert not found.automatic


def test_a_forgery_fails_verification() -> None:
    """The same mail with the mail server's dmarc=fail is nobody's."""
    assert _read(mail.buyer_message(BUYERS["Claire D."], "x", AT, dmarc="fail")).verdict.authentic is Authentic.FAIL


def test_amazons_own_mails_are_known_by_their_type() -> None:
    """The claim names its limit; the copy names the order it answers."""
    giulia = BUYERS["Giulia R."]
    claim = _read(mail.claim(giulia, AT))
    assert (claim.kind, claim.notice_type, claim.named_deadline) == (
        Kind.NOTICE,
        NoticeType.A_TO_Z_OPENED,
        timedelta(days=3),
    )
    copy = _read(mail.answer_copy(giulia, "Va bene.", AT))
    assert (copy.kind, copy.order_ids, copy.buyer_name) == (Kind.ANSWER_COPY, (giulia.order_id,), giulia.name)
    assert copy.verdict.authentic is Authentic.PASS


def test_an_answer_refers_to_the_message() -> None:
    """A mail program writes In-Reply-To, and its own Message-ID."""
    giulia = BUYERS["Giulia R."]
    written = mail.message_id(mail.buyer_message(giulia, "x", AT))
    answer = parse(mail.answer(giulia, "Va bene.", written, AT))
    assert answer.in_reply_to == (written,)
    assert answer.to[0].spec == giulia.address
