"""Mutations off the main road: rest, withdrawal, referral, performance and breach, reopening, archive."""

from __future__ import annotations

import strawberry

from api.cases.changing import Info, change
from api.fields import mutation
from api.off_road import inputs, payloads
from domain.cases import service as cases
from domain.codes.enums import CaseAction


@strawberry.type
class OffRoadMutations:
    """A part of the mutation root."""

    @mutation("Let the mediation rest 中止")
    async def case_pause(self, info: Info, input: inputs.CasePauseInput) -> payloads.CasePauseResult:
        return await change(info, input, CaseAction.PAUSE, cases.pause, payloads.CasePauseSuccess)

    @mutation("Go on 恢复")
    async def case_resume(self, info: Info, input: inputs.CaseResumeInput) -> payloads.CaseResumeResult:
        return await change(info, input, CaseAction.RESUME, cases.resume, payloads.CaseResumeSuccess)

    @mutation("End by a party's will 当事人终止")
    async def case_withdraw(self, info: Info, input: inputs.CaseWithdrawInput) -> payloads.CaseWithdrawResult:
        return await change(info, input, CaseAction.WITHDRAW, cases.withdraw, payloads.CaseWithdrawSuccess)

    @mutation("Refer to a court 诉非对接")
    async def case_refer_to_court(
        self, info: Info, input: inputs.CaseReferToCourtInput
    ) -> payloads.CaseReferToCourtResult:
        return await change(
            info, input, CaseAction.REFER_TO_COURT, cases.refer_to_court, payloads.CaseReferToCourtSuccess
        )

    @mutation("Record performance 履行")
    async def case_perform(self, info: Info, input: inputs.CasePerformInput) -> payloads.CasePerformResult:
        return await change(info, input, CaseAction.PERFORM, cases.perform, payloads.CasePerformSuccess)

    @mutation("Report that an obligation was not kept 未履行")
    async def case_breach(self, info: Info, input: inputs.CaseBreachInput) -> payloads.CaseBreachResult:
        return await change(info, input, CaseAction.BREACH, cases.breach, payloads.CaseBreachSuccess)

    @mutation("Open again 重启")
    async def case_reopen(self, info: Info, input: inputs.CaseReopenInput) -> payloads.CaseReopenResult:
        return await change(info, input, CaseAction.REOPEN, cases.reopen, payloads.CaseReopenSuccess)

    @mutation("Return to mediation 再次调解")
    async def case_mediate_again(
        self, info: Info, input: inputs.CaseMediateAgainInput
    ) -> payloads.CaseMediateAgainResult:
        return await change(
            info, input, CaseAction.MEDIATE_AGAIN, cases.mediate_again, payloads.CaseMediateAgainSuccess
        )

    @mutation("Put into the archive 归档")
    async def case_archive(self, info: Info, input: inputs.CaseArchiveInput) -> payloads.CaseArchiveResult:
        return await change(info, input, CaseAction.ARCHIVE, cases.archive, payloads.CaseArchiveSuccess)
