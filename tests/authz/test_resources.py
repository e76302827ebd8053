"""What rooms declare: every declaration is borne out by its tables, and what is forgotten is told by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TIMESTAMP

from authz.atoms import Related
from authz.conditions import CONDITIONS, grounds_of
from authz.facts import Facts, facts_in_place, new_facts
from authz.fuzzing.invented_rows import ROLE_COLUMNS, NoteRow
from authz.fuzzing.worlds import PLACED
from authz.names import Name
from authz.predicate import ALWAYS, NEVER
from authz.resources import RESOURCES, UnsoundResources, columns, gather, resource_of
from authz.rooms import Room, rooms
from authz.scopes import SCOPES
from authz.shape import MembershipShape, NumberedMembership
from domain.foundation.basics.resource import (
    ONLY_CORE,
    READ,
    OtherTable,
    RelatedRows,
    ResourceDeclaration,
    Whole,
    same_name,
)
from domain.foundation.database.base import Base
from domain.registry import metadata
from tests.authz.place import ACTOR, COUNTY, SOMEBODY, a_case, an_actor, an_id

HERE = Room("domain.visits")


class Model:
    """A mapped class, as far as declarations look at it."""

    def __init__(self, name: str, *given: Column[Any]) -> None:
        self.__tablename__ = name
        key = (Column("county_id", Integer, nullable=False), Column("id", Uuid, nullable=False))
        self.__table__ = Table(name, MetaData(), *key, *given)


VISIT = Model("visit", Column("grid_id", Uuid), Column("visited_by", Uuid, nullable=False), Column("paid_at", Date))
SERVES = Model(
    "visit_helper",
    Column("visit_id", Uuid, nullable=False),
    Column("user_id", Uuid),
    Column("valid_from", TIMESTAMP(timezone=True), nullable=False),
    Column("valid_until", TIMESTAMP(timezone=True)),
)
GOOD = ResourceDeclaration(
    "visit",
    VISIT,
    {READ: ONLY_CORE, "record": ONLY_CORE},
    same_name("grid_id", "visited_by"),
    related=(RelatedRows("helpers", SERVES, "visit_id", ("user_id",)),),
)


def test_a_resource_is_what_its_tables_say() -> None:
    made = resource_of(GOOD, "domain/visits")
    assert made.columns == same_name("county_id", "id", "grid_id", "visited_by")
    assert made.never_null == {"county_id", "id", "visited_by"}
    assert made.facts == {*made.columns, "helpers"}
    assert made.relationships["helpers"].columns == ("user_id", "valid_from", "valid_until")
    assert gather([(HERE, GOOD)])["visit"].room == "domain/visits"


_SHORT = Model("visit_paper", Column("note", Text))
UNSOUND: dict[str, tuple[ResourceDeclaration, str]] = {
    "a fact without column": (
        replace(GOOD, columns=same_name("town_id")),
        "fact 'town_id': table visit has no column 'town_id'",
    ),
    "a fact of another name without column": (
        replace(GOOD, columns={"organisation_id": "committee_id"}),
        "fact 'organisation_id': table visit has no column 'committee_id'",
    ),
    "a key that is none": (replace(GOOD, key="number"), "fact 'number': table visit has no column 'number'"),
    "no reading": (replace(GOOD, actions={"record": ONLY_CORE}), "its actions have no 'read' with the group 'core'"),
    "no core": (replace(GOOD, actions={READ: frozenset({"notes"})}), "its actions have no 'read' with the group"),
    "two facts of one name": (
        replace(GOOD, related=(RelatedRows("grid_id", SERVES, "visit_id", ("user_id",)),)),
        "two facts are called 'grid_id'",
    ),
    "a relationship without its key": (
        replace(GOOD, related=(RelatedRows("helpers", SERVES, "case_id", ("user_id",)),)),
        "relationship 'helpers': table visit_helper has no column 'case_id'",
    ),
    "a relationship without a column": (
        replace(GOOD, related=(RelatedRows("helpers", SERVES, "visit_id", ("organisation_id",)),)),
        "relationship 'helpers': table visit_helper has no column 'organisation_id'",
    ),
    "a relationship by a key that may be missing": (
        replace(GOOD, related=(RelatedRows("helpers", SERVES, "user_id", ()),)),
        "relationship 'helpers': column 'user_id' of table visit_helper must be NOT NULL",
    ),
    "a relationship by a column of the row that it lacks": (
        replace(GOOD, related=(RelatedRows("helpers", SERVES, "visit_id", (), of="case_id"),)),
        "relationship 'helpers': table visit has no column 'case_id'",
    ),
    "rows named by what is not looked at": (
        replace(GOOD, related=(RelatedRows("helpers", SERVES, "visit_id", (), naming="user_id"),)),
        "relationship 'helpers': 'user_id', by which its rows name somebody, is not among its columns",
    ),
    "a term that the table lacks": (
        replace(GOOD, related=(RelatedRows("papers", _SHORT, "id", ()),)),
        "the term of relationship 'papers': table visit_paper has no column 'valid_from'",
    ),
    "a term that would be forgotten": (
        replace(GOOD, related=(RelatedRows("helpers", SERVES, "visit_id", ("user_id",), term=False),)),
        "relationship 'helpers': table visit_helper has a term that does not count",
    ),
    "another table without a fact": (
        replace(GOOD, other_tables=(OtherTable(_SHORT),), related=()),
        "fact 'visited_by': table visit_paper has no column 'visited_by'",
    ),
    "another table said to lack what it has": (
        replace(GOOD, other_tables=(OtherTable(VISIT, frozenset({"grid_id"})),)),
        "table visit has the column 'grid_id' that it is said to lack",
    ),
    "a whole without its fact": (
        replace(GOOD, whole=Whole(_SHORT, "visited_by", ("grid_id",))),
        "fact 'grid_id' of its whole: table visit_paper has no column 'grid_id'",
    ),
    "a whole by a key that may be missing": (
        replace(GOOD, whole=Whole(_SHORT, "grid_id", ("note",))),
        "the key of its whole: column 'grid_id' of table visit must be NOT NULL",
    ),
    "a type that no decision compares": (
        replace(GOOD, columns=same_name("paid_at")),
        "fact 'paid_at': column 'paid_at' of table visit is of a type that no decision compares",
    ),
}


@pytest.mark.parametrize("mistake", UNSOUND)
def test_what_a_declaration_forgets_is_told_with_its_file(mistake: str) -> None:
    declared, fault = UNSOUND[mistake]
    with pytest.raises(UnsoundResources) as refused:
        gather([(HERE, declared)])
    assert any(one.startswith(f"domain/visits/access_facts.py: visit: {fault}") for one in refused.value.faults)


def test_every_fault_of_every_resource_is_told_at_once() -> None:
    other = replace(GOOD, name="call", key="number", columns=same_name("town_id"))
    with pytest.raises(UnsoundResources) as refused:
        gather([(HERE, GOOD), (HERE, GOOD), (HERE, other)])
    assert [one.split(": ", 1)[1] for one in refused.value.faults] == [
        "another resource is called 'visit' already",
        "call: fact 'town_id': table visit has no column 'town_id'",
        "call: fact 'number': table visit has no column 'number'",
    ]


@pytest.mark.parametrize(
    ("taken_upon", "fault"),
    [
        ({"burn": "visit"}, "'burn' is none of its actions"),
        ({"record": "house"}, "'record' is taken upon a resource that nobody declares"),
        ({"record": "paper"}, "'record' is taken upon paper, which does not have all of its facts"),
    ],
)
def test_an_action_upon_another_resource_needs_its_facts(taken_upon: dict[str, str], fault: str) -> None:
    paper = ResourceDeclaration("paper", _SHORT, {READ: ONLY_CORE})
    bare = replace(GOOD, related=(), taken_upon=taken_upon)
    with pytest.raises(UnsoundResources) as refused:
        gather([(HERE, bare), (HERE, paper)])
    assert refused.value.faults == (f"domain/visits/access_facts.py: visit: {fault}",)
    # With relationships too: an organisation has none of a committee's.
    with pytest.raises(UnsoundResources, match="does not have all of its facts"):
        gather([(HERE, replace(GOOD, taken_upon={"record": "same"})), (HERE, replace(GOOD, name="same"))])


# What the shipped rooms declare.


def test_rooms_are_found_with_what_they_declare() -> None:
    found = {room.path: {one.name for one in room.declared} for room in rooms()}
    assert found.keys() == {room.path for room in rooms()}
    assert sorted(name for names in found.values() for name in names) == sorted(RESOURCES)
    assert all(room.policy is None or room.policy.is_file() for room in rooms())


# Fact by fact, as the tables were read by hand: (may be NULL, column if called otherwise).
NULLABLE = {
    "case": {"town_id", "community_id", "grid_id", "handler_id", "court_id"},
    "note": {"side", "organisation_id", "owner.town_id", "owner.community_id", "owner.grid_id", "owner.handler_id"},
    "party": {"user_id"},
    "organisation": {"town_id", "community_id", "grid_id"},
    "user": set[str](),
    "calendar": set[str](),
    "policy": set[str](),
    "audit_entry": set[str](),
    "case_reading": {"owner.town_id", "owner.community_id", "owner.grid_id"},
    "committee": {"town_id", "community_id", "grid_id"},
    "mediator": {"town_id", "community_id", "grid_id"},
} | {key: {"town_id", "community_id", "grid_id"} for key in PLACED}


@pytest.mark.parametrize("name", RESOURCES)
def test_what_may_be_null_is_known(name: str) -> None:
    given = RESOURCES[name]
    assert set(given.columns.values()) - given.never_null == NULLABLE[name]


def test_a_column_that_one_of_two_tables_has_null_may_be_null() -> None:
    loose = Model("other_visit", Column("grid_id", Uuid), Column("visited_by", Uuid))
    made = resource_of(replace(GOOD, other_tables=(OtherTable(loose),)), "domain/visits")
    assert "visited_by" not in made.never_null
    lacking = Model("other_visit", Column("grid_id", Uuid))
    given = replace(GOOD, other_tables=(OtherTable(lacking, frozenset({"visited_by"})),))
    assert "visited_by" in resource_of(given, "domain/visits").never_null


def test_columns_are_written_under_aliases() -> None:
    found = columns("note", "n", "c")
    assert found["visibility"] == "n.visibility"
    assert found["owner.handler_id"] == "c.handler_id"
    assert {"county_id", "id", "case_id"} <= found.keys()
    assert columns("committee", "t") == {
        name: f"t.{name}" for name in ("community_id", "county_id", "grid_id", "id", "town_id")
    }


def test_related_rows_are_kept_as_tests_know_them() -> None:
    """The tables' own word on relationships, against what tests wrote by hand."""
    for resource in RESOURCES.values():
        for one in resource.relationships.values():
            assert set(one.columns) <= set(metadata.tables[one.table].columns.keys())
            roles = {"parties": "side", **ROLE_COLUMNS}[one.name]
            assert roles is None or roles in one.columns
    assert Base.metadata is metadata


