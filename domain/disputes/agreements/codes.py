"""Closed sets of agreements."""

from __future__ import annotations

from enum import StrEnum


class Signer(StrEnum):
    """Whose signature 签署方

    An agreement bears a party's, a mediator's, the committee's (AGR3).
    """

    PARTY = "party"
    MEDIATOR = "mediator"
    COMMITTEE = "committee"


class SigningMethod(StrEnum):
    """How an agreement is signed 签署方式"""

    SIGNATURE = "signature"
    FINGERPRINT = "fingerprint"
    SEAL = "seal"
