"""Runs the reads of an operation: plans found or compiled, statements run, answers joined as bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from cachetools import LRUCache
from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    get_named_type,
    type_from_ast,
)
from graphql.execution import ExecutionResult, execute_sync

from api.binding import Static, roots_of
from api.documents import Document, Refused, refusal, shape
from api.limits import MAX_COST
from api.selection import Selector, nullable
from authz.enforcer import Policies
from authz.reach import RoleAccess, StaleActor, access_of, actor_values
from domain.kernel.actor import Actor
from domain.kernel.clock import Clock
from domain.kernel.errors import DomainError
from domain.reading.compile import Root, compile_read
from domain.reading.fill import filled, project
from domain.reading.run import Reader
from domain.reading.selection import Selected, Variables
from domain.reading.statement import Plan, ReadRefused
from domain.reading.view import Catalogue

# Operations whose plans are kept, over all documents, shapes of variables and role signatures.
KEPT_PLANS = 2_000


class StaleAccess(Exception):  # noqa: N818 - said of the actor
    """A statement was read under another access stamp than the actor's: read the actor again and repeat."""


@dataclass(frozen=True, slots=True)
class RootPlan:
    """How one root field is answered: by a statement, or beforehand, or not at all."""

    key: str
    nullable: bool
    plan: Plan | None = None
    ready: bytes | None = None
    refused: ReadRefused | None = None
    introspection: bool = False


@dataclass(slots=True)
class Answer:
    """A response under construction: root fields as JSON bytes, and errors."""

    data: list[tuple[str, bytes]]
    errors: list[dict[str, Any]]
    void: bool = False

    def body(self) -> bytes:
        """The response: `data` first or, where a field that cannot be null failed, null."""
        joined = b",".join(orjson.dumps(key) + b":" + value for key, value in self.data)
        data = b"null" if self.void else b"{" + joined + b"}"
        if not self.errors:
            return b'{"data":' + data + b"}"
        return b'{"errors":' + orjson.dumps(self.errors) + b',"data":' + data + b"}"


def values_of(actor: Actor, clock: Clock) -> Mapping[str, Any]:
    """What statements bind of the caller: what predicates name, and the wall of row-level security.

    Raises StaleAccess when a membership has ended since the actor was read.
    """
    wall = "{" + ",".join(map(str, actor.counties)) + "}"
    try:
        return {**actor_values(actor, clock()), "counties_setting": wall}
    except StaleActor as error:
        raise StaleAccess from error


