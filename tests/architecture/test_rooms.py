"""Rooms of the domain: each imports what it says that it needs, and says all that it has."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

import grimp
import pytest

from domain.codes.enums import DeadlineKind
from domain.database.base import Base
from domain.kernel_of_work.rooms import Room, modules
from domain.kernel_of_work.rules import Rule
from domain.reading.view import View
from domain.registry import CATALOGUE, EXPIRY_HANDLERS, KINDS, ROOMS, RULEBOOK, RULES, metadata
from domain.supervision.watch import FOLLOWED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# What every room may stand on: it knows no room but the common ones.
FOUNDATION = ("domain.kernel", "domain.kernel_of_work", "domain.database", "domain.reading")
# What stands on all rooms, and is known to none.
ABOVE = ("domain.registry", "domain.places", "domain.metadata", "domain.readable", "domain.rulebook", "domain.lapses")

PACKAGES = {name: module.rpartition(".")[0] for name, module in modules().items()}
COMMON = {room.name for room in ROOMS if room.common}
NAMES = [room.name for room in ROOMS]


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("domain", cache_dir=None)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def room_of(module: str) -> str | None:
    return next((name for name, package in PACKAGES.items() if within(module, package)), None)


def is_foundation(module: str) -> bool:
    return any(within(module, one) for one in FOUNDATION) and room_of(module) is None


def imports_of(room: str) -> Iterator[tuple[str, str]]:
    """Each import from a module of the room to one outside it."""
    for module in sorted(graph().modules):
        if within(module, PACKAGES[room]):
            for imported in sorted(graph().find_modules_directly_imported_by(module)):
                if not within(imported, PACKAGES[room]):
                    yield module, imported


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_room_imports_what_it_says_it_needs(room: Room) -> None:
    allowed = {*room.needs, *COMMON}
    said_in = modules()[room.name].replace(".", "/") + ".py"
    used = set()
    for module, imported in imports_of(room.name):
        other = room_of(imported)
        if other is None:
            assert is_foundation(imported), f"{module} imports {imported}, which no room may"
        else:
            assert other in allowed, f"{module} imports {imported}: name {other!r} in `needs` in {said_in}"
            used.add(other)
    assert set(room.needs) <= used, f"{said_in} names in `needs` what nothing in the room imports"


def test_the_foundation_knows_no_room() -> None:
    for module in sorted(graph().modules):
        if is_foundation(module):
            for imported in graph().find_modules_directly_imported_by(module):
                assert is_foundation(imported) or room_of(imported) in COMMON or imported == "domain", (
                    module,
                    imported,
                )


def test_every_module_is_a_rooms_or_known_not_to_be() -> None:
    for module in sorted(graph().modules):
        parts = graph().find_children(module)
        known = room_of(module) or is_foundation(module) or any(within(module, one) for one in ABOVE) or parts
        assert known, f"{module} belongs to no room: write a room.py or a kind.py beside it"


def contents(room: str) -> Iterator[ModuleType]:
    """Every module of a room."""
    package = importlib.import_module(PACKAGES[room])
    for one in pkgutil.iter_modules(package.__path__, f"{PACKAGES[room]}."):
        yield importlib.import_module(one.name)


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_room_says_all_that_it_has(room: Room) -> None:
    """A table, a view or a rule that stands in a room's folder and is not said is told by name, with the file to write."""
    said_in = modules()[room.name].replace(".", "/") + ".py"
    for module in contents(room.name):
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Base) and value.__module__ == module.__name__:
                assert module in room.models, f"name {module.__name__} among `models` in {said_in}: it has {name}"
            if isinstance(value, View):
                assert value in tuple(CATALOGUE), f"name {module.__name__}.{name} among `views` in {said_in}"
            listed = value if isinstance(value, tuple) else (value,)
            for rule in listed:
                if isinstance(rule, Rule):
                    assert RULES.get(rule.id) is rule, f"{module.__name__}.{name} has {rule.id}: say it in {said_in}"


def test_every_table_is_a_rooms() -> None:
    told = {
        value.__tablename__
        for room in ROOMS
        for module in room.models
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Base) and value is not Base
    }
    assert told == set(metadata.tables)


def test_rules_are_listed_once_and_kinds_come_first() -> None:
    assert len(RULES) == len(RULEBOOK)
    assert [kind.subject for kind in KINDS] == ["case"]
    assert RULEBOOK[0].id == "LIFECYCLE"


def test_what_is_watched_when_its_time_has_passed_is_what_rooms_follow() -> None:
    assert set(EXPIRY_HANDLERS) == set(FOLLOWED)
    assert set(EXPIRY_HANDLERS) <= set(DeadlineKind)
