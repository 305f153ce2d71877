"""A clerk's login in psql can do what the counter can do, and nothing else."""

import psycopg
import pytest

from evently_desktop.database.tables import metadata
from tests.security.acts import ACTS, DENIED
from tests.security.scene import Scene

# What a clerk may do to tables beside reading: enter customers, and put them on a waitlist.
MAY = {("users", "insert"), ("users", "lock a row"), ("waitlists", "insert")}
UNREADABLE = {
    "signing_keys", "pricing_history", "pricing_rules", "event_analytics", "email_delivery_log", "notifications",
    "bookings_archive",
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_a_clerk_cannot(scene: Scene, name: str) -> None:
    act, expected = ACTS[name]
    before = scene.state()
    assert scene.attempt(act) == expected
    assert scene.state() == before


def test_a_clerk_can_sell_all_the_same(scene: Scene) -> None:
    assert scene.sells()


@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables])
def test_a_clerk_writes_to_no_table(scene: Scene, table: str) -> None:
    column = next(iter(metadata.tables[f"evently.{table}"].primary_key.columns)).name
    tries = {
        "insert": f"INSERT INTO evently.{table} DEFAULT VALUES",
        "update": f"UPDATE evently.{table} SET {column} = {column}",
        "delete": f"DELETE FROM evently.{table}",
        "truncate": f"TRUNCATE evently.{table} CASCADE",
        "lock": f"BEGIN;\nLOCK TABLE evently.{table} IN EXCLUSIVE MODE",
        "lock a row": f"SELECT {column} FROM evently.{table} FOR UPDATE",
        "lock a row a little": f"SELECT {column} FROM evently.{table} FOR KEY SHARE",
        "merge": f"MERGE INTO evently.{table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    }
    outcomes = {name: scene.attempt(act) for name, act in tries.items()}
    allowed = {name for name, outcome in outcomes.items() if outcome != DENIED} - {"lock a row a little"}
    assert allowed == {name for where, name in MAY if where == table}, outcomes


def test_a_clerk_locks_no_row_of_staff(scene: Scene) -> None:
    assert scene.attempt("SELECT FROM evently.users WHERE role <> 'customer' FOR UPDATE") == "nothing"


def test_a_clerk_ends_no_session_of_another(scene: Scene) -> None:
    with scene.server.connect("ben") as ben:
        end = f"SELECT pg_terminate_backend({ben.info.backend_pid})"
        assert scene.attempt(end) == DENIED
        assert ben.execute("SELECT 1").fetchone() == (1,)
        assert scene.attempt(end, "superuser") == "done"
        with pytest.raises(psycopg.OperationalError):
            ben.execute("SELECT 1")


@pytest.mark.parametrize("table", sorted(UNREADABLE))
def test_a_clerk_does_not_read(scene: Scene, table: str) -> None:
    assert scene.attempt(f"SELECT FROM evently.{table}") == DENIED


def test_every_function_is_a_door_or_shut(scene: Scene) -> None:
    with scene.server.admin() as admin:
        rows = admin.execute(
            """SELECT proname, has_function_privilege('public', oid, 'EXECUTE'),
                      has_function_privilege(%s, oid, 'EXECUTE'), prosecdef, proconfig::text
                 FROM pg_proc WHERE pronamespace = 'evently'::regnamespace""",
            [scene.server.login("anna")],
        ).fetchall()
    for name, anybody, clerk, definer, settings in rows:
        assert not anybody, name
        assert not (clerk and name.startswith("_")), name
        assert not clerk or definer, name
        assert not definer or "search_path=pg_catalog, evently, pg_temp" in settings, name


def test_a_token_with_one_bit_flipped_opens_nothing(scene: Scene) -> None:
    token = scene.sold.tickets[0].token
    with scene.server.connect("anna") as anna:
        for bit in range(len(token) * 8):
            forged = bytearray(token)
            forged[bit // 8] ^= 1 << bit % 8
            row = anna.execute("SELECT evently.look_up_ticket(%s)", [bytes(forged)]).fetchone()
            assert row is not None
            assert row[0]["refused"] == "ticket_unknown", bit
        row = anna.execute("SELECT evently.look_up_ticket(%s)", [token]).fetchone()
        assert row is not None
        assert row[0]["ticket"] == str(scene.sold.tickets[0].id)


HOSTILE = [
    "'",
    "''",
    "'); DROP TABLE evently.bookings; --",
    "$$",
    "\\",
    "%s %(x)s {}",
    "\u202e",
    "a" * 100_000,
    "😀",
    "\r\n",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_is_only_text(scene: Scene, text: str) -> None:
    """In the station, program, note, reason, reference and name of a customer; it comes back as it went in."""
    event, booking = scene.hall.event_id, scene.mine
    with scene.server.connect("anna") as anna:
        anna.execute(
            "SELECT set_config('evently.station', %s, false), set_config('application_name', 'x', false)", [text]
        )
        anna.execute(
            """SELECT evently.complete_sale(%s, %s, jsonb_build_array(jsonb_build_object(
                 'id', gen_random_uuid(), 'method', 'card', 'amount', 1, 'reference', %s::text)), NULL, 3150, %s)""",
            [event, booking, text, text],
        )
        anna.execute("SELECT evently.refund_seats(%s, %s, NULL, '{}', NULL, %s)", [event, booking, text])
        anna.execute("SELECT evently.void_tickets(%s, '{}', %s)", [event, text])
        row = anna.execute(
            "SELECT station FROM evently.booking_attempts WHERE booking_id = %s ORDER BY id DESC LIMIT 1", [booking]
        ).fetchone()
        assert row == (text,)
        name = anna.execute("INSERT INTO evently.users (name) VALUES (left(%s, 255)) RETURNING name", [text]).fetchone()
        assert name == (text[:255],)


@pytest.mark.parametrize(
    "login", ["x'; DROP ROLE postgres; --", 'x" SUPERUSER "', "pg_x", "evently_x", "X", "", "a" * 41, "ä"]
)
def test_a_login_is_only_a_name(scene: Scene, login: str) -> None:
    verifier = "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA"
    with scene.server.connect("ada") as ada:
        outcome = ""
        try:
            ada.execute(
                "SELECT evently.add_staff(gen_random_uuid(), 'X', 'X', %s, 'clerk', NULL, %s)", [login, verifier]
            )
        except Exception as error:  # noqa: BLE001
            outcome = getattr(error, "sqlstate", "")
        assert outcome == "22023"
