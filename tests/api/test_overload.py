"""More than can be answered is refused at once; what is slow, or gone, holds nothing that others need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.fast_path.reader import FastReader
from api.http import requests
from domain.foundation.query.connection import SETTINGS
from domain.foundation.query.run import (
    LONG,
    Busy,
    PooledReader,
    Reader,
)
from domain.foundation.query.statement import Cost, Plan, ReadRefused
from tests.support.api import Server, serving
from tests.support.waiting import until, until_quiet

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

NUMBERS = "{ cases(first: 1) { nodes { number } } }"
# An advisory lock that only these tests know: a statement that waits for it takes as long as they like.
LOCK = 4_020_251


def waiting(within: float) -> Plan:
    """A read that goes on until the lock is free, and may take so many seconds."""
    return Plan(
        f"SELECT pg_advisory_xact_lock_shared({LOCK})::text::bytea, 0::bigint", (), {}, Cost(1).weight(), within
    )


QUICK = Plan("SELECT 'here'::bytea, 0::bigint", (), {}, Cost(1).weight(), 1.0)


NewReader = Callable[..., Reader]


@pytest.fixture(params=[FastReader, PooledReader])
def new_reader(request: pytest.FixtureRequest) -> NewReader:
    """Makes a reader: what is promised, both keep."""
    made: NewReader = request.param
    return made


@pytest.fixture
async def reader(haiyan_urls: DatabaseUrls, new_reader: NewReader) -> AsyncIterator[Reader]:
    reader = new_reader(haiyan_urls.reading, 2, patience=60)
    try:
        yield reader
    finally:
        await reader.close()


@pytest.fixture
async def held(haiyan_urls: DatabaseUrls) -> AsyncIterator[Any]:
    """The lock, held until `held` is closed."""
    connection = await asyncpg.connect(haiyan_urls.reading)
    await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
    try:
        yield connection
    finally:
        await connection.close()


async def at_work(number: int, watcher: Any) -> None:
    """Until so many statements wait for the lock."""
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1"

    async def so_many() -> bool:
        return bool(await watcher.fetchval(query, LOCK) == number)

    await until(so_many, f"{number} statements to wait for the lock")


async def test_more_than_may_be_under_way_is_told_to_come_again(
    haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with (
        serving(haiyan_urls, secret_key_file, most_requests=3, read_connections=1) as server,
        AsyncExitStack() as taken,
    ):
        client = await server.as_("director.haiyan")
        await client.ask(NUMBERS)
        await taken.enter_async_context(server.parts.reader.connection())
        asked = [asyncio.ensure_future(client.post(NUMBERS)) for _ in range(8)]
        await until(lambda: sum(one.done() for one in asked) >= 5, "five to be sent away")
        waits = [one for one in asked if not one.done()]
        assert len(waits) == 3
        for response in (one.result() for one in asked if one not in waits):
            assert response.status_code == 503
            assert response.headers["retry-after"] == "1"
            assert response.json()["errors"][0]["extensions"]["code"] == "BUSY"
        await taken.aclose()
        for response in await asyncio.gather(*waits):
            assert response.json()["data"]["cases"]["nodes"]
        assert server.parts.endpoint.load.under_way == 0


async def test_commands_have_a_bound_of_their_own_and_leave_reads_alone(server: Server) -> None:
    client = await server.as_("dispatcher.haiyan")
    load = server.parts.endpoint.load
    load.commands = load.most_commands
    given = {"caseId": "case:0", "expectedVersion": 1, "level": "BLUE", "scale": "INDIVIDUAL", "peopleCount": 1}
    mutation = "mutation($i: CaseAssessRiskInput!) { caseAssessRisk(input: $i) { __typename } }"
    refused = await client.post(mutation, {"i": given})
    assert (refused.status_code, refused.headers.get("retry-after")) == (503, "1")
    await client.ask(NUMBERS)


async def posted(server: Server, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What the application sends to a client from which this comes, and then nothing."""
    scope = {
        "type": "http", "method": "POST", "path": "/graphql",
        "headers": [(b"content-type", b"application/json"), (b"accept", b"application/graphql-response+json")],
    }  # fmt: skip
    coming, sent = list(messages), []

    async def receive() -> Any:
        if coming:
            return coming.pop(0)
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    await server.parts.endpoint(scope, receive, send)
    return sent


