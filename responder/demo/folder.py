"""
The working folder of the demonstration: what `responder init` would write, filled in for the demo's own servers.

A folder that holds anything is never written into.
"""

from importlib import resources
from pathlib import Path

from responder.config.reference import example
from responder.demo.mail import AUTHSERV_ID, OPERATOR, SELLER, SERVICE
from responder.demo.servers import HOST
from responder.demo.story import ZONE
from responder.errors import UsageError

PASSWORD = "demo"  # noqa: S105 - of servers that live for a minute on loopback
PASSWORD_FILE = "demo-password"  # noqa: S105 - a file's name
STORES = ["amazon.fr", "amazon.de", "amazon.it", "amazon.es", "amazon.co.uk", "amazon.pl"]


def prepare(out: Path | None) -> Path:
    """Return an empty folder: the one asked for, or the first free `demo-N` here."""
    folder = out or next(free for n in range(1, 10_000) if not (free := Path(f"demo-{n}")).exists())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder (name another one with --out)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror} (name another one with --out)") from None
    return folder


def write(folder: Path, *, imap_port: int, smtp_port: int) -> Path:
    """Write configuration, templates and password, and return the configuration file."""
    file = folder / "config.yaml"
    file.write_text(example(_chosen(imap_port, smtp_port)), "utf-8")
    for name in ("templates", "calendars", "orders", "invoices"):
        (folder / name).mkdir()
    shipped = resources.files("responder") / "templates" / "acknowledgement.yaml"
    (folder / "templates" / "acknowledgement.yaml").write_text(shipped.read_text("utf-8"), "utf-8")
    secret = folder / PASSWORD_FILE
    secret.touch(mode=0o600)
    secret.write_text(f"{PASSWORD}\n", "ascii")
    return file


def _chosen(imap_port: int, smtp_port: int) -> dict[str, object]:
    chosen: dict[str, object] = {
        "dry_run": False,
        "timezone": ZONE.key,
        "operator.email": OPERATOR,
        "operator.warn_before": ["2h"],
        "working_hours.holidays.country": "FR",
        "accounts[].seller.marketplaces": STORES,
        "accounts[].from": SELLER,
        "accounts[].authserv_id": AUTHSERV_ID,
        "accounts[].verify_dkim": False,  # the demo asks nobody on the network
    }
    for server, port in (("imap", imap_port), ("smtp", smtp_port)):
        chosen |= {
            f"accounts[].{server}.host": HOST,
            f"accounts[].{server}.port": port,
            f"accounts[].{server}.security": "none",
            f"accounts[].{server}.username": SERVICE,
            f"accounts[].{server}.password": {"file": PASSWORD_FILE},
        }
    return chosen
