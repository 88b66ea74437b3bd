"""Who may ask for a page: by the Host header, the method, and what a browser says of where a request comes from."""

import pytest

from responder.status_page.guard import names, refusal

OURS = names("127.0.0.1", 8025, ("responder.example",))
HERE = {"Host": "127.0.0.1:8025"}
FOLLOWED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8025", "localhost:8025", "LOCALHOST:8025", "responder.example", "Responder.Example"]
)
def test_a_name_of_ours_is_answered(host: str) -> None:
    """The address itself, localhost, and what the seller named."""
    assert refusal("GET", {"Host": host}, OURS) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "evil.example:8025", "127.0.0.1", "127.0.0.1:80", "localhost", "127.0.0.1:8025.evil.example",
     "127.0.0.1:8025@evil.example", "responder.example:8025", "127.0.0.1:8025 "],
)  # fmt: skip
def test_any_other_name_is_misdirected(host: str) -> None:
    """A name that somebody else points at this machine (DNS rebinding) shows nothing."""
    refused = refusal("GET", {"Host": host}, OURS)
    assert refused is not None
    assert refused.status == 421


def test_an_ipv6_address_stands_in_brackets() -> None:
    """As a browser writes it."""
    assert names("::1", 8025, ()) >= {"[::1]:8025", "localhost:8025"}


@pytest.mark.parametrize("listen", ["localhost", "0:0:0:0:0:0:0:1", "127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8025", "[::1]:8025", "localhost:8025"])
def test_whichever_way_the_address_is_written_it_is_reached(listen: str, host: str) -> None:
    """A monitor that asks 127.0.0.1 of a page that listens on localhost, an IPv6 address written out."""
    assert refusal("GET", {"Host": host}, names(listen, 8025, ())) is None


def test_port_80_needs_no_port_in_the_name() -> None:
    """Browsers leave it out there."""
    assert refusal("GET", {"Host": "localhost"}, names("127.0.0.1", 80, ())) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_nothing_but_looking_is_answered(method: str) -> None:
    """The page changes nothing, so there is nothing to send to it; a preflight gets no permission."""
    refused = refusal(method, HERE, OURS)
    assert refused is not None
    assert refused.status == 405


@pytest.mark.parametrize(
    ("fetched", "status"),
    [
        ({}, None),  # a program, or a browser from before Fetch Metadata
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, None),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "style"}, None),
        (FOLLOWED, None),
        ({**FOLLOWED, "Sec-Fetch-Site": "same-site"}, None),  # another port of localhost is another page
        ({**FOLLOWED, "Sec-Fetch-Dest": "iframe"}, 403),
        ({**FOLLOWED, "Sec-Fetch-Dest": "object"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "something new"}, 403),
    ],
)
def test_another_site_gets_nothing_but_a_followed_link(fetched: dict[str, str], status: int | None) -> None:
    """What a foreign page loads, frames or fetches is refused; a link that a person follows is not."""
    refused = refusal("GET", {**HERE, **fetched}, OURS)
    assert (refused.status if refused else None) == status
