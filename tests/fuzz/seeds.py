"""
Write the fuzzer's seed corpus: one mail of each kind, and the hostile ones, cut short.

    PYTHONPATH=tests .venv/bin/python tests/fuzz/seeds.py

The corpus is committed, so that a fuzzer needs nothing but the files; a test holds it against this script.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from mail import builders
from mail.hostile import ADDRESS_TRICKS, BODIES, CHARSETS, CHARSETS_REFUSED, HEADERS, STRUCTURE

CORPUS = Path(__file__).with_name("corpus")
LONGEST = 3_000


def seeds() -> Mapping[str, bytes]:
    """Return the seeds by file name."""
    found = {f"buyer {store}": builders.buyer_message(store) for store in builders.STORES}
    found |= {f"notice {kind}": builders.notice(kind) for kind in builders.NOTICES}
    found |= {
        "answer copy": builders.answer_copy(),
        "sent answer": builders.sent_answer("a1b2c3d4e5f6g7h@marketplace.amazon.fr", ["<a@b.example>"]),
        "bounce": builders.bounce(),
        "spoof": builders.spoof(),
        "auto reply": builders.auto_reply(),
        "customer": builders.customer_mail(),
        "buyer case": builders.buyer_message("amazon.it", case_id=builders.CASE),
    }
    hostile = {**STRUCTURE, **HEADERS, **BODIES}
    short = {
        name: raw[:LONGEST] for name, raw in hostile.items() if not name.startswith(("text", "base64 of", "quoted"))
    }
    found |= {f"hostile {name}": raw for name, raw in short.items()}
    found |= {f"charset {name}": raw[:600] for index, (name, raw) in enumerate(CHARSETS.items()) if index % 4 == 1}
    tricks = "\r\n".join(f"From: {address}" for address in ADDRESS_TRICKS.values())
    found["address tricks"] = tricks.encode() + b"\r\n\r\nx"
    refused = [b"Subject: =?" + name.encode() + b"?q?" + raw[:40] + b"?=" for name, raw in CHARSETS_REFUSED.items()]
    found["charsets refused"] = b"\r\n".join(refused) + b"\r\n\r\nx"
    return {re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")[:60]: raw for name, raw in found.items()}


def main() -> None:
    """Write every seed; a file that is no seed any more goes."""
    CORPUS.mkdir(exist_ok=True)
    for old in CORPUS.iterdir():
        old.unlink()
    for name, raw in seeds().items():
        (CORPUS / name).write_bytes(raw)


if __name__ == "__main__":
    main()
