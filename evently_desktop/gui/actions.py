"""One registry of all that can be done: it feeds the buttons, their tips, the sheet of keys and the search.

Keys are a person's own: those that were changed are kept in a small file on this PC.
"""

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from evently_desktop.errors import BadInput
from evently_desktop.gui.icons import icon as tinted
from evently_desktop.language import tr

EVERYWHERE = ""


class Action(QAction):
    """Something that can be done on one screen (its id) or `EVERYWHERE`. Its id is stable, its key is not."""

    def __init__(
        self, identifier: str, screen: str, text: str, usual_key: str, icon_name: str, parent: QObject
    ) -> None:
        super().__init__(text, parent)
        self.id = identifier
        self.icon_name = icon_name
        self.screen = screen
        self.usual_key = usual_key

    @property
    def key(self) -> str:
        """The key as people read it, "" for none."""
        return self.shortcut().toString(QKeySequence.SequenceFormat.NativeText).replace("Return", tr("Enter"))

    def set_key(self, key: str) -> None:
        """Give it this key; Return comes with the Enter of the number pad."""
        self.setShortcuts([QKeySequence(each) for each in ((key, "Enter") if key == "Return" else (key,))])


class Actions(QObject):
    """All actions of the program. One for the program."""

    def __init__(self, keys_file: Path, parent: QObject | None = None) -> None:
        """``keys_file`` holds the keys that were changed; it need not exist, a damaged one counts as none."""
        super().__init__(parent)
        self._file = keys_file
        self._actions: dict[str, Action] = {}
        self._changed = _read(keys_file)

    def add(
        self,
        identifier: str,
        text: str,
        key: str,
        slot: Callable[[], object],
        on: QWidget,
        screen: str = EVERYWHERE,
        icon: str = "",
    ) -> Action:
        """Register an action whose key works while the widget ``on`` is shown."""
        action = Action(identifier, screen, text, key, icon, on)
        if icon:
            action.setIcon(tinted(icon))
        action.set_key(self._changed.get(identifier, key))
        action.triggered.connect(lambda _checked: slot())
        on.addAction(action)
        self._actions[identifier] = action
        return action

    def of(self, screen: str) -> list[Action]:
        """What can be done on this screen, in the order it was registered."""
        return [action for action in self._actions.values() if action.screen == screen]

    def find(self, text: str, screen: str) -> list[Action]:
        """The actions with all these words in their text; those of this screen first."""
        words = text.casefold().split()
        found = [a for a in self._actions.values() if all(word in a.text().casefold() for word in words)]
        return sorted(found, key=lambda action: (action.screen not in {screen, EVERYWHERE}, action.screen))

    def change_key(self, identifier: str, key: str) -> None:
        """Give an action another key ("" for none) and remember it.

        Raises `BadInput` if another action that can be shown at the same time has that key, and for a bare letter
        or digit, with which people and scanners type.
        """
        if len(key) == 1:
            raise BadInput(tr("“{key}” alone is for typing; take it together with Ctrl or Alt.", key=key))
        action = self._actions[identifier]
        wanted = QKeySequence(key)
        for other in self._actions.values():
            together = EVERYWHERE in {other.screen, action.screen} or other.screen == action.screen
            if key and other is not action and together and other.shortcut() == wanted:
                raise BadInput(
                    tr("{key} already means “{action}”; choose another key.",
                       key=other.key, action=other.text())
                )  # fmt: skip
        action.set_key(key)
        self._changed[identifier] = key
        if key == action.usual_key:
            del self._changed[identifier]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._changed, indent=1), encoding="utf-8")


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(key) for name, key in found.items()} if isinstance(found, dict) else {}
