"""What of a request's variables is part of its plan's cache key: whatever can decide how a statement is written.

Two requests of one operation whose variables give equal keys are answered by the same plan. How to find the key of a
type's values is worked out once for the type.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    get_nullable_type,
)

from api.graphql.selection import plain

PlanKeyOf = Callable[[Any], Hashable]
"""Presence, enum values, the kind that a global id names; None of null."""

# What a list or a figure is sorted or grouped by decides the statement: the plan's key holds these values.
DECIDING_ENUMS = frozenset({"CaseDimension"})
# Of an id only what stands before the colon counts, and no name of a kind is longer.
_LONGEST_KIND = 20


class PlanKeys:
    """Says how to find the key of a type's values."""

    def __init__(self) -> None:
        self._objects: dict[str, PlanKeyOf] = {}

    def of(self, type_: GraphQLInputType) -> PlanKeyOf:
        """How to find the key of a value of the type."""
        bare: Any = get_nullable_type(type_)
        if isinstance(bare, GraphQLInputObjectType):
            return self._of_object(bare)
        if isinstance(bare, GraphQLList):
            return _of_list(get_nullable_type(bare.of_type))
        if isinstance(bare, GraphQLEnumType):
            return lambda value: None if value is None else str(plain(value))
        if isinstance(bare, GraphQLScalarType) and bare.name == "ID":
            return lambda value: None if value is None else _kind(value)
        if isinstance(bare, GraphQLScalarType) and bare.name == "Boolean":
            return lambda value: None if value is None else bool(value)
        return _presence

    def _of_object(self, type_: GraphQLInputObjectType) -> PlanKeyOf:
        known = self._objects.get(type_.name)
        if known is not None:
            return known
        fields: dict[str, PlanKeyOf] = {}

        def key_of(value: Mapping[str, Any] | None) -> Hashable:
            # Fields come in the type's own order, as they were read.
            return None if value is None else tuple([(name, fields[name](item)) for name, item in value.items()])

        # Known before its fields are looked at: types hold one another.
        self._objects[type_.name] = key_of
        fields |= {name: self.of(field.type) for name, field in type_.fields.items()}
        return key_of


def _presence(value: Any) -> Hashable:
    return None if value is None else True


def _kind(value: Any) -> str:
    return str(value).partition(":")[0][:_LONGEST_KIND]


def _of_list(item: Any) -> PlanKeyOf:
    if isinstance(item, GraphQLEnumType) and item.name in DECIDING_ENUMS:
        return lambda value: None if value is None else tuple([str(plain(one)) for one in value])
    if isinstance(item, GraphQLScalarType) and item.name == "ID":
        return lambda value: None if value is None else tuple(sorted({_kind(one) for one in value}))
    return _presence
