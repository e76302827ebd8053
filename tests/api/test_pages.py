"""Pages cover a list once, whatever it is sorted by, from either end, though rows without a date have no place in time."""

from __future__ import annotations

import pytest

from tests.support.api import Server

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
