"""
The table of the rules as docs/policy.md prints it: written from the data, so that the two never differ.
"""

from collections.abc import Iterator

from responder.core.policy.values import Row, Rules

_HEAD = """\
# Amazon's communication rules, and where each is looked at

What leaves for a buyer is compared with these 32 rules as a finished mail: its subject, text, headers and attachments
as the buyer's mail program will read them. A mail that breaks one marked `error` is held and never sent; a `warning` is
said. `responder check` compares every template in every branch and language, `responder preview` what it prints,
`responder lint` templates and mails that you have saved, and the daemon each mail when it is made.

The buyer's own words are not judged: a name, a subject, and what is quoted below.

Grades: **P** Amazon's own page, model or mail; **S** a guide or a program that says it was checked in practice;
**W** weak; **own** a rule of this program. Checked: in the signs of the **text**, by **words** in each of the twelve
languages, in the **html** part, in the headers and attachments of the **mail**, with what is known of the **order**, by
the **decision** to write at all; or **nothing**, with the reason.

| rule | what it means | grade of a finding | checked | source |
|---|---|---|---|---|
"""
_LINKS = """
## Links that may stand in a mail

By https, in these kinds of mail; a host stands for itself and for `www.` before it. An acknowledgement holds none.

| kind of mail | hosts |
|---|---|
"""
_FOOT = """
## Changing a rule

Words, hosts, grades and hints are rows of `responder/data/policy.yaml`. This page is written from it:

    python -c "from pathlib import Path; from responder.adapters import rules; from responder.core.policy import telling
    Path('docs/policy.md').write_text(telling.markdown(rules.load()))"
"""


def markdown(rules: Rules) -> str:
    """Return the page."""
    return _HEAD + "".join(map(_row, rules.table.values())) + _LINKS + "".join(_hosts(rules)) + _FOOT


def _row(row: Row) -> str:
    conflict = f" Sources disagree: {row.conflict}." if row.conflict else ""
    note = f": {row.note}" if row.note else ""
    cells = (
        f"<a id='{row.number.lower()}'></a>{row.number}",
        f"{row.means}.{conflict}",
        row.severity,
        f"{', '.join(row.checked)}{note}",
        f"{row.source} ({row.grade})",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def _hosts(rules: Rules) -> Iterator[str]:
    for kind, hosts in rules.links.items():
        yield f"| {kind} | {' '.join(sorted(hosts))} |\n"
