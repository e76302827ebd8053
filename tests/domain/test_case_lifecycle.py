"""Every status with every action: the whole lifecycle, written out a second time."""

from __future__ import annotations

import pytest

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.lifecycle import TRANSITIONS, actions_open_in, status_after

# Status -> action -> status it leads to. What is not here is not open.
EXPECTED: dict[str, dict[str, str]] = {
    "": {"register": "registered"},
    "registered": {"accept": "accepted", "decline": "declined"},
    "accepted": {"assess_risk": "accepted", "dispatch": "dispatched"},
    "declined": {"close": "closed"},
    "dispatched": {"assess_risk": "dispatched", "return": "accepted", "take_on": "handling"},
    "handling": {
        "assess_risk": "handling",
        "hold_session": "handling",
        "agree": "agreed",
        "fail": "failed",
        "pause": "handling",
        "resume": "handling",
        "withdraw": "failed",
    },
    "agreed": {
        "assess_risk": "agreed",
        "apply_confirmation": "agreed",
        "accept_confirmation": "agreed",
        "rule_confirmation": "agreed",
        "perform": "performing",
        "fulfil": "fulfilled",
    },
    "failed": {
        "assess_risk": "failed",
        "refer_to_court": "referred_to_court",
        "follow_up": "failed",
        "close": "closed",
    },
    "performing": {
        "assess_risk": "performing",
        "apply_confirmation": "performing",
        "accept_confirmation": "performing",
        "rule_confirmation": "performing",
        "perform": "performing",
        "breach": "performing",
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
    "closed": {"follow_up": "closed", "reopen": "accepted", "archive": "archived"},
    "archived": {},
}

# An agreement that nobody can hold on to: a draft not signed, or one neither confirmed nor kept; one confirmed is enforced.
EXPECTED["agreed"] |= {"mediate_again": "handling", "fail": "failed", "withdraw": "failed"}
EXPECTED["performing"] |= {"mediate_again": "handling", "fail": "failed", "apply_enforcement": "performing"}

# Beside the road: written and named in every status until the case is closed; who mediates, while it matters.
for _status in (
    *["registered", "accepted", "dispatched", "handling", "agreed", "failed", "performing", "fulfilled"],
    "referred_to_court",
):
    EXPECTED[_status] |= {"add_note": _status, "add_representative": _status}
for _status in ("dispatched", "handling"):
    EXPECTED[_status] |= {"declare_recusal": _status, "replace_mediator": _status}

# Signing, confirmation before the ruling, and a court's entrustment.
_BEFORE_THE_RULING = ("supply_material", "extend_confirmation", "withdraw_confirmation")
for _status, _more in {
    "": {"entrust": "registered"},
    "registered": {"accept_entrustment": "accepted", "return_entrustment": "declined"},
    "accepted": {"return_entrustment": "declined"},
    "agreed": {"sign": "agreed", **dict.fromkeys(_BEFORE_THE_RULING, "agreed")},
    "performing": dict.fromkeys(_BEFORE_THE_RULING, "performing"),
    "fulfilled": dict.fromkeys(_BEFORE_THE_RULING, "fulfilled"),
    "failed": {"return_entrustment": "referred_to_court"},
}.items():
    EXPECTED[_status] |= _more

# Clocks are stretched before mediation ends; supervision goes with the case and a little beyond.
for _status in ("accepted", "dispatched", "handling"):
    EXPECTED[_status] |= {"extend_deadline": _status}
for _status in (
    *["registered", "accepted", "dispatched", "handling", "agreed", "failed", "performing", "fulfilled"],
    "referred_to_court",
):
    EXPECTED[_status] |= dict.fromkeys(("open_supervision", "answer_supervision", "close_supervision"), _status)
    if _status != "registered":
        EXPECTED[_status] |= {"acknowledge_risk": _status}
EXPECTED["closed"] |= dict.fromkeys(("answer_supervision", "close_supervision", "acknowledge_risk"), "closed")

# Others are called while there is something to do; a call is answered and concluded as long as the case is open.
for _status in ("accepted", "dispatched", "handling", "performing"):
    EXPECTED[_status] |= {"call": _status}
for _status in (
    *["accepted", "dispatched", "handling", "agreed", "failed", "performing", "fulfilled"],
    "referred_to_court",
):
    EXPECTED[_status] |= {"respond_to_call": _status, "conclude_call": _status}

# Protection and the law's reports: in every status but the archive's; clues go on from a case that was declined no more.
for _status in (
    *["registered", "accepted", "declined", "dispatched", "handling", "agreed", "failed", "performing", "fulfilled"],
    *["referred_to_court", "closed"],
):
    EXPECTED[_status] |= {"protect": _status, "record_measure": _status, "fulfil_duty": _status}
    if _status != "declined":
        EXPECTED[_status] |= {"send_clue": _status, "acknowledge_clue": _status}

# The police hear of what was mediated and performed, before or after the case is closed.
for _status in ("fulfilled", "closed"):
    EXPECTED[_status] |= {"notify_police": _status, "answer_police_notice": _status}

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
