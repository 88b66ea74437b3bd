"""
The mail: what is wrong, what waits and until when, and what to do; and its way out, over TLS as configured.

Words of others (a subject, a line of the log) become text of the body on one line, and nothing else.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from zoneinfo import ZoneInfo

from responder import transports
from responder.deadman.secret import secret
from responder.deadman.settings import Settings
from responder.deadman.state import Seen, Waiting

TIMEOUT = 120.0  # seconds for each answer of the mail server; a mail sent twice is better than none
_ORDER = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
# What a mail server answered (RFC 3463), as in "550 5.7.26", is looked for first: it is no telephone number.
_NUMBER = re.compile(r"\b(?P<answer>[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3})\b|\d[\d ()/.-]{5,30}\d", re.ASCII)
_SECRET = re.compile(
    r"(?i)((?:authorization|bearer)\b[\"']?\s*[:=]?).*|(\b\w*(?:passw|passphrase|secret|token|api.?key)\w*[\"']?\s*[:=]\s*)\S+"
)
_IN_URL = re.compile(r"://[^\s/@]+@")


def line(text: str, limit: int = 80) -> str:
    """Return words of others as one line of printable text, without addresses and long numbers (orders stay)."""
    shown = " ".join("".join(each if each.isprintable() else " " for each in text[: 8 * limit]).split())
    shown = _ADDRESS.sub("[address]", _NUMBER.sub(_number, shown))
    return shown if len(shown) <= limit else f"{shown[: limit - 1].rstrip()}…"


def _number(found: re.Match[str]) -> str:
    short = sum(map(str.isdigit, found[0])) < 7
    return found[0] if short or found["answer"] or _ORDER.fullmatch(found[0]) else "[number]"


def logged(text: str, limit: int = 400) -> str:
    """Return a line of the log without what may be a secret."""
    printable = "".join(each if each.isprintable() else " " for each in text[: 4 * limit]).rstrip()
    return _SECRET.sub(r"\1\2[hidden]", _IN_URL.sub("://[hidden]@", printable))[:limit]


def left(by: datetime, now: datetime) -> str:
    """Return how long there is, or how long it is past."""
    minutes = abs(by - now) // timedelta(minutes=1)
    days, hours = divmod(minutes // 60, 24)
    span = f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
    return f"{span} left" if by >= now else f"{span} LATE"


def waiting(seen: Seen, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines about what waits, by deadline."""
    yield f"Buyers' messages to answer: {seen.open_threads}" + (". All times: " + zone.key if seen.open_threads else "")
    yield from _list(seen.threads, now, zone)
    if seen.open_threads > len(seen.threads):
        yield f"  and {seen.open_threads - len(seen.threads)} more: responder threads --open"
    if seen.notices:
        yield ""
        yield "Notices of Amazon's with a deadline:"
        yield from _list(seen.notices, now, zone)


def _list(rows: Iterable[Waiting], now: datetime, zone: ZoneInfo) -> Iterator[str]:
    for each in rows:
        by = f"{each.by.astimezone(zone):%a %d %b %H:%M}"
        order = f"order {each.order_id}" if _ORDER.fullmatch(each.order_id) else "no order number"
        what = "" if each.what == "message" else f"  {line(each.what)}"
        yield f"  {by}  {left(each.by, now)}  {line(each.marketplace)}  {order}{what}"
        yield f"      {line(each.subject) or '(no subject)'}"


def written(settings: Settings, subject: str, text: str, now: datetime, *, instance: str = "") -> EmailMessage:
    """Return the mail; it says that it is automatic, and of which instance, so that no daemon answers it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Buyer Responder <{settings.sender}>"
    mail["To"] = settings.email
    mail["Subject"] = line(subject, 150)
    mail["Date"] = format_datetime(now.astimezone(ZoneInfo(settings.zone)))
    mail["Message-ID"] = make_msgid("deadman", settings.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Responder-Instance"] = instance if re.fullmatch(r"[0-9a-f]{1,64}", instance) else "deadman"
    mail["Content-Language"] = "en"
    mail.set_content(text, charset="utf-8", cte="quoted-printable")
    return mail


def send(settings: Settings, mail: EmailMessage, environ: Mapping[str, str]) -> None:
    """Hand the mail in; whatever goes wrong is an OSError (an SMTPException is one) or a NoSecret."""
    if settings.security == "none" and not transports.is_loopback(settings.host):
        raise OSError(f"without TLS only this machine itself is sent through, not {settings.host}")
    password = secret(settings.password, Path(settings.folder), environ)
    with _connected(settings) as smtp:
        if settings.security == "starttls":
            smtp.starttls(context=_context(settings))  # raises where it is not offered: it is never skipped
        smtp.login(settings.username, password)
        smtp.sendmail(settings.sender, [settings.email], mail.as_bytes())


def _connected(settings: Settings) -> smtplib.SMTP:
    named = socket.gethostname() or "localhost"
    if settings.security == "tls":
        context = _context(settings)
        return smtplib.SMTP_SSL(settings.host, settings.port, named, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(settings.host, settings.port, named, timeout=TIMEOUT)


def _context(settings: Settings) -> ssl.SSLContext:
    return transports.tls_context(Path(settings.ca_file) if settings.ca_file else None)
