"""Town A's users, and county A's, find nothing of B: through any root field, id, list, count, cursor, filter, order,
figure, nested field or mutation. A root field or mutation added to the schema fails here until it is covered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.graphql.binding import view_of
from api.graphql.schema import graphql_schema
from authz.enforcer import load_policy
from domain.foundation.query.figures import outside
from domain.foundation.query.roots import Figures, Listing, Lookup
from domain.registry import CATALOGUE, COMMANDS, KINDS, metadata
from tests.support.accounts import an_account
from tests.support.api import Client, Server
from tests.support.database import HAIYAN, TestServer
from tests.support.everything import everything_of, given_for, mutation_of, parts_of
from tests.support.rows import execute, fetch, ids_of, make_one_of_each
from tests.support.sight import NOWHERE

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls
    from domain.foundation.query.view import View

Look = Callable[[Client, str, "Secrets"], Awaitable[None]]
"""Looks through one root field, as that account."""
NOBODY = "0192f000-0000-7000-8000-00000000dead"
# Who must not see Haiyan: the next town's, and the next county's.
NEXT_TOWN = ("dispatcher.guanghai", "police.guanghai")
NEXT_COUNTY = ("dispatcher.kaiping", "admin.kaiping")
OUTSIDERS = (*NEXT_TOWN, *NEXT_COUNTY)
CASES = (
    "SELECT * FROM dispute_case WHERE town_id = (SELECT id FROM organisation WHERE name = '海宴镇' AND kind = 'town')"
)

TODAY = datetime.now(UTC).date()
A_FREE_DAY = """INSERT INTO calendar_day (county_id, day, working, reason, set_by, set_at)
    SELECT county_id, $1, false, '试验', id, now() FROM app_user WHERE county_id = 440781 ORDER BY id LIMIT 1"""
# Mutations that are about no case there is: what they must not reach is asked for below.
OF_NO_CASE = {"caseRegister", "courtEntrust", "calendarDaySet", "calendarDayClear"}
OF_THE_REGISTER = {
    "committeeRegister": ("organisationId", "organisation"),
    "committeeElect": ("committeeId", "mediation_committee"),
    "committeeSetSize": ("areaId", "organisation"),
    "mediatorAppoint": ("committeeId", "mediation_committee"),
    "mediatorDismiss": ("mediatorId", "mediator"),
}
OF_NO_CASE |= set(OF_THE_REGISTER)
# Of a county's own policy rows: tests/api/test_policy_changes.py.
OF_NO_CASE |= {name for name, command in COMMANDS.items() if command.resource == "policy"}
# The kinds of work beside the case, and their commands.
WORK = {kind.subject: kind for kind in KINDS if kind.subject != "case"}
OF_WORK = [name for name, command in COMMANDS.items() if command.resource in WORK]
OF_NO_CASE |= set(OF_WORK)
# Each with every role whose holders can do anything with such work at all, in the next town and in the next county.
IN_NEXT_TOWN, IN_NEXT_COUNTY = "work.guanghai", "work.kaiping"
AT_WORK = {IN_NEXT_TOWN: (440781, "广海镇"), IN_NEXT_COUNTY: (440783, "赤坎镇")}


class Secrets:
    """What of Haiyan must not be found in any answer to an outsider: ids, numbers, titles."""

    def __init__(
        self,
        cases: list[asyncpg.Record],
        work: dict[str, list[asyncpg.Record]],
        ids: dict[str, list[str]],
        directory: dict[str, list[str]],
    ) -> None:
        self.cases = cases
        self.work = work
        self.ids = ids
        self.directory = directory

    def words(self, outsider: str) -> set[str]:
        # A committee has the key of its organisation, which the county's directory shows.
        told = {view: ids for view, ids in self.ids.items() if view != "mediation_committee"}
        found = {word.partition(":")[2] for ids in told.values() for word in ids}
        found |= {case["number"] for case in self.cases} | {str(case["id"]) for case in self.cases}
        if outsider in (*NEXT_COUNTY, IN_NEXT_COUNTY):
            # Within a county its organisations and staff are a directory; beyond it they are not.
            found |= {word.partition(":")[2] for ids in self.directory.values() for word in ids}
        return found

    def not_in(self, outsider: str, answer: str) -> None:
        found = [word for word in self.words(outsider) if word in answer]
        assert not found, f"{outsider} was shown {len(found)} secrets, such as {found[0]}"


@pytest.fixture(scope="module")
def haiyan_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    """Haiyan with at least one of everything; these tests share it, and only read."""
    with database_server.database(HAIYAN) as urls:
        views = [view for view in CATALOGUE if view.prefix is not None and view.tenant]
        # A day of the calendar is made below.
        tables = [metadata.tables[view.table] for view in views if view.name != "calendar_day"]
        asyncio.run(make_one_of_each(urls, 440781, tables, CASES))
        asyncio.run(execute(urls, A_FREE_DAY, TODAY))
        rows = [row.values for row in load_policy().rows]
        roles = sorted({one[0] for one in rows if one[2] in WORK} - {"anyone"})
        for who, (county, town) in AT_WORK.items():
            asyncio.run(an_account(urls, who, *((role, town) for role in roles), county=county))
        yield urls


@pytest.fixture
async def secrets(haiyan_urls: DatabaseUrls) -> Secrets:
    cases = await fetch(haiyan_urls, CASES + " ORDER BY registered_at DESC")
    ids: dict[str, list[str]] = {}
    directory: dict[str, list[str]] = {}
    for view in CATALOGUE:
        if view.prefix is None or not view.tenant or view.name == "case":
            continue
        found, town = ids, "$1"
        match view.owner.view if view.owner is not None else view.name:
            case "case":
                where = f"w.id IN (SELECT id FROM ({CASES}) c) AND $1::uuid IS NOT NULL"
            case whole if whole == "mediation_committee" or whole in WORK:
                where = f"{'w' if view.owner is not None else 't'}.town_id = {town}"
            case "mediator":
                where = f"t.town_id = {town}"
            case "viewer":
                where = f"t.organisation_id IN (SELECT o.id FROM organisation o WHERE o.town_id = {town})"
            case _:
                found, where = directory, "t.county_id = 440781 AND $1::uuid IS NOT NULL"
        rows = await fetch(haiyan_urls, f"{ids_of(view)} WHERE {where} ORDER BY 1", cases[0]["town_id"])
        found[view.name] = [row["id"] for row in rows]
    assert len(cases) == 182
    assert all(ids.values()), [name for name, found in ids.items() if not found]
    assert set(directory) == {"organisation", "user", "framework", "framework_member", "calendar_day"}
    in_town = "SELECT * FROM {} WHERE town_id = $1 ORDER BY id"
    work = {one: await fetch(haiyan_urls, in_town.format(CATALOGUE[one].table), cases[0]["town_id"]) for one in WORK}
    return Secrets(cases, work, ids, directory)


def case_id(case: asyncpg.Record) -> str:
    return f"case:{case['id']}"


async def text(client: Client, query: str, **variables: Any) -> str:
    """The answer's body; of a request that is carried out."""
    response = await client.post(query, variables)
    assert response.status_code == 200, response.text
    assert "errors" not in response.json(), response.text
    return response.text


