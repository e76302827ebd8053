"""What is read quickly of variables is what graphql-core reads; what it refuses is refused."""

import random
from typing import Any, cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
    is_input_type,
    parse,
    type_from_ast,
)

from api.graphql.documents import Refused, coerce_variables
from api.graphql.schema import graphql_schema
from api.graphql.variables import Reading, reading

SCHEMA = graphql_schema()
MOMENTS = [
    *(
        "2026-11-25T08:00:00+08:00",
        "2026-11-25T00:00:00Z",
        "2026-11-25T08:00:00.123Z",
        "2026-11-25T08:00:00.123456-11:30",
    ),
    *(
        "2026-11-25T24:00:00Z",
        "2026-11-25T08:00Z",
        "2026-11-25T08:00:00",
        "2026-02-30T08:00:00Z",
        "20261125T080000+0800",
    ),
    *("2026-11-25 08:00:00Z", "2026-11-25T08:00:00+25:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "今天"),
    *("2026-11-25T08:00:00,5Z", "2026-11-25T08:00:00-00:00", "2026-W48-3T08:00:00Z", "\uff12026-11-25T08:00:00Z"),
]
ODD = [
    None,
    True,
    0,
    7,
    -1,
    2**40,
    1.5,
    "",
    "case:0192",
    "REGISTERED",
    "2026-11-25",
    "2026-11-25T08:00:00+08:00",
    [],
    {},
    [None],
    {"x": 1},
]


def value_of(chance: random.Random, type_: Any, depth: int = 0) -> Any:
    """A value that is often right for the type, and sometimes anything."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(type_, GraphQLNonNull):
        return value_of(chance, type_.of_type, depth)
    bare: Any = get_nullable_type(type_)
    if chance.random() < 0.05:
        return None
    if isinstance(bare, GraphQLList):
        return [value_of(chance, bare.of_type, depth) for _ in range(chance.randrange(3))]
    if isinstance(bare, GraphQLEnumType):
        return chance.choice(list(bare.values))
    if isinstance(bare, GraphQLInputObjectType):
        needed = {name for name, one in bare.fields.items() if isinstance(one.type, GraphQLNonNull)}
        given = {
            name: value_of(chance, one.type, depth + 1)
            for name, one in bare.fields.items()
            if chance.random() < (0.97 if name in needed else 0.4)
        }
        return given | ({"unknown": 1} if chance.random() < 0.03 else {})
    right: dict[str, list[Any]] = {
        "ID": ["case:0192", "user:1", 12],
        "Int": [0, 20, 101],
        "Boolean": [True, False],
        "Float": [1.5, 2],
        "Date": ["2026-11-25"],
        "DateTime": MOMENTS,
        "Decimal": ["12.50"],
    }
    return chance.choice(right.get(bare.name, ["文本", "text"]))


@pytest.mark.parametrize(
    "name", sorted(name for name, one in SCHEMA.type_map.items() if is_input_type(one) and name[0] != "_")
)
def test_alike(name):
    chance = random.Random(name)
    read = 0
    for declared in (f"$v: {name}", f"$v: {name}!", f"$v: [{name}!]", f"$v: [{name}]!"):
        document = parse(f"query Q({declared}, $n: Int = 20, $m: [Int!]! = [1]) {{ __typename }}")
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        types = {one: type_from_ast(SCHEMA, one.type) for one in operation.variable_definitions or ()}
        reading = Reading(SCHEMA, types)
        for _ in range(60):
            given = {} if chance.random() < 0.05 else {"v": value_of(chance, next(iter(types.values())))}
            quick = reading(given)
            try:
                slow = coerce_variables(SCHEMA, operation, given).coerced
            except Refused:
                assert quick is None, given
            else:
                assert quick is None or quick == slow, given
                assert quick is None or list(quick) == list(slow)
                read += quick is not None
    assert read > 20


def test_moments_are_alike_in_every_way_of_writing_them() -> None:
    type_ = SCHEMA.type_map["DateTime"]
    read = reading(GraphQLNonNull(cast("Any", type_)))
    for text in [
        *MOMENTS,
        *(f"2026-11-25T08:00:0{end}" for end in ("0Z", "0+08", "0+0800", "0.1Z", "0.12Z", "0.1234567Z")),
    ]:
        try:
            expected = cast("Any", type_).coerce_input_value(text)
        except GraphQLError:
            expected = Undefined
        found = read(text)
        assert (found, getattr(found, "tzinfo", None) is None) == (
            expected,
            getattr(expected, "tzinfo", None) is None,
        ), text
