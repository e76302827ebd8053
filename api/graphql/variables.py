"""Variables, read quickly: how to read each is worked out once for an operation, and what is plainly right is read so.

Whatever is not (a value that does not fit, one that stands for a list of one) is left to graphql-core, which reads it or
says what is wrong. What both read, they read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    is_required_input_field,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.utilities.coerce_input_value import coerce_default_value

Read = Callable[[Any], Any]
"""A value as the domain knows it; Undefined where it is not plainly right."""

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.(\d{3}|\d{6}))?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
# Levels of input objects in one another; the schema's have two. Deeper ones, or those without end, are left alone.
DEEPEST = 5


def default_of(schema: GraphQLSchema, declared: VariableDefinitionNode) -> Any:
    """The value of a variable that was not given; Undefined where it then has none. Raises ValueError if it is wrong."""
    signature = get_variable_signature(schema, declared)
    if isinstance(signature, GraphQLError):
        raise ValueError(signature.message)  # noqa: TRY004 - said of the document, not of a Python type
    if declared.default_value is None:
        return Undefined
    try:
        return coerce_default_value(signature)
    except TypeError as error:
        raise ValueError(str(error)) from error


def reading(type_: Any, depth: int = 0) -> Read:
    """How to read a value of an input type."""
    if isinstance(type_, GraphQLNonNull):
        below = _not_null(type_.of_type, depth)
        # Null is none of an enum's names, no list and no object.
        return below if _refuses_null(type_.of_type) else lambda value: Undefined if value is None else below(value)
    read = _not_null(type_, depth)
    return lambda value: None if value is None else read(value)


def _refuses_null(type_: Any) -> bool:
    return isinstance(type_, (GraphQLEnumType, GraphQLList, GraphQLInputObjectType))


def _not_null(type_: Any, depth: int) -> Read:
    if isinstance(type_, GraphQLList):
        return _list_of(reading(type_.of_type, depth))
    if isinstance(type_, GraphQLInputObjectType):
        return _never if depth >= DEEPEST or type_.is_one_of else _object(type_, depth)
    if isinstance(type_, GraphQLEnumType):
        known = {name: type_.coerce_input_value(name) for name in type_.values}
        return lambda value: known.get(value, Undefined) if isinstance(value, str) else Undefined

    def leaf(value: Any) -> Any:
        try:
            return type_.coerce_input_value(value)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, graphql-core says so
            return Undefined

    return _moment(leaf) if type_.name == "DateTime" else leaf


def _moment(otherwise: Read) -> Read:
    """A moment as clients write them, read by Python itself; every other way of ISO 8601 is left to the type's parser."""

    def moment(value: Any) -> Any:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        return otherwise(value)

    return moment


def _never(_value: Any) -> Any:
    return Undefined


def _list_of(read: Read) -> Read:
    def items(value: Any) -> Any:
        if not isinstance(value, list):
            return Undefined
        found = []
        for item in value:
            one = read(item)
            if one is Undefined:
                return Undefined
            found.append(one)
        return found

    return items


def _object(type_: GraphQLInputObjectType, depth: int) -> Read:
    # In the type's own order, as graphql-core has them: it can decide the order of conditions in a statement.
    fields = [
        (
            name,
            field.out_name or name,
            reading(field.type, depth + 1),
            is_required_input_field(field),
            coerce_default_value(field),
        )
        for name, field in type_.fields.items()
    ]
    if not any(required or default is not Undefined for *_, required, default in fields):
        return _optional(type_, {name: (out_name, read) for name, out_name, read, *_ in fields})

    def whole(value: Any) -> Any:
        if not isinstance(value, dict):
            return Undefined
        found: dict[str, Any] = {}
        unread = len(value)
        for name, out_name, read, required, default in fields:
            if name in value:
                unread -= 1
                item = read(value[name])
                if item is Undefined:
                    return Undefined
                found[out_name] = item
            elif required:
                return Undefined
            elif default is not Undefined:
                found[out_name] = default
        return Undefined if unread else type_.out_type(found)

    return whole


def _optional(type_: GraphQLInputObjectType, fields: Mapping[str, tuple[str, Read]]) -> Read:
    """An object of a type that demands nothing and adds nothing, as filters are: only what is given is looked at."""
    order = {name: place for place, name in enumerate(fields)}

    def given(value: Any) -> Any:
        if not isinstance(value, dict) or not value.keys() <= fields.keys():
            return Undefined
        found: dict[str, Any] = {}
        for name in sorted(value, key=order.__getitem__):
            out_name, read = fields[name]
            item = read(value[name])
            if item is Undefined:
                return Undefined
            found[out_name] = item
        return type_.out_type(found)

    return given


class Reading:
    """Reads the variables of one operation."""

    def __init__(self, schema: GraphQLSchema, declared: Mapping[VariableDefinitionNode, Any]) -> None:
        """`declared`: the variables with their types. Raises ValueError for a default that is none of its type's."""
        self._variables = [
            (
                node.variable.name.value,
                reading(type_),
                default_of(schema, node),
                isinstance(type_, GraphQLNonNull),
            )
            for node, type_ in declared.items()
        ]

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """The variables' values; None where they are not plainly right."""
        found: dict[str, Any] = {}
        for name, read, default, required in self._variables:
            if name in given:
                value = read(given[name])
                if value is Undefined:
                    return None
                found[name] = value
            elif default is not Undefined:
                found[name] = default
            elif required:
                return None
        return found