class Recorder(dict[str, Any]):
    """Which facts a definition looks at."""

    def __init__(self, given: Mapping[str, Any], seen: set[str]) -> None:
        super().__init__(given)
        self._seen = seen

    def __getitem__(self, name: str) -> Any:
        self._seen.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("entry", [*SCOPES.values(), *CONDITIONS.values()], ids=lambda entry: entry.name)
def test_a_name_needs_exactly_the_facts_that_it_looks_at(entry: Name) -> None:
    """Of a fact that is not said to be needed a policy row would be let in, and fail at the first question."""
    everywhere = tuple((column, False) for column in ("county_id", "town_id", "community_id", "grid_id"))
    member = NumberedMembership(MembershipShape("mediator", everywhere, everywhere), 0, shared_county=True)
    for meaning in entry.meanings:
        fitting = [one for one in RESOURCES.values() if meaning.needs <= one.facts]
        assert fitting
        for resource in fitting:
            seen: set[str] = set()
            recording = replace(
                resource,
                columns=Recorder(resource.columns, seen),
                relationships=Recorder(resource.relationships, seen),
            )
            atoms = {atom for one in meaning.define(member, recording) for atom in one}
            seen |= {name for atom in atoms if isinstance(atom, Related) for name in atom.same}
            assert seen - {"county_id"} == meaning.needs


