"""Each period of the schedule at a date where it matters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.deadlines import schedule
from domain.deadlines.schedule import Period
from domain.judicial_confirmation.rules import last_day_to_enforce
from domain.kernel.calendar import NATIONAL
from tests.support.builders import NOW


@pytest.mark.parametrize(
    ("period", "start", "last"),
    [
        (schedule.MEDIATION, date(2026, 3, 2), date(2026, 4, 2)),
        (schedule.MEDIATION, date(2026, 1, 31), date(2026, 2, 28)),
        (schedule.CONFIRMATION_APPLICATION, date(2026, 9, 1), date(2026, 10, 8)),
        (schedule.CONFIRMATION_ACCEPTANCE, date(2026, 9, 29), date(2026, 10, 8)),
        (schedule.CONFIRMATION_RULING, date(2026, 3, 2), date(2026, 3, 17)),
        (schedule.CONFIRMATION_RULING_EXTENDED, date(2026, 3, 2), date(2026, 3, 27)),
        (schedule.ENFORCEMENT, date(2024, 2, 29), date(2026, 2, 28)),
        (schedule.FOLLOW_UP, date(2026, 3, 2), date(2026, 4, 1)),
    ],
)
def test_periods(period: Period, start: date, last: date) -> None:
    assert period.last_day(start, NATIONAL) == last


def test_a_period_of_hours_runs_through_the_night() -> None:
    assert schedule.RISK_REPORT.last_moment(NOW) == NOW + timedelta(hours=2)


def test_every_period_has_one_length_and_a_basis() -> None:
    for period in schedule.SCHEDULE:
        assert [bool(period.hours), bool(period.days), bool(period.months), bool(period.working_days)].count(True) == 1
        assert period.kind is not None
        assert period.basis
    with pytest.raises(ValueError, match="hours"):
        schedule.RISK_REPORT.last_day(date(2026, 3, 2), NATIONAL)
    with pytest.raises(ValueError, match="days or months"):
        schedule.MEDIATION.last_moment(NOW)


@pytest.mark.parametrize(
    ("ruled", "due", "last"),
    [
        (date(2023, 3, 2), None, date(2025, 3, 3)),  # a Sunday
        (date(2023, 3, 2), date(2023, 1, 1), date(2025, 3, 3)),  # due before: from the ruling
        (date(2023, 3, 2), date(2023, 9, 30), date(2025, 9, 30)),  # from the last instalment
    ],
)
def test_enforcement_is_counted_from_the_last_day_for_performance(ruled: date, due: date | None, last: date) -> None:
    assert last_day_to_enforce(ruled, due, NATIONAL) == last
