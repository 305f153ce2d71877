"""Often at first, then seldom: for what is worth doing at once, but not for each part of a burst."""

import time

BURST = 8
# Of its time, what goes on without end may take this much; a server that is slow is asked the less often.
_SHARE = 0.02


class Pace:
    """When the next of something may begin, by how long each one takes.

    Up to eight go at once. Each of them is paid back by 50 times what it took, and by at least ``least`` and at most
    ``most`` seconds: what comes one by one never waits, and what never ends takes a fiftieth of the time, from
    whoever does it and from the server that all share.
    """

    def __init__(self, least: float, most: float) -> None:
        self._least, self._most = least, most
        self._debt = 0.0  # How many of the burst are not paid back.
        self._price = least
        self._at = time.monotonic()

    def wait(self) -> float:
        """Seconds until the next may begin; 0 for now."""
        self._pay_back()
        return max(0.0, (self._debt - (BURST - 1)) * self._price)

    def done(self, seconds: float) -> None:
        """Another one ended just now and took so long."""
        self._pay_back()
        self._price = min(max(seconds / _SHARE, self._least), self._most)
        self._debt += 1

    def _pay_back(self) -> None:
        now = time.monotonic()
        self._debt = max(0.0, self._debt - (now - self._at) / self._price)
        self._at = now
