"""What can be read of judicial confirmation: part of its case, and open to whom the case's agreement is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.codes.enums import ConfirmationStatus
from domain.codes.loader import labels
from domain.disputes.cases.parts import ITS_CASE, OF_CASE
from domain.disputes.cases.told import INTERNAL
from domain.disputes.judicial_confirmation.codes import ConfirmationBasis, ConfirmationMaterial, ConfirmationWithdrawal
from domain.disputes.judicial_confirmation.rules import required_material
from domain.foundation.query.expressions import (
    NOW,
    column,
    computed_field,
    enum,
    expression,
    part_of,
    refers_to,
    seen_under,
    seen_with,
    to_many,
    to_one,
)
from domain.foundation.query.members import shows
from domain.foundation.query.narrowing import (
    filter_by,
    flag,
    id_is,
    one_of,
    ordering,
)
from domain.foundation.query.roots import Listing
from domain.foundation.query.view import View, by_name

AGREEMENT = "agreement"
TODAY = f"({NOW} AT TIME ZONE 'Asia/Shanghai')::date"
_KINDS = ", ".join(f"'{kind}'" for kind in ConfirmationMaterial)
_LABELS = {row.code: row.label for row in labels() if row.list == "confirmation_material"}


@dataclass(frozen=True, slots=True)
class ConfirmationMaterialState:
    """One kind of material and where it stands (CONF4) 材料"""

    kind: ConfirmationMaterial = shows("What 材料")
    label: str = shows("Its Chinese words 材料名称")
    required: bool = shows("Whether this application needs it 是否必需")
    provided: bool = shows("Whether it was provided 是否已提交")
    # As the statement wrote it.
    provided_at: str | None = shows("When provided 提交时间", datetime | None)


def due_on(t: str) -> str:
    """The day by which the next step is to be taken: the decision, the ruling, or, confirmed, enforcement."""
    return (
        f"CASE {t}.status WHEN 'applied' THEN {t}.decide_by WHEN 'accepted' THEN {t}.rule_by"
        f" WHEN 'confirmed' THEN {t}.enforce_by END"
    )


def overdue(t: str) -> str:
    """The court has let its day pass. Enforcement is a right: it lapses, and nobody is late with it."""
    return f"coalesce({t}.status IN ('applied', 'accepted') AND {due_on(t)} < {TODAY}, FALSE)"


def _materials_supplied(t: str) -> str:
    return f"confirmation_material m WHERE m.county_id = {t}.county_id AND m.confirmation_id = {t}.id"


def missing(t: str) -> str:
    """What is required and was not supplied, as long as the court has not decided on acceptance."""
    return (
        f"ARRAY(SELECT upper(k) FROM unnest(ARRAY[{_KINDS}]) WITH ORDINALITY AS w(k, n) WHERE {t}.status = 'applied'"
        f" AND (k <> '{ConfirmationMaterial.TITLE_PROOF}' OR {t}.concerns_title)"
        f" AND NOT EXISTS (SELECT FROM {_materials_supplied(t)} AND m.kind = k) ORDER BY n)"
    )


def material_facts(t: str, _may: Callable[[str, str], str]) -> str:
    """Which material there is, and whether title is concerned."""
    provided = f"(SELECT json_object_agg(m.kind, m.provided_at) FROM {_materials_supplied(t)})"
    return f"json_build_object('title', {t}.concerns_title, 'provided', {provided})"


def materials(found: Any) -> list[ConfirmationMaterialState]:
    """Every kind of material with where it stands."""
    required, provided = required_material(concerns_title=found["title"]), found["provided"] or {}
    return [
        ConfirmationMaterialState(
            kind, _LABELS[kind], kind in required, kind.value in provided, provided.get(kind.value)
        )
        for kind in ConfirmationMaterial
    ]


JUDICIAL_CONFIRMATION = View(
    name="judicial_confirmation",
    description="An application to a court to confirm the agreement 司法确认",
    table="judicial_confirmation",
    owner=OF_CASE,
    prefix="confirmation",
    seen=seen_under(AGREEMENT),
    members=by_name(
        ITS_CASE,
        enum("status", ConfirmationStatus, "Where it stands 状态", AGREEMENT),
        to_one("court", "organisation", "Which court 法院", AGREEMENT),
        column("number", "The court's number 案号", AGREEMENT),
        enum(
            "basis",
            ConfirmationBasis,
            "Why this court (CONF3) 管辖依据",
            AGREEMENT,
            label="The basis's Chinese words 管辖依据名称",
        ),
        # A residence would tell where somebody lives whose address is protected; to a party, that it has become so.
        to_one(
            "place",
            "organisation",
            "The residence, or the object's place 住所地或标的物所在地",
            INTERNAL,
            join=lambda t, u: (
                f"{refers_to('place_id')(t, u)} AND NOT EXISTS (SELECT FROM case_party r WHERE r.county_id = {t}.county_id"
                f" AND r.id = {t}.resident_id AND r.address_protected)"
            ),
        ),
        to_one("resident", "party", "Whose residence it is 住所地所属当事人", AGREEMENT),
        column("concerns_title", "Title is concerned, and must be proven (CONF4) 是否涉及财产权利", AGREEMENT),
        column("applied_at", "When both sides applied 申请时间", AGREEMENT),
        to_many(
            "consents",
            "confirmation_consent",
            "Who of each side applies (CONF1) 申请人同意",
            AGREEMENT,
            join=part_of("confirmation_id"),
        ),
        computed_field(
            "materials",
            list[ConfirmationMaterialState],
            "Each kind of material, there or not (CONF4) 材料",
            material_facts,
            materials,
            AGREEMENT,
        ),
        expression(
            "missing", list[ConfirmationMaterial], "What the court still waits for 缺少的材料", missing, AGREEMENT
        ),
        column("material_due_on", "The day the court set for it (CONF7) 补充材料期限", AGREEMENT),
        column("decide_by", "Last day to decide on acceptance (CONF8) 受理决定期限", AGREEMENT),
        column("rule_by", "Last day to rule (CONF8) 裁定期限", AGREEMENT),
        column("extended_at", "When the court took ten days more 延长时间", AGREEMENT),
        column("extension_reason", "Why 延长理由", AGREEMENT),
        column("conclude_by", "Last day of the special procedure (CONF9) 审结期限", AGREEMENT),
        column("withdrawn_at", "Ended before the ruling 撤回时间", AGREEMENT),
        enum(
            "withdrawal",
            ConfirmationWithdrawal,
            "Why it ended (CONF7) 撤回原因",
            AGREEMENT,
            label="The reason's Chinese words 撤回原因名称",
        ),
        expression("due_on", date, "When the next step is due 下一步期限", due_on, AGREEMENT),
        expression(
            "days_remaining",
            int,
            "Days left for it; negative when past 剩余天数",
            lambda t: f"({due_on(t)} - {TODAY})",
            AGREEMENT,
        ),
        expression("overdue", bool, "The court's day has passed 是否超期", overdue, AGREEMENT),
        column("apply_by", "Last day to apply (CONF1) 申请期限", AGREEMENT),
        column("decided_at", "When accepted or refused 受理决定时间", AGREEMENT),
        expression("ground", str, "Ground of a refusal or rejection 理由", lambda t: f"upper({t}.ground)", AGREEMENT),
        column("ruled_at", "When ruled 裁定时间", AGREEMENT),
        column("enforce_by", "Last day to apply for enforcement (CONF10) 申请执行期限", AGREEMENT),
        to_many(
            "enforcements",
            "enforcement_application",
            "Applications for enforcement, oldest first 申请执行",
            AGREEMENT,
            join=part_of("confirmation_id"),
        ),
    ),
    orderings=by_name(
        ordering("applied_at", "timestamptz", "By application 申请时间"),
        # What waits for nothing sorts after all that has a day.
        ordering(
            "due_on",
            "date",
            "By the court's next date; without one last 办理期限",
            lambda t: f"coalesce({due_on(t)}, 'infinity')",
            AGREEMENT,
        ),
    ),
    default_order=("applied_at", True),
    roots={
        # Only those whose agreement the caller may read (`seen`): the list itself would tell of the others.
        "confirmations": Listing(
            "judicial_confirmation",
            "Applications for confirmation within reach, newest first: the court's docket 司法确认列表",
            noun="Confirmation",
            plural="applications",
            term="司法确认",
            descending=False,
            sortable="What applications for confirmation can be sorted by 司法确认排序字段",
        )
    },
    filters=by_name(
        one_of("status", ConfirmationStatus, "In one of these states 状态", group=AGREEMENT),
        id_is("court_id", "organisation", "At this court 法院", group=AGREEMENT),
        filter_by(
            "due_from",
            date,
            "Next step due on or after 期限起始日",
            lambda t, v: f"{due_on(t)} >= {v}",
            AGREEMENT,
        ),
        filter_by(
            "due_until",
            date,
            "Next step due on or before 期限截止日",
            lambda t, v: f"{due_on(t)} <= {v}",
            AGREEMENT,
        ),
        flag("overdue", "The court is late with it or not 是否超期", overdue, AGREEMENT),
    ),
)

CONSENT = View(
    name="confirmation_consent",
    description="A party's word that it applies with the others (CONF1) 申请人同意",
    table="confirmation_consent",
    owner=OF_CASE,
    prefix="consent",
    seen=seen_with("judicial_confirmation", "confirmation_id"),
    members=by_name(
        to_one("party", "party", "Which party 当事人", AGREEMENT),
        column("consented_at", "When given 同意时间", AGREEMENT),
        to_one("recorded_by", "user", "Who recorded it 记录人", AGREEMENT),
    ),
    orderings=by_name(ordering("consented_at", "timestamptz")),
)

ENFORCEMENT = View(
    name="enforcement_application",
    description="A creditor's application for enforcement (CONF10) 申请执行",
    table="enforcement_application",
    owner=OF_CASE,
    prefix="enforcement",
    seen=seen_with("judicial_confirmation", "confirmation_id"),
    members=by_name(
        to_one("court", "organisation", "Which court got it 执行法院", AGREEMENT),
        to_one("place", "organisation", "Where property lies, for another court 被执行财产所在地", AGREEMENT),
        to_one("party", "party", "Whose application 申请执行人", AGREEMENT),
        column("applied_at", "When 申请时间", AGREEMENT),
        to_one("recorded_by", "user", "Who recorded it 记录人", AGREEMENT),
    ),
    orderings=by_name(ordering("applied_at", "timestamptz")),
)

VIEWS = (JUDICIAL_CONFIRMATION, CONSENT, ENFORCEMENT)
