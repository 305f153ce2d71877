"""What the database holds whoever writes, the superuser included: triggers and constraints."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import BookingId, new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.services import holds, programme, sales
from tests import house
from tests.conftest import TestServer
from tests.house import ADULT, Hall, cash, euros
from tests.services.clock import run_out

Admin = psycopg.Connection[Any]


@pytest.fixture
def admin(server: TestServer) -> Iterator[Admin]:
    with server.admin() as connection:
        yield connection


@pytest.fixture
def sold(anna: Database, annas_shift: Shift, hall: Hall) -> Sale:
    booking = new_booking_id()
    anna.write(holds.place, hall.event_id, booking, hall.choose("A1", "A2"))
    return anna.write(sales.complete, hall.event_id, booking, [cash(euros(87))], annas_shift.id, euros(87))


@pytest.fixture
def held(anna: Database, hall: Hall) -> BookingId:
    booking = new_booking_id()
    anna.write(holds.place, hall.event_id, booking, hall.choose("B1"))
    return booking


def customers(admin: Admin, count: int) -> list[UUID]:
    rows = admin.execute(
        "INSERT INTO evently.users (name) SELECT 'Customer ' || n FROM generate_series(1, %s) n RETURNING id", [count]
    ).fetchall()
    return [id_ for (id_,) in rows]


def queue(admin: Admin, hall: Hall) -> list[UUID]:
    for position, customer in enumerate(customers(admin, 4), start=1):
        admin.execute(
            "INSERT INTO evently.waitlists (event_id, user_id, position) VALUES (%s, %s, %s)",
            [hall.event_id, customer, position],
        )
    return [id_ for id_, _position in positions(admin, hall)]


def positions(admin: Admin, hall: Hall) -> list[tuple[UUID, int]]:
    return admin.execute(
        "SELECT id, position FROM evently.waitlists WHERE event_id = %s AND status = 'waiting' ORDER BY position",
        [hall.event_id],
    ).fetchall()


@pytest.mark.parametrize(
    "leave",
    [
        "UPDATE evently.waitlists SET status = 'left' WHERE event_id = %s AND id = %s",
        "DELETE FROM evently.waitlists WHERE event_id = %s AND id = %s",
    ],
)
def test_who_leaves_the_queue_closes_the_gap(admin: Admin, hall: Hall, leave: str) -> None:
    first, second, third, fourth = queue(admin, hall)
    admin.execute(leave.encode(), [hall.event_id, second])
    assert positions(admin, hall) == [(first, 1), (third, 2), (fourth, 3)]
    admin.execute(leave.encode(), [hall.event_id, first])
    assert positions(admin, hall) == [(third, 1), (fourth, 2)]


def test_a_queue_closes_gaps_only_in_its_own_event(admin: Admin, hall: Hall, olga: Database) -> None:
    other = house.add_hall(olga)
    before = queue(admin, other)
    admin.execute("UPDATE evently.waitlists SET status = 'left' WHERE id = %s", [queue(admin, hall)[0]])
    assert positions(admin, other) == list(zip(before, range(1, 5), strict=True))


def test_every_change_of_a_price_is_on_record(server: TestServer, admin: Admin, olga: Database, hall: Hall) -> None:
    front = hall.geometry.zones[0].id
    olga.write(programme.set_prices, hall.event_id, {(front, ADULT): euros(50)}, "strong demand")
    olga.write(programme.set_prices, hall.event_id, {(front, ADULT): euros(50)}, "no change at all")
    rows = admin.execute(
        """SELECT old_price, new_price, reason, applied_by FROM evently.pricing_history
            WHERE event_id = %s AND zone_id = %s AND price_type_id = %s ORDER BY applied_at""",
        [hall.event_id, front, ADULT],
    ).fetchall()
    assert rows == [(None, 4200, "", server.login("olga")), (4200, 5000, "strong demand", server.login("olga"))]
    admin.execute("DELETE FROM evently.prices WHERE event_id = %s AND zone_id = %s", [hall.event_id, front])
    gone = admin.execute(
        "SELECT old_price FROM evently.pricing_history WHERE event_id = %s AND new_price IS NULL ORDER BY 1",
        [hall.event_id],
    ).fetchall()
    assert gone == [(2100,), (5000,)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("held", "held"), ("confirmed", "held"), ("confirmed", "expired"), ("cancelled", "held"),
     ("cancelled", "confirmed"),     ("expired", "held"), ("expired", "confirmed"), ("expired", "cancelled")],
)  # fmt: skip
def test_a_booking_never_goes_back(admin: Admin, anna: Database, sold: Sale, hall: Hall, old: str, new: str) -> None:
    booking = new_booking_id()
    anna.write(holds.place, hall.event_id, booking, hall.choose("C1"))
    if old == "cancelled":
        anna.write(holds.release, hall.event_id, booking)
    elif old == "expired":
        run_out(admin, hall.event_id, booking)
        anna.write(holds.sweep, hall.event_id)
    elif old == "confirmed":
        booking = sold.booking_id
    change = "UPDATE evently.bookings SET status = %s WHERE event_id = %s AND id = %s"
    if old == new:
        admin.execute(change, [new, hall.event_id, booking])
    else:
        with pytest.raises(errors.CheckViolation, match=f"a booking cannot go from {old} to {new}"):
            admin.execute(change, [new, hall.event_id, booking])


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [(["active"], None), (["active", "draft"], None), (["cancelled"], "active"), (["active", "completed"], "active"),
     (["active", "cancelled"], "draft"), ([], "completed")],
)  # fmt: skip
def test_the_steps_of_an_event(admin: Admin, olga: Database, steps: list[str], wrong: str | None) -> None:
    event = house.add_hall(olga, rows=1, seats=2).event_id
    admin.execute("UPDATE evently.events SET status = 'draft' WHERE id = %s", [event])
    for step in steps:
        admin.execute("UPDATE evently.events SET status = %s WHERE id = %s", [step, event])
    if wrong:
        with pytest.raises(errors.CheckViolation, match=f"an event cannot go from .* to {wrong}"):
            admin.execute("UPDATE evently.events SET status = %s WHERE id = %s", [wrong, event])


def test_a_void_ticket_and_a_captured_payment_stay_so(admin: Admin, sold: Sale) -> None:
    ticket = sold.tickets[0].id
    admin.execute("UPDATE evently.tickets SET status = 'void', voided_at = now() WHERE id = %s", [ticket])
    with pytest.raises(errors.CheckViolation, match="from void to issued"):
        admin.execute("UPDATE evently.tickets SET status = 'issued', voided_at = NULL WHERE id = %s", [ticket])
    with pytest.raises(errors.CheckViolation, match="a payment that is captured does not change"):
        admin.execute("UPDATE evently.payments SET status = 'failed' WHERE booking_id = %s", [sold.booking_id])
    with pytest.raises(errors.CheckViolation, match="does not change"):
        admin.execute("UPDATE evently.payments SET amount = 1 WHERE booking_id = %s", [sold.booking_id])


@pytest.mark.parametrize("table", ["booking_logs", "transactions", "till_movements", "booking_attempts"])
@pytest.mark.parametrize(
    "change", ["UPDATE evently.{} SET login = 'x'", "DELETE FROM evently.{}", "TRUNCATE evently.{}"]
)
def test_what_is_written_once_never_changes(admin: Admin, sold: Sale, table: str, change: str) -> None:
    if table == "booking_attempts" and change.startswith("DELETE"):
        return  # Kept for 90 days, then deleted.
    with pytest.raises(errors.InsufficientPrivilege, match=f"{table} is written once and never changed"):
        admin.execute(change.format(table).encode())


@pytest.mark.parametrize("change", ["plan_seats SET x = 0", "seating_plans SET layout = '{}'"])
def test_a_plan_is_written_once(admin: Admin, hall: Hall, change: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="written once"):
        admin.execute(f"UPDATE evently.{change}".encode())


@pytest.mark.parametrize(
    "change",
    ["price = 1", "dynamic_multiplier = 2", "base_price = -1, price = -1", "dynamic_multiplier = 0, price = 0",
     "status = 'booked'", "status = 'held'", "hold_expires_at = now()", "status = 'sold'", "view_quality_score = 11"],
)  # fmt: skip
def test_a_seat_that_makes_no_sense_is_refused(admin: Admin, hall: Hall, change: str) -> None:
    with pytest.raises(errors.CheckViolation):
        admin.execute(f"UPDATE evently.event_seats SET {change} WHERE event_id = %s".encode(), [hall.event_id])


def test_a_seat_costs_its_base_price_times_its_multiplier(admin: Admin, hall: Hall) -> None:
    admin.execute(
        """UPDATE evently.event_seats SET dynamic_multiplier = 1.255, price = round(base_price * 1.255)
            WHERE event_id = %s""",
        [hall.event_id],
    )


@pytest.mark.parametrize("email", ["", "x", "a@b", "a@b.", "a b@c.org", "a@@b.org", "@b.org", "a@.org", "a@b.org\n"])
def test_an_email_without_its_form_is_refused(admin: Admin, email: str) -> None:
    with pytest.raises(errors.CheckViolation, match="ck_users_email_form"):
        admin.execute("INSERT INTO evently.users (name, email) VALUES ('X', %s)", [email])


@pytest.mark.parametrize("email", ["a.b+c@d-e.co.uk", "o'neil@example.org", "müller@bücher.example"])
def test_an_email_is_unique_whatever_its_case(admin: Admin, email: str) -> None:
    email = f"{uuid4().hex}{email}"
    admin.execute("INSERT INTO evently.users (name, email) VALUES ('X', %s)", [email])
    with pytest.raises(errors.UniqueViolation):
        admin.execute("INSERT INTO evently.users (name, email) VALUES ('X', %s)", [email.upper()])


def test_walk_ups_need_no_email(admin: Admin) -> None:
    assert len(set(customers(admin, 2))) == 2


def test_an_event_with_bookings_is_not_deleted(admin: Admin, olga: Database, held: BookingId, hall: Hall) -> None:
    with pytest.raises(errors.IntegrityError):
        admin.execute("DELETE FROM evently.events WHERE id = %s", [hall.event_id])


def test_an_event_without_bookings_goes_with_all_it_has(server: TestServer, admin: Admin, olga: Database) -> None:
    empty = house.add_hall(olga, rows=2, seats=3)
    queue(admin, empty)
    with server.connect("olga") as organizer:
        assert organizer.execute("DELETE FROM evently.events WHERE id = %s", [empty.event_id]).rowcount == 1
    for table in ("event_seats", "prices", "pricing_history", "waitlists"):
        left = admin.execute(f"SELECT count(*) FROM evently.{table} WHERE event_id = %s".encode(), [empty.event_id])
        assert left.fetchone() == (0,), table


def test_confirmed_means_paid(admin: Admin, held: BookingId, hall: Hall) -> None:
    with pytest.raises(errors.CheckViolation, match="is confirmed with 0 paid of 4350"):
        admin.execute(
            """UPDATE evently.bookings SET status = 'confirmed', confirmed_at = now(), hold_expires_at = NULL
                WHERE event_id = %s AND id = %s""",
            [hall.event_id, held],
        )


def test_cancelled_means_refunded(admin: Admin, sold: Sale) -> None:
    with pytest.raises(errors.CheckViolation, match="is cancelled with 8700 paid"):
        admin.execute(
            "UPDATE evently.bookings SET status = 'cancelled', cancelled_at = now() WHERE event_id = %s AND id = %s",
            [sold.event_id, sold.booking_id],
        )


def test_a_seat_has_one_live_sale(admin: Admin, sold: Sale, held: BookingId, hall: Hall) -> None:
    with pytest.raises(errors.UniqueViolation, match="uq_booking_seats_live"):
        admin.execute(
            """INSERT INTO evently.booking_seats (event_id, booking_id, seat_id, price_type_id, price_at_booking)
               VALUES (%s, %s, %s, %s, 0)""",
            [hall.event_id, held, hall.seat("A1"), ADULT],
        )


@pytest.mark.parametrize(("zone", "year"), [("UTC", 2031), ("Pacific/Kiritimati", 2033), ("America/Los_Angeles", 2035)])
def test_a_month_of_notifications_has_its_partition(server: TestServer, admin: Admin, zone: str, year: int) -> None:
    month = datetime(year, 3, 1, tzinfo=UTC)
    with server.connect("ada") as ada:
        ada.execute("SELECT set_config('timezone', %s, false)", [zone])
        for day in (1, 31):
            ada.execute("SELECT evently.prepare_notifications(%s)", [month.replace(day=day).date()])
    [customer] = customers(admin, 1)
    moments = [month, month + timedelta(days=30, hours=23), month - timedelta(seconds=1), month + timedelta(days=31)]
    homes = [
        admin.execute(
            """INSERT INTO evently.notifications (created_at, user_id, type, message) VALUES (%s, %s, 'welcome', '')
               RETURNING tableoid::regclass::text""",
            [moment, customer],
        ).fetchone()
        for moment in moments
    ]
    own, other = (f"evently.notifications_{month:%Y_%m}",), ("evently.notifications_default",)
    assert homes == [own, own, other, other]


def test_only_an_admin_makes_partitions(server: TestServer) -> None:
    with server.connect("mona") as mona, pytest.raises(errors.InsufficientPrivilege):
        mona.execute("SELECT evently.prepare_notifications('2032-01-01')")


def test_versions_count_up_by_themselves(admin: Admin, hall: Hall) -> None:
    versions = [
        admin.execute(
            "UPDATE evently.events SET version = 99 WHERE id = %s RETURNING version", [hall.event_id]
        ).fetchone()
        for _ in range(2)
    ]
    assert versions[1] == (versions[0][0] + 1,)  # type: ignore[index]
    assert versions[0] < (99,)  # type: ignore[operator]


def test_references_are_random_and_check_themselves(admin: Admin) -> None:
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    rows = admin.execute("SELECT evently._reference() FROM generate_series(1, 500)").fetchall()
    assert len(set(rows)) == 500
    for (reference,) in rows:
        prefix, left, right = reference.split("-")
        digits = [alphabet.index(letter) for letter in left + right]
        assert prefix == "EVT"
        assert digits[7] == sum(digit * place for place, digit in enumerate(digits[:7], start=1)) % 31
    letters = [letter for (reference,) in rows for letter in reference[4:8]]
    assert set(letters) == set(alphabet)


def test_free_seats_are_counted_by_the_clock(admin: Admin, anna: Database, held: BookingId, hall: Hall) -> None:
    def free() -> int:
        row = admin.execute(
            "SELECT available_seats FROM evently.event_availability WHERE event_id = %s", [hall.event_id]
        ).fetchone()
        assert row is not None
        return int(row[0])

    assert free() == 99
    run_out(admin, hall.event_id, held)
    assert free() == 100
    anna.write(holds.sweep, hall.event_id)
    assert free() == 100


def test_ids_of_the_client_are_kept(admin: Admin) -> None:
    mine = uuid7()
    row = admin.execute("INSERT INTO evently.users (id, name) VALUES (%s, 'X') RETURNING id", [mine]).fetchone()
    assert row == (UUID(str(mine)),)
