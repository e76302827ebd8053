"""Code lists and rules, as the schema shows them."""

from __future__ import annotations

import strawberry

from api.enums import CaseAction
from api.fields import described


@strawberry.type(description="A type of dispute, in two levels 纠纷类型")
class DisputeType:
    """A dispute type."""

    __view__ = "dispute_type"

    code: str = described("Two or four digits 代码")
    label: str = described("Its Chinese name 名称")
    mediable: bool = described("Whether mediation is open to it 是否可调解")
    parent: DisputeType | None = described("The group it belongs to 上级类型")


@strawberry.type(description="One value of a code list 代码")
class Code:
    """A code with its words."""

    __view__ = "code_label"

    code: str = described("Stable English value, as in the enum 代码值")
    label: str = described("Chinese word 中文名称")
    label_en: str = described("English word 英文名称")


@strawberry.type(description="A rule of law or service that commands obey 规则")
class Rule:
    """One row of the rule table."""

    id: str = described("Rule id 规则编号")
    source: str = described("Where the law or the place says so 依据")
    message: str = described("What a refusal says, in Chinese 提示（中文）")
    message_en: str = described("The same in English 提示（英文）")
    applies_to: list[CaseAction] = described("Actions it concerns 适用操作")
