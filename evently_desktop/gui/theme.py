"""The visual language: colours by role, spacing and type sizes.

The palette in use lives in the application's `QPalette`, which Qt already hands to every widget: ask
`in_use`, and repaint on ``QEvent.Type.PaletteChange``. Nobody passes colours around.
"""

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QGuiApplication, QPalette

SPACE = (4, 8, 12, 16, 24, 32)
RADIUS = 6
ROW = 32
BASKET_ROW = 40
TARGET = 44  # The least height of what is pressed while selling.

CAPTION = 11
BODY = 13
STRONG = 15
HEADER = 20
LARGE = 32

# Okabe and Ito's colours, told apart by colour-blind eyes; a zone's colour is its index here.
_ZONES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8F7F00", "#6B6B6B")
# On a light surface the orange and the light blue are darkened until they look, to some eyes, like the vermilion and
# the green; these two keep their distance by being darkened further.
_ON_LIGHT = (3.0, 3.0, 4.0, 3.0, 3.0, 5.0, 3.0, 3.0)


@dataclass(frozen=True)
class Palette:
    """Colours by role, as ``#RRGGBB``. The second group is mixed from the first."""

    name: str
    is_dark: bool
    window: str
    surface: str
    line: str
    text: str
    muted: str
    accent: str
    good: str
    attention: str
    danger: str

    @property
    def on_accent(self) -> str:
        """Text on a ground of the accent colour."""
        return _ink_on(self.accent)

    @property
    def on_danger(self) -> str:
        """Text on a ground of the danger colour."""
        return _ink_on(self.danger)

    @property
    def accent_hover(self) -> str:
        """The accent under the pointer, moved away from its ink so that the contrast only grows."""
        return mix(self.accent, "#FFFFFF" if self.is_dark else "#000000", 0.12)

    @property
    def hover(self) -> str:
        """The ground under the pointer."""
        return mix(self.surface, self.text, 0.05)

    @property
    def choice(self) -> str:
        """The ground of what is chosen."""
        # On black a tenth of the accent is not seen; the text on it stays 7 : 1 with more.
        return mix(self.surface, self.accent, 0.25 if self.name == "high_contrast" else 0.10)

    @property
    def rim(self) -> str:
        """The border of what is pressed."""
        return mix(self.line, self.text, 0.15)

    @property
    def edge(self) -> str:
        """The border of what is typed into: 3 : 1 on the surface and the window."""
        return toned(self.line, self, 3.0, (self.surface, self.window))

    def tint(self, role: str) -> str:
        """The quiet ground of a message of this role (``accent``, ``good``, ``attention``, ``danger``)."""
        return mix(self.surface, getattr(self, role), 0.07)


LIGHT = Palette(
    "light", False, window="#F4F5F7", surface="#FFFFFF", line="#DFE3E8", text="#1A1E25", muted="#586171",
    accent="#2459D6", good="#187549", attention="#9A5B00", danger="#B3261E",
)  # fmt: skip
DARK = Palette(
    "dark", True, window="#15181D", surface="#1D2127", line="#2E343D", text="#E9ECF1", muted="#9BA5B4",
    accent="#7FA6FF", good="#55C48C", attention="#F0B75A", danger="#FF8A80",
)  # fmt: skip
HIGH_CONTRAST = Palette(
    "high_contrast", True, window="#000000", surface="#000000", line="#9A9A9A", text="#FFFFFF",
    muted="#DADADA", accent="#9CC4FF", good="#7BEBB0", attention="#FFD27A", danger="#FFB3AB",
)  # fmt: skip
PALETTES = (LIGHT, DARK, HIGH_CONTRAST)


def luminance(colour: str) -> float:
    """The relative luminance of ``#RRGGBB``, 0 to 1, as WCAG 2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(ground: str, ink: str, share: float) -> str:
    """``ground`` with this share of ``ink`` in it."""
    pairs = ((int(ground[i : i + 2], 16), int(ink[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def toned(colour: str, palette: Palette, ratio: float, grounds: tuple[str, ...]) -> str:
    """``colour``, darkened in light and lightened in dark until it stands ``ratio`` : 1 on every ground."""
    goal = "#FFFFFF" if palette.is_dark else "#000000"
    steps = (mix(colour, goal, percent / 100) for percent in range(101))
    return next(step for step in steps if min(contrast(step, ground) for ground in grounds) >= ratio)


def _ink_on(ground: str) -> str:
    return max("#FFFFFF", "#0B0E13", key=lambda ink: contrast(ink, ground))


@cache
def zone_colours(palette: Palette) -> tuple[str, ...]:
    """The eight colours of price zones, each at least 3 : 1 on the palette's surface."""
    ratios = [3.0] * len(_ZONES) if palette.is_dark else _ON_LIGHT
    return tuple(toned(zone, palette, ratio, (palette.surface,)) for zone, ratio in zip(_ZONES, ratios, strict=True))


def in_use() -> Palette:
    """The palette that the application shows now; `LIGHT` before one was chosen."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window).name().upper()
    return next((palette for palette in PALETTES if palette.window == window), LIGHT)
