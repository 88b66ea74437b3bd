"""The seed corpus of the fuzzer: it is whole, small, and every seed keeps what must hold for any mail."""

from pathlib import Path

import pytest
from fuzz.invariants import check
from fuzz.seeds import CORPUS, seeds

FILES = sorted(CORPUS.iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_seed_keeps_every_invariant(path: Path) -> None:
    """What the fuzzer checks a million times holds for its seeds, without atheris."""
    check(path.read_bytes())


def test_the_corpus_is_what_the_script_writes() -> None:
    """No seed is missing or left over: `PYTHONPATH=tests .venv/bin/python tests/fuzz/seeds.py` writes them all."""
    assert [path.name for path in FILES] == sorted(seeds())


def test_the_corpus_is_small_enough_to_keep() -> None:
    """At most 120 files and 600 kB."""
    assert len(FILES) <= 120
    assert sum(path.stat().st_size for path in FILES) < 600_000
