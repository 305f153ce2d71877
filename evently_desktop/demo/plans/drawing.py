"""How a plan is drawn: rows of seats along straight sides and corners, gathered into sections.

Lengths are metres. Angles are radians from straight down the picture (+y), growing towards the right (+x).
Seen by someone who faces the middle of a bowl they grow from left to right, which is how seats are numbered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evently_desktop.demo.plans.plan import Plan, PlanZone, seat_ids
from evently_desktop.domain.seating import Place, Section, Shape

Points = NDArray[np.float64]

PITCH = 0.56
ROW = 0.9
AISLE = 1.2
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MARGIN = 0.5


@dataclass(frozen=True)
class Side:
    """A straight front of rows: from ``start``, its left end, seats face against ``angle``."""

    start: tuple[float, float]
    angle: float
    width: float

    def length(self, _depth: float) -> float:
        """How long the row at any depth behind the front is."""
        return self.width

    def points(self, depth: float, along: ArrayLike) -> Points:
        """The points at these distances from the left end of the row at this depth."""
        s = np.asarray(along, np.float64)
        sin, cos = np.sin(self.angle), np.cos(self.angle)
        return np.stack([self.start[0] + depth * sin + s * cos, self.start[1] + depth * cos - s * sin], -1)


@dataclass(frozen=True)
class Corner:
    """A front of rows on an arc round ``centre`` between two angles."""

    centre: tuple[float, float]
    radius: float
    start: float
    end: float

    def length(self, depth: float) -> float:
        """How long the row at this depth behind the front is."""
        return (self.radius + depth) * (self.end - self.start)

    def points(self, depth: float, along: ArrayLike) -> Points:
        """The points at these distances from the left end of the row at this depth."""
        radius = self.radius + depth
        angle = self.start + np.asarray(along, np.float64) / radius
        x, y = self.centre
        return np.stack([x + radius * np.sin(angle), y + radius * np.cos(angle)], -1)


Front = Side | Corner


@dataclass(frozen=True, eq=False)
class Run:
    """Places side by side without a gap, from left to right. ``zone`` is an index into the plan's zones."""

    points: Points
    zone: int
    place: ArrayLike = Place.SEAT
    restricted: ArrayLike = False


@dataclass(frozen=True, eq=False)
class Row:
    """Runs of one row between its aisles, numbered through from 1."""

    label: str
    runs: tuple[Run, ...]

    @property
    def points(self) -> Points:
        """All places of the row from left to right."""
        return np.concatenate([run.points for run in self.runs])


