"""Taking a case in: register, accept, decline, assess the risk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseSource, CaseStatus, PartnerKind, PartySide, RiskLevel, Role
from domain.disputes.cases.commands import (
    AcceptCase,
    AssessRisk,
    CaseRef,
    DeclineCase,
    RegisterCase,
    RegisterOutcome,
)
from domain.disputes.cases.events import police_message, risk_report_message
from domain.disputes.cases.models import CaseProtector
from domain.disputes.cases.numbering import NewCase, write_numbered
from domain.disputes.cases.parties import (
    CheckedParty,
    add_party,
    consent_of,
    read_parties,
)
from domain.disputes.cases.repository import (
    Likeness,
    find_protected,
    find_type_and_duplicates,
    set_due,
)
from domain.disputes.cases.workflow import open_case, react_to_event, record_change
from domain.disputes.rules.asking import Occasion, require
from domain.disputes.rules.inputs import AcceptRuleInput, DeclineRuleInput
from domain.foundation.basics.calendar import (
    NATIONAL,
    WorkingCalendar,
    china_date,
    end_of_day,
)
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.checks import distinct
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.database.statements import add_later
from domain.foundation.kernel.workflow import check_grant
from domain.law.deadlines.calendar import calendar_of
from domain.law.deadlines.schedule import MEDIATION
from domain.law.deadlines.wiring import CaseEvent, opens
from domain.tenancy.locations import (
    Centre,
    Place,
    find_place,
    serving_members,
    user_exists,
)

# Whose registrar joins the protection team of a case that they register with a protected address.
PROTECTING_KINDS = frozenset({PartnerKind.GOVERNANCE_CENTRE, PartnerKind.WOMENS_FEDERATION})


@dataclass(frozen=True, slots=True)
class Location:
    """Where a case would lie, and which centre would answer for it: what the gate is asked about. Made by `locate`."""

    place_id: UUID
    place: Place
    centre: Centre


async def locate(session: AsyncSession, county_id: int, place_id: UUID, now: datetime) -> Location:
    """Find both for an area of the county, before the gate is asked; `register` finds the same.

    Raises InvalidInput if there is no such area (or no longer), NO_CENTRE if no centre that gives numbers serves it.
    """
    found = await find_place(session, county_id, place_id, now)
    if found is None:
        raise InvalidInput("没有该区域", "there is no such area", field="placeId")
    place, centre = found
    if centre is None:
        raise InvalidInput(
            "该区域尚无综治中心受理案件",
            "no centre takes cases in for this area yet",
            field="placeId",
            code="NO_CENTRE",
        )
    return Location(place_id, place, centre)


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What a court adds to a registration when it entrusts the dispute: itself, and who is to mediate."""

    court_id: UUID
    organisation_id: UUID


Known = Callable[[AsyncSession, Sequence[UUID]], Awaitable[tuple[UUID, ...]]]
"""Of cases those whose parties the caller may know."""


