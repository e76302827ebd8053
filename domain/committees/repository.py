"""Loading the register for change, under lock, and looking up what its commands name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import Role
from domain.committees.models import CommitteeMember, CommitteeTerm, MediationCommittee, Mediator
from domain.committees.rules import FEWEST_MEMBERS, MOST_MEMBERS
from domain.foundation.basics.errors import NotFound
from domain.foundation.basics.ids import new_id
from domain.tenancy.models import Membership, Organisation, User

# The finest area that has set bounds counts.
_SIZE = text("""
SELECT s.fewest, s.most FROM committee_size AS s
WHERE s.county_id = :county AND (s.town_id IS NULL OR s.town_id = :town)
  AND (s.community_id IS NULL OR s.community_id = :community) AND (s.grid_id IS NULL OR s.grid_id = :grid)
ORDER BY s.grid_id IS NULL, s.community_id IS NULL, s.town_id IS NULL LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many members a committee has at a place."""

    fewest: int
    most: int


async def load_committee(session: AsyncSession, county_id: int, committee_id: UUID) -> MediationCommittee:
    """The committee, locked until the transaction ends. NotFound if there is none in the transaction's counties."""
    found = await session.scalar(
        select(MediationCommittee)
        .where(MediationCommittee.county_id == county_id, MediationCommittee.id == committee_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


async def load_mediator(session: AsyncSession, county_id: int, mediator_id: UUID) -> Mediator:
    """The appointment, locked after its committee, as elections lock them. NotFound if there is none."""
    committee = await session.scalar(
        select(Mediator.committee_id).where(Mediator.county_id == county_id, Mediator.id == mediator_id)
    )
    if committee is None:
        raise NotFound
    await load_committee(session, county_id, committee)
    found = await session.scalar(
        select(Mediator).where(Mediator.county_id == county_id, Mediator.id == mediator_id).with_for_update()
    )
    if found is None:
        raise NotFound
    return found


async def organisation_of(session: AsyncSession, county_id: int, organisation_id: UUID) -> Organisation | None:
    """An organisation of the county, whether or not it still exists."""
    found: Organisation | None = await session.scalar(
        select(Organisation).where(Organisation.county_id == county_id, Organisation.id == organisation_id)
    )
    return found


async def home_kind(session: AsyncSession, county_id: int, committee_id: UUID) -> str | None:
    """What kind of area the committee has its home in."""
    home = select(Organisation.home_id).where(Organisation.county_id == county_id, Organisation.id == committee_id)
    found: str | None = await session.scalar(
        select(Organisation.kind).where(Organisation.county_id == county_id, Organisation.id == home.scalar_subquery())
    )
    return found


async def bounds_at(session: AsyncSession, committee: MediationCommittee) -> Bounds:
    """The bounds that hold for this committee: its place's own, else the law's."""
    place = {
        "county": committee.county_id,
        "town": committee.town_id,
        "community": committee.community_id,
        "grid": committee.grid_id,
    }
    found = (await session.execute(_SIZE, place)).one_or_none()
    return Bounds(FEWEST_MEMBERS, MOST_MEMBERS) if found is None else Bounds(found.fewest, found.most)


async def user_of(session: AsyncSession, county_id: int, user_id: UUID) -> User | None:
    """An active user of the county."""
    found: User | None = await session.scalar(
        select(User).where(User.county_id == county_id, User.id == user_id, User.active)
    )
    return found


async def known_birth_date(session: AsyncSession, county_id: int, user_id: UUID) -> date | None:
    """The birth date of somebody who is on the register already."""
    found: date | None = await session.scalar(
        select(Mediator.birth_date)
        .where(Mediator.county_id == county_id, Mediator.user_id == user_id)
        .order_by(Mediator.recorded_at.desc())
        .limit(1)
    )
    return found


async def appointments_in_office(
    session: AsyncSession, committee: MediationCommittee, today: date
) -> dict[UUID, Mediator]:
    """The committee's appointments that run, locked, by the user who holds each."""
    found = await session.scalars(
        select(Mediator)
        .where(
            Mediator.county_id == committee.county_id,
            Mediator.committee_id == committee.id,
            Mediator.dismissed_at.is_(None),
            or_(Mediator.ends_on.is_(None), Mediator.ends_on >= today),
        )
        .order_by(Mediator.id)
        .with_for_update()
    )
    return {one.user_id: one for one in found}


async def latest_term(session: AsyncSession, committee: MediationCommittee) -> CommitteeTerm | None:
    """The term that the latest election began, locked."""
    found: CommitteeTerm | None = await session.scalar(
        select(CommitteeTerm)
        .where(
            CommitteeTerm.county_id == committee.county_id,
            CommitteeTerm.committee_id == committee.id,
            CommitteeTerm.elected_on == committee.elected_on,
        )
        .with_for_update()
    )
    return found


async def leave_committee(session: AsyncSession, mediator: Mediator, today: date) -> None:
    """Somebody dismissed as a mediator is no member of the committee from then on."""
    await session.execute(
        update(CommitteeMember)
        .where(
            CommitteeMember.county_id == mediator.county_id,
            CommitteeMember.committee_id == mediator.committee_id,
            CommitteeMember.user_id == mediator.user_id,
            CommitteeMember.left_on.is_(None),
        )
        .values(left_on=today)
    )


async def hold_office(
    session: AsyncSession, mediator: Mediator, role: Role, now: datetime, *, full_time: bool | None = None
) -> None:
    """Give the role in the committee's organisation to whoever does not hold it there now."""
    held = await session.scalar(
        select(Membership.id)
        .where(
            Membership.county_id == mediator.county_id,
            Membership.user_id == mediator.user_id,
            Membership.organisation_id == mediator.committee_id,
            Membership.role == role,
            or_(Membership.valid_until.is_(None), Membership.valid_until > now),
        )
        .limit(1)
    )
    if held is None:
        session.add(
            Membership(
                county_id=mediator.county_id,
                id=new_id(),
                user_id=mediator.user_id,
                organisation_id=mediator.committee_id,
                role=role,
                full_time=full_time,
                valid_from=now,
            )
        )


async def end_offices(
    session: AsyncSession,
    county_id: int,
    committee_id: UUID,
    roles: Sequence[Role],
    now: datetime,
    *,
    user_id: UUID | None = None,
    but: UUID | None = None,
) -> None:
    """End these roles at the committee and the studios below it: of one user, or of everybody but one."""
    below = select(Organisation.id).where(
        Organisation.county_id == county_id,
        or_(Organisation.id == committee_id, Organisation.parent_id == committee_id),
        Organisation.kind.in_(["mediation_committee", "brand_studio"]),
        or_(Organisation.id == committee_id, Organisation.kind == "brand_studio"),
    )
    statement = update(Membership).where(
        Membership.county_id == county_id,
        Membership.organisation_id.in_(below),
        Membership.role.in_(list(roles)),
        Membership.valid_from < now,
        or_(Membership.valid_until.is_(None), Membership.valid_until > now),
    )
    if user_id is not None:
        statement = statement.where(Membership.user_id == user_id)
    if but is not None:
        statement = statement.where(Membership.user_id != but)
    await session.execute(statement.values(valid_until=now).execution_options(synchronize_session=False))
