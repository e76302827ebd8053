"""Variables that decide how a statement is written give different keys of plans; others give the same."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, type_from_ast

from api.graphql.plan_keys import PlanKeys
from api.graphql.schema import graphql_schema

SCHEMA, PLAN_KEYS = graphql_schema(), PlanKeys()


def key_of(declared: str, value: Any) -> Any:
    (operation,) = parse(f"query ($v: {declared}) {{ __typename }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    type_: Any = type_from_ast(SCHEMA, (operation.variable_definitions or ())[0].type)
    return PLAN_KEYS.of(type_)(value)


@pytest.mark.parametrize(
    ("declared", "one", "other"),
    [
        ("Int", 1, 2),
        ("String!", "a", "b"),
        ("ID!", "case:1", "case:2"),
        ("[ID!]!", ["case:1", "case:2"], ["case:3"]),
        ("[CaseStatus!]", ["closed"], ["agreed", "closed"]),
        ("CaseFilter", {"number": "1"}, {"number": "2"}),
    ],
)
def test_values_that_are_only_bound_share_a_plan(declared: str, one: Any, other: Any) -> None:
    assert key_of(declared, one) == key_of(declared, other)


@pytest.mark.parametrize(
    ("declared", "one", "other"),
    [
        ("Int", 1, None),
        ("Boolean", True, False),
        ("ID!", "case:1", "organisation:1"),
        ("[ID!]!", ["case:1"], ["case:1", "party:1"]),
        ("CaseOrderField", "registered_at", "due_at"),
        ("[CaseDimension!]!", ["town"], ["status"]),
        ("CaseFilter", {"number": "1"}, {"number": None}),
        ("CaseFilter", {"number": "1"}, {}),
        ("CaseFilter", {"settled": True}, {"settled": False}),
    ],
)
def test_values_that_decide_a_statement_have_plans_of_their_own(declared: str, one: Any, other: Any) -> None:
    assert key_of(declared, one) != key_of(declared, other)
