"""
What the daemon leaves for the dead man's switch: how to reach the seller when the configuration cannot be read later.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

import structlog

from responder.adapters.credentials import Credential, Environment, SecretFile, SecretSource
from responder.config.loaded import Loaded
from responder.deadman.settings import Settings, home, keep

log = structlog.get_logger()


def settings(loaded: Loaded, environ: Mapping[str, str]) -> Settings | None:
    """Return what the dead man's switch works with; None without a password to send with."""
    config, account = loaded.config, loaded.config.accounts[0]
    server = account.smtp
    if server.password is None:
        return None
    return Settings(
        email=config.operator.email,
        sender=account.from_.spec,
        zone=config.timezone.key,
        at=f"{config.operator.digest.at:%H:%M}",
        days=tuple(sorted(config.operator.digest.days)),
        state=loaded.state(environ),
        folder=str(loaded.folder),
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username,
        password=_place(server.password),
        ca_file=str(loaded.folder / server.ca_file) if server.ca_file else None,
    )


def leave(loaded: Loaded, environ: Mapping[str, str]) -> None:
    """Write it down at each start; a folder that cannot be written to keeps nobody from starting."""
    made = settings(loaded, environ)
    folder: Path = home(loaded.folder, environ)
    try:
        if made is not None:
            keep(made, folder)
    except OSError as error:
        log.warning("what the dead man's switch needs cannot be left", folder=str(folder), reason=error.strerror)


def _place(source: SecretSource) -> tuple[str, str]:
    match source:
        case Credential(name):
            return "credential", name
        case SecretFile(path):
            return "file", path
        case Environment(name):
            return "env", name
        case _:
            assert_never(source)
