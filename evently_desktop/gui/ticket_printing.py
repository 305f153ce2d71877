"""Tickets on their way to the printer. Each is marked printed only after the printer took it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from evently_desktop.devices.ports import Printer
from evently_desktop.documents.papers import EventPaper, ticket_paper
from evently_desktop.domain.bookings import Ticket
from evently_desktop.domain.ids import EventId, TicketId
from evently_desktop.errors import DeviceError, EventlyError
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.ticket_pages import prepare
from evently_desktop.language import tr
from evently_desktop.services import tickets as service

_PREVIEW_WIDTH = 900


@dataclass(frozen=True)
class PrintJob:
    """Tickets of one event to print together."""

    tickets: tuple[Ticket, ...]
    event: EventPaper

    @property
    def event_id(self) -> EventId:
        """The event of all of them."""
        return self.tickets[0].event_id


class TicketPrinting(QObject):
    """Prints one job after another. A jam never undoes a sale: the tickets left over can be printed later."""

    previewed = Signal(bytes)  # PNG of the first ticket
    progressed = Signal(int, int)  # printed, in all
    finished = Signal(int)
    marked = Signal()  # the database knows of all that was printed
    failed = Signal(object, object)  # EventlyError, PrintJob of the tickets that are left
    _taken = Signal(int)

    def __init__(self, tasks: Tasks, printer: Printer | None, locale: str, parent: QObject) -> None:
        """Without a printer every job fails, with the sentence that says so."""
        super().__init__(parent)
        self._tasks = tasks
        self._printer = printer
        self._locale = locale
        self._waiting: deque[PrintJob] = deque()
        self._job: PrintJob | None = None
        self._printed = 0
        self._unmarked: dict[EventId, set[TicketId]] = {}
        self._taken.connect(self._page_taken)

    @property
    def printer_name(self) -> str:
        """The printer's name, "" without one."""
        return self._printer.name if self._printer else ""

    def print(self, tickets: Sequence[Ticket], event: EventPaper) -> None:
        """Print these tickets after those that are under way."""
        if tickets:
            self._waiting.append(PrintJob(tuple(tickets), event))
            self._begin_next()

    def print_job(self, job: PrintJob) -> None:
        """Print what was left of a job."""
        self.print(job.tickets, job.event)

    def _begin_next(self) -> None:
        if self._job or not self._waiting:
            return
        self._job = job = self._waiting.popleft()
        self._printed = 0
        papers = [ticket_paper(ticket, job.event) for ticket in job.tickets]
        self._tasks.compute(prepare, papers, self._locale, _PREVIEW_WIDTH).start(self._send, self._fail)

    def _send(self, pages: tuple[bytes, bytes]) -> None:
        pdf, preview = pages
        self.previewed.emit(preview)
        if self._printer is None:
            self._fail(DeviceError(tr("No ticket printer is set up; the tickets wait to be printed.")))
            return
        self._tasks.wait(self._print_pages, self._printer, pdf).start(self._finish, self._fail)

    def _print_pages(self, printer: Printer, pdf: bytes) -> int:
        """Runs in a thread; the signal carries each page home."""
        count = 0
        for page in printer.print(pdf):
            self._taken.emit(page)
            count += 1
        return count

    def _page_taken(self, page: int) -> None:
        if self._job is None:
            return
        self._printed += 1
        self._unmarked.setdefault(self._job.event_id, set()).add(self._job.tickets[page].id)
        self._mark(self._job.event_id)
        self.progressed.emit(self._printed, len(self._job.tickets))

    def _mark(self, event_id: EventId) -> None:
        """Tell the database, with those that it could not be told before."""
        ids = sorted(self._unmarked.get(event_id, ()))
        if ids:
            marking = self._tasks.write(service.mark_printed, event_id, ids)
            marking.start(partial(self._forget, event_id, ids))

    def _forget(self, event_id: EventId, ids: Sequence[TicketId], _marked: int) -> None:
        self._unmarked[event_id].difference_update(ids)
        self._say_if_all_are_marked()

    def _say_if_all_are_marked(self) -> None:
        if not self._job and not any(self._unmarked.values()):
            self.marked.emit()

    def _finish(self, count: int) -> None:
        self._job = None
        self.finished.emit(count)
        self._say_if_all_are_marked()
        self._begin_next()

    def _fail(self, error: EventlyError) -> None:
        job, self._job = self._job, None
        if job:
            self.failed.emit(error, PrintJob(job.tickets[self._printed :], job.event))
            self._say_if_all_are_marked()
        self._begin_next()
