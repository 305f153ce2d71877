"""Pictures of every screen of the demo, light and dark, and of its maps near and far: ``make pictures``."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import typer
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from evently_desktop import app, entrance, server
from evently_desktop.database.transactions import Database
from evently_desktop.demo import hands, prepare
from evently_desktop.demo.eyes import Eyes, seen_by
from evently_desktop.demo.story import Story, counter_at
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.errors import EventlyError
from evently_desktop.gui.appearance import show
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.first_start import FirstStart
from evently_desktop.gui.sign_in import SignInDialog
from evently_desktop.gui.theme import DARK, HIGH_CONTRAST, LIGHT, Palette
from evently_desktop.gui.till.dialogs import CloseShiftDialog, OpenShiftDialog
from evently_desktop.language import tr
from evently_desktop.services import holds
from evently_desktop.settings import Settings, ready

FOLDER = Path("docs") / "pictures"
_LARGE, _SMALL = QSize(1920, 1080), QSize(1280, 720)
_BOTH, _ALL = (LIGHT, DARK), (LIGHT, DARK, HIGH_CONTRAST)


def main(arguments: list[str]) -> int:
    """Take all pictures, those at 150 % in a process of their own, as Qt is told its scale before it starts."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    settings, password = prepare(ready())
    if arguments == ["large"]:
        take_large(settings, password)
        return 0
    take_all(settings, password)
    program = [sys.executable, "-m", "evently_desktop.demo.pictures", "large"]
    subprocess.run(program, env=os.environ | {"QT_SCALE_FACTOR": "1.5"}, check=True)  # noqa: S603 - this very program
    server.embedded(settings).stop()
    return 0


def take_all(settings: Settings, password: str) -> None:
    """The screens at 1920 × 1080, the counter at 1280 × 720 too, and the maps."""
    qt = entrance.application(settings)
    take(FirstStart(""), "first-start")
    take(SignInDialog(tr("this PC"), settings.station), "sign-in")
    with _counter(settings, password, _LARGE) as counter:
        _shift(counter, "shift-open")
        _bookings(counter, _sale(counter, "counter"))
        _sheets(counter)
        _close_shift(counter)
        for hall in ("stadium", "arena", "cellar", "playhouse"):
            _maps(counter, hall, partial(_jonas, settings, password))
    with _counter(settings, password, _SMALL) as counter:
        _hold(counter, "2A 1C best")
        take(counter.window, "counter-1280x720", _BOTH)
        _release(counter)
    qt.processEvents()


def take_large(settings: Settings, password: str) -> None:
    """The counter on a screen of 1920 × 1080 pixels at 150 %."""
    entrance.application(settings)
    with _counter(settings, password, _LARGE / 1.5) as counter:
        _hold(counter, "2A 1C best")
        take(counter.window, "counter-150-percent", _BOTH)
        _release(counter)


def take(widget: QWidget, name: str, palettes: tuple[Palette, ...] = _BOTH) -> None:
    """Write what the widget shows in each palette; a dialog is shown for it."""
    if not widget.isVisible():
        widget.show()
    for palette in palettes:
        _dress(palette)
        _write(widget.grab().toImage(), f"{name}-{palette.name.replace('_', '-')}")
    _dress(LIGHT)


def _dress(palette: Palette) -> None:
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    show(qt, palette)
    QCoreApplication.processEvents()
    for map_ in (each.map for each in _screens(qt)):
        map_.draw_frame()
        map_.finish()
    QCoreApplication.processEvents()


def _screens(qt: QApplication) -> Iterator[CounterScreen]:
    for window in qt.topLevelWidgets():
        yield from window.findChildren(CounterScreen)


