"""
The sentences that the source says, and the catalogues of the other languages brought up to date with them.

`tools/words` runs it. Only modules that import the speech are read: elsewhere `say` may mean anything.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "responder"
LOCALE = PACKAGE / "locale"
KEYWORDS = {"say": (1,), "noted": (1,), "say_as": ((1, "c"), 2), "several": (2, 3)}
SPEECH = "responder.core.speech"
WIDTH = 120


def sources() -> list[Path]:
    """Return the modules that speak to the operator, and the templates."""
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if SPEECH in path.read_text("utf-8")]
    return [*modules, *sorted(PACKAGE.rglob("*.j2"))]


@lru_cache(maxsize=1)
def extracted() -> Catalog:
    """Return every sentence with the modules that say it."""
    found = Catalog(charset="utf-8")
    for path in sources():
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        place = path.relative_to(ROOT).as_posix()
        for _, said, _, context in extract_from_file(method, path, keywords=KEYWORDS):  # type: ignore[arg-type]
            found.add(said, locations=[(place, 0)], context=context)
    return found


def read(language: str) -> Catalog:
    """Return a language's catalogue as its file has it; an empty one for a language that has none yet."""
    path = LOCALE / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.stem for path in LOCALE.glob("*.po"))


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the sentences without the header."""
    return (message for message in catalogue if message.id)


def updated(language: str) -> Catalog:
    """Return a language's catalogue with every sentence there is and no other one, its translations kept."""
    catalogue = read(language)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def lacking(catalogue: Catalog) -> list[Message]:
    """Return the sentences without a whole translation."""
    return [message for message in messages(catalogue) if message.fuzzy or not all(forms(message))]


def forms(message: Message) -> tuple[str, ...]:
    """Return the translation in each of its forms."""
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def header(catalogue: Catalog) -> str:
    """Return what gettext must know; no dates and no names, which would change with every run."""
    return (
        'msgid ""\n'
        'msgstr ""\n'
        '"Project-Id-Version: buyer-responder\\n"\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue in the order of the modules, without line numbers: a sentence that moves changes nothing."""
    body = BytesIO()
    write_po(body, catalogue, width=WIDTH, sort_by_file=True, omit_header=True, include_lineno=False)
    text = header(catalogue) + body.getvalue().decode().strip() + "\n"
    (LOCALE / f"{language}.po").write_text(text, "utf-8")


def main(wanted: Sequence[str]) -> int:
    """Bring these catalogues, or every one, up to date and print what lacks a translation; 1 if something does."""
    missing = 0
    for language in wanted or languages():
        catalogue = updated(language)
        write(language, catalogue)
        for message in lacking(catalogue):
            missing += 1
            sentence = message.id if isinstance(message.id, str) else message.id[0]
            sys.stdout.write(f"{language}: {sentence}\n")
    sys.stdout.write(f"words: {missing} sentences lack a translation\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
