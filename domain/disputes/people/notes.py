"""Notes (备注) and for whom they are: everyone on the case, one side, the mediators, or one organisation alone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, NoteVisibility, PartySide
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import CaseParty
from domain.disputes.cases.workflow import open_case
from domain.disputes.people.commands import AddNote
from domain.disputes.people.models import CaseNote
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id


def check_side(side: PartySide | None, parties: Iterable[CaseParty]) -> None:
    """InvalidInput for a side on which there is nobody."""
    if side is not None and side not in {party.side for party in parties}:
        raise InvalidInput("本案没有该方当事人", "the case has nobody on that side", field="side")


def organisation_alone(visibility: NoteVisibility, grant: Grant) -> UUID | None:
    """The organisation that alone reads it, where one does: the one that its writer acts for."""
    return grant.membership.organisation_id if visibility is NoteVisibility.ORGANISATION else None


@takes_checked
async def add_note(session: AsyncSession, grant: Grant, command: AddNote, *, clock: Clock) -> CaseRef:
    """Write a note. The gate saw to it that the writer may read what they write (`require_note`).

    Neither timeline nor outbox holds a word of it, nor for which side it is.
    """
    change = await open_case(session, grant, CaseAction.ADD_NOTE, command.expected_version, clock)
    check_side(command.side, change.loaded.parties)
    change.session.add(
        CaseNote(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            visibility=command.visibility,
            side=command.side,
            organisation_id=organisation_alone(command.visibility, grant),
            content=command.content,
            recorded_by=grant.actor.user_id,
            recorded_at=change.now,
        )
    )
    return await change.complete()