def _write(picture: QImage, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.png"
    # The least quality is the strongest compression, which loses nothing.
    picture.convertToFormat(QImage.Format.Format_RGB888).save(str(file), quality=0)
    typer.echo(f"  {file}")


@contextmanager
def _counter(settings: Settings, password: str, size: QSize) -> Iterator[app.Counter]:
    """A counter at the first event, its map up to date."""
    story = Story(settings, server.address(settings), FOLDER)
    with counter_at(story, "anna", password) as counter:
        counter.window.resize(size)
        hands.bring_forward(counter.window)
        hands.until(lambda: counter.shifts.is_known, tr("the shift"))
        hands.until(lambda: counter.presenter.checkout.performance, tr("the event"))
        yield counter


def _shift(counter: app.Counter, name: str = "") -> None:
    if counter.shifts.shift is None:
        counter.shifts.action.trigger()
        dialog = hands.dialog()
        assert isinstance(dialog, OpenShiftDialog)
        hands.type_text(dialog.float_amount.field, "150")
        if name:
            take(dialog, name)
        dialog.go.click()
        hands.until(lambda: counter.shifts.shift, tr("the shift"))
        hands.bring_forward(counter.window)


def _close_shift(counter: app.Counter) -> None:
    counter.shifts.action.trigger()
    dialog = hands.dialog()
    assert isinstance(dialog, CloseShiftDialog)
    hands.type_text(dialog.counted.field, "150")
    take(dialog, "shift-count")
    dialog.go.click()
    hands.until(lambda: not dialog.outcome.isHidden(), tr("the count"))
    take(dialog, "shift-closed")
    dialog.accept()


def _hold(counter: app.Counter, line: str) -> None:
    basket = counter.presenter.basket
    hands.type_into(counter.screen.command.line, line)
    hands.until(lambda: basket.hold and basket.is_settled, tr("the hold"))


def _release(counter: app.Counter) -> None:
    counter.screen.back.trigger()
    hands.until(lambda: counter.presenter.basket.hold is None, tr("the release"))


def _sale(counter: app.Counter, name: str) -> str:
    """The counter from the first look to the tickets; the reference of what was sold."""
    screen = counter.screen
    take(counter.window, f"{name}-empty", _ALL)
    _hold(counter, "2A 1C best")
    take(counter.window, name, _ALL)
    screen.customer.trigger()
    hands.type_text(screen.for_customer.field, "an")
    hands.until(lambda: screen.for_customer.list.model().rowCount() > 1, tr("the customers"))
    take(counter.window, f"{name}-customer")
    hands.press(counter.window, Qt.Key.Key_Escape)
    screen.cash.trigger()
    hands.type_text(screen.by_cash.given.field, "250")
    take(counter.window, f"{name}-cash", _ALL)
    hands.press(screen.by_cash.given.field, Qt.Key.Key_Return)
    hands.until(lambda: screen.sold.printing.text().endswith("."), tr("the tickets"))
    take(counter.window, f"{name}-sold")
    taken = _sold_seat(counter)
    hands.type_into(screen.command.line, taken)
    hands.until(screen.messages.isVisible, tr("the refusal"))
    take(counter.window, f"{name}-refused")
    screen.messages.dismiss()
    reference = screen.sold.sold.text().split()[-1]
    _hold(counter, "1A 1S best")
    screen.card.trigger()
    hands.until(screen.by_card.isVisible, tr("the card"))
    take(counter.window, f"{name}-card")
    hands.press(counter.window, Qt.Key.Key_Escape)
    _release(counter)
    counter.window.show_connected(connected=False)
    counter.presenter.checkout.show_connected(connected=False)
    take(counter.window, f"{name}-disconnected")
    counter.window.show_connected(connected=True)
    counter.presenter.checkout.show_connected(connected=True)
    return reference


def _sold_seat(counter: app.Counter) -> str:
    """A seat of the Stalls that was sold, as a clerk types it."""
    hall, states = counter.seats.hall, counter.seats.states
    assert hall is not None
    assert states is not None
    geometry = hall.geometry
    seat = int(np.flatnonzero((geometry.section == 0) & (states.booking.any(axis=1)))[0])
    return f"{geometry.sections[0].name} {geometry.row[seat]}{geometry.number[seat]}"


def _bookings(counter: app.Counter, reference: str) -> None:
    screen, bookings = counter.screen, counter.bookings
    hands.type_into(screen.command.line, reference)
    hands.until(bookings.cancel.isEnabled, tr("the booking"))
    take(counter.window, "bookings", _ALL)
    bookings.cancel.trigger()
    hands.type_text(bookings.refunding.reason, tr("cannot come"))
    take(counter.window, "bookings-refund")
    hands.press(bookings.refunding.reason, Qt.Key.Key_Return)
    hands.until(lambda: bookings.refunding.isHidden() and not bookings.cancel.isEnabled(), tr("the refund"))
    take(counter.window, "bookings-refunded")
    counter.window.show_screen(screen.id)


def _sheets(counter: app.Counter) -> None:
    """The sheet of keys and the search of all actions."""
    for key, modifier, name in (
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "keys"),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "all-actions"),
    ):
        hands.press(counter.window, key, modifier)
        sheet = _opened(counter.window)
        take(sheet, name)
        sheet.close()
        hands.bring_forward(counter.window)


