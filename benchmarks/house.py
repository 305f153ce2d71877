"""A real server with a house to sell in, for the length of a benchmark."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import URL

from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.embedded_processes import of_data
from evently_desktop.database.transactions import Database
from tests import house
from tests.template import libpq, make_template

NAME = "bench"
_PROCESSORS = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class House:
    """The server's administrator and the logins that work there."""

    admin_url: URL

    def url(self, who: str) -> URL:
        return self.admin_url.set(username=f"{who}_{NAME}", password=house.PASSWORD)

    def database(self, who: str, station: str) -> Database:
        return Database(self.url(who), station=station)

    def admin(self) -> psycopg.Connection:
        return psycopg.connect(libpq(self.admin_url), autocommit=True)


def put_elsewhere(pid: int) -> None:
    """What has a machine of its own in a venue, and here shares one with what is measured, runs on the last processor
    only, and there when nothing else wants to.
    """
    for thread in psutil.Process(pid).threads():
        os.sched_setaffinity(thread.id, _PROCESSORS[-1:])
        os.sched_setscheduler(thread.id, os.SCHED_IDLE, os.sched_param(0))


def stay_here() -> None:
    """Keep this program off that processor, where there is another. What yields there still gets a tick of the kernel's
    clock now and then, and a frame that meets it would be late by a whole tick, 4 ms.
    """
    _run_on(_PROCESSORS[:-1] or _PROCESSORS)


def go_anywhere() -> None:
    """Give this program, and what it starts from now on, all processors again."""
    _run_on(_PROCESSORS)


def _run_on(processors: list[int]) -> None:
    for thread in psutil.Process().threads():
        os.sched_setaffinity(thread.id, processors)


@contextmanager
def open_house(*, elsewhere: bool = False, connections: int | None = None) -> Iterator[House]:
    """The embedded server with the house of the tests in it, in a folder that is removed again.

    A server ``elsewhere`` has the last processor and no disk, this program and its threads have the others;
    ``connections`` is how many it takes at most.
    """
    folder = Path(tempfile.mkdtemp(prefix="evently-bench-"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder)
    try:
        server.start()
        if connections is not None:
            with psycopg.connect(libpq(server.admin_url), autocommit=True) as admin:
                admin.execute(f"ALTER SYSTEM SET max_connections = {connections:d}".encode())
            server.stop()
            server.start()
        make_template(server.admin_url, NAME, NAME)
        house = House(server.admin_url.set(database=NAME))
        if elsewhere:
            _move_elsewhere(server, house)
        yield house
    finally:
        server.stop(force=True)
        shutil.rmtree(folder)


def _move_elsewhere(server: EmbeddedServer, house: House) -> None:
    stay_here()
    for process in of_data(server.place.data):
        put_elsewhere(process.pid)
    with house.admin() as admin:
        # Each flush of the disk stops all processors of a virtual machine for some milliseconds.
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")
