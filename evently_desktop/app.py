"""The composition root: all of a counter is built once, here, in reading order."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QSettings, QTimer

from evently_desktop.database.transactions import Session
from evently_desktop.devices.folder import FolderPrinter
from evently_desktop.devices.ports import Printer
from evently_desktop.devices.system import system_printer
from evently_desktop.domain.best_available import SingleSeatRule
from evently_desktop.domain.staff import Shift
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.bookings.presenter import BookingsPresenter
from evently_desktop.gui.bookings.view import BookingsScreen
from evently_desktop.gui.counter.presenter import CounterPresenter
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.dates import clock_here
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.scanner import Scanner
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.sign_in import SignedIn
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.till.presenter import ShiftPresenter
from evently_desktop.gui.unfinished import UnfinishedSales
from evently_desktop.gui.workplace import Workplace
from evently_desktop.journal import Journal
from evently_desktop.language import tr
from evently_desktop.live.listener import Listener
from evently_desktop.services import holds
from evently_desktop.services.geometry_cache import GeometryCache
from evently_desktop.settings import Settings

# Seed 004: holds that ran out are tidied up every ten seconds. The truth does not wait for it.
_SWEEP_MS = 10_000


@dataclass(frozen=True)
class Counter:
    """One clerk's counter: its window and all that works behind it."""

    window: MainWindow
    screen: CounterScreen
    presenter: CounterPresenter
    bookings: BookingsScreen
    seats: SeatMapModel
    shifts: ShiftPresenter
    live: Live
    tasks: Tasks
    signed_in: SignedIn

    def close(self) -> None:
        """End what is under way, the listener and the connections; blocks for a moment."""
        self.window.close()
        self.live.stop()
        self.tasks.shutdown()
        self.signed_in.database.close()


def open_counter(settings: Settings, signed_in: SignedIn, tasks: Tasks, state: QSettings) -> Counter:
    """Build the counter for who signed in and set it to work; the window is still to be shown."""
    tasks.database = signed_in.database
    owner = QObject(tasks)
    live = Live(partial(Listener, signed_in.database.url), owner)
    seats = SeatMapModel(owner)
    event = LiveEvent(tasks, live, seats, parent=owner)
    ticket_printer = printer(settings)
    journal = Journal(settings.data_folder / "journal", settings.station)
    plans = GeometryCache(settings.data_folder / "geometry")
    rule = SingleSeatRule(settings.single_seats)
    workplace = Workplace(settings.locale, ticket_printer, None, journal, signed_in.staff.login, plans, rule)

    actions = Actions(settings.data_folder / "keys.json")
    window = MainWindow(actions, state)
    screen = CounterScreen(actions, seats, settings.locale, settings.hold_warning_seconds)
    window.add_screen(screen)
    event.give_way_to(screen.map.painted)
    presenter = CounterPresenter(screen, seats, event, tasks, workplace)
    bookings = BookingsScreen(actions, settings.locale)
    window.add_screen(bookings)
    finder = BookingsPresenter(bookings, tasks, workplace)
    shifts = ShiftPresenter(window, actions, tasks, settings.locale)
    unfinished = UnfinishedSales(tasks, signed_in.database, journal, screen.messages, window)
    unfinished.booking_wanted.connect(partial(_find_booking, window, finder))

    window.status.show_station(settings.station)
    window.status.show_clerk(signed_in.staff.name)
    window.status.show_printer(tr("{printer} ready", printer=ticket_printer.name))
    shifts.changed.connect(partial(_follow_shift, window, presenter, finder, settings.locale))
    presenter.booking_wanted.connect(partial(_find_booking, window, finder))
    Scanner(window).scanned.connect(partial(_find_scanned, window, finder))
    event.connection_changed.connect(partial(_follow_connection, window, finder, shifts))
    sweep = QTimer(owner, interval=_SWEEP_MS)
    sweep.timeout.connect(partial(_sweep, tasks))
    sweep.start()
    presenter.start()
    shifts.start()
    unfinished.start()
    return Counter(window, screen, presenter, bookings, seats, shifts, live, tasks, signed_in)


def printer(settings: Settings) -> Printer:
    """The ticket printer of the settings, or the folder that keeps tickets as files."""
    return system_printer(settings.printer) if settings.printer else FolderPrinter(settings.ticket_folder)


def _find_booking(window: MainWindow, finder: BookingsPresenter, text: str) -> None:
    window.show_screen("bookings")
    finder.find(text)


def _find_scanned(window: MainWindow, finder: BookingsPresenter, code: str) -> None:
    window.show_screen("bookings")
    finder.find_scanned(code)


def _follow_connection(window: MainWindow, finder: BookingsPresenter, shifts: ShiftPresenter, connected: bool) -> None:
    window.show_connected(connected=connected)
    finder.show_connected(connected=connected)
    if connected:
        shifts.start()


def _follow_shift(
    window: MainWindow, presenter: CounterPresenter, finder: BookingsPresenter, locale: str, shift: Shift | None
) -> None:
    presenter.checkout.shift = finder.shift = shift
    if shift is None:
        window.status.show_shift(tr("no shift open"))
    else:
        since = clock_here(shift.opened_at, locale)
        window.status.show_shift(tr("shift since {time}, {till}", time=since, till=shift.till))


def _sweep(tasks: Tasks) -> None:
    tasks.write(_sweep_all).start(on_refused=lambda _error: None)


def _sweep_all(session: Session) -> None:
    for event_id in holds.events_to_sweep(session):
        holds.sweep(session, event_id)
