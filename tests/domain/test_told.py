"""What parties are told of a case is decided for every action and every deadline, and never hides that the status moved."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.lifecycle import TRANSITIONS
from domain.disputes.cases.told import TOLD, UNTOLD
from domain.law.deadlines import views as deadlines
from domain.law.deadlines.codes import DeadlineKind


def test_every_action_is_told_or_is_not() -> None:
    assert set(CaseAction) == TOLD | UNTOLD
    assert not TOLD & UNTOLD


def test_what_moves_the_status_is_told() -> None:
    """The status is open to the parties: that an entry is missing would tell them that one is kept from them."""
    moving = {action for (status, action), after in TRANSITIONS.items() if after != status}
    assert moving <= TOLD


def test_no_deadline_of_risk_calls_supervision_or_protection_is_told() -> None:
    kept = {
        "risk_report",
        "joint_response",
        "supervision_answer",
        "follow_up",
        "protection_order",
        "protection_validity",
    }
    assert {kind.value for kind in set(DeadlineKind) - deadlines.TOLD} == kept
