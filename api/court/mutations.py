"""Mutations of signing, confirmation and court linkage."""

from __future__ import annotations

from typing import cast

import strawberry

from api.cases.changing import Info, change, perform
from api.cases.inputs import key
from api.context import Context, Done
from api.court import inputs, payloads
from api.fields import mutation
from authz.facts import new_facts
from authz.gate import Gate
from domain.cases import service as cases
from domain.codes.enums import CaseAction
from domain.court_linkage import service as linkage
from domain.database.session import Session
from domain.judicial_confirmation import service as confirmation
from domain.kernel.ids import new_id


@strawberry.type
class CourtMutations:
    """A part of the mutation root."""

    @mutation("Sign a written agreement 签署协议")
    async def case_sign(self, info: Info, input: inputs.CaseSignInput) -> payloads.CaseSignResult:
        return await change(info, input, CaseAction.SIGN, cases.sign, payloads.CaseSignSuccess)

    @mutation("Supply material for a confirmation 补充材料")
    async def case_supply_material(
        self, info: Info, input: inputs.CaseSupplyMaterialInput
    ) -> payloads.CaseSupplyMaterialResult:
        return await change(
            info, input, CaseAction.SUPPLY_MATERIAL, confirmation.supply_material, payloads.CaseSupplyMaterialSuccess
        )

    @mutation("Take ten days more to rule on a confirmation 延长审查期限")
    async def case_extend_confirmation(
        self, info: Info, input: inputs.CaseExtendConfirmationInput
    ) -> payloads.CaseExtendConfirmationResult:
        return await change(
            info,
            input,
            CaseAction.EXTEND_CONFIRMATION,
            confirmation.extend_confirmation,
            payloads.CaseExtendConfirmationSuccess,
        )

    @mutation("End an application for confirmation before the ruling 撤回司法确认申请")
    async def case_withdraw_confirmation(
        self, info: Info, input: inputs.CaseWithdrawConfirmationInput
    ) -> payloads.CaseWithdrawConfirmationResult:
        return await change(
            info,
            input,
            CaseAction.WITHDRAW_CONFIRMATION,
            confirmation.withdraw_confirmation,
            payloads.CaseWithdrawConfirmationSuccess,
        )

    @mutation("Apply for enforcement of a confirmed agreement that was not kept 申请执行")
    async def case_apply_enforcement(
        self, info: Info, input: inputs.CaseApplyEnforcementInput
    ) -> payloads.CaseApplyEnforcementResult:
        return await change(
            info,
            input,
            CaseAction.APPLY_ENFORCEMENT,
            confirmation.apply_enforcement,
            payloads.CaseApplyEnforcementSuccess,
        )

    @mutation("Entrust a dispute to a mediating organisation before it is filed 委派调解")
    async def court_entrust(self, info: Info, input: inputs.CourtEntrustInput) -> payloads.CourtEntrustResult:
        context = cast("Context", info.context)

        async def work(session: Session, gate: Gate) -> Done:
            command = input.command()
            actor = context.actor
            location = await cases.locate(session, actor.county_id, command.registration.place_id, context.clock())
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
                court_id=key(input.court_id, "organisation", "courtId"),
            )
            grant = await gate.require_create(session, row, CaseAction.ENTRUST, location)
            done = await linkage.entrust(session, grant, command, clock=context.clock)
            return Done(done.case.id, {})

        return await perform(context, "courtEntrust", input, work, payloads.CourtEntrustSuccess)

    @mutation("Accept an entrustment 接受委派")
    async def case_accept_entrustment(
        self, info: Info, input: inputs.CaseAcceptEntrustmentInput
    ) -> payloads.CaseAcceptEntrustmentResult:
        return await change(
            info,
            input,
            CaseAction.ACCEPT_ENTRUSTMENT,
            linkage.accept_entrustment,
            payloads.CaseAcceptEntrustmentSuccess,
        )

    @mutation("Give an entrustment back to the court 退回委派")
    async def case_return_entrustment(
        self, info: Info, input: inputs.CaseReturnEntrustmentInput
    ) -> payloads.CaseReturnEntrustmentResult:
        return await change(
            info,
            input,
            CaseAction.RETURN_ENTRUSTMENT,
            linkage.return_entrustment,
            payloads.CaseReturnEntrustmentSuccess,
        )
