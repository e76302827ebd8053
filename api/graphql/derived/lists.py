"""What lists take and what is counted of them: filters, orders, dimensions and figures, from views with such roots."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import strawberry

from api.graphql.derived.enums import OrderDirection, choice, closed_set
from api.graphql.derived.made import (
    Shown,
    Taken,
    annotation_of,
    bare,
    fill_class,
    input_type,
)
from api.graphql.fields import FilterValue, Node
from domain.foundation.query.lists import Measure
from domain.foundation.query.roots import Figures, Listing
from domain.foundation.query.view import View
from domain.registry import CATALOGUE


class Inputs(NamedTuple):
    """The two inputs of a list."""

    filter: type
    order: type


@cache
def inputs_of(name: str) -> Inputs:
    """The filter and the order of a view's listing."""
    view, listing = listing_of(name)
    noun, plural, term = view.noun, listing.plural, listing.term
    filters = {
        one.name: Taken(annotation_of(one.type) | None, one.description, strawberry.UNSET)
        for one in view.filters.values()
    }
    orderings = {one.name: one.description for one in view.orderings.values() if one.description}
    sortable = choice(
        f"{noun}OrderField", listing.sortable or f"What {plural} can be sorted by {term}排序字段", orderings
    )
    closed_set(OrderDirection)
    descending = view.default_order[1] if listing.descending is None else listing.descending
    way = OrderDirection.DESC if descending else OrderDirection.ASC
    return Inputs(
        input_type(
            f"{noun}Filter",
            listing.filter_description or f"Which {plural}; all conditions given must hold {term}筛选条件",
            filters,
        ),
        input_type(
            f"{noun}Order",
            f"How to sort {plural} {term}排序",
            {
                "field": Taken(sortable, "By what 排序字段"),
                "direction": Taken(OrderDirection, "Which way 排序方向", way),
            },
        ),
    )


def listing_of(name: str) -> tuple[View, Listing]:
    """A view and how it is listed. Raises LookupError where it is not."""
    view = CATALOGUE[name]
    if view.listing is None:
        message = f"view {name} has no listing: its filters and orders belong to one"
        raise LookupError(message)
    return view, view.listing


class Figured(NamedTuple):
    """What a view's figures take and give."""

    dimension: type
    figures: type


def dimension_name(view: View) -> str:
    """What the enum of a view's dimensions is called."""
    return f"{view.noun}Dimension"


@cache
def figures_of(name: str) -> Figured:
    """The dimensions of a view's figures, and their type: the total and the groups, with the same measures."""
    view, listing = listing_of(name)
    root = next(root for root in view.roots.values() if isinstance(root, Figures))
    noun, plural, term = view.noun, listing.plural, listing.term
    dimension = choice(
        dimension_name(view),
        "What figures can be grouped by 统计维度",
        {one.name: one.description for one in view.dimensions.values()},
    )
    measures = fill_class(
        bare(f"{noun}Measures"),
        root.measured or f"What is counted of {plural} {term}指标",
        {one.name: Shown(_figure(one), one.description) for one in view.measures.values()},
        interface=True,
    )
    total = fill_class(bare(f"{noun}Total", measures), f"Figures over all {plural} of the filter 合计", {})
    key = fill_class(
        bare(view.key_type_name),
        "One value of one dimension 分组键",
        {
            "dimension": Shown(dimension, "Which dimension 维度"),
            "value": Shown(str | None, "Its value: a code, an organisation's id, a month 取值"),
            "label": Shown(str | None, "Its Chinese word 名称"),
            "node": Shown(Node | None, "The organisation it is, if within reach; null of what is none 对象"),
        },
    )
    group = fill_class(
        bare(f"{noun}Group", measures),
        f"Figures over the {plural} of one group 分组指标",
        {
            "key": Shown(str, "Values of the dimensions, joined by / 分组键"),
            "filter": Shown(
                FilterValue | None,
                f"Spread over the filter of these figures, it lists the {plural} of the group; null where no filter lists just these 分组筛选条件",
            ),
            "keys": Shown(list[key], "Values of the dimensions with their words 分组取值"),  # type: ignore[valid-type]
        },
    )
    figures = fill_class(
        bare(f"{noun}Figures"),
        f"Counts and rates over the {plural} the caller may see {term}统计",
        {
            "total": Shown(total, "All together 合计"),
            "groups": Shown(list[group], "By the dimensions of groupBy 分组"),  # type: ignore[valid-type]
        },
    )
    return Figured(dimension, figures)


def _figure(measure: Measure) -> Any:
    """A count, or a share: of nothing there is none."""
    return int if measure.per is None else float | None
