"""The bars of the seat map, measured side by side in one process.

Prints one line a bar: name, ours, floor, ratio or limit, bar, ok or short; ends with 1 if one is short.
Times are milliseconds. Run it alone on the machine: ``python benchmarks/seat_map.py [--dpr 2]``.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsEllipseItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)

from evently_desktop.demo.plans import arena, stadium
from evently_desktop.demo.plans.plan import Plan
from evently_desktop.domain.ids import HoldTypeId, PlanId, ZoneId
from evently_desktop.domain.seating import (
    Geometry,
    Holder,
    HoldType,
    SeatStates,
    SeatStatus,
    StateChanges,
)
from evently_desktop.gui import theme
from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView

WIDTH, HEIGHT = 1920, 1080
NOW = 1_800_000_000.0
SEED = 20_26


@dataclass(frozen=True)
class Bar:
    """What was asked for and what came out; ``ours`` must be at most ``bar``, or at least if ``least``."""

    name: str
    ours: float
    floor: float
    value: float
    bar: float
    least: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.bar if self.least else self.value <= self.bar

    def __str__(self) -> str:
        sign = ">=" if self.least else "<="
        verdict = "ok" if self.reached else "short"
        return (
            f"{self.name:<44} {self.ours:>9.3f} {self.floor:>9.3f} {self.value:>9.2f} {sign} {self.bar:<8g} {verdict}"
        )


class Bare(QWidget):
    """The floor: a widget that only shows one picture of the window's size."""

    def __init__(self, dpr: float) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._picture = QImage(round(WIDTH * dpr), round(HEIGHT * dpr), QImage.Format.Format_RGB32)
        self._picture.fill(Qt.GlobalColor.white)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        painter.drawImage(0, 0, self._picture)
        painter.end()


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


def resident() -> float:
    """Megabytes that this process holds."""
    return float(psutil.Process().memory_info().rss) / 2**20


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


def recolour(view: SeatMapView, news: list[StateChanges]) -> Callable[[int], None]:
    def once(number: int) -> None:
        view.model.apply(news[number % len(news)])
        frame(view)

    return once


def repaint(view: SeatMapView) -> Callable[[int], None]:
    """Every pixel anew: ground, stage, outlines, 80,000 seats, names, and the window."""

    def once(_number: int) -> None:
        view.redraw()
        frame(view)

    return once


