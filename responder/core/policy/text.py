"""
What a text's signs say: tags, emoji, empty lines, a missing order number, another language, an unfinished sentence.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from responder.core.policy.links import ORDER
from responder.core.policy.values import PROACTIVE, Finding, Mail, Rules, finding
from responder.core.policy.words import ARABIC, FEW_WORDS, UNSPACED, spoken

SURE = 5  # this many small words of another language, and three times as many as of the expected one


def empty(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L32: a mail without a word must not leave."""
    if not any(character.isalnum() for character in mail.body):
        yield finding(rules, "L32", 1, "the text is empty")


_TAG = re.compile(r"</?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,200})?/?>|&(?:nbsp|amp|lt|gt|#\d{1,6});", re.IGNORECASE)


def tags(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L18: a tag in a plain text is shown as it is, or shows that the text was meant to be HTML."""
    for number, line in enumerate(mail.lines):
        for match in _TAG.finditer(line):
            yield finding(rules, "L18", number, match[0])


# L16. Pictographs, dingbats, flags, keycaps, and the selector that turns a sign into a picture; © ® ™ are text.
_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\ufe0f\u20e3\U0001f000-\U0001faff]"
)


def emoji(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L16, once for a line."""
    for number, line in enumerate(mail.lines):
        if match := _EMOJI.search(line):
            yield finding(rules, "L16", number, line[max(match.start() - 20, 0) : match.end() + 5])


def breaks(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L19: at most two line breaks in a row, which is one empty line."""
    blank = 0
    for number, line in enumerate(mail.body.rstrip().split("\n"), start=1):
        blank = blank + 1 if not line.strip() else 0
        if blank == 2:
            yield finding(rules, "L19", number, "two empty lines in a row")


_STEP = re.compile(r"\s{0,8}(?:\d{1,2}[.)]|[①-⑳]|[a-c]\))\s+\S")


def guidance(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L07: steps with numbers tell a buyer how to write a review; the words that do are in the data."""
    if mail.kind != "feedback_request":
        return
    steps = [number for number, line in enumerate(mail.lines[1:], start=1) if _STEP.match(line)]
    if len(steps) >= 2:
        yield finding(rules, "L07", steps[0], mail.lines[steps[0]])


def order_id(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L23: a mail of the seller's own accord names its order, and no other."""
    if mail.kind not in PROACTIVE:
        return
    named = ORDER.findall(mail.body)
    if mail.order_id is None and not named:
        yield finding(rules, "L23", 1, "no order number")
    elif mail.order_id is not None and mail.order_id not in named:
        yield finding(rules, "L23", 1, mail.order_id)
    elif mail.order_id is not None:
        for other in sorted(set(named) - {mail.order_id}):
            line = next(number for number, text in enumerate(mail.lines[1:], start=1) if other in text)
            yield finding(rules, "L23", line, f"{other}, which is another order")


# L21. What a mail merge left: `{{ name }}`, `{name}`, `%NAME%`, `<<name>>`, `[Buyer Name]` in capitals.
_UNFILLED = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{%[^{}\n]{0,80}%\}|\$?\{[a-z][a-z_. ]{1,40}\}|%[A-Z][A-Z_]{2,40}%|<<[^<>\n]{1,40}>>"
    r"|\[[A-Z]{2,20}(?:[ _][A-Z]{2,20}){1,4}\]|\blorem ipsum\b",
    re.IGNORECASE,
)
_TWICE = re.compile(r"(?<![\w'-])([^\W\d_]{1,12})[ \t]+\1(?![\w'-])")


def unfinished(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L21: a placeholder that nobody filled in, and a small word written twice."""
    small = frozenset[str]().union(*(rules.doubled.get(language, ()) for language in mail.languages))
    for number, line in enumerate(mail.lines):
        for match in _UNFILLED.finditer(line):
            yield finding(rules, "L21", number, match[0])
        for match in _TWICE.finditer(line):
            if match[1] in small:
                yield finding(rules, "L21", number, match[0])


def language(mail: Mail, rules: Rules) -> Iterator[Finding]:
    """L24, only when it is certain: a long text, and far more small words of another language than of the expected."""
    said = spoken(mail.body)
    counts = dict(_counted(said, rules))
    expected = [each for each in mail.languages if each in counts]
    if not expected or max(len(said), counts["ja"]) < FEW_WORDS:
        return
    own = sum(counts.pop(each) for each in set(expected))
    other = max(counts, key=lambda name: counts[name])
    if counts[other] >= SURE and counts[other] >= 3 * own:
        yield finding(rules, "L24", 1, f"meant to be {' and '.join(expected)}, looks like {other}")


def written_in(text: str, rules: Rules) -> str | None:
    """Return the language a text is surely in; None where its small words prove none."""
    counts = _counted(spoken(text), rules)
    first, second = sorted(counts, key=lambda name: counts[name], reverse=True)[:2]
    return first if counts[first] >= SURE and counts[first] >= 3 * counts[second] else None


def _counted(said: Sequence[str], rules: Rules) -> Mapping[str, int]:
    """Return how many small words of each language there are; a script of its own counts by itself."""
    times = Counter(said)
    counts = {name: sum(times[word] for word in words) for name, words in rules.distinctive.items()}
    counts["ar"] = sum(count for word, count in times.items() if ARABIC.search(word))
    counts["ja"] = len(UNSPACED.findall("".join(said))) // 2
    return counts
