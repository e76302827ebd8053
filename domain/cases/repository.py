"""Loading a case for change, and looking up the organisations and people that a command names.

ORM objects live inside one command's transaction and nothing is loaded behind its back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, and_, bindparam, case as sql_case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.cases.facts import FACTS_SQL, CaseFacts
from domain.cases.models import (
    Agreement,
    Case,
    CaseMediator,
    CaseParticipant,
    CaseParty,
    CaseProtector,
    CaseSession,
    Obligation,
)
from domain.codes.enums import AreaKind, PartnerKind, PartySide, Role
from domain.codes.models import DisputeType
from domain.kernel.errors import NotFound
from domain.kernel.grant import Grant
from domain.tenancy.models import Jurisdiction, Membership, Organisation, User

# As long ago as a dispute is likely to be brought in twice.
DUPLICATE_WINDOW = timedelta(days=90)

_FACTS = (
    select(literal_column(FACTS_SQL.format(t="dispute_case"), JSON))
    .select_from(Case)
    .where(Case.county_id == bindparam("county"), Case.id == bindparam("case"))
)


@dataclass(slots=True)
class LoadedCase:
    """A case and what belongs to it, locked until the transaction ends; `facts` as they were when it was loaded.

    `mediators` and `participants` are those whose term has not been ended; agreement and obligations are in force.
    """

    case: Case
    facts: CaseFacts
    parties: Sequence[CaseParty]
    mediators: Sequence[CaseMediator]
    participants: Sequence[CaseParticipant]
    agreement: Agreement | None
    obligations: Sequence[Obligation]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dispute lies: the level columns of the finest area known, and every area that contains it.

    `chain` is from the finest to the county; an organisation serves the place if it serves any of these.
    """

    county_id: int
    town_id: UUID | None
    community_id: UUID | None
    grid_id: UUID | None
    chain: tuple[UUID, ...]

    @property
    def levels(self) -> tuple[int, UUID | None, UUID | None, UUID | None]:
        """County, town, community, grid: as a case has them."""
        return self.county_id, self.town_id, self.community_id, self.grid_id


@dataclass(frozen=True, slots=True)
class Centre:
    """The governance centre (综治中心) that answers for a place, and the word in its case numbers."""

    id: UUID
    number_word: str


async def load_for_change(session: AsyncSession, grant: Grant) -> LoadedCase:
    """Load the case that the grant is for, under lock. NotFound if there is none within the transaction's wall."""
    key = (grant.county_id, grant.subject_id)
    # The gate holds the lock already; taking it again costs nothing and needs no trust.
    case = await session.scalar(select(Case).where(Case.county_id == key[0], Case.id == key[1]).with_for_update())
    if case is None:
        raise NotFound
    parties = await session.scalars(
        select(CaseParty)
        .where(CaseParty.county_id == key[0], CaseParty.case_id == key[1])
        .order_by(CaseParty.ordinal, CaseParty.id)
    )
    mediators = await session.scalars(
        select(CaseMediator).where(
            CaseMediator.county_id == key[0], CaseMediator.case_id == key[1], CaseMediator.valid_until.is_(None)
        )
    )
    participants = await session.scalars(
        select(CaseParticipant).where(
            CaseParticipant.county_id == key[0],
            CaseParticipant.case_id == key[1],
            CaseParticipant.valid_until.is_(None),
        )
    )
    agreement = await session.scalar(
        select(Agreement).where(
            Agreement.county_id == key[0], Agreement.case_id == key[1], Agreement.superseded_at.is_(None)
        )
    )
    obligations = await session.scalars(
        select(Obligation)
        .join(Agreement, and_(Agreement.county_id == Obligation.county_id, Agreement.id == Obligation.agreement_id))
        .where(Obligation.county_id == key[0], Obligation.case_id == key[1], Agreement.superseded_at.is_(None))
        .order_by(Obligation.ordinal)
    )
    return LoadedCase(
        case,
        await facts_of(session, *key),
        parties.all(),
        mediators.all(),
        participants.all(),
        agreement,
        obligations.all(),
    )


