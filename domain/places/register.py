"""Reading the register of a place: its mediation committees, how they were elected, whom they appointed and dismissed.

A table of register.toml belongs to a committee, or to an area whose committees are sized, by its key. Its steps become
the register's own commands (register_player.py), as those of histories become commands upon cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.places.files import HERE, entries
from domain.places.histories import When, parse_when


class RegisterAction(StrEnum):
    """What can be done in the register, by the policy's action names."""

    REGISTER = "register"
    ELECT = "elect"
    APPOINT = "appoint"
    DISMISS = "dismiss"
    SET = "set"


@dataclass(frozen=True, slots=True)
class RegisterStep:
    """One command: when, counted back from the moment of loading, by whom (the key of a person), what, and what it brings."""

    on: When
    by: str
    action: RegisterAction
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    """What was done to one committee, or to the committees of one area, in order. `key`: the organisation's."""

    key: str
    steps: tuple[RegisterStep, ...]


def read_register(place: str, root: Path = HERE) -> tuple[RegisterSpec, ...]:
    """The register of a place; empty where its folder has none. Raises PlaceError as `read_place` does."""
    path = root / place / "register.toml"
    return entries(path, _register) if path.exists() else ()


def _register(key: str, entry: dict[str, Any]) -> RegisterSpec:
    return RegisterSpec(key, tuple(_step(one) for one in entry["steps"]))


def _step(entry: dict[str, Any]) -> RegisterStep:
    given = {name: value for name, value in entry.items() if name not in {"on", "by", "do"}}
    return RegisterStep(parse_when(entry["on"]), entry["by"], RegisterAction(entry["do"]), given)
