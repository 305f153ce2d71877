"""The part of the view that paints: one frame at a time, at most one every 16 ms."""

from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from evently_desktop.gui import theme
from evently_desktop.gui.seat_map.camera import Bounds, Camera, fitting
from evently_desktop.gui.seat_map.looks import Kind, kinds
from evently_desktop.gui.seat_map.model import SeatMapModel
from evently_desktop.gui.seat_map.overlay import MARKS_BELOW, SECTIONS_UNTIL, Overlay
from evently_desktop.gui.seat_map.picture import LARGEST, SeatPicture
from evently_desktop.gui.seat_map.sprites import SHARE
from evently_desktop.language import tr

FRAME = 16  # Milliseconds between two frames.
_SETTLED = 120  # Milliseconds without zoom until texts and smooth lines are drawn.
_FLASH = 350  # Milliseconds that a freed seat flashes.
_PADDING = 24
_FOOT = 24  # Kept free for the legend when the whole hall is shown.
_FITTED_SEAT = 26  # A hall of few seats is not blown up beyond seats of this size.
_ONE_BY_ONE = 64
_KEPT_IN_SIGHT = 3  # The hall reaches at least this part of the window into it.


class SeatCanvas(QWidget):
    """Shows a model through a camera. Changes of either are gathered and painted with the next frame."""

    camera_moved = Signal()  # The part in sight, or the size of the window, is another one.
    painted = Signal()

    def __init__(self, model: SeatMapModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.camera = Camera(1.0, 0, 0)  # What is asked for; the picture follows with the next frame.
        self._fitted = True
        self._picture: SeatPicture | None = None
        self._overlay = Overlay(theme.in_use(), 1.0)
        self._changed: list[NDArray[np.int32]] = []
        self._flashing: list[NDArray[np.int32]] = []
        self._marked = np.empty(0, np.int32)
        self._offers: tuple[tuple[str, NDArray[np.int32]], ...] = ()  # Seats to point out, with a word each.
        self._rings: dict[str, int] = {}  # The seats with a ring, by what the ring says.
        self._band = QRect()
        self._frame_timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame_timer.timeout.connect(self.draw_frame)
        self._since_frame = QElapsedTimer()
        self._since_frame.start()
        self._settle_timer = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settle_timer.timeout.connect(self.finish)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        model.loaded.connect(self._take_model)
        model.seats_changed.connect(self._take_changes)
        model.seats_freed.connect(self._flash)
        self._take_model()

    @property
    def dpr(self) -> float:
        """Device pixels to a logical one."""
        return self.devicePixelRatioF()

    def look(self, camera: Camera) -> None:
        """Show the hall as this camera sees it, within sensible limits of scale and place."""
        self._fitted = False
        self.camera = self._kept_in_sight(camera)
        self.request_frame()

    def centre_on(self, x: float, y: float) -> None:
        """Bring a point of the hall, in metres, to the middle of the window."""
        width, height = self._pixels()
        left, top = self.camera.to_pixels(x, y)
        self.look(self.camera.moved(width // 2 - left, height // 2 - top))

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Enlarge about a point in logical pixels, which stays where it is."""
        least, most = self._scales()
        scale = min(max(self.camera.scale * factor, least), most)
        if scale != self.camera.scale:
            self.look(self.camera.scaled(scale, x * self.dpr, y * self.dpr))

    def fit(self) -> None:
        """Show the whole hall, and keep doing so when the window changes its size."""
        if self.model.hall is not None:
            self.camera = self._fit_to(self.model.hall.bounds)
        self._fitted = True
        self.request_frame()

    def shows_everything(self) -> bool:
        """Whether the whole hall is in sight."""
        if self.model.hall is None:
            return True
        bounds = self.model.hall.bounds
        left, top = self.camera.to_pixels(bounds.left, bounds.top)
        right, bottom = self.camera.to_pixels(bounds.right, bounds.bottom)
        return left >= 0 and top >= 0 and right <= self._pixels()[0] and bottom <= self._pixels()[1]

    def in_sight(self) -> Bounds:
        """The part of the hall that the window shows, in metres."""
        width, height = self._pixels()
        return Bounds(*self.camera.to_metres(0, 0), *self.camera.to_metres(width, height))

    def show_offers(self, offers: Iterable[tuple[str, Sequence[int]]]) -> None:
        """Point out these seats, a line around those of each offer and its word beside them; none for no more."""
        self._offers = tuple((word, np.array(seats, np.int32)) for word, seats in offers)
        self.update()

    def request_frame(self) -> None:
        """Paint soon: at once if the last frame is 16 ms old, else when it will be."""
        if not self._frame_timer.isActive():
            self._frame_timer.start(max(0, FRAME - self._since_frame.elapsed()))

    def redraw(self) -> None:
        """Paint everything anew with the next frame."""
        if self._picture is not None:
            self._picture.painted = False
        self.request_frame()

    def finish(self) -> None:
        """Draw texts and smooth lines now, which otherwise waits until the zoom rests."""
        self._settle_timer.stop()
        picture = self._picture
        if picture is not None and picture.painted:
            picture.finish()
            picture.paint(self._everything())
            self.update()

    def draw_frame(self) -> None:
        """Paint what is waiting without waiting for the next frame's time."""
        self._frame_timer.stop()
        self._since_frame.restart()
        if self._bring_up_to_date():
            self.update()

    def seat_rect(self, ordinal: int) -> QRect:
        """Where the seat is in the widget, in logical pixels."""
        assert self.model.hall is not None
        assert self._picture is not None
        geometry = self.model.hall.geometry
        x, y = self.camera.to_pixels(float(geometry.x[ordinal]), float(geometry.y[ordinal]))
        size = self._picture.size
        return self._logical(QRect(x - size // 2, y - size // 2, size, size))

    def _pixels(self) -> tuple[int, int]:
        return max(1, round(self.width() * self.dpr)), max(1, round(self.height() * self.dpr))

    def _everything(self) -> QRect:
        return QRect(0, 0, *self._pixels())

    def _logical(self, pixels: QRect) -> QRect:
        dpr = self.dpr
        left, top = int(pixels.left() / dpr), int(pixels.top() / dpr)
        right, bottom = (pixels.right() + 1) / dpr, (pixels.bottom() + 1) / dpr
        return QRect(left, top, int(right - left) + 1, int(bottom - top) + 1)

    def _scales(self) -> tuple[float, float]:
        """The least and the most device pixels a metre."""
        if self.model.hall is None:
            return 1.0, 1.0
        most = LARGEST * self.dpr / SHARE / self.model.hall.pitch
        return min(self._fit_to(self.model.hall.bounds).scale * 0.7, most), most

    def _fit_to(self, bounds: Bounds) -> Camera:
        assert self.model.hall is not None
        most = _FITTED_SEAT * self.dpr / SHARE / self.model.hall.pitch
        width, height = self._pixels()
        foot = round(_FOOT * self.dpr)
        return fitting(bounds, width, height - foot, round(_PADDING * self.dpr), most)

    def _kept_in_sight(self, camera: Camera) -> Camera:
        if self.model.hall is None:
            return camera
        bounds = self.model.hall.bounds
        width, height = self._pixels()
        left, top = camera.to_pixels(bounds.left, bounds.top)
        right, bottom = camera.to_pixels(bounds.right, bounds.bottom)
        across, down = width // _KEPT_IN_SIGHT, height // _KEPT_IN_SIGHT
        dx = max(across - right, 0) + min(width - across - left, 0)
        dy = max(down - bottom, 0) + min(height - down - top, 0)
        return camera.moved(dx, dy)

    def _take_model(self) -> None:
        self._rings.clear()
        self._offers = ()
        self._changed.clear()
        self._flashing.clear()
        self._picture = None
        self._find_marked()
        self.fit()

    def _take_changes(self, ordinals: NDArray[np.int32]) -> None:
        self._changed.append(ordinals)
        kind = kinds(self.model.face[ordinals])
        marked = (kind == Kind.SELECTED) | (kind == Kind.MINE)
        if marked.any() or (len(self._marked) and np.isin(ordinals, self._marked).any()):
            self._find_marked()
            self.update()
        self.request_frame()

    def _find_marked(self) -> None:
        self._marked = np.union1d(self.model.selection, self.model.mine).astype(np.int32)

    def _flash(self, ordinals: NDArray[np.int32]) -> None:
        self._flashing.append(ordinals)
        self.request_frame()
        QTimer.singleShot(_FLASH, self, lambda: self._take_changes(ordinals[ordinals < len(self.model)]))

    def _bring_up_to_date(self) -> bool:
        """Let the picture follow the model and the camera; whether all of it is another one."""
        picture = self._fresh_picture()
        everything = self._everything()
        is_other = True
        if picture.camera.scale != self.camera.scale or not picture.painted:
            if picture.camera != self.camera:
                picture.look(self.camera)
            picture.paint(everything)
            # They are in it already.
            self._changed.clear()
            self.camera_moved.emit()
        elif picture.camera != self.camera:
            picture.move(self.camera.left - picture.camera.left, self.camera.top - picture.camera.top)
            self.camera_moved.emit()
        else:
            is_other = False
        for ordinals, kind in (*_together(self._changed, None), *_together(self._flashing, Kind.FREED)):
            area = picture.restamp(ordinals, kind)
            if not is_other:
                self._show_again(ordinals, area)
        self._changed.clear()
        self._flashing.clear()
        if picture.is_rough:
            self._settle_timer.start()
        return is_other

    def _show_again(self, ordinals: NDArray[np.int32], area: QRect) -> None:
        """Few seats are shown one by one: news of a second lie all over the hall, and all between them is as it was."""
        assert self._picture is not None
        if len(ordinals) > _ONE_BY_ONE:
            self.update(self._logical(area & self._everything()))
        elif not area.isEmpty():
            x, y, size = *self._picture.places(ordinals), self._picture.size
            corners = zip((x - size // 2).tolist(), (y - size // 2).tolist(), strict=True)
            for left, top in corners:
                self.update(self._logical(QRect(left, top, size, size)))

    def _fresh_picture(self) -> SeatPicture:
        """The picture, made anew where the window or the screen is another one."""
        picture = self._picture
        if picture is None or picture.dpr != self.dpr:
            palette = theme.in_use()
            picture = self._picture = SeatPicture(self.model, palette, self.dpr, *self._pixels())
            self._overlay = Overlay(palette, self.dpr)
        elif (picture.frame.width, picture.frame.height) != self._pixels():
            picture.resize(*self._pixels())
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self._fresh_picture()
        if not picture.painted:
            self._bring_up_to_date()
        dpr = self.dpr
        painter = QPainter(self)
        # One pixel of the picture on one of the screen: much faster than a picture with a ratio of its own.
        painter.scale(1 / dpr, 1 / dpr)
        area = event.rect()
        pixels = QRect(
            int(area.left() * dpr), int(area.top() * dpr), round(area.width() * dpr) + 2, round(area.height() * dpr) + 2
        ) & self._everything()  # fmt: skip
        painter.drawImage(pixels.topLeft(), picture.frame.image, pixels)
        # Regions can be iterated, which the stubs of PySide do not say.
        parts = np.array([part.getCoords() for part in cast(Iterable[QRect], event.region())])
        self._paint_overlay(painter, picture, (parts + np.array((-1, -1, 1, 1))) * dpr)
        painter.end()
        self.painted.emit()

    def _paint_overlay(self, painter: QPainter, picture: SeatPicture, areas: NDArray[np.float64]) -> None:
        hall, overlay = self.model.hall, self._overlay
        if hall is None:
            return
        if not len(hall):
            overlay.message(painter, self._everything(), tr("This plan has no seats yet."))
            return
        if picture.logical_size < SECTIONS_UNTIL and len(hall.geometry.sections) > 1:
            overlay.paint_names(painter, hall, picture.camera, picture.size, areas)
        if picture.logical_size < MARKS_BELOW and len(self._marked):
            x, y = picture.places(self._marked)
            overlay.marks(painter, x, y, picture.size, picture.pitch)
        for word, seats in self._offers:
            overlay.offer(painter, word, *picture.places(seats), picture.size, picture.pitch)
        for seat in set(self._rings.values()):
            x, y = picture.places(np.array([seat]))
            overlay.ring(painter, int(x[0]), int(y[0]), picture.size, picture.pitch)
        if not self._band.isNull():
            overlay.band(painter, self._band)

    def _set_ring(self, what: str, ordinal: int | None) -> None:
        """Put the ring of hover or focus around another seat."""
        before = self._rings.pop(what, None)
        if ordinal is not None:
            self._rings[what] = ordinal
        for seat in {before, ordinal} - {None}:
            if seat is not None and self._picture is not None:
                reach = int(self._overlay.ring_reach(self._picture.size, self._picture.pitch) / self.dpr) + 2
                middle = self.seat_rect(seat).center()
                self.update(QRect(middle.x() - reach, middle.y() - reach, 2 * reach + 1, 2 * reach + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self.look(self.camera)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._picture = None
            self.request_frame()


def _together(parts: list[NDArray[np.int32]], kind: Kind | None) -> list[tuple[NDArray[np.int32], Kind | None]]:
    """The parts as one array, with how to draw them, if there are any."""
    return [(np.concatenate(parts), kind)] if parts else []
