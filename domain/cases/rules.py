"""Asking the rules: what stands in the way of an action, for a command and for `availableActions` alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.cases.facts import CaseFacts
from domain.cases.given import Given
from domain.cases.lifecycle import actions_open_in
from domain.cases.rule_table import LIFECYCLE, RULE_TABLE, RULES, Rule
from domain.cases.rule_tests import Occasion
from domain.codes.enums import CaseAction
from domain.kernel.errors import Forbidden, RuleRefused
from domain.reading.members import shows

__all__ = [
    "LIFECYCLE",
    "RULES",
    "RULE_TABLE",
    "ActionAvailability",
    "Blocker",
    "BlockerKind",
    "CaseRuleRefused",
    "Occasion",
    "Rule",
    "available_actions",
    "blocked_by",
    "refused_by",
    "require",
]


class CaseRuleRefused(RuleRefused):
    """A refusal by a rule of the case, with the facts it was judged on and what the lifecycle allows instead."""

    def __init__(self, rule: Rule, facts: CaseFacts | None) -> None:
        super().__init__(rule.message, rule=rule.id, source=rule.source)
        self.facts = facts
        self.open_actions = actions_open_in(None if facts is None else facts.status)


class BlockerKind(StrEnum):
    """Access or a rule 阻碍类型"""

    PERMISSION = "permission"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way of an action 阻碍

    A permission has no source.
    """

    kind: BlockerKind = shows("Permission or rule 类型")
    code: str = shows("Rule id, or FORBIDDEN 代码")
    message: str = shows("Why, in Chinese 说明")
    source: str | None = shows("The law behind it 依据")


@dataclass(frozen=True, slots=True)
class ActionAvailability:
    """Whether the caller may do an action now 可用操作"""

    action: CaseAction = shows("Which action 操作")
    allowed: bool = shows("Open to the caller now 是否可执行")
    blocked_by: tuple[Blocker, ...] = shows("What stands in the way 阻碍原因")


def blocked_by(facts: CaseFacts, action: CaseAction, occasion: Occasion) -> tuple[Rule, ...]:
    """The rules that forbid `action` whatever the command would bring.

    LIFECYCLE stands alone: what else a wrong status would break is noise.
    """
    if not LIFECYCLE.state[action](facts, occasion):
        return (LIFECYCLE,)
    return tuple(
        rule for rule in RULE_TABLE if (kept := rule.state.get(action)) is not None and not kept(facts, occasion)
    )


def refused_by(facts: CaseFacts | None, action: CaseAction, given: Given) -> tuple[Rule, ...]:
    """The rules that what the command brings would break. `facts` is None for a registration only."""
    return tuple(rule for rule in RULE_TABLE if (kept := rule.given.get(action)) is not None and not kept(facts, given))


def require(facts: CaseFacts | None, action: CaseAction, occasion: Occasion, given: Given | None = None) -> None:
    """Raise CaseRuleRefused for the first rule, in the table's order, that forbids the command."""
    refusals = () if facts is None else blocked_by(facts, action, occasion)
    if not refusals and given is not None:
        refusals = refused_by(facts, action, given)
    if refusals:
        raise CaseRuleRefused(refusals[0], facts)


def available_actions(
    facts: CaseFacts, may: Mapping[CaseAction, bool], occasion: Occasion
) -> tuple[ActionAvailability, ...]:
    """Every action on a case that exists, in the order of the enum; what `may` leaves out is not permitted.

    An allowed action can still be refused for what its command brings, such as a court without jurisdiction.
    """
    return tuple(
        _availability(facts, action, occasion, permitted=may.get(action, False))
        for action in CaseAction
        if action is not CaseAction.REGISTER
    )


def _availability(facts: CaseFacts, action: CaseAction, occasion: Occasion, *, permitted: bool) -> ActionAvailability:
    rules = blocked_by(facts, action, occasion)
    blockers = tuple(Blocker(BlockerKind.RULE, rule.id, rule.message, rule.source) for rule in rules)
    if not permitted:
        # Whoever may not act learns what the status says, which is open to all who see the case, and nothing of
        # its sessions, agreement or confirmation, which the other rules would give away.
        blockers = (
            Blocker(BlockerKind.PERMISSION, Forbidden.code, Forbidden().message, None),
            *(blocker for blocker in blockers if blocker.code == LIFECYCLE.id),
        )
    return ActionAvailability(action, not blockers, blockers)
