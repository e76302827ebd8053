"""Arguments of the mutations of notices to the police."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, given, key, optional
from domain.police_notice import commands


@strawberry.input(description="One party's written application that no penalty be imposed 不予处罚书面申请")
class WrittenApplicationInput:
    """An application."""

    party_id: strawberry.ID = given("Whose 申请的当事人")
    applied_at: dt.datetime = given("When it was made 申请时间")

    def command(self, field: str) -> commands.WrittenApplication:
        """As the domain takes it."""
        return commands.WrittenApplication(key(self.party_id, "party", f"{field}.partyId"), self.applied_at)


@strawberry.input(
    description="Tell the police that an act was mediated and the agreement performed (POL2) 通报公安机关"
)
class CaseNotifyPoliceInput(CaseChange):
    """A notice."""

    recipient_id: strawberry.ID = given("Which police: those that serve the place 公安机关")
    applications: list[WrittenApplicationInput] = given("Of every party of both sides 各方当事人的书面申请")
    minor_circumstances: bool = given("Whether the circumstances of the act are minor 是否情节较轻")
    statement: str = given("What was done, and how it was settled 通报内容")

    def command(self) -> commands.NotifyPolice:
        """As the domain takes it."""
        return commands.NotifyPolice(
            self.expected_version,
            key(self.recipient_id, "organisation", "recipientId"),
            tuple(one.command(f"applications.{index}") for index, one in enumerate(self.applications)),
            self.minor_circumstances,
            self.statement,
        )


@strawberry.input(description="Answer a notice for the police that it was sent to 答复通报")
class CaseAnswerPoliceNoticeInput(CaseChange):
    """An answer."""

    notice_id: strawberry.ID = given("Which notice 通报编号")
    recognised: bool = given("Whether no penalty will be imposed 是否认可（不予处罚）")
    reason: str | None = optional("Why, where they do not agree (POL_REASON) 不予认可的理由")

    def command(self) -> commands.AnswerPoliceNotice:
        """As the domain takes it."""
        return commands.AnswerPoliceNotice(
            self.expected_version,
            key(self.notice_id, "policenotice", "noticeId"),
            self.recognised,
            self.reason,
        )
