"""A plan prepared for drawing: checked coordinates, the distance between seats, rows and their labels."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.seating import Geometry
from evently_desktop.errors import BadInput
from evently_desktop.gui.seat_map.camera import Bounds
from evently_desktop.gui.seat_map.grid import SeatGrid
from evently_desktop.language import tr

# Positions are metres. Beyond this, float32 no longer tells two neighbouring seats apart.
_FARTHEST = 100_000.0
_USUAL_PITCH = 0.55
_SAMPLE = 400
_UNSEEN = 0.01  # Metres.
# Names of rows, in distances between seats.
_APART = 1.2
_SAME_ROW_APART = 2.4


@dataclass(frozen=True, eq=False)
class RowLabels:
    """Where the name of a row stands, in metres, and which of ``texts`` it is."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    text: NDArray[np.int32]
    texts: tuple[str, ...]


class Hall:
    """What the map works out once from a plan. Raises `BadInput` where a seat cannot be drawn."""

    def __init__(self, geometry: Geometry) -> None:
        _check(geometry)
        self.geometry = geometry
        self.grid = SeatGrid(geometry.x, geometry.y)
        self.bounds = _bounds(geometry)
        self.pitch = _pitch(geometry, self.grid)
        texts, number = np.unique(geometry.number, return_inverse=True)
        self.numbers = tuple(map(str, texts))
        self.number = number.astype(np.int32)

    def __len__(self) -> int:
        return len(self.geometry)

    @cached_property
    def empty_shapes(self) -> frozenset[int]:
        """Which of the shapes have no seats inside (a stage, not the walls around everything)."""
        shapes = self.geometry.shapes
        return frozenset(number for number in range(len(shapes)) if not self._has_seats(shapes[number].outline))

    def _has_seats(self, outline: tuple[tuple[float, float], ...]) -> bool:
        if len(outline) < 3:
            return False
        corners = np.array(outline, float)
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        near = self.grid.within(Bounds(left, top, right, bottom))
        near = near[:: max(1, len(near) // _SAMPLE)]
        x, y = self.geometry.x[near].astype(float), self.geometry.y[near].astype(float)
        return bool(_inside(x, y, corners).any())

    @cached_property
    def empty_boxes(self) -> list[tuple[float, float, float, float]]:
        """The rectangles around the shapes without seats: left, top, right, bottom."""
        outlines = [np.array(self.geometry.shapes[number].outline, float) for number in sorted(self.empty_shapes)]
        return [(*line.min(axis=0).tolist(), *line.max(axis=0).tolist()) for line in outlines if len(line)]

    @cached_property
    def reaches(self) -> list[tuple[float, float]]:
        """From where to where, downwards, each section has seats."""
        count = len(self.geometry.sections)
        first, last = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(first, self.geometry.section, self.geometry.y)
        np.maximum.at(last, self.geometry.section, self.geometry.y)
        return list(zip(first.tolist(), last.tolist(), strict=True))

    @cached_property
    def outlines(self) -> list[NDArray[np.float64]]:
        """The outlines of the shapes and then of the sections, without corners that nobody could see."""
        outlines = [shape.outline for shape in self.geometry.shapes]
        outlines += [section.outline for section in self.geometry.sections]
        return [_thinned(np.array(outline, float).reshape(-1, 2)) for outline in outlines]

    @cached_property
    def row_labels(self) -> RowLabels:
        """The names of the rows, one seat's width beyond the ends of each block, where there is room."""
        geometry, pitch = self.geometry, self.pitch
        texts, text = np.unique(geometry.row, return_inverse=True)
        if not len(geometry):
            empty = np.empty(0, np.float32)
            return RowLabels(empty, empty, np.empty(0, np.int32), ())
        order = np.lexsort((geometry.position, geometry.block))
        ends = np.flatnonzero(np.diff(geometry.block[order])) + 1
        first, last = np.r_[0, ends], np.r_[ends, len(order)] - 1
        near_first, near_last = np.minimum(first + 1, last), np.maximum(last - 1, first)
        end = order[np.r_[first, last]]
        inner = order[np.r_[near_first, near_last]]
        x, y = geometry.x.astype(float), geometry.y.astype(float)
        dx, dy = x[end] - x[inner], y[end] - y[inner]
        length = np.hypot(dx, dy)
        alone = length < 1e-6
        dx[alone], dy[alone], length[alone] = np.repeat((-1.0, 1.0), len(first))[alone], 0.0, 1.0
        at_x, at_y = x[end] + dx / length * pitch * 1.1, y[end] + dy / length * pitch * 1.1
        room = ~_crowded(at_x, at_y, x, y, pitch * 0.8)
        for number in self.empty_shapes:
            room &= ~_inside(at_x, at_y, np.array(geometry.shapes[number].outline, float).reshape(-1, 2))
        # A table that carries its own name needs no other.
        room &= ~np.isin(geometry.row[end], [shape.label for shape in geometry.shapes])
        row = geometry.section[end].astype(np.int64) * len(texts) + text[end]
        roomy = np.flatnonzero(room)
        kept = roomy[_apart(at_x[roomy], at_y[roomy], row[roomy], pitch)]
        return RowLabels(
            at_x[kept].astype(np.float32), at_y[kept].astype(np.float32),
            text[end][kept].astype(np.int32), tuple(map(str, texts)),
        )  # fmt: skip


def _check(geometry: Geometry) -> None:
    x, y = geometry.x, geometry.y
    wrong = np.flatnonzero(~((np.abs(x) <= _FARTHEST) & (np.abs(y) <= _FARTHEST)))
    if len(wrong):
        seat = int(wrong[0])
        raise BadInput(
            tr(
                "Seat {seat} lies at ({x}, {y}); place it in metres, at most {limit} km from the origin.",
                seat=geometry.name(seat),
                x=float(x[seat]),
                y=float(y[seat]),
                limit=int(_FARTHEST / 1000),
            )
        )
    for name, outline in (
        *((section.name, section.outline) for section in geometry.sections),
        *((shape.label or shape.kind, shape.outline) for shape in geometry.shapes),
    ):
        if not all(abs(value) <= _FARTHEST for point in outline for value in point):
            raise BadInput(tr("The outline of “{name}” has a point that is not in the hall; draw it anew.", name=name))


def _bounds(geometry: Geometry) -> Bounds:
    outlines = [section.outline for section in geometry.sections] + [shape.outline for shape in geometry.shapes]
    points = [np.array(outline, float) for outline in outlines if outline]
    points.append(np.column_stack((geometry.x, geometry.y)).astype(float))
    together = np.concatenate(points)
    if not len(together):
        return Bounds(0.0, 0.0, 1.0, 1.0)
    (left, top), (right, bottom) = together.min(axis=0), together.max(axis=0)
    return Bounds(float(left), float(top), float(right), float(bottom))


def _pitch(geometry: Geometry, grid: SeatGrid) -> float:
    """The distance from one seat to the nearest, as tight as all but the tightest few of the hall are."""
    distances = []
    for seat in np.linspace(0, len(geometry) - 1, min(_SAMPLE, len(geometry))).astype(int):
        x, y = float(geometry.x[seat]), float(geometry.y[seat])
        near = grid.within(Bounds(x - 2, y - 2, x + 2, y + 2))
        away = np.hypot(geometry.x[near] - x, geometry.y[near] - y)
        away = away[away > 0.05]
        if len(away):
            distances.append(float(away.min()))
    return float(np.percentile(distances, 5)) if distances else _USUAL_PITCH


def _thinned(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line with as few of its corners as keep it within 1 cm of where it was (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    along, rest = line[-1] - line[0], line - line[0]
    length = float(np.hypot(*along))
    away = np.abs(along[0] * rest[:, 1] - along[1] * rest[:, 0]) / length if length else np.hypot(*rest.T)
    far = int(away.argmax())
    if away[far] <= _UNSEEN:
        return line[[0, -1]]
    return np.concatenate((_thinned(line[: far + 1])[:-1], _thinned(line[far:])))


def _crowded(
    x: NDArray[np.float64], y: NDArray[np.float64],
    other_x: NDArray[np.float64], other_y: NDArray[np.float64], reach: float,
) -> NDArray[np.bool_]:  # fmt: skip
    """Which points have one of the others within ``reach``, roughly: both are rounded to cells of half of it."""
    line = np.int64(1) << 32

    def cells(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        keys: NDArray[np.int64] = (
            np.rint(x * 2 / reach).astype(np.int64) + np.rint(y * 2 / reach).astype(np.int64) * line
        )
        return keys

    taken, own = cells(other_x, other_y), cells(x, y)
    crowded = np.zeros(len(x), bool)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            crowded |= np.isin(own + (down * line + across), taken)
    return crowded


def _inside(x: NDArray[np.float64], y: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie inside a polygon."""
    inside = np.zeros(len(x), bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            inside ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside


def _apart(x: NDArray[np.float64], y: NDArray[np.float64], row: NDArray[np.int64], pitch: float) -> list[int]:
    """Which labels to keep: none covers another, and where two of one row meet in an aisle one is enough."""
    cell = _SAME_ROW_APART * pitch
    kept: list[int] = []
    near: dict[tuple[int, int], list[tuple[float, float, int]]] = {}
    for number, label in enumerate(zip(x.tolist(), y.tolist(), row.tolist(), strict=True)):
        column, line = round(label[0] / cell), round(label[1] / cell)
        around = (near.get((column + dx, line + dy), ()) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if all(
            math.dist(label[:2], other[:2]) >= pitch * (_SAME_ROW_APART if label[2] == other[2] else _APART)
            for others in around
            for other in others
        ):
            kept.append(number)
            near.setdefault((column, line), []).append(label)
    return kept
