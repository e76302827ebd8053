"""How Strawberry's types are made by program: classes with annotations and fields, and nothing that is ever resolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from api.graphql.derived.enums import action_enum, closed_set
from domain.foundation.basics.commands import ActionCode
from domain.foundation.basics.ids import GlobalId
from domain.foundation.query.members import MemberArgument, dataclass_in

SCALARS = {str, int, bool, float, dt.datetime, dt.date, Decimal}


class Shown(NamedTuple):
    """One field of a type: its annotation, its description, what it takes, and what the read path knows it by."""

    annotation: Any
    description: str
    arguments: tuple[StrawberryArgument, ...] = ()
    metadata: Mapping[str, Any] = {}


class Unfit(TypeError):  # noqa: N818 - what it is, not what went wrong
    """A declared type is none that the schema can show."""


def annotation_of(hint: Any, result: Callable[[Any], type] | None = None) -> Any:
    """A declared type as Strawberry takes it: scalars, ids, closed sets, lists of them, and optional ones.

    `result` gives the object type of a dataclass, where there may be some. Raises Unfit for anything else.
    """
    if hint is GlobalId:
        return strawberry.ID
    if hint is ActionCode:
        return action_enum()
    if hint in SCALARS:
        return hint
    if result is not None and dataclass_in(hint) is not None:
        return result(hint)
    origin, inner = get_origin(hint), [one for one in get_args(hint) if one not in {NoneType, Ellipsis}]
    if origin in {list, tuple}:
        return list[annotation_of(inner[0], result)]  # type: ignore[misc]
    if origin in {Union, UnionType} and len(inner) == 1:
        return annotation_of(inner[0], result) | None
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return closed_set(hint)
    message = f"{hint} cannot be shown"
    raise Unfit(message)


def argument(name: str, annotation: Any, description: str, *, optional: bool = False) -> StrawberryArgument:
    """An argument of a field; an optional one is null unless given."""
    default: Any = None if optional else strawberry.UNSET
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(annotation | None if optional else annotation),
        description=description,
        default=default,
    )


def arguments_of(takes: Iterable[MemberArgument]) -> tuple[StrawberryArgument, ...]:
    """What a computed member can be asked with."""
    return tuple(argument(one.name, annotation_of(one.type), one.description, optional=True) for one in takes)


PAGING = (
    argument("first", int, "At most so many from the start, up to 100 前若干条", optional=True),
    argument("after", str, "Only after this cursor 在此游标之后", optional=True),
    argument("last", int, "At most so many from the end, up to 100 后若干条", optional=True),
    argument("before", str, "Only before this cursor 在此游标之前", optional=True),
)


def bare(name: str, *bases: type, **attributes: Any) -> type:
    """A class of that name that others can refer to before it says what is in it."""
    return type(name, bases, {"__module__": __name__, **attributes})


def fill_class(class_: type, description: str, fields: Mapping[str, Shown], *, interface: bool = False) -> type:
    """The class as a GraphQL type with these fields."""
    for name, shown in fields.items():
        field: Any = strawberry.field(description=shown.description, metadata=dict(shown.metadata))
        if shown.arguments:
            field.arguments = list(shown.arguments)
        setattr(class_, name, field)
    class_.__annotations__ = {name: shown.annotation for name, shown in fields.items()}
    kind: Any = strawberry.interface if interface else strawberry.type
    kind(class_, description=description)
    return class_


class Taken(NamedTuple):
    """One field of an input: its annotation, its description, and its default; without one it must be given."""

    annotation: Any
    description: str
    default: Any = None


def input_type(name: str, description: str, fields: Mapping[str, Taken]) -> type:
    """A GraphQL input type. A field with the default UNSET may be left out."""
    made = bare(name)
    for field, taken in fields.items():
        given = {} if taken.default is None else {"default": taken.default}
        setattr(made, field, strawberry.field(description=taken.description, **given))
    made.__annotations__ = {field: taken.annotation for field, taken in fields.items()}
    strawberry.input(made, description=description)
    return made
