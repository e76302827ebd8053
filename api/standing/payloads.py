"""What the mutations about people answer: done, or why not."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused


@strawberry.type(description="Done: write a note 备注成功")
class CaseAddNoteSuccess(CaseChanged):
    """Write a note: done."""


@strawberry.type(description="Done: record who stands for a party 登记代理人成功")
class CaseAddRepresentativeSuccess(CaseChanged):
    """Record who stands for a party: done."""


@strawberry.type(description="Done: declare a ground of recusal 回避申报成功")
class CaseDeclareRecusalSuccess(CaseChanged):
    """Declare a ground of recusal: done."""


@strawberry.type(description="Done: replace a mediator 更换调解员成功")
class CaseReplaceMediatorSuccess(CaseChanged):
    """Replace a mediator: done."""


CaseAddNoteResult = Annotated[
    CaseAddNoteSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseAddNoteResult", description="Write a note: done, or why not 备注结果"),
]
CaseAddRepresentativeResult = Annotated[
    CaseAddRepresentativeSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseAddRepresentativeResult", description="Record who stands for a party: done, or why not 登记代理人结果"
    ),
]
CaseDeclareRecusalResult = Annotated[
    CaseDeclareRecusalSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseDeclareRecusalResult", description="Declare a ground of recusal: done, or why not 回避申报结果"
    ),
]
CaseReplaceMediatorResult = Annotated[
    CaseReplaceMediatorSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseReplaceMediatorResult", description="Replace a mediator: done, or why not 更换调解员结果"),
]
