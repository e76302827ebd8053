"""What can be read of protection: part of the case. Who reported is nowhere to be read."""

from __future__ import annotations

from domain.cases.parts import OF_CASE
from domain.deadlines.schedule import PROTECTION_ORDER, PROTECTION_ORDER_URGENT
from domain.reading.expressions import column, enum, identifier, label, refers_to
from domain.reading.view import Field, One, Ordering, View

IDENTITY, CLUE = "identity", "clue"

REPORT_DUTY = View(
    name="report_duty",
    table="report_duty",
    owner=OF_CASE,
    prefix="duty",
    members={
        "id": identifier("duty"),
        "recipient": enum("recipient", IDENTITY),
        "recipient_label": label("duty_recipient", "recipient", IDENTITY),
        "rule": column("rule", IDENTITY),
        "opened_at": column("opened_at", IDENTITY),
        "fulfilled_at": column("fulfilled_at", IDENTITY),
    },
    orderings={"opened_at": Ordering(lambda t: f"{t}.opened_at", "timestamptz")},
    default_order=("opened_at", False),
)

PROTECTION_MEASURE = View(
    name="protection_measure",
    table="protection_measure",
    owner=OF_CASE,
    prefix="measure",
    members={
        "id": identifier("measure"),
        "kind": enum("kind", IDENTITY),
        "kind_label": label("measure_kind", "kind", IDENTITY),
        "organisation": One("organisation", refers_to("organisation_id"), IDENTITY),
        "number": column("number", IDENTITY),
        "taken_at": column("taken_at", IDENTITY),
        "urgent": column("urgent", IDENTITY),
        "valid_until": column("valid_until", IDENTITY),
        # The clock itself is kept out of the case's list of deadlines, which more people read.
        "decide_by": Field(
            lambda t: (
                f"CASE WHEN {t}.kind = 'order_applied' THEN {t}.taken_at + make_interval(hours =>"
                f" CASE WHEN {t}.urgent THEN {PROTECTION_ORDER_URGENT.hours} ELSE {PROTECTION_ORDER.hours} END) END"
            ),
            IDENTITY,
        ),
    },
    orderings={"taken_at": Ordering(lambda t: f"{t}.taken_at", "timestamptz")},
    default_order=("taken_at", False),
)

CLUE_NOTICE = View(
    name="clue_notice",
    table="clue_notice",
    owner=OF_CASE,
    prefix="clue",
    members={
        "id": identifier("clue"),
        "sender": One("organisation", refers_to("sender_id"), CLUE),
        "recipient": One("organisation", refers_to("recipient_id"), CLUE),
        "clue": column("clue", CLUE),
        "sent_at": column("sent_at", CLUE),
        "acknowledged_at": column("acknowledged_at", CLUE),
    },
    orderings={"sent_at": Ordering(lambda t: f"{t}.sent_at", "timestamptz")},
    default_order=("sent_at", False),
)

VIEWS = (REPORT_DUTY, PROTECTION_MEASURE, CLUE_NOTICE)
