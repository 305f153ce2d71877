"""The best seats at the counter: the house's single-seat rule, and staff who overrule it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from evently_desktop.database.transactions import Database
from evently_desktop.domain.best_available import SingleSeatRule
from evently_desktop.domain.commands import BestSeats, NamedSeats, Words, parse
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.gui.keys import KeySheet
from evently_desktop.services import holds
from tests.gui.counter.conftest import Counter, OpenCounter
from tests.house import add_hall

ALT = Qt.KeyboardModifier.AltModifier
NARROW = "\N{NO-BREAK SPACE}"


@pytest.fixture
def tight(open_counter: OpenCounter, anna: Database, ben: Database, olga: Database) -> Counter:
    """Four seats are left, A2 to A5; A5 and the gangway are nearest to the middle."""
    hall = add_hall(olga, rows=1, seats=10)
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1", "A6", "A7", "A8", "A9", "A10"))
    return open_counter(anna, hall)


def seats(counter: Counter) -> list[str]:
    return [seat for seat, _, _ in counter.basket]


def said(counter: Counter) -> str:
    return " / ".join(counter.screen.offer_panel.said).replace(NARROW, " ")


def test_the_rule_is_kept_and_a_word_overrules_it(tight: Counter) -> None:
    tight.hold("3A best", 3)
    assert seats(tight) == ["Stalls A2", "Stalls A3", "Stalls A4"]
    tight.press(Qt.Key.Key_Escape)
    tight.until(lambda: not tight.basket and tight.presenter.basket.is_settled)
    tight.hold("3A best singles", 3)
    assert seats(tight) == ["Stalls A3", "Stalls A4", "Stalls A5"]
    assert "left alone" not in tight.message


def test_what_enter_does_says_that_the_rule_is_overruled(tight: Counter) -> None:
    tight.screen.command.line.setText("3A best singles")
    assert tight.screen.command.hint == "Enter: the best 3 seats, 3 Adult, single seats allowed"


def test_a_key_overrules_the_rule_in_place_of_the_offer_and_the_reasons_say_so(tight: Counter) -> None:
    overrule = tight.screen.overrule
    assert not overrule.isEnabled()
    tight.hold("3A best", 3)
    assert overrule.isEnabled()
    assert overrule.key == "Alt+0"
    tight.press(Qt.Key.Key_0, ALT)
    tight.until(lambda: seats(tight) == ["Stalls A3", "Stalls A4", "Stalls A5"])
    tight.until(lambda: tight.presenter.basket.is_settled)
    assert not overrule.isEnabled()
    assert "left alone" not in tight.message


def test_each_overruled_offer_says_whom_it_leaves_alone(counter: Counter) -> None:
    counter.hold("2A best", 2)
    counter.press(Qt.Key.Key_0, ALT)
    counter.until(lambda: "rule overruled" in said(counter))
    assert len(counter.screen.offer_panel.said) == 3
    assert said(counter).count("rule overruled: leaves") == 3
    counter.until(lambda: counter.presenter.basket.is_settled)
    assert len(counter.basket) == 2


def test_f1_shows_what_can_be_typed_and_all_of_it_is_understood(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F1)
    sheet = counter.window.findChild(KeySheet)
    assert isinstance(sheet, KeySheet)
    shown = {each.text() for each in sheet.findChildren(QLabel)}
    hall = Words(keys=("A", "C"), sections=("Stalls", "Balcony", "Standing", "Tables"))
    examples = [words for words, _ in counter.screen.typed]
    assert shown >= set(examples)
    understood = [parse(each, hall) for example in examples[:-1] for each in example.split("   ·   ")]
    assert sum(isinstance(each, BestSeats) for each in understood) == 6
    assert sum(isinstance(each, NamedSeats) for each in understood) == 4
    sheet.close()


def test_an_offer_of_which_somebody_took_a_seat_cannot_be_taken(counter: Counter, ben: Database) -> None:
    counter.hold("2A best", 2)
    panel, hall = counter.screen.offer_panel, counter.hall
    second = panel.said[1].split(":")[0].replace("Stalls ", "")
    row, first = second[0], second[1:].split("–")[0]
    assert counter.screen.offers[1].isEnabled()
    taken = new_booking_id()
    ben.write(holds.place, hall.event_id, taken, hall.choose(f"{row}{first}"))
    counter.until(lambda: not counter.screen.offers[1].isEnabled())
    before = seats(counter)
    counter.press(Qt.Key.Key_2, ALT)
    assert list(counter.presenter.basket.wanted) == list(counter.presenter.basket.held)
    assert seats(counter) == before
    assert counter.screen.offers[2].isEnabled()
    # Given back, it is offered again.
    ben.write(holds.release, hall.event_id, taken)
    counter.until(counter.screen.offers[1].isEnabled)


def test_a_house_without_the_rule_has_nothing_to_overrule(
    open_counter: OpenCounter, anna: Database, olga: Database
) -> None:
    counter = open_counter(anna, add_hall(olga, rows=2, seats=10), rule=SingleSeatRule.OFF)
    counter.hold("2A best", 2)
    assert counter.screen.offer_panel.isVisible()
    assert not counter.screen.overrule.isEnabled()
    counter.hold("B1 B3", 4)
    assert counter.message == ""


@pytest.mark.parametrize(("rule", "words"), [
    (SingleSeatRule.ALLOW_AT_AISLE, "the house leaves single seats at an aisle only"),
    (SingleSeatRule.NEVER, "the house leaves no single seats"),
])  # fmt: skip
def test_seats_chosen_by_hand_are_held_and_the_rule_is_named(
    open_counter: OpenCounter, anna: Database, olga: Database, rule: SingleSeatRule, words: str
) -> None:
    counter = open_counter(anna, add_hall(olga, rows=1, seats=10), rule=rule)
    counter.hold("A2 A4", 2)
    counter.until(lambda: words in counter.message)
    assert "Stalls A3" in counter.message
    assert counter.message.endswith("Choose others, or go on all the same.")
    assert counter.presenter.checkout.what_enter_does().startswith("Enter: cash")
