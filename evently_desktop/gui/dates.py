"""Times as people at the venue say them: in its time zone, in the clerk's locale."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time

from evently_desktop.language import tr


def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day at the venue."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def clock(moment: datetime, time_zone: str, locale: str) -> str:
    """Hours and minutes at the venue: ``19:30``."""
    return format_time(moment.astimezone(ZoneInfo(time_zone)), "short", locale=locale)


def clock_here(moment: datetime, locale: str) -> str:
    """Hours and minutes where this PC stands."""
    return format_time(moment.astimezone(), "short", locale=locale)


def day_and_clock(moment: datetime, time_zone: str, locale: str) -> str:
    """``Fri, 27 Nov 2026, 19:30`` at the venue."""
    there = moment.astimezone(ZoneInfo(time_zone))
    return f"{format_skeleton('yMMMEd', there, locale=locale)}, {clock(moment, time_zone, locale)}"


def short_day_and_clock(moment: datetime, time_zone: str, locale: str) -> str:
    """``27 Nov, 19:30`` at the venue, where there is little room."""
    there = moment.astimezone(ZoneInfo(time_zone))
    return f"{format_skeleton('MMMd', there, locale=locale)}, {clock(moment, time_zone, locale)}"


def day_heading(day: date, today: date, locale: str) -> str:
    """``Today``, ``Tomorrow``, or the day: ``Fri 27 Nov``; with the year when that is another one."""
    if day == today:
        return tr("Today")
    if day == today + timedelta(days=1):
        return tr("Tomorrow")
    return format_skeleton("MMMEd" if day.year == today.year else "yMMMEd", day, locale=locale)
