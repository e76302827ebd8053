"""Binds the schema to the views: every field of every type to a member, a computed result or a root. Anything unbound
fails when the server starts, so that nothing is refused, or resolved row by row, when a request runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any, get_args, get_type_hints

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from api.fields import ROOT, STATIC
from api.selection import PYTHON, python_name
from domain.reading.compile import Figures, Listing, Lookup, Own, Root, Rows
from domain.reading.fill import members_of
from domain.reading.view import CORE, Catalogue, Computed, Field, Many, Masked, One, Part, View

CONNECTION = {"edges", "nodes", "pageInfo", "totalCount"}
# Arguments that page, sort and narrow; every other argument of a bound field would go unheard.
PAGING = {"first", "after", "last", "before"}

# What a computed field may give where it is one value.
SCALARS = (int, str, bool)


class Unbound(Exception):  # noqa: N818 - what is wrong, said plainly
    """The schema offers something that no view answers."""


@dataclass(frozen=True, slots=True)
class Static:
    """A root field answered from a table in the code."""

    values: Callable[[dict[str, Any]], Any]


def roots_of(schema: GraphQLSchema) -> dict[str, Root | Static]:
    """Root field name -> how it is answered. Raises Unbound for one that nobody answers."""
    query = schema.query_type
    assert query is not None
    found: dict[str, Root | Static] = {}
    for name, field in query.fields.items():
        metadata = field.extensions[PYTHON].metadata
        if ROOT in metadata:
            found[name] = metadata[ROOT]
        elif STATIC in metadata:
            found[name] = Static(metadata[STATIC])
        else:
            message = f"Query.{name}"
            raise Unbound(message)
    return found


def view_of(type_: GraphQLObjectType) -> str | None:
    """The view that an object type is bound to."""
    definition = type_.extensions.get(PYTHON)
    return None if definition is None else getattr(definition.origin, "__view__", None)


def unbound(schema: GraphQLSchema, catalogue: Catalogue) -> Iterator[str]:
    """Everything that is wrong between the schema and the views, in words. Empty when the two fit."""
    query = schema.query_type
    assert query is not None
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and (name := view_of(type_)) is not None:
            view = catalogue[name]
            for field_name, field in type_.fields.items():
                yield from _member(schema, catalogue, view, type_.name, field_name, field)
    for field_name, root in roots_of(schema).items():
        if isinstance(root, Static):
            yield from _static(root, query.fields[field_name], f"Query.{field_name}")
        else:
            yield from _root(catalogue, root, field_name, query.fields[field_name])


def _member(
    schema: GraphQLSchema, catalogue: Catalogue, view: View, type_name: str, field_name: str, field: GraphQLField
) -> Iterator[str]:
    where = f"{type_name}.{field_name}"
    member = view.members.get(python_name(field_name, field))
    if member is None:
        yield f"{where}: view {view.name} has no such member"
        return
    if _group(member) != CORE and isinstance(field.type, GraphQLNonNull):
        yield f"{where}: is protected by {_group(member)} and must be nullable"
    named = get_named_type(field.type)
    match member:
        case Field():
            if not is_leaf_type(named):
                yield f"{where}: a column cannot be {named.name}"
        case Masked():
            if named.name != "MaskedText" or isinstance(field.type, GraphQLNonNull):
                yield f"{where}: must be a nullable MaskedText"
        case Part():
            yield from _part(member, named, where)
        case Computed():
            yield from _result(member.result, named, where)
        case One() | Many():
            yield from _relation(schema, catalogue, member, field, where)


def _part(member: Part, named: Any, where: str) -> Iterator[str]:
    for name, inner in getattr(named, "fields", {}).items():
        if python_name(name, inner) not in member.members:
            yield f"{where}.{name}: no such member of the part"


def _group(member: Any) -> str:
    # A masked text is shown to everybody as a mask; the mask itself is no secret.
    return CORE if isinstance(member, Masked) else str(member.group)


def _result(result: type, named: Any, where: str) -> Iterator[str]:
    if is_leaf_type(named):
        # One value: a number, a text.
        if result not in SCALARS:
            yield f"{where}: {result.__name__} is no single value"
        return
    names, types = members_of(result), get_type_hints(result)
    for name, inner in named.fields.items():
        attribute, below = python_name(name, inner), get_named_type(inner.type)
        if attribute not in names:
            yield f"{where}.{name}: {result.__name__} has no such attribute"
        elif not is_leaf_type(below):
            yield from _result(_element(types[attribute]), below, f"{where}.{name}")


def _element(hint: Any) -> type:
    """The class in a hint such as `tuple[Blocker, ...]`, or the hint itself."""
    return next((one for one in get_args(hint) if isinstance(one, type) and is_dataclass(one)), hint)


def _static(root: Static, field: GraphQLField, where: str) -> Iterator[str]:
    named: Any = get_named_type(field.type)
    for name, inner in named.fields.items():
        if not all(hasattr(row, python_name(name, inner)) for row in root.values({})):
            yield f"{where}.{name}: {named.name} has no such attribute"


def _relation(
    schema: GraphQLSchema, catalogue: Catalogue, member: One | Many, field: GraphQLField, where: str
) -> Iterator[str]:
    target = catalogue[member.view]
    named: Any = get_named_type(field.type)
    row = named
    if isinstance(member, Many) and set(getattr(named, "fields", {})) >= CONNECTION:
        row = get_named_type(named.fields["nodes"].type)
        yield from _arguments(field, PAGING, where)
    elif isinstance(member, Many) is not is_list_type(get_nullable_type(field.type)):
        yield f"{where}: one or many?"
    possible = schema.get_possible_types(row) if not isinstance(row, GraphQLObjectType) else [row]
    for type_ in possible:
        if view_of(type_) != target.name:
            yield f"{where}: leads to view {target.name}, and {type_.name} is not bound to it"
    # A reader to whom policy gives no core of the target gets null here.
    guarded = target.resource == "case" or (target.resource is not None and target.owner is not None)
    if isinstance(member, One) and guarded and isinstance(field.type, GraphQLNonNull):
        yield f"{where}: may be out of reach and must be nullable"


def _arguments(field: GraphQLField, heard: set[str], where: str) -> Iterator[str]:
    for name in set(field.args) - heard:
        yield f"{where}({name}:): nobody hears this argument"


def _root(catalogue: Catalogue, root: Root, field_name: str, field: GraphQLField) -> Iterator[str]:
    where = f"Query.{field_name}"
    match root:
        case Listing(view=name):
            yield from _arguments(field, PAGING | {"filter", "orderBy"}, where)
            yield from _filter(catalogue[name], field, where)
            yield from _orders(catalogue[name], field, where)
        case Figures(view=name):
            yield from _arguments(field, {"filter", "groupBy"}, where)
            yield from _filter(catalogue[name], field, where)
            yield from _dimensions(catalogue[name], field, where)
        case Rows():
            yield from _arguments(field, set(root.arguments), where)
        case Lookup() | Own():
            pass
        case _:
            yield from _arguments(field, {"id", "ids"}, where)


def _filter(view: View, field: GraphQLField, where: str) -> Iterator[str]:
    given = get_named_type(field.args["filter"].type)
    assert isinstance(given, GraphQLInputObjectType)
    for name, one in given.fields.items():
        if python_name(name, one) not in view.filters:
            yield f"{where}(filter: {{{name}}}): view {view.name} has no such filter"


def _orders(view: View, field: GraphQLField, where: str) -> Iterator[str]:
    order: Any = get_named_type(field.args["orderBy"].type)
    names: Any = get_named_type(order.fields["field"].type)
    for name, value in names.values.items():
        if str(getattr(value.value, "value", value.value)) not in view.orderings:
            yield f"{where}(orderBy: {name}): view {view.name} has no such ordering"


def _dimensions(view: View, field: GraphQLField, where: str) -> Iterator[str]:
    names: Any = get_named_type(field.args["groupBy"].type)
    for name, value in names.values.items():
        if str(getattr(value.value, "value", value.value)) not in view.dimensions:
            yield f"{where}(groupBy: {name}): view {view.name} has no such dimension"
    figures: Any = get_named_type(field.type)
    for part in ("total", "groups"):
        measures: Any = get_named_type(figures.fields[part].type)
        for name, one in measures.fields.items():
            if name not in {"key", "keys"} and python_name(name, one) not in view.measures:
                yield f"{where}.{part}.{name}: view {view.name} has no such measure"
