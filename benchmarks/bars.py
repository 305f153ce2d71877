"""A bar: what was asked for and what came out, on one line."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """``value``, mostly ``ours`` by ``floor``, must be at most ``bar``, or at least that if ``least``."""

    name: str
    ours: float
    floor: float
    value: float
    bar: float
    least: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.bar if self.least else self.value <= self.bar

    def __str__(self) -> str:
        sign = ">=" if self.least else "<="
        verdict = "ok" if self.reached else "short"
        figures = f"{self.ours:>9.3f} {self.floor:>9.3f} {self.value:>9.2f}"
        return f"{self.name:<44} {figures} {sign} {self.bar:<8.3g} {verdict}"


def show(bars: Iterable[Bar]) -> bool:
    """Print the bars as they come; True if all were reached."""
    reached = True
    print(f"{'bar':<44} {'ours':>9} {'floor':>9} {'value':>9}    bar")
    for bar in bars:
        print(bar, flush=True)
        reached = reached and bar.reached
    return reached
