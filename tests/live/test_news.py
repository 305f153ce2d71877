"""Hints, merged: forged, garbled and countless ones do no harm."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.database.wakes import channel
from evently_desktop.domain.ids import EventId
from evently_desktop.live.news import News

EVENTS = [EventId(UUID(int=number)) for number in range(4)]
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["watch", "unwatch"]), st.sampled_from(EVENTS)),
        st.tuples(st.just("hear"), st.sampled_from(EVENTS)),
        st.tuples(st.just("garbled"), st.binary(max_size=63)),
        st.tuples(st.just("take"), st.none()),
    )
)


@given(steps)
def test_what_is_told_is_what_was_heard_of_what_is_watched(steps: list[tuple[str, EventId | bytes | None]]) -> None:
    news = News()
    watchers = dict.fromkeys(EVENTS, 0)
    waiting: set[EventId] = set()
    for step, about in steps:
        match step, about:
            case "watch", UUID():
                watchers[EventId(about)] += 1
                news.watch(EventId(about))
            case "unwatch", UUID():
                watchers[EventId(about)] = max(0, watchers[EventId(about)] - 1)
                waiting = {event for event in waiting if watchers[event]}
                news.unwatch(EventId(about))
            case "hear", UUID():
                waiting |= {EventId(about)} if watchers[EventId(about)] else set()
                news.hear(channel(about).encode())
            case "garbled", bytes():
                news.hear(about)
            case _:
                assert news.take() == waiting
                waiting = set()
    assert news.take() == waiting
    assert news.channels == {channel(event).encode() for event in EVENTS if watchers[event]}
