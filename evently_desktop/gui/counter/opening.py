"""What is read once when an event is opened; what changes is kept true by `LiveEvent`."""

from dataclasses import dataclass
from functools import cached_property, partial

from PySide6.QtCore import QObject, Signal

from evently_desktop.database.transactions import Session
from evently_desktop.domain.best_available import BestAvailable
from evently_desktop.domain.catalogue import EventSummary, PriceList
from evently_desktop.domain.ids import EventId, PlanId
from evently_desktop.domain.seating import Geometry
from evently_desktop.errors import EventlyError
from evently_desktop.gui.tasks import Task, Tasks
from evently_desktop.services import catalogue, seats
from evently_desktop.services.geometry_cache import GeometryCache


@dataclass(frozen=True, eq=False)
class Opened:
    """An event with its hall and its prices."""

    event: EventSummary
    geometry: Geometry
    prices: PriceList

    @cached_property
    def search(self) -> BestAvailable:
        """The search for the best seats of the hall, made when it is first asked for: not on the GUI thread."""
        return BestAvailable(self.geometry)


class Opening(QObject):
    """Opens one event at a time. Its seats come from this PC's disk; names and colours of zones are read each time."""

    opened = Signal(object)  # Opened
    failed = Signal(object)  # EventlyError

    def __init__(self, tasks: Tasks, on_disk: GeometryCache | None, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._on_disk = on_disk
        self._task: Task[tuple[Geometry, PriceList]] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether an event is being read."""
        return self._task is not None

    def open(self, event: EventSummary) -> None:
        """Read this event; one that is still being read is forgotten."""
        if self._task:
            self._task.cancel()
        reading = self._tasks.read(_read, event.id, event.plan_id, self._on_disk)
        self._task = reading.start(partial(self._take, event), self._fail)

    def _take(self, event: EventSummary, found: tuple[Geometry, PriceList]) -> None:
        self._task = None
        self.opened.emit(Opened(event, *found))

    def _fail(self, error: EventlyError) -> None:
        self._task = None
        self.failed.emit(error)


def _read(
    session: Session, event_id: EventId, plan_id: PlanId, on_disk: GeometryCache | None
) -> tuple[Geometry, PriceList]:
    return seats.map(session, plan_id, on_disk), catalogue.prices(session, event_id)
