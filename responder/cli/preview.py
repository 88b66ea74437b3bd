"""
`responder preview`: the finished mail with invented names, and what Amazon's rules say about it.
"""

from typing import Any

import click

from responder.adapters import rules, templates
from responder.adapters.templates.context import OrderContext
from responder.cli.session import echo_json, json_option, load_config
from responder.config import languages_of
from responder.document import nearest
from responder.errors import EXIT_DONE, EXIT_FAILED, UsageError


@click.command()
@click.argument("template")
@click.option("--language", metavar="L", help="The language, like fr (all that your marketplaces need).")
@click.option("--order", metavar="ORDER", help="The order number to show.")
@json_option
@click.pass_context
def preview(ctx: click.Context, template: str, language: str | None, order: str | None, *, as_json: bool) -> int:
    """
    Print a template as the buyer would read it. Nothing is sent.

    Example: responder preview acknowledgement --language fr
    """
    loaded = load_config(ctx)
    known = templates.load(loaded.templates)
    if template not in known:
        near = nearest(template, known)
        raise UsageError(f"there is no template {template!r}" + (f"; did you mean {near!r}?" if near else ""))
    chosen = known[template]
    seller = loaded.config.accounts[0].seller
    wanted = [language] if language else sorted(languages_of(loaded))
    code = EXIT_DONE
    for tag in wanted:
        found = templates.pick_language(chosen, tag, fallback="")
        if found is None:
            raise UsageError(f"{template} has no text in {tag}; it has {', '.join(sorted(chosen.bodies))}")
        for context in templates.sample_contexts(found, seller_name=seller.name):
            shown = {**context, "order": OrderContext(order)} if order else dict(context)
            code = max(code, _print(template, chosen, found, shown, as_json=as_json))
    return code


def _print(name: str, chosen: templates.Template, language: str, context: dict[str, Any], *, as_json: bool) -> int:
    rendered = templates.render(chosen, language, context)
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
        echo_json({"language": language, "subject": rendered.subject, "body": rendered.body, "findings": found})
    else:
        closed = getattr(context.get("closed"), "kind", "")
        click.echo(f"--- {name}, {language}, {closed}\nSubject: {rendered.subject}\n\n{rendered.body.rstrip()}\n")
        for finding in findings:
            click.echo(f"{finding.severity} {finding.rule}, line {finding.line}: {finding.excerpt} ({finding.hint})")
    return EXIT_FAILED if any(finding.severity == "error" for finding in findings) else EXIT_DONE
