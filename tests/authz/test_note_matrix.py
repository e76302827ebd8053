"""The shipped policy on notes and on a party's own side: every role in every situation, for every kind of readers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from authz.enforcer import Policy
from authz.fuzzing.invented_rows import NoteRow, PartyRow
from domain.codes.enums import Role
from tests.authz.place import (
    ACTOR,
    COUNTY,
    NOW,
    ORGANISATION,
    OTHER_ORGANISATION,
    SITUATIONS,
    SOMEBODY,
    TOWN,
    a_membership,
    a_tie,
    acting_as,
    an_actor,
)

# Letter -> for whom a note is. In the situations in which the actor stands on a case, it is on the applicants' side.
KINDS = {
    "e": ("everyone", None, None),
    "a": ("side", "applicant", None),
    "r": ("side", "respondent", None),
    "m": ("mediators", None, None),
    "o": ("organisation", None, ORGANISATION),
    "x": ("organisation", None, OTHER_ORGANISATION),
}
STANDING = {"party", "represents"}
AT_HOME = set(SITUATIONS) - {"other county"}
HERE = {name for name, make in SITUATIONS.items() if make().town_id == TOWN}
HANDLED = {"waiting", "handled"}
CALLED = {"called in", "agreed and called in", "leads"}


def notes() -> dict[tuple[str, str], NoteRow]:
    return {(kind, name): NoteRow.on(make(), *KINDS[kind]) for kind, (name, make) in product(KINDS, SITUATIONS.items())}


def parties() -> dict[str, PartyRow]:
    def party(side: str, user: object = None, **facts: object) -> PartyRow:
        row = PartyRow(
            COUNTY,
            side,
            party_sides=frozenset({(ACTOR, "applicant"), (SOMEBODY, "respondent")}),
            representatives=(replace(a_tie(user=SOMEBODY), role="applicant"),),
        )
        return replace(row, user_id=user, **facts)  # type: ignore[arg-type]

    return {
        "own": party("applicant", ACTOR),
        "same side": party("applicant"),
        "other side": party("respondent", SOMEBODY),
        "closed": party("applicant", ACTOR, address_closed=True),
        "represented": PartyRow(COUNTY, "respondent", representatives=(replace(a_tie(user=ACTOR), role="respondent"),)),
        "was represented": PartyRow(
            COUNTY, "respondent", representatives=(replace(a_tie(user=ACTOR, over=True), role="respondent"),)
        ),
    }


def expected(role: Role) -> set[tuple[str, str]]:
    """The table: (kind, situation) that the role reads, given that it sees the case at all."""

    def cells(kinds: str, situations: set[str]) -> set[tuple[str, str]]:
        return set(product(kinds, situations))

    handled_by = {
        "mediator": {"assigned"},
        "invited_mediator": {"assigned"},
        "committee_director": {"assigned"} | HANDLED,
        "centre_dispatcher": HERE | HANDLED,
        "centre_director": HERE | HANDLED,
    }
    on_the_case = {
        "committee_director": CALLED - {"leads"},
        "police_liaison": CALLED,
        "procuratorate_liaison": CALLED,
        "justice_officer": CALLED,
        "womens_federation_officer": CALLED,
        "department_officer": CALLED,
        "petition_officer": CALLED,
        "legal_counsel": CALLED | {"assigned", "represents"},
        "resident": {"registered", "party", "represents"},
    }
    found = cells("earm", handled_by.get(role, set())) | cells("e", on_the_case.get(role, set()))
    if role in {"resident", "legal_counsel"}:
        found |= cells("a", STANDING)
    if role in handled_by or role in set(on_the_case) - {"resident", "police_liaison", "procuratorate_liaison"}:
        found |= cells("o", AT_HOME - STANDING)
    return found


@pytest.mark.parametrize("role", Role)
def test_notes(policy: Policy, role: Role) -> None:
    seen = {
        cell
        for cell, row in notes().items()
        if policy.enforce(acting_as(role), str(row.county_id), "note", "read", "core", row, NOW)
    }
    assert seen == expected(role)


def test_nobody_who_stands_on_a_case_reads_the_other_sides_in_whatever_office(policy: Policy) -> None:
    for role, by in product(Role, STANDING):
        row = replace(
            SITUATIONS[by](),
            handler_id=ORGANISATION,
            mediators=(a_tie(user=ACTOR, organisation=ORGANISATION),),
            participants=(a_tie(organisation=ORGANISATION),),
            registered_by=ACTOR,
            town_id=SITUATIONS["here"]().town_id,
        )
        for kind in "rmo":
            note = NoteRow.on(row, *KINDS[kind])
            assert not policy.enforce(acting_as(role), str(COUNTY), "note", "read", "core", note, NOW), (role, by, kind)


def test_the_police_read_no_counselling_even_as_members_of_who_counsels(policy: Policy) -> None:
    counsellor = a_membership("womens_federation_officer")
    note = NoteRow.on(SITUATIONS["called in"](), *KINDS["o"])
    assert policy.enforce(an_actor(counsellor), str(COUNTY), "note", "read", "core", note, NOW)
    police = a_membership("police_liaison", organisation=OTHER_ORGANISATION, name="police")
    assert not policy.enforce(an_actor(counsellor, police), str(COUNTY), "note", "read", "core", note, NOW)


@pytest.mark.parametrize("role", Role)
def test_parties(policy: Policy, role: Role) -> None:
    def seen(group: str) -> set[str]:
        return {
            name
            for name, row in parties().items()
            if policy.enforce(acting_as(role), str(COUNTY), "party", "read", group, row, NOW)
        }

    assert seen("core") == set(parties())
    own_side = {"own", "same side", "closed", "represented"}
    assert seen("identity") == (own_side if role in {Role.RESIDENT, Role.LEGAL_COUNSEL} else set())
    assert seen("address") == ({"own"} if role is Role.RESIDENT else set())
