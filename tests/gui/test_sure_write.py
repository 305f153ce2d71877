"""A write whose answer got lost is asked again until the server itself has answered."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evently_desktop.errors import Busy, EventlyError, OutcomeUnknown, Refusal, ServerGone
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Tasks

T = TypeVar("T")
PATIENCE_MS = 15_000


class BadNetwork:
    """Answers each write with the next of these troubles, and then truly."""

    def __init__(self, *troubles: EventlyError) -> None:
        self.troubles = list(troubles)

    def read(self, service: Callable[..., T], /, *args: Any) -> T:
        return service(None, *args)

    def write(self, service: Callable[..., T], /, *args: Any) -> T:
        if self.troubles:
            raise self.troubles.pop(0)
        return service(None, *args)


class Heard:
    """What a `SureWrite` told."""

    def __init__(self, network: BadNetwork) -> None:
        self.tasks = Tasks(network, QObject(QApplication.instance()))
        self.write = SureWrite(self.tasks, self.tasks)
        self.told: list[object] = []
        self.write.answered.connect(self.told.append)
        self.write.refused.connect(lambda error: self.told.append(("refused", type(error))))
        self.write.in_doubt.connect(lambda error: self.told.append(("in doubt", type(error))))


@pytest.fixture
def hear(qapp: QApplication) -> Iterator[Callable[..., Heard]]:
    made: list[Heard] = []

    def start(*troubles: EventlyError) -> Heard:
        made.append(Heard(BadNetwork(*troubles)))
        made[-1].write.start(lambda _session, answer: answer, "sold")
        return made[-1]

    yield start
    for each in made:
        each.tasks.shutdown()


def test_what_never_reached_the_server_was_not_done(hear: Callable[..., Heard], qtbot: QtBot) -> None:
    heard = hear(ServerGone())
    qtbot.waitUntil(lambda: not heard.write.is_under_way, timeout=PATIENCE_MS)
    assert heard.told == [("refused", ServerGone)]


def test_a_server_that_is_away_after_a_lost_answer_settles_nothing(hear: Callable[..., Heard], qtbot: QtBot) -> None:
    heard = hear(OutcomeUnknown(), ServerGone(), Busy())
    qtbot.waitUntil(lambda: not heard.write.is_under_way, timeout=PATIENCE_MS)
    assert heard.told == [("in doubt", OutcomeUnknown), ("in doubt", ServerGone), ("in doubt", Busy), "sold"]


def test_the_servers_own_refusal_settles_it(hear: Callable[..., Heard], qtbot: QtBot) -> None:
    heard = hear(OutcomeUnknown(), Refusal("hold_expired", "The hold ran out."))
    qtbot.waitUntil(lambda: not heard.write.is_under_way, timeout=PATIENCE_MS)
    assert heard.told == [("in doubt", OutcomeUnknown), ("refused", Refusal)]


def test_the_next_write_begins_without_doubt(hear: Callable[..., Heard], qtbot: QtBot) -> None:
    heard = hear(OutcomeUnknown())
    qtbot.waitUntil(lambda: not heard.write.is_under_way, timeout=PATIENCE_MS)
    network = heard.tasks.database
    assert isinstance(network, BadNetwork)
    network.troubles.append(ServerGone())
    heard.write.start(lambda _session, answer: answer, "sold")
    qtbot.waitUntil(lambda: not heard.write.is_under_way, timeout=PATIENCE_MS)
    assert heard.told[-1] == ("refused", ServerGone)
