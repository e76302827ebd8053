"""Closed sets of the register of committees and mediators."""

from __future__ import annotations

from enum import StrEnum


class CommitteePosition(StrEnum):
    """Office on a mediation committee (PMC1) 调委会职务"""

    DIRECTOR = "director"
    DEPUTY_DIRECTOR = "deputy_director"
    MEMBER = "member"


class MediatorBasis(StrEnum):
    """How somebody became a mediator 任职方式

    Elected to the committee, or engaged by it (人民调解法 13).
    """

    ELECTED = "elected"
    ENGAGED = "engaged"


class DismissalGround(StrEnum):
    """For what a mediator is dismissed (MED2) 罢免解聘事由

    人民调解法 15.
    """

    BIAS = "bias"
    INSULT = "insult"
    TAKING_GAIN = "taking_gain"
    LEAKING = "leaking"
