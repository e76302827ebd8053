"""What can be read of judicial confirmation: part of its case, and open to whom the case's agreement is."""

from __future__ import annotations

from domain.reading.expressions import column, enum, identifier, label, refers_to
from domain.reading.view import One, Ordering, Owner, View

AGREEMENT = "agreement"

JUDICIAL_CONFIRMATION = View(
    name="judicial_confirmation",
    table="judicial_confirmation",
    owner=Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id"),
    prefix="confirmation",
    members={
        "id": identifier("confirmation"),
        "status": enum("status", AGREEMENT),
        "status_label": label("confirmation_status", "status", AGREEMENT),
        "court": One("organisation", refers_to("court_id"), AGREEMENT),
        "number": column("number", AGREEMENT),
        "applied_at": column("applied_at", AGREEMENT),
        "apply_by": column("apply_by", AGREEMENT),
        "decided_at": column("decided_at", AGREEMENT),
        "ground": enum("ground", AGREEMENT),
        "ruled_at": column("ruled_at", AGREEMENT),
        "enforce_by": column("enforce_by", AGREEMENT),
        "case": One("case", refers_to("case_id")),
    },
    orderings={"applied_at": Ordering(lambda t: f"{t}.applied_at", "timestamptz")},
    default_order=("applied_at", True),
)

VIEWS = (JUDICIAL_CONFIRMATION,)