async def test_a_client_that_leaves_in_the_middle_holds_nothing(server: Server) -> None:
    begun = {"type": "http.request", "body": b'{"query": "{ c', "more_body": True}
    assert await posted(server, begun, {"type": "http.disconnect"}) == []
    assert server.parts.endpoint.load.under_way == 0


async def test_a_client_that_dribbles_is_sent_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "WITHIN", 0.05)
    start, _body = await posted(server, {"type": "http.request", "body": b'{"query"', "more_body": True})
    assert start["status"] == 408
    assert server.parts.endpoint.load.under_way == 0


async def test_a_statement_that_takes_too_long_is_cancelled_and_its_connection_serves_on(
    reader: Reader, held: Any
) -> None:
    for _ in range(3):
        with pytest.raises(ReadRefused) as refused:
            await reader.read(waiting(0.1), [])
        assert refused.value.code == "TIMEOUT"
        assert await reader.read(QUICK, []) == (b"here", 0, None)


async def test_long_statements_leave_a_connection_to_the_short_ones(reader: Reader, held: Any) -> None:
    long = [asyncio.ensure_future(reader.read(waiting(LONG + 50), [])) for _ in range(3)]
    await at_work(1, held)
    assert await reader.read(QUICK, []) == (b"here", 0, None)
    assert not any(one.done() for one in long)
    await held.execute(f"SELECT pg_advisory_unlock({LOCK})")
    await asyncio.gather(*long)


async def test_who_waits_is_served_in_turn_and_who_gives_up_loses_nobody_the_turn(
    haiyan_urls: DatabaseUrls, new_reader: NewReader
) -> None:
    reader = new_reader(haiyan_urls.reading, 1, patience=60, most_waiting=3)
    served: list[int] = []

    async def read(number: int) -> None:
        async with reader.connection():
            served.append(number)
            await asyncio.sleep(0)

    async with reader.connection():
        waiters = [asyncio.ensure_future(read(number)) for number in range(3)]
        await until_quiet()
        with pytest.raises(Busy):
            await read(99)
        waiters[0].cancel()
    await asyncio.gather(*waiters[1:])
    assert served == [1, 2]
    # Given up just as the turn came: it goes on to the next.
    borrowed = reader.connection()
    await borrowed.__aenter__()
    first, second = (asyncio.ensure_future(read(number)) for number in (3, 4))
    await until_quiet()
    await borrowed.__aexit__(None, None, None)
    first.cancel()
    await second
    assert served[-1] == 4
    await read(5)
    await reader.close()


async def test_nobody_waits_for_ever(haiyan_urls: DatabaseUrls, new_reader: NewReader) -> None:
    reader: Any = new_reader(haiyan_urls.reading, 1, patience=60)
    async with reader.connection():
        # Not before: to connect takes its time as well.
        reader._patience = 0.05
        with pytest.raises(Busy):
            await reader.read(QUICK, [])
        reader._patience = 60
    assert await reader.read(QUICK, []) == (b"here", 0, None)
    await reader.close()


async def test_a_read_that_is_given_up_is_cancelled_wherever_it_is(
    haiyan_urls: DatabaseUrls, new_reader: NewReader, held: Any
) -> None:
    reader = new_reader(haiyan_urls.reading, 1, patience=60)
    begun, waits = (asyncio.ensure_future(reader.read(waiting(60.0), [])) for _ in range(2))
    await at_work(1, held)
    third = asyncio.ensure_future(reader.read(QUICK, []))
    await until_quiet()
    for one in (waits, begun):
        one.cancel()
        with pytest.raises(asyncio.CancelledError):
            await one
    # The server was told, and whoever is next has the same connection.
    await at_work(0, held)
    assert await third == (b"here", 0, None)
    assert await reader.read(QUICK, []) == (b"here", 0, None)
    # Given up before its statement could begin, and at each turn after that.
    for turns in range(8):
        early = asyncio.ensure_future(reader.read(QUICK, []))
        for _ in range(turns):
            await asyncio.sleep(0)
        early.cancel()
        assert await reader.read(QUICK, []) == (b"here", 0, None)
    await reader.close()


