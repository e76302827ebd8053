"""What the tables say of their columns: the Python type of each, and whether it may be null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from domain.foundation.database.base import Base
from domain.foundation.query.members import (
    Computed,
    Field,
    Member,
    may_be_null,
)
from domain.foundation.query.view import View


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    type: Any
    nullable: bool


@cache
def columns_of(table: str) -> Mapping[str, Column]:
    """The columns of a table by name. The models must have been imported. Raises LookupError where there is none."""
    found = Base.metadata.tables.get(table)
    if found is None:
        message = f"there is no table {table}"
        raise LookupError(message)
    return {one.name: Column(one.type.python_type, bool(one.nullable)) for one in found.columns}


def type_of(view: View, member: Field | Computed) -> Any:
    """The Python type of a scalar or a computed member. Raises LookupError where its column does not exist."""
    if member.type is not None:
        return member.type
    assert isinstance(member, Field)
    return _column(view, member).type


def nullable(view: View, member: Member) -> bool:
    """Whether a member may be null. Raises LookupError where its column does not exist."""
    held = isinstance(member, Field) and member.column is not None
    return may_be_null(member, held and _column(view, member).nullable)


def _column(view: View, member: Member) -> Column:
    assert isinstance(member, Field)
    assert member.column is not None
    columns = columns_of(view.table)
    if member.column not in columns:
        message = f"view {view.name}: {member.name} reads the column {member.column}, which {view.table} does not have"
        raise LookupError(message)
    return columns[member.column]
