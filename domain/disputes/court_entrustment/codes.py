"""Closed sets of entrustment by courts that no other room has."""

from __future__ import annotations

from enum import StrEnum


class EntrustmentReturn(StrEnum):
    """Why an entrustment goes back 退回委派理由

    A code, so that nothing said in mediation goes with it (CRT3).
    """

    NOT_COMPETENT = "not_competent"
    CANNOT_TAKE_ON = "cannot_take_on"
    PARTY_UNWILLING = "party_unwilling"
    PARTY_NOT_REACHED = "party_not_reached"
    TIME_PASSED = "time_passed"
    NOT_SETTLED = "not_settled"
