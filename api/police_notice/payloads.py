"""What the mutations of notices to the police answer: done, or why not."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused


@strawberry.type(description="Done: notify the police 通报公安机关成功")
class CaseNotifyPoliceSuccess(CaseChanged):
    """Notify the police: done."""


@strawberry.type(description="Done: answer the notice to the police 答复通报成功")
class CaseAnswerPoliceNoticeSuccess(CaseChanged):
    """Answer the notice to the police: done."""


CaseNotifyPoliceResult = Annotated[
    CaseNotifyPoliceSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseNotifyPoliceResult", description="Notify the police: done, or why not 通报公安机关结果"),
]
CaseAnswerPoliceNoticeResult = Annotated[
    CaseAnswerPoliceNoticeSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseAnswerPoliceNoticeResult", description="Answer the notice to the police: done, or why not 答复通报结果"
    ),
]
