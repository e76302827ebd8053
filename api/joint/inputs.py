"""Arguments of the mutations of joint handling."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, given, key, keys, optional
from domain.deadlines.schedule import JOINT_RESPONSE
from domain.joint_handling import commands


@strawberry.input(description="Call organisations to a case 联调呼叫")
class CaseCallInput(CaseChange):
    """A call."""

    respondent_ids: list[strawberry.ID] = given("Who is called 响应单位")
    matter: str = given("What is asked 呼叫事项")
    hours: int = optional("Hours to answer, 1 to 72 响应时限（小时）", JOINT_RESPONSE.hours)

    def command(self) -> commands.CallOthers:
        """As the domain takes it."""
        return commands.CallOthers(
            self.expected_version, keys(self.respondent_ids, "organisation", "respondentIds"), self.matter, self.hours
        )


@strawberry.input(description="Answer a call 联调响应")
class CaseRespondToCallInput(CaseChange):
    """An answer."""

    call_id: strawberry.ID = given("Which call 呼叫编号")
    accepted: bool = given("Accepted, or refused with a reason 是否接受")
    reason: str | None = optional("Why 理由")

    def command(self) -> commands.RespondToCall:
        """As the domain takes it."""
        return commands.RespondToCall(
            self.expected_version, key(self.call_id, "call", "callId"), self.accepted, self.reason
        )


@strawberry.input(description="Conclude a call 联调办结")
class CaseConcludeCallInput(CaseChange):
    """A conclusion."""

    call_id: strawberry.ID = given("Which call 呼叫编号")
    conclusion: str = given("What those who came came to 联调结论")
    session_held_at: dt.datetime | None = optional("When they sat together 联调会时间")

    def command(self) -> commands.ConcludeCall:
        """As the domain takes it."""
        return commands.ConcludeCall(
            self.expected_version, key(self.call_id, "call", "callId"), self.conclusion, self.session_held_at
        )
