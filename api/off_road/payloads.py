"""Payloads of the mutations off the main road: what each shows when done, and the union with every way to be refused."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused


@strawberry.type(description="Done: let the mediation rest 中止成功")
class CasePauseSuccess(CaseChanged):
    """Let the mediation rest: done."""


@strawberry.type(description="Done: go on 恢复成功")
class CaseResumeSuccess(CaseChanged):
    """Go on: done."""


@strawberry.type(description="Done: end by a party's will 当事人终止成功")
class CaseWithdrawSuccess(CaseChanged):
    """End by a party's will: done."""


@strawberry.type(description="Done: refer to a court 诉非对接成功")
class CaseReferToCourtSuccess(CaseChanged):
    """Refer to a court: done."""


@strawberry.type(description="Done: record performance 履行成功")
class CasePerformSuccess(CaseChanged):
    """Record performance: done."""


@strawberry.type(description="Done: report that an obligation was not kept 未履行成功")
class CaseBreachSuccess(CaseChanged):
    """Report that an obligation was not kept: done."""


@strawberry.type(description="Done: open again 重启成功")
class CaseReopenSuccess(CaseChanged):
    """Open again: done."""


@strawberry.type(description="Done: return to mediation 再次调解成功")
class CaseMediateAgainSuccess(CaseChanged):
    """Return to mediation: done."""


@strawberry.type(description="Done: put into the archive 归档成功")
class CaseArchiveSuccess(CaseChanged):
    """Put into the archive: done."""


CasePauseResult = Annotated[
    CasePauseSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CasePauseResult", description="Let the mediation rest: done, or why not 中止结果"),
]
CaseResumeResult = Annotated[
    CaseResumeSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseResumeResult", description="Go on: done, or why not 恢复结果"),
]
CaseWithdrawResult = Annotated[
    CaseWithdrawSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseWithdrawResult", description="End by a party's will: done, or why not 当事人终止结果"),
]
CaseReferToCourtResult = Annotated[
    CaseReferToCourtSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseReferToCourtResult", description="Refer to a court: done, or why not 诉非对接结果"),
]
CasePerformResult = Annotated[
    CasePerformSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CasePerformResult", description="Record performance: done, or why not 履行结果"),
]
CaseBreachResult = Annotated[
    CaseBreachSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseBreachResult", description="Report that an obligation was not kept: done, or why not 未履行结果"
    ),
]
CaseReopenResult = Annotated[
    CaseReopenSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseReopenResult", description="Open again: done, or why not 重启结果"),
]
CaseMediateAgainResult = Annotated[
    CaseMediateAgainSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseMediateAgainResult", description="Return to mediation: done, or why not 再次调解结果"),
]
CaseArchiveResult = Annotated[
    CaseArchiveSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseArchiveResult", description="Put into the archive: done, or why not 归档结果"),
]
