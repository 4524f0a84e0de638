"""A PostgreSQL server of the tests' own, of the programs that the machine has."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.patience import PATIENCE

_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}
_ACCESS = "local all guarded scram-sha-256\nlocal all all trust\n"
_GUARD = 'cat > /dev/null; "$0" stop -w -s -m immediate -D "$1"; rm -rf "$2"'
_EMPTYING = """DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT * FROM information_schema.tables
        WHERE table_schema IN ('knowledge', 'chats') AND table_name <> 'schema_steps'
    LOOP
        CASE it.table_name
        WHEN 'meta' THEN DELETE FROM knowledge.meta WHERE key NOT IN ('schema', 'store');
        WHEN 'web_last_change' THEN UPDATE chats.web_last_change SET number = 0;
        ELSE EXECUTE format('DELETE FROM %I.%I', it.table_schema, it.table_name);
        END CASE;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences
        WHERE last_value IS NOT NULL;
END $$"""
PASSWORD = "p@ss:word/1"  # noqa: S105 - of a server that lives as long as the tests


def find_programs() -> Path | None:
    """The folder with initdb and pg_ctl; Debian has it outside of PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


class PostgresServer:
    """A server on a Unix socket, which can be stopped and started again."""

    def __init__(self, programs: Path, shared: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        shutil.copytree(self._template(shared), self._data)
        self._own(self.folder)
        self.start()
        # ends the server when this process does, even by a kill, which closes the pipe
        self._guard = subprocess.Popen(  # noqa: S603 - the machine's own programs
            ["/bin/sh", "-c", _GUARD, programs / "pg_ctl", self._data, self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **_as_server_user(),
        )
        self.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")

    def url(self, user: str = "postgres", name: str = "postgres") -> str:
        """The address of a database."""
        options = f"host={self.folder}&connect_timeout={PATIENCE:.0f}"
        return f"postgresql://{user}@/{name}?{options}"

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def empty(self) -> None:
        """Have what tables there are hold what new ones do, which takes less than to make them."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # in any order
            connection.execute(_EMPTYING)

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
        options = f"{options} -c unix_socket_directories={self.folder}".replace("= ", "='' ")
        self._control("start", "-l", self.folder / "log", "-o", options)

    def stop(self) -> None:
        """Stop it as an administrator would who cannot wait: connections are cut."""
        self._control("stop", "-m", "fast")

    def _control(self, action: str, *more: str | Path) -> None:
        self._run("pg_ctl", action, "-w", "-t", f"{PATIENCE:.0f}", "-s", "-D", self._data, *more)

    def process_id(self) -> int:
        """That of the process that starts all others of the server."""
        return int((self._data / "postmaster.pid").read_text().partition("\n")[0])

    def discard(self) -> None:
        self._guard.communicate()

    def _template(self, shared: Path) -> Path:
        """A cluster that the processes of one run make once."""
        template = shared / f"postgresql-{self._programs.parent.name}"
        with (shared / "postgresql.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not template.exists():
                made = self.folder / "template"
                self._own(self.folder)
                self._run("initdb", "-D", made, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                          "--locale=C", "--no-sync")  # fmt: skip
                (made / "pg_hba.conf").write_text(_ACCESS)
                shutil.move(made, template)
        return template

    def _own(self, folder: Path) -> None:
        """Give it to the user that the server runs as."""
        if user := _server_user():
            for path in (folder, *folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(  # noqa: S603 - the machine's own programs
            [self._programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_as_server_user(),
        )


def _server_user() -> pwd.struct_passwd | None:
    """Who runs the server: somebody else where root runs the tests, as root must not."""
    if os.geteuid() != 0:
        return None
    return next(u for name in ("postgres", "nobody") for u in pwd.getpwall() if u.pw_name == name)


def _as_server_user() -> dict[str, Any]:
    """What has a process run as that user."""
    if user := _server_user():
        return {"cwd": "/", "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {"cwd": "/"}


def start_server(shared: Path) -> PostgresServer:
    """A server; skips the test where the machine has no programs for one."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: neither in PATH nor in /usr/lib/postgresql")
    return PostgresServer(programs, shared)
