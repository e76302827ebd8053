"""The register as roots of the query."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.types import After, Before, First, Last
from api.committees.filters import CommitteeFilter, CommitteeOrder, MediatorFilter, MediatorOrder
from api.committees.types import MediationCommittee, Mediator
from api.fields import Connection, NotResolved, rooted
from domain.reading.compile import Listing


@strawberry.type
class CommitteeQueries:
    """A part of the query root."""

    @rooted(Listing("mediation_committee"), "Mediation committees within reach, whose term ends first first 调委会名册")
    def committees(
        self,
        filter: Annotated[CommitteeFilter | None, strawberry.argument(description="Which 筛选")] = None,
        order_by: Annotated[CommitteeOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[MediationCommittee] | None:
        raise NotResolved

    @rooted(Listing("mediator"), "Appointments of mediators within reach, past ones too, by name 调解员名册")
    def mediators(
        self,
        filter: Annotated[MediatorFilter | None, strawberry.argument(description="Which 筛选")] = None,
        order_by: Annotated[MediatorOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Mediator] | None:
        raise NotResolved
