"""What can be read of the code lists: the words of the law and of administration, open to all who sign in."""

from __future__ import annotations

from domain.codes.lists import CodeList
from domain.foundation.query.expressions import column, expression, to_one
from domain.foundation.query.narrowing import filter_by, ordering
from domain.foundation.query.roots import Rows
from domain.foundation.query.view import View, by_name

PUBLIC = "code lists are the words of public documents"

DISPUTE_TYPE = View(
    name="dispute_type",
    description="A type of dispute, in two levels 纠纷类型",
    table="dispute_type",
    open_because=PUBLIC,
    tenant=False,
    key="code",
    key_type="text",
    roots={
        "dispute_types": Rows(
            "dispute_type", "code", description="Types of dispute, groups before their members 纠纷类型"
        )
    },
    members=by_name(
        column("code", "Two or four digits 代码"),
        column("label", "Its Chinese name 名称"),
        column("mediable", "Whether mediation is open to it 是否可调解"),
        to_one(
            "parent",
            "dispute_type",
            "The group it belongs to 上级类型",
            join=lambda t, u: f"{u}.code = {t}.parent_code",
        ),
    ),
    orderings=by_name(ordering("code", "text")),
)

CODE_LABEL = View(
    name="code_label",
    description="One value of a code list 代码",
    type_name="Code",
    table="code_label",
    open_because=PUBLIC,
    tenant=False,
    key="code",
    key_type="text",
    members=by_name(
        expression("code", str, "Stable English value, as in the enum 代码值", lambda t: f"upper({t}.code)"),
        column("label", "Chinese word 中文名称"),
        column("label_en", "English word 英文名称"),
    ),
    orderings=by_name(ordering("ordinal", "int")),
    roots={
        "codes": Rows(
            "code_label", "ordinal", {"list": "list"}, description="The values of a closed set with their words 代码表"
        )
    },
    filters=by_name(filter_by("list", CodeList, "Which list 代码表", lambda t, v: f"{t}.list = {v}")),
)

VIEWS = (DISPUTE_TYPE, CODE_LABEL)
