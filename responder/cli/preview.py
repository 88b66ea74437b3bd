"""
`responder preview`: the finished mail with invented names, and what Amazon's rules say about it.
"""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import click

from responder.adapters import rules, templates
from responder.adapters.templates.context import OrderContext
from responder.cli.session import echo_json, json_option, load_config
from responder.config import Loaded, catalogue_of, languages_of
from responder.core.amazon import Catalogue, Marketplace
from responder.document import nearest
from responder.errors import EXIT_DONE, EXIT_FAILED, UsageError


@click.command()
@click.argument("template")
@click.option("--language", metavar="L", help="The language, like fr (all that your marketplaces need).")
@click.option("--marketplace", metavar="NAME", help="As its buyers get it, like amazon.com.be: some in two languages.")
@click.option("--order", metavar="ORDER", help="The order number to show.")
@json_option
@click.pass_context
def preview(
    ctx: click.Context,
    template: str,
    language: str | None,
    marketplace: str | None,
    order: str | None,
    *,
    as_json: bool,
) -> int:
    """
    Print a template as the buyer would read it. Nothing is sent.

    Example: responder preview acknowledgement --marketplace amazon.com.be
    """
    loaded = load_config(ctx)
    known = templates.load(loaded.templates)
    if template not in known:
        near = nearest(template, known)
        raise UsageError(f"there is no template {template!r}" + (f"; did you mean {near!r}?" if near else ""))
    chosen = known[template]
    store = _store(catalogue_of(loaded), marketplace) if marketplace else None
    code = EXIT_DONE
    for tags in _wanted(loaded, language, store):
        languages = [_found(template, chosen, tag) for tag in tags]
        samples = [_samples(loaded, each, store) for each in languages]
        for contexts in zip(*samples, strict=True):
            shown = [{**each, "order": OrderContext(order)} if order else dict(each) for each in contexts]
            texts = list(zip(languages, shown, strict=True))
            code = max(code, _print(template, chosen, texts, as_json=as_json))
    return code


def _wanted(loaded: Loaded, language: str | None, store: Marketplace | None) -> list[tuple[str, ...]]:
    """Return the mails to show, each as the languages of its texts."""
    if language:
        return [(language,)]
    return [store.texts] if store else [(each,) for each in sorted(languages_of(loaded))]


def _store(known: Catalogue, name: str) -> Marketplace:
    found = known.by_name(name.lower())
    if found is None:
        near = nearest(name, [each.name for each in known.marketplaces])
        raise UsageError(f"there is no marketplace {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    return found


def _found(name: str, chosen: templates.Template, tag: str) -> str:
    found = templates.pick_language(chosen, tag, fallback="")
    if found is None:
        raise UsageError(f"{name} has no text in {tag}; it has {', '.join(sorted(chosen.bodies))}")
    return found


def _samples(loaded: Loaded, language: str, store: Marketplace | None) -> tuple[Mapping[str, object], ...]:
    seller = loaded.config.accounts[0].seller.name
    if store is None:
        return templates.sample_contexts(language, seller_name=seller)
    return templates.sample_contexts(
        language,
        seller_name=seller,
        marketplace=store.name,
        zone=ZoneInfo(store.timezone),
        country=store.country,
    )


def _print(
    name: str, chosen: templates.Template, texts: Sequence[tuple[str, Mapping[str, object]]], *, as_json: bool
) -> int:
    rendered, context = templates.render_all(chosen, texts), texts[0][1]
    findings = templates.findings(name, rendered, context, rules.load())
    if as_json:
        found = [
            {
                "rule": each.rule,
                "severity": each.severity,
                "line": each.line,
                "excerpt": each.excerpt,
                "hint": each.hint,
            }
            for each in findings
        ]
        echo_json(
            {"language": rendered.language, "subject": rendered.subject, "body": rendered.body, "findings": found}
        )
    else:
        closed = getattr(context.get("closed"), "kind", "")
        click.echo(
            f"--- {name}, {rendered.language}, {closed}\nSubject: {rendered.subject}\n\n{rendered.body.rstrip()}\n"
        )
        for finding in findings:
            click.echo(f"{finding.severity} {finding.rule}, line {finding.line}: {finding.excerpt} ({finding.hint})")
    return EXIT_FAILED if any(finding.severity == "error" for finding in findings) else EXIT_DONE
