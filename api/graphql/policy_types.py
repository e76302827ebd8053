"""What is told of the policy: its rows in words, and which of them decided."""

from __future__ import annotations

import strawberry

from api.graphql.derived.enums import closed_set
from api.graphql.fields import described_field
from authz.policy_file import PolicyRow
from authz.wording import action_in_words, group_in_words, resource_in_words, role_in_words, row_in_words
from domain.codes.loader import in_words
from domain.policy.codes import PolicyEffect, PolicyOrigin


@strawberry.type(description="One row of the policy: who may, or may not, do what to what 权限规则")
class PolicyRule:
    """A row as text, and in words."""

    meaning: str = described_field("What it says, as a sentence 含义")
    role: str = described_field("Whom it concerns; anyone for whoever is signed in 角色代码")
    role_name: str = described_field("The same in Chinese 角色名称")
    county: int | None = described_field("In which county alone; null in all of them 适用县区")
    resource: str = described_field("What it is about 对象代码")
    resource_name: str = described_field("The same in Chinese 对象名称")
    action: str = described_field("What is done to it 操作代码")
    action_name: str = described_field("The same in Chinese 操作名称")
    field_group: str = described_field("Which fields; * for all of them 字段组代码")
    field_group_name: str = described_field("The same in Chinese 字段组名称")
    scope: str = described_field("How the thing must relate to the membership 范围代码")
    condition: str = described_field("What else must be so 条件代码")
    effect: closed_set(PolicyEffect) = described_field("Whether it grants or shuts out 效力")  # type: ignore[valid-type]
    effect_label: str = described_field("The effect's Chinese word 效力名称")
    origin: closed_set(PolicyOrigin) = described_field("Whether it is shipped, or a county's own 来源")  # type: ignore[valid-type]
    origin_label: str = described_field("The origin's Chinese word 来源名称")
    place: str = described_field("Where it stands: file and line, or revision and row 所在位置")
    text: str = described_field("The row as it is written 规则原文")


def shown(row: PolicyRow) -> PolicyRule:
    """A row as the schema shows it."""
    effect = PolicyEffect(row.eft)
    origin = PolicyOrigin.SHIPPED if row.revision is None else PolicyOrigin.COUNTY
    return PolicyRule(
        meaning=row_in_words(row),
        role=row.role,
        role_name=role_in_words(row.role),
        county=None if row.dom == "*" else int(row.dom),
        resource=row.obj,
        resource_name=resource_in_words(row.obj),
        action=row.act,
        action_name=action_in_words(row.obj, row.act),
        field_group=row.fg,
        field_group_name=group_in_words(row.fg),
        scope=row.scope,
        condition=row.cond,
        effect=effect,
        effect_label=in_words(PolicyEffect, effect),
        origin=origin,
        origin_label=in_words(PolicyOrigin, origin),
        place=row.place,
        text=str(row),
    )


@strawberry.type(description="A row that decided, and by which role of the person 依据")
class AccessGround:
    """A policy row that holds, and the membership for which it does."""

    role: str = described_field("The role that the person holds 所任角色")
    role_name: str = described_field("The same in Chinese 角色名称")
    rule: PolicyRule = described_field("The row 规则")


@strawberry.type(description="Whether somebody may do something, and which rows of the policy decided 权限依据")
class AccessExplanation:
    """The denials where there are any, else what allows; none where nothing allows it."""

    allowed: bool = described_field("Whether the policy allows it; rules of the case are another question 是否允许")
    resource: str = described_field("What was asked about 对象代码")
    action: str = described_field("What would be done 操作代码")
    field_group: str = described_field("Which fields 字段组代码")
    grounds: list[AccessGround] = described_field("The rows that decided, in the policy's order 依据规则")
    withheld: bool = described_field(
        "More may have decided than the one who asks may know: protection, or who the parties are 是否有未披露的依据"
    )
    policy_version: str = described_field("Of which policy 规则版本")
