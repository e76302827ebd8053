"""What can be read of who stands where in a case, and of what left the main road: field by field, with its group."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.reference.case_fields import LISTS, camel, of_case
from tests.reference.paging import Order, page
from tests.reference.rows import Row
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    case,
    column,
    global_id,
    may,
    organisation_at,
    part_at,
    protected,
    the_case,
    user_at,
    within,
    word,
    word_label,
)
from tests.reference.words import masked_id_number, masked_name, masked_phone

Args = dict[str, Any]
HISTORY, IDENTITY, AGREED = "history", "identity", "agreement"

PARTY_LISTS: dict[str, Order] = {
    "representatives": LISTS["representatives"][2],
    "otherCases": Order("registered_at", lambda row: row["registered_at"], datetime, descending=True),
}


def columns(group: str, *names: str) -> dict[str, Resolver]:
    """Columns of one group, by the schema's names."""
    return {camel(name): column(name, group) for name in names}


def coded(name: str, listing: str, group: str = "core") -> dict[str, Resolver]:
    """A closed set's value and its word."""
    return {camel(name): word(name, group), camel(name) + "Label": word_label(listing, name, group)}


def party_at(name: str, group: str = "core") -> Resolver:
    """A party of the same case."""
    return part_at("Party", "case_party", name, group)


def _representatives(thing: Thing, asking: Asking, args: Args) -> Any:
    found = asking.rows.of("case_representative", "party_id", thing.row["id"], thing.row["county_id"])
    things = [Thing("Representative", row, thing.whole) for row in found]
    return page(things, args, PARTY_LISTS["representatives"], UUID)


def _consented_by(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    found = asking.rows.of("case_representative", "party_id", thing.row["id"], thing.row["county_id"])
    given = [row for row in found if row["ward_consent_at"] is not None]
    first = min(given, key=lambda row: (row["ward_consent_at"], row["id"]), default=None)
    return None if first is None else Thing("Representative", first, thing.whole)


def _other_cases(thing: Thing, asking: Asking, args: Args) -> Any:
    """Where the same number is a party, as far as the caller reads identities there."""
    number, county = thing.row["id_number"], thing.row["county_id"]
    same = [] if number is None else asking.rows.of("case_party", "id_number", number, county)
    others = {row["case_id"] for row in same} - {thing.row["case_id"]}
    seen = [
        one for one in (case(asking, key, county) for key in others) if one is not None and may(one, asking, IDENTITY)
    ]
    return page(seen, args, PARTY_LISTS["otherCases"], UUID)


PARTY: dict[str, Resolver] = {
    "representatives": _representatives,
    "consentedBy": within(IDENTITY, _consented_by),
    "otherCases": within(IDENTITY, _other_cases),
}

_READERS = {
    **coded("visibility", "note_visibility"),
    **coded("side", "party_side"),
    "organisation": organisation_at("organisation_id"),
}


def breached(asking: Asking, case_row: Row) -> bool:
    """An obligation of the agreement in force was reported as not kept, and is still not proved performed."""
    rows, county = asking.rows, case_row["county_id"]
    for report in of_case(asking, "case_breach", case_row):
        owed = rows.one("case_obligation", report["obligation_id"], county)
        agreement = None if owed is None else rows.one("case_agreement", owed["agreement_id"], county)
        if owed and agreement and owed["fulfilled_at"] is None and agreement["superseded_at"] is None:
            return True
    return False


STANDING_OF_CASE: dict[str, Resolver] = {
    "dispatchBinding": lambda thing, _asking, _args: (
        thing.row["return_count"] >= 2 and thing.row["handler_id"] is not None
    ),
    "paused": lambda thing, _asking, _args: thing.row["paused_at"] is not None,
    **coded("pause_reason", "pause_reason"),
    "referralConsentAt": column("referral_consent_at", HISTORY),
    "breached": within(AGREED, lambda thing, asking, _args: breached(asking, thing.row)),
}

STANDING_FIELDS: dict[str, dict[str, Resolver]] = {
    "Note": {
        "id": global_id("note"),
        "case": the_case,
        **_READERS,
        "recordedBy": user_at("recorded_by", "core"),
        **columns("core", "content", "recorded_at"),
    },
    "Session": {
        "id": global_id("session"),
        "case": the_case,
        **_READERS,
        **coded("form", "session_form"),
        "recordedBy": user_at("recorded_by", "core"),
        "ordinal": column("ordinal", "internal"),
        **columns("core", "held_at", "place", "attendees", "record", "recorded_at"),
    },
    "Representative": {
        "id": global_id("representative"),
        "case": the_case,
        "party": party_at("party_id"),
        **coded("side", "party_side"),
        **coded("kind", "representative_kind"),
        "name": protected("name", masked_name),
        "idNumber": protected("id_number", masked_id_number),
        "phone": protected("phone", masked_phone),
        **columns("core", "valid_from", "valid_until"),
        **columns(IDENTITY, "authority", "consent_at", "ward_consent_at"),
    },
    "Recusal": {
        "id": global_id("recusal"),
        "case": the_case,
        "mediator": user_at("mediator_id", HISTORY),
        "party": party_at("party_id", HISTORY),
        **coded("relation", "recusal_relation", HISTORY),
        "reason": column("reason", "handling"),
        "declaredBy": user_at("declared_by", HISTORY),
        "dismissedBy": user_at("dismissed_by", HISTORY),
        **columns(HISTORY, "declared_at", "applicant_consent_at", "respondent_consent_at", "dismissed_at"),
    },
    "Pause": {
        "id": global_id("pause"),
        **coded("reason", "pause_reason", HISTORY),
        "pausedBy": user_at("paused_by", HISTORY),
        **columns(HISTORY, "paused_at", "resumed_at", "working_days"),
        "counts": within(HISTORY, lambda thing, _asking, _args: thing.row["reason"] != "appraisal"),
    },
    "Withdrawal": {
        "id": global_id("withdrawal"),
        "party": party_at("party_id", HISTORY),
        "recordedBy": user_at("recorded_by", HISTORY),
        "withdrawnAt": column("withdrawn_at", HISTORY),
    },
    "Breach": {
        "id": global_id("breach"),
        "obligation": part_at("Obligation", "case_obligation", "obligation_id", AGREED),
        "party": party_at("party_id", AGREED),
        "reportedBy": user_at("reported_by", AGREED),
        **columns(AGREED, "reported_at", "refused", "description", "enforce_by"),
        **coded("remedy", "breach_remedy", AGREED),
    },
}
