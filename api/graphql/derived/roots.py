"""The root of every read: the roots that views declare, and the few that belong to none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import strawberry

from api.graphql.derived.enums import action_enum, closed_set
from api.graphql.derived.lists import figures_of, inputs_of
from api.graphql.derived.made import (
    PAGING,
    Shown,
    annotation_of,
    argument,
    bare,
    fill_class,
)
from api.graphql.derived.types import type_named
from api.graphql.fields import (
    ASKED,
    ROOT,
    STATIC,
    Connection,
    Node,
    Rule,
)
from api.graphql.forms import Form, form_of
from api.graphql.inquiries import Asked
from api.graphql.limits import MAX_COST
from api.graphql.policy_changes import PolicyChange, PolicyPreview, policy_changes, policy_preview
from api.graphql.policy_roots import explain_access, policy_rules
from api.graphql.policy_types import AccessExplanation, PolicyRule
from domain.codes.enums import Role
from domain.foundation.query.roots import (
    Figures,
    Listing,
    Lookup,
    Node as NodeRoot,
    Nodes,
    Own,
    Root,
    Rows,
)
from domain.foundation.query.view import View
from domain.registry import CATALOGUE, RULEBOOK, commands_of

ID = argument("id", strawberry.ID, "Global id 全局编号")
# As the schema shows them.
RULES = tuple(
    replace(rule, applies_to=tuple(one.code.upper() for one in commands_of(rule)), by_state={}, by_input={})
    for rule in RULEBOOK
)
RULES_BY_ID = {rule.id: rule for rule in RULES}
# What Python asks the database itself costs as much as a twentieth of a request may.
ASKED_COST = MAX_COST // 20
# Roots of no view.
OF_NO_VIEW = {
    "explain_access": Shown(
        AccessExplanation | None,
        "Why the caller, or for auditors and county administrators somebody else, may do something 查询权限依据",
        (
            argument("id", strawberry.ID, "What it would be done to; a part is asked about by its case 对象编号"),
            argument("action", action_enum(), "Which command; left out: reading 操作", optional=True),
            argument("field_group", str, "Of reading, which fields; core unless given 字段组", optional=True),
            argument("user_id", strawberry.ID, "Who; left out: the caller 人员编号", optional=True),
        ),
        {ASKED: Asked(explain_access, ASKED_COST)},
    ),
    "policy_changes": Shown(
        list[PolicyChange] | None,
        "What was proposed for the policies of counties within reach, the latest hundred 规则变更记录",
        (),
        {ASKED: Asked(policy_changes, ASKED_COST)},
    ),
    "policy_preview": Shown(
        list[PolicyPreview] | None,
        "Who would gain or lose how many cases of which kind by a proposed revision 规则变更预览",
        (argument("policy_revision_id", strawberry.ID, "Which revision 规则变更编号"),),
        {ASKED: Asked(policy_preview, MAX_COST // 2)},
    ),
    "policy_rules": Shown(
        list[PolicyRule] | None,
        "The rows of the policy, shipped ones and those of counties within reach 权限规则表",
        (
            argument("role", closed_set(Role), "Of this role alone 角色", optional=True),
            argument("resource", str, "About this resource alone 对象代码", optional=True),
        ),
        {ASKED: Asked(policy_rules, ASKED_COST)},
    ),
    "node": Shown(Node | None, "Any object by its global id 按编号查询对象", (ID,), {ROOT: NodeRoot()}),
    "nodes": Shown(
        list[Node | None],
        "Objects by their global ids, in that order, null for each not found 按编号批量查询",
        (argument("ids", list[strawberry.ID], "Up to 100 ids 编号"),),
        {ROOT: Nodes()},
    ),
    "form": Shown(
        Form,
        "What a command takes, for clients that draw their forms from it 操作表单",
        (argument("action", action_enum(), "Which command 操作"),),
        {STATIC: lambda arguments: form_of(arguments["action"], RULES_BY_ID)},
    ),
    "rules": Shown(list[Rule], "The rules that commands obey 规则表", (), {STATIC: lambda _arguments: RULES}),
}


@cache
def query_type() -> type:
    """The query, its fields in the order of the alphabet: whichever room is found first, it prints the same."""
    found = dict(OF_NO_VIEW)
    for view in CATALOGUE:
        for name, root in view.roots.items():
            if name in found:
                message = f"two roots are called {name}"
                raise ValueError(message)
            found[name] = _show(view, root)
    fields = {name: found[name] for name in sorted(found)}
    return fill_class(
        bare("Query"), "Reads; each field is answered by one statement under the caller's access 查询", fields
    )


def _own_arguments(view: View, arguments: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(
        argument(name, annotation_of(view.filters[one].type), view.filters[one].description)
        for name, one in arguments.items()
    )


def _show(view: View, root: Root) -> Shown:
    row: Any = type_named(view.type_name)
    heard: tuple[Any, ...] = ()
    annotation: Any = row | None
    match root:
        case Lookup():
            heard = (ID,)
        case Listing():
            inputs = inputs_of(view.name)
            annotation = Connection[row] | None
            heard = (
                *_own_arguments(view, root.arguments),
                argument("filter", inputs.filter, root.which, optional=True),
                argument("order_by", inputs.order, "How to sort 排序", optional=True),
                *PAGING,
            )
        case Figures():
            made: Any = figures_of(view.name)
            which = view.listing.which if view.listing is not None else ""
            annotation = made.figures | None
            heard = (
                argument("filter", inputs_of(view.name).filter, which, optional=True),
                argument("group_by", list[made.dimension], "Up to three dimensions 分组维度", optional=True),
            )
        case Rows():
            annotation = list[row]
            heard = _own_arguments(view, root.arguments)
    said = root.description if isinstance(root, Lookup | Own | Listing | Figures | Rows) else ""
    return Shown(annotation, said, heard, {ROOT: root})
