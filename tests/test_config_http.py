"""The status page's keys: it listens on this machine alone, at an address that says so itself."""

from pathlib import Path

import pytest
from neighbours.configured import ONE

from responder import config
from responder.config.http_checks import Address, address
from responder.errors import ConfigError


def wrong(keys: str) -> list[str]:
    """Return the problems of a configuration with these keys of `http`."""
    with pytest.raises(ConfigError) as raised:
        config.read(f"{ONE}http: {{{keys}}}\n", Path("/nowhere/config.yaml"))
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("127.0.0.1:8025", Address("127.0.0.1", 8025)),
        ("localhost:80", Address("localhost", 80)),
        ("[::1]:8025", Address("::1", 8025)),
        ("127.8.9.10:65535", Address("127.8.9.10", 65535)),
    ],
)
def test_an_address_of_this_machine_is_taken(written: str, meant: Address) -> None:
    """Any of the loopback addresses, version 4 or 6."""
    read = config.read(
        f'{ONE}http: {{listen: "{written}", hosts: [responder.example, "[::1]:90"]}}\n', Path("/x/c.yaml")
    )
    assert address(read.config.http.listen) == meant


def test_without_the_key_there_is_no_page() -> None:
    """Off by default: a machine may have other users."""
    assert address(config.read(ONE, Path("/nowhere/config.yaml")).config.http.listen) is None


@pytest.mark.parametrize(
    "written", ["0.0.0.0:8025", "[::]:8025", "192.168.1.5:8025", "mail.example.com:8025", "[fe80::1]:1"]
)
def test_an_address_that_others_reach_is_refused_with_the_way_out(written: str) -> None:
    """The page has no password; who wants it from elsewhere puts a proxy with one before it."""
    (problem,) = wrong(f'listen: "{written}"')
    assert "http.listen" in problem
    assert "is not this machine alone" in problem
    assert "reverse proxy" in problem


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("listen: 8025", "http.listen"),
        ("listen: '127.0.0.1'", "must be an address and a port, got '127.0.0.1' (write 127.0.0.1:8025)"),
        ("listen: '::1:8025'", "must be an address and a port"),
        ("listen: '127.0.0.1:0'", "there is no port 0"),
        ("listen: '127.0.0.1:99999'", "there is no port 99999"),
        ("listen: 'http://127.0.0.1:8025/'", "must be an address and a port"),
        ('listen: "127.0.0.1:8025\\n"', "http.listen"),
        ("hosts: ['https://responder.example/']", "http.hosts[0]: is no name of a host"),
        ("hosts: ['*']", "is no name of a host"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_where_it_stands(keys: str, words: str) -> None:
    """With the key, what was written, and what to write."""
    assert any(words in problem for problem in wrong(keys))