def test_names_come_to_nothing_where_their_facts_are_missing() -> None:
    member = NumberedMembership(MembershipShape("mediator", (("town_id", False),), ()), 0, shared_county=True)
    assert grounds_of("subtree", "always", member, RESOURCES["user"]) == NEVER
    assert grounds_of("any", "court_seized", member, RESOURCES["user"]) == NEVER
    assert grounds_of("any", "always", member, RESOURCES["user"]) == ALWAYS


def test_related_atoms_look_at_columns_that_are_read() -> None:
    everywhere = tuple((column, False) for column in ("county_id", "town_id", "community_id", "grid_id"))
    member = NumberedMembership(MembershipShape("mediator", everywhere, everywhere), 0, shared_county=True)
    for resource in RESOURCES.values():
        for entry in (*SCOPES.values(), *CONDITIONS.values()):
            if (meaning := entry.meaning_for(resource)) is None:
                continue
            for atom in {atom for one in meaning.define(member, resource) for atom in one if isinstance(atom, Related)}:
                looked_at = {column for column, _ in atom.equal} | set(atom.same)
                looked_at |= {atom.other_than[0]} if atom.other_than else set()
                looked_at |= {"valid_from", "valid_until"} if atom.now else set()
                assert looked_at <= set(atom.relationship.columns), (resource.name, entry.name)
                # What has a term is never asked whether it ever was.
                assert atom.now is not None or "valid_from" not in atom.relationship.columns, (
                    resource.name,
                    entry.name,
                )
                assert set(atom.same) <= set(resource.columns), (resource.name, entry.name)


