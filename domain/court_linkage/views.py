"""What can be read of a court's entrustment: open to whom the case's history is, the court and the entrusted alike."""

from __future__ import annotations

from domain.reading.expressions import column, enum, identifier, label, refers_to
from domain.reading.view import Field, One, Ordering, Owner, View

HISTORY = "history"
OF_CASE = Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id")

ENTRUSTMENT = View(
    name="court_entrustment",
    table="court_entrustment",
    owner=OF_CASE,
    prefix="entrustment",
    members={
        "id": identifier("entrustment"),
        "case": One("case", refers_to("case_id")),
        "court": One("organisation", refers_to("court_id"), HISTORY),
        "organisation": One("organisation", refers_to("organisation_id"), HISTORY),
        "reference_number": column("reference_number", HISTORY),
        "status": enum("status", HISTORY),
        "status_label": label("entrustment_status", "status", HISTORY),
        "entrusted_at": column("entrusted_at", HISTORY),
        "entrusted_by": One("user", refers_to("entrusted_by"), HISTORY),
        "accept_by": column("accept_by", HISTORY),
        "accepted_at": column("accepted_at", HISTORY),
        # As extended by consent, or stopped for an appraisal: the case's own due date moves, whatever was counted first.
        "mediate_by": Field(
            lambda t: (
                f"CASE WHEN {t}.status = 'accepted' THEN coalesce((SELECT (c.due_at AT TIME ZONE 'Asia/Shanghai')::date"
                f" FROM dispute_case c WHERE c.county_id = {t}.county_id AND c.id = {t}.case_id), {t}.mediate_by) ELSE {t}.mediate_by END"
            ),
            HISTORY,
        ),
        "returned_at": column("returned_at", HISTORY),
        "return_reason": enum("return_reason", HISTORY),
        "return_reason_label": label("entrustment_return", "return_reason", HISTORY),
    },
    orderings={"entrusted_at": Ordering(lambda t: f"{t}.entrusted_at", "timestamptz")},
    default_order=("entrusted_at", True),
)

VIEWS = (ENTRUSTMENT,)
