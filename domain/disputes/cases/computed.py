"""Fields of a case that need Python: what the caller may do now, and what is hidden from them and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.codes.enums import CaseAction
from domain.foundation.kernel.availability import AvailableActions, May
from domain.foundation.query.members import shows

# The field groups of a case (ACCESS §1), in the order shown. `masked` is no group of its own to a caller:
# it is the level PARTIAL of `identity`.
GROUPS = (
    "core",
    "internal",
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
    """How much is seen 可见程度"""

    FULL = "full"
    PARTIAL = "partial"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """How much of a field group the caller sees 访问情况"""

    group: str = shows("Which field group 字段组")
    level: AccessLevel = shows("How much 可见程度")
    reason: str | None = shows("Why not more 原因")
    break_glass_available: bool = shows("Whether emergency access can be asked for 是否可紧急查阅")


def own_days(t: str) -> str:
    """The days of which the case's county itself says whether they are worked."""
    return f"(SELECT json_object_agg(c.day, c.working) FROM calendar_day c WHERE c.county_id = {t}.county_id)"


AVAILABLE_ACTIONS = AvailableActions("case", CaseAction, own_days)


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
