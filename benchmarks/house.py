"""A real server with a house to sell in, for the length of a benchmark."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL

from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.transactions import Database
from tests import house
from tests.template import libpq, make_template

NAME = "bench"


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


@contextmanager
def open_house() -> Iterator[House]:
    """The embedded server with the house of the tests in it, in a folder that is removed again."""
    folder = Path(tempfile.mkdtemp(prefix="evently-bench-"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder)
    try:
        server.start()
        make_template(server.admin_url, NAME, NAME)
        yield House(server.admin_url.set(database=NAME))
    finally:
        server.stop(force=True)
        shutil.rmtree(folder)
