"""One style sheet for all widgets, generated from a palette.

Widgets say what they are through dynamic properties, and nothing about colours: ``tone`` (muted, accent,
good, attention, danger) and ``scale`` (caption, strong, header, large) of labels, ``kind`` of buttons
(primary, quiet) and of frames (surface, header, footer, line, panel, message).
"""

from string import Template

from evently_desktop.gui.theme import (
    BODY,
    CAPTION,
    HEADER,
    LARGE,
    RADIUS,
    ROW,
    STRONG,
    TARGET,
    Palette,
)
from evently_desktop.places import resources

_RULES = Template("""
QWidget { color: $text; font-size: ${body}px; }
QMainWindow, QDialog { background: $window; }
QLabel { background: transparent; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="attention"] { color: $attention; }
QLabel[tone="danger"] { color: $danger; }
QLabel[scale="caption"] { font-size: ${caption}px; }
QLabel[scale="strong"] { font-size: ${strong}px; font-weight: 600; }
QLabel[scale="header"] { font-size: ${header}px; font-weight: 600; }
QLabel[scale="large"] { font-size: ${large}px; font-weight: 600; }

QFrame[kind="surface"] { background: $surface; }
QFrame[kind="header"] { background: $window; border-bottom: 1px solid $line; }
QFrame[kind="footer"] { background: $window; border-top: 1px solid $line; }
QFrame[kind="line"] { background: $line; max-height: 1px; min-height: 1px; border: none; }
QFrame[kind="prompt"] { background: $surface; }
QFrame[kind="panel"] { background: $surface; border: 1px solid $edge; }
QFrame[kind="message"] { border-radius: ${radius}px; border: 1px solid $accent; background: $accent_tint; }
QFrame[kind="message"][tone="good"] { border-color: $good; background: $good_tint; }
QFrame[kind="message"][tone="attention"] { border-color: $attention; background: $attention_tint; }
QFrame[kind="message"][tone="danger"] { border-color: $danger; background: $danger_tint; }
QLabel[kind="strip"] {
    background: $danger; color: $on_danger; font-weight: 600; padding: 8px 16px; min-height: 20px;
}

QPushButton {
    background: $surface; color: $text; border: 1px solid $rim; border-radius: ${radius}px;
    padding: 0 12px; min-height: ${row}px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $choice; }
QPushButton:focus { border: 2px solid $accent; padding: 0 11px; min-height: ${row_less}px; }
QPushButton:checked { background: $choice; border-color: $accent; }
QPushButton:disabled { color: $muted; border-color: $line; background: $window; }
QPushButton[selling="true"] { min-height: ${target}px; }
QPushButton[selling="true"]:focus { min-height: ${target_less}px; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {
    background: $accent_hover; color: $on_accent;
}
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $window; color: $muted; border-color: $line; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $hover; color: $text; }
QPushButton[kind="quiet"]:checked { background: $choice; color: $text; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }

QLineEdit, QPlainTextEdit, QSpinBox, QComboBox, QDateEdit {
    background: $surface; color: $text; border: 1px solid $edge; border-radius: ${radius}px;
    padding: 0 8px; min-height: ${row}px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit { placeholder-text-color: $muted; }
QPlainTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QComboBox:focus, QDateEdit:focus {
    border: 2px solid $accent; padding: 0 7px; min-height: ${row_less}px;
}
QLineEdit[kind="command"], QLineEdit[kind="command"]:focus {
    border: none; background: transparent; font-size: ${strong}px; padding: 0;
}
QLineEdit[wrong="true"] { border-color: $danger; }
QLineEdit[scale="header"] { font-size: ${header}px; min-height: ${target}px; }
QLineEdit[scale="header"]:focus { min-height: ${target_less}px; }
QComboBox::drop-down { border: none; width: 32px; }
QComboBox::down-arrow { image: url("$arrow"); width: 16px; height: 16px; }
QKeySequenceEdit { min-height: ${row}px; }
QComboBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $edge; outline: none;
    selection-background-color: $choice; selection-color: $text;
}
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator {
    width: 16px; height: 16px; border: 1px solid $edge; border-radius: 4px; background: $surface;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked, QTableView::indicator:checked {
    background: $accent; border-color: $accent; image: url("$tick");
}
QRadioButton::indicator:checked {
    width: 8px; height: 8px; border: 5px solid $accent; background: $on_accent;
}
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox, QRadioButton { spacing: 8px; min-height: ${row}px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }

QAbstractItemView {
    background: $surface; color: $text; border: none; outline: none;
    selection-background-color: $choice; selection-color: $text; alternate-background-color: $window;
}
QTableView::item { padding: 0 8px; border: none; }
QTableView::item:disabled { color: $muted; }
QTableView::item:selected { background: $choice; color: $text; }
QHeaderView { background: $surface; color: $muted; border: none; min-height: ${row}px; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 0 11px; font-size: ${caption}px; font-weight: 600;
}
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 0 12px; min-height: ${row}px; border: none; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; font-weight: 600; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolTip {
    background: $text; color: $surface; border: none; padding: 4px 8px; font-size: ${body}px;
}
QMenu { background: $surface; color: $text; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 6px 16px; border-radius: 4px; }
QMenu::item:selected { background: $choice; color: $text; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; border: none; width: 0; height: 0;
}
""")


def stylesheet(palette: Palette) -> str:
    """The rules for every widget of the program in this palette."""
    sizes = {
        "caption": CAPTION, "body": BODY, "strong": STRONG, "header": HEADER, "large": LARGE,
        "row": ROW - 2, "row_less": ROW - 4, "target": TARGET - 2, "target_less": TARGET - 4,
        "radius": RADIUS,
    }  # fmt: skip
    roles = (
        "window", "surface", "line", "text", "muted", "accent", "good", "attention", "danger",
        "rim", "edge", "hover", "choice", "on_accent", "on_danger", "accent_hover",
    )  # fmt: skip
    colours = {role: getattr(palette, role) for role in roles}
    tints = {f"{role}_tint": palette.tint(role) for role in ("accent", "good", "attention", "danger")}
    signs = {sign: (resources() / "themes" / f"{palette.name}-{sign}.svg").as_posix() for sign in ("tick", "arrow")}
    return _RULES.substitute(sizes, **signs, **colours, **tints)
