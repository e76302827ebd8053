"""Rooms of the domain: each imports what it says that it needs, and says all that it has."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest

from domain import registry
from domain.foundation.basics.commands import Command
from domain.foundation.basics.resource import ResourceDeclaration
from domain.foundation.database.base import Base
from domain.foundation.kernel.rooms import Room, RoomError, command_of, modules, rules_of
from domain.foundation.kernel.rules import Rule
from domain.foundation.query.view import View
from domain.law.deadlines.codes import DeadlineKind
from domain.law.supervision.watch import HANDLED
from domain.registry import CATALOGUE, EXPIRY_HANDLERS, KINDS, ROOMS, RULEBOOK, RULES, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# What every room may stand on: it knows no room but the common ones.
FOUNDATION = (
    "domain.foundation.basics",
    "domain.foundation.kernel",
    "domain.foundation.database",
    "domain.foundation.query",
)
# What stands on all rooms, and is known to none.
ABOVE = ("domain.registry", "domain.places")

PACKAGES = {name: module.rpartition(".")[0] for name, module in modules().items()}
COMMON = {room.name for room in ROOMS if room.common}
NAMES = [room.name for room in ROOMS]


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("domain", cache_dir=None)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def room_of(module: str) -> str | None:
    """The room that a module is of: the innermost, for rooms may lie within others."""
    return max(
        (name for name, package in PACKAGES.items() if within(module, package)),
        key=lambda name: len(PACKAGES[name]),
        default=None,
    )


def is_foundation(module: str) -> bool:
    return any(within(module, one) for one in FOUNDATION) and room_of(module) is None


def imports_of(room: str) -> Iterator[tuple[str, str]]:
    """Each import from a module of the room to one outside it."""
    for module in sorted(graph().modules):
        if room_of(module) == room:
            for imported in sorted(graph().find_modules_directly_imported_by(module)):
                if room_of(imported) != room:
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
    """Every module of a room, without those of rooms that lie within it."""
    package = importlib.import_module(PACKAGES[room])
    for one in pkgutil.walk_packages(package.__path__, f"{PACKAGES[room]}."):
        if not one.ispkg and room_of(one.name) == room:
            yield importlib.import_module(one.name)


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_room_says_all_that_it_has(room: Room) -> None:
    """A table, a view or a rule that stands in a room's folder and is not said is told by name, with the file to write."""
    said_in = modules()[room.name].replace(".", "/") + ".py"
    for module in contents(room.name):
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Base) and value.__module__ == module.__name__:
                assert module in room.models, f"name {module.__name__} among `models` in {said_in}: it has {name}"
            if isinstance(value, ResourceDeclaration):
                assert value in room.resources, f"name {module.__name__}.{name} among `resources` in {said_in}"
            if isinstance(value, View):
                assert value in tuple(CATALOGUE), f"name {module.__name__}.{name} among `views` in {said_in}"
            listed = value if isinstance(value, tuple) else (value,)
            for command in listed:
                if isinstance(command, Command):
                    assert command in room.commands, f"name {module.__name__}.{name} among `commands` in {said_in}"
            for rule in listed:
                if isinstance(rule, Rule):
                    assert RULES.get(rule.id) is rule, f"{module.__name__}.{name} has {rule.id}: say it in {said_in}"


def tables_in(module: ModuleType) -> set[str]:
    """The tables that are defined in a module."""
    return {
        value.__tablename__
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Base) and value.__module__ == module.__name__
    }


def test_every_table_is_a_rooms() -> None:
    assert {table for room in ROOMS for module in room.models for table in tables_in(module)} == set(metadata.tables)


def test_rules_are_listed_once_and_kinds_come_first() -> None:
    assert len(RULES) == len(RULEBOOK)
    of_kinds = sum(len(rules_of(kind.subject).table) for kind in KINDS)
    assert {rule.id for rule in RULEBOOK[:of_kinds]} == {r.id for k in KINDS for r in rules_of(k.subject).table}
    assert RULEBOOK[0].id == "LIFECYCLE"


def test_examples_are_of_tables_and_columns_that_there_are() -> None:
    for room in ROOMS:
        tables = {
            value.__tablename__
            for module in room.models
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Base) and value is not Base
        }
        for table, columns in room.example.items():
            assert table in tables, f"{room.name} has no table {table} of which to give an example"
            assert set(columns) <= set(metadata.tables[table].c.keys()), table


def test_what_is_watched_when_its_time_has_passed_is_what_rooms_follow() -> None:
    assert set(EXPIRY_HANDLERS) == set(HANDLED)
    assert set(EXPIRY_HANDLERS) <= set(DeadlineKind)


# Tables of rooms that a room does not need and all the same reads by name, each with the reason.
READ_BY_NAME = {
    ("disputes", "mediator"): "whoever was dismissed stands on no case (MED2); the register itself acts upon cases",
    ("disputes", "police_notice"): "who waits for an answer keeps the closed case in sight",
    ("deadlines", "dispute_case"): "deadlines are a case's: its lock is taken, and whether it is seen decides",
    ("supervision", "dispute_case"): "supervision is upon a case: its lock is taken, and whether it is seen decides",
    (
        "policy",
        "app_user",
    ): "who proposed and agreed is told by name; people are read with the policy, so not the other way round",
    ("supervision", "county"): "the watch goes through every county",
    ("report_duties", "dispute_case"): "who is in danger is read of the case that the duty is about",
    ("report_duties", "case_party"): "who is in danger is read of the case that the duty is about",
}
NAMED_IN_SQL = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)")


def tables_named_in(room: str) -> set[str]:
    """The tables that texts in the room's modules name as SQL does."""
    found = set()
    for module in contents(room):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(NAMED_IN_SQL.findall(node.value))
    return found


def test_a_room_names_in_sql_no_table_of_a_room_that_it_does_not_need() -> None:
    """Contexts above a case tell their facts themselves; what is left is listed with its reason, and no longer than it is true."""
    owner = {table: room.name for room in ROOMS for module in room.models for table in tables_in(module)}
    by_name = {room.name: room for room in ROOMS}

    def needed(room: str) -> set[str]:
        return {room, *COMMON}.union(*(needed(one) for one in by_name[room].needs))

    found = {
        (room.name, table)
        for room in ROOMS
        for table in tables_named_in(room.name)
        if table in owner and owner[table] not in needed(room.name)
    }
    assert found == set(READ_BY_NAME)


def test_an_action_that_no_resource_has_is_told_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    pause = registry.COMMANDS["casePause"]
    monkeypatch.setattr(registry, "COMMANDS", {"casePause": replace(pause, action="forget")})
    with pytest.raises(RoomError, match="caseForget is an action that the resource case does not have"):
        registry.check()


def test_an_action_without_a_command_is_told_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def fewer(subject: str, action: str) -> Command:
        if action == "pause":
            message = f"no command is the action {action} upon a {subject}"
            raise RoomError(message)
        return command_of(subject, action)

    monkeypatch.setattr(registry, "command_of", fewer)
    with pytest.raises(RoomError, match="no command is the action pause upon a case"):
        registry.check()
