"""What can be read of joint handling: part of its case; its texts are for those who handle the case together.

Neither a party nor a court before which the case comes reads what officials write to each other of it (CRT3); who is
called reads what for.
"""

from __future__ import annotations

from domain.cases.parts import OF_CASE
from domain.reading.expressions import NOW, column, enum, identifier, label, refers_to
from domain.reading.view import Field, Many, One, Ordering, View

MATTER, COORDINATION, HISTORY = "call", "coordination", "history"

JOINT_CALL = View(
    name="joint_call",
    table="joint_call",
    owner=OF_CASE,
    prefix="call",
    members={
        "id": identifier("call"),
        "case": One("case", refers_to("case_id")),
        "organisation": One("organisation", refers_to("organisation_id")),
        "called_by": One("user", refers_to("called_by"), HISTORY),
        "matter": column("matter", MATTER),
        "called_at": column("called_at"),
        "respond_by": column("respond_by"),
        "concluded_at": column("concluded_at"),
        "session_held_at": column("session_held_at"),
        "conclusion": column("conclusion", COORDINATION),
        "respondents": Many(
            "joint_respondent",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.call_id = {t}.id",
            order="id",
        ),
    },
    orderings={"called_at": Ordering(lambda t: f"{t}.called_at", "timestamptz")},
    default_order=("called_at", False),
)

JOINT_RESPONDENT = View(
    name="joint_respondent",
    table="joint_respondent",
    owner=OF_CASE,
    members={
        "organisation": One("organisation", refers_to("organisation_id")),
        "status": enum("status"),
        "status_label": label("respondent_status", "status"),
        "responded_at": column("responded_at"),
        "responded_by": One("user", refers_to("responded_by"), HISTORY),
        "reason": column("reason", COORDINATION),
        # Still owed after its time: silence, which supervision answers.
        "silent": Field(
            lambda t: (
                f"({t}.status = 'asked' AND EXISTS (SELECT FROM joint_call c WHERE c.county_id = {t}.county_id"
                f" AND c.id = {t}.call_id AND c.concluded_at IS NULL AND c.respond_by < {NOW}))"
            )
        ),
    },
    orderings={"id": Ordering(lambda t: f"{t}.id", "uuid")},
)

VIEWS = (JOINT_CALL, JOINT_RESPONDENT)
