"""Whom the basket is for: found or added, and written down with the booking."""

from PySide6.QtCore import QObject, QTimer

from evently_desktop.domain.customers import Customer
from evently_desktop.domain.ids import UserId, new_customer_id
from evently_desktop.errors import EventlyError
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.checkout import Checkout
from evently_desktop.gui.counter.customer_panel import Someone
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Task, Tasks
from evently_desktop.services import customers

_TYPING_MS = 150


class Customers(QObject):
    """Asks, finds, adds, and names the customer of the basket."""

    def __init__(self, view: CounterScreen, basket: Basket, checkout: Checkout, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._panel = view.for_customer
        self._basket = basket
        self._checkout = checkout
        self._tasks = tasks
        self._finding: Task[list[Customer]] | None = None
        self._new_id = new_customer_id()
        self._adding = SureWrite(tasks, self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)

        self._typing.timeout.connect(self._find)
        view.customer_wanted.connect(self._ask)
        view.agreed.connect(self._agree)
        self._panel.typed.connect(lambda _text: self._typing.start())
        self._panel.picked.connect(self._agree)
        self._adding.answered.connect(self._added)
        self._adding.refused.connect(self._tell)
        self._adding.in_doubt.connect(self._tell)

    def _ask(self) -> None:
        hold = self._basket.hold
        if hold and self._checkout.ask(self._panel):
            self._panel.begin(hold.customer)

    # Finding

    def _find(self) -> None:
        self._typing.stop()
        if self._finding:
            self._finding.cancel()
        self._finding = self._tasks.read(customers.find, self._panel.field.text()).start(self._show, self._tell)

    def _show(self, found: list[Customer]) -> None:
        self._finding = None
        self._panel.show_found(found)

    # Taking

    def _agree(self) -> None:
        if not self._checkout.is_open(self._panel) or self._adding.is_under_way:
            return
        if self._panel.is_form:
            self._add()
        elif self._typing.isActive() or self._finding:
            # The rows are those of what was typed before.
            self._find()
        elif isinstance(self._panel.chosen, Customer):
            self._name(self._panel.chosen.id)
        elif self._panel.chosen is Someone.NOBODY:
            self._name(None)
        else:
            # The id is made once: pressing Enter twice adds one customer.
            self._new_id = new_customer_id()
            self._panel.ask_for_new()

    def _add(self) -> None:
        panel = self._panel
        panel.show_busy(busy=True)
        self._adding.start(customers.add, self._new_id, panel.name.text(), panel.email.text(), panel.phone.text())

    def _added(self, customer: Customer) -> None:
        self._panel.show_busy(busy=False)
        if self._checkout.is_open(self._panel):
            self._name(customer.id)

    def _name(self, customer_id: UserId | None) -> None:
        self._checkout.leave()
        self._view.focus_start()
        self._basket.name_customer(customer_id)

    def _tell(self, error: EventlyError) -> None:
        self._finding = None
        self._panel.show_busy(busy=self._adding.is_under_way)
        self._panel.show_problem(str(error))
