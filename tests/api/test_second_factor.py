"""A second factor beside the password: enrolled, confirmed, asked, each code good once; and demanded of administrators."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pyotp
import pytest

from domain.tenancy import credentials
from domain.tenancy.passwords import DEMO_PASSWORD
from tests.api.test_sessions import NEW, post, refresh, signed_in, works
from tests.support.api import Server, serving
from tests.support.rows import execute, fetch, value

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.foundation.database.urls import DatabaseUrls

WHO = "mediator.haiyan"
ADMIN = "admin.taishan"


@dataclass
class StandingClock:
    """A time that passes when the test says so: codes are of half minutes."""

    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return self.start + self.by


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def timed(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, clock: StandingClock) -> AsyncIterator[Server]:
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock) as running:
        yield running


async def token(server: Server, **sent: Any) -> httpx.Response:
    return await post(server, "token", **({"username": WHO, "password": DEMO_PASSWORD} | sent))


def error_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


async def enrolled(server: Server, clock: StandingClock, **account: Any) -> tuple[pyotp.TOTP, dict[str, Any]]:
    """The account's authenticator, and what was answered when its first code was confirmed."""
    account = {"username": WHO, "password": DEMO_PASSWORD} | account
    begun = await post(server, "second-factor", **account)
    assert begun.status_code == 200, begun.text
    totp = pyotp.TOTP(begun.json()["secret"])
    assert begun.json()["uri"] == totp.provisioning_uri(name=account["username"], issuer_name="Fengqiao")
    confirmed = await post(server, "second-factor/confirm", **account, new_code=totp.at(clock()))
    assert confirmed.status_code == 200, confirmed.text
    # Later codes are of later half minutes.
    clock.by += timedelta(seconds=60)
    return totp, dict(confirmed.json())


async def test_the_code_is_asked_beside_the_password_and_good_once(timed: Server, clock: StandingClock) -> None:
    totp, _ = await enrolled(timed, clock)
    assert error_of(await token(timed)) == (401, "second_factor_required")
    assert error_of(await token(timed, password="wrong", code=totp.at(clock()))) == (401, "invalid_credentials")
    good = await token(timed, code=totp.at(clock()))
    assert good.status_code == 200, good.text
    assert await works(timed, good.json()["access_token"])
    assert error_of(await token(timed, code=totp.at(clock()))) == (401, "invalid_code"), "it was used"
    clock.by += timedelta(seconds=30)
    assert error_of(await token(timed, code=totp.at(clock() - timedelta(seconds=30)))) == (401, "invalid_code")
    assert (await token(timed, code=f" {totp.at(clock())[:3]} {totp.at(clock())[3:]} ")).status_code == 200


async def test_clocks_may_differ_by_half_a_minute_and_no_more(timed: Server, clock: StandingClock) -> None:
    totp, _ = await enrolled(timed, clock)
    clock.by += timedelta(minutes=10)
    for seconds, status in ((-90, 401), (90, 401), (-30, 200), (30, 200)):
        assert (await token(timed, code=totp.at(clock() + timedelta(seconds=seconds)))).status_code == status, seconds