def _opened(window: QWidget) -> QDialog:
    found: list[QDialog] = []

    def is_open() -> bool:
        found[:] = [each for each in window.findChildren(QDialog) if each.isVisible()]
        return bool(found)

    hands.until(is_open, tr("a dialog"))
    return found[0]


def _jonas(settings: Settings, password: str) -> Database:
    """The clerk at the counter beside."""
    return Database(server.address(settings).url("jonas", password), station="Counter 3")


def _maps(counter: app.Counter, hall: str, other_clerk: Callable[[], Database]) -> None:
    """The map of a hall at three zooms, in all palettes and to all eyes, the near one at two clerks' baskets."""
    screen = counter.screen
    names = {
        "playhouse": "Hamlet", "cellar": "Songs after Ten",
        "arena": "Northern Lights Live", "stadium": "Harbour Rovers",
    }  # fmt: skip
    event = next(each for each in screen.events.events if each.name.startswith(names[hall]))
    counter.presenter.open_event(event)
    hands.until(lambda: counter.seats.hall and counter.seats.hall.geometry.plan_id == event.plan_id, tr("the map"))
    screen.map.fit()
    if hall in {"stadium", "cellar"}:
        take(counter.window, hall)
    _hold(counter, "4A best")
    with other_clerk() as database:
        beside = new_booking_id()
        database.write(holds.place, event.id, beside, _near_the_basket(counter))
        hands.until(lambda: len(counter.seats.mine) == 4 and _is_held_beside(counter), tr("the other basket"))
        _zooms(counter, hall)
        database.write(holds.release, event.id, beside)
    _release(counter)


def _near_the_basket(counter: app.Counter) -> list[SeatChoice]:
    """Three free seats near those of the basket, for somebody else."""
    hold, hall, states = counter.presenter.basket.hold, counter.seats.hall, counter.seats.states
    assert hold
    assert hall
    assert states
    x, y = hall.geometry.x, hall.geometry.y
    mine = [seat.ordinal for seat in hold.seats]
    away = np.hypot(x - x[mine].mean(), y - y[mine].mean())
    away[(states.status != SeatStatus.AVAILABLE) | (states.hold_type > 0)] = np.inf
    away[mine] = np.inf
    return [SeatChoice(hall.geometry.seat_id(int(seat)), hold.seats[0].price_type_id) for seat in away.argsort()[:3]]


def _is_held_beside(counter: app.Counter) -> bool:
    states = counter.seats.states
    return states is not None and int((states.status == SeatStatus.HELD).sum()) >= 7


def _zooms(counter: app.Counter, hall: str) -> None:
    screen = counter.screen
    mine, plan = counter.seats.mine, counter.seats.hall
    assert plan
    at = float(plan.geometry.x[mine].mean()), float(plan.geometry.y[mine].mean())
    for zoom, factor in (("far", 1.0), ("middle", 2.2), ("near", 3.0)):
        if zoom == "far":
            screen.map.fit()
        else:
            _zoom(screen, factor)
            screen.map.centre_on(*at)
        name = f"map-{hall}-{zoom}"
        take(screen.map, name, _ALL)
        pixels = _pixels(screen.map.grab().toImage())
        for eyes in Eyes:
            seen = seen_by(eyes, pixels)
            height, width, _ = seen.shape
            lines = seen.tobytes()
            picture = QImage(lines, width, height, 3 * width, QImage.Format.Format_RGB888)
            _write(picture, f"{name}-{eyes.name.lower()}")


def _zoom(screen: CounterScreen, factor: float) -> None:
    middle = screen.map.rect().center()
    screen.map.zoom(factor, middle.x(), middle.y())


def _pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    # A copy: the lines are the picture's own, and it goes.
    return lines[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EventlyError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
