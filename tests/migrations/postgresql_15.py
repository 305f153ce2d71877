"""A throwaway server of PostgreSQL 15, the oldest that Evently supports, from Debian's package postgresql-15.

    python -m tests.migrations.postgresql_15 COMMAND ...

runs a command, say ``python -m pytest tests/services``, with EVENTLY_TEST_DATABASE_URL naming such a server.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

PROGRAMS = Path("/usr/lib/postgresql/15/bin")

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "timezone": "UTC",
    # Nothing here has to outlive the test.
    "fsync": "off",
}


def is_installed() -> bool:
    return (PROGRAMS / "initdb").exists()


def _run(program: str, *arguments: str) -> None:
    # PostgreSQL refuses to run as root; Debian's package made an account for it.
    account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(PROGRAMS / program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        **account,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stdout}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running() -> Iterator[URL]:
    """A new server; yields its superuser's URL and removes every trace afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="evently-pg15-"))
    password = secrets.token_urlsafe(16)
    try:
        (folder / "password").write_text(password, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres", "postgres")
        data = str(folder / "data")
        _run(
            "initdb", "-D", data, "-U", "postgres", "--pwfile", str(folder / "password"), "--auth=scram-sha-256",
            "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync",
        )  # fmt: skip
        port = _free_port()
        options = " ".join(f"-c {name}='{value}'" for name, value in {"port": port, **_SETTINGS}.items())
        _run("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options)
        try:
            yield URL.create("postgresql+psycopg", "postgres", password, "127.0.0.1", port, "postgres")
        finally:
            _run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder)


def main() -> int:
    with running() as url:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return subprocess.run(
            sys.argv[1:], env=os.environ | {"EVENTLY_TEST_DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
