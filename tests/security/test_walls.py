"""Each wall is one: without exactly it, the act that it stops succeeds; with it, the act is stopped."""

from dataclasses import dataclass

import pytest

from tests.security.acts import ACTS, DENIED, DONE, NOTHING
from tests.security.scene import Scene


def rewrite(function: str, old: str, new: str) -> str:
    """The statement that changes one place in a function; it fails if the place is not there."""
    return f"""DO $wall$
DECLARE
  said text := pg_get_functiondef('evently.{function}'::regproc);
BEGIN
  ASSERT position($old${old}$old$ IN said) > 0;
  EXECUTE replace(said, $old${old}$old$, $new${new}$new$);
END $wall$"""


def policy(table: str, command: str = "ALL") -> str:
    return f"CREATE POLICY hole ON evently.{table} FOR {command} TO evently_clerk USING (true)"


@dataclass(frozen=True)
class Wall:
    """What stops an act, how the superuser takes it away, and what comes of the act then."""

    act: str
    without: tuple[str, ...]
    outcome: str = DONE
    who: str = "anna"

    @property
    def statement(self) -> str:
        return OWN_ACTS[self.act][0] if self.act in OWN_ACTS else ACTS[self.act][0]


# Acts of a program that goes wrong with every right there is, and of a clerk whose superuser was careless.
OWN_ACTS = {
    "sell a seat twice by a wrong function": (
        """INSERT INTO evently.booking_seats (event_id, booking_id, seat_id, price_type_id, price_at_booking)
           VALUES (%(event)s, %(mine)s, %(c1)s, %(adult)s, 1)""", "23505"),
    "confirm unpaid by a wrong function": (
        """UPDATE evently.bookings SET status = 'confirmed', confirmed_at = now(), hold_expires_at = NULL
            WHERE id = %(mine)s""", "23514"),
    "revive a cancelled booking": (
        """UPDATE evently.bookings SET status = 'cancelled', cancelled_at = now(), hold_expires_at = NULL
            WHERE id = %(mine)s;
           UPDATE evently.bookings SET status = 'held', cancelled_at = NULL, hold_expires_at = now()
            WHERE id = %(mine)s""", "23514"),
    "change the ledger": ("UPDATE evently.transactions SET amount = 1", DENIED),
    "forget the log": ("DELETE FROM evently.booking_logs", DENIED),
    "misprice a seat": ("UPDATE evently.event_seats SET price = 1 WHERE event_id = %(event)s AND id = %(a1)s", "23514"),
    "change a captured payment": (
        "UPDATE evently.payments SET gateway_reference = 'x' WHERE booking_id = %(sold)s", "23514"),
    "hold for days by a planted clock": (
        """CREATE FUNCTION planted.clock_timestamp() RETURNS timestamptz
           LANGUAGE sql AS 'SELECT now() + interval ''6 days''';
           SET search_path = planted, pg_catalog;
           SELECT evently.hold_seats(%(event)s, %(new)s, ARRAY[%(a2)s]::uuid[], ARRAY[%(adult)s]::uuid[])""", DONE),
    "make a login with a clear password": (
        "SELECT evently.add_staff(%(new)s, 'X', 'X', 'clear_password', 'clerk', NULL, 'hunter2')", "22023"),
    "appoint one's equal": (
        """SELECT evently.add_staff(%(new)s, 'X', 'X', 'an_equal', 'manager', NULL,
           'SCRAM-SHA-256$4096:AAAA$AAAA:AAAA')""", DENIED),
}  # fmt: skip

