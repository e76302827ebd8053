"""Refusals as members of every payload's union; faults as masked errors with a request id."""

from __future__ import annotations

from typing import Any, cast

import strawberry

from api.cases.types import ActionAvailability
from api.context import Refusal, case_reference
from api.fields import described
from domain.kernel import errors
from domain.kernel.errors import DomainError


@strawberry.interface(description="Why a command was refused; nothing was changed 未能执行的原因")
class Problem:
    """What all refusals tell."""

    code: str = described("For programs 代码")
    message: str = described("For people, in Chinese 说明")
    rule: str | None = described("Id of the rule that forbids it 规则编号")
    source: str | None = described("The law or policy behind it 依据")
    available_actions: list[ActionAvailability] | None = described("What is open now instead 当前可用操作")
    client_mutation_id: str | None = described("As given 客户端标识")


@strawberry.type(description="The state of things, or the law, forbids it 规则不允许")
class RuleRefused(Problem):
    """A rule stands in the way."""


@strawberry.type(description="The caller sees it and may not do this 无权执行")
class Forbidden(Problem):
    """Access stands in the way."""


@strawberry.type(description="No such thing within the caller's reach 未找到")
class NotFound(Problem):
    """Nothing there."""


@strawberry.type(description="The input cannot be taken as it is 输入有误")
class InvalidInput(Problem):
    """Something given is wrong."""

    field: str = described("Which input field 字段")


KINDS: dict[type[DomainError], type[RuleRefused | Forbidden | NotFound | InvalidInput]] = {
    errors.RuleRefused: RuleRefused,
    errors.Forbidden: Forbidden,
    errors.NotFound: NotFound,
    errors.InvalidInput: InvalidInput,
}


def refused(refusal: Refusal, client_mutation_id: str | None) -> RuleRefused | Forbidden | NotFound | InvalidInput:
    """A refusal as a member of the payload's union.

    What is open now is read under the caller's own reach: of a case that they cannot see nothing is told.
    """
    error = refusal.error
    kind = next((problem for known, problem in KINDS.items() if isinstance(error, known)), None)
    if kind is None:
        raise error
    more: dict[str, Any] = {"field": error.field} if isinstance(error, errors.InvalidInput) else {}
    seen = refusal.case_id is not None and kind is not NotFound
    return kind(
        code=error.code,
        message=error.message,
        rule=getattr(error, "rule", None),
        source=getattr(error, "source", None),
        available_actions=cast("Any", case_reference(refusal.case_id, member=True))
        if seen and refusal.case_id
        else None,
        client_mutation_id=client_mutation_id,
        **more,
    )
