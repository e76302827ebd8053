"""One person, protected everywhere: an address that is hidden in one case is hidden in each of that person's cases."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.models import Case, CaseParty, CaseProtector
from domain.disputes.cases.workflow import CaseChange, record_and_react


async def add_protectors(change: CaseChange, case_id: UUID, people: Iterable[UUID]) -> None:
    """Put people on a case's team from now on; who was on it once is on it again."""
    for user_id in people:
        await change.session.execute(
            insert(CaseProtector)
            .values(county_id=change.case.county_id, case_id=case_id, user_id=user_id, valid_from=change.now)
            .on_conflict_do_update(
                index_elements=[CaseProtector.county_id, CaseProtector.case_id, CaseProtector.user_id],
                set_={"valid_until": None},
            )
        )


def hide_address(party: CaseParty, *, closed: bool | None) -> None:
    """Protect a party's address. `closed`: to the party's own account too, or no longer; None: as it is."""
    party.address_protected = True
    if closed is not None:
        party.address_closed = closed


async def protect_elsewhere(
    change: CaseChange, id_numbers: Iterable[str], people: frozenset[UUID], *, closed: bool | None
) -> int:
    """Protect the same people in every other case of the county, whatever the caller sees of those; how many cases.

    `closed`: as for hide_address. Each is changed like any other: its version rises, its timeline says so. Cases are locked in order of their ids,
    so that two protections at once do not wait for each other.
    """
    numbers = sorted(set(id_numbers))
    if not numbers:
        return 0
    session, county_id = change.session, change.case.county_id
    others = await session.scalars(
        select(Case)
        .where(
            Case.county_id == county_id,
            Case.id != change.case.id,
            Case.status != CaseStatus.ARCHIVED,
            Case.id.in_(
                select(CaseParty.case_id).where(
                    CaseParty.county_id == county_id,
                    CaseParty.id_number.in_(numbers),
                    or_(
                        ~CaseParty.address_protected,
                        false() if closed is None else CaseParty.address_closed != closed,
                    ),
                )
            ),
        )
        .order_by(Case.id)
        .with_for_update()
    )
    changed = 0
    for case in others.all():
        for party in await _same_people(session, county_id, case.id, numbers):
            hide_address(party, closed=closed)
        case.address_protected = True
        case.version += 1
        await session.flush()
        await add_protectors(change, case.id, people)
        status = CaseStatus(case.status)
        await record_and_react(session, change.grant, CaseAction.PROTECT, case, status, now=change.now, note=None)
        changed += 1
    return changed


async def _same_people(session: AsyncSession, county_id: int, case_id: UUID, numbers: list[str]) -> list[CaseParty]:
    found = await session.scalars(
        select(CaseParty).where(
            CaseParty.county_id == county_id, CaseParty.case_id == case_id, CaseParty.id_number.in_(numbers)
        )
    )
    return list(found)
