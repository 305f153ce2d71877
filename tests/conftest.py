"""A real server for every test: the embedded one, or EVENTLY_TEST_DATABASE_URL (an administrator's URL).

One migrated template database for the run, one copy of it for each worker. Tests do not share events, so they need
no clean-up: each makes its own through `hall`.
"""

import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa
from fasteners import InterProcessLock  # type: ignore[import-untyped]
from psycopg import sql
from sqlalchemy import URL
from uuid_utils.compat import uuid7

from evently_desktop import places
from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import ShiftId
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import ServerInUse
from evently_desktop.services import tills
from tests import house
from tests.template import libpq, make_template

ROOT = Path(__file__).parents[1]
SERVER_FOLDER = ROOT / ".cache" / "test server"
RUNS = ROOT / ".cache" / "test runs"


@dataclass(frozen=True)
class TestServer:
    """The server, the worker's own database and how to sign in to it."""

    admin_url: URL
    suffix: str
    opened: list[Database] = field(default_factory=list)
    __test__ = False

    def login(self, who: str) -> str:
        """The login of anna, ben, olga, mona or ada; logins belong to the whole server, so they carry a suffix."""
        return f"{who}_{self.suffix}"

    def url(self, who: str) -> URL:
        return self.admin_url.set(username=self.login(who), password=house.PASSWORD)

    def database(self, who: str, station: str = "Counter 1", **options: float) -> Database:
        database = Database(self.url(who), station=station, **options)
        self.opened.append(database)
        return database

    def admin(self) -> psycopg.Connection:
        return psycopg.connect(libpq(self.admin_url), autocommit=True)

    def connect(self, who: str) -> psycopg.Connection:
        """A bare connection as somebody with psql has it."""
        return psycopg.connect(libpq(self.url(who)), autocommit=True)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in [
        *sorted(places.migrations().rglob("*.sql")),
        *sorted(places.migrations().rglob("*.py")),
        Path(__file__).parent / "template.py",
    ]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


@pytest.fixture(scope="session")
def house_server(worker_id: str) -> Iterator[TestServer]:
    """The server with this worker's own database, dropped at the end."""
    given = os.environ.get("EVENTLY_TEST_DATABASE_URL")
    SERVER_FOLDER.parent.mkdir(exist_ok=True)
    if given:
        admin_url = sa.make_url(given).set(drivername="postgresql+psycopg")
    else:
        embedded = EmbeddedServer(SERVER_FOLDER)
        embedded.start()
        admin_url = embedded.admin_url
    suffix = _fingerprint()
    template = f"evently_template_{suffix}"
    with InterProcessLock(SERVER_FOLDER.parent / "template.lock"):
        make_template(admin_url, template, suffix)
    mine = sql.Identifier(f"evently_test_{os.getpid()}_{worker_id}")
    with psycopg.connect(libpq(admin_url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(mine, sql.Identifier(template)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(mine))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO evently_clerk, evently_verbs").format(mine))
    yield TestServer(admin_url.set(database=f"evently_test_{os.getpid()}_{worker_id}"), suffix)
    with psycopg.connect(libpq(admin_url), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(mine))


@pytest.fixture(scope="session")
def server(house_server: TestServer) -> TestServer:
    """The same by a shorter name, which the tests of the embedded server use for theirs."""
    return house_server


@pytest.fixture(autouse=True)
def garbage_is_collected_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the program (gui/garbage.py): a Qt object must not be destroyed by whichever thread allocates next."""
    gc.disable()
    yield
    gc.collect(2 if "qapp" in request.fixturenames else 1)


def pytest_sessionstart(session: pytest.Session) -> None:
    """The controller notes that it is at work."""
    if not hasattr(session.config, "workerinput"):
        RUNS.mkdir(parents=True, exist_ok=True)
        (RUNS / str(os.getpid())).touch()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The last controller at work stops the embedded server."""
    if hasattr(session.config, "workerinput"):
        return
    (RUNS / str(os.getpid())).unlink(missing_ok=True)
    for run in RUNS.iterdir():
        if psutil.pid_exists(int(run.name)):
            return
        run.unlink(missing_ok=True)
    if SERVER_FOLDER.exists():
        with suppress(ServerInUse):
            EmbeddedServer(SERVER_FOLDER).stop()


@pytest.fixture
def sign_in(house_server: TestServer) -> Iterator[Callable[..., Database]]:
    """Sign somebody in: ``sign_in("anna", station="Counter 1")``; closed with the test."""
    before = len(house_server.opened)
    yield house_server.database
    for database in house_server.opened[before:]:
        database.close()
    del house_server.opened[before:]


@pytest.fixture
def anna(sign_in: Callable[..., Database]) -> Database:
    """A clerk at Counter 1."""
    return sign_in("anna", station="Counter 1")


@pytest.fixture
def ben(sign_in: Callable[..., Database]) -> Database:
    """A clerk at Counter 2."""
    return sign_in("ben", station="Counter 2")


@pytest.fixture
def olga(sign_in: Callable[..., Database]) -> Database:
    """An organizer."""
    return sign_in("olga", station="Office")


@pytest.fixture
def hall(olga: Database) -> house.Hall:
    """An event on sale, five rows A to E of twenty seats; A to C cost 42.00 and D, E 30.00, with a fee of 1.50."""
    return house.add_hall(olga)


@pytest.fixture
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedServer]:
    """A server that this test alone may stop."""
    folder = Path(tempfile.mkdtemp(prefix="evently-test-"))
    folder.chmod(0o711)
    monkeypatch.setattr(embedded_place, "SHARED", folder / "shared")
    server = EmbeddedServer(folder / "box office")
    server.start()
    yield server
    server.stop(force=True)
    shutil.rmtree(folder)


def _shift(database: Database, till: int) -> Shift:
    return database.read(tills.current_shift) or database.write(
        tills.open_shift, ShiftId(uuid7()), house.TILLS[till], house.euros(100)
    )


@pytest.fixture
def annas_shift(anna: Database) -> Shift:
    """Anna's open shift on the first till."""
    return _shift(anna, 0)


@pytest.fixture
def bens_shift(ben: Database) -> Shift:
    """Ben's open shift on the second till."""
    return _shift(ben, 1)
