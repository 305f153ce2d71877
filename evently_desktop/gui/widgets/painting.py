"""What delegates that draw their own rows share."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from evently_desktop.gui import theme


def write(
    painter: QPainter,
    area: QRect,
    text: str,
    colour: str,
    *,
    size: int = theme.BODY,
    bold: bool = False,
    right: bool = False,
    vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
) -> None:
    """One line of plain text in ``area``, shortened with an ellipsis where it has no room."""
    font = QFont(painter.font())
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    across = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(area, across | vertical | Qt.TextFlag.TextSingleLine, words)
