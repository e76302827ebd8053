"""What can be read of the rows that are part of a case: seen exactly when the case is, by the case's field groups."""

from __future__ import annotations

from domain.cases.dismissed import AT_WORK_THOUGH_DISMISSED
from domain.cases.missing_signatures import MissingSignature, missing, missing_facts
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
from domain.reading.view import Computed, Field, Many, One, Ordering, Owner, View

IDENTITY, MASKED, ADDRESS, NOTES = "identity", "masked", "address", "notes"
HISTORY, AGREEMENT, MONEY = "history", "agreement", "money"

OF_CASE = Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id")
IN_ORDER = {"ordinal": Ordering(lambda t: f"{t}.ordinal", "int")}
BY_TERM = {"valid_from": Ordering(lambda t: f"{t}.valid_from", "timestamptz")}
CASE = One("case", refers_to("case_id"))

PARTY = View(
    name="party",
    table="case_party",
    owner=OF_CASE,
    # A party's own side reads its identity, and a party its own address, though the case's are closed to them.
    resource="party",
    own_groups=frozenset({IDENTITY, ADDRESS}),
    prefix="party",
    members={
        "id": identifier("party"),
        "case": CASE,
        "side": enum("side"),
        "side_label": label("party_side", "side"),
        "kind": enum("kind"),
        "name": masked("name", IDENTITY, mask_name, MASKED),
        "id_number": masked("id_number", IDENTITY, mask_id_number, MASKED),
        "phone": masked("phone", IDENTITY, mask_phone, MASKED),
        "address": masked("address", ADDRESS),
        "minor": column("minor", IDENTITY),
        "elderly": column("elderly", IDENTITY),
        "woman_at_risk": column("woman_at_risk", IDENTITY),
        "disabled": column("disabled", IDENTITY),
        "address_protected": column("address_protected", IDENTITY),
        "consent_at": column("consent_at", IDENTITY),
        "representatives": Many(
            "representative",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.party_id = {t}.id",
            order="valid_from",
        ),
        # The guardian whose word stands for that of a party under 14 (PI1).
        "consented_by": One(
            "representative",
            lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.id = (SELECT n.id FROM case_representative n"
                f" WHERE n.county_id = {t}.county_id AND n.case_id = {t}.case_id AND n.party_id = {t}.id"
                " AND n.ward_consent_at IS NOT NULL ORDER BY n.ward_consent_at, n.id LIMIT 1)"
            ),
            IDENTITY,
        ),
        # The same person by number, in cases whose parties' identity the caller may read as well: else the list
        # itself would tell who is masked there.
        "other_cases": Many(
            "case",
            lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.id <> {t}.case_id AND {u}.id IN (SELECT n.case_id"
                f" FROM case_party n WHERE n.county_id = {t}.county_id AND n.id_number = {t}.id_number)"
            ),
            order="registered_at",
            descending=True,
            group=IDENTITY,
            theirs=IDENTITY,
        ),
    },
    orderings=IN_ORDER,
    default_order=("ordinal", False),
)

PARTICIPANT = View(
    name="participant",
    table="case_participant",
    owner=OF_CASE,
    members={
        "organisation": One("organisation", refers_to("organisation_id")),
        "relation": enum("relation"),
        "relation_label": label("participant_relation", "relation"),
        "valid_from": column("valid_from"),
        "valid_until": column("valid_until"),
    },
    orderings=BY_TERM,
    default_order=("valid_from", False),
)

CASE_MEDIATOR = View(
    name="case_mediator",
    table="case_mediator",
    owner=OF_CASE,
    members={
        "user": One("user", refers_to("user_id")),
        "organisation": One("organisation", refers_to("organisation_id")),
        "valid_from": column("valid_from"),
        "valid_until": column("valid_until"),
        "to_be_replaced": Field(lambda t: AT_WORK_THOUGH_DISMISSED.format(m=t)),
    },
    orderings=BY_TERM,
    default_order=("valid_from", False),
)

