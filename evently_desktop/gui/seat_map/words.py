"""A seat in words: what the tip says and what a screen reader reads."""

from dataclasses import dataclass

from evently_desktop.domain.money import Money
from evently_desktop.domain.seating import Place
from evently_desktop.gui.seat_map.looks import RING_STEPS, ZONE_COLOURS, Kind
from evently_desktop.gui.seat_map.model import SeatMapModel
from evently_desktop.language import tr


@dataclass(frozen=True)
class SeatWords:
    """The name, zone and price of a seat, its state with the reason, and what is special about the place."""

    name: str
    zone: str
    price: str
    state: str
    place: str


def seat_words(model: SeatMapModel, ordinal: int, currency: str, locale: str) -> SeatWords:
    """The words of one seat of a loaded model, as things stand this second."""
    hall, states = model.hall, model.states
    assert hall is not None
    assert states is not None
    geometry = hall.geometry
    return SeatWords(
        geometry.name(ordinal),
        geometry.zones[states.zone[ordinal]].name,
        Money(int(states.price[ordinal]), currency).shown(locale),
        _state(model, ordinal),
        _place(Place(int(geometry.place[ordinal])), bool(geometry.restricted[ordinal])),
    )


def _place(place: Place, restricted: bool) -> str:
    words = {
        Place.WHEELCHAIR: tr("Wheelchair place"),
        Place.COMPANION: tr("Companion seat"),
        Place.STANDING: tr("Standing"),
    }.get(place, "")
    view = tr("Restricted view") if restricted else ""
    return " · ".join(filter(None, (words, view)))


def _state(model: SeatMapModel, ordinal: int) -> str:
    assert model.states is not None
    kind = int(model.face[ordinal]) // ZONE_COLOURS
    plain = {
        Kind.SELECTED: tr("Chosen"),
        Kind.MINE: tr("In your basket"),
        Kind.KILLED: tr("Not for sale"),
    }
    if kind in plain:
        return plain[Kind(kind)]
    if kind == Kind.BOOKED:
        holder = _holder(model, ordinal)
        return tr("Sold by {who}", who=holder) if holder else tr("Sold")
    if Kind.HELD <= kind < Kind.HELD + RING_STEPS:
        left = max(0, round(float(model.states.expires[ordinal]) - model.now))
        time = f"{left // 60}:{left % 60:02d}"
        holder = _holder(model, ordinal)
        return tr("Held by {who}, {time} left", who=holder, time=time) if holder else tr("Held, {time} left", time=time)
    if kind >= Kind.HOUSE:
        return tr("House seat: {reason}", reason=model.states.hold_types[kind - Kind.HOUSE].name)
    return tr("Available")


def _holder(model: SeatMapModel, ordinal: int) -> str:
    assert model.states is not None
    number = int(model.states.holder[ordinal])
    if not 0 <= number < len(model.states.holders):
        return ""
    holder = model.states.holders[number]
    if holder.initials and holder.station:
        return tr("{initials} at {station}", initials=holder.initials, station=holder.station)
    return holder.initials or holder.station
