"""
Write every synthetic mail to a file in eml/, and remove the files of mails that are gone.

    python tests/mail/write.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def main() -> None:
    """Write the files that differ and say how many there are."""
    from mail.fixtures import FILES, FIXTURES

    FILES.mkdir(exist_ok=True)
    wanted = {f"{fixture.name}.eml": fixture.raw for fixture in FIXTURES}
    found = {path.name: path for path in FILES.glob("*.eml")}
    gone = [found[name] for name in found.keys() - wanted.keys()]
    changed = [name for name, raw in wanted.items() if name not in found or found[name].read_bytes() != raw]
    for path in gone:
        path.unlink()
    for name in changed:
        (FILES / name).write_bytes(wanted[name])
    sys.stdout.write(f"{len(wanted)} mails in {FILES}: {len(changed)} written, {len(gone)} removed\n")


if __name__ == "__main__":
    main()
