"""Of several rules the first in order refuses; and what a reader is told of rules before acting."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import pytest

from domain.codes.enums import CaseAction, CaseStatus, ConfirmationStatus
from domain.disputes.cases.lifecycle import actions_open_in
from domain.disputes.rules.asking import (
    BlockerKind,
    RefusedByRule,
    available_actions,
    blocked_by,
    refused_by,
    require,
)
from domain.registry import RULES
from tests.domain.test_case_rules import ACCEPTED, FULFILLED, GIVEN_ROWS, HANDLING, OCCASION, ORAL, STATE_ROWS

_A = CaseAction


def test_a_refusal_names_the_first_rule_and_what_is_open() -> None:
    with pytest.raises(RefusedByRule) as refused:
        require(replace(HANDLING, sessions=0), _A.AGREE, OCCASION, replace(ORAL, all_consented=False))
    assert refused.value.rule == "CASE9"
    assert refused.value.source == "《人民调解法》第二十七条"
    assert {_A.HOLD_SESSION, _A.AGREE, _A.FAIL, _A.PAUSE, _A.WITHDRAW} <= set(refused.value.open_actions)
    assert refused.value.open_actions == actions_open_in(CaseStatus.HANDLING)


def both(kept: Any, *broken: Any) -> Any:
    """What is kept, with everything changed that is changed in either of what is broken."""
    changed = {
        one.name: getattr(wrong, one.name)
        for wrong in broken
        for one in fields(kept)
        if getattr(wrong, one.name) != getattr(kept, one.name)
    }
    return replace(kept, **changed)


def test_of_several_rules_of_the_case_the_first_of_the_table_refuses() -> None:
    order, seen = list(RULES), set()
    for (_, action, kept, broken), (_, other, same, wrong) in combinations(STATE_ROWS, 2):
        if (action, kept) != (other, same):
            continue
        facts = both(kept, broken, wrong)
        found = [rule.id for rule in blocked_by(facts, action, OCCASION)]
        if len(found) < 2:
            continue
        assert found == sorted(found, key=order.index)
        with pytest.raises(RefusedByRule) as refused:
            require(facts, action, OCCASION)
        assert refused.value.rule == found[0]
        seen.add((action, *found))
    assert len(seen) > 8


def test_of_several_rules_of_what_a_command_brings_the_first_of_the_table_refuses() -> None:
    order, seen = list(RULES), set()
    for (_, action, facts, kept, broken), (_, other, same, alike, wrong) in combinations(GIVEN_ROWS, 2):
        if (action, facts, kept) != (other, same, alike):
            continue
        given = both(kept, broken, wrong)
        found = [rule.id for rule in refused_by(facts, action, given)]
        if len(found) < 2:
            continue
        assert found == sorted(found, key=order.index)
        with pytest.raises(RefusedByRule) as refused:
            require(facts, action, OCCASION, given)
        assert refused.value.rule == found[0]
        seen.add((action, *found))
    assert len(seen) > 8


def test_available_actions_show_permission_and_rule() -> None:
    facts = replace(ACCEPTED, risk_assessed_at=None)
    shown = {one.action: one for one in available_actions(facts, {_A.DISPATCH: True, _A.ASSESS_RISK: True}, OCCASION)}
    assert set(shown) == set(CaseAction) - {_A.REGISTER}
    assert shown[_A.ASSESS_RISK].allowed
    assert [(one.kind, one.code) for one in shown[_A.DISPATCH].blocked_by] == [(BlockerKind.RULE, "ASSESSED")]
    assert [(one.kind, one.code) for one in shown[_A.ACCEPT].blocked_by] == [
        (BlockerKind.PERMISSION, "FORBIDDEN"),
        (BlockerKind.RULE, "LIFECYCLE"),
    ]
    assert not shown[_A.ACCEPT].allowed


def test_who_may_not_act_is_told_nothing_that_rules_would_give_away() -> None:
    facts = replace(FULFILLED, follow_ups=0, confirmation_status=ConfirmationStatus.APPLIED)
    for one in available_actions(facts, {}, OCCASION):
        assert {blocker.code for blocker in one.blocked_by} <= {"FORBIDDEN", "LIFECYCLE"}
