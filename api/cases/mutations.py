"""Mutations of a case: each one transaction through the gate and the rules, answered by one payload union."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import strawberry

from api.cases import inputs, payloads
from api.context import Change, Context, Done, Reference, Refusal, case_reference
from api.errors import refused
from authz.facts import CaseRow
from authz.gate import Gate
from domain.cases import service as cases
from domain.codes.enums import CaseAction
from domain.judicial_confirmation import service as confirmation
from domain.kernel.errors import DomainError
from domain.kernel.ids import global_id, new_id

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

Info = strawberry.Info[Any, Any]
Service = Callable[..., Awaitable[Any]]


async def change(info: Info, given: inputs.CaseChange, action: CaseAction, service: Service, success: type) -> Any:
    """Run one action upon a case: through the gate, by the service, in one transaction; and make its payload."""
    context = cast("Context", info.context)

    async def work(session: AsyncSession, gate: Gate) -> Done:
        grant = await gate.require(session, action, given.key)
        done = await service(session, grant, given.command(), clock=context.clock)  # type: ignore[attr-defined]
        return Done(done.id, {})

    return await perform(context, info.field_name, given, work, success)


async def perform(context: Context, mutation: str, given: inputs.Change, work: Change, success: type) -> Any:
    """Run a command and make its payload, or the problem that stands in its place."""
    try:
        case_id = given.key if isinstance(given, inputs.CaseChange) else None
    except DomainError as error:
        return refused(Refusal(error, None), given.client_mutation_id)
    outcome = await context.perform(mutation, given.idempotency_key, given, work, case_id)
    if isinstance(outcome, Refusal):
        return refused(outcome, given.client_mutation_id)
    told = {name: [Reference("case", id_) for id_ in ids] for name, ids in outcome.told.items()}
    return success(case=case_reference(outcome.case_id), client_mutation_id=given.client_mutation_id, **told)


@strawberry.type(description="Changes; each is one transaction, and changes all of what it says or nothing 变更")
class Mutation:
    """The mutation root."""

    @strawberry.mutation(description="Register a dispute 登记")
    async def case_register(self, info: Info, input: inputs.CaseRegisterInput) -> payloads.CaseRegisterResult:  # noqa: A002
        context = cast("Context", info.context)

        async def work(session: AsyncSession, gate: Gate) -> Done:
            command = input.command()
            actor = context.actor
            location = await cases.locate(session, actor.county_id, command.place_id, context.clock())
            place = location.place
            row = CaseRow(
                county_id=actor.county_id,
                id=new_id(),
                organisation_id=location.centre.id,
                registered_by=actor.user_id,
                town_id=place.town_id,
                community_id=place.community_id,
                grid_id=place.grid_id,
            )
            grant = await gate.require_create(session, row)
            done = await cases.register(session, grant, command, clock=context.clock)
            duplicates = [global_id("case", one) for one in done.possible_duplicates]
            return Done(done.case.id, {"possible_duplicates": duplicates})

        return await perform(context, "caseRegister", input, work, payloads.CaseRegisterSuccess)

    @strawberry.mutation(description="Accept 受理")
    async def case_accept(self, info: Info, input: inputs.CaseAcceptInput) -> payloads.CaseAcceptResult:  # noqa: A002
        return await change(info, input, CaseAction.ACCEPT, cases.accept, payloads.CaseAcceptSuccess)

    @strawberry.mutation(description="Decline 不予受理")
    async def case_decline(self, info: Info, input: inputs.CaseDeclineInput) -> payloads.CaseDeclineResult:  # noqa: A002
        return await change(info, input, CaseAction.DECLINE, cases.decline, payloads.CaseDeclineSuccess)

    @strawberry.mutation(description="Assess the risk 风险研判")
    async def case_assess_risk(self, info: Info, input: inputs.CaseAssessRiskInput) -> payloads.CaseAssessRiskResult:  # noqa: A002
        return await change(info, input, CaseAction.ASSESS_RISK, cases.assess_risk, payloads.CaseAssessRiskSuccess)

    @strawberry.mutation(description="Dispatch 分流")
    async def case_dispatch(self, info: Info, input: inputs.CaseDispatchInput) -> payloads.CaseDispatchResult:  # noqa: A002
        return await change(info, input, CaseAction.DISPATCH, cases.dispatch, payloads.CaseDispatchSuccess)

    @strawberry.mutation(description="Return to the centre 退回")
    async def case_return(self, info: Info, input: inputs.CaseReturnInput) -> payloads.CaseReturnResult:  # noqa: A002
        return await change(info, input, CaseAction.RETURN, cases.return_case, payloads.CaseReturnSuccess)

    @strawberry.mutation(description="Take on 接办")
    async def case_take_on(self, info: Info, input: inputs.CaseTakeOnInput) -> payloads.CaseTakeOnResult:  # noqa: A002
        return await change(info, input, CaseAction.TAKE_ON, cases.take_on, payloads.CaseTakeOnSuccess)

    @strawberry.mutation(description="Record a mediation session 调解")
    async def case_hold_session(self, info: Info, input: inputs.CaseHoldSessionInput) -> payloads.CaseHoldSessionResult:  # noqa: A002
        return await change(info, input, CaseAction.HOLD_SESSION, cases.hold_session, payloads.CaseHoldSessionSuccess)

    @strawberry.mutation(description="Record an agreement 达成协议")
    async def case_agree(self, info: Info, input: inputs.CaseAgreeInput) -> payloads.CaseAgreeResult:  # noqa: A002
        return await change(info, input, CaseAction.AGREE, cases.agree, payloads.CaseAgreeSuccess)

    @strawberry.mutation(description="End without agreement 调解不成")
    async def case_fail(self, info: Info, input: inputs.CaseFailInput) -> payloads.CaseFailResult:  # noqa: A002
        return await change(info, input, CaseAction.FAIL, cases.fail, payloads.CaseFailSuccess)

    @strawberry.mutation(description="Apply for judicial confirmation 申请司法确认")
    async def case_apply_confirmation(self, info: Info, input: inputs.CaseApplyConfirmationInput) -> payloads.CaseApplyConfirmationResult:  # noqa: A002
        return await change(info, input, CaseAction.APPLY_CONFIRMATION, confirmation.apply_confirmation, payloads.CaseApplyConfirmationSuccess)

    @strawberry.mutation(description="Accept or refuse an application for confirmation 受理司法确认")
    async def case_accept_confirmation(self, info: Info, input: inputs.CaseAcceptConfirmationInput) -> payloads.CaseAcceptConfirmationResult:  # noqa: A002
        return await change(info, input, CaseAction.ACCEPT_CONFIRMATION, confirmation.accept_confirmation, payloads.CaseAcceptConfirmationSuccess)

    @strawberry.mutation(description="Rule on an application for confirmation 司法确认裁定")
    async def case_rule_confirmation(self, info: Info, input: inputs.CaseRuleConfirmationInput) -> payloads.CaseRuleConfirmationResult:  # noqa: A002
        return await change(info, input, CaseAction.RULE_CONFIRMATION, confirmation.rule_confirmation, payloads.CaseRuleConfirmationSuccess)

    @strawberry.mutation(description="Record that everything was done 履行完毕")
    async def case_fulfil(self, info: Info, input: inputs.CaseFulfilInput) -> payloads.CaseFulfilResult:  # noqa: A002
        return await change(info, input, CaseAction.FULFIL, cases.fulfil, payloads.CaseFulfilSuccess)

    @strawberry.mutation(description="Record a visit 回访")
    async def case_follow_up(self, info: Info, input: inputs.CaseFollowUpInput) -> payloads.CaseFollowUpResult:  # noqa: A002
        return await change(info, input, CaseAction.FOLLOW_UP, cases.follow_up, payloads.CaseFollowUpSuccess)

    @strawberry.mutation(description="Close 结案")
    async def case_close(self, info: Info, input: inputs.CaseCloseInput) -> payloads.CaseCloseResult:  # noqa: A002
        return await change(info, input, CaseAction.CLOSE, cases.close, payloads.CaseCloseSuccess)
