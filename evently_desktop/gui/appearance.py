"""Dresses the application in a palette, and keeps it in the one that was chosen."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from evently_desktop.gui.stylesheet import stylesheet
from evently_desktop.gui.theme import BODY, DARK, HIGH_CONTRAST, LIGHT, PALETTES, Palette
from evently_desktop.settings import Theme


def show(app: QApplication, palette: Palette) -> None:
    """Give every window of ``app`` this palette, the type scale and tabular figures."""
    app.setStyle("Fusion")
    font = QFont(app.font())
    font.setPixelSize(BODY)
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)
    app.setPalette(_qt_palette(palette))
    app.setStyleSheet(stylesheet(palette))


def _qt_palette(palette: Palette) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: palette.window, role.WindowText: palette.text, role.Base: palette.surface,
        role.AlternateBase: palette.window, role.Text: palette.text, role.PlaceholderText: palette.muted,
        role.Button: palette.surface, role.ButtonText: palette.text, role.BrightText: palette.danger,
        role.ToolTipBase: palette.text, role.ToolTipText: palette.surface, role.Link: palette.accent,
        role.LinkVisited: palette.accent, role.Highlight: palette.accent, role.Accent: palette.accent,
        role.HighlightedText: palette.on_accent, role.Light: palette.surface, role.Midlight: palette.hover,
        role.Mid: palette.line, role.Dark: palette.edge, role.Shadow: palette.line,
    }  # fmt: skip
    result = QPalette()
    for key, colour in colours.items():
        result.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(palette.muted))
    return result


class Appearance(QObject):
    """Keeps the application in the chosen palette; `Theme.SYSTEM` follows the system as it changes."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: Theme = Theme.SYSTEM) -> None:
        super().__init__(app)
        hints = app.styleHints()
        self._app = app
        self._scheme = hints.colorScheme()
        self._contrast = hints.accessibility().contrastPreference()
        self.choice = choice
        hints.colorSchemeChanged.connect(self._follow_scheme)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_contrast)
        self._show()

    def choose(self, choice: Theme) -> None:
        """Show this palette from now on."""
        self.choice = choice
        self._show()

    def palette_to_show(self) -> Palette:
        """The chosen palette, or the one that fits the system now."""
        chosen = {palette.name: palette for palette in PALETTES}.get(self.choice.value)
        if chosen:
            return chosen
        if self._contrast == Qt.ContrastPreference.HighContrast:
            return HIGH_CONTRAST
        return DARK if self._scheme == Qt.ColorScheme.Dark else LIGHT

    def _follow_scheme(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        self._show()

    def _follow_contrast(self, preference: Qt.ContrastPreference) -> None:
        self._contrast = preference
        self._show()

    def _show(self) -> None:
        show(self._app, self.palette_to_show())
        self.changed.emit()
