"""The root of every read: which statement, or which table of the code, answers each field."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import strawberry

from api.cases.figures import CaseFigures, CaseFilter, CaseOrder
from api.cases.types import After, Before, Case, First, Last
from api.codes.types import Code, DisputeType, Rule
from api.committees.queries import CommitteeQueries
from api.court.queries import CourtQueries
from api.deadlines.queries import DeadlineQueries
from api.enums import CaseDimension, CodeList
from api.fields import Connection, Node, NotResolved, rooted, static
from api.tenancy.types import Organisation, OrganisationFilter, OrganisationOrder, Viewer
from domain.reading.compile import Figures, Listing, Lookup, Node as NodeRoot, Nodes, Own, Rows
from domain.registry import RULEBOOK, case_actions

Id = Annotated[strawberry.ID, strawberry.argument(description="Global id 全局编号")]


# As the schema shows them: of actions it knows those on a case.
_RULES = tuple(replace(rule, applies_to=case_actions(rule), by_state={}, by_input={}) for rule in RULEBOOK)


def rules(_arguments: dict[str, Any]) -> Any:
    """Every rule that commands obey, in the order of the table."""
    return _RULES


@strawberry.type(description="Reads; each field is answered by one statement under the caller's access 查询")
class Query(DeadlineQueries, CourtQueries, CommitteeQueries):
    """The query root."""

    @rooted(Own("viewer"), "Who is asking 当前用户")
    def viewer(self) -> Viewer | None:
        raise NotResolved

    @rooted(Lookup("case"), "One case; null when there is none within reach 案件")
    def case(self, id: Id) -> Case | None:
        raise NotResolved

    @rooted(Listing("case"), "Cases within reach, newest first unless sorted otherwise 案件列表")
    def cases(
        self,
        filter: Annotated[CaseFilter | None, strawberry.argument(description="Which cases 筛选")] = None,
        order_by: Annotated[CaseOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Case] | None:
        raise NotResolved

    @rooted(Figures("case"), "Counts and rates over the cases within reach 案件统计")
    def case_figures(
        self,
        filter: Annotated[CaseFilter | None, strawberry.argument(description="Which cases 筛选")] = None,
        group_by: Annotated[
            list[CaseDimension] | None, strawberry.argument(description="Up to three dimensions 分组维度")
        ] = None,
    ) -> CaseFigures | None:
        raise NotResolved

    @rooted(Lookup("organisation"), "One organisation 组织")
    def organisation(self, id: Id) -> Organisation | None:
        raise NotResolved

    @rooted(Listing("organisation"), "Organisations by name 组织列表")
    def organisations(
        self,
        filter: Annotated[OrganisationFilter | None, strawberry.argument(description="Which 筛选")] = None,
        order_by: Annotated[OrganisationOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Organisation] | None:
        raise NotResolved

    @rooted(NodeRoot(), "Any object by its global id 按编号查询对象")
    def node(self, id: Id) -> Node | None:
        raise NotResolved

    @rooted(Nodes(), "Objects by their global ids, in that order, null for each not found 按编号批量查询")
    def nodes(
        self, ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 ids 编号")]
    ) -> list[Node | None]:
        raise NotResolved

    @static(rules, "The rules that commands obey 规则表")
    def rules(self) -> list[Rule]:
        raise NotResolved

    @rooted(Rows("code_label", "ordinal", {"list": "list"}), "The values of a closed set with their words 代码表")
    def codes(
        self,
        list: Annotated[CodeList, strawberry.argument(description="Which list 代码表")],
    ) -> list[Code]:
        raise NotResolved

    @rooted(Rows("dispute_type", "code"), "Types of dispute, groups before their members 纠纷类型")
    def dispute_types(self) -> list[DisputeType]:
        raise NotResolved
