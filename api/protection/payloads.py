"""What the mutations of protection answer: done, or why not."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused


@strawberry.type(description="Done: protect parties' addresses at once 启动保护成功")
class CaseProtectSuccess(CaseChanged):
    """Protect parties' addresses at once: done."""


@strawberry.type(description="Done: record a protective measure 登记保护措施成功")
class CaseRecordMeasureSuccess(CaseChanged):
    """Record a protective measure: done."""


@strawberry.type(description="Done: record that an authority was told 履行强制报告成功")
class CaseFulfilDutySuccess(CaseChanged):
    """Record that an authority was told: done."""


@strawberry.type(description="Done: send a clue notice 线索通报成功")
class CaseSendClueSuccess(CaseChanged):
    """Send a clue notice: done."""


@strawberry.type(description="Done: acknowledge a clue notice 线索签收成功")
class CaseAcknowledgeClueSuccess(CaseChanged):
    """Acknowledge a clue notice: done."""


CaseProtectResult = Annotated[
    CaseProtectSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseProtectResult", description="Protect parties' addresses at once: done, or why not 启动保护结果"
    ),
]
CaseRecordMeasureResult = Annotated[
    CaseRecordMeasureSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseRecordMeasureResult", description="Record a protective measure: done, or why not 登记保护措施结果"
    ),
]
CaseFulfilDutyResult = Annotated[
    CaseFulfilDutySuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseFulfilDutyResult", description="Record that an authority was told: done, or why not 履行强制报告结果"
    ),
]
CaseSendClueResult = Annotated[
    CaseSendClueSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseSendClueResult", description="Send a clue notice: done, or why not 线索通报结果"),
]
CaseAcknowledgeClueResult = Annotated[
    CaseAcknowledgeClueSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseAcknowledgeClueResult", description="Acknowledge a clue notice: done, or why not 线索签收结果"
    ),
]
