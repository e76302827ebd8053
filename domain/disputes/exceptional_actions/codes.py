"""Closed sets of exceptional actions."""

from __future__ import annotations

from enum import StrEnum


class PauseReason(StrEnum):
    """Why a mediation rests 中止原因

    The time of an appraisal does not count (CRT2, MDC1).
    """

    APPRAISAL = "appraisal"
    FORCE_MAJEURE = "force_majeure"
    PARTY_ABSENT = "party_absent"
    AWAITING_OTHER_RESULT = "awaiting_other_result"
    OTHER = "other"


class BreachRemedy(StrEnum):
    """What is open to whom an agreement was not kept 未履行的救济途径"""

    ENFORCEMENT = "enforcement"
    MEDIATION_OR_COURT = "mediation_or_court"
