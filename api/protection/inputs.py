"""Arguments of the mutations of protection."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, given, key, keys, optional
from api.enums import MeasureKind
from domain.protection import commands


@strawberry.input(description="Protect parties' addresses at once 启动保护")
class CaseProtectInput(CaseChange):
    """Protection."""

    party_ids: list[strawberry.ID] = given("Whose addresses 被保护当事人")
    protector_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Who may read them, besides the caller 保护小组成员"
    )
    reason: str = given("Why 保护事由")
    violence_suspected: bool = optional("Violence is suspected 是否疑似暴力", default=False)

    def command(self) -> commands.Protect:
        """As the domain takes it."""
        return commands.Protect(
            self.expected_version,
            keys(self.party_ids, "party", "partyIds"),
            keys(self.protector_ids, "user", "protectorIds"),
            self.reason,
            self.violence_suspected,
        )


@strawberry.input(description="Record a protective measure 登记保护措施")
class CaseRecordMeasureInput(CaseChange):
    """A measure."""

    kind: MeasureKind = given("Which 类型")
    organisation_id: strawberry.ID = given("Who took it: police a warning, a court an order 作出单位")
    taken_at: dt.datetime = given("When 时间")
    number: str | None = optional("Number of the paper 文号")
    urgent: bool = optional("Urgent: 24 hours instead of 72 (DV3) 是否紧急", default=False)
    valid_until: dt.date | None = optional("Last day of an order issued, at most six months on (DV3) 有效期至")

    def command(self) -> commands.RecordMeasure:
        """As the domain takes it."""
        return commands.RecordMeasure(
            self.expected_version,
            self.kind,
            key(self.organisation_id, "organisation", "organisationId"),
            self.taken_at,
            self.number,
            self.urgent,
            self.valid_until,
        )


@strawberry.input(description="Record that an authority was told 履行强制报告")
class CaseFulfilDutyInput(CaseChange):
    """A report."""

    duty_id: strawberry.ID = given("Which duty 报告义务编号")
    record: str = given("When and how it was told 报告记录")

    def command(self) -> commands.FulfilDuty:
        """As the domain takes it."""
        return commands.FulfilDuty(self.expected_version, key(self.duty_id, "duty", "dutyId"), self.record)


@strawberry.input(description="Send a clue notice 线索通报")
class CaseSendClueInput(CaseChange):
    """A notice."""

    recipient_id: strawberry.ID = given("To whom 接收单位")
    clue: str = given("What is told 线索内容")

    def command(self) -> commands.SendClue:
        """As the domain takes it."""
        return commands.SendClue(
            self.expected_version, key(self.recipient_id, "organisation", "recipientId"), self.clue
        )


@strawberry.input(description="Acknowledge a clue notice 线索签收")
class CaseAcknowledgeClueInput(CaseChange):
    """An acknowledgement."""

    clue_id: strawberry.ID = given("Which notice 线索编号")

    def command(self) -> commands.AcknowledgeClue:
        """As the domain takes it."""
        return commands.AcknowledgeClue(self.expected_version, key(self.clue_id, "clue", "clueId"))
