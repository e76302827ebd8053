"""Documents: parsed, weighed and validated once, then found again by their text."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from api.graphql.limits import MAX_BYTES, MAX_TOKENS, too_large
from api.graphql.plan_keys import PlanKeyOf, PlanKeys
from api.graphql.variable_errors import variable_errors
from api.graphql.variables import Reading

MAX_DOCUMENTS = 1_000
# Larger documents are answered and not kept: a thousand of them would fill the memory.
MAX_BYTES_KEPT = 20_000


class Refused(Exception):  # noqa: N818 - said of the request
    """A request that cannot be carried out: GraphQL errors to be answered with, and an HTTP status."""

    def __init__(self, *errors: GraphQLError, status: int = 400) -> None:
        super().__init__(errors[0].message if errors else "refused")
        self.errors = errors
        self.status = status


def refusal(message: str, code: str, status: int = 400) -> Refused:
    """One error with a code for programs."""
    return Refused(GraphQLError(message, extensions={"code": code}), status=status)


@dataclass(frozen=True, slots=True)
class Declared:
    """The variables of an operation by name, and what of them is in the keys of plans; how to read them, unless that is beyond us."""

    plan_keys: Sequence[tuple[str, PlanKeyOf]]
    reading: Reading | None


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A valid document. Compared by identity: it is the cache's own."""

    text: str
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    # By the operation's identity: nodes compare, and hash, by all that is in them.
    declared: Mapping[int, Declared]

    def roots(self, operation: OperationDefinitionNode) -> set[str]:
        """The names of the root fields that an operation asks for, however they are written."""
        found: set[str] = set()
        spread: set[str] = set()
        waiting = [operation.selection_set]
        while waiting:
            for one in waiting.pop().selections:
                if isinstance(one, FieldNode):
                    found.add(one.name.value)
                elif isinstance(one, InlineFragmentNode):
                    waiting.append(one.selection_set)
                elif isinstance(one, FragmentSpreadNode) and one.name.value not in spread:
                    spread.add(one.name.value)
                    waiting.append(self.fragments[one.name.value].selection_set)
        return found

    def plan_key(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Hashable:
        """What of the variables decides how the operation's statements are written: part of every plan's key."""
        return tuple(
            [
                (name, key_of(variables[name]))
                for name, key_of in self.declared[id(operation)].plan_keys
                if name in variables
            ]
        )

    def variables(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The variables' values, as `coerced` gives them. Raises Refused as it does."""
        reading = self.declared[id(operation)].reading
        found = None if reading is None else reading(given)
        return coerce_variables(schema, operation, given).coerced if found is None else found

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises Refused where the name names none, or none is named among several."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name or "")
        if found is None:
            raise refusal("Name one of the document's operations in operationName.", "OPERATION_NAME")
        return found


class Documents:
    """Gives documents by their text."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._plan_keys = PlanKeys()
        self._known: LRUCache[str, Document] = LRUCache(MAX_DOCUMENTS)

    def of(self, text: str) -> Document:
        """The document. Raises Refused for one that is too large, does not parse, or does not fit the schema."""
        found = self._known.get(text)
        if found is None:
            found = self._read(text)
            if len(text) <= MAX_BYTES_KEPT:
                self._known[text] = found
        return found

    def _read(self, text: str) -> Document:
        if len(text) > MAX_BYTES:
            raise refusal("The document is too large.", "TOO_LARGE")
        try:
            parsed = parse(text, max_tokens=MAX_TOKENS, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            raise Refused(error) from error
        except RecursionError as error:
            raise refusal("The document is nested too deeply.", "TOO_LARGE") from error
        reason = too_large(parsed)
        if reason is not None:
            raise refusal(f"The document is {reason}.", "TOO_LARGE")
        return self._validate(text, parsed)

    def _validate(self, text: str, parsed: DocumentNode) -> Document:
        errors = validate(
            self.schema, parsed, specified_rules, max_errors=20, hide_suggestions=True, allow_empty_selection_sets=False
        )
        if errors:
            for error in errors:
                error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
            raise Refused(*errors)
        operations = [one for one in parsed.definitions if isinstance(one, OperationDefinitionNode)]
        return Document(
            text,
            {one.name.value if one.name else "": one for one in operations},
            {d.name.value: d for d in parsed.definitions if isinstance(d, FragmentDefinitionNode)},
            {id(one): self._declare(one) for one in operations},
        )

    def _declare(self, operation: OperationDefinitionNode) -> Declared:
        types = {one: type_from_ast(self.schema, one.type) for one in operation.variable_definitions or ()}
        try:
            reading = Reading(self.schema, types)
        except ValueError:
            reading = None
        return Declared(
            [(one.variable.name.value, self._plan_keys.of(cast("Any", type_))) for one, type_ in types.items()], reading
        )


def coerce_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]
) -> VariableValues:
    """The variables' values, checked against their types. Raises Refused; values are never repeated in its messages."""
    values = get_variable_values(
        schema, operation.variable_definitions or (), dict(given), max_errors=20, hide_suggestions=True
    )
    if isinstance(values, list):
        raise Refused(*variable_errors(schema, operation, given, values))
    return values
