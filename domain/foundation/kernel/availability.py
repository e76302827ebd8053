"""What the caller may do with a row now, and what stands in the way: for reads, by the very rules that commands obey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from domain.codes.loader import labels, list_of
from domain.foundation.basics.calendar import NATIONAL
from domain.foundation.basics.commands import ActionCode
from domain.foundation.kernel.rooms import command_of, fact_sheet, rules_of
from domain.foundation.kernel.rules import ActionAvailability, Blocker, BlockerKind, Occasion
from domain.foundation.query.expressions import NOW, computed_field
from domain.foundation.query.members import Computed, MemberArgument, shows

A = TypeVar("A", bound=StrEnum)

May = Callable[[str, str], str]
"""Of an action and a field group the SQL of whether policy permits it on the row."""

NO_DAYS = "NULL"
NEVER = "FALSE"
DESCRIPTION = "Each action, allowed or not, and why, in the order of the work 可用操作"
TAKES = (
    MemberArgument("allowed", bool, "Only those that are allowed now, or only those that are not 是否可执行"),
    MemberArgument("only", list[ActionCode], "Only of these actions 仅限这些操作"),
)


@dataclass(frozen=True, slots=True)
class ShownAction:
    """Whether the caller may do an action now 可用操作"""

    action: ActionCode = shows("Which action 操作")
    label: str = shows("Its Chinese word 操作名称")
    label_en: str = shows("The same in English 操作英文名称")
    allowed: bool = shows("Open to the caller now 是否可执行")
    blocked_by: tuple[Blocker, ...] = shows("What stands in the way 阻碍原因")


@dataclass(frozen=True, slots=True)
class AvailableActions(Generic[A]):
    """The actions of a kind as a computed member of its view: `sql` beside `of`.

    `days`: of the row's alias the SQL of a JSON object of a county's own days, each worked or not; the national calendar
    alone where it is left out. `allowed`, `only`: what is asked for of them, and nothing else is worked out.
    """

    subject: str
    actions: type[A]
    days: Callable[[str], str] = lambda _t: NO_DAYS
    allowed: bool | None = None
    only: frozenset[str] | None = None

    def member(self) -> Computed:
        """The member of the view; asked with arguments, the same of what was asked for alone."""
        return computed_field(
            "available_actions",
            list[ShownAction],
            DESCRIPTION,
            self.sql,
            self.of,
            type_name="ActionAvailability",
            takes=TAKES,
            narrow=self.narrow_to,
        )

    def narrow_to(self, given: Mapping[str, Any]) -> Computed:
        """The member for these arguments."""
        only = given.get("only")
        wanted = None if only is None else frozenset(only)
        return replace(self, allowed=given.get("allowed"), only=wanted).member()

    def asked(self) -> tuple[A, ...]:
        """The actions that are asked for."""
        offered: tuple[A, ...] = rules_of(self.subject).offered
        if self.only is None:
            return offered
        return tuple(one for one in offered if command_of(self.subject, one).code in self.only)

    def sql(self, t: str, may: May) -> str:
        """What rules need to know of the row, the time, and policy's word on each action that is asked for.

        Of a row on which none of them can be allowed, and only such are asked for, nothing but that.
        """
        permitted = {action: self._permission(t, action, may) for action in self.asked()}
        if self.allowed:
            permitted = {action: text for action, text in permitted.items() if text != NEVER}
        if not permitted:
            return "NULL"
        # As rows: a function of PostgreSQL's takes at most a hundred arguments.
        values = ", ".join(f"('{action}', {text})" for action, text in permitted.items())
        facts = fact_sheet(self.subject).sql(t, NOW)
        told = f"'now', {NOW}, 'days', {self.days(t)}, 'facts', {facts}"
        if not self.allowed:
            word = f"(SELECT json_object_agg(m.action, m.allowed) FROM (VALUES {values}) m(action, allowed))"
            return f"json_build_object({told}, 'may', {word})"
        return (
            f"(SELECT CASE WHEN m.may IS NOT NULL THEN json_build_object({told}, 'may', m.may) END FROM"
            f" (SELECT json_object_agg(v.a, v.o) FILTER (WHERE v.o) AS may FROM (VALUES {values}) v(a, o)) m)"
        )

    def _permission(self, t: str, action: A, may: May) -> str:
        """Policy's word on an action; where only what is allowed is asked for, no word on what the status forbids."""
        text = may(action, "core")
        lifecycle = rules_of(self.subject).lifecycle
        if not self.allowed or lifecycle is None or text == NEVER:
            return text
        open_in = lifecycle.statuses_of(action)
        listed = ", ".join(f"'{one}'" for one in open_in)
        return f"({fact_sheet(self.subject).fact(t, 'status')} IN ({listed}) AND {text})" if open_in else NEVER

    def of(self, found: Any) -> list[ShownAction]:
        """Each action that is asked for, allowed or not, and what stands in the way.

        To whom policy does not permit an action, no rule is shown: it would tell of what they may not read.
        """
        if found is None:
            return []
        may = {action: bool(found["may"].get(action)) for action in self.asked()}
        own = {date.fromisoformat(day): working for day, working in (found["days"] or {}).items()}
        occasion = Occasion(datetime.fromisoformat(found["now"]), NATIONAL.with_overrides(own))
        facts = fact_sheet(self.subject).read(found["facts"])
        wanted = [one for one in may if may[one]] if self.allowed else [*may]
        judged = rules_of(self.subject).available_actions(facts, may, occasion, only=wanted)
        return [self._show(one, permitted=may[one.action]) for one in judged if self.allowed in {None, one.allowed}]

    def _show(self, one: ActionAvailability, *, permitted: bool) -> ShownAction:
        blockers = (
            one.blocked_by
            if permitted
            else tuple(blocker for blocker in one.blocked_by if blocker.kind is BlockerKind.PERMISSION)
        )
        code = command_of(self.subject, one.action).code
        label, label_en = self._words(one.action)
        return ShownAction(ActionCode(code.upper()), label, label_en, one.allowed, blockers)

    def _words(self, action: A) -> tuple[str, str]:
        """An action's words: of the labels, or of the command that it is."""
        known = _labels().get((list_of(self.actions), action))
        if known is not None:
            return known
        english, _, chinese = command_of(self.subject, action).label.rpartition(" ")
        return chinese, english


@cache
def _labels() -> Mapping[tuple[str, str], tuple[str, str]]:
    return {(one.list, one.code): (one.label, one.label_en) for one in labels()}
