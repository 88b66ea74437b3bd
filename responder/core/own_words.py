"""
What the buyer wrote, out of Amazon's template or above a quoted mail.

Amazon surrounds the words with dashed markers in the template's language, and puts them into one <pre> block of its
HTML. An answer inside the thread has neither. The promise: a mail that had words never gives none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from responder.core import quoted
from responder.core.amazon import Catalogue, Markers
from responder.core.markup import pre_wrapped
from responder.core.message import Attachment, Message

_DASH = r"\-–—_=─"
# The look-behind starts a match only where a run of dashes starts, and `++` keeps the run whole: no second try.
_RUN = rf"(?<![{_DASH}])[{_DASH}]{{3,}}+"
_TEMPLATE_LINKS = ("/messaging/no-response-needed?", "customAttribute1Value=BBC_MESSAGE_SENT_TO_MERCHANT")
_TRIES = 50  # begin markers looked at; a template has one
_ANY_MARKER = re.compile(rf"{_RUN}[^\S\n]*+[^{_DASH}\n]{{1,60}}+[{_DASH}]{{3,}}+")


def buyer_words(message: Message, catalogue: Catalogue) -> str:
    """
    Return the buyer's own words: between the markers, else in the <pre> block, else above the quoted mail.

    Empty only for a mail without text, or with nothing but photos between the markers.
    """
    answer = quoted.split(message.text, catalogue.quotes)
    marked = _marked(message.text, catalogue.markers, answer.at)
    if marked:
        return marked
    block = pre_wrapped(message.html)
    if block and not _stands_behind(block, message.text, answer.at):
        return block
    framed = _framed(message, answer.at)
    if framed:
        return framed
    if message.attachments and (marked == "" or "pre-wrap" in message.html.lower()):
        return ""  # the template has a place for words, and it is empty: only the attachments were sent
    return answer.own


def _framed(message: Message, before: int) -> str:
    """
    Return what stands between exactly two dashed lines in Amazon's template, whatever words they have.

    For the languages whose words nobody has written down; a buyer may draw such lines too, so the mail must carry the
    template's own links.
    """
    if not any(link in part for part in (message.text, message.html) for link in _TEMPLATE_LINKS):
        return ""
    marks = list(islice(_ANY_MARKER.finditer(message.text, 0, before), 3))
    if len(marks) != 2 or any(_in_quote(message.text, mark) for mark in marks):
        return ""
    return message.text[marks[0].end() : marks[1].start()].strip()


def _stands_behind(block: str, text: str, at: int) -> bool:
    """Return whether the block's words stand in the text only where it quotes an earlier mail."""
    first = block.split("\n", 1)[0].strip()
    return first not in text[:at] and first in text[at:]


def without_words(attachments: tuple[Attachment, ...]) -> str:
    """Return in words what a message without words holds: "only 2 photos: a.jpg, b.jpg"; "" for nothing at all."""
    photos = sum(each.content_type.startswith("image/") for each in attachments)
    if not attachments:
        return ""
    kind = "photo" if photos == len(attachments) else "file"
    names = ", ".join(each.name or each.content_type for each in attachments[:5])
    more = f" and {len(attachments) - 5} more" if len(attachments) > 5 else ""
    return f"only {len(attachments)} {kind}{'s' if len(attachments) > 1 else ''}: {names}{more}"


def _marked(text: str, markers: tuple[Markers, ...], before: int) -> str | None:
    """Return what stands between the first markers that begin before `before`; None when there are none."""
    for begin, end in _patterns(markers):
        start = next(
            (each for each in islice(begin.finditer(text, 0, before), _TRIES) if not _in_quote(text, each)), None
        )
        if start is None:
            continue
        dashed = start[0].strip()[-1] != ":"
        stop = end.search(text, start.end()) or (_ANY_MARKER.search(text, start.end()) if dashed else None)
        if stop is not None or dashed:  # a line "Message:" alone is somebody's own writing unless an end follows
            return text[start.end() : stop.start() if stop else len(text)].strip()
    return None


def _in_quote(text: str, marker: re.Match[str]) -> bool:
    """Return whether the marker stands on a quoted line: it is then that of an earlier mail."""
    line = text.rfind("\n", 0, marker.start()) + 1
    return text[line : line + 8].lstrip().startswith(">")


_Pair = tuple[re.Pattern[str], re.Pattern[str]]


@lru_cache(maxsize=8)
def _patterns(markers: tuple[Markers, ...]) -> tuple[_Pair, _Pair]:
    """Return begin and end as they stand between dashes, and as they stand alone on a line."""
    begin = _either(word for known in markers for word in known.begin)
    end = _either(word for known in markers for word in known.end)
    return (
        (
            re.compile(rf"{_RUN}\s*+{begin}\s*+:?\s*+[{_DASH}]{{3,}}+", re.IGNORECASE),
            re.compile(rf"{_RUN}\s*+{end}\s*+:?\s*+[{_DASH}]{{3,}}+", re.IGNORECASE),
        ),
        (
            re.compile(rf"^[^\S\n]*+{begin}[^\S\n]*+:[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
            re.compile(rf"^[^\S\n]*+{end}[^\S\n]*+:?[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
        ),
    )


def _either(words: Iterator[str]) -> str:
    known = sorted(dict.fromkeys(words), key=len, reverse=True)
    return "(?:" + "|".join(r"\s+".join(map(re.escape, word.split())) for word in known) + ")"
