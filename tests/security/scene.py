"""A box office at work, and what a clerk with psql may try in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import BookingId, ShiftId, new_booking_id
from evently_desktop.services import holds, programme, sales, tills
from tests import house
from tests.conftest import TestServer

DONE = "done"
NOTHING = "nothing"

# Events that must not be sold: the refusal, and how the superuser makes one.
CLOSED = {
    "event_draft": "status = 'draft'",
    "event_cancelled": "status = 'cancelled'",
    "event_past": "created_at = now() - interval '2 days', starts_at = now() - interval '1 hour'",
    "not_on_sale_yet": "on_sale_from = now() + interval '1 day'",
    "sale_closed": "on_sale_until = now() - interval '1 minute'",
}
_OF_EVENT = (
    "bookings",
    "booking_seats",
    "event_seats",
    "tickets",
    "payments",
    "transactions",
    "booking_logs",
    "prices",
)
_WHOLE = (
    "events",
    "users",
    "shifts",
    "till_movements",
    "signing_keys",
    "box_office",
    "hold_types",
    "price_types",
    "tills",
)


@dataclass
class Scene:
    """Anna holds D1, Ben holds B1 and has sold C1; E1 is the director's and E2 is killed. All values are SQL's."""

    server: TestServer
    hall: house.Hall
    bens: BookingId
    mine: BookingId
    sold: Sale
    annas_shift: ShiftId
    bens_shift: ShiftId
    closed: dict[str, house.Hall]
    used: list[str] = field(default_factory=list)
    connections: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What acts may name as ``%(name)s``."""
        seats = {f"{row}{number}".lower(): self.hall.seat(f"{row}{number}") for row in "ABCDE" for number in (1, 2, 3)}
        return seats | {
            "event": self.hall.event_id, "adult": house.ADULT, "comp": house.COMP, "director": house.DIRECTOR,
            "bens": self.bens, "mine": self.mine, "sold": self.sold.booking_id, "annas_shift": self.annas_shift,
            "bens_shift": self.bens_shift, "ticket": self.sold.tickets[0].id, "token": self.sold.tickets[0].token,
            "anna": self.server.login("anna"), "ben": self.server.login("ben"), "olga": self.server.login("olga"),
            "mona": self.server.login("mona"), "ada": self.server.login("ada"), "till": house.TILLS[2],
        } | {f"{why}_event": hall.event_id for why, hall in self.closed.items()} | {
            f"{why}_seat": hall.seat("A1") for why, hall in self.closed.items()
        }  # fmt: skip

    def attempt(self, act: str, who: str = "anna") -> str:
        """Run statements separated by semicolons at line ends, each on its own; returns what came of the last.

        A refusal's code, an error's SQLSTATE, `NOTHING` where no row was seen or changed, else `DONE`.
        """
        connection = self._connection(who)
        outcome = DONE
        for statement in act.split(";\n"):
            outcome = self._run(connection, statement)
        return outcome

    def _connection(self, who: str) -> psycopg.Connection[Any]:
        if who in self.connections:
            self.connections[who].rollback()
            self.connections[who].execute("DISCARD ALL")
        else:
            self.connections[who] = self.server.admin() if who == "superuser" else self.server.connect(who)
            # DISCARD ALL takes prepared statements with it, and the driver would not know.
            self.connections[who].prepare_threshold = None
        return self.connections[who]

    def attempt_without(self, walls: Sequence[str], act: str, who: str = "anna") -> str:
        """The same after the superuser took these walls away, in one transaction that leaves everything as it was."""
        connection = self._connection("superuser")
        with connection.transaction(force_rollback=True):
            for statement in ("CREATE SCHEMA planted", "GRANT ALL ON SCHEMA planted TO PUBLIC", *walls):
                connection.execute(statement.encode())
            if who != "superuser":
                connection.execute(f"SET LOCAL SESSION AUTHORIZATION {self.server.login(who)}".encode())
            outcome = DONE
            for statement in act.split(";\n"):
                outcome = self._run(connection, statement)
            # What is deferred to the commit counts, too.
            return outcome if outcome != DONE else self._run(connection, "SET CONSTRAINTS ALL IMMEDIATE")

    def _run(self, connection: psycopg.Connection[Any], statement: str) -> str:
        values = self.values | {"new": uuid7(), "payment": uuid7()}
        text = statement.replace(":anna", self.server.login("anna")).replace(":ben", self.server.login("ben"))
        try:
            cursor = connection.execute(text.encode(), values)
            rows = cursor.fetchall() if cursor.description else None
        except psycopg.Error as error:
            return error.sqlstate or type(error).__name__
        if rows and isinstance(rows[0][0], dict) and "refused" in rows[0][0]:
            return str(rows[0][0]["refused"])
        if rows == [] or (rows is None and cursor.rowcount == 0 and cursor.statusmessage != "NOTIFY"):
            return NOTHING
        return DONE

    def state(self) -> dict[str, str]:
        """A fingerprint of everything that an act must not change."""
        one = "SELECT '{0}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM evently.{0} t WHERE {1}"
        queries = [one.format(table, "event_id = %(event)s") for table in _OF_EVENT]
        queries += [one.format(table, "true") for table in _WHOLE]
        rows = self._connection("superuser").execute(" UNION ALL ".join(queries).encode(), self.values).fetchall()
        return dict(rows)

    def next_free(self) -> str:
        """A seat that no act and no sale has touched."""
        free = next(f"{row}{number}" for row in "ABC" for number in range(4, 21) if f"{row}{number}" not in self.used)
        self.used.append(free)
        return free

    def sells(self) -> bool:
        """Whether a legal sale works."""
        with Database(self.server.url("anna")) as anna:
            booking = new_booking_id()
            hold = anna.write(holds.place, self.hall.event_id, booking, self.hall.choose(self.next_free()))
            sale = anna.write(
                sales.complete, self.hall.event_id, booking, [house.cash(hold.total)], self.annas_shift, hold.total
            )
            return len(sale.tickets) == 1