async def test_of_many_that_bring_one_code_at_once_one_is_let_in(timed: Server, clock: StandingClock) -> None:
    totp, _ = await enrolled(timed, clock)
    code = totp.at(clock())
    answers = await asyncio.gather(*(token(timed, code=code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_wrong_codes_spend_the_budget_of_wrong_passwords(timed: Server, clock: StandingClock) -> None:
    totp, _ = await enrolled(timed, clock)
    for _ in range(credentials.ATTEMPTS):
        assert error_of(await token(timed, code="000000")) == (401, "invalid_code")
    assert error_of(await token(timed, code=totp.at(clock()))) == (401, "invalid_credentials"), "locked"
    clock.by += credentials.LOCK_FOR + timedelta(minutes=1)
    assert (await token(timed, code=totp.at(clock()))).status_code == 200


async def test_a_recovery_code_is_good_once_and_kept_as_a_digest(
    timed: Server, clock: StandingClock, fresh_haiyan_urls: DatabaseUrls
) -> None:
    totp, answer = await enrolled(timed, clock)
    codes = answer["recovery_codes"]
    assert len(set(codes)) == 10
    assert (await token(timed, code=codes[0])).status_code == 200
    assert error_of(await token(timed, code=codes[0])) == (401, "invalid_code")
    assert (await token(timed, code=codes[1].lower().replace("-", " "))).status_code == 200
    kept = await fetch(fresh_haiyan_urls, "SELECT * FROM recovery_code")
    assert len(kept) == 10
    assert sum(row["used_at"] is not None for row in kept) == 2
    sealed = await value(fresh_haiyan_urls, "SELECT sealed FROM second_factor")
    assert totp.secret not in repr([tuple(row) for row in kept]) + sealed
    assert not any(code.replace("-", "") in repr([tuple(row) for row in kept]) for code in codes)


async def test_confirming_ends_sessions_without_it_and_another_takes_its_place(
    timed: Server, clock: StandingClock
) -> None:
    before = await signed_in(timed)
    first, answer = await enrolled(timed, clock)
    assert not await works(timed, before["access_token"])
    assert (await refresh(timed, before["refresh_token"])).status_code == 401
    assert await works(timed, answer["access_token"])
    assert error_of(await post(timed, "second-factor", username=WHO, password=DEMO_PASSWORD)) == (
        401,
        "second_factor_required",
    )
    account = {"username": WHO, "password": DEMO_PASSWORD}
    begun = await post(timed, "second-factor", **account, code=first.at(clock()))
    second = pyotp.TOTP(begun.json()["secret"])
    clock.by += timedelta(seconds=60)
    assert error_of(await token(timed, code=second.at(clock()))) == (401, "invalid_code"), "not before it is confirmed"
    wrong = await post(timed, "second-factor/confirm", **account, code=first.at(clock()), new_code="000000")
    assert error_of(wrong) == (401, "invalid_code")
    clock.by += timedelta(seconds=60)
    both = {"code": first.at(clock()), "new_code": second.at(clock())}
    assert (await post(timed, "second-factor/confirm", **account, **both)).status_code == 200
    clock.by += timedelta(seconds=60)
    assert (await token(timed, code=first.at(clock()))).status_code == 401
    assert (await token(timed, code=answer["recovery_codes"][5])).status_code == 401, "those of the first are gone"
    assert (await token(timed, code=second.at(clock()))).status_code == 200
    clock.by += timedelta(seconds=60)
    assert (await post(timed, "second-factor/remove", **account)).status_code == 401
    assert (await post(timed, "second-factor/remove", **account, code=second.at(clock()))).status_code == 200
    assert (await token(timed)).status_code == 200


async def test_another_password_asks_the_code_and_may_be_shorter(timed: Server, clock: StandingClock) -> None:
    totp, _ = await enrolled(timed, clock)
    sent = {"username": WHO, "password": DEMO_PASSWORD, "new_password": "tkvq9wzb"}
    assert error_of(await post(timed, "password", **sent)) == (401, "second_factor_required")
    assert (await post(timed, "password", **sent, code=totp.at(clock()))).status_code == 200
    clock.by += timedelta(seconds=60)
    assert (await token(timed, password="tkvq9wzb", code=totp.at(clock()))).status_code == 200


async def test_administrators_must_have_one_outside_the_demo(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, clock: StandingClock
) -> None:
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock, demo=False) as server:
        changed = await post(server, "password", username=ADMIN, password=DEMO_PASSWORD, new_password=NEW)
        assert error_of(changed) == (403, "second_factor_enrolment_required")
        account = {"username": ADMIN, "password": NEW}
        assert error_of(await token(server, **account)) == (403, "second_factor_enrolment_required")
        totp, answer = await enrolled(server, clock, **account)
        assert await works(server, answer["access_token"])
        good = await token(server, **account, code=totp.at(clock()))
        assert await works(server, good.json()["access_token"])
        refreshed = await refresh(server, good.json()["refresh_token"])
        assert await works(server, refreshed.json()["access_token"])
        # Of others it is not demanded, until they are administrators: then what began without it ends.
        other = await post(server, "password", username=WHO, password=DEMO_PASSWORD, new_password=NEW)
        assert await works(server, other.json()["access_token"])
        await execute(
            fresh_haiyan_urls,
            "UPDATE membership SET role = 'county_admin' WHERE user_id = (SELECT user_id FROM credential WHERE username = $1)",
            WHO,
        )
        assert not await works(server, other.json()["access_token"])
        clock.by += timedelta(seconds=60)
        removed = await post(server, "second-factor/remove", **account, code=totp.at(clock()))
        assert removed.status_code == 200
        assert error_of(await token(server, **account)) == (403, "second_factor_enrolment_required")
    settings: dict[str, Any] = {"demo": False, "require_second_factor": False}
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock, **settings) as server:
        assert (await token(server, username=ADMIN, password=NEW)).status_code == 200


async def test_odd_codes_are_refused(timed: Server, clock: StandingClock) -> None:
    await enrolled(timed, clock)
    odd_codes: tuple[Any, ...] = (5, [], {}, "x" * 101)
    for odd in odd_codes:
        assert error_of(await token(timed, code=odd)) == (400, "invalid_request")
    for wrong in ("", "\x00", "\uff11\uff12\uff13\uff14\uff15\uff16"):
        assert error_of(await token(timed, code=wrong)) == (401, "invalid_code")
    assert error_of(await post(timed, "second-factor/confirm", username=WHO, password=DEMO_PASSWORD)) == (
        400,
        "invalid_request",
    )


async def test_sign_ins_and_what_changes_them_are_on_record(
    timed: Server, clock: StandingClock, fresh_haiyan_urls: DatabaseUrls
) -> None:
    totp, answer = await enrolled(timed, clock)
    await token(timed)
    await token(timed, code="000000")
    await token(timed, password="wrong")
    good = (await token(timed, code=totp.at(clock()))).json()
    await refresh(timed, good["refresh_token"])
    await refresh(timed, good["refresh_token"])
    await post(timed, "sign-out", answer["access_token"])
    expected = {
        ("enrol_second_factor", "done"),
        ("confirm_second_factor", "done"),
        ("sign_in", "done"),
        ("sign_in", "SECOND_FACTOR_REQUIRED"),
        ("sign_in", "INVALID_CODE"),
        ("sign_in", "WRONG_PASSWORD"),
        ("refresh", "REUSED"),
        ("sign_out", "done"),
    }
    entries = "SELECT action, outcome FROM audit_entry WHERE kind IN ('sign_in', 'sign_in_refused')"
    # Refusals are not waited for.
    for _ in range(200):
        found = {(row["action"], row["outcome"]) for row in await fetch(fresh_haiyan_urls, entries)}
        if found >= expected:
            break
        await asyncio.sleep(0.1)
    assert found == expected
