"""What colours and shapes mean: the zones with their prices, held and sold."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from evently_desktop.domain.money import Money
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.gui import theme
from evently_desktop.gui.seat_map.looks import RING_STEPS, ZONE_COLOURS, Kind
from evently_desktop.gui.seat_map.model import SeatMapModel
from evently_desktop.gui.seat_map.sprites import SeatBrush
from evently_desktop.language import tr

_SEAT = 12
_GAP, _BETWEEN, _EDGE = 5, 14, 10
_HEIGHT = 28


class SeatMapLegend(QWidget):
    """One line of signs and words for the event that the model shows. Prices are those of the seats that
    are not killed, at the standard price type: one, or from the least to the most."""

    def __init__(self, model: SeatMapModel, currency: str, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._currency, self._locale = model, currency, locale
        self._entries: list[tuple[int, int, str]] = []  # Kind, zone colour, words.
        self._drawn: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        model.loaded.connect(self.refresh)
        self.refresh()

    def show_money_in(self, currency: str, locale: str) -> None:
        """Another event may be sold in another currency."""
        self._currency, self._locale = currency, locale
        self.refresh()

    def refresh(self) -> None:
        """Read the prices again; they change with the price list, not with single seats."""
        ring = Kind.HELD + RING_STEPS * 3 // 4
        self._entries = [
            *self._zones(),
            (ring, 0, tr("held")),
            (Kind.BOOKED, 0, tr("sold")),
            (Kind.MINE, 0, tr("mine")),
        ]
        self.setAccessibleName(tr("Legend"))
        self.setAccessibleDescription(", ".join(words for _, _, words in self._entries))
        self._drawn = None
        self.updateGeometry()
        self.resize(self.sizeHint())
        self.update()

    def _zones(self) -> list[tuple[int, int, str]]:
        hall, states = self._model.hall, self._model.states
        if hall is None or states is None:
            return []
        entries = []
        for number, zone in enumerate(hall.geometry.zones):
            prices = states.price[(states.zone == number) & (states.status != SeatStatus.KILLED)]
            if len(prices):
                words = self._prices(int(prices.min()), int(prices.max()))
                entries.append((int(Kind.AVAILABLE), zone.colour % ZONE_COLOURS, words))
        return entries

    def _prices(self, least: int, most: int) -> str:
        low, high = (Money(minor, self._currency).shown(self._locale) for minor in (least, most))
        return low if least == most else tr("{low} to {high}", low=low, high=high)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.CAPTION)
        return font

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        words = sum(metrics.horizontalAdvance(text) for _, _, text in self._entries)
        signs = len(self._entries) * (_SEAT + _GAP) + max(len(self._entries) - 1, 0) * _BETWEEN
        return QSize(words + signs + 2 * _EDGE, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        dpr = self.devicePixelRatioF()
        drawn = self._drawn
        # It lies over the map and is painted with each of its frames.
        if drawn is None or drawn.size() != self.size() * dpr:
            drawn = self._drawn = QPixmap(self.size() * dpr)
            drawn.setDevicePixelRatio(dpr)
            self._draw(drawn, dpr)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, drawn)
        painter.end()

    def _draw(self, drawn: QPixmap, dpr: float) -> None:
        palette = theme.in_use()
        drawn.fill(QColor(palette.surface))
        painter = QPainter(drawn)
        painter.setPen(QColor(palette.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = _EDGE
        metrics = QFontMetrics(self._font())
        for kind, colour, text in self._entries:
            painter.save()
            painter.translate(x, (_HEIGHT - _SEAT) / 2)
            painter.scale(1 / dpr, 1 / dpr)
            SeatBrush(painter, round(_SEAT * dpr), dpr, palette).draw(kind, colour)
            painter.restore()
            x += _SEAT + _GAP
            width = metrics.horizontalAdvance(text)
            painter.setFont(self._font())
            painter.setPen(QColor(palette.text if kind == Kind.AVAILABLE else palette.muted))
            painter.drawText(x, 0, width + 2, _HEIGHT, Qt.AlignmentFlag.AlignVCenter, text)
            x += width + _BETWEEN
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.refresh()
