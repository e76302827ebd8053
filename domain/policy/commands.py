"""What a caller asks of a county's own policy rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from domain.codes.enums import Role
from domain.foundation.basics.checks import LONGEST_LINE, LONGEST_NOTE
from domain.foundation.basics.commands import Record, Takes
from domain.policy.codes import PolicyEffect

# More than that nobody reads before saying yes.
MOST_ROWS = 100
_NAME = r"[a-z_]{1,40}"
Reason = Annotated[str, Takes("Why 理由", longest=LONGEST_NOTE)]
Replaces = Annotated[
    int | None,
    Takes(
        "The revision that is in force now, by its number; null: there is none 现行规则序号", least=1, most=2**31 - 1
    ),
]


@dataclass(frozen=True, slots=True)
class NewPolicyRow:
    """One row, in the policy's own names; the county is the caller's."""

    declared: ClassVar = Record("PolicyRow", "A row that a county adds to the policy 本县区规则")

    role: Annotated[Role, Takes("Whom it concerns 角色")]
    resource: Annotated[str, Takes("What it is about 对象代码", pattern=_NAME)]
    action: Annotated[str, Takes("What is done to it 操作代码", pattern=_NAME)]
    scope: Annotated[str, Takes("How the thing must relate to the membership 范围代码", pattern=_NAME)]
    effect: Annotated[PolicyEffect, Takes("Whether it grants or shuts out 效力")]
    field_group: Annotated[str, Takes("Which fields 字段组代码", longest=LONGEST_LINE)] = "core"
    condition: Annotated[str, Takes("What else must be so 条件代码", pattern=_NAME)] = "always"

    @property
    def values(self) -> tuple[str, str, str, str, str, str, str]:
        """As actors carry it."""
        return (
            self.role.value,
            self.resource,
            self.action,
            self.field_group,
            self.scope,
            self.condition,
            self.effect.value,
        )


PolicyRows = Annotated[
    tuple[NewPolicyRow, ...],
    Takes("Every row that the county would have; none: the shipped ones alone 规则", most_entries=MOST_ROWS),
]


@dataclass(frozen=True, slots=True)
class ProposePolicy:
    """Propose what the county adds to the policy (提出规则变更): all of it, not what differs."""

    reason: Reason
    replaces: Replaces = None
    rows: PolicyRows = ()


@dataclass(frozen=True, slots=True)
class RevertPolicy:
    """Propose the rows of an earlier revision again (恢复规则)."""

    number: Annotated[
        int, Takes("Which revision, by its number; 0: the shipped rows alone 规则序号", least=0, most=2**31 - 1)
    ]
    reason: Reason
    replaces: Replaces = None


@dataclass(frozen=True, slots=True)
class ApprovePolicy:
    """Agree to what somebody else proposed (复核规则变更)."""


@dataclass(frozen=True, slots=True)
class ApplyPolicy:
    """Put what was proposed and agreed to in force (启用规则变更)."""
