"""Runs mutations: one after the other, each its own transaction, each payload read back as it was selected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import orjson
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, get_nullable_type, is_list_type
from graphql.execution.values import VariableValues, get_argument_values

from api.graphql.binding import view_of
from api.graphql.callers import StaleAccess
from api.graphql.context import Context, Reference
from api.graphql.documents import Document, Refused, refusal
from api.graphql.errors import Problem
from api.graphql.reads import (
    Answer,
    Back,
    Reads,
    affordable,
)
from api.graphql.selection import PYTHON, Selector, nullable, python_name
from domain.foundation.basics.actor import Actor
from domain.foundation.database.session import OutcomeUnknown
from domain.foundation.query.cursors import cursor_behind
from domain.foundation.query.fill import project
from domain.foundation.query.selection import Given, Selected
from domain.foundation.query.statement import ReadRefused
from domain.foundation.query.view import order_of

Reload = Callable[[], Awaitable[Actor]]
Blame = Callable[[Exception], list[dict[str, Any]]]
# How often an actor is read again in one request: changes of access that keep coming are no caller's fault.
RELOADS = 3
# No variable can be called so: names that begin like this are GraphQL's own.
_REFERENCE = "__reference"
_GIVEN = Given("", lambda variables: variables[_REFERENCE])
_CURSOR = "__cursor"
_AFTER = Given("", lambda variables: variables[_CURSOR])
# How many rows a payload's list may refer to.
MOST_ROWS = 20
# How many entries of a timeline a conflict shows.
MOST_ENTRIES = Given(100, lambda _variables: 100, fixed=True)


class Unanswered(Exception):  # noqa: N818 - said of the mutation
    """A mutation was carried out, or may have been, and its payload cannot be shown.

    `certain`: it was. `keyed`: it came with an idempotency key, so that sent again it is answered, and done once.
    """

    def __init__(self, *, certain: bool, keyed: bool) -> None:
        super().__init__()
        self.certain = certain
        self.keyed = keyed


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
        blame: Blame | None = None,
    ) -> Answer:
        """Carry out every mutation of the operation, in order. `reload` reads the actor anew when found stale.

        What fails before any mutation was carried out is raised. From then on the answer must tell what was done: the
        field that fails is null, with the errors that `blame` makes of it, and the next is carried out.
        """
        parent = self.reads.schema.mutation_type
        assert parent is not None
        answer = Answer([], [])
        selector = Selector(self.reads.schema, document.fragments, operation, variables.coerced)
        plan_key = (document, id(operation), document.plan_key(operation, variables.coerced))
        caller = _Caller(actor, reload, variables.coerced, plan_key)
        roots = selector.roots(parent)
        for selected, _ in roots:
            # Nothing of the operation is done where a part of it cannot be answered as asked.
            if selected.refused is not None:
                raise refusal(selected.refused.message, selected.refused.code)
        await self._weigh([selected for selected, _ in roots], caller)
        tells = False
        for selected, nodes in roots:
            name = nodes[0].name.value
            if name == "__typename":
                answer.data.append((selected.key, orjson.dumps(parent.name)))
                continue
            try:
                payload = await self._carried_out(parent.fields[name], nodes[0], selected, variables, caller)
                tells = True
            except Exception as fault:
                tells |= isinstance(fault, Unanswered)
                if blame is None or not tells:
                    raise
                answer.errors.extend({**error, "path": [selected.key]} for error in blame(fault))
                payload = b"null"
            answer.data.append((selected.key, payload))
            assert nullable(parent.fields[name].type)
        return answer

    async def _weigh(self, roots: list[Selected], caller: _Caller) -> None:
        """Refuse, before anything is changed, payloads that would cost too much or cannot be read as they were asked."""
        for _ in range(RELOADS):
            try:
                # Of a payload's possible types one will be answered: the dearest counts.
                affordable(sum(max(self._costs(selected, caller), default=0) for selected in roots))
            except ReadRefused as refused:
                raise refusal(refused.message, refused.code) from refused
            except StaleAccess:
                await caller.reload()
            else:
                return
        raise StaleAccess

    def _costs(self, payload: Selected, caller: _Caller) -> Iterator[int]:
        """What the rows of each possible type of a payload would cost."""
        for type_name, fields in payload.below.items():
            type_: Any = self.reads.schema.type_map[type_name]
            histories = getattr(type_.extensions[PYTHON].origin, "__history__", {})
            cost = 0
            for one in fields:
                if one.name in histories:
                    view, member = histories[one.name]
                    back = Back((caller.plan_key, payload.key, type_name, one.key), view, _entries(one, member))
                    cost += self.reads.cost_of(caller.actor, back, _naming(caller, "", self._behind(view, member, 0)))
                    continue
                (row, *others) = one.below or ("",)
                view = None if others or not row else view_of(cast("Any", self.reads.schema.type_map[row]))
                root = None if view is None else self.reads.catalogue[view]
                if root is not None and (root.resource is not None or root.owner is not None):
                    many = any(
                        is_list_type(get_nullable_type(f.type))
                        for n, f in type_.fields.items()
                        if python_name(n, f) == one.name
                    )
                    wanted = Selected(one.key, one.name, {"id": _GIVEN}, one.below)
                    back = Back((caller.plan_key, payload.key, type_name, one.key), root.name, wanted)
                    rows = MOST_ROWS if many else 1
                    cost += rows * self.reads.cost_of(caller.actor, back, _naming(caller, ""))
            yield cost

    async def _carried_out(
        self, field: Any, node: FieldNode, selected: Selected, variables: VariableValues, caller: _Caller
    ) -> bytes:
        """Carry out one mutation, and show it. Raises Unanswered where it was, or may have been, and cannot be shown."""
        try:
            given = get_argument_values(field, node, variables, hide_suggestions=True)
        except GraphQLError as error:
            error.extensions = {"code": "BAD_USER_INPUT"}
            raise Refused(error) from error
        keyed = given["input"].get("idempotencyKey") is not None
        try:
            result = await self._command(field, node, given, caller)
        except OutcomeUnknown as fault:
            raise Unanswered(certain=False, keyed=keyed) from fault
        try:
            return await self._payload(result, selected, caller)
        except Exception as fault:
            if isinstance(result, Problem) or result.dry_run:
                # Nothing was changed: asked again it is answered.
                raise
            raise Unanswered(certain=True, keyed=keyed) from fault

    async def _command(self, field: Any, node: FieldNode, given: dict[str, Any], caller: _Caller) -> Any:
        for _ in range(RELOADS):
            info = SimpleNamespace(context=self.context(caller.actor), field_name=node.name.value, field_nodes=[node])
            try:
                result = field.resolve(None, info, **given)
                return await result if hasattr(result, "__await__") else result
            except StaleAccess:
                await caller.reload()
        raise StaleAccess

    async def _payload(self, result: Any, selected: Selected, caller: _Caller) -> bytes:
        """A payload as JSON: what it holds itself, and the rows it refers to as they were selected."""
        type_name = type(result).__name__
        values: dict[str, Any] = {}
        for one in selected.below[type_name]:
            place = (caller.plan_key, selected.key, type_name, one.key)
            value = type_name if one.name == "__typename" else getattr(result, one.name)
            if isinstance(value, Reference):
                values[one.key] = orjson.Fragment(await self._row(value, one, caller, place))
            elif isinstance(value, list) and value and isinstance(value[0], Reference):
                # Only those within reach are shown, and nothing tells how many others there are.
                rows = [await self._row(item, one, caller, place) for item in value]
                values[one.key] = [orjson.Fragment(row) for row in rows if row != b"null"]
            else:
                values[one.key] = project(value, one.below)
        return orjson.dumps(values)

    async def _row(self, reference: Reference, selected: Selected, caller: _Caller, place: Hashable) -> bytes:
        """One row by its id; null when it has left the caller's reach.

        A member named `available_actions` is asked of the row itself and shown without it.
        """
        inner = selected.name if reference.member else None
        below = selected.below
        if inner:
            row = self.reads.catalogue[reference.view].type_name
            below = {row: (Selected("found", inner, selected.arguments, selected.below),)}
        wanted = Selected(selected.key, selected.name, {"id": _GIVEN}, below)
        cursor, history = "", reference.history
        if history is not None:
            wanted = _entries(selected, history.member)
            cursor = self._behind(reference.view, history.member, history.after)
        back = Back((place, "member") if inner else place, reference.view, wanted)
        for _ in range(RELOADS):
            try:
                variables = _naming(caller, reference.id, cursor)
                found = await self.reads.read_back(caller.actor, back, variables)
            except StaleAccess:
                await caller.reload()
            else:
                if history is not None and found != b"null":
                    entries = orjson.loads(found)["found"]
                    return b"null" if entries is None else orjson.dumps(entries["nodes"])
                if inner is None or found == b"null":
                    return found
                return orjson.dumps(orjson.loads(found)["found"])
        raise StaleAccess

    def _behind(self, view: str, member: str, version: int) -> str:
        """The cursor behind a version in a view's timeline."""
        timeline: Any = self.reads.catalogue[view].members[member]
        order, descending = order_of(self.reads.catalogue[timeline.view], timeline)
        assert not descending
        return cursor_behind(order, version)


def _entries(selected: Selected, member: str) -> Selected:
    """What was selected of entries of a timeline, of those behind a cursor, reached through the row."""
    nodes = Selected("nodes", "nodes", {}, selected.below)
    page = Selected("found", member, {"first": MOST_ENTRIES, "after": _AFTER}, {"Connection": (nodes,)})
    return Selected(selected.key, selected.name, {"id": _GIVEN}, {"": (page,)})


def _naming(caller: _Caller, reference: str, cursor: str = "") -> dict[str, Any]:
    """The request's variables, with the row and the cursor of what is read back."""
    return caller.variables | {_REFERENCE: reference, _CURSOR: cursor}


class _Caller:
    """Who asks, as last read, and the request's variables."""

    def __init__(self, actor: Actor, reload: Reload, variables: dict[str, Any], plan_key: Hashable) -> None:
        self.actor = actor
        self.variables = variables
        # What of the operation and its variables decides how payloads are read back.
        self.plan_key = plan_key
        self._reload = reload

    async def reload(self) -> None:
        self.actor = await self._reload()