async def alike(client: Client, query: str, ids: list[str]) -> None:
    """Each id is answered, byte for byte, as one that nobody ever made."""
    for one in ids:
        prefix = one.partition(":")[0]
        nothing = await client.post(query, {"id": f"{prefix}:{NOBODY}"})
        guessed = await client.post(query, {"id": one})
        assert (guessed.status_code, guessed.content) == (nothing.status_code, nothing.content)
        assert set(guessed.json()["data"].values()) == {None}
        same = {"x-request-id", "date"}
        assert [h for h in guessed.headers.items() if h[0] not in same] == [
            h for h in nothing.headers.items() if h[0] not in same
        ]


async def viewer(client: Client, who: str, secrets: Secrets) -> None:
    secrets.not_in(who, await text(client, f"{{ viewer {{ {everything_of('Viewer', 4)} }} }}"))


async def case(client: Client, who: str, secrets: Secrets) -> None:
    query = f"query Q($id: ID!) {{ case(id: $id) {{ {everything_of('Case', 1)} }} }}"
    await alike(client, query, [case_id(one) for one in secrets.cases[::12]])
    await alike(client, query, [ids[0] for ids in secrets.ids.values()])


@cache
def cases_queries(depth: int) -> list[str]:
    return [
        f"query Q($f: CaseFilter, $o: CaseOrder) {{ cases(first: 20, filter: $f, orderBy: $o) {{ totalCount nodes {{ {shown} }} }} }}"
        for shown in parts_of("Case", depth, page=2)
    ]


