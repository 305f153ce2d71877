"""Bursts pass, floods do not, whatever the times between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop import pace
from evently_desktop.pace import BURST, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def done_within(clock: Clock, seconds: float, each: float, least: float = 0.05, most: float = 1.0) -> int:
    """How many of what takes ``each`` seconds are done when there is always another one to do."""
    paced, end, count = Pace(least, most), clock.now + seconds, 0
    while clock.now < end:
        if pause := paced.wait():
            clock.now += pause
        clock.now += each
        paced.done(each)
        count += 1
    return count


def test_a_burst_begins_at_once_and_the_next_waits(clock: Clock) -> None:
    paced = Pace(0.05, 1.0)
    for _ in range(BURST):
        assert paced.wait() == 0
        paced.done(0.0)
    assert paced.wait() == pytest.approx(0.05)
    clock.now += 0.05
    assert paced.wait() == pytest.approx(0)


@pytest.mark.parametrize(("each", "apart"), [(0.0, 0.05), (0.001, 0.05), (0.004, 0.2), (0.02, 1.0)])
def test_what_never_ends_goes_on_slowly(clock: Clock, each: float, apart: float) -> None:
    assert done_within(clock, 100, each) == pytest.approx(100 / apart + BURST, abs=2)


def test_what_comes_one_by_one_never_waits(clock: Clock) -> None:
    paced = Pace(0.05, 1.0)
    for _ in range(100):
        clock.now += 0.2
        assert paced.wait() == 0
        paced.done(0.003)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 5)), max_size=60))
def test_nothing_ever_waits_longer_than_the_longest_pause(steps: list[tuple[float, float]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr(pace, "time", clock)
        paced = Pace(0.01, 0.5)
        for idle, took in steps:
            clock.now += idle
            pause = paced.wait()
            assert 0 <= pause <= 0.5
            clock.now += pause + took
            paced.done(took)
