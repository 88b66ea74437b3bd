"""What Amazon's own mail says without a header: the name of a buyer at the end of a subject."""

import pytest
from mail import builders

from responder.adapters.catalogue import load
from responder.core.message import parse
from responder.core.notices import name_in_subject

CATALOGUE = load()


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Your email to Ayşe", "Ayşe"),
        ("YOUR EMAIL TO Ayşe", "Ayşe"),
        ("İYİ GÜNLER İLETİ: Your email to Ayşe", "Ayşe"),
        ("Fwd: Seu e-mail para İpek", "İpek"),
        ("Your email to ", None),
        ("Your emails", None),
    ],
)
def test_the_name_is_the_whole_rest_of_the_subject(subject: str, name: str | None) -> None:
    """Whatever stands before the set words, and however many characters it is in lower case."""
    assert name_in_subject(parse(builders.notice("UNKNOWN", subject=subject)), CATALOGUE) == name
