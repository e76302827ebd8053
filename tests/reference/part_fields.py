"""What each field of the things around a case means: parties, sessions, agreements; organisations, users, codes."""

from __future__ import annotations

from typing import Any

from domain.registry import commands_of
from tests.reference.case_fields import CASE, at_work_though_dismissed, camel
from tests.reference.court_fields import AGREEMENT, CONFIRMATION, COURT_FIELDS, COURT_OF_CASE
from tests.reference.kinds import KINDS
from tests.reference.people import runs
from tests.reference.register_fields import REGISTER_FIELDS
from tests.reference.standing_fields import PARTY, STANDING_FIELDS, STANDING_OF_CASE
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    column,
    composed_id,
    global_id,
    masked,
    may,
    organisation,
    organisation_at,
    part_at,
    part_within,
    protected,
    the_case,
    user,
    user_at,
    within,
    word,
    word_label,
)
from tests.reference.told import entry_version
from tests.reference.watch_fields import WATCH_FIELDS, WATCH_OF_CASE
from tests.reference.words import masked_id_number, masked_name, masked_phone, shown, yuan

Args = dict[str, Any]


def _address(thing: Thing, asking: Asking, _args: Args) -> Any:
    return masked(thing.row["address"], full=may(thing, asking, "address"))


def _contact(table: str) -> Resolver:
    return lambda thing, asking, _args: masked(thing.row["phone"], full=asking.access.may(table, thing.row, "contact"))


