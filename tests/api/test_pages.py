"""Pages cover a list once, whatever it is sorted by, from either end, though rows without a date have no place in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.api import Server
from tests.support.rows import execute

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

PAGE = """query P($n: Int, $after: String, $back: Int, $before: String, $order: CaseOrder) {
    cases(first: $n, after: $after, last: $back, before: $before, orderBy: $order) {
        totalCount nodes { id dueAt } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["REGISTERED_AT", "NUMBER", "DUE_AT"])
@pytest.mark.parametrize("size", [3, 100])
async def test_a_list_is_covered_once(server: Server, field: str, direction: str, size: int) -> None:
    director = await server.as_("director.haiyan")
    order = {"field": field, "direction": direction}
    forwards: list[str] = []
    backwards: list[str] = []
    dates: list[str | None] = []
    after = before = None
    more = True
    while more:
        page = (await director.ask(PAGE, n=size, after=after, order=order))["cases"]
        forwards += [one["id"] for one in page["nodes"]]
        dates += [one["dueAt"] for one in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    more = True
    while more:
        page = (await director.ask(PAGE, back=size, before=before, order=order))["cases"]
        backwards = [one["id"] for one in page["nodes"]] + backwards
        before, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]
    assert forwards == backwards
    assert len(forwards) == len(set(forwards)) == page["totalCount"] == 182
    if field == "DUE_AT":
        ends = [date or "9999" for date in dates]
        assert None in dates
        assert ends == sorted(ends, reverse=direction == "DESC")


NEVER_ELECTED = (
    "UPDATE mediation_committee SET elected_on = NULL, term_ends_on = NULL"
    " WHERE id IN (SELECT id FROM mediation_committee WHERE county_id = 440781 ORDER BY id LIMIT 4)"
)
NOTHING_DUE = (
    "UPDATE judicial_confirmation SET enforce_by = NULL WHERE id <>"
    " (SELECT id FROM judicial_confirmation WHERE county_id = 440781 ORDER BY id LIMIT 1)"
)
WITHOUT_A_DAY = {
    "committees": ("TERM_ENDS_ON", "justice.haiyan", "termEndsOn", NEVER_ELECTED),
    "confirmations": ("DUE_ON", "tribunal.haiyan", "dueOn", NOTHING_DUE),
}


@pytest.mark.parametrize("name", WITHOUT_A_DAY)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_rows_without_a_day_are_paged_through_like_others(
    live: Server, fresh_haiyan_urls: DatabaseUrls, name: str, direction: str
) -> None:
    order, who, day, change = WITHOUT_A_DAY[name]
    await execute(fresh_haiyan_urls, change)
    client = await live.as_(who)
    query = f"""query P($first: Int, $after: String, $last: Int, $before: String) {{ {name}(
        first: $first, after: $after, last: $last, before: $before, orderBy: {{field: {order}, direction: {direction}}}
    ) {{ totalCount nodes {{ id {day} }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"""
    whole = (await client.ask(query))[name]["nodes"]
    days = [one[day] or "9999" for one in whole]
    assert days == sorted(days, reverse=direction == "DESC")
    assert days.count("9999") >= 2
    for size, cursor, end, more, way in (
        ("first", "after", "endCursor", "hasNextPage", 1),
        ("last", "before", "startCursor", "hasPreviousPage", -1),
    ):
        found, place, further = [], None, True
        while further:
            page = (await client.ask(query, **{size: 1, cursor: place}))[name]
            found += page["nodes"]
            place, further = page["pageInfo"][end], page["pageInfo"][more]
        assert found[::way] == whole


@pytest.mark.parametrize("wanted", ["totalCount", "__typename", "nodes { id }"])
@pytest.mark.parametrize("size", [-1, 101])
async def test_a_length_that_cannot_be_is_refused_whatever_is_wanted(server: Server, wanted: str, size: int) -> None:
    director = await server.as_("director.haiyan")
    inner = f"parties(first: $n) {{ {wanted} }}"
    for query in (
        f"query P($n: Int) {{ cases(first: $n) {{ {wanted} }} }}",
        f"query P($n: Int) {{ cases(first: 1) {{ nodes {{ {inner} }} }} }}",
        f"query P($n: Int = 1) {{ viewer {{ __typename }} cases(last: $n) {{ {wanted} }} }}",
    ):
        assert await director.refused(query, n=size) == ["PAGE_SIZE"]
    assert await director.refused(f"{{ cases(first: {size}) {{ {wanted} }} }}") == ["PAGE_SIZE"]
