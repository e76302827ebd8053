"""Payloads of the case mutations: for each, what it shows when done, and the union with every way to be refused."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.types import Case
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused
from api.fields import described


@strawberry.interface(description="A case was changed 案件已变更")
class CaseChanged:
    """What every success shows."""

    case: Case | None = described("The case as it is now; null when it has left the caller's reach 案件")
    client_mutation_id: str | None = described("As given 客户端标识")


@strawberry.type(description="Registered 登记成功")
class CaseRegisterSuccess(CaseChanged):
    """Registration done."""

    possible_duplicates: list[Case] = described(
        "Cases within the caller's reach that may be about the same dispute 可能重复的案件"
    )


@strawberry.type(description="Done: accept 受理成功")
class CaseAcceptSuccess(CaseChanged):
    """Accept: done."""


@strawberry.type(description="Done: decline 不予受理成功")
class CaseDeclineSuccess(CaseChanged):
    """Decline: done."""


@strawberry.type(description="Done: assess the risk 风险研判成功")
class CaseAssessRiskSuccess(CaseChanged):
    """Assess the risk: done."""


@strawberry.type(description="Done: dispatch 分流成功")
class CaseDispatchSuccess(CaseChanged):
    """Dispatch: done."""


@strawberry.type(description="Done: return to the centre 退回成功")
class CaseReturnSuccess(CaseChanged):
    """Return to the centre: done."""


@strawberry.type(description="Done: take on 接办成功")
class CaseTakeOnSuccess(CaseChanged):
    """Take on: done."""


@strawberry.type(description="Done: record a mediation session 调解成功")
class CaseHoldSessionSuccess(CaseChanged):
    """Record a mediation session: done."""


@strawberry.type(description="Done: record an agreement 达成协议成功")
class CaseAgreeSuccess(CaseChanged):
    """Record an agreement: done."""


@strawberry.type(description="Done: end without agreement 调解不成成功")
class CaseFailSuccess(CaseChanged):
    """End without agreement: done."""


@strawberry.type(description="Done: apply for judicial confirmation 申请司法确认成功")
class CaseApplyConfirmationSuccess(CaseChanged):
    """Apply for judicial confirmation: done."""


@strawberry.type(description="Done: accept or refuse an application for confirmation 受理司法确认成功")
class CaseAcceptConfirmationSuccess(CaseChanged):
    """Accept or refuse an application for confirmation: done."""


@strawberry.type(description="Done: rule on an application for confirmation 司法确认裁定成功")
class CaseRuleConfirmationSuccess(CaseChanged):
    """Rule on an application for confirmation: done."""


@strawberry.type(description="Done: record that everything was done 履行完毕成功")
class CaseFulfilSuccess(CaseChanged):
    """Record that everything was done: done."""


@strawberry.type(description="Done: record a visit 回访成功")
class CaseFollowUpSuccess(CaseChanged):
    """Record a visit: done."""


@strawberry.type(description="Done: close 结案成功")
class CaseCloseSuccess(CaseChanged):
    """Close: done."""


CaseRegisterResult = Annotated[
    CaseRegisterSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseRegisterResult", description="Register a dispute: done, or why not 登记结果"),
]
CaseAcceptResult = Annotated[
    CaseAcceptSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseAcceptResult", description="Accept: done, or why not 受理结果"),
]
CaseDeclineResult = Annotated[
    CaseDeclineSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseDeclineResult", description="Decline: done, or why not 不予受理结果"),
]
CaseAssessRiskResult = Annotated[
    CaseAssessRiskSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseAssessRiskResult", description="Assess the risk: done, or why not 风险研判结果"),
]
CaseDispatchResult = Annotated[
    CaseDispatchSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseDispatchResult", description="Dispatch: done, or why not 分流结果"),
]
CaseReturnResult = Annotated[
    CaseReturnSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseReturnResult", description="Return to the centre: done, or why not 退回结果"),
]
CaseTakeOnResult = Annotated[
    CaseTakeOnSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseTakeOnResult", description="Take on: done, or why not 接办结果"),
]
CaseHoldSessionResult = Annotated[
    CaseHoldSessionSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseHoldSessionResult", description="Record a mediation session: done, or why not 调解结果"),
]
CaseAgreeResult = Annotated[
    CaseAgreeSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseAgreeResult", description="Record an agreement: done, or why not 达成协议结果"),
]
CaseFailResult = Annotated[
    CaseFailSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseFailResult", description="End without agreement: done, or why not 调解不成结果"),
]
CaseApplyConfirmationResult = Annotated[
    CaseApplyConfirmationSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseApplyConfirmationResult", description="Apply for judicial confirmation: done, or why not 申请司法确认结果"
    ),
]
CaseAcceptConfirmationResult = Annotated[
    CaseAcceptConfirmationSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseAcceptConfirmationResult",
        description="Accept or refuse an application for confirmation: done, or why not 受理司法确认结果",
    ),
]
CaseRuleConfirmationResult = Annotated[
    CaseRuleConfirmationSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseRuleConfirmationResult",
        description="Rule on an application for confirmation: done, or why not 司法确认裁定结果",
    ),
]
CaseFulfilResult = Annotated[
    CaseFulfilSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseFulfilResult", description="Record that everything was done: done, or why not 履行完毕结果"),
]
CaseFollowUpResult = Annotated[
    CaseFollowUpSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseFollowUpResult", description="Record a visit: done, or why not 回访结果"),
]
CaseCloseResult = Annotated[
    CaseCloseSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseCloseResult", description="Close: done, or why not 结案结果"),
]