def _shift(database: Database, till: int) -> ShiftId:
    shift = database.read(tills.current_shift) or database.write(
        tills.open_shift, house.new_shift_id(), house.TILLS[till], house.euros(100)
    )
    return shift.id


def make_scene(server: TestServer) -> Scene:
    with (
        Database(server.url("olga")) as olga,
        Database(server.url("anna"), station="Counter 1") as anna,
        Database(server.url("ben"), station="Counter 2") as ben,
    ):
        hall = house.add_hall(olga)
        event = hall.event_id
        shifts = _shift(anna, 0), _shift(ben, 1)
        bens, mine, sold = (new_booking_id() for _ in range(3))
        ben.write(holds.place, event, bens, hall.choose("B1"))
        anna.write(holds.place, event, mine, hall.choose("D1"))
        total = ben.write(holds.place, event, sold, hall.choose("C1", "C2")).total
        sale = ben.write(sales.complete, event, sold, [house.cash(total)], shifts[1], total)
        olga.write(programme.set_aside, event, [hall.seat("E1")], house.DIRECTOR)
        olga.write(programme.kill, event, [hall.seat("E2")])
        closed = {why: house.add_hall(olga, rows=1, seats=2) for why in CLOSED}
        with server.admin() as admin:
            for why, change in CLOSED.items():
                admin.execute(f"UPDATE evently.events SET {change} WHERE id = %s".encode(), [closed[why].event_id])
            # The worker may come to the last act long after the first.
            for table in ("bookings", "event_seats"):
                later = f"UPDATE evently.{table} SET hold_expires_at = now() + interval '25 minutes'"
                admin.execute(f"{later} WHERE event_id = %s AND status = 'held'".encode(), [event])
        return Scene(server, hall, bens, mine, sale, *shifts, closed)
