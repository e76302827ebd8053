"""Reading the histories of a place: what people did to its cases after they were loaded, as steps with a time and a name.

A history belongs to a case of cases.csv, or begins one of its own. Its steps become the platform's own commands
(history_commands.py), asked of the gate and judged by the rules like anybody's (player.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from domain.codes.enums import CaseAction
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.clock import CHINA
from domain.places.files import HERE, entries, parse_party
from domain.places.specification import PartySpec, PlaceError

# `3d 10:30`: three days after the registration, in China.
_WHEN = re.compile(r"(-?\d+)d(?: (\d\d):(\d\d))?")


@dataclass(frozen=True, slots=True)
class When:
    """A day counted from a case's registration, and perhaps an hour of it."""

    days: int
    hour: time | None

    def moment(self, begins: datetime) -> datetime:
        """The moment it stands for."""
        if self.hour is None:
            raise PlaceError(f"{self.days}d names no hour")
        return datetime.combine(self.day(begins), self.hour, CHINA)

    def day(self, begins: datetime) -> date:
        """The day it stands for."""
        return china_date(begins) + timedelta(days=self.days)

    def later(self, days: int) -> When:
        """The same hour, so many days later."""
        return When(self.days + days, self.hour)


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One command: when, by whom (the key of a person), what, and what it brings; its times are the file's own words."""

    on: When
    by: str
    action: CaseAction
    given: Mapping[str, Any]
    shift: int = 0


@dataclass(frozen=True, slots=True)
class BeginningSpec:
    """How a case begins that is no line of cases.csv: `on` is counted back from the moment of loading."""

    on: When
    by: str
    action: CaseAction
    place: str
    source: str
    type_code: str
    title: str
    facts: str
    demands: str | None
    applicants: tuple[PartySpec, ...]
    respondents: tuple[PartySpec, ...]
    third_parties: tuple[PartySpec, ...]
    people: int | None
    entrusted_to: str | None
    reference_number: str | None


@dataclass(frozen=True, slots=True)
class HistorySpec:
    """What was done to one case, in order."""

    key: str
    begins: BeginningSpec | None
    steps: tuple[StepSpec, ...]


def read_histories(place: str, root: Path = HERE) -> tuple[HistorySpec, ...]:
    """The histories of a place: every file of its folder `histories`. Raises PlaceError as `read_place` does.

    A step `{ as = "PATTERN", day = 3 }` stands for the steps of `[pattern.PATTERN]` of the same file, three days later.
    """
    found: list[HistorySpec] = []
    for path in sorted((root / place / "histories").glob("*.toml")):
        patterns: dict[str, Any] = {}

        def parse(key: str, entry: dict[str, Any], patterns: dict[str, Any] = patterns) -> HistorySpec | None:
            if key == "pattern":
                patterns |= entry
                return None
            return _history(key, entry, patterns)

        found += [one for one in entries(path, parse) if one is not None]
    keys = [history.key for history in found]
    if len(keys) != len(set(keys)):
        raise PlaceError(f"{place}: two histories tell of the same case")
    return tuple(found)


def parse_when(text: str) -> When:
    """`3d 10:30` or `3d`."""
    found = _WHEN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a day and an hour such as '3d 10:30'")
    days, hour, minute = found.groups()
    return When(int(days), None if hour is None else time(int(hour), int(minute)))


def _history(key: str, entry: dict[str, Any], patterns: Mapping[str, Any]) -> HistorySpec:
    begins = entry.get("begins")
    return HistorySpec(
        key, None if begins is None else _beginning(begins), tuple(_steps(entry.get("steps", []), patterns, 0))
    )


def _steps(told: list[dict[str, Any]], patterns: Mapping[str, Any], shift: int) -> Iterator[StepSpec]:
    for one in told:
        if "as" in one:
            yield from _steps(patterns[one["as"]], patterns, shift + one.get("day", 0))
            continue
        given = {name: value for name, value in one.items() if name not in {"on", "by", "do"}}
        yield StepSpec(parse_when(one["on"]).later(shift), one["by"], CaseAction(one["do"]), given, shift)


def _beginning(entry: dict[str, Any]) -> BeginningSpec:
    return BeginningSpec(
        on=parse_when(entry["on"]),
        by=entry["by"],
        action=CaseAction(entry["do"]),
        place=entry["place"],
        source=entry["source"],
        type_code=entry["type"],
        title=entry["title"],
        facts=entry["facts"],
        demands=entry.get("demands"),
        applicants=tuple(parse_party(text) for text in entry["applicants"].split(";")),
        respondents=tuple(parse_party(text) for text in entry["respondents"].split(";")),
        third_parties=tuple(parse_party(text) for text in entry.get("third_parties", "").split(";") if text),
        people=entry.get("people"),
        entrusted_to=entry.get("entrusted_to"),
        reference_number=entry.get("reference_number"),
    )
