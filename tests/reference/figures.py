"""How rows of a kind are counted, in total and in groups, in plain Python over rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.reference.conditions import key_in
from tests.reference.rows import Row
from tests.reference.things import Asking, Thing, organisation
from tests.reference.words import CHINA, shown

Dimension = tuple[Callable[[Row], Any], Callable[[Asking, str], str | None]]
"""A row's value as it is shown, None where it has none; and the Chinese word of a value."""


def by_word(column: str, listing: str) -> Dimension:
    """By a closed set."""
    return (
        lambda row: row[column] and str(row[column]).upper(),
        lambda asking, value: asking.label(listing, value.lower()),
    )


def by_organisation(column: str) -> Dimension:
    """By an organisation."""

    def named(asking: Asking, value: str) -> str | None:
        row = asking.rows.one("organisation", key_in(value))
        return None if row is None else str(row["name"])

    return lambda row: row[column] and f"organisation:{row[column]}", named


def by_period(moment: str, form: str) -> Dimension:
    """By the month, or the year, of a moment in China."""
    return lambda row: f"{row[moment].astimezone(CHINA):{form}}", lambda _asking, value: value


BY_PLACE = {level.upper(): by_organisation(f"{level}_id") for level in ("town", "community", "grid")}
PLACES = {"ORGANISATION", *BY_PLACE}
"""Dimensions whose values are organisations."""
FILTERS_OF_PLACES = {"TOWN": "townId", "COMMUNITY": "communityId", "GRID": "gridId"}


@dataclass(frozen=True)
class Figured:
    """A root field that counts the rows that another root field lists.

    `filters`: by dimension the condition that lists a group's rows; those of `PLACES` take one value, all others a list.
    `window`: the conditions of the range in which periods lie. `without`: whether a condition lists what has no value;
    else nothing lists such a group.
    """

    listed: str
    dimensions: Mapping[str, Dimension]
    measures: Callable[[list[Row]], dict[str, Any]]
    filters: Mapping[str, str]
    window: tuple[str, str]
    without: bool = False

    def answer(
        self, asking: Asking, rows: list[Row], group_by: list[str] | None, given: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Counts and rates in total and for each group that has a row; nulls come last."""
        names = list(dict.fromkeys(group_by or ()))
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows if names else ():
            groups.setdefault(tuple(self.dimensions[name][0](row) for name in names), []).append(row)
        listed = []
        for values in sorted(groups, key=lambda found: [(value is None, value or "") for value in found]):
            county = groups[values][0]["county_id"]
            keys = [
                {
                    "dimension": name,
                    "value": value,
                    "label": None if value is None else self.dimensions[name][1](asking, value),
                    "node": _node(asking, value, county) if name in PLACES else None,
                }
                for name, value in zip(names, values, strict=True)
            ]
            key = "/".join(value or "" for value in values)
            listing = self._listing(names, values, given or {})
            listed.append({"key": key, "keys": keys, "filter": listing, **self.measures(groups[values])})
        return {"total": self.measures(rows), "groups": listed}

    def _listing(self, names: list[str], values: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any] | None:
        """The filter that lists a group's rows, its names in the order in which PostgreSQL keeps those of an object."""
        found: dict[str, Any] = {}
        without: list[str] = []
        starts, ends = [], []
        for name, value in zip(names, values, strict=True):
            if value is None:
                without.append(name)
            elif name in self.filters:
                found[self.filters[name]] = value if name in PLACES else [value]
            else:
                start, end = _period(value)
                starts.append(start)
                ends.append(end)
        if starts:
            since, until = self.window
            asked = [datetime.fromisoformat(given[one]) for one in (since,) if given.get(one)]
            found[since] = shown(max([*starts, *asked]))
            asked = [datetime.fromisoformat(given[one]) for one in (until,) if given.get(one)]
            found[until] = shown(min([*ends, *asked]))
        if without:
            if not self.without:
                return None
            found["without"] = sorted({*without, *(given.get("without") or ())})
        return {name: found[name] for name in sorted(found, key=lambda one: (len(one), one))}


def _period(value: str) -> tuple[datetime, datetime]:
    """A month's or a year's start, and that of the next."""
    year, _, month = value.partition("-")
    start = datetime(int(year), int(month or 1), 1, tzinfo=CHINA)
    if not month:
        return start, start.replace(year=start.year + 1)
    return start, start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _node(asking: Asking, value: str | None, county: int) -> Thing | None:
    key = key_in(value or "")
    return None if key is None else organisation(asking, key, county)
