"""Compiling: what is left of the policy for callers of one shape, and what shapes leave out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from authz.enforcer import Policy, load_policy, policy_of
from authz.predicate import RowPredicate
from authz.reach import StaleActor, access_of, actor_values
from authz.resources import columns
from authz.shape import canonical
from domain.foundation.basics.actor import Actor, Area, AreaLevel
from domain.foundation.database.urls import DatabaseUrls
from domain.foundation.query.access import Access, ActorValue, Predicate
from tests.authz.place import (
    COUNTY,
    IN_CITY,
    IN_COUNTY,
    IN_TOWN,
    NOW,
    OTHER_COUNTY,
    OTHER_TOWN,
    TOWN,
    a_membership,
    an_actor,
)

IN_OTHER_TOWN = Area(AreaLevel.TOWN, OTHER_TOWN)
ALLOW = "p, mediator, *, case, read, core, {scope}, {condition}, allow"


def bind(value: ActorValue) -> str:
    return f"${value.path}"


def compiled(text: str, actor: Actor, group: str = "core") -> RowPredicate:
    return access_of(policy_of(text), actor).predicate("case", "read", group)


def written(text: str, actor: Actor, group: str = "core") -> str:
    return compiled(text, actor, group).where_sql(columns("case", "t"), bind)


def mediator(**reach: Any) -> Actor:
    return an_actor(a_membership("mediator", **reach))


def test_the_shapes_are_those_that_reading_asks_for() -> None:
    access: Access = access_of(load_policy(), mediator())
    predicate: Predicate = access.predicate("case", "read", "core")
    assert access.policy_version == load_policy().version
    assert {predicate: 1}[access.predicate("case", "read", "core")] == 1


def test_dispatchers_of_different_towns_share_one_access() -> None:
    policy = load_policy()
    here = an_actor(a_membership("centre_dispatcher", subtree=(IN_TOWN,)))
    there = an_actor(a_membership("centre_dispatcher", subtree=(IN_OTHER_TOWN,), name="another"))
    both = an_actor(a_membership("centre_dispatcher", subtree=(IN_TOWN, IN_OTHER_TOWN)))
    assert access_of(policy, here) is access_of(policy, there)
    assert access_of(policy, here) is not access_of(policy, both)
    assert actor_values(here, NOW)["m0.subtree.town_id"] == TOWN
    assert actor_values(there, NOW)["m0.subtree.town_id"] == OTHER_TOWN
    assert set(actor_values(both, NOW)["m0.subtree.town_id.many"]) == {TOWN, OTHER_TOWN}


def test_another_policy_is_another_access() -> None:
    actor = mediator()
    text = ALLOW.format(scope="any", condition="always")
    assert access_of(policy_of(text), actor) is access_of(policy_of(f"# the same\n{text}"), actor)
    assert access_of(policy_of(text), actor) is not access_of(load_policy(), actor)


def test_what_needs_no_row_folds_away() -> None:
    everything = ALLOW.format(scope="any", condition="always")
    assigned = ALLOW.format(scope="assigned", condition="always")
    assert compiled(everything, mediator()).always
    assert compiled(f"{everything}\n{assigned}", mediator()) == compiled(everything, mediator())
    assert compiled(everything, an_actor(a_membership("judge"))).never
    assert compiled(everything, an_actor()).never
    assert compiled(ALLOW.format(scope="any", condition="break_glass"), mediator()).never
    assert compiled(f"{everything}\np, anyone, *, case, read, *, any, always, deny", mediator()).never
    assert compiled(f"{everything}\np, judge, *, case, read, *, any, always, deny", mediator()).always
    assert compiled(f"{everything}\np, anyone, *, case, read, *, subtree, always, deny", mediator()).always


def test_a_scope_without_a_place_in_this_membership_vanishes() -> None:
    text = ALLOW.format(scope="subtree", condition="always")
    assert compiled(text, mediator()).never
    assert compiled(text, mediator(subtree=(Area(AreaLevel.COUNTY, TOWN, ()),))).never
    assert not compiled(text, mediator(subtree=(IN_TOWN,))).never


def test_the_same_by_two_rows_or_two_roles_is_said_once() -> None:
    text = ALLOW.format(scope="subtree", condition="always")
    twice = f"{text}\np, anyone, *, case, read, *, subtree, always, allow\ng, mediator, resident\n"
    actor = mediator(subtree=(IN_TOWN,))
    assert compiled(twice, actor) == compiled(text, actor)
    implied = ALLOW.format(scope="subtree", condition="public_security")
    assert compiled(f"{text}\n{implied}", actor) == compiled(text, actor)


def test_areas_become_equality_on_their_level() -> None:
    text = ALLOW.format(scope="subtree", condition="always")
    assert written(text, mediator(subtree=(IN_TOWN,))) == (
        "(t.county_id = $county::int4 and t.town_id = $m0.subtree.town_id::uuid)"
    )
    assert "t.town_id = any($m0.subtree.town_id.many::uuid[])" in written(
        text, mediator(subtree=(IN_TOWN, IN_OTHER_TOWN))
    )
    assert written(text, mediator(subtree=(IN_COUNTY,))) == "(t.county_id = $m0.subtree.county_id::int4)"
    assert written(text, mediator(subtree=(IN_CITY,))) == "(t.county_id = any($m0.subtree.county_id.many::int4[]))"


def test_a_select_list_gets_no_null_and_a_filter_no_coalesce() -> None:
    predicate = compiled(ALLOW.format(scope="committee", condition="always"), mediator())
    names = columns("case", "t")
    assert predicate.sql(names, bind).startswith("(coalesce(")
    assert "coalesce" not in predicate.where_sql(names, bind)
    # What cannot be NULL is left as it is; what is denied never is.
    assert "coalesce" not in compiled(ALLOW.format(scope="participating", condition="always"), mediator()).sql(
        names, bind
    )
    everything = ALLOW.format(scope="any", condition="always")
    denied = compiled(f"{everything}\np, anyone, *, case, read, *, committee, always, deny", mediator())
    assert denied.where_sql(names, bind).startswith("(not coalesce(")


def test_two_groups_decided_alike_are_equal() -> None:
    access = access_of(load_policy(), an_actor(a_membership("centre_dispatcher", subtree=(IN_TOWN,))))
    core, notes, address = (access.predicate("case", "read", group) for group in ("core", "notes", "address"))
    assert core == notes
    assert hash(core) == hash(notes)
    assert core != address


def test_a_denial_that_no_allowed_row_can_meet_is_left_out() -> None:
    text = (
        "p, police_liaison, *, case, read, address, any, protection_team, allow\n"
        "p, anyone, *, case, read, address, any, outside_protection_team, deny"
    )
    predicate = compiled(text, an_actor(a_membership("police_liaison")), "address")
    assert not predicate.deny
    assert not predicate.never


def test_a_county_of_its_own_rows_has_shapes_of_its_own() -> None:
    text = ALLOW.format(scope="committee", condition="always").replace("*", str(COUNTY), 1)
    policy = policy_of(text)
    here, there = mediator(), mediator(county=OTHER_COUNTY)
    assert access_of(policy, here) is not access_of(policy, there)
    assert access_of(load_policy(), here) is access_of(load_policy(), there)
    assert access_of(policy, there).predicate("case", "read", "core").never
    # Where the membership's county is tested anyway, the county's row costs nothing more.
    assert compiled(text, here) == compiled(ALLOW.format(scope="committee", condition="always"), here)
    assert written(text.replace("committee", "any"), here) == f"(t.county_id = {COUNTY})"


def test_memberships_are_numbered_by_their_shapes_before_their_ids() -> None:
    """Callers of one shape have one statement: what stands for the judge's values in it is the judge's of everybody."""
    first, second = (an_actor(*members) for members in (
        (a_membership("judge", name="a"), a_membership("mediator", name="b")),
        (a_membership("judge", name="b"), a_membership("mediator", name="a")),
    ))  # fmt: skip
    assert access_of(load_policy(), first) is access_of(load_policy(), second)
    for actor in (first, second):
        for one in (actor, replace(actor, memberships=actor.memberships[::-1])):
            assert [member.role for member in canonical(one.memberships)] == ["judge", "mediator"]


def test_memberships_in_two_counties_have_a_county_each() -> None:
    here, there = a_membership("mediator"), a_membership("mediator", county=OTHER_COUNTY, name="there")
    text = ALLOW.format(scope="subtree", condition="always")
    both = an_actor(*(replace(one, subtree=(IN_TOWN,)) for one in (here, there)))
    assert "$m0.county::int4" in written(text, both)
    assert "$m1.county::int4" in written(text, both)
    assert "$county::int4" not in written(text, both)
    values = actor_values(both, NOW)
    assert {values["m0.county"], values["m1.county"]} == {COUNTY, OTHER_COUNTY}


def test_somebody_without_memberships_has_a_county_all_the_same() -> None:
    assert actor_values(an_actor(), NOW)["county"] == COUNTY


def test_values_of_an_ended_membership_are_not_given() -> None:
    ended = replace(a_membership("mediator"), valid_until=NOW)
    with pytest.raises(StaleActor):
        actor_values(an_actor(a_membership("resident"), ended), NOW)


def test_every_path_has_its_value() -> None:
    policy: Policy = load_policy()
    for role in sorted({row.role for row in policy.rows} - {"anyone"}):
        for reach in ((), (IN_TOWN,), (IN_TOWN, IN_OTHER_TOWN, IN_CITY)):
            member = a_membership(role, subtree=reach, jurisdiction=reach)
            actor = an_actor(member, replace(member, county_id=OTHER_COUNTY, role="auditor"))
            values = actor_values(actor, NOW)
            asked: set[str] = set()

            def note(value: ActorValue, asked: set[str] = asked) -> str:
                asked.add(value.path)
                return "$1"

            for action in ("read", "take_on", "accept", "hold_session"):
                access_of(policy, actor).predicate("case", action, "core").sql(columns("case", "t"), note)
            assert asked <= set(values)


MANY_CASES = """
CREATE TEMPORARY TABLE dispute_case (LIKE public.dispute_case INCLUDING INDEXES);
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT attname FROM pg_attribute WHERE attrelid = 'pg_temp.dispute_case'::regclass AND attnum > 0
    AND attnotnull AND attname NOT IN ('county_id', 'id')
  LOOP EXECUTE format('ALTER TABLE pg_temp.dispute_case ALTER %I DROP NOT NULL', name); END LOOP;
