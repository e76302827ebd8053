"""Closed sets of deadlines."""

from __future__ import annotations

from enum import StrEnum


class DeadlineKind(StrEnum):
    """What a deadline is for 期限类型

    Each kind has its period in domain/law/deadlines/schedule.py (DOMAIN §7).
    """

    PETITION_ROUTING = "petition_routing"
    PETITION_SETTLEMENT = "petition_settlement"
    HOTLINE_ORDER = "hotline_order"
    MEDIATION = "mediation"
    LABOUR_MEDIATION = "labour_mediation"
    MEDICAL_MEDIATION = "medical_mediation"
    RISK_REPORT = "risk_report"
    CONFIRMATION_APPLICATION = "confirmation_application"
    CONFIRMATION_ACCEPTANCE = "confirmation_acceptance"
    CONFIRMATION_RULING = "confirmation_ruling"
    CONFIRMATION_PROCEDURE = "confirmation_procedure"
    ENFORCEMENT = "enforcement"
    ENTRUSTMENT_ACCEPTANCE = "entrustment_acceptance"
    ENTRUSTED_MEDIATION = "entrusted_mediation"
    FOLLOW_UP = "follow_up"
    JOINT_RESPONSE = "joint_response"
    PROTECTION_ORDER = "protection_order"
    PROTECTION_VALIDITY = "protection_validity"
    SUPERVISION_ANSWER = "supervision_answer"
    CONFIRMATION_MATERIAL = "confirmation_material"


class DeadlineUnit(StrEnum):
    """By what a period counts 计算单位"""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class DeadlineState(StrEnum):
    """Where a deadline stands 期限状态

    All but the last three follow from the clock.
    """

    RUNNING = "running"
    PAUSED = "paused"
    WARNED = "warned"
    OVERDUE = "overdue"
    SATISFIED = "satisfied"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class DeadlineStep(StrEnum):
    """What is done about a deadline 期限处理步骤

    What the worker does about it, each once: the warning, the due date, the rungs of the ladder.
    """

    WARNED = "warned"
    OVERDUE = "overdue"
    REMINDED = "reminded"
    SUPERVISED = "supervised"
    NOTICED = "noticed"
    INTERVIEWED = "interviewed"
    REPORTED = "reported"
