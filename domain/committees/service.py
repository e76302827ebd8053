"""The register of mediation committees and mediators: set up, elected, appointed, dismissed; how large a place has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import AreaKind, PartnerKind, Role
from domain.committees import repository as register
from domain.committees.codes import CommitteePosition, MediatorBasis
from domain.committees.commands import (
    AppointMediator,
    ElectCommittee,
    NewMember,
    NewPerson,
    RegisterCommittee,
    SetCommitteeSize,
)
from domain.committees.dismissal import MEDIATING, dismiss
from domain.committees.models import CommitteeMember, CommitteeSize, CommitteeTerm, MediationCommittee, Mediator
from domain.committees.rules import (
    ADULT,
    APPOINT,
    ELECT,
    SET_SIZE,
    AppointmentRuleInput,
    ElectionRuleInput,
    SizeRuleInput,
    in_office,
    last_day_of_term,
    refusal_by_case_rule,
    require,
)
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.checks import EARLIEST, distinct
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.identity_number import age_on, birth_date, normalise
from domain.foundation.basics.ids import new_id
from domain.foundation.kernel.workflow import announce, check_grant, check_version
from domain.tenancy.models import User

__all__ = ["appoint", "dismiss", "elect", "register_committee", "set_size"]

SIZED_AREAS = frozenset({AreaKind.COUNTY, AreaKind.TOWN, AreaKind.COMMUNITY})


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    """Somebody who takes an office, as checked."""

    user_id: UUID
    name: str
    born: date
    id_number: str | None
    phone: str | None


@takes_checked
async def register_committee(session: AsyncSession, grant: Grant, command: RegisterCommittee, *, clock: Clock) -> UUID:  # noqa: ARG001 - says nothing besides the organisation
    """Put an organisation on the register as a mediation committee; it is elected afterwards.

    Raises InvalidInput for an organisation of another kind, and for one that is on the register.
    """
    check_grant(grant, "register")
    organisation = await register.organisation_of(session, grant.county_id, grant.subject_id)
    if organisation is None or organisation.kind != PartnerKind.MEDIATION_COMMITTEE:
        raise InvalidInput("该单位不是人民调解委员会", "not a mediation committee", field="organisationId")
    now = clock()
    added = await session.scalar(
        insert(MediationCommittee)
        .values(
            county_id=grant.county_id,
            id=organisation.id,
            town_id=organisation.town_id,
            community_id=organisation.community_id,
            grid_id=organisation.grid_id,
            registered_at=now,
            registered_by=grant.actor.user_id,
        )
        .on_conflict_do_nothing()
        .returning(MediationCommittee.id)
    )
    if added is None:
        raise InvalidInput(
            "该调解委员会已经登记", "on the register already", field="organisationId", code="ALREADY_REGISTERED"
        )
    announce(session, grant, "committee.registered", now)
    await session.flush()
    return organisation.id


@takes_checked
async def elect(session: AsyncSession, grant: Grant, command: ElectCommittee, *, clock: Clock) -> UUID:
    """Record an election: the term begins, its members are mediators, those not elected again leave with the old term.

    Raises RuleRefused PMC1, PMC2, PMC3, MED1, PI1.
    """
    check_grant(grant, "elect")
    now = clock()
    committee = await register.load_committee(session, grant.county_id, grant.subject_id)
    check_version(committee, command.expected_version, "调委会")
    on = command.elected_on
    people = [
        await _person(session, grant, one.person, f"members.{index}.person", on)
        for index, one in enumerate(command.members)
    ]
    distinct([one.user_id for one in people], "members", "委员")
    bounds = await register.bounds_at(session, committee)
    require(
        ELECT,
        ElectionRuleInput(
            members=len(people),
            directors=sum(one.position is CommitteePosition.DIRECTOR for one in command.members),
            women=sum(one.woman for one in command.members),
            under_age=sum(age_on(one.born, on) < ADULT for one in people),
            fewest=bounds.fewest,
            most=bounds.most,
            follows_the_last=committee.elected_on is None or on > committee.elected_on,
        ),
    )
    serving = await register.appointments_in_office(session, committee, on)
    await _end_term(session, committee, on)
    kind = await register.home_kind(session, grant.county_id, committee.id)
    term = CommitteeTerm(
        county_id=grant.county_id,
        id=new_id(),
        committee_id=committee.id,
        elected_on=on,
        ends_on=last_day_of_term(on, kind),
        fewest=bounds.fewest,
        most=bounds.most,
        recorded_at=now,
        recorded_by=grant.actor.user_id,
    )
    session.add(term)
    await session.flush()
    elected = {
        person.user_id: await _seat(session, grant, committee, term, ordinal, one, person, serving, now)
        for ordinal, (one, person) in enumerate(zip(command.members, people, strict=True), start=1)
    }
    await _hand_over(session, committee, command, elected, serving, now)
    committee.elected_on, committee.term_ends_on = on, term.ends_on
    committee.version += 1
    announce(session, grant, "committee.elected", now, members=len(people), ends_on=term.ends_on.isoformat())
    await session.flush()
    return committee.id


@takes_checked
async def appoint(session: AsyncSession, grant: Grant, command: AppointMediator, *, clock: Clock) -> UUID:
    """Record that the committee engaged a mediator, who holds the role in its organisation from now on.

    Raises RuleRefused PMC3, MED1, PI1; InvalidInput for somebody who is in office there already.
    """
    check_grant(grant, "appoint")
    now = clock()
    today = china_date(now)
    committee = await register.load_committee(session, grant.county_id, grant.subject_id)
    on = command.appointed_on
    person = await _person(session, grant, command.person, "person", on)
    term_ends_on = committee.term_ends_on
    require(
        APPOINT,
        AppointmentRuleInput(
            age=age_on(person.born, on), committee_in_term=term_ends_on is not None and in_office(term_ends_on, today)
        ),
    )
    if person.user_id in await register.appointments_in_office(session, committee, today):
        raise InvalidInput(
            "该人员已是本调委会在任调解员",
            "a mediator of this committee already",
            field="person",
            code="ALREADY_APPOINTED",
        )
    mediator = _appointment(grant, committee, person, MediatorBasis.ENGAGED, on, command.ends_on, now)
    mediator.full_time, mediator.gold_medal = command.full_time, command.gold_medal
    session.add(mediator)
    await session.flush()
    await register.hold_office(session, mediator, Role.MEDIATOR, now, full_time=command.full_time)
    announce(session, grant, "mediator.appointed", now, mediator=str(mediator.id))
    await session.flush()
    return mediator.id


@dataclass(frozen=True, slots=True)
class SizeSet:
    """How many members the committees of an area have from now on."""

    id: UUID
    fewest: int
    most: int


@takes_checked
async def set_size(session: AsyncSession, grant: Grant, command: SetCommitteeSize, *, clock: Clock) -> SizeSet:
    """Say how many members the committees of an area have from their next election on (PMC1)."""
    check_grant(grant, "set")
    area = await register.organisation_of(session, grant.county_id, grant.subject_id)
    if area is None or area.kind not in SIZED_AREAS:
        raise InvalidInput("应为县区、镇街或者村（社区）", "must be a county, a town or a community", field="areaId")
    require(SET_SIZE, SizeRuleInput(command.fewest, command.most))
    now = clock()
    values = {
        "fewest": command.fewest,
        "most": command.most,
        "source": command.source,
        "set_by": grant.actor.user_id,
        "set_at": now,
    }
    place = {"town_id": area.town_id, "community_id": area.community_id, "grid_id": area.grid_id}
    await session.execute(
        insert(CommitteeSize)
        .values(county_id=grant.county_id, area_id=area.id, **place, **values)
        .on_conflict_do_update(index_elements=[CommitteeSize.county_id, CommitteeSize.area_id], set_=values)
    )
    announce(session, grant, "committee.size_set", now, fewest=command.fewest, most=command.most)
    await session.flush()
    return SizeSet(area.id, command.fewest, command.most)


async def _person(session: AsyncSession, grant: Grant, given: NewPerson, field: str, on: date) -> _Person:
    """Who it is; somebody new to the platform is written down as a user without an account."""
    phone = given.phone
    number = None if given.id_number is None else normalise(given.id_number)
    if number is not None and not given.consented:
        raise refusal_by_case_rule("PI1")
    born = birth_date(number) if number is not None else given.birth_date
    if given.user_id is None:
        assert given.name is not None  # of somebody new
        user = User(
            county_id=grant.county_id, id=new_id(), display_name=given.name, phone=phone, sample=False, active=True
        )
    else:
        found = await register.user_of(session, grant.county_id, given.user_id)
        if found is None:
            raise InvalidInput("没有该人员", "there is no such person", field=f"{field}.userId")
        user = found
        born = born or await register.known_birth_date(session, grant.county_id, user.id)
    if born is None or not EARLIEST.date() <= born <= on:
        raise InvalidInput(
            "请填写正确的出生日期或者身份证号",
            "give a birth date or an identity number that is right",
            field=f"{field}.birthDate",
        )
    session.add(user)
    await session.flush()
    return _Person(user.id, user.display_name, born, number, phone or user.phone)


def _appointment(
    grant: Grant,
    committee: MediationCommittee,
    person: _Person,
    basis: MediatorBasis,
    on: date,
    ends_on: date | None,
    now: datetime,
) -> Mediator:
    return Mediator(
        county_id=committee.county_id,
        id=new_id(),
        committee_id=committee.id,
        user_id=person.user_id,
        town_id=committee.town_id,
        community_id=committee.community_id,
        grid_id=committee.grid_id,
        name=person.name,
        basis=basis,
        full_time=False,
        gold_medal=False,
        birth_date=person.born,
        id_number=person.id_number,
        phone=person.phone,
        consent_at=now if person.id_number is not None else None,
        appointed_on=on,
        ends_on=ends_on,
        version=1,
        recorded_at=now,
        recorded_by=grant.actor.user_id,
    )


async def _end_term(session: AsyncSession, committee: MediationCommittee, on: date) -> None:
    """A term that still ran ends with the election of the next."""
    if committee.elected_on is None:
        return
    old = await register.latest_term(session, committee)
    if old is not None and on < old.ends_on:
        old.ended_on = on


async def _seat(
    session: AsyncSession,
    grant: Grant,
    committee: MediationCommittee,
    term: CommitteeTerm,
    ordinal: int,
    member: NewMember,
    person: _Person,
    serving: dict[UUID, Mediator],
    now: datetime,
) -> Mediator:
    """Seat one member: on the committee, and as a mediator for as long (人民调解法 13)."""
    session.add(
        CommitteeMember(
            county_id=committee.county_id,
            id=new_id(),
            committee_id=committee.id,
            term_id=term.id,
            ordinal=ordinal,
            user_id=person.user_id,
            name=person.name,
            position=member.position,
            woman=member.woman,
        )
    )
    mediator = serving.get(person.user_id)
    if mediator is None:
        mediator = _appointment(grant, committee, person, MediatorBasis.ELECTED, term.elected_on, term.ends_on, now)
        session.add(mediator)
    else:
        mediator.basis, mediator.ends_on = MediatorBasis.ELECTED, term.ends_on
        mediator.version += 1
    mediator.full_time, mediator.gold_medal = member.full_time, mediator.gold_medal or member.gold_medal
    await session.flush()
    return mediator


async def _hand_over(
    session: AsyncSession,
    committee: MediationCommittee,
    command: ElectCommittee,
    elected: dict[UUID, Mediator],
    serving: dict[UUID, Mediator],
    now: datetime,
) -> None:
    """The elected take their roles in the organisation; who was elected before and is not now gives them up."""
    seated = list(zip(command.members, elected.values(), strict=True))
    director = next(one for member, one in seated if member.position is CommitteePosition.DIRECTOR)
    county = committee.county_id
    await register.end_offices(session, county, committee.id, [Role.COMMITTEE_DIRECTOR], now, but=director.user_id)
    for user_id, one in serving.items():
        if user_id not in elected and one.basis == MediatorBasis.ELECTED:
            one.ends_on = command.elected_on
            one.version += 1
            await register.end_offices(session, county, committee.id, MEDIATING, now, user_id=user_id)
    for member, one in seated:
        role = Role.COMMITTEE_DIRECTOR if one is director else Role.MEDIATOR
        await register.hold_office(session, one, role, now, full_time=member.full_time)
