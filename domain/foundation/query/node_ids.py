"""Global ids of rows: a view's prefix and the row's key, of one column or of several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.foundation.basics.ids import GlobalId
from domain.foundation.query.members import Field

if TYPE_CHECKING:
    from domain.foundation.query.view import View

Identity = tuple[tuple[str, str], ...]
"""The columns that tell a row from all others, each with its PostgreSQL type."""

# Between the columns of a key. The last one alone may hold it.
BETWEEN = "."
MOST_INT = 2**31 - 1


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError(value)
    return value


def _int(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or int(value) > MOST_INT:
        raise ValueError(value)
    return int(value)


PARSERS: dict[str, Callable[[str], Any]] = {"uuid": UUID, "text": _text, "int": _int, "date": date.fromisoformat}


def id_member(prefix: str, identity: Identity) -> Field:
    """The member `id` of a Node's view: `prefix:key`, or `prefix:first.second` of a key of two columns."""
    (first, first_type), *others = identity

    def sql(t: str) -> str:
        written = f"'{prefix}:' || {_written(t, first, first_type)}"
        return written + "".join(f" || '{BETWEEN}' || {_written(t, name, type_)}" for name, type_ in others)

    return Field(name="id", type=GlobalId, description="Opaque global id 全局编号", sql=sql)


def _written(t: str, name: str, type_: str) -> str:
    """A column as its part of an id; a day always as 2026-01-31."""
    return f"to_char({t}.{name}, 'YYYY-MM-DD')" if type_ == "date" else f"{t}.{name}"


def key_in_id(value: str, view: View) -> tuple[Any, ...] | None:
    """The key in a global id of that view's rows; None for anything else, which is then simply not found."""
    head, separator, tail = value.partition(":")
    if head != view.prefix or not separator:
        return None
    parts = tail.split(BETWEEN, len(view.identity) - 1)
    if len(parts) != len(view.identity):
        return None
    try:
        return tuple(PARSERS[type_](one) for one, (_, type_) in zip(parts, view.identity, strict=True))
    except ValueError:
        return None


def column_of_key(view: View, index: int) -> Callable[[Any], Any]:
    """From a global id to one column of that view's key; None, which finds nothing, for any other id."""

    def convert(value: Any) -> Any:
        key = key_in_id(str(value), view)
        return None if key is None else key[index]

    return convert
