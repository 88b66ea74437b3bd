"""
Print how well the words find which of Amazon's criteria fit: `PYTHONPATH=tests python -m removal.table`.

`docs/bad-feedback.md` has this table; a test holds the two equal.
"""

from pathlib import Path

from removal.corpus import Judged, comments, figures, judged

from responder.core.removal import Criterion

PAGE = Path(__file__).parents[2] / "docs" / "bad-feedback.md"


def figures_table() -> str:
    """Return the table: each criterion, in the comments that were looked at and in those held back."""
    results = tuple(map(judged, comments()))
    lines = ["| comments | criterion | fits | found | wrongly found | missed |", "|---|---|---|---|---|---|"]
    for held_back, name in ((False, "looked at"), (True, "held back")):
        of = [each for each in results if each.comment.held_back is held_back]
        lines += [_row(f"{name} ({len(of)})", str(each), of, (each,)) for each in Criterion]
        lines.append(_row(f"{name} ({len(of)})", "all", of, tuple(Criterion)))
    return "\n".join(lines)


def _row(name: str, criterion: str, of: list[Judged], criteria: tuple[Criterion, ...]) -> str:
    counted = figures(of, criteria)
    return f"| {name} | {criterion} | {counted.fits} | {counted.right} | {counted.wrong} | {counted.missed} |"


if __name__ == "__main__":
    print(figures_table())  # noqa: T201 - a script prints
