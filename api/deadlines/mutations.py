"""Mutations of clocks, supervision and the calendar."""

from __future__ import annotations

from typing import cast

import strawberry

from api.cases.changing import Info, change
from api.context import Context, Done, Refusal
from api.deadlines import inputs, payloads
from api.errors import refused
from api.fields import mutation
from authz.gate import Gate
from domain.cases import service as cases
from domain.codes.enums import CaseAction
from domain.database.session import Session
from domain.deadlines import calendar


@strawberry.type
class DeadlineMutations:
    """A part of the mutation root."""

    @mutation("Extend a deadline 延长期限")
    async def case_extend_deadline(
        self, info: Info, input: inputs.CaseExtendDeadlineInput
    ) -> payloads.CaseExtendDeadlineResult:
        return await change(
            info, input, CaseAction.EXTEND_DEADLINE, cases.extend_deadline, payloads.CaseExtendDeadlineSuccess
        )

    @mutation("Supervise a case 督办")
    async def case_open_supervision(
        self, info: Info, input: inputs.CaseOpenSupervisionInput
    ) -> payloads.CaseOpenSupervisionResult:
        return await change(
            info, input, CaseAction.OPEN_SUPERVISION, cases.open_supervision, payloads.CaseOpenSupervisionSuccess
        )

    @mutation("Answer a supervision 督办答复")
    async def case_answer_supervision(
        self, info: Info, input: inputs.CaseAnswerSupervisionInput
    ) -> payloads.CaseAnswerSupervisionResult:
        return await change(
            info, input, CaseAction.ANSWER_SUPERVISION, cases.answer_supervision, payloads.CaseAnswerSupervisionSuccess
        )

    @mutation("Close a supervision 督办办结")
    async def case_close_supervision(
        self, info: Info, input: inputs.CaseCloseSupervisionInput
    ) -> payloads.CaseCloseSupervisionResult:
        return await change(
            info, input, CaseAction.CLOSE_SUPERVISION, cases.close_supervision, payloads.CaseCloseSupervisionSuccess
        )

    @mutation("Acknowledge a risk report 风险报告签收")
    async def case_acknowledge_risk(
        self, info: Info, input: inputs.CaseAcknowledgeRiskInput
    ) -> payloads.CaseAcknowledgeRiskResult:
        return await change(
            info, input, CaseAction.ACKNOWLEDGE_RISK, cases.acknowledge_risk, payloads.CaseAcknowledgeRiskSuccess
        )

    @mutation("Say whether the county works on a day; open deadlines are counted again 设定工作日")
    async def calendar_day_set(self, info: Info, input: inputs.CalendarDaySetInput) -> payloads.CalendarDaySetResult:
        context = cast("Context", info.context)

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_calendar()
            moved = await calendar.set_day(
                session, grant, day=input.day, working=input.working, reason=input.reason, now=context.clock()
            )
            return Done(grant.subject_id, {"moved": moved})

        outcome = await context.perform("calendarDaySet", input.idempotency_key, input, work)
        if isinstance(outcome, Refusal):
            return refused(outcome, input.client_mutation_id)
        return payloads.CalendarDaySetSuccess(
            day=input.day,
            deadlines_moved=outcome.told["moved"],
            client_mutation_id=input.client_mutation_id,
            working=input.working,
        )

    @mutation("Let the published calendar say again what a day is 取消工作日设定")
    async def calendar_day_clear(
        self, info: Info, input: inputs.CalendarDayClearInput
    ) -> payloads.CalendarDayClearResult:
        context = cast("Context", info.context)

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_calendar()
            moved = await calendar.clear_day(session, grant, day=input.day, now=context.clock())
            return Done(grant.subject_id, {"moved": moved})

        outcome = await context.perform("calendarDayClear", input.idempotency_key, input, work)
        if isinstance(outcome, Refusal):
            return refused(outcome, input.client_mutation_id)
        return payloads.CalendarDayClearSuccess(
            day=input.day, deadlines_moved=outcome.told["moved"], client_mutation_id=input.client_mutation_id
        )
