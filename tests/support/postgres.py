"""
A PostgreSQL cluster of our own: in a temporary folder, on a free port, without a Unix socket.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.quickstart.ports import LOOPBACK, claim_ports
from app.quickstart.tether import PR_SET_PDEATHSIG
from support.missing import missing_part
from support.polling import wait_until

OWNER = "postgres"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """
    A running cluster; its superuser signs in with a password.
    """

    bin: Path
    port: int
    password: str = field(repr=False)

    def url(self, database: str) -> str:
        """
        Return the address of a database as the configuration wants it.
        """
        return f"postgresql://{OWNER}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def run_sql(self, statement: str, *, database: str = "postgres") -> str:
        """
        Run one statement outside a transaction; return what it prints.
        """
        command = [str(self.bin / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(
            [*command, self.url(database)], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


@contextmanager
def temporary_database(server: PostgresServer) -> Iterator[str]:
    """
    Create an empty database; yield its URL; drop it whoever is still connected.
    """
    name = f"test_{secrets.token_hex(6)}"
    server.run_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield server.url(name)
    finally:
        server.run_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """
    Make a cluster, run it, and take it away again.
    """
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="stowage-pg-"))
    if user := _unprivileged():
        shutil.chown(folder, user, user)
    server = PostgresServer(programs, claim_ports(1)[0], secrets.token_hex(16))
    try:
        _make_cluster(server, folder, user)
        process = _start(server, folder, user)
        try:
            _wait_for(server, process, folder)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # immediate shutdown: nothing in it is kept
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs() -> Path:
    """
    Return the folder with `initdb` and `postgres`: Debian's newest, else what PATH has.
    """
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major_version)
    on_path = shutil.which("initdb")
    if not debian and on_path is None:
        missing_part("PostgreSQL's server programs are not installed")
    return debian[-1].parent if debian else Path(str(on_path)).resolve().parent


def _major_version(initdb: Path) -> int:
    return int(initdb.parent.parent.name)


def _unprivileged() -> str | None:
    """
    Return the user to run as: PostgreSQL refuses to be root.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(OWNER).pw_name
    except KeyError:
        missing_part(f"there is no user {OWNER}, and PostgreSQL does not run as root")


def _make_cluster(server: PostgresServer, folder: Path, user: str | None) -> None:
    password_file = folder / "password"
    password_file.write_text(server.password)
    if user:
        shutil.chown(password_file, user)
    subprocess.run(
        [
            *(server.bin / "initdb", "-D", folder / "cluster", "-U", OWNER, "-A", "scram-sha-256"),
            *("--pwfile", password_file, "--no-sync", "--no-locale", "-E", "UTF8"),
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )


def _start(server: PostgresServer, folder: Path, user: str | None) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(server.port),
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": "200",
        "max_wal_size": "128MB",
    }
    flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [server.bin / "postgres", "-D", folder / "cluster", *flags],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # it runs one system call
        )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait_for(server: PostgresServer, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    probe = [str(server.bin / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(server.port)]
    wait_until(
        lambda: process.poll() is not None or subprocess.run(probe, check=False).returncode == 0,
        30.0,
        what="PostgreSQL accepts connections",
    )
    assert process.poll() is None, (folder / "log").read_text()[-4000:]
