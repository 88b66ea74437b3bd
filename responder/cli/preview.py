"""
`responder preview`: the finished mail, with invented names or of an order that is kept, and what Amazon's rules say
about it.
"""

from collections.abc import Mapping, Sequence

import click

from responder.adapters import rules, templates
from responder.cli import previewed
from responder.cli.previewed import ABOUT_AN_ORDER, WITH_INVOICE, KeptOrder
from responder.cli.session import echo_json, json_option, load_config
from responder.config import Loaded, catalogue_of, languages_of
from responder.core.amazon import Catalogue, Marketplace
from responder.core.orders import ORDER_ID
from responder.document import nearest
from responder.errors import EXIT_DONE, EXIT_FAILED, UsageError


@click.command()
@click.argument("template")
@click.option("--language", metavar="L", help="The language, like fr (all that your marketplaces need).")
@click.option("--marketplace", metavar="NAME", help="As its buyers get it, like amazon.com.be: some in two languages.")
@click.option("--order", metavar="ORDER", help="The order number to show; of an order that is kept, all that is known.")
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

    Templates: acknowledgement, feedback_request, invoice, delay_notice; drafts for you: feedback_answer,
    cancellation_answer.

    Examples: responder preview acknowledgement --marketplace amazon.com.be · responder preview feedback_request
    --order 305-1234567-7654321
    """
    loaded = load_config(ctx)
    known = templates.load(loaded.templates)
    if template not in known:
        near = nearest(template, known)
        raise UsageError(f"there is no template {template!r}" + (f"; did you mean {near!r}?" if near else ""))
    if order and template in ABOUT_AN_ORDER and not ORDER_ID.match(order):
        raise UsageError(f"{order!r} is no order number; write it like 305-1234567-7654321")
    chosen, kept = known[template], previewed.kept_order(loaded, template, order)
    store = _store(catalogue_of(loaded), marketplace or (kept.order.marketplace if kept else None))
    if order and template in ABOUT_AN_ORDER:
        click.echo(_about(order, kept, store), err=True)
    code = EXIT_DONE
    for tags in _wanted(loaded, language, store):
        languages = [_found(template, chosen, tag) for tag in tags]
        if kept and store:
            contexts = [previewed.of_order(kept, template, each, store) for each in languages]
        else:
            contexts = [previewed.invented(loaded, template, each, store, order) for each in languages]
        for shown in zip(*contexts, strict=True):
            texts = list(zip(languages, shown, strict=True))
            code = max(code, _print(template, chosen, texts, as_json=as_json))
    return code


def _about(order: str, kept: KeptOrder | None, store: Marketplace | None) -> str:
    """Say where the facts are from, beside the mail itself."""
    if kept is None:
        return f"{order} is not kept: names and dates are invented"
    if store is None:
        return f"{order} is kept, but not its marketplace (--marketplace NAME): names and dates are invented"
    return f"{order} as it is kept: account {kept.account.name}, {store.name}, {kept.words}"


def _wanted(loaded: Loaded, language: str | None, store: Marketplace | None) -> list[tuple[str, ...]]:
    """Return the mails to show, each as the languages of its texts."""
    if language:
        return [(language,)]
    return [store.texts] if store else [(each,) for each in sorted(languages_of(loaded))]


def _store(known: Catalogue, name: str | None) -> Marketplace | None:
    if name is None:
        return None
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
        click.echo(f"--- {', '.join(filter(None, (name, rendered.language, _case(name, context))))}")
        click.echo(f"Subject: {rendered.subject}\n\n{rendered.body.rstrip()}\n")
        for finding in findings:
            click.echo(f"{finding.severity} {finding.rule}, line {finding.line}: {finding.excerpt} ({finding.hint})")
    return EXIT_FAILED if any(finding.severity == "error" for finding in findings) else EXIT_DONE


def _case(name: str, context: Mapping[str, object]) -> str:
    """Return in a word which of its cases a text is shown in; nothing where it has one only."""
    if name in WITH_INVOICE:
        return "with the invoice" if context["invoice"] else "without an invoice"
    if name == templates.CANCELLATION_ANSWER:
        return "shipped already" if context["shipped"] else "not shipped yet"
    return str(getattr(context.get("closed"), "kind", ""))
