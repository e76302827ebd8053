"""From a step of a history to the platform's own command: names become ids, days become dates and moments.

What a command asks for is read off its fields, so that a new command needs nothing here.
"""

from __future__ import annotations

import re
import types
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction
from domain.disputes.cases.command_table import CASE
from domain.places.histories import StepSpec, parse_when
from domain.places.people import People
from domain.places.specification import PlaceError
from domain.places.tenants import Tenants
from domain.registry import COMMANDS as DECLARED

# Each action that a history may take upon a case that has begun: its command and the service that carries it out.
COMMANDS: Mapping[CaseAction, tuple[type, Callable[..., Awaitable[Any]]]] = types.MappingProxyType(
    {CaseAction(one.action): (one.form, one.service) for one in DECLARED.values() if one.upon is CASE}
)

_USERS = {"mediator_id", "replacement_id", "user_id", "mediator_ids", "protector_ids"}
_ORGANISATIONS = {
    "handler_id",
    "court_id",
    "organisation_id",
    "recipient_id",
    "place_id",
    "assisting_ids",
    "respondent_ids",
}
# What is named by something of its own within the case: a party by its place among the parties, a duty by whom to tell.
_WITHIN_THE_CASE = {
    "party_id": "SELECT id FROM case_party WHERE {of} AND ordinal::text = :named",
    "obligation_id": "SELECT id FROM case_obligation WHERE {of} AND ordinal::text = :named ORDER BY id DESC",
    "deadline_id": "SELECT id FROM deadline WHERE {of} AND kind = :named AND closed_at IS NULL",
    "supervision_id": "SELECT id FROM supervision WHERE {of} AND cause = :named AND closed_at IS NULL",
    "call_id": "SELECT id FROM joint_call WHERE {of} AND concluded_at IS NULL"
    " ORDER BY called_at OFFSET CAST(CAST(:named AS text) AS int) - 1",
    "duty_id": "SELECT id FROM report_duty WHERE {of} AND recipient = :named",
    "clue_id": "SELECT c.id FROM clue_notice c JOIN organisation o USING (county_id) WHERE c.county_id = :county"
    " AND c.case_id = :case AND o.id = c.recipient_id AND o.name = :named AND c.acknowledged_at IS NULL",
    "notice_id": "SELECT n.id FROM police_notice n JOIN organisation o USING (county_id) WHERE n.county_id = :county"
    " AND n.case_id = :case AND o.id = n.recipient_id AND o.name = :named AND n.answered_at IS NULL",
    "replaces_id": "SELECT id FROM case_representative WHERE {of} AND name = :named AND valid_until IS NULL",
}
# A day of the calendar, such as a birth date; any other is counted.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BY_RECIPIENT = {"clue_id", "notice_id"}
_SAME = {"party_ids": "party_id", "debtor_id": "party_id", "creditor_id": "party_id", "resident_id": "party_id"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where a step stands: its case, as it is now, and the moment."""

    session: AsyncSession
    county_id: int
    case_id: UUID
    version: int
    begins: datetime
    now: datetime
    shift: int


class CommandWriter:
    """Writes the commands of one place's histories."""

    def __init__(self, tenants: Tenants, people: People) -> None:
        self._tenants = tenants
        self._people = people

    async def write(self, step: StepSpec, occasion: Occasion) -> Any:
        """The command of a step. Raises PlaceError for a field that there is not, or a name that nothing has."""
        command, _ = COMMANDS[step.action]
        return await self.object(command, step.given, occasion)

    async def object(self, kind: type, given: Mapping[str, Any], occasion: Occasion) -> Any:
        """A command, or a part of one, of what a file says. Raises PlaceError as `write`."""
        known = {one.name: one for one in fields(kind)}
        if unknown := set(given) - set(known):
            raise PlaceError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        hints = _hints(kind)
        values: dict[str, Any] = {}
        for name, one in known.items():
            if name == "expected_version":
                values[name] = occasion.version
            elif name in given:
                values[name] = await self._value(name, hints[name], given[name], occasion)
            elif _is_required(one):
                # What was done was done a moment before it was written down.
                if not _takes(hints[name], datetime):
                    raise PlaceError(f"{kind.__name__} needs {name}")
                values[name] = occasion.now - timedelta(minutes=5)
        return kind(**values)

    async def _value(self, name: str, hint: Any, given: Any, occasion: Occasion) -> Any:
        if get_origin(hint) is tuple:
            (inner, *_) = get_args(hint)
            return tuple([await self._value(name, inner, one, occasion) for one in given])
        plain = _without_none(hint)
        if is_dataclass(plain) and isinstance(plain, type):
            return await self.object(plain, given, occasion)
        if plain is UUID:
            return await self._id(_SAME.get(name, name), given, occasion)
        if plain is datetime:
            return parse_when(given).later(occasion.shift).moment(occasion.begins)
        if plain is date and _DAY.fullmatch(given):
            return date.fromisoformat(given)
        if plain is date:
            return parse_when(given).later(occasion.shift).day(occasion.begins)
        if isinstance(plain, type) and issubclass(plain, Enum):
            return plain(given)
        return given

    async def _id(self, name: str, given: Any, occasion: Occasion) -> UUID:
        if name in _USERS:
            return self._people[given].id
        if name in _ORGANISATIONS:
            return self._tenants[given].id
        named = self._tenants[given].name if name in _BY_RECIPIENT else str(given)
        sql = _WITHIN_THE_CASE[name].format(of="county_id = :county AND case_id = :case") + " LIMIT 1"
        bound = {"county": occasion.county_id, "case": occasion.case_id, "named": named}
        found: UUID | None = await occasion.session.scalar(text(sql), bound)
        if found is None:
            raise PlaceError(f"the case has no {name.removesuffix('_id')} {given!r}")
        return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _is_required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, types.UnionType}:
        return next(one for one in get_args(hint) if one is not type(None))
    return hint


def _takes(hint: Any, kind: type) -> bool:
    return _without_none(hint) is kind
