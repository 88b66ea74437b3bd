"""
A template and a context become a mail, in one language or in several, one after the other.
"""

import re
from collections.abc import Mapping, Sequence

from responder.adapters.templates.context import CONTEXTS
from responder.adapters.templates.sandbox import printed
from responder.adapters.templates.values import Rendered, Template, TemplateFailed
from responder.core.compose import reply_subject
from responder.core.message import clean

BETWEEN = "* * *"
"""The line between two languages. Dashes would look like the beginning of a signature or of a quoted mail."""


def _tidy(text: str) -> str:
    """Close the gaps that a value which is not known leaves behind: `Hello ,` and two empty lines in a row."""
    lines = [re.sub(r"[ \t]+(?=[,،])", "", line).rstrip() for line in text.strip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def render(template: Template, language: str, context: Mapping[str, object]) -> Rendered:
    """Return the mail in `language`, which must be one of the template's; raise `TemplateFailed` with the reason."""
    if language not in template.bodies:
        raise TemplateFailed(f"{template.file} has no text in '{language}'")
    names = CONTEXTS[template.name]
    subject = clean(printed(template.subjects[language], names, context))
    quote = template.quotes.get(language) or template.quotes.get(language.split("-", maxsplit=1)[0], "")
    return Rendered(
        reply_subject(subject) if subject.lower().startswith("re:") else subject,
        _tidy(printed(template.bodies[language], names, context)),
        language,
        " ".join(printed(quote, names, context).split()),
    )


def render_all(template: Template, texts: Sequence[tuple[str, Mapping[str, object]]]) -> Rendered:
    """Return one mail with a text for each language and its own context; the subject is that of the first."""
    rendered = [render(template, language, context) for language, context in texts]
    return Rendered(
        rendered[0].subject,
        f"\n{BETWEEN}\n\n".join(each.body for each in rendered),
        ", ".join(each.language for each in rendered),
        "\n".join(each.quote for each in rendered if each.quote),
    )


def pick_language(template: Template, wanted: str | None, fallback: str = "en") -> str | None:
    """Return the template's language nearest to `wanted`: de-AT, de, then `fallback`; None when it has neither."""
    known = {language.lower(): language for language in template.bodies}
    asked = (wanted or "").replace("_", "-").lower()
    for each in (asked, asked.split("-")[0], fallback.lower()):
        if each in known:
            return known[each]
    return None
