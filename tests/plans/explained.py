"""The database's plan for an operation's statements, as requests get it: generic, for values that it does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from api.bench import bare, replay
from api.bench.operations import Operation, Variables
from api.http.app import Parts
from api.settings import Settings
from domain.foundation.database.session import create_engine
from domain.foundation.query.run import PooledReader

# Told of a node in the kept form: what it is, and upon what.
TOLD = ("Index Name", "Relation Name", "CTE Name")


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a plan: its depth, what PostgreSQL says of it, and the nodes below."""

    depth: int
    said: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.said["Node Type"])

    @property
    def line(self) -> str:
        """What it is and upon what, without costs or times."""
        way = " backward" if self.said.get("Scan Direction") == "Backward" else ""
        told = [str(self.said[name]) for name in TOLD if name in self.said]
        return "  " * self.depth + " ".join([self.kind + way, *told])

    @property
    def sorted_rows(self) -> float:
        """How many rows a sort takes in, each time; 0 for any other node."""
        return float(self.said["Plans"][0]["Actual Rows"]) if self.kind == "Sort" else 0.0

    @property
    def read_rows(self) -> float:
        """How many rows it looked at, in all."""
        looked = self.said["Actual Rows"] + self.said.get("Rows Removed by Filter", 0)
        return float(looked * self.said["Actual Loops"])


def nodes(said: dict[str, Any], depth: int = 0) -> Iterator[Node]:
    """A plan's nodes, from the top."""
    yield Node(depth, said)
    for below in said.get("Plans", ()):
        yield from nodes(below, depth + 1)


async def explained(parts: Parts, operation: Operation, variables: Variables) -> list[list[Node]]:
    """The plan of each statement that the operation becomes, with what running it took."""
    (statements,) = await bare.statements(parts, operation, [variables])
    plans = []
    for sql, values in statements:
        async with parts.reader.connection() as connection:
            plans.append(await plan_of(connection, sql, values))
    return plans


async def plan_of(connection: Any, sql: str, values: Sequence[Any]) -> list[Node]:
    """The plan of a statement with these values on a connection as it is set, with what running it took."""
    given = f"({', '.join(literal(value) for value in values)})" if values else ""
    # EXPLAIN of the statement itself would fold its values in, and show a plan that no request gets.
    await connection.execute(f"PREPARE explained AS {sql}")
    try:
        found = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained{given}")
    finally:
        if not connection.is_in_transaction():
            await connection.execute("DEALLOCATE explained")
    # The layer above a connection may have taught it to read JSON.
    (told,) = found if isinstance(found, list) else json.loads(found)
    return list(nodes(told["Plan"]))


def literal(value: Any) -> str:
    """A bound value as it is written in a statement."""
    return "NULL" if value is None else "'" + bare.as_text(value).replace("'", "''") + "'"


class _Explaining:
    """A connection on which every statement is explained, undone, and then done."""

    def __init__(self, inner: Any, told: list[tuple[str, list[Node]]], *, writing: bool) -> None:
        self._inner, self._told, self._writing = inner, told, writing

    async def execute(self, query: str) -> None:
        await self._inner.execute(query)

    async def fetch(self, query: str, *values: Any) -> Any:
        within = self._inner.is_in_transaction()
        if self._writing:
            # One that is a transaction of its own, as the audit log's, is undone whole.
            await self._inner.execute("SAVEPOINT undone" if within else "BEGIN")
        self._told.append((query, await plan_of(self._inner, query, values)))
        if self._writing:
            await self._inner.execute("ROLLBACK TO undone" if within else "ROLLBACK")
            await self._inner.execute("DEALLOCATE explained")
        return await self._inner.fetch(query, *values)


async def explained_commands(settings: Settings, recording: replay.Recording) -> list[tuple[str, list[Node]]]:
    """Each statement of a recording with its plan, in the order and state in which a command gets to it."""
    told: list[tuple[str, list[Node]]] = []
    engine = create_engine(settings.database_urls().application, connections=1)
    reader = PooledReader(settings.database_urls().reading, 1)
    try:
        async with engine.connect() as opened, reader.connection() as reading:
            writing: Any = (await opened.get_raw_connection()).driver_connection
            await replay.repeat(
                recording,
                _Explaining(writing, told, writing=True),
                _Explaining(reading, told, writing=False),
            )
    finally:
        await reader.close()
        await engine.dispose()
    return told


def kept_form(plans: list[list[Node]]) -> str:
    """Plans as they are kept: one node a line, statements apart."""
    return "\n\n".join("\n".join(node.line for node in plan) for plan in plans) + "\n"
