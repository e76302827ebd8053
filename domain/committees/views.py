"""What can be read of the register: committees with who sits on them, and mediators, of each appointment its term."""

from __future__ import annotations

from datetime import date

from domain.committees.codes import CommitteePosition, DismissalGround, MediatorBasis
from domain.committees.rules import FEWEST_MEMBERS, MOST_MEMBERS
from domain.foundation.query.expressions import (
    NOW,
    belongs_to,
    column,
    enum,
    expression,
    mask_id_number,
    mask_phone,
    masked_text,
    part_of,
    seen_under,
    to_many,
    to_one,
)
from domain.foundation.query.lists import Filter
from domain.foundation.query.narrowing import (
    contains,
    filter_by,
    flag,
    id_is,
    ordering,
)
from domain.foundation.query.roots import CORE, Listing
from domain.foundation.query.view import View, by_name

IDENTITY = "identity"
DISMISSAL = "dismissal"

TODAY = f"({NOW} AT TIME ZONE 'Asia/Shanghai')::date"


def has_ended(last_day: str) -> str:
    """SQL: whether a term with this last day is over. One without a last day runs on."""
    return f"coalesce({last_day} < {TODAY}, FALSE)"


def in_office(t: str) -> str:
    """SQL: whether the appointment holds now: neither ended by its term nor by a dismissal."""
    return f"({t}.dismissed_at IS NULL AND NOT {has_ended(f'{t}.ends_on')})"


# Those of the latest election: what an earlier one brought together is history.
def _sits_on(t: str, u: str) -> str:
    return (
        f"{u}.county_id = {t}.county_id AND {u}.committee_id = {t}.id AND {u}.term_id = (SELECT x.id"
        f" FROM committee_term x WHERE x.county_id = {t}.county_id AND x.committee_id = {t}.id"
        f" AND x.elected_on = {t}.elected_on)"
    )


def of_its_place(column_: str) -> str:
    """SQL template: a column of the bounds that the finest area of the committee's place has set (PMC1), if any."""
    return (
        f"(SELECT s.{column_} FROM committee_size s WHERE s.county_id = {{t}}.county_id"
        " AND (s.town_id IS NULL OR s.town_id = {t}.town_id)"
        " AND (s.community_id IS NULL OR s.community_id = {t}.community_id)"
        " AND (s.grid_id IS NULL OR s.grid_id = {t}.grid_id)"
        " ORDER BY s.grid_id IS NULL, s.community_id IS NULL, s.town_id IS NULL LIMIT 1)"
    )


def of_place(description: str) -> Filter:
    """Those whose place is, or lies within, this town, community or grid."""
    return id_is(
        "place_id", "organisation", description, lambda t, v: f"{v} IN ({t}.town_id, {t}.community_id, {t}.grid_id)"
    )


COMMITTEE = View(
    name="mediation_committee",
    description="A people's mediation committee on the register 人民调解委员会",
    table="mediation_committee",
    resource="committee",
    prefix="committee",
    members=by_name(
        column("version", "Counts its elections; what a change is decided upon 版本"),
        to_one("organisation", "organisation", "The organisation that it is 所属单位", by="id"),
        column("elected_on", "Day of the latest election; none before the first 推选日期"),
        column("term_ends_on", "Last day of the term (PMC3) 任期届满日"),
        expression(
            "term_ended",
            bool,
            "The term is over: it elects before it appoints (PMC3) 任期是否届满",
            lambda t: has_ended(f"{t}.term_ends_on"),
        ),
        column("registered_at", "When put on the register 登记时间"),
        expression(
            "fewest_members",
            int,
            "At least so many members at its next election (PMC1) 最少人数",
            lambda t: f"coalesce({of_its_place('fewest').format(t=t)}, {FEWEST_MEMBERS})",
        ),
        expression(
            "most_members",
            int,
            "At most so many members at its next election (PMC1) 最多人数",
            lambda t: f"coalesce({of_its_place('most').format(t=t)}, {MOST_MEMBERS})",
        ),
        expression(
            "size_source",
            str,
            "The paper by which its place narrows how many; none: the law's own 规定委员人数的依据",
            lambda t: of_its_place("source").format(t=t),
            nullable=True,
        ),
        to_many("members", "committee_member", "Who was elected at the latest election, in order 委员", join=_sits_on),
        to_many("terms", "committee_term", "Every term, oldest first, with who was elected then 历届任期"),
        to_many(
            "mediators",
            "mediator",
            "Its appointments of mediators, past ones too, by name 调解员",
            join=part_of("committee_id"),
        ),
    ),
    orderings=by_name(
        # Soonest to elect again first; those never elected last.
        ordering(
            "term_ends_on",
            "date",
            "By the last day of the term; those never elected last 任期届满日",
            lambda t: f"coalesce({t}.term_ends_on, 'infinity'::date)",
        ),
        ordering("registered_at", "timestamptz", "By registration 登记时间"),
        ordering("id", "uuid"),
    ),
    roots={
        "committees": Listing(
            "mediation_committee",
            "Mediation committees within reach, whose term ends first first 调委会名册",
            noun="Committee",
            plural="committees",
            term="调委会",
        )
    },
    filters=by_name(
        of_place("Whose home lies in this town, community or grid 所在区域"),
        id_is(
            "organisation_id", "organisation", "The one that is this organisation 单位", lambda t, v: f"{t}.id = {v}"
        ),
        flag("term_ended", "Whose term is over, or not 任期是否届满", lambda t: has_ended(f"{t}.term_ends_on")),
        filter_by(
            "term_ends_until", date, "Whose term ends by this day 届满截止日期", lambda t, v: f"{t}.term_ends_on <= {v}"
        ),
    ),
)

