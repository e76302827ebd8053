"""Arguments of the mutations about people, and how each becomes the domain's command."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, given, key, optional, optional_key
from api.enums import NoteVisibility, PartySide, RecusalRelation, RepresentativeKind
from domain.cases import standing_commands as commands


@strawberry.input(description="Write a note 备注")
class CaseAddNoteInput(CaseChange):
    """A note."""

    content: str = given("What is to be remembered 内容")
    visibility: NoteVisibility = given("For whom it is; nobody else reads it by any way 可见范围")
    side: PartySide | None = optional("For which side, of a note for one side 对哪一方可见")

    def command(self) -> commands.AddNote:
        """As the domain takes it."""
        return commands.AddNote(self.expected_version, self.content, self.visibility, self.side)


@strawberry.input(description="Record who stands for a party 登记监护人、代理人、代表人")
class CaseAddRepresentativeInput(CaseChange):
    """A representative."""

    party_id: strawberry.ID = given("For whom 被代表的当事人")
    kind: RepresentativeKind = given("By what right 代表身份")
    name: str | None = optional("Name; of a group's representative the party's own unless given 姓名")
    id_number: str | None = optional("Identity number; kept only with consent (PI1) 身份证号码")
    phone: str | None = optional("Telephone 电话")
    authority: str | None = optional("By what paper, and how far 代理权限")
    user_id: strawberry.ID | None = optional("Their account: it sees the case from the party's side 账号")
    valid_from: dt.datetime | None = optional("Since; now unless given 开始时间")
    valid_until: dt.datetime | None = optional("Until 结束时间")
    consented: bool = optional("They agreed that their own number be kept (PI1) 本人是否同意", default=False)
    ward_consented: bool = optional(
        "A guardian agreed that the party's data be kept (PI1) 监护人是否代为同意", default=False
    )
    replaces_id: strawberry.ID | None = optional("Whose term ends with it 被替换的代理人")

    def command(self) -> commands.AddRepresentative:
        """As the domain takes it."""
        return commands.AddRepresentative(
            expected_version=self.expected_version,
            party_id=key(self.party_id, "party", "partyId"),
            kind=self.kind,
            name=self.name,
            id_number=self.id_number,
            phone=self.phone,
            authority=self.authority,
            user_id=optional_key(self.user_id, "user", "userId"),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            consented=self.consented,
            ward_consented=self.ward_consented,
            replaces_id=optional_key(self.replaces_id, "representative", "replacesId"),
        )


@strawberry.input(description="Declare what ties a mediator to a party (RECUSAL) 回避申报")
class CaseDeclareRecusalInput(CaseChange):
    """A ground of recusal; sent again with the sides' consent once they give it."""

    mediator_id: strawberry.ID = given("Which mediator 调解员")
    party_id: strawberry.ID = given("Tied to which party 相关当事人")
    relation: RecusalRelation = given("How 关系")
    reason: str = given("In words 说明")
    applicant_consent_at: dt.datetime | None = optional("When the applicants consented all the same 申请人同意时间")
    respondent_consent_at: dt.datetime | None = optional("When the respondents consented 被申请人同意时间")

    def command(self) -> commands.DeclareRecusal:
        """As the domain takes it."""
        return commands.DeclareRecusal(
            self.expected_version,
            key(self.mediator_id, "user", "mediatorId"),
            key(self.party_id, "party", "partyId"),
            self.relation,
            self.reason,
            self.applicant_consent_at,
            self.respondent_consent_at,
        )


@strawberry.input(description="Replace a mediator, or dismiss the grounds against them (RECUSAL) 更换调解员")
class CaseReplaceMediatorInput(CaseChange):
    """The organisation's decision on a request."""

    mediator_id: strawberry.ID = given("Which mediator 调解员")
    reason: str = given("Why 理由")
    replacement_id: strawberry.ID | None = optional(
        "Who mediates instead; without one, the grounds against the mediator are dismissed 接替的调解员"
    )

    def command(self) -> commands.ReplaceMediator:
        """As the domain takes it."""
        return commands.ReplaceMediator(
            self.expected_version,
            key(self.mediator_id, "user", "mediatorId"),
            self.reason,
            optional_key(self.replacement_id, "user", "replacementId"),
        )
