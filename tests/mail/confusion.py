"""
Print how the synthetic mails are classified against what they are: kinds, then notice types.

    python tests/mail/confusion.py
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

Pair = tuple[str, str]


def pairs() -> tuple[dict[str, Pair], dict[str, Pair]]:
    """Return (expected, found) by fixture: of kinds, and of notice types where either side has one."""
    from mail.fixture import AUTHSERV_ID, OWN
    from mail.fixtures import FIXTURES

    from responder.adapters.catalogue import load
    from responder.core.classify import classify
    from responder.core.message import parse

    kinds: dict[str, Pair] = {}
    types: dict[str, Pair] = {}
    for fixture in FIXTURES:
        found = classify(parse(fixture.raw), load(), OWN, AUTHSERV_ID)
        kinds[fixture.name] = (fixture.kind, found.kind)
        if fixture.notice_type or found.notice_type:
            types[fixture.name] = (fixture.notice_type or "-", found.notice_type or "-")
    return kinds, types


def table(title: str, found: dict[str, Pair]) -> Iterator[str]:
    """Yield the lines of one table, expected down and found across, then the names beside its diagonal."""
    counts = Counter(found.values())
    words = sorted({word for pair in counts for word in pair})
    rows = [(word, *(counts[word, other] for other in words)) for word in words]
    totals = [sum(row[column] for row in rows if isinstance(row[column], int)) for column in range(1, len(words) + 1)]
    yield title
    yield from _aligned(
        [
            ("expected \\ found", *words, "total"),
            *((*(str(cell) if cell else "." for cell in row), str(sum(row[1:]))) for row in rows),
            ("total", *map(str, totals), str(sum(totals))),
        ]
    )
    wrong = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
    yield f"\n{len(found) - len(wrong)} of {len(found)} as expected"
    yield from (f"  {name}: expected {pair[0]}, found {pair[1]}" for name, pair in sorted(wrong.items()))


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *cells in rows:
        yield "  ".join(
            [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))]
        )


def main() -> None:
    """Print both tables."""
    kinds, types = pairs()
    for title, found in (("Kinds", kinds), ("Notice types", types)):
        sys.stdout.write("\n".join(table(title, found)) + "\n\n")


if __name__ == "__main__":
    main()
