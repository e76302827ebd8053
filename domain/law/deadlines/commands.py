"""What a caller asks of a county's calendar: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.foundation.basics.commands import Takes

# What lies beyond was mistyped; and the ends of the calendar are no days that anything could be counted from.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class SetCalendarDay:
    """Say whether the county works on a day (设定工作日)."""

    day: Annotated[date, Takes("Which day 日期", least=FIRST_DAY, most=LAST_DAY)]
    working: Annotated[bool, Takes("Whether it is worked 是否工作日")]
    reason: Annotated[str, Takes("Why, such as the notice that says so 理由", longest=LONGEST_REASON)]


@dataclass(frozen=True, slots=True)
class ClearCalendarDay:
    """Let the published calendar say again what a day is (取消工作日设定)."""

    day: Annotated[date, Takes("Which day 日期", least=FIRST_DAY, most=LAST_DAY)]
