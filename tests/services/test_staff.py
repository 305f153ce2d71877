"""Staff are logins: made by a verifier alone, shut for good, never above who made them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql

from evently_desktop.database import bootstrap
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import UserId, new_booking_id
from evently_desktop.domain.staff import Role, Staff
from evently_desktop.errors import NotAllowed, SignInRefused
from evently_desktop.services import holds, staff
from tests.conftest import TestServer
from tests.house import PASSWORD, Hall
from tests.services.desk import Admin
from tests.template import libpq


@pytest.fixture
def newcomer(server: TestServer, admin: Admin) -> Iterator[Callable[..., Staff]]:
    """Somebody whose login goes with the test."""
    made: list[str] = []

    def make(role: Role = Role.CLERK) -> Staff:
        login = f"new_{uuid4().hex[:12]}"
        made.append(login)
        return Staff(UserId(uuid4()), "New Comer", "NC", login, role)

    yield make
    for login in made:
        with suppress(errors.UndefinedObject):
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def connect(server: TestServer, member: Staff) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(libpq(server.admin_url.set(username=member.login, password=PASSWORD)), autocommit=True)


def test_a_manager_appoints_who_then_sells(
    server: TestServer, sign_in: Callable[..., Database], hall: Hall, newcomer: Callable[..., Staff]
) -> None:
    member = newcomer()
    sign_in("mona").write(staff.add, member, f"{uuid4().hex}@example.org", PASSWORD)
    with Database(server.admin_url.set(username=member.login, password=PASSWORD)) as database:
        assert database.read(staff.sign_in) == member
        assert database.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1")).seats


@pytest.mark.parametrize(
    ("who", "roles"),
    [("anna", ()), ("olga", ()), ("mona", (Role.CLERK, Role.ORGANIZER)), ("ada", tuple(Role))],
)
def test_nobody_appoints_above_himself(
    sign_in: Callable[..., Database], newcomer: Callable[..., Staff], who: str, roles: tuple[Role, ...]
) -> None:
    database = sign_in(who)
    for role in Role:
        if role in roles:
            database.write(staff.add, newcomer(role), None, PASSWORD)
        else:
            with pytest.raises(NotAllowed):
                database.write(staff.add, newcomer(role), None, PASSWORD)


@pytest.mark.parametrize("role", list(Role))
def test_deactivated_staff_are_out_at_once(
    server: TestServer, admin: Admin, sign_in: Callable[..., Database], newcomer: Callable[..., Staff], role: Role
) -> None:
    member, ada = newcomer(role), sign_in("ada")
    ada.write(staff.add, member, None, PASSWORD)
    with connect(server, member) as working:
        working.execute("SELECT count(*) FROM evently.events")
        ada.write(staff.deactivate, member.login)
        with pytest.raises(psycopg.OperationalError):
            working.execute("SELECT count(*) FROM evently.events")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        connect(server, member)
    url = server.admin_url.set(username=member.login, password=PASSWORD)
    with Database(url) as database, pytest.raises(SignInRefused):
        database.read(staff.sign_in)
    groups = admin.execute(
        """SELECT roleid::regrole::text FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
            WHERE rolname = %s""",
        [member.login],
    ).fetchall()
    assert groups == []


def test_the_first_admin_can_be_shut_out_too(
    server: TestServer, admin: Admin, sign_in: Callable[..., Database], newcomer: Callable[..., Staff]
) -> None:
    first = newcomer(Role.ADMIN)
    bootstrap.first_admin(server.admin_url, name="First", initials="F", login=first.login, password=PASSWORD)
    sign_in("ada").write(staff.deactivate, first.login)
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        connect(server, first)
    assert admin.execute("SELECT pg_has_role(%s, 'evently_admin', 'MEMBER')", [first.login]).fetchone() == (False,)


def test_a_manager_shuts_out_no_admin_and_nobody_himself(server: TestServer, sign_in: Callable[..., Database]) -> None:
    with pytest.raises(NotAllowed):
        sign_in("mona").write(staff.deactivate, server.login("ada"))
    with server.connect("ada") as ada, pytest.raises(errors.InvalidParameterValue):
        ada.execute("SELECT evently.deactivate_staff(session_user)")


@pytest.mark.parametrize(
    "verifier",
    ["hunter2", "", None, "md5" + "0" * 32, "SCRAM-SHA-256", "SCRAM-SHA-256$4096:salt$stored",
        "SCRAM-SHA-256$x:AAAA$AAAA:AAAA",
     " SCRAM-SHA-256$4096:AAAA$AAAA:AAAA", "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA' SUPERUSER --"],
)  # fmt: skip
def test_a_clear_password_is_never_taken(server: TestServer, admin: Admin, verifier: str | None) -> None:
    login = f"clear_{uuid4().hex[:8]}"
    with server.connect("ada") as ada, pytest.raises(errors.InvalidParameterValue, match="never a password"):
        ada.execute("SELECT evently.add_staff(gen_random_uuid(), 'X', 'X', %s, 'clerk', NULL, %s)", [login, verifier])
    assert admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).fetchone() is None


def test_the_password_itself_is_not_sent(
    server: TestServer, admin: Admin, sign_in: Callable[..., Database], newcomer: Callable[..., Staff]
) -> None:
    member = newcomer()
    sign_in("ada").write(staff.add, member, None, PASSWORD)
    row = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [member.login]).fetchone()
    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$4096:")
    assert PASSWORD not in row[0]


def test_a_login_that_is_nobodys_is_told_so(server: TestServer, admin: Admin) -> None:
    login = f"stray_{uuid4().hex[:8]}"
    admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE evently_clerk").format(
        sql.Identifier(login), sql.Literal(PASSWORD)))  # fmt: skip
    try:
        with Database(server.admin_url.set(username=login, password=PASSWORD)) as stray:
            with pytest.raises(NotAllowed, match="not an active member of staff"):
                stray.read(staff.sign_in)
            with pytest.raises(NotAllowed, match="not an active member of staff"):
                stray.write(holds.place, UUID(int=0), new_booking_id(), [])  # type: ignore[arg-type]
    finally:
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))