async def cases(client: Client, who: str, secrets: Secrets) -> None:
    for field in ("REGISTERED_AT", "NUMBER", "DUE_AT"):
        for direction in ("ASC", "DESC"):
            # As deep as it goes once; sorting changes which rows are shown, not what of them.
            depth = 2 if field == "REGISTERED_AT" and direction == "DESC" else 1
            for query in cases_queries(depth):
                secrets.not_in(who, await text(client, query, o={"field": field, "direction": direction}))
    some = secrets.cases[0]
    named = [
        {"number": some["number"]},
        {"organisationId": f"organisation:{some['organisation_id']}"},
        {"courtId": f"organisation:{next(c['court_id'] for c in secrets.cases if c['court_id'])}"},
        {"placeId": f"organisation:{some['town_id']}"},
        {"townId": f"organisation:{some['town_id']}"},
        {"placeId": f"organisation:{some['community_id']}"},
        {"handlerId": f"organisation:{next(c['handler_id'] for c in secrets.cases if c['handler_id'])}"},
    ]
    for one in named:
        data = (
            await client.ask(
                "query Q($f: CaseFilter) { cases(filter: $f) { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage startCursor } } }",
                f=one,
            )
        )["cases"]
        assert data == {
            "totalCount": 0,
            "nodes": [],
            "edges": [],
            "pageInfo": {"hasNextPage": False, "startCursor": None},
        }, one


async def case_figures(client: Client, who: str, secrets: Secrets) -> None:
    query = "query Q($g: [CaseDimension!], $f: CaseFilter) { cases(filter: $f) { totalCount } caseFigures(groupBy: $g, filter: $f) { total { broughtIn } groups { key broughtIn keys { value label } } } }"
    dimensions = list(graphql_schema().type_map["CaseDimension"].values)  # type: ignore[attr-defined]
    for dimension in dimensions:
        answer = await text(client, query, g=[dimension])
        secrets.not_in(who, answer)
        assert who in NEXT_TOWN or "海宴" not in answer
    data = await client.ask(query, g=["TOWN"])
    assert (
        data["caseFigures"]["total"]["broughtIn"]
        == data["cases"]["totalCount"]
        == sum(one["broughtIn"] for one in data["caseFigures"]["groups"])
    )
    assert len(data["caseFigures"]["groups"]) <= 1
    data = await client.ask(query, g=["STATUS"], f={"placeId": f"organisation:{secrets.cases[0]['town_id']}"})
    assert data["caseFigures"] == {"total": {"broughtIn": 0}, "groups": []}


async def organisation(client: Client, who: str, secrets: Secrets) -> None:
    query = f"query Q($id: ID!) {{ organisation(id: $id) {{ {everything_of('Organisation', 1)} }} }}"
    if who in NEXT_COUNTY:
        await alike(client, query, secrets.directory["organisation"][::25])
    else:
        secrets.not_in(who, await text(client, query, id=secrets.directory["organisation"][0]))


async def organisations(client: Client, who: str, secrets: Secrets) -> None:
    query = f"query Q($f: OrganisationFilter, $a: String) {{ organisations(first: 20, after: $a, filter: $f) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {everything_of('Organisation', 2)} }} }} }}"
    secrets.not_in(who, await text(client, query))
    if who in NEXT_COUNTY:
        seen = (
            {"nameContains": "海宴"},
            {"parentId": secrets.directory["organisation"][0]},
            {"withinId": f"organisation:{secrets.cases[0]['town_id']}"},
        )
        for one in seen:
            assert (
                await client.ask(
                    "query Q($f: OrganisationFilter) { organisations(filter: $f) { totalCount nodes { id } } }", f=one
                )
            )["organisations"] == {"totalCount": 0, "nodes": []}


