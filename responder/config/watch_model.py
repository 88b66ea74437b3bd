"""
The keys about being told: the digest's form and language, what watches the daemon, the status page, the log.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from responder.config import values
from responder.config.section import Section
from responder.config.values import one_of


class Actions(Section):
    """Answering the digest by mail: links that tell the daemon what you did."""

    enabled: values.Flag = True
    """
    Whether the digest has links such as "answered", which open a mail to your watched mailbox that you only have to
    send. It is obeyed when it comes from `operator.email`, proven by your mail server.
    """
    valid_for: values.Duration = timedelta(days=8)
    """How long such a link may be used; each works once."""


class Heartbeat(Section):
    """A sign of life to a service outside of this machine (as healthchecks.io), which tells you when it stops."""

    url: values.SecretAddress | None = None
    """
    Where the https address to be called is: {credential: heartbeat-url}, {file: path} or {env: NAME}. It is called
    after each successful look into every mailbox, with /start at the start and /fail and a reason on trouble.
    """
    every: values.Duration = timedelta(minutes=5)
    """At most so often; the service must wait longer than this before it tells you."""


class Canary(Section):
    """A mail of ours to your own watched mailbox, which finds full mailboxes and filters that take mail away."""

    every: values.Duration | None = None
    """How often, such as 7d. null: never."""
    within: values.Duration = timedelta(minutes=10)
    """How long it may be on its way before you are told."""


class Http(Section):
    """The status page: read-only, for a browser on this machine."""

    listen: values.Text | None = None
    """Address and port of this machine itself, such as 127.0.0.1:8025. null: no status page."""
    hosts: tuple[values.Text, ...] = ()
    """Further names by which a browser may ask for it, where a proxy of yours stands before it."""


class Log(Section):
    """What is written to standard error, or to systemd's journal."""

    format: Annotated[str, one_of("auto", "json", "text", "journal")] = "auto"
    """json, text, journal (fields for journalctl), or auto: journal under systemd, text on a terminal, else json."""
    level: Annotated[str, one_of("debug", "info", "warning", "error")] = "info"
    """The least important lines that are written: debug, info, warning, error."""


Languages = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
