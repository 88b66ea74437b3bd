"""What the status page answers, asked over HTTP: every page, what it refuses, and what stands around each answer."""

import asyncio
import json
import re
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from neighbours import looked_at
from neighbours.looked_at import HOUR, NOW
from sqlalchemy import text

from responder.adapters import translations
from responder.adapters.clock import ManualClock
from responder.adapters.store import Store, canaries, health, outages, outbox, threads, troubles
from responder.core import canary
from responder.core.troubles import TroubleKind
from responder.errors import TemporaryError
from responder.status_page import Turn, guard
from responder.status_page.server import serve
from responder.status_page.values import REFRESH, ROWS, Asked, asked

PAGES = ("/", "/thread/1", "/notices", "/outbox", "/rates", "/calendar", "/health")
HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}\u202e' onmouseover='x"
Served = Callable[..., AbstractAsyncContextManager[Any]]


class Seen(HTMLParser):
    """The elements, attributes, links and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Remember a text."""
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is read."""
        return " ".join(" ".join(self.texts).split())

    def all(self, name: str) -> list[str]:
        """Return the values of an attribute."""
        return [value or "" for key, value in self.attributes if key == name]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_one_that_a_screen_reader_can_read(path: str, page: Any) -> None:
    """A language, one heading of the first level, named sections, headers with a scope; a skip link that leads on."""
    answer, body = await page.get(path)
    seen = Seen(body)
    assert answer.status == 200
    assert seen.all("lang")[0] == "en"
    assert seen.elements.count("h1") == 1
    assert "#content" in seen.all("href")
    assert set(seen.all("aria-labelledby")) <= set(seen.all("id"))
    assert seen.elements.count("table") == seen.elements.count("caption")
    assert len(seen.all("scope")) == seen.elements.count("th")
    assert "As of Thu 17 Dec 10:00:00 (Europe/Paris)." in seen.text


async def test_the_first_page_has_what_waits_by_deadline(page: Any) -> None:
    """Overdue, within a day, later: with the time left, the first words, the order, and links to Seller Central."""
    _, body = await page.get("/")
    seen = Seen(body)
    assert [word for word in seen.texts if word in ("Overdue", "Later")] == ["Overdue", "Later"]
    for words in (
        "3 messages wait for an answer. 1 is overdue.",
        "Today 08:00 2 h late Wo ist mein Paket? Où est ma commande ? Merci.",
        "Within 24 hours 1",
        "Acknowledged Wed 15:00: Amazon's clock is still running.",
        "Sat 02:00 1 d 16 h left",
        "171-1234567-1234567",
    ):
        assert words in seen.text
    assert "https://sellercentral.amazon.fr/orders-v3/order/171-1234567-1234567" in seen.all("href")
    assert str(int((NOW - 2 * HOUR).timestamp())) in seen.all("data-due")


async def test_first_words_are_shown_as_in_the_digest(store: Store, served: Served) -> None:
    """`operator.digest.snippets: none` keeps a buyer's words and name from this page as well."""
    async with served(store, looked_at.facts(snippets="none")) as page:
        for path in ("/", "/thread/2"):
            _, body = await page.get(path)
            assert "il me faut" not in body.replace("not acknowledged: Bonjour, il me faut", "")
            assert "Camille" not in body


