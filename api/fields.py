"""How the schema's types are written: fields without resolvers, each bound by its name to a member of a view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import strawberry

from domain.reading.compile import Root

T = TypeVar("T")

ROOT = "root"
STATIC = "static"


def described(text: str, **more: Any) -> Any:
    """A field of a type whose rows are read by the compiler: there is nothing to resolve, only what it means."""
    return strawberry.field(description=text, **more)


def taking(text: str, **more: Any) -> Callable[[Callable[..., Any]], Any]:
    """A field with arguments. The function says their names and types; the compiler, not the function, answers."""
    made: Any = strawberry.field(description=text, **more)
    return cast("Callable[..., Any]", made)


def rooted(root: Root, text: str) -> Callable[[Callable[..., Any]], Any]:
    """A root field that one statement answers."""
    made: Any = strawberry.field(description=text, metadata={ROOT: root})
    return cast("Callable[..., Any]", made)


def static(values: Callable[[dict[str, Any]], Any], text: str) -> Callable[[Callable[..., Any]], Any]:
    """A root field that is answered from a table in the code: `values(arguments)` makes the objects."""
    made: Any = strawberry.field(description=text, metadata={STATIC: values})
    return cast("Callable[..., Any]", made)


class NotResolved(AssertionError):  # noqa: N818 - what it is, not what went wrong
    """A field's function was called: only the compiler may answer it."""


@strawberry.interface(description="Anything with a global id 有全局编号的对象")
class Node:
    """An object that `node(id)` finds."""

    id: strawberry.ID = described("Opaque global id 全局编号")


@strawberry.type(description="Where a page stands in its list 分页信息")
class PageInfo:
    """Relay's page information."""

    has_next_page: bool = described("More follow 是否有下一页")
    has_previous_page: bool = described("More precede 是否有上一页")
    start_cursor: str | None = described("Cursor of the first edge 首条游标")
    end_cursor: str | None = described("Cursor of the last edge 末条游标")


@strawberry.type(description="One row of a page with its place 分页条目")
class Edge(Generic[T]):
    """A node and its cursor."""

    cursor: str = described("Opaque place in the list 游标")
    node: T = described("The row 条目内容")


@strawberry.type(description="A page of a list, 20 rows unless asked otherwise, at most 100 分页列表")
class Connection(Generic[T]):
    """Relay's connection."""

    edges: list[Edge[T]] = described("Rows with their cursors 带游标的条目")
    nodes: list[T] = described("Rows 条目")
    page_info: PageInfo = described("Where the page stands 分页信息")
    total_count: int = described("How many rows the whole list has under the caller's access 总数")


@strawberry.type(description="A protected text, whole, partly hidden or hidden 受保护的文本")
class MaskedText:
    """A text that only some may read; no input takes this type, so a mask can never be written back."""

    display: str | None = described("What may be shown, if anything 可显示的内容")
    masked: bool = described("Whether anything is hidden 是否脱敏")
    reason: str | None = described("PARTIAL or HIDDEN where masked 脱敏程度")
