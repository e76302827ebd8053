"""Rows for the rules of clocks and supervision: what each lets through, and the first thing it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import AcknowledgeRuleInput, ExtendDeadlineRuleInput, SupervisionRuleInput
from domain.foundation.kernel.rules import RuleInput

_A = CaseAction
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HANDLING = CaseFacts(
    CaseStatus.HANDLING,
    version=5,
    type_mediable=True,
    parties=2,
    rights_told_at=NOW,
    risk_assessed_at=NOW,
    mediators=1,
    sessions=1,
    supervisions_unanswered=1,
    supervisions_answered=1,
    risk_readings_owed=1,
)
EXTENSION = ExtendDeadlineRuleInput(open=True, within_limit=True, consented=True)

CLOSED = CaseFacts(CaseStatus.CLOSED, version=9, type_mediable=True, parties=2, accepted_at=NOW, rights_told_at=NOW)
WAITED_FOR = (
    replace(CLOSED, supervisions_unanswered=1),
    replace(CLOSED, supervisions_answered=1),
    replace(CLOSED, risk_readings_owed=1),
    replace(CLOSED, clues_waiting=1),
)

CLOCK_STATE_ROWS: list[tuple[str, CaseAction, CaseFacts, CaseFacts]] = [
    ("SUP_ANSWER", _A.ANSWER_SUPERVISION, HANDLING, replace(HANDLING, supervisions_unanswered=0)),
    ("SUP_CLOSE", _A.CLOSE_SUPERVISION, HANDLING, replace(HANDLING, supervisions_answered=0)),
    ("RISK_READ", _A.ACKNOWLEDGE_RISK, HANDLING, replace(HANDLING, risk_readings_owed=0)),
    *[("ARCHIVE_OPEN", _A.ARCHIVE, CLOSED, broken) for broken in WAITED_FOR],
]

CLOCK_GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    ("EXT_OPEN", _A.EXTEND_DEADLINE, HANDLING, EXTENSION, replace(EXTENSION, open=False)),
    ("EXT_LIMIT", _A.EXTEND_DEADLINE, HANDLING, EXTENSION, replace(EXTENSION, within_limit=False)),
    ("EXT_CONSENT", _A.EXTEND_DEADLINE, HANDLING, EXTENSION, replace(EXTENSION, consented=False)),
    ("EXT_APPROVED", _A.EXTEND_DEADLINE, HANDLING, EXTENSION, replace(EXTENSION, approved=False)),
    (
        "SUP_ONCE",
        _A.OPEN_SUPERVISION,
        HANDLING,
        SupervisionRuleInput(in_order=True),
        SupervisionRuleInput(in_order=False),
    ),
    (
        "SUP_ANSWER",
        _A.ANSWER_SUPERVISION,
        HANDLING,
        SupervisionRuleInput(in_order=True),
        SupervisionRuleInput(in_order=False),
    ),
    (
        "SUP_BY",
        _A.ANSWER_SUPERVISION,
        HANDLING,
        SupervisionRuleInput(in_order=True),
        SupervisionRuleInput(in_order=True, by_responsible=False),
    ),
    (
        "SUP_CLOSE",
        _A.CLOSE_SUPERVISION,
        HANDLING,
        SupervisionRuleInput(in_order=True),
        SupervisionRuleInput(in_order=False),
    ),
    ("RISK_READ", _A.ACKNOWLEDGE_RISK, HANDLING, AcknowledgeRuleInput(owed=True), AcknowledgeRuleInput(owed=False)),
]