END $$;
INSERT INTO pg_temp.dispute_case (county_id, id, town_id, registered_at)
  SELECT 440781, gen_random_uuid(), md5((n % 20)::text)::uuid, now() FROM generate_series(1, 10000) AS n;
ANALYZE pg_temp.dispute_case;
"""


@pytest.fixture
def index_scan(database_urls: DatabaseUrls) -> Any:
    """Explain a filter over cases, with the indexes that the table has and sequential scans switched off.

    Over a copy with many rows: of an empty table every index costs the same, and any may be taken.
    """

    async def explain(predicate: str, *values: Any) -> str:
        connection = await asyncpg.connect(database_urls.admin)
        try:
            await connection.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
            await connection.execute(MANY_CASES)
            found = await connection.fetch(f"EXPLAIN SELECT 1 FROM dispute_case t WHERE {predicate}", *values)
            return "\n".join(row[0] for row in found)
        finally:
            await connection.close()

    return explain


async def test_an_index_serves_the_filter(index_scan: Any) -> None:
    actor = an_actor(a_membership("centre_dispatcher", subtree=(IN_TOWN,)))
    text = "p, centre_dispatcher, *, case, read, core, subtree, always, allow"
    values = actor_values(actor, NOW)
    bound: list[Any] = []

    def number(value: ActorValue) -> str:
        bound.append(values[value.path])
        return f"${len(bound)}"

    filtering = compiled(text, actor).where_sql(columns("case", "t"), number)
    plan = await index_scan(filtering, *bound)
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "county_id = " in condition
    assert "town_id = " in condition
