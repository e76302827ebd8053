"""What statements cost the database: processor time of the one process that runs them, measured in turn.

From the scheduler, in microseconds. The least of several rounds is told: everything else on the machine can only add.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.bench import bare
from api.bench.operations import READS, World
from api.graphql.callers import caller_of
from api.graphql.documents import coerce_variables
from api.http.app import Parts
from domain.foundation.basics.clock import system_clock
from domain.foundation.query.access import (
    ActorValue,
    Alternative,
    Bind,
    Columns,
)
from domain.foundation.query.run import PooledReader

ROUNDS, REPEATS = 9, 40
_COUNTY = ActorValue("county", "int4")
Request = tuple[str, Sequence[Any]]
ACCOUNTS = ("bench.dispatcher", "bench.director", "bench.town", "bench.admin")


def cpu_used_by(pid: int) -> float:
    """Microseconds of processor time of one process."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1000


async def cost(connection: Any, requests: Sequence[Request], repeats: int) -> float:
    """Microseconds of the database's processor time for one statement."""
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    before = cpu_used_by(pid)
    for number in range(repeats):
        sql, values = requests[number % len(requests)]
        await connection.fetchrow(sql, *values)
    return (cpu_used_by(pid) - before) / repeats


async def least(pairs: Sequence[tuple[Any, Sequence[Request]]], repeats: int = REPEATS) -> list[float]:
    """The least cost of each, measured in turn."""
    for connection, requests in pairs:
        await cost(connection, requests, 10)
    found = [[await cost(connection, requests, repeats) for connection, requests in pairs] for _ in range(ROUNDS)]
    return [min(row[index] for row in found) for index in range(len(pairs))]


class Everything:
    """A decision that is always yes; of cases, for those of the caller's county, as any list must begin somewhere."""

    never = False

    def __init__(self, *, of_county: bool) -> None:
        self.always = not of_county

    def sql(self, columns: Columns, bind: Bind) -> str:
        """`t.county_id = $1::int4`, or no test."""
        return "TRUE" if self.always else f"{columns['county_id']} = {bind(_COUNTY)}::{_COUNTY.sql_type}"

    where_sql = sql

    def alternatives(self, columns: Columns, bind: Bind) -> Sequence[Alternative]:
        """One ground at most."""
        return () if self.always else (Alternative(self.sql(columns, bind), listed=False),)


class Open:
    """The access of nobody there is: everything is visible, nothing masked. To compare with, never to answer with."""

    signature: Hashable = "open"
    policy_version = "open"
    _yes, _of_county = Everything(of_county=False), Everything(of_county=True)

    def predicate(self, resource: str, _action: str, _group: str) -> Everything:
        """Yes."""
        return self._of_county if resource == "case" else self._yes


async def access(parts: Parts, admin_url: str, world: World) -> list[dict[str, Any]]:
    """What the page costs each of several accounts, beside the same page without policies, masks and row-level security.

    Without access it lists the whole county, which is as many rows of a page; it runs as the administrator, whom no
    policy of the database binds.
    """
    page = next(one for one in READS if one.name == "case_page")
    (variables,) = page.variables(world)
    document = parts.endpoint.documents.of(page.text)
    operation = document.operation(None)
    given = coerce_variables(parts.reads.schema, operation, variables).coerced
    free = PooledReader(admin_url, 1)
    told = []
    try:
        async with parts.reader.connection() as restricted, free.connection() as unrestricted:
            for account in ACCOUNTS:
                ((request, *_),) = await bare.statements(parts, replace(page, account=account), [variables])
                actor = await bare.actor_of(parts, account)
                caller = caller_of(actor, parts.reads.policies.current, system_clock())
                (root,) = parts.reads.plans(document, operation, given, Open())  # type: ignore[arg-type]
                assert root.plan is not None
                without: Request = root.plan.sql, root.plan.bind(caller.values(system_clock()), given)
                full, unrestricted_full, none = await least(
                    [(restricted, [request]), (unrestricted, [request]), (unrestricted, [without])]
                )
                told.append(
                    {"account": account, "full_us": full, "no_row_security_us": unrestricted_full, "no_access_us": none,
                     "ratio": full / none}
                )  # fmt: skip
    finally:
        await free.close()
    return told
