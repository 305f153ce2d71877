"""The whole hall in a corner, with the part that the map shows."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from evently_desktop.gui import theme
from evently_desktop.gui.seat_map.camera import Bounds, fitting
from evently_desktop.gui.seat_map.canvas import SeatCanvas
from evently_desktop.gui.seat_map.picture import SeatPicture
from evently_desktop.language import tr

_SIZE = QSize(176, 124)
_PADDING = 8
# Changes of seats are small here; drawing them again this often, in milliseconds, is enough.
_REFRESH = 500


@cache
def _edge(palette: theme.Palette) -> str:
    return palette.edge


class Minimap(QWidget):
    """Shown while the map does not show everything; a press or drag brings that place to the middle."""

    def __init__(self, canvas: SeatCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._picture: SeatPicture | None = None
        self._shown = Bounds(0.0, 0.0, 0.0, 0.0)
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH)
        self._refresh.timeout.connect(self._draw_changes)
        self._stale = np.empty(0, bool)  # By ordinal: seats that look another way by now.
        self.setFixedSize(_SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Overview of the hall"))
        self.hide()
        canvas.model.loaded.connect(self._draw_anew)
        canvas.model.seats_changed.connect(self._draw_soon)
        canvas.camera_moved.connect(self._follow)

    def _follow(self) -> None:
        self.setVisible(not self._canvas.shows_everything())
        shown = self._canvas.in_sight()
        if self.isVisible() and shown != self._shown:
            self._shown = shown
            self.update()

    def _draw_soon(self, ordinals: NDArray[np.int32]) -> None:
        if self._picture is not None:
            self._stale[ordinals] = True
            if not self._refresh.isActive():
                self._refresh.start()

    def _draw_changes(self) -> None:
        # Only these: the whole hall would cost the map a frame each time.
        if self._picture is not None:
            self._picture.restamp(np.flatnonzero(self._stale).astype(np.int32))
            self._stale[:] = False
            self.update()

    def _draw_anew(self) -> None:
        self._picture = None
        self.update()

    def _fresh_picture(self) -> SeatPicture | None:
        hall = self._canvas.model.hall
        palette, dpr = theme.in_use(), self.devicePixelRatioF()
        picture = self._picture
        if hall is not None and (picture is None or picture.palette != palette or picture.dpr != dpr):
            width, height = round(_SIZE.width() * dpr), round(_SIZE.height() * dpr)
            picture = SeatPicture(self._canvas.model, palette, dpr, width, height)
            picture.look(fitting(hall.bounds, width, height, round(_PADDING * dpr), 1e6))
            picture.finish()
            picture.paint(picture.frame.everything)
            self._picture = picture
            self._stale = np.zeros(len(self._canvas.model), bool)
        return picture

    def paintEvent(self, _event: QPaintEvent) -> None:
        picture = self._fresh_picture()
        if picture is None:
            return
        dpr, palette = self.devicePixelRatioF(), picture.palette
        painter = QPainter(self)
        painter.scale(1 / dpr, 1 / dpr)
        painter.drawImage(0, 0, picture.frame.image)
        camera, shown = picture.camera, self._canvas.in_sight()
        left, top = camera.to_pixels(shown.left, shown.top)
        right, bottom = camera.to_pixels(shown.right, shown.bottom)
        frame = picture.frame.everything
        seen = QRect(left, top, right - left, bottom - top) & frame.adjusted(1, 1, -1, -1)
        veil = QColor(palette.window)
        veil.setAlphaF(0.6)
        for part in (
            QRect(0, 0, frame.width(), seen.top()),
            QRect(0, seen.bottom() + 1, frame.width(), frame.height()),
            QRect(0, seen.top(), seen.left(), seen.height()),
            QRect(seen.right() + 1, seen.top(), frame.width(), seen.height()),
        ):
            painter.fillRect(part, veil)
        half = dpr / 2
        painter.setPen(QPen(QColor(palette.accent), dpr))
        painter.drawRect(QRectF(seen).adjusted(half, half, -half, -half))
        painter.setPen(QPen(QColor(_edge(palette)), dpr))
        painter.drawRect(QRectF(frame).adjusted(half, half, -half, -half))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())

    def _go_to(self, place: QPointF) -> None:
        if self._picture is not None:
            dpr = self.devicePixelRatioF()
            self._canvas.centre_on(*self._picture.camera.to_metres(place.x() * dpr, place.y() * dpr))
