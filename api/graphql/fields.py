"""The types that no view makes, and how fields are written that have no resolver: the read path answers them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, NewType, TypeVar

import strawberry
from strawberry.types.arguments import StrawberryArgument

from api.graphql.derived.enums import action_enum

T = TypeVar("T")

# Under these a root field of the query keeps how it is answered: by a statement, from a table in the code, or by Python
# that asks under the caller's policy.
ROOT = "root"
STATIC = "static"
ASKED = "asked"


def described_field(text: str, *, arguments: Iterable[StrawberryArgument] = (), **more: Any) -> Any:
    """A field of a type whose rows are read by the compiler: there is nothing to resolve, only what it means."""
    field: Any = strawberry.field(description=text, **more)
    if arguments:
        field.arguments = list(arguments)
    return field


FilterValue = NewType("FilterValue", object)
"""A filter, ready to be given to a list: written by the statement that counted, as JSON."""
FILTER_VALUE = strawberry.scalar(
    name="FilterValue",
    description="A filter as a JSON object, such as {status: [CLOSED]}: to be given as a list's `filter` 筛选条件",
    serialize=lambda value: value,
)


@strawberry.interface(description="Anything with a global id 有全局编号的对象")
class Node:
    """An object that `node(id)` finds."""

    id: strawberry.ID = described_field("Opaque global id 全局编号")


@strawberry.type(description="Where a page stands in its list 分页信息")
class PageInfo:
    """Relay's page information."""

    has_next_page: bool = described_field("More follow 是否有下一页")
    has_previous_page: bool = described_field("More precede 是否有上一页")
    start_cursor: str | None = described_field("Cursor of the first edge 首条游标")
    end_cursor: str | None = described_field("Cursor of the last edge 末条游标")


@strawberry.type(description="One row of a page with its place 分页条目")
class Edge(Generic[T]):
    """A node and its cursor."""

    cursor: str = described_field("Opaque place in the list 游标")
    node: T = described_field("The row 条目内容")


@strawberry.type(description="A page of a list, 20 rows unless asked otherwise, at most 100 分页列表")
class Connection(Generic[T]):
    """Relay's connection."""

    edges: list[Edge[T]] = described_field("Rows with their cursors 带游标的条目")
    nodes: list[T] = described_field("Rows 条目")
    page_info: PageInfo = described_field("Where the page stands 分页信息")
    total_count: int = described_field("How many rows the whole list has under the caller's access 总数")


@strawberry.type(description="A protected text, whole, partly hidden or hidden 受保护的文本")
class MaskedText:
    """A text that only some may read; no input takes this type, so a mask can never be written back."""

    display: str | None = described_field("What may be shown, if anything 可显示的内容")
    masked: bool = described_field("Whether anything is hidden 是否脱敏")
    reason: str | None = described_field("PARTIAL or HIDDEN where masked 脱敏程度")


Action: Any = action_enum()


@strawberry.type(description="A rule of law or service that commands obey 规则")
class Rule:
    """One row of the rule table."""

    id: strawberry.ID = described_field("Rule id, such as CASE4 规则编号")
    source: str = described_field("Where the law or the place says so 依据")
    message: str = described_field("What a refusal says, in Chinese 提示（中文）")
    message_en: str = described_field("The same in English 提示（英文）")
    applies_to: list[Action] = described_field("Actions it concerns 适用操作")
