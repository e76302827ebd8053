"""The bench's instruments: what they count as an answer, what they leave out, how they tell of growth."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from api.bench import load, replay, scaling
from api.bench.report import round_values
from api.fast_path.reader import FastReader
from domain.foundation.database.session import create_engine
from domain.foundation.database.urls import DatabaseUrls
from domain.foundation.query.run import PooledReader, Reader
from domain.foundation.query.statement import Cost, Plan

PAYLOAD = (load.request(b"{}", "token", 1), b'{"data"')


@contextmanager
def answering(body: bytes, status: bytes = b"200 OK", pieces: int = 1) -> Iterator[int]:
    """A server that answers everything alike, in so many pieces."""
    answer = b"HTTP/1.1 " + status + b"\r\ncontent-length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(one: socket.socket) -> None:
        with one:
            while one.recv(65_536):
                for index in range(pieces):
                    one.sendall(answer[len(answer) * index // pieces : len(answer) * (index + 1) // pieces])

    def accept() -> None:
        while True:
            try:
                one, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(one,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@pytest.mark.parametrize("pieces", [1, 3])
def test_as_many_requests_are_sent_as_asked_for(pieces: int) -> None:
    with answering(b'{"data":{}}' * 100, pieces=pieces) as port:
        wires = [load.Wire(port) for _ in range(4)]
        for _ in range(2):
            sample = load.drive(wires, [PAYLOAD], 60, most=40)
            assert len(sample.latencies) == 40
            assert sample.cpu > 0
        for wire in wires:
            wire.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"errors":[],"data":{}}', b"200 OK"),
        (b'{"data":{}}', b"503 Service Unavailable"),
        (b"something else", b"200 OK"),
    ],
)
def test_an_answer_that_is_none_ends_the_measurement(body: bytes, status: bytes) -> None:
    with answering(body, status) as port:
        wire = load.Wire(port)
        with pytest.raises(load.Failed):
            load.drive([wire], [PAYLOAD], 60, most=10)
        wire.close()


def test_percentiles_are_of_what_was_answered() -> None:
    sample = load.Sample(2.0, [0.001 * n for n in range(1, 101)])
    assert (sample.rate, sample.percentile(0.5), sample.percentile(0.99)) == pytest.approx((50.0, 51.0, 100.0))


def test_pings_and_empty_transactions_are_no_part_of_a_recording() -> None:
    def done(*queries: str) -> list[replay.Done]:
        return [replay.Done(reading=False, query=query) for query in queries]

    asked = done("BEGIN;", ";", "ROLLBACK;", "BEGIN;", "SELECT x FROM y", "COMMIT;", "SELECT 1")
    assert [one.query for one in replay.without_pings(asked)] == ["BEGIN;", "SELECT x FROM y", "COMMIT;"]


@pytest.mark.parametrize("new_reader", [FastReader, PooledReader])
async def test_a_recording_holds_what_is_read_and_what_is_written(
    database_urls: DatabaseUrls, new_reader: Callable[[str, int], Reader]
) -> None:
    reader, engine = new_reader(database_urls.reading, 1), create_engine(database_urls.application, connections=1)
    plan = Plan("SELECT '3'::json, 0::bigint", (), {}, Cost(1).weight())

    async def work() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("SELECT 2")
        assert await reader.read(plan, []) == (b"3", 0, None)

    try:
        recording = await replay.record(reader, work)
    finally:
        await reader.close()
        await engine.dispose()
    # What a pool says between transactions is left aside.
    told = [(one.reading, one.query.rstrip(";")) for one in recording.done]
    for one in ((False, "BEGIN"), (False, "SELECT 2"), (False, "COMMIT"), (True, plan.sql)):
        assert told.count(one) == 1, told


def test_growth_is_told_from_the_smallest_to_the_largest() -> None:
    def run(cases: int, p50: float, memory: float) -> dict[str, object]:
        return {"cases": cases, "operations": [{"name": "a", "p50_ms": p50, "p99_ms": 9.0, "memory_after_mib": memory}]}

    (told,) = scaling.growth([run(1_000_000, 3.0, 120.0), run(100_000, 2.0, 100.0)])
    assert told["cases"] == [100_000, 1_000_000]
    assert round_values([told["p50_grew"], told["p99_grew"], told["memory_grew"]]) == [1.5, 1.0, 1.2]
