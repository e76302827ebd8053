"""No hot operation scans a large table, walks through one, or sorts more than pages; and plans change only knowingly.

To take over changed plans: FENGQIAO_KEEP_PLANS=1 pytest tests/plans, and read the difference.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
from pydantic import SecretStr

from api.bench import measure
from api.bench.operations import READS, REGISTER, World
from api.bench.story import Story
from api.settings import Settings
from tests.plans.conftest import CASES, UNTIL
from tests.plans.explained import Node, explained, explained_commands, kept_form
from tests.support.api import serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

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
# Tables that do not grow with the cases.
FEW = {"access_stamp", "code_label", "dispute_type", "county", "calendar_day"}
LEAST_STATEMENTS = {"register": 5, "story": 50}
# Of towns and groups of types.
MOST_GROUPS = 300


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
    if node.sorted_rows > (MOST_GROUPS if name == "figures" else MOST_SORTED) and not ties:
        return f"sorts {node.sorted_rows:.0f} rows"
    return None


async def test_no_hot_operation_scans_a_large_table_or_sorts_more_than_pages(
    county_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    found = []
    async with serving(county_urls, secret_key_file) as server:
        world = await measure.world_of(server.parts, UNTIL)
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


def wrong_in_command(node: Node) -> str | None:
    """What must not be in the plan of a command's statement."""
    table = node.said.get("Relation Name")
    if table is None or table in FEW or node.kind in {"ModifyTable", "Subquery Scan"}:
        return None
    if node.kind == "Seq Scan":
        return f"scans {table}"
    if node.kind.startswith(("Index", "Bitmap Index")) and not narrows(node.said.get("Index Cond", "")):
        return f"walks through {table} by {node.said['Index Name']}"
    if table in LARGE and node.read_rows / max(1, node.said["Actual Loops"]) > MOST_LOOKED_UP:
        return f"looks at {node.read_rows:.0f} of {table} by {node.said.get('Index Name', node.kind)}"
    return None


def narrows(condition: str) -> bool:
    """Whether an index is asked for more than the county's rows."""
    return bool(set(re.findall(r"\(?(\w+)(?:\)::\w+)? (?:=|<|>|<=|>=|IS) ", condition)) - {"county_id"})


async def commands_explained(urls: DatabaseUrls, secret: Path) -> dict[str, list[tuple[str, list[Node]]]]:
    """Of a registration and of a whole story: each statement with its plan."""
    settings = Settings(database_url=SecretStr(urls.admin), secret_key_file=secret)
    (registration,) = REGISTER.variables(World([], UNTIL))

    async def register(ask: Any) -> None:
        await ask(REGISTER.account, REGISTER.text, None, registration)

    async def story(ask: Any) -> None:
        await Story(ask).tell()

    return {
        "register": await explained_commands(settings, await measure.recording_of(settings, register)),
        "story": await explained_commands(settings, await measure.recording_of(settings, story)),
    }


async def test_no_command_scans_or_walks_through_what_grows(county_urls: DatabaseUrls, secret_key_file: Path) -> None:
    found = set()
    for name, statements in (await commands_explained(county_urls, secret_key_file)).items():
        assert len(statements) > LEAST_STATEMENTS[name]
        for query, plan in statements:
            found |= {f"{name} {what}: {query[:300]}" for node in plan if (what := wrong_in_command(node))}
    assert not found, "\n".join(sorted(found))


def kept(path: Path, form: str) -> bool:
    """Whether that is what is kept; takes it over when told to."""
    if os.environ.get("FENGQIAO_KEEP_PLANS"):
        path.write_text(form, encoding="utf-8")
        return True
    return path.exists() and path.read_text(encoding="utf-8") == form


def about(query: str) -> str:
    """What a statement does, in a few words: its verb and the first table."""
    found = re.search(r"\b(INSERT INTO|UPDATE|DELETE FROM|FROM)\s+(\w+)", query)
    verb = query.split(None, 1)[0].upper()
    return f"-- {verb} {found[2] if found else ''}".rstrip()


async def nothing_unfolded(urls: DatabaseUrls) -> None:
    """No change of figures waits, as on a fresh county: how many do decides how they are read, whichever test ran before."""
    connection = await asyncpg.connect(urls.admin)
    try:
        await connection.execute("TRUNCATE case_figure_change")
        await connection.execute("VACUUM (ANALYZE) case_figure_change")
    finally:
        await connection.close()


async def test_plans_are_those_that_are_kept(county_urls: DatabaseUrls, secret_key_file: Path) -> None:
    changed = []
    await nothing_unfolded(county_urls)
    async with serving(county_urls, secret_key_file) as server:
        world = await measure.world_of(server.parts, UNTIL)
        for operation in READS:
            form = kept_form(await explained(server.parts, operation, operation.variables(world)[0]))
            path = KEPT / f"{operation.name}.txt"
            if not kept(path, form):
                changed.append(f"{operation.name}:\n{form}")
    for name, statements in (await commands_explained(county_urls, secret_key_file)).items():
        # A story asks the same of many steps: each plan is kept once.
        forms = dict.fromkeys(f"{about(query)}\n{kept_form([plan])}" for query, plan in statements)
        form = "\n".join(forms)
        if not kept(KEPT / f"{name}.txt", form):
            changed.append(f"{name}:\n{form}")
    assert not changed, "plans changed; see the top of this file\n" + "\n".join(changed)
