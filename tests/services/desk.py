"""A counter in front of one hall, for tests that want to sell in one line."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import psycopg

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Hold, Sale, Tender
from evently_desktop.domain.ids import BookingId, EventId, PriceTypeId, SeatId, ShiftId, new_booking_id
from evently_desktop.domain.money import Money
from evently_desktop.services import holds, refunds, sales
from tests.house import ADULT, Hall, cash

Admin = psycopg.Connection[Any]
WRITTEN = ("bookings", "booking_seats", "tickets", "payments", "transactions", "booking_logs", "booking_attempts")


@dataclass
class Desk:
    """Anna with an open shift, and the superuser who looks over her shoulder."""

    clerk: Database
    shift: ShiftId
    hall: Hall
    admin: Admin

    @property
    def event(self) -> EventId:
        return self.hall.event_id

    def seats(self, *names: str) -> list[SeatId]:
        return [self.hall.seat(name) for name in names]

    def hold(self, *names: str, price_type: PriceTypeId = ADULT, booking: BookingId | None = None) -> Hold:
        choices = self.hall.choose(*names, price_type=price_type)
        return self.clerk.write(holds.place, self.event, booking or new_booking_id(), choices)

    def pay(self, hold: Hold, *tenders: Tender, note: str = "") -> Sale:
        tenders = tenders or (cash(hold.total),)
        return self.clerk.write(
            sales.complete, self.event, hold.booking_id, tenders, self.shift, hold.total, note
        )  # fmt: skip

    def sell(self, *names: str) -> Sale:
        return self.pay(self.hold(*names))

    def refund(self, booking: BookingId, amount: Money, *names: str, tender: Tender | None = None) -> Money:
        return self.clerk.write(
            refunds.seats, self.event, booking, self.seats(*names) or None, tender or cash(amount), self.shift, "ill"
        )

    def written(self) -> Counter[str]:
        """How many rows the event has in each table that verbs write."""
        return Counter({
            table: self.value(f"SELECT count(*) FROM evently.{table} WHERE event_id = %(event)s") for table in WRITTEN
        })  # fmt: skip

    def value(self, query: str, **values: object) -> Any:
        row = self.admin.execute(query.encode(), {"event": self.event} | values).fetchone()
        return row and row[0]

    def change(self, what: str, **values: object) -> None:
        """Change the event as only the superuser can."""
        self.admin.execute(
            f"UPDATE evently.events SET {what} WHERE id = %(event)s".encode(), {"event": self.event} | values
        )
