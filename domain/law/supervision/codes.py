"""Closed sets of supervision."""

from __future__ import annotations

from enum import StrEnum


class SupervisionCause(StrEnum):
    """Why a case is supervised 督办事由

    DOMAIN §7.
    """

    OVERDUE = "overdue"
    RED_RISK = "red_risk"
    RETURNED_TWICE = "returned_twice"
    BY_HAND = "by_hand"
    # Nobody is left to mediate it (MED2).
    MEDIATOR_DISMISSED = "mediator_dismissed"


class LeadershipLevel(StrEnum):
    """Whose leadership 领导层级

    Who reads a risk report.
    """

    TOWN = "town"
    COUNTY = "county"
