"""Every status with every action: the whole lifecycle, written out a second time."""

from __future__ import annotations

import pytest

from domain.cases.lifecycle import TRANSITIONS, actions_open_in, status_after
from domain.codes.enums import CaseAction, CaseStatus

# Status -> action -> status it leads to. What is not here is not open.
EXPECTED: dict[str, dict[str, str]] = {
    "": {"register": "registered"},
    "registered": {"accept": "accepted", "decline": "declined"},
    "accepted": {"assess_risk": "accepted", "dispatch": "dispatched"},
    "declined": {"close": "closed"},
    "dispatched": {"assess_risk": "dispatched", "return": "accepted", "take_on": "handling"},
    "handling": {"assess_risk": "handling", "hold_session": "handling", "agree": "agreed", "fail": "failed"},
    "agreed": {
        "assess_risk": "agreed",
        "apply_confirmation": "agreed",
        "accept_confirmation": "agreed",
        "rule_confirmation": "agreed",
        "fulfil": "fulfilled",
    },
    "failed": {"assess_risk": "failed", "follow_up": "failed", "close": "closed"},
    "performing": {
        "assess_risk": "performing",
        "apply_confirmation": "performing",
        "accept_confirmation": "performing",
        "rule_confirmation": "performing",
        "fulfil": "fulfilled",
    },
    "fulfilled": {
        "assess_risk": "fulfilled",
        "apply_confirmation": "fulfilled",
        "accept_confirmation": "fulfilled",
        "rule_confirmation": "fulfilled",
        "follow_up": "fulfilled",
        "close": "closed",
    },
    "referred_to_court": {"assess_risk": "referred_to_court", "close": "closed"},
    "closed": {"follow_up": "closed"},
    "archived": {},
}

STATUSES: tuple[CaseStatus | None, ...] = (None, *CaseStatus)


@pytest.mark.parametrize("status", STATUSES, ids=str)
@pytest.mark.parametrize("action", CaseAction)
def test_every_pair(status: CaseStatus | None, action: CaseAction) -> None:
    assert status_after(status, action) == EXPECTED[status or ""].get(action)


@pytest.mark.parametrize("status", STATUSES, ids=str)
def test_actions_open_in_a_status(status: CaseStatus | None) -> None:
    assert set(actions_open_in(status)) == set(EXPECTED[status or ""])


def test_every_action_has_a_transition_and_the_table_cannot_be_changed() -> None:
    assert {action for _, action in TRANSITIONS} == set(CaseAction)
    with pytest.raises(TypeError):
        TRANSITIONS[CaseStatus.ARCHIVED, CaseAction.CLOSE] = CaseStatus.CLOSED  # type: ignore[index]
