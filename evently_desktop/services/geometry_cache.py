"""Geometries on this PC's disk, so that opening an event reads states only.

A file a plan version, named after its id: a ``.npz`` of the arrays with a JSON head beside them. It is a copy of
what the server has and nothing more: whatever is wrong with it, it is left alone and read from the server again.
"""

import json
import logging
import os
import tempfile
import zlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.ids import PlanId
from evently_desktop.domain.seating import Geometry, Section, Shape, Zone

log = logging.getLogger(__name__)

# Change it with anything below that changes what a file says.
_FORMAT = 1
_ARRAYS = {
    "ids": np.uint8, "x": np.float32, "y": np.float32, "section": np.int16, "row": np.str_, "number": np.str_,
    "block": np.int32, "position": np.int16, "place": np.uint8, "restricted": np.bool_, "zone": np.uint8,
    "quality": np.uint8, "distance": np.float32,
}  # fmt: skip
# What reading bytes that are no such file may end in; the checksums of the zip find what was damaged.
_UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile, zlib.error, NotImplementedError, RuntimeError,
    MemoryError,
)  # fmt: skip


class GeometryCache:
    """The geometries in ``folder``, which is made when it is needed. Any number of programs may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, plan_id: PlanId, made_at: datetime, zones: tuple[Zone, ...]) -> Geometry | None:
        """The geometry with these zones, or None if there is none that is whole and of this very plan.

        ``made_at`` is when the plan came to be: another database may have another plan under the same id.
        """
        path = self._path(plan_id)
        try:
            with np.load(path, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                if head["of"] != _stamp(plan_id, made_at, zones):
                    return None
                return _built(plan_id, zones, head, {name: file[name] for name in _ARRAYS})
        except FileNotFoundError:
            return None
        except _UNREADABLE as error:
            log.warning("%s cannot be used (%s): the plan is read from the server again", path, error)
            return None

    def put(self, geometry: Geometry, made_at: datetime) -> None:
        """Keep the geometry; where the disk does not let it, the next `get` finds nothing."""
        head = json.dumps({
            "of": _stamp(geometry.plan_id, made_at, geometry.zones),
            "sections": [(s.name, s.outline, s.label_at) for s in geometry.sections],
            "shapes": [(s.kind, s.outline, s.label) for s in geometry.shapes],
            "focal_point": geometry.focal_point,
        }).encode()  # fmt: skip
        arrays: dict[str, Any] = {name: getattr(geometry, name) for name in _ARRAYS}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, half_made = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, allow_pickle=False, head=np.frombuffer(head, np.uint8), **arrays)
                Path(half_made).replace(self._path(geometry.plan_id))
            except OSError:
                with suppress(OSError):
                    Path(half_made).unlink()
                raise
        except OSError as error:
            log.warning("the plan cannot be kept in %s (%s)", self._folder, error)

    def _path(self, plan_id: PlanId) -> Path:
        return self._folder / f"{plan_id}.npz"


def _stamp(plan_id: PlanId, made_at: datetime, zones: tuple[Zone, ...]) -> list[object]:
    return [_FORMAT, str(plan_id), made_at.isoformat(), [str(zone.id) for zone in zones]]


def _built(plan_id: PlanId, zones: tuple[Zone, ...], head: Any, arrays: dict[str, NDArray[Any]]) -> Geometry:
    count = len(arrays["ids"])
    for name, kind in _ARRAYS.items():
        array = arrays[name]
        if array.shape != ((count, 16) if name == "ids" else (count,)) or not np.issubdtype(array.dtype, kind):
            raise ValueError(f"array {name}")
        array.setflags(write=False)
    return Geometry(
        plan_id=plan_id,
        zones=zones,
        sections=tuple(Section(name, _polygon(outline), _point(at)) for name, outline, at in head["sections"]),
        shapes=tuple(Shape(kind, _polygon(outline), label) for kind, outline, label in head["shapes"]),
        focal_point=_point(head["focal_point"]),
        **arrays,
    )


def _point(values: list[float]) -> tuple[float, float]:
    x, y = values
    return x, y


def _polygon(points: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple(_point(point) for point in points)
