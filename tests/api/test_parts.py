"""A part is found by its id exactly when a list shows it, with the same fields: every part, every way, every account.

What is walked follows from the views: from each whole through its relations to parts, and through those to their parts.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.bench.bare import actor_of
from api.graphql.callers import caller_of
from domain.foundation.basics.clock import system_clock
from domain.foundation.query import compile as compiler, statement
from domain.foundation.query.compile import compile_read
from domain.foundation.query.members import Masked, Part, ToMany, ToOne
from domain.foundation.query.roots import Nodes, Root
from domain.foundation.query.selection import Given, Selected
from domain.foundation.query.statement import Plan
from domain.foundation.query.view import View
from domain.registry import CATALOGUE, metadata
from tests.support.api import Server, serving
from tests.support.database import HAIYAN, TestServer
from tests.support.rows import execute, fetch, ids_of, make_one_of_each

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

CASES = "SELECT * FROM dispute_case WHERE county_id = 440781"
PARTS = [view for view in CATALOGUE if view.owner is not None and CATALOGUE[view.owner.view].prefix is not None]
NODES = [view for view in PARTS if view.prefix is not None]
WHOLES = [CATALOGUE[name] for name in sorted({view.owner.view for view in PARTS if view.owner is not None})]
# Accounts are shared out, for as many processes.
SHARES = 2
ALL = Given(10**6, lambda _variables: 10**6, fixed=True)

# Of every agreement one of an earlier round, with all that belongs to it, and a breach of each thing owed under it.
EARLIER = """
    SET session_replication_role = replica;
    CREATE TEMP TABLE again AS SELECT id AS old, gen_random_uuid() AS new FROM case_agreement WHERE superseded_at IS NULL;
    INSERT INTO case_agreement SELECT (jsonb_populate_record(NULL::case_agreement,
        to_jsonb(a) || jsonb_build_object('id', g.new, 'superseded_at', now()))).*
        FROM case_agreement a JOIN again g ON g.old = a.id;
    INSERT INTO agreement_signature SELECT (jsonb_populate_record(NULL::agreement_signature,
        to_jsonb(s) || jsonb_build_object('id', gen_random_uuid(), 'agreement_id', g.new))).*
        FROM agreement_signature s JOIN again g ON g.old = s.agreement_id;
    INSERT INTO case_obligation SELECT (jsonb_populate_record(NULL::case_obligation,
        to_jsonb(o) || jsonb_build_object('id', gen_random_uuid(), 'agreement_id', g.new))).*
        FROM case_obligation o JOIN again g ON g.old = o.agreement_id;
    INSERT INTO case_breach SELECT (jsonb_populate_record(NULL::case_breach,
        to_jsonb(b) || jsonb_build_object('id', gen_random_uuid(), 'case_id', o.case_id, 'obligation_id', o.id))).*
        FROM case_obligation o, LATERAL (SELECT * FROM case_breach LIMIT 1) b;
    CREATE TEMP TABLE hidden AS SELECT (jsonb_populate_record(NULL::deadline,
        to_jsonb(d) || jsonb_build_object('id', gen_random_uuid(), 'confidential', true, 'subject_id', NULL))).*
        FROM deadline d WHERE d.closed_at IS NOT NULL;
    INSERT INTO deadline SELECT * FROM hidden;
    INSERT INTO deadline_step SELECT (jsonb_populate_record(NULL::deadline_step,
        to_jsonb(s) || jsonb_build_object('deadline_id', h.id))).*
        FROM hidden h, LATERAL (SELECT * FROM deadline_step LIMIT 1) s;
    RESET session_replication_role
"""


@pytest.fixture(scope="module")
def parts_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    """Haiyan with at least one of everything, earlier agreements, and deadlines that are nobody's to see."""
    with database_server.database(HAIYAN) as urls:
        asyncio.run(make_one_of_each(urls, 440781, [metadata.tables[view.table] for view in (*WHOLES, *NODES)], CASES))
        asyncio.run(execute(urls, EARLIER))
        yield urls


def type_names(view: View) -> tuple[str, ...]:
    return tuple(view.types) or (view.type_name,)


def names(view: View) -> dict[str, tuple[Selected, ...]]:
    """A selection of nothing but which rows they are."""
    name = "id" if view.prefix is not None else "__typename"
    return dict.fromkeys(type_names(view), (Selected(name, name),))


