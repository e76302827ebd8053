"""Rows of tests/domain/test_case_rules.py for signatures, confirmation and entrustment: each rule at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, ConfirmationStatus, EntrustmentStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.judicial_confirmation.case_rules import (
    DecisionRuleInput,
    EnforceRuleInput,
    ExtendRuleInput,
    WithdrawalRuleInput,
)
from domain.disputes.rules.inputs import (
    AcceptRuleInput,
    AgreeRuleInput,
    EntrustRuleInput,
    SignRuleInput,
)
from domain.foundation.basics.calendar import end_of_day
from domain.foundation.kernel.rules import RuleInput

_A = CaseAction
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)

REGISTERED = CaseFacts(CaseStatus.REGISTERED, version=1, type_mediable=True, parties=2)
AGREED = replace(
    REGISTERED,
    status=CaseStatus.AGREED,
    rights_told_at=NOW,
    risk_assessed_at=NOW,
    mediators=1,
    sessions=1,
    agreement_form=AgreementForm.WRITTEN,
    agreement_effective_at=NOW,
)
DRAFT = replace(AGREED, agreement_effective_at=None)
OWED = replace(AGREED, obligations=1, obligations_open=1)
APPLIED = replace(AGREED, confirmation_status=ConfirmationStatus.APPLIED)
AT_COURT = replace(AGREED, confirmation_status=ConfirmationStatus.ACCEPTED, confirmation_rule_by=TODAY)
ENFORCEABLE = replace(
    OWED,
    status=CaseStatus.PERFORMING,
    breaches_open=1,
    confirmation_status=ConfirmationStatus.CONFIRMED,
    enforce_by=TODAY,
)
ASKED = replace(APPLIED, confirmation_material_due_on=TODAY)
ENTRUSTED = replace(REGISTERED, entrustment_status=EntrustmentStatus.ENTRUSTED, entrustment_accept_by=TODAY)
RUNNING = replace(
    AGREED,
    status=CaseStatus.HANDLING,
    agreement_form=None,
    agreement_effective_at=None,
    entrustment_status=EntrustmentStatus.ACCEPTED,
    due_at=end_of_day(TODAY),
)
FAILED = replace(RUNNING, status=CaseStatus.FAILED)
UNENTRUSTED = replace(FAILED, entrustment_status=None)

# rule, action, facts it lets through, facts it refuses
COURT_STATE_ROWS: list[tuple[str, CaseAction, CaseFacts, CaseFacts]] = [
    ("AGR3", _A.APPLY_CONFIRMATION, AGREED, DRAFT),
    ("AGR3", _A.FULFIL, AGREED, DRAFT),
    ("AGR3", _A.PERFORM, OWED, replace(OWED, agreement_effective_at=None)),
    ("SIGN_OPEN", _A.SIGN, DRAFT, AGREED),
    ("SIGN_OPEN", _A.SIGN, DRAFT, replace(AGREED, agreement_form=AgreementForm.ORAL)),
    ("CONF_ORDER", _A.SUPPLY_MATERIAL, APPLIED, replace(APPLIED, confirmation_status=ConfirmationStatus.REJECTED)),
    ("CONF_ORDER", _A.SUPPLY_MATERIAL, AT_COURT, replace(APPLIED, confirmation_status=ConfirmationStatus.CONFIRMED)),
    ("CONF_ORDER", _A.EXTEND_CONFIRMATION, AT_COURT, APPLIED),
    ("CONF7", _A.WITHDRAW_CONFIRMATION, APPLIED, replace(APPLIED, confirmation_status=ConfirmationStatus.CONFIRMED)),
    ("CONF7", _A.WITHDRAW_CONFIRMATION, AT_COURT, AGREED),
    ("CONF7", _A.SUPPLY_MATERIAL, ASKED, replace(ASKED, confirmation_material_due_on=YESTERDAY)),
    ("CONF7", _A.ACCEPT_CONFIRMATION, ASKED, replace(ASKED, confirmation_material_due_on=YESTERDAY)),
    (
        "CONF7",
        _A.ACCEPT_CONFIRMATION,
        replace(ASKED, confirmation_material_due_on=YESTERDAY, confirmation_material_complete=True),
        replace(ASKED, confirmation_material_due_on=YESTERDAY),
    ),
    ("CONF8", _A.EXTEND_CONFIRMATION, AT_COURT, replace(AT_COURT, confirmation_rule_by=YESTERDAY)),
    ("CONF8", _A.EXTEND_CONFIRMATION, AT_COURT, replace(AT_COURT, confirmation_extended=True)),
    ("ENFORCE", _A.APPLY_ENFORCEMENT, ENFORCEABLE, replace(ENFORCEABLE, breaches_open=0)),
    (
        "ENFORCE",
        _A.APPLY_ENFORCEMENT,
        ENFORCEABLE,
        replace(ENFORCEABLE, confirmation_status=ConfirmationStatus.REJECTED),
    ),
    ("CONF10", _A.APPLY_ENFORCEMENT, ENFORCEABLE, replace(ENFORCEABLE, enforce_by=YESTERDAY)),
    ("CRT_ORDER", _A.ACCEPT_ENTRUSTMENT, ENTRUSTED, REGISTERED),
    ("CRT_ORDER", _A.RETURN_ENTRUSTMENT, ENTRUSTED, REGISTERED),
    ("CRT_ORDER", _A.RETURN_ENTRUSTMENT, FAILED, replace(FAILED, entrustment_status=EntrustmentStatus.RETURNED)),
    ("CRT_ORDER", _A.ACCEPT, REGISTERED, ENTRUSTED),
    ("CRT_ORDER", _A.DECLINE, REGISTERED, ENTRUSTED),
    ("CRT_ORDER", _A.REFER_TO_COURT, UNENTRUSTED, FAILED),
    ("CRT1", _A.HOLD_SESSION, RUNNING, replace(RUNNING, due_at=end_of_day(YESTERDAY))),
    ("CRT1", _A.HOLD_SESSION, replace(RUNNING, entrustment_status=None, due_at=end_of_day(YESTERDAY)),
     replace(RUNNING, due_at=end_of_day(YESTERDAY))),
    ("CRT1", _A.HOLD_SESSION, replace(RUNNING, due_at=None), replace(RUNNING, due_at=end_of_day(YESTERDAY))),
    ("CRT2", _A.ACCEPT_ENTRUSTMENT, ENTRUSTED, replace(ENTRUSTED, entrustment_accept_by=YESTERDAY)),
    ("MEDIABLE", _A.ACCEPT_ENTRUSTMENT, ENTRUSTED, replace(ENTRUSTED, type_mediable=False)),
]  # fmt: skip

WRITTEN = AgreeRuleInput(
    AgreementForm.WRITTEN,
    all_consented=True,
    written_down=True,
    all_signed=True,
    mediator_signed=True,
    sealed=True,
    copies=3,
)
UNSIGNED = replace(WRITTEN, all_signed=False, mediator_signed=False, sealed=False, copies=None)
HANDLING = replace(RUNNING, entrustment_status=None)

# rule, action, facts, what it lets through, what it refuses
COURT_GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    ("AGR3", _A.AGREE, HANDLING, UNSIGNED, replace(UNSIGNED, sealed=True)),
    (
        "ENF_COURT",
        _A.APPLY_ENFORCEMENT,
        ENFORCEABLE,
        EnforceRuleInput(court_competent=True),
        EnforceRuleInput(court_competent=False),
    ),
    ("AGR5", _A.AGREE, HANDLING, replace(UNSIGNED, copies=3), replace(UNSIGNED, copies=2)),
    ("AGR5", _A.SIGN, DRAFT, SignRuleInput(complete=True, copies=3), SignRuleInput(complete=True, copies=2)),
    ("AGR5", _A.SIGN, DRAFT, SignRuleInput(complete=False), SignRuleInput(complete=True)),
    (
        "CONF4",
        _A.ACCEPT_CONFIRMATION,
        APPLIED,
        DecisionRuleInput(favourable=False, ground_named=True),
        DecisionRuleInput(favourable=True, ground_named=False),
    ),
    (
        "CONF5",
        _A.ACCEPT_CONFIRMATION,
        APPLIED,
        DecisionRuleInput(favourable=False, ground_named=False, material_demanded=True),
        DecisionRuleInput(favourable=False, ground_named=False),
    ),
    (
        "CONF7",
        _A.WITHDRAW_CONFIRMATION,
        APPLIED,
        WithdrawalRuleInput(by_parties=False, material_overdue=True),
        WithdrawalRuleInput(by_parties=False),
    ),
    (
        "CONF7",
        _A.WITHDRAW_CONFIRMATION,
        APPLIED,
        WithdrawalRuleInput(by_parties=True),
        WithdrawalRuleInput(by_parties=False),
    ),
    (
        "CONF8",
        _A.EXTEND_CONFIRMATION,
        AT_COURT,
        ExtendRuleInput(True, TODAY, TODAY),
        ExtendRuleInput(False, TODAY, TODAY),
    ),
    (
        "CONF9",
        _A.EXTEND_CONFIRMATION,
        AT_COURT,
        ExtendRuleInput(True, TODAY, TODAY),
        ExtendRuleInput(True, TODAY + timedelta(days=1), TODAY),
    ),
    ("CASE4", _A.ACCEPT_ENTRUSTMENT, ENTRUSTED, AcceptRuleInput(rights_told=True), AcceptRuleInput(rights_told=False)),
    (
        "COVERS",
        _A.ENTRUST,
        None,
        EntrustRuleInput(organisation_covers=True),
        EntrustRuleInput(organisation_covers=False),
    ),
]
