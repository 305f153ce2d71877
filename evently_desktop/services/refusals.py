"""What each refusal of the database means to the person at the counter."""

from collections.abc import Callable
from typing import Any

from evently_desktop.domain.money import Money
from evently_desktop.errors import (
    HoldExpired,
    IdReused,
    NotAllowed,
    PriceChanged,
    Refusal,
    RefusedSeat,
    SeatsGone,
)
from evently_desktop.language import tr, trn

_SENTENCES: dict[str, Callable[[], str]] = {
    "not_staff": lambda: tr("This login is not an active member of staff; ask a manager to switch it on."),
    "bad_call": lambda: tr("The program asked for something that makes no sense; nothing was done."),
    "event_unknown": lambda: tr("There is no such event."),
    "event_cancelled": lambda: tr("This event is cancelled; nothing can be sold for it."),
    "event_draft": lambda: tr("This event is not published yet."),
    "event_past": lambda: tr("This event is over; nothing can be sold for it."),
    "not_on_sale_yet": lambda: tr("The sale for this event has not opened yet."),
    "sale_closed": lambda: tr("The sale for this event is closed."),
    "no_seats": lambda: tr("No seats are chosen; choose at least one."),
    "too_many": lambda: tr("These are more seats than one booking of this event may have."),
    "too_many_held": lambda: tr("You hold as many seats in open baskets as one may; sell or release some first."),
    "seat_twice": lambda: tr("The same seat is chosen twice."),
    "not_priced": lambda: tr("One of the seats is not sold at this price type; choose another."),
    "house_seats": lambda: tr("Some of these seats are set aside for the house; ask who may release them."),
    "id_reused": lambda: tr("This was already done with other details; look the booking up before going on."),
    "booking_unknown": lambda: tr("There is no such booking."),
    "not_yours": lambda: tr("These seats are held at another counter."),
    "already_sold": lambda: tr("This booking is sold already; refund it to give its seats back."),
    "released": lambda: tr("These seats were released; choose them again."),
    "hold_expired": lambda: tr("The hold ran out and the seats are free again; nothing was sold. Choose them again."),
    "longest_hold": lambda: tr("This basket has been open as long as one may be; sell it or release it."),
    "parked": lambda: tr("This basket is parked; pick it up before going on with it."),
    "changed_elsewhere": lambda: tr("This basket was changed elsewhere meanwhile; it has been read again."),
    "paid_short": lambda: tr("That is less money than the booking costs."),
    "paid_over": lambda: tr("That is more money than the booking costs."),
    "no_reference": lambda: tr("Type the reference that the terminal or the voucher shows."),
    "no_shift": lambda: tr("Cash needs an open shift on a till; open one first."),
    "comp_reason": lambda: tr("Free tickets need a reason; type one."),
    "no_reason": lambda: tr("Type a reason; it goes into the record."),
    "not_sold": lambda: tr("This booking is not sold, or no longer."),
    "not_in_booking": lambda: tr("One of these seats is not, or no longer, in this booking."),
    "admitted": lambda: tr("Somebody was let in with one of these tickets; it cannot be refunded."),
    "refund_over": lambda: tr("That is more than was paid for these seats."),
    "refund_short": lambda: tr("That is less than was paid for these seats."),
    "ticket_void": lambda: tr("One of these tickets is void already; look at the booking again."),
    "ticket_unknown": lambda: tr("This is no ticket of this house, or it was changed."),
    "customer_unknown": lambda: tr("There is no such customer."),
    "still_paid": lambda: tr("This booking is paid; say how the money goes back."),
    "shift_open": lambda: tr("You have an open shift already; close it first."),
    "till_currency": lambda: tr("This till takes another currency than the event is sold in."),
    "one_per_customer": lambda: tr("This customer has a booking for this event already, and one is all it allows."),
    "till_in_use": lambda: tr("Somebody else has a shift on this till; choose another till."),
}  # fmt: skip

_CLASSES: dict[str, type[Refusal]] = {"hold_expired": HoldExpired, "id_reused": IdReused}


def accepted(result: dict[str, Any]) -> dict[str, Any]:
    """The result of a verb, or its refusal raised as the `Refusal` that says why."""
    code = result.get("refused")
    if code is None:
        return result
    if code == "seats_gone":
        raise _seats_gone(result["seats"])
    if code == "price_changed":
        old, new = (Money(result[key] or 0, result["currency"]) for key in ("expected", "total"))
        raise PriceChanged(
            code, tr("The price is {new} now, not {old}; nothing was sold.", new=_bare(new), old=_bare(old))
        )
    if code == "difference":
        raise Refusal(code, _difference(Money(result["due"], result["currency"])))
    if code == "not_staff":
        raise NotAllowed(_SENTENCES[code]())
    raise _CLASSES.get(code, Refusal)(code, _SENTENCES[code]())


def _difference(due: Money) -> str:
    if due.minor > 0:
        return tr("The customer has {amount} more to pay; nothing was exchanged.", amount=_bare(due))
    if due.minor < 0:
        return tr("The customer gets {amount} back; nothing was exchanged.", amount=_bare(-due))
    return tr("These seats cost the same; nothing is to be paid, and nothing was exchanged.")


def _bare(amount: Money) -> str:
    return f"{amount.plain('en')} {amount.currency}"


def _seats_gone(rows: list[dict[str, Any]]) -> SeatsGone:
    seats = tuple(RefusedSeat(row["ordinal"], row["name"], row["reason"], row["by"]) for row in rows)
    first = _sentence(seats[0]) if seats else tr("The seats are not free.")
    more = len(seats) - 1
    if more > 0:
        first = tr("{first} {more}", first=first,
                   more=trn("One more is gone, too.", "{count} more are gone, too.", more))  # fmt: skip
    return SeatsGone("seats_gone", first, seats)


def _sentence(seat: RefusedSeat) -> str:
    by = seat.by
    match seat.reason:
        case "sold":
            return (
                tr("{seat} was just sold at {station}.", seat=seat.name, station=by)
                if by
                else tr("{seat} is sold.", seat=seat.name)
            )
        case "held":
            return (
                tr("{seat} is held at {station}.", seat=seat.name, station=by)
                if by
                else tr("{seat} is held elsewhere.", seat=seat.name)
            )
        case "killed":
            return tr("{seat} is not for sale.", seat=seat.name)
        case "busy":
            return tr("{seat} is being taken at another counter this moment.", seat=seat.name)
        case _:
            return tr("One of the seats does not belong to this event.")
