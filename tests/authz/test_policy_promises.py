"""What the shipped policy promises whatever its rows: of danger, of courts, of protected addresses, of one membership at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from authz.enforcer import Policy
from domain.codes.enums import Role
from tests.authz.place import (
    ACTOR,
    COUNTY,
    IN_TOWN,
    NOW,
    ORGANISATION,
    OTHER_ORGANISATION,
    OTHER_TOWN,
    SOMEBODY,
    a_case,
    a_membership,
    a_tie,
    acting_as,
    an_actor,
)


def test_break_glass_opens_nothing_yet(policy: Policy) -> None:
    assert {row.role for row in policy.rows if row.cond == "break_glass"} == {
        "town_admin",
        "county_admin",
        "city_admin",
    }
    for role in (Role.TOWN_ADMIN, Role.COUNTY_ADMIN, Role.CITY_ADMIN):
        assert not policy.enforce(acting_as(role), str(COUNTY), "case", "read", "identity", a_case(), NOW)


@pytest.mark.parametrize("danger", ["violence_suspected", "address_protected"])
def test_a_party_reads_nothing_of_what_is_done_where_somebody_is_in_danger(policy: Policy, danger: str) -> None:
    """It would tell one side of the other's protection, and who reported it."""
    plain = a_case(party_users=frozenset({ACTOR}), party_sides=frozenset({(ACTOR, "respondent")}))
    changes: dict[str, Any] = {danger: True}
    work = {"history", "handling"}
    for row, groups in ((plain, {"agreement"} | work), (replace(plain, **changes), {"agreement"})):
        assert groups == {
            group
            for group in ("agreement", *work, "call", "coordination", "supervision", "clue", "notes")
            if policy.enforce(acting_as(Role.RESIDENT), str(COUNTY), "case", "read", group, row, NOW)
        }


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
