"""Plans kept on this PC: the same as the server's, or none."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import VenueId, ZoneId
from evently_desktop.domain.seating import Geometry, Place, Zone
from evently_desktop.errors import NotFound
from evently_desktop.services import geometry_cache, seats, venues
from evently_desktop.services.geometry_cache import GeometryCache
from tests import house
from tests.conftest import TestServer
from tests.house import Hall

MADE_AT = datetime(2026, 11, 20, 17, 30, 12, 345678, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> GeometryCache:
    return GeometryCache(tmp_path / "geometry")


def _same(one: Geometry, other: Geometry) -> bool:
    for field in fields(Geometry):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            if mine.dtype.kind != theirs.dtype.kind or not np.array_equal(mine, theirs):
                return False
        elif mine != theirs:
            return False
    return True


def _file(folder: Path) -> Path:
    [file] = (folder / "geometry").iterdir()
    return file


@st.composite
def halls(draw: st.DrawFn) -> Geometry:
    hall = house.hall_geometry(draw(st.integers(1, 5)), draw(st.integers(1, 9)))
    count = len(hall)
    names = st.lists(st.text(st.characters(exclude_characters="\0"), max_size=5), min_size=count, max_size=count)
    metres = st.floats(-1e5, 1e5, width=32)
    return replace(
        hall,
        row=np.array(draw(names), np.str_),
        number=np.array(draw(names), np.str_),
        x=np.array(draw(st.lists(metres, min_size=count, max_size=count)), np.float32),
        place=np.array(draw(st.lists(st.sampled_from(Place), min_size=count, max_size=count)), np.uint8),
        focal_point=(draw(metres), draw(metres)),
    )


@given(halls())
def test_what_was_put_comes_back_and_cannot_be_written(hall: Geometry) -> None:
    with TemporaryDirectory() as folder:
        cache = GeometryCache(Path(folder))
        assert cache.get(hall.plan_id, MADE_AT, hall.zones) is None
        cache.put(hall, MADE_AT)
        found = cache.get(hall.plan_id, MADE_AT, hall.zones)
        assert found is not None
        assert _same(found, hall)
        assert not any(array.flags.writeable for array in vars(found).values() if isinstance(array, np.ndarray))
        assert [file.name for file in Path(folder).iterdir()] == [f"{hall.plan_id}.plan"]


def test_a_plan_is_read_from_the_server_once(anna: Database, hall: Hall, cache: GeometryCache) -> None:
    plan_id = hall.geometry.plan_id
    first = anna.read(seats.map, plan_id, cache)
    assert _same(first, hall.geometry)
    # Were the server asked again, the seats would stand where they stood.
    made_at, _venue = anna.read(seats._plan, plan_id)
    cache.put(replace(first, x=first.x + 1), made_at)
    assert np.array_equal(anna.read(seats.map, plan_id, cache).x, hall.geometry.x + 1)
    assert np.array_equal(anna.read(seats.map, plan_id).x, hall.geometry.x)


def test_zones_are_as_the_organizer_has_them_now(
    anna: Database, olga: Database, hall: Hall, cache: GeometryCache, server: TestServer
) -> None:
    plan_id = hall.geometry.plan_id
    anna.read(seats.map, plan_id, cache)
    front, back = hall.geometry.zones
    with server.admin() as admin:
        admin.execute("UPDATE evently.price_zones SET name = 'Stalls', colour = 5 WHERE id = %s", [front.id])
        found = anna.read(seats.map, plan_id, cache)
        assert found.zones == (Zone(front.id, "Stalls", 5), back)
        assert np.array_equal(found.zone, hall.geometry.zone)
        # A zone put first moves the numbers of the others: the cached ones are of no use any more.
        admin.execute(
            """INSERT INTO evently.price_zones (venue_id, name, colour, ordinal)
               SELECT venue_id, 'Boxes', 3, -1 FROM evently.price_zones WHERE id = %s""",
            [front.id],
        )
    found = anna.read(seats.map, plan_id, cache)
    assert [zone.name for zone in found.zones] == ["Boxes", "Stalls", "Back"]
    assert np.array_equal(found.zone, hall.geometry.zone + 1)


def test_another_database_may_have_another_plan_under_the_same_id(cache: GeometryCache) -> None:
    hall = house.hall_geometry()
    cache.put(hall, MADE_AT)
    assert cache.get(hall.plan_id, MADE_AT + timedelta(microseconds=1), hall.zones) is None


def test_a_plan_that_is_gone_is_told_in_spite_of_the_cache(anna: Database, cache: GeometryCache) -> None:
    hall = house.hall_geometry()
    cache.put(hall, MADE_AT)
    with pytest.raises(NotFound, match="does not exist any more"):
        anna.read(seats.map, hall.plan_id, cache)


@given(st.data())
def test_a_damaged_or_shortened_file_is_none(data: st.DataObject) -> None:
    hall = house.hall_geometry(2, 3)
    with TemporaryDirectory() as folder:
        cache = GeometryCache(Path(folder))
        cache.put(hall, MADE_AT)
        [file] = Path(folder).iterdir()
        whole = file.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        other = data.draw(st.integers(1, 255))
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ other]) + whole[at + 1 :], whole + b"\0"):
            file.write_bytes(damaged)
            assert cache.get(hall.plan_id, MADE_AT, hall.zones) is None


def test_without_the_digest_damage_would_be_seen_as_seats(
    cache: GeometryCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = house.hall_geometry()
    cache.put(hall, MADE_AT)
    file = _file(tmp_path)
    damaged = file.read_bytes().replace(b'"STAGE"', b'"STAIR"')
    file.write_bytes(damaged)
    assert cache.get(hall.plan_id, MADE_AT, hall.zones) is None

    class Blind:
        def __init__(self, _data: object) -> None: ...

        def digest(self) -> bytes:
            return damaged[:32]

    monkeypatch.setattr(geometry_cache, "sha256", Blind)
    monkeypatch.setattr("zipfile.ZipExtFile._update_crc", lambda *_: None)
    found = cache.get(hall.plan_id, MADE_AT, hall.zones)
    assert found is not None
    assert found.shapes[0].label == "STAIR"


def test_damage_is_logged_and_read_from_the_server_again(
    anna: Database, hall: Hall, cache: GeometryCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan_id = hall.geometry.plan_id
    anna.read(seats.map, plan_id, cache)
    file = _file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert _same(anna.read(seats.map, plan_id, cache), hall.geometry)
    assert "is damaged" in caplog.text
    assert file.stat().st_size == len(whole)


def test_a_foreign_file_is_none(cache: GeometryCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = house.hall_geometry(), house.hall_geometry()
    cache.put(one, MADE_AT)
    own = _file(tmp_path)
    others = own.with_name(f"{other.plan_id}.plan")
    own.rename(others)
    assert cache.get(other.plan_id, MADE_AT, other.zones) is None
    np.savez(others.with_suffix(".npz"), x=np.zeros(3))
    others.with_suffix(".npz").rename(others)
    assert cache.get(other.plan_id, MADE_AT, other.zones) is None
    others.write_text("a letter to the box office")
    assert cache.get(other.plan_id, MADE_AT, other.zones) is None
    others.unlink()
    others.mkdir()
    assert cache.get(other.plan_id, MADE_AT, other.zones) is None
    cache.put(other, MADE_AT)
    assert others.is_dir()


def test_a_file_of_another_format_is_none(cache: GeometryCache, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = house.hall_geometry()
    monkeypatch.setattr(geometry_cache, "_FORMAT", 0)
    cache.put(hall, MADE_AT)
    assert cache.get(hall.plan_id, MADE_AT, hall.zones) is not None
    monkeypatch.undo()
    assert cache.get(hall.plan_id, MADE_AT, hall.zones) is None


def test_the_plans_used_last_stay(cache: GeometryCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry_cache, "_KEPT", 3)
    halls = [house.hall_geometry(1, 2) for _ in range(4)]
    for age, hall in enumerate(halls[:3]):
        cache.put(hall, MADE_AT)
        file = tmp_path / "geometry" / f"{hall.plan_id}.plan"
        os.utime(file, (1000 + age, 1000 + age))
    assert cache.get(halls[0].plan_id, MADE_AT, halls[0].zones) is not None
    cache.put(halls[3], MADE_AT)
    left = {file.stem for file in (tmp_path / "geometry").iterdir()}
    assert left == {str(hall.plan_id) for hall in (halls[0], halls[2], halls[3])}


def test_what_a_program_that_died_left_half_made_goes_and_the_rest_stays(cache: GeometryCache, tmp_path: Path) -> None:
    folder = tmp_path / "geometry"
    (folder / "folder.part").mkdir(parents=True)
    for name in ("old.part", "new.part", "notes.txt"):
        (folder / name).touch()
    os.utime(folder / "old.part", (1000, 1000))
    os.utime(folder / "folder.part", (1000, 1000))
    cache.put(house.hall_geometry(1, 2), MADE_AT)
    assert {file.name for file in folder.iterdir() if file.suffix != ".plan"} == {
        "folder.part",
        "new.part",
        "notes.txt",
    }


@contextmanager
def _full_disk(bytes_left: int) -> Iterator[None]:
    """No file of this process may grow beyond this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_keeps_what_was_there(
    cache: GeometryCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hall = house.hall_geometry()
    cache.put(hall, MADE_AT)
    before = _file(tmp_path).read_bytes()
    with _full_disk(1000):
        cache.put(replace(hall, x=hall.x + 1), MADE_AT)
    assert "cannot be kept" in caplog.text
    assert _file(tmp_path).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, anna: Database, hall: Hall) -> None:
    (tmp_path / "file").touch()
    cache = GeometryCache(tmp_path / "file" / "geometry")
    assert _same(anna.read(seats.map, hall.geometry.plan_id, cache), hall.geometry)


