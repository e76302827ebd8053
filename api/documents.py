"""Documents: parsed, weighed and validated once, then found again by their text."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    Undefined,
    get_named_type,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities import coerce_input_value

from api.limits import MAX_BYTES, MAX_TOKENS, too_large
from api.selection import shape_of

KEPT = 1_000
# Larger documents are answered and not kept: a thousand of them would fill the memory.
KEPT_BYTES = 20_000
# Levels of input objects in one another; the schema's have two.
SHALLOW = 5


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
    """One variable of an operation. `must_be_there`: that it was not given has to be looked into: it has a default, or
    may not be null. `shallow`: its type ends after a few levels, so that no value of it can be nested too deeply.
    """

    name: str
    type: Any
    must_be_there: bool
    shallow: bool


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A valid document. Compared by identity: it is the cache's own."""

    text: str
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    # By the operation's identity: nodes compare, and hash, by all that is in them.
    declared: Mapping[int, Sequence[Declared]]

    def shape(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Hashable:
        """What of the variables can shape the operation's statements: part of every plan's key."""
        return tuple(
            (one.name, shape_of(variables[one.name], one.type))
            for one in self.declared[id(operation)]
            if one.name in variables
        )

    def variables(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The variables' values, as `coerced` gives them. Raises Refused as it does.

        What is plainly right is found so without working out the declarations again; anything else is left to it.
        """
        found: dict[str, Any] = {}
        for one in self.declared[id(operation)]:
            if one.name not in given:
                if one.must_be_there:
                    return coerced(schema, operation, given).coerced
                continue
            value = coerce_input_value(given[one.name], one.type) if one.shallow else Undefined
            if value is Undefined:
                return coerced(schema, operation, given).coerced
            found[one.name] = value
        return found

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
        self._known: LRUCache[str, Document] = LRUCache(KEPT)

    def of(self, text: str) -> Document:
        """The document. Raises Refused for one that is too large, does not parse, or does not fit the schema."""
        found = self._known.get(text)
        if found is None:
            found = self._read(text)
            if len(text) <= KEPT_BYTES:
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
        return self._validated(text, parsed)

    def _validated(self, text: str, parsed: DocumentNode) -> Document:
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
            {id(one): tuple(self._declared(one)) for one in operations},
        )

    def _declared(self, operation: OperationDefinitionNode) -> Iterator[Declared]:
        """The variables of an operation."""
        for one in operation.variable_definitions or ():
            type_ = type_from_ast(self.schema, one.type)
            must_be_there = one.default_value is not None or isinstance(type_, GraphQLNonNull)
            yield Declared(one.variable.name.value, type_, must_be_there, is_shallow(type_))


def is_shallow(type_: Any, depth: int = 0) -> bool:
    """Whether an input type ends after a few levels, whatever is sent."""
    named = get_named_type(type_)
    if not isinstance(named, GraphQLInputObjectType):
        return True
    return depth < SHALLOW and all(is_shallow(one.type, depth + 1) for one in named.fields.values())


def coerced(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> VariableValues:
    """The variables' values, checked against their types. Raises Refused; values are never repeated in its messages."""
    values = get_variable_values(
        schema, operation.variable_definitions or (), dict(given), max_errors=20, hide_suggestions=True
    )
    if isinstance(values, list):
        raise Refused(*(GraphQLError(_without_value(e.message), extensions={"code": "BAD_USER_INPUT"}) for e in values))
    return values


# What graphql-core says of a variable: where, which the schema knows, and then what, which ends in the value itself.
_WHERE = re.compile(r"Variable '\$(?P<name>\w+)' has invalid value(?: at (?P<place>(?:\.\w+|\[\d+\])+))?: ")
_EXPECTED = re.compile(
    r"Expected (?:a )?value of (?:non-null )?type '[\w!\[\]]+' "
    r"(?:to include required field '\w+'|to be an object|to be provided|not to be None)"
)
_OF_THEMSELVES = ("Too many errors processing variables", "Variable values are nested too deeply")


def _without_value(message: str) -> str:
    """What is wrong with a variable, and where, without what was sent, which may be personal."""
    where = _WHERE.match(message)
    if where is None:
        return message if message.startswith(_OF_THEMSELVES) else "A variable has an invalid value."
    place = f" at {where['place']}" if where["place"] else ""
    expected = _EXPECTED.match(message, where.end())
    why = f" {expected[0]}." if expected else ""
    return f"Variable '${where['name']}' has an invalid value{place}.{why}"
