"""What access to the directory depends on: organisations by their place, people by whom they serve."""

from __future__ import annotations

from domain.foundation.basics.resource import (
    CORE,
    PLACE,
    READ,
    RelatedRows,
    ResourceDeclaration,
    same_name,
)
from domain.tenancy.api_keys import MANAGE
from domain.tenancy.models import Membership, Organisation, User

_DIRECTORY = {READ: frozenset({CORE, "contact"})}

ORGANISATION = ResourceDeclaration(
    name="organisation",
    table=Organisation,
    actions={**_DIRECTORY, MANAGE: frozenset({CORE})},
    columns={"organisation_id": "id", **PLACE},
    changing=False,
)

USER = ResourceDeclaration(
    name="user",
    table=User,
    actions=_DIRECTORY,
    columns={"user_id": "id", **same_name("staff")},
    related=(RelatedRows("members", Membership, "user_id", ("organisation_id", "role")),),
)

RESOURCES = (ORGANISATION, USER)
