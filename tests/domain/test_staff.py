"""Who serves or served is known of them from then on, by whatever way the membership was written."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.ids import new_id
from domain.tenancy.models import Membership, User
from tests.domain.conftest import Begin
from tests.support.builders import NOW, SmallCounty


async def _joins(session: AsyncSession, county: SmallCounty, user: UUID, role: str) -> UUID:
    own = new_id()
    session.add(
        Membership(county_id=county.id, id=own, user_id=user, organisation_id=county.town, role=role, valid_from=NOW)
    )
    await session.flush()
    return own


async def _staff(session: AsyncSession, user: UUID) -> bool:
    return (await session.scalars(select(User.staff).where(User.id == user))).one()


async def test_staff_stay_known_when_their_membership_has_ended(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        user = new_id()
        session.add(User(county_id=county.id, id=user, display_name="虚构"))
        await session.flush()
        await _joins(session, county, user, "resident")
        assert not await _staff(session, user)
        served = await _joins(session, county, user, "mediator")
        assert await _staff(session, user)
        ended = update(Membership).where(Membership.id == served).values(valid_until=NOW + timedelta(days=1))
        await session.execute(ended)
        assert await _staff(session, user)


async def test_a_resident_given_another_role_is_staff(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        user = new_id()
        session.add(User(county_id=county.id, id=user, display_name="虚构"))
        await session.flush()
        own = await _joins(session, county, user, "resident")
        await session.execute(update(Membership).where(Membership.id == own).values(role="grid_worker"))
        assert await _staff(session, user)
