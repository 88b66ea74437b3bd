"""
What is left when the story is over: the digests as a seller reads them, and where to look further.
"""

import email
import email.policy
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

_LINK = re.compile(r"( *)([^:]+?)[ \N{NO-BREAK SPACE}]?: ?(?:https|mailto):\S+\Z")


def digests(mails: Iterable[bytes]) -> tuple[EmailMessage, ...]:
    """Return those of the mails that are digests."""
    read = [email.message_from_bytes(raw, policy=email.policy.default) for raw in mails]
    return tuple(mail for mail in read if mail["List-Id"])


def text_of(digest: EmailMessage) -> str:
    """Return the text part of a digest."""
    part = digest.get_body(("plain",))
    return part.get_content() if part is not None else ""


def leave(folder: Path, found: Sequence[EmailMessage]) -> tuple[Path, ...]:
    """Write the HTML part of each digest into a file of its own, and return the files."""
    files = []
    for digest in found:
        page = digest.get_body(("html",))
        if page is not None:
            file = folder / f"digest-{digest['Date'].datetime:%Y-%m-%d}.html"
            file.write_text(page.get_content(), "utf-8")
            files.append(file)
    return tuple(files)


def readable(digest: EmailMessage, width: int) -> Iterator[str]:
    """Yield a digest's text for a terminal: folded, and of its links, which are long, the names."""
    indent, names = "", list[str]()
    for line in ["Subject: " + str(digest["Subject"]), "", *text_of(digest).splitlines()]:
        if link := _LINK.match(line):
            indent, names = link[1], [*names, f"[{link[2].strip()}]"]
            continue
        if names:
            yield from _folded(indent + " ".join(names), width)
            names = []
        yield from _folded(line, width)


def _folded(line: str, width: int) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def where(out: Path, files: Sequence[Path]) -> Iterator[str]:
    """Yield what there is to open and to type."""
    yield from ("", "To open and to look further")
    yield from (f"  {file}" for file in files)
    yield f"  {out}/sent/          every mail that was sent, as .eml and as .txt"
    yield f"  {out}/config.yaml    what the daemon ran with"
    yield f"  {out}/daemon.log     what it logged"
    yield f"  responder -c {out}/config.yaml threads"
    yield f"  responder -c {out}/config.yaml notices"
