"""Payloads from the commands: what each shows when it is done, and the union with every way to be refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import new_class
from typing import Annotated, Any, Union

import strawberry

from api.graphql.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RuleRefused,
)
from api.graphql.fields import described_field
from domain.foundation.basics.commands import Command, Subject, Told
from domain.foundation.query.members import ToMany
from domain.registry import CATALOGUE

Types = Mapping[str, type]
"""The schema's types of rows, by their names."""


def success_type(command: Command, types: Types) -> type:
    """What a command shows when it is done."""
    own = {one.name: _make_field(one, types) for one in command.tells if not one.shared}
    bases: tuple[type, ...] = ()
    if command.makes is not None:
        made: Any = types[CATALOGUE[command.makes.view].type_name]
        own[command.makes.name] = (
            list[made] if command.makes.several else made | None,
            described_field(command.makes.description),
        )
    if command.shows is None:
        own |= _ALWAYS
    else:
        shared = tuple(one for one in command.tells if one.shared)
        bases = (_make_interface(command.shows, shared, types.get(command.shows.type)),)
    name = f"{command.outside[0].upper()}{command.outside[1:]}Success"
    english, _, chinese = command.label.rpartition(" ")
    description = f"Done: {english[0].lower()}{english[1:]} {chinese}成功"
    return strawberry.type(_class(name, own, bases), description=description)


def result_type(command: Command, success: Any, conflict: type | None) -> Any:
    """The union of a command's success with every way to be refused, nullable.

    Nullable, though there is always an answer: of several mutations in one request one may fault, and the answer must
    still tell what the others did.
    """
    english, _, chinese = command.label.rpartition(" ")
    name = f"{command.outside[0].upper()}{command.outside[1:]}Result"
    union = strawberry.union(name, description=f"{english}: done, or why not {chinese}结果")
    # Written out, `|` would not take classes that are known only now.
    members = (success, RuleRefused, Forbidden, NotFound, InvalidInput, *(() if conflict is None else (conflict,)))
    return Annotated[Union[members], union] | None  # noqa: UP007


def conflict_type(command: Command, types: Types) -> type | None:
    """How a command tells that its subject was changed in the meantime; None for one that asks for no version."""
    if not command.versioned or command.upon is None:
        return None
    return _conflict(command.upon, types[command.upon.type], history_of(command.upon, types))


def history_of(subject: Subject, types: Types) -> type | None:
    """The type of the entries of a subject's timeline, where it keeps one."""
    if not subject.timeline:
        return None
    member = CATALOGUE[subject.view].members[subject.timeline]
    assert isinstance(member, ToMany)
    return types[CATALOGUE[member.view].type_name]


@cache
def _conflict(upon: Subject, row: Any, entry: Any) -> type:
    fields: dict[str, tuple[Any, Any]] = {upon.name: (row | None, described_field(upon.now))}
    if entry is not None:
        what = "What changed since the expected version, oldest first, at most a hundred; null to whom the timeline is closed"
        fields["changes"] = (list[entry] | None, described_field(f"{what} 其间变更"))
    made = _class(f"{upon.name[0].upper()}{upon.name[1:]}Conflict", fields, (Conflict,))
    chinese = upon.changed.rpartition(" ")[2]
    said = f"Somebody else changed it in the meantime: how it is now 版本冲突：{chinese}"
    made = strawberry.type(made, description=said)
    if entry is not None:
        made.__history__ = {"changes": (upon.view, upon.timeline)}  # type: ignore[attr-defined]
    return made


_ALWAYS: dict[str, tuple[Any, Any]] = {
    "client_mutation_id": (str | None, described_field("As given 客户端标识")),
    "dry_run": (bool, described_field("Whether it was only judged: nothing was changed 是否试行")),
}


@cache
def _make_interface(shown: Subject, shared: tuple[Told, ...], type_: type | None) -> type:
    """The interface of every success that shows the same."""
    fields: dict[str, tuple[Any, Any]] = {}
    if type_ is not None:
        fields[shown.name] = (type_ | None, described_field(shown.now))
    fields |= {one.name: (one.type, described_field(one.description)) for one in shared}
    name = f"{shown.name[0].upper()}{shown.name[1:]}Changed"
    return strawberry.interface(_class(name, fields | _ALWAYS, ()), description=shown.changed)


def _make_field(one: Told, types: Types) -> tuple[Any, Any]:
    if isinstance(one.type, Subject):
        row: Any = types[one.type.type]
        return list[row], described_field(one.description)
    return one.type, described_field(one.description)


def _class(name: str, fields: dict[str, tuple[Any, Any]], bases: tuple[type, ...]) -> type:
    def fill(body: dict[str, Any]) -> None:
        body["__module__"] = __name__
        body["__annotations__"] = {one: annotation for one, (annotation, _) in fields.items()}
        body.update({one: made for one, (_, made) in fields.items()})

    return new_class(name, bases, exec_body=fill)
