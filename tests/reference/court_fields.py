"""What can be read of signatures, of an application's material and clocks, of entrustments and of the way to court."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.reference.case_fields import of_case
from tests.reference.rows import Row
from tests.reference.standing_fields import AGREED, HISTORY, coded, columns, party_at
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    global_id,
    organisation,
    organisation_at,
    parts_of,
    the_case,
    user_at,
    within,
)
from tests.reference.words import CHINA, shown

Args = dict[str, Any]
MATERIAL = ("agreement", "mediation_proof", "title_proof", "identity_and_contact")
# What a court may ask for, in order; the last four are never handed over (CRT3).
HANDED = (
    "case_particulars", "party_particulars", "mediation_proof", "agreement",
    "session_records", "notes", "proposals", "failure_details",
)  # fmt: skip
CRT3 = "当事人在调解中作出的让步、承诺不得作为证据，调解笔录、方案和不成的具体情况不移送人民法院"
PAPERS = (
    "立案请提交：起诉状及副本、原告和被告的身份信息、证明诉讼请求的证据、调解终止证明。"
    "调解中作出的让步、承诺不作为证据，调解笔录不移送法院。"
)
# Kind of organisation -> its level, lowest first, and which areas it must serve.
LEVELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "service_station": ("community_station", ("grid_id", "community_id")),
    "governance_centre": ("town_station", ("town_id",)),
    "tribunal": ("tribunal", ("town_id", "community_id", "grid_id")),
    "court": ("county_court", ()),
}


def _mediate_by(thing: Thing, _asking: Asking, _args: Args) -> str | None:
    """As extended: while it runs, the case's own due date."""
    row, case = thing.row, thing.whole
    assert case is not None
    if row["status"] == "accepted" and case["due_at"] is not None:
        return str(case["due_at"].astimezone(CHINA).date().isoformat())
    return None if row["mediate_by"] is None else str(row["mediate_by"].isoformat())


