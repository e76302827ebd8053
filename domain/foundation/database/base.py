"""What every table shares: constraint names, the county column, and keys that carry it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer, MetaData
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID as PGUUID
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

# Named constraints: an error or a migration can say which invariant it means.
NAMING = {
    "ix": "ix_%(table_name)s__%(column_0_N_name)s",
    "uq": "uq_%(table_name)s__%(column_0_N_name)s",
    "ck": "ck_%(table_name)s__%(constraint_name)s",
    "fk": "fk_%(table_name)s__%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A table's place when the database is spread over machines (Citus), kept in Table.info["placement"]. A table whose rows are
# only ever added says `TENANT | APPENDED_ONLY`: its migration grants no change, and seals it.
TENANT: dict[str, object] = {"placement": "tenant"}  # distributed by county_id, under row-level security
REFERENCE = {"placement": "reference"}  # copied to every machine; the same for every county
APPENDED_ONLY = {"appended_only": True}
CONTROL = {"placement": "control"}  # sign-in data, read by its own database role alone


class Base(DeclarativeBase):
    """Declarative base of every table. Relationships are never declared lazily loadable: commands load what they need."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {}


def county_key() -> MappedColumn[int]:
    """The county column of a tenant-owned table: isolation line and distribution key, first in its primary key."""
    return mapped_column(Integer, ForeignKey("county.id"), primary_key=True, autoincrement=False)


def id_key() -> MappedColumn[UUID]:
    """The second half of a tenant-owned table's primary key: a UUIDv7, made by the application."""
    return mapped_column(PGUUID(as_uuid=True), primary_key=True)


def instant(*, nullable: bool = False) -> MappedColumn[Any]:
    """A point in time, stored with its zone; the API shows it in China Standard Time."""
    return mapped_column(TIMESTAMP(timezone=True), nullable=nullable)


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key to another row of the same county: (county_id, column) -> table(county_id, id)."""
    return ForeignKeyConstraint(["county_id", column], [f"{table}.county_id", f"{table}.id"])


def one_of(column: str, values: Iterable[str]) -> str:
    """The text of a CHECK that keeps a column to a closed set."""
    return column + " IN (" + ", ".join(f"'{value}'" for value in values) + ")"
