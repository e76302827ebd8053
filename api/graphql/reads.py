"""Runs the reads of an operation: plans found or compiled, statements run, answers joined as bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

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
from strawberry.utils.str_converters import to_camel_case

from api.graphql.binding import Static, roots_of
from api.graphql.callers import Callers, StaleAccess
from api.graphql.documents import Document, Refused, refusal
from api.graphql.inquiries import Asked, Inquiries
from api.graphql.limits import MAX_COST
from api.graphql.selection import Selector, nullable
from authz.enforcer import Policies
from authz.reach import RoleAccess
from authz.shape import canonical
from domain.audit.entries import reading
from domain.audit.writer import AuditUnavailable, AuditWriter
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import DomainError
from domain.foundation.query.compile import compile_read
from domain.foundation.query.fill import fill_in, project
from domain.foundation.query.roots import Lookup
from domain.foundation.query.run import Reader
from domain.foundation.query.selection import Given, Selected, Variables
from domain.foundation.query.statement import Plan, ReadRefused, Weight
from domain.foundation.query.view import Catalogue

UNRECORDED = "审计日志暂时无法写入，为保护当事人信息，未返回结果；请稍后重试"
# Operations whose plans are kept, over all documents, keys of variables and role signatures.
MAX_PLANS = 2_000


@dataclass(frozen=True, slots=True)
class RootPlan:
    """How one root field is answered: by a statement, or beforehand, or not at all."""

    key: str
    nullable: bool
    plan: Plan | None = None
    ready: bytes | None = None
    refused: DomainError | None = None
    introspection: bool = False
    asked: tuple[Asked, Selected] | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """An operation's root fields, with what they cost: a number of points, and what hangs on variables.

    `only`: the plan of the one root field that nearly every request has, which needs no task of its own.
    """

    roots: Sequence[RootPlan]
    fixed_cost: int
    varying: Sequence[Weight]
    only: Plan | None

    @classmethod
    def of(cls, roots: Sequence[RootPlan]) -> Compiled:
        """Weigh what can be weighed beforehand."""
        weights = [one.plan.weight for one in roots if one.plan is not None]
        fixed = [weight.fixed for weight in weights]
        return cls(
            roots,
            sum(points for points in fixed if points is not None)
            + sum(one.asked[0].cost for one in roots if one.asked),
            [weight for weight, points in zip(weights, fixed, strict=True) if points is None],
            roots[0].plan if len(roots) == 1 else None,
        )

    def cost(self, variables: Variables) -> int:
        """What the operation may read with these variables, in fields."""
        if not self.varying:
            return self.fixed_cost
        return self.fixed_cost + sum(points_of(weight, variables) for weight in self.varying)


@dataclass(frozen=True, slots=True)
class Back:
    """A row to be read back: of which view, with what selected of it, and at which place of which operation.

    The place is the plan's key: the operation with the key of its variables, and where in it this was selected.
    """

    place: Hashable
    view: str
    selected: Selected


@dataclass(slots=True)
class Answer:
    """A response under construction: root fields as JSON bytes, and errors."""

    data: list[tuple[str, bytes]]
    errors: list[dict[str, Any]]
    void: bool = False

    def body(self) -> bytes:
        """The response: `data` first or, where a field that cannot be null failed, null."""
        # Joined once, for an answer can be long. Keys are names, which JSON quotes as they are.
        pieces = [b'{"data":'] if not self.errors else [b'{"errors":', orjson.dumps(self.errors), b',"data":']
        if self.void:
            pieces.append(b"null")
        else:
            before = b'{"'
            for key, value in self.data:
                pieces += (before, key.encode(), b'":', value)
                before = b',"'
            pieces.append(b"}" if self.data else b"{}")
        pieces.append(b"}")
        return b"".join(pieces)


class Reads:
    """The read path of one process."""

    def __init__(
        self,
        schema: GraphQLSchema,
        catalogue: Catalogue,
        policies: Policies,
        reader: Reader,
        audit: AuditWriter,
        *,
        clock: Clock,
        inquiries: Inquiries,
    ) -> None:
        self.schema = schema
        self.catalogue = catalogue
        self.policies = policies
        self.reader = reader
        self.audit = audit
        self._clock = clock
        self._callers = Callers(policies)
        self._inquiries = inquiries
        self._roots = roots_of(schema)
        self._plans: LRUCache[Any, Compiled] = LRUCache(MAX_PLANS)
        self._backs: LRUCache[Any, Plan] = LRUCache(MAX_PLANS)
        self._grounds: LRUCache[Any, list[tuple[int, str]]] = LRUCache(MAX_PLANS)

    async def answer(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, actor: Actor
    ) -> Answer:
        """Answer a query. Raises StaleAccess, and Refused where it would cost too much."""
        now = self._clock()
        caller = self._callers.of(actor, now)
        compiled = self.compile_once(document, operation, variables, caller.access)
        affordable(compiled.cost(variables))
        values = caller.values(now)
        outcomes: list[bytes | ReadRefused]
        if compiled.only is not None:
            try:
                outcomes = [await self.run(compiled.only, variables, values, actor)]
            except ReadRefused as refused:
                outcomes = [refused]
        else:
            outcomes = await all_of(
                [self._root(one, document, operation, variables, values, actor) for one in compiled.roots]
            )
        answer = Answer([], [])
        for one, outcome in zip(compiled.roots, outcomes, strict=True):
            if isinstance(outcome, DomainError):
                answer.errors.append(problem(outcome, one.key))
                answer.data.append((one.key, b"null"))
                answer.void |= not one.nullable
            else:
                answer.data.append((one.key, outcome))
        return answer

    def plans(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, access: RoleAccess
    ) -> Sequence[RootPlan]:
        """The plans of an operation's root fields."""
        return self.compile_once(document, operation, variables, access).roots

    def compile_once(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, access: RoleAccess
    ) -> Compiled:
        """An operation's root fields, compiled when first asked for."""
        # Access is one object for one role signature under one policy version; compared by identity, as documents are.
        key = (document, id(operation), document.plan_key(operation, variables), access)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = Compiled.of(self._compile(document, operation, variables, access))
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
        if selected.refused is not None:
            return RootPlan(selected.key, can_be_null, refused=selected.refused)
        if isinstance(root, Static):
            # What a variable gives stands in the plan's key, as every enum's value does.
            arguments = {name: one.value for name, one in selected.arguments.items() if isinstance(one, Given)}
            made = project(root.values(arguments), selected.below)
            return RootPlan(selected.key, can_be_null, ready=orjson.dumps(made))
        if isinstance(root, Asked):
            return RootPlan(selected.key, can_be_null, asked=(root, selected))
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
            return answer_introspection(self.schema, document, operation, variables, one.key)
        if one.asked is not None:
            return await self._inquiries.answer(*one.asked, variables, actor)
        assert one.plan is not None
        return await self.run(one.plan, variables, values, actor)

    async def run(self, plan: Plan, variables: Variables, values: Mapping[str, Any], actor: Actor) -> bytes:
        """Run one plan. Raises StaleAccess when who may see what has changed since the actor was read.

        What it shows of people is on record before it is given; ReadRefused (AUDIT_UNAVAILABLE) where that cannot be.
        """
        found, stamp, shown = await self.reader.read(plan, plan.bind(values, variables))
        if stamp != actor.stamp:
            raise StaleAccess
        if shown is not None:
            await self._record(plan, shown, actor, values["now"])
        return fill_in(found, plan.fills) if plan.fills else found

    async def _record(self, plan: Plan, shown: str, actor: Actor, now: datetime) -> None:
        access = self._callers.of(actor, now).access
        key = (plan.recorded, access)
        grounds = self._grounds.get(key)
        if grounds is None:
            grounds = self._grounds[key] = [
                one for resource, group in sorted(plan.recorded) for one in access.grounds(resource, group)
            ]
        held = canonical(actor.memberships)
        said = "; ".join([f"{text} by {held[number].id}" for number, text in grounds])
        member = held[grounds[0][0]] if grounds else None
        try:
            await self.audit.write(reading(actor, member, said, access.policy_version, shown, now))
        except AuditUnavailable as error:
            raise ReadRefused(UNRECORDED, code="AUDIT_UNAVAILABLE") from error

    def cost_of(self, actor: Actor, back: Back, variables: Variables) -> int:
        """What reading that back would cost, before it is. Raises ReadRefused for what cannot be read as asked."""
        now = self._clock()
        caller = self._callers.of(actor, now)
        plan = self._plan_of(back, caller.access)
        plan.bind(caller.values(now), variables)
        return plan.weight.of(variables)

    async def read_back(self, actor: Actor, back: Back, variables: Variables) -> bytes:
        """What a command changed, read through the same path under the same access."""
        now = self._clock()
        caller = self._callers.of(actor, now)
        return await self.run(self._plan_of(back, caller.access), variables, caller.values(now), actor)

    def _plan_of(self, back: Back, access: RoleAccess) -> Plan:
        key = (back.place, back.view, access)
        found = self._backs.get(key)
        if found is None:
            found = self._backs[key] = compile_read(self.catalogue, access, Lookup(back.view), back.selected)
        return found


