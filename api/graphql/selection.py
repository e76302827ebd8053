"""From a GraphQL operation to a Selection: fragments spread, directives decided, arguments found, names translated.

What results knows nothing of GraphQL. Of a variable it keeps where to find it; a value shapes the selection only where
the operation's shape (see `api/shapes.py`) holds that value too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.utilities import coerce_input_literal, type_from_ast

from domain.foundation.query.selection import (
    Argument,
    Given,
    Selected,
    Variables,
)
from domain.foundation.query.statement import ReadRefused

PYTHON = "strawberry-definition"


def python_name(name: str, definition: Any) -> str:
    """The Python name of a field, input field or argument: what views and commands call it."""
    found = definition.extensions.get(PYTHON)
    return name if found is None else str(found.python_name)


def plain(value: Any) -> Any:
    """An input value as the domain knows it: enum members by their values."""
    if isinstance(value, Enum):
        # What `value` gives, without looking for an override of it each time.
        return value._value_
    if isinstance(value, list):
        return [item._value_ if isinstance(item, Enum) else plain(item) for item in value]
    return value


class Selector:
    """Reads one operation with the variables of one request."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        variables: Variables,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._operation = operation
        self._variables = variables

    def roots(self, parent: GraphQLObjectType) -> list[tuple[Selected, list[FieldNode]]]:
        """The root fields in order, each with the nodes it was merged from."""
        fields = self._collect(parent, [self._operation.selection_set])
        return [(self._root(parent, key, nodes), nodes) for key, nodes in fields.items()]

    def _root(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Selected:
        try:
            return self._select(parent, key, nodes)
        except ReadRefused as refused:
            return Selected(key, nodes[0].name.value, refused=refused)

    def _collect(self, parent: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection_set in sets:
            for node in self._fields(parent, selection_set.selections, spread):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
        return found

    def _fields(
        self, parent: GraphQLObjectType, selections: Sequence[SelectionNode], spread: set[str]
    ) -> Iterator[FieldNode]:
        for node in selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                fragment: Any = self._fragments[node.name.value]
            else:
                fragment = node
            condition = fragment.type_condition
            if condition is None or self._applies(parent, type_from_ast(self._schema, condition)):
                yield from self._fields(parent, fragment.selection_set.selections, spread)

    def _applies(self, parent: GraphQLObjectType, condition: Any) -> bool:
        return condition is parent or (is_abstract_type(condition) and self._schema.is_sub_type(condition, parent))

    def _is_included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in {"skip", "include"}:
                (argument,) = directive.arguments or ()
                value = argument.value
                decided = (
                    self._variables.get(value.name.value)
                    if isinstance(value, VariableNode)
                    else cast("Any", value).value
                )
                if bool(decided) is (name == "skip"):
                    return False
        return True

    def _select(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Selected:
        name = nodes[0].name.value
        if name.startswith("__"):
            return Selected(key, name)
        field = parent.fields[name]
        below: dict[str, tuple[Selected, ...]] = {}
        named = get_named_type(field.type)
        if is_composite_type(named):
            sets = [node.selection_set for node in nodes if node.selection_set is not None]
            types = (
                self._schema.get_possible_types(named)
                if is_abstract_type(named)
                else [cast("GraphQLObjectType", named)]
            )
            for one in types:
                collected = self._collect(one, sets)
                below[one.name] = tuple(self._select(one, k, n) for k, n in collected.items())
        return Selected(key, python_name(name, field), self._arguments(field, nodes[0]), below)

    def _arguments(self, field: GraphQLField, node: FieldNode) -> dict[str, Argument]:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        found: dict[str, Argument] = {}
        for name, definition in field.args.items():
            argument: Any = self._from_node(given[name], definition.type) if name in given else Undefined
            if argument is Undefined:
                default = getattr(definition, "default_value", Undefined)
                if default is Undefined or default is None:
                    continue
                argument = constant(default)
            found[name] = argument
        return found

    def _from_node(self, node: ValueNode, type_: GraphQLInputType) -> Any:
        """An argument from its place in the document; Undefined for a variable that was not given."""
        if isinstance(node, VariableNode):
            name = node.name.value
            if name not in self._variables:
                return Undefined
            if self._variables[name] is None and isinstance(type_, GraphQLNonNull):
                # A nullable variable may stand here because it, or the place, has a default; null itself may not.
                raise ReadRefused(f"Variable '${name}' must not be null here.")
            return from_value(self._variables[name], type_, lambda variables: variables.get(name))
        if isinstance(node, NullValueNode):
            return None
        bare: Any = get_nullable_type(type_)
        if isinstance(bare, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
            fields = {}
            for entry in node.fields:
                definition = bare.fields[entry.name.value]
                value = self._from_node(entry.value, definition.type)
                if value is not Undefined:
                    fields[python_name(entry.name.value, definition)] = value
            for name, definition in bare.fields.items():
                if definition.default_value not in (None, Undefined):
                    fields.setdefault(python_name(name, definition), constant(definition.default_value))
            return fields
        if isinstance(bare, GraphQLList) and isinstance(node, ListValueNode):
            items = [self._from_node(item, bare.of_type) for item in node.values]
            given = [Given(None, lambda _variables: None) if item in (None, Undefined) else item for item in items]
            if all(isinstance(item, Given) for item in given):
                sources = [item.source for item in given]
                return Given(
                    [item.value for item in given], lambda variables: [source(variables) for source in sources]
                )
            return given
        return constant(plain(coerce_input_literal(cast("Any", node), bare)))


def constant(value: Any) -> Given:
    """A value that stands in the document: bound like any other, and the same in every request."""
    fixed = plain(value)
    return Given(fixed, lambda _variables: fixed, fixed=True)


def from_value(value: Any, type_: GraphQLInputType, source: Callable[[Variables], Any]) -> Argument:
    """An argument from a variable's coerced value, each scalar in it with the way to find it in another request."""
    if value is None:
        return None
    bare = get_nullable_type(type_)
    if isinstance(bare, GraphQLInputObjectType):
        fields: dict[str, Argument] = {}
        for name, item in value.items():
            definition = bare.fields[name]
            fields[python_name(name, definition)] = from_value(item, definition.type, _at(source, name))
        return fields
    return Given(plain(value), lambda variables: plain(source(variables)))


def _at(source: Callable[[Variables], Any], name: str) -> Callable[[Variables], Any]:
    return lambda variables: source(variables)[name]


def nullable(type_: Any) -> bool:
    """Whether a field may be null: a refused read then leaves the rest of the answer."""
    return not isinstance(type_, GraphQLNonNull)
