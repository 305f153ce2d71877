"""The database server of a venue with one PC: PostgreSQL's own programs, looked after.

Whoever needs the server starts it, or finds it running: it outlives the program that started it, so that
neither a crash nor closing the first of two counters takes the database from the other.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil
import psycopg
from fasteners import InterProcessLock  # type: ignore[import-untyped]
from psycopg import sql
from psycopg.pq import PGconn, Ping
from sqlalchemy import URL

from evently_desktop.database import embedded_data, embedded_settings
from evently_desktop.database.addresses import Address
from evently_desktop.database.embedded_place import Place, place_of
from evently_desktop.database.embedded_processes import (
    PidFile,
    end_orphans,
    find_postmaster,
    read_pid_file,
    wait_until,
)
from evently_desktop.errors import EmbeddedServerError, ServerInUse
from evently_desktop.language import tr

DATABASE = "evently"
_CONNECT_SECONDS = 10
_LOCK_SECONDS = 360.0
_START_SECONDS = 300
_STOP_SECONDS = 60.0
_QUIT_SECONDS = 10.0
_LOST_SECONDS = 2.0
_LOG_SECONDS = 2.0
_START_ATTEMPTS = 3

# The lock file keeps programs apart; the threads of one program are kept apart by this.
_one_thread = threading.Lock()


@dataclass(frozen=True)
class ServerStatus:
    """How a server stands: ``address`` is None while it does not take connections."""

    address: Address | None
    pid: int | None
    data: Path
    log: Path


class EmbeddedServer:
    """The PostgreSQL server of this PC whose files lie in ``folder``, reachable from this PC only.

    Any number of programs may use one folder at once. As root (containers) PostgreSQL runs under the account
    evently, postgres or nobody, and its files lie below /var/lib/evently-desktop where that account cannot
    reach ``folder``; `place` says where they are. What fails raises `EmbeddedServerError`, one sentence.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def place(self) -> Place:
        """Where the server's files and programs are."""
        with self._telling():
            return place_of(self._folder)

    def start(self) -> Address:
        """Make sure that the server runs, making its database at first use; returns where it listens."""
        with self._alone():
            embedded_data.prepare(self.place)
            port = self._running_port()
            if port is None:
                self._clear()
                port = self._launch()
            self._make_database(port)
            return _address(port)

    def stop(self, *, force: bool = False) -> None:
        """Stop the server, if it runs; raises `ServerInUse` while anybody else is connected, unless forced.

        Close your own connections first: they count.
        """
        with self._alone():
            port = None if force else self._running_port()
            users = () if port is None else self._users(port)
            if users:
                raise ServerInUse(users)
            self._end_postmaster()
            self._clear()

    def status(self) -> ServerStatus:
        """How the server stands at this moment; waits for nothing and changes nothing."""
        found, written = self._postmaster()
        ready = written is not None and written.status == "ready"
        address = _address(written.port) if written and ready else None
        return ServerStatus(address, found and found.pid, self.place.data, self.place.log)

    @property
    def admin_url(self) -> URL:
        """The URL of the superuser on the running server; it hides its password when shown."""
        address = self.status().address
        if address is None:
            raise EmbeddedServerError(tr("The database server of this PC does not run; start it first."))
        return address.url(embedded_data.OWNER, embedded_data.owner_password(self.place))

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's own programs that belong to this server, such as ``psql``."""
        return self.place.program(name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other program and thread from starting or stopping this server meanwhile."""
        with _one_thread, self._telling():
            self.place.make_home()
            lock = InterProcessLock(self.place.home / "lock")
            if not lock.acquire(timeout=_LOCK_SECONDS):
                raise EmbeddedServerError(
                    tr("Another program has been busy with the database for minutes; close it and try again.")
                )
            try:
                yield
            finally:
                lock.release()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise EmbeddedServerError(
                tr(
                    "The database of this PC cannot use {file}: {reason}.",
                    file=error.filename or self._folder,
                    reason=error.strerror or error,
                )
            ) from error

    def _postmaster(self) -> tuple[psutil.Process | None, PidFile | None]:
        """The living postmaster, and its file where that is its own."""
        found = find_postmaster(self.place.data)
        written = read_pid_file(self.place.data)
        return found, written if found and written and written.pid == found.pid else None

    def _running_port(self) -> int | None:
        """The port of a server that runs already, waiting while it starts or stops; None without one."""

        def known() -> bool:
            found, written = self._postmaster()
            return found is None or written is not None

        def settled() -> bool:
            found, written = self._postmaster()
            return found is None or (written is not None and written.status == "ready" and _lets_in(written.port))

        if not wait_until(known, _LOST_SECONDS):
            # A postmaster whose file was taken away or overwritten would end itself within the minute anyway.
            self._end_postmaster()
        if not wait_until(settled, _START_SECONDS):
            raise EmbeddedServerError(
                tr(
                    "The database has been recovering for minutes; try again later. Its log is in {log}.",
                    log=self.place.log,
                )
            )
        written = self._postmaster()[1]
        return written.port if written else None

    def _end_postmaster(self) -> None:
        found = find_postmaster(self.place.data)
        if found is None:
            return
        # INT asks for a fast stop: sessions are ended, what they had not committed is undone. A server that cannot
        # write its last checkpoint, on a disk that is full, never gets there; QUIT leaves that to the next start.
        for signal, seconds in (("INT", _STOP_SECONDS), ("QUIT", _QUIT_SECONDS)):
            self.place.run("pg_ctl", "kill", signal, str(found.pid))
            if wait_until(lambda: find_postmaster(self.place.data) is None, seconds):
                return
        raise EmbeddedServerError(tr("The database does not stop; its log in {log} may say why.", log=self.place.log))

    def _clear(self) -> None:
        """Make way for a start: no process is left on the data, and so its pid file means nothing."""
        if not end_orphans(self.place.data):
            raise EmbeddedServerError(tr("Parts of a database that crashed cannot be ended; restart this PC."))
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self) -> int:
        for _ in range(_START_ATTEMPTS):
            port = embedded_settings.choose_port(self.place)
            embedded_settings.write_settings(self.place, port)
            if self.place.start(_START_SECONDS):
                return port
            if embedded_settings.is_free(port):
                break
        # The process that writes the log is the last to end.
        wait_until(lambda: any(map(embedded_data.fatal_lines, self.place.logs())), _LOG_SECONDS)
        raise EmbeddedServerError(
            tr("The database does not start: {reason}", reason=embedded_data.last_words(*self.place.logs()))
        )

    def _connect(self, port: int) -> psycopg.Connection:
        password = embedded_data.owner_password(self.place)
        conninfo = _address(port, "postgres").conninfo(embedded_data.OWNER, password)
        try:
            return psycopg.connect(conninfo, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        except psycopg.OperationalError as error:
            raise EmbeddedServerError(
                tr("The database of this PC runs, but does not let its owner in: {reason}", reason=error)
            ) from error

    def _make_database(self, port: int) -> None:
        with self._connect(port) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _users(self, port: int) -> tuple[str, ...]:
        """Everybody else who is connected, as the login and the program's name for itself."""
        with self._connect(port) as connection:
            rows = connection.execute(
                """
                SELECT DISTINCT concat_ws(' ', usename, '(' || nullif(application_name, '') || ')')
                  FROM pg_stat_activity
                 WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid()
                 ORDER BY 1
                """
            ).fetchall()
        return tuple(name for (name,) in rows)


def _lets_in(port: int) -> bool:
    """False while the server recovers from a crash of its own, which its file does not tell."""
    return PGconn.ping(_address(port).conninfo(embedded_data.OWNER, "").encode()) != Ping.REJECT


def _address(port: int, database: str = DATABASE) -> Address:
    return Address(embedded_settings.HOST, port, database, sslmode="disable")
