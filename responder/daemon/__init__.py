"""The daemon: every task of every account, built from the configuration and owned by one TaskGroup."""

from responder.daemon.parts import AccountParts, Parts, build
from responder.daemon.run import Daemon

__all__ = ["AccountParts", "Daemon", "Parts", "build"]
