"""Reading what a place has of further kinds of work: `work/visits.toml` for the kind of that folder, and so for each kind.

A table is one row of the kind, told as the commands that made it and changed it. Its steps become those commands
(work_player.py), as those of histories become commands upon cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.foundation.basics.commands import Command
from domain.foundation.kernel.rooms import Kind
from domain.places.files import HERE, entries
from domain.places.histories import When, parse_when
from domain.places.specification import PlaceError
from domain.registry import COMMANDS, KINDS

PLACE = "place_id"
"""The field by which a command that makes a row of a kind names where it lies."""


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One command: when, counted back from the moment of loading, by whom (the key of a person), and what it brings."""

    on: When
    by: str
    command: Command
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WorkSpec:
    """One row of a kind: the first step makes it in a place, the others change it. `key` names it in messages alone."""

    kind: Kind
    key: str
    steps: tuple[WorkStep, ...]

    @property
    def place(self) -> str:
        """The key of the area in which it lies."""
        return str(self.steps[0].given[PLACE])


def read_work(place: str, root: Path = HERE) -> tuple[WorkSpec, ...]:
    """What the files of a place's folder `work` tell. Raises PlaceError as `read_place` does."""
    return tuple(one for path in sorted((root / place / "work").glob("*.toml")) for one in _of_a_kind(path))


def _of_a_kind(path: Path) -> tuple[WorkSpec, ...]:
    kind = next((one for one in KINDS if one.name == path.stem), None)
    if kind is None:
        message = f"{path.parent.parent.name}/work/{path.name}: no kind of work is called {path.stem}"
        raise PlaceError(message)

    def row(key: str, entry: dict[str, Any]) -> WorkSpec:
        steps = tuple(_step(kind, one) for one in entry["steps"])
        if [one.command.gate == "in_place" for one in steps] != [True, *(False for _ in steps[1:])]:
            raise ValueError("its first step, and no other, makes it in a place")
        if PLACE not in steps[0].given:
            raise KeyError(PLACE)
        return WorkSpec(kind, key, steps)

    return entries(path, row)


def _step(kind: Kind, entry: dict[str, Any]) -> WorkStep:
    of_kind = (one for one in COMMANDS.values() if one.resource == kind.subject)
    command = next((one for one in of_kind if one.action == entry["do"]), None)
    if command is None:
        raise ValueError(f"nobody can {entry['do']!r} a {kind.subject}")
    given = {name: value for name, value in entry.items() if name not in {"on", "by", "do"}}
    return WorkStep(parse_when(entry["on"]), entry["by"], command, given)
