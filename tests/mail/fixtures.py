"""
The corpus: every synthetic mail with what it is, in order. The same mails lie as files in `eml/`.

A new kind, language, sender or trap gets its row in the module of its family; `write.py` then writes its file.
"""

from pathlib import Path

from mail.fixture import Fixture
from mail.fixtures_account import ACCOUNT
from mail.fixtures_bounces import BOUNCES
from mail.fixtures_buyers import BUYERS
from mail.fixtures_features import FEATURED
from mail.fixtures_forgeries import FORGED
from mail.fixtures_machines import MACHINES
from mail.fixtures_notice_traps import NOTICE_TRAPS
from mail.fixtures_notices import TYPE_FIXTURES
from mail.fixtures_replies import REPLIES
from mail.fixtures_senders import SENDER_FIXTURES
from mail.fixtures_traps import BUYER_TRAPS
from mail.fixtures_variations import VARIATIONS

FILES = Path(__file__).parent / "eml"
FIXTURES: tuple[Fixture, ...] = (
    *BUYERS, *FEATURED, *VARIATIONS, *REPLIES, *TYPE_FIXTURES, *SENDER_FIXTURES, *BOUNCES, *MACHINES,
    *BUYER_TRAPS, *NOTICE_TRAPS, *FORGED, *ACCOUNT,
)  # fmt: skip