async def facts_of(session: AsyncSession, county_id: int, case_id: UUID) -> CaseFacts:
    """What rules know of the case, by the very expression that reads use. NotFound if there is none."""
    found: dict[str, Any] | None = await session.scalar(_FACTS, {"county": county_id, "case": case_id})
    if found is None:
        raise NotFound
    return CaseFacts.from_json(found)


async def sessions_held(session: AsyncSession, case: Case) -> int:
    """How many sessions the case has had in all its rounds."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(CaseSession)
            .where(CaseSession.county_id == case.county_id, CaseSession.case_id == case.id)
        )
        or 0
    )


async def resolve_place(session: AsyncSession, county_id: int, place_id: UUID, now: datetime) -> Place | None:
    """The place that an area of the county stands for; None if it is no such area, or is no longer."""
    area = await session.scalar(
        select(Organisation).where(
            Organisation.county_id == county_id,
            Organisation.id == place_id,
            Organisation.is_area,
            Organisation.kind.not_in([AreaKind.PROVINCE, AreaKind.CITY]),
            _valid(Organisation, now),
        )
    )
    if area is None:
        return None
    return await _place(session, county_id, area.town_id, area.community_id, area.grid_id)


async def place_of(session: AsyncSession, case: Case) -> Place:
    """The place of a case."""
    return await _place(session, case.county_id, case.town_id, case.community_id, case.grid_id)


async def _place(
    session: AsyncSession, county_id: int, town_id: UUID | None, community_id: UUID | None, grid_id: UUID | None
) -> Place:
    counties = await session.scalars(
        select(Organisation.id).where(Organisation.county_id == county_id, Organisation.kind == AreaKind.COUNTY)
    )
    levels = (grid_id, community_id, town_id)
    chain = (*(level for level in levels if level is not None), *counties)
    return Place(county_id, town_id, community_id, grid_id, chain)


async def centre_for(session: AsyncSession, place: Place, now: datetime) -> Centre | None:
    """The nearest governance centre whose jurisdiction covers the place and that gives case numbers; None if none."""
    nearness = sql_case({area: distance for distance, area in enumerate(place.chain)}, value=Jurisdiction.area_id)
    found = (
        await session.execute(
            select(Organisation.id, Organisation.number_word)
            .join(
                Jurisdiction,
                and_(Jurisdiction.county_id == Organisation.county_id, Jurisdiction.organisation_id == Organisation.id),
            )
            .where(
                Organisation.county_id == place.county_id,
                Organisation.kind == PartnerKind.GOVERNANCE_CENTRE,
                Organisation.number_word.is_not(None),
                Jurisdiction.area_id.in_(place.chain),
                _valid(Organisation, now),
            )
            .order_by(nearness, Organisation.id)
            .limit(1)
        )
    ).one_or_none()
    return None if found is None else Centre(found.id, found.number_word)


async def kinds_covering(
    session: AsyncSession, place: Place, organisation_ids: Collection[UUID], now: datetime
) -> dict[UUID, tuple[str, bool]]:
    """Of each organisation that exists in the county now: its kind, and whether it serves the place.

    A partner serves the areas of its jurisdiction, an area what lies within it.
    """
    serves = (
        select(Jurisdiction.area_id)
        .where(
            Jurisdiction.county_id == Organisation.county_id,
            Jurisdiction.organisation_id == Organisation.id,
            Jurisdiction.area_id.in_(place.chain),
        )
        .exists()
    )
    found = await session.execute(
        select(Organisation.id, Organisation.kind, or_(serves, Organisation.id.in_(place.chain)).label("covers")).where(
            Organisation.county_id == place.county_id,
            Organisation.id.in_(organisation_ids),
            _valid(Organisation, now),
        )
    )
    return {row.id: (row.kind, bool(row.covers)) for row in found}


async def active_members(
    session: AsyncSession,
    county_id: int,
    user_ids: Collection[UUID],
    now: datetime,
    *,
    organisation_id: UUID | None = None,
    roles: Iterable[Role] | None = None,
) -> frozenset[UUID]:
    """Of these users, those who are active and hold a membership now, in that organisation and role if given."""
    wanted = [
        User.county_id == county_id,
        User.id.in_(user_ids),
        User.active,
        Membership.valid_from <= now,
        or_(Membership.valid_until.is_(None), Membership.valid_until > now),
    ]
    if organisation_id is not None:
        wanted.append(Membership.organisation_id == organisation_id)
    if roles is not None:
        wanted.append(Membership.role.in_(list(roles)))
    found = await session.scalars(
        select(User.id)
        .join(Membership, and_(Membership.county_id == User.county_id, Membership.user_id == User.id))
        .where(*wanted)
    )
    return frozenset(found)


async def dispute_type_exists(session: AsyncSession, code: str) -> bool:
    """Whether there is such a type of dispute."""
    return await session.scalar(select(DisputeType.code).where(DisputeType.code == code)) is not None


async def user_exists(session: AsyncSession, county_id: int, user_ids: Collection[UUID]) -> bool:
    """Whether all of these are active users of the county."""
    found = await session.scalars(
        select(User.id).where(User.county_id == county_id, User.id.in_(user_ids), User.active)
    )
    return set(found) == set(user_ids)


async def possible_duplicates(
    session: AsyncSession,
    place: Place,
    *,
    type_code: str,
    id_numbers: Collection[str],
    applicants: Collection[str],
    respondents: Collection[str],
    now: datetime,
) -> tuple[UUID, ...]:
    """Cases of the last 90 days in the same town and of the same type that share a person, newest first, at most 20.

    Sharing means an ID number, or a name from either side: the other side may have brought the dispute in first.
    """
    party, other = aliased(CaseParty), aliased(CaseParty)

    def has(alias: type[CaseParty], condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return select(alias.id).where(alias.county_id == Case.county_id, alias.case_id == Case.id, condition).exists()

    both_names = and_(
        has(party, and_(party.side != PartySide.THIRD_PARTY, party.name.in_(applicants))),
        has(other, and_(other.side != PartySide.THIRD_PARTY, other.name.in_(respondents))),
    )
    shares = or_(both_names, has(party, party.id_number.in_(id_numbers))) if id_numbers else both_names
    found = await session.scalars(
        select(Case.id)
        .where(
            Case.county_id == place.county_id,
            Case.town_id.is_not_distinct_from(place.town_id),
            Case.registered_at >= now - DUPLICATE_WINDOW,
            Case.type_code == type_code,
            shares,
        )
        .order_by(Case.registered_at.desc(), Case.id.desc())
        .limit(20)
    )
    return tuple(found)


def _valid(organisation: type[Organisation], now: datetime) -> ColumnElement[bool]:
    return and_(
        organisation.valid_from <= now,
        or_(organisation.valid_until.is_(None), organisation.valid_until > now),
    )


async def protected_already(
    session: AsyncSession, county_id: int, id_numbers: Sequence[str], now: datetime
) -> tuple[frozenset[str], frozenset[UUID]]:
    """Which of these people have a protected address in some case of the county, and who protects them there now."""
    if not id_numbers:
        return frozenset(), frozenset()
    cases = (
        select(CaseParty.case_id, CaseParty.id_number)
        .where(
            CaseParty.county_id == county_id,
            CaseParty.id_number.in_(id_numbers),
            CaseParty.address_protected,
        )
        .subquery()
    )
    hidden = frozenset((await session.scalars(select(cases.c.id_number))).all())
    if not hidden:
        return frozenset(), frozenset()
    people = await session.scalars(
        select(CaseProtector.user_id).where(
            CaseProtector.county_id == county_id,
            CaseProtector.case_id.in_(select(cases.c.case_id)),
            CaseProtector.valid_from <= now,
            (CaseProtector.valid_until.is_(None)) | (CaseProtector.valid_until > now),
        )
    )
    return hidden, frozenset(people.all())