def related(name: str, member: ToOne | ToMany, below: Mapping[str, tuple[Selected, ...]]) -> Selected:
    """A relation with that selection of its rows; all of them, where it is paged."""
    if not (isinstance(member, ToMany) and member.paged):
        return Selected(name, name, {}, below)
    return Selected(name, name, {"first": ALL}, {"Connection": (Selected("nodes", "nodes", {}, below),)})


def is_part(of: str, view: View) -> bool:
    return view.owner is not None and view.owner.view == of


def everything(view: View, whole: str, way: tuple[str, ...] = (), *, further: bool = False) -> tuple[Selected, ...]:
    """Every field of a part; of what it is related to, which rows those are. `further`: of its own parts every field too.

    Of parts that are reached through a link, and not through a list, their fields and no parts of theirs.
    """
    chosen = [] if view.prefix is not None else [Selected("__typename", "__typename")]
    for name, member in view.members.items():
        match member:
            case ToOne() | ToMany():
                target = CATALOGUE[member.view]
                below = names(target)
                if further and is_part(whole, target):
                    beyond = isinstance(member, ToMany) and target.name not in way
                    fields = everything(target, whole, (*way, target.name), further=beyond)
                    below = dict.fromkeys(type_names(target), fields)
                chosen.append(related(name, member, below))
            case Masked():
                shown = tuple(Selected(one, one) for one in ("display", "masked", "reason"))
                chosen.append(Selected(name, name, {}, {"MaskedText": shown}))
            case Part():
                inner = tuple(Selected(one, one) for one in member.members)
                chosen.append(Selected(name, name, {}, {member.type_name: inner}))
            case _:
                chosen.append(Selected(name, name))
    return tuple(chosen)


def ways_from(whole: View) -> list[Selected]:
    """Every relation of a whole to its parts, with all that is reached that way."""
    found = []
    for name, member in whole.members.items():
        if isinstance(member, ToOne | ToMany) and is_part(whole.name, CATALOGUE[member.view]):
            target = CATALOGUE[member.view]
            fields = everything(target, whole.name, (target.name,), further=True)
            found.append(related(name, member, dict.fromkeys(type_names(target), fields)))
    return found


