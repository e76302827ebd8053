"""Mutations of a case: each one transaction through the gate and the rules, answered by one payload union."""

from __future__ import annotations

from typing import cast

import strawberry

from api.cases import inputs, payloads
from api.cases.changing import Info, change, perform
from api.committees.mutations import CommitteeMutations
from api.context import Context, Done
from api.court.mutations import CourtMutations
from api.deadlines.mutations import DeadlineMutations
from api.fields import mutation
from api.joint.mutations import JointMutations
from api.off_road.mutations import OffRoadMutations
from api.police_notice.mutations import PoliceNoticeMutations
from api.protection.mutations import ProtectionMutations
from api.standing.mutations import StandingMutations
from authz.facts import new_facts
from authz.gate import Gate
from domain.cases import service as cases
from domain.codes.enums import CaseAction
from domain.database.session import Session
from domain.judicial_confirmation import service as confirmation
from domain.kernel.ids import global_id, new_id


@strawberry.type(description="Changes; each is one transaction, and changes all of what it says or nothing 变更")
class Mutation(
    OffRoadMutations,
    StandingMutations,
    DeadlineMutations,
    CourtMutations,
    JointMutations,
    ProtectionMutations,
    PoliceNoticeMutations,
    CommitteeMutations,
):
    """The mutation root."""

    @mutation("Register a dispute 登记")
    async def case_register(self, info: Info, input: inputs.CaseRegisterInput) -> payloads.CaseRegisterResult:
        context = cast("Context", info.context)

        async def work(session: Session, gate: Gate) -> Done:
            command = input.command()
            actor = context.actor
            location = await cases.locate(session, actor.county_id, command.place_id, context.clock())
            place = location.place
            row = new_facts(
                "case",
                county_id=actor.county_id,
                id=new_id(),
                organisation_id=location.centre.id,
                registered_by=actor.user_id,
                town_id=place.town_id,
                community_id=place.community_id,
                grid_id=place.grid_id,
            )
            grant = await gate.require_create(session, row, found=location)
            # That a person is a party elsewhere is told only to whom their identity there is open.
            done = await cases.register(
                session, grant, command, clock=context.clock, location=location, known=gate.told_of
            )
            duplicates = [global_id("case", one) for one in done.possible_duplicates]
            return Done(done.case.id, {"possible_duplicates": duplicates})

        return await perform(context, "caseRegister", input, work, payloads.CaseRegisterSuccess)

    @mutation("Accept 受理")
    async def case_accept(self, info: Info, input: inputs.CaseAcceptInput) -> payloads.CaseAcceptResult:
        return await change(info, input, CaseAction.ACCEPT, cases.accept, payloads.CaseAcceptSuccess)

    @mutation("Decline 不予受理")
    async def case_decline(self, info: Info, input: inputs.CaseDeclineInput) -> payloads.CaseDeclineResult:
        return await change(info, input, CaseAction.DECLINE, cases.decline, payloads.CaseDeclineSuccess)

    @mutation("Assess the risk 风险研判")
    async def case_assess_risk(self, info: Info, input: inputs.CaseAssessRiskInput) -> payloads.CaseAssessRiskResult:
        return await change(info, input, CaseAction.ASSESS_RISK, cases.assess_risk, payloads.CaseAssessRiskSuccess)

    @mutation("Dispatch 分流")
    async def case_dispatch(self, info: Info, input: inputs.CaseDispatchInput) -> payloads.CaseDispatchResult:
        return await change(info, input, CaseAction.DISPATCH, cases.dispatch, payloads.CaseDispatchSuccess)

    @mutation("Return to the centre 退回")
    async def case_return(self, info: Info, input: inputs.CaseReturnInput) -> payloads.CaseReturnResult:
        return await change(info, input, CaseAction.RETURN, cases.return_case, payloads.CaseReturnSuccess)

    @mutation("Take on 接办")
    async def case_take_on(self, info: Info, input: inputs.CaseTakeOnInput) -> payloads.CaseTakeOnResult:
        return await change(info, input, CaseAction.TAKE_ON, cases.take_on, payloads.CaseTakeOnSuccess)

    @mutation("Record a mediation session 调解")
    async def case_hold_session(self, info: Info, input: inputs.CaseHoldSessionInput) -> payloads.CaseHoldSessionResult:
        return await change(info, input, CaseAction.HOLD_SESSION, cases.hold_session, payloads.CaseHoldSessionSuccess)

    @mutation("Record an agreement 达成协议")
    async def case_agree(self, info: Info, input: inputs.CaseAgreeInput) -> payloads.CaseAgreeResult:
        return await change(info, input, CaseAction.AGREE, cases.agree, payloads.CaseAgreeSuccess)

    @mutation("End without agreement 调解不成")
    async def case_fail(self, info: Info, input: inputs.CaseFailInput) -> payloads.CaseFailResult:
        return await change(info, input, CaseAction.FAIL, cases.fail, payloads.CaseFailSuccess)

    @mutation("Apply for judicial confirmation 申请司法确认")
    async def case_apply_confirmation(
        self, info: Info, input: inputs.CaseApplyConfirmationInput
    ) -> payloads.CaseApplyConfirmationResult:
        return await change(
            info,
            input,
            CaseAction.APPLY_CONFIRMATION,
            confirmation.apply_confirmation,
            payloads.CaseApplyConfirmationSuccess,
        )

    @mutation("Accept or refuse an application for confirmation 受理司法确认")
    async def case_accept_confirmation(
        self, info: Info, input: inputs.CaseAcceptConfirmationInput
    ) -> payloads.CaseAcceptConfirmationResult:
        return await change(
            info,
            input,
            CaseAction.ACCEPT_CONFIRMATION,
            confirmation.accept_confirmation,
            payloads.CaseAcceptConfirmationSuccess,
        )

    @mutation("Rule on an application for confirmation 司法确认裁定")
    async def case_rule_confirmation(
        self, info: Info, input: inputs.CaseRuleConfirmationInput
    ) -> payloads.CaseRuleConfirmationResult:
        return await change(
            info,
            input,
            CaseAction.RULE_CONFIRMATION,
            confirmation.rule_confirmation,
            payloads.CaseRuleConfirmationSuccess,
        )

    @mutation("Record that everything was done 履行完毕")
    async def case_fulfil(self, info: Info, input: inputs.CaseFulfilInput) -> payloads.CaseFulfilResult:
        return await change(info, input, CaseAction.FULFIL, cases.fulfil, payloads.CaseFulfilSuccess)

    @mutation("Record a visit 回访")
    async def case_follow_up(self, info: Info, input: inputs.CaseFollowUpInput) -> payloads.CaseFollowUpResult:
        return await change(info, input, CaseAction.FOLLOW_UP, cases.follow_up, payloads.CaseFollowUpSuccess)

    @mutation("Close 结案")
    async def case_close(self, info: Info, input: inputs.CaseCloseInput) -> payloads.CaseCloseResult:
        return await change(info, input, CaseAction.CLOSE, cases.close, payloads.CaseCloseSuccess)
