"""Geometries on this PC's disk, so that opening an event reads states only.

A file a plan version, named after its id: a digest, and after it a ``.npz`` of the arrays with a JSON head. It is a
copy of what the server has and nothing more: a file that is not whole, or another's, counts as none. The plans that
were used last stay, so that years of new versions do not fill the disk.
"""

import json
import logging
import os
import tempfile
import time
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from evently_desktop.domain.ids import PlanId
from evently_desktop.domain.seating import Geometry, Section, Shape, Zone

log = logging.getLogger(__name__)

# Change it with anything below that changes what a file says.
_FORMAT = 1
_DIGEST_BYTES = 32
_PLAN, _HALF_MADE = ".plan", ".part"
# The largest hall takes some 6 MB.
_KEPT = 32
# What was begun so many seconds ago and is not done yet was left behind by a program that died.
_ABANDONED = 24 * 3600
_ARRAYS = (
    "ids", "x", "y", "section", "row", "number", "block", "position", "place", "restricted", "zone", "quality",
    "distance",
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
            data = memoryview(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("%s cannot be read (%s)", path, error)
            return None
        digest, packed = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if sha256(packed).digest() != digest:
            log.warning("%s is damaged: the plan is read from the server again", path)
            return None
        with suppress(OSError):
            os.utime(path)
        return _unpacked(packed, plan_id, made_at, zones)

    def put(self, geometry: Geometry, made_at: datetime) -> None:
        """Keep the geometry; where the disk does not let it, the next `get` finds nothing."""
        packed = _packed(geometry, made_at)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, half_made = tempfile.mkstemp(_HALF_MADE, dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(sha256(packed).digest())
                    file.write(packed)
                Path(half_made).replace(self._path(geometry.plan_id))
            except OSError:
                with suppress(OSError):
                    Path(half_made).unlink()
                raise
            self._prune()
        except OSError as error:
            log.warning("the plan cannot be kept in %s (%s)", self._folder, error)

    def _prune(self) -> None:
        """Leave the plans that were used last. Another program may be at it too, or read one: that is no error."""
        used: dict[Path, float] = {}
        for file in self._folder.iterdir():
            with suppress(OSError):
                used[file] = file.stat().st_mtime
        plans = sorted((file for file in used if file.suffix == _PLAN), key=used.__getitem__, reverse=True)
        long_ago = time.time() - _ABANDONED
        abandoned = [file for file in used if file.suffix == _HALF_MADE and used[file] < long_ago]
        for file in plans[_KEPT:] + abandoned:
            with suppress(OSError):
                file.unlink()

    def _path(self, plan_id: PlanId) -> Path:
        return self._folder / f"{plan_id}{_PLAN}"


def _stamp(plan_id: PlanId, made_at: datetime, zones: tuple[Zone, ...]) -> list[object]:
    return [_FORMAT, str(plan_id), made_at.isoformat(), [str(zone.id) for zone in zones]]


def _packed(geometry: Geometry, made_at: datetime) -> memoryview:
    head = json.dumps({
        "of": _stamp(geometry.plan_id, made_at, geometry.zones),
        "sections": [(s.name, s.outline, s.label_at) for s in geometry.sections],
        "shapes": [(s.kind, s.outline, s.label) for s in geometry.shapes],
        "focal_point": geometry.focal_point,
    }).encode()  # fmt: skip
    arrays: dict[str, Any] = {name: getattr(geometry, name) for name in _ARRAYS}
    file = BytesIO()
    np.savez(file, allow_pickle=False, head=np.frombuffer(head, np.uint8), **arrays)
    return file.getbuffer()


def _unpacked(packed: memoryview, plan_id: PlanId, made_at: datetime, zones: tuple[Zone, ...]) -> Geometry | None:
    with np.load(BytesIO(packed), allow_pickle=False) as file:
        head = json.loads(file["head"].tobytes())
        if head["of"] != _stamp(plan_id, made_at, zones):
            return None
        arrays: dict[str, Any] = {name: file[name] for name in _ARRAYS}
    for array in arrays.values():
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
