"""What goes to court when mediation failed, and the way up to it: computed from the case and its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.codes.enums import PartnerKind
from domain.codes.loader import labels
from domain.disputes.cases.codes import CourtLevel, HandOverItem
from domain.disputes.rules.asking import OWN_RULES
from domain.foundation.query.expressions import (
    NOW,
    computed_field,
    expression,
    label_of,
    seen_under,
    to_one,
)
from domain.foundation.query.members import shows
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.view import Owner, View, by_name

HISTORY = "history"
_LABELS = {row.code: row.label for row in labels() if row.list == "hand_over_item"}
# CRT3: never handed over, whether there is any of it or not; saying which there is would be telling of it.
WITHHELD = frozenset(
    {HandOverItem.SESSION_RECORDS, HandOverItem.NOTES, HandOverItem.PROPOSALS, HandOverItem.FAILURE_DETAILS}
)
NO_AGREEMENT = "没有已经生效的调解协议"
NOT_ENDED = "调解尚未终止"

# 劳动争议调解仲裁法 5: arbitration comes before the court.
_LABOUR = (
    "'调解不成的劳动争议，应当先向劳动人事争议仲裁委员会申请仲裁；对仲裁裁决不服的，可以向' || {court} || '起诉。'"
)
_CIVIL = "'调解不成的，可以向' || {court} || '起诉。'"
_PAPERS = (
    "'立案请提交：起诉状及副本、原告和被告的身份信息、证明诉讼请求的证据、调解终止证明。"
    "调解中作出的让步、承诺不作为证据，调解笔录不移送法院。'"
)


@dataclass(frozen=True, slots=True)
class HandOverEntry:
    """One thing a court may ask for: handed over or withheld (CRT3) 移送材料"""

    kind: HandOverItem = shows("What 材料类别")
    title: str = shows("Its Chinese words 材料名称")
    included: bool = shows("Whether it is handed over 是否移送")
    reason: str | None = shows("Why not 不移送的原因")


def guidance(t: str) -> str:
    """How to file: which court, or arbitration first, with which papers."""
    court = (
        f"coalesce((SELECT c.name FROM organisation c WHERE c.county_id = {t}.county_id AND c.id = {t}.court_id),"
        " '有管辖权的人民法院')"
    )
    first = f"CASE WHEN left({t}.type_code, 2) = '07' THEN {_LABOUR} ELSE {_CIVIL} END"
    return f"({first.format(court=court)} || {_PAPERS})"


def item_facts(t: str, _may: Callable[[str, str], str]) -> str:
    """Whether there is an agreement in effect, and whether mediation has ended."""
    return (
        f"json_build_object('agreement', {t}.agreement_in_effect,"
        f" 'ended', {t}.failed_at IS NOT NULL OR {t}.concluded_at IS NOT NULL)"
    )


def items(found: Any) -> list[HandOverEntry]:
    """Everything that might be handed over, with what is left out of it and why."""
    return [HandOverEntry(kind, _LABELS[kind], reason is None, reason) for kind, reason in _judge(found)]


def _judge(found: Any) -> list[tuple[HandOverItem, str | None]]:
    absent = {
        HandOverItem.AGREEMENT: None if found["agreement"] else NO_AGREEMENT,
        HandOverItem.MEDIATION_PROOF: None if found["ended"] else NOT_ENDED,
    } | dict.fromkeys(WITHHELD, OWN_RULES.by_id["CRT3"].message)
    return [(kind, absent.get(kind)) for kind in HandOverItem]


def handed_over(t: str, u: str) -> str:
    """The case itself, once mediation failed or it is at court."""
    return (
        f"{u}.county_id = {t}.county_id AND {u}.id = {t}.id"
        f" AND ({t}.failed_at IS NOT NULL OR {t}.status = 'referred_to_court')"
    )


# The case itself, as far as it goes to court.
HAND_OVER = View(
    name="hand_over",
    description="What goes to court when mediation failed 诉非对接移送",
    table="dispute_case",
    owner=Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.id"),
    seen=seen_under(HISTORY),
    members=by_name(
        to_one("court", "organisation", "Which court, once referred or entrusted by one 法院", HISTORY),
        computed_field(
            "items", list[HandOverEntry], "What is handed over and what is not 移送材料清单", item_facts, items, HISTORY
        ),
        expression("guidance", str, "How to file 立案指引", guidance, HISTORY),
    ),
)

# Organisation kind -> its level on the way up, lowest first.
LEVELS = {
    PartnerKind.SERVICE_STATION: CourtLevel.COMMUNITY_STATION,
    PartnerKind.GOVERNANCE_CENTRE: CourtLevel.TOWN_STATION,
    PartnerKind.TRIBUNAL: CourtLevel.TRIBUNAL,
    PartnerKind.COURT: CourtLevel.COUNTY_COURT,
}


def _by_kind(t: str, *values: str) -> str:
    arms = " ".join(f"WHEN '{kind}' THEN {value}" for kind, value in zip(LEVELS, values, strict=True))
    return f"CASE {t}.kind {arms} END"


def on_the_way_up(t: str, u: str) -> str:
    """Of the place's organisations: the community's stations, the town's centre, its tribunal, the county's court."""

    def serves(*areas: str) -> str:
        return (
            f"EXISTS (SELECT FROM jurisdiction j WHERE j.county_id = {u}.county_id AND j.organisation_id = {u}.id"
            f" AND j.area_id IN ({', '.join(areas)}))"
        )

    town, community, grid = f"{t}.town_id", f"{t}.community_id", f"{t}.grid_id"
    county = f"(SELECT a.id FROM organisation a WHERE a.county_id = {t}.county_id AND a.kind = 'county' LIMIT 1)"
    level = _by_kind(u, serves(grid, community), serves(town), serves(town, community, grid), serves(county))
    return (
        f"{u}.county_id = {t}.county_id AND {u}.valid_from <= {NOW}"
        f" AND ({u}.valid_until IS NULL OR {u}.valid_until > {NOW}) AND coalesce({level}, FALSE)"
    )


ESCALATION_STEP = View(
    name="escalation_step",
    description="A station or court on the way up 诉非对接层级",
    table="organisation",
    open_because="which stations and courts serve a place is public",
    members=by_name(
        expression(
            "level",
            CourtLevel,
            "Which level 层级",
            lambda t: _by_kind(t, *(f"'{level.name}'" for level in LEVELS.values())),
        ),
        expression(
            "level_label",
            str,
            "The level's Chinese word 层级名称",
            lambda t: label_of("court_level", "(" + _by_kind(t, *(f"'{level}'" for level in LEVELS.values())) + ")"),
        ),
        to_one("organisation", "organisation", "Which organisation 单位", by="id"),
    ),
    orderings=by_name(
        ordering("level", "int", sql=lambda t: _by_kind(t, "1", "2", "3", "4")),
    ),
)

VIEWS = (HAND_OVER, ESCALATION_STEP)
