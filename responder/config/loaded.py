"""
A configuration that can be used, together with the places of its keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from responder.config.checks import Finding
from responder.config.model import Config
from responder.document import Document, Position
from responder.document import Path as KeyPath
from responder.errors import Problem

STATE_FOLDERS = {Path("/etc/responder"): Path("/var/lib/responder")}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that can be used, what to know about it, and the folder its relative paths begin at."""

    config: Config
    warnings: tuple[Problem, ...]
    folder: Path
    file: Path
    document: Document

    @property
    def templates(self) -> Path | None:
        """The folder with the seller's own texts, or None when there is none."""
        folder = self.folder / self.config.templates
        return folder if folder.is_dir() else None

    @property
    def formats(self) -> Path | None:
        """The folder with the seller's own rows of Amazon's formats, or None when there is none."""
        folder = self.folder / self.config.formats
        return folder if folder.is_dir() else None

    @property
    def calendars(self) -> Path:
        """The folder with the seller's own calendars."""
        return self.folder / self.config.calendars

    def problem(self, finding: Finding) -> Problem:
        """Return a finding at its place in the file."""
        return placed(self.document, finding)[1]

    def state(self, environ: Mapping[str, str]) -> str:
        """Return the state's URL; a relative file is in systemd's state folder, else beside the configuration."""
        scheme, _, rest = self.config.state.partition(":///")
        if scheme != "sqlite" or rest.startswith("/"):
            return self.config.state
        # The daemon is told its folder by systemd; a command beside it has to know it.
        home = Path(environ.get("STATE_DIRECTORY", "").partition(":")[0] or STATE_FOLDERS.get(self.folder, self.folder))
        return f"{scheme}:///{(home / rest).resolve()}"


def placed(loaded: Document, finding: Finding) -> tuple[Position, Problem]:
    """Return where a finding stands, and what is said about it."""
    at = loaded.at(finding.path, key=finding.on_key)
    name = dotted(finding.path)
    text = f"{name}: {finding.problem}" if name else finding.problem
    return at, Problem(str(at), text, finding.hint, finding.severity)


def dotted(path: KeyPath) -> str:
    """Return a path as the documentation writes it: accounts[0].imap.host."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
