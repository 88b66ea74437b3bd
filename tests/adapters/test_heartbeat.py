"""One call to a real HTTP server: what is said, what is answered, and that the address is told to nobody."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from neighbours.pinged import service
from neighbours.smtp import make_certificate

from responder.adapters.heartbeat import Service
from responder.core.heartbeat import Signal
from responder.errors import ConfigError, Problem

SECRET = "5f2c8a51-very-secret"


def calling(url: str, limit: float = 10.0) -> Service:
    """Our end."""
    return Service(lambda: url, timedelta(seconds=limit))


async def test_each_signal_has_its_own_end_of_the_address() -> None:
    """/start and /fail as healthchecks.io wants them, the query stays, and a failure brings its reason."""
    async with service(f"{SECRET}?rid=7") as heard:
        for signal in (Signal.START, Signal.ALIVE, Signal.FAIL):
            reason = "the mailbox of main cannot be reached" if signal is Signal.FAIL else ""
            assert await calling(heard.url).call(signal, reason) is None
    assert heard.heard == [
        (f"/{SECRET}/start?rid=7", ""),
        (f"/{SECRET}?rid=7", ""),
        (f"/{SECRET}/fail?rid=7", "the mailbox of main cannot be reached"),
    ]


async def test_a_refusal_is_told_by_host_and_number_alone() -> None:
    """The address holds a secret: it never comes back in words."""
    async with service(SECRET) as heard:
        heard.status = 404
        assert await calling(heard.url).call(Signal.ALIVE) == "127.0.0.1 answered with 404"


async def test_a_redirect_is_not_followed() -> None:
    """It would hand the secret part of the address to whoever is named."""
    async with service("elsewhere") as other, service(SECRET) as heard:
        heard.status, heard.to = 302, other.url
        assert await calling(heard.url).call(Signal.ALIVE) == "127.0.0.1 answered with 302"
        assert other.heard == []


async def test_a_service_that_is_away_is_told_without_its_address() -> None:
    """Nothing listens there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = await calling(f"http://127.0.0.1:{port}/{SECRET}").call(Signal.ALIVE)
    assert said == "127.0.0.1: cannot be reached"


async def test_a_service_that_never_answers_is_given_up() -> None:
    """The call ends after its limit."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        said = await calling(f"http://127.0.0.1:{mute.getsockname()[1]}/{SECRET}", 0.05).call(Signal.ALIVE)
    assert said == "127.0.0.1: no answer in time"


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """TLS is verified, and nothing is said to who cannot prove itself."""
    async with service(SECRET, make_certificate(tmp_path).server_context()) as heard:
        assert await calling(heard.url).call(Signal.ALIVE) == "127.0.0.1: its certificate is not trusted"
        assert heard.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hc.example.com/x",  # everybody on the way could read it
        "https://user:password@hc.example.com/x",
        "ftp://127.0.0.1/x",
        "hc.example.com/x",
        "https://",
        "http://[::1/x",
        "https://xn--/x",  # no name that can be decoded
        "",
    ],
)
async def test_an_address_that_would_be_read_by_others_is_not_called(url: str) -> None:
    """Only https, and plain http on this machine."""
    assert await calling(url).call(Signal.ALIVE) == "heartbeat.url is no https address"


async def test_a_secret_that_cannot_be_read_is_told() -> None:
    """It is read at each call, so the daemon lives without it."""

    def missing() -> str:
        raise ConfigError(Problem("HEARTBEAT_URL", "holds no secret", "set it"))

    assert await Service(missing).call(Signal.ALIVE) == "HEARTBEAT_URL: holds no secret (set it)"
