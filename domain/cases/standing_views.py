"""What can be read of who stands where in a case: notes and session records by their own readers, representatives, recusals.

A note is seen by those who see its case and whom policy gives that note (resource `note`); a representative's identity
is open with the case's, and to their own side (resource `party`).
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.reading.expressions import (
    column,
    enum,
    identifier,
    label,
    mask_id_number,
    mask_name,
    mask_phone,
    masked,
    refers_to,
)
from domain.reading.view import Member, One, Ordering, Owner, View

IDENTITY, MASKED, HISTORY, HANDLING = "identity", "masked", "history", "handling"

OF_CASE = Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id")
CASE = One("case", refers_to("case_id"))

READERS: Mapping[str, Member] = {
    "visibility": enum("visibility"),
    "visibility_label": label("note_visibility", "visibility"),
    "side": enum("side"),
    "side_label": label("party_side", "side"),
    "organisation": One("organisation", refers_to("organisation_id")),
}
"""For whom a note or a session's record is: whoever reads it may know with whom they share it."""

NOTE = View(
    name="note",
    table="case_note",
    owner=OF_CASE,
    resource="note",
    prefix="note",
    members={
        "id": identifier("note"),
        "case": CASE,
        **READERS,
        "content": column("content"),
        "recorded_by": One("user", refers_to("recorded_by")),
        "recorded_at": column("recorded_at"),
    },
    orderings={"recorded_at": Ordering(lambda t: f"{t}.recorded_at", "timestamptz")},
    default_order=("recorded_at", False),
)

SESSION = View(
    name="session",
    table="case_session",
    owner=OF_CASE,
    resource="note",
    prefix="session",
    members={
        "id": identifier("session"),
        "case": CASE,
        **READERS,
        "ordinal": column("ordinal"),
        "form": enum("form"),
        "form_label": label("session_form", "form"),
        "held_at": column("held_at"),
        "place": column("place"),
        "attendees": column("attendees"),
        "record": column("record"),
        "recorded_by": One("user", refers_to("recorded_by")),
        "recorded_at": column("recorded_at"),
    },
    orderings={"ordinal": Ordering(lambda t: f"{t}.ordinal", "int")},
    default_order=("ordinal", False),
)

REPRESENTATIVE = View(
    name="representative",
    table="case_representative",
    owner=OF_CASE,
    resource="party",
    own_groups=frozenset({IDENTITY}),
    prefix="representative",
    members={
        "id": identifier("representative"),
        "case": CASE,
        "party": One("party", refers_to("party_id")),
        "side": enum("side"),
        "side_label": label("party_side", "side"),
        "kind": enum("kind"),
        "kind_label": label("representative_kind", "kind"),
        "name": masked("name", IDENTITY, mask_name, MASKED),
        "id_number": masked("id_number", IDENTITY, mask_id_number, MASKED),
        "phone": masked("phone", IDENTITY, mask_phone, MASKED),
        "authority": column("authority", IDENTITY),
        "valid_from": column("valid_from"),
        "valid_until": column("valid_until"),
        "consent_at": column("consent_at", IDENTITY),
        "ward_consent_at": column("ward_consent_at", IDENTITY),
    },
    orderings={"valid_from": Ordering(lambda t: f"{t}.valid_from", "timestamptz")},
    default_order=("valid_from", False),
)

RECUSAL = View(
    name="recusal",
    table="case_recusal",
    owner=OF_CASE,
    prefix="recusal",
    members={
        "id": identifier("recusal"),
        "case": CASE,
        "mediator": One("user", refers_to("mediator_id"), HISTORY),
        "party": One("party", refers_to("party_id"), HISTORY),
        "relation": enum("relation", HISTORY),
        "relation_label": label("recusal_relation", "relation", HISTORY),
        "reason": column("reason", HANDLING),
        "declared_by": One("user", refers_to("declared_by"), HISTORY),
        "declared_at": column("declared_at", HISTORY),
        "applicant_consent_at": column("applicant_consent_at", HISTORY),
        "respondent_consent_at": column("respondent_consent_at", HISTORY),
        "dismissed_at": column("dismissed_at", HISTORY),
        "dismissed_by": One("user", refers_to("dismissed_by"), HISTORY),
    },
    orderings={"declared_at": Ordering(lambda t: f"{t}.declared_at", "timestamptz")},
    default_order=("declared_at", False),
)

VIEWS = (NOTE, SESSION, REPRESENTATIVE, RECUSAL)
