"""The one schema, made of what the domain declares. It is not made while anything that can be read is declared in part."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.graphql.derived.roots import query_type
from api.graphql.derived.types import object_types
from api.graphql.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    RuleRefused,
)
from api.graphql.fields import FILTER_VALUE, FilterValue
from domain.codes.loader import words
from domain.foundation.query.declared import require_whole
from domain.registry import CATALOGUE

PROBLEMS = (RuleRefused, Forbidden, NotFound, InvalidInput)


def describe_inputs(schema: GraphQLSchema) -> None:
    """Say of each mutation's one argument what all of them are; its type says the rest."""
    assert schema.mutation_type is not None
    for field in schema.mutation_type.fields.values():
        for argument in field.args.values():
            if argument.description is None:
                argument.description = "Upon what, and what is to be done 变更内容"


@cache
def schema() -> strawberry.Schema:
    """The schema, made once a process. Raises Forgotten when something that can be read is not declared whole."""
    from api.graphql.derived.mutations import mutation_type
    from domain.registry import COMMANDS

    require_whole(CATALOGUE, words())
    rows = object_types()
    made = strawberry.Schema(
        query=query_type(),
        mutation=mutation_type(COMMANDS.values(), rows),
        types=[*rows.values(), *PROBLEMS],
        config=StrawberryConfig(auto_camel_case=True, scalar_map={FilterValue: FILTER_VALUE}),
    )
    describe_inputs(made._schema)  # noqa: SLF001 - Strawberry's own extensions read it too
    return made


def graphql_schema() -> GraphQLSchema:
    """The schema as graphql-core knows it: what validates documents and what the compiler reads."""
    return schema()._schema  # noqa: SLF001