WALLS = [
    # Grants and policies: one alone still holds.
    Wall("stretch a hold by hand", ("GRANT UPDATE ON evently.bookings TO evently_clerk",), NOTHING),
    Wall("stretch a hold by hand", ("GRANT UPDATE ON evently.bookings TO evently_clerk", policy("bookings"))),
    Wall("change a price", ("GRANT UPDATE ON evently.prices TO evently_clerk",), NOTHING),
    Wall("change a price", ("GRANT UPDATE ON evently.prices TO evently_clerk", policy("prices"))),
    Wall("write a payment", ("GRANT INSERT ON evently.payments TO evently_clerk",), DENIED),
    Wall("read the signing key", ("GRANT SELECT ON evently.signing_keys TO evently_clerk", policy("signing_keys"))),
    Wall("read a ticket's secret", ("GRANT SELECT (secret) ON evently.tickets TO evently_clerk",)),
    Wall("read another's shift", (policy("shifts", "SELECT"),)),
    Wall("read another's money", (policy("transactions", "SELECT"),)),
    Wall("read another's money", ("ALTER TABLE evently.transactions DISABLE ROW LEVEL SECURITY",)),
    Wall("read another's drawer", (policy("till_movements", "SELECT"),)),
    Wall("read a draft", (policy("events", "SELECT"),)),
    Wall("read who works here", (policy("users", "SELECT"),)),
    Wall("promote oneself", ("GRANT UPDATE (role) ON evently.users TO evently_clerk",), NOTHING),
    Wall("promote oneself", ("GRANT UPDATE (role) ON evently.users TO evently_clerk", policy("users"))),
    # Doors.
    Wall("free a seat from inside", ("ALTER FUNCTION evently._free SECURITY DEFINER",
                                     "GRANT EXECUTE ON FUNCTION evently._free TO evently_clerk")),
    Wall("make a partition", ("GRANT EXECUTE ON FUNCTION evently.prepare_notifications TO evently_clerk",)),
    Wall("kill seats", ("GRANT EXECUTE ON FUNCTION evently.kill_seats TO evently_clerk",), DENIED),
    Wall("appoint", ("GRANT EXECUTE ON FUNCTION evently.add_staff TO evently_clerk",), DENIED),
    Wall("make a passing table", ("""DO $$ BEGIN EXECUTE format('GRANT TEMP ON DATABASE %I TO evently_clerk',
                                     current_database()); END $$""",)),
    Wall("make a table", ("GRANT CREATE ON SCHEMA evently TO evently_clerk",)),
    Wall("make a table in public", ("GRANT ALL ON SCHEMA public TO evently_clerk",)),
    # What the verbs ask before they act, and what still holds behind them.
    Wall("release another's hold", (rewrite("_own_hold", "WHEN (r.b).seller_id <> (r.a).id THEN 'not_yours'", ""),)),
    Wall("sell a seat that is held", (rewrite("_sweep_seats", "AND NOT evently._is_live", "AND evently._is_live"),)),
    Wall("sell a seat that is sold", (rewrite("_take", "s.status = 'available'", "true"),), "23505"),
    Wall("sell a seat that is sold", (rewrite("_take", "s.status = 'available'", "true"),
                                      "DROP INDEX evently.uq_booking_seats_live")),
    Wall("sell a seat that is killed", (rewrite("_take", "s.status = 'available'", "s.status = 'killed'"),)),
    Wall("sell a seat of the house", (rewrite("_take", "ELSIF EXISTS (SELECT", "ELSIF false AND EXISTS (SELECT"),)),
    *(Wall(act, (rewrite("_closed", "WHEN e.id IS NULL", "WHEN true THEN NULL WHEN e.id IS NULL"),)) for act in (
        "sell for a draft", "sell for a cancelled event", "sell for a past event", "sell before the sale opens",
        "sell after the sale closed")),
    Wall("pay less", (rewrite("_bad_tenders", "< p_due THEN 'paid_short'", "< 0 THEN 'paid_short'"),), "23514"),
    Wall("pay less", (rewrite("_bad_tenders", "< p_due THEN 'paid_short'", "< 0 THEN 'paid_short'"),
                      "DROP TRIGGER adds_up ON evently.bookings")),
    Wall("take cash on another's shift", (rewrite("_my_shift", "AND s.login = session_user", ""),)),
    Wall("look up a token without its signature",
         (rewrite("look_up_ticket", "AND evently._token(event, k.id, k.secret) = p_token", ""),)),
    # What holds whoever writes.
    Wall("sell a seat twice by a wrong function", ("DROP INDEX evently.uq_booking_seats_live",), who="superuser"),
    Wall("confirm unpaid by a wrong function", ("DROP TRIGGER adds_up ON evently.bookings",), who="superuser"),
    Wall("revive a cancelled booking", ("DROP TRIGGER step ON evently.bookings",), who="superuser"),
    Wall("change the ledger", ("DROP TRIGGER immutable ON evently.transactions",), who="superuser"),
    Wall("forget the log", ("DROP TRIGGER immutable ON evently.booking_logs",), who="superuser"),
    Wall("misprice a seat", ("ALTER TABLE evently.event_seats DROP CONSTRAINT ck_event_seats_price",), who="superuser"),
    Wall("change a captured payment", ("DROP TRIGGER step ON evently.payments",), who="superuser"),
    # Staff.
    Wall("appoint one's equal", (rewrite("_may_appoint", "evently._rank(p_role) >= mine", "false"),), who="mona"),
    Wall("make a login with a clear password", (rewrite("add_staff", "IS NOT TRUE", "IS NULL"),), who="mona"),
]  # fmt: skip


@pytest.mark.parametrize("wall", WALLS, ids=[f"{wall.act} ({number})" for number, wall in enumerate(WALLS)])
def test_without_the_wall_the_act_succeeds(scene: Scene, wall: Wall) -> None:
    assert scene.attempt_without(wall.without, wall.statement, wall.who) == wall.outcome


@pytest.mark.parametrize("wall", WALLS, ids=[f"{wall.act} ({number})" for number, wall in enumerate(WALLS)])
def test_with_the_wall_it_is_stopped(scene: Scene, wall: Wall) -> None:
    expected = (OWN_ACTS | ACTS)[wall.act][1]
    assert scene.attempt_without((), wall.statement, wall.who) == expected


_PLANTED, _ = OWN_ACTS["hold for days by a planted clock"]
_NO_PATH = ("ALTER FUNCTION evently.hold_seats RESET search_path",)


@pytest.mark.parametrize(("without", "stretched"), [((), NOTHING), (_NO_PATH, DONE)])
def test_a_planted_clock_stretches_no_hold(scene: Scene, without: tuple[str, ...], stretched: str) -> None:
    look = "SELECT FROM evently.bookings WHERE event_id = %(event)s AND hold_expires_at > now() + interval '1 day'"
    assert scene.attempt_without(without, f"{_PLANTED};\nRESET search_path;\n{look}") == stretched
