"""Shows what becomes of a query: the SQL for a user's reach, and the database's plan for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from graphql import OperationType

from api.graphql.callers import caller_of
from api.graphql.documents import coerce_variables, refusal
from api.http.app import assemble
from api.http.authentication import Unauthenticated
from api.settings import Settings
from domain.foundation.basics.clock import system_clock
from domain.tenancy.actors import read_actor


async def explain(
    settings: Settings,
    document: str,
    username: str,
    variables: dict[str, Any],
    operation: str | None = None,
    analyze: bool = False,
) -> AsyncIterator[str]:
    """For each root field: its name, its SQL, how many parameters it binds, and EXPLAIN's answer.

    Values are bound, as in a request, and never printed. Raises Unauthenticated for an unknown user, Refused for a
    document that does not fit the schema or is no query.
    """
    parts, _app = assemble(settings)
    try:
        user = await parts.credentials.find(username)
        now = system_clock()
        actor = None if user is None else await read_actor(parts.reader, user.county_id, user.user_id, username, now)
        if actor is None:
            raise Unauthenticated
        read = parts.endpoint.documents.of(document)
        chosen = read.operation(operation)
        if chosen.operation is not OperationType.QUERY:
            raise refusal("Only a query becomes a statement; a mutation is a command.", "NOT_A_QUERY")
        given = coerce_variables(parts.reads.schema, chosen, variables).coerced
        caller = caller_of(actor, parts.reads.policies.of(actor), now)
        values = caller.values(now)
        for one in parts.reads.plans(read, chosen, given, caller.access):
            yield f"-- {one.key}"
            if one.refused is not None:
                yield f"-- refused: {one.refused.code} {one.refused.message}"
            if one.plan is None:
                continue
            yield one.plan.sql
            yield f"-- {len(one.plan.parameters)} parameters; cost {one.plan.weight.of(given)}"
            how = "EXPLAIN (ANALYZE, BUFFERS)" if analyze else "EXPLAIN"
            async with parts.reader.connection() as connection:
                for row in await connection.fetch(f"{how} {one.plan.sql}", *one.plan.bind(values, given)):
                    yield str(row[0])
    finally:
        await parts.reader.close()
        await parts.credentials.close()
