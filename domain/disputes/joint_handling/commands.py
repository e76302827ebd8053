"""What a caller asks of joint handling: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.foundation.basics.checks import LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Takes
from domain.law.deadlines.schedule import JOINT_RESPONSE

MOST_RESPONDENTS = 20


@dataclass(frozen=True, slots=True)
class CallOthers:
    """Call organisations to a case (联调呼叫), to answer within so many hours."""

    expected_version: ExpectedVersion
    respondent_ids: Annotated[
        tuple[UUID, ...],
        Takes("Who is called 响应单位", id_of="organisation", fewest=1, most_entries=MOST_RESPONDENTS, distinct=True),
    ]
    matter: Annotated[str, Takes("What is asked 呼叫事项", longest=LONGEST_NOTE)]
    hours: Annotated[int, Takes("Hours to answer, 1 to 72 响应时限（小时）", unless_given=JOINT_RESPONSE.hours)]


@dataclass(frozen=True, slots=True)
class RespondToCall:
    """Answer a call (联调响应): accept, or refuse with a reason."""

    expected_version: ExpectedVersion
    call_id: Annotated[UUID, Takes("Which call 呼叫编号", id_of="call")]
    accepted: Annotated[bool, Takes("Accepted, or refused with a reason 是否接受")]
    reason: Annotated[str | None, Takes("Why 理由", longest=LONGEST_NOTE)] = None


@dataclass(frozen=True, slots=True)
class ConcludeCall:
    """Conclude a call (联调办结): when those who came sat together, and what they came to."""

    expected_version: ExpectedVersion
    call_id: Annotated[UUID, Takes("Which call 呼叫编号", id_of="call")]
    conclusion: Annotated[str, Takes("What those who came came to 联调结论", longest=LONGEST_NOTE)]
    session_held_at: Annotated[datetime | None, Takes("When they sat together 联调会时间", past=True)] = None
