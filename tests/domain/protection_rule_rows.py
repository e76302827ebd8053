"""Rows of tests/domain/test_case_rules.py for protection: teams, measures, duties to report and clue notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.protection.case_rules import MeasureRuleInput, ProtectRuleInput
from domain.foundation.kernel.rules import RuleInput

_A = CaseAction
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

HANDLING = CaseFacts(CaseStatus.HANDLING, version=1, type_mediable=True, rights_told_at=NOW, parties=2, mediators=1)
FULFILLED = replace(
    HANDLING,
    status=CaseStatus.FULFILLED,
    sessions=1,
    follow_ups=1,
    agreement_form=AgreementForm.WRITTEN,
    agreement_effective_at=NOW,
)
ISSUED = MeasureRuleInput(issued=True, valid_days=180, within_validity=True)
REFUSED = MeasureRuleInput(issued=False, valid_days=None, within_validity=True)

# rule, action, facts it lets through, facts it refuses
PROTECTION_STATE_ROWS: list[tuple[str, CaseAction, CaseFacts, CaseFacts]] = [
    ("DV1", _A.CLOSE, FULFILLED, replace(FULFILLED, duties_to_police=1)),
    ("DV1", _A.FULFIL_DUTY, replace(HANDLING, duties_to_police=1), HANDLING),
    # What is owed for a minor is fulfilled by the same action.
    ("DV1", _A.FULFIL_DUTY, replace(HANDLING, duties_for_minors=1), HANDLING),
    ("MIN1", _A.CLOSE, FULFILLED, replace(FULFILLED, duties_for_minors=1)),
    ("CLUE_OPEN", _A.ACKNOWLEDGE_CLUE, replace(HANDLING, clues_waiting=1), HANDLING),
]

# rule, action, facts, what it lets through, what it refuses
PROTECTION_GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    ("PROT1", _A.PROTECT, HANDLING, ProtectRuleInput(team=1), ProtectRuleInput(team=0)),
    ("DV3", _A.RECORD_MEASURE, HANDLING, ISSUED, replace(ISSUED, valid_days=185, within_validity=False)),
    ("DV3", _A.RECORD_MEASURE, HANDLING, ISSUED, replace(ISSUED, valid_days=None)),
    ("DV3", _A.RECORD_MEASURE, HANDLING, REFUSED, replace(REFUSED, valid_days=180)),
]
