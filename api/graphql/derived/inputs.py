"""GraphQL inputs from what commands take, and what was given as the domain's command. Made once, when the server starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import new_class
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.derived.enums import closed_set
from domain.foundation.basics.checking import faults_of
from domain.foundation.basics.commands import (
    NOT_SAID,
    Command,
    Input,
    inputs_of,
)
from domain.foundation.basics.errors import Fault, InvalidInput
from domain.foundation.basics.ids import new_id, parse_global_id

FEN = 100
# Of ten, in yuan: beyond it lies no amount that is owed.
LARGEST_POWER = 13

Convert = Callable[[Any, str, list[Fault]], Any]
"""A value as the domain takes it, from the value given and its path; what cannot be taken is added to the faults."""


@dataclass(slots=True)
class Draft:
    """What an input asks for: upon what, by its key (None for an id of anything else), and the command itself.

    With `faults` the command stands in for what was meant: where an id or an amount could not be read, another is there.
    """

    subject: UUID | None
    command: Any
    faults: list[Fault] = field(default_factory=list)

    def refuse_faults(self, now: dt.datetime) -> None:
        """Raise one InvalidInput that tells what could not be read and everything else that is wrong."""
        if not self.faults:
            return
        unread = {fault.path for fault in self.faults}
        raise InvalidInput.of([*self.faults, *(one for one in faults_of(self.command, now) if one.path not in unread)])


def input_type(command: Command) -> type:
    """The Strawberry input of a command: what every change takes, upon what, and what the command takes."""
    fields: dict[str, tuple[Any, Any]] = {
        "idempotency_key": (str | None, _optional("A repeat with the same key within 24 hours does nothing 幂等键")),
        "client_mutation_id": (str | None, _optional("Given back as it is 客户端标识")),
    }
    if command.upon is not None:
        fields[f"{command.upon.name}_id"] = (strawberry.ID, strawberry.field(description=command.upon.which))
    return _input_type(f"{_pascal(command.outside)}Input", command.takes_text, fields | _fields_of(command.form))


def reader(command: Command) -> Callable[[Any], Draft]:
    """How what was given in an input of the command's type becomes a draft of the command."""
    read = _reader(command.form)
    upon = command.upon
    if upon is None:
        return lambda given: _draft(None, read, given)
    name, kind = f"{upon.name}_id", upon.id_of
    return lambda given: _draft(parse_global_id(getattr(given, name), kind), read, given)


def _draft(subject: UUID | None, read: Convert, given: Any) -> Draft:
    faults: list[Fault] = []
    return Draft(subject, read(given, "", faults), faults)


def malformed_id(path: str) -> Fault:
    """What is said of an id that is none, or of something of another kind."""
    return Fault(path, "编号格式不正确", f"{path} is no id of such a thing", "MALFORMED_ID")


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _optional(text: str, default: Any = None) -> Any:
    return strawberry.field(default=default, description=text)


def _input_type(name: str, description: str, fields: dict[str, tuple[Any, Any]]) -> type:
    def fill(body: dict[str, Any]) -> None:
        body["__module__"] = __name__
        body["__annotations__"] = {one: annotation for one, (annotation, _) in fields.items()}
        body.update({one: made for one, (_, made) in fields.items()})

    return strawberry.input(new_class(name, exec_body=fill), description=description)


def _fields_of(form: type) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    inline: dict[str, tuple[Any, Any]] = {}
    for one in inputs_of(form):
        if one.takes.inline is None:
            found[one.takes.name or one.name] = (_annotation(one), _field(one))
        else:
            left_out = one.takes.inline
            inline |= {name: made for name, made in _fields_of(one.type).items() if name not in left_out}
    return found | inline


def _field(one: Input) -> Any:
    text = one.takes.description
    if one.default is NOT_SAID:
        return strawberry.field(description=text)
    if one.many:
        return strawberry.field(default_factory=list, description=text)
    return _optional(text, one.default)


def _annotation(one: Input) -> Any:
    kind: Any = one.type
    if one.takes.money:
        kind = Decimal
    elif kind is UUID:
        kind = strawberry.ID
    elif one.record is not None:
        kind = _record_type(kind)
    elif issubclass(kind, StrEnum):
        kind = closed_set(kind)
    if one.many:
        kind = list[kind]
    return kind | None if one.optional else kind


@cache
def _record_type(form: Any) -> type:
    return _input_type(f"{form.declared.name}Input", form.declared.description, _fields_of(form))


# Reading what was given.


def _reader(form: type) -> Convert:
    plan = [(one.name, one.takes.name or one.name, one, _convert(one)) for one in inputs_of(form)]

    def read(given: Any, within: str, faults: list[Fault]) -> Any:
        values: dict[str, Any] = {}
        for name, given_name, one, convert in plan:
            if one.takes.inline is not None:
                values[name] = convert(given, within, faults)
                continue
            # What an inline record leaves out is not in the input: it is as if it had not been given.
            value = getattr(given, given_name, one.default)
            if value is None or convert is _as_it_is:
                values[name] = value
            else:
                values[name] = convert(value, f"{within}.{one.outside}" if within else one.outside, faults)
        return form(**values)

    return read


def _convert(one: Input) -> Convert:
    convert = _convert_one(one)
    return _all_of(convert) if one.many else convert


def _convert_one(one: Input) -> Convert:
    if one.takes.id_of is not None:
        return _key(one.takes.id_of)
    if one.takes.money:
        return _fen
    if one.takes.inline is not None or one.record is not None:
        return _reader(one.type)
    return _as_it_is


def _as_it_is(value: Any, _path: str, _faults: list[Fault]) -> Any:
    return value


def _all_of(convert: Convert) -> Convert:
    if convert is _as_it_is:
        return lambda values, _path, _faults: tuple(values)
    return lambda values, path, faults: tuple(
        convert(value, f"{path}.{index}", faults) for index, value in enumerate(values)
    )


def _key(kind: str) -> Convert:
    def key(value: str, path: str, faults: list[Fault]) -> UUID:
        found = parse_global_id(value, kind)
        if found is None:
            faults.append(malformed_id(path))
            return new_id()
        return found

    return key


def _fen(amount: Decimal, path: str, faults: list[Fault]) -> int | None:
    """Yuan as fen; parts of a fen, and what is no amount, are faults."""
    # By its digits: multiplied first, a huge one would overflow, and a long one lose what is behind the fen.
    _, digits, exponent = amount.as_tuple()
    beyond = digits[exponent + 2 :] if isinstance(exponent, int) and exponent < -2 else ()
    if not amount.is_finite() or amount.adjusted() > LARGEST_POWER or any(beyond):
        english = f"{path} has at most two decimals and is within reason"
        faults.append(Fault(path, "金额最多两位小数，且不得超出范围", english, "MALFORMED"))
        return None
    return int(amount * FEN)
