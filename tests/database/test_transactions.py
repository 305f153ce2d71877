"""The one place that opens a transaction: what commits, what is tried again, and what a person is told."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from evently_desktop.database.embedded_processes import wait_until
from evently_desktop.database.transactions import Database, Session
from evently_desktop.domain.ids import BookingId, new_booking_id
from evently_desktop.errors import (
    BadInput,
    Busy,
    DatabaseError,
    NotAllowed,
    OutcomeUnknown,
    Refusal,
    ServerGone,
    SignInRefused,
)
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import ADULT, Hall

PID = sa.text("SELECT pg_backend_pid()")


def hold_verb(session: Session, hall: Hall, booking: BookingId, name: str = "A1") -> Any:
    return session.verb("hold_seats", hall.event_id, hall.event_id, booking, [hall.seat(name)], [ADULT])


def count(admin: psycopg.Connection[Any], table: str, hall: Hall) -> int:
    row = admin.execute(
        f"SELECT count(*) FROM evently.{table} WHERE event_id = %s".encode(), [hall.event_id]
    ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def admin(house_server: TestServer) -> Iterator[psycopg.Connection]:
    with house_server.admin() as connection:
        yield connection


def end_sessions(admin: psycopg.Connection[Any], login: str) -> None:
    admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE usename = %s AND datname = current_database()",
        [login],
    )


def test_a_verb_that_comes_first_has_committed_when_it_answers(
    anna: Database, hall: Hall, admin: psycopg.Connection
) -> None:
    seen = []

    def service(session: Session) -> None:
        hold_verb(session, hall, new_booking_id())
        seen.append(count(admin, "bookings", hall))

    anna.write(service)
    assert seen == [1]


def test_control_a_verb_after_a_statement_commits_with_all_the_rest(
    anna: Database, hall: Hall, admin: psycopg.Connection
) -> None:
    seen = []

    def service(session: Session) -> None:
        session.execute(PID)
        hold_verb(session, hall, new_booking_id())
        seen.append(count(admin, "bookings", hall))

    anna.write(service)
    assert seen == [0]
    assert count(admin, "bookings", hall) == 1


def test_after_a_verb_that_came_first_a_service_can_only_read(olga: Database, hall: Hall) -> None:
    def reads(session: Session) -> int:
        hold_verb(session, hall, new_booking_id())
        found: int = session.execute(
            sa.text("SELECT count(*) FROM evently.bookings WHERE event_id = :event"), {"event": hall.event_id}
        ).scalar_one()
        return found

    def writes(session: Session) -> None:
        hold_verb(session, hall, new_booking_id(), "A2")
        session.execute(sa.text("UPDATE evently.events SET name = 'x' WHERE id = :event"), {"event": hall.event_id})

    def holds_again(session: Session) -> None:
        hold_verb(session, hall, new_booking_id(), "A3")
        hold_verb(session, hall, new_booking_id(), "A4")

    assert olga.write(reads) == 1
    with pytest.raises(DatabaseError, match="only lets itself be read"):
        olga.write(writes)
    with pytest.raises(AssertionError, match="committed by itself"):
        olga.write(holds_again)


def test_a_service_that_fails_leaves_nothing_behind(anna: Database, hall: Hall, admin: psycopg.Connection) -> None:
    def service(session: Session) -> None:
        session.execute(PID)
        hold_verb(session, hall, new_booking_id())
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        anna.write(service)
    assert count(admin, "bookings", hall) == 0


@pytest.mark.parametrize("first", [True, False])
def test_a_refusal_is_raised_and_on_record(anna: Database, hall: Hall, admin: psycopg.Connection, first: bool) -> None:
    def service(session: Session) -> None:
        if not first:
            session.execute(PID)
        holds.place(session, hall.event_id, new_booking_id(), [])

    with pytest.raises(Refusal) as refusal:
        anna.write(service)
    assert refusal.value.code == "no_seats"
    assert count(admin, "booking_attempts", hall) == 1


def test_the_station_is_on_record(anna: Database, hall: Hall, admin: psycopg.Connection) -> None:
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))
    row = admin.execute("SELECT station FROM evently.bookings WHERE event_id = %s", [hall.event_id]).fetchone()
    assert row == ("Counter 1",)


def test_a_read_whose_connection_was_ended_is_made_again(
    sign_in: Callable[..., Database], house_server: TestServer, admin: psycopg.Connection
) -> None:
    mona = sign_in("mona")
    before = mona.read(lambda session: session.execute(PID).scalar_one())
    end_sessions(admin, house_server.login("mona"))
    assert mona.read(lambda session: session.execute(PID).scalar_one()) != before


def test_a_read_goes_on_after_all_idle_connections_were_ended(
    sign_in: Callable[..., Database], house_server: TestServer, admin: psycopg.Connection
) -> None:
    mona, together = sign_in("mona"), threading.Barrier(4)

    def look(session: Session) -> tuple[Any, ...]:
        return session.binary_row("SELECT 'seven'::text", {})

    def look_together(session: Session) -> None:
        look(session)
        together.wait(10)

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(mona.read, look_together) for _ in range(4)]:
            each.result(10)
    end_sessions(admin, house_server.login("mona"))
    assert mona.read(look) == ("seven",)


def test_a_write_whose_connection_is_ended_half_way_is_made_again(
    sign_in: Callable[..., Database], house_server: TestServer, hall: Hall, admin: psycopg.Connection
) -> None:
    mona, booking, tries = sign_in("mona"), new_booking_id(), []

    def service(session: Session) -> Any:
        session.execute(PID)
        answer = hold_verb(session, hall, booking)
        tries.append(answer)
        if len(tries) == 1:
            end_sessions(admin, house_server.login("mona"))
        return answer

    assert "refused" not in mona.write(service)
    assert len(tries) == 2
    assert count(admin, "bookings", hall) == 1


def test_a_server_that_stays_away_leaves_a_write_unknown_and_a_read_undone(
    sign_in: Callable[..., Database], house_server: TestServer, admin: psycopg.Connection
) -> None:
    mona = sign_in("mona", patience=0.3)

    def service(session: Session) -> None:
        session.execute(PID)
        end_sessions(admin, house_server.login("mona"))
        session.execute(PID)

    with pytest.raises(OutcomeUnknown):
        mona.write(service)
    with pytest.raises(ServerGone) as gone:
        mona.read(service)
    assert not isinstance(gone.value, OutcomeUnknown)


def test_a_server_that_was_never_there_has_written_nothing(house_server: TestServer) -> None:
    url = house_server.url("anna").set(port=1)
    with Database(url, patience=0.2) as nowhere, pytest.raises(ServerGone) as gone:
        nowhere.write(lambda session: session.execute(PID))
    assert not isinstance(gone.value, OutcomeUnknown)


def test_a_wrong_password_is_told(house_server: TestServer) -> None:
    with Database(house_server.url("anna").set(password="guess")) as stranger, pytest.raises(SignInRefused):
        stranger.read(lambda session: session.execute(PID))


def test_what_a_clerk_may_not_is_told(anna: Database) -> None:
    with pytest.raises(NotAllowed):
        anna.write(lambda session: session.execute(sa.text("DELETE FROM evently.bookings")))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
@pytest.mark.parametrize("way", ["verb", "execute"])
def test_text_that_cannot_be_stored_is_refused(anna: Database, way: str, text: str) -> None:
    def service(session: Session) -> None:
        if way == "verb":
            session.verb("reprint_tickets", None, uuid7(), [uuid7()], text)
        else:
            session.execute(sa.text("SELECT CAST(:text AS text)"), {"text": text})

    with pytest.raises(BadInput, match="cannot be stored"):
        anna.write(service)


def test_a_collision_is_tried_again(anna: Database) -> None:
    tries: list[None] = []

    def service(session: Session) -> str:
        tries.append(None)
        if len(tries) < 3:
            session.execute(sa.text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
        return "done"

    assert anna.write(service) == "done"
    assert len(tries) == 3


def test_a_collision_that_does_not_end_is_told(house_server: TestServer) -> None:
    with Database(house_server.url("anna"), patience=0.2) as anna, pytest.raises(Busy):
        anna.write(lambda session: session.execute(sa.text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")))


def test_what_the_server_ends_at_once_is_tried_again_and_what_takes_its_full_time_is_told(
    house_server: TestServer,
) -> None:
    tries: list[None] = []

    def service(session: Session) -> str:
        tries.append(None)
        if len(tries) == 1 or always:
            session.execute(sa.text("SET LOCAL statement_timeout = 300"))
            session.execute(sa.text("SELECT pg_sleep(20)"))
        return "done"

    always = False
    with Database(house_server.url("anna"), patience=5.0) as anna:
        assert anna.write(service) == "done"
        assert len(tries) == 2
    always = True
    with Database(house_server.url("anna"), patience=0.2) as anna, pytest.raises(Busy, match="took too long"):
        anna.write(service)
    assert len(tries) == 3


def test_a_bug_is_neither_hidden_nor_tried_again(anna: Database) -> None:
    tries: list[None] = []

    def service(session: Session) -> None:
        tries.append(None)
        session.execute(sa.text("SELECT nothing FROM nowhere.at_all WHERE"))

    with pytest.raises(sa.exc.ProgrammingError):
        anna.write(service)
    assert len(tries) == 1


def test_all_connections_in_use_is_not_a_server_that_is_gone(house_server: TestServer) -> None:
    waiting, end = threading.Barrier(7), threading.Event()

    def keep(_session: Session) -> None:
        waiting.wait(10)
        assert end.wait(20)

    with Database(house_server.url("anna")) as anna, ThreadPoolExecutor(6) as threads:
        kept = [threads.submit(anna.read, keep) for _ in range(6)]
        waiting.wait(10)
        try:
            with pytest.raises(Busy):
                anna.read(lambda session: session.execute(PID))
        finally:
            end.set()
        for each in kept:
            each.result(10)


def test_one_transaction_after_the_other_has_the_same_connection_and_leaves_it_clean(anna: Database) -> None:
    def pid(session: Session) -> tuple[Any, Any]:
        return session.execute(PID).scalar_one(), session.execute(sa.text("SELECT now()")).scalar_one()

    seen = [anna.read(pid), anna.write(pid), anna.read(pid)]
    assert len({number for number, _ in seen}) == 1
    # Each began a transaction of its own.
    assert len({began for _, began in seen}) == 3


def test_what_a_service_left_open_when_it_failed_is_undone(
    anna: Database, hall: Hall, admin: psycopg.Connection
) -> None:
    def fails(session: Session) -> None:
        session.execute(PID)
        hold_verb(session, hall, new_booking_id())
        raise KeyError

    for run in (anna.read, anna.write):
        with pytest.raises(KeyError):
            run(fails)
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    assert admin.execute(open_ones.encode()).fetchone() == (0,)
    assert count(admin, "bookings", hall) == 0


def test_closed_it_has_no_connection_left(house_server: TestServer, admin: psycopg.Connection) -> None:
    database = house_server.database("mona")
    database.read(lambda session: session.execute(PID).scalar_one())
    database.close()
    connected = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
    login = house_server.login("mona")
    assert wait_until(lambda: admin.execute(connected, [login]).fetchone() == (0,), 5)
