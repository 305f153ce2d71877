import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from evently_desktop.gui.seat_map.framebuffer import Framebuffer, Sheet

WIDTH, HEIGHT, MARGIN = 40, 30, 9


def pixels(image: QImage) -> NDArray[np.uint32]:
    """What Qt sees, line by line."""
    lines = np.frombuffer(image.constBits(), np.uint32)
    return lines.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def noise(frame: Framebuffer) -> None:
    """Fill the picture with colours of which no two are alike."""
    sheet = Sheet(np.arange(1, WIDTH * HEIGHT + 1, dtype=np.uint32).reshape(1, -1, 1))
    y, x = np.divmod(np.arange(WIDTH * HEIGHT), WIDTH)
    frame.stamp(sheet, np.arange(WIDTH * HEIGHT), frame.origin + y * frame.stride + x)


@given(st.lists(st.tuples(st.integers(-45, 45), st.integers(-35, 35)), min_size=1, max_size=12))
def test_scrolling_moves_every_pixel_that_it_does_not_give_up(moves: list[tuple[int, int]]) -> None:
    frame = Framebuffer(WIDTH, HEIGHT, MARGIN)
    for dx, dy in moves:
        noise(frame)
        before = pixels(frame.image)
        exposed = frame.scroll(dx, dy)
        lost = np.zeros((HEIGHT, WIDTH), bool)
        for area in exposed:
            lost[area.top() : area.bottom() + 1, area.left() : area.right() + 1] = True
        y, x = np.nonzero(~lost)
        assert (pixels(frame.image)[y, x] == before[y - dy, x - dx]).all()
        assert lost.sum() == WIDTH * HEIGHT - max(WIDTH - abs(dx), 0) * max(HEIGHT - abs(dy), 0)


@given(
    st.integers(1, MARGIN),
    st.booleans(),
    st.lists(st.tuples(st.integers(-8, WIDTH - 1), st.integers(-8, HEIGHT - 1)), min_size=1, max_size=20),
)
def test_sprites_are_stamped_whole_or_cut_at_the_edges(size: int, flat: bool, places: list[tuple[int, int]]) -> None:
    places = [(max(x, 1 - size), max(y, 1 - size)) for x, y in places]
    frame = Framebuffer(WIDTH, HEIGHT, MARGIN)
    frame.fill(frame.everything, 0)
    sprites = np.arange(1, 1 + size * 3 * size, dtype=np.uint32).reshape(size, 3, size)
    if flat:
        sprites = np.broadcast_to(np.array([5, 6, 7], np.uint32)[None, :, None], sprites.shape).copy()
    expected = np.zeros((HEIGHT + 40, WIDTH + 40), np.uint32)
    for number, (x, y) in enumerate(places):
        expected[y + 20 : y + 20 + size, x + 20 : x + 20 + size] = sprites[:, number % 3]
        at = frame.origin + y * frame.stride + x
        frame.stamp(Sheet(sprites, flat), np.array([number % 3]), np.array([at]))
    assert (pixels(frame.image) == expected[20 : 20 + HEIGHT, 20 : 20 + WIDTH]).all()
