"""Figures over cases: what is counted, by what, and the roll-up in which the counts are kept."""

from __future__ import annotations

from collections.abc import Callable

from domain.codes.enums import CaseSource, CaseStatus, RiskLevel
from domain.disputes.cases.told import INTERNAL
from domain.foundation.query.counting import CHINA, by_code, by_month, by_organisation, by_place, by_year
from domain.foundation.query.lists import (
    Breakdown,
    CellForm,
    Dimension,
    Measure,
    Rollup,
)
from domain.foundation.query.members import Expression
from domain.foundation.query.view import by_name

WINDOW = ("registered_from", "registered_until")


def day_in(form: str) -> Expression:
    """The month or year of the day that a cell or a change has, as 2026-01 or 2026."""
    return lambda t: f"to_char({t}.starts_on::timestamp, '{form}')"


def type_group(t: str) -> str:
    """The group that a type belongs to: its first two digits."""
    return f"left({t}.type_code, 2)"


TYPE_LABEL: Callable[[str], str] = lambda v: f"(SELECT d.label FROM dispute_type d WHERE d.code = {v})"  # noqa: E731

DIMENSIONS = by_name(
    by_code("status", CaseStatus, "By status 状态"),
    by_code("source", CaseSource, "By what brought it in 来源"),
    by_code("risk_level", RiskLevel, "By risk level 风险等级", "without", INTERNAL),
    Dimension(
        name="type",
        description="By type of dispute 纠纷类型",
        value=lambda t: f"{t}.type_code",
        label=TYPE_LABEL,
        filter="type_codes",
    ),
    Dimension(
        name="type_group",
        description="By group of types 纠纷大类",
        value=type_group,
        label=TYPE_LABEL,
        filter="type_group",
    ),
    by_organisation("organisation", "By the centre that answers for it 受理中心"),
    *by_place("without"),
    by_month("registered_at", "By month of registration 登记月份", WINDOW),
    by_year("registered_at", "By year of registration 登记年份", WINDOW),
)

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

MEASURES = by_name(
    Measure(name="brought_in", description="Cases registered 导入数", of="cases"),
    Measure(name="settled", description="Cases settled 调处成功数", of="settled"),
    Measure(name="settlement_rate", description="Settled of brought in, 0 to 1 调解成功率", of="settled", per="cases"),
    Measure(name="reopened", description="Cases reopened 重启数", of="reopened"),
    Measure(name="returned", description="Cases returned by a handler 退回数", of="returned"),
    Measure(name="declined", description="Cases declined 不予受理数", of="declined"),
    Measure(name="concluded", description="Mediations ended 调解终结数", of="concluded"),
    Measure(
        name="on_time_rate",
        description="Ended by their due date, of those ended that had one, 0 to 1 按期率",
        of="on_time",
        per="timed",
    ),
)

DAILY, COARSE, MONTHLY = ("day", "ten_days", "month"), ("ten_days", "month"), ("month",)


def breakdown(name: str, periods: tuple[str, ...], *columns: str) -> Breakdown:
    """Cells that the database keeps under this name; the migration that made them says the same."""
    return Breakdown(name, frozenset(columns), periods)


def same(*columns: str) -> tuple[CellForm, ...]:
    """A cell answers as a row does, where it has these columns."""
    return (CellForm(frozenset(columns)),)


def by_day(form: str) -> tuple[CellForm, ...]:
    """A cell, or a change, answers by its day."""
    return (CellForm(frozenset({"starts_on"}), day_in(form)),)


# A cell has either the group itself, or the types of which it is made.
_TYPE_GROUP = frozenset({"type_group"})

_SPECIAL = ("public_security", "minor_involved", "family_or_minor")

ROLLUP = Rollup(
    cells="case_figure_cell",
    changes="case_figure_change",
    moment="registered_at",
    zone=CHINA,
    window=WINDOW,
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
    alike=frozenset({
        "town_id", "community_id", "grid_id", "organisation_id", "handler_id", "court_id", *_SPECIAL,
        "status", "type_code", "risk_level", "source",
    }),
    dimensions={
        "status": same("status"),
        "source": same("source"),
        "risk_level": same("risk_level"),
        "type": same("type_code"),
        "type_group": (CellForm(_TYPE_GROUP, lambda t: f"{t}.type_group"), *same("type_code")),
        "organisation": same("organisation_id"),
        "town": same("town_id"),
        "community": same("community_id"),
        "grid": same("grid_id"),
        "month": by_day("YYYY-MM"),
        "year": by_day("YYYY"),
    },
    filters={
        "status": same("status"),
        "source": same("source"),
        "risk_level": same("risk_level"),
        "type_codes": same("type_code"),
        "type_group": (CellForm(_TYPE_GROUP, lambda t, v: f"{t}.type_group = ANY ({v})"), *same("type_code")),
        "organisation_id": same("organisation_id"),
        "handler_id": same("handler_id"),
        "court_id": same("court_id"),
        "town_id": same("town_id"),
        "community_id": same("community_id"),
        "grid_id": same("grid_id"),
        "place_id": same("town_id", "community_id", "grid_id"),
        "open": same("status"),
    },
)  # fmt: skip