def _place(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    """Not where somebody lives whose address is protected."""
    row = thing.row
    resident = asking.rows.one("case_party", row["resident_id"], row["county_id"])
    if resident is not None and resident["address_protected"]:
        return None
    return organisation(asking, row["place_id"], row["county_id"])


def _missing_signatures(thing: Thing, asking: Asking, _args: Args) -> list[dict[str, Any]]:
    row = thing.row
    if row["effective_at"] is not None:
        return []
    there = asking.rows.of("agreement_signature", "agreement_id", row["id"], row["county_id"])
    signed = {one["party_id"] for one in there}
    assert thing.whole is not None
    parties = sorted(of_case(asking, "case_party", thing.whole), key=lambda one: (one["ordinal"], one["id"]))
    found = [
        {"signer": "PARTY", "partyId": f"party:{one['id']}", "side": one["side"].upper()}
        for one in parties
        if one["id"] not in signed
    ]
    signers = {one["signer"] for one in there}
    return found + [
        {"signer": signer.upper(), "partyId": None, "side": None}
        for signer in ("mediator", "committee")
        if signer not in signers
    ]


def _supplied(thing: Thing, asking: Asking) -> dict[str, Row]:
    found = asking.rows.of("confirmation_material", "confirmation_id", thing.row["id"], thing.row["county_id"])
    return {row["kind"]: row for row in found}


def _required(thing: Thing) -> list[str]:
    return [kind for kind in MATERIAL if kind != "title_proof" or thing.row["concerns_title"]]


def _materials(thing: Thing, asking: Asking, _args: Args) -> list[dict[str, Any]]:
    there = _supplied(thing, asking)
    return [
        {
            "kind": kind.upper(),
            "label": asking.label("confirmation_material", kind),
            "required": kind in _required(thing),
            "provided": kind in there,
            "providedAt": shown(there[kind]["provided_at"]) if kind in there else None,
        }
        for kind in MATERIAL
    ]


def _missing(thing: Thing, asking: Asking, _args: Args) -> list[str]:
    if thing.row["status"] != "applied":
        return []
    there = _supplied(thing, asking)
    return [kind.upper() for kind in _required(thing) if kind not in there]


def due_on(row: Row) -> date | None:
    """By when the next step is to be taken."""
    name = {"applied": "decide_by", "accepted": "rule_by", "confirmed": "enforce_by"}.get(row["status"])
    found: date | None = None if name is None else row[name]
    return found


def _today(asking: Asking) -> date:
    return asking.now.astimezone(CHINA).date()


def _days_remaining(thing: Thing, asking: Asking, _args: Args) -> int | None:
    day = due_on(thing.row)
    return None if day is None else (day - _today(asking)).days


def _late(thing: Thing, asking: Asking, _args: Args) -> bool:
    day = due_on(thing.row)
    return thing.row["status"] in {"applied", "accepted"} and day is not None and day < _today(asking)


AGREEMENT: dict[str, Resolver] = {
    "signatures": parts_of(
        "AgreementSignature", "agreement_signature", "agreement_id", "signed_at", "id", group=AGREED
    ),
    "missingSignatures": within(AGREED, _missing_signatures),
}

CONFIRMATION: dict[str, Resolver] = {
    **coded("basis", "confirmation_basis", AGREED),
    **coded("withdrawal", "confirmation_withdrawal", AGREED),
    "place": within("internal", within(AGREED, _place)),
    "resident": party_at("resident_id", AGREED),
    "enforcements": parts_of(
        "EnforcementApplication", "enforcement_application", "confirmation_id", "applied_at", "id", group=AGREED
    ),
    "consents": parts_of("ConfirmationConsent", "confirmation_consent", "confirmation_id", "consented_at", "id", group=AGREED),
    "materials": within(AGREED, _materials),
    "missing": within(AGREED, _missing),
    **columns(
        AGREED, "concerns_title", "material_due_on", "decide_by", "rule_by", "extended_at", "extension_reason",
        "conclude_by", "withdrawn_at",
    ),
    "dueOn": within(AGREED, lambda thing, _asking, _args: shown(due_on(thing.row))),
    "daysRemaining": within(AGREED, _days_remaining),
    "overdue": within(AGREED, _late),
}  # fmt: skip


def _entrustment(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    found = of_case(asking, "court_entrustment", thing.row)
    return Thing("CourtEntrustment", found[0], thing.row) if found else None


def _hand_over(thing: Thing, _asking: Asking, _args: Args) -> Thing | None:
    there = thing.row["failed_at"] is not None or thing.row["status"] == "referred_to_court"
    return Thing("HandOver", thing.row, thing.row) if there else None


def _items(thing: Thing, asking: Asking, _args: Args) -> list[dict[str, Any]]:
    row = thing.row
    ended = row["failed_at"] is not None or row["concluded_at"] is not None
    why = {
        "agreement": None if row["agreement_in_effect"] else "没有已经生效的调解协议",
        "mediation_proof": None if ended else "调解尚未终止",
    } | dict.fromkeys(HANDED[4:], CRT3)
    return [
        {
            "kind": one.upper(),
            "title": asking.label("hand_over_item", one),
            "included": why.get(one) is None,
            "reason": why.get(one),
        }
        for one in HANDED
    ]


def _guidance(thing: Thing, asking: Asking, _args: Args) -> str:
    # The court's name is public: whoever may file must know where.
    row = asking.rows.one("organisation", thing.row["court_id"], thing.row["county_id"])
    court = "有管辖权的人民法院" if row is None else row["name"]
    if thing.row["type_code"][:2] == "07":
        first = f"调解不成的劳动争议，应当先向劳动人事争议仲裁委员会申请仲裁；对仲裁裁决不服的，可以向{court}起诉。"
    else:
        first = f"调解不成的，可以向{court}起诉。"
    return first + PAPERS


def _escalation(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    case, county = thing.row, thing.row["county_id"]
    top = {row["id"] for row in asking.rows.of("organisation", "kind", "county", county)}
    found = []
    for row in asking.rows.of("organisation", "county_id", county, county):
        ended = row["valid_until"] is not None and row["valid_until"] <= asking.now
        if row["kind"] not in LEVELS or ended or row["valid_from"] > asking.now:
            continue
        served = {one["area_id"] for one in asking.rows.of("jurisdiction", "organisation_id", row["id"], county)}
        wanted = {case[name] for name in LEVELS[row["kind"]][1]} - {None} if row["kind"] != "court" else top
        if served & wanted:
            found.append(row)
    order: Callable[[Row], Any] = lambda row: ([*LEVELS].index(row["kind"]), row["id"])  # noqa: E731
    return [Thing("EscalationStep", row) for row in sorted(found, key=order)]


COURT_OF_CASE: dict[str, Resolver] = {
    "entrustment": within(HISTORY, _entrustment),
    "handOver": within(HISTORY, _hand_over),
    "escalationPath": _escalation,
}

COURT_FIELDS: dict[str, dict[str, Resolver]] = {
    "AgreementSignature": {
        "id": global_id("signature"),
        **coded("signer", "signer", AGREED),
        **coded("method", "signing_method", AGREED),
        "party": party_at("party_id", AGREED),
        "user": user_at("user_id", AGREED),
        "organisation": organisation_at("organisation_id", AGREED),
        "recordedBy": user_at("recorded_by", AGREED),
        **columns(AGREED, "signed_at", "image_name", "recorded_at"),
    },
    "ConfirmationConsent": {
        "id": global_id("consent"),
        "party": party_at("party_id", AGREED),
        "recordedBy": user_at("recorded_by", AGREED),
        "consentedAt": columns(AGREED, "consented_at")["consentedAt"],
    },
    "EnforcementApplication": {
        "id": global_id("enforcement"),
        "court": organisation_at("court_id", AGREED),
        "place": organisation_at("place_id", AGREED),
        "party": party_at("party_id", AGREED),
        "recordedBy": user_at("recorded_by", AGREED),
        **columns(AGREED, "applied_at"),
    },
    "CourtEntrustment": {
        "id": global_id("entrustment"),
        "case": the_case,
        "court": organisation_at("court_id", HISTORY),
        "organisation": organisation_at("organisation_id", HISTORY),
        "entrustedBy": user_at("entrusted_by", HISTORY),
        **coded("status", "entrustment_status", HISTORY),
        **coded("return_reason", "entrustment_return", HISTORY),
        **columns(HISTORY, "reference_number", "entrusted_at", "accept_by", "accepted_at", "returned_at"),
        "mediateBy": within(HISTORY, _mediate_by),
    },
    "HandOver": {
        "court": organisation_at("court_id", HISTORY),
        "items": within(HISTORY, _items),
        "guidance": within(HISTORY, _guidance),
    },
    "EscalationStep": {
        "level": lambda thing, _asking, _args: LEVELS[thing.row["kind"]][0].upper(),
        "levelLabel": lambda thing, asking, _args: asking.label("court_level", LEVELS[thing.row["kind"]][0]),
        "organisation": organisation_at("id"),
    },
}
