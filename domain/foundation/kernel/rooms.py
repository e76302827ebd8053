"""The rooms of the domain, each of which says all of itself in its folder: found, not listed.

A room is a package with a `room.py` that says `ROOM`, or a `kind.py` that says `KIND` where it is a kind of work. What
the platform has in all (tables, views, rules, reactions …) follows from them in `domain.registry`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import domain
from domain.foundation.basics.commands import Command
from domain.foundation.kernel.facts import Contribution, FactSheet, contribution, own_columns
from domain.foundation.kernel.rules import Rules
from domain.foundation.query.view import View

SAID_IN = {"kind": "KIND", "room": "ROOM"}
"""The modules in which a room says what it is, and under which name."""

Reaction = Callable[..., Awaitable[None]]
"""What a room does when something happened to a row of a kind: `(session, event, calendar)`, before the commit."""

ExpiryHandler = Callable[..., Awaitable[None]]
"""What follows when a deadline of a kind has passed unsatisfied: `(session, deadline, now)`."""


class RoomError(Exception):
    """A room that does not say what it must: by name, with the file to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a folder of the domain says of itself.

    `needs`: the rooms that it may import, beside what every room may (the foundation, the codes). `models`: the modules
    with its tables. `views`: what can be read. `rules`: those that its commands obey and that are no action's of a kind.
    `commands`: what can be done. `contributes`: what it knows of the rows of other kinds, and the rules that it adds to
    theirs. `reactions`: what it does, by the kind to which something happened. `expiries`: what it does when a deadline
    of a kind has passed unsatisfied. `shows_deadlines`: by the kind of deadline, an UPDATE that keeps its last day where
    the room shows it or asks it by rules; it takes `:day` or the moment `:due`, `:county`, and the case's `:id`.
    `resources`: what access to its rows depends on. `policy`: the file beside it with policy rows of its own. `common`: every room may import it. `example`: of tables whose columns have to do with each
    other, or could not hold any value, SQL for such columns of one row of a `{county}`, or of one of its `{cases}`:
    so that tests can make one.
    """

    name: str
    needs: tuple[str, ...] = ()
    models: tuple[ModuleType, ...] = ()
    views: tuple[View, ...] = ()
    rules: Rules[Any, Any] | None = None
    commands: tuple[Any, ...] = ()
    contributes: tuple[Contribution, ...] = ()
    reactions: Mapping[str, tuple[Reaction, ...]] = field(default_factory=dict)
    expiries: Mapping[Any, ExpiryHandler] = field(default_factory=dict)
    shows_deadlines: Mapping[Any, str] = field(default_factory=dict)
    resources: tuple[Any, ...] = ()
    policy: str | None = None
    common: bool = False
    example: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Room):
    """A kind of work: a room whose rows have rules.

    `subject`: what one of its rows is called, in the policy and by other rooms. `facts`: the dataclass of what rules ask
    of a row: columns of the row, where the room contributes nothing to its own kind.
    """

    subject: str
    facts: type[Any]


@cache
def rooms() -> tuple[Room, ...]:
    """Every room: those that a room needs before it, else by name. Raises RoomError, by name, for one that is missing."""
    found = {name: _said_in(importlib.import_module(module)) for name, module in modules().items()}
    ordered: dict[str, Room] = {}

    def put(room: Room, path: tuple[str, ...]) -> None:
        if room.name in path:
            message = f"rooms need each other in a circle: {' → '.join((*path, room.name))}"
            raise RoomError(message)
        for need in sorted(room.needs):
            if need not in found:
                message = f"room {room.name} needs {need}, and there is no such room"
                raise RoomError(message)
            put(found[need], (*path, room.name))
        ordered.setdefault(room.name, room)

    for name in sorted(found):
        put(found[name], ())
    return tuple(ordered.values())


def kind_of(subject: str) -> Kind:
    """The kind whose rows are called so. Raises RoomError if there is none."""
    for room in rooms():
        if isinstance(room, Kind) and room.subject == subject:
            return room
    message = f"there is no kind of work upon a {subject}"
    raise RoomError(message)


@cache
def fact_sheet(subject: str) -> FactSheet[Any]:
    """The facts of a kind, as all rooms tell them. Raises FactsError for what is not told, or told twice."""
    return FactSheet(subject, kind_of(subject).facts, contributions(subject))


@cache
def rules_of(subject: str) -> Rules[Any, Any]:
    """The rules of a kind: its own, then those that other rooms add."""
    own = kind_of(subject).rules
    assert own is not None
    return own.with_rules(rule for _, one in contributions(subject) for rule in one.rules)


@cache
def command_of(subject: str, action: str) -> Command:
    """The command that is an action upon the kind. Raises RoomError if there is none."""
    found = next((one for one in _commands() if (one.resource, one.action) == (subject, action)), None)
    if found is None:
        message = f"no command is the action {action} upon a {subject}: declare it in a room's commands"
        raise RoomError(message)
    return found


def _commands() -> Iterator[Command]:
    return (one for room in rooms() for one in room.commands)


def contributions(subject: str) -> tuple[tuple[str, Contribution], ...]:
    """What rooms know of a kind, each with the room's name: the kind's own first, then in the order of the rooms."""
    kind = kind_of(subject)
    found = [(room.name, one) for room in rooms() for one in room.contributes if one.to == subject]
    if all(name != kind.name for name, _ in found):
        found.append((kind.name, contribution(subject, _columns_among(kind))))
    return tuple(sorted(found, key=lambda one: one[0] != kind.name))


def _columns_among(kind: Kind) -> dict[str, str]:
    """Those facts of a kind that are columns of its row; any other some room must tell."""
    named = {view.table for view in kind.views if view.name == kind.subject}
    tables = (getattr(model, "__table__", None) for module in kind.models for model in vars(module).values())
    columns = {one.name for table in tables if table is not None and table.name in named for one in table.columns}
    return {name: sql for name, sql in own_columns(kind.facts).items() if name in columns}


@cache
def reactions_to(subject: str) -> tuple[Reaction, ...]:
    """What follows, in other rooms, from what happens to a row of the kind, in the order of the rooms."""
    return tuple(react for room in rooms() for react in room.reactions.get(subject, ()))


@cache
def modules() -> Mapping[str, str]:
    """By the name of each room, its folder's, the module in which it says what it is."""
    found: dict[str, str] = {}
    for module in _walk(domain.__path__, "domain"):
        name = module.split(".")[-2]
        if name in found:
            message = f"two rooms are called {name}: {found[name]} and {module}"
            raise RoomError(message)
        found[name] = module
    return found


def _walk(path: Any, package: str) -> Iterator[str]:
    # Not pkgutil.walk_packages, which imports every package on its way.
    for one in pkgutil.iter_modules(path):
        if one.ispkg:
            yield from _walk([f"{entry}/{one.name}" for entry in path], f"{package}.{one.name}")
        elif one.name in SAID_IN:
            yield f"{package}.{one.name}"


def _said_in(module: ModuleType) -> Room:
    package, _, name = module.__name__.rpartition(".")
    said = getattr(module, SAID_IN[name], None)
    if not isinstance(said, Kind if name == "kind" else Room):
        message = f"{module.__name__} does not say {SAID_IN[name]}: write it in {package.replace('.', '/')}/{name}.py"
        raise RoomError(message)
    if said.name != package.rpartition(".")[2]:
        message = f"{module.__name__} says that it is {said.name}: a room is called as its folder"
        raise RoomError(message)
    return said
