"""The dead man's switch, as it is called: a real state, a real mail server, and time as an argument."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from neighbours.silent import DUE, HOUR, PASSWORD, Silent, Step, beat
from neighbours.smtp import Mailhost, make_certificate

from responder.adapters.store import Store, digests, health, meta, outages, outbox, threads
from responder.adapters.store.outbox import NewOutbox
from responder.core.threads import Thread

THURSDAY = date(2026, 11, 26)
LATE = DUE + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
# Around a digest's time and around midnight (23:00 UTC): where a day of any kind begins, something could be told again.
AROUND = tuple(HOUR * each for each in (-8, -7.5, -7, -0.5, 0, 0.5, 1))


def digest(store: Store, at: datetime = DUE) -> int:
    """Write today's digest into the outbox."""
    row = NewOutbox(
        account="main",
        idem_key="digest:2026-11-26",
        message_id="<digest@example.com>",
        kind="digest",
        recipient="owner@example.com",
        subject="Digest",
        rfc822=b"Subject: Digest\r\n\r\nAll is well\r\n",
        due_at=DUE,
        created_at=DUE,
    )
    outbox_id = store.run(outbox.enqueue, row)
    assert outbox_id is not None
    store.run(digests.insert_digest, THURSDAY, outbox_id, at)
    return outbox_id


def sent(store: Store) -> None:
    """Today's digest, accepted by the mail server."""
    outbox_id = digest(store)
    store.run(outbox.claim_due, "main", DUE)
    store.run(outbox.data_started, outbox_id, DUE)
    store.run(outbox.mark_sent, outbox_id, DUE, "250 ok")


def message(subject: str, due_at: datetime, **more: object) -> Step:
    """A buyer's message that waits."""
    values = {"marketplace": "amazon.fr", "order_id": "171-1234567-1234567", "buyer_alias": f"{due_at.timestamp()}@x"}
    given = values | more

    def keep(store: Store) -> None:
        made = Thread(
            id=0,
            account="main",
            case_id=None,
            buyer_name="Camille Dupont",
            subject=subject,
            language="fr",
            received_at=due_at - timedelta(hours=24),
            due_at=due_at,
            last_message_at=due_at - timedelta(hours=24),
            messages=1,
            **given,  # type: ignore[arg-type]
        )
        store.run(threads.insert_thread, made)

    return keep


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailhost]:
    """A submission server with STARTTLS and a login."""
    certificate = make_certificate(tmp_path_factory.mktemp("tls"))
    with Mailhost("starttls", certificate, {"service": PASSWORD}) as made:
        yield made


@pytest.fixture
def watch(tmp_path: Path, server: Mailhost) -> Silent:
    """A seller whose digest is due at 7:30 in Paris, on every day."""
    return Silent.at(tmp_path, server)


def test_a_daemon_that_lives_and_told_is_left_alone(watch: Silent, capsys: pytest.CaptureFixture[str]) -> None:
    """A heartbeat of now and a digest that left: no mail at all."""
    watch.state(beat(LATE), sent)
    assert watch.check(LATE) == 0
    assert watch.mails() == []
    assert "All is well" in capsys.readouterr().out


def test_a_silent_daemon_is_told_once_with_the_open_list(watch: Silent) -> None:
    """The heartbeat is an hour old: who waits, until when, in the seller's zone, the nearest first; and once only."""
    now = DUE - 4 * HOUR
    watch.state(beat(now - HOUR), message("Later", now + 9 * HOUR), message("Où est mon colis ?", now + 2 * HOUR))
    assert [watch.check(now), watch.check(now + 15 * MINUTE), watch.check(now + 30 * MINUTE)] == [0, 0, 0]
    (mail,) = watch.mails()
    text = mail.get_content()
    assert mail["Subject"].startswith(
        "Buyer Responder is silent: The daemon stands still: its last heartbeat was Thu 26"
    )
    assert "Thu 26 Nov 02:30" in mail["Subject"]
    # Its second look was a minute and a half later.
    first, later = text.index("Thu 26 Nov 05:30  1 h 58 min left"), text.index("Thu 26 Nov 12:30  8 h 58 min left")
    assert first < text.index("Où est mon colis ?") < later
    assert "order 171-1234567-1234567" in text
    assert "Camille" not in text
    assert watch.server.accepted[0].tls
    assert watch.server.accepted[0].recipients == ("owner@example.com",)


def test_the_mail_says_that_it_is_automatic(watch: Silent) -> None:
    """No daemon, and nobody's absence reply, answers it; it is of this instance, and dated in the seller's zone."""
    watch.state(beat(DUE - 9 * HOUR))
    watch.check(DUE)
    (mail,) = watch.mails()
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert len(mail["X-Responder-Instance"]) == 16
    assert mail["Date"].endswith("+0100")
    assert (mail["From"], mail["To"]) == ("Buyer Responder <service@example.com>", "owner@example.com")


