"""Which court may be asked to confirm (CONF3: 民事诉讼法 205).

Where a court invited the mediation, that court; else one that serves a party's residence, the place of the object, or
the place of the committee that mediated.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.repository import Place, kinds_covering, place_of, resolve_place
from domain.cases.work import Work
from domain.codes.enums import ConfirmationBasis, EntrustmentStatus, PartnerKind
from domain.court_linkage.repository import entrustment_of
from domain.judicial_confirmation.commands import ApplyConfirmation
from domain.kernel.errors import InvalidInput
from domain.tenancy.models import Organisation

COURT_KINDS = frozenset({PartnerKind.COURT, PartnerKind.TRIBUNAL})
# What has a place of its own to be named; the others are known from the case.
NAMED = frozenset({ConfirmationBasis.RESIDENCE, ConfirmationBasis.OBJECT_PLACE})


async def competent(session: AsyncSession, work: Work, command: ApplyConfirmation) -> tuple[ConfirmationBasis, bool]:
    """On what basis the court is applied to, and whether that makes it competent.

    Raises InvalidInput for what is no court of the county, and for a place that is missing or not asked for.
    """
    entrusting = await inviting_court(session, work)
    basis = command.basis
    if basis is None:
        basis = ConfirmationBasis.COMMITTEE_PLACE if entrusting is None else ConfirmationBasis.INVITING_COURT
    place = await _place(session, work, basis, command.place_id)
    kind, covers = (await kinds_covering(session, place, [command.court_id], work.now)).get(
        command.court_id, (None, False)
    )
    if kind not in COURT_KINDS:
        raise InvalidInput("没有该法院或人民法庭", field="courtId")
    if entrusting is not None or basis is ConfirmationBasis.INVITING_COURT:
        return basis, basis is ConfirmationBasis.INVITING_COURT and command.court_id == entrusting
    return basis, covers


async def inviting_court(session: AsyncSession, work: Work) -> UUID | None:
    """The court that entrusted the case and whose entrustment was accepted; None if none did."""
    entrustment = await entrustment_of(session, work.case.county_id, work.case.id)
    accepted = entrustment is not None and entrustment.status == EntrustmentStatus.ACCEPTED
    return entrustment.court_id if entrustment is not None and accepted else None


async def _place(session: AsyncSession, work: Work, basis: ConfirmationBasis, place_id: UUID | None) -> Place:
    """The place that makes the court competent."""
    if (place_id is not None) != (basis in NAMED):
        raise InvalidInput("依当事人住所地或者标的物所在地申请的应当指明地点，其他情形不得指明", field="placeId")
    case = work.case
    if place_id is None:
        handler = case.handler_id
        if basis is ConfirmationBasis.INVITING_COURT or handler is None:
            return await place_of(session, case)
        organisation = await session.get(Organisation, (case.county_id, handler))
        assert organisation is not None
        seat = await resolve_place(session, case.county_id, organisation.home_id or organisation.id, work.now)
        return seat or await place_of(session, case)
    place = await resolve_place(session, case.county_id, place_id, work.now)
    if place is None:
        raise InvalidInput("没有该区域", field="placeId")
    return place