class Items:
    """The rival: one QGraphicsEllipseItem a seat, as most seat maps are built."""

    def __init__(self, plan: Geometry) -> None:
        self.scene = QGraphicsScene()
        self.items = []
        brushes = [QColor(colour) for colour in theme.zone_colours(theme.LIGHT)]
        for x, y, zone in zip(plan.x.tolist(), plan.y.tolist(), plan.zone.tolist(), strict=True):
            item = QGraphicsEllipseItem(x - 0.22, y - 0.22, 0.44, 0.44)
            item.setPen(Qt.PenStyle.NoPen)
            item.setBrush(brushes[zone])
            self.scene.addItem(item)
            self.items.append(item)
        self.view = QGraphicsView(self.scene)
        self.view.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.view.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.view.resize(WIDTH, HEIGHT)
        self.view.show()
        self.view.fitInView(self.scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        QApplication.processEvents()

    def repaint(self, _number: int) -> None:
        self.view.viewport().update()
        QApplication.processEvents()

    def zoom(self, number: int) -> None:
        factor = 1.2 if number % 30 < 15 else 1 / 1.2
        self.view.scale(factor, factor)
        QApplication.processEvents()

    def recolour(self, ordinals: np.ndarray) -> Callable[[int], None]:
        brushes = [QColor("#DFE3E8"), QColor("#0072B2")]

        def once(number: int) -> None:
            for ordinal in ordinals.tolist():
                self.items[ordinal].setBrush(brushes[number % 2])
            QApplication.processEvents()

        return once


def hands(view: SeatMapView, plan: Geometry, dpr: float) -> tuple[list[Bar], np.ndarray, np.ndarray]:
    """Drag, wheel and recolour against the time of a frame."""
    limits = (4.0, 8.3, 4.0) if dpr == 1 else (8.3, 16.7, 8.3)
    source = np.random.default_rng(SEED)
    hand = Hand(view)
    view.fit()
    frame(view)
    hand.press()
    drag = timed(hand.drag, 300)
    hand.release()
    for _ in range(8):
        hand.wheel(0)
    view.finish_labels()
    hand.press()
    near = timed(hand.drag, 300)
    hand.release()
    view.fit()
    frame(view)
    zoom = timed(hand.wheel, 300)
    view.fit()
    frame(view)
    news = [changes(plan, 5000, source) for _ in range(40)]
    many = timed(recolour(view, news), 120)
    name = f"dpr {dpr:g}, p99 ms: "
    bars = [
        Bar(name + "drag, whole hall", p99(drag), limits[0], p99(drag), limits[0]),
        Bar(name + "drag, near with numbers", p99(near), limits[0], p99(near), limits[0]),
        Bar(name + "wheel zoom", p99(zoom), limits[1], p99(zoom), limits[1]),
        Bar(name + "recolour 5,000", p99(many), limits[2], p99(many), limits[2]),
    ]
    return bars, zoom, many


def one_seat(view: SeatMapView, plan: Geometry) -> float:
    source = np.random.default_rng(SEED)
    view.fit()
    frame(view)
    return float(np.median(timed(recolour(view, [changes(plan, 1, source) for _ in range(200)]), 400)))


def measure(dpr: float) -> list[Bar]:
    """All bars at the ratio of device to logical pixels that Qt was started with."""
    plan = geometry(stadium())
    gc.collect()
    before = resident()
    view = shown(plan)
    frame(view)
    own_memory = resident() - before
    gc.freeze()
    bars, zoom, many = hands(view, plan, dpr)
    bare = Bare(dpr)
    bare.resize(WIDTH, HEIGHT)
    bare.show()
    view.fit()
    frame(view)
    blit = float(np.median(timed(lambda _: bare.repaint(), 200)))
    full = float(np.median(timed(repaint(view), 200)))
    bars.append(Bar("full repaint / bare window blit", full, blit, full / blit, 16))
    few_seats = first_seats(geometry(arena()), 2000)
    small = shown(few_seats)
    few, all_of_them = one_seat(small, few_seats), one_seat(view, plan)
    bars.append(Bar("recolour one of 80,000 / one of 2,000", all_of_them, few, all_of_them / few, 1.25))
    if dpr == 1:
        gc.collect()
        before = resident()
        items = Items(plan)
        their_memory = resident() - before
        theirs = float(np.median(timed(items.repaint, 8, 1)))
        their_zoom = p99(timed(items.zoom, 45, 1))
        items.view.fitInView(items.scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        five = changes(plan, 5000, np.random.default_rng(SEED)).ordinal
        their_many = float(np.median(timed(items.recolour(five), 6, 1)))
        ours_many = float(np.median(many))
        bars += [
            Bar("items: full repaint", full, theirs, theirs / full, 100, least=True),
            Bar("items: zoom p99", p99(zoom), their_zoom, their_zoom / p99(zoom), 50, least=True),
            Bar("items: recolour 5,000", ours_many, their_many, their_many / ours_many, 500, least=True),
            Bar("items: memory MB, ours / theirs", own_memory, their_memory, own_memory / their_memory, 0.2),
        ]
    return bars


def first_seats(plan: Geometry, count: int) -> Geometry:
    """The same hall with its first seats only."""
    arrays: dict[str, Any] = {
        name: value[:count] for name, value in vars(plan).items() if isinstance(value, np.ndarray)
    }
    return replace(plan, **arrays)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dpr", type=float, default=1.0)
    dpr = parser.parse_args().dpr
    os.environ["QT_SCALE_FACTOR"] = str(dpr)
    application = QApplication([])
    bars = measure(dpr)
    print(f"{'bar':<44} {'ours':>9} {'floor':>9} {'value':>9}    bar")
    for bar in bars:
        print(bar)
    del application
    return int(not all(bar.reached for bar in bars))


if __name__ == "__main__":
    sys.exit(main())
