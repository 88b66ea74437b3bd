"""
A private PostgreSQL server for tests: its own folder, a Unix socket and nothing on the network, gone at the end.

Run by root it becomes the user `postgres` (the server refuses root), otherwise it stays who it is.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

_LIMIT = 60


def binaries() -> Path | None:
    """Return the folder of the newest server found in PATH or where Debian puts it; None without one."""
    in_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = [Path(in_path).resolve()] if in_path else debian
    return found[-1].parent if found else None


class Postgres:
    """A running server; `database()` gives the URL of a new, empty one."""

    def __init__(self, folder: Path, bin_folder: Path, *, user: str | None) -> None:
        self._folder = folder
        self._bin = bin_folder
        self._user = user
        self._made = 0

    @classmethod
    def start(cls) -> "Postgres":
        """Make a cluster and start it. No fsync: it need not survive the machine, only its clients."""
        bin_folder = binaries()
        if bin_folder is None:
            raise FileNotFoundError("no PostgreSQL server: neither initdb in PATH nor /usr/lib/postgresql/*/bin")
        folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 bytes
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user, user)
        server = cls(folder, bin_folder, user=user)
        server._call("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", "data")
        settings = f"-c listen_addresses='' -k {folder} -c fsync=off -c full_page_writes=off -c max_connections=50"
        server._call("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", str(_LIMIT), "-o", settings, "start")
        return server

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            cwd=self._folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would be inherited by the server and never end
            stderr=subprocess.STDOUT,
            timeout=_LIMIT,
            check=False,
        )
        if done.returncode:
            log = self._folder / "log"
            raise RuntimeError(f"{program} failed ({done.returncode}): {log.read_text() if log.exists() else ''}")

    def url(self, database: str) -> str:
        """Return the URL of a database, as a seller would configure it."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def database(self, template: str | None = None) -> str:
        """Create a database, empty or a copy of another's name, and return its name."""
        self._made += 1
        name = f"test_{self._made}"
        self.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def execute(self, statement: sql.Composed | sql.SQL, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement of the test's own and return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._call("pg_ctl", "-D", "data", "-m", "immediate", "-w", "-t", str(_LIMIT), "stop")
        shutil.rmtree(self._folder)
