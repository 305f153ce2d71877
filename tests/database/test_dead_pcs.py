"""A PC that dies in the middle of a transaction: its locks are free within five seconds, whatever died."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
import sqlalchemy as sa

from evently_desktop.database import transactions
from evently_desktop.database.embedded_processes import wait_until
from evently_desktop.database.transactions import Database, Session
from tests.conftest import TestServer
from tests.house import Hall
from tests.proxy import Proxy

BOUND = 5.0
# What the machine that runs the tests may take to notice.
SLACK = 0.0
LOCK = sa.text("SELECT FROM evently.event_seats WHERE event_id = :event AND id = :seat FOR UPDATE")


class Counters:
    """Counters on a network that can fail; each locks a seat and holds on to it.

    They sign in as the superuser: who sells cannot lock a seat but through the verbs, which end by themselves.
    """

    def __init__(self, server: TestServer, hall: Hall, proxy: Proxy, threads: ThreadPoolExecutor) -> None:
        self._url = server.admin_url.set(host="127.0.0.1", port=proxy.port)
        self._hall = hall
        self._threads = threads
        self.end = threading.Event()
        self._databases: list[Database] = []

    def lock(self, seat: str, and_then: sa.TextClause | None = None) -> None:
        """Lock the seat in a transaction that goes on with ``and_then`` and then does nothing more."""
        locked = threading.Event()

        def work(session: Session) -> None:
            if locked.is_set():
                # The dead do not come again.
                return
            session.execute(LOCK, {"event": self._hall.event_id, "seat": self._hall.seat(seat)})
            locked.set()
            if and_then is not None:
                session.execute(and_then)
            self.end.wait(30)

        database = Database(self._url, patience=1.0)
        self._databases.append(database)
        self._threads.submit(database.write, work)
        assert locked.wait(10)

    def close(self) -> None:
        self.end.set()
        for database in self._databases:
            database.close()


@pytest.fixture
def proxy(server: TestServer) -> Iterator[Proxy]:
    with Proxy(server.admin_url.host or "", server.admin_url.port or 0) as proxy:
        yield proxy


@pytest.fixture
def server(house_server: TestServer) -> TestServer:
    return house_server


@pytest.fixture
def counters(server: TestServer, hall: Hall, proxy: Proxy) -> Iterator[Counters]:
    with ThreadPoolExecutor(4) as threads, ExitStack() as at_the_end:
        counters = Counters(server, hall, proxy, threads)
        at_the_end.callback(counters.close)
        at_the_end.callback(proxy.cut)
        at_the_end.callback(proxy.thaw)
        yield counters


@pytest.fixture
def is_locked(server: TestServer, hall: Hall) -> Iterator[Callable[[str], bool]]:
    with server.admin() as admin:

        def ask(seat: str) -> bool:
            found = admin.execute(
                "SELECT FROM evently.event_seats WHERE event_id = %s AND id = %s FOR UPDATE SKIP LOCKED",
                [hall.event_id, hall.seat(seat)],
            ).fetchone()
            return found is None

        yield ask


def without(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """Leave a setting of the sessions to come off."""
    name, _ = next(each for each in transactions._SESSION.split("-c ") if each.startswith(setting)).strip().split("=")
    parts = [part for part in transactions._SESSION.split("-c ") if part and not part.startswith(name)]
    monkeypatch.setattr(transactions, "_SESSION", " ".join(f"-c {part.strip()}" for part in [*parts, f"{name}=0"]))


def test_a_pc_that_falls_silent_frees_its_locks(
    counters: Counters, proxy: Proxy, is_locked: Callable[[str], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    counters.lock("A1")
    without(monkeypatch, "idle_in_transaction_session_timeout")
    counters.lock("A2")
    assert is_locked("A1")
    proxy.freeze()
    silent = time.monotonic()
    assert wait_until(lambda: not is_locked("A1"), BOUND + SLACK)
    assert time.monotonic() - silent < BOUND + SLACK
    # The control: without the limit the seat stays locked.
    time.sleep(max(0.0, BOUND + SLACK - (time.monotonic() - silent)))
    assert is_locked("A2")


def test_a_program_that_is_killed_in_a_long_statement_frees_its_locks(
    counters: Counters, proxy: Proxy, server: TestServer, is_locked: Callable[[str], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    counters.lock("A1", sa.text("SELECT pg_sleep(25)"))
    monkeypatch.setattr(transactions, "_AT_CONNECT", transactions._AT_CONNECT.replace("'1000'", "'0'"))
    counters.lock("A2", sa.text("SELECT pg_sleep(25)"))
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    with server.admin() as admin:
        assert wait_until(lambda: admin.execute(asleep).fetchone() == (2,), 10)
    proxy.cut()
    died = time.monotonic()
    assert wait_until(lambda: not is_locked("A1"), BOUND)
    time.sleep(max(0.0, BOUND - (time.monotonic() - died)))
    # The control: nobody asked whether anybody still waits for the answer.
    assert is_locked("A2")


def test_a_pc_that_waits_for_a_lock_waits_no_longer_than_that(
    counters: Counters, proxy: Proxy, server: TestServer, hall: Hall, is_locked: Callable[[str], bool]
) -> None:
    """Dead in the queue behind somebody else's lock, it lets go of its own."""
    with server.admin() as admin:
        admin.autocommit = False
        admin.execute(
            "SELECT FROM evently.event_seats WHERE event_id = %s AND id = %s FOR UPDATE",
            [hall.event_id, hall.seat("A9")],
        )
        queue = LOCK.bindparams(event=hall.event_id, seat=hall.seat("A9"))
        counters.lock("A1", queue)
        proxy.freeze()
        assert wait_until(lambda: not is_locked("A1"), BOUND)
        admin.rollback()


def test_both_ends_of_the_line_look_whether_the_other_is_there(house_server: TestServer) -> None:
    """What the kernel was told, on the server's socket and on this one's: nothing answered for five seconds ends it."""

    def ask(session: Session) -> tuple[dict[str, int], dict[str, int]]:
        names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
        there = {
            name: int(
                session.execute(sa.text("SELECT setting FROM pg_settings WHERE name = :n"), {"n": name}).scalar_one()
            )
            for name in names
        }
        driver = session.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
        with socket.fromfd(driver.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM) as line:
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            here = {
                name: line.getsockopt(socket.IPPROTO_TCP, option) for name, option in zip(names, options, strict=True)
            }
        return there, here

    with Database(house_server.url("anna")) as anna:
        for end in anna.read(ask):
            silent = end["tcp_keepalives_idle"] + end["tcp_keepalives_interval"] * end["tcp_keepalives_count"]
            assert 0 < silent <= BOUND
            assert 0 < end["tcp_user_timeout"] <= BOUND * 1000
