"""Refusals as members of every payload's union; faults as masked errors with a request id."""

from __future__ import annotations

from typing import Any, cast

import strawberry

from api.graphql.context import Refusal
from api.graphql.derived.made import arguments_of
from api.graphql.derived.types import type_named
from api.graphql.fields import described_field
from domain.foundation.basics import errors
from domain.foundation.basics.errors import DomainError
from domain.foundation.kernel.availability import TAKES

ActionAvailability: Any = type_named("ActionAvailability")


@strawberry.interface(description="Why a command was refused; nothing was changed 未能执行的原因")
class Problem:
    """What all refusals tell."""

    code: str = described_field("For programs 代码")
    message: str = described_field("For people, in Chinese 说明")
    rule: str | None = described_field("Id of the rule that forbids it 规则编号")
    source: str | None = described_field("The law or policy behind it 依据")
    available_actions: list[ActionAvailability] | None = described_field(
        "What may be done now instead 当前可用操作", arguments=arguments_of(TAKES)
    )
    client_mutation_id: str | None = described_field("As given 客户端标识")


@strawberry.type(description="The state of things, or the law, forbids it 规则不允许")
class RuleRefused(Problem):
    """A rule stands in the way."""


@strawberry.type(description="The caller sees it and may not do this 无权执行")
class Forbidden(Problem):
    """Access stands in the way."""


@strawberry.type(description="No such thing within the caller's reach 未找到")
class NotFound(Problem):
    """Nothing there."""


@strawberry.type(description="What is wrong with one field of an input 输入错误")
class InputFault:
    """A fault."""

    path: str = described_field("Where, with the entries of lists by number, as parties.0.name 字段路径")
    code: str = described_field("For programs 代码")
    message: str = described_field("For people, in Chinese 说明")
    message_en: str = described_field("For people, in English 英文说明")


@strawberry.type(description="The input cannot be taken as it is 输入有误")
class InvalidInput(Problem):
    """Something given is wrong."""

    field: str = described_field("Which input field 字段")
    faults: list[InputFault] = described_field("Everything that is wrong, not only the first 全部错误")


@strawberry.interface(description="Somebody else changed it in the meantime; nothing was changed 版本冲突")
class Conflict(Problem):
    """What every conflict tells; those of each subject also show it as it is now, and what changed."""

    expected_version: int = described_field("The version that the caller decided upon 预期版本")
    current_version: int = described_field("The version that it had 当前版本")


KINDS: dict[type[DomainError], type[RuleRefused | Forbidden | NotFound | InvalidInput]] = {
    errors.RuleRefused: RuleRefused,
    errors.Forbidden: Forbidden,
    errors.NotFound: NotFound,
    errors.InvalidInput: InvalidInput,
}


def _fault(fault: errors.Fault) -> InputFault:
    return InputFault(path=fault.path, code=fault.code, message=fault.message, message_en=fault.message_en)


def to_problem(
    refusal: Refusal, client_mutation_id: str | None, conflict: Any = None, **shown: Any
) -> RuleRefused | Forbidden | NotFound | InvalidInput | Conflict:
    """A refusal as a member of the payload's union.

    What is open now is read under the caller's own reach: of a row that they cannot see nothing is told.
    `conflict`: the type of a conflict upon the command's subject, and `shown` what it shows.
    """
    error = refusal.error
    kind: Any = next((problem for known, problem in KINDS.items() if isinstance(error, known)), None)
    more: dict[str, Any] = {}
    if isinstance(error, errors.InvalidInput):
        more = {"field": error.field, "faults": [_fault(one) for one in error.faults]}
    elif isinstance(error, errors.StaleVersion):
        kind, more = conflict, {"expected_version": error.expected, "current_version": error.current, **shown}
    if kind is None:
        raise error
    made: RuleRefused | Forbidden | NotFound | InvalidInput | Conflict = kind(
        code=error.code,
        message=error.message,
        rule=getattr(error, "rule", None),
        source=getattr(error, "source", None),
        available_actions=cast("Any", None if kind is NotFound else refusal.upon),
        client_mutation_id=client_mutation_id,
        **more,
    )
    return made
