"""No hot operation scans a large table, walks through one, or sorts more than pages; and plans change only knowingly.

To take over changed plans: FENGQIAO_KEEP_PLANS=1 pytest tests/plans, and read the difference.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from api.bench import measure
from api.bench.operations import READS
from tests.plans.conftest import CASES, UNTIL
from tests.plans.explained import Node, explained, kept_form
from tests.support.api import serving

if TYPE_CHECKING:
    from domain.database.urls import DatabaseUrls

KEPT = Path(__file__).parent / "kept"
# What grows with the county: a scan of one of these takes ever longer. (Protectors are few, and none here.)
LARGE = {
    "dispute_case",
    "case_figure_cell",
    "case_party",
    "case_timeline",
    "case_participant",
    "case_mediator",
    "case_agreement",
    "case_obligation",
    "judicial_confirmation",
    "app_user",
    "membership",
    "organisation",
}
# The first page of each of four states on each of two grounds, and the row that tells whether there are more.
MOST_SORTED = 21 * 4 * 2
# A tenth of the county: a list that looks at more has walked along an index of something else.
MOST_READ = CASES / 10
# Of the people and institutions no operation looks at so many each time: it would be all of them, to find a few.
MOST_LOOKED_UP = 500
LOOKED_UP = {"app_user", "membership", "organisation"}
# Whose lists are read from indexes alone. Others' ties to cases are looked up, and those cases sorted.
WITHOUT_TIES = ("dispatcher", "director", "town", "admin", "court", "tribunal", "grid")
WITH_TIES = ("committee", "mediator", "police", "justice", "women")
# Of cells that figures are made of, a year of all towns and groups of types, and a margin.
MOST_CELLS = 12_000


def wrong(node: Node, name: str, *, ties: bool) -> str | None:
    """What must not be in the plan of a hot operation."""
    table = node.said.get("Relation Name")
    if node.kind == "Seq Scan" and table in LARGE:
        return f"scans {table}"
    if table in LOOKED_UP and node.read_rows / max(1, node.said["Actual Loops"]) > MOST_LOOKED_UP:
        return f"looks through {table}"
    if table == "case_figure_cell" and node.read_rows > MOST_CELLS:
        return f"adds up {node.read_rows:.0f} cells"
    if table == "dispute_case" and node.read_rows > MOST_READ:
        return f"looks at {node.read_rows:.0f} cases by {node.said.get('Index Name', node.kind)}"
    if node.sorted_rows > MOST_SORTED and not ties:
        return f"sorts {node.sorted_rows:.0f} rows"
    return None


async def test_no_hot_operation_scans_a_large_table_or_sorts_more_than_pages(
    county_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    found = []
    async with serving(county_urls, secret_key_file) as server:
        world = replace(await measure.world_of(server.parts), now=UNTIL)
        for operation in READS:
            variables = operation.variables(world)[0]
            for account in WITHOUT_TIES + WITH_TIES:
                asked = replace(operation, account=f"bench.{account}")
                for plan in await explained(server.parts, asked, variables):
                    found += [
                        f"{operation.name} as {account} {what}"
                        for node in plan
                        if (what := wrong(node, operation.name, ties=account in WITH_TIES))
                    ]
    assert not found, "\n".join(found)


async def test_plans_are_those_that_are_kept(county_urls: DatabaseUrls, secret_key_file: Path) -> None:
    changed = []
    async with serving(county_urls, secret_key_file) as server:
        world = replace(await measure.world_of(server.parts), now=UNTIL)
        for operation in READS:
            form = kept_form(await explained(server.parts, operation, operation.variables(world)[0]))
            path = KEPT / f"{operation.name}.txt"
            if os.environ.get("FENGQIAO_KEEP_PLANS"):
                path.write_text(form, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != form:
                changed.append(f"{operation.name}:\n{form}")
    assert not changed, "plans changed; see the top of this file\n" + "\n".join(changed)
