"""The root of every read: the roots that views declare, and the few that belong to none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import strawberry

from api.graphql.derived.enums import action_enum
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
    ROOT,
    STATIC,
    Connection,
    Node,
    Rule,
)
from api.graphql.forms import Form, form_of
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
# Roots of no view.
OF_NO_VIEW = {
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
