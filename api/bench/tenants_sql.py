"""Statements that make the bench's tenants: areas, institutions, people, memberships, accounts. Everybody is invented.

Each is one INSERT … SELECT over numbers, so that a county takes a moment whatever its size. The ids are functions of
what a row is (`pg_temp.id(county, kind, n)`), so that cases find them without a join.
"""

# ruff: noqa: S608 - made of numbers and names in this file; nothing comes from outside

from __future__ import annotations

from dataclasses import dataclass

MEDIATORS = 8
"""Mediators of each town's committee."""

SESSION = (
    # Looks like a UUIDv7 of 1 January 2020: ordered by n, as real ids are by time, and older than any real one.
    # What follows the number stands in brackets of its own, so that the planner makes it a constant.
    """
    CREATE OR REPLACE FUNCTION pg_temp.id(county int, kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN
        ('0' || to_hex(1577836800000 + n)
         || ('7' || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(county), 15, '0')))::uuid
    """,
    # A number in [0, 1) that looks random and is the same whenever asked again.
    """
    CREATE OR REPLACE FUNCTION pg_temp.draw(n bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN
        (hashint8extended(n, seed) & 281474976710655)::float8 / 281474976710656::float8
    """,
    """
    CREATE OR REPLACE FUNCTION pg_temp.person(n bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN
        substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许', 1 + (pg_temp.draw(n, 901) * 20)::int % 20, 1)
        || substr('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平', 1 + (pg_temp.draw(n, 902) * 20)::int % 20, 1)
        || substr('华英文玉建国春梅海波晓东志红云龙凤山林生', 1 + (pg_temp.draw(n, 903) * 20)::int % 20, 1) || '（虚构）'
    """,
)


@dataclass(frozen=True, slots=True)
class County:
    """One county's number, name, division code (six digits) and how many areas it has of each level."""

    id: int
    name: str
    code: str
    towns: int
    communities: int
    grids: int


CITY = 990100
COUNTIES = (
    County(990101, "枫山县（测试）", "990101", towns=16, communities=234, grids=781),
    County(990102, "邻水县（测试）", "990102", towns=4, communities=40, grids=96),
)

CITY_ROW = f"""
    INSERT INTO county (id, parent_id, level, name, division_code)
    VALUES ({CITY}, NULL, 'city', '测试市（虚构）', '990100000000')
"""


def areas(county: County) -> list[str]:
    """The county itself and its areas: community i lies in town 1 + (i-1) % towns, grid g likewise in a community."""
    c, towns, communities = county.id, county.towns, county.communities
    town, community = f"pg_temp.id({c}, 2, {{}})", f"pg_temp.id({c}, 3, {{}})"
    columns = "county_id, id, kind, is_area, name, division_code, parent_id, town_id, community_id, grid_id, valid_from"
    since = "timestamptz '2020-01-01'"
    of_town = town.format(f"1 + (i - 1) % {towns}")
    of_grid = town.format(f"1 + (((g - 1) % {communities})) % {towns}")
    in_community = community.format(f"1 + (g - 1) % {communities}")
    return [
        f"""INSERT INTO county (id, parent_id, level, name, division_code)
            VALUES ({c}, {CITY}, 'county', '{county.name}', '{county.code}000000')""",
        f"""INSERT INTO organisation ({columns})
            VALUES ({c}, pg_temp.id({c}, 1, 1), 'county', TRUE, '{county.name}', '{county.code}000000',
                    NULL, NULL, NULL, NULL, {since})""",
        f"""INSERT INTO organisation ({columns})
            SELECT {c}, {town.format("t")}, 'town', TRUE, '第' || t || '镇', '{county.code}' || (100 + t) || '000',
                   pg_temp.id({c}, 1, 1), {town.format("t")}, NULL, NULL, {since} FROM generate_series(1, {towns}) t""",
        f"""INSERT INTO organisation ({columns})
            SELECT {c}, {community.format("i")}, 'community', TRUE, '第' || i || '村',
                   '{county.code}' || (101 + (i - 1) % {towns}) || lpad((200 + (i - 1) / {towns})::text, 3, '0'),
                   {of_town}, {of_town}, {community.format("i")}, NULL, {since}
            FROM generate_series(1, {communities}) i""",
        f"""INSERT INTO organisation ({columns})
            SELECT {c}, pg_temp.id({c}, 4, g), 'grid', TRUE, '第' || g || '网格',
                   '{county.code}' || (101 + (((g - 1) % {communities})) % {towns})
                   || lpad((200 + ((g - 1) % {communities}) / {towns})::text, 3, '0')
                   || lpad((1 + (g - 1) / {communities})::text, 2, '0'),
                   {in_community}, {of_grid}, {in_community}, pg_temp.id({c}, 4, g), {since}
            FROM generate_series(1, {county.grids}) g""",
    ]


IN_TOWNS = (
    (20, "governance_centre", "综治中心"),
    (21, "mediation_committee", "人民调解委员会"),
    (22, "police_station", "派出所"),
    (23, "justice_office", "司法所"),
    (24, "womens_federation", "妇联"),
)
IN_COUNTY = (
    (30, "governance_centre", "综治中心"),
    (31, "court", "人民法院"),
    (32, "police_bureau", "公安局"),
    (33, "womens_federation", "妇联"),
    (34, "justice_bureau", "司法局"),
)
TRIBUNAL, TRIBUNALS = 25, 4


