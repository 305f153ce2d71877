"""Walks the seat map as a screen reader does: over AT-SPI, from the desktop's bus, in another process.

Needs what a bare machine and the default tests do not have: an X server and the AT-SPI services. On Debian:
``apt-get install xvfb dbus at-spi2-core``, and then ``make readers``. Ends with 1 when something is
not as it should be.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from jeepney import DBusAddress, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

ACCESSIBLE, COMPONENT = "org.a11y.atspi.Accessible", "org.a11y.atspi.Component"
ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
LIST, LIST_ITEM = 31, 32  # AtspiRole
FOCUSABLE, SELECTABLE, SELECTED = 11, 22, 23  # AtspiStateType
PATIENCE_SECONDS = 30
CHOSEN = 40

Node = tuple[str, str]


class Reader:
    """A client of the accessibility bus."""

    def __init__(self) -> None:
        session = open_dbus_connection(bus="SESSION")
        bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        address = session.send_and_get_reply(new_method_call(bus, "GetAddress")).body[0]
        self._bus: DBusConnection = open_dbus_connection(bus=address)

    def call(self, node: Node, interface: str, method: str, signature: str = "", *values: object) -> Any:
        target = DBusAddress(node[1], node[0], interface)
        message = new_method_call(target, method, signature or None, values)
        return self._answer(message)

    def get(self, node: Node, name: str) -> Any:
        answer = self._answer(Properties(DBusAddress(node[1], node[0], ACCESSIBLE)).get(name))
        return answer[1]

    def _answer(self, message: Any) -> Any:
        reply = self._bus.send_and_get_reply(message, timeout=PATIENCE_SECONDS)
        if reply.header.message_type is MessageType.error:
            raise RuntimeError(reply.body)
        return reply.body[0]

    def child(self, node: Node, index: int) -> Node:
        name, path = self.call(node, ACCESSIBLE, "GetChildAtIndex", "i", index)
        return name, path

    def states(self, node: Node) -> set[int]:
        low, high = self.call(node, ACCESSIBLE, "GetState")
        return {bit for bit in range(64) if (low | high << 32) >> bit & 1}

    def all_below(self, node: Node) -> Iterator[Node]:
        """The nodes below, but not into lists, which may be long."""
        for index in range(self.get(node, "ChildCount")):
            child = self.child(node, index)
            yield child
            if self.call(child, ACCESSIBLE, "GetRole") != LIST:
                yield from self.all_below(child)

    def seat_map(self) -> Node:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for node in self.all_below(ROOT):
                if self.call(node, ACCESSIBLE, "GetRole") == LIST and self.get(node, "ChildCount") > 1000:
                    return node
            time.sleep(0.2)
        raise RuntimeError("No seat map came onto the bus.")


def show_map() -> None:
    """The other process: a map in a window, and on its output what a seeing person is told of some seats."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from evently_desktop.demo.plans import playhouse  # noqa: PLC0415
    from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView  # noqa: PLC0415
    from tests.gui.seat_map.halls import NOW, busy, drawn  # noqa: PLC0415

    application = QApplication([])
    plan = drawn(playhouse())
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, busy(plan))
    model.set_mine(UUID(int=3), [10, 11], NOW + 100)  # type: ignore[arg-type]
    free = next(seat for seat in range(CHOSEN, len(plan)) if model.is_free(seat))
    model.toggle(free)
    view = SeatMapView(model, "EUR", "en_GB")
    view.resize(1000, 700)
    view.show()
    seats = {}
    for seat in (0, 10, free, 200, len(plan) - 1):
        words = view.words(seat)
        seats[seat] = [words.name, ", ".join(filter(None, (words.state, words.zone, words.price, words.place)))]
    _say(json.dumps({"count": len(plan), "chosen": free, "seats": seats}))
    application.exec()


def walk() -> list[str]:
    """What is not as it should be."""
    environment = os.environ | {"QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    program = [sys.executable, "-m", "tests.readers.walk", "map"]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            return list(_differences(Reader(), told))
        finally:
            process.kill()


def _differences(reader: Reader, told: dict[str, Any]) -> Iterator[str]:
    map_ = reader.seat_map()
    if (count := reader.get(map_, "ChildCount")) != told["count"]:
        yield f"{count} seats on the bus, {told['count']} in the hall"
    for ordinal, words in told["seats"].items():
        seat = reader.child(map_, int(ordinal))
        said = [reader.get(seat, "Name"), reader.get(seat, "Description")]
        _say(": ".join(said))
        if said != words:
            yield f"seat {ordinal} says {said}, not {words}"
        if reader.call(seat, ACCESSIBLE, "GetRole") != LIST_ITEM:
            yield f"seat {ordinal} is no item of a list"
        width, height = reader.call(seat, COMPONENT, "GetExtents", "u", 0)[2:]
        if not (0 < width < 60 and 0 < height < 60):
            yield f"seat {ordinal} is {width} by {height} pixels"
    chosen = reader.states(reader.child(map_, told["chosen"]))
    if not {FOCUSABLE, SELECTABLE, SELECTED} <= chosen:
        yield f"the chosen seat has only the states {chosen}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    if arguments == ["map"]:
        show_map()
        return 0
    if arguments == ["inside"]:
        wrong = walk()
        _say("\n".join(wrong) or "A screen reader finds every seat.")
        return int(bool(wrong))
    inside = [sys.executable, "-m", "tests.readers.walk", "inside"]
    return subprocess.run(["xvfb-run", "-a", "dbus-run-session", "--", *inside], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
