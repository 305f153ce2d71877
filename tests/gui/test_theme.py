"""The colours: legible text on every ground in use, zones that stand out, computed and not believed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.gui.stylesheet import stylesheet
from evently_desktop.gui.theme import (
    HIGH_CONTRAST,
    PALETTES,
    Palette,
    contrast,
    luminance,
    mix,
    zone_colours,
)

_COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
_HEX = re.compile(r"#[0-9A-F]{6}")


def _grounds(palette: Palette) -> tuple[str, ...]:
    """Every ground that a text without a ground of its own may stand on."""
    tints = tuple(palette.tint(role) for role in ("accent", "good", "attention", "danger"))
    return (palette.window, palette.surface, palette.hover, palette.choice, *tints)


def _text_and_ground_pairs(palette: Palette) -> list[tuple[str, str, str]]:
    pairs = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", stylesheet(palette)):
        rules = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+);", body))
        for ink_name, ground_name in (
            ("color", "background"), ("selection-color", "selection-background-color"),
        ):  # fmt: skip
            ink, ground = rules.get(ink_name, ""), rules.get(ground_name, "")
            if _HEX.fullmatch(ink):
                grounds = (ground,) if _HEX.fullmatch(ground) else _grounds(palette)
                pairs += [(selector.strip(), ink, one) for one in grounds]
    return pairs


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_text_is_legible_on_its_ground(palette: Palette) -> None:
    least = 7.0 if palette is HIGH_CONTRAST else 4.5
    pairs = _text_and_ground_pairs(palette)
    assert len(pairs) > 60
    too_faint = [pair for pair in pairs if contrast(pair[1], pair[2]) < least]
    assert too_faint == []


def test_the_contrast_test_sees_a_faint_text() -> None:
    faint = Palette("faint", False, *("#FFFFFF",) * 2, "#EEEEEE", "#AAAAAA", *("#000000",) * 5)
    assert any(contrast(ink, ground) < 4.5 for _, ink, ground in _text_and_ground_pairs(faint))


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_zones_and_edges_stand_three_to_one(palette: Palette) -> None:
    zones = zone_colours(palette)
    assert len(set(zones)) == 8
    assert all(contrast(zone, palette.surface) >= 3.0 for zone in zones)
    assert all(contrast(palette.edge, ground) >= 3.0 for ground in (palette.surface, palette.window))


def test_a_zone_that_stands_out_already_keeps_its_colour() -> None:
    assert zone_colours(PALETTES[0])[0] == "#0072B2"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48), ("#FF0000", "#FFFFFF", 4.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(_COLOURS, _COLOURS)
def test_contrast_is_symmetric_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1.0 <= contrast(one, other) <= 21.0


@given(_COLOURS, _COLOURS, st.floats(0, 1))
def test_a_mix_lies_between_its_colours(ground: str, ink: str, share: float) -> None:
    low, high = sorted((luminance(ground), luminance(ink)))
    assert mix(ground, ink, 0) == ground
    assert mix(ground, ink, 1) == ink
    for i in (1, 3, 5):
        parts = sorted(int(colour[i : i + 2], 16) for colour in (ground, ink))
        assert parts[0] <= int(mix(ground, ink, share)[i : i + 2], 16) <= parts[1]
    assert low <= high
