"""Seats by place: which lie in a rectangle, which is nearest to a point."""

import numpy as np
from numpy.typing import NDArray

from evently_desktop.gui.seat_map.camera import Bounds


class SeatGrid:
    """Seats sorted into square cells, about one a cell. Coordinates are finite metres."""

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
        self._x, self._y = x, y
        if not len(x):
            return
        self._left, self._top = float(x.min()), float(y.min())
        width, height = float(x.max()) - self._left, float(y.max()) - self._top
        # No side may have so many cells that an odd hall (one seat far away) fills the memory with them.
        self._cell = max((width * height / len(x)) ** 0.5, max(width, height) / 2000, 0.1)
        self._columns = int(width / self._cell) + 1
        self._lines = int(height / self._cell) + 1
        cells = self._axis(y, self._top).astype(np.int64) * self._columns + self._axis(x, self._left)
        self._order = np.argsort(cells, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(cells[self._order], np.arange(self._columns * self._lines + 1)).astype(np.int32)

    def _axis(self, values: NDArray[np.float32], start: float) -> NDArray[np.int32]:
        return ((values - np.float32(start)) / np.float32(self._cell)).astype(np.int32)

    def within(self, area: Bounds) -> NDArray[np.int32]:
        """The seats whose centre lies in ``area``, in no order."""
        if not len(self._x):
            return np.empty(0, np.int32)
        # One cell more on every side, since the cells were computed with less precision than the area.
        first = max(int((area.left - self._left) / self._cell) - 1, 0)
        last = min(int((area.right - self._left) / self._cell) + 1, self._columns - 1)
        lines = range(
            max(int((area.top - self._top) / self._cell) - 1, 0),
            min(int((area.bottom - self._top) / self._cell) + 1, self._lines - 1) + 1,
        )
        if first > last or not lines:
            return np.empty(0, np.int32)
        found = np.concatenate([self._order[self._run(line, first, last)] for line in lines])
        x, y = self._x[found], self._y[found]
        inside = (x >= area.left) & (x <= area.right) & (y >= area.top) & (y <= area.bottom)
        within: NDArray[np.int32] = found[inside]
        return within

    def _run(self, line: int, first: int, last: int) -> slice:
        start = line * self._columns
        return slice(self._starts[start + first], self._starts[start + last + 1])

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """The seat nearest to a point, if it lies within ``reach`` metres; the later of two at one place."""
        near = self.within(Bounds(x - reach, y - reach, x + reach, y + reach))
        if not len(near):
            return None
        near = np.sort(near)[::-1]
        distance = np.hypot(self._x[near] - x, self._y[near] - y)
        best = int(distance.argmin())
        return int(near[best]) if distance[best] <= reach else None
