"""Proves of each input of each command that it is stored or refused: the command is run with one value and with another,
each time undone, and what the two would have left in the database is compared. What is asked follows from the declarations.
"""

from __future__ import annotations

import copy
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.foundation.basics.commands import EXPECTED_VERSION, Input, inputs_of
from domain.foundation.basics.errors import RuleRefused
from domain.foundation.database import statements
from domain.foundation.database.session import unit_of_work
from domain.registry import COMMANDS, metadata
from tests.support.api import Client, Server
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

UNDONE = "UNDONE"
_REFUSALS = ("InvalidInput", "RuleRefused", "NotFound", "Forbidden", "Conflict")
# Messages, figures and entries of the audit log are made of what is written elsewhere, under numbers that are not given back.
_DERIVED = {"outbox", "audit_entry", "case_figure_change", "case_figure_cell"}
# Whatever the transaction has written, of every table of a county.
_WRITTEN = " UNION ALL ".join(
    f"SELECT '{one.name}' AS name, to_jsonb(t)::text AS row FROM {one.name} t WHERE t.xmin = pg_current_xact_id()::xid"
    for one in metadata.sorted_tables
    if one.info["placement"] == "tenant" and one.name not in _DERIVED
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBERS = ("440781198001010011", "11010519491231002X")


class Proof(IntEnum):
    """What is known of an input: nothing, that it changes nothing, that another value is refused, that it is stored."""

    NONE = 0
    UNHEARD = 1
    REFUSED = 2
    STORED = 3


@dataclass
class HeldClock:
    """A clock that stands still while two runs are compared."""

    held: datetime | None = None

    def __call__(self) -> datetime:
        return self.held or datetime.now(UTC)


@dataclass(frozen=True)
class Leaf:
    """One input of a command: its path in the input, entries of lists by the first of them, and its declaration."""

    path: tuple[str | int, ...]
    declared: Input

    @property
    def name(self) -> str:
        return ".".join("*" if isinstance(step, int) else step for step in self.path)


def leaves(form: type, within: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
    """Every input of a command, and of the records in it."""
    for one in inputs_of(form):
        if one.takes.inline is not None:
            yield from (leaf for leaf in leaves(one.type, within) if leaf.declared.name not in one.takes.inline)
            continue
        path = (*within, one.outside)
        yield Leaf(path, one)
        if one.record is not None:
            yield from leaves(one.type, (*path, 0) if one.many else path)


@dataclass
class Prover:
    """Runs commands to be undone, and keeps what is known of each input."""

    urls: DatabaseUrls
    clock: HeldClock
    more: Callable[[str, dict[str, Any], dict[str, list[str]]], Iterable[dict[str, Any]]]
    only_refused: Collection[tuple[str, str]]
    known: dict[tuple[str, str], Proof] = field(default_factory=dict)
    written: list[list[str]] = field(default_factory=list)
    looking: bool = False

    @asynccontextmanager
    async def unit_of_work(self, engine: Any, counties: Any) -> AsyncIterator[Any]:
        """In place of the transaction of commands: looks at what was written, and undoes it."""
        async with unit_of_work(engine, counties) as session:
            yield session
            if self.looking:
                await session.flush()
                await statements.write(session)
                self.written.append(await self._rows(session))
                raise RuleRefused(UNDONE, rule=UNDONE, source=UNDONE)

    async def _rows(self, session: Any) -> list[str]:
        """What the transaction wrote, as it compares: ids that were made by this very run are all the same."""
        assert self.clock.held is not None
        start = int(self.clock.held.timestamp() * 1000)

        def plain(made: re.Match[str]) -> str:
            # Of version 7, which begins with the time.
            return "new" if int(made[0].replace("-", "")[:12], 16) >= start else made[0]

        rows = (await session.execute(text(_WRITTEN))).all()
        return sorted(f"{row.name} {_UUID.sub(plain, row.row)}" for row in rows)

    def open(self, mutation: str) -> list[Leaf]:
        """Inputs of which not enough is known yet."""
        found = leaves(COMMANDS[mutation].form)
        return [leaf for leaf in found if not self.enough(mutation, leaf)]

    def enough(self, mutation: str, leaf: Leaf) -> bool:
        """Whether another value was stored; of an id, a version and what `only_refused` names, whether it was refused.

        A record is proved by what is in it.
        """
        if leaf.declared.record is not None and not leaf.declared.many:
            return True
        place = mutation, leaf.name
        named = leaf.declared.takes.id_of is not None or leaf.declared.name == EXPECTED_VERSION
        least = Proof.REFUSED if named or place in self.only_refused else Proof.STORED
        return self.known.get(place, Proof.NONE) >= least

    async def prove(self, client: Client, mutation: str, given: dict[str, Any]) -> None:
        """Find out what can be found out with this input, and with such as `more` makes of it."""
        if not self.open(mutation):
            return
        pool = await self._pool(given)
        for base in (given, *(given | changes for changes in self.more(mutation, given, pool))):
            if self.open(mutation):
                await self._prove(client, mutation, base, pool)

    async def _prove(self, client: Client, mutation: str, given: dict[str, Any], pool: dict[str, Any]) -> None:
        self.clock.held, self.looking = datetime.now(UTC), True
        try:
            _, plain = await self._run(client, mutation, given)
            if plain is None:
                return
            _, again = await self._run(client, mutation, given)
            assert again == plain, f"{mutation} does not leave the same twice"
            for leaf in self.open(mutation):
                await self._prove_leaf(client, mutation, given, leaf, plain, pool)
        finally:
            self.clock.held, self.looking = None, False

    async def _prove_leaf(
        self, client: Client, mutation: str, given: dict[str, Any], leaf: Leaf, plain: list[str], pool: dict[str, Any]
    ) -> None:
        place = mutation, leaf.name
        if not _is_there(given, leaf.path):
            return
        for value in self._others(leaf.declared, _value(given, leaf.path), pool):
            outcome, rows = await self._run(client, mutation, _with(given, leaf.path, value))
            if rows is None:
                assert outcome["__typename"].endswith(_REFUSALS), outcome
            found = Proof.REFUSED if rows is None else Proof.UNHEARD if rows == plain else Proof.STORED
            self.known[place] = max(found, self.known.get(place, Proof.NONE))
            if found is Proof.STORED:
                return

    async def _run(
        self, client: Client, mutation: str, given: dict[str, Any]
    ) -> tuple[dict[str, Any], list[str] | None]:
        """The payload, and the rows that the command would have left; None where it was refused."""
        kind = mutation[0].upper() + mutation[1:]
        query = f"""mutation M($input: {kind}Input!) {{ {mutation}(input: $input) {{
            __typename ... on Problem {{ code rule message }} ... on InvalidInput {{ field }} }} }}"""
        self.written.clear()
        response = (await client.post(query, {"input": given})).json()
        if response.get("data") is None:
            # The input's own type refuses it.
            return {"__typename": "InvalidInput", "errors": response["errors"]}, None
        payload = response["data"][mutation]
        assert payload is not None, response
        done = payload.get("rule") == UNDONE
        assert done or not payload["__typename"].endswith("Success"), payload
        return payload, self.written[-1] if done else None

    async def _pool(self, given: dict[str, Any]) -> dict[str, list[str]]:
        """Ids of the county's people and organisations, and of what belongs to the case."""
        case = key(given["caseId"]) if "caseId" in given else None
        found: dict[str, list[str]] = {}
        for kind, query in _POOL.items():
            of_case = "$1" in query
            if of_case and case is None:
                continue
            rows = await fetch(self.urls, query, *([UUID(case)] if of_case and case else []))
            found[kind] = [f"{_OF.get(kind, kind)}:{row[0]}" for row in rows]
        return found

    def _others(self, one: Input, value: Any, pool: dict[str, Any]) -> Iterator[Any]:
        """Other values of an input than the one that was given."""
        if one.many:
            yield from self._other_lists(one, value or [], pool)
            return
        yield from (other for other in self._other_values(one, value, pool) if other != value)
        if one.optional and value is not None:
            yield None

    def _other_lists(self, one: Input, value: list[Any], pool: dict[str, Any]) -> Iterator[Any]:
        if value:
            yield value[1:]
            yield value[:-1]
        if one.record is None:
            yield from ([*value, other] for other in self._other_values(one, None, pool) if other not in value)

    def _other_values(self, one: Input, value: Any, pool: dict[str, Any]) -> Iterator[Any]:
        takes, now = one.takes, datetime.now(UTC)
        if takes.id_of is not None:
            yield from pool.get(takes.id_of, [])
            yield f"{takes.id_of}:{uuid4()}"
        elif takes.money:
            yield from ("1.23", "4.56")
        elif isinstance(one.type, type) and issubclass(one.type, Enum):
            yield from (member.name for member in one.type)
        elif one.type is bool:
            yield not value
        elif one.type is int:
            yield from ((value or 1) + step for step in (1, -1, 2))
        elif one.type is datetime:
            yield from (
                (now + timedelta(**step)).isoformat() for step in ({"minutes": -3}, {"hours": -30}, {"days": 9})
            )
        elif one.type is date:
            yield from ((now.date() + timedelta(days=days)).isoformat() for days in (9, 20, -400, -15_000))
        elif one.type is str:
            yield from _TEXTS.get(one.name, ("改写的试验文字（虚构）",))
        else:
            assert one.record is not None, f"no other value of {one.type} is known"


_TEXTS: dict[str, tuple[str, ...]] = {
    "type_code": ("0902", "0101"),
    "phone": ("13900000098", "13900000099"),
    "id_number": _NUMBERS,
    "image_name": ("另一签名.png",),
}
_OF = {"tribunal": "organisation"}
_POOL = {
    "organisation": "SELECT id FROM organisation WHERE name IN ('海宴镇人民调解委员会', '海宴人民法庭', '海宴派出所',"
    " '海宴镇', '海宴镇妇女联合会', '海宴圩社区') ORDER BY name",
    "tribunal": "SELECT id FROM organisation WHERE name = '海宴人民法庭'",
    "user": "SELECT user_id FROM credential WHERE username IN"
    " ('mediator.haiyan', 'mediator.family.haiyan', 'women.haiyan', 'resident.haiyan')",
    "party": "SELECT id FROM case_party WHERE case_id = $1",
    "obligation": "SELECT id FROM case_obligation WHERE case_id = $1 ORDER BY ordinal",
    "deadline": "SELECT id FROM deadline WHERE case_id = $1",
    "representative": "SELECT id FROM case_representative WHERE case_id = $1",
}


def _is_there(given: Any, path: tuple[str | int, ...]) -> bool:
    """Whether the records around a place are given."""
    for step in path[:-1]:
        if isinstance(step, int):
            if not given:
                return False
            given = given[step]
        else:
            given = given.get(step)
            if given is None:
                return False
    return True


def _value(given: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        given = given[step]
    return given.get(path[-1])


def _with(given: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(given)
    within: Any = changed
    for step in path[:-1]:
        within = within[step]
    within[path[-1]] = value
    return changed


@dataclass
class ProvingClient(Client):
    """A client each of whose commands is proved before it is carried out."""

    prover: Prover | None = None

    async def change(self, mutation: str, show: str = "", **given: Any) -> dict[str, Any]:
        assert self.prover is not None
        await self.prover.prove(Client(self.http, self.token), mutation, given)
        return await super().change(mutation, show, **given)


@dataclass
class ProvingServer(Server):
    """A server whose clients prove what they send."""

    prover: Prover | None = None

    async def as_(self, username: str) -> Client:
        plain = await super().as_(username)
        return ProvingClient(plain.http, plain.token, self.prover)
