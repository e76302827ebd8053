"""Haiyan as loaded: the figures of its own report, its people, areas and partners."""

import pytest

from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.identity_number import age_on, birth_date, is_valid
from domain.foundation.database.urls import DatabaseUrls
from domain.places.files import read_place
from domain.tenancy.division_codes import check
from tests.support.rows import fetch, value

HAIYAN = "(SELECT id FROM organisation WHERE kind = 'town' AND name = '海宴镇')"
CENTRE = "(SELECT id FROM organisation WHERE kind = 'governance_centre' AND name = '海宴镇综治中心')"
OF_THE_CENTRE = f"FROM dispute_case AS c WHERE c.organisation_id = {CENTRE}"


@pytest.mark.parametrize(
    ("figure", "sql"),
    [
        (182, f"count(*) {OF_THE_CENTRE}"),
        (176, f"count(settled_at) {OF_THE_CENTRE}"),
        (182, f"count(*) {OF_THE_CENTRE} AND registered_at >= '2022-01-01 00:00+08'"),
        (25, f"count(*) FROM organisation WHERE kind = 'community' AND town_id = {HAIYAN}"),
        (25, f"count(*) FROM organisation WHERE kind = 'grid' AND town_id = {HAIYAN}"),
        (25, f"count(DISTINCT community_id) FROM organisation WHERE kind = 'grid' AND town_id = {HAIYAN}"),
        (25, f"count(DISTINCT home_id) FROM organisation WHERE kind = 'service_station' AND town_id = {HAIYAN}"),
        (
            3,
            """count(*) FROM judicial_confirmation AS j JOIN organisation AS o ON o.id = j.court_id
               WHERE j.status = 'confirmed' AND o.name = '海宴人民法庭'""",
        ),
        (
            3,
            f"count(*) FROM judicial_confirmation AS j JOIN dispute_case AS c ON c.id = j.case_id WHERE c.organisation_id = {CENTRE}",
        ),
    ],
)
async def test_the_figures_of_the_report(haiyan_urls: DatabaseUrls, figure: int, sql: str) -> None:
    assert await value(haiyan_urls, f"SELECT {sql}") == figure


async def test_the_grids_have_1491_workers_full_and_part_time(haiyan_urls: DatabaseUrls) -> None:
    workers = await fetch(
        haiyan_urls,
        f"""SELECT m.user_id, m.full_time, o.id AS grid FROM membership AS m
            JOIN organisation AS o ON o.id = m.organisation_id
            WHERE m.role IN ('grid_worker', 'grid_leader') AND o.kind = 'grid' AND o.town_id = {HAIYAN}
              AND m.valid_until IS NULL""",
    )
    assert len({row["user_id"] for row in workers}) == 1491
    assert {row["full_time"] for row in workers} == {True, False}
    assert len({row["grid"] for row in workers}) == 25
    assert sum(entry.total for entry in read_place("haiyan").workforce) == 1491


async def test_partners_of_every_kind_are_called_in_somewhere_now(haiyan_urls: DatabaseUrls) -> None:
    found = await fetch(
        haiyan_urls,
        f"""SELECT DISTINCT o.kind FROM case_participant AS p JOIN organisation AS o ON o.id = p.organisation_id
            JOIN dispute_case AS c ON c.id = p.case_id
            WHERE c.organisation_id = {CENTRE} AND p.relation = 'assisting' AND p.valid_until IS NULL""",
    )
    assert {row["kind"] for row in found} >= {
        "police_station",
        "womens_federation",
        "justice_office",
        "petition_office",
        "department",
        "law_firm",
    }


async def test_people_are_invented_and_say_so(haiyan_urls: DatabaseUrls) -> None:
    assert await value(haiyan_urls, "SELECT bool_and(sample) FROM app_user") is True
    assert await value(haiyan_urls, "SELECT bool_and(phone LIKE '199%') FROM case_party") is True
    for row in await fetch(
        haiyan_urls,
        "SELECT p.*, c.registered_at FROM case_party AS p JOIN dispute_case AS c ON c.id = p.case_id",
    ):
        assert (row["id_number"] is None) == (row["kind"] == "organisation")
        if row["id_number"]:
            assert is_valid(row["id_number"])
            # No district has this code: the number is nobody's.
            assert row["id_number"].startswith("440799")
            born = birth_date(row["id_number"])
            assert born is not None
            age = age_on(born, china_date(row["registered_at"]))
            assert (age < 18) == row["minor"]
            assert (age >= 60) == row["elderly"]


async def test_division_codes_are_codes_and_extend_each_other(haiyan_urls: DatabaseUrls) -> None:
    areas = {row["id"]: row for row in await fetch(haiyan_urls, "SELECT * FROM organisation WHERE is_area")}
    for area in areas.values():
        above = areas.get(area["parent_id"])
        check(area["kind"], area["division_code"], (above["kind"], above["division_code"]) if above else None)
    cells = {row["id"]: row for row in await fetch(haiyan_urls, "SELECT * FROM county")}
    for cell in cells.values():
        above = cells.get(cell["parent_id"])
        check(cell["level"], cell["division_code"], (above["level"], above["division_code"]) if above else None)


async def test_every_partner_serves_somewhere_and_the_tribunal_three_towns(haiyan_urls: DatabaseUrls) -> None:
    assert not await value(
        haiyan_urls,
        "SELECT count(*) FROM organisation AS o WHERE NOT o.is_area AND NOT EXISTS"
        " (SELECT FROM jurisdiction AS j WHERE j.organisation_id = o.id)",
    )
    served = await fetch(
        haiyan_urls,
        "SELECT a.name, a.kind FROM organisation AS o JOIN jurisdiction AS j ON j.organisation_id = o.id"
        " JOIN organisation AS a ON a.id = j.area_id WHERE o.name = '海宴人民法庭'",
    )
    assert len(served) == 3
    assert {row["kind"] for row in served} == {"town"}
    assert "海宴镇" in {row["name"] for row in served}


async def test_one_core_six_resident_and_wider_forces(haiyan_urls: DatabaseUrls) -> None:
    members = await fetch(
        haiyan_urls,
        "SELECT m.tier, count(*) AS n FROM framework AS f JOIN framework_member AS m ON m.framework_id = f.id"
        " WHERE f.name = '1+6+N' GROUP BY m.tier",
    )
    tiers = {row["tier"]: row["n"] for row in members}
    assert (tiers["core"], tiers["resident"]) == (1, 6)
    assert tiers["wider"] > 6


async def test_a_neighbouring_town_and_county_have_cases_of_their_own(haiyan_urls: DatabaseUrls) -> None:
    rows = await fetch(
        haiyan_urls,
        "SELECT o.name, c.county_id, count(*) AS n FROM dispute_case AS c"
        " JOIN organisation AS o ON o.id = c.town_id GROUP BY 1, 2",
    )
    found = {(row["name"], row["county_id"]): row["n"] for row in rows}
    assert found == {("海宴镇", 440781): 182, ("广海镇", 440781): 20, ("赤坎镇", 440783): 6}
