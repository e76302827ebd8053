"""What can be read of judicial confirmation: part of its case, and open to whom the case's agreement is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.codes.enums import ConfirmationMaterial
from domain.codes.loader import labels
from domain.judicial_confirmation.rules import required_material
from domain.kernel.ids import parse_global_id
from domain.reading.expressions import NOW, column, enum, identifier, label, refers_to
from domain.reading.view import Computed, Expression, Field, Filter, Many, One, Ordering, Owner, View

AGREEMENT = "agreement"
OF_CASE = Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id")
TODAY = f"({NOW} AT TIME ZONE 'Asia/Shanghai')::date"
_KINDS = ", ".join(f"'{kind}'" for kind in ConfirmationMaterial)
_LABELS = {row.code: row.label for row in labels() if row.list == "confirmation_material"}


@dataclass(frozen=True, slots=True)
class MaterialState:
    """One kind of material (CONF4): whether this application needs it, and when it was provided."""

    kind: ConfirmationMaterial
    label: str
    required: bool
    provided: bool
    provided_at: str | None


def due_on(t: str) -> str:
    """The day by which the next step is to be taken: the decision, the ruling, or, confirmed, enforcement."""
    return (
        f"CASE {t}.status WHEN 'applied' THEN {t}.decide_by WHEN 'accepted' THEN {t}.rule_by"
        f" WHEN 'confirmed' THEN {t}.enforce_by END"
    )


def overdue(t: str) -> str:
    """The court has let its day pass. Enforcement is a right: it lapses, and nobody is late with it."""
    return f"coalesce({t}.status IN ('applied', 'accepted') AND {due_on(t)} < {TODAY}, FALSE)"


def _supplied(t: str) -> str:
    return f"confirmation_material m WHERE m.county_id = {t}.county_id AND m.confirmation_id = {t}.id"


def missing(t: str) -> str:
    """What is required and was not supplied, as long as the court has not decided on acceptance."""
    return (
        f"ARRAY(SELECT upper(k) FROM unnest(ARRAY[{_KINDS}]) WITH ORDINALITY AS w(k, n) WHERE {t}.status = 'applied'"
        f" AND (k <> '{ConfirmationMaterial.TITLE_PROOF}' OR {t}.concerns_title)"
        f" AND NOT EXISTS (SELECT FROM {_supplied(t)} AND m.kind = k) ORDER BY n)"
    )


def material_facts(t: str, _may: Callable[[str, str], str]) -> str:
    """Which material there is, and whether title is concerned."""
    provided = f"(SELECT json_object_agg(m.kind, m.provided_at) FROM {_supplied(t)})"
    return f"json_build_object('title', {t}.concerns_title, 'provided', {provided})"


def materials(found: Any) -> list[MaterialState]:
    """Every kind of material with where it stands."""
    required, provided = required_material(concerns_title=found["title"]), found["provided"] or {}
    return [
        MaterialState(kind, _LABELS[kind], kind in required, kind.value in provided, provided.get(kind.value))
        for kind in ConfirmationMaterial
    ]


def _yes_or_no(condition: Expression) -> Filter:
    return Filter(lambda t, v: f"({condition(t)}) = {v}", "boolean", group=AGREEMENT)


JUDICIAL_CONFIRMATION = View(
    name="judicial_confirmation",
    table="judicial_confirmation",
    owner=OF_CASE,
    prefix="confirmation",
    members={
        "id": identifier("confirmation"),
        "status": enum("status", AGREEMENT),
        "status_label": label("confirmation_status", "status", AGREEMENT),
        "court": One("organisation", refers_to("court_id"), AGREEMENT),
        "number": column("number", AGREEMENT),
        "basis": enum("basis", AGREEMENT),
        "basis_label": label("confirmation_basis", "basis", AGREEMENT),
        # A residence would tell where somebody lives whose address is protected.
        "place": One(
            "organisation",
            lambda t, u: (
                f"{refers_to('place_id')(t, u)} AND NOT EXISTS (SELECT FROM case_party r WHERE r.county_id = {t}.county_id"
                f" AND r.id = {t}.resident_id AND r.address_protected)"
            ),
            AGREEMENT,
        ),
        "resident": One("party", refers_to("resident_id"), AGREEMENT),
        "concerns_title": column("concerns_title", AGREEMENT),
        "applied_at": column("applied_at", AGREEMENT),
        "apply_by": column("apply_by", AGREEMENT),
        "consents": Many(
            "confirmation_consent",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.confirmation_id = {t}.id",
            order="consented_at",
            group=AGREEMENT,
        ),
        "enforcements": Many(
            "enforcement_application",
            lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.confirmation_id = {t}.id",
            order="applied_at",
            group=AGREEMENT,
        ),
        "materials": Computed(material_facts, materials, MaterialState, AGREEMENT),
        "missing": Field(missing, AGREEMENT),
        "material_due_on": column("material_due_on", AGREEMENT),
        "decide_by": column("decide_by", AGREEMENT),
        "decided_at": column("decided_at", AGREEMENT),
        "ground": enum("ground", AGREEMENT),
        "rule_by": column("rule_by", AGREEMENT),
        "extended_at": column("extended_at", AGREEMENT),
        "extension_reason": column("extension_reason", AGREEMENT),
        "conclude_by": column("conclude_by", AGREEMENT),
        "ruled_at": column("ruled_at", AGREEMENT),
        "enforce_by": column("enforce_by", AGREEMENT),
        "withdrawn_at": column("withdrawn_at", AGREEMENT),
        "withdrawal": enum("withdrawal", AGREEMENT),
        "withdrawal_label": label("confirmation_withdrawal", "withdrawal", AGREEMENT),
        "due_on": Field(due_on, AGREEMENT),
        "days_remaining": Field(lambda t: f"({due_on(t)} - {TODAY})", AGREEMENT),
        "overdue": Field(overdue, AGREEMENT),
        "case": One("case", refers_to("case_id")),
    },
    orderings={
        "applied_at": Ordering(lambda t: f"{t}.applied_at", "timestamptz"),
        # What waits for nothing sorts after all that has a day.
        "due_on": Ordering(lambda t: f"coalesce({due_on(t)}, 'infinity')", "date", AGREEMENT),
    },
    default_order=("applied_at", True),
    filters={
        "status": Filter(lambda t, v: f"{t}.status = ANY ({v})", "text[]", group=AGREEMENT),
        "court_id": Filter(
            lambda t, v: f"{t}.court_id = {v}",
            "uuid",
            lambda value: parse_global_id(value, "organisation"),
            group=AGREEMENT,
        ),
        "due_from": Filter(lambda t, v: f"{due_on(t)} >= {v}", "date", group=AGREEMENT),
        "due_until": Filter(lambda t, v: f"{due_on(t)} <= {v}", "date", group=AGREEMENT),
        "overdue": _yes_or_no(overdue),
    },
)

CONSENT = View(
    name="confirmation_consent",
    table="confirmation_consent",
    owner=OF_CASE,
    members={
        "party": One("party", refers_to("party_id"), AGREEMENT),
        "consented_at": column("consented_at", AGREEMENT),
        "recorded_by": One("user", refers_to("recorded_by"), AGREEMENT),
    },
    orderings={"consented_at": Ordering(lambda t: f"{t}.consented_at", "timestamptz")},
    default_order=("consented_at", False),
)

ENFORCEMENT = View(
    name="enforcement_application",
    table="enforcement_application",
    owner=OF_CASE,
    prefix="enforcement",
    members={
        "id": identifier("enforcement"),
        "court": One("organisation", refers_to("court_id"), AGREEMENT),
        "place": One("organisation", refers_to("place_id"), AGREEMENT),
        "party": One("party", refers_to("party_id"), AGREEMENT),
        "applied_at": column("applied_at", AGREEMENT),
        "recorded_by": One("user", refers_to("recorded_by"), AGREEMENT),
    },
    orderings={"applied_at": Ordering(lambda t: f"{t}.applied_at", "timestamptz")},
    default_order=("applied_at", False),
)

VIEWS = (JUDICIAL_CONFIRMATION, CONSENT, ENFORCEMENT)
