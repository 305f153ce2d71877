"""The bars of the seat map, measured side by side in one process for each ratio of device to logical pixels.

Times are milliseconds. Whatever is compared takes turns, in rounds; the median of the rounds counts, for the slow
frames the median of the rounds' 99th percentiles.
"""

import argparse
import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGraphicsEllipseItem, QGraphicsScene, QGraphicsView, QWidget

from benchmarks.bars import Bar
from benchmarks.hands import HEIGHT, SEED, WIDTH, Hand, changes, frame, geometry, middle_p99, shown, timed
from benchmarks.own_process import bars_from, send
from evently_desktop.demo.plans import arena, stadium
from evently_desktop.domain.seating import Geometry, StateChanges
from evently_desktop.gui import theme
from evently_desktop.gui.seat_map import SeatMapView

ROUNDS = 7


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


def resident() -> float:
    """Megabytes that this process holds."""
    return float(psutil.Process().memory_info().rss) / 2**20


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


class Own:
    """The map that is measured, and its clerk's hand."""

    def __init__(self, plan: Geometry) -> None:
        self.plan = plan
        gc.collect()
        before = resident()
        self.view = shown(plan)
        frame(self.view)
        self.memory = resident() - before
        self.hand = Hand(self.view)
        source = np.random.default_rng(SEED)
        self.many = recolour(self.view, [changes(plan, min(5000, len(plan)), source) for _ in range(40)])
        self.one = recolour(self.view, [changes(plan, 1, source) for _ in range(200)])

    def fit(self) -> None:
        self.view.fit()
        frame(self.view)

    def drag(self) -> np.ndarray:
        self.fit()
        self.hand.press()
        took = timed(self.hand.drag, 200)
        self.hand.release()
        return took

    def drag_near(self) -> np.ndarray:
        """With seat numbers."""
        self.fit()
        for _ in range(8):
            self.hand.wheel(0)
        self.view.finish()
        self.hand.press()
        took = timed(self.hand.drag, 200)
        self.hand.release()
        return took

    def zoom(self) -> np.ndarray:
        self.fit()
        return timed(self.hand.wheel, 180)

    def recolour_many(self) -> np.ndarray:
        self.fit()
        return timed(self.many, 100)

    def recolour_one(self) -> np.ndarray:
        self.fit()
        return timed(self.one, 200)

    def repaint(self) -> np.ndarray:
        self.fit()
        self.view.finish()
        return timed(repaint(self.view), 40)


def frames(own: Own, dpr: float) -> Iterator[Bar]:
    """Drag, wheel and recolour against the time of a frame."""
    limits = (4.0, 8.3, 4.0) if dpr == 1 else (8.3, 16.7, 8.3)
    hands = {
        "drag, whole hall": (own.drag, limits[0]),
        "drag, near with numbers": (own.drag_near, limits[0]),
        "wheel zoom": (own.zoom, limits[1]),
        "recolour 5,000": (own.recolour_many, limits[2]),
    }
    rounds = [[measured() for measured, _ in hands.values()] for _ in range(ROUNDS)]
    for (name, (_, limit)), took in zip(hands.items(), zip(*rounds, strict=True), strict=True):
        worst = middle_p99(took)
        yield Bar(f"dpr {dpr:g}, p99 ms: {name}", worst, limit, worst, limit)


def floors(own: Own, dpr: float) -> Iterator[Bar]:
    """Beside the blit of a whole window, and beside a small hall."""
    bare = Bare(dpr)
    bare.resize(WIDTH, HEIGHT)
    bare.show()
    small = Own(first_seats(geometry(arena()), 2000))
    blit, full, few, many = [], [], [], []
    for _ in range(ROUNDS):
        blit.append(np.median(timed(lambda _: bare.repaint(), 60)))
        full.append(np.median(own.repaint()))
        few.append(np.median(small.recolour_one()))
        many.append(np.median(own.recolour_one()))
    floor, ours = float(np.median(blit)), float(np.median(full))
    yield Bar(f"dpr {dpr:g}: full repaint / bare window blit", ours, floor, ours / floor, 16)
    floor, ours = float(np.median(few)), float(np.median(many))
    yield Bar(f"dpr {dpr:g}: one seat of 80,000 / of 2,000", ours, floor, ours / floor, 1.5)


def rival(own: Own) -> Iterator[Bar]:
    """Beside one QGraphicsItem a seat."""
    gc.collect()
    before = resident()
    items = Items(own.plan)
    their_memory = resident() - before
    recolour_theirs = items.recolour(changes(own.plan, 5000, np.random.default_rng(SEED)).ordinal)
    full, zoom, many, their_full, their_zoom, their_many = [], [], [], [], [], []
    for _ in range(3):
        items.view.fitInView(items.scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        their_full.append(timed(items.repaint, 4, 1))
        full.append(own.repaint())
        their_many.append(timed(recolour_theirs, 3, 1))
        many.append(own.recolour_many())
        their_zoom.append(timed(items.zoom, 30, 1))
        zoom.append(own.zoom())

    def beside(name: str, ours: float, theirs: float, bar: float) -> Bar:
        return Bar(f"items / ours: {name}", ours, theirs, theirs / ours, bar, least=True)

    def middle(rounds: list[np.ndarray]) -> float:
        return float(np.median(np.concatenate(rounds)))

    yield beside("full repaint", middle(full), middle(their_full), 100)
    yield beside("zoom p99", middle_p99(zoom), middle_p99(their_zoom), 50)
    yield beside("recolour 5,000", middle(many), middle(their_many), 500)
    yield Bar("memory MB, ours / items", own.memory, their_memory, own.memory / their_memory, 0.2)


def measure(dpr: float) -> Iterator[Bar]:
    """All bars at the ratio of device to logical pixels that Qt was started with."""
    own = Own(geometry(stadium()))
    gc.freeze()
    yield from frames(own, dpr)
    yield from floors(own, dpr)
    if dpr == 1:
        yield from rival(own)


def first_seats(plan: Geometry, count: int) -> Geometry:
    """The same hall with its first seats only."""
    arrays: dict[str, Any] = {
        name: value[:count] for name, value in vars(plan).items() if isinstance(value, np.ndarray)
    }
    return replace(plan, **arrays)


def bars() -> Iterator[Bar]:
    for dpr in ("1", "2"):
        yield from bars_from("benchmarks.seat_map", "--dpr", dpr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dpr", type=float, default=1.0)
    dpr = parser.parse_args().dpr
    os.environ["QT_SCALE_FACTOR"] = str(dpr)
    application = QApplication([])
    send(measure(dpr))
    del application


if __name__ == "__main__":
    main()
