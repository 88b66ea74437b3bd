"""
`responder lint`: templates and finished mails against Amazon's rules; and the table of the rules.

It works without a configuration and without a state; only an order's facts are read from there, and nothing is changed.
"""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from responder.adapters import catalogue, rules
from responder.adapters.store import Store, orders, proactive
from responder.cli.linted import KINDS, MAIL, Asked, Found, Linted, linted
from responder.cli.problems import show
from responder.cli.session import Session, config_path, echo_json, json_option, load_config
from responder.cli.state import now
from responder.config import Loaded, catalogue_of, load
from responder.core import policy
from responder.core.amazon import Catalogue
from responder.core.compose import LANGUAGE
from responder.core.orders import ORDER_ID, FeedbackState, Order
from responder.core.policy.finished import MAX_SIZE
from responder.core.words import clean
from responder.errors import EXIT_DONE, EXIT_FAILED, ConfigError, Problem, UsageError

STANDARD_INPUT = "-"
LEFT = ("sending", "sent", "ambiguous")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("--kind", metavar="KIND", type=click.Choice(KINDS), help=f"What it is: {', '.join(KINDS)}.")
@click.option("--language", metavar="L", help="The language it is meant to be in, like fr (told from the mail).")
@click.option("--order", "order_id", metavar="ORDER", help="The order it is about: what is known of it counts too.")
@click.option("--rules", "table", is_flag=True, help="Print the rules with their sources instead.")
@json_option
@click.pass_context
def lint(
    ctx: click.Context,
    files: tuple[str, ...],
    kind: str | None,
    language: str | None,
    order_id: str | None,
    *,
    table: bool,
    as_json: bool,
) -> int:
    """
    Check templates (.yaml) and finished mails (.eml, .txt, - for standard input) against Amazon's rules.

    A .txt has its subject on the first line as "Subject: ...", an empty line, and the text. Exit code 1 when a rule is
    broken that keeps a mail from being sent.

    Examples: responder lint templates/*.yaml · responder lint draft.txt --kind answer ·
    responder lint --rules
    """
    if table == bool(files):
        raise click.UsageError("name the files to check, or --rules" if not table else "--rules goes without files")
    if table:
        _print_rules(as_json=as_json)
        return EXIT_DONE
    _refuse_folders(files)
    asked = _asked(ctx, kind, language, order_id)
    done = []
    for file in files:
        each = _linted(file, asked)
        done.append(each)
        if as_json:
            echo_json(as_object(each))
        else:
            _print(each)
    if not as_json:
        click.echo(_summary(done))
    return EXIT_FAILED if any(each.failed for each in done) else EXIT_DONE


def _refuse_folders(files: Iterable[str]) -> None:
    for file in files:
        if file != STANDARD_INPUT and os.path.isdir(file):
            raise UsageError(
                f"{_shown(file)} is a folder; name the files in it, like {_shown(file.rstrip('/'))}/*.yaml"
            )


def _asked(ctx: click.Context, kind: str | None, language: str | None, order_id: str | None) -> Asked:
    shipped = rules.load()
    if language is not None:
        _refuse_unknown(language, shipped)
    loaded = load_config(ctx) if order_id is not None else _configuration(ctx)
    known = catalogue_of(loaded) if loaded else catalogue.load()
    asked = Asked(
        rules=shipped,
        catalogue=known,
        kind=kind,
        language=language,
        order_id=order_id,
        seller_name=loaded.config.accounts[0].seller.name if loaded else "Shop",
    )
    return asked if order_id is None or loaded is None else _about(loaded, asked, order_id, known)


def _refuse_unknown(language: str, shipped: policy.Rules) -> None:
    named = [each.strip().partition("-")[0].lower() for each in language.split(",")]
    if not LANGUAGE.match(language) or not set(named) <= set(shipped.thanks):
        raise UsageError(f"there are no words for {language!r}; there are for {', '.join(sorted(shipped.thanks))}")


def _configuration(ctx: click.Context) -> Loaded | None:
    """Return the configuration where there is one that can be read; one that was named must be."""
    named = ctx.ensure_object(Session).config or os.environ.get("RESPONDER_CONFIG")
    try:
        return load(config_path(ctx))
    except ConfigError:
        if named:
            raise
        return None


