"""Payloads of the mutations of signing, confirmation and court linkage."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused


@strawberry.type(description="Done: sign a written agreement 签署协议成功")
class CaseSignSuccess(CaseChanged):
    """Sign a written agreement: done."""


@strawberry.type(description="Done: supply material that was missing 补充材料成功")
class CaseSupplyMaterialSuccess(CaseChanged):
    """Supply material that was missing: done."""


@strawberry.type(description="Done: take ten days more to rule 延长审查期限成功")
class CaseExtendConfirmationSuccess(CaseChanged):
    """Take ten days more to rule: done."""


@strawberry.type(description="Done: end the application before the ruling 撤回司法确认申请成功")
class CaseWithdrawConfirmationSuccess(CaseChanged):
    """End the application before the ruling: done."""


@strawberry.type(description="Done: apply for enforcement 申请执行成功")
class CaseApplyEnforcementSuccess(CaseChanged):
    """Apply for enforcement: done."""


@strawberry.type(description="Done: entrust a dispute 委派调解成功")
class CourtEntrustSuccess(CaseChanged):
    """Entrust a dispute: done."""


@strawberry.type(description="Done: accept an entrustment 接受委派成功")
class CaseAcceptEntrustmentSuccess(CaseChanged):
    """Accept an entrustment: done."""


@strawberry.type(description="Done: give an entrustment back 退回委派成功")
class CaseReturnEntrustmentSuccess(CaseChanged):
    """Give an entrustment back: done."""


CaseApplyEnforcementResult = Annotated[
    CaseApplyEnforcementSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseApplyEnforcementResult", description="Apply for enforcement: done, or why not 申请执行结果"),
]
CaseSignResult = Annotated[
    CaseSignSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseSignResult", description="Sign a written agreement: done, or why not 签署协议结果"),
]
CaseSupplyMaterialResult = Annotated[
    CaseSupplyMaterialSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseSupplyMaterialResult", description="Supply material that was missing: done, or why not 补充材料结果"
    ),
]
CaseExtendConfirmationResult = Annotated[
    CaseExtendConfirmationSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseExtendConfirmationResult", description="Take ten days more to rule: done, or why not 延长审查期限结果"
    ),
]
CaseWithdrawConfirmationResult = Annotated[
    CaseWithdrawConfirmationSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseWithdrawConfirmationResult",
        description="End the application before the ruling: done, or why not 撤回司法确认申请结果",
    ),
]
CourtEntrustResult = Annotated[
    CourtEntrustSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CourtEntrustResult", description="Entrust a dispute: done, or why not 委派调解结果"),
]
CaseAcceptEntrustmentResult = Annotated[
    CaseAcceptEntrustmentSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseAcceptEntrustmentResult", description="Accept an entrustment: done, or why not 接受委派结果"),
]
CaseReturnEntrustmentResult = Annotated[
    CaseReturnEntrustmentSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseReturnEntrustmentResult", description="Give an entrustment back: done, or why not 退回委派结果"
    ),
]
