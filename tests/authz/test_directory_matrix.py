"""The shipped policy on what is not a case: who finds organisations and people, and who keeps the register of committees."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest

from authz.enforcer import Policy
from authz.facts import Row
from authz.fuzzing.invented_rows import CommitteeRow, MediatorRow, OrganisationRow, Tie, UserRow
from authz.resources import RESOURCES
from domain.codes.enums import Role
from domain.tenancy.api_keys import MANAGE
from tests.authz.place import (
    ACTOR,
    AGES_AGO,
    COUNTY,
    NOW,
    ORGANISATION,
    OTHER_COUNTY,
    OTHER_ORGANISATION,
    OTHER_TOWN,
    SOMEBODY,
    TOWN,
    acting_as,
    an_id,
    listed,
)


def organisations() -> dict[str, OrganisationRow]:
    return {
        "own": OrganisationRow(COUNTY, ORGANISATION, town_id=TOWN),
        "same county": OrganisationRow(COUNTY, OTHER_ORGANISATION, town_id=OTHER_TOWN),
        "other county": OrganisationRow(OTHER_COUNTY, an_id("afar")),
    }


def users() -> dict[str, UserRow]:
    def serving(role: str, organisation: object = OTHER_ORGANISATION, *, over: bool = False) -> tuple[Tie, ...]:
        return (Tie(None, organisation, AGES_AGO, NOW if over else None, role),)  # type: ignore[arg-type]

    return {
        "self": UserRow(COUNTY, ACTOR),
        "colleague": UserRow(COUNTY, an_id("colleague"), True, serving("mediator", ORGANISATION)),
        "official": UserRow(COUNTY, an_id("official"), True, serving("mediator")),
        "former official": UserRow(COUNTY, an_id("former"), True, serving("mediator", over=True)),
        "neighbour": UserRow(COUNTY, an_id("neighbour"), False, serving("resident", ORGANISATION)),
        "official afar": UserRow(OTHER_COUNTY, an_id("afar"), True, serving("mediator")),
    }


@pytest.mark.parametrize("role", Role)
def test_the_directory_of_organisations(policy: Policy, role: Role) -> None:
    for group in ("core", "contact"):
        seen = {
            name
            for name, row in organisations().items()
            if policy.enforce(acting_as(role), str(row.county_id), "organisation", "read", group, row, NOW)
        }
        everything = {"own", "same county"} | ({"other county"} if role is Role.CITY_ADMIN else set())
        assert seen == everything


@pytest.mark.parametrize("role", Role)
def test_keys_are_managed_by_administrators_of_the_county(policy: Policy, role: Role) -> None:
    open_to = {
        name
        for name, row in organisations().items()
        if policy.enforce(acting_as(role), str(row.county_id), "organisation", MANAGE, "core", row, NOW)
    }
    assert open_to == ({"own", "same county"} if role in {Role.COUNTY_ADMIN, Role.SYSTEM_ADMIN} else set())


def committees() -> dict[str, CommitteeRow]:
    return {
        "own": CommitteeRow(COUNTY, ORGANISATION),
        "here": CommitteeRow(COUNTY, OTHER_ORGANISATION, town_id=TOWN),
        "other town": CommitteeRow(COUNTY, OTHER_ORGANISATION, town_id=OTHER_TOWN),
        "no town": CommitteeRow(COUNTY, OTHER_ORGANISATION),
        "other county": CommitteeRow(OTHER_COUNTY, an_id("afar")),
    }


def mediators() -> dict[str, MediatorRow]:
    """Of each committee somebody else; and the actor's own appointment, by a committee of the next town."""
    others = {
        name: MediatorRow(row.county_id, row.organisation_id, SOMEBODY, row.town_id)
        for name, row in committees().items()
    }
    return others | {"self": MediatorRow(COUNTY, OTHER_ORGANISATION, ACTOR, OTHER_TOWN)}


COUNTY_WIDE = "own, here, other town, no town"
_MEDIATORS = "mediator, invited_mediator"
_CENTRE = "centre_dispatcher, centre_director"
# (resource, action, group) -> role -> where. Who is not named sees and does nothing of it, residents least of all.
REGISTER: dict[tuple[str, str, str], dict[str, str]] = {
    ("committee", "read", "core"): {
        f"{_MEDIATORS}, committee_director": "own, here",
        f"{_CENTRE}, justice_officer": "here",
        "county_admin": COUNTY_WIDE,
    },
    **{
        ("committee", action, "core"): {"justice_officer": "here", "county_admin": COUNTY_WIDE}
        for action in ("register", "elect", "set")
    },
    ("committee", "appoint", "core"): {
        "committee_director": "own",
        "justice_officer": "here",
        "county_admin": COUNTY_WIDE,
    },
    ("mediator", "read", "core"): {
        f"{_MEDIATORS}, committee_director": "own, here, self",
        f"{_CENTRE}, justice_officer": "here",
        "county_admin": f"{COUNTY_WIDE}, self",
    },
    ("mediator", "read", "identity"): {
        _MEDIATORS: "self",
        "committee_director": "own, self",
        "justice_officer": "here",
        "county_admin": f"{COUNTY_WIDE}, self",
    },
    ("mediator", "read", "dismissal"): {
        "committee_director": "own",
        "justice_officer": "here",
        "county_admin": f"{COUNTY_WIDE}, self",
    },
    ("mediator", "dismiss", "core"): {
        "committee_director": "own",
        "justice_officer": "here",
        "county_admin": f"{COUNTY_WIDE}, self",
    },
}


@pytest.mark.parametrize("question", REGISTER)
def test_the_register_of_committees_and_mediators(policy: Policy, question: tuple[str, str, str]) -> None:
    rows: Mapping[str, Row] = committees() if question[0] == "committee" else mediators()
    done = {
        (role.value, name)
        for role, (name, row) in product(Role, rows.items())
        if policy.enforce(acting_as(role), str(row.county_id), *question, row, NOW)
    }
    assert done == {
        cell for roles, names in REGISTER[question].items() for cell in product(listed(roles), listed(names))
    }


def test_the_table_of_the_register_asks_everything() -> None:
    assert set(REGISTER) == {
        (name, action, group)
        for name in ("committee", "mediator")
        for action, groups in RESOURCES[name].actions.items()
        for group in groups
    }


_PHONES_OF_COLLEAGUES = {
    "grid_worker",
    "grid_leader",
    "mediator",
    "invited_mediator",
    "committee_director",
    "centre_dispatcher",
    "centre_director",
    "town_admin",
}


@pytest.mark.parametrize("role", Role)
def test_people(policy: Policy, role: Role) -> None:
    """Names of those who serve or served are public in the county; residents' are not, and phones are for colleagues."""

    def seen(group: str) -> set[str]:
        return {
            name
            for name, row in users().items()
            if policy.enforce(acting_as(role), str(row.county_id), "user", "read", group, row, NOW)
        }

    if role is Role.SYSTEM_ADMIN:
        assert seen("core") == seen("contact") == set(users()) - {"official afar"}
        return
    assert seen("core") == {"self", "colleague", "official", "former official"}
    phones = {"self"}
    if role.value in _PHONES_OF_COLLEAGUES:
        phones.add("colleague")
    if role is Role.COUNTY_ADMIN:
        phones |= {"colleague", "official"}
    assert seen("contact") == phones
