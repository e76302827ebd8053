"""Notices to the police, as the schema shows them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.fields import Node, described
from api.tenancy.types import Organisation, User

if TYPE_CHECKING:
    from api.cases.types import Party

LazyParty = Annotated["Party", strawberry.lazy("api.cases.types")]


@strawberry.type(description="One party's written application that no penalty be imposed 不予处罚书面申请")
class PoliceNoticeApplication:
    """An application."""

    __view__ = "police_notice_application"

    party: LazyParty | None = described("Whose 申请的当事人")
    applied_at: dt.datetime | None = described("When it was made 申请时间")
    recorded_by: User | None = described("Who recorded it 登记人")


@strawberry.type(
    description="A notice to the police that an act was mediated and the agreement performed (POL2) 通报公安机关"
)
class PoliceNotice(Node):
    """A notice."""

    __view__ = "police_notice"

    sender: Organisation | None = described("From whom 通报单位")
    recipient: Organisation | None = described("To which police 公安机关")
    statement: str | None = described("What was done, and how it was settled 通报内容")
    applications: list[PoliceNoticeApplication] | None = described("The parties' written applications 书面申请")
    sent_at: dt.datetime | None = described("When 通报时间")
    sent_by: User | None = described("Who sent it 通报人")
    answered_at: dt.datetime | None = described("When the police answered 答复时间")
    answered_by: User | None = described("Who answered 答复人")
    recognised: bool | None = described(
        "Whether no penalty will be imposed; null before the answer 是否认可（不予处罚）"
    )
    reason: str | None = described("Why the police do not agree 不予认可的理由")
