"""The seat map: every seat of a hall as a sprite, stamped by numpy into a picture that one widget shows.

`SeatMapModel` holds what is known, `SeatMapView` shows it and tells what the person does.
"""

from evently_desktop.gui.seat_map.legend import SeatMapLegend
from evently_desktop.gui.seat_map.model import SeatMapModel
from evently_desktop.gui.seat_map.view import SeatMapView

__all__ = ["SeatMapLegend", "SeatMapModel", "SeatMapView"]
