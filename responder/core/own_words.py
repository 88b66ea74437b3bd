"""
What the buyer wrote, out of Amazon's template or above a quoted mail.

Amazon surrounds the words with dashed markers in the template's language, and puts them into one <pre> block of its
HTML. An answer inside the thread has neither. The promise: a mail that had words never gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from responder.core import quoted
from responder.core.amazon import Catalogue, Markers
from responder.core.markup import plain_text, pre_wrapped
from responder.core.message import Attachment, Message

_DASH = r"\-‐‑‒–—―−_=─"
# The look-behind starts a match only where a run of dashes starts, and `++` keeps the run whole: no second try.
_RUN = rf"(?<![{_DASH}])[{_DASH}]{{3,}}+"
_TEMPLATE_LINKS = ("/messaging/no-response-needed?", "customAttribute1Value=BBC_MESSAGE_SENT_TO_MERCHANT")
MAX_PAGE = 65_536
_TRIES = 50  # begin markers looked at; a template has one
_ANY_MARKER = re.compile(rf"{_RUN}[^\S\n]*+[^{_DASH}\n]{{1,60}}+[{_DASH}]{{3,}}+")


@dataclass(frozen=True, slots=True)
class _Pair:
    """What begins and what ends the words."""

    begin: re.Pattern[str]
    end: re.Pattern[str]


def buyer_words(message: Message, catalogue: Catalogue) -> str:
    """
    Return the buyer's own words: between the markers, else in the <pre> block, else above the quoted mail.

    Empty only for a mail without text, or with nothing but photos between the markers.
    """
    answer = quoted.split(message.text, catalogue.quotes)
    marked = _marked(message.text, catalogue.markers, answer.at)
    if marked:
        return marked
    if marked is None and message.html:
        page = _on_page(message, catalogue)
        if page:  # some senders' plain part only says that there is a page
            return page
    block = pre_wrapped(message.html)
    if block and not _stands_behind(block, message.text, answer.at):
        return block
    framed = _framed(message, answer.at)
    if framed:
        return framed
    if message.attachments and (marked == "" or "pre-wrap" in message.html.lower()):
        return ""  # the template has a place for words, and it is empty: only the attachments were sent
    return answer.own


def between_markers(message: Message, catalogue: Catalogue) -> str | None:
    """Return what stands between Amazon's markers, in the text or on the page; None where there is nothing."""
    marked = _marked(message.text, catalogue.markers, quoted.split(message.text, catalogue.quotes).at)
    return marked or (_on_page(message, catalogue) if message.html else None) or None


def frame(message: Message, catalogue: Catalogue) -> str:
    """
    Return Amazon's own words above and below the buyer's; "" where nothing tells them apart.

    A buyer may draw markers too: what counts stands above the first and below the last, in a mail that begins as
    Amazon's template does. A page shows the words in a <pre>, and no tag of the buyer's is a tag there.
    """
    at = quoted.split(message.text, catalogue.quotes).at
    found = _around(message.text, catalogue.markers, at)
    page = message.html[:MAX_PAGE]
    if found is None and pre_wrapped(page):
        begin, end = page.lower().find("<pre"), page.lower().rfind("</pre")
        found = f"{plain_text(page[:begin])}\n{plain_text(page[end:]) if end > begin else ''}"
    return "\n".join(line for line in (found or "").split("\n") if not line.lstrip().startswith(">"))


def names_order(message: Message, catalogue: Catalogue, order_id: str) -> bool:
    """Return whether Amazon itself names the order beside the buyer's words: in those, any buyer may name any order."""
    return order_id in frame(message, catalogue)


def _around(text: str, markers: tuple[Markers, ...], before: int) -> str | None:
    start = _first(text, _patterns(markers)[0].begin, before)
    intros = tuple(word for known in markers for word in known.intro)
    if start is None or not text.lstrip().startswith(intros):  # else somebody has put a template under words of theirs
        return None
    below = list(islice(_ANY_MARKER.finditer(text, start.end()), _TRIES))
    last = below[-1].end() if 0 < len(below) < _TRIES else len(text)
    return f"{text[: start.start()]}\n{text[last:]}"


