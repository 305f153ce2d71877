"""Where the map is looked at from: a scale and an offset in whole device pixels."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Bounds:
    """A rectangle in metres."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Camera:
    """A point (x, y) in metres is shown at device pixel ``round(x * scale) + left``, and so downwards."""

    scale: float
    left: int
    top: int

    def moved(self, dx: int, dy: int) -> "Camera":
        """The same scale with the picture moved by whole device pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def scaled(self, scale: float, x: float, y: float) -> "Camera":
        """Another scale, with what is under device pixel (x, y) staying there."""
        ratio = scale / self.scale
        return Camera(scale, round(x - (x - self.left) * ratio), round(y - (y - self.top) * ratio))

    def to_metres(self, x: float, y: float) -> tuple[float, float]:
        """The point of the hall under a device pixel."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def to_pixels(self, x: float, y: float) -> tuple[int, int]:
        """The device pixel that shows a point of the hall."""
        return round(x * self.scale) + self.left, round(y * self.scale) + self.top


def fitting(bounds: Bounds, width: int, height: int, padding: int, most: float) -> Camera:
    """All of ``bounds`` in the middle of the window, at no larger scale than ``most``."""
    across = max(width - 2 * padding, 16) / max(bounds.width, 1e-6)
    down = max(height - 2 * padding, 16) / max(bounds.height, 1e-6)
    return centred(bounds, width, height, min(across, down, most))


def centred(bounds: Bounds, width: int, height: int, scale: float) -> Camera:
    """The middle of ``bounds`` in the middle of the window."""
    x, y = (bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2
    return Camera(scale, round(width / 2 - x * scale), round(height / 2 - y * scale))
