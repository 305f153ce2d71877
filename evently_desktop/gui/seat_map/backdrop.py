"""What lies under the seats: the stage, walls and the outlines of the sections."""

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPen, QPolygonF

from evently_desktop.gui.seat_map.camera import Camera
from evently_desktop.gui.seat_map.hall import Hall
from evently_desktop.gui.theme import Palette

_DRAWN_BY_LINES = ("wall", "line")
_NAME = 18  # The largest name of a shape, and the smallest, in logical pixels.
_LEAST_NAME = 8


def plain_font(pixels: float) -> QFont:
    """The application's font at a size in device pixels."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(max(round(pixels), 1))
    return font


class Backdrop:
    """The polygons of a hall, kept in metres and drawn through the camera."""

    def __init__(self, hall: Hall) -> None:
        shapes = hall.geometry.shapes
        # The ground under seats is one flat colour, that of their sprites' corners.
        self._filled = [
            number in hall.empty_shapes and shape.kind not in _DRAWN_BY_LINES for number, shape in enumerate(shapes)
        ]
        self._names = [shape.label for shape in shapes]
        self._polygons = [QPolygonF([QPointF(x, y) for x, y in line]) for line in hall.outlines]
        boxes = [polygon.boundingRect() for polygon in self._polygons]
        self._edges = np.array([(b.left(), b.top(), b.right(), b.bottom()) for b in boxes]).reshape(-1, 4)

    def paint(
        self, painter: QPainter, camera: Camera, area: QRect, dpr: float, palette: Palette, *, smooth: bool
    ) -> None:
        """Paint what touches an area of the picture, in device pixels; without ``smooth`` in a third of the time."""
        left, top = camera.to_metres(area.left() - 2, area.top() - 2)
        right, bottom = camera.to_metres(area.right() + 2, area.bottom() + 2)
        edges = self._edges
        touched = (edges[:, 0] <= right) & (edges[:, 2] >= left) & (edges[:, 1] <= bottom) & (edges[:, 3] >= top)
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        # A cosmetic line of one device pixel is drawn many times faster than any wider one; on a fine
        # screen two of them beside each other look like one of the right width.
        pen = QPen(QColor(palette.line), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for shift in range(round(dpr) if smooth else 1):
            painter.save()
            painter.translate(camera.left + shift, camera.top + shift)
            painter.scale(camera.scale, camera.scale)
            for number in np.flatnonzero(touched).tolist():
                filled = not shift and number < len(self._filled) and self._filled[number]
                painter.setBrush(QColor(palette.window) if filled else Qt.BrushStyle.NoBrush)
                painter.drawPolygon(self._polygons[number])
            painter.restore()
        painter.setPen(QColor(palette.muted))
        for number in np.flatnonzero(touched[: len(self._names)]).tolist():
            if self._names[number]:
                self._write(painter, number, camera, dpr)

    def _write(self, painter: QPainter, number: int, camera: Camera, dpr: float) -> None:
        # Rounded before the offset is added, so that the words never move against the seats.
        left, top, right, bottom = np.rint(self._edges[number] * camera.scale).astype(int).tolist()
        room = QRect(left + camera.left, top + camera.top, right - left, bottom - top)
        font = plain_font(min(_NAME * dpr, 0.35 * room.height()))
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 125)
        painter.setFont(font)
        name = self._names[number]
        if font.pixelSize() >= _LEAST_NAME * dpr and painter.fontMetrics().horizontalAdvance(name) < room.width():
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)
