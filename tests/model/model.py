"""A box office small enough to be right by reading it: what each step should answer, and what should be true after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

FEE = 150
MAX_SEATS = 4
FREE_TYPE = "X"

# A seat, such as A1, and the letter of its price type.
Choice = tuple[str, str]


@dataclass
class Booking:
    """``status``: held, dead (a hold that ran out and is not swept yet), expired, cancelled, confirmed."""

    id: UUID
    seller: str
    version: int
    status: str = "held"
    # Seat to (price type, price with its fee), as they were when the seat was taken.
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    # It was sold, and for nothing: no payment tells this sale from another, so it is the same sale.
    sold_for_nothing: bool = False

    @property
    def total(self) -> int:
        return sum(price for _, price in self.lines.values())

    @property
    def choices(self) -> list[Choice]:
        return [(seat, kind) for seat, (kind, _) in self.lines.items()]

    def why_not_change(self, clerk: str) -> str:
        """Why this clerk may not do anything to the basket, or nothing."""
        if self.seller != clerk:
            return "not_yours"
        return {"held": "", "confirmed": "already_sold", "cancelled": "released"}.get(self.status, "hold_expired")


def bad_choice(choices: Sequence[Choice]) -> str:
    if not choices:
        return "no_seats"
    return "too_many" if len(choices) > MAX_SEATS else ""


@dataclass
class BoxOffice:
    """One event: who has which seat, and what each till took."""

    prices: dict[tuple[str, str], int]
    bookings: list[Booking] = field(default_factory=list)
    cash: dict[str, int] = field(default_factory=lambda: {"anna": 0, "ben": 0})

    def owner(self, seat: str) -> Booking | None:
        """Who has the seat, in a live hold or by a sale."""
        return next((b for b in self.bookings if b.status in {"held", "confirmed"} and seat in b.lines), None)

    def gone(self, seats: Sequence[str], mine: Sequence[str] = ()) -> str:
        return "seats_gone" if any(self.owner(seat) and seat not in mine for seat in seats) else ""

    def price(self, choice: Choice) -> int:
        seat, kind = choice
        return 0 if kind == FREE_TYPE else self.prices[seat[0], kind] + FEE

    def take(self, booking: Booking, choices: Sequence[Choice]) -> None:
        for seat, kind in choices:
            for other in self.bookings:
                # A hold that ran out loses its seats one by one to whoever takes them.
                if other.status == "dead":
                    other.lines.pop(seat, None)
            booking.lines[seat] = (kind, self.price((seat, kind)))

    def why_not_place(self, choices: Sequence[Choice]) -> str:
        return bad_choice(choices) or self.gone([seat for seat, _ in choices])

    def why_not_replace(self, booking: Booking, clerk: str, choices: Sequence[Choice]) -> str:
        return (
            booking.why_not_change(clerk)
            or bad_choice(choices)
            or self.gone([seat for seat, _ in choices], mine=list(booking.lines))
        )

    def replace(self, booking: Booking, choices: Sequence[Choice]) -> None:
        """The basket now has exactly these seats; what stays keeps its price."""
        kept = {choice for choice in choices if choice in booking.choices}
        booking.lines = {seat: line for seat, line in booking.lines.items() if (seat, line[0]) in kept}
        self.take(booking, [choice for choice in choices if choice not in kept])

    def why_not_sell(self, booking: Booking, clerk: str, total: int, paid: Sequence[int], note: str) -> str:
        if why := booking.why_not_change(clerk):
            return "" if why in {"already_sold", "released"} and booking.sold_for_nothing and not paid else why
        if total != booking.total:
            return "price_changed"
        if sum(paid) != booking.total:
            return "paid_short" if sum(paid) < booking.total else "paid_over"
        free = any(kind == FREE_TYPE for kind, _ in booking.lines.values())
        return "comp_reason" if free and not note else ""

    def sell(self, booking: Booking, clerk: str) -> None:
        if booking.status == "held":
            booking.status = "confirmed"
            booking.sold_for_nothing = not booking.total
            self.cash[clerk] += booking.total

    def due(self, booking: Booking, seats: Sequence[str]) -> int:
        return sum(booking.lines[seat][1] for seat in seats if seat in booking.lines)

    def why_not_refund(self, booking: Booking, seats: Sequence[str], amount: int) -> str:
        if booking.status != "confirmed":
            return "not_sold"
        if not seats or not set(seats) <= set(booking.lines):
            return "not_in_booking"
        due = self.due(booking, seats)
        return "" if amount == due else "refund_over" if amount > due else "refund_short"

    def refund(self, booking: Booking, clerk: str, seats: Sequence[str]) -> None:
        self.cash[clerk] -= self.due(booking, seats)
        for seat in seats:
            del booking.lines[seat]
        if not booking.lines:
            booking.status = "cancelled"

    def difference(self, booking: Booking, give: Sequence[str], take: Sequence[Choice]) -> int:
        return sum(self.price(choice) for choice in take) - self.due(booking, give)

    def why_not_exchange(self, booking: Booking, give: Sequence[str], take: Sequence[Choice], amount: int) -> str:
        if booking.status != "confirmed":
            return "not_sold"
        if not give:
            return "no_seats"
        if not set(give) <= set(booking.lines):
            return "not_in_booking"
        if len(booking.lines) - len(give) + len(take) > MAX_SEATS:
            return "too_many"
        if why := bad_choice(take) or self.gone([seat for seat, _ in take], mine=give):
            return why
        return "" if amount == self.difference(booking, give, take) else "difference"

    def exchange(self, booking: Booking, clerk: str, give: Sequence[str], take: Sequence[Choice]) -> None:
        self.cash[clerk] += self.difference(booking, give, take)
        for seat in give:
            del booking.lines[seat]
        self.take(booking, take)

    def release(self, booking: Booking) -> None:
        booking.status = "cancelled" if booking.status == "held" else "expired"
        booking.lines.clear()

    def sweep(self) -> int:
        """Returns how many seats that frees."""
        dead = [booking for booking in self.bookings if booking.status == "dead"]
        freed = sum(len(booking.lines) for booking in dead)
        for booking in dead:
            self.release(booking)
        return freed

    def ledger(self, tills: Mapping[str, str]) -> dict[str, int]:
        """What each account should have: the drawers, and against them sales and fees."""
        sold = [line for b in self.bookings if b.status == "confirmed" for line in b.lines.values()]
        fees = sum(FEE for kind, _ in sold if kind != FREE_TYPE)
        accounts = {f"cash:{tills[clerk]}": amount for clerk, amount in self.cash.items()}
        return {
            name: amount
            for name, amount in (accounts | {"sales": fees - sum(p for _, p in sold), "fees": -fees}).items()
            if amount
        }
