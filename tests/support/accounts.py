"""Accounts of a test's own in Haiyan: residents who are parties, people who hold two offices. Everybody is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.foundation.basics.ids import global_id, new_id
from tests.support.rows import execute, value

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

COUNTY = 440781


async def an_account(urls: DatabaseUrls, username: str, *offices: tuple[str, str], county: int = COUNTY) -> str:
    """Write a user with a sign-in and a membership (role, organisation's name) for each; returns the global id."""
    user = new_id()
    await execute(
        urls,
        "INSERT INTO app_user (county_id, id, display_name, sample, active) VALUES ($1, $2, '试验人员（虚构）', true, true)",
        county,
        user,
    )
    await execute(
        urls,
        "INSERT INTO credential (username, county_id, user_id, password_hash) VALUES ($1, $2, $3, 'none')",
        username,
        county,
        user,
    )
    for role, name in offices:
        organisation = await value(urls, "SELECT id FROM organisation WHERE county_id = $1 AND name = $2", county, name)
        await execute(
            urls,
            "INSERT INTO membership (county_id, id, user_id, organisation_id, role, valid_from)"
            " VALUES ($1, $2, $3, $4, $5, '2020-01-01')",
            county,
            new_id(),
            user,
            organisation,
            role,
        )
    return global_id("user", user)


async def a_resident(urls: DatabaseUrls, username: str) -> str:
    """A resident's account."""
    return await an_account(urls, username, ("resident", "海宴圩社区"))
