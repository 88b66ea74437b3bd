"""
What every command shares: the options it takes, the configuration it reads, and the way it prints.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from responder.cli.tables import local, table

if TYPE_CHECKING:  # pydantic takes longer to import than `--version` may run
    from responder.config import Loaded

__all__ = ["Session", "common_options", "echo_json", "json_option", "load_config", "local", "table"]

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """What was said on the command line, before or after the command's name."""

    config: str | None = None
    debug: bool = False


def _set_config(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).config = value


def _set_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Session).debug = True


def common_options() -> list[click.Parameter]:
    """Return the options that may stand before and after every command's name."""
    return [
        click.Option(
            ["-c", "--config"],
            metavar="FILE",
            expose_value=False,
            is_eager=True,
            callback=_set_config,
            help="The configuration (else $RESPONDER_CONFIG, ./config.yaml, /etc/responder/config.yaml).",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_debug,
            help="Show where an error came from.",
        ),
    ]


def json_option(command: Command) -> Command:
    """Give a command `--json`, as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")(command)


def config_path(ctx: click.Context) -> Path:
    """Return the configuration file of this call."""
    from responder import config

    return config.find(ctx.ensure_object(Session).config, os.environ)


def load_config(ctx: click.Context) -> "Loaded":
    """Return the configuration of this call; ConfigError ends the command with every problem shown."""
    from responder import config

    return config.load(config_path(ctx))


def echo_json(value: Any) -> None:
    """Print one JSON object on one line; instants are ISO 8601, bytes of a file name that are no text are escaped."""
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    click.echo(text.encode("utf-8", "backslashreplace").decode())


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
