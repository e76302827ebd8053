"""Rows behind a written agreement and its confirmation: who signed, who applied, what the court was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.codes.enums import CaseAction, ConfirmationStatus
from domain.disputes.agreements.codes import Signer, SigningMethod
from domain.disputes.judicial_confirmation.codes import ConfirmationBasis
from domain.disputes.judicial_confirmation.rules import last_day_to_enforce, required_material
from domain.foundation.basics.calendar import NATIONAL, china_date
from domain.law.deadlines.schedule import (
    CONFIRMATION_ACCEPTANCE,
    CONFIRMATION_APPLICATION,
    CONFIRMATION_PROCEDURE,
    CONFIRMATION_RULING,
)
from domain.places.case_course import Course
from domain.places.rows import Rows

Identify = Callable[..., UUID]


def add_signatures(
    rows: Rows,
    agreement: dict[str, Any],
    parties: Sequence[UUID],
    *,
    at: datetime,
    mediator: UUID,
    committee: UUID,
    identify: Identify,
) -> None:
    """The signatures of an agreement signed by everybody when it was reached, as `caseAgree` records them (AGR3).

    `agreement`: the columns that every row shares, its case and itself.
    """
    signers: list[tuple[Signer, SigningMethod, dict[str, UUID]]] = [
        *((Signer.PARTY, SigningMethod.SIGNATURE, {"party_id": party}) for party in parties),
        (Signer.MEDIATOR, SigningMethod.SIGNATURE, {"user_id": mediator}),
        (Signer.COMMITTEE, SigningMethod.SEAL, {"organisation_id": committee}),
    ]
    for ordinal, (signer, method, who) in enumerate(signers, 1):
        rows.add(
            "agreement_signature",
            id=identify(at, "signature", ordinal),
            **agreement,
            signer=signer,
            method=method,
            signed_at=at,
            image_name=None,
            recorded_by=mediator,
            recorded_at=at,
            **{"party_id": None, "user_id": None, "organisation_id": None} | who,
        )


def add_confirmation(
    rows: Rows,
    course: Course,
    of_case: dict[str, Any],
    parties: Sequence[UUID],
    *,
    serial: int,
    effective: datetime,
    last_due: date | None,
    identify: Identify,
) -> None:
    """An application that the court confirmed, with the consents of all parties (CONF1) and its material (CONF4)."""
    applied, accepted, ruled = (
        course.all(action)[-1]
        for action in (CaseAction.APPLY_CONFIRMATION, CaseAction.ACCEPT_CONFIRMATION, CaseAction.RULE_CONFIRMATION)
    )
    by, confirmation = applied.by.person.id, identify(applied.at, "confirmation")
    rows.add(
        "judicial_confirmation",
        id=confirmation,
        **of_case,
        court_id=ruled.by.organisation.id,
        status=ConfirmationStatus.CONFIRMED,
        applied_at=applied.at,
        applied_by=by,
        apply_by=CONFIRMATION_APPLICATION.last_day(china_date(effective), NATIONAL),
        decided_at=accepted.at,
        number=f"({china_date(ruled.at).year})粤0781诉前调确{serial}号",
        ground=None,
        ruled_at=ruled.at,
        enforce_by=last_day_to_enforce(china_date(ruled.at), last_due, NATIONAL),
        basis=ConfirmationBasis.COMMITTEE_PLACE,
        concerns_title=False,
        decide_by=CONFIRMATION_ACCEPTANCE.last_day(china_date(applied.at), NATIONAL),
        rule_by=CONFIRMATION_RULING.last_day(china_date(accepted.at), NATIONAL),
        conclude_by=CONFIRMATION_PROCEDURE.last_day(china_date(accepted.at), NATIONAL),
    )
    for ordinal, party in enumerate(parties, 1):
        rows.add(
            "confirmation_consent",
            id=identify(applied.at, "consent", ordinal),
            **of_case,
            confirmation_id=confirmation,
            party_id=party,
            consented_at=applied.at,
            recorded_by=by,
        )
    for kind in sorted(required_material(concerns_title=False)):
        rows.add(
            "confirmation_material",
            id=identify(applied.at, "material", kind),
            **of_case,
            confirmation_id=confirmation,
            kind=kind,
            provided_at=applied.at,
            provided_by=by,
        )
