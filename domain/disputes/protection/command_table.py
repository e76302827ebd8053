"""The commands of protection, each upon a case."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.command_table import case_command
from domain.disputes.protection import commands, service

_A = CaseAction

COMMANDS = (
    case_command(_A.PROTECT, commands.Protect, service.protect, "Protect parties' addresses at once 启动保护"),
    case_command(
        _A.RECORD_MEASURE, commands.RecordMeasure, service.record_measure, "Record a protective measure 登记保护措施"
    ),
    case_command(
        _A.FULFIL_DUTY, commands.FulfilDuty, service.fulfil_duty, "Record that an authority was told 履行强制报告"
    ),
    case_command(_A.SEND_CLUE, commands.SendClue, service.send_clue, "Send a clue notice 线索通报"),
    case_command(
        _A.ACKNOWLEDGE_CLUE, commands.AcknowledgeClue, service.acknowledge_clue, "Acknowledge a clue notice 线索签收"
    ),
)
