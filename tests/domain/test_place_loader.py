"""The loader of places: demo accounts, repeated, simultaneous and killed loads, files that contradict themselves."""

import asyncio
import functools
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import argon2
import pytest

from api.shell.samples import load_sample
from domain.codes.enums import Role
from domain.foundation.basics.clock import system_clock
from domain.foundation.database.urls import DatabaseUrls
from domain.places import files, histories, loader, register, work
from domain.places.loader import demo_accounts
from domain.places.specification import PlaceError
from domain.registry import KINDS
from domain.tenancy.division_codes import DivisionCodeError
from domain.tenancy.passwords import DEMO_PASSWORD
from tests.support.database import MIGRATED, TestServer
from tests.support.rows import fetch

KEYS = {"username", "display_name", "roles", "organisation", "county_id", "user_id"}
TABLES = (
    "county",
    "organisation",
    "jurisdiction",
    "framework",
    "framework_member",
    "app_user",
    "membership",
    "dispute_case",
    "case_party",
    "case_participant",
    "case_mediator",
    "case_protector",
    "case_session",
    "case_follow_up",
    "case_timeline",
    "case_agreement",
    "case_obligation",
    "judicial_confirmation",
    "case_note",
    "case_representative",
    "court_entrustment",
    "joint_call",
    "supervision",
    "case_number_counter",
    "credential",
    "code_label",
    "dispute_type",
    # What work/*.toml tells of.
    *(view.table for kind in KINDS if kind.subject != "case" for view in kind.views),
)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what this module is about: 35 proper hashes are most of a load. haiyan_urls has the proper ones."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(loader, "hash_password", hasher.hash)


@pytest.fixture
def migrated_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    """A migrated database without rows, for one test that loads into it."""
    with database_server.database(MIGRATED) as urls:
        yield urls


