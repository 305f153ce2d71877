"""What is on, and what it costs."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import EventId
from evently_desktop.errors import NotFound
from evently_desktop.services import catalogue, programme
from tests.house import ADULT, CHILD, DIRECTOR, add_hall, euros
from tests.services.clock import comes_to_be_swept, run_out
from tests.services.desk import Desk


def names(database: Database, search: str) -> list[str]:
    return [event.name for event in database.read(catalogue.events, search)]


@pytest.fixture
def word() -> str:
    return f"q{uuid4().hex[:10]}"


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("{}", True), ("{} othello", True), ("oth {}", True), ("OTH {}", True), ("{} moor venice", True),
        ("{} playhouse", True),
     ("{} hamlet", False), ("thello {}", False), ("{} & ! ' :*", True), ("{} (", True)],
)  # fmt: skip
def test_search_by_the_beginnings_of_words(olga: Database, word: str, typed: str, is_found: bool) -> None:
    add_hall(olga, rows=1, seats=2, name=f"Othello {word}", description="The Moor of Venice")
    assert names(olga, typed.format(word)) == [f"Othello {word}"] * is_found


def test_soonest_first_and_only_what_a_counter_may_see(desk: Desk, olga: Database, word: str) -> None:
    now = datetime.now(UTC)
    for name, days in (("late", 9), ("soon", 2), ("draft", 3), ("past", 4), ("cancelled", 5)):
        event = add_hall(olga, rows=1, seats=2, name=f"{name} {word}", starts_at=now + timedelta(days=days)).event_id
        change = {
            "draft": "status = 'draft'", "cancelled": "status = 'cancelled'",
            "past": "created_at = now() - interval '9 days', starts_at = now() - interval '1 day'",
        }  # fmt: skip
        if name in change:
            desk.admin.execute(f"UPDATE evently.events SET {change[name]} WHERE id = %s".encode(), [event])
    assert names(desk.clerk, word) == [f"soon {word}", f"cancelled {word}", f"late {word}"]
    past = desk.clerk.read(catalogue.events, word, past=True)
    assert [event.name for event in past] == [f"past {word}"]


def test_free_and_total_follow_the_seats(desk: Desk, olga: Database, word: str) -> None:
    desk.change("name = %(word)s", word=word)

    def count() -> tuple[int, int]:
        [event] = desk.clerk.read(catalogue.events, word)
        return event.free, event.total

    assert count() == (100, 100)
    hold = desk.hold("A1", "A2")
    desk.sell("A3")
    assert count() == (97, 100)
    olga.write(programme.kill, desk.event, desk.seats("A4"))
    olga.write(programme.set_aside, desk.event, desk.seats("A5"), DIRECTOR)
    assert count() == (95, 99)
    run_out(desk.admin, desk.event, hold.booking_id)
    assert count() == (97, 99)
    assert comes_to_be_swept(desk.clerk, desk.event)


def test_prices_are_a_matrix_with_gaps(desk: Desk) -> None:
    front, back = (zone.id for zone in desk.hall.geometry.zones)
    desk.admin.execute(
        "DELETE FROM evently.prices WHERE event_id = %s AND zone_id = %s AND price_type_id = %s",
        [desk.event, back, CHILD],
    )
    prices = desk.clerk.read(catalogue.prices, desk.event)
    assert prices.amounts == {(front, ADULT): euros(42), (back, ADULT): euros(30), (front, CHILD): euros(21)}
    assert [(kind.key, kind.is_comp) for kind in prices.types] == [("A", False), ("C", False), ("X", True)]
    assert (prices.standard, prices.fee_per_seat) == (ADULT, euros(1.5))


def test_an_event_is_written_once(olga: Database, desk: Desk) -> None:
    event = programme.NewEvent(
        EventId(uuid4()), desk.value("SELECT venue_id FROM evently.events WHERE id = %(event)s"), "Playhouse",
        desk.hall.geometry.plan_id, "Once", datetime.now(UTC) + timedelta(days=1), "EUR",
    )  # fmt: skip
    for _ in range(2):
        olga.write(programme.add_event, event, {})
    assert desk.admin.execute(
        "SELECT count(*) FROM evently.event_seats WHERE event_id = %s", [event.id]
    ).fetchone() == (100,)


def test_one_event_is_read_by_its_id_by_whom_it_concerns(desk: Desk, olga: Database) -> None:
    everything = desk.clerk.read(catalogue.events, limit=100_000)
    [listed] = [event for event in everything if event.id == desk.event]
    assert desk.clerk.read(catalogue.event, desk.event) == listed
    desk.change("created_at = now() - interval '9 days', starts_at = now() - interval '1 day'")
    assert desk.clerk.read(catalogue.event, desk.event).starts_at < datetime.now(UTC)
    desk.change("status = 'draft'")
    assert olga.read(catalogue.event, desk.event).status == "draft"
    for unknown in (desk.event, EventId(uuid4())):
        with pytest.raises(NotFound):
            desk.clerk.read(catalogue.event, unknown)