async def test_a_thread_tells_its_story_with_the_reasons(page: Any) -> None:
    """What came, what was decided and why, what was written; and where it stands."""
    _, body = await page.get("/thread/1")
    text_ = Seen(body).text
    for words in (
        "OVERDUE: the answer was due Today 08:00 (2 h late).",
        "a mail was received: buyer message; its sender is verified",
        "Où est ma commande ? Merci.",
        "decision 1: withhold",
        "a mail to the buyer that did not leave: invoice, held",
        "reason: the template says Wo ist mein Paket?",
    ):
        assert words in text_


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/?open=0", "answered"),
        ("/notices", "A-to-z claim opened Wo ist mein Paket?"),
        ("/notices?open=0", "Un paiement a été effectué"),
        ("/outbox", "Digest to you 2 to answer"),
        ("/outbox?open=1", "held back: it waits for you the template says Wo ist mein Paket? Invoice"),
        ("/rates", "Late shipment rate, 30 days amazon.fr within its cap"),
        ("/calendar", "Thu 24 Dec closed by you closed Fermeture calendars/closures.yaml"),
        ("/calendar", "From Wed 23 Dec 17:00 a message arriving until Sun 27 Dec 09:00 will be overdue"),
        ("/health", "main connected 09:58 connected 09:00 0 2"),
        ("/health", "folder:main:inbox moves 6 min ago 1 h 20 min"),
        ("/health", "Digest no. 1 was written 07:00."),
        ("/health", "The disk with the state is 61 % full."),
    ],
)
async def test_each_page_says_what_it_is_for(path: str, words: str, page: Any) -> None:
    """In the words of the digest where both say it."""
    _, body = await page.get(path)
    assert words in Seen(body).text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "Nothing to answer: no message waits."),
        ("/?open=0", "No buyer has written yet."),
        ("/notices", "No notice needs you."),
        ("/notices?open=0", "Nothing here: no notice from Amazon."),
        ("/outbox", "Nothing was written yet."),
        ("/outbox?open=1", "Nothing waits to be sent."),
        ("/health", "The daemon has not been started yet."),
    ],
)
async def test_an_empty_page_says_so(path: str, words: str, empty: Store, served: Served) -> None:
    """Nothing to see is a sentence, not a blank."""
    async with served(empty) as page:
        _, body = await page.get(path)
    assert words in Seen(body).text


async def test_an_empty_list_is_no_quiet_day_while_the_daemon_is_in_trouble(empty: Store, served: Served) -> None:
    """Who looks at what waits reads there that it may not be all."""

    def gone(conn: Any) -> None:
        health.account_started(conn, "main", NOW - HOUR)
        health.account_started(conn, "given up", NOW - HOUR)
        troubles.begin(conn, "main", TroubleKind.MAILBOX, "inbox", "no answer", NOW - HOUR)

    empty.run(gone)
    async with served(empty) as page:
        for path in ("/", "/notices", "/thread/1"):
            _, body = await page.get(path)
            assert ("Not everything moves, so the pages may lack what came lately" in body) == (path != "/thread/1")
            assert ("1 trouble lasts: Health says what it is." in body) == (path != "/thread/1")
        assert "given up" not in (await page.get("/health"))[1]


async def test_what_became_of_the_last_test_mail_is_said(store: Store, served: Served) -> None:
    """Written, left, arrived and where: of each watched mailbox."""
    mail = canary.written(looked_at.facts().operator, "shop@example.com", NOW - HOUR)
    outbox_id = await store.tx(canaries.send, "main", mail, "shop@example.com", NOW - HOUR)
    assert outbox_id is not None
    async with served(store) as page:
        said = [Seen((await page.get("/health"))[1]).text]
        await store.tx(outbox.claim_due, "main", NOW - HOUR, ("canary",))
        await store.tx(outbox.mark_sent, outbox_id, NOW - HOUR, "250 ok")
        said.append(Seen((await page.get("/health"))[1]).text)
        await store.tx(canaries.arrived, "main", mail.message_id, None, "Spam", NOW - HOUR)
        said.append(Seen((await page.get("/health"))[1]).text)
    begins = "The last test mail to account main"
    for words, end in zip(said, ("was written 09:00 and has not left.", "left 09:00 and has not arrived yet.",
                                 "arrived 09:00 in the folder Spam."), strict=True):  # fmt: skip
        assert f"{begins} {end}" in words