# Facts of rows that are to be made.


def test_facts_of_a_new_row() -> None:
    key, centre = an_id("new"), an_id("centre")
    row = new_facts("case", county_id=COUNTY, id=key, organisation_id=centre, registered_by=ACTOR)
    assert (row.county_id, row.fact("id"), row.fact("registered_by")) == (COUNTY, key, ACTOR)
    assert row.fact("town_id") is None
    assert row.fact("committee_id") is None
    assert row.columns["public_security"] is False
    assert set(row.related) == {"parties", "representatives", "participants", "mediators", "protectors"}
    assert not any(row.related.values())
    assert repr(row) == f"Facts(case {key})"
    assert new_facts("committee", county_id=COUNTY, organisation_id=centre).columns["id"] == centre


def test_facts_that_cannot_be_are_faults_of_the_program() -> None:
    with pytest.raises(ValueError, match="case has no such facts: colour, staff"):
        new_facts("case", county_id=COUNTY, colour="red", staff=True)
    known = {"id": an_id("new"), "organisation_id": an_id("centre"), "registered_by": ACTOR}
    for name in known:
        given = {one: value for one, value in known.items() if one != name}
        with pytest.raises(ValueError, match=f"of case the column {name} must be known"):
            new_facts("case", county_id=COUNTY, **given)


def test_facts_in_a_place_are_of_a_new_row_of_the_callers_there() -> None:
    place = SimpleNamespace(town_id=an_id("town"), community_id=an_id("community"), grid_id=None)
    actor = an_actor()
    row, other = (facts_in_place("case", actor, place, organisation_id=an_id("centre")) for _ in range(2))
    told = {name: row.fact(name) for name in ("county_id", "town_id", "community_id", "grid_id", "registered_by")}
    assert told == {
        "county_id": COUNTY,
        "town_id": place.town_id,
        "community_id": place.community_id,
        "grid_id": None,
        "registered_by": actor.user_id,
    }
    assert row.fact("organisation_id") == an_id("centre")
    assert row.fact("id") != other.fact("id")


def test_the_facts_of_a_part_are_its_own_and_its_wholes() -> None:
    case = a_case(party_users=frozenset({ACTOR}), party_sides=frozenset({(ACTOR, "applicant")}), registered_by=SOMEBODY)
    whole = Facts(RESOURCES["case"], case.columns, case.related)
    note = whole.part(RESOURCES["note"], {"visibility": "side", "side": "applicant", "organisation_id": None})
    # It has no key before it is made.
    assert note.columns["id"] is None
    invented = NoteRow.on(case, "side", "applicant", None)
    assert {name: note.columns[name] for name in invented.columns} == dict(invented.columns)
    assert note.related == {name: case.related[name] for name in note.related}
    assert set(note.related) == {"parties", "representatives", "participants", "mediators"}
    with pytest.raises(ValueError, match="of note the column visibility must be known"):
        whole.part(RESOURCES["note"], {"side": "applicant"})
