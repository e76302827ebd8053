"""What the read path asks of the schema: how each root field is answered, and which view a type's rows are of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from api.graphql.fields import ASKED, ROOT, STATIC
from api.graphql.inquiries import Asked
from api.graphql.selection import PYTHON
from domain.foundation.query.roots import Root


class Unbound(Exception):  # noqa: N818 - what is wrong, said plainly
    """The schema offers something that nothing answers."""


@dataclass(frozen=True, slots=True)
class Static:
    """A root field answered from a table in the code."""

    values: Callable[[dict[str, Any]], Any]


def roots_of(schema: GraphQLSchema) -> dict[str, Root | Static | Asked]:
    """Root field name -> how it is answered. Raises Unbound for one that nobody answers."""
    query = schema.query_type
    assert query is not None
    found: dict[str, Root | Static | Asked] = {}
    for name, field in query.fields.items():
        metadata = field.extensions[PYTHON].metadata
        if ROOT in metadata:
            found[name] = metadata[ROOT]
        elif STATIC in metadata:
            found[name] = Static(metadata[STATIC])
        elif ASKED in metadata:
            found[name] = metadata[ASKED]
        else:
            message = f"Query.{name}"
            raise Unbound(message)
    return found


def view_of(type_: GraphQLObjectType) -> str | None:
    """The view whose rows an object type shows."""
    definition = type_.extensions.get(PYTHON)
    return None if definition is None else getattr(definition.origin, "__view__", None)
