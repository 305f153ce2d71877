"""The first start: which server this counter works with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from evently_desktop.database.addresses import parse
from evently_desktop.errors import EventlyError
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.buttons import KeyButton
from evently_desktop.gui.widgets.dialogs import fit
from evently_desktop.gui.widgets.labels import label
from evently_desktop.language import tr


class FirstStart(QDialog):
    """Asks once: this PC alone, or the server of the venue. Checks the address before it is accepted."""

    chosen = Signal(str)  # the server's address, "" for this PC only

    def __init__(self, server: str = "", parent: QWidget | None = None) -> None:
        """``server`` is the address in use so far."""
        super().__init__(parent)
        self.setWindowTitle(tr("Server"))
        self.alone = QRadioButton(tr("This PC only"))
        self.shared = QRadioButton(tr("The server of our venue"))
        self.address = QLineEdit(server)
        self.address.setPlaceholderText("postgresql://db.example.org/evently")
        self.problem = label(tone="danger", wrap=True)
        go_on = KeyButton(tr("Go on"), tr("Enter"))
        go_on.setProperty("kind", "primary")
        go_on.setProperty("selling", True)
        go_on.setDefault(True)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[4])
        layout.setSpacing(SPACE[1])
        layout.addWidget(label(tr("Where are the bookings kept?"), scale="header"))
        layout.addSpacing(SPACE[1])
        layout.addWidget(self.alone)
        layout.addWidget(self._note(tr("For a venue with one counter. The database is made on this PC.")))
        layout.addSpacing(SPACE[1])
        layout.addWidget(self.shared)
        layout.addWidget(self._note(tr("All counters share it. Ask who looks after it for the address.")))
        layout.addWidget(self.address)
        layout.addWidget(self.problem)
        layout.addSpacing(SPACE[1])
        layout.addWidget(go_on)
        self.setFixedWidth(440)
        self.problem.hide()
        (self.shared if server else self.alone).setChecked(True)
        self._follow()

        self.shared.toggled.connect(self._follow)
        go_on.clicked.connect(self._go_on)

    def _note(self, text: str) -> QWidget:
        note = label(text, tone="muted", wrap=True)
        note.setIndent(SPACE[4])
        return note

    def _follow(self) -> None:
        self.address.setEnabled(self.shared.isChecked())
        if self.shared.isChecked():
            self.address.setFocus()

    def _go_on(self) -> None:
        server = self.address.text().strip() if self.shared.isChecked() else ""
        try:
            if self.shared.isChecked():
                parse(server)
        except EventlyError as error:
            self.problem.setText(str(error))
            self.problem.show()
            fit(self)
            self.address.setFocus()
            return
        self.chosen.emit(server)
        self.accept()
