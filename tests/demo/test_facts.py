"""The demo's facts fit the plans, the tables' rules and each other."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from email_validator import validate_email

from evently_desktop.demo import facts
from evently_desktop.domain.staff import Role

TODAY = date(2026, 10, 22)


def test_each_venue_prices_exactly_the_zones_of_its_plan() -> None:
    for venue in facts.VENUES:
        assert set(venue.adult_prices) == {zone.name for zone in venue.draw().zones}
        assert all(price > 0 for price in venue.adult_prices.values())


def test_events_are_at_known_venues_and_go_with_today() -> None:
    events = facts.events(TODAY)
    assert {event.venue for event in events} == {venue.key for venue in facts.VENUES}
    assert len({event.key for event in events}) == len(events)
    later = facts.events(TODAY + timedelta(days=3))
    assert [event.key for event in later] == [event.key for event in events]
    assert sorted(event.series for event in events).count("Hamlet") == 3


def test_one_event_is_over_and_the_rest_lie_ahead() -> None:
    noon = datetime.combine(TODAY, time(12), UTC)
    for event in facts.events(TODAY):
        assert (event.status == "completed") == (event.starts_at < noon)
        assert event.on_sale_from < noon
        assert event.starts_at < event.ends_at
    assert [event.status for event in facts.events(TODAY)].count("completed") == 1


@pytest.mark.parametrize("day", [date(2026, 3, 27), date(2026, 10, 22)])
def test_the_curtain_rises_at_the_venues_local_time_across_a_change_of_clocks(day: date) -> None:
    zones = {venue.key: ZoneInfo(venue.time_zone) for venue in facts.VENUES}
    local = {event.key: event.starts_at.astimezone(zones[event.venue]).time() for event in facts.events(day)}
    assert local["hamlet-1"] == local["hamlet-2"] == time(19, 30)
    assert (local["hamlet-3"], local["concert"], local["match"]) == (time(15), time(20), time(18, 30))


def test_price_types_have_letters_of_their_own_and_one_is_standard() -> None:
    keys = [fact.key for fact in facts.PRICE_TYPES]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch("[A-Z]", key) for key in keys)
    assert [fact.is_standard for fact in facts.PRICE_TYPES].count(True) == 1
    assert all((fact.amount(5_000) == 0) == fact.is_comp for fact in facts.PRICE_TYPES)


def test_a_reduced_price_is_rounded_to_half_a_unit() -> None:
    child, senior = facts.PRICE_TYPES[1:3]
    assert child.amount(7_900) == 3_950
    assert senior.amount(7_900) == 6_300


def test_every_role_is_on_the_staff_with_login_and_initials_of_his_own() -> None:
    assert {fact.role for fact in facts.STAFF} == set(Role)
    assert [fact.role for fact in facts.STAFF].count(Role.CLERK) == 2
    assert len({fact.login for fact in facts.STAFF}) == len({fact.initials for fact in facts.STAFF}) == 5
    assert all(re.fullmatch("[a-z]+", fact.login) for fact in facts.STAFF)


def test_customers_have_addresses_at_example_org_that_differ() -> None:
    addresses = [customer.email for customer in facts.CUSTOMERS]
    assert len(set(addresses)) == len(addresses) == 40
    for address in addresses:
        assert validate_email(address, check_deliverability=False).domain == "example.org"


def test_ids_depend_on_kind_and_key_alone() -> None:
    assert facts.demo_id("venue", "arena") == facts.demo_id("venue", "arena")
    assert facts.demo_id("venue", "arena") != facts.demo_id("event", "arena")


def test_tills_and_venues_agree_on_currencies() -> None:
    assert {till.currency for till in facts.TILLS} == {venue.currency for venue in facts.VENUES}
