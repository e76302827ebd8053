"""Rows of tests/domain/test_case_rules.py for joint handling: calls, their answers and their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.joint_handling.case_rules import RespondRuleInput
from domain.disputes.rules.inputs import CallRuleInput
from domain.foundation.kernel.rules import RuleInput

_A = CaseAction
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

HANDLING = CaseFacts(CaseStatus.HANDLING, version=1, type_mediable=True, rights_told_at=NOW, parties=2, mediators=1)
CALLED = replace(HANDLING, calls_open=1)
FULFILLED = replace(
    HANDLING,
    status=CaseStatus.FULFILLED,
    sessions=1,
    follow_ups=1,
    agreement_form=AgreementForm.WRITTEN,
    agreement_effective_at=NOW,
)

# rule, action, facts it lets through, facts it refuses
JOINT_STATE_ROWS: list[tuple[str, CaseAction, CaseFacts, CaseFacts]] = [
    ("CALL3", _A.CLOSE, FULFILLED, replace(FULFILLED, calls_open=1)),
    ("CALL_OPEN", _A.RESPOND_TO_CALL, CALLED, HANDLING),
    ("CALL_OPEN", _A.CONCLUDE_CALL, CALLED, HANDLING),
    ("CALL_OPEN", _A.CONCLUDE_CALL, replace(HANDLING, calls_open=2), HANDLING),
]

# rule, action, facts, what it lets through, what it refuses
JOINT_GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    (
        "CALL1",
        _A.CALL,
        HANDLING,
        CallRuleInput(hours=1, respondents_cover=True),
        CallRuleInput(0, respondents_cover=True),
    ),
    (
        "CALL1",
        _A.CALL,
        HANDLING,
        CallRuleInput(hours=72, respondents_cover=True),
        CallRuleInput(73, respondents_cover=True),
    ),
    (
        "COVERS",
        _A.CALL,
        HANDLING,
        CallRuleInput(24, respondents_cover=True),
        CallRuleInput(24, respondents_cover=False),
    ),
    (
        "CALL2",
        _A.RESPOND_TO_CALL,
        CALLED,
        RespondRuleInput(accepted=False, reasoned=True),
        RespondRuleInput(accepted=False, reasoned=False),
    ),
    (
        "CALL2",
        _A.RESPOND_TO_CALL,
        CALLED,
        RespondRuleInput(accepted=True, reasoned=False),
        RespondRuleInput(accepted=False, reasoned=False),
    ),
]
