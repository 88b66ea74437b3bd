"""
`--evidence DIR` of `responder thread` and `responder orders`: one folder for an appeal.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from responder import __version__
from responder.adapters import evidence as folders
from responder.cli.session import echo_json
from responder.cli.state import now
from responder.config import Loaded
from responder.core.evidence import Evidence, Making, files

Command = TypeVar("Command", bound=Callable[..., Any])

option = click.option(
    "--evidence",
    "evidence_dir",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all that is kept of it into this new folder, for an appeal.",
)


def put(found: Evidence, folder: Path, loaded: Loaded, *, as_json: bool) -> None:
    """Write the folder and say where it is; `sha256` is the hash of its SHA256SUMS."""
    made = files(found, Making(now(), __version__, loaded.config.timezone))
    place = folders.write(folder, made)
    sums = hashlib.sha256(made[-1].content).hexdigest()
    if as_json:
        echo_json({"about": found.about, "folder": str(place), "files": len(made), "sha256": sums})
        return
    click.echo(f"Evidence about {found.about}: {len(made)} files in {place}")
    click.echo(f"The hash of its SHA256SUMS is {sums}: note it where nobody can change it.")
    click.echo("It holds personal data of the buyer: README.txt says what to mind.")
