"""An id that is malformed, or of another kind, is told where it stands: never answered as a list without rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.graphql.schema import graphql_schema
from tests.support.api import Server

NOBODY = "0192f000-0000-7000-8000-00000000dead"


def id_filters() -> Iterator[tuple[str, str, str]]:
    """(root field, filter of an id, what is asked of an answer) for every list and every figure of the schema."""
    root = graphql_schema().query_type
    assert root is not None
    for name, field in root.fields.items():
        given: Any = get_named_type(field.args["filter"].type) if "filter" in field.args else None
        # Who saw a case is asked of one case, whose id is an argument: tests/api/test_audit.py.
        if not isinstance(given, GraphQLInputObjectType) or name == "whoSaw":
            continue
        shown = "total { __typename }" if name.endswith("Figures") else "totalCount"
        for filter_name, one in given.fields.items():
            if get_named_type(one.type).name == "ID":
                yield name, filter_name, shown


FILTERS = list(id_filters())


def test_every_list_with_ids_is_asked() -> None:
    assert {"cases", "caseFigures", "deadlines", "committees", "mediators", "organisations"} <= {
        name for name, _, _ in FILTERS
    }


# Who may ask: administrators read no agreements, and are refused a list that is narrowed by what is agreed.
WHO = {"confirmations": "dispatcher.haiyan"}


@pytest.mark.parametrize("wrong", ["nonsense", "case:", "organisation:1", f"note:{NOBODY}", ""])
@pytest.mark.parametrize(("name", "filter_name", "shown"), FILTERS, ids=[f"{one[0]}.{one[1]}" for one in FILTERS])
async def test_an_id_of_no_such_kind_is_refused_with_its_place(
    server: Server, name: str, filter_name: str, shown: str, wrong: str
) -> None:
    client = await server.as_(WHO.get(name, "admin.taishan"))
    written = f'{{ {name}(filter: {{ {filter_name}: "{wrong}" }}) {{ {shown} }} }}'
    bound = f"query Q($id: ID) {{ {name}(filter: {{ {filter_name}: $id }}) {{ {shown} }} }}"
    for document, variables in ((written, {}), (bound, {"id": wrong})):
        answer = (await client.post(document, variables)).json()
        (error,) = answer["errors"]
        assert error["path"] == [name]
        assert error["extensions"] == {"code": "BAD_ID", "argument": ["filter", filter_name]}
        assert answer["data"] in (None, {name: None})


@pytest.mark.parametrize(("name", "filter_name", "shown"), FILTERS, ids=[f"{one[0]}.{one[1]}" for one in FILTERS])
async def test_an_id_of_nothing_within_reach_narrows_to_nothing(
    server: Server, name: str, filter_name: str, shown: str
) -> None:
    client = await server.as_(WHO.get(name, "admin.taishan"))
    document = f"query Q($id: ID) {{ {name}(filter: {{ {filter_name}: $id }}) {{ {shown} }} }}"
    kind = {"caseId": "case", "committeeId": "committee", "registeredById": "user", "actorId": "user"}.get(
        filter_name, "organisation"
    )
    (answer,) = (await client.ask(document, id=f"{kind}:{NOBODY}")).values()
    assert answer is not None
    assert answer.get("totalCount", 0) == 0
