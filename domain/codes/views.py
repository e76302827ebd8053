"""What can be read of the code lists: the words of the law and of administration, open to all who sign in."""

from __future__ import annotations

from domain.reading.expressions import column
from domain.reading.view import Field, Filter, One, Ordering, View

PUBLIC = "code lists are the words of public documents"

DISPUTE_TYPE = View(
    name="dispute_type",
    table="dispute_type",
    open_because=PUBLIC,
    tenant=False,
    key="code",
    key_type="text",
    members={
        "code": column("code"),
        "label": column("label"),
        "mediable": column("mediable"),
        "parent": One("dispute_type", lambda t, u: f"{u}.code = {t}.parent_code"),
    },
    orderings={"code": Ordering(lambda t: f"{t}.code", "text")},
)

CODE_LABEL = View(
    name="code_label",
    table="code_label",
    open_because=PUBLIC,
    tenant=False,
    key="code",
    key_type="text",
    members={
        "code": Field(lambda t: f"upper({t}.code)"),
        "label": column("label"),
        "label_en": column("label_en"),
    },
    orderings={"ordinal": Ordering(lambda t: f"{t}.ordinal", "int")},
    filters={"list": Filter(lambda t, v: f"{t}.list = {v}", "text")},
)

VIEWS = (DISPUTE_TYPE, CODE_LABEL)
