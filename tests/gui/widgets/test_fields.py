"""Money is read as the locale writes it, and shown back as it was understood."""

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from evently_desktop.domain.money import Money
from evently_desktop.gui.widgets.fields import MoneyEdit


@pytest.mark.parametrize(
    ("locale", "typed", "minor"),
    [
        ("en_GB", "12.5", 1250),
        ("de_AT", "12,50", 1250),
        ("en_GB", "1,234.50", 123450),
        ("de_DE", "1.234,5", 123450),
    ],
)
def test_an_amount_is_read_and_shown_back(qtbot: QtBot, locale: str, typed: str, minor: int) -> None:
    edit = MoneyEdit("EUR", locale)
    qtbot.addWidget(edit)
    heard: list[Money | None] = []
    edit.amount_changed.connect(heard.append)
    QTest.keyClicks(edit.field, typed)
    assert edit.amount == Money(minor, "EUR")
    assert heard[-1] == edit.amount
    assert Money(minor, "EUR").shown(locale) in edit.understood.text()


@pytest.mark.parametrize("typed", ["12.34", "abc", "1,2,3"])
def test_what_cannot_be_meant_is_no_amount_and_says_why(qtbot: QtBot, typed: str) -> None:
    edit = MoneyEdit("EUR", "de_DE")
    qtbot.addWidget(edit)
    QTest.keyClicks(edit.field, typed)
    assert edit.amount is None
    assert typed in edit.understood.text()
    edit.field.selectAll()
    QTest.keyClicks(edit.field, "12,34")
    assert edit.amount == Money(1234, "EUR")


def test_an_empty_field_is_no_amount_and_no_mistake(qtbot: QtBot) -> None:
    edit = MoneyEdit("EUR", "en_GB")
    qtbot.addWidget(edit)
    edit.show_money(Money(500, "EUR"))
    edit.show_money(None)
    assert edit.amount is None
    assert edit.understood.text() == ""
