"""A write whose answer may get lost: asked again with the very same ids until it is known what happened."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from evently_desktop.errors import EventlyError, OutcomeUnknown, Refusal
from evently_desktop.gui.tasks import Tasks

_ASK_AGAIN_MS = 2_000


class SureWrite(QObject):
    """One write at a time. A look-up would not do: a commit that is still on its way cannot be seen."""

    answered = Signal(object)
    refused = Signal(object)  # EventlyError: certainly not done
    in_doubt = Signal(object)  # EventlyError: nobody knows; it is asked again by itself

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._verb: Callable[..., Any] | None = None
        self._arguments: tuple[Any, ...] = ()
        self._is_in_doubt = False

    @property
    def is_under_way(self) -> bool:
        """Whether an answer is still to come."""
        return self._verb is not None

    def start(self, verb: Callable[..., Any], *arguments: Any) -> None:
        """Write ``verb(session, *arguments)``; the one before must have been answered."""
        self._verb, self._arguments = verb, arguments
        self._is_in_doubt = False
        self._ask()

    def _ask(self) -> None:
        if self._verb:
            self._tasks.write(self._verb, *self._arguments).start(self._answer, self._refuse)

    def _answer(self, answer: object) -> None:
        self._verb = None
        self.answered.emit(answer)

    def _refuse(self, error: EventlyError) -> None:
        self._is_in_doubt = self._is_in_doubt or isinstance(error, OutcomeUnknown)
        # A server that cannot be reached now says nothing about what it did before: only its own answer does.
        if self._is_in_doubt and not isinstance(error, Refusal):
            QTimer.singleShot(_ASK_AGAIN_MS, self, self._ask)
            self.in_doubt.emit(error)
        else:
            self._verb = None
            self.refused.emit(error)
