"""Mutations of protection."""

from __future__ import annotations

import strawberry

from api.cases.changing import Info, change
from api.fields import mutation
from api.protection import inputs, payloads
from domain.codes.enums import CaseAction
from domain.protection import service as protection


@strawberry.type
class ProtectionMutations:
    """Part of the mutation root."""

    @mutation("Protect parties' addresses at once 启动保护")
    async def case_protect(self, info: Info, input: inputs.CaseProtectInput) -> payloads.CaseProtectResult:
        return await change(info, input, CaseAction.PROTECT, protection.protect, payloads.CaseProtectSuccess)

    @mutation("Record a protective measure 登记保护措施")
    async def case_record_measure(
        self, info: Info, input: inputs.CaseRecordMeasureInput
    ) -> payloads.CaseRecordMeasureResult:
        return await change(
            info, input, CaseAction.RECORD_MEASURE, protection.record_measure, payloads.CaseRecordMeasureSuccess
        )

    @mutation("Record that an authority was told 履行强制报告")
    async def case_fulfil_duty(self, info: Info, input: inputs.CaseFulfilDutyInput) -> payloads.CaseFulfilDutyResult:
        return await change(info, input, CaseAction.FULFIL_DUTY, protection.fulfil_duty, payloads.CaseFulfilDutySuccess)

    @mutation("Send a clue notice 线索通报")
    async def case_send_clue(self, info: Info, input: inputs.CaseSendClueInput) -> payloads.CaseSendClueResult:
        return await change(info, input, CaseAction.SEND_CLUE, protection.send_clue, payloads.CaseSendClueSuccess)

    @mutation("Acknowledge a clue notice 线索签收")
    async def case_acknowledge_clue(
        self, info: Info, input: inputs.CaseAcknowledgeClueInput
    ) -> payloads.CaseAcknowledgeClueResult:
        return await change(
            info, input, CaseAction.ACKNOWLEDGE_CLUE, protection.acknowledge_clue, payloads.CaseAcknowledgeClueSuccess
        )
