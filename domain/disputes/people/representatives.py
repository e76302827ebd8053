"""Who stands for a party: guardians, agents, representatives of a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, PartyKind
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import CaseParty
from domain.disputes.cases.parties import ADULT, OWN_CONSENT
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.people.codes import RepresentativeKind
from domain.disputes.people.commands import AddRepresentative
from domain.disputes.people.models import CaseRepresentative
from domain.disputes.people.repository import find_representatives, has_mediated
from domain.disputes.rules.inputs_of_people import RepresentativeRuleInput
from domain.foundation.basics import identity_number
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.tenancy.locations import user_exists

_K = RepresentativeKind


@takes_checked
async def add_representative(
    session: AsyncSession, grant: Grant, command: AddRepresentative, *, clock: Clock
) -> CaseRef:
    """Record who stands for a party; their account, if they have one, sees the case from the party's side.

    A guardian's consent for a ward under 14 is recorded with who gave it (PI1). Raises RefusedByRule for PI1, MED5,
    REP_GROUP, REP_AGENTS, REP_SIDES.
    """
    change = await open_case(session, grant, CaseAction.ADD_REPRESENTATIVE, command.expected_version, clock)
    party = _party(change, command.party_id)
    standing = await find_representatives(session, change.case, change.now)
    replaced = _find_replaced(standing, command)
    row = await _row(change, party, command)
    others = [one for one in standing if one is not replaced]
    change.require(await _rule_input(change, party, row, others, command))
    if replaced is not None:
        # A term that has not begun yet has nothing to show: it ends where it would have begun.
        replaced.valid_until = max(change.now, replaced.valid_from)
    if row.ward_consent_at is not None and party.consent_at is None:
        party.consent_at = change.now
    session.add(row)
    return await change.complete(payload={"kind": command.kind, "party": str(party.id)})


def _party(change: CaseChange, party_id: UUID) -> CaseParty:
    found = next((party for party in change.loaded.parties if party.id == party_id), None)
    if found is None:
        raise InvalidInput("本案没有该当事人", "the case has no such party", field="partyId")
    return found


def _find_replaced(standing: Sequence[CaseRepresentative], command: AddRepresentative) -> CaseRepresentative | None:
    if command.replaces_id is None:
        return None
    found = next((one for one in standing if one.id == command.replaces_id), None)
    if found is None or found.party_id != command.party_id or found.kind != command.kind:
        raise InvalidInput("该当事人没有此代理人", "the party has no such representative", field="replacesId")
    return found


async def _row(change: CaseChange, party: CaseParty, command: AddRepresentative) -> CaseRepresentative:
    guardian = command.kind is _K.GUARDIAN
    if guardian and party.kind == PartyKind.ORGANISATION:
        raise InvalidInput("单位当事人没有监护人", "an organisation has no guardian", field="kind")
    number = None if command.id_number is None else identity_number.normalise(command.id_number)
    born = None if number is None else identity_number.birth_date(number)
    if guardian and born is not None and identity_number.age_on(born, china_date(change.now)) < ADULT:
        raise InvalidInput("监护人应为成年人", "a guardian must be of age", field="idNumber")
    return CaseRepresentative(
        county_id=change.case.county_id,
        id=new_id(),
        case_id=change.case.id,
        party_id=party.id,
        side=party.side,
        kind=command.kind,
        # Only a group's representative, who is the party itself, comes without a name.
        name=command.name or party.name,
        id_number=number,
        phone=command.phone,
        authority=command.authority,
        user_id=await _account(change, command.user_id),
        valid_from=command.valid_from or change.now,
        valid_until=command.valid_until,
        consent_at=change.now if command.consented else None,
        ward_consent_at=change.now if command.ward_consented else None,
    )


async def _account(change: CaseChange, user_id: UUID | None) -> UUID | None:
    if user_id is not None and not await user_exists(change.session, change.case.county_id, [user_id]):
        raise InvalidInput("没有该账号", "there is no such account", field="userId")
    return user_id


async def _rule_input(
    change: CaseChange,
    party: CaseParty,
    row: CaseRepresentative,
    others: Sequence[CaseRepresentative],
    command: AddRepresentative,
) -> RepresentativeRuleInput:
    of_side = [one for one in others if one.side == party.side]
    agents = [one for one in others if one.party_id == party.id and one.kind == _K.AGENT]
    leading = [one for one in of_side if one.kind == _K.GROUP_REPRESENTATIVE]
    return RepresentativeRuleInput(
        group=command.kind is _K.GROUP_REPRESENTATIVE,
        agents=len(agents) + (command.kind is _K.AGENT),
        group_representatives=len(leading) + (command.kind is _K.GROUP_REPRESENTATIVE),
        parties_on_side=sum(one.side == party.side for one in change.loaded.parties),
        without_consent=row.id_number is not None and not command.consented,
        without_ward_consent=command.kind is _K.GUARDIAN
        and _under_own_consent(party, change.now)
        and not command.ward_consented,
        mediated=row.user_id is not None and await has_mediated(change.session, change.case, row.user_id),
        stands_elsewhere=any(_same_person(row, one) and one.side != party.side for one in [*change.loaded.parties])
        or any(_same_person(row, one) and one.side != party.side for one in others),
    )


def _same_person(row: CaseRepresentative, other: CaseParty | CaseRepresentative) -> bool:
    """By account or by number; names are shared by strangers."""
    return (row.user_id is not None and row.user_id == other.user_id) or (
        row.id_number is not None and row.id_number == other.id_number
    )


def _under_own_consent(party: CaseParty, now: datetime) -> bool:
    if party.kind != PartyKind.PERSON or party.id_number is None:
        return False
    born = identity_number.birth_date(party.id_number)
    return born is not None and identity_number.age_on(born, china_date(now)) < OWN_CONSENT
