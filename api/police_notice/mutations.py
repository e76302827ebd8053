"""Mutations of notices to the police."""

from __future__ import annotations

import strawberry

from api.cases.changing import Info, change
from api.fields import mutation
from api.police_notice import inputs, payloads
from domain.codes.enums import CaseAction
from domain.police_notice import service as notices


@strawberry.type
class PoliceNoticeMutations:
    """Part of the mutation root."""

    @mutation("Tell the police that an act was mediated and the agreement performed (POL2) 通报公安机关")
    async def case_notify_police(
        self, info: Info, input: inputs.CaseNotifyPoliceInput
    ) -> payloads.CaseNotifyPoliceResult:
        return await change(
            info, input, CaseAction.NOTIFY_POLICE, notices.notify_police, payloads.CaseNotifyPoliceSuccess
        )

    @mutation("Answer a notice for the police that it was sent to 答复通报")
    async def case_answer_police_notice(
        self, info: Info, input: inputs.CaseAnswerPoliceNoticeInput
    ) -> payloads.CaseAnswerPoliceNoticeResult:
        return await change(
            info,
            input,
            CaseAction.ANSWER_POLICE_NOTICE,
            notices.answer_police_notice,
            payloads.CaseAnswerPoliceNoticeSuccess,
        )
