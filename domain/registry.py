"""What the platform has in all, as its rooms say it: tables, views, rules, what follows from what.

Nothing is listed here: `domain.foundation.kernel.rooms` finds every `kind.py` and `room.py`. Importing this module
imports them all, and what does not fit is said now, by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from domain.foundation.basics.commands import Command, by_name
from domain.foundation.database.base import Base
from domain.foundation.kernel.rooms import (
    ExpiryHandler,
    Kind,
    RoomError,
    command_of,
    fact_sheet,
    modules,
    rooms,
    rules_of,
)
from domain.foundation.kernel.rules import Rule
from domain.foundation.query.view import Catalogue
from domain.law.deadlines.codes import DeadlineKind

ROOMS = rooms()
KINDS: tuple[Kind, ...] = tuple(room for room in ROOMS if isinstance(room, Kind))

metadata = Base.metadata
"""Every table."""

CATALOGUE = Catalogue(*(view for room in ROOMS for view in room.views))
"""Every view."""


def _rulebook() -> tuple[Rule[Any], ...]:
    kinds = [rule for kind in KINDS for rule in rules_of(kind.subject).table]
    others = [rule for room in ROOMS if not isinstance(room, Kind) and room.rules for rule in room.rules.table]
    return (*kinds, *others)


RULEBOOK: tuple[Rule[Any], ...] = _rulebook()
"""Every rule, those of kinds of work first."""


RULES: Mapping[str, Rule[Any]] = MappingProxyType({rule.id: rule for rule in RULEBOOK})
"""The same by their ids."""


def commands_of(rule: Rule[Any]) -> tuple[Command, ...]:
    """The commands that a rule concerns: of a kind of work by their actions, of any other room by their names."""
    subject = next((kind.subject for kind in KINDS if rule.id in rules_of(kind.subject).by_id), None)
    if subject is None:
        return tuple(COMMANDS[name] for name in rule.applies_to)
    return tuple(command_of(subject, action) for action in rule.applies_to)


def _expiry_handlers() -> Mapping[DeadlineKind, ExpiryHandler]:
    found: dict[DeadlineKind, ExpiryHandler] = {}
    for room in ROOMS:
        for deadline, handle in room.expiries.items():
            if deadline in found:
                message = (
                    f"what follows when a deadline {deadline} has passed is said twice, the second time by {room.name}"
                )
                raise RoomError(message)
            found[deadline] = handle
    return MappingProxyType(found)


EXPIRY_HANDLERS: Mapping[DeadlineKind, ExpiryHandler] = _expiry_handlers()
"""What follows when the time for something has passed, beyond its deadline; for whoever watches."""


COMMANDS: Mapping[str, Command] = by_name(command for room in ROOMS for command in room.commands)
"""Every command that rooms declare."""

RESOURCES: tuple[Any, ...] = tuple(resource for room in ROOMS for resource in room.resources)
"""What access to the rows of each room depends on."""


def _policy_files() -> tuple[Traversable, ...]:
    found = []
    for room in ROOMS:
        if room.policy is not None:
            folder = modules()[room.name].rpartition(".")[0]
            file = files(folder).joinpath(room.policy)
            if not file.is_file():
                message = (
                    f"room {room.name} names a policy that is not there: write {folder.replace('.', '/')}/{room.policy}"
                )
                raise RoomError(message)
            found.append(file)
    return tuple(found)


POLICY_FILES: tuple[Traversable, ...] = _policy_files()
"""The files with policy rows that rooms keep for themselves."""


def check() -> None:
    """Raise RoomError or FactsError, by name, for what rooms say that does not fit together."""
    subjects = {kind.subject for kind in KINDS}
    for room in ROOMS:
        for subject in {one.to for one in room.contributes} | set(room.reactions):
            if subject not in subjects:
                message = f"room {room.name} has to do with a {subject}, and no kind of work is upon one"
                raise RoomError(message)
    if len(RULES) != len(RULEBOOK):
        message = "two rules of different rooms have the same id"
        raise RoomError(message)
    for kind in KINDS:
        fact_sheet(kind.subject)
        lifecycle = rules_of(kind.subject).lifecycle
        for action in () if lifecycle is None else lifecycle.actions:
            command_of(kind.subject, action)
    actions = {resource.name: resource.actions for resource in RESOURCES}
    for command in COMMANDS.values():
        if command.action not in actions.get(command.resource, ()):
            message = (
                f"{command.outside} is an action that the resource {command.resource} does not have: name it there"
            )
            raise RoomError(message)


check()
