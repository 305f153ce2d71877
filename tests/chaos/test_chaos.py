"""The one-minute form of the chaos, and the proof that its checker can say no."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import history
from tests.chaos.checker import Facts, violations
from tests.chaos.history import Histories, History
from tests.chaos.proxy import Dice
from tests.chaos.run import Plan, too_little

ROOT = Path(__file__).parents[2]


# It goes on beyond its minute on a machine that has other things to do, and gives up after two and a half.
@pytest.mark.timeout(300)
def test_nothing_is_lost_or_sold_twice() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--minutes", "1", "--least-sales", "1000"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    sys.stdout.write(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]


def test_a_run_without_faults_or_with_few_sales_fails_itself() -> None:
    assert list(too_little([], 1000, 1000)) == []
    assert list(too_little(["delay", "split"], 1000, 1000)) == ["this run proves nothing: no delay, no split"]
    assert list(too_little([], 999, 1000)) == ["this run proves nothing: 999 sales of 1000"]


def test_a_seed_gives_the_same_schedule() -> None:
    plan = Plan(seed=7, seconds=1, most_seconds=1, least_sales=0)
    assert list(islice(plan.schedule(), 50)) == list(islice(plan.schedule(), 50))
    assert list(islice(plan.schedule(), 50)) != list(islice(replace(plan, seed=8).schedule(), 50))
    assert [Dice(7, 100).next() for _ in range(20)] == [Dice(7, 100).next() for _ in range(20)]
    first, second = Dice(7, 100), Dice(7, 100)
    assert [first.next() for _ in range(20)] == [second.next() for _ in range(20)]


def _good(folder: Path) -> tuple[Histories, Facts]:
    """A sale, half of it refunded, as the counter and the database tell of it."""
    written = History(folder / "Counter 1.history")
    cash = {"method": "cash", "amount": 6300}
    written.invoke("sale b1", "sale", booking="b1", till="Till 1", seats=2, money=[{"id": "p1", **cash}])
    written.told("sale b1", "unknown")
    written.told("sale b1", "yes")
    written.invoke(
        "refund p2", "refund", booking="b1", till="Till 1", seats=1, money=[{**cash, "id": "p2", "amount": 3150}]
    )
    written.told("refund p2", "yes")
    written.invoke("sale b2", "sale", booking="b2", till="Till 1", seats=1, money=[{"id": "p3", **cash}])
    written.told("sale b2", "no", "hold_expired")
    written.invoke("sale b3", "sale", booking="b3", till="Till 1", seats=1, money=[{"id": "p4", **cash}])
    written.write(map=["2b1", "00"])
    paid = {"booking": "b1", "method": "cash", "status": "captured", "till": "Till 1"}
    found = Facts(
        payments={"p1": {**paid, "kind": "sale", "amount": 6300}, "p2": {**paid, "kind": "refund", "amount": 3150}},
        bookings={
            "b1": {"status": "confirmed", "quantity": 1, "lines": 1, "owed": 3150, "tickets": 1, "booked": 1,
                   "held_for": None, "log": ["held", "sold", "refunded"]},
        },
        seats=[
            {"ordinal": 0, "status": "booked", "number": 2, "booking": "b1", "sales": 1},
            {"ordinal": 1, "status": "available", "number": 0, "booking": "0", "sales": 0},
        ],
        ledger={"cash:Till 1": 3150, "sales": -3000, "fees": -150},
        exchanges=set(),
    )  # fmt: skip
    return history.read(folder), found


def test_the_checker_agrees_with_the_truth(tmp_path: Path) -> None:
    assert list(violations(*_good(tmp_path), longest=8)) == []


def _lose(table: str, key: str) -> Callable[[Histories, Facts], None]:
    return lambda _histories, found: getattr(found, table).pop(key)


def _set(table: str, key: Any, **values: object) -> Callable[[Histories, Facts], None]:
    return lambda _histories, found: getattr(found, table)[key].update(values)


def _answer(key: str, *answers: str) -> Callable[[Histories, Facts], None]:
    return lambda histories, _found: histories.acts[key].answers.extend(answers)


@pytest.mark.parametrize(
    ("lie", "expected"),
    [
        (_lose("payments", "p1"), "sale b1 is there in part only"),
        (_lose("payments", "p2"), "refund p2 was acknowledged and is not there"),
        (_set("payments", "p1", amount=6299), "booking b1 is confirmed with 3149 paid for seats of 3150"),
        (_set("payments", "p1", status="pending"), "sale b1 is there in part only"),
        (_set("bookings", "b1", status="cancelled"), "booking b1 is cancelled with 3150 paid"),
        (_set("bookings", "b1", tickets=2), "booking b1 has not one ticket and one booked seat"),
        (_set("bookings", "b1", status="held", held_for=30.0), "booking b1 is held for 30.0 seconds"),
        (_set("seats", 0, sales=2), "seat 0 is sold 2 times"),
        (_set("seats", 1, status="booked"), "seat 1 is booked and sold 0 times"),
        (_set("seats", 1, number=1), "Counter 1 shows 1 seats wrong"),
        (lambda _, found: found.ledger.update({"cash:Till 1": 3100}), "cash:Till 1 has 3100 by the ledger and 3150"),
        (lambda _, found: found.ledger.update({"cash:Till 2": 1}), "cash:Till 2 has 1 by the ledger and 0"),
        (lambda _, found: found.ledger.update({"customers": 5}), "customers are owed 5"),
        (lambda histories, _: histories.acts.pop("sale b1"), "payment p1 is nobody's"),
        (_answer("sale b1", "no"), "sale b1 was refused () and is there"),
        (_answer("sale b3", "yes"), "sale b3 was acknowledged and is not there"),
        (lambda histories, _: histories.acts["sale b2"].codes.append("id_reused"), "refused as id_reused"),
    ],
)
def test_the_checker_finds_each_lie(tmp_path: Path, lie: Callable[[Histories, Facts], None], expected: str) -> None:
    histories, found = _good(tmp_path)
    lie(histories, found)
    assert expected in "\n".join(violations(histories, found, longest=8))


def test_a_history_torn_by_a_kill_is_read(tmp_path: Path) -> None:
    histories, _ = _good(tmp_path)
    with (tmp_path / "Counter 1.history").open("a") as file:
        file.write(json.dumps({"key": "sale b4", "verb": "sale"})[:20])
    assert history.read(tmp_path) == histories