def test_names_with_any_character_arrive_in_their_seats(anna: Database, olga: Database) -> None:
    hall = house.hall_geometry(1, 4)
    odd = replace(hall, row=np.array(["A\nB", "", "ß·Ω", "A"]), number=np.array(["1", "2\t", "3|", '"4']))
    venue = venues.Venue(VenueId(uuid7()), "Odd", "", "", "", "Europe/Vienna", "EUR")
    olga.write(venues.add, venue, 4)
    olga.write(venues.add_plan, venue.id, "Odd", odd)
    assert _same(anna.read(seats.map, odd.plan_id), odd)


def test_states_of_a_zone_that_the_plan_does_not_know_keep_the_plans(
    anna: Database, hall: Hall, server: TestServer
) -> None:
    added = ZoneId(uuid7())
    with server.admin() as admin:
        admin.execute(
            """INSERT INTO evently.price_zones (id, venue_id, name, colour, ordinal)
               SELECT %s, venue_id, 'Boxes', 3, 9 FROM evently.price_zones WHERE id = %s""",
            [added, hall.geometry.zones[0].id],
        )
        admin.execute("UPDATE evently.event_seats SET zone_id = %s WHERE id = %s", [added, hall.seat("E1")])
    states, _ = anna.read(seats.states, hall.event_id, hall.geometry)
    assert np.array_equal(states.zone, hall.geometry.zone)
    assert (states.status == 0).all()