@takes_checked
async def register(
    session: AsyncSession,
    grant: Grant,
    command: RegisterCase,
    *,
    clock: Clock,
    entrusted: Entrusted | None = None,
    location: Location | None = None,
    known: Known | None = None,
) -> RegisterOutcome:
    """Register a dispute (登记); the grant's subject is the id the case will have.

    The grant must have been asked for the same `place_id`, by `locate`; `location` is what that found in this
    transaction. `entrusted`: it is a court's entrustment (委派) that registers it, by a grant for that. `known` leaves
    of the possible duplicates what the caller may be told of.

    The nearest governance centre that serves the place answers for the case and gives its number. A protected
    address makes the case protected: then the named protectors read addresses, and the registrar if they act for a
    centre or a women's federation. Otherwise nobody does until someone is put on the team.

    Raises InvalidInput for the first field that cannot be taken, a court's entrustment claimed by anybody else among
    them; RefusedByRule (PI1) without consent.
    """
    action = CaseAction.REGISTER if entrusted is None else CaseAction.ENTRUST
    check_grant(grant, action)
    now = clock()
    if entrusted is None and command.source is CaseSource.COURT_ENTRUSTED:
        raise InvalidInput(
            "法院委派的纠纷由委派法院登记",
            "a dispute that a court entrusts is registered by that court",
            field="source",
        )
    parties = read_parties(command.parties, now)
    require(None, CaseAction.REGISTER, Occasion(now), consent_of(parties))
    await _check_accounts(session, grant, parties)
    # Whoever is protected in another case is protected here from the beginning, by the same people.
    numbers = [party.id_number for party in parties if party.id_number is not None]
    elsewhere = await find_protected(session, grant.county_id, numbers, now)
    asked = any(party.given.address_protected for party in parties)
    protected = asked or bool(elsewhere.hidden)
    team = elsewhere.protectors | await _protection_team(session, grant, command, protected=asked, now=now)
    if location is None or location.place_id != command.place_id:
        location = await locate(session, grant.county_id, command.place_id, now)
    place, centre = location.place, location.centre
    type_exists, duplicates = await find_type_and_duplicates(session, place, _likeness(command, parties), now)
    if not type_exists:
        raise _no_such_type()
    if known is not None:
        duplicates = await known(session, duplicates)
    case = _new_case(grant, command, location, parties, now=now, protected=protected, entrusted=entrusted)
    for ordinal, party in enumerate(parties, start=1):
        add_party(session, case, party, ordinal, elsewhere)
    for user_id in team:
        add_later(session, CaseProtector, county_id=case.county_id, case_id=case.id, user_id=user_id, valid_from=now)
    told = (police_message(),) if command.public_security else ()
    record_change(session, grant, action, case, None, now=now, note=None, events=told)
    # From here on other registrations of the centre wait: nothing but this one statement is left of most.
    number = await write_numbered(session, case, centre.number_word)
    await _follow(session, action, case)
    return RegisterOutcome(CaseRef(case.county_id, case.id, case.version, case.status), number, duplicates)


def _new_case(
    grant: Grant,
    command: RegisterCase,
    location: Location,
    parties: Sequence[CheckedParty],
    *,
    now: datetime,
    protected: bool,
    entrusted: Entrusted | None,
) -> NewCase:
    """The case as it is registered, all but its number."""
    place, centre = location.place, location.centre
    return NewCase(
        command=command,
        county_id=grant.county_id,
        id=grant.subject_id,
        organisation_id=centre.id,
        town_id=place.town_id,
        community_id=place.community_id,
        grid_id=place.grid_id,
        status=CaseStatus.REGISTERED,
        version=1,
        minor_involved=any(party.minor for party in parties),
        address_protected=protected,
        registered_by=grant.actor.user_id,
        registered_at=now,
        court_id=None if entrusted is None else entrusted.court_id,
        handler_id=None if entrusted is None else entrusted.organisation_id,
    )


def _no_such_type() -> InvalidInput:
    """What is said of a type that there is not."""
    return InvalidInput("没有该纠纷类型", "there is no such dispute type", field="typeCode")


async def _follow(session: AsyncSession, action: CaseAction, case: NewCase) -> None:
    """Let what follows from a registration follow: in most cases nothing does, and no calendar is asked for."""
    event = CaseEvent(
        county_id=case.county_id,
        case_id=case.id,
        action=action,
        at=case.registered_at,
        source=case.command.source,
        type_code=case.command.type_code,
        registered_at=case.registered_at,
        town_known=case.town_id is not None,
        violence_suspected=case.command.violence_suspected,
    )
    calendar = await calendar_of(session, case.county_id) if opens(event) else NATIONAL
    due_at = await react_to_event(session, event, calendar)
    if due_at is not None:
        await set_due(session, case.county_id, case.id, due_at)


def _likeness(command: RegisterCase, parties: tuple[CheckedParty, ...]) -> Likeness:
    return Likeness(
        command.type_code,
        [party.id_number for party in parties if party.id_number is not None],
        [party.name for party in parties if party.given.side is PartySide.APPLICANT],
        [party.name for party in parties if party.given.side is PartySide.RESPONDENT],
    )


