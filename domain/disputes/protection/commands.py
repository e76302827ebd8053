"""What a caller asks of protection: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from domain.disputes.protection.codes import MeasureKind
from domain.foundation.basics.checks import LONGEST_NOTE, LONGEST_NUMBER
from domain.foundation.basics.commands import ExpectedVersion, Takes, VersionIfGiven


@dataclass(frozen=True, slots=True)
class Protect:
    """Protect parties' addresses at once (启动保护), naming who forms the team besides the caller."""

    expected_version: ExpectedVersion
    party_ids: Annotated[
        tuple[UUID, ...], Takes("Whose addresses 被保护当事人", label="当事人", id_of="party", fewest=1, distinct=True)
    ]
    protector_ids: Annotated[
        tuple[UUID, ...], Takes("Who may read them, besides the caller 保护小组成员", id_of="user", unless_given=())
    ]
    reason: Annotated[str, Takes("Why 保护事由", longest=LONGEST_NOTE)]
    violence_suspected: Annotated[bool, Takes("Violence is suspected 是否疑似暴力")] = False
    address_closed: Annotated[
        bool | None,
        Takes(
            "Closed to the parties' own accounts too, which others may have hold of; as it is unless given"
            " 住址是否对本人账号关闭"
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class RecordMeasure:
    """Record a measure (保护措施). `valid_until`: of an order that was issued, at most six months (DV3)."""

    expected_version: VersionIfGiven = field(default=None, kw_only=True)
    kind: Annotated[MeasureKind, Takes("Which 类型")]
    organisation_id: Annotated[
        UUID, Takes("Who took it: police a warning, a court an order 作出单位", id_of="organisation")
    ]
    taken_at: Annotated[datetime, Takes("When 时间", past=True)]
    number: Annotated[str | None, Takes("Number of the paper 文号", longest=LONGEST_NUMBER)] = None
    urgent: Annotated[bool, Takes("Urgent: 24 hours instead of 72 是否紧急", rules=("DV3",))] = False
    valid_until: Annotated[
        date | None, Takes("Last day of an order issued, at most six months on 有效期至", rules=("DV3",))
    ] = None


@dataclass(frozen=True, slots=True)
class FulfilDuty:
    """Record that an authority was told (强制报告)."""

    expected_version: ExpectedVersion
    duty_id: Annotated[UUID, Takes("Which duty 报告义务编号", id_of="duty")]
    record: Annotated[str, Takes("When and how it was told 报告记录", longest=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class SendClue:
    """Send a clue notice (线索通报)."""

    expected_version: VersionIfGiven = field(default=None, kw_only=True)
    recipient_id: Annotated[UUID, Takes("To whom 接收单位", id_of="organisation")]
    clue: Annotated[str, Takes("What is told 线索内容", longest=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class AcknowledgeClue:
    """Acknowledge a clue notice (线索签收) for the organisation it was sent to."""

    expected_version: ExpectedVersion
    clue_id: Annotated[UUID, Takes("Which notice 线索编号", id_of="clue")]
