"""What a log line may hold: our own sentence, known fields, and no word of a mail or a mail server."""

import pytest

from responder.core.logged import LIMIT, event_name, fields, own_words


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("digest written", "digest_written"),
        ("a loop stands still; the watchdog is not fed", "a_loop_stands_still_the_watchdog_is_not_fed"),
        ("mail sent or not: a person has to look", "mail_sent_or_not_a_person_has_to_look"),
        ("what the dead man's switch needs cannot be left", "what_the_dead_man_s_switch_needs_cannot_be_left"),
    ],
)
def test_a_sentence_has_a_name(sentence: str, name: str) -> None:
    """The name is what `journalctl RESPONDER_EVENT=...` is asked for."""
    assert event_name(sentence) == name


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("550 5.1.1 <a1b2c3@marketplace.amazon.fr> Camille is unknown", "550 5.1.1"),
        ("452 Subject 'Where is my parcel' deferred (at body)", "452 (at body)"),
        ("554-5.7.1 blocked: Camille (at rcpt)", "554-5.7.1 (at rcpt)"),
        (
            "tried for 4 days; the last time: 451 4.3.0 Camille (at data)",
            "tried for 4 days; the last time: 451 4.3.0 (at data)",
        ),
        ("the mail was sent and answered with 199 Camille", "the mail was sent and answered with 199"),
        ("354 Camille (at rcpt)", "354 (at rcpt)"),
        ("120 rows have no order", "120 rows have no order"),
        ("-1 Malformed SMTP response line: b'Camille' (at rcpt)", "-1 Malformed SMTP response line"),
        ("535 5.7.8 password Camille", "535 5.7.8"),
        ("UID FETCH: the server says NO [CANNOT] cannot read Camille", "UID FETCH: the server says NO [CANNOT]"),
        ("SELECT: the server says BAD Camille", "SELECT: the server says BAD"),
        ("the server said goodbye: Camille", "the server said goodbye"),
        ("no IMAP response: 'Subject: Camille'", "no IMAP response"),
        ("cannot read a response at 'Camille'", "cannot read a response"),
        ("the server refused the login of service: Camille", "the server refused the login"),
        (
            "never write there again: bounced by k3xw9@marketplace.amazon.fr",
            "never write there again: bounced by [address]",
        ),
        ("the mail has 250 bytes, the server takes 200", "the mail has 250 bytes, the server takes 200"),
        ("no answer in time (at connect)", "no answer in time (at connect)"),
        ("closed_holiday", "closed_holiday"),
        (
            "it has no column with the order's number (order-id); columns nobody knows: 'Camille', '12 rue X' (a hint)",
            "it has no column with the order's number (order-id); columns nobody knows",
        ),
        ("the column 'Camille' stands in it twice", "the column"),
    ],
)
def test_of_a_servers_answer_only_the_code_is_told(said: str, told: str) -> None:
    """A server may repeat what is in a mail; what is wrong is in its numbers, and our own words stay."""
    assert own_words(said) == told


def test_a_field_that_nobody_documented_is_left_out() -> None:
    """Subject, name and address have no field."""
    line = {"event": "x", "subject": "s", "buyer_name": "n", "to": "a@b.c", "mail": 7, "kind": "notice"}
    assert fields(line) == {"mail": 7, "kind": "notice"}


def test_a_value_is_one_clean_line() -> None:
    """Line breaks, escapes and direction overrides are gone, and a long value is cut."""
    told = fields({"reason": "a\n<0>boom\x1b[2J\u202ereversed", "file": "x" * 2 * LIMIT, "loops": ["a\nb"], "uid": 3})
    assert told == {"reason": "a <0>boom[2Jreversed", "file": "x" * LIMIT, "loops": ["a b"], "uid": 3}


def test_an_address_is_no_value() -> None:
    """Wherever it stands, also inside of a list."""
    assert fields({"first": ["from Camille <c@example.net>"], "file": "c@example.net.csv"}) == {
        "first": ["from Camille <[address]>"],
        "file": "[address]",
    }
