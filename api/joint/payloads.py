"""What the mutations of joint handling answer: done, or why not."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused


@strawberry.type(description="Done: call organisations to a case 联调呼叫成功")
class CaseCallSuccess(CaseChanged):
    """Call organisations to a case: done."""


@strawberry.type(description="Done: answer a call 联调响应成功")
class CaseRespondToCallSuccess(CaseChanged):
    """Answer a call: done."""


@strawberry.type(description="Done: conclude a call 联调办结成功")
class CaseConcludeCallSuccess(CaseChanged):
    """Conclude a call: done."""


CaseCallResult = Annotated[
    CaseCallSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseCallResult", description="Call organisations to a case: done, or why not 联调呼叫结果"),
]
CaseRespondToCallResult = Annotated[
    CaseRespondToCallSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseRespondToCallResult", description="Answer a call: done, or why not 联调响应结果"),
]
CaseConcludeCallResult = Annotated[
    CaseConcludeCallSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseConcludeCallResult", description="Conclude a call: done, or why not 联调办结结果"),
]