def test_a_missing_digest_is_told_half_an_hour_late(watch: Silent) -> None:
    """The daemon lives and wrote none: not before 8:00, once then, and again on the next day."""
    for at in (LATE - MINUTE, LATE, LATE + HOUR, LATE + 24 * HOUR):
        watch.state(beat(at))
        assert watch.check(at) == 0
    subjects = [mail["Subject"] for mail in watch.mails()]
    assert subjects == [
        "No digest today: The digest of Thu 26 Nov 07:30 was not written.",
        "No digest today: The digest of Fri 27 Nov 07:30 was not written.",
    ]


def test_a_stopped_daemon_is_told_again_with_each_missing_digest(watch: Silent) -> None:
    """It stopped at night and stays so: at once, and at 8:00 with the digest that does not come; not at midnight."""
    stopped = DUE - 8 * HOUR
    watch.state(beat(stopped))
    looks = {stopped, stopped + 30 * MINUTE, *(DUE + day * 24 * HOUR + at for day in (0, 1) for at in AROUND)}
    for at in sorted(looks):
        watch.check(at)
    subjects = [mail["Subject"].partition(":")[0] for mail in watch.mails()]
    assert subjects == ["Buyer Responder is silent", "No digest today", "No digest today"]


def test_a_digest_that_did_not_leave_is_told_with_its_reason(watch: Silent) -> None:
    """It was written; the mail server would not have it: its number is no telephone number."""

    def refused(store: Store) -> None:
        outbox_id = digest(store)
        store.run(outbox.claim_due, "main", DUE)
        store.run(outbox.refuse, outbox_id, "550 5.7.26 not from here")

    watch.state(beat(LATE), refused)
    watch.check(LATE)
    (mail,) = watch.mails()
    assert "did not leave: it is refused in the outbox, after 1 tries (550 5.7.26 not from here)" in mail.get_content()


def test_a_weekday_without_a_digest_misses_none(watch: Silent) -> None:
    """`days` is obeyed: on a Thursday nothing is due where Monday is the only day."""
    config = (
        (watch.folder / "config.yaml")
        .read_text()
        .replace("{email: owner@example.com}", "{email: owner@example.com, digest: {at: 9:05, days: [mon]}}")
    )
    (watch.folder / "config.yaml").write_text(config)
    watch.state(beat(LATE + 4 * HOUR))
    watch.check(LATE + 4 * HOUR)
    assert watch.mails() == []
    monday = datetime(2026, 11, 30, 8, 35, tzinfo=UTC)  # 9:35 in Paris
    watch.state(beat(monday))
    watch.check(monday - MINUTE)
    assert watch.mails() == []
    watch.check(monday)
    assert [mail["Subject"] for mail in watch.mails()] == [
        "No digest today: The digest of Mon 30 Nov 09:05 was not written."
    ]


def test_a_daemon_that_never_started_is_told(watch: Silent) -> None:
    """There is no state at all: nothing is said before the digest's time, and then once a day."""
    assert [watch.check(at) for at in (DUE, LATE, LATE + HOUR)] == [0, 0, 0]
    (mail,) = watch.mails()
    assert mail["Subject"] == "No digest today: The daemon was never started."


def test_a_first_start_after_the_time_of_the_day_misses_no_digest(watch: Silent) -> None:
    """Installed at ten in the morning: the first digest is tomorrow's."""
    at = LATE + 3 * HOUR
    watch.state(lambda store: store.run(health.account_started, "main", at), lambda store: store.run(outages.beat, at))
    watch.check(at)
    assert watch.mails() == []


def test_an_installation_is_no_failure(watch: Silent) -> None:
    """The timer is begun beside the daemon, and is faster: a second look finds a daemon that lives."""
    at = LATE + 3 * HOUR
    watch.meanwhile = [
        lambda store: store.run(health.account_started, "main", at),
        lambda store: store.run(outages.beat, at + MINUTE),
    ]
    assert watch.check(at) == 0
    assert watch.mails() == []


def test_an_upgrade_of_a_state_without_a_heartbeat_is_no_failure(watch: Silent) -> None:
    """A state of before there was one: the daemon of this version writes it within the second look."""
    watch.state(lambda store: store.run(health.account_started, "main", DUE - 90 * 24 * HOUR))
    watch.meanwhile = [beat(DUE + MINUTE)]
    assert watch.check(DUE) == 0
    assert watch.mails() == []


def test_a_daemon_that_moves_by_turns_is_told_every_three_hours(watch: Silent) -> None:
    """It lives for a while between two looks that find it standing still, again and again."""
    for hours in (0, 1, 2, 3.25, 4):
        now = DUE - 12 * HOUR + hours * HOUR
        watch.state(beat(now - 20 * MINUTE))
        watch.check(now)
    assert [mail["Subject"].rpartition(" ")[2] for mail in watch.mails()] == ["19:10.", "22:25."]


