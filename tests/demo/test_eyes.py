"""Zones are told apart by eyes that see fewer colours, in every palette."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from evently_desktop.demo.eyes import Eyes, seen_by
from evently_desktop.gui.theme import PALETTES, Palette, zone_colours

# CIE 1976: 2.3 is just noticeable; what lies side by side on a map needs several times as much.
CLEARLY = 10.0
# Halls have up to six zones; the seventh and eighth colour are told apart by their neighbours only.
ZONES = 6


def lab(colours: NDArray[np.uint8]) -> NDArray[np.float64]:
    """CIE L*a*b* of sRGB, white D65."""
    light = np.where(colours <= 10, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    xyz = light @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]).T
    ratio = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    found: NDArray[np.float64] = np.stack(
        (116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])), axis=-1
    )
    return found


def rgb(colours: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours], np.uint8)


@pytest.mark.parametrize("eyes", Eyes)
@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_zones_are_told_apart(palette: Palette, eyes: Eyes) -> None:
    seen = lab(seen_by(eyes, rgb(zone_colours(palette)[:ZONES])))
    for one, other in combinations(range(ZONES), 2):
        assert np.linalg.norm(seen[one] - seen[other]) > CLEARLY, (one, other)


@pytest.mark.parametrize("eyes", Eyes)
def test_grey_is_grey_to_all_eyes(eyes: Eyes) -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    assert np.abs(seen_by(eyes, greys).astype(int) - greys).max() <= 1


def test_red_and_green_are_one_colour_without_red_cones() -> None:
    red, green = lab(seen_by(Eyes.PROTANOPIA, np.array([[150, 0, 0], [60, 52, 0]], np.uint8)))
    assert np.linalg.norm(red - green) < CLEARLY * 2
