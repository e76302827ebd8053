"""Mutations about people: notes, representatives, recusal."""

from __future__ import annotations

from typing import cast

import strawberry

from api.cases.changing import Info, change, perform
from api.context import Context, Done
from api.fields import mutation
from api.standing import inputs, payloads
from authz.gate import Gate
from domain.cases import service as cases
from domain.codes.enums import CaseAction
from domain.database.session import Session


@strawberry.type
class StandingMutations:
    """Part of the mutation root."""

    @mutation("Write a note for those whom it is for 备注")
    async def case_add_note(self, info: Info, input: inputs.CaseAddNoteInput) -> payloads.CaseAddNoteResult:
        context = cast("Context", info.context)

        async def work(session: Session, gate: Gate) -> Done:
            command = input.command()
            cases.check_note_readers(command.visibility, command.side)
            grant = await gate.require_note(session, input.key, command.visibility, command.side)
            done = await cases.add_note(session, grant, command, clock=context.clock)
            return Done(done.id, {})

        return await perform(context, info.field_name, input, work, payloads.CaseAddNoteSuccess)

    @mutation("Record who stands for a party 登记监护人、代理人、代表人")
    async def case_add_representative(
        self, info: Info, input: inputs.CaseAddRepresentativeInput
    ) -> payloads.CaseAddRepresentativeResult:
        return await change(
            info,
            input,
            CaseAction.ADD_REPRESENTATIVE,
            cases.add_representative,
            payloads.CaseAddRepresentativeSuccess,
        )

    @mutation("Declare what ties a mediator to a party 回避申报")
    async def case_declare_recusal(
        self, info: Info, input: inputs.CaseDeclareRecusalInput
    ) -> payloads.CaseDeclareRecusalResult:
        return await change(
            info, input, CaseAction.DECLARE_RECUSAL, cases.declare_recusal, payloads.CaseDeclareRecusalSuccess
        )

    @mutation("Replace a mediator, or dismiss the grounds against them 更换调解员")
    async def case_replace_mediator(
        self, info: Info, input: inputs.CaseReplaceMediatorInput
    ) -> payloads.CaseReplaceMediatorResult:
        return await change(
            info, input, CaseAction.REPLACE_MEDIATOR, cases.replace_mediator, payloads.CaseReplaceMediatorSuccess
        )
