"""The commands of a county's calendar."""

from __future__ import annotations

from datetime import date

from domain.foundation.basics.commands import Command, Subject, Told
from domain.law.deadlines import calendar, commands

CALENDAR = Subject("calendar", changed="A county's calendar was changed 工作日历已变更")
CHANGED = (
    Told("day", date, "Which day 日期", shared=True),
    Told(
        "deadlines_moved", int, "How many open deadlines it moved, in the same transaction 受影响的期限数", shared=True
    ),
)

COMMANDS = (
    Command(
        "calendar",
        "set",
        commands.SetCalendarDay,
        calendar.set_day,
        "Set a day 设定工作日",
        about="Say whether the county works on a day; open deadlines are counted again 设定工作日",
        takes_about="Say whether the county works on a day 设定工作日",
        name="calendarDaySet",
        shows=CALENDAR,
        gate="in_county",
        tells=(*CHANGED, Told("working", bool, "Whether it is worked 是否工作日")),
    ),
    Command(
        "calendar",
        "set",
        commands.ClearCalendarDay,
        calendar.clear_day,
        "Clear a day 取消工作日设定",
        about="Let the published calendar say again what a day is 取消工作日设定",
        name="calendarDayClear",
        shows=CALENDAR,
        gate="in_county",
        tells=CHANGED,
    ),
)
