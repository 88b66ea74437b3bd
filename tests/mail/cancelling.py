"""
Print how buyers' synthetic messages are taken against what they ask: a wish to cancel an order, or none.

    python tests/mail/cancelling.py
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

Pair = tuple[str, str]
WISH, NONE = "cancel", "other"


def pairs(texts: "Sequence[object]") -> dict[str, Pair]:
    """Return (expected, found) of each text."""
    from responder.adapters.catalogue import load
    from responder.core.cancelling import asks_to_cancel

    rows = load().cancelling
    found: dict[str, Pair] = {}
    for number, (language, asks, text) in enumerate(texts):  # type: ignore[misc]
        taken = asks_to_cancel(text, language, rows)
        found[f"{language} {number}: {text!r}"] = (WISH if asks else NONE, WISH if taken else NONE)
    return found


def main() -> None:
    """Print both tables."""
    from mail.cancel_texts import HELD_BACK, TEXTS
    from mail.confusion import table

    for title, texts in (("Seen while the words were chosen", TEXTS), ("Held back", HELD_BACK)):
        sys.stdout.write("\n".join(table(title, pairs(texts))) + "\n\n")


if __name__ == "__main__":
    main()
