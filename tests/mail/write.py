"""
Write every synthetic mail to a file in eml/, and remove the files of mails that are gone.

    python tests/mail/write.py
"""

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def write(folder: Path, mails: Mapping[str, bytes]) -> tuple[int, int]:
    """Make the .eml files of `folder` these mails; return how many were written and how many removed."""
    folder.mkdir(exist_ok=True)
    found = {path.stem: path for path in folder.glob("*.eml")}
    gone = found.keys() - mails.keys()
    changed = [name for name, raw in mails.items() if name not in found or found[name].read_bytes() != raw]
    for name in gone:
        found[name].unlink()
    for name in changed:
        (folder / f"{name}.eml").write_bytes(mails[name])
    return len(changed), len(gone)


def main() -> None:
    """Write the files that differ and say how many there are."""
    from mail.fixtures import FILES, FIXTURES

    changed, gone = write(FILES, {fixture.name: fixture.raw for fixture in FIXTURES})
    sys.stdout.write(f"{len(FIXTURES)} mails in {FILES}: {changed} written, {gone} removed\n")


if __name__ == "__main__":
    main()
