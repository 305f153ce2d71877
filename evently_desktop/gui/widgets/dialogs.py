"""What dialogs of a fixed width share."""

from PySide6.QtWidgets import QDialog


def fit(dialog: QDialog) -> None:
    """Make a dialog that is shown as high as its words need now; Qt sees to that only when it is opened."""
    layout = dialog.layout()
    if layout and dialog.isVisible():
        layout.activate()
        dialog.resize(dialog.width(), layout.totalHeightForWidth(dialog.width()))