OF_COMMITTEE = belongs_to("mediation_committee", "committee_id")

TERM = View(
    name="committee_term",
    description="One election of a committee and the term that it began 调委会任期",
    table="committee_term",
    owner=OF_COMMITTEE,
    seen=seen_under(CORE),
    prefix="committeeterm",
    members=by_name(
        column("elected_on", "Day of the election 推选日期"),
        column("ends_on", "Last day of the term (PMC3) 任期届满日"),
        column("ended_on", "Ended before that by the next election 提前换届日期"),
        column("fewest_members", "At least so many members then (PMC1) 当时最少人数", column="fewest"),
        column("most_members", "At most so many members then (PMC1) 当时最多人数", column="most"),
        to_many("members", "committee_member", "Who was elected, in order 委员", join=part_of("term_id")),
    ),
    orderings=by_name(ordering("elected_on", "date")),
)

MEMBER = View(
    name="committee_member",
    description="Somebody elected to a committee 调委会委员",
    table="committee_member",
    owner=OF_COMMITTEE,
    seen=seen_under(CORE),
    prefix="committeemember",
    members=by_name(
        column("name", "Name as elected 姓名"),
        enum("position", CommitteePosition, "Which office 职务", label="The office's Chinese word 职务名称"),
        column("woman", "Whether a woman (PMC2) 是否妇女"),
        column("left_on", "Left in the course of the term, dismissed 离任日期"),
        to_one("user", "user", "The person 用户"),
    ),
    orderings=by_name(ordering("ordinal", "int")),
)

MEDIATOR = View(
    name="mediator",
    description="One appointment of a people's mediator, to its end 人民调解员",
    table="mediator",
    resource="mediator",
    sensitive=frozenset({IDENTITY}),
    prefix="mediator",
    members=by_name(
        column("version", "Counts its changes; what a change is decided upon 版本"),
        to_one("committee", "mediation_committee", "Which committee's 所属调委会"),
        to_one("user", "user", "The person 用户"),
        column("name", "Name 姓名"),
        enum("basis", MediatorBasis, "Elected or engaged 任职方式"),
        column("full_time", "Full-time or part-time 是否专职"),
        column("gold_medal", "Carries the honour of gold-medal mediator 是否金牌调解员"),
        column("appointed_on", "First day in office 任职日期"),
        column("term_ends_on", "Last day in office; none: until dismissed 任期届满日", column="ends_on"),
        expression("term_ended", bool, "That day is past 任期是否届满", lambda t: has_ended(f"{t}.ends_on")),
        expression("in_office", bool, "In office now: neither ended nor dismissed 是否在任", in_office),
        column("dismissed_at", "When dismissed 罢免解聘时间"),
        enum("dismissal_ground", DismissalGround, "For what dismissed (MED2) 罢免解聘事由", DISMISSAL),
        column("dismissal_evidence", "What the dismissal rests on 罢免解聘依据", DISMISSAL),
        to_one("dismissed_by", "user", "Who recorded the dismissal 登记人", DISMISSAL),
        column("birth_date", "Birth date (MED1) 出生日期", IDENTITY),
        masked_text("id_number", "Identity number, kept with consent alone (PI1) 身份证号", IDENTITY, mask_id_number),
        masked_text("phone", "Telephone 电话", IDENTITY, mask_phone),
        column("consent_at", "When the mediator agreed that the number be kept 同意时间", IDENTITY),
    ),
    orderings=by_name(
        ordering("name", "text", "By name 姓名"),
        ordering("appointed_on", "date", "By the day of appointment 任职日期"),
        ordering("id", "uuid"),
    ),
    roots={
        "mediators": Listing(
            "mediator",
            "Appointments of mediators within reach, past ones too, by name 调解员名册",
            plural="mediators",
            term="调解员",
        )
    },
    filters=by_name(
        of_place("Of committees in this town, community or grid 所在区域"),
        id_is("committee_id", "committee", "Of this committee 调委会"),
        contains("name_contains", "Name contains 姓名包含", "name"),
        flag("in_office", "In office now, or not 是否在任", in_office),
    ),
)

VIEWS = (COMMITTEE, TERM, MEMBER, MEDIATOR)
