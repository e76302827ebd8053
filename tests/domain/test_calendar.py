"""Working days and period ends, at the dates where they go wrong."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.foundation.basics.calendar import (
    NATIONAL,
    WorkingCalendar,
    china_date,
    corresponding_day,
    end_of_day,
)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 7), False),  # the holiday's last day, a Wednesday
        (date(2026, 10, 8), True),
        (date(2026, 9, 20), True),  # a Sunday, worked instead (调休)
        (date(2026, 10, 10), True),  # a Saturday, worked instead
        (date(2026, 10, 11), False),  # a plain Sunday
    ],
)
def test_national_day(day: date, worked: bool) -> None:
    assert NATIONAL.is_working_day(day) is worked


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 3, 2), 30, date(2026, 4, 1)),  # the first day is not counted
        (date(2026, 8, 31), 30, date(2026, 9, 30)),  # the day before the holiday stays
        (date(2026, 9, 1), 30, date(2026, 10, 8)),  # ends on National Day: moves past the holiday
        (date(2026, 9, 7), 30, date(2026, 10, 8)),  # ends on the holiday's last day
        (date(2026, 9, 10), 30, date(2026, 10, 10)),  # ends on a Saturday that is worked: stays
        (date(2026, 9, 11), 30, date(2026, 10, 12)),  # ends on a plain Sunday
    ],
)
def test_periods_of_days(start: date, days: int, last: date) -> None:
    assert NATIONAL.after_days(start, days) == last


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 1, 30), 1, date(2026, 2, 28)),  # no thirtieth: the month's last day, a Saturday that is worked
        (date(2025, 3, 31), 1, date(2025, 4, 30)),
        (date(2026, 9, 3), 1, date(2026, 10, 8)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 12, 8), 1, date(2026, 1, 8)),
    ],
)
def test_periods_of_months(start: date, months: int, last: date) -> None:
    assert NATIONAL.after_months(start, months) == last


def test_periods_of_working_days_skip_the_holiday() -> None:
    assert NATIONAL.after_working_days(date(2026, 9, 29), 3) == date(2026, 10, 9)
    assert NATIONAL.after_working_days(date(2026, 9, 18), 1) == date(2026, 9, 20)


def test_a_leap_day_has_a_corresponding_day() -> None:
    assert corresponding_day(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert corresponding_day(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_overrides_win_both_ways() -> None:
    calendar = WorkingCalendar({date(2026, 10, 1): True, date(2026, 3, 2): False})
    assert calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2026, 3, 2))
    assert calendar.after_days(date(2026, 3, 1), 1) == date(2026, 3, 3)


def test_further_overrides_win_over_those_before_them() -> None:
    calendar = WorkingCalendar({date(2026, 3, 2): False, date(2026, 3, 3): False})
    further = calendar.with_overrides({date(2026, 3, 3): True, date(2026, 3, 4): False})
    assert [further.is_working_day(date(2026, 3, day)) for day in (2, 3, 4)] == [False, True, False]
    assert [calendar.is_working_day(date(2026, 3, day)) for day in (2, 3, 4)] == [False, False, True]
    assert calendar.with_overrides({}) is calendar


def test_working_days_between_two_days_count_the_later_one() -> None:
    before, after = date(2026, 9, 29), date(2026, 10, 9)
    assert NATIONAL.working_days_between(before, after) == 3
    assert NATIONAL.working_days_between(after, before) == -3
    assert NATIONAL.working_days_between(after, after) == 0
    assert NATIONAL.working_days_between(date(2026, 10, 8), after) == 1


def test_what_is_added_to_months_moves_the_end_of_the_whole() -> None:
    assert NATIONAL.after_months(date(2026, 3, 2), 1, 30) == date(2026, 5, 6)
    assert NATIONAL.after_months(date(2026, 3, 2), 1, 5) == date(2026, 4, 7)


def test_an_unknown_year_has_weekends_and_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    calendar = WorkingCalendar({date(2051, 10, 2): False})
    with caplog.at_level(logging.WARNING):
        assert calendar.is_working_day(date(2051, 9, 29))  # a Friday
        assert not calendar.is_working_day(date(2051, 9, 30))  # a Saturday
        assert not calendar.is_working_day(date(2051, 10, 1))  # a Sunday
        assert not calendar.is_working_day(date(2051, 10, 2))  # overridden
        assert calendar.is_working_day(date(2051, 10, 3))
        assert calendar.is_working_day(date(2052, 10, 1))
    assert [record.args for record in caplog.records] == [(2051,), (2052,)]


def test_days_begin_at_midnight_in_china() -> None:
    assert china_date(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert china_date(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert china_date(end_of_day(date(2026, 12, 31))) == date(2026, 12, 31)
    assert china_date(end_of_day(date(2026, 12, 31)) + timedelta(microseconds=1)) == date(2027, 1, 1)


def test_the_end_of_time_has_a_day() -> None:
    assert china_date(datetime.max.replace(tzinfo=UTC)) == date.max
