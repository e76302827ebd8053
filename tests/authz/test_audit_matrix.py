"""The shipped policy on the audit log: who reads the log of a county, and who is told who read a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from authz.enforcer import Policy
from authz.fuzzing.invented_rows import CalendarRow, PlainRow
from domain.codes.enums import Role
from tests.authz.place import ACTOR, COUNTY, NOW, OTHER_COUNTY, OTHER_TOWN, SOMEBODY, TOWN, acting_as


@dataclass(frozen=True)
class ReadingRow(PlainRow):
    """The facts of one reading of a case: where the case lies, and whose it is."""

    RENAMED: ClassVar[Mapping[str, str]] = {name: f"owner.{name}" for name in ("town_id", "community_id", "grid_id")}

    county_id: int
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None
    party_sides: frozenset[tuple[UUID, str]] = frozenset()


READINGS = {
    "here": ReadingRow(COUNTY, TOWN),
    "other town": ReadingRow(COUNTY, OTHER_TOWN),
    "other county": ReadingRow(OTHER_COUNTY),
    "party": ReadingRow(COUNTY, OTHER_TOWN, party_sides=frozenset({(ACTOR, "applicant")})),
    "somebody's": ReadingRow(COUNTY, OTHER_TOWN, party_sides=frozenset({(SOMEBODY, "applicant")})),
}


@pytest.mark.parametrize("role", Role)
def test_the_log_is_read_by_auditor_and_administrator_of_its_county(policy: Policy, role: Role) -> None:
    seen = {
        county
        for county in (COUNTY, OTHER_COUNTY)
        if policy.enforce(acting_as(role), str(county), "audit_entry", "read", "core", CalendarRow(county), NOW)
    }
    assert seen == ({COUNTY} if role in {Role.AUDITOR, Role.COUNTY_ADMIN} else set())


@pytest.mark.parametrize("role", Role)
def test_who_saw_a_case_is_told_to_director_auditor_and_parties(policy: Policy, role: Role) -> None:
    seen = {
        name
        for name, row in READINGS.items()
        if policy.enforce(acting_as(role), str(row.county_id), "case_reading", "read", "core", row, NOW)
    }
    county_wide = {"here", "other town", "party", "somebody's"}
    expected = {Role.CENTRE_DIRECTOR: {"here"}, Role.AUDITOR: county_wide, Role.RESIDENT: {"party"}}
    assert seen == expected.get(role, set())
