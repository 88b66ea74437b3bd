"""
What a template is, before and after it is printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from responder.document import Position
from responder.errors import ResponderError


class TemplateFailed(ResponderError):  # noqa: N818 - named for what happened, as all errors here
    """A template could not be rendered; the mail is held until the seller mends the file."""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of mail: per language its subject, its body, and the line that introduces the quoted message."""

    name: str
    subjects: Mapping[str, str]
    bodies: Mapping[str, str]
    quotes: Mapping[str, str]
    file: str
    places: Mapping[str, "Place"]

    def subject_key(self, language: str) -> str:
        """Return where the subject of `language` stands in the file: one may serve all languages."""
        return next((key for key in _subject_keys(language) if key in self.places), "subject")


def _subject_keys(language: str) -> tuple[str, str]:
    return f"subject.{language}", f"subject.{language.partition('-')[0]}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text's first line stands in its file; a text that is no literal block has one line only."""

    at: Position
    literal: bool

    def line(self, number: int) -> int:
        """Return the file's line of the text's line `number`."""
        return self.at.line + (number - 1 if self.literal else 0)


@dataclass(frozen=True, slots=True)
class Rendered:
    """
    A rendered mail; `quote` introduces the buyer's own words, which `compose.with_quote` appends.

    `language` names all of its languages, as a Content-Language header does (RFC 3282): "fr, nl".
    """

    subject: str
    body: str
    language: str
    quote: str
