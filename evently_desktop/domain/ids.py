"""Ids have types, so that a seat is never passed where a booking belongs."""

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

UserId = NewType("UserId", UUID)
VenueId = NewType("VenueId", UUID)
PlanId = NewType("PlanId", UUID)
EventId = NewType("EventId", UUID)
SeatId = NewType("SeatId", UUID)
BookingId = NewType("BookingId", UUID)
PaymentId = NewType("PaymentId", UUID)
TicketId = NewType("TicketId", UUID)
PriceTypeId = NewType("PriceTypeId", UUID)
ZoneId = NewType("ZoneId", UUID)
HoldTypeId = NewType("HoldTypeId", UUID)
TillId = NewType("TillId", UUID)
ShiftId = NewType("ShiftId", UUID)


def new_booking_id() -> BookingId:
    """A booking's id, made when the basket opens: it is also the key that makes repeating a write safe."""
    return BookingId(uuid7())


def new_customer_id() -> UserId:
    """A customer's id, made before the customer is added: adding again with it adds nobody twice."""
    return UserId(uuid7())


def new_payment_id() -> PaymentId:
    """A payment's id, made before money moves: repeating the payment with it never takes money twice."""
    return PaymentId(uuid7())
