"""The named documents that tests, the bench and frontends share: each fits the schema, and answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, OperationType, parse, validate

from api.graphql.schema import graphql_schema
from tests.support.api import Client, Server
from tests.support.road import WHO, Road

OPERATIONS = Path(__file__).parents[2] / "api" / "graphql" / "operations"
DOCUMENTS = sorted(path.stem for path in OPERATIONS.glob("*.graphql"))

READERS = {
    "case_by_id": "dispatcher.haiyan",
    "case_by_id_plain": "dispatcher.haiyan",
    "case_page": "mediator.haiyan",
    "case_page_plain": "mediator.haiyan",
    "court_docket": "tribunal.haiyan",
    "figures": "admin.taishan",
    "town_day": "dispatcher.haiyan",
    "viewer": "grid.haiyan",
    "what_next": "director.haiyan",
}
"""Who reads something by it. Documents with mutations are taken along a case instead."""

WAGES = "(2023)海宴人调字第00020号"
YEAR = {"from": "2023-01-01T00:00:00+08:00", "until": "2024-01-01T00:00:00+08:00"}


def text_of(name: str) -> str:
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


def operations_in(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def changes(name: str) -> bool:
    return any(each.operation is OperationType.MUTATION for each in operations_in(parse(text_of(name))))


def mutation_of(operation: OperationDefinitionNode) -> str:
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return field.name.value


async def answer(
    client: Client, text: str, operation: OperationDefinitionNode, given: dict[str, Any]
) -> dict[str, Any]:
    assert operation.name is not None, "an operation has a name, so that a client can choose it"
    declared = {each.variable.name.value for each in operation.variable_definitions or ()}
    variables = {name: value for name, value in given.items() if name in declared}
    response = await client.post(text, variables, operationName=operation.name.value)
    body = response.json()
    assert "errors" not in body, (operation.name.value, body["errors"])
    return dict(body["data"])


def holds_something(data: Any) -> bool:
    """Whether there is any row: a page without nodes shows nothing."""
    if isinstance(data, dict) and "nodes" in data:
        return bool(data["nodes"])
    return bool(data)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_the_schema(name: str) -> None:
    assert validate(graphql_schema(), parse(text_of(name))) == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if not changes(name)])
async def test_a_query_answers_for_somebody_who_sees_something(server: Server, name: str) -> None:
    assert name in READERS, f"say in READERS who sees something by {name}.graphql"
    client = await server.as_(READERS[name])
    found = await client.ask("query N($n: String!) { cases(filter: {number: $n}) { nodes { id } } }", n=WAGES)
    case = next(iter(found["cases"]["nodes"]), {"id": None})
    given = {"id": case["id"], **YEAR}
    for operation in operations_in(parse(text_of(name))):
        data = await answer(client, text_of(name), operation, given)
        assert any(holds_something(each) for each in data.values()), data
        assert None not in data.values(), data


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if changes(name)])
async def test_a_documents_mutations_take_a_case_along(road: Road, name: str) -> None:
    if name != "register":
        await road.register()
    for operation in operations_in(parse(text_of(name))):
        if operation.operation is OperationType.QUERY:
            data = await answer(await road.server.as_("director.haiyan"), text_of(name), operation, {"id": road.id})
            assert None not in data.values()
            continue
        mutation = mutation_of(operation)
        brought = (
            await road.registration()
            if mutation == "caseRegister"
            else {"caseId": road.id, "expectedVersion": road.version} | await road.given(mutation)
        )
        client = await road.server.as_(WHO[mutation])
        payload = (await answer(client, text_of(name), operation, {"input": brought}))[mutation]
        assert payload["__typename"] == f"{mutation[0].upper()}{mutation[1:]}Success", payload
        road.version += 1
