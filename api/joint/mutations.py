"""Mutations of joint handling."""

from __future__ import annotations

import strawberry

from api.cases.changing import Info, change
from api.fields import mutation
from api.joint import inputs, payloads
from domain.codes.enums import CaseAction
from domain.joint_handling import service as joint


@strawberry.type
class JointMutations:
    """Part of the mutation root."""

    @mutation("Call organisations to a case 联调呼叫")
    async def case_call(self, info: Info, input: inputs.CaseCallInput) -> payloads.CaseCallResult:
        return await change(info, input, CaseAction.CALL, joint.call, payloads.CaseCallSuccess)

    @mutation("Answer a call 联调响应")
    async def case_respond_to_call(
        self, info: Info, input: inputs.CaseRespondToCallInput
    ) -> payloads.CaseRespondToCallResult:
        return await change(info, input, CaseAction.RESPOND_TO_CALL, joint.respond, payloads.CaseRespondToCallSuccess)

    @mutation("Conclude a call 联调办结")
    async def case_conclude_call(
        self, info: Info, input: inputs.CaseConcludeCallInput
    ) -> payloads.CaseConcludeCallResult:
        return await change(info, input, CaseAction.CONCLUDE_CALL, joint.conclude, payloads.CaseConcludeCallSuccess)
