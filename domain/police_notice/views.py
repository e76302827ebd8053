"""What can be read of notices to the police: part of the case's history, and so read by its parties too."""

from __future__ import annotations

from domain.cases.parts import OF_CASE
from domain.reading.expressions import column, identifier, refers_to
from domain.reading.view import Many, One, Ordering, View

HISTORY, NARRATIVE = "history", "narrative"

POLICE_NOTICE = View(
    name="police_notice",
    table="police_notice",
    owner=OF_CASE,
    prefix="policenotice",
    members={
        "id": identifier("policenotice"),
        "sender": One("organisation", refers_to("sender_id"), HISTORY),
        "recipient": One("organisation", refers_to("recipient_id"), HISTORY),
        "statement": column("statement", NARRATIVE),
        "applications": Many(
            "police_notice_application",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.notice_id = {t}.id",
            order="applied_at",
            group=HISTORY,
        ),
        "sent_at": column("sent_at", HISTORY),
        "sent_by": One("user", refers_to("sent_by"), HISTORY),
        "answered_at": column("answered_at", HISTORY),
        "answered_by": One("user", refers_to("answered_by"), HISTORY),
        "recognised": column("recognised", HISTORY),
        "reason": column("reason", NARRATIVE),
    },
    orderings={"sent_at": Ordering(lambda t: f"{t}.sent_at", "timestamptz")},
    default_order=("sent_at", False),
)

APPLICATION = View(
    name="police_notice_application",
    table="police_notice_application",
    owner=OF_CASE,
    members={
        "party": One("party", refers_to("party_id"), HISTORY),
        "applied_at": column("applied_at", HISTORY),
        "recorded_by": One("user", refers_to("recorded_by"), HISTORY),
    },
    orderings={"applied_at": Ordering(lambda t: f"{t}.applied_at", "timestamptz")},
    default_order=("applied_at", False),
)

VIEWS = (POLICE_NOTICE, APPLICATION)
