"""The one schema: assembled, described, and bound to views. Importing this module fails if anything is unbound."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.binding import Unbound, unbound
from api.cases.types import (
    Agreement,
    Case,
    FollowUp,
    JudicialConfirmation,
    Obligation,
    Party,
    Session,
)
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused
from api.queries import Query
from api.tenancy.types import Area, Partner, User
from domain.readable import CATALOGUE

NODES = (Area, Partner, User, Case, Party, Session, FollowUp, Agreement, Obligation, JudicialConfirmation)
PROBLEMS = (RuleRefused, Forbidden, NotFound, InvalidInput)


def describe_enums(schema: GraphQLSchema) -> None:
    """Give each enum value its words from labels.csv, so that the schema documents itself in both languages."""
    words: dict[tuple[str, str], str] = {}
    with resources.files("domain.codes").joinpath("labels.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            words[row["list"], row["code"]] = f"{row['label_en']} {row['label']}"
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLEnumType) and not type_.name.startswith("__"):
            listing = "".join(f"_{c.lower()}" if c.isupper() else c for c in type_.name).lstrip("_")
            for name, value in type_.values.items():
                if value.description is None:
                    value.description = words.get((listing, name.lower())) or name.lower().replace("_", " ")


@cache
def schema() -> strawberry.Schema:
    """The schema, made once a process. Raises Unbound when a field has no view behind it."""
    from api.cases.mutations import Mutation

    made = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[*NODES, *PROBLEMS],
        config=StrawberryConfig(auto_camel_case=True),
    )
    graphql_schema: GraphQLSchema = made._schema  # noqa: SLF001 - Strawberry's own extensions read it too
    describe_enums(graphql_schema)
    wrong = list(unbound(graphql_schema, CATALOGUE))
    if wrong:
        raise Unbound("; ".join(wrong))
    return made


def graphql_schema() -> GraphQLSchema:
    """The schema as graphql-core knows it: what validates documents and what the compiler reads."""
    return schema()._schema  # noqa: SLF001