def test_a_daemon_that_lives_is_not_called_silent(watch: Silent) -> None:
    """Its digest's fate is in doubt, or that of ten to midnight is missing: the subject says no more than that."""

    def doubtful(store: Store) -> None:
        outbox_id = digest(store)
        store.run(outbox.claim_due, "main", DUE)
        store.run(outbox.data_started, outbox_id, DUE)
        store.run(outbox.make_ambiguous, outbox_id, "the connection broke", DUE)

    watch.state(beat(LATE), doubtful)
    watch.check(LATE)
    file = watch.folder / "config.yaml"
    late = "{email: owner@example.com, digest: {at: 23:50}}"
    file.write_text(file.read_text().replace("{email: owner@example.com}", late))
    midnight = DUE + 40 * HOUR + 50 * MINUTE  # 00:20 on Saturday
    watch.state(beat(midnight))
    watch.check(midnight)
    assert [mail["Subject"].partition(" Nov ")[0] for mail in watch.mails()] == [
        "Buyer Responder needs you: The digest of Thu 26",
        "No digest: The digest of Fri 27",
    ]


def test_a_state_that_cannot_be_read_is_told(watch: Silent) -> None:
    """A broken file is no reason to be silent."""
    (watch.folder / "state.db").write_bytes(b"garbage" * 1000)
    assert watch.check(DUE) == 0
    (mail,) = watch.mails()
    assert "The state cannot be read: DatabaseError: file is not a database" in mail["Subject"]


def test_a_clock_that_was_wrong_is_told(watch: Silent) -> None:
    """A heartbeat of next year would keep everything silent for a year."""
    watch.state(beat(DUE + 400 * 24 * HOUR))
    watch.check(DUE)
    (mail,) = watch.mails()
    assert "which is to come" in mail.get_content()


def test_a_machine_that_has_just_woken_up_is_given_a_breath(watch: Silent) -> None:
    """The timer came first, and the heartbeat of before the sleep is old: a second look finds a new one."""
    watch.state(beat(DUE - 9 * HOUR))
    watch.meanwhile = [beat(DUE + MINUTE)]
    assert watch.check(DUE) == 0
    assert watch.mails() == []


def test_what_has_just_begun_is_no_failure(watch: Silent) -> None:
    """Started for the first time a minute ago: the first heartbeat is given a quarter of an hour."""
    watch.state(lambda store: store.run(health.account_started, "main", DUE - MINUTE))
    watch.check(DUE)
    watch.check(DUE + 14 * MINUTE)
    assert watch.mails() == []
    watch.check(DUE + 15 * MINUTE)
    assert "its first start failed" in watch.mails()[0]["Subject"]


def test_a_digest_that_was_written_late_has_half_an_hour(watch: Silent) -> None:
    """The daemon came back at nine and has just written it: it is missed when it has not left by half past."""
    at = DUE + 90 * MINUTE
    watch.state(beat(at), lambda store: digest(store, at))
    watch.check(at + MINUTE)
    assert watch.mails() == []
    watch.state(beat(at + 30 * MINUTE))
    watch.check(at + 30 * MINUTE)
    assert "it is queued in the outbox" in watch.mails()[0].get_content()


def test_words_of_others_stay_words(watch: Silent) -> None:
    """A subject is one line of text, without addresses and telephone numbers, and no order number but a real one."""
    now = DUE - 4 * HOUR
    subject = "Call\r\nBcc: thief@evil.example\n+49 170 1234567 me@home.example \u202eevil"
    watch.state(beat(now - HOUR), message(subject, now + HOUR, order_id="<script>", marketplace="amazon.fr\r\nX: y"))
    watch.check(now)
    (mail,) = watch.mails()
    text = mail.get_content()
    assert watch.server.accepted[0].recipients == ("owner@example.com",)
    assert mail["Bcc"] is None
    for unwanted in ("thief@", "1234567", "me@home", "<script>", "\u202e", "\nX: y"):
        assert unwanted not in text
    assert "Call Bcc: [address] +[number] [address]" in text
    assert "no order number" in text


def test_forty_are_listed_and_the_rest_is_counted(watch: Silent) -> None:
    """The mail stays one that can be read."""
    now = DUE - 4 * HOUR
    watch.state(beat(now - HOUR), *(message(f"Number {each}.", now + each * MINUTE) for each in range(43)))
    watch.check(now)
    text = watch.mails()[0].get_content()
    assert "Buyers' messages to answer: 43" in text
    assert "Number 39." in text
    assert "Number 40." not in text
    assert "and 3 more: responder threads --open" in text


