"""The slow executor: graphql-core's own `execute` over plain resolvers. One row, one field, one question at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    print_schema,
)
from graphql.execution.values import get_argument_values, get_directive_values, get_variable_values
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective
from graphql.utilities import type_from_ast

from api.graphql.schema import graphql_schema
from tests.reference.figures import PLACES
from tests.reference.lists import LISTED
from tests.reference.part_fields import FIELDS
from tests.reference.roots import PAGES, ROOTS, TYPES, nested_refusals, refusals
from tests.reference.things import APART, OPENED_BY, OWN, Asking, Thing, Within


def groups_of(type_: str, resolver: Any) -> list[str]:
    """The field groups of its case that a field is of: where no case opens one to a caller, nothing below is read."""
    found = []
    while isinstance(resolver, Within) and type_ not in APART:
        found.append(resolver.group)
        resolver = resolver.resolver
    return found


class Refused(GraphQLError):  # noqa: N818 - said of the field
    """A root field that is not answered."""


@dataclass(frozen=True)
class Answer:
    """What a request should be answered with: its data, and the root fields refused with the codes that fit.

    `broken` names fields that the schema calls never null, and for which there is nothing that the caller may see.
    """

    data: dict[str, Any] | None
    refused: dict[str, set[str]]
    broken: frozenset[str]


@cache
def reference_schema() -> GraphQLSchema:
    """The schema as it is printed, and nothing of how the product answers it."""
    return build_schema(print_schema(graphql_schema()))


def _resolve(source: Any, info: Any, **args: Any) -> Any:
    asking: Asking = info.context
    if info.parent_type.name == "Query":
        if info.path.key in asking.refused:
            raise Refused("refused")
        return ROOTS[info.field_name](asking, args)
    if isinstance(source, Thing):
        return FIELDS[source.type][info.field_name](source, asking, args)
    found = source[info.field_name]
    return found() if callable(found) else found


def _type(value: Any, _info: Any, _abstract: Any) -> str:
    assert isinstance(value, Thing)
    return value.type


def execute(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], asking: Asking) -> Answer:
    """Answer one operation. Raises GraphQLError where its variables do not fit, AssertionError for a fault of ours."""
    refused = Refusals(schema, document, variables, asking).found()
    result = execute_sync(
        schema, document, context_value=replace(asking, refused=refused), variable_values=dict(variables),
        field_resolver=_resolve, type_resolver=_type,
    )  # fmt: skip
    assert isinstance(result, ExecutionResult)
    broken = set()
    for error in result.errors or ():
        head, found, field = error.message.partition("Cannot return null for non-nullable field ")
        if found and not head:
            broken.add(field.rstrip("."))
        elif error.path is None or error.path[0] not in refused:
            raise AssertionError from error
    return Answer(result.data, refused, frozenset(broken))


class Refusals:
    """Walks an operation before it is executed and finds root fields that are refused: one fault anywhere below a
    root field, under whatever rows, refuses all of it."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], asking: Asking
    ) -> None:
        self._schema = schema
        self._asking = asking
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        (self._operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
        values = get_variable_values(schema, self._operation.variable_definitions or (), dict(variables))
        if isinstance(values, list):
            raise values[0]
        self._values = values
        self._led = False

    def found(self) -> dict[str, set[str]]:
        """Root fields by response key, with the codes of all their faults."""
        query = self._schema.query_type
        assert query is not None
        merged = self._merged(query, [self._operation.selection_set])
        faults = {key: self._root(query, nodes) for key, nodes in merged.items()}
        return {key: codes for key, codes in faults.items() if codes}

    def _root(self, query: GraphQLObjectType, nodes: list[FieldNode]) -> set[str]:
        name = nodes[0].name.value
        if name.startswith("__"):
            return set()
        args = self._arguments(query, nodes[0])
        if args is None:
            return {"BAD_USER_INPUT"}
        wanted = self._rows_wanted(query, nodes)
        # Keys of figures lead to organisations, where figures are by any.
        self._led = bool(PLACES & set(args.get("groupBy") or ()))
        types = None
        if name in ("node", "nodes"):
            ids = [args["id"]] if name == "node" else args["ids"]
            types = set().union(*(TYPES.get(word.partition(":")[0], set()) for word in ids)) if ids else set()
        # Of a list that needs a field group every row has it open.
        opened = LISTED[name].needed if name in LISTED else "core"
        return refusals(self._asking, name, args, rows_wanted=wanted) | self._below(query, nodes, types, opened)

    def _below(
        self,
        parent: GraphQLObjectType,
        nodes: list[FieldNode],
        types: set[str] | None = None,
        opened: str = "core",
    ) -> set[str]:
        """Faults of pages below a field; `types` narrows the types its rows can have.

        `opened`: a field group that is open on every row there, and on whatever else belongs to its case.
        """
        named = get_named_type(parent.fields[nodes[0].name.value].type)
        if not is_composite_type(named):
            return set()
        if self._closed(parent.name, nodes[0].name.value, opened):
            return set()
        if parent.name.endswith("FigureKey"):
            if not self._led:
                return set()
            types = {"Area", "Partner"}
        # Reached as a row of its own, a case is looked at anew.
        opened = "core" if named.name == "Case" else opened
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        codes: set[str] = set()
        possible: Any = self._schema.get_possible_types(named) if is_abstract_type(named) else [named]
        for one in possible:
            if types is not None and one.name not in types:
                continue
            # By its id a part is found only under the group under which it is listed.
            within = opened if types is None else OPENED_BY.get(one.name, opened)
            for below in self._merged(one, sets).values():
                name = below[0].name.value
                if name.startswith("__"):
                    continue
                if name in PAGES.get(one.name, ()) and not self._closed(one.name, name, within):
                    args = self._arguments(one, below[0])
                    wanted = self._rows_wanted(one, below)
                    codes |= (
                        {"BAD_USER_INPUT"}
                        if args is None
                        else nested_refusals(one.name, name, args, rows_wanted=wanted)
                    )
                codes |= self._below(one, below, opened=within)
        return codes

    def _closed(self, type_: str, name: str, opened: str) -> bool:
        resolver = FIELDS.get(type_, {}).get(name)
        return any(self._never(type_, group, opened) for group in groups_of(type_, resolver))

    def _never(self, type_: str, group: str, opened: str) -> bool:
        if group == opened:
            return False
        # A party's own side may read more of it than the case opens.
        own = type_ in OWN and group in OWN[type_][1]
        return self._asking.access.never_of_a_party(group) if own else self._asking.access.never(group)

    def _rows_wanted(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> bool:
        """Whether of a page more is selected than how many rows there are."""
        named = get_named_type(parent.fields[nodes[0].name.value].type)
        if not named.name.endswith("Connection"):
            return True
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        names = {below[0].name.value for below in self._merged(named, sets).values()}
        return bool(names & {"edges", "nodes", "pageInfo"})

    def _arguments(self, parent: GraphQLObjectType, node: FieldNode) -> dict[str, Any] | None:
        try:
            return get_argument_values(parent.fields[node.name.value], node, self._values)
        except GraphQLError:
            return None

    def _merged(self, parent: Any, sets: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            for node in self._flat(parent, selection_set):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return found

    def _flat(self, parent: Any, selection_set: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            skip = get_directive_values(GraphQLSkipDirective, node, self._values)
            include = get_directive_values(GraphQLIncludeDirective, node, self._values)
            if (skip and skip["if"]) or (include and not include["if"]):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment: Any = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition = fragment.type_condition and type_from_ast(self._schema, fragment.type_condition)
            if (
                condition is None
                or condition is parent
                or (is_abstract_type(condition) and self._schema.is_sub_type(condition, parent))
            ):
                yield from self._flat(parent, fragment.selection_set)