async def test_what_strangers_wrote_stays_text(store: Store, page: Any, served: Served) -> None:
    """A subject, a name, a reason and a server's reply full of markup: no element, no attribute, no handler more."""
    for change in (
        "UPDATE thread SET subject = :s, buyer_name = :s",
        "UPDATE mail SET subject = :s, text = :s",
        "UPDATE notice SET subject = :s",
        "UPDATE outbox SET subject = :s, reason = :s",
        "UPDATE trouble SET words = :s",
        "UPDATE account SET problem = :s",
    ):
        store.run(lambda conn, change=change: conn.execute(text(change), {"s": HOSTILE}))
    async with served(store) as hostile:
        for path in (*PAGES, "/?open=0", "/notices?open=0"):
            before, body = Seen((await page.get(path))[1]), (await hostile.get(path))[1]
            seen = Seen(body)
            assert "\u202e" not in body
            assert set(seen.elements) <= set(before.elements)
            assert {name for name, _ in seen.attributes} <= {name for name, _ in before.attributes}
            assert all(href.startswith(("/", "#", "https://sellercentral.amazon.")) for href in seen.all("href"))
            assert ("{{ 7*7 }}" in seen.text) == (path not in ("/rates", "/calendar"))


async def test_a_page_runs_nothing_and_asks_nobody(page: Any) -> None:
    """One script and one style of ours, none of it in the page itself: the policy of the answer forbids all else."""
    for path in PAGES:
        answer, body = await page.get(path)
        seen = Seen(body)
        assert seen.all("src") == ["/static/countdown.js"]
        assert "style" not in seen.elements
        assert not [name for name, _ in seen.attributes if name == "style" or name.startswith("on")]
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/static/page.css", 200), ("/healthz", 200), ("/metrics", 200), ("/nothing", 404)],
)
async def test_every_answer_has_the_headers(path: str, status: int, page: Any) -> None:
    """Whatever is asked for; and no header says which server this is in which version."""
    answer, _ = await page.get(path)
    assert answer.status == status
    assert {name: answer.headers.get(name) for name in guard.HEADERS} == dict(guard.HEADERS)
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/thread/99", "/thread/x", "/thread/-1", "/thread/1/", "/thread/٣", "/thread/" + "9" * 40,
     "/static/../site.py", "/static/%2e%2e/site.py", "/static/site.py", "//evil.example/", "/../etc/passwd"],
)  # fmt: skip
async def test_an_address_of_no_page_is_not_found(path: str, page: Any) -> None:
    """With a page that says so and repeats nothing of the address."""
    answer, body = await page.get(path)
    assert answer.status == 404
    assert "There is no such page" in body
    assert "evil" not in body


