"""Who asks, worked out of plain rows: the memberships that run now, and what each reaches (DOMAIN §1, ACCESS §1)."""

from __future__ import annotations

from datetime import datetime

from domain.foundation.basics.actor import (
    Actor,
    Area,
    AreaLevel,
    Membership,
)
from tests.reference.rows import Row, Rows


def runs(row: Row, now: datetime, start: str = "valid_from", end: str = "valid_until") -> bool:
    """Whether a term covers this moment: its first instant does, its last does not."""
    return bool(row[start] <= now and (row[end] is None or now < row[end]))


def actor_of(rows: Rows, username: str, now: datetime) -> Actor:
    """The account's user with the memberships that count now."""
    account = next(row for row in rows.all("credential") if row["username"] == username)
    county = account["county_id"]
    user = rows.one("app_user", account["user_id"])
    assert user is not None
    memberships = tuple(
        membership
        for row in sorted(rows.of("membership", "user_id", user["id"], county), key=lambda row: row["id"])
        if runs(row, now) and (membership := _membership(rows, row, now)) is not None
    )
    reached = {number for one in memberships for area in (*one.subtree, *one.jurisdiction) for number in area.counties}
    return Actor(
        user["id"], county, username, user["display_name"], memberships, tuple(sorted({county, *reached})), stamp=0
    )


def _membership(rows: Rows, row: Row, now: datetime) -> Membership | None:
    organisation = rows.one("organisation", row["organisation_id"])
    assert organisation is not None
    if organisation["valid_until"] is not None and organisation["valid_until"] <= now:
        return None
    county = row["county_id"]
    if organisation["is_area"]:
        below, served = [organisation["id"]], []
    else:
        # A centre is an organ of the area that it sits in. Every other partner reaches what it serves.
        below = [organisation["home_id"]] if organisation["kind"] == "governance_centre" else []
        served = [one["area_id"] for one in rows.of("jurisdiction", "organisation_id", organisation["id"], county)]
    return Membership(
        row["id"], county, row["role"], organisation["id"], organisation["kind"],
        _areas(rows, below, county), _areas(rows, served, county), row["valid_until"],
    )  # fmt: skip


def _areas(rows: Rows, keys: list[object], county: int) -> tuple[Area, ...]:
    found = []
    for area in (rows.one("organisation", key) for key in keys):  # type: ignore[arg-type]
        assert area is not None
        match area["kind"]:
            case "city" | "province":
                found.append(Area(AreaLevel.CITY, area["id"], _cells_below(rows, county)))
            case "county":
                found.append(Area(AreaLevel.COUNTY, area["id"], (county,)))
            case "town" | "community" | "grid" as level:
                found.append(Area(AreaLevel(level), area["id"]))
    return tuple(found)


def _cells_below(rows: Rows, county: int) -> tuple[int, ...]:
    below = [row["id"] for row in rows.all("county") if row["parent_id"] == county]
    return tuple(sorted({county, *(number for one in below for number in _cells_below(rows, one))}))
