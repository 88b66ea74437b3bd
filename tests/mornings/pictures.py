"""
Pictures of the digest as Chromium shows it: light, dark, on a phone, calm, full, in other scripts and languages.

    PYTHONPATH=tests python -m mornings.pictures [FOLDER]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mornings import MORNINGS
from responder.adapters import digest_page, translations
from responder.core.speech import spoken
from responder.tasks.report import fitting

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"
DESK, PHONE = 720, 390


@dataclass(frozen=True)
class Shot:
    """One picture: which morning, how wide and how high, in which language and colours."""

    name: str
    morning: str
    width: int = DESK
    height: int = 3600
    language: str = "en"
    dark: bool = False


SHOTS = (
    Shot("light", "usual"),
    Shot("dark", "usual", dark=True),
    Shot("phone", "usual", PHONE, 5600),
    Shot("phone-dark", "usual", PHONE, 5600, dark=True),
    Shot("calm", "calm", height=520),
    Shot("full", "full", height=11000),
    Shot("outage", "outage", height=1000),
    Shot("other-scripts", "other-scripts"),
    Shot("german", "usual", language="de"),
    Shot("german-phone", "usual", PHONE, 5600, language="de"),
)


def page(shot: Shot) -> str:
    """Return the page of a picture."""
    with spoken(translations.speech(shot.language)):
        return digest_page.html(fitting(MORNINGS[shot.morning])[1])


def take(shot: Shot, chromium: str, folder: Path) -> Path:
    """Let Chromium show the page and return the picture's file; a phone is a frame, since no window is so narrow."""
    picture = folder / f"{shot.name}.png"
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "digest.html")
        file.write_text(page(shot), "utf-8")
        if shot.width < DESK:
            frame = f'<iframe src="digest.html" style="width:{shot.width}px;height:{shot.height}px;border:0"></iframe>'
            file = Path(scratch, "phone.html")
            file.write_text(f'<!DOCTYPE html><body style="margin:0">{frame}', "utf-8")
        flags = (*FLAGS, DARK if shot.dark else LIGHT, f"--user-data-dir={scratch}/profile")
        size = f"--window-size={max(shot.width, 500)},{shot.height}"
        command = [chromium, *flags, size, f"--screenshot={picture.absolute()}", file.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return picture


def taken(folder: Path, names: list[str]) -> Iterator[Path]:
    """Yield each picture as it is there."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed: apt install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        if not names or shot.name in names:
            yield take(shot, chromium, folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pictures of the digest, to be looked at.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("screenshots"))
    parser.add_argument("--only", nargs="*", default=[], choices=[shot.name for shot in SHOTS])
    given = parser.parse_args()
    for made in taken(given.folder, given.only):
        sys.stdout.write(f"{made}\n")