async def node(client: Client, who: str, secrets: Secrets) -> None:
    schema = graphql_schema()
    types = {view_of(one): one.name for one in schema.get_possible_types(schema.type_map["Node"])}  # type: ignore[arg-type]
    words = {view.name for view in CATALOGUE if view.prefix is not None and not view.tenant}
    assert set(types) == {"case", *secrets.ids, *secrets.directory, *words}
    for view, ids in {"case": [case_id(one) for one in secrets.cases], **secrets.ids, **secrets.directory}.items():
        selection = f"id ... on {types[view]} {{ {everything_of(types[view], 1)} }}"
        query = f"query Q($id: ID!) {{ node(id: $id) {{ {selection} }} }}"
        if who in NEXT_COUNTY or view not in secrets.directory:
            await alike(client, query, [ids[0], ids[len(ids) // 2], ids[-1]])


async def nodes(client: Client, who: str, secrets: Secrets) -> None:
    own = (await client.ask("{ cases(first: 1) { nodes { id parties { nodes { id } } } } }"))["cases"]["nodes"]
    mine = (
        [own[0]["id"], own[0]["parties"]["nodes"][0]["id"]]
        if own
        else [(await client.ask("{ viewer { user { id } } }"))["viewer"]["user"]["id"]]
    )
    foreign = [case_id(secrets.cases[0]), *(ids[0] for ids in secrets.ids.values())]
    asked = [*mine, *foreign, NOWHERE, *mine]
    found = (await client.ask("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=asked))["nodes"]
    assert found == [*({"id": one} for one in mine), *[None] * (len(foreign) + 1), *({"id": one} for one in mine)]


async def public(client: Client, who: str, secrets: Secrets) -> None:
    """Tables of the law and of words: the same for everybody, and nothing of any tenant in them."""
    lists = list(graphql_schema().type_map["CodeList"].values)  # type: ignore[attr-defined]
    aliased = [f"l{n}: codes(list: {one}) {{ code label labelEn }}" for n, one in enumerate(lists)]
    codes = [f"{{ {' '.join(aliased[first : first + 15])} }}" for first in range(0, len(aliased), 15)]
    for query in (*codes, "{ disputeTypes { code label parent { code } } rules { id source message } }"):
        answer = await text(client, query)
        secrets.not_in(who, answer)
        assert "海宴" not in answer


def listed(root: str, filter_type: str, node_type: str) -> Look:
    """A list of what belongs to cases: nothing of Haiyan in it, and nothing at all when asked for Haiyan's."""

    async def look(client: Client, who: str, secrets: Secrets) -> None:
        for shown in parts_of(node_type, 1, page=2):
            query = f"{{ {root}(first: 50) {{ totalCount nodes {{ {shown} }} edges {{ cursor }} }} }}"
            secrets.not_in(who, await text(client, query))
        some = secrets.cases[0]
        whose = {
            "organisationId": some["organisation_id"],
            "handlerId": next(c["handler_id"] for c in secrets.cases if c["handler_id"]),
            "courtId": next(c["court_id"] for c in secrets.cases if c["court_id"]),
            "caseId": some["id"],
        }
        known = graphql_schema().type_map[filter_type].fields  # type: ignore[attr-defined]
        asked = [name for name in whose if name in known]
        assert {name for name in known if name.endswith("Id")} == set(asked)
        query = (
            f"query Q($f: {filter_type}) {{ {root}(filter: $f) {{ totalCount nodes {{ id }} edges {{ cursor }} }} }}"
        )
        for name in asked:
            prefix = "case" if name == "caseId" else "organisation"
            answer = (await client.post(query, {"f": {name: f"{prefix}:{whose[name]}"}})).json()
            # Who never reads what the condition tells of is refused, whatever there is.
            refused = [error["extensions"]["code"] for error in answer.get("errors", ())]
            nothing = {"totalCount": 0, "nodes": [], "edges": []}
            assert refused == ["FORBIDDEN_FIELD"] or answer["data"] == {root: nothing}, name

    return look


def registered(root: str, node_type: str, filters: dict[str, str]) -> Look:
    """A list of the register: nothing of Haiyan in it, and nothing when asked for Haiyan's."""

    async def look(client: Client, who: str, secrets: Secrets) -> None:
        query = f"query Q($f: {node_type}Filter) {{ {root}(first: 50, filter: $f) {{ totalCount nodes {{ {everything_of(SHOWN[node_type], 1)} }} edges {{ cursor }} }} }}"
        secrets.not_in(who, await text(client, query))
        known = graphql_schema().type_map[f"{node_type}Filter"].fields  # type: ignore[attr-defined]
        assert {name for name in known if name.endswith("Id")} == set(filters)
        place = f"organisation:{secrets.cases[0]['town_id']}"
        for name, view in filters.items():
            key = place if view == "place" else f"{view}:{secrets.ids['mediation_committee'][0].partition(':')[2]}"
            data = await client.ask(query, f={name: key})
            assert data[root] == {"totalCount": 0, "nodes": [], "edges": []}, name

    return look


SHOWN = {"Committee": "MediationCommittee", "Mediator": "Mediator"}


async def calendar_days(client: Client, who: str, secrets: Secrets) -> None:
    """A county's own working days are the whole county's, and no other's."""
    query = "query Q($y: Int!) { calendarDays(year: $y) { day working reason setBy { id } setAt } }"
    for year in (TODAY.year - 1, TODAY.year, TODAY.year + 1):
        answer = await text(client, query, y=year)
        secrets.not_in(who, answer)
        assert ("试验" in answer) == (who in NEXT_TOWN and year == TODAY.year)


def work_roots(subject: str) -> dict[str, Look]:
    """How each root field of a kind of work keeps tenants apart."""
    view = CATALOGUE[subject]
    looks = {Lookup: one_of_work, Listing: listed_work, Figures: counted_work}
    return {outside(name): partial(looks[type(root)], view, outside(name)) for name, root in view.roots.items()}


async def one_of_work(view: View, root: str, client: Client, who: str, secrets: Secrets) -> None:
    """What lies in another place is what nobody made."""
    query = f"query Q($id: ID!) {{ {root}(id: $id) {{ {everything_of(view.type_name, 2)} }} }}"
    await alike(client, query, secrets.ids[view.name])


def filters_by_id(view: View, row: asyncpg.Record) -> Iterator[tuple[str, str]]:
    """Each filter by an id, and the id by which it finds the row."""
    for name, one in view.filters.items():
        if one.id_of:
            column = "town_id" if name == "place_id" else name
            value = row[column] if column in row else row[name.removesuffix("_id")]
            yield outside(name), f"{one.id_of}:{value}"


async def listed_work(view: View, root: str, client: Client, who: str, secrets: Secrets) -> None:
    """Nothing of Haiyan in the list, and nothing at all when asked for Haiyan's."""
    for shown in parts_of(view.type_name, 2, page=2):
        answer = await text(client, f"{{ {root}(first: 50) {{ totalCount nodes {{ {shown} }} edges {{ cursor }} }} }}")
        secrets.not_in(who, answer)
    query = (
        f"query Q($f: {view.noun}Filter) {{ {root}(filter: $f) {{ totalCount nodes {{ id }} edges {{ cursor }} }} }}"
    )
    for row in secrets.work[view.name]:
        for name, value in filters_by_id(view, row):
            found = (await client.ask(query, f={name: value}))[root]
            assert not {one["id"] for one in found["nodes"]} & set(secrets.ids[view.name]), name
            if name != "registeredById":
                # Who works in two towns is found for what they did in the other.
                assert found == {"totalCount": 0, "nodes": [], "edges": []}, name


async def counted_work(view: View, root: str, client: Client, who: str, secrets: Secrets) -> None:
    """Figures count what the list shows, and of Haiyan nothing."""
    measures = " ".join(outside(name) for name in view.measures)
    place = f"organisation:{secrets.cases[0]['town_id']}"
    query = f"""query Q($g: [{view.noun}Dimension!], $f: {view.noun}Filter) {{
        {root}(groupBy: $g, filter: $f) {{ total {{ {measures} }} groups {{ key {measures} keys {{ value label }} }} }} }}"""
    for dimension in view.dimensions:
        answer = await text(client, query, g=[dimension.upper()])
        secrets.not_in(who, answer)
        assert "海宴" not in answer
        assert str(secrets.cases[0]["town_id"]) not in answer
        hidden = (await client.ask(query, g=[dimension.upper()], f={"placeId": place}))[root]
        assert hidden["groups"] == []
        assert not any(hidden["total"].values())


async def form(client: Client, who: str, secrets: Secrets) -> None:
    """What a command asks for is the same for everybody, and has no row in it."""
    answer = await text(client, "{ form(action: CASE_DISPATCH) { __typename } }")
    secrets.not_in(who, answer)


async def policy_rules(client: Client, who: str, secrets: Secrets) -> None:
    """Who reads the policy finds in it no row of anything, and none of another county."""
    secrets.not_in(who, (await client.post("{ policyRules { text place county } }")).text)


async def explain_access(client: Client, who: str, secrets: Secrets) -> None:
    """Why one may not see what one does not see is not told: there is no such thing."""
    for one in secrets.cases[:5]:
        answer = await text(client, f'{{ explainAccess(id: "{case_id(one)}") {{ allowed }} }}')
        assert '"explainAccess":null' in answer, who


async def policy_changes(client: Client, who: str, secrets: Secrets) -> None:
    """Nor do they find what other counties propose."""
    secrets.not_in(who, (await client.post("{ policyChanges { number county reason rules { text } } }")).text)


async def audit_log(client: Client, who: str, secrets: Secrets) -> None:
    """Nor do they read what was done there."""
    shown = "totalCount nodes { action grounds subjects requestId detail actor { displayName } }"
    secrets.not_in(who, (await client.post(f"{{ auditLog(first: 100) {{ {shown} }} }}")).text)


async def who_saw(client: Client, who: str, secrets: Secrets) -> None:
    """A case of another county is one that nobody read."""
    for one in secrets.cases:
        query = f'{{ whoSaw(caseId: "{case_id(one)}") {{ totalCount nodes {{ role readOn }} }} }}'
        data = (await client.post(query)).json()["data"]
        assert data is None or data["whoSaw"] in (None, {"totalCount": 0, "nodes": []}), who


async def policy_preview(client: Client, who: str, secrets: Secrets) -> None:
    """There is no revision of another county."""
    for id_ in ("policy_revision:01900000-0000-7000-8000-000000000000", case_id(secrets.cases[0])):
        assert '"policyPreview":null' in await text(
            client, f'{{ policyPreview(policyRevisionId: "{id_}") {{ role }} }}'
        )


WORK_ROOTS = {name: look for subject in WORK for name, look in work_roots(subject).items()}
ROOTS: dict[str, Look] = {
    "viewer": viewer,
    "case": case,
    "cases": cases,
    "caseFigures": case_figures,
    "organisation": organisation,
    "organisations": organisations,
    "deadlines": listed("deadlines", "DeadlineFilter", "Deadline"),
    "supervisions": listed("supervisions", "SupervisionFilter", "Supervision"),
    "confirmations": listed("confirmations", "ConfirmationFilter", "JudicialConfirmation"),
    "committees": registered("committees", "Committee", {"placeId": "place", "organisationId": "organisation"}),
    "mediators": registered("mediators", "Mediator", {"placeId": "place", "committeeId": "committee"}),
    "calendarDays": calendar_days,
    "form": form,
    "policyRules": policy_rules,
    "explainAccess": explain_access,
    "policyChanges": policy_changes,
    "policyPreview": policy_preview,
    "auditLog": audit_log,
    "whoSaw": who_saw,
    "node": node,
    "nodes": nodes,
    "rules": public,
    "codes": public,
    "disputeTypes": public,
    **WORK_ROOTS,
}


def root_fields() -> list[str]:
    query = graphql_schema().query_type
    assert query is not None
    return sorted(query.fields)


def mutations() -> list[str]:
    root = graphql_schema().mutation_type
    assert root is not None
    return sorted(root.fields)


@pytest.mark.parametrize("root", root_fields())
async def test_an_outsider_finds_nothing_through(root: str, server: Server, secrets: Secrets) -> None:
    assert root in ROOTS, f"say here how Query.{root} keeps tenants apart"
    for who in (*OUTSIDERS, *(AT_WORK if root in WORK_ROOTS else ())):
        await ROOTS[root](await server.as_(who), who, secrets)


@pytest.mark.parametrize("subject", WORK)
async def test_what_is_hidden_is_found_by_those_who_may(subject: str, server: Server, secrets: Secrets) -> None:
    """Else nobody would notice that outsiders are asked about nothing."""
    view = CATALOGUE[subject]
    (plural,) = (outside(name) for name, root in view.roots.items() if isinstance(root, Listing))
    query = f"{{ {plural}(first: 100) {{ nodes {{ id }} }} }}"
    insider = await (await server.as_("director.haiyan")).ask(query)
    assert sorted(one["id"] for one in insider[plural]["nodes"]) == secrets.ids[subject]
    for who in AT_WORK:
        assert (await (await server.as_(who)).ask(query))[plural]["nodes"], f"{who} has nothing of their own"


@pytest.mark.parametrize("mutation", OF_WORK)
async def test_foreign_work_is_work_that_is_not_there(
    mutation: str, server: Server, secrets: Secrets, haiyan_urls: DatabaseUrls
) -> None:
    command, tables = COMMANDS[mutation], [CATALOGUE[subject].table for subject in WORK]
    name, rows = f"{mutation[0].upper()}{mutation[1:]}", secrets.work[command.resource]
    query = mutation_of(mutation, f"{PROBLEM} ... on InvalidInput {{ field }}")
    before = [await fetch(haiyan_urls, f"SELECT * FROM {table} ORDER BY id") for table in tables]

    async def answer_to(client: Client, **given: Any) -> bytes:
        return (await client.post(query, {"input": given_for(f"{name}Input", **given)})).content

    for who in (*OUTSIDERS, *AT_WORK):
        answer = partial(answer_to, await server.as_(who))
        if command.upon is not None:
            field = f"{command.upon.name}Id"
            nothing = await answer(**{field: f"{command.resource}:{NOBODY}"})
            assert b'"NotFound"' in nothing
            for row in rows:
                for version in (1, row["version"]):
                    given = {field: f"{command.resource}:{row['id']}", "expectedVersion": version}
                    assert await answer(**given) == nothing
        else:
            nothing = await answer(placeId=f"organisation:{NOBODY}")
            assert b'"InvalidInput"' in nothing
            for key in {row[level] for row in rows for level in ("town_id", "community_id", "grid_id")}:
                guessed = await answer(placeId=f"organisation:{key}")
                # Where it lies is in the county's directory; what is done there is not theirs.
                assert (b'"Forbidden"' in guessed) if who in (*NEXT_TOWN, IN_NEXT_TOWN) else (guessed == nothing)
    assert [await fetch(haiyan_urls, f"SELECT * FROM {table} ORDER BY id") for table in tables] == before


PROBLEM = "... on Problem { code message rule source availableActions { action allowed } }"


@pytest.mark.parametrize("mutation", [one for one in mutations() if one not in OF_NO_CASE])
async def test_an_outsiders_command_is_answered_as_for_a_case_that_is_not_there(
    mutation: str, server: Server, secrets: Secrets
) -> None:
    name = f"{mutation[0].upper()}{mutation[1:]}"
    query = mutation_of(mutation, f"... on {name}Success {{ case {{ id }} }} {PROBLEM} ... on InvalidInput {{ field }}")
    for who in OUTSIDERS:
        client = await server.as_(who)
        nothing = await client.post(query, {"input": given_for(f"{name}Input", caseId=NOWHERE)})
        assert nothing.json()["data"][mutation]["__typename"] == "NotFound"
        for case in (secrets.cases[0], secrets.cases[90], secrets.cases[-1]):
            for version in (1, case["version"]):
                guessed = await client.post(
                    query, {"input": given_for(f"{name}Input", caseId=case_id(case), expectedVersion=version)}
                )
                assert guessed.content == nothing.content
        for odd in ("", "case:", "case:1", case_id(case).upper(), secrets.ids["party"][0], "case:" + "9" * 5000):
            other = await client.post(query, {"input": given_for(f"{name}Input", caseId=odd)})
            assert other.content == nothing.content


async def test_a_foreign_place_is_one_that_is_not_there(server: Server, secrets: Secrets) -> None:
    query = mutation_of("caseRegister", f"{PROBLEM} ... on InvalidInput {{ field }}")
    parties = [{"side": side, "name": "司徒试样（虚构）"} for side in ("APPLICANT", "RESPONDENT")]

    async def answer(who: str, place: str) -> bytes:
        given = {"placeId": place, "typeCode": "0901", "title": "试验", "facts": "试验", "parties": parties}
        return (await (await server.as_(who)).post(query, {"input": given})).content

    for who in NEXT_COUNTY:
        nothing = await answer(who, f"organisation:{NOBODY}")
        assert b"InvalidInput" in nothing
        for place in (secrets.cases[0]["town_id"], secrets.cases[0]["community_id"]):
            assert await answer(who, f"organisation:{place}") == nothing
    for who in NEXT_TOWN:
        # The town is in the county's directory; its disputes are not theirs to register.
        assert b'"Forbidden"' in await answer(who, f"organisation:{secrets.cases[0]['town_id']}")


async def test_a_foreign_court_organisation_or_place_is_one_that_is_not_there(server: Server, secrets: Secrets) -> None:
    query = mutation_of("courtEntrust", f"{PROBLEM} ... on InvalidInput {{ field }}")
    case = next(one for one in secrets.cases if one["court_id"] and one["handler_id"])
    theirs = {"courtId": case["court_id"], "organisationId": case["handler_id"], "placeId": case["community_id"]}
    parties = [{"side": side, "name": "司徒试样（虚构）"} for side in ("APPLICANT", "RESPONDENT")]
    nobody = dict.fromkeys(theirs, f"organisation:{NOBODY}")
    for who in NEXT_COUNTY:
        client = await server.as_(who)
        nothing = await client.post(query, {"input": given_for("CourtEntrustInput", parties=parties, **nobody)})
        assert nothing.json()["data"]["courtEntrust"]["__typename"] != "CourtEntrustSuccess"
        for names in (*([one] for one in theirs), list(theirs)):
            guess = nobody | {name: f"organisation:{theirs[name]}" for name in names}
            guessed = await client.post(query, {"input": given_for("CourtEntrustInput", parties=parties, **guess)})
            assert guessed.content == nothing.content, names


@pytest.mark.parametrize("mutation", OF_THE_REGISTER)
async def test_a_foreign_committee_or_mediator_is_one_that_is_not_there(
    mutation: str, server: Server, secrets: Secrets, haiyan_urls: DatabaseUrls
) -> None:
    field, view = OF_THE_REGISTER[mutation]
    name = f"{mutation[0].upper()}{mutation[1:]}"
    query = mutation_of(mutation, f"{PROBLEM} ... on InvalidInput {{ field }}")
    theirs = [f"organisation:{secrets.cases[0]['town_id']}"] if view == "organisation" else secrets.ids[view]
    tables = ("mediation_committee", "mediator", "committee_size", "committee_term")
    before = [await fetch(haiyan_urls, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
    for who in OUTSIDERS:
        client = await server.as_(who)
        nothing = await client.post(query, {"input": given_for(f"{name}Input", **{field: NOBODY})})
        assert nothing.json()["data"][mutation]["__typename"] == "NotFound"
        for one in (theirs[0], f"{theirs[0].partition(':')[0]}:{NOBODY}"):
            guessed = await client.post(query, {"input": given_for(f"{name}Input", **{field: one})})
            if who in NEXT_TOWN and view == "organisation" and one == theirs[0]:
                # The county's directory shows the organisation; its committee is not theirs to keep.
                assert guessed.json()["data"][mutation]["__typename"] == "Forbidden"
            else:
                assert guessed.content == nothing.content
    assert [await fetch(haiyan_urls, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before


async def test_a_county_sets_no_days_but_its_own(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    await execute(fresh_haiyan_urls, A_FREE_DAY, TODAY)
    of_haiyan = "SELECT * FROM calendar_day WHERE county_id = 440781"
    clocks = "SELECT id, due_at FROM deadline WHERE county_id = 440781 ORDER BY id"
    before = await fetch(fresh_haiyan_urls, of_haiyan), await fetch(fresh_haiyan_urls, clocks)
    for name, given in (
        ("calendarDaySet", {"day": TODAY.isoformat(), "working": True, "reason": "开平"}),
        ("calendarDayClear", {"day": TODAY.isoformat()}),
    ):
        for who in OUTSIDERS:
            query = mutation_of(name, PROBLEM)
            answer = (await (await live.as_(who)).post(query, {"input": given})).json()["data"][name]["__typename"]
            assert (answer == f"{name[0].upper()}{name[1:]}Success") == (who == "admin.kaiping"), (who, answer)
    assert (await fetch(fresh_haiyan_urls, of_haiyan), await fetch(fresh_haiyan_urls, clocks)) == before


async def test_a_cursor_of_anothers_list_opens_nothing_of_it(server: Server, secrets: Secrets) -> None:
    page = "query P($first: Int, $last: Int, $after: String, $before: String) { cases(first: $first, last: $last, after: $after, before: $before) { totalCount edges { cursor node { id } } } }"
    edges = (await (await server.as_("director.haiyan")).ask(page, first=100))["cases"]["edges"]
    for who in OUTSIDERS:
        client = await server.as_(who)
        own = (await client.ask(page, first=100))["cases"]
        theirs = [edge["node"]["id"] for edge in own["edges"]]
        for edge in edges[::20]:
            after = (await client.ask(page, first=100, after=edge["cursor"]))["cases"]
            before = (await client.ask(page, last=100, before=edge["cursor"]))["cases"]
            assert [one["node"]["id"] for half in (before, after) for one in half["edges"]] == theirs
            assert after["totalCount"] == before["totalCount"] == own["totalCount"]
