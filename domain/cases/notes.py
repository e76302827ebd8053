"""Notes (备注) and for whom they are: everyone on the case, one side, the mediators, or one organisation alone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.checks import required_text
from domain.cases.commands import CaseRef
from domain.cases.models import CaseParty
from domain.cases.standing_commands import AddNote
from domain.cases.standing_models import CaseNote
from domain.cases.workflow import open_case
from domain.codes.enums import CaseAction, NoteVisibility, PartySide, SessionForm
from domain.kernel.clock import Clock
from domain.kernel.errors import InvalidInput
from domain.kernel.grant import Grant
from domain.kernel.ids import new_id


def check_note_readers(visibility: NoteVisibility, side: PartySide | None) -> None:
    """InvalidInput unless a side is named for a note that is for one side, and for no other."""
    if visibility is NoteVisibility.SIDE and side is None:
        raise InvalidInput("请指明对哪一方可见", field="side")
    if visibility is not NoteVisibility.SIDE and side is not None:
        raise InvalidInput("仅对一方可见的备注才指明当事方", field="side")


def check_record_readers(form: SessionForm, visibility: NoteVisibility, side: PartySide | None) -> None:
    """The same for a session's record: a separate session is held with one side, which its record may be for."""
    if side is not None and form is not SessionForm.SEPARATE:
        raise InvalidInput("背对背调解才指明与哪一方进行", field="side")
    if visibility is NoteVisibility.SIDE and side is None:
        raise InvalidInput("请指明对哪一方可见", field="side")


def check_side(side: PartySide | None, parties: Iterable[CaseParty]) -> None:
    """InvalidInput for a side on which there is nobody."""
    if side is not None and side not in {party.side for party in parties}:
        raise InvalidInput("本案没有该方当事人", field="side")


def organisation_alone(visibility: NoteVisibility, grant: Grant) -> UUID | None:
    """The organisation that alone reads it, where one does: the one that its writer acts for."""
    return grant.membership.organisation_id if visibility is NoteVisibility.ORGANISATION else None


async def add_note(session: AsyncSession, grant: Grant, command: AddNote, *, clock: Clock) -> CaseRef:
    """Write a note. The gate saw to it that the writer may read what they write (`require_note`).

    Neither timeline nor outbox holds a word of it, nor for which side it is.
    """
    change = await open_case(session, grant, CaseAction.ADD_NOTE, command.expected_version, clock)
    check_note_readers(command.visibility, command.side)
    content = required_text(command.content, "content", "备注内容")
    check_side(command.side, change.loaded.parties)
    change.session.add(
        CaseNote(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            visibility=command.visibility,
            side=command.side,
            organisation_id=organisation_alone(command.visibility, grant),
            content=content,
            recorded_by=grant.actor.user_id,
            recorded_at=change.now,
        )
    )
    return await change.complete()
