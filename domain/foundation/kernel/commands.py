"""Commands that need no service of their own: what they bring is judged, put into the row's columns, and recorded.

A kind declares them beside commands with services; what such a command would do more, a service does (`Workflow`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.commands import EXPECTED_VERSION, Command, Subject, inputs_of
from domain.foundation.basics.grant import Grant
from domain.foundation.kernel.lifecycle import A
from domain.foundation.kernel.rooms import RoomError
from domain.foundation.kernel.row_ref import RowRef
from domain.foundation.kernel.workflow import Place, Row, Workflow

PLACE_ID, REASON = "place_id", "reason"


def makes_row(workflow: Workflow[Row, A], subject: Subject, action: A, form: type, label: str) -> Command:
    """A new row in the place that the command names as `place_id`. Raises RoomError for what it brings and has no column."""

    async def make(session: AsyncSession, grant: Grant, command: Any, *, clock: Clock, place: Place) -> RowRef:
        work = workflow.begin(session, grant, action, clock, place=place)
        work.require(command)
        work.take(command)
        return await work.complete()

    _check_columns(workflow, form, beside=(PLACE_ID,))
    return Command(workflow.subject, action, form, _service(make, form), label, shows=subject, gate="in_place")


def changes_row(workflow: Workflow[Row, A], subject: Subject, action: A, form: type, label: str) -> Command:
    """The row put as it should have been. The timeline keeps the `reason`, where one is given, and what stood there before.

    Raises RoomError for what it brings and has no column.
    """

    async def change(session: AsyncSession, grant: Grant, command: Any, *, clock: Clock) -> RowRef:
        expected = getattr(command, EXPECTED_VERSION, None)
        work = await workflow.open(session, grant, action, clock, expected=expected)
        work.require(command)
        before = work.take(command)
        reason = getattr(command, REASON, None) or ""
        return await work.complete(note=f"{reason}（更正前：{before}）" if before else reason or None)

    _check_columns(workflow, form, beside=(EXPECTED_VERSION, REASON))
    return Command(workflow.subject, action, form, _service(change, form), label, upon=subject, shows=subject)


def _check_columns(workflow: Workflow[Row, A], form: type, beside: tuple[str, ...]) -> None:
    known = workflow.taken | set(beside)
    if lost := [one.name for one in inputs_of(form) if one.name not in known]:
        table = workflow.model.__tablename__
        message = (
            f"{form.__name__} brings {', '.join(lost)}, and {table} has no such column: add it in {workflow.model.__module__},"
            " or write a service"
        )
        raise RoomError(message)


def _service(carry_out: Callable[..., Awaitable[RowRef]], form: type) -> Callable[..., Awaitable[RowRef]]:
    """The same with its command checked first, as services say it: by the type of their `command`."""
    carry_out.__annotations__["command"] = form
    return takes_checked(carry_out)