@dataclass(frozen=True, eq=False)
class Part:
    """A section with its rows from front to back; ``outline`` where the rows alone do not tell it."""

    name: str
    rows: tuple[Row, ...]
    outline: Points | None = None

    def drawn(self) -> Section:
        """The section with a polygon round its rows and its label in the middle."""
        outline = around([row.points for row in self.rows]) if self.outline is None else self.outline
        middle = self.rows[len(self.rows) // 2].points
        label = middle[(len(middle) - 1) // 2 : len(middle) // 2 + 1].mean(0)
        if self.outline is not None:
            label = self.outline.mean(0)
        return Section(self.name, polygon(outline), (round(float(label[0]), 2), round(float(label[1]), 2)))


def letters() -> Iterator[str]:
    """Row letters as theatres use them: A to Z without I and O, then AA, BB and so on."""
    return (letter * times for times in count(1) for letter in _LETTERS)


def spread(length: float, margin: float = 0.0, pitch: float = PITCH) -> Points:
    """Even distances that fill a row of this length from edge to edge, ``margin`` left free at each end."""
    free = length - 2 * margin
    seats = max(round(free / pitch), 0)
    steps: Points = (np.arange(seats) + 0.5) / max(seats, 1)
    return margin + steps * free


def polygon(points: Points) -> tuple[tuple[float, float], ...]:
    """Points as the outline of a `Section` or `Shape`, to the centimetre."""
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def around(rows: Sequence[Points]) -> Points:
    """The polygon half a metre round rows given from front to back."""
    ends = [_widened(row) for row in rows]
    front, back = _shifted(ends[0], -_MARGIN), _shifted(ends[-1], _MARGIN)
    right = np.array([row[-1] for row in ends])
    left = np.array([row[0] for row in ends])[::-1]
    return np.concatenate([_thinned(front), right, _thinned(back)[::-1], left])


def _widened(row: Points) -> Points:
    """The row with a point beyond each end."""
    first, last = row[0] - row[1], row[-1] - row[-2]
    return np.concatenate([
        row[:1] + first / np.hypot(*first) * _MARGIN, row, row[-1:] + last / np.hypot(*last) * _MARGIN,
    ])  # fmt: skip


def _shifted(row: Points, by: float) -> Points:
    """The row moved backwards, square to itself."""
    along = np.gradient(row, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], -1) / np.hypot(*along.T)[:, None]
    shifted: Points = row + normal * by
    return shifted


def _thinned(row: Points) -> Points:
    """At most some 16 of the points, with both ends."""
    kept: Points = row[np.linspace(0, len(row) - 1, min(len(row), 16)).round().astype(int)]
    return kept


def block(
    front: Front, depths: Sequence[float], zones: Sequence[int],
    vomitory: range = range(0), margin: float = AISLE / 2,
) -> tuple[Row, ...]:  # fmt: skip
    """Rows of seats at these depths between two aisles, with one zone a row.

    The rows of ``vomitory`` (counted from 0) leave 2.4 m in the middle free for the way in.
    """
    rows = []
    for index, (label, depth, zone) in enumerate(zip(letters(), depths, zones, strict=False)):
        along = spread(front.length(depth), margin)
        if index in vomitory:
            sides = np.split(along, np.flatnonzero(np.diff(along > front.length(depth) / 2)) + 1)
            kept = [side[np.abs(side - front.length(depth) / 2) > 1.2] for side in sides]
        else:
            kept = [along]
        rows.append(Row(label, tuple(Run(front.points(depth, s), zone) for s in kept if len(s))))
    return tuple(rows)


def accessible(front: Front, depth: float, label: str, zone: int, margin: float = AISLE / 2) -> Row:
    """A row of wheelchair places, each with its companion's place at its right hand."""
    along = spread(front.length(depth), margin, pitch=1.7)
    wheels = along - 0.3
    places = np.stack([wheels, wheels + 0.85], -1).ravel()
    kinds = np.tile([Place.WHEELCHAIR, Place.COMPANION], len(along))
    return Row(label, (Run(front.points(depth, places), zone, kinds),))


def finished(
    name: str, parts: Sequence[Part], zones: tuple[PlanZone, ...], shapes: Sequence[Shape],
    focal_point: tuple[float, float], two_sided: bool = False,
) -> Plan:  # fmt: skip
    """All parts as one plan, with ordinals in reading order: section, row, number.

    ``two_sided`` for a pitch, which is seen as well from either long side.
    """
    rows = [(index, row) for index, part in enumerate(parts) for row in part.rows]
    runs = list(chain.from_iterable(row.runs for _, row in rows))
    sizes = np.array([len(run.points) for run in runs])
    row_sizes = np.array([sum(len(run.points) for run in row.runs) for _, row in rows])
    points = np.concatenate([run.points for run in runs])
    restricted = np.concatenate([np.broadcast_to(run.restricted, len(run.points)) for run in runs])
    distance = np.hypot(*(points - focal_point).T)
    section = np.repeat([index for index, _ in rows], row_sizes)
    row = np.repeat([row.label for _, row in rows], row_sizes)
    number = (np.arange(len(points)) - np.repeat(row_sizes.cumsum() - row_sizes, row_sizes) + 1).astype(str)
    names = [
        f"{parts[s].name}/{r}/{n}" for s, r, n in zip(section.tolist(), row.tolist(), number.tolist(), strict=True)
    ]
    return Plan(
        name=name, ids=seat_ids(name, names),
        x=points[:, 0].astype(np.float32), y=points[:, 1].astype(np.float32),
        section=section.astype(np.int16), row=row, number=number,
        block=np.repeat(np.arange(len(runs)), sizes).astype(np.int32),
        position=(np.arange(len(points)) - np.repeat(sizes.cumsum() - sizes, sizes)).astype(np.int16),
        place=np.concatenate([np.broadcast_to(run.place, len(run.points)) for run in runs]).astype(np.uint8),
        restricted=restricted.astype(bool),
        zone=np.repeat([run.zone for run in runs], sizes).astype(np.uint8),
        quality=_quality(distance, _angle(points - focal_point, two_sided), restricted),
        distance=distance.astype(np.float32),
        sections=tuple(part.drawn() for part in parts), zones=zones, shapes=tuple(shapes),
        focal_point=focal_point,
    )  # fmt: skip


def _angle(from_focal_point: Points, two_sided: bool) -> Points:
    """How far a seat looks from the side: 0 straight in front, a right angle at the side."""
    x, y = from_focal_point.T
    angle: Points = np.abs(np.arctan2(x, np.abs(y) if two_sided else y))
    return angle


def _quality(distance: Points, angle: Points, restricted: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """From 10 down to 1, falling with distance, angle and a restricted view."""
    far = (distance - distance.min()) / np.ptp(distance)
    score = 10 - 5 * far - 4 * angle / (np.pi / 2) - 2 * restricted
    quality: NDArray[np.uint8] = np.clip(np.rint(score), 1, 10).astype(np.uint8)
    return quality
