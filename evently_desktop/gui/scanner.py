"""A scanner is a keyboard that types faster than anybody: told apart here, whatever has the focus."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")  # base32, as tickets are written
_SHORTEST = 20
_GAP_MS = 35
# Scanners that end with carriage return and line feed press Enter twice.
_SECOND_ENTER_MS = 150

_TYPING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ENTERS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SHIFTS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_CapsLock})


class Scanner(QObject):
    """Hears the bursts of keys that come to one window and its dialogs; none of their keys reaches a field.

    What might be the beginning of a burst is held back until the next key tells, for 35 ms at most, and then goes
    where it was typed. Python looks only at the keys: a filter on the whole application would run at every event.
    """

    scanned = Signal(str)  # the code, in capitals

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self._held: list[QKeyEvent] = []
        self._replaying = False
        self._pause = QTimer(self, singleShot=True, interval=_GAP_MS, timerType=Qt.TimerType.PreciseTimer)
        self._after = QTimer(self, singleShot=True, interval=_SECOND_ENTER_MS)

        self._pause.timeout.connect(self._let_through)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        # A window without a focus gets the keys itself.
        window.installEventFilter(self)
        self._follow(None, QApplication.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}
        if self._replaying or event.type() not in kinds or not isinstance(event, QKeyEvent):
            return False
        is_press = event.type() == QEvent.Type.KeyPress
        if event.key() in _SHIFTS:
            return False
        if _may_be_scanned(event):
            if is_press and isinstance(watched, QWidget):
                self._hold(watched, event)
        elif event.key() in _ENTERS and (len(self._held) >= _SHORTEST or self._after.isActive()):
            if is_press:
                self._end()
        else:
            self._let_through()
            return False
        # An accepted override keeps the key from being a shortcut.
        event.accept()
        return True

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        self._let_through()
        if old is not None and old is not self._window and isValid(old):
            old.removeEventFilter(self)
        if new is not None and self._is_ours(new):
            new.installEventFilter(self)

    def _is_ours(self, widget: QWidget | None) -> bool:
        while widget is not None and widget is not self._window:
            widget = widget.parentWidget()
        return widget is not None

    def _hold(self, target: QWidget, event: QKeyEvent) -> None:
        self._target = target
        self._held.append(QKeyEvent(event.type(), event.key(), event.modifiers(), event.text()))
        self._pause.start()

    def _end(self) -> None:
        """Enter was pressed right after a burst, or once more."""
        code = "".join(event.text() for event in self._held).upper()
        self._forget()
        self._after.start()
        if code:
            self.scanned.emit(code)

    def _let_through(self) -> None:
        """A person typed this: it goes where it was meant to go."""
        held, target = self._held, self._target
        self._forget()
        self._replaying = True
        for event in held:
            if target is not None and isValid(target):
                QApplication.sendEvent(target, event)
        self._replaying = False

    def _forget(self) -> None:
        self._pause.stop()
        self._held, self._target = [], None


def _may_be_scanned(event: QKeyEvent) -> bool:
    # With the Caps Lock on, a scanner types small letters.
    typed = event.text().upper() in _ALPHABET
    return typed and not event.isAutoRepeat() and not event.modifiers() & ~_TYPING
