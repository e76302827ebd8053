"""What can be read of supervision and of risk reports: seen exactly when the case is; by whom, with its history.

What is demanded and answered is between the centre and the handler: it may name people, and what one side said.
"""

from __future__ import annotations

from domain.kernel.ids import parse_global_id
from domain.reading.expressions import column, enum, identifier, label, part_of, refers_to
from domain.reading.view import Field, Filter, Many, One, Ordering, Owner, View

HISTORY, SUPERVISION_TEXTS = "history", "supervision"

OF_CASE = Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id")
CASE = One("case", refers_to("case_id"))


def answer_due(t: str) -> str:
    """When the answer is due: what its deadline says, which the calendar moves."""
    return (
        f"(SELECT d.due_at FROM deadline d WHERE d.county_id = {t}.county_id AND d.case_id = {t}.case_id"
        f" AND d.subject_id = {t}.id)"
    )


SUPERVISION = View(
    name="supervision",
    table="supervision",
    owner=OF_CASE,
    prefix="supervision",
    members={
        "id": identifier("supervision"),
        "case": CASE,
        "cause": enum("cause"),
        "cause_label": label("supervision_cause", "cause"),
        "level": enum("level"),
        "level_label": label("deadline_step", "level"),
        "deadline": One("deadline", refers_to("deadline_id")),
        "opened_at": column("opened_at"),
        "answer_due_at": Field(answer_due),
        "answered_at": column("answered_at"),
        "closed_at": column("closed_at"),
        "demand": column("demand", SUPERVISION_TEXTS),
        "opened_by": One("user", refers_to("opened_by"), HISTORY),
        "answer": column("answer", SUPERVISION_TEXTS),
        "answered_by": One("user", refers_to("answered_by"), HISTORY),
        "evidence": column("evidence", SUPERVISION_TEXTS),
        "closed_by": One("user", refers_to("closed_by"), HISTORY),
    },
    orderings={
        "opened_at": Ordering(lambda t: f"{t}.opened_at", "timestamptz"),
        "id": Ordering(lambda t: f"{t}.id", "uuid"),
    },
    default_order=("opened_at", True),
    filters={
        "causes": Filter(lambda t, v: f"{t}.cause = ANY ({v})", "text[]"),
        "levels": Filter(lambda t, v: f"{t}.level = ANY ({v})", "text[]"),
        "open": Filter(lambda t, v: f"({t}.closed_at IS NULL) = {v}", "boolean"),
        "answered": Filter(lambda t, v: f"({t}.answered_at IS NOT NULL) = {v}", "boolean"),
        "handler_id": Filter(
            lambda t, v: (
                f"EXISTS (SELECT FROM dispute_case c WHERE c.county_id = {t}.county_id AND c.id = {t}.case_id"
                f" AND c.handler_id = {v})"
            ),
            "uuid",
            lambda value: parse_global_id(value, "organisation"),
        ),
    },
)

RISK_REPORT = View(
    name="risk_report",
    table="risk_report",
    owner=OF_CASE,
    members={
        "risk_level": enum("risk_level"),
        "mass_incident": column("mass_incident"),
        "reported_at": column("reported_at"),
        "readings": Many("risk_reading", part_of("report_id"), order="level"),
    },
    orderings={"reported_at": Ordering(lambda t: f"{t}.reported_at", "timestamptz")},
    default_order=("reported_at", False),
)

RISK_READING = View(
    name="risk_reading",
    table="risk_reading",
    owner=OF_CASE,
    key="level",
    key_type="text",
    members={
        "level": enum("level"),
        "level_label": label("leadership_level", "level"),
        "read_at": column("read_at"),
        "read_by": One("user", refers_to("read_by"), HISTORY),
    },
    orderings={"level": Ordering(lambda t: f"{t}.level", "text")},
    default_order=("level", False),
)

VIEWS = (SUPERVISION, RISK_REPORT, RISK_READING)
