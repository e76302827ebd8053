"""Runs mutations: one after the other, each its own transaction, each payload read back as it was selected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import orjson
from graphql import FieldNode, GraphQLError, OperationDefinitionNode
from graphql.execution.values import VariableValues, get_argument_values

from api.context import ActorStale, Context, Reference
from api.documents import Document, Refused
from api.reads import Answer, Reads, StaleAccess
from api.selection import Selector, nullable
from domain.kernel.actor import Actor
from domain.reading.compile import Lookup
from domain.reading.fill import project
from domain.reading.selection import Given, Selected

Reload = Callable[[], Awaitable[Actor]]
# How often an actor is read again in one request: changes of access that keep coming are no caller's fault.
RELOADS = 3
_REFERENCE = "__reference"


@dataclass(frozen=True, slots=True)
class Writes:
    """The write path of one process: the schema's resolvers do the work, the read path shows what came of it."""

    reads: Reads
    context: Callable[[Actor], Context]

    async def answer(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        actor: Actor,
        reload: Reload,
    ) -> Answer:
        """Carry out every mutation of the operation, in order. `reload` reads the actor anew when found stale."""
        parent = self.reads.schema.mutation_type
        assert parent is not None
        answer = Answer([], [])
        selector = Selector(self.reads.schema, document.fragments, operation, variables.coerced)
        caller = _Caller(actor, reload)
        for selected, nodes in selector.roots(parent):
            name = nodes[0].name.value
            if name == "__typename":
                answer.data.append((selected.key, orjson.dumps(parent.name)))
                continue
            result = await self._command(parent.fields[name], nodes[0], variables, caller)
            answer.data.append((selected.key, await self._payload(result, selected, caller)))
            assert not nullable(parent.fields[name].type)
        return answer

    async def _command(self, field: Any, node: FieldNode, variables: VariableValues, caller: _Caller) -> Any:
        try:
            given = get_argument_values(field, node, variables, hide_suggestions=True)
        except GraphQLError as error:
            error.extensions = {"code": "BAD_USER_INPUT"}
            raise Refused(error) from error
        for _ in range(RELOADS):
            info = SimpleNamespace(context=self.context(caller.actor), field_name=node.name.value, field_nodes=[node])
            try:
                result = field.resolve(None, info, **given)
                return await result if hasattr(result, "__await__") else result
            except ActorStale:
                await caller.again()
        raise StaleAccess

    async def _payload(self, result: Any, selected: Selected, caller: _Caller) -> bytes:
        """A payload as JSON: what it holds itself, and the rows it refers to as they were selected."""
        type_name = type(result).__name__
        values: dict[str, Any] = {}
        for one in selected.below[type_name]:
            value = type_name if one.name == "__typename" else getattr(result, one.name)
            if isinstance(value, Reference):
                values[one.key] = orjson.Fragment(await self._row(value, one, caller))
            elif isinstance(value, list) and value and isinstance(value[0], Reference):
                # Only those within reach are shown, and nothing tells how many others there are.
                rows = [await self._row(item, one, caller) for item in value]
                values[one.key] = [orjson.Fragment(row) for row in rows if row != b"null"]
            else:
                values[one.key] = project(value, one.below)
        return orjson.dumps(values)

    async def _row(self, reference: Reference, selected: Selected, caller: _Caller) -> bytes:
        """One row by its id; null when it has left the caller's reach.

        A member named `available_actions` is asked of the row itself and shown without it.
        """
        given = Given(reference.id, lambda variables: variables[_REFERENCE])
        inner = selected.name if reference.member else None
        below = {"Case": (Selected("found", inner, {}, selected.below),)} if inner else selected.below
        wanted = Selected(selected.key, selected.name, {"id": given}, below)
        for _ in range(RELOADS):
            try:
                found = await self.reads.read_back(
                    caller.actor, Lookup(reference.view), wanted, {_REFERENCE: reference.id}
                )
            except StaleAccess:
                await caller.again()
            else:
                if inner is None or found == b"null":
                    return found
                return orjson.dumps(orjson.loads(found)["found"])
        raise StaleAccess


class _Caller:
    """Who asks, as last read."""

    def __init__(self, actor: Actor, reload: Reload) -> None:
        self.actor = actor
        self._reload = reload

    async def again(self) -> None:
        self.actor = await self._reload()
