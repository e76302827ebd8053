"""The commands of joint handling, each upon a case."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.command_table import case_command
from domain.disputes.joint_handling import commands, service

_A = CaseAction

COMMANDS = (
    case_command(_A.CALL, commands.CallOthers, service.call, "Call organisations to a case 联调呼叫"),
    case_command(_A.RESPOND_TO_CALL, commands.RespondToCall, service.respond, "Answer a call 联调响应"),
    case_command(_A.CONCLUDE_CALL, commands.ConcludeCall, service.conclude, "Conclude a call 联调办结"),
)