def affordable(cost: int) -> None:
    """Raise Refused where a request would read more than one may."""
    if cost > MAX_COST:
        raise refusal(f"The request may read {cost} fields; at most {MAX_COST} are allowed.", "TOO_COSTLY")


async def outcome_of(run: Coroutine[Any, Any, bytes]) -> bytes | ReadRefused:
    """What a root field came to: its answer, or why there is none. Anything else is raised."""
    try:
        return await run
    except ReadRefused as refused:
        return refused


async def all_of(runs: Sequence[Coroutine[Any, Any, bytes]]) -> list[bytes | ReadRefused]:
    """What several root fields came to, when all have ended; then the first fault is raised."""
    outcomes = await asyncio.gather(*map(outcome_of, runs), return_exceptions=True)
    for one in outcomes:
        if isinstance(one, BaseException) and not isinstance(one, ReadRefused):
            raise one
    return cast("list[bytes | ReadRefused]", outcomes)


def points_of(weight: Weight, variables: Variables) -> int:
    """What a plan may read. Page sizes that cannot be weighed weigh nothing: binding refuses them, and says why."""
    try:
        return weight.of(variables)
    except ReadRefused:
        return 0


def answer_introspection(
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
    texts = tuple(one for one in declared if _type_name(schema, one) in {"String", "Boolean"})
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


def _type_name(schema: GraphQLSchema, declared: VariableDefinitionNode) -> str:
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
    """A refusal as a GraphQL error; where one argument is to blame, with the way to it."""
    extensions: dict[str, Any] = {"code": error.code}
    if isinstance(error, ReadRefused) and error.argument:
        extensions["argument"] = [to_camel_case(name) for name in error.argument]
    return {"message": error.message, "path": list(path), "extensions": extensions}
