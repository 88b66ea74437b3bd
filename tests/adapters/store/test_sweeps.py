"""What the mail before a closing leaves out, on both databases."""

from typing import Any

from responder.adapters.store import Store, mails, notices, sweeps, threads


def test_a_thread_of_forged_mail_alone_is_forged(shared: Store, make: Any) -> None:
    """One genuine message makes a thread genuine; a thread whose mail is not known is no forgery."""

    def thread(*authentic: str) -> int:
        thread_id = shared.run(threads.insert_thread, make.thread()).id
        for each in authentic:
            mail_id = shared.run(mails.insert_mail, make.mail(authentic=each))
            shared.run(mails.put_in_thread, mail_id, thread_id)
        return thread_id

    forged, mixed, unknown, empty = thread("fail", "fail"), thread("fail", "pass"), thread("unknown"), thread()
    assert shared.run(sweeps.forged_threads) & {forged, mixed, unknown, empty} == {forged}


def test_a_notice_is_forged_as_its_mail_is(shared: Store, make: Any) -> None:
    """Of those asked about only."""

    def notice(authentic: str) -> int:
        mail_id = shared.run(mails.insert_mail, make.mail(authentic=authentic))
        return shared.run(notices.insert_notice, make.notice(mail_id))

    forged, genuine, other = notice("fail"), notice("pass"), notice("fail")
    assert shared.run(sweeps.forged_notices, [forged, genuine]) == {forged}
    assert shared.run(sweeps.forged_notices, []) == frozenset()
    assert other
