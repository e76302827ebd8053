"""How a kind's timeline is read: the view of its table of `TimelineEntry`."""

from __future__ import annotations

from enum import StrEnum

from domain.codes.enums import Role
from domain.foundation.query.expressions import belongs_to, column, enum, seen_under, to_one
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.roots import CORE
from domain.foundation.query.view import View, by_name


def timeline_view(
    subject: str, actions: type[StrEnum], statuses: type[StrEnum], *, group: str = CORE, notes: str
) -> View:
    """What happened to a row of the kind: a part of the row's view, which is called as the kind's subject.

    The table is `<subject>_timeline`. `group`: the field group of all but what was said, which is of `notes`: it may
    name people.
    """
    return View(
        name=f"{subject}_timeline_entry",
        description="What happened, one entry for each version 时间线",
        table=f"{subject}_timeline",
        owner=belongs_to(subject),
        prefix=f"{subject}timeline",
        seen=seen_under(group),
        members=by_name(
            column("version", "The row's version from then on 版本", group),
            enum("action", actions, "What was done 操作", group),
            enum("from_status", statuses, "Status before 原状态", group),
            enum("to_status", statuses, "Status after 新状态", group),
            column("at", "When 时间", group),
            to_one("actor", "user", "Who; nobody where the clock did it by itself 操作人", group),
            to_one("organisation", "organisation", "For which organisation 操作单位", group),
            enum("role", Role, "In which role 操作角色", group),
            column("note", "What was said 备注", notes),
        ),
        orderings=by_name(ordering("version", "int", alone=True)),
    )
