"""
What a look into the invoices' folder may find, and what it goes by.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal

MEGABYTE = 1_000_000


class RefusedCode(StrEnum):
    """Why a file is not attached, or whether there is one is not known."""

    SEVERAL = "several"
    NOT_A_FILE = "not_a_file"
    TOO_LARGE = "too_large"
    CHANGING = "changing"
    NO_PDF = "no_pdf"
    UNREADABLE = "unreadable"
    IMAGE_ONLY = "image_only"
    NO_ORDER_NUMBER = "no_order_number"
    OTHER_ORDER = "other_order"
    FOLDER = "folder"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSettings:
    """Where one account's invoices are, and which are good; `subfolder` is used where it exists."""

    folder: Path
    name: str = "{order_id}*.pdf"
    max_size: int = 5 * MEGABYTE
    unchanged_for: timedelta = timedelta(seconds=30)
    image_only: Literal["hold", "accept"] = "hold"
    subfolder: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The invoice: its name in the folder, and its bytes."""

    name: str
    size: int
    sha256: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is there and not attached: `words` say to a person why, and what to do."""

    name: str
    code: RefusedCode
    words: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No file: `expected` is the name that one would have."""

    expected: str


Invoice = Found | Refused | Missing
