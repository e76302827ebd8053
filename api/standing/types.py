"""Notes, representatives and grounds of recusal, as the schema shows them."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.types import LazyCase, Party
from api.enums import NoteVisibility, PartySide, RecusalRelation, RepresentativeKind
from api.fields import MaskedText, Node, described
from api.tenancy.types import Organisation, User


@strawberry.type(description="What somebody wrote on a case, seen only by those whom it is for 备注")
class Note(Node):
    """A note."""

    __view__ = "note"

    case: LazyCase | None = described("Its case 所属案件")
    visibility: NoteVisibility = described("For whom it is 可见范围")
    visibility_label: str = described("The visibility's Chinese word 可见范围名称")
    side: PartySide | None = described("For which side 对哪一方可见")
    side_label: str | None = described("The side's Chinese word 当事方名称")
    organisation: Organisation | None = described("Which organisation alone reads it 仅限单位")
    content: str = described("What was written 内容")
    recorded_by: User | None = described("Who wrote it 记录人")
    recorded_at: dt.datetime = described("When written 记录时间")


@strawberry.type(
    description="Somebody who stands for a party: guardian, agent, representative of a group 监护人、代理人、代表人"
)
class Representative(Node):
    """A representative."""

    __view__ = "representative"

    case: LazyCase | None = described("Its case 所属案件")
    party: Party | None = described("For whom 被代表的当事人")
    side: PartySide = described("On which side 当事方")
    side_label: str = described("The side's Chinese word 当事方名称")
    kind: RepresentativeKind = described("By what right 代表身份")
    kind_label: str = described("The kind's Chinese word 代表身份名称")
    name: MaskedText | None = described("Name 姓名")
    id_number: MaskedText | None = described("Identity number 身份证号码")
    phone: MaskedText | None = described("Telephone 电话")
    authority: str | None = described("By what paper, and how far 代理权限")
    valid_from: dt.datetime = described("Since 开始时间")
    valid_until: dt.datetime | None = described("Until 结束时间")
    consent_at: dt.datetime | None = described("When they consented to their own data being kept (PI1) 本人同意时间")
    ward_consent_at: dt.datetime | None = described("When a guardian consented for the ward (PI1) 代被监护人同意时间")


@strawberry.type(description="A ground on which a mediator may not mediate the case (RECUSAL) 回避事由")
class Recusal(Node):
    """A ground of recusal."""

    __view__ = "recusal"

    case: LazyCase | None = described("Its case 所属案件")
    mediator: User | None = described("Which mediator 调解员")
    party: Party | None = described("Tied to which party 相关当事人")
    relation: RecusalRelation | None = described("How 关系")
    relation_label: str | None = described("The relation's Chinese word 关系名称")
    reason: str | None = described("In words 说明")
    declared_by: User | None = described("Who declared it 申报人")
    declared_at: dt.datetime | None = described("When declared 申报时间")
    applicant_consent_at: dt.datetime | None = described("When the applicants consented all the same 申请人同意时间")
    respondent_consent_at: dt.datetime | None = described("When the respondents consented 被申请人同意时间")
    dismissed_at: dt.datetime | None = described("When found not to hold 驳回时间")
    dismissed_by: User | None = described("Who found so 驳回人")
