"""Handling a case: dispatch, return, take on, hold sessions, agree or fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, NoteVisibility, ParticipantRelation, Role, SessionForm
from domain.disputes.agreements.agreeing import agreement_rows, agreement_rule_input, check_obliged
from domain.disputes.agreements.signing import signatures_at_once
from domain.disputes.cases.commands import (
    AgreeCase,
    CaseRef,
    DispatchCase,
    FailCase,
    HoldSession,
    ReturnCase,
    TakeOnCase,
)
from domain.disputes.cases.models import CaseMediator, CaseParticipant, CaseSession
from domain.disputes.cases.repository import count_sessions
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.exceptional_actions.mediating_again import end_without_agreement
from domain.disputes.people.notes import check_side, organisation_alone
from domain.disputes.people.repository import find_barred, find_out_of_office, find_parties_among
from domain.disputes.rules.inputs import (
    DispatchRuleInput,
    FailRuleInput,
    SessionRuleInput,
    TakeOnRuleInput,
)
from domain.disputes.rules.predicates import RETURNS_ALLOWED
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.tenancy.locations import active_members, kinds_covering, place_of

# Who may be named as a case's mediator, by a membership in the organisation that handles it.
MEDIATING_ROLES = (Role.MEDIATOR, Role.INVITED_MEDIATOR, Role.COMMITTEE_DIRECTOR)


@takes_checked
async def dispatch(session: AsyncSession, grant: Grant, command: DispatchCase, *, clock: Clock) -> CaseRef:
    """Dispatch (分流): the handler leads, others assist, each for a term that begins now.

    Raises RefusedByRule ASSESSED without a risk assessment, COVERS if one of them does not serve the place.
    """
    change = await open_case(session, grant, CaseAction.DISPATCH, command.expected_version, clock)
    named = (command.handler_id, *command.assisting_ids)
    found = await kinds_covering(session, await place_of(session, change.case), named, change.now)
    for organisation_id in named:
        if organisation_id not in found:
            field = "handlerId" if organisation_id == command.handler_id else "assistingIds"
            raise InvalidInput("没有该单位", "there is no such organisation", field=field)
    change.require(
        DispatchRuleInput(
            handler_covers=found[command.handler_id][1],
            assisting_cover=all(found[organisation_id][1] for organisation_id in command.assisting_ids),
        )
    )
    case = change.case
    case.dispatched_at = change.now
    case.handler_id = command.handler_id
    # Whoever is on the case still observes; what led or assisted before a return ended with it.
    change.session.add_all(
        CaseParticipant(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            organisation_id=organisation_id,
            relation=ParticipantRelation.LEAD if organisation_id == case.handler_id else ParticipantRelation.ASSISTING,
            valid_from=change.now,
        )
        for organisation_id in named
    )
    # DSP1: what has been returned twice is dispatched by the centre's binding decision.
    binding = case.return_count >= RETURNS_ALLOWED
    return await change.complete(note=command.note, payload={"handler": str(command.handler_id), "binding": binding})


@takes_checked
async def return_case(session: AsyncSession, grant: Grant, command: ReturnCase, *, clock: Clock) -> CaseRef:
    """Return a dispatched case to the centre (退回), with the reason; not more than twice (DSP1).

    The terms of those who led and assisted end, and with them their sight of the case.
    """
    change = await open_case(session, grant, CaseAction.RETURN, command.expected_version, clock)
    case = change.case
    handler = case.handler_id
    for participant in change.loaded.participants:
        if participant.relation != ParticipantRelation.OBSERVING:
            participant.valid_until = change.now
    case.handler_id = None
    case.return_count += 1
    return await change.complete(note=command.reason, payload={"handler": str(handler), "returns": case.return_count})


@takes_checked
async def take_on(session: AsyncSession, grant: Grant, command: TakeOnCase, *, clock: Clock) -> CaseRef:
    """Take a dispatched case on (接办), naming mediators of the handler who are no parties of it (RECUSAL)."""
    change = await open_case(session, grant, CaseAction.TAKE_ON, command.expected_version, clock)
    mediators = command.mediator_ids
    parties = await find_parties_among(session, change.loaded, mediators, change.now)
    tied = await find_barred(session, change.loaded, mediators)
    dismissed, expired = await find_out_of_office(session, change.case, mediators, china_date(change.now))
    change.require(TakeOnRuleInput(len(mediators), len(parties), len(tied), len(dismissed), len(expired)))
    await _check_mediators(change, mediators)
    case = change.case
    case.taken_on_at = change.now
    change.session.add_all(
        CaseMediator(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            user_id=user_id,
            organisation_id=_handler(change),
            valid_from=change.now,
        )
        for user_id in mediators
    )
    return await change.complete(note=command.note)


@takes_checked
async def hold_session(session: AsyncSession, grant: Grant, command: HoldSession, *, clock: Clock) -> CaseRef:
    """Record a session (调解): held after the parties were told their rights (CASE4), with its record (CASE9).

    Nobody mediates their own dispute, or that of whom they stand for (RECUSAL).
    """
    change = await open_case(session, grant, CaseAction.HOLD_SESSION, command.expected_version, clock)
    check_side(command.side, change.loaded.parties)
    to_all = command.form is SessionForm.SEPARATE and command.visibility is NoteVisibility.EVERYONE
    recorded = bool(command.record and command.attendees)
    change.require(
        SessionRuleInput(command.held_at, recorded, opened_to_all=to_all, by_partial=await _by_partial(change))
    )
    case = change.case
    change.session.add(
        CaseSession(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            ordinal=await count_sessions(session, case) + 1,
            form=command.form,
            held_at=command.held_at,
            place=command.place,
            attendees=command.attendees or None,
            record=command.record or None,
            recorded_by=grant.actor.user_id,
            recorded_at=change.now,
            visibility=command.visibility,
            side=command.side,
            organisation_id=organisation_alone(command.visibility, grant),
        )
    )
    return await change.complete(payload={"form": command.form})


@takes_checked
async def agree(session: AsyncSession, grant: Grant, command: AgreeCase, *, clock: Clock) -> CaseRef:
    """Record an agreement (达成协议) and what is owed under it.

    Raises RefusedByRule for CASE2, CASE9, AGR1, AGR3, AGR4, AGR5, RECUSAL.
    """
    change = await open_case(session, grant, CaseAction.AGREE, command.expected_version, clock)
    check_obliged(command, {party.id for party in change.loaded.parties})
    change.require(replace(agreement_rule_input(command), by_partial=await _by_partial(change)))
    case = change.case
    agreement, obligations = agreement_rows(command, county_id=case.county_id, case_id=case.id)
    change.session.add(agreement)
    await change.session.flush()
    change.session.add_all(obligations)
    change.session.add_all(signatures_at_once(agreement, change.loaded, grant.actor.user_id, change.now))
    case.agreement_in_effect = agreement.effective_at is not None
    case.settled_at = case.concluded_at = change.now
    case.settlement_mode = command.settlement_mode
    return await change.complete(
        payload={"form": command.form, "effective_at": _when(agreement.effective_at), "on_time": _on_time(change)}
    )


@takes_checked
async def fail(session: AsyncSession, grant: Grant, command: FailCase, *, clock: Clock) -> CaseRef:
    """End the mediation without agreement (调解不成), the parties told of other ways (CASE8).

    Also of a draft that was not signed, and of an agreement that was neither confirmed nor kept (人民调解法 32): else
    RefusedByRule BINDS, REOPEN_CONFIRMED, CONF_WAITS.
    """
    change = await open_case(session, grant, CaseAction.FAIL, command.expected_version, clock)
    change.require(FailRuleInput(command.other_ways_told))
    case = change.case
    case.failure_reason = command.reason
    end_without_agreement(change)
    return await change.complete(note=command.reason, payload={"on_time": _on_time(change)})


async def _by_partial(change: CaseChange) -> bool:
    """Whether the caller is a party of the case or stands for one."""
    return bool(await find_parties_among(change.session, change.loaded, {change.grant.actor.user_id}, change.now))


async def _check_mediators(change: CaseChange, mediators: tuple[UUID, ...]) -> None:
    entitled = await active_members(
        change.session,
        change.case.county_id,
        mediators,
        change.now,
        organisation_id=_handler(change),
        roles=MEDIATING_ROLES,
    )
    if entitled != frozenset(mediators):
        raise InvalidInput(
            "调解员应为承办单位的在任调解员",
            "mediators must be in office at the organisation that handles the case",
            field="mediatorIds",
            code="NOT_A_MEDIATOR",
        )


def _handler(change: CaseChange) -> UUID:
    handler = change.case.handler_id
    if handler is None:
        message = "a dispatched case has a handler"
        raise AssertionError(message)
    return handler


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _on_time(change: CaseChange) -> bool:
    due: datetime | None = change.case.due_at
    return due is None or (change.case.concluded_at or change.now) <= due
