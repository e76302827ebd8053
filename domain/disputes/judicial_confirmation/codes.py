"""Closed sets of judicial confirmation that no other room has."""

from __future__ import annotations

from enum import StrEnum


class ConfirmationBasis(StrEnum):
    """Why a court may be asked to confirm (CONF3) 管辖依据"""

    INVITING_COURT = "inviting_court"
    RESIDENCE = "residence"
    OBJECT_PLACE = "object_place"
    COMMITTEE_PLACE = "committee_place"


class ConfirmationMaterial(StrEnum):
    """What an application comes with (CONF4) 申请材料"""

    AGREEMENT = "agreement"
    MEDIATION_PROOF = "mediation_proof"
    TITLE_PROOF = "title_proof"
    IDENTITY_AND_CONTACT = "identity_and_contact"


class ConfirmationWithdrawal(StrEnum):
    """Why an application ended before the ruling (CONF7) 撤回原因"""

    BY_PARTIES = "by_parties"
    MATERIAL_NOT_SUPPLIED = "material_not_supplied"
