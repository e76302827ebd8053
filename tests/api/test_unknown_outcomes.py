"""When the database is lost in a commit or after it: the answer says that it may have been done, and how to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.foundation.database import statements
from tests.support.api import Server
from tests.support.road import Road, ago
from tests.support.rows import execute, fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

ACCEPT = """mutation A($input: CaseAcceptInput!) { caseAccept(input: $input) {
    __typename ... on CaseAcceptSuccess { case { version } } ... on Problem { code } } }"""
# As often as the sequence has been told, the connection that commits a change of a case is ended.
DIES = """
CREATE SEQUENCE deaths;
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('deaths') <= {times} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dies AFTER UPDATE ON dispute_case DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION die();
"""


async def accept(road: Road, **more: Any) -> dict[str, Any]:
    given = {"caseId": road.id, "expectedVersion": 1, "rightsToldAt": "2026-01-01T00:00:00+08:00"} | more
    response = await (await road.server.as_("dispatcher.haiyan")).post(ACCEPT, {"input": given})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def versions(urls: DatabaseUrls, road: Road) -> tuple[int, int]:
    """The case's version, and how many entries its timeline has."""
    (row,) = await fetch(
        urls,
        "SELECT version, (SELECT count(*) FROM case_timeline t WHERE t.case_id = c.id) AS entries FROM dispute_case c WHERE id = $1",
        key(road.id),
    )
    return row["version"], row["entries"]


def unknown(answer: dict[str, Any], *, carried_out: bool | None, repeatable: bool) -> None:
    """The answer tells what is known of it, and no more."""
    (error,) = answer["errors"]
    assert answer["data"] == {"caseAccept": None}
    request_id = error["extensions"].pop("requestId")
    assert error["extensions"] == {"code": "OUTCOME_UNKNOWN", "carriedOut": carried_out, "repeatable": repeatable}
    assert error["path"] == ["caseAccept"]
    assert request_id in error["message"]
    assert "幂等键" in error["message"]


SUCCESS = {"data": {"caseAccept": {"__typename": "CaseAcceptSuccess", "case": {"version": 2}}}}


async def test_a_connection_that_ends_in_the_commit_leaves_the_outcome_open(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    await execute(fresh_haiyan_urls, DIES.format(times=1))
    unknown(await accept(road), carried_out=None, repeatable=False)
    assert await versions(fresh_haiyan_urls, road) == (1, 1)
    assert await accept(road) == SUCCESS


async def test_with_a_key_the_server_finds_out_by_itself(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    await execute(fresh_haiyan_urls, DIES.format(times=1))
    assert await accept(road, idempotencyKey="k") == SUCCESS
    assert await versions(fresh_haiyan_urls, road) == (2, 2)


async def test_where_it_cannot_the_key_finds_out_later(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    await execute(fresh_haiyan_urls, DIES.format(times=3))
    unknown(await accept(road, idempotencyKey="k"), carried_out=None, repeatable=True)
    assert await versions(fresh_haiyan_urls, road) == (1, 1)
    assert await accept(road, idempotencyKey="k") == SUCCESS
    assert await versions(fresh_haiyan_urls, road) == (2, 2)


@pytest.fixture
def lost_behind_the_commit(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every commit that changes something is carried out, and its word does not come through; so often."""
    left = [0]
    execute_ = statements.execute

    async def lost(driver: Any, sql: str) -> None:
        await execute_(driver, sql)
        if sql == "COMMIT" and left[0]:
            left[0] -= 1
            driver.terminate()
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    monkeypatch.setattr(statements, "execute", lost)
    return left


async def test_what_was_committed_unheard_is_not_done_again(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, lost_behind_the_commit: list[int]
) -> None:
    await road.register()
    lost_behind_the_commit[0] = 3
    # Found out by the key: each repeat finds that it was done, and is lost itself.
    unknown(await accept(road, idempotencyKey="k"), carried_out=None, repeatable=True)
    assert lost_behind_the_commit == [0]
    assert await versions(fresh_haiyan_urls, road) == (2, 2)
    lost_behind_the_commit[0] = 1
    assert await accept(road, idempotencyKey="k") == SUCCESS
    assert await versions(fresh_haiyan_urls, road) == (2, 2)


async def test_without_a_key_too(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, lost_behind_the_commit: list[int]
) -> None:
    await road.register()
    lost_behind_the_commit[0] = 1
    unknown(await accept(road), carried_out=None, repeatable=False)
    assert await versions(fresh_haiyan_urls, road) == (2, 2)


@pytest.mark.parametrize("repeatable", [True, False])
async def test_what_was_done_and_cannot_be_shown_is_told_as_done(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, *, repeatable: bool
) -> None:
    """Also where the reads are merely busy: nobody is told to send it again."""
    await road.register()
    more: dict[str, Any] = {"idempotencyKey": "k"} if repeatable else {}

    async def dead(*_given: Any) -> Any:
        raise OSError("the database is gone")

    with monkeypatch.context() as gone:
        gone.setattr(type(live.parts.reader), "read", dead)
        unknown(await accept(road, **more), carried_out=True, repeatable=repeatable)
    assert await versions(fresh_haiyan_urls, road) == (2, 2)
    if repeatable:
        assert await accept(road, **more) == SUCCESS


async def test_a_commit_that_the_database_refuses_is_no_unknown_outcome(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    refusing = DIES.replace("PERFORM pg_terminate_backend(pg_backend_pid())", "RAISE check_violation")
    await execute(fresh_haiyan_urls, refusing.format(times=1))
    given = {"caseId": road.id, "expectedVersion": 1, "rightsToldAt": ago(hours=1)}
    response = await (await live.as_("dispatcher.haiyan")).post(ACCEPT, {"input": given})
    assert response.status_code == 500
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["INTERNAL"]
    assert await versions(fresh_haiyan_urls, road) == (1, 1)
