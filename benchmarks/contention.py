"""What holds cost where many counters want them at once, and what their screens cost them.

The verb under pgbench, beside the least statement there (see `benchmarks.holds`), 16 clients of 16 logins. The rest is
the product: counters in processes of their own (see `benchmarks.crowd`) call the services, each hold released again.
What is compared takes turns in short windows, and the median counts. Clients, screens and server share the machine.
"""

import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from benchmarks.bars import Bar
from benchmarks.crowd import Answer, Crowd, crowd
from benchmarks.holds import SAME_TABLES, release_all
from benchmarks.house import House, open_house
from benchmarks.opening import build
from benchmarks.pgbench import CLIENTS, PARTY, make_parties, pgbench
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import ShiftId, UserId, new_booking_id
from evently_desktop.domain.staff import Role, Staff
from evently_desktop.services import holds, sales, seats, staff, tickets, tills
from tests import house
from tests.proxy import Proxy

CLERKS, SCREENS = 32, 50
OWN_PARTIES = 12
ROUNDS, WINDOW = 5, 2.0
OFFERED = 200  # Holds a second.
# Of a hundredth part of the holds some are left in each window, and a hiccup of the disk spoils few of the windows.
LONG_ROUNDS, LONG_WINDOW = 8, 4.0
# A screen that shows the event again first reads all that it missed; by then it has.
SETTLE = 1.5
PG_ROUNDS, PG_HOLDS = 9, 40  # By each of the 16 clients: no clerk has more in open baskets.

_TURNS = """
CREATE SEQUENCE bench.turn;
GRANT USAGE ON SEQUENCE bench.turn TO evently_clerk;
"""
_SIGN_IN = """\
\\if :signed_in = 0
SELECT set_config('session_authorization', 'clerk' || :client_id, false);
\\set signed_in 1
\\endif
"""
_TURN = "p AS MATERIALIZED (SELECT event_id, seats, types FROM bench.parties WHERE n = (SELECT nextval('bench.turn')))"
_VERB = f"WITH {_TURN} SELECT evently.hold_seats(p.event_id, gen_random_uuid(), p.seats, p.types) FROM p;\n"


def statement(seller: object) -> str:
    """The least statement, with the same turns."""
    changes = {
        "WITH taken": f"WITH {_TURN}, b AS MATERIALIZED (SELECT gen_random_uuid() AS id), taken",
        "SELECT %(event)s, %(booking)s, %(booking)s::text": "SELECT p.event_id, b.id, b.id::text",
        "SELECT %(event)s, %(booking)s, taken.id, %(type)s, taken.price FROM taken, complete": (
            f"SELECT p.event_id, b.id, taken.id, '{house.ADULT}'::uuid, taken.price FROM taken, complete, p, b"
        ),
        "FROM complete\n  RETURNING": "FROM complete, p, b\n  RETURNING",
        "current_booking_id = %(booking)s": "current_booking_id = b.id",
        "FROM taken, complete WHERE s.event_id = %(event)s": "FROM taken, complete, p, b WHERE s.event_id = p.event_id",
        "FROM evently.event_seats WHERE event_id = %(event)s AND id = ANY (%(seats)s)": (
            "FROM evently.event_seats"
            " WHERE event_id = (SELECT event_id FROM p) AND id = ANY ((SELECT seats FROM p)::uuid[])"
        ),
        "HAVING count(*) = cardinality(%(seats)s)": f"HAVING count(*) = {PARTY}",
        "%(seller)s": f"'{seller}'::uuid",
    }
    text = SAME_TABLES.strip()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    assert "%" not in text, text
    return " ".join(text.split()) + ";\n"


