"""
Write the table of what the policy linter finds in the corpus: `PYTHONPATH=tests python -m policy.table`.

`docs/policy-findings.md` is this text; a test holds the two equal, so the figures are those of the words as they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from policy.corpus import Figures, Judged, Text, figures, judged, texts

from responder.adapters import rules
from responder.core import policy

FILE = Path(__file__).parents[2] / "docs" / "policy-findings.md"

HEAD = """# What the policy linter finds, measured

This page is made by `PYTHONPATH=tests python -m policy.table` from `tests/policy/corpus/`: {all} texts as sellers write
them, in twelve languages, {good} that break no rule and {bad} that do. They were invented for this page; no text is a
real buyer's or seller's. Each was written with the rules it breaks before anybody looked at what is found.

{held} of them are *held back*: no word of `responder/data/policy.yaml` was chosen by looking at them. The others were
looked at until nothing was missed and nothing was found wrongly, so their figures only say that nothing got lost since.

Only rules that the wording of a text can break are here; pictures, fonts and attachments have tests of their own.
*Precision*: of what is found, how much is right. *Recall*: of what is broken, how much is found.

## How much to trust it

**A linter of words knows words.** Whoever wants to say it in other words can. Texts held back, and looked at only after
the words were chosen (afterwards they were used to mend the words, and new ones were written):

| texts held back | broken rules | found | texts without an error rule broken | held for nothing |
|---|---|---|---|---|
| usual and roundabout, before any tuning | 24 | 7 | 27 | 3 |
| the same, after the first tuning | 24 | 11 | 27 | 0 |
| roundabout on purpose ("two cinema tickets for your thoughts") | 27 | 5 | 24 | 1 |
| roundabout on purpose, and innocents full of suspicious words | 26 | 5 | 24 | 4 |
| usual begging and plain bargains, still held back | 24 | {now_found} | 24 | {now_held} |

So: the usual phrases of feedback mails are found, a new way to say it is mostly not, and a personal answer is rarely
held for nothing. One author wrote texts and words: expect less of texts by somebody else. Read your own template once
as if you were Amazon.
"""


def page() -> str:
    """Return the whole page."""
    loaded = rules.load()
    results = [judged(each, loaded) for each in texts()]
    return "\n".join(
        (_head(results), *_by_set(results), *_by_rule(results), *_by_language(results), *_names(results), "")
    )


def _head(results: Sequence[Judged]) -> str:
    good = [each for each in results if not each.text.breaks]
    held = [each for each in results if each.text.held_back]
    return HEAD.format(
        all=len(results),
        good=len(good),
        bad=len(results) - len(good),
        held=len(held),
        now_found=figures(held).hits,
        now_held=sum(each.is_held and policy.ERROR not in each.text.breaks.values() for each in held),
    )


COLUMNS = "expected | found | missed | false alarms | precision | recall"


def _row(name: str, of: Figures) -> str:
    cells = (of.expected, of.hits, of.missed, of.false_alarms, _percent(of.precision), _percent(of.recall))
    return f"| {name} | {' | '.join(map(str, cells))} |"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _table(title: str, first: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| {first} | {COLUMNS} |"
    yield "|---|---|---|---|---|---|---|"
    yield from rows
    yield ""


def _sets(results: Sequence[Judged]) -> dict[str, list[Judged]]:
    return {
        "all": list(results),
        "looked at": [each for each in results if not each.text.held_back],
        "held back": [each for each in results if each.text.held_back],
    }


def _by_set(results: Sequence[Judged]) -> Iterator[str]:
    sets = _sets(results)
    yield from _table("All rules together", "texts", (_row(name, figures(of)) for name, of in sets.items()))
    yield "| texts | that break no rule | of these held for nothing | that break an error rule | of these held |"
    yield "|---|---|---|---|---|"
    for name, of in sets.items():
        good = [each for each in of if policy.ERROR not in each.text.breaks.values()]
        bad = [each for each in of if policy.ERROR in each.text.breaks.values()]
        held = (sum(each.is_held for each in good), sum(each.is_held for each in bad))
        yield f"| {name} | {len(good)} | {held[0]} | {len(bad)} | {held[1]} |"
    yield ""


def _by_rule(results: Sequence[Judged]) -> Iterator[str]:
    names = sorted({rule for each in results for rule, _ in each.text.expected | each.found})
    yield from _table("By rule", "rule", (_row(name, figures(results, name)) for name in names))


def _by_language(results: Sequence[Judged]) -> Iterator[str]:
    names = sorted({each.text.language for each in results})
    of = {name: figures(each for each in results if each.text.language == name) for name in names}
    yield from _table("By language", "language", (_row(name, figured) for name, figured in of.items()))


def _names(results: Sequence[Judged]) -> Iterator[str]:
    yield "## Missed, by name\n"
    yield from [_named(each.text, each.missed) for each in results if each.missed] or ["None."]
    yield "\n## False alarms, by name\n"
    yield from [_named(each.text, each.false_alarms) for each in results if each.false_alarms] or ["None."]


def _named(text: Text, which: Iterable[tuple[str, str]]) -> str:
    held_back = " (held back)" if text.held_back else ""
    return f"- `{text.id}`{held_back}: {', '.join(f'{rule} {grade}' for rule, grade in sorted(which))}: {text.note}"


def main() -> None:
    """Write the page."""
    FILE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
