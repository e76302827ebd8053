"""Documents made from the schema itself: every field of a type, as deep as asked, and inputs that fit."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)

from api.graphql.schema import graphql_schema

A_MOMENT = "2026-03-02T10:00:00+08:00"
NOBODY = "0192f000-0000-7000-8000-00000000dead"


def fields_of(type_: Any, depth: int, *, page: int = 5, path: tuple[str, ...] = ()) -> str:
    """Everything that can be selected of a type: its scalars, and `depth` levels of objects below.

    Pages are of `page` rows. A type is not entered again below itself more than once.
    """
    if isinstance(type_, GraphQLUnionType):
        arms = [f"... on {one.name} {{ {fields_of(one, depth, page=page, path=path)} }}" for one in type_.types]
        return " ".join(["__typename", *arms])
    words = ["__typename"]
    shared = set(type_.fields) if isinstance(type_, GraphQLInterfaceType) else set()
    words += [_field(name, one, depth, page, path) for name, one in type_.fields.items()]
    if isinstance(type_, GraphQLInterfaceType):
        for possible in graphql_schema().get_possible_types(type_):
            own = [_field(n, f, depth, page, path) for n, f in possible.fields.items() if n not in shared]
            words.append(f"... on {possible.name} {{ __typename {' '.join(own)} }}")
    return " ".join(word for word in words if word)


def _field(name: str, field: Any, depth: int, page: int, path: tuple[str, ...]) -> str:
    named = get_named_type(field.type)
    if is_leaf_type(named):
        return name
    # Edges, nodes and page information are one list's, and count as one level.
    inside = (path and path[-1].endswith("Connection")) or named.name in {"MaskedText", "PageInfo"}
    if (depth == 0 and not inside) or path.count(named.name) > 1:
        return ""
    below = fields_of(named, depth if inside else depth - 1, page=page, path=(*path, named.name))
    return f"{name}{f'(first: {page})' if 'first' in field.args else ''} {{ {below} }}"


def everything_of(type_name: str, depth: int, *, page: int = 5) -> str:
    """The same for a type by name."""
    return fields_of(graphql_schema().type_map[type_name], depth, page=page, path=(type_name,))


def parts_of(type_name: str, depth: int, *, page: int = 5, at_most: int = 1200) -> list[str]:
    """The same in selections of about `at_most` fields each, for a type that is too large for one document."""
    type_: Any = graphql_schema().type_map[type_name]
    parts: list[str] = []
    for name, one in type_.fields.items():
        words = _field(name, one, depth, page, (type_name,))
        if parts and len(parts[-1].split()) + len(words.split()) <= at_most:
            parts[-1] += " " + words
        elif words:
            parts.append(words)
    return parts


def given_for(input_name: str, **given: Any) -> dict[str, Any]:
    """An input of that type with everything it demands, and what is given."""
    type_: Any = graphql_schema().type_map[input_name]
    assert isinstance(type_, GraphQLInputObjectType)
    demanded = {name: one for name, one in type_.fields.items() if isinstance(one.type, GraphQLNonNull)}
    made = {name: _made(one.type) for name, one in demanded.items() if name not in given and not _has_default(one)}
    return made | given


def _has_default(field: Any) -> bool:
    return getattr(field, "default_value", Undefined) is not Undefined


def _made(type_: Any) -> Any:
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(bare, GraphQLList):
        return []
    if isinstance(bare, GraphQLInputObjectType):
        return given_for(bare.name)
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    return {"Int": 1, "Boolean": True, "DateTime": A_MOMENT, "Date": A_MOMENT[:10], "ID": f"user:{NOBODY}"}.get(
        bare.name, "试验"
    )


def mutation_of(name: str, show: str) -> str:
    """A document with that one mutation, its input in `$input`."""
    root = graphql_schema().mutation_type
    assert isinstance(root, GraphQLObjectType)
    (argument,) = root.fields[name].args.values()
    return f"mutation M($input: {argument.type}) {{ {name}(input: $input) {{ __typename {show} }} }}"
