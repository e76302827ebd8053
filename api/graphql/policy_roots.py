"""`policyRules` and `explainAccess`: what the policy says, and what of it decided, for those who may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from api.graphql.forms import commands_by_action
from api.graphql.inquiries import Inquiry
from api.graphql.policy_types import AccessExplanation, AccessGround, PolicyRule, shown
from authz.explain import explain_rows
from authz.facts import Facts, facts_in_county
from authz.loading import reader_of
from authz.resources import CORE, READ, RESOURCES, Resource
from authz.wording import role_in_words
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.errors import Forbidden
from domain.foundation.query.node_ids import key_in_id
from domain.foundation.query.statement import ReadRefused
from domain.registry import CATALOGUE
from domain.tenancy.actors import read_actor

POLICY = "policy"
# What tells who the parties are: left out of an explanation about somebody else for whoever may not know.
PARTIES = ("parties", "representatives")
IDENTITY = "identity"


async def policy_rules(inquiry: Inquiry, given: Mapping[str, Any]) -> list[PolicyRule]:
    """The rows in the policy's order, shipped ones first; those of counties as far as the caller reads their policy.

    Raises Forbidden for whoever may read none.
    """
    readable = {county for county in inquiry.actor.counties if may_of_policy(inquiry, READ, county)}
    if not readable:
        raise Forbidden
    wanted = {name: given.get(name) for name in ("role", "resource")}
    return [
        shown(row)
        for row in inquiry.policy.rows
        if (row.dom == "*" or int(row.dom) in readable)
        and wanted["role"] in (None, row.role)
        and wanted["resource"] in (None, row.obj)
    ]


def may_of_policy(inquiry: Inquiry, action: str, county: int) -> bool:
    """Whether the caller may do this with the policy of that county."""
    facts = facts_in_county(POLICY, county)
    now = inquiry.clock()
    return inquiry.policy.enforce(inquiry.actor, str(county), POLICY, action, CORE, facts, now)


async def explain_access(inquiry: Inquiry, given: Mapping[str, Any]) -> AccessExplanation | None:
    """Why the caller, or another user, may or may not do something to what has this id.

    None for what the caller does not see, as if there were no such thing. Raises ReadRefused for a question that
    cannot be asked, Forbidden for one about somebody else by whoever may not ask it.
    """
    resource, action, group = _question(given)
    now = inquiry.clock()
    seen = RESOURCES[resource.declared.taken_upon.get(action, resource.name)]
    facts = await _row(inquiry, seen, str(given["id"]))
    if facts is None or not _may(inquiry, facts, READ, CORE):
        return None
    row = facts if seen is resource else facts.taken_as(resource)
    person, withheld = inquiry.actor, False
    if given.get("user_id") is not None:
        found = await _person(inquiry, str(given["user_id"]))
        if found is None:
            return None
        person = found
    policy = inquiry.policies.of(person)
    if person.user_id != inquiry.actor.user_id and IDENTITY in seen.actions[READ]:
        withheld = not _may(inquiry, facts, READ, IDENTITY)
        row = _without_parties(row) if withheld else row
    explained = explain_rows(policy, person, resource.name, action, group, row, now)
    told = seen.declared.whole_story
    if told is not None and not _may(inquiry, facts, READ, told):
        # To a party the rows would tell of protection: that there is a team, that an address is closed.
        explained, withheld = replace(explained, grounds=()), True
    return AccessExplanation(
        allowed=explained.allowed,
        resource=resource.name,
        action=action,
        field_group=group,
        grounds=[
            AccessGround(role=one.membership.role, role_name=role_in_words(one.membership.role), rule=shown(one.row))
            for one in explained.grounds
        ],
        withheld=withheld,
        policy_version=policy.version,
    )


def _question(given: Mapping[str, Any]) -> tuple[Resource, str, str]:
    """Which resource, action and field group are asked about: reading, unless an action is named."""
    prefix = str(given["id"]).partition(":")[0]
    view = CATALOGUE.by_prefix(prefix)
    resource = None if view is None or view.resource is None else RESOURCES[view.resource]
    if view is None or resource is None or resource.declared.whole is not None:
        raise ReadRefused("请以所属案件的编号查询", argument=("id",))
    if resource.declared.table.__tablename__ != view.table:
        raise ReadRefused("该类对象没有单独的权限", argument=("id",))
    named, group = given.get("action"), given.get("field_group") or CORE
    if named is None:
        if group not in resource.actions[READ]:
            raise ReadRefused(
                f"没有该字段组；可选：{'、'.join(sorted(resource.actions[READ]))}", argument=("field_group",)
            )
        return resource, READ, group
    if group != CORE:
        raise ReadRefused("字段组只用于查看", argument=("field_group",))
    command = commands_by_action()[named]
    upon = RESOURCES[command.resource]
    if upon.declared.taken_upon.get(command.action, upon.name) != resource.name:
        raise ReadRefused("该操作不是对此类对象进行的", argument=("action",))
    return upon, str(command.action), CORE


async def _row(inquiry: Inquiry, resource: Resource, id_: str) -> Facts | None:
    view = CATALOGUE.by_prefix(id_.partition(":")[0])
    key = None if view is None else key_in_id(id_, view)
    if key is None or not isinstance(key[-1], UUID):
        return None
    return await reader_of(resource.name).read(inquiry.session, inquiry.actor.counties, key[-1])


def _may(inquiry: Inquiry, facts: Facts, action: str, group: str) -> bool:
    county = str(facts.county_id)
    return inquiry.policy.enforce(inquiry.actor, county, facts.resource.name, action, group, facts, inquiry.clock())


async def _person(inquiry: Inquiry, id_: str) -> Actor | None:
    """Somebody else, as they are now; None for whom the caller does not see. Raises Forbidden where they may not ask."""
    row = await _row(inquiry, RESOURCES["user"], id_) if id_.startswith("user:") else None
    if row is None or not _may(inquiry, row, READ, CORE):
        return None
    if row.columns["id"] == inquiry.actor.user_id:
        return inquiry.actor
    if not may_of_policy(inquiry, "explain", row.county_id):
        raise Forbidden("您只能查询本人的权限依据")
    return await read_actor(inquiry.reader, row.county_id, row.columns["id"], "", inquiry.clock())


def _without_parties(row: Facts) -> Facts:
    """The facts as if nobody were a party, stood for one, or had registered it."""
    related = {name: () if name in PARTIES else rows for name, rows in row.related.items()}
    columns = {name: None if name == "registered_by" else value for name, value in row.columns.items()}
    return replace(row, columns=columns, related=related)