async def test_a_short_statement_keeps_its_own_time_after_a_long_one(
    haiyan_urls: DatabaseUrls, new_reader: NewReader, held: Any
) -> None:
    reader = new_reader(haiyan_urls.reading, 1, patience=60)
    patient = Plan("SELECT 'here'::bytea, 0::bigint", (), {}, Cost(1).weight(), 60.0)
    assert await reader.read(patient, []) == (b"here", 0, None)
    short = asyncio.ensure_future(reader.read(waiting(0.1), []))
    await at_work(1, held)
    await at_work(0, held)
    with pytest.raises(ReadRefused):
        await short
    await reader.close()


async def test_reads_are_answered_in_the_order_they_came(haiyan_urls: DatabaseUrls, new_reader: NewReader) -> None:
    reader, served = new_reader(haiyan_urls.reading, 1, patience=60), []

    async def read(number: int) -> None:
        plan = Plan(f"SELECT '{number}'::bytea, 0::bigint", (), {}, Cost(1).weight(), 60.0)
        served.append(int((await reader.read(plan, []))[0]))

    await asyncio.gather(*map(read, range(40)))
    assert served == list(range(40))
    await reader.close()


async def test_what_goes_wrong_concerns_nobody_else(haiyan_urls: DatabaseUrls, new_reader: NewReader) -> None:
    reader = new_reader(haiyan_urls.reading, 1, patience=60)
    wrong = Plan("SELECT (1 / 0)::text::bytea, 0::bigint", (), {}, Cost(1).weight(), 60.0)
    unread = Plan("SELECT nothing_of_that_name", (), {}, Cost(1).weight(), 60.0)
    found = await asyncio.gather(
        *(reader.read(one, []) for one in (wrong, QUICK, unread, QUICK)), return_exceptions=True
    )
    assert [type(one) for one in found] == [asyncpg.DivisionByZeroError, tuple, asyncpg.UndefinedColumnError, tuple]
    # A borrower leaves a transaction open: the next is not in it.
    async with reader.connection() as borrowed:
        await borrowed.execute("BEGIN; SET LOCAL app.forgotten = 'yes'")
    async with reader.connection() as borrowed:
        assert not borrowed.is_in_transaction()
        assert not await borrowed.fetchval("SELECT current_setting('app.forgotten', true)")
    await reader.close()


async def test_a_connection_that_the_server_ended_is_opened_anew(
    haiyan_urls: DatabaseUrls, new_reader: NewReader
) -> None:
    reader, admin = new_reader(haiyan_urls.reading, 1, patience=60), await asyncpg.connect(haiyan_urls.admin)
    for _ in range(2):
        ended = asyncio.Event()
        async with reader.connection() as borrowed:
            number = borrowed.get_server_pid()
            borrowed.add_termination_listener(lambda _connection, ended=ended: ended.set())
        await admin.execute("SELECT pg_terminate_backend($1, 60000)", number)
        await ended.wait()
        assert await reader.read(QUICK, []) == (b"here", 0, None)
    await admin.close()
    await reader.close()


async def test_nothing_stays_open_after_it_is_closed(
    haiyan_urls: DatabaseUrls, new_reader: NewReader, held: Any
) -> None:
    reader = new_reader(haiyan_urls.reading, 2, patience=60)
    assert [*await asyncio.gather(reader.read(QUICK, []), reader.read(QUICK, []))] == [(b"here", 0, None)] * 2
    last = asyncio.ensure_future(reader.read(waiting(60.0), []))
    await at_work(1, held)
    async with reader.connection() as borrowed:
        closing = asyncio.ensure_future(reader.close())
        await asyncio.sleep(0)
        assert await borrowed.fetchval("SELECT 1") == 1
    await held.execute(f"SELECT pg_advisory_unlock({LOCK})")
    assert (await last)[1] == 0
    await closing
    left = "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"

    async def nothing_open() -> bool:
        return bool(await held.fetchval(left, SETTINGS["application_name"]))

    await until(nothing_open, "the connections to be closed")