def _on_page(message: Message, catalogue: Catalogue) -> str | None:
    """Return what stands between markers in the HTML, above what it quotes."""
    text = plain_text(message.html[:MAX_PAGE])
    return _marked(text, catalogue.markers, quoted.split(text, catalogue.quotes).at)


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
    dashed, bare, lone_end = _patterns(markers)
    start = _first(text, dashed.begin, before)
    if start is not None:
        ends = (_end(text, dashed, start), lone_end.search(text, start.end()), _ANY_MARKER.search(text, start.end()))
        stop = next(filter(None, ends), None)
        return text[start.end() : stop.start() if stop else len(text)].strip()
    # A line "Message:" alone is somebody's own writing unless an end follows, and the template's own words or links.
    start = _first(text, bare.begin, before) if _is_template(text, markers) else None
    stop = _end(text, bare, start) if start is not None else None
    return text[start.end() : stop.start()].strip() if start is not None and stop is not None else None


def _is_template(text: str, markers: tuple[Markers, ...]) -> bool:
    words = (word for known in markers if known.bare for word in (*known.intro, *known.resolve))
    return any(each in text for each in (*_TEMPLATE_LINKS, *words))


def _first(text: str, begin: re.Pattern[str], before: int) -> re.Match[str] | None:
    tries = islice(begin.finditer(text, 0, before), _TRIES)
    return next((each for each in tries if not _in_quote(text, each)), None)


def _end(text: str, pair: _Pair, start: re.Match[str]) -> re.Match[str] | None:
    """
    Return the end that belongs to the begin at `start`.

    A buyer may paste an earlier message with markers of its own, or name one in a sentence: begins and ends are
    counted, and where the begin has its line to itself the end has too.
    """
    ends = list(islice(pair.end.finditer(text, start.end()), _TRIES))
    if _alone(text, start):
        ends = [each for each in ends if _alone(text, each)] or ends
    if not ends:
        return None
    begins = [each.start() for each in islice(pair.begin.finditer(text, start.end()), _TRIES)]
    for count, each in enumerate(ends if begins else ()):  # no other message below: the last end is the template's
        if sum(at < each.start() for at in begins) <= count:
            return each
    return ends[-1]


def _alone(text: str, marker: re.Match[str]) -> bool:
    """Return whether nothing else stands on the marker's lines."""
    line = text.rfind("\n", 0, marker.start()) + 1
    stop = text.find("\n", marker.end())
    around = text[line : marker.start()], text[marker.end() : len(text) if stop < 0 else stop]
    return not any(part[:200].strip() for part in around)


def _in_quote(text: str, marker: re.Match[str]) -> bool:
    """Return whether the marker stands on a quoted line: it is then that of an earlier mail."""
    line = text.rfind("\n", 0, marker.start()) + 1
    return text[line : line + 8].lstrip().startswith(">")


@lru_cache(maxsize=8)
def _patterns(markers: tuple[Markers, ...]) -> tuple[_Pair, _Pair, re.Pattern[str]]:
    """Return begin and end between dashes, the same alone on a line where they may be, and any end alone on a line."""
    begin = _either(word for known in markers for word in known.begin)
    end = _either(word for known in markers for word in known.end)
    bare_begin = _either(word for known in markers if known.bare for word in known.begin)
    bare_end = _either(word for known in markers if known.bare for word in known.end)
    return (
        _Pair(
            re.compile(rf"{_RUN}\s*+{begin}\s*+:?\s*+[{_DASH}]{{3,}}+", re.IGNORECASE),
            re.compile(rf"{_RUN}\s*+{end}\s*+:?\s*+[{_DASH}]{{3,}}+", re.IGNORECASE),
        ),
        _Pair(
            re.compile(rf"^[^\S\n]*+{bare_begin}[^\S\n]*+:[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
            re.compile(rf"^[^\S\n]*+{bare_end}[^\S\n]*+:?[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
        ),
        re.compile(rf"^[^\S\n]*+{end}[^\S\n]*+:?[^\S\n]*+$", re.IGNORECASE | re.MULTILINE),
    )


def _either(words: Iterator[str]) -> str:
    known = sorted(dict.fromkeys(words), key=len, reverse=True)
    return "(?:" + ("|".join(r"\s+".join(map(re.escape, word.split())) for word in known) or "(?!)") + ")"
