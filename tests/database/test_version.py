"""A server that is too old is refused in one sentence, before anything is asked of it or changed on it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from evently_desktop.database import health, version
from evently_desktop.database.transactions import Database
from evently_desktop.errors import EventlyError, ServerTooOld
from evently_desktop.services import staff
from tests.conftest import TestServer
from tests.database.stub import StubServer

SENTENCE = (
    "The server is PostgreSQL 14, and Evently needs 15 or later: have its administrator install PostgreSQL 18."
)  # fmt: skip


def sign_in(server: StubServer) -> None:
    with Database(server.url) as database:
        database.read(staff.sign_in)


def migrate(server: StubServer) -> None:
    engine = sa.create_engine(server.url)
    try:
        version.migrate(engine)
    finally:
        engine.dispose()


@pytest.mark.parametrize("act", [sign_in, migrate])
@pytest.mark.parametrize("number", ["14.22", "14.0"])
def test_a_server_of_version_14_is_refused_by_its_number(act: Callable[[StubServer], None], number: str) -> None:
    with StubServer(number) as server:
        with pytest.raises(ServerTooOld) as told:
            act(server)
        assert str(told.value) == SENTENCE
        assert not any(b"alembic" in statement or b"users" in statement for statement in server.asked)


def test_doctor_says_it_too_and_asks_no_more() -> None:
    with StubServer("14.22") as server:
        assert [(found.good, found.sentence) for found in health.examine(server.url)] == [(False, SENTENCE)]


def test_control_the_same_server_is_let_in_as_version_15() -> None:
    with StubServer("15.3") as server, Database(server.url) as database:
        database.read(lambda session: version.check_server(session.connection))
        # It is refused for another reason: it is no database of Evently.
        with pytest.raises(EventlyError) as told:
            database.read(staff.sign_in)
        assert not isinstance(told.value, ServerTooOld)


def test_the_version_is_the_one_that_the_server_says(house_server: TestServer) -> None:
    def both(session: object) -> tuple[tuple[int, int], int]:
        connection = session.connection  # type: ignore[attr-defined]
        number = connection.execute(sa.text("SHOW server_version_num")).scalar_one()
        return version.server_version(connection), int(number)

    with Database(house_server.url("anna")) as database:
        (major, minor), number = database.read(both)
    assert major * 10_000 + minor == number
