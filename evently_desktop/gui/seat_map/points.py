"""Places of the hall as device pixels: projected once a scale, culled and addressed many at a time."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from evently_desktop.gui.seat_map.camera import Camera
from evently_desktop.gui.seat_map.framebuffer import Framebuffer

# Beyond this a projected coordinate is out of sight in any case, and int32 would overflow.
_FAR = np.float32(2**29)


class Points:
    """Points that carry sprites of one size, which are centred on them."""

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
        self._metres = x, y
        self._scale = 0.0
        self._x = self._y = np.empty(0, np.int32)
        self._stride, self._at = 0, np.empty(0, np.intp)

    def project(self, scale: float) -> None:
        """Use this many device pixels a metre from now on."""
        if scale != self._scale:
            self._scale, self._stride = scale, 0
            self._x, self._y = (
                np.rint(np.clip(axis * np.float32(scale), -_FAR, _FAR)).astype(np.int32) for axis in self._metres
            )

    def touching(self, area: QRect, camera: Camera, width: int, height: int) -> NDArray[np.intp]:
        """The points whose sprites of this size lie at least partly in the area of the picture."""
        left, top = area.left() - camera.left + width // 2, area.top() - camera.top + height // 2
        x, y = self._x, self._y
        inside = (x > left - width) & (x < left + area.width())
        inside &= (y > top - height) & (y < top + area.height())
        return np.flatnonzero(inside)

    def corners(
        self, which: NDArray[np.integer], camera: Camera, width: int, height: int, into: Framebuffer
    ) -> NDArray[np.intp]:
        """Where `Framebuffer.stamp` puts the sprites of these points."""
        first = into.origin + (camera.top - height // 2) * into.stride + camera.left - width // 2
        if self._stride != into.stride:
            self._stride = into.stride
            self._at = self._y.astype(np.intp) * into.stride + self._x
        at = self._at.take(which)
        at += first
        return at

    def pixels(self, which: NDArray[np.integer], camera: Camera) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The device pixels of these points."""
        return self._x.take(which) + np.int32(camera.left), self._y.take(which) + np.int32(camera.top)
