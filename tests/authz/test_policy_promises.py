"""What the shipped policy promises whatever its rows: of danger, of courts, of protected addresses, of one membership at a time."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from authz.enforcer import Policy
from authz.fuzzing.invented_rows import CaseRow, Tie
from domain.codes.enums import Role
from domain.foundation.basics.actor import Actor
from tests.authz.place import (
    ACTOR,
    AGES_AGO,
    COUNTY,
    IN_TOWN,
    NOW,
    ORGANISATION,
    OTHER_ORGANISATION,
    OTHER_TOWN,
    SITUATIONS,
    SOMEBODY,
    a_case,
    a_membership,
    a_tie,
    acting_as,
    an_actor,
    listed,
)
from tests.authz.test_policy_matrix import CASE, OF_OWN_SIDE


def test_break_glass_opens_nothing_yet(policy: Policy) -> None:
    assert {row.role for row in policy.rows if row.cond == "break_glass"} == {
        "town_admin",
        "county_admin",
        "city_admin",
    }
    for role in (Role.TOWN_ADMIN, Role.COUNTY_ADMIN, Role.CITY_ADMIN):
        assert not policy.enforce(acting_as(role), str(COUNTY), "case", "read", "identity", a_case(), NOW)


@pytest.mark.parametrize("tie", ["party", "stands for one"])
def test_a_party_is_told_the_same_whether_or_not_somebody_is_in_danger(policy: Policy, tie: str) -> None:
    """Were anything closed only where somebody is protected, that it is closed would tell the other side of it."""
    sides = frozenset({(ACTOR, "respondent")})
    ties: dict[str, dict[str, Any]] = {
        "party": {"party_users": frozenset({ACTOR}), "party_sides": sides},
        "stands for one": {"representatives": (Tie(ACTOR, None, AGES_AGO, None, "respondent"),)},
    }
    dangers: tuple[dict[str, Any], ...] = (
        {},
        {"family_or_minor": True},
        {"address_protected": True},
        {"public_security": True},
    )
    told: dict[str, set[frozenset[str]]] = {}
    for role, danger in product((Role.RESIDENT, Role.LEGAL_COUNSEL), dangers):
        row = a_case(**ties[tie], **danger)
        open_ = (one for one in CASE.actions["read"] if reads(policy, acting_as(role), one, row))
        told.setdefault(role, set()).add(frozenset(open_))
    expected = {Role.RESIDENT: {frozenset(listed(OF_OWN_SIDE))}, Role.LEGAL_COUNSEL: {frozenset()}}
    if tie != "party":
        expected[Role.LEGAL_COUNSEL] = {frozenset(listed("core, narrative, masked, handling, agreement"))}
    assert told == expected


def test_an_official_who_is_a_party_as_a_resident_is_told_what_parties_are(policy: Policy) -> None:
    """In whatever office: of other cases they read what their office does."""
    kept = {"internal", "identity", "address", "notes", "clue"}
    for role in Role:
        both = an_actor(*acting_as(role).memberships, a_membership("resident", name="at home"))
        for situation, make in SITUATIONS.items():
            row = make()
            own = replace(row, party_users=frozenset({ACTOR}), party_sides=frozenset({(ACTOR, "respondent")}))
            assert not {one for one in kept if reads(policy, both, one, own)}, (role, situation)
            by_office = {one for one in kept if reads(policy, acting_as(role), one, row)}
            assert {one for one in kept if reads(policy, both, one, row)} == (
                by_office if situation not in {"party", "represents"} else set()
            ), (role, situation)


def reads(policy: Policy, actor: Actor, group: str, row: CaseRow) -> bool:
    return policy.enforce(actor, str(row.county_id), "case", "read", group, row, NOW)


def test_role_and_reach_come_from_the_same_membership(policy: Policy) -> None:
    """Mediator in A and grid worker in B: no mediator in B."""
    mediator = a_membership("mediator", organisation=ORGANISATION, name="in A")
    grid_worker = a_membership("grid_worker", organisation=OTHER_ORGANISATION, subtree=(IN_TOWN,), name="in B")
    actor = an_actor(mediator, grid_worker)
    in_b = a_case(handler_id=OTHER_ORGANISATION, mediators=(a_tie(user=ACTOR, organisation=OTHER_ORGANISATION),))

    def sees(group: str) -> bool:
        return policy.enforce(actor, str(COUNTY), "case", "read", group, in_b, NOW)

    assert sees("core")
    assert not sees("narrative")
    assert not policy.enforce(actor, str(COUNTY), "case", "agree", "core", in_b, NOW)


def test_a_court_sees_its_own_cases_in_its_jurisdiction_alone(policy: Policy) -> None:
    court = an_actor(a_membership("court_liaison", jurisdiction=(IN_TOWN,)))

    def sees(**facts: object) -> bool:
        return policy.enforce(court, str(COUNTY), "case", "read", "core", a_case(**facts), NOW)

    assert not sees()
    assert sees(court_id=ORGANISATION)
    assert not sees(court_id=OTHER_ORGANISATION)
    assert not sees(court_id=ORGANISATION, town_id=OTHER_TOWN)


def test_a_protected_address_is_shut_to_all_but_the_named(policy: Policy) -> None:
    for role in Role:
        row = a_case(
            address_protected=True,
            registered_by=ACTOR,
            handler_id=ORGANISATION,
            court_id=ORGANISATION,
            public_security=True,
            family_or_minor=True,
            minor_involved=True,
            party_users=frozenset({ACTOR}),
            mediators=(a_tie(user=ACTOR, organisation=ORGANISATION),),
            participants=(a_tie(organisation=ORGANISATION),),
            protectors=(a_tie(user=ACTOR, over=True), a_tie(user=SOMEBODY)),
        )
        assert not policy.enforce(acting_as(role), str(COUNTY), "case", "read", "address", row, NOW), role
