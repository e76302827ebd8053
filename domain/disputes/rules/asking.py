"""The rules of a case: what stands in the way of an action, for a command and for `availableActions` alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.codes.enums import CaseAction
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.cases.lifecycle import CASE_LIFECYCLE
from domain.disputes.rules.supervision import SUPERVISING_RULES
from domain.disputes.rules.table import OUT_OF_ORDER, ROAD_RULES
from domain.foundation.kernel.rooms import rules_of
from domain.foundation.kernel.rules import (
    ActionAvailability,
    Blocker,
    BlockerKind,
    Occasion,
    RefusedByRule,
    Rule,
    Rules,
)

__all__ = [
    "OWN_RULES",
    "ActionAvailability",
    "Blocker",
    "BlockerKind",
    "Occasion",
    "RefusedByRule",
    "Rule",
    "available_actions",
    "blocked_by",
    "case_rules",
    "refused_by",
    "require",
]

OWN_RULES: Rules[CaseAction, CaseFacts] = Rules(
    (*ROAD_RULES, *SUPERVISING_RULES),
    CASE_LIFECYCLE,
    OUT_OF_ORDER,
    # A court's entrustment is told of too: it is a way in which a case could have begun.
    offered=[action for action in CaseAction if action is not CaseAction.REGISTER],
)
"""The rules that need nothing from other rooms."""


def case_rules() -> Rules[CaseAction, CaseFacts]:
    """Every rule of a case, with those that other rooms add."""
    return rules_of("case")


def blocked_by(facts: CaseFacts, action: CaseAction, occasion: Occasion) -> tuple[Rule[CaseAction], ...]:
    """The rules that forbid `action` whatever the command would bring; of a wrong status that rule alone."""
    return case_rules().blocked_by(facts, action, occasion)


def refused_by(facts: CaseFacts | None, action: CaseAction, given: Any) -> tuple[Rule[CaseAction], ...]:
    """The rules that what the command brings would break. `facts` is None for a registration only."""
    return case_rules().refused_by(facts, action, given)


def require(facts: CaseFacts | None, action: CaseAction, occasion: Occasion, given: Any = None) -> None:
    """Raise RefusedByRule for the first rule, in the table's order, that forbids the command."""
    rules = case_rules()
    if facts is not None:
        rules.require_state(facts, action, occasion)
    rules.require_input(facts, action, given)


def available_actions(
    facts: CaseFacts, may: Mapping[CaseAction, bool], occasion: Occasion
) -> tuple[ActionAvailability, ...]:
    """Every action on a case that exists, in the order of the enum; what `may` leaves out is not permitted.

    An allowed action can still be refused for what its command brings, such as a court without jurisdiction.
    """
    return case_rules().available_actions(facts, may, occasion)
