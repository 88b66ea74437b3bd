"""
The group of commands, found by name and imported only when called: `responder --version` imports click alone.

One place turns what went wrong into a sentence on standard error and the exit code that is documented for it.
"""

import importlib
import os
import sys
from collections.abc import Sequence

import click

from responder import __version__
from responder.cli.session import Session, common_options
from responder.errors import EXIT_FAILED, ConfigError, ResponderError

EXIT_INTERRUPTED = 130

COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("responder.cli.demo", "demo", "The whole daemon on sample mail, through a holiday weekend."),
    "init": ("responder.cli.init", "init", "A working folder: configuration, templates, calendars."),
    "check": ("responder.cli.check", "check", "Everything wrong in your files; --connect logs in."),
    "run": ("responder.cli.run", "run", "The daemon; --once catches up and ends."),
    "explain": ("responder.cli.explain", "explain", "What each mail is, and what would be done about it."),
    "simulate": ("responder.cli.simulate", "simulate", "Past mail through today's configuration; sends nothing."),
    "threads": ("responder.cli.threads", "threads", "Deadlines, one line each."),
    "thread": ("responder.cli.threads", "thread", "The whole story of one thread; or close it."),
    "notices": ("responder.cli.notices", "notices", "Amazon's notices, and who has seen them."),
    "notice": ("responder.cli.notices", "notice", "The life of a notice; or confirm or settle it."),
    "outbox": ("responder.cli.outbox", "outbox", "What waits to be sent, and what is held and why."),
    "orders": ("responder.cli.orders", "orders", "Orders, and how far the request for feedback on each is."),
    "metrics": ("responder.cli.metrics", "metrics", "Your rates against Amazon's limits, and the room left."),
    "plan": ("responder.cli.plan", "plan", "A draft for Amazon's seller support about one rate."),
    "feedback": ("responder.cli.feedback", "feedback", "Negative feedback, and whether Amazon may remove it."),
    "suppress": ("responder.cli.suppress", "suppress", "Whom never to write to, and about which orders."),
    "pause": ("responder.cli.sending", "pause", "Send nothing to buyers for now."),
    "resume": ("responder.cli.sending", "resume", "Send to buyers again, after a pause or a stop."),
    "go-live": ("responder.cli.sending", "go_live", "End the rehearsal: buyers are written to."),
    "calendar": ("responder.cli.calendar", "calendar", "Open and closed days, holidays, unattended windows."),
    "preview": ("responder.cli.preview", "preview", "A finished mail, with the policy findings."),
    "lint": ("responder.cli.lint", "lint", "Templates and finished mails against Amazon's rules."),
    "digest": ("responder.cli.digest", "digest", "Today's digest."),
    "status": ("responder.cli.status", "status", "Is it alive, and what is due next."),
    "completion": ("responder.cli.completion", "completion", "The completion script of your shell."),
}
"""Command -> module, attribute, one line of help. A module is imported when its command is called."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command, in the order of a first day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, with the options every command takes."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{attribute} is no command")
        return _with_common_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is told together with the nearest known."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from responder.document import nearest

            near = nearest(name, COMMANDS)
            hint = f" Did you mean '{near}'?" if near else ""
            raise click.UsageError(f"There is no command '{name}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands' short helps without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, _, short) in COMMANDS.items()])


def _with_common_options(command: click.Command) -> click.Command:
    """Return a command and its subcommands with the options that each takes."""
    names = {name for parameter in command.params for name in parameter.opts}
    command.params += [option for option in common_options() if not names & set(option.opts)]
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _with_common_options(below)
    return command


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 75 temporary failure, 78 configuration error.",
)
@click.version_option(__version__, prog_name="responder", message="%(prog)s %(version)s")
def cli() -> None:
    """Watch an Amazon seller's buyer messages: every deadline, acknowledgements on closed days, one digest a day."""


cli.params += common_options()


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    session = Session()
    try:
        code = cli.main(list(arguments), prog_name="responder", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has left; the interpreter must not try to flush what is left of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except BaseException as error:
        if session.debug and not isinstance(error, click.ClickException | click.exceptions.Exit | SystemExit):
            raise
        return _told(error)
    return code if isinstance(code, int) else 0


def _told(error: BaseException) -> int:
    """Say what went wrong on standard error and return the exit code for it."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            return EXIT_INTERRUPTED
        case ConfigError():
            from responder.cli.problems import show

            show(error.problems)
            return error.exit_code
        case ResponderError():
            click.echo(_shown(f"responder: {error}"), err=True)
            return error.exit_code
        case Exception():
            words = f"{type(error).__name__}: {error}".splitlines()[0]
            click.echo(_shown(f"responder: unexpected: {words} (run it again with --debug for the details)"), err=True)
            return EXIT_FAILED
        case SystemExit(code=int(code)):  # click ends completion and a closed pipe this way
            return code
        case _:
            raise error


def _shown(words: str) -> str:
    """Return what an error says without any secret that was read: what is said here may end in a log."""
    from responder.adapters.credentials import hidden

    return hidden(words)
