"""A sale that plays itself through the real windows, presenters and services, while a second counter looks on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, rmtree

import typer
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtWidgets import QWidget

from evently_desktop import app, entrance, server
from evently_desktop.database.addresses import Address
from evently_desktop.demo import hands
from evently_desktop.gui.sign_in import SignedIn, SignIn, SignInDialog
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.till.dialogs import OpenShiftDialog
from evently_desktop.language import tr
from evently_desktop.settings import Settings

_SIZE = QSize(1920, 1080)


class Story:
    """One clerk at one counter, and a picture of each step."""

    def __init__(self, settings: Settings, address: Address, output: Path) -> None:
        self.settings = settings
        self.address = address
        self.output = output
        self._step = 0

    def show(self, widget: QWidget, name: str, sentence: str) -> None:
        """Write a picture of this step and say what happened."""
        self._step += 1
        file = self.output / f"{self._step:02d}-{name}.png"
        hands.picture(widget, file)
        typer.echo(f"  {file}  {sentence}")


def play(settings: Settings, password: str, output: Path) -> int:
    """Sign in, pick, hold, pay, print, find and refund; pictures and tickets go to ``output``. The exit code."""
    rmtree(output, ignore_errors=True)
    qt = entrance.application(settings)
    story = Story(settings, server.address(settings), output)
    with counter_at(story, "anna", password, show=True) as anna:
        other = replace(settings, station=tr("Counter 1"), data_folder=settings.data_folder / "other")
        with counter_at(Story(other, story.address, output), "jonas", password) as jonas:
            _open_shift(story, anna)
            reference = _sell(story, anna, jonas)
            _refund(story, anna, jonas, reference)
    qt.processEvents()
    typer.echo(tr("Pictures and tickets are in {folder}.", folder=output.resolve()))
    return 0


@contextmanager
def counter_at(story: Story, login: str, password: str, *, show: bool = False) -> Iterator[app.Counter]:
    """Sign in through the dialog and open the counter at the first event."""
    settings = story.settings
    tasks = Tasks()
    state = QSettings(str(settings.data_folder / "window.ini"), QSettings.Format.IniFormat)
    dialog = SignInDialog(tr("this PC"), settings.station)
    signing = SignIn(dialog, tasks, settings, lambda *_: story.address, state)
    found: list[SignedIn] = []
    signing.signed_in.connect(found.append)
    dialog.show()
    dialog.login.setText(login)
    dialog.password.setText(password)
    if show:
        story.show(dialog, "sign-in", tr("A clerk signs in."))
    dialog.enter.click()
    hands.until(lambda: found, tr("signing in"))
    counter = app.open_counter(settings, found[0], tasks, state)
    counter.window.resize(_SIZE)
    counter.window.show()
    hands.until(lambda: counter.seats.states is not None, tr("the map"))
    try:
        yield counter
    finally:
        counter.close()


def _open_shift(story: Story, counter: app.Counter) -> None:
    story.show(counter.window, "counter", tr("The next event is open; its map is live."))
    hands.until(lambda: counter.shifts.is_known, tr("the shift"))
    if counter.shifts.shift is None:
        counter.shifts.action.trigger()
        dialog = hands.dialog()
        assert isinstance(dialog, OpenShiftDialog)
        hands.type_text(dialog.float_amount.field, "150")
        story.show(dialog, "shift", tr("The till has its float: a shift begins."))
        dialog.go.click()
        hands.until(lambda: counter.shifts.shift, tr("the shift"))


def _sell(story: Story, counter: app.Counter, other: app.Counter) -> str:
    screen, basket = counter.screen, counter.presenter.basket
    free = _free(other)
    hands.bring_forward(counter.window)
    hands.type_into(screen.command.line, "2A 1C best")
    hands.until(lambda: basket.hold and basket.is_settled, tr("the hold"))
    story.show(counter.window, "held", tr("Two adults and a child get the best seats together; they are held."))
    hands.until(lambda: _free(other) == free - 3, tr("the other counter's map"))
    story.show(other.window, "other-counter", tr("The other counter saw the seats go at once."))
    hands.press(counter.window, Qt.Key.Key_F8)
    hands.type_text(screen.by_cash.given.field, "250")
    story.show(counter.window, "cash", tr("The change is the largest text on the screen."))
    hands.press(screen.by_cash.given.field, Qt.Key.Key_Return)
    printing = screen.sold.printing
    hands.until(lambda: story.settings.ticket_folder.name in printing.text(), tr("the tickets"))
    reference = screen.sold.sold.text().split()[-1]
    story.show(counter.window, "sold", tr("Sold as {reference}; the tickets are printed.", reference=reference))
    newest = max(story.settings.ticket_folder.glob("*.pdf"))
    copyfile(newest, story.output / "tickets.pdf")
    return reference


def _free(counter: app.Counter) -> int:
    states = counter.seats.states
    return 0 if states is None else int(states.free_at(counter.seats.now).sum())


def _refund(story: Story, counter: app.Counter, other: app.Counter, reference: str) -> None:
    """Find the booking by its reference and give the money back."""
    screen, bookings = counter.screen, counter.bookings
    free = _free(other)
    hands.bring_forward(counter.window)
    hands.type_into(screen.command.line, reference)
    hands.until(bookings.cancel.isEnabled, tr("the booking"))
    story.show(counter.window, "found", tr("The booking is found by its reference, with its whole history."))
    bookings.cancel.trigger()
    hands.type_text(bookings.refunding.reason, tr("cannot come"))
    story.show(counter.window, "refund", tr("The money goes back, for a reason that stays on record."))
    hands.press(bookings.refunding.reason, Qt.Key.Key_Return)
    hands.until(lambda: not bookings.cancel.isEnabled() and _free(other) == free + 3, tr("the refund"))
    story.show(counter.window, "refunded", tr("Refunded; its tickets are void."))
    story.show(other.window, "other-counter-again", tr("The other counter has the seats back."))