class Reads:
    """The read path of one process."""

    def __init__(
        self, schema: GraphQLSchema, catalogue: Catalogue, policies: Policies, reader: Reader, *, clock: Clock
    ) -> None:
        self.schema = schema
        self.catalogue = catalogue
        self.policies = policies
        self.reader = reader
        self._clock = clock
        self._roots = roots_of(schema)
        self._plans: LRUCache[Any, list[RootPlan]] = LRUCache(KEPT_PLANS)

    async def answer(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, actor: Actor
    ) -> Answer:
        """Answer a query. Raises StaleAccess, and Refused where it would cost too much."""
        access = access_of(self.policies.current, actor)
        plans = self.plans(document, operation, variables, access)
        cost = sum(
            one.plan.cost.total(variables) for one in plans if one.plan is not None and self._fits(one, variables)
        )
        if cost > MAX_COST:
            message = f"The query may read {cost} fields; at most {MAX_COST} are allowed."
            raise refusal(message, "TOO_COSTLY")
        values = values_of(actor, self._clock)
        outcomes = await asyncio.gather(
            *(self._root(one, document, operation, variables, values, actor) for one in plans), return_exceptions=True
        )
        answer = Answer([], [])
        for one, outcome in zip(plans, outcomes, strict=True):
            if isinstance(outcome, ReadRefused):
                answer.errors.append(problem(outcome, one.key))
                answer.data.append((one.key, b"null"))
                answer.void |= not one.nullable
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                answer.data.append((one.key, outcome))
        return answer

    @staticmethod
    def _fits(one: RootPlan, variables: Variables) -> bool:
        """Whether its page sizes can be weighed; if not, binding refuses them with a message of its own."""
        try:
            assert one.plan is not None
            one.plan.cost.total(variables)
        except ReadRefused:
            return False
        return True

    def plans(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, access: RoleAccess
    ) -> list[RootPlan]:
        """The plans of an operation's root fields, compiled when first asked for."""
        key = (
            document,
            id(operation),
            shape(self.schema, operation, variables),
            access.signature,
            access.policy_version,
        )
        found = self._plans.get(key)
        if found is None:
            found = self._compile(document, operation, variables, access)
            self._plans[key] = found
        return found

    def _compile(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, access: RoleAccess
    ) -> list[RootPlan]:
        parent = self.schema.query_type
        assert parent is not None
        selector = Selector(self.schema, document.fragments, operation, variables)
        return [self._root_plan(parent, selected, nodes[0], access) for selected, nodes in selector.roots(parent)]

    def _root_plan(
        self, parent: GraphQLObjectType, selected: Selected, node: FieldNode, access: RoleAccess
    ) -> RootPlan:
        name = node.name.value
        if name == "__typename":
            return RootPlan(selected.key, nullable=False, ready=orjson.dumps(parent.name))
        if name.startswith("__"):
            return RootPlan(selected.key, nullable=True, introspection=True)
        root = self._roots[name]
        can_be_null = nullable(parent.fields[name].type)
        if isinstance(root, Static):
            made = project(root.values({}), selected.below)
            return RootPlan(selected.key, can_be_null, ready=orjson.dumps(made))
        try:
            return RootPlan(selected.key, can_be_null, plan=compile_read(self.catalogue, access, root, selected))
        except ReadRefused as refused:
            return RootPlan(selected.key, can_be_null, refused=refused)

    async def _root(
        self,
        one: RootPlan,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Variables,
        values: Mapping[str, Any],
        actor: Actor,
    ) -> bytes:
        if one.refused is not None:
            raise one.refused
        if one.ready is not None:
            return one.ready
        if one.introspection:
            return introspected(self.schema, document, operation, variables, one.key)
        assert one.plan is not None
        return await self.run(one.plan, variables, values, actor)

    async def run(self, plan: Plan, variables: Variables, values: Mapping[str, Any], actor: Actor) -> bytes:
        """Run one plan. Raises StaleAccess when who may see what has changed since the actor was read."""
        found, stamp = await self.reader.read(plan, plan.bind(values, variables))
        if stamp != actor.stamp:
            raise StaleAccess
        return filled(found, plan.fills) if plan.fills else found

    async def read_back(self, actor: Actor, root: Root, selected: Selected, variables: Variables) -> bytes:
        """What a command changed, read through the same path under the same access."""
        access = access_of(self.policies.current, actor)
        plan = compile_read(self.catalogue, access, root, selected)
        return await self.run(plan, variables, values_of(actor, self._clock), actor)


def introspected(
    schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, variables: Variables, key: str
) -> bytes:
    """The schema's own description, by the standard executor, for the one root field under `key`."""
    from graphql import DocumentNode, SelectionSetNode

    only = [
        node
        for node in _flat(document, operation.selection_set.selections)
        if (node.alias.value if node.alias else node.name.value) == key
    ]
    # The meta fields and directives take texts and flags; what else the operation declares is for its other fields.
    declared = operation.variable_definitions or ()
    texts = tuple(one for one in declared if _named(schema, one) in {"String", "Boolean"})
    given = {name: variables[name] for one in texts if (name := one.variable.name.value) in variables}
    reduced = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=None,
        variable_definitions=texts,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(only)),
    )
    whole = DocumentNode(definitions=(reduced, *document.fragments.values()))
    result = execute_sync(schema, whole, variable_values=given)
    assert isinstance(result, ExecutionResult)
    if result.errors or result.data is None:
        raise Refused(*(result.errors or ()))
    return orjson.dumps(result.data[key])


def _named(schema: GraphQLSchema, declared: VariableDefinitionNode) -> str:
    """The name of a declared type, whatever is wrapped around it."""
    type_: Any = type_from_ast(schema, declared.type)
    return str(get_named_type(type_).name)


def _flat(document: Document, selections: Sequence[Any]) -> list[FieldNode]:
    found: list[FieldNode] = []
    for node in selections:
        if isinstance(node, FieldNode):
            found.append(node)
        elif hasattr(node, "selection_set"):
            found.extend(_flat(document, node.selection_set.selections))
        else:
            found.extend(_flat(document, document.fragments[node.name.value].selection_set.selections))
    return found


def problem(error: DomainError, *path: str | int) -> dict[str, Any]:
    """A refusal as a GraphQL error."""
    return {"message": error.message, "path": list(path), "extensions": {"code": error.code}}
