"""A variable that does not fit its type: the error says where, what nobody knows there and what is allowed, not what was sent."""

from __future__ import annotations

from typing import Any

from graphql import OperationDefinitionNode, parse

from api.graphql.documents import Refused, coerce_variables
from api.graphql.schema import graphql_schema
from api.graphql.variable_errors import MOST_ALLOWED, MOST_UNKNOWN

SCHEMA = graphql_schema()
SECRET = "司徒试样（虚构）"


def errors_of(declared: str, **given: Any) -> list[dict[str, Any]]:
    (operation,) = parse(f"query Q({declared}) {{ a }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    try:
        coerce_variables(SCHEMA, operation, given)
    except Refused as refused:
        found = [{"message": one.message, **(one.extensions or {})} for one in refused.errors]
        assert SECRET not in str(found)
        assert {one["code"] for one in found} == {"BAD_USER_INPUT"}
        return found
    return []


def test_an_unknown_key_is_named_beside_those_that_are_known() -> None:
    given = {"caseId": "case:x", "expectedVersion": 1, "titel": SECRET, SECRET: 1}
    (first, second) = errors_of("$input: CaseAcceptInput!", input=given)
    known = ["idempotencyKey", "clientMutationId", "dryRun", "caseId", "expectedVersion", "rightsToldAt", "note"]
    assert (first["path"], first["unknown"], first["allowed"]) == (["input"], ["titel"], known)
    assert second["path"] == ["input"]
    assert "allowed" not in second


def test_a_wrong_value_of_an_enum_is_answered_with_those_there_are() -> None:
    party = {"name": "x", "side": SECRET}
    given = {"placeId": "organisation:x", "typeCode": "09", "title": "t", "facts": "f", "parties": [party]}
    (found,) = errors_of("$input: CaseRegisterInput!", input=given)
    assert found["path"] == ["input", "parties", 0, "side"]
    assert found["allowed"] == ["APPLICANT", "RESPONDENT", "THIRD_PARTY"]
    (alone,) = errors_of("$input: CaseRegisterInput!", input=given | {"parties": party})
    assert alone["allowed"] == found["allowed"]
    (listed,) = errors_of("$status: [CaseStatus!]", status=["ACCEPTED", SECRET])
    assert listed["path"] == ["status", 1]
    assert "ACCEPTED" in listed["allowed"]


def test_what_else_is_wrong_has_its_place_alone() -> None:
    (found,) = errors_of("$n: Int!", n=SECRET)
    assert found["path"] == ["n"]
    assert "allowed" not in found


def test_an_error_stays_short_whatever_was_sent() -> None:
    strange = {f"unknown{n}": SECRET for n in range(500)} | {"x" * 5_000: SECRET}
    found = errors_of("$input: CaseAcceptInput!", input=strange)
    assert all(len(one.get("unknown", [])) <= MOST_UNKNOWN for one in found)
    assert all(len(one.get("allowed", [])) <= MOST_ALLOWED for one in found)
    assert len(str([{**one, "message": ""} for one in found])) < 10_000
    assert len(found) <= 21
