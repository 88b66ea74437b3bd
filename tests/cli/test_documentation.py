"""docs/commands.md names what there is: every command, every option, every reason code."""

from pathlib import Path

import click
import pytest

from responder.cli.main import COMMANDS, LazyGroup, cli
from responder.core.acknowledge import Reason
from responder.core.actions import Outcome
from responder.core.delays import DelayReason
from responder.core.feedback_reasons import FOR_EVER, FeedbackReason

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "commands.md").read_text("utf-8")
LINKS = (DOCS / "digest-links.md").read_text("utf-8")
FEEDBACK = (DOCS / "feedback.md").read_text("utf-8")
EVERYWHERE = {"--config", "--debug", "--help", "--json"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    """A command without a line, or an option nobody reads of, is found here."""
    assert isinstance(cli, LazyGroup)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert f"`{name}" in TEXT
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    missing = {option for option in options - EVERYWHERE if option not in TEXT}
    assert missing == set()


def test_every_reason_code_is_documented() -> None:
    """Scripts rely on the codes."""
    assert [reason for reason in Reason if f"`{reason}`" not in TEXT and reason != "language_fallback"] == []


def test_every_reason_not_to_tell_of_a_delay_is_documented() -> None:
    """docs/commands.md lists the codes that `orders delay --json` prints."""
    assert [reason for reason in DelayReason if f"`{reason}`" not in TEXT] == []


def test_every_reason_about_feedback_is_documented() -> None:
    """docs/commands.md lists the codes, docs/feedback.md says when each applies, and marks those that stay."""
    assert [reason for reason in FeedbackReason if f"`{reason}`" not in TEXT or f"`{reason}`" not in FEEDBACK] == []
    assert {reason for reason in FeedbackReason if f"`{reason}` *" in FEEDBACK} == FOR_EVER


def test_every_outcome_of_a_link_is_documented() -> None:
    """docs/commands.md lists the codes, docs/digest-links.md says when each applies."""
    assert [each for each in Outcome if f"`{each}`" not in TEXT or f"| `{each}` |" not in LINKS] == []
