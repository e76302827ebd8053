"""Commands about who stands where: notes, representatives, recusal. Texts and names stay out of logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.codes.enums import NoteVisibility, PartySide
from domain.disputes.cases.particulars import number_faults, phone_faults
from domain.disputes.people.codes import RecusalRelation, RepresentativeKind
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checks import LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Takes, VersionIfGiven
from domain.foundation.basics.errors import Fault


@dataclass(frozen=True, slots=True, repr=False)
class AddNote:
    """Write a note (备注) for these readers; `side` for a note that is for one side, and only then."""

    expected_version: VersionIfGiven = field(default=None, kw_only=True)
    content: Annotated[str, Takes("What is to be remembered 内容", label="备注内容")]
    visibility: Annotated[NoteVisibility, Takes("For whom it is; nobody else reads it by any way 可见范围")]
    side: Annotated[PartySide | None, Takes("For which side, of a note for one side 对哪一方可见")] = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """A side is named for a note that is for one side, and for no other."""
        if self.visibility is NoteVisibility.SIDE and self.side is None:
            yield Fault("side", "请指明对哪一方可见", "say which side may read it", "REQUIRED")
        if self.visibility is not NoteVisibility.SIDE and self.side is not None:
            yield Fault("side", "仅对一方可见的备注才指明当事方", "only a note for one side names a side")


@dataclass(frozen=True, slots=True, repr=False)
class AddRepresentative:
    """Record who stands for a party (监护人、委托代理人、代表人).

    `consented`: they agreed that their own identity number be kept; `ward_consented`: a guardian agreed that the
    party's data be kept (PI1). `replaces_id`: another representative of the same party, whose term ends. `name` may be
    left out for a group's representative, who is the party itself.
    """

    expected_version: VersionIfGiven = field(default=None, kw_only=True)
    party_id: Annotated[UUID, Takes("For whom 被代表的当事人", id_of="party")]
    kind: Annotated[RepresentativeKind, Takes("By what right 代表身份")]
    name: Annotated[
        str | None,
        Takes("Name; of a group's representative the party's own unless given 姓名", longest=100, protected=True),
    ] = None
    id_number: Annotated[
        str | None,
        Takes("Identity number; kept only with consent 身份证号码", rules=("PI1",), longest=30, protected=True),
    ] = None
    phone: Annotated[str | None, Takes("Telephone 电话", label="电话号码", longest=40, protected=True)] = None
    authority: Annotated[str | None, Takes("By what paper, and how far 代理权限", longest=LONGEST_NOTE)] = None
    user_id: Annotated[
        UUID | None, Takes("Their account: it sees the case from the party's side 账号", id_of="user")
    ] = None
    valid_from: Annotated[datetime | None, Takes("Since; now unless given 开始时间", past=True)] = None
    valid_until: Annotated[datetime | None, Takes("Until 结束时间", to_come=True)] = None
    consented: Annotated[bool, Takes("They agreed that their own number be kept 本人是否同意", rules=("PI1",))] = False
    ward_consented: Annotated[
        bool, Takes("A guardian agreed that the party's data be kept 监护人是否代为同意", rules=("PI1",))
    ] = False
    replaces_id: Annotated[UUID | None, Takes("Whose term ends with it 被替换的代理人", id_of="representative")] = None

    def contradictions(self, now: datetime) -> Iterator[Fault]:
        """A name, unless it is the party's own; numbers that are some; and a ward's consent is a guardian's to give."""
        if self.name is None and self.kind is not RepresentativeKind.GROUP_REPRESENTATIVE:
            yield Fault("name", "请填写姓名", "name must be given", "REQUIRED")
        if self.ward_consented and self.kind is not RepresentativeKind.GUARDIAN:
            yield Fault("wardConsented", "只有监护人可以代为同意", "only a guardian consents for a ward")
        if self.id_number is not None:
            yield from number_faults(self.id_number, china_date(now), person=True)
        if self.phone is not None:
            yield from phone_faults(self.phone)


@dataclass(frozen=True, slots=True, repr=False)
class DeclareRecusal:
    """Declare what ties a mediator to a party (回避申报); again, with the consent of each side once it is given."""

    expected_version: ExpectedVersion
    mediator_id: Annotated[UUID, Takes("Which mediator 调解员", id_of="user")]
    party_id: Annotated[UUID, Takes("Tied to which party 相关当事人", id_of="party")]
    relation: Annotated[RecusalRelation, Takes("How 关系")]
    reason: Annotated[str, Takes("In words 说明", label="回避事由说明", longest=LONGEST_NOTE)]
    applicant_consent_at: Annotated[
        datetime | None, Takes("When the applicants consented all the same 申请人同意时间", past=True)
    ] = None
    respondent_consent_at: Annotated[
        datetime | None, Takes("When the respondents consented 被申请人同意时间", past=True)
    ] = None


@dataclass(frozen=True, slots=True, repr=False)
class ReplaceMediator:
    """Decide that a mediator is replaced (更换调解员) or, without a replacement, that the grounds do not hold."""

    expected_version: ExpectedVersion
    mediator_id: Annotated[UUID, Takes("Which mediator 调解员", id_of="user")]
    reason: Annotated[str, Takes("Why 理由", longest=LONGEST_NOTE)]
    replacement_id: Annotated[
        UUID | None,
        Takes(
            "Who mediates instead; without one, the grounds against the mediator are dismissed 接替的调解员",
            id_of="user",
        ),
    ] = None
