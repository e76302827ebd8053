"""Figures over cases: what is counted, by what, and the roll-up in which the counts are kept."""

from __future__ import annotations

from collections.abc import Callable

from domain.reading.expressions import label_of
from domain.reading.view import Breakdown, Dimension, Expression, Measure, Rollup

CHINA = "Asia/Shanghai"


def organisation_name(value: str) -> str:
    """SQL for the name of the organisation whose id a dimension shows as text."""
    return f"(SELECT o.name FROM organisation o WHERE o.id = ({value})::uuid)"


def by_code(name: str, listing: str) -> Dimension:
    """Cases by the value of a closed set."""
    return Dimension(lambda t: f"upper({t}.{name})", lambda v: label_of(listing, f"lower({v})"))


def by_organisation(name: str) -> Dimension:
    """Cases by an organisation that a column names."""
    return Dimension(lambda t: f"{t}.{name}::text", organisation_name)


def as_is(value: str) -> str:
    """A dimension whose values speak for themselves."""
    return value


def registered_in(form: str) -> Expression:
    """The month or year of registration by China's calendar, as 2026-01 or 2026."""
    return lambda t: f"to_char({t}.registered_at AT TIME ZONE '{CHINA}', '{form}')"


def day_in(form: str) -> Expression:
    """The same of the day that a cell or a change has."""
    return lambda t: f"to_char({t}.starts_on::timestamp, '{form}')"


def type_group(t: str) -> str:
    """The group that a type belongs to: its first two digits."""
    return f"left({t}.type_code, 2)"


TYPE_LABEL: Callable[[str], str] = lambda v: f"(SELECT d.label FROM dispute_type d WHERE d.code = {v})"  # noqa: E731

DIMENSIONS = {
    "status": by_code("status", "case_status"),
    "source": by_code("source", "case_source"),
    "risk_level": by_code("risk_level", "risk_level"),
    "type": Dimension(lambda t: f"{t}.type_code", TYPE_LABEL),
    "type_group": Dimension(type_group, TYPE_LABEL),
    "organisation": by_organisation("organisation_id"),
    "town": by_organisation("town_id"),
    "community": by_organisation("community_id"),
    "month": Dimension(registered_in("YYYY-MM"), as_is),
    "year": Dimension(registered_in("YYYY"), as_is),
}

COUNTS: dict[str, Expression] = {
    "cases": lambda _t: "TRUE",
    "settled": lambda t: f"{t}.settled_at IS NOT NULL",
    "reopened": lambda t: f"{t}.reopen_count > 0",
    "returned": lambda t: f"{t}.return_count > 0",
    "declined": lambda t: f"{t}.declined_at IS NOT NULL",
    "concluded": lambda t: f"{t}.concluded_at IS NOT NULL",
    "timed": lambda t: f"{t}.concluded_at IS NOT NULL AND {t}.due_at IS NOT NULL",
    "on_time": lambda t: f"{t}.concluded_at <= {t}.due_at",
}

MEASURES = {
    "brought_in": Measure("cases"),
    "settled": Measure("settled"),
    "settlement_rate": Measure("settled", per="cases"),
    "reopened": Measure("reopened"),
    "returned": Measure("returned"),
    "declined": Measure("declined"),
    "concluded": Measure("concluded"),
    "on_time_rate": Measure("on_time", per="timed"),
}

DAILY, COARSE, MONTHLY = ("day", "ten_days", "month"), ("ten_days", "month"), ("month",)


def breakdown(name: str, periods: tuple[str, ...], *columns: str) -> Breakdown:
    """Cells that the database keeps under this name; the migration that made them says the same."""
    return Breakdown(name, frozenset(columns), periods)


_SPECIAL = ("public_security", "minor_involved", "family_or_minor")

ROLLUP = Rollup(
    cells="case_figure_cell",
    changes="case_figure_change",
    moment="registered_at",
    zone=CHINA,
    window=("registered_from", "registered_until"),
    breakdowns=(
        breakdown("status", DAILY, "town_id", "organisation_id", "status"),
        breakdown("type", DAILY, "town_id", "organisation_id", "type_group"),
        breakdown("risk", COARSE, "town_id", "organisation_id", "risk_level"),
        breakdown("source", COARSE, "town_id", "organisation_id", "source"),
        breakdown("work_status", COARSE, "town_id", "handler_id", "court_id", *_SPECIAL, "status"),
        breakdown("work_type", COARSE, "town_id", "handler_id", "court_id", *_SPECIAL, "type_group"),
        breakdown("place_status", MONTHLY, "town_id", "community_id", "grid_id", "status"),
        breakdown("place_type", MONTHLY, "town_id", "community_id", "type_code"),
    ),
    by_day=((registered_in("YYYY-MM"), day_in("YYYY-MM")), (registered_in("YYYY"), day_in("YYYY"))),
    derived={"type_group": type_group},
)
