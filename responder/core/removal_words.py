"""
What Amazon's removal criteria mean, as it is said to the seller: the sentences of `responder/data/removal.yaml`.

The file has them in English, with source and grade; here they are noted, so that the other languages have them too.
"""

from responder.core.speech import noted, say

SENTENCES = frozenset(
    {
        noted("the whole comment is a review of the product"),
        noted("Amazon removes it; a comment that also speaks of the service stays"),
        noted("it has obscene or profane words"),
        noted("Amazon removes it"),
        noted("it has personal data of the seller's - an e-mail address, a telephone number, a full name"),
        noted("Amazon shipped the order (FBA), and the whole comment is about the delivery"),
        noted("Amazon strikes it through and takes the responsibility; it counts no more"),
        noted(
            "it was shipped on time with a label of Amazon's Buy Shipping, and the whole comment is about a delay or a"
            " parcel that never came"
        ),
        noted("Amazon strikes it through as not due to the seller; it counts no more"),
        noted("Amazon, help page 20231"),
        noted("Amazon, help pages 20231 and 201101660"),
        noted("a seller's process document, and a guide of 2017"),
    }
)


def said(sentence: str) -> str:
    """Return a sentence of the criteria in the language spoken; one that is not noted stays as the file has it."""
    return say(sentence) if sentence in SENTENCES else sentence
