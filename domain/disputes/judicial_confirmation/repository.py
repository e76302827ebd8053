"""Loading an application for change."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import ConfirmationStatus
from domain.disputes.judicial_confirmation.models import JudicialConfirmation

# The court has it and has not ruled.
OPEN = (ConfirmationStatus.APPLIED, ConfirmationStatus.ACCEPTED)


async def open_application(
    session: AsyncSession, county_id: int, case_id: UUID, *statuses: ConfirmationStatus
) -> JudicialConfirmation:
    """The case's application in one of those open statuses, of which there is at most one; the caller holds the case's lock.

    NoResultFound if there is none: ask only after the rules found it there.
    """
    found = await session.scalars(
        select(JudicialConfirmation)
        .where(
            JudicialConfirmation.county_id == county_id,
            JudicialConfirmation.case_id == case_id,
            JudicialConfirmation.status.in_(statuses),
        )
        .with_for_update()
    )
    return found.one()
