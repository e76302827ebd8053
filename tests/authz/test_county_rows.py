"""What counties add to the policy counts in their own county alone, for whoever carries it, and only whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authz.county_rows import faults_of_county_row
from authz.enforcer import Policies, Policy
from authz.policy_file import PolicyRefused, PolicyRow
from domain.codes.enums import Role
from domain.foundation.basics.actor import CountyPolicy
from tests.authz.place import COUNTY, NOW, OTHER_COUNTY, SITUATIONS, a_case, acting_as

MONEY = ("case", "read", "money")
DENIED = CountyPolicy(COUNTY, 1, (("city_admin", "case", "read", "money", "subtree", "always", "deny"),))
POLICIES = Policies()


def test_whoever_has_no_county_rows_has_the_shipped_policy() -> None:
    assert POLICIES.of(acting_as(Role.MEDIATOR)) is POLICIES.current


def test_rows_count_in_their_county_alone() -> None:
    city = replace(acting_as(Role.CITY_ADMIN), county_policies=(DENIED,))
    policy = POLICIES.of(city)
    assert policy is POLICIES.of(replace(city, stamp=2)), "made once"
    assert policy.version != POLICIES.current.version
    here, afar = a_case(), SITUATIONS["other county"]()
    assert POLICIES.current.enforce(city, str(COUNTY), *MONEY, here, NOW)
    assert not policy.enforce(city, str(COUNTY), *MONEY, here, NOW)
    assert policy.enforce(city, str(OTHER_COUNTY), *MONEY, afar, NOW)


def test_half_a_policy_serves_nobody() -> None:
    broken = CountyPolicy(
        COUNTY, 2, (*DENIED.rows, ("city_admin", "case", "read", "money", "nearby", "always", "deny"))
    )
    with pytest.raises(PolicyRefused, match="county 440781 revision 2 row 2: unknown scope 'nearby'"):
        POLICIES.of(replace(acting_as(Role.CITY_ADMIN), county_policies=(broken,)))
    assert POLICIES.of(acting_as(Role.CITY_ADMIN)) is POLICIES.current


def test_a_proposer_grants_no_more_than_they_hold_in_the_whole_county(policy: Policy) -> None:
    def faults(proposer: Role, group: str, effect: str = "allow") -> list[str]:
        row = PolicyRow("grid_worker", str(COUNTY), "case", "read", group, "subtree", "always", effect)
        return faults_of_county_row(policy, proposer.value, row)

    assert faults(Role.COUNTY_ADMIN, "masked") == []
    assert faults(Role.COUNTY_ADMIN, "narrative") == ["提出人本人在全县区没有该项权限，不得授予他人"]
    assert faults(Role.SYSTEM_ADMIN, "masked") == ["提出人本人在全县区没有该项权限，不得授予他人"]
    assert faults(Role.SYSTEM_ADMIN, "masked", "deny") == []
    everywhere = PolicyRow("grid_worker", "*", "case", "read", "core", "subtree", "always", "deny")
    assert faults_of_county_row(policy, "county_admin", everywhere) == ["规则只能适用于本县区"]


def test_what_a_county_added_grants_its_proposer_nothing_to_pass_on(policy: Policy) -> None:
    added = CountyPolicy(COUNTY, 1, (("town_admin", "case", "read", "narrative", "subtree", "always", "allow"),))
    row = PolicyRow("grid_worker", str(COUNTY), "case", "read", "narrative", "subtree", "always", "allow")
    assert faults_of_county_row(POLICIES.with_rows((added,)), "town_admin", row) != []
