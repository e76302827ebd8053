"""Fields of a case that need Python: what the caller may do now, and what is hidden from them and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.cases.facts import FACTS_SQL, CaseFacts
from domain.cases.rule_tests import Occasion
from domain.cases.rules import ActionAvailability, BlockerKind, available_actions
from domain.codes.enums import CaseAction
from domain.kernel.calendar import NATIONAL
from domain.reading.expressions import NOW

__all__ = ["ActionAvailability"]

May = Callable[[str, str], str]

# The field groups of a case (ACCESS §1), in the order shown. `masked` is no group of its own to a caller:
# it is the level PARTIAL of `identity`.
GROUPS = (
    "core",
    "narrative",
    "identity",
    "address",
    "notes",
    "call",
    "coordination",
    "handling",
    "supervision",
    "clue",
    "agreement",
    "money",
    "history",
)


class AccessLevel(StrEnum):
    """How much of a field group the caller sees."""

    FULL = "full"
    PARTIAL = "partial"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """One field group of a case for this caller: how much is seen, and why not more."""

    group: str
    level: AccessLevel
    reason: str | None
    break_glass_available: bool


def of_case(t: str, u: str) -> str:
    """The rows that are part of a case."""
    return f"{u}.county_id = {t}.county_id AND {u}.case_id = {t}.id"


def deadlines_of(t: str, u: str) -> str:
    """The clocks of a case, but for those that only whom they concern may know of."""
    return f"{of_case(t, u)} AND NOT {u}.confidential"


def action_facts(t: str, may: May) -> str:
    """What rules need to know of the case, the time, and policy's word on each action."""
    # As rows: a function of PostgreSQL's takes at most a hundred arguments.
    permitted = ", ".join(f"('{action}', {may(action, 'core')})" for action in CaseAction)
    allowed = f"(SELECT json_object_agg(m.action, m.allowed) FROM (VALUES {permitted}) m(action, allowed))"
    days = f"(SELECT json_object_agg(c.day, c.working) FROM calendar_day c WHERE c.county_id = {t}.county_id)"
    return (
        f"json_build_object('now', {NOW}, 'days', {days}, 'case', {FACTS_SQL.format(t=t, now=NOW)}, 'may', {allowed})"
    )


def actions(found: Any) -> list[ActionAvailability]:
    """Each action, allowed or not, and what stands in the way.

    To whom policy does not permit an action, no rule is shown: it would tell of what they may not read.
    """
    may = {action: bool(found["may"][action]) for action in CaseAction}
    own = {date.fromisoformat(day): working for day, working in (found["days"] or {}).items()}
    occasion = Occasion(datetime.fromisoformat(found["now"]), NATIONAL.overridden(own))
    return [
        ActionAvailability(
            one.action,
            one.allowed,
            one.blocked_by
            if may[one.action]
            else tuple(blocker for blocker in one.blocked_by if blocker.kind is BlockerKind.PERMISSION),
        )
        for one in available_actions(CaseFacts.from_json(found["case"]), may, occasion)
    ]


def access_facts(t: str, may: May) -> str:
    """Policy's word on each field group of this case."""
    groups = ", ".join(f"'{group}', {may('read', group)}" for group in (*GROUPS, "masked"))
    return f"json_build_object('groups', json_build_object({groups}), 'protected', {t}.address_protected)"


def access(found: Any) -> list[GroupAccess]:
    """What is seen of each field group, and why not more."""
    open_groups = found["groups"]
    return [_of_group(group, open_groups, protected=bool(found["protected"])) for group in GROUPS]


def _of_group(group: str, open_groups: Any, *, protected: bool) -> GroupAccess:
    if open_groups[group]:
        return GroupAccess(group, AccessLevel.FULL, None, break_glass_available=False)
    if group == "identity" and open_groups["masked"]:
        return GroupAccess(group, AccessLevel.PARTIAL, "当事人身份信息已脱敏", break_glass_available=False)
    if group == "address" and protected and open_groups["identity"]:
        reason = "当事人住址受保护，仅保护小组成员可见"
    else:
        reason = "您的角色无权查看此类信息"
    return GroupAccess(group, AccessLevel.HIDDEN, reason, break_glass_available=False)
