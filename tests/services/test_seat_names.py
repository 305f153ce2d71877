"""A seat has one name, whoever says it: the map, the basket, a refusal, a booking."""

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.seating import seat_name
from evently_desktop.services import holds
from tests.house import Hall

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, TEXT | st.sampled_from(["T5", "12", "²", "Ⅳ", "٣", "A"]), TEXT)
def test_the_database_and_the_map_agree(admin: psycopg.Connection, section: str, row: str, number: str) -> None:
    said = admin.execute("SELECT evently._seat_name(%s, %s, %s)", [section, row, number]).fetchone()
    assert said == (seat_name(section, row, number),)


def test_a_number_after_a_number_is_told_apart() -> None:
    assert seat_name("Tables", "T5", "1") == "Tables T5/1"
    assert seat_name("Stalls", "K", "12") == "Stalls K12"


def test_the_basket_says_what_the_map_says(anna: Database, hall: Hall) -> None:
    hold = anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1", "B2"))
    assert [seat.name for seat in hold.seats] == [hall.geometry.name(seat.ordinal) for seat in hold.seats]
