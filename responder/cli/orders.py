"""
`responder orders`: alone it lists the orders; its subcommands change what is known of them.
"""

from typing import Any

import click

from responder.cli import order_list
from responder.cli.order_delay import delay
from responder.cli.order_import import import_
from responder.cli.session import json_option


@click.group(invoke_without_command=True)
@order_list.options
@json_option
@click.pass_context
def orders(ctx: click.Context, /, **wanted: Any) -> None:
    """
    Orders, the newest first: when they must ship, and how far the request for feedback on each is.

    Examples: responder orders --feedback held · responder orders --order 305-1234567-7654321 --evidence appeal
    """
    if ctx.invoked_subcommand is None:
        order_list.show(ctx, **wanted)
    elif any(wanted.values()):
        raise click.UsageError(
            f"options of the list do not belong to {ctx.invoked_subcommand}: write its own behind it"
        )


orders.add_command(delay)
orders.add_command(import_)
