"""The database's plan for an operation's statements, as requests get it: generic, for values that it does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.app import Parts
from api.bench import bare
from api.bench.operations import Operation, Variables

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
        literals = ", ".join("'" + bare.as_text(value).replace("'", "''") + "'" for value in values)
        async with parts.reader.connection() as connection:
            # EXPLAIN of the statement itself would fold its values in, and show a plan that no request gets.
            await connection.execute(f"PREPARE explained AS {sql}")
            found = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained({literals})")
            await connection.execute("DEALLOCATE explained")
        plans.append(list(nodes(json.loads(found)[0]["Plan"])))
    return plans


def kept_form(plans: list[list[Node]]) -> str:
    """Plans as they are kept: one node a line, statements apart."""
    return "\n\n".join("\n".join(node.line for node in plan) for plan in plans) + "\n"
