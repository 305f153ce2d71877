"""Real servers of one PC, in folders that the server's account can enter and that are removed again."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from uuid_utils.compat import uuid7

from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.transactions import Database
from tests import house
from tests.database.unwell import BoxOffice
from tests.template import libpq, make_template


def _open_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="evently-test-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="session", autouse=True)
def shared_folder() -> Iterator[Path]:
    """Stands in for /var/lib, so that tests as root leave nothing there."""
    folder = _open_folder()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(embedded_place, "SHARED", folder / "shared")
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through."""
    folder = _open_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def fresh(open_folder: Path) -> Iterator[EmbeddedServer]:
    """A server that was never started, in a folder whose name is hard on shells and too long for a socket."""
    server = EmbeddedServer(open_folder / f'box $HOME "office" {"l" * 107}')
    yield server
    server.stop(force=True)


@pytest.fixture(scope="session")
def used(shared_folder: Path) -> EmbeddedServer:
    """A server that was started once and stopped."""
    server = EmbeddedServer(shared_folder / "box office")
    server.start()
    server.stop()
    return server


@pytest.fixture
def server(used: EmbeddedServer) -> Iterator[EmbeddedServer]:
    """A server with a database, not running; each test leaves it whole for the next."""
    yield used
    used.stop(force=True)


@pytest.fixture(scope="session")
def own(shared_folder: Path) -> Iterator[EmbeddedServer]:
    """A server with a house to copy; each test leaves it well."""
    server = EmbeddedServer(shared_folder / "house")
    server.start()
    make_template(server.admin_url, "house", "own")
    yield server
    server.stop(force=True)


@pytest.fixture
def office(own: EmbeddedServer) -> Iterator[BoxOffice]:
    name = f"office_{uuid7().hex[-8:]}"
    with psycopg.connect(libpq(own.admin_url), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE house").format(sql.Identifier(name)))
    url = own.admin_url.set(database=name)
    with Database(url.set(username="olga_own", password=house.PASSWORD)) as olga:
        hall = house.add_hall(olga)
    yield BoxOffice(own, url, hall)
    with psycopg.connect(libpq(own.admin_url), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
