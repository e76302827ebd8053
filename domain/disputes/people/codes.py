"""Closed sets of who has to do with a case."""

from __future__ import annotations

from enum import StrEnum


class RepresentativeKind(StrEnum):
    """By what right somebody stands for a party 代表身份"""

    GUARDIAN = "guardian"
    AGENT = "agent"
    GROUP_REPRESENTATIVE = "group_representative"


class RecusalRelation(StrEnum):
    """What ties a mediator to a party 回避事由

    RECUSAL.
    """

    NEAR_RELATIVE = "near_relative"
    INTEREST = "interest"
    OTHER = "other"
