"""`fengqiao policy fuzz` goes through random worlds, and stops where the evaluators differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import authz.predicate
import authz.reach
from authz.fuzzing.run import fuzz
from tests.support.database import MIGRATED, TestServer

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls


@pytest.fixture
def migrated(database_server: TestServer) -> Iterator[DatabaseUrls]:
    with database_server.database(MIGRATED) as urls:
        yield urls


async def test_what_differs_is_told_with_its_seed(migrated: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    fine = await fuzz(migrated.admin, 0, 71, said.append)
    assert (fine.differences, fine.told) == (0, [])
    assert fine.checks > 1_000
    assert said == [f"seed 71: {fine.checks} decisions so far, 0 differ"]
    decide = authz.predicate.decide
    monkeypatch.setattr(authz.reach, "decide", lambda allow, _deny: decide(allow, ()))
    broken = await fuzz(migrated.admin, 10, 72, said.append)
    assert broken.differences > 0
    assert all(one.startswith("seed 7") for one in broken.told)
