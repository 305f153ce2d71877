"""Our own line icons from ``resources/icons``, drawn on a 24 grid and tinted from the palette in use.

An icon never stands alone: a word is always beside it.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from evently_desktop.gui import theme
from evently_desktop.places import resources

SMALL = 16
NORMAL = 20


def icon(name: str, role: str = "text") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the colour of this role, whatever palette is in use then."""
    return QIcon(_Tinted(name, role))


def pixmap(name: str, role: str = "text", size: int = NORMAL, ratio: float = 1.0) -> QPixmap:
    """The icon as it looks now, ``size`` wide, for a screen of this device pixel ratio."""
    return _rendered(name, getattr(theme.in_use(), role), round(size * ratio), ratio)


class _Tinted(QIconEngine):
    """Asks for the palette each time it is drawn, so that no one has to change icons with the theme."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatio()
        side = min(rect.width(), rect.height())
        target = QRect(0, 0, side, side)
        target.moveCenter(rect.center())
        painter.drawPixmap(target, pixmap(self._name, self._role_in(mode), side, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        return pixmap(self._name, self._role_in(mode), min(size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        return pixmap(self._name, self._role_in(mode), round(min(size.width(), size.height()) / scale), scale)

    def clone(self) -> QIconEngine:
        return _Tinted(self._name, self._role)

    def _role_in(self, mode: QIcon.Mode) -> str:
        return "muted" if mode == QIcon.Mode.Disabled else self._role


@lru_cache(maxsize=512)
def _rendered(name: str, colour: str, pixels: int, ratio: float) -> QPixmap:
    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("#000000", colour)
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)
