"""Which court may be asked to confirm (CONF3: 民事诉讼法 205).

Where a court invited the mediation, that court; else one that serves a party's residence, the place of the object, or
the place of the committee that mediated; of courts, a people's court at the base level or a tribunal of it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.codes.enums import AreaKind, EntrustmentStatus, PartnerKind
from domain.disputes.cases.models import Case
from domain.disputes.cases.workflow import CaseChange
from domain.disputes.court_entrustment.repository import entrustment_of
from domain.disputes.judicial_confirmation.codes import ConfirmationBasis
from domain.disputes.judicial_confirmation.commands import ApplyConfirmation
from domain.foundation.basics.errors import InvalidInput
from domain.tenancy.locations import (
    Place,
    kinds_covering,
    place_of,
    resolve_place,
)
from domain.tenancy.models import Organisation

COURT_KINDS = frozenset({PartnerKind.COURT, PartnerKind.TRIBUNAL})
# What has a place of its own to be named; the others are known from the case.
NAMED = frozenset({ConfirmationBasis.RESIDENCE, ConfirmationBasis.OBJECT_PLACE})


async def competent(
    session: AsyncSession, change: CaseChange, command: ApplyConfirmation
) -> tuple[ConfirmationBasis, bool]:
    """On what basis the court is applied to, and whether that makes it competent.

    Raises InvalidInput for what is no court of the county, and for a place that is missing or not asked for.
    """
    entrusting = await inviting_court(session, change.case)
    basis = command.basis
    if basis is None:
        basis = ConfirmationBasis.COMMITTEE_PLACE if entrusting is None else ConfirmationBasis.INVITING_COURT
    _check_resident(change, basis, command.resident_id)
    place = await _place(session, change, basis, command.place_id)
    around = place or await place_of(session, change.case)
    kind, covers = (await kinds_covering(session, around, [command.court_id], change.now)).get(
        command.court_id, (None, False)
    )
    if kind not in COURT_KINDS:
        raise InvalidInput("没有该法院或人民法庭", "there is no such court or tribunal", field="courtId")
    covers = covers and place is not None and await base_level(session, change.case.county_id, command.court_id)
    if entrusting is not None or basis is ConfirmationBasis.INVITING_COURT:
        return basis, basis is ConfirmationBasis.INVITING_COURT and command.court_id == entrusting
    return basis, covers


async def inviting_court(session: AsyncSession, case: Case) -> UUID | None:
    """The court that entrusted the case and whose entrustment was accepted; None if none did."""
    entrustment = await entrustment_of(session, case.county_id, case.id)
    accepted = entrustment is not None and entrustment.status == EntrustmentStatus.ACCEPTED
    return entrustment.court_id if entrustment is not None and accepted else None


async def base_level(session: AsyncSession, county_id: int, court_id: UUID) -> bool:
    """Whether it is a people's court at the base level, or a tribunal of one: neither a city's court nor above."""
    court = aliased(Organisation)
    home = await session.scalar(
        select(Organisation.kind)
        .join(court, and_(court.county_id == Organisation.county_id, court.home_id == Organisation.id))
        .where(court.county_id == county_id, court.id == court_id)
    )
    return home not in {AreaKind.CITY, AreaKind.PROVINCE}


def _check_resident(change: CaseChange, basis: ConfirmationBasis, resident_id: UUID | None) -> None:
    """A residence is a party's."""
    if (resident_id is not None) != (basis is ConfirmationBasis.RESIDENCE):
        raise InvalidInput(
            "依住所地申请的应当指明是哪一方当事人的住所地，其他情形不得指明",
            "name whose residence it is on the basis of residence, and on no other",
            field="residentId",
        )
    if resident_id is not None and resident_id not in {party.id for party in change.loaded.parties}:
        raise InvalidInput("应为本案当事人", "must be a party of the case", field="residentId")


async def _place(
    session: AsyncSession, change: CaseChange, basis: ConfirmationBasis, place_id: UUID | None
) -> Place | None:
    """The place that makes the court competent; None where the committee's seat is not known."""
    if (place_id is not None) != (basis in NAMED):
        raise InvalidInput(
            "依当事人住所地或者标的物所在地申请的应当指明地点，其他情形不得指明",
            "name the place on the basis of a residence or of the object's place, and on no other",
            field="placeId",
        )
    case = change.case
    if place_id is None:
        handler = case.handler_id
        if basis is ConfirmationBasis.INVITING_COURT:
            return await place_of(session, case)
        if handler is None:
            return None
        organisation = await session.get(Organisation, (case.county_id, handler))
        assert organisation is not None
        return await resolve_place(session, case.county_id, organisation.home_id or organisation.id, change.now)
    place = await resolve_place(session, case.county_id, place_id, change.now)
    if place is None:
        raise InvalidInput("没有该区域", "there is no such area", field="placeId")
    return place
