"""Working days and the ends of legal periods, in China's calendar.

How a period runs (民法典 200-204, 民事诉讼法 85): the day on which it begins does not count; by months or years it
ends on the corresponding day, or on the month's last day where there is none; a last day that is a day off moves to
the next working day. Make-up days (调休) are working days.
"""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import chinese_calendar

from domain.foundation.basics.clock import CHINA

_log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_SATURDAY = 5
_NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})


class WorkingCalendar:
    """Which days are worked. The State Council publishes the days off year by year; `overrides` (True: worked) win.

    For a year that neither knows, weekends are off and a warning is logged, once a year of the calendar.
    """

    def __init__(self, overrides: Mapping[date, bool] = _NO_OVERRIDES) -> None:
        """Keep a copy of `overrides`: they do not change under a running calculation."""
        self._overrides = dict(overrides)
        self._unknown_years: set[int] = set()

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is worked."""
        known = self._overrides.get(day)
        if known is not None:
            return known
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            if day.year not in self._unknown_years:
                self._unknown_years.add(day.year)
                _log.warning("no official days off are known for %d: only weekends count as such", day.year)
            return day.weekday() < _SATURDAY

    def working_day_from(self, day: date) -> date:
        """`day` if it is worked, else the next day that is."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def after_days(self, start: date, days: int) -> date:
        """The last day of a period of `days` that begins on `start`."""
        return self.working_day_from(start + timedelta(days=days))

    def after_working_days(self, start: date, days: int) -> date:
        """The last day of a period of `days` working days that begins on `start`."""
        day = start
        for _ in range(days):
            day = self.working_day_from(day + _DAY)
        return day

    def after_months(self, start: date, months: int, further_days: int = 0) -> date:
        """The last day of a period of `months`, and as many days more, that begins on `start`."""
        return self.working_day_from(corresponding_day(start, months) + timedelta(days=further_days))

    def working_days_between(self, first: date, last: date) -> int:
        """How many days after `first`, up to and with `last`, are worked; negative the other way round."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def with_overrides(self, overrides: Mapping[date, bool]) -> WorkingCalendar:
        """The same calendar with these days over it."""
        return WorkingCalendar({**self._overrides, **overrides}) if overrides else self


def corresponding_day(start: date, months: int) -> date:
    """The same day `months` later, or that month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def china_date(moment: datetime) -> date:
    """The date in China at that moment; at the very ends of the calendar, where there is none, that of its own zone."""
    try:
        return moment.astimezone(CHINA).date()
    except OverflowError:
        return moment.date()


def end_of_day(day: date) -> datetime:
    """The last moment of a day in China, in the database's precision of microseconds."""
    return datetime.combine(day, time.max, CHINA)


NATIONAL = WorkingCalendar()
"""The calendar as published for the whole country, without overrides."""