async def counts(urls: DatabaseUrls) -> dict[str, int]:
    return {table: (await fetch(urls, f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES}


async def test_demo_accounts_have_every_role_and_a_password(haiyan_urls: DatabaseUrls) -> None:
    accounts = await demo_accounts(haiyan_urls.application)
    assert {role for account in accounts for role in account["roles"]} == {str(role) for role in Role}
    assert all(set(account) == KEYS for account in accounts)
    credentials = await fetch(haiyan_urls, "SELECT * FROM credential ORDER BY username")
    assert {row["username"] for row in credentials} == {account["username"] for account in accounts}
    assert {(row["county_id"], row["user_id"]) for row in credentials} == {
        (account["county_id"], account["user_id"]) for account in accounts
    }
    hasher = argon2.PasswordHasher()
    assert hasher.verify(credentials[0]["password_hash"], DEMO_PASSWORD)
    assert not hasher.check_needs_rehash(credentials[0]["password_hash"])
    # No two alike: each has its own salt.
    assert len({row["password_hash"] for row in credentials}) == len(credentials)


async def test_an_account_switched_off_is_no_longer_offered(fresh_haiyan_urls: DatabaseUrls) -> None:
    await fetch(
        fresh_haiyan_urls,
        "UPDATE app_user SET active = false WHERE id = (SELECT user_id FROM credential WHERE username = 'judge.haiyan')",
    )
    names = {account["username"] for account in await demo_accounts(fresh_haiyan_urls.application)}
    assert "judge.haiyan" not in names
    assert "tribunal.haiyan" in names


async def contents(urls: DatabaseUrls) -> dict[str, str]:
    """A digest of every table's rows with their places on disk: equal only if nothing was written."""
    tables = await fetch(
        urls, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    digest = "md5(coalesce(string_agg(t.ctid::text || t::text, '' ORDER BY t.ctid), ''))"
    return {row[0]: (await fetch(urls, f"SELECT {digest} FROM {row[0]} AS t"))[0][0] for row in tables}


async def load(urls: DatabaseUrls, progress: loader.Progress = loader.quiet, place: str = "haiyan") -> None:
    await load_sample(urls.application, urls.authentication, place, clock=system_clock, progress=progress)


async def test_a_second_load_changes_nothing_even_years_later(fresh_haiyan_urls: DatabaseUrls) -> None:
    urls = fresh_haiyan_urls
    before = await contents(urls)
    assert set(TABLES) < set(before)
    told: list[tuple[str, int, int]] = []
    await load(urls, lambda *step: told.append(step))
    later = system_clock() + timedelta(days=1000)
    await load_sample(urls.application, urls.authentication, "haiyan", clock=lambda: later)
    assert await contents(urls) == before
    assert {label for label, done, total in told if done == total} >= {"台山市", "海宴镇综治中心", "demo accounts"}


async def test_what_users_changed_stays_changed(fresh_haiyan_urls: DatabaseUrls) -> None:
    urls = fresh_haiyan_urls
    await fetch(urls, "UPDATE credential SET password_hash = 'changed' WHERE username = 'judge.haiyan'")
    await fetch(urls, "UPDATE app_user SET display_name = '改名' WHERE id = (SELECT id FROM app_user LIMIT 1)")
    before = await contents(urls)
    await load(urls)
    assert await contents(urls) == before


async def test_two_loads_at_once_make_one_place(migrated_urls: DatabaseUrls, haiyan_urls: DatabaseUrls) -> None:
    await asyncio.gather(load(migrated_urls), load(migrated_urls))
    assert await counts(migrated_urls) == await counts(haiyan_urls)


@pytest.mark.parametrize(("label", "loaded"), [("台山市", "app_user"), ("海宴镇综治中心", "dispute_case")])
async def test_a_load_killed_midway_leaves_no_half_and_is_repeated(
    migrated_urls: DatabaseUrls, haiyan_urls: DatabaseUrls, label: str, loaded: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(step: str, done: int, _total: int) -> None:
        if step == label and done > 1000:
            raise Killed

    with pytest.raises(Killed):
        await load(migrated_urls, kill)
    assert not await fetch(migrated_urls, f"SELECT id FROM {loaded} WHERE county_id = 440781")
    await load(migrated_urls)
    assert await counts(migrated_urls) == await counts(haiyan_urls)


def read_from(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let places be read from another folder than the platform's own."""
    for module, name in (
        (files, "read_place"),
        (histories, "read_histories"),
        (register, "read_register"),
        (work, "read_work"),
    ):
        monkeypatch.setattr(loader, name, functools.partial(getattr(module, name), root=root))


@pytest.fixture
def copy_of_haiyan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Another place, `elsewhere`: Haiyan's files, in which one text of one file can be replaced."""
    shutil.copytree(files.HERE / "haiyan", tmp_path / "elsewhere")
    read_from(tmp_path, monkeypatch)

    def change(file: str, old: str, new: str) -> None:
        path = tmp_path / "elsewhere" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


async def test_another_folder_is_another_place(
    migrated_urls: DatabaseUrls, haiyan_urls: DatabaseUrls, copy_of_haiyan: Callable[..., None]
) -> None:
    copy_of_haiyan("frameworks.toml", "1+6+N", "5+17+N")
    await load(migrated_urls, place="elsewhere")
    assert await counts(migrated_urls) == await counts(haiyan_urls)
    (framework,) = await fetch(migrated_urls, "SELECT name FROM framework")
    assert framework["name"] == "5+17+N"


async def test_what_is_added_to_the_files_is_added_and_cases_are_not_renumbered(
    fresh_haiyan_urls: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls, before = fresh_haiyan_urls, await counts(fresh_haiyan_urls)
    shutil.copytree(files.HERE / "haiyan", tmp_path / "haiyan")
    read_from(tmp_path, monkeypatch)
    with (tmp_path / "haiyan" / "people.csv").open("a", encoding="utf-8") as people:
        people.write("440781,newcomer,陈新来,mediator@haiyan_committee:part_time,newcomer.haiyan\n")
    await load(urls)
    after = await counts(urls)
    assert {table: after[table] - before[table] for table in TABLES if after[table] != before[table]} == {
        "app_user": 1,
        "membership": 1,
        "credential": 1,
    }


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("people.csv", "judge@haiyan_tribunal", "emperor@haiyan_tribunal"),
        ("people.csv", "judge@haiyan_tribunal", "judge@nowhere"),
        ("people.csv", ",judge.haiyan\n", ",tribunal.haiyan\n"),
        ("people.csv", "judge@haiyan_tribunal", "judge@kaiping_court"),
        ("areas.csv", "440781112000", "440781111000"),
        ("areas.csv", "haiyan,440781112001", "haiyan,440783112001"),
        ("areas.csv", ",town,", ",hamlet,"),
        ("partners.csv", ",海宴派出所,海宴派出所,haiyan,", ",海宴派出所,海宴派出所,nowhere,"),
        ("workforce.csv", "grid_market,1,", "grid_market,0,"),
        ("cases.csv", ",agreed,agreed,", ",agreed,failed,"),
        ("cases.csv", ",closed,agreed,", ",referred_to_court,agreed,"),
        ("cases.csv", "2023-05-09 09:20", "2999-05-09 09:20"),
        ("cases.csv", "|woman_at_risk", "|women_at_risk"),
        ("cases.csv", ",mother_and_daughter,", ",no_such_story,"),
        ("desks.toml", "[haiyan_centre]", "[haiyan_center]"),
        ("histories/town.toml", 'do = "return"', 'do = "give_back"'),
        ("histories/town.toml", "3d 09:00", "3 days"),
        ("register.toml", 'do = "elect"', 'do = "choose"'),
        ("stories.toml", "{community}邻居", "{village}邻居"),
        ("work/visits.toml", 'do = "record"', 'do = "invent"'),
        ("work/visits.toml", 'do = "record"', 'do = "correct"'),
        ("work/visits.toml", 'place_id = "grid_market", ', ""),
        ("work/visits.toml", 'place_id = "grid_market"', 'place_id = "nowhere"'),
        ("work/visits.toml", 'by = "grid.haiyan"', 'by = "nobody"'),
    ],
)
async def test_files_that_contradict_themselves_load_nothing(
    migrated_urls: DatabaseUrls, copy_of_haiyan: Callable[..., None], file: str, old: str, new: str
) -> None:
    copy_of_haiyan(file, old, new)
    with pytest.raises((PlaceError, DivisionCodeError)):
        await load(migrated_urls, place="elsewhere")
    assert not any((await counts(migrated_urls)).values())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        # By somebody whom the gate does not let; to whom a rule forbids it; in the future; without such a field.
        ('by = "admin.haiyan", do = "acknowledge_risk"', 'by = "grid.haiyan", do = "acknowledge_risk"', "未找到"),
        ("other_ways_told = true", "other_ways_told = false", "CASE8"),
        ('reason = "涉及人数较多', 'because = "涉及人数较多', "no because"),
        ("120d 10:00", "99999d 10:00", "future"),
    ],
)
async def test_a_step_that_is_refused_leaves_none_of_the_histories(
    migrated_urls: DatabaseUrls, copy_of_haiyan: Callable[..., None], old: str, new: str, why: str
) -> None:
    copy_of_haiyan("histories/town.toml", old, new)
    with pytest.raises(PlaceError, match=why):
        await load(migrated_urls, place="elsewhere")
    assert (await counts(migrated_urls))["case_note"] == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("most = 7", "most = 6", "PMC1"),
        ('elected_on = "-301d"', 'elected_on = "-1406d"', "PMC3"),
        ('by = "justice.haiyan", do = "register"', 'by = "grid.haiyan", do = "register"', "权限"),
        ('mediator = "haiyan_mediator_5"', 'mediator = "grid.haiyan"', "no appointment"),
        ("-2d 10:00", "2d 10:00", "future"),
    ],
)
async def test_a_step_of_the_register_that_is_refused_leaves_no_register(
    migrated_urls: DatabaseUrls, copy_of_haiyan: Callable[..., None], old: str, new: str, why: str
) -> None:
    copy_of_haiyan("register.toml", old, new)
    with pytest.raises(PlaceError, match=why):
        await load(migrated_urls, place="elsewhere")
    (found,) = await fetch(
        migrated_urls, "SELECT count(*) AS committees FROM mediation_committee WHERE county_id = 440781"
    )
    assert found["committees"] == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        # By somebody whom the gate does not let; what a rule forbids; in the future, or before what was done first;
        # without such a field.
        ('by = "grid.haiyan", do = "record"', 'by = "resident.haiyan", do = "record"', "权限"),
        ('finding_kind = "nothing_found"', 'finding_kind = "hazard"', "VIS1"),
        ('on = "-39d 16:00"', 'on = "-1d 16:00"', "VIS2"),
        ('on = "-6d 20:15"', 'on = "6d 20:15"', "future"),
        ('on = "-39d 16:00"', 'on = "-59d 16:00"', "before the step above"),
        ("people_met = 1", "people_seen = 1", "no people_seen"),
    ],
)
async def test_a_step_of_further_work_that_is_refused_leaves_none_of_it(
    migrated_urls: DatabaseUrls, copy_of_haiyan: Callable[..., None], old: str, new: str, why: str
) -> None:
    copy_of_haiyan("work/visits.toml", old, new)
    with pytest.raises(PlaceError, match=why):
        await load(migrated_urls, place="elsewhere")
    assert (await counts(migrated_urls))["visit"] == 0


async def test_a_file_of_work_is_called_as_a_kind(
    migrated_urls: DatabaseUrls, copy_of_haiyan: Callable[..., None], tmp_path: Path
) -> None:
    copy_of_haiyan("work/visits.toml", "[roof]", "[house]")
    folder = tmp_path / "elsewhere" / "work"
    (folder / "visits.toml").rename(folder / "walks.toml")
    with pytest.raises(PlaceError, match="no kind of work is called walks"):
        await load(migrated_urls, place="elsewhere")


async def test_a_place_that_is_not_there_is_named_in_the_refusal(migrated_urls: DatabaseUrls) -> None:
    with pytest.raises(PlaceError, match=r"atlantis.*haiyan"):
        await load(migrated_urls, place="atlantis")
