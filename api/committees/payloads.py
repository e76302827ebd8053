"""Payloads of the mutations of the register: done, or every way to be refused."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.committees.types import MediationCommittee, Mediator
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused
from api.fields import described


@strawberry.interface(description="A committee was changed 调委会已变更")
class CommitteeChanged:
    """What every change of a committee shows."""

    committee: MediationCommittee | None = described("As it is now 调委会")
    client_mutation_id: str | None = described("As given 客户端标识")


@strawberry.interface(description="A mediator's appointment was changed 调解员任职已变更")
class MediatorChanged:
    """What every change of an appointment shows."""

    mediator: Mediator | None = described("As it is now 调解员")
    client_mutation_id: str | None = described("As given 客户端标识")


@strawberry.type(description="Done: put a committee on the register 登记调委会成功")
class CommitteeRegisterSuccess(CommitteeChanged):
    """Register: done."""


@strawberry.type(description="Done: record an election 推选登记成功")
class CommitteeElectSuccess(CommitteeChanged):
    """Elect: done."""


@strawberry.type(description="Done: set how many members committees have 规定委员人数成功")
class CommitteeSetSizeSuccess:
    """Set the size: done."""

    fewest: int = described("At least so many from the next election on 最少人数")
    most: int = described("At most so many from the next election on 最多人数")
    client_mutation_id: str | None = described("As given 客户端标识")


@strawberry.type(description="Done: appoint a mediator 聘任成功")
class MediatorAppointSuccess(MediatorChanged):
    """Appoint: done."""


@strawberry.type(description="Done: dismiss a mediator 罢免解聘成功")
class MediatorDismissSuccess(MediatorChanged):
    """Dismiss: done."""


CommitteeRegisterResult = Annotated[
    CommitteeRegisterSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CommitteeRegisterResult", description="Register: done, or why not 登记调委会结果"),
]
CommitteeElectResult = Annotated[
    CommitteeElectSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CommitteeElectResult", description="Elect: done, or why not 推选登记结果"),
]
CommitteeSetSizeResult = Annotated[
    CommitteeSetSizeSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CommitteeSetSizeResult", description="Set the size: done, or why not 规定委员人数结果"),
]
MediatorAppointResult = Annotated[
    MediatorAppointSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("MediatorAppointResult", description="Appoint: done, or why not 聘任结果"),
]
MediatorDismissResult = Annotated[
    MediatorDismissSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("MediatorDismissResult", description="Dismiss: done, or why not 罢免解聘结果"),
]
