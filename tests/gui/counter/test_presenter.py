"""Choosing seats at the counter: by hand, by command, and when somebody else was faster."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.seating import SeatStatus, StateChanges
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.keys import KeySheet
from evently_desktop.gui.seat_map.looks import ZONE_COLOURS
from evently_desktop.gui.widgets.buttons import ActionButton
from evently_desktop.services import catalogue, holds, seats
from tests.conftest import TestServer
from tests.gui.counter.conftest import Counter, OpenCounter
from tests.house import Hall, add_hall


def test_a_click_holds_a_seat_and_another_gives_it_back(counter: Counter, ben: Database, hall: Hall) -> None:
    counter.click("A3")
    counter.until(lambda: counter.basket == [("Stalls A3", "Adult", "42.00")])
    assert counter.total == "43.50"
    assert counter.ordinal("A3") in counter.seats.mine
    counter.click("A4")
    counter.until(lambda: len(counter.basket) == 2)
    counter.click("A3")
    counter.until(lambda: counter.basket == [("Stalls A4", "Adult", "42.00")])
    counter.click("A4")
    counter.until(lambda: counter.basket == [] and counter.presenter.basket.is_settled)
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A3", "A4"))


def look_at_all(database: Database, counter: Counter) -> StateChanges:
    """What a look brings that begins now and whose snapshot saw nothing before."""
    assert counter.seats.states is not None
    hall = counter.hall
    found, _ = database.read(seats.changes, hall.event_id, seats.Look("0"), counter.seats.states, hall.geometry)
    return found


def test_news_of_a_hold_may_come_before_its_answer(counter: Counter, ben: Database) -> None:
    for number, name in enumerate(("A3", "A4"), 1):
        counter.click(name)
        at = counter.ordinal(name)
        # Nothing of the answer reaches the screen while this waits.
        deadline = time.monotonic() + 10
        while SeatStatus.HELD not in (news := look_at_all(ben, counter)).status[news.ordinal == at]:
            assert time.monotonic() < deadline
        counter.seats.apply(news)
        assert at in counter.seats.mine
        counter.until(lambda: counter.presenter.basket.is_settled)
        assert len(counter.basket) == number
    assert len(counter.presenter.basket.held) == 2


def test_news_from_before_an_answer_do_not_take_the_seat_out_of_the_basket(counter: Counter, ben: Database) -> None:
    before = look_at_all(ben, counter)
    counter.click("A3")
    counter.until(lambda: len(counter.basket) == 1)
    counter.seats.set_mine(counter.presenter.basket.booking_id, [counter.ordinal("A3")], counter.seats.now + 60)
    counter.seats.apply(before)
    assert counter.ordinal("A3") in counter.seats.mine
    counter.click("A3")
    counter.until(lambda: counter.basket == [] and counter.presenter.basket.is_settled)


def test_quick_clicks_end_in_what_was_chosen_last(counter: Counter) -> None:
    for name in ("B1", "B2", "B3", "B2", "B4", "B1"):
        counter.click(name)
    counter.until(lambda: counter.presenter.basket.is_settled)
    assert sorted(seat for seat, _, _ in counter.basket) == ["Stalls B3", "Stalls B4"]


def test_the_best_seats_come_with_their_price_types(counter: Counter) -> None:
    counter.type("2A 1C best")
    counter.until(lambda: len(counter.basket) == 3)
    assert [kind for _, kind, _ in counter.basket] == ["Adult", "Adult", "Child"]
    assert counter.total == "109.50"
    assert counter.screen.command.line.text() == ""
    assert counter.screen.command.hint == "Enter: cash 109.50"


def test_named_seats_are_taken_and_the_price_type_is_changed_by_key(counter: Counter) -> None:
    counter.hold("D5-6", 2)
    assert [seat for seat, _, _ in counter.basket] == ["Stalls D5", "Stalls D6"]
    assert counter.total == "63.00"
    counter.press(Qt.Key.Key_F2)
    counter.until(lambda: counter.basket[-1] == ("Stalls D6", "Child", "15.00"))
    QTest.keyClick(counter.screen.command.line, Qt.Key.Key_Up)
    counter.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    counter.until(lambda: [seat for seat, _, _ in counter.basket] == ["Stalls D6"])


def test_what_is_not_understood_is_said_and_stays_to_be_mended(counter: Counter) -> None:
    counter.type("Z99")
    assert counter.screen.command.hint == "There is no seat Z99 here; look at the map for its name."
    assert counter.screen.command.line.text() == "Z99"
    counter.screen.command.line.clear()
    counter.type("2Q best")
    assert "no price type “Q”" in counter.screen.command.hint


def test_a_name_goes_to_the_screen_that_finds_bookings(counter: Counter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(counter.presenter.booking_wanted) as wanted:
        counter.type("Mrs Smith")
    assert wanted.args == ["Mrs Smith"]


def test_a_seat_that_is_gone_is_named_and_the_others_can_be_had(counter: Counter, ben: Database, hall: Hall) -> None:
    counter.hold("C1", 1)
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("C3"))
    counter.type("C2-4")
    counter.until(lambda: counter.message == "Stalls C3 is held at Counter 2.")
    assert [seat for seat, _, _ in counter.basket] == ["Stalls C1"]
    counter.press(Qt.Key.Key_F5)
    counter.until(lambda: len(counter.basket) == 3)
    assert sorted(seat for seat, _, _ in counter.basket) == ["Stalls C1", "Stalls C2", "Stalls C4"]
    counter.until(lambda: counter.status("C3") == SeatStatus.HELD)


def test_too_many_seats_are_refused_and_the_basket_stays(counter: Counter) -> None:
    counter.hold("A1-2", 2)
    counter.type("B1-9")
    counter.until(lambda: "more seats than one booking" in counter.message)
    assert len(counter.basket) == 2


def test_released_seats_can_be_taken_again(counter: Counter, ben: Database, hall: Hall) -> None:
    counter.hold("E1-2", 2)
    counter.press(Qt.Key.Key_Escape)
    counter.until(lambda: counter.basket == [] and counter.presenter.basket.is_settled)
    assert counter.message == "2 seats are free again."
    counter.press(Qt.Key.Key_F5)
    counter.until(lambda: len(counter.basket) == 2)


def test_a_hold_that_ran_out_is_told_and_can_be_taken_again(counter: Counter) -> None:
    counter.hold("E5", 1)
    first = counter.presenter.basket.hold
    counter.screen.basket.hold_ran_out.emit()
    assert counter.basket == []
    assert "The time is over" in counter.message
    assert not counter.seats.mine.size
    counter.screen.command.line.setText("E7")
    counter.type("")
    counter.until(lambda: len(counter.basket) == 1)
    second = counter.presenter.basket.hold
    assert first
    assert second
    assert first.booking_id != second.booking_id


def test_extending_starts_the_minutes_again(counter: Counter) -> None:
    counter.hold("E9", 1)
    before = counter.presenter.basket.hold
    counter.press(Qt.Key.Key_F12)
    assert before
    counter.until(lambda: counter.presenter.basket.hold not in {None, before})
    after = counter.presenter.basket.hold
    assert after
    assert after.expires_at > before.expires_at


def test_a_price_that_differs_from_the_map_is_said_before_money_moves(counter: Counter) -> None:
    assert counter.seats.states is not None
    counter.seats.states.price[counter.ordinal("A7")] = 4000
    counter.click("A7")
    counter.until(lambda: counter.message == "Stalls A7 costs €42.00 now, not €40.00.")
    assert counter.basket == [("Stalls A7", "Adult", "42.00")]


def test_another_event_waits_until_the_basket_is_settled(counter: Counter, anna: Database, olga: Database) -> None:
    counter.hold("E11", 1)
    another = add_hall(olga, name="Cabaret", rows=1, seats=2)
    other = anna.read(catalogue.event, another.event_id)
    counter.presenter.open_event(other)
    assert "sell it or release it first" in counter.message
    assert counter.screen._name.text() == "Hamlet"


def test_a_zone_that_was_renamed_shows_at_the_next_opening(
    counter: Counter, anna: Database, server: TestServer
) -> None:
    zone = counter.hall.geometry.zones[0]
    counter.hold("A1", 1)
    colour = counter.seats.face[counter.ordinal("A5")] % ZONE_COLOURS
    with server.admin() as admin:
        admin.execute("UPDATE evently.price_zones SET name = 'Parquet', colour = 5 WHERE id = %s", [zone.id])
    counter.presenter.open_event(anna.read(catalogue.event, counter.hall.event_id))
    counter.until(lambda: counter.screen.map.words(counter.ordinal("A5")).zone == "Parquet")
    assert colour != counter.seats.face[counter.ordinal("A5")] % ZONE_COLOURS == 5
    assert len(counter.basket) == 1
    counter.until(lambda: counter.ordinal("A1") in counter.seats.mine)
    counter.hold("2A parquet", 3)


def test_seats_of_the_hall_before_cannot_be_chosen_while_another_is_read(
    counter: Counter, anna: Database, olga: Database
) -> None:
    another = add_hall(olga, name="Cabaret", rows=1, seats=2)
    place = counter.screen.map.seat_rect(counter.ordinal("C7")).center()
    counter.presenter.open_event(anna.read(catalogue.event, another.event_id))
    counter.until(lambda: counter.screen._name.text() == "Cabaret")
    QTest.mouseClick(counter.screen.map, Qt.MouseButton.LeftButton, pos=place)
    assert not counter.presenter.basket.wanted
    counter.until(lambda: len(counter.seats) == 2)
    counter.hold("A1-2", 2)


def test_the_list_searches_as_one_types(
    counter: Counter, anna: Database, olga: Database, open_counter: OpenCounter
) -> None:
    unusual = add_hall(olga, name="Zauberflöte am Nachmittag", rows=2, seats=4)
    counter.presenter.start()
    counter.press(Qt.Key.Key_F3)
    assert counter.screen.events.field.hasFocus()
    QTest.keyClicks(counter.screen.events.field, "Nachm")
    counter.until(lambda: [each.id for each in counter.screen.events.events] == [unusual.event_id])
    QTest.keyClick(counter.screen.events.field, Qt.Key.Key_Return)
    counter.until(lambda: counter.screen._name.text() == "Zauberflöte am Nachmittag")
    counter.until(lambda: counter.screen._free.text() == "8 of 8 free")
    assert counter.screen.command.line.hasFocus()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0A", "ask for at least one"),
        ("11A", "one booking takes 10 seats at most; 11 were asked for"),
        ("500 best", "one booking takes 10 seats at most; 500 were asked for"),
        ("5A 6C best", "11 were asked for"),
        ("2A best aisel", "“aisel”"),
        ("K12 nonsense", "“nonsense”"),
        ("2A best <many", "many"),
        ("A5-2", "“A5-2”"),
        ("A1 A1", "Seat A1 is named twice"),
        ("3 best 4wc", "Wheelchair places"),
    ],
)
def test_what_cannot_be_had_is_named_and_nothing_is_done(counter: Counter, line: str, words: str) -> None:
    counter.type(line)
    counter.until(lambda: words in counter.screen.command.hint)
    assert counter.screen.command.line.text() == line
    assert counter.basket == []
    assert not counter.presenter.basket.wanted


def test_the_map_is_used_with_the_keyboard_alone_and_escape_keeps_the_basket(counter: Counter) -> None:
    view = counter.screen.map
    counter.hold("A1", 1)
    counter.press(Qt.Key.Key_F4)
    assert view.hasFocus()
    view.set_current_seat(counter.ordinal("C3"))
    QTest.keyClick(view, Qt.Key.Key_Space)
    counter.until(lambda: len(counter.basket) == 2 and counter.presenter.basket.is_settled)
    QTest.keyPress(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyPress(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(view, Qt.Key.Key_Shift)
    counter.until(lambda: len(counter.basket) == 5 and counter.presenter.basket.is_settled)
    assert {seat for seat, _, _ in counter.basket} == {f"Stalls {name}" for name in ("A1", "C3", "C4", "D3", "D4")}
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert counter.screen.command.line.hasFocus()
    assert len(counter.basket) == 5


def test_a_key_that_was_changed_works_shows_everywhere_and_is_remembered(counter: Counter, tmp_path: Path) -> None:
    screen = counter.screen
    counter.press(Qt.Key.Key_F1)
    sheet = counter.window.findChild(KeySheet)
    assert isinstance(sheet, KeySheet)
    rows = {sheet.table.item(row, 0).text(): row for row in range(sheet.table.rowCount())}  # type: ignore[union-attr]
    sheet.table.selectRow(rows["Cash"])
    sheet.new_key.setFocus()
    QTest.keyClick(sheet.new_key, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    sheet.change.click()
    sheet.close()
    counter.window.activateWindow()
    counter.until(counter.window.isActiveWindow)
    counter.hold("A1", 1)
    [button] = [each for each in screen.findChildren(ActionButton) if each.text() == "Cash"]
    assert button.key == "Ctrl+J"
    assert "Ctrl+J" in button.toolTip()
    counter.press(Qt.Key.Key_F8)
    assert not screen.by_cash.isVisible()
    counter.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    counter.until(screen.by_cash.isVisible)
    kept = Actions(next(tmp_path.glob("keys *.json")))
    assert kept.add("counter.cash", "Cash", "F8", lambda: None, screen).key == "Ctrl+J"