def partners(county: County) -> list[str]:
    """Institutions and what they serve: five in each town, five of the county, four tribunals of its court."""
    c, towns = county.id, county.towns
    columns = "county_id, id, kind, is_area, name, parent_id, home_id, town_id, number_word, valid_from"
    since = "timestamptz '2020-01-01'"
    statements = []
    for kind, word, name in IN_TOWNS:
        number = "'测' || t || '人调'" if word == "governance_centre" else "NULL"
        statements += [
            f"""INSERT INTO organisation ({columns})
                SELECT {c}, pg_temp.id({c}, {kind}, t), '{word}', FALSE, '第' || t || '镇{name}', NULL,
                       pg_temp.id({c}, 2, t), pg_temp.id({c}, 2, t), {number}, {since}
                FROM generate_series(1, {towns}) t""",
            f"""INSERT INTO jurisdiction (county_id, organisation_id, area_id)
                SELECT {c}, pg_temp.id({c}, {kind}, t), pg_temp.id({c}, 2, t) FROM generate_series(1, {towns}) t""",
        ]
    for kind, word, name in IN_COUNTY:
        number = "'测县人调'" if word == "governance_centre" else "NULL"
        statements += [
            f"""INSERT INTO organisation ({columns})
                VALUES ({c}, pg_temp.id({c}, {kind}, 1), '{word}', FALSE, '{county.name}{name}', NULL,
                        pg_temp.id({c}, 1, 1), NULL, {number}, {since})""",
            f"""INSERT INTO jurisdiction (county_id, organisation_id, area_id)
                VALUES ({c}, pg_temp.id({c}, {kind}, 1), pg_temp.id({c}, 1, 1))""",
        ]
    statements += [
        f"""INSERT INTO organisation ({columns})
            SELECT {c}, pg_temp.id({c}, {TRIBUNAL}, k), 'tribunal', FALSE, '第' || k || '人民法庭',
                   pg_temp.id({c}, 31, 1), pg_temp.id({c}, 2, k), pg_temp.id({c}, 2, k), NULL, {since}
            FROM generate_series(1, {TRIBUNALS}) k""",
        f"""INSERT INTO jurisdiction (county_id, organisation_id, area_id)
            SELECT {c}, pg_temp.id({c}, {TRIBUNAL}, 1 + (t - 1) % {TRIBUNALS}), pg_temp.id({c}, 2, t)
            FROM generate_series(1, {towns}) t""",
    ]
    return statements


def people(county: County) -> list[str]:
    """Users with one membership each: (kind of user, role, kind of organisation, how many, organisation's number)."""
    c, towns = county.id, county.towns
    posts = (
        (40, "centre_dispatcher", 20, towns, "n"),
        (41, "centre_director", 20, towns, "n"),
        (42, "committee_director", 21, towns, "n"),
        (43, "mediator", 21, towns * MEDIATORS, f"1 + (n - 1) / {MEDIATORS}"),
        (44, "police_liaison", 22, towns, "n"),
        (45, "justice_officer", 23, towns, "n"),
        (46, "womens_federation_officer", 24, towns, "n"),
        (47, "town_admin", 2, towns, "n"),
        (48, "grid_leader", 4, county.grids, "n"),
        (49, "judge", TRIBUNAL, TRIBUNALS, "n"),
        (50, "county_admin", 1, 1, "n"),
        (51, "court_liaison", 31, 1, "n"),
        (52, "womens_federation_officer", 33, 1, "n"),
        (53, "police_liaison", 32, 1, "n"),
        (54, "court_liaison", TRIBUNAL, TRIBUNALS, "n"),
        (55, "centre_director", 30, 1, "n"),
    )
    statements = []
    for kind, role, organisation, count, number in posts:
        statements += [
            f"""INSERT INTO app_user (county_id, id, display_name, phone, sample)
                SELECT {c}, pg_temp.id({c}, {kind}, n), pg_temp.person({kind} * 1000 + n),
                       '139' || lpad(({kind} * 1000 + n)::text, 8, '0'), TRUE FROM generate_series(1, {count}) n""",
            f"""INSERT INTO membership (county_id, id, user_id, organisation_id, role, valid_from)
                SELECT {c}, pg_temp.id({c}, {kind} + 100, n), pg_temp.id({c}, {kind}, n),
                       pg_temp.id({c}, {organisation}, {number}), '{role}', timestamptz '2020-01-01'
                FROM generate_series(1, {count}) n""",
        ]
    return statements


ACCOUNTS = {
    "bench.dispatcher": (990101, 40, 1),
    "bench.director": (990101, 41, 1),
    "bench.committee": (990101, 42, 1),
    "bench.mediator": (990101, 43, 1),
    "bench.police": (990101, 44, 1),
    "bench.justice": (990101, 45, 1),
    "bench.women": (990101, 46, 1),
    "bench.town": (990101, 47, 1),
    "bench.grid": (990101, 48, 1),
    "bench.judge": (990101, 49, 1),
    "bench.admin": (990101, 50, 1),
    "bench.court": (990101, 51, 1),
    "bench.tribunal": (990101, 54, 1),
    # Who registers, and takes cases through, in a town whose lists nothing else measures.
    "bench.registrar": (990101, 40, 2),
    "bench.leader": (990101, 42, 2),
    "bench.conciliator": (990101, 43, MEDIATORS + 1),
    "bench.closer": (990101, 41, 2),
    "bench.neighbour": (990102, 40, 1),
}
"""Accounts of the bench: county, kind of user, number. They have tokens and no password, so nobody signs in."""


def accounts() -> list[str]:
    """One credential each, with what no password hashes to."""
    values = ", ".join(f"('{name}', {c}, pg_temp.id({c}, {kind}, {n}), '!')" for name, (c, kind, n) in ACCOUNTS.items())
    return [f"INSERT INTO credential (username, county_id, user_id, password_hash) VALUES {values}"]
