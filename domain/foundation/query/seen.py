"""Which parts are seen, as conditions of a statement: the same on every way that leads to them (`Seen`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.foundation.query.rows import Row
    from domain.foundation.query.view import View


def seen_of_whole(row: Row) -> list[str]:
    """Conditions under which a part, whose whole is at hand and seen, is seen; empty for what is no part.

    What was decided around it, as where the field that leads to it is of the same field group, is not asked again.
    """
    if row.view.seen is None:
        return []
    found: list[str] = []
    for group in row.build.catalogue.needed_for(row.view):
        may = may_of_whole(row, group)
        if may is False:
            return ["FALSE"]
        if may is not True:
            found.append(may)
    return [*found, *_seen_of_kind(row)]


def may_of_whole(row: Row, group: str) -> bool | str:
    """Whether the whole of a part opens a field group: by the column beside it, or where there is none written out."""
    whole = row.authority
    may = whole.decide(group) if row.brought is not None else whole.may(group)
    return True if may in row.build.decided else may


def _seen_of_kind(row: Row) -> list[str]:
    """Conditions upon the part itself, and upon the part that it is seen with."""
    seen = row.view.seen
    assert seen is not None
    found: list[str] = []
    if seen.only is not None:
        found.append(f"({seen.only(row.alias)})")
    unless = seen.unless(row.alias)
    if seen.besides is not None and not row.tie.endswith(f" AND {unless}"):
        may = may_of_whole(row, seen.besides)
        if may is not True:
            found.append(f"({unless} OR {may})" if may else f"({unless})")
    if seen.part is not None and not row.through_its_part:
        name, tie = seen.part
        other = row.another_part(row.build.catalogue[name])
        conditions = [*other.conditions_of_policy(), *_seen_of_kind(other)]
        if conditions:
            of_it = " AND ".join([tie(other.alias, row.alias), *conditions])
            found.append(f"EXISTS (SELECT FROM {other.view.table} {other.alias} WHERE {of_it})")
    return found


def leads_from_its_part(view: View, to: View, tie: str) -> bool:
    """Whether a relation leads from a part to those that are seen with it, by just that tie (`a` to `b`)."""
    part = to.seen.part if to.seen is not None else None
    return part is not None and part[0] == view.name and part[1]("a", "b") == tie
