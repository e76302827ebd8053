"""What is wrong with a variable, for programs: where, which keys nobody knows, what is allowed there instead.

The schema is open to everybody, so its names are no secret; values that were sent, which may be personal, are not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    OperationDefinitionNode,
    get_nullable_type,
    type_from_ast,
)

# So that an error stays short whatever was sent.
MOST_UNKNOWN = 10
MOST_ALLOWED = 100

Path = tuple[str | int, ...]

# What graphql-core says of a variable: where, which the schema knows, and then what, which ends in the value itself.
_WHERE = re.compile(r"Variable '\$(?P<name>\w+)' has invalid value(?: at (?P<place>(?:\.\w+|\[\d+\])+))?: ")
_EXPECTED = re.compile(
    r"Expected (?:a )?value of (?:non-null )?type '[\w!\[\]]+' "
    r"(?:to include required field '\w+'|to be an object|to be provided|not to be None)"
)
_OF_THEMSELVES = ("Too many errors processing variables", "Variable values are nested too deeply")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")


def variable_errors(
    schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any], errors: list[GraphQLError]
) -> list[GraphQLError]:
    """graphql-core's errors as they are answered: BAD_USER_INPUT with `path`, and `unknown` and `allowed` where they help.

    What is allowed at one place is said once, by the first error of that place.
    """
    types = {one.variable.name.value: type_from_ast(schema, one.type) for one in operation.variable_definitions or ()}
    explained: set[Path] = set()
    found = []
    for error in errors:
        extensions: dict[str, Any] = {"code": "BAD_USER_INPUT"}
        where = _WHERE.match(error.message)
        if where is not None:
            path = _path(where)
            extensions["path"] = list(path)
            if path not in explained:
                explained.add(path)
                extensions |= _help(types.get(where["name"]), given.get(where["name"]), path[1:])
        found.append(GraphQLError(_without_value(error.message), extensions=extensions))
    return found


def _path(where: re.Match[str]) -> Path:
    steps = _STEP.finditer(where["place"] or "")
    return (where["name"], *(step[1] or int(step[2]) for step in steps))


def _help(type_: Any, value: Any, path: Path) -> dict[str, Any]:
    """The keys that the type at the place does not know and those that it does, or the values of an enum."""
    type_ = get_nullable_type(type_)
    for step in path:
        # A single value may stand for a list of one.
        while isinstance(type_, GraphQLList) and not isinstance(step, int):
            type_ = get_nullable_type(type_.of_type)
        try:
            type_ = get_nullable_type(type_.of_type if isinstance(step, int) else type_.fields[step].type)
            value = value[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            return {}
    while isinstance(type_, GraphQLList) and not isinstance(value, list):
        type_ = get_nullable_type(type_.of_type)
    if isinstance(type_, GraphQLEnumType):
        return {"allowed": list(type_.values)[:MOST_ALLOWED]}
    if isinstance(type_, GraphQLInputObjectType) and isinstance(value, dict):
        strange = [name for name in value if name not in type_.fields]
        if strange:
            unknown = [name for name in strange if _NAME.fullmatch(name)]
            return {"unknown": unknown[:MOST_UNKNOWN], "allowed": list(type_.fields)[:MOST_ALLOWED]}
    return {}


def _without_value(message: str) -> str:
    """What is wrong with a variable, and where, without what was sent, which may be personal."""
    where = _WHERE.match(message)
    if where is None:
        return message if message.startswith(_OF_THEMSELVES) else "A variable has an invalid value."
    place = f" at {where['place']}" if where["place"] else ""
    expected = _EXPECTED.match(message, where.end())
    why = f" {expected[0]}." if expected else ""
    return f"Variable '${where['name']}' has an invalid value{place}.{why}"