def test_what_could_not_be_sent_is_tried_again(watch: Silent, capsys: pytest.CaptureFixture[str]) -> None:
    """The mail server is away for a quarter of an hour: nothing counts as told."""
    watch.state(beat(DUE - 9 * HOUR))
    watch.server.refuse["MAIL"] = "451 4.3.0 try again later"
    assert watch.check(DUE) == 75
    assert "try again later" in capsys.readouterr().err
    watch.server.refuse.clear()
    assert watch.check(DUE + 15 * MINUTE) == 0
    assert len(watch.mails()) == 1


def test_a_disk_that_is_full_does_not_make_a_flood(watch: Silent) -> None:
    """What was told cannot be noted: once an hour it is told again, not at each run, and not never."""
    watch.state(beat(DUE - 9 * HOUR))
    (watch.folder / "deadman-check.json").mkdir()  # nothing can be put in its place
    for quarter in range(8):
        assert watch.check(DUE + quarter * 15 * MINUTE + timedelta(seconds=40)) == 0
    assert len(watch.mails()) == 2


def test_a_password_others_can_read_is_refused(watch: Silent, capsys: pytest.CaptureFixture[str]) -> None:
    """The rule of the daemon holds here as well, and the words do not hold the secret."""
    watch.state(beat(DUE - 9 * HOUR))
    (watch.folder / "secret").chmod(0o644)
    assert watch.check(DUE) == 75
    told = capsys.readouterr().err
    assert "chmod 600" in told
    assert PASSWORD not in told


def test_a_server_without_starttls_gets_no_password(watch: Silent) -> None:
    """Nobody in between can talk it out of encryption."""
    watch.state(beat(DUE - 9 * HOUR))
    with Mailhost("none", users={"service": PASSWORD}) as plain:
        config = (watch.folder / "config.yaml").read_text()
        (watch.folder / "config.yaml").write_text(config.replace(f"port: {watch.server.port}", f"port: {plain.port}"))
        assert watch.check(DUE) == 75
        assert (plain.logins, plain.accepted) == ([], [])


def test_looking_without_sending(watch: Silent, capsys: pytest.CaptureFixture[str]) -> None:
    """`--dry-run` prints the mail each time, sends nothing, and counts nothing as told; `--at` moves the time."""
    watch.state(beat(DUE - 9 * HOUR))
    for _ in range(2):
        assert watch.check(DUE + 99 * HOUR, "--dry-run", "--at", "2026-11-26T07:30+01:00") == 0
        assert "Subject: Buyer Responder is silent" in capsys.readouterr().out
    assert watch.mails() == []
    assert not (watch.folder / "deadman-check.json").exists()


def test_a_fault_of_its_own_is_told_once_a_day(watch: Silent) -> None:
    """A state with a table that is not what it should be: plain words, and a code that systemd sees."""

    def broken(store: Store) -> None:
        store.run(meta.set_value, outages.HEARTBEAT, "2026-11-26T06:00:00")  # no zone: cannot be compared

    watch.state(beat(DUE), broken)
    assert [watch.check(DUE), watch.check(DUE + 15 * MINUTE)] == [1, 1]
    (mail,) = watch.mails()
    assert mail["Subject"] == "The dead-man check itself failed"
    assert "TypeError" in mail.get_content()


def test_it_needs_nothing_of_the_daemon_and_starts_at_once(watch: Silent) -> None:
    """What breaks the daemon's code, or one of its dependencies, does not break this one."""
    watch.state(beat(DUE - 9 * HOUR))
    words = ["-c", str(watch.folder / "config.yaml"), "--dry-run", "--at", DUE.isoformat()]
    code = (
        "import sys; from responder.deadman.__main__ import program;"
        f"assert program({words!r}, {{}}, None) == 0;"
        "print('\\n'.join(sorted({each.partition('.')[0] for each in sys.modules})));"
        "print('\\n'.join(each for each in sys.modules if each.startswith('responder')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, env=dict(os.environ)
    )
    loaded = set(ran.stdout.splitlines())
    ours = {each for each in loaded if each.startswith("responder.")}
    assert {each for each in ours if not each.startswith("responder.deadman")} == {"responder.transports"}
    assert not loaded & {"sqlalchemy", "pydantic", "structlog", "aiosmtplib", "jinja2", "click", "babel", "psycopg"}
    assert "yaml" in loaded


@pytest.mark.parametrize("words", [["failed"], ["failed", "--unit"], ["failed", "a b"], ["--at", "2026-11-26"], ["x"]])
def test_a_wrong_call_is_refused(watch: Silent, words: list[str]) -> None:
    """Exit code 2, and nothing happens."""
    with pytest.raises(SystemExit) as ended:
        watch.check(DUE, *words)
    assert ended.value.code == 2