FOLLOW_UP = View(
    name="follow_up",
    table="case_follow_up",
    owner=OF_CASE,
    prefix="followup",
    members={
        "id": identifier("followup"),
        "case": CASE,
        "visited_at": column("visited_at", HISTORY),
        "visited_by": One("user", refers_to("visited_by"), HISTORY),
        "record": column("record", NOTES),
        "satisfaction": column("satisfaction", HISTORY),
        "relapse": column("relapse", HISTORY),
    },
    orderings={"visited_at": Ordering(lambda t: f"{t}.visited_at", "timestamptz")},
    default_order=("visited_at", False),
)

TIMELINE_ENTRY = View(
    name="timeline_entry",
    table="case_timeline",
    owner=OF_CASE,
    members={
        "version": column("version", HISTORY),
        "action": enum("action", HISTORY),
        "action_label": label("case_action", "action", HISTORY),
        "from_status": enum("from_status", HISTORY),
        "to_status": enum("to_status", HISTORY),
        "at": column("at", HISTORY),
        # Who told the police of violence is kept, and shown to nobody (反家庭暴力法 14).
        "actor": One("user", lambda t, u: f"{refers_to('actor_id')(t, u)} AND {t}.action <> 'fulfil_duty'", HISTORY),
        "organisation": One(
            "organisation",
            lambda t, u: f"{refers_to('organisation_id')(t, u)} AND {t}.action <> 'fulfil_duty'",
            HISTORY,
        ),
        "role": Field(lambda t: f"CASE WHEN {t}.action <> 'fulfil_duty' THEN upper({t}.role) END", HISTORY),
        # What was said at the time may name people, and reasons that are nobody else's business.
        "note": column("note", NOTES),
    },
    orderings={"version": Ordering(lambda t: f"{t}.version", "int", alone=True)},
    default_order=("version", False),
)

AGREEMENT_VIEW = View(
    name="agreement",
    table="case_agreement",
    owner=OF_CASE,
    prefix="agreement",
    members={
        "id": identifier("agreement"),
        "case": CASE,
        "form": enum("form", AGREEMENT),
        "form_label": label("agreement_form", "form", AGREEMENT),
        "content": column("content", AGREEMENT),
        "reached_at": column("reached_at", AGREEMENT),
        "effective_at": column("effective_at", AGREEMENT),
        "parties_signed_at": column("parties_signed_at", AGREEMENT),
        "mediator_signed_at": column("mediator_signed_at", AGREEMENT),
        "sealed_at": column("sealed_at", AGREEMENT),
        "copies": column("copies", AGREEMENT),
        "signatures": Many(
            "agreement_signature",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.agreement_id = {t}.id",
            order="signed_at",
            group=AGREEMENT,
        ),
        "missing_signatures": Computed(missing_facts, missing, MissingSignature, AGREEMENT),
        "superseded_at": column("superseded_at", AGREEMENT),
        "obligations": Many(
            "obligation",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.agreement_id = {t}.id",
            order="ordinal",
            group=AGREEMENT,
        ),
    },
    orderings={"reached_at": Ordering(lambda t: f"{t}.reached_at", "timestamptz")},
    default_order=("reached_at", False),
)

OBLIGATION = View(
    name="obligation",
    table="case_obligation",
    owner=OF_CASE,
    prefix="obligation",
    members={
        "id": identifier("obligation"),
        "description": column("description", AGREEMENT),
        "debtor": One("party", refers_to("debtor_id"), AGREEMENT),
        "creditor": One("party", refers_to("creditor_id"), AGREEMENT),
        # Yuan with two decimals, as text, so that no client rounds it.
        "amount": Field(lambda t: f"to_char({t}.amount_cents / 100.0, 'FM999999999999990.00')", MONEY),
        "due_on": column("due_on", AGREEMENT),
        "fulfilled_at": column("fulfilled_at", AGREEMENT),
        "evidence": column("evidence", AGREEMENT),
    },
    orderings=IN_ORDER,
    default_order=("ordinal", False),
)

VIEWS = (PARTY, PARTICIPANT, CASE_MEDIATOR, FOLLOW_UP, TIMELINE_ENTRY, AGREEMENT_VIEW, OBLIGATION)
