"""
Amazon's formats, read from the data files of the package and, over them, from a folder of the seller's.

A row that cannot be read is a configuration error with its position; the daemon never runs on half a catalogue.
"""

from pathlib import Path

from responder.core.amazon import Catalogue


def load(extra: Path | None = None) -> Catalogue:
    """Return the catalogue; files in `extra` with the same names add rows and replace those with the same key."""
    raise NotImplementedError