@takes_checked
async def accept(
    session: AsyncSession, grant: Grant, command: AcceptCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """Accept a registered case (受理); mediation is due a month later (CASE5).

    Raises RefusedByRule CASE4 unless it says when the parties were told their rights, MEDIABLE for a type that is
    to be declined.
    """
    change = await open_case(session, grant, CaseAction.ACCEPT, command.expected_version, clock, calendar)
    change.require(AcceptRuleInput(rights_told=command.rights_told_at is not None))
    case = change.case
    case.accepted_at = change.now
    case.rights_told_at = command.rights_told_at
    last_day = MEDIATION.last_day(china_date(change.now), change.calendar)
    case.due_at = end_of_day(last_day)
    return await change.complete(note=command.note, payload={"due_on": last_day.isoformat()})


@takes_checked
async def decline(session: AsyncSession, grant: Grant, command: DeclineCase, *, clock: Clock) -> CaseRef:
    """Decline a registered case (不予受理), with the reason and the legal way that is open (else GUIDANCE)."""
    change = await open_case(session, grant, CaseAction.DECLINE, command.expected_version, clock)
    change.require(DeclineRuleInput(guidance_given=bool(command.guidance)))
    case = change.case
    case.declined_at = change.now
    case.decline_reason = command.reason
    case.decline_guidance = command.guidance or None
    return await change.complete(note=command.reason)


@takes_checked
async def assess_risk(session: AsyncSession, grant: Grant, command: AssessRisk, *, clock: Clock) -> CaseRef:
    """Judge the risk (风险研判), anew if need be. Red or a possible mass incident is reported at once (RISK1).

    A case that touches public security is told to the police when that is first seen (CASE7).
    """
    change = await open_case(session, grant, CaseAction.ASSESS_RISK, command.expected_version, clock)
    case = change.case
    if command.public_security and not case.public_security:
        change.messages.append(police_message())
    if command.level is RiskLevel.RED or command.mass_incident:
        change.messages.append(risk_report_message(command.level, mass_incident=command.mass_incident, now=change.now))
    case.risk_level = command.level
    case.scale = command.scale
    case.people_count = command.people_count
    case.mass_incident = command.mass_incident
    if command.public_security is not None:
        case.public_security = command.public_security
    case.risk_assessed_at = change.now
    return await change.complete(note=command.note, payload={"risk_level": command.level, "scale": command.scale})


async def _check_accounts(session: AsyncSession, grant: Grant, parties: tuple[CheckedParty, ...]) -> None:
    """A party's account sees the case: it must exist, and residents can only name their own."""
    accounts = [party.given.user_id for party in parties if party.given.user_id is not None]
    distinct(accounts, "parties", "当事人账号")
    resident = grant.membership.role == Role.RESIDENT
    if resident and any(account != grant.actor.user_id for account in accounts):
        raise InvalidInput(
            "居民只能将本人账号登记为当事人", "residents may name their own account only", field="parties"
        )
    if accounts and not await user_exists(session, grant.county_id, accounts):
        raise InvalidInput("没有该账号", "there is no such account", field="parties")


async def _protection_team(
    session: AsyncSession, grant: Grant, command: RegisterCase, *, protected: bool, now: datetime
) -> frozenset[UUID]:
    named = frozenset(command.protector_ids)
    if not protected:
        if named:
            raise InvalidInput(
                "没有需要保护地址的当事人，不能指定保护人员",
                "no party's address is protected, so that nobody protects one",
                field="protectorIds",
            )
        return named
    if named and await serving_members(session, grant.county_id, named, now) != named:
        raise InvalidInput("保护人员应为本县在职人员", "protectors must serve in the county", field="protectorIds")
    if grant.membership.organisation_kind in PROTECTING_KINDS:
        return named | {grant.actor.user_id}
    return named
