"""What can be read of what left the main road: rests, withdrawals, breaches; by the case's field groups."""

from __future__ import annotations

from domain.cases.off_road_models import NOT_COUNTED
from domain.cases.parts import AGREEMENT, HISTORY, OF_CASE
from domain.reading.expressions import NOW, column, enum, identifier, label, refers_to
from domain.reading.view import Expression, Field, One, Ordering, View

_NOT_COUNTED = ", ".join(f"'{reason}'" for reason in sorted(NOT_COUNTED))


def overdue(t: str) -> str:
    """Past due, or ended past due. While a rest runs whose time does not count, the clock stands still."""
    stands = f"CASE WHEN {t}.pause_reason IN ({_NOT_COUNTED}) THEN {t}.paused_at ELSE {NOW} END"
    return f"coalesce({t}.due_at < coalesce({t}.concluded_at, {stands}), FALSE)"


def breached(t: str) -> str:
    """An obligation was reported as not kept and still has no proof of performance."""
    return (
        "EXISTS (SELECT FROM case_breach b JOIN case_obligation o"
        " ON o.county_id = b.county_id AND o.id = b.obligation_id JOIN case_agreement g"
        " ON g.county_id = o.county_id AND g.id = o.agreement_id"
        f" WHERE b.county_id = {t}.county_id AND b.case_id = {t}.id"
        " AND o.fulfilled_at IS NULL AND g.superseded_at IS NULL)"
    )


def binding_after(returns: int) -> Expression:
    """It was returned so often that the centre's dispatch binds (DSP1), and it has been dispatched."""
    return lambda t: f"({t}.return_count >= {returns} AND {t}.handler_id IS NOT NULL)"


def _by_time(name: str) -> dict[str, Ordering]:
    return {name: Ordering(lambda t: f"{t}.{name}", "timestamptz")}


PAUSE = View(
    name="pause",
    table="case_pause",
    owner=OF_CASE,
    prefix="pause",
    members={
        "id": identifier("pause"),
        "reason": enum("reason", HISTORY),
        "reason_label": label("pause_reason", "reason", HISTORY),
        "paused_at": column("paused_at", HISTORY),
        "paused_by": One("user", refers_to("paused_by"), HISTORY),
        "resumed_at": column("resumed_at", HISTORY),
        "working_days": column("working_days", HISTORY),
        "counts": Field(lambda t: f"({t}.reason NOT IN ({_NOT_COUNTED}))", HISTORY),
    },
    orderings=_by_time("paused_at"),
    default_order=("paused_at", False),
)

WITHDRAWAL = View(
    name="withdrawal",
    table="case_withdrawal",
    owner=OF_CASE,
    prefix="withdrawal",
    members={
        "id": identifier("withdrawal"),
        "party": One("party", refers_to("party_id"), HISTORY),
        "withdrawn_at": column("withdrawn_at", HISTORY),
        "recorded_by": One("user", refers_to("recorded_by"), HISTORY),
    },
    orderings=_by_time("withdrawn_at"),
    default_order=("withdrawn_at", False),
)

BREACH = View(
    name="breach",
    table="case_breach",
    owner=OF_CASE,
    prefix="breach",
    members={
        "id": identifier("breach"),
        "obligation": One("obligation", refers_to("obligation_id"), AGREEMENT),
        "party": One("party", refers_to("party_id"), AGREEMENT),
        "reported_by": One("user", refers_to("reported_by"), AGREEMENT),
        "reported_at": column("reported_at", AGREEMENT),
        "refused": column("refused", AGREEMENT),
        "description": column("description", AGREEMENT),
        "remedy": enum("remedy", AGREEMENT),
        "remedy_label": label("breach_remedy", "remedy", AGREEMENT),
        "enforce_by": column("enforce_by", AGREEMENT),
    },
    orderings=_by_time("reported_at"),
    default_order=("reported_at", False),
)

VIEWS = (PAUSE, WITHDRAWAL, BREACH)