def _obligations(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    assert thing.whole is not None
    found = asking.rows.of("case_obligation", "agreement_id", thing.row["id"], thing.row["county_id"])
    found = sorted(found, key=lambda row: (row["ordinal"], row["id"]))
    parts = [part_within(asking, "Obligation", row, thing.whole) for row in found]
    return [one for one in parts if one is not None]


def _by_name(asking: Asking, found: list[Any]) -> list[Thing]:
    """Those organisations that the caller sees, by name."""
    seen = [one for one in (organisation(asking, row["id"], row["county_id"]) for row in found) if one is not None]
    return sorted(seen, key=lambda one: (one.row["name"], one.row["id"]))


def _below(name: str) -> Resolver:
    return lambda thing, asking, _args: _by_name(
        asking, asking.rows.of("organisation", name, thing.row["id"], thing.row["county_id"])
    )


def _jurisdictions(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    served = asking.rows.of("jurisdiction", "organisation_id", thing.row["id"], thing.row["county_id"])
    areas = [asking.rows.one("organisation", one["area_id"]) for one in served]
    return _by_name(asking, [area for area in areas if area is not None])


def _frameworks(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    found = asking.rows.of("framework", "area_id", thing.row["id"], thing.row["county_id"])
    return [Thing("Framework", row) for row in sorted(found, key=lambda row: (row["name"], row["id"]))]


def _framework_members(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    found = asking.rows.of("framework_member", "framework_id", thing.row["id"], thing.row["county_id"])
    found = sorted(found, key=lambda row: (row["ordinal"], row["organisation_id"]))
    return [Thing("FrameworkMember", row) for row in found]


def _memberships(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    found = asking.rows.of("membership", "user_id", thing.row["id"], thing.row["county_id"])
    current = sorted((row for row in found if runs(row, asking.now)), key=lambda row: (row["valid_from"], row["id"]))
    return [Thing("Membership", row) for row in current]


def _parent_type(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    found = asking.rows.dispute_types.get(thing.row["parent_code"])
    return None if found is None else Thing("DisputeType", found)


_ORGANISATION: dict[str, Resolver] = {
    "id": global_id("organisation"),
    "kind": word("kind"),
    "kindLabel": word_label("organisation_kind", "kind"),
    "name": column("name"),
    "shortName": column("short_name"),
    "phone": _contact("organisation"),
    "validFrom": column("valid_from"),
    "validUntil": column("valid_until"),
    "parent": organisation_at("parent_id"),
}


def _unless_confidential(resolver: Resolver) -> Resolver:
    """Who reported violence is shown to nobody."""
    return lambda thing, asking, args: None if thing.row["action"] == "fulfil_duty" else resolver(thing, asking, args)


def _version(thing: Thing, asking: Asking, _args: Args) -> int:
    assert thing.whole is not None
    return entry_version(asking, thing.row, thing.whole)


_AGREED, _NOTES, _HISTORY = "agreement", "notes", "history"


def _columns(group: str, *names: str) -> dict[str, Resolver]:
    return {camel(name): column(name, group) for name in names}


FIELDS: dict[str, dict[str, Resolver]] = {
    **STANDING_FIELDS,
    **COURT_FIELDS,
    **WATCH_FIELDS,
    **REGISTER_FIELDS,
    "Case": CASE | STANDING_OF_CASE | COURT_OF_CASE | WATCH_OF_CASE,
    "Party": {
        "id": global_id("party"),
        "case": the_case,
        "side": word("side"),
        "sideLabel": word_label("party_side", "side"),
        "kind": word("kind"),
        "kindLabel": word_label("party_kind", "kind"),
        "name": protected("name", masked_name),
        "idNumber": protected("id_number", masked_id_number),
        "phone": protected("phone", masked_phone),
        "address": _address,
        "addressClosed": column("address_closed", "address"),
        **_columns("identity", "minor", "elderly", "woman_at_risk", "disabled", "address_protected", "consent_at"),
        **PARTY,
    },
    "Participant": {
        "id": global_id("participant"),
        "organisation": organisation_at("organisation_id"),
        "relation": word("relation"),
        "relationLabel": word_label("participant_relation", "relation"),
        **_columns("core", "valid_from", "valid_until"),
    },
    "CaseMediator": {
        "id": global_id("casemediator"),
        "user": user_at("user_id", "core"),
        "organisation": organisation_at("organisation_id"),
        **_columns("core", "valid_from", "valid_until"),
        "toBeReplaced": lambda thing, asking, _args: at_work_though_dismissed(asking, thing.row),
    },
    "FollowUp": {
        "id": global_id("followup"),
        "case": the_case,
        "visitedBy": user_at("visited_by", _HISTORY),
        "record": column("record", _NOTES),
        **_columns(_HISTORY, "visited_at", "satisfaction", "relapse"),
    },
    "TimelineEntry": {
        "id": global_id("timeline"),
        "action": word("action", _HISTORY),
        "actionLabel": word_label("case_action", "action", _HISTORY),
        "fromStatus": word("from_status", _HISTORY),
        "fromStatusLabel": word_label("case_status", "from_status", _HISTORY),
        "toStatus": word("to_status", _HISTORY),
        "toStatusLabel": word_label("case_status", "to_status", _HISTORY),
        "actor": _unless_confidential(user_at("actor_id", "internal")),
        "organisation": _unless_confidential(organisation_at("organisation_id", "internal")),
        "role": _unless_confidential(word("role", "internal")),
        "roleLabel": _unless_confidential(word_label("role", "role", "internal")),
        "note": column("note", _NOTES),
        "version": _version,
        "at": column("at", _HISTORY),
    },
    "Agreement": {
        "id": global_id("agreement"),
        "case": the_case,
        "form": word("form", _AGREED),
        "formLabel": word_label("agreement_form", "form", _AGREED),
        "obligations": within(_AGREED, _obligations),
        **_columns(
            _AGREED,
            "content",
            "reached_at",
            "effective_at",
            "parties_signed_at",
            "mediator_signed_at",
            "sealed_at",
            "copies",
            "superseded_at",
        ),
        **AGREEMENT,
    },
    "Obligation": {
        "id": global_id("obligation"),
        "debtor": part_at("Party", "case_party", "debtor_id", _AGREED),
        "creditor": part_at("Party", "case_party", "creditor_id", _AGREED),
        "amount": within("money", lambda thing, _asking, _args: yuan(thing.row["amount_cents"])),
        **_columns(_AGREED, "description", "due_on", "fulfilled_at", "evidence"),
    },
    "JudicialConfirmation": {
        "id": global_id("confirmation"),
        "case": the_case,
        "status": word("status", _AGREED),
        "statusLabel": word_label("confirmation_status", "status", _AGREED),
        "court": organisation_at("court_id", _AGREED),
        **_columns(_AGREED, "number", "applied_at", "apply_by", "decided_at", "ruled_at", "enforce_by"),
        "ground": word("ground", _AGREED),
        **CONFIRMATION,
    },
    "Area": {
        **_ORGANISATION,
        "divisionCode": column("division_code"),
        "virtual": column("virtual"),
        "children": _below("parent_id"),
        "partners": _below("home_id"),
        "frameworks": _frameworks,
    },
    "Partner": {**_ORGANISATION, "home": organisation_at("home_id"), "jurisdictions": _jurisdictions},
    "User": {
        "id": global_id("user"),
        "displayName": column("display_name"),
        "sample": column("sample"),
        "phone": _contact("app_user"),
    },
    "Framework": {
        "id": global_id("framework"),
        "name": column("name"),
        "description": column("description"),
        "members": _framework_members,
    },
    "FrameworkMember": {
        "id": composed_id("frameworkmember", "framework_id", "organisation_id"),
        "tier": word("tier"),
        "tierLabel": word_label("framework_tier", "tier"),
        "organisation": organisation_at("organisation_id"),
    },
    "Viewer": {
        "user": lambda thing, asking, _args: user(asking, thing.row["id"], thing.row["county_id"]),
        "memberships": _memberships,
    },
    "Membership": {
        "id": global_id("membership"),
        "role": word("role"),
        "roleLabel": word_label("role", "role"),
        "organisation": organisation_at("organisation_id"),
        **_columns("core", "full_time", "valid_from", "valid_until"),
    },
    "DisputeType": {
        "id": composed_id("disputetype", "code"),
        **_columns("core", "code", "label", "mediable"),
        "parent": _parent_type,
    },
    "Code": {
        "id": composed_id("code", "list", "code"),
        "code": lambda thing, _asking, _args: shown(thing.row["code"].upper()),
        "label": column("label"),
        "labelEn": column("label_en"),
    },
    "Rule": {
        "id": lambda thing, _asking, _args: thing.row["rule"].id,
        "source": lambda thing, _asking, _args: thing.row["rule"].source,
        "message": lambda thing, _asking, _args: thing.row["rule"].message,
        "messageEn": lambda thing, _asking, _args: thing.row["rule"].message_en,
        "appliesTo": lambda thing, _asking, _args: [one.code.upper() for one in commands_of(thing.row["rule"])],
    },
    **{type_: dict(fields) for work in KINDS for type_, fields in work.types().items()},
}
