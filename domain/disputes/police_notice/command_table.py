"""The commands of notices to the police, each upon a case."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.command_table import case_command
from domain.disputes.police_notice import commands, service

_A = CaseAction

COMMANDS = (
    case_command(
        _A.NOTIFY_POLICE,
        commands.NotifyPolice,
        service.notify_police,
        "Notify the police 通报公安机关",
        about="Tell the police that an act was mediated and the agreement performed (POL2) 通报公安机关",
    ),
    case_command(
        _A.ANSWER_POLICE_NOTICE,
        commands.AnswerPoliceNotice,
        service.answer_police_notice,
        "Answer the notice to the police 答复通报",
        about="Answer a notice for the police that it was sent to 答复通报",
    ),
)
