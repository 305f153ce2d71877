"""The time left of a hold: the server's clock, words and shape at the end, one signal when it ran out."""

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from evently_desktop.gui.widgets.countdown import Countdown

# Years away from this PC's clock: only the difference of the server's two times may count.
_SERVER_NOW = datetime(2031, 3, 1, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (300, "5:00"),
        (299.4, "5:00"),
        (61, "1:01"),
        (60, "1:00 left, last minute"),
        (9, "0:09 left, last minute"),
    ],
)
def test_the_time_left_is_written_in_minutes_and_seconds(qtbot: QtBot, seconds: float, text: str) -> None:
    countdown = Countdown()
    qtbot.addWidget(countdown)
    countdown.count_to(_SERVER_NOW + timedelta(seconds=seconds), _SERVER_NOW)
    assert countdown.text == text
    assert countdown.accessibleName() == text


def test_the_end_is_told_once(qtbot: QtBot) -> None:
    countdown = Countdown()
    qtbot.addWidget(countdown)
    ends: list[str] = []
    countdown.last_stretch.connect(lambda: ends.append("last"))
    countdown.ran_out.connect(lambda: ends.append("out"))
    countdown.count_to(_SERVER_NOW + timedelta(milliseconds=300), _SERVER_NOW)
    qtbot.waitUntil(lambda: "out" in ends)
    assert ends == ["last", "out"]
    assert countdown.seconds_left == 0


def test_a_hold_that_was_extended_counts_anew(qtbot: QtBot) -> None:
    countdown = Countdown()
    qtbot.addWidget(countdown)
    countdown.count_to(_SERVER_NOW + timedelta(seconds=20), _SERVER_NOW)
    with qtbot.assertNotEmitted(countdown.ran_out):
        countdown.count_to(_SERVER_NOW + timedelta(seconds=300), _SERVER_NOW)
    assert countdown.text == "5:00"
    countdown.stop()
    assert countdown.text == ""
