"""Payloads from the commands: what each shows when it is done, and the union with every way to be refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import new_class
from typing import Annotated, Any, Union

import strawberry

from api.graphql.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    RuleRefused,
)
from api.graphql.fields import described
from domain.foundation.basics.commands import Command, Subject, Told

Types = Mapping[str, type]
"""The schema's types of rows, by their names."""


def success_type(command: Command, types: Types) -> type:
    """What a command shows when it is done."""
    own = {one.name: _told(one, types) for one in command.tells if not one.shared}
    bases: tuple[type, ...] = ()
    if command.shows is None:
        own |= _CLIENT
    else:
        shared = tuple(one for one in command.tells if one.shared)
        bases = (_changed(command.shows, shared, types.get(command.shows.type)),)
    name = f"{command.outside[0].upper()}{command.outside[1:]}Success"
    english, _, chinese = command.label.rpartition(" ")
    description = f"Done: {english[0].lower()}{english[1:]} {chinese}成功"
    return strawberry.type(_class(name, own, bases), description=description)


def result_type(command: Command, success: Any) -> Any:
    """The union of a command's success with every way to be refused, nullable.

    Nullable, though there is always an answer: of several mutations in one request one may fault, and the answer must
    still tell what the others did.
    """
    english, _, chinese = command.label.rpartition(" ")
    name = f"{command.outside[0].upper()}{command.outside[1:]}Result"
    union = strawberry.union(name, description=f"{english}: done, or why not {chinese}结果")
    # Written out, `|` would not take classes that are known only now.
    members = Union[success, RuleRefused, Forbidden, NotFound, InvalidInput]  # noqa: UP007
    return Annotated[members, union] | None


_CLIENT: dict[str, tuple[Any, Any]] = {"client_mutation_id": (str | None, described("As given 客户端标识"))}


@cache
def _changed(shown: Subject, shared: tuple[Told, ...], type_: type | None) -> type:
    """The interface of every success that shows the same."""
    fields: dict[str, tuple[Any, Any]] = {}
    if type_ is not None:
        fields[shown.name] = (type_ | None, described(shown.now))
    fields |= {one.name: (one.type, described(one.description)) for one in shared}
    name = f"{shown.name[0].upper()}{shown.name[1:]}Changed"
    return strawberry.interface(_class(name, fields | _CLIENT, ()), description=shown.changed)


def _told(one: Told, types: Types) -> tuple[Any, Any]:
    if isinstance(one.type, Subject):
        row: Any = types[one.type.type]
        return list[row], described(one.description)
    return one.type, described(one.description)


def _class(name: str, fields: dict[str, tuple[Any, Any]], bases: tuple[type, ...]) -> type:
    def fill(body: dict[str, Any]) -> None:
        body["__module__"] = __name__
        body["__annotations__"] = {one: annotation for one, (annotation, _) in fields.items()}
        body.update({one: made for one, (_, made) in fields.items()})

    return new_class(name, bases, exec_body=fill)
