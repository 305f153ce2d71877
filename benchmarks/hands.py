"""The hands of a person on a seat map, and the hall that is shown: what the benchmarks of the map share."""

import os
import time
from collections.abc import Callable, Sequence
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from evently_desktop.demo.plans.plan import Plan
from evently_desktop.domain.ids import HoldTypeId, PlanId, ZoneId
from evently_desktop.domain.seating import Geometry, Holder, HoldType, SeatStates, SeatStatus, StateChanges
from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView

WIDTH, HEIGHT = 1920, 1080
NOW = 1_800_000_000.0
SEED = 20_26


def busy(plan: Geometry) -> SeatStates:
    """A third sold, an eighth held with rings of all lengths, some house seats and kills."""
    count = len(plan)
    luck = np.repeat(np.random.default_rng(SEED).random(count // 4 + 1), 4)[:count]
    status = np.select(
        [luck < 0.33, luck < 0.45, luck < 0.47], [SeatStatus.BOOKED, SeatStatus.HELD, SeatStatus.KILLED], 0
    ).astype(np.uint8)
    held = status == SeatStatus.HELD
    return SeatStates(
        status=status,
        zone=plan.zone.copy(),
        hold_type=((luck >= 0.47) & (luck < 0.53)).astype(np.uint8),
        expires=np.where(held, NOW + 2500 * (luck - 0.33), np.nan),
        holder=np.where(held, 0, -1).astype(np.int32),
        price=np.full(count, 4200, np.int64),
        booking=np.zeros((count, 16), np.uint8),
        hold_types=(HoldType(HoldTypeId(UUID(int=1)), "H", "House"),),
        holders=[Holder("AB", "Counter 1")],
    )


def changes(plan: Geometry, count: int, source: np.random.Generator) -> StateChanges:
    """News of seats anywhere in the hall, of all statuses."""
    at = source.choice(len(plan), count, replace=False).astype(np.int32)
    return StateChanges(
        ordinal=at,
        status=source.integers(0, 4, count).astype(np.uint8),
        zone=plan.zone[at],
        hold_type=np.zeros(count, np.uint8),
        expires=NOW + source.uniform(30, 300, count),
        holder=np.zeros(count, np.int32),
        price=np.full(count, 4200, np.int64),
        booking=np.zeros((count, 16), np.uint8),
    )


def geometry(plan: Plan) -> Geometry:
    return plan.geometry(PlanId(UUID(int=1)), [ZoneId(UUID(int=n)) for n in range(len(plan.zones))])


def shown(plan: Geometry) -> SeatMapView:
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, busy(plan))
    view = SeatMapView(model, "EUR", "en_GB")
    view.resize(WIDTH, HEIGHT)
    view.show()
    QApplication.processEvents()
    return view


def timed(action: Callable[[int], object], times: int, warm: int = 5) -> np.ndarray:
    """Milliseconds of each run after the first few."""
    took = []
    for number in range(times + warm):
        start = time.perf_counter()
        action(number)
        took.append((time.perf_counter() - start) * 1000)
    return np.array(took[warm:])


def p99(took: np.ndarray) -> float:
    return float(np.percentile(took, 99))


def middle_p99(rounds: Sequence[np.ndarray]) -> float:
    """The median of the rounds' 99th percentiles: what another program does in one round does not count."""
    return float(np.median([p99(took) for took in rounds]))


class Hand:
    """Moves the mouse and turns the wheel over a widget as a person would, one frame each time."""

    def __init__(self, view: SeatMapView) -> None:
        self._view, self._at = view, QPointF(WIDTH / 2, HEIGHT / 2)

    def _mouse(self, kind: QMouseEvent.Type, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
        event = QMouseEvent(
            kind, self._at, self._view.mapToGlobal(self._at), button, buttons, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(self._view, event)

    def press(self) -> None:
        self._mouse(QMouseEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def release(self) -> None:
        self._mouse(QMouseEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)

    def drag(self, number: int) -> None:
        """To and fro by up to 40 pixels, in all directions."""
        angle = number * 0.37
        self._at += QPointF(40 * np.cos(angle), 25 * np.sin(angle))
        self._mouse(QMouseEvent.Type.MouseMove, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
        frame(self._view)

    def wheel(self, number: int) -> None:
        """Fifteen notches in, fifteen out, about changing points."""
        notch = 120 if number % 30 < 15 else -120
        at = QPointF(WIDTH * (0.4 + 0.2 * (number % 7) / 7), HEIGHT * (0.4 + 0.2 * (number % 5) / 5))
        event = QWheelEvent(
            at, self._view.mapToGlobal(at), QPoint(), QPoint(0, notch), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self._view, event)
        frame(self._view)


def frame(view: SeatMapView) -> None:
    """What the next frame would do, to the last pixel in the window."""
    view.draw_frame()
    QApplication.processEvents()
