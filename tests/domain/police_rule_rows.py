"""Rows of tests/domain/test_case_rules.py for notices to the police (POL2): each rule at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, SettlementMode
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.police_notice.case_rules import AnswerNoticeRuleInput, NotifyRuleInput
from domain.foundation.kernel.rules import RuleInput

_A = CaseAction
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

PERFORMED = CaseFacts(
    CaseStatus.FULFILLED,
    version=1,
    type_mediable=True,
    public_security=True,
    rights_told_at=NOW,
    parties=2,
    mediators=1,
    sessions=1,
    agreement_form=AgreementForm.WRITTEN,
    agreement_effective_at=NOW,
    obligations=1,
    settlement_mode=SettlementMode.PEOPLES_MEDIATION,
)
SETTLED = replace(PERFORMED, settlement_mode=SettlementMode.SETTLEMENT)
CLOSED = replace(PERFORMED, status=CaseStatus.CLOSED)
NOTIFIED = replace(PERFORMED, police_notices=1, police_notices_waiting=1)
WELL = NotifyRuleInput(police_cover=True, minor_circumstances=True)

# rule, action, facts it lets through, facts it refuses
POLICE_STATE_ROWS: list[tuple[str, CaseAction, CaseFacts, CaseFacts]] = [
    ("POL2", _A.NOTIFY_POLICE, PERFORMED, replace(PERFORMED, public_security=False)),
    ("POL2", _A.NOTIFY_POLICE, SETTLED, replace(SETTLED, settlement_mode=SettlementMode.ADMINISTRATIVE_MEDIATION)),
    ("POL2", _A.NOTIFY_POLICE, CLOSED, replace(CLOSED, obligations_open=1)),
    ("POL2", _A.NOTIFY_POLICE, CLOSED, replace(CLOSED, agreement_effective_at=None)),
    ("POL2", _A.NOTIFY_POLICE, CLOSED, replace(CLOSED, settlement_mode=None)),
    ("POL_ONCE", _A.NOTIFY_POLICE, PERFORMED, replace(PERFORMED, police_notices=1)),
    ("POL_OPEN", _A.ANSWER_POLICE_NOTICE, NOTIFIED, replace(NOTIFIED, police_notices_waiting=0)),
]

# rule, action, facts, what it lets through, what it refuses
POLICE_GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    ("POL2", _A.NOTIFY_POLICE, PERFORMED, WELL, replace(WELL, minor_circumstances=False)),
    ("POL2", _A.NOTIFY_POLICE, PERFORMED, WELL, replace(WELL, without_application=1)),
    ("POL2", _A.NOTIFY_POLICE, PERFORMED, WELL, replace(WELL, applied_too_early=1)),
    ("POL_PLACE", _A.NOTIFY_POLICE, PERFORMED, WELL, replace(WELL, police_cover=False)),
    (
        "POL_REASON",
        _A.ANSWER_POLICE_NOTICE,
        NOTIFIED,
        AnswerNoticeRuleInput(recognised=False, reasoned=True),
        AnswerNoticeRuleInput(recognised=False, reasoned=False),
    ),
    (
        "POL_REASON",
        _A.ANSWER_POLICE_NOTICE,
        NOTIFIED,
        AnswerNoticeRuleInput(recognised=True, reasoned=False),
        AnswerNoticeRuleInput(recognised=False, reasoned=False),
    ),
]