def rate_of(place: House, script: Path) -> float:
    """Transactions a second of 16 clients, from first to last."""
    said = pgbench(place.admin_url, script, "-t", str(PG_HOLDS), "-D", "signed_in=0")
    line = next(line for line in said.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def verb(place: House, admin: psycopg.Connection, event: UUID) -> Iterator[Bar]:
    row = admin.execute("SELECT id FROM evently.users WHERE login = 'clerk0'").fetchone()
    assert row is not None
    make_parties(admin, event)
    admin.execute(_TURNS)
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = Path(folder, "verb.sql"), Path(folder, "statement.sql")
        ours.write_text(_SIGN_IN + _VERB)
        floor.write_text("\\set signed_in 1\n" + statement(row[0]))
        rates: dict[Path, list[float]] = {ours: [], floor: []}
        for _ in range(PG_ROUNDS):
            for script, taken in rates.items():
                _free_all(admin)
                taken.append(rate_of(place, script))
    our_rate, least = statistics.median(rates[ours]), statistics.median(rates[floor])
    yield Bar("16 clients, verb / least statement, holds a s", our_rate, least, our_rate / least, 0.6, least=True)


def _free_all(admin: psycopg.Connection) -> None:
    release_all(admin)
    admin.execute("UPDATE evently.event_seats SET status = 'available' WHERE status = 'killed'")
    admin.execute("VACUUM ANALYZE evently.bookings, evently.event_seats, evently.booking_seats, evently.booking_logs")
    admin.execute("ALTER SEQUENCE bench.turn MINVALUE 0 RESTART 0")


def round_trips(place: House, hall: house.Hall) -> Iterator[Bar]:
    """A walk-up sale from the first key to the ticket, as the counter makes it, once the connection stands."""
    url = place.url("anna")
    with Proxy(str(url.host), int(url.port or 0)) as proxy:
        through = url.set(host="127.0.0.1", port=proxy.port).update_query_dict({"hostaddr": "127.0.0.1"})
        with Database(through, station="Counter 1") as anna:
            shift = anna.write(tills.open_shift, ShiftId(uuid7()), house.TILLS[0], house.euros(0))
            # A connection prepares each statement as it meets it first, and there may be two.
            counted = []
            for number in range(12):
                proxy.questions.clear()
                _sell(anna, hall, number * PARTY, shift.id)
                # Hints to the other counters go out beside, and nobody waits for them.
                hint = f"evently_{hall.event_id.hex}".encode()
                counted.append(
                    sum(hint not in question and b"pg_notify" not in question for question in proxy.questions)
                )
    trips = statistics.median(counted[4:])
    yield Bar("a whole sale, round trips", trips, 4, trips, 4)


def _sell(anna: Database, hall: house.Hall, first: int, shift: ShiftId) -> None:
    booking = new_booking_id()
    choices = [SeatChoice(hall.geometry.seat_id(first + n), house.ADULT) for n in range(PARTY)]
    hold = anna.write(holds.place, hall.event_id, booking, choices)
    sale = anna.write(sales.complete, hall.event_id, booking, [house.cash(hold.total)], shift, hold.total)
    anna.write(tickets.issue, hall.event_id, booking)
    anna.write(tickets.mark_printed, hall.event_id, [ticket.id for ticket in sale.tickets])


def delta(place: House) -> Iterator[Bar]:
    """Ten seats of 80,000 that changed, beside the same ten read by their keys."""
    stadium = build(place)
    with place.database("anna", "Counter 1") as anna, place.admin() as admin, place.admin() as bare:
        states, look = anna.read(seats.states, stadium.event_id, stadium.geometry)
        rows = admin.execute(
            "SELECT ordinal, id FROM evently.event_seats WHERE event_id = %s AND status = 'available'",
            [stadium.event_id],
        ).fetchall()
        ours, floor = [], []
        for start in range(0, 3000, 10):
            ten = rows[start : start + 10]
            admin.execute(
                """UPDATE evently.event_seats SET status = 'killed', changed_xid = pg_current_xact_id()
                    WHERE event_id = %s AND ordinal = ANY (%s)""",
                [stadium.event_id, [row[0] for row in ten]],
            )
            begun = time.perf_counter()
            bare.execute(
                """SELECT ordinal, status, zone_id, hold_type_id, hold_expires_at, price, current_booking_id
                     FROM evently.event_seats WHERE event_id = %s AND id = ANY (%s)""",
                [stadium.event_id, [row[1] for row in ten]],
                prepare=True,
            ).fetchall()
            floor.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            changes, look = anna.read(seats.changes, stadium.event_id, look, states, stadium.geometry)
            ours.append(time.perf_counter() - begun)
            assert len(changes) == len(ten)
    value, least = (statistics.median(took[20:]) * 1000 for took in (ours, floor))
    yield Bar("10 changed seats of 80,000 / by key, p50 ms", value, least, value / least, 3)


def hire(place: House) -> list[str]:
    """Logins of 32 clerks."""
    urls = []
    with place.database("ada", "Office") as ada:
        for number in range(CLERKS):
            member = Staff(UserId(uuid7()), f"Clerk {number}", "C", f"clerk{number}", Role.CLERK)
            ada.write(staff.add, member, None, house.PASSWORD)
            url = place.admin_url.set(username=member.login, password=house.PASSWORD)
            urls.append(url.render_as_string(hide_password=False))
    return urls


def orders(urls: list[str], hall: house.Hall, processes: int) -> list[dict[str, object]]:
    """The clerks spread over processes, each with the party that all want and a dozen of its own."""
    names = [str(hall.geometry.seat_id(ordinal)) for ordinal in range(len(hall.geometry))]
    parties = [names[start : start + PARTY] for start in range(0, len(names), PARTY)]
    clerks = [
        (url, [parties[0], *parties[1 + number * OWN_PARTIES : 1 + (number + 1) * OWN_PARTIES]])
        for number, url in enumerate(urls)
    ]
    return [{"event": str(hall.event_id), "clerks": clerks[start::processes]} for start in range(processes)]


def in_turns(
    first: Callable[[], Answer], second: Callable[[], Answer], rounds: int = ROUNDS
) -> tuple[list[Answer], list[Answer]]:
    first(), second()
    pairs = [(first(), second()) for _ in range(rounds)]
    return [answer for answer, _ in pairs], [answer for _, answer in pairs]


def rate(answers: list[Answer]) -> float:
    return statistics.median(answer.rate for answer in answers)


def p99(answers: list[Answer]) -> float:
    return statistics.median(statistics.quantiles(answer.held, n=100)[98] for answer in answers)


def last_seats(clerks: Crowd) -> Iterator[Bar]:
    same, own = in_turns(
        lambda: clerks.do("work", seconds=WINDOW, same=True), lambda: clerks.do("work", seconds=WINDOW)
    )
    ours, floor = rate(same), rate(own)
    yield Bar("32 after the same seats / their own, answers a s", ours, floor, ours / floor, 0.7, least=True)
    told = statistics.median([took for answer in same for took in answer.refused])
    yield Bar("the losers are told, p50 ms", told, 50, told, 50)


def screens(place: House, hall: house.Hall, clerks: Crowd) -> Iterator[Bar]:
    url = place.url("ben").render_as_string(hide_password=False)
    order = {"event": str(hall.event_id), "plan": str(hall.geometry.plan_id), "screens": [url] * (SCREENS // 5)}
    with crowd([order] * 5) as watching:

        def compare(rounds: int, seconds: float, apart: float = 0.0) -> tuple[list[Answer], list[Answer]]:
            def looked_at() -> Answer:
                watching.do("show", shown=True)
                time.sleep(SETTLE)
                answer = clerks.do("work", seconds=seconds, apart=apart)
                watching.do("show", shown=False)
                time.sleep(SETTLE)
                return answer

            return in_turns(looked_at, lambda: clerks.do("work", seconds=seconds, apart=apart), rounds)

        seen, alone = compare(ROUNDS, WINDOW)
        ours, floor = rate(seen), rate(alone)
        yield Bar("saturated, 50 screens / none, holds a second", ours, floor, ours / floor, 0.6, least=True)
        # Of the screens only what they cost the server counts: they have machines of their own.
        watching.move_elsewhere()
        seen, alone = compare(LONG_ROUNDS, LONG_WINDOW, CLIENTS / OFFERED)
        ours, floor = p99(seen), p99(alone)
        yield Bar("200 holds a s, 50 screens / none, p99 ms", ours, floor, ours / floor, 1.5)
        yield Bar("holds a second that were made of 200", rate(seen), OFFERED, rate(seen) / OFFERED, 0.9, least=True)
        yield Bar("looks at the event by 50 screens", watching.do("show", shown=True).looks, 1, 0, math.inf)


def bars() -> Iterator[Bar]:
    with open_house(connections=300) as place, place.admin() as admin:
        with place.database("olga", "Office") as olga:
            hall = house.add_hall(olga, rows=26, seats=120)
            other = house.add_hall(olga, rows=26, seats=20)
        urls = hire(place)
        yield from round_trips(place, other)
        yield from delta(place)
        yield from verb(place, admin, hall.event_id)
        _free_all(admin)
        with crowd(orders(urls, hall, 8)) as clerks:
            yield from last_seats(clerks)
        with crowd(orders(urls[:CLIENTS], hall, 8)) as clerks:
            yield from screens(place, hall, clerks)