def _about(loaded: Loaded, asked: Asked, order_id: str, known: Catalogue) -> Asked:
    """Return the question with what the state knows of the order; it is opened for reading only."""
    if not ORDER_ID.match(order_id):
        raise UsageError(f"{order_id!r} is no order number; one looks like 305-1234567-7654321")
    store = Store.look(loaded.state(os.environ))
    found = None if store is None else _kept(store, loaded, order_id)
    if found is None:
        click.echo(f"Order {order_id} is not in the state: only its number counts.", err=True)
        return asked
    order, written = found
    facts = policy.OrderKnown(
        at=now(),
        asked=order.feedback is FeedbackState.ASKED,
        written_before=written,
        purchased_at=order.purchased_at,
        delivered_at=order.delivered_at,
    )
    return replace(asked, known=facts, store=known.by_name(order.marketplace) if order.marketplace else None)


def _kept(store: Store, loaded: Loaded, order_id: str) -> tuple[Order, bool] | None:
    """Return the order, and whether a mail of our own accord left for it."""
    try:
        for account in loaded.config.accounts:
            order = store.run(orders.order, account.name, order_id)
            if order is not None:
                left = store.run(proactive.rows, account.name, order_ids=[order_id], states=LEFT, limit=1)
                return order, bool(left)
        return None
    finally:
        store.close()


def _linted(file: str, asked: Asked) -> Linted:
    try:
        return linted(file, _read(file), asked)
    except OSError as error:
        return Linted(file=file, sort="", problems=(Problem(file, f"cannot be read: {error.strerror or error}"),))


def _read(file: str) -> bytes:
    """Return the file's bytes, a little more than Amazon takes of a mail."""
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_SIZE + 1)
    path = Path(file)
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is no regular file")
    with path.open("rb") as opened:
        return opened.read(MAX_SIZE + 1)


def as_object(done: Linted) -> dict[str, Any]:
    """Return a file's findings as `lint --json` prints them."""
    return {
        "file": done.file,
        "kind": done.kind,
        "language": done.language,
        "findings": [_finding(each) for each in done.found],
        "error": "; ".join(map(str, done.problems)) or None,
    }


def _finding(found: Found) -> dict[str, Any]:
    each = found.finding
    return {
        "rule": each.rule,
        "severity": each.severity,
        "line": each.line,
        "place": each.place,
        "language": found.language,
        "excerpt": each.excerpt,
        "hint": each.hint,
    }


def _print(done: Linted) -> None:
    if done.problems:
        show(done.problems, sys.stdout)
        return
    if done.language:
        told = f" (told by {clean(done.told_by)})" if done.told_by else ""
        click.echo(f"{_shown(done.file)}: {done.kind} in {clean(done.language)}{told}")
    else:
        click.echo(f"{_shown(done.file)}: {done.kind}; its language is not told, so the words of all are looked for")
    if done.note:
        click.echo(f"{_shown(done.file)}: {done.note}")
    for each in done.found:
        click.echo(_line(done, each))


def _line(done: Linted, found: Found) -> str:
    each = found.finding
    # The lines of a mail are those of its text as it reads: in the file they are encoded.
    place = str(each.line)
    if done.sort == MAIL:
        place = f"{each.place}:{each.line}" if each.line else each.place
    return f"{_shown(done.file)}:{place}: {each.severity} {each.rule} {clean(each.excerpt)} ({each.hint})"


def _shown(file: str) -> str:
    """Return a file's name as it may be printed: whoever named the file does not command the terminal."""
    return clean(file.encode("utf-8", "replace").decode(), 1_000)


def _summary(done: Iterable[Linted]) -> str:
    files = list(done)
    severities = [each.finding.severity for file in files for each in file.found]
    unread = sum(bool(file.problems) for file in files)
    errors = severities.count(policy.ERROR)
    parts = [_count(len(files), "file"), _count(errors, "error"), _count(len(severities) - errors, "warning")]
    return ", ".join(parts) + (f"; {_count(unread, 'file')} not judged." if unread else ".")


def _count(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'s' * (count != 1)}"


def _print_rules(*, as_json: bool) -> None:
    for row in rules.load().table.values():
        if as_json:
            echo_json(
                {
                    "rule": row.number,
                    "means": row.means,
                    "severity": row.severity,
                    "hint": row.hint,
                    "source": row.source,
                    "grade": row.grade,
                    "checked": list(row.checked),
                    "note": row.note or None,
                    "conflict": row.conflict or None,
                }
            )
            continue
        for line in _told(row):
            click.echo(line)


def _told(row: policy.Row) -> Iterator[str]:
    yield f"{row.number}  {row.severity:<7}  {row.means}"
    yield f"     checked: {', '.join(row.checked)}{f' ({row.note})' if row.note else ''}"
    if row.conflict:
        yield f"     sources disagree: {row.conflict}"
    yield f"     source: {row.source}, grade {row.grade}"
