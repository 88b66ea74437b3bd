"""Mails to ourselves as rows: known by Message-ID or code, in one account, with what became of them in the outbox."""

from dataclasses import replace
from datetime import timedelta

from neighbours.desk import OPERATOR

from responder.adapters.store import Store, canaries, mails, outbox
from responder.core import canary

MINUTE = timedelta(minutes=1)


def test_one_is_kept_with_its_mail_and_found_again_when_it_comes(shared: Store, make) -> None:
    """By its Message-ID, by its code, in the account that sent it alone; where it lies last and when it came first."""
    account, now = make.account(), make.now
    mail = canary.written(replace(OPERATOR, account=account), "service@example.com", now)
    made = shared.run(canaries.send, account, mail, "service@example.com", now)
    assert made is not None
    assert shared.run(canaries.send, account, mail, "service@example.com", now) is None
    assert shared.run(outbox.claim_due, account, now) is not None
    assert shared.run(outbox.mark_sent, made, now, "250 ok")
    code = canary.code_in(mail.subject)
    assert code == canary.code_of(mail.message_id)
    for nobody in (
        ("other", mail.message_id, code),
        (account, None, None),
        (account, "<x@y>", "a" * 12),
        (account, "", None),
    ):
        assert shared.run(canaries.arrived, *nobody, "INBOX", now) is None
    assert shared.run(canaries.arrived, account, None, code, "Spam", now + MINUTE) is not None
    found = shared.run(canaries.arrived, account, mail.message_id, None, "INBOX", now + 2 * MINUTE)
    assert found == shared.run(canaries.last, account)
    assert found is not None
    assert (found.state, found.sent_at, found.arrived_at, found.folder) == ("sent", now, now + MINUTE, "INBOX")


def test_only_mail_of_others_in_the_inbox_is_an_arrival(shared: Store, make) -> None:
    """Not what we sent, not our own mail that came back, not another account's."""
    account, now = make.account(), make.now
    assert shared.run(canaries.last_arrival, account) is None
    for minutes, changes in (
        (0, {}),
        (1, {}),
        (2, {"own": True}),
        (3, {"role": "sent"}),
        (4, {"account": make.account()}),
    ):
        new = make.mail(**{"account": account, "received_at": now + minutes * MINUTE, **changes})
        assert shared.run(mails.insert_mail, new) is not None
    assert shared.run(canaries.arrivals, account, now) == (now, now + MINUTE)
    assert shared.run(canaries.arrivals, account, now + MINUTE) == (now + MINUTE,)
    assert shared.run(canaries.last_arrival, account) == now + MINUTE
