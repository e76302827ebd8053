"""What the kernel says once for kinds of work that need no more: what does not fit a kind is told by name, at the start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import pytest

from domain.foundation.basics.commands import Command, Subject, Takes, form_of
from domain.foundation.database.base import APPENDED_ONLY, TENANT
from domain.foundation.kernel import rooms
from domain.foundation.kernel.commands import changes_row, makes_row
from domain.foundation.kernel.facts import FactsError
from domain.foundation.kernel.rooms import RoomError
from domain.registry import COMMANDS, metadata
from domain.visits.commands import CorrectVisit, RecordVisit
from domain.visits.kind import KIND, VISIT, VISITS
from domain.visits.rules import VisitAction

_A = VisitAction


@dataclass(frozen=True, slots=True)
class Weather:
    """What no visit keeps."""

    household: Annotated[str, Takes("Which household 住户")]
    weather: Annotated[str, Takes("The weather 天气")]


@dataclass(frozen=True, slots=True)
class MoreFacts:
    """A fact that is a column, and one that somebody must tell."""

    status: str
    visits_before: int


def test_what_a_command_brings_has_a_column() -> None:
    for declare in (makes_row, changes_row):
        with pytest.raises(
            RoomError, match=r"Weather brings weather.*visit has no such column.*domain\.visits\.models"
        ):
            declare(VISITS, VISIT, _A.RECORD, Weather, "Record 登记")
    # Where a new row lies is no column, and a new row has no version to expect.
    with pytest.raises(RoomError, match="expected_version"):
        makes_row(VISITS, VISIT, _A.RECORD, CorrectVisit, "Record 登记")
    with pytest.raises(RoomError, match="place_id"):
        changes_row(VISITS, VISIT, _A.CORRECT, RecordVisit, "Correct 更正")


def test_a_command_without_a_service_of_its_own_checks_what_it_takes() -> None:
    made, changed = COMMANDS["visitRecord"], COMMANDS["visitCorrect"]
    assert isinstance(made, Command)
    assert (form_of(made.service), made.gate, made.upon) == (RecordVisit, "in_place", None)
    assert (form_of(changed.service), changed.gate, changed.upon) == (CorrectVisit, "", VISIT)


def test_a_fact_that_is_no_column_must_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "rooms", lambda: (replace(KIND, facts=MoreFacts),))
    with pytest.raises(FactsError, match="no room tells the facts visits_before of visit"):
        rooms.fact_sheet.__wrapped__("visit")


def test_a_timeline_is_a_table_of_its_own_that_only_grows() -> None:
    table = metadata.tables["visit_timeline"]
    assert table.info == TENANT | APPENDED_ONLY
    assert {"visit_id", "version", "action", "from_status", "to_status", "actor_id", "note"} < set(table.c.keys())
    assert not table.c["visit_id"].nullable


def test_a_kind_is_spoken_of_by_its_name_and_its_word() -> None:
    event = Subject.of_kind("grid_event", "事件")
    assert (event.view, event.type, event.timeline) == ("grid_event", "GridEvent", "timeline")
    assert (event.which, event.changed) == ("Which grid event 事件", "A grid event was changed 事件已变更")
    assert Subject.of_kind("event", "事件").changed == "An event was changed 事件已变更"
