"""From a step of a history to the platform's own command: names become ids, days become dates and moments.

What a command asks for is read off its fields, so that a new command needs a line in COMMANDS and no more.
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

from domain.cases import clock_commands, commands, off_road_commands, service, signing, standing_commands
from domain.codes.enums import CaseAction
from domain.court_linkage import commands as court_commands, service as court
from domain.joint_handling import commands as joint_commands, service as joint
from domain.judicial_confirmation import commands as confirmation_commands, service as confirmation
from domain.places.histories import StepSpec, when
from domain.places.people import People
from domain.places.specification import PlaceError
from domain.places.tenants import Tenants
from domain.police_notice import commands as police_commands, service as police
from domain.protection import commands as protection_commands, service as protection

_A = CaseAction

# Each action that a history may take: its command and the service that carries it out.
COMMANDS: Mapping[CaseAction, tuple[type, Callable[..., Awaitable[Any]]]] = types.MappingProxyType(
    {
        _A.ACCEPT: (commands.AcceptCase, service.accept),
        _A.DECLINE: (commands.DeclineCase, service.decline),
        _A.ASSESS_RISK: (commands.AssessRisk, service.assess_risk),
        _A.DISPATCH: (commands.DispatchCase, service.dispatch),
        _A.RETURN: (commands.ReturnCase, service.return_case),
        _A.TAKE_ON: (commands.TakeOnCase, service.take_on),
        _A.HOLD_SESSION: (commands.HoldSession, service.hold_session),
        _A.AGREE: (commands.AgreeCase, service.agree),
        _A.FAIL: (commands.FailCase, service.fail),
        _A.FULFIL: (commands.FulfilCase, service.fulfil),
        _A.FOLLOW_UP: (commands.FollowUpCase, service.follow_up),
        _A.CLOSE: (commands.CloseCase, service.close),
        _A.PAUSE: (off_road_commands.PauseCase, service.pause),
        _A.RESUME: (off_road_commands.ResumeCase, service.resume),
        _A.WITHDRAW: (off_road_commands.WithdrawCase, service.withdraw),
        _A.REFER_TO_COURT: (off_road_commands.ReferToCourt, service.refer_to_court),
        _A.PERFORM: (off_road_commands.PerformCase, service.perform),
        _A.BREACH: (off_road_commands.BreachCase, service.breach),
        _A.MEDIATE_AGAIN: (off_road_commands.MediateAgain, service.mediate_again),
        _A.REOPEN: (off_road_commands.ReopenCase, service.reopen),
        _A.ARCHIVE: (off_road_commands.ArchiveCase, service.archive),
        _A.EXTEND_DEADLINE: (clock_commands.ExtendDeadline, service.extend_deadline),
        _A.OPEN_SUPERVISION: (clock_commands.OpenSupervision, service.open_supervision),
        _A.ANSWER_SUPERVISION: (clock_commands.AnswerSupervision, service.answer_supervision),
        _A.CLOSE_SUPERVISION: (clock_commands.CloseSupervision, service.close_supervision),
        _A.ACKNOWLEDGE_RISK: (clock_commands.AcknowledgeRisk, service.acknowledge_risk),
        _A.ADD_NOTE: (standing_commands.AddNote, service.add_note),
        _A.ADD_REPRESENTATIVE: (standing_commands.AddRepresentative, service.add_representative),
        _A.DECLARE_RECUSAL: (standing_commands.DeclareRecusal, service.declare_recusal),
        _A.REPLACE_MEDIATOR: (standing_commands.ReplaceMediator, service.replace_mediator),
        _A.SIGN: (signing.SignAgreement, service.sign),
        _A.APPLY_CONFIRMATION: (confirmation_commands.ApplyConfirmation, confirmation.apply_confirmation),
        _A.SUPPLY_MATERIAL: (confirmation_commands.SupplyMaterial, confirmation.supply_material),
        _A.ACCEPT_CONFIRMATION: (confirmation_commands.AcceptConfirmation, confirmation.accept_confirmation),
        _A.EXTEND_CONFIRMATION: (confirmation_commands.ExtendConfirmation, confirmation.extend_confirmation),
        _A.WITHDRAW_CONFIRMATION: (confirmation_commands.WithdrawConfirmation, confirmation.withdraw_confirmation),
        _A.RULE_CONFIRMATION: (confirmation_commands.RuleConfirmation, confirmation.rule_confirmation),
        _A.APPLY_ENFORCEMENT: (confirmation_commands.ApplyEnforcement, confirmation.apply_enforcement),
        _A.ACCEPT_ENTRUSTMENT: (court_commands.AcceptEntrustment, court.accept_entrustment),
        _A.RETURN_ENTRUSTMENT: (court_commands.ReturnEntrustment, court.return_entrustment),
        _A.CALL: (joint_commands.CallOthers, joint.call),
        _A.RESPOND_TO_CALL: (joint_commands.RespondToCall, joint.respond),
        _A.CONCLUDE_CALL: (joint_commands.ConcludeCall, joint.conclude),
        _A.PROTECT: (protection_commands.Protect, protection.protect),
        _A.RECORD_MEASURE: (protection_commands.RecordMeasure, protection.record_measure),
        _A.FULFIL_DUTY: (protection_commands.FulfilDuty, protection.fulfil_duty),
        _A.SEND_CLUE: (protection_commands.SendClue, protection.send_clue),
        _A.ACKNOWLEDGE_CLUE: (protection_commands.AcknowledgeClue, protection.acknowledge_clue),
        _A.NOTIFY_POLICE: (police_commands.NotifyPolice, police.notify_police),
        _A.ANSWER_POLICE_NOTICE: (police_commands.AnswerPoliceNotice, police.answer_police_notice),
    }
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
            elif _required(one):
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
            return when(given).later(occasion.shift).moment(occasion.begins)
        if plain is date and _DAY.fullmatch(given):
            return date.fromisoformat(given)
        if plain is date:
            return when(given).later(occasion.shift).day(occasion.begins)
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


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, types.UnionType}:
        return next(one for one in get_args(hint) if one is not type(None))
    return hint


def _takes(hint: Any, kind: type) -> bool:
    return _without_none(hint) is kind
