"""Joint handling, as the schema shows it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import RespondentStatus
from api.fields import Node, described
from api.tenancy.types import Organisation, User

if TYPE_CHECKING:
    from api.cases.types import Case

LazyCase = Annotated["Case", strawberry.lazy("api.cases.types")]


@strawberry.type(description="An organisation that a call names, and its answer 响应单位")
class JointRespondent:
    """A respondent."""

    __view__ = "joint_respondent"

    organisation: Organisation | None = described("Which organisation 单位")
    status: RespondentStatus = described("Asked, accepted, refused 响应状态")
    status_label: str = described("The status's Chinese word 响应状态名称")
    responded_at: dt.datetime | None = described("When answered 响应时间")
    responded_by: User | None = described("Who answered 响应人")
    reason: str | None = described("Why refused, or what was said 理由")
    silent: bool = described("Its time has passed without an answer 是否逾期未响应")


@strawberry.type(description="A call for joint handling 联调呼叫")
class JointCall(Node):
    """A call."""

    __view__ = "joint_call"

    case: LazyCase | None = described("Its case 所属案件")
    organisation: Organisation | None = described("Who calls 呼叫单位")
    called_by: User | None = described("The person who called 呼叫人")
    matter: str | None = described("What is asked 呼叫事项")
    called_at: dt.datetime = described("When called 呼叫时间")
    respond_by: dt.datetime = described("Answer by (CALL1) 响应期限")
    concluded_at: dt.datetime | None = described("When concluded 办结时间")
    session_held_at: dt.datetime | None = described("When those who came sat together 联调会时间")
    conclusion: str | None = described("What they came to 联调结论")
    respondents: list[JointRespondent] = described("Whom it names 响应单位")
