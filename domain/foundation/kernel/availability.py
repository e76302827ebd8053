"""What the caller may do with a row now, and what stands in the way: for reads, by the very rules that commands obey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.foundation.basics.calendar import NATIONAL
from domain.foundation.kernel.rooms import fact_sheet, rules_of
from domain.foundation.kernel.rules import ActionAvailability, BlockerKind, Occasion
from domain.foundation.query.expressions import NOW

A = TypeVar("A", bound=StrEnum)

May = Callable[[str, str], str]
"""Of an action and a field group the SQL of whether policy permits it on the row."""

NO_DAYS = "NULL"


@dataclass(frozen=True, slots=True)
class AvailableActions(Generic[A]):
    """The actions of a kind as a computed member of its view: `sql` beside `of`.

    `days`: of the row's alias the SQL of a JSON object of a county's own days, each worked or not; the national calendar
    alone where it is left out.
    """

    subject: str
    actions: type[A]
    days: Callable[[str], str] = lambda _t: NO_DAYS

    def sql(self, t: str, may: May) -> str:
        """What rules need to know of the row, the time, and policy's word on each action."""
        # As rows: a function of PostgreSQL's takes at most a hundred arguments.
        permitted = ", ".join(f"('{action}', {may(action, 'core')})" for action in self.actions)
        allowed = f"(SELECT json_object_agg(m.action, m.allowed) FROM (VALUES {permitted}) m(action, allowed))"
        facts = fact_sheet(self.subject).sql(t, NOW)
        return f"json_build_object('now', {NOW}, 'days', {self.days(t)}, 'facts', {facts}, 'may', {allowed})"

    def of(self, found: Any) -> list[ActionAvailability]:
        """Each action, allowed or not, and what stands in the way.

        To whom policy does not permit an action, no rule is shown: it would tell of what they may not read.
        """
        may = {action: bool(found["may"][action]) for action in self.actions}
        own = {date.fromisoformat(day): working for day, working in (found["days"] or {}).items()}
        occasion = Occasion(datetime.fromisoformat(found["now"]), NATIONAL.overridden(own))
        facts = fact_sheet(self.subject).read(found["facts"])
        return [
            ActionAvailability(
                one.action,
                one.allowed,
                one.blocked_by
                if may[one.action]
                else tuple(blocker for blocker in one.blocked_by if blocker.kind is BlockerKind.PERMISSION),
            )
            for one in rules_of(self.subject).available_actions(facts, may, occasion)
        ]
