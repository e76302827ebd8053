"""What happened to a case, told to the rest of the platform: ids and codes, never personal data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from domain.codes.enums import CaseAction
from domain.foundation.kernel.workflow import Message
from domain.law.deadlines.schedule import RISK_REPORT

TOPICS: Mapping[CaseAction, str] = MappingProxyType(
    {
        CaseAction.REGISTER: "case.registered",
        CaseAction.ACCEPT: "case.accepted",
        CaseAction.DECLINE: "case.declined",
        CaseAction.ASSESS_RISK: "case.risk_assessed",
        CaseAction.DISPATCH: "case.dispatched",
        CaseAction.RETURN: "case.returned",
        CaseAction.TAKE_ON: "case.taken_on",
        CaseAction.HOLD_SESSION: "case.session_held",
        CaseAction.AGREE: "case.agreed",
        CaseAction.FAIL: "case.failed",
        CaseAction.APPLY_CONFIRMATION: "case.confirmation_applied",
        CaseAction.ACCEPT_CONFIRMATION: "case.confirmation_decided",
        CaseAction.RULE_CONFIRMATION: "case.confirmation_ruled",
        CaseAction.FULFIL: "case.fulfilled",
        CaseAction.FOLLOW_UP: "case.followed_up",
        CaseAction.CLOSE: "case.closed",
        CaseAction.ADD_NOTE: "case.note_added",
        CaseAction.ADD_REPRESENTATIVE: "case.representative_added",
        CaseAction.DECLARE_RECUSAL: "case.recusal_declared",
        CaseAction.REPLACE_MEDIATOR: "case.mediator_replaced",
        CaseAction.SIGN: "case.signed",
        CaseAction.SUPPLY_MATERIAL: "case.material_supplied",
        CaseAction.EXTEND_CONFIRMATION: "case.confirmation_extended",
        CaseAction.WITHDRAW_CONFIRMATION: "case.confirmation_withdrawn",
        CaseAction.ENTRUST: "case.entrusted",
        CaseAction.ACCEPT_ENTRUSTMENT: "case.entrustment_accepted",
        CaseAction.RETURN_ENTRUSTMENT: "case.entrustment_returned",
        CaseAction.PAUSE: "case.paused",
        CaseAction.RESUME: "case.resumed",
        CaseAction.WITHDRAW: "case.withdrawn",
        CaseAction.REFER_TO_COURT: "case.referred_to_court",
        CaseAction.PERFORM: "case.performed",
        CaseAction.BREACH: "case.breached",
        CaseAction.REOPEN: "case.reopened",
        CaseAction.ARCHIVE: "case.archived",
        CaseAction.MEDIATE_AGAIN: "case.mediated_again",
        CaseAction.APPLY_ENFORCEMENT: "case.enforcement_applied",
        CaseAction.NOTIFY_POLICE: "case.police_notified",
        CaseAction.ANSWER_POLICE_NOTICE: "case.police_notice_answered",
        CaseAction.EXTEND_DEADLINE: "case.deadline_extended",
        CaseAction.OPEN_SUPERVISION: "case.supervision_opened",
        CaseAction.ANSWER_SUPERVISION: "case.supervision_answered",
        CaseAction.CLOSE_SUPERVISION: "case.supervision_closed",
        CaseAction.ACKNOWLEDGE_RISK: "case.risk_acknowledged",
        CaseAction.PROTECT: "case.protected",
        CaseAction.RECORD_MEASURE: "case.measure_recorded",
        CaseAction.FULFIL_DUTY: "case.duty_fulfilled",
        CaseAction.SEND_CLUE: "case.clue_sent",
        CaseAction.ACKNOWLEDGE_CLUE: "case.clue_acknowledged",
        CaseAction.CALL: "case.called",
        CaseAction.RESPOND_TO_CALL: "case.call_answered",
        CaseAction.CONCLUDE_CALL: "case.call_concluded",
    }
)
"""The topic of each action; every change of a case has exactly one such event."""


def risk_report_message(level: str | None, *, mass_incident: bool, now: datetime) -> Message:
    """A red risk or a possible mass incident, for the leadership of town and county at once (RISK1)."""
    return Message(
        "case.risk_reported",
        {
            "rule": "RISK1",
            "risk_level": level,
            "mass_incident": mass_incident,
            "read_by": RISK_REPORT.last_moment(now).isoformat(),
        },
    )


def police_message() -> Message:
    """A dispute that may turn into a matter of public order or crime, for the police at once (CASE7)."""
    return Message("case.police_told", {"rule": "CASE7"})
