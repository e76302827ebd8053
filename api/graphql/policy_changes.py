"""`policyChanges` and `policyPreview`: what is proposed for a county's policy, and what it would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.fields import described_field
from api.graphql.inquiries import Inquiry
from api.graphql.policy_roots import may_of_policy
from api.graphql.policy_types import PolicyRule, shown
from authz.enforcer import Policy
from authz.policy_file import ANYONE, PolicyRefused, PolicyRow
from authz.preview import QuestionChange, changed_rows, compare_cases, concerned_questions, concerned_roles
from authz.resources import READ
from authz.wording import action_in_words, group_in_words, role_in_words
from domain.foundation.basics.actor import Actor, CountyPolicy
from domain.foundation.basics.errors import Forbidden
from domain.foundation.basics.ids import global_id
from domain.foundation.query.statement import ReadRefused
from domain.policy import changes
from domain.policy.changes import Revision
from domain.policy.codes import PolicyStepKind
from domain.tenancy.actors import read_actor
from domain.tenancy.serving import users_serving

PREFIX = "policy_revision"
# Of each role so many holders are looked at: their reach is what is counted, one predicate each.
MOST_HOLDERS = 30


@strawberry.type(description="A proposed, or once applied, set of a county's own policy rows 规则变更")
class PolicyChange:
    """One revision, with what became of it."""

    policy_revision_id: strawberry.ID = described_field("The revision's id 规则变更编号")
    county: int = described_field("Whose 县区")
    number: int = described_field("Its number in the county 规则序号")
    replaces: int | None = described_field(
        "The revision that it would replace; null: none was in force 所替换的规则序号"
    )
    restores: int | None = described_field(
        "Of one that restores an earlier one: its number, 0 the shipped rows 所恢复的规则序号"
    )
    reason: str = described_field("Why 理由")
    proposed_at: dt.datetime = described_field("When proposed 提出时间")
    proposed_by: str = described_field("Who proposed it 提出人")
    approved_at: dt.datetime | None = described_field("When a second person agreed 复核时间")
    approved_by: str | None = described_field("Who agreed 复核人")
    applied_at: dt.datetime | None = described_field("When put in force 启用时间")
    applied_by: str | None = described_field("Who put it in force 启用人")
    in_force: bool = described_field("Whether it is in force now 是否现行")
    rules: list[PolicyRule] = described_field("Its rows 规则")


@strawberry.type(description="Cases of one kind of dispute that are gained or lost 按纠纷类型的变化")
class PolicyPreviewKind:
    """A count for each way."""

    kind: str = described_field("The type's code 纠纷类型代码")
    label: str = described_field("The type's Chinese word 纠纷类型")
    gained: int = described_field("Cases that some holder gains 增加案件数")
    lost: int = described_field("Cases that some holder loses 减少案件数")


@strawberry.type(description="What a change of the policy would mean for the holders of one role 规则变更影响")
class PolicyPreview:
    """For one role and one question: over all holders that were looked at, together."""

    role: str = described_field("Whose access changes 角色代码")
    role_name: str = described_field("The same in Chinese 角色名称")
    action: str = described_field("What would be done with a case 操作代码")
    action_name: str = described_field("The same in Chinese 操作名称")
    field_group: str = described_field("Which fields 字段组代码")
    field_group_name: str = described_field("The same in Chinese 字段组名称")
    holders: int = described_field("How many people were looked at 所查人数")
    holders_left_out: int = described_field("How many more hold the role 未查人数")
    kinds: list[PolicyPreviewKind] = described_field("By kind of dispute 按纠纷类型")
    gained_samples: list[strawberry.ID] = described_field("Some gained cases that the caller sees 增加案件示例")
    lost_samples: list[strawberry.ID] = described_field("Some lost cases that the caller sees 减少案件示例")


async def policy_changes(inquiry: Inquiry, _given: Mapping[str, Any]) -> list[PolicyChange]:
    """The latest revisions of counties whose policy the caller reads, newest first. Raises Forbidden if there are none."""
    counties = [county for county in inquiry.actor.counties if may_of_policy(inquiry, READ, county)]
    if not counties:
        raise Forbidden
    current = {county: (await changes.in_force(inquiry.session, county))[0] for county in counties}
    found = await changes.revisions(inquiry.session, counties)
    return [_shown(one, in_force=current[one.county_id] == one.number) for one in found]


def _shown(one: Revision, *, in_force: bool) -> PolicyChange:
    agreed, applied = (one.steps.get(kind) for kind in (PolicyStepKind.APPROVE, PolicyStepKind.APPLY))
    return PolicyChange(
        policy_revision_id=strawberry.ID(global_id(PREFIX, one.id)),
        county=one.county_id,
        number=one.number,
        replaces=one.based_on,
        restores=one.restores,
        reason=one.reason,
        proposed_at=one.proposed_at,
        proposed_by=one.proposer,
        approved_at=agreed.at if agreed else None,
        approved_by=agreed.name if agreed else None,
        applied_at=applied.at if applied else None,
        applied_by=applied.name if applied else None,
        in_force=in_force,
        rules=[shown(row) for row in _rows(one)],
    )


def _rows(one: Revision) -> list[PolicyRow]:
    found = []
    for number, (role, obj, act, fg, scope, cond, eft) in enumerate(one.rows, start=1):
        place = f"county {one.county_id} revision {one.number} row {number}"
        found.append(PolicyRow(role, str(one.county_id), obj, act, fg, scope, cond, eft, place, one.number))
    return found


async def policy_preview(inquiry: Inquiry, given: Mapping[str, Any]) -> list[PolicyPreview] | None:
    """What a proposed revision would change of cases, role by role; None for one that there is not.

    Raises ReadRefused for one whose rows are not sound any more.
    """
    found = await _revision(inquiry, str(given["policy_revision_id"]))
    if found is None:
        return None
    if not may_of_policy(inquiry, READ, found.county_id):
        raise Forbidden
    others = tuple(one for one in inquiry.actor.county_policies if one.county_id != found.county_id)
    try:
        after = inquiry.policies.with_rows(
            (*others, CountyPolicy(found.county_id, found.number, found.rows)) if found.rows else others
        )
    except PolicyRefused as refused:
        raise ReadRefused("规则有误，无法预览", argument=("policy_revision_id",)) from refused
    changed = changed_rows(inquiry.policy, after)
    told = []
    for role in concerned_roles(after, changed):
        rows = [row for row in changed if row.role in (*after.closure[role], ANYONE)]
        told += await _of_role(inquiry, after, role, rows, found.county_id)
    return told


async def _revision(inquiry: Inquiry, id_: str) -> Revision | None:
    prefix, _, key = id_.partition(":")
    if prefix != PREFIX:
        return None
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    for county in inquiry.actor.counties:
        found = await changes.revision(inquiry.session, county, wanted)
        if found is not None:
            return found
    return None


async def _of_role(
    inquiry: Inquiry, after: Policy, role: str, rows: list[PolicyRow], county: int
) -> list[PolicyPreview]:
    now = inquiry.clock()
    users, others = await users_serving(inquiry.session, county, role, now, MOST_HOLDERS)
    holders = [one for user in users if (one := await read_actor(inquiry.reader, county, user, "", now)) is not None]
    if not holders:
        return []
    told = []
    for question in concerned_questions(rows):
        change = await compare_cases(
            inquiry.session, (inquiry.policy, after), holders, (inquiry.policy, inquiry.actor), question, county, now
        )
        told.append(_preview(role, holders, others, change))
    return told


def _preview(role: str, holders: list[Actor], others: int, change: QuestionChange) -> PolicyPreview:
    return PolicyPreview(
        role=role,
        role_name=role_in_words(role),
        action=change.action,
        action_name=action_in_words("case", change.action),
        field_group=change.field_group,
        field_group_name=group_in_words(change.field_group),
        holders=len(holders),
        holders_left_out=others,
        kinds=[
            PolicyPreviewKind(kind=one.kind, label=one.label, gained=one.gained, lost=one.lost) for one in change.kinds
        ],
        gained_samples=[strawberry.ID(global_id("case", one)) for one in change.gained],
        lost_samples=[strawberry.ID(global_id("case", one)) for one in change.lost],
    )