async def test_another_name_another_site_and_another_method_are_refused(page: Any) -> None:
    """Over HTTP as in the table: 421, 403 and 405 with what is allowed."""
    assert (await page.get("/", Host="evil.example"))[0].status == 421
    assert (await page.get("/metrics", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors"))[0].status == 403
    refused, _ = await page.get("/", method="POST")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_head_has_the_headers_and_no_body(page: Any) -> None:
    """A monitor may ask for that alone."""
    answer, body = await page.get("/", method="HEAD")
    assert (answer.status, body) == (200, "")
    assert int(answer.headers["Content-Length"]) > 1_000


@pytest.mark.parametrize(
    "sent",
    [b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
     b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
     b"\x16\x03\x01\x02\x00"],
)  # fmt: skip
async def test_what_is_no_request_gets_an_answer_that_says_nothing_of_us(sent: bytes, page: Any) -> None:
    """A line too long, two hosts, TLS on this port: 400, the same headers, no traceback, the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port)
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert b"Server: responder\r\n" in answer
    assert b"nosniff" in answer
    assert b"aiohttp" not in answer
    assert b"aaaa" not in answer


async def test_a_connection_too_many_is_closed(page: Any) -> None:
    """A browser gone wild takes no more than a few of the process's files; and the page is there afterwards."""
    opened = [await asyncio.open_connection("127.0.0.1", page.port) for _ in range(40)]
    ended = [asyncio.ensure_future(reader.read()) for reader, _ in opened]  # noqa: TID251 - the test's own
    await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
    done = [each for each in ended if each.done()]
    for _, writer in opened:
        writer.close()
    await asyncio.gather(*ended, return_exceptions=True)
    assert 0 < len(done) < 40
    assert (await page.get("/healthz"))[0].status == 200


async def test_who_does_not_read_an_answer_keeps_nobody_out(store: Store) -> None:
    """A program that asks on every connection there is and reads nothing loses it after a while."""
    clock = ManualClock(NOW)
    async with serve(store, looked_at.facts(), clock, "127.0.0.1", 0, at_once=1, patience=0.02) as port:
        with socket.socket() as asking:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            asking.connect(("127.0.0.1", port))
            asking.sendall(f"GET /static/page.css HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() * 800)
            async with asyncio.timeout(20):
                while not (begins := await _begins(port)):
                    pass
    assert begins == b"HTTP/1.1 200 OK"


async def _begins(port: int) -> bytes:
    """Return the first line of an answer; nothing where the connection is one too many."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        return (await reader.readline()).strip()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_state_that_cannot_be_read_is_a_page_of_503(store: Store, own: Any) -> None:
    """No traceback, no name of a file; what is wrong is in the log."""
    await store.tx(lambda conn: conn.execute(text("ALTER TABLE thread RENAME TO elsewhere")))
    answer, body = await own.get("/")
    assert answer.status == 503
    assert "The state cannot be read now" in body
    assert "Traceback" not in body
    assert "state.db" not in body


async def test_the_page_speaks_the_operators_language(store: Store, served: Served) -> None:
    """As the digest does: the language is named, and dates are written in it."""
    german = replace(looked_at.facts().operator, speech=translations.speech("de"))
    async with served(store, looked_at.facts(operator=german)) as page:
        _, body = await page.get("/calendar")
    seen = Seen(body)
    assert seen.all("lang")[0] == "de"
    assert "17. Dez" in seen.text


async def test_a_list_has_pages(empty: Store, served: Served) -> None:
    """So many rows at once, and a way on and back that keeps what else was asked."""

    def many(conn: Any) -> None:
        for number in range(ROWS + 3):
            looked_at.thread(conn, f"Message {number}", "Bonjour", NOW - timedelta(minutes=number))

    empty.run(many)
    async with served(empty) as page:
        _, first = await page.get("/?refresh=60")
        _, second = await page.get("/?refresh=60&page=2")
        _, beyond = await page.get("/?page=7")
    assert beyond.count("/thread/") == 3
    assert "Nothing to answer" not in beyond
    assert "/?page=2" not in Seen(beyond).all("href")
    assert first.count("/thread/") == ROWS
    assert second.count("/thread/") == 3
    assert "/?page=2&refresh=60" in Seen(first).all("href")
    assert f"{ROWS + 3} messages wait" in first
    assert 'content="60"' in first
    assert "/?refresh=60" in Seen(second).all("href")


async def test_a_page_loads_itself_again_only_when_asked(page: Any) -> None:
    """It works without a script, and a link ends it."""
    _, plain = await page.get("/notices")
    _, again = await page.get("/notices?refresh=60")
    assert "http-equiv" not in plain
    assert "/notices?refresh=60" in Seen(plain).all("href")
    assert 'http-equiv="refresh" content="60"' in again
    assert "/notices?" in Seen(again).all("href")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", Asked()),
        ("page=2&open=1&refresh=60", Asked(2, open=True, refresh=60)),
        ("open=0", Asked(open=False)),
        ("page=0&open=2&refresh=1", Asked()),
        ("page=-1&refresh=0", Asked()),
        ("page=999999999999999&refresh=²", Asked()),
        ("page=<script>&open=%00", Asked()),
        ("&".join(f"a{number}=1" for number in range(500)), Asked()),
    ],
)
def test_what_a_query_does_not_say_rightly_asks_for_nothing(query: str, found: Asked) -> None:
    """An address is typed by people and made by programs: it never fails."""
    assert asked(query) == found
    assert asked(found.query().removeprefix("?")) == found
    assert found.refresh is None or found.refresh in REFRESH


async def test_a_port_in_use_is_trouble_that_says_where(empty: Store) -> None:
    """Who holds it may go away: the daemon tries again, and names the key."""
    clock = ManualClock(NOW)
    async with serve(empty, looked_at.facts(), clock, "127.0.0.1", 0) as port:
        with pytest.raises(TemporaryError, match=rf"cannot listen on 127\.0\.0\.1:{port} \(http\.listen\)"):
            async with serve(empty, looked_at.facts(), clock, "127.0.0.1", port):
                pass


async def test_healthz_is_ok_while_everything_moves(page: Any) -> None:
    """Threads that wait, held mail and a trouble of the mail server are work for a person, not a daemon gone wrong."""
    answer, body = await page.get("/healthz")
    assert (answer.status, json.loads(body)) == (200, {"status": "ok"})


async def test_healthz_says_what_does_not_move(store: Store, served: Served) -> None:
    """A task that stands still, a mailbox without contact, an old heartbeat: 503 and the reasons."""
    still = looked_at.vitals(Turn("report", 301, 300), Turn("ask", 500, None))
    async with served(store, vitals=still) as page:
        assert json.loads((await page.get("/healthz"))[1])["reasons"] == ["task report has not moved for 301 s"]
        page.clock.move_to(NOW + HOUR)
        answer, body = await page.get("/healthz")
        assert answer.status == 503
        assert json.loads(body)["reasons"][1:] == [
            "account main: no contact with the mailbox for 1 h 2 min",
            "the heartbeat is 1 h old",
        ]
        _, health = await page.get("/health")
    assert "no contact with the mailbox" in Seen(health).text
    await store.tx(outages.beat, NOW + HOUR)
    async with served(store) as page:
        page.clock.move_to(NOW + timedelta(minutes=10))
        assert (await page.get("/healthz"))[0].status == 200


async def test_healthz_is_answered_while_a_transaction_holds_the_state(store: Store, own: Any) -> None:
    """A year of orders that is being written is no reason to be restarted, and keeps nobody from looking."""

    async def ask() -> int:
        return int((await own.get("/healthz"))[0].status)

    loop = asyncio.get_running_loop()
    found = await store.tx(lambda _conn: asyncio.run_coroutine_threadsafe(ask(), loop).result(20))
    assert found == 200


async def test_healthz_says_that_the_state_cannot_be_read(store: Store, own: Any) -> None:
    """That is the reason, and no error of the server's."""
    await store.tx(lambda conn: conn.execute(text("ALTER TABLE account RENAME TO elsewhere")))
    answer, body = await own.get("/healthz")
    assert answer.status == 503
    assert "the state cannot be read now" in json.loads(body)["reasons"][0]


async def test_the_path_of_a_request_is_never_logged(own: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """It may hold what anybody wrote: an order, a name, an escape sequence."""
    await own.get("/thread/planted-word?q=planted-word")
    await own.get("/", Host="planted-word.example")
    out, err = capsys.readouterr()
    assert "planted-word" not in out + err


def test_the_pages_colours_can_be_read() -> None:
    """Every text against every ground it stands on: 4.5:1 or more (WCAG 2.2, 1.4.3), in light and in dark."""
    style = (Path(guard.__file__).parent / "static" / "page.css").read_text("utf-8")
    schemes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
        for part in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(schemes) == 2
    for scheme in schemes:
        pairs = [(each, ground) for each in ("text", "soft", "link") for ground in ("ground", "raised")]
        pairs += [("late", "ground"), ("late", "late-ground"), ("soon", "ground"), ("soon", "soon-ground")]
        pairs += [("good", "ground")]
        assert {pair: round(_contrast(scheme[pair[0]], scheme[pair[1]]), 1) for pair in pairs if
                _contrast(scheme[pair[0]], scheme[pair[1]]) < 4.5} == {}  # fmt: skip


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_a_thread_that_is_closed_is_no_longer_counted(store: Store, own: Any) -> None:
    """Each page is read anew: what a person did a moment ago is on it."""
    found = await store.tx(threads.thread, 1)
    assert found is not None
    await store.tx(threads.save_thread, replace(found, state=type(found.state).ANSWERED, due_at=None, received_at=None))
    _, body = await own.get("/")
    assert "2 messages wait for an answer." in body