def rows_in(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a relation's answer: one or none, a list, or a page."""
    if value is None or isinstance(value, list):
        return value or []
    return list(value["nodes"]) if "nodes" in value else [value]


def told(view: View, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row tells: its fields; of what it is related to, which rows those are, or that it is closed."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        member = view.members.get(name)
        if isinstance(member, ToOne | ToMany):
            there = [one.get("id", one.get("__typename")) for one in rows_in(value)]
            found[name] = None if value is None else there
        else:
            # Facts of what is computed stand under a mark that is the statement's own.
            found[name] = value["facts"] if isinstance(value, dict) and "$fill" in value else value
    return found


def shown_below(view: View, row: Mapping[str, Any], whole: str) -> Iterator[tuple[View, Mapping[str, Any]]]:
    """Every part that is shown below a row, through other parts too."""
    for name, value in row.items():
        member = view.members.get(name)
        if isinstance(member, ToOne | ToMany) and is_part(whole, CATALOGUE[member.view]):
            for one in rows_in(value):
                yield CATALOGUE[member.view], one
                yield from shown_below(CATALOGUE[member.view], one, whole)


@dataclass(frozen=True)
class Asked:
    """Everything that is asked for, once for all accounts: each read under a name, and which parts its answer shows."""

    ids: list[str]
    by_id: tuple[Root, Selected]
    lists: Mapping[str, tuple[Root, Selected, Callable[[Any], Iterable[tuple[View, Mapping[str, Any]]]]]]

    @staticmethod
    async def of(urls: DatabaseUrls) -> Asked:
        ids = [row["id"] for view in NODES for row in await fetch(urls, f"{ids_of(view)} ORDER BY 1")]
        lists: dict[str, Any] = {}
        for whole in WHOLES:
            wholes = [row["id"] for row in await fetch(urls, ids_of(whole))]
            for way in ways_from(whole):
                shown = partial(shown_below_all, whole)
                lists[f"{whole.name}.{way.name}"] = (Nodes(), nodes(wholes, {whole.type_name: (way,)}), shown)
        for view in NODES:
            if view.listing is not None and view.owner is not None:
                rows = Selected("nodes", "nodes", {}, {view.type_name: everything(view, view.owner.view)})
                page = Selected("page", "page", {"first": ALL}, {"Connection": (rows,)})
                lists[view.name] = (view.listing, page, partial(shown_in_page, view))
        fields = {view.type_name: everything(view, view.owner.view) for view in NODES if view.owner is not None}
        return Asked(ids, (Nodes(), nodes(ids, fields)), lists)


def nodes(ids: list[str], fields: Mapping[str, tuple[Selected, ...]]) -> Selected:
    return Selected("nodes", "nodes", {"ids": Given(ids, lambda _variables: ids, fixed=True)}, fields)


def shown_below_all(whole: View, rows: Any) -> Iterator[tuple[View, Mapping[str, Any]]]:
    for row in rows:
        yield from shown_below(whole, row or {}, whole.name)


def shown_in_page(view: View, page: Any) -> Iterator[tuple[View, Mapping[str, Any]]]:
    return ((view, row) for row in page["nodes"])


class Reading:
    """One account's reads, compiled as a request's are and run without limits of length.

    `plans` are those that were made for accounts of the same shape: a plan holds no value of anybody.
    """

    def __init__(self, server: Server, caller: Any, now: datetime, plans: dict[Any, Plan]) -> None:
        self.server, self.caller, self.values, self.plans = server, caller, caller.values(now), plans

    async def read(self, name: str, root: Root, selected: Selected) -> Any:
        key = (self.caller.access.signature, name)
        if key not in self.plans:
            self.plans[key] = compile_read(CATALOGUE, self.caller.access, root, selected)
        plan = self.plans[key]
        answer, *_ = await self.server.parts.reader.read(plan, plan.bind(self.values, {}))
        return json.loads(answer)

    async def found(self, asked: Asked) -> dict[str, dict[str, Any]]:
        """What is found by ids of parts."""
        rows = await self.read("by id", *asked.by_id)
        views = {view.prefix: view for view in NODES}
        return {
            one: told(views[one.partition(":")[0]], row)
            for one, row in zip(asked.ids, rows, strict=True)
            if row is not None
        }

    async def listed(self, asked: Asked) -> dict[str, list[dict[str, Any]]]:
        """What is shown of parts by every way from their wholes, and by the lists that begin at parts."""
        shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for name, (root, selected, parts) in asked.lists.items():
            for view, row in parts(await self.read(name, root, selected)):
                if view.prefix is not None:
                    # One that was led to from another by its id alone tells no more.
                    shown[row["id"]] += [told(view, row)] if len(row) > 1 else []
        return shown


@pytest.mark.parametrize("share", range(SHARES))
async def test_by_its_id_a_part_is_found_exactly_when_a_list_shows_it(
    parts_urls: DatabaseUrls, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    monkeypatch.setattr(compiler, "MAX_NODES", ALL.value)
    monkeypatch.setattr(statement, "MAX_PAGE", ALL.value)
    asked = await Asked.of(parts_urls)
    plans: dict[Any, Plan] = {}
    everybody = [row["username"] for row in await fetch(parts_urls, "SELECT username FROM credential ORDER BY 1")]
    accounts = everybody[share::SHARES]
    seen_by: dict[str, set[str]] = defaultdict(set)
    async with serving(parts_urls, secret_key_file) as server:
        for who in accounts:
            now = system_clock()
            caller = caller_of(await actor_of(server.parts, who), server.parts.reads.policies.current, now)
            reading = Reading(server, caller, now, plans)
            found, listed = await reading.found(asked), await reading.listed(asked)
            assert sorted(found.keys() - listed.keys()) == [], f"{who} finds what no list shows"
            assert sorted(listed.keys() - found.keys()) == [], f"{who} is shown what is not found by its id"
            for one, ways in listed.items():
                assert all(way == found[one] for way in ways), f"{who}, {one}: {found[one]}, and otherwise {ways}"
            for one in found:
                seen_by[one].add(who)
    # Every part of a case is seen by some and not by others.
    for view in NODES:
        if is_part("case", view):
            seen = [seen_by[one] for one in asked.ids if one.startswith(f"{view.prefix}:")]
            assert any(seen), f"no account sees a {view.name}"
            assert any(len(some) < len(accounts) for some in seen), f"everybody sees every {view.name}"
