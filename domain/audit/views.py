"""What can be read of the audit log: entries, for auditors; and who read protected data of a case."""

from __future__ import annotations

from datetime import date

from domain.audit.codes import AuditKind
from domain.codes.enums import Role
from domain.disputes.cases.parts import OF_CASE
from domain.disputes.cases.told import INTERNAL
from domain.foundation.query.expressions import column, enum, expression, refers_to, seen_under, to_one
from domain.foundation.query.lists import Filter
from domain.foundation.query.narrowing import filter_by, id_is, one_of, ordering, within
from domain.foundation.query.roots import CORE, Listing
from domain.foundation.query.view import View, by_name

# Who works on cases of every kind, and courts, to which the parties go themselves.
TOLD_OF = (
    "'centre_dispatcher', 'centre_director', 'mediator', 'invited_mediator', 'committee_director', 'court_liaison',"
    " 'judge', 'resident'"
)


def _told_to_parties(t: str) -> str:
    """SQL: parties are told of the reading.

    The same of every case (domain/disputes/cases/told.py): that police or a women's federation read one would tell of a
    protection, and so would it that they are left out where somebody is in danger.
    """
    return f"({t}.role IN ({TOLD_OF}) AND strpos({t}.groups, 'clue') = 0)"


def _day(t: str) -> str:
    return f"({t}.at AT TIME ZONE 'Asia/Shanghai')::date"


def _of_case() -> Filter:
    return id_is(
        "case_id",
        "case",
        "That a case has to do with 案件",
        lambda t, v: (
            f"({t}.subject_id = {v} OR {t}.id IN (SELECT r.entry_id FROM case_reading r"
            f" WHERE r.county_id = {t}.county_id AND r.case_id = {v}))"
        ),
    )


ENTRY = View(
    name="audit_entry",
    description="One thing that was done, refused or read 审计记录",
    table="audit_entry",
    resource="audit_entry",
    members=by_name(
        column("written_at", "When 时间", column="at"),
        enum("kind", AuditKind, "What it tells of 审计记录类型"),
        column("action", "Which command, or what else was done 操作"),
        column("outcome", "done, tried (a dry run), or the code of the refusal 结果"),
        to_one("actor", "user", "Who 操作人"),
        to_one("organisation", "organisation", "For which organisation 所在单位"),
        enum("role", Role, "In which role 操作角色"),
        column("grounds", "On which policy rows, with the membership that each counted for 依据"),
        column("policy_version", "Under which version of the policy 策略版本"),
        column("request_id", "Number of the request, as its answer had it 请求编号"),
        expression(
            "subjects",
            list[str],
            "Global ids of what it was done upon, or was read 对象编号",
            lambda t: (
                f"coalesce((SELECT array_agg(DISTINCT x.shown ->> 1) FROM jsonb_array_elements({t}.shown) x(shown)),"
                f" array_remove(ARRAY[{t}.subject_kind || ':' || {t}.subject_id], NULL))"
            ),
        ),
        expression(
            "groups",
            list[str],
            "Which field groups were open to whoever read 字段组",
            lambda t: (
                "ARRAY(SELECT DISTINCT g.word"
                f" FROM jsonb_array_elements({t}.shown) x(shown), unnest(string_to_array(rtrim(x.shown ->> 2), ' ')) g(word)"
                " ORDER BY 1)"
            ),
        ),
        column("detail", "The rule that forbade it, or from where somebody signed in 说明"),
    ),
    orderings=by_name(
        ordering("written_at", "timestamptz", "By moment 时间", lambda t: f"{t}.at"), ordering("id", "uuid")
    ),
    default_order=("written_at", True),
    filters=by_name(
        one_of("kinds", AuditKind, "Of these kinds 类型", lambda t: f"{t}.kind"),
        id_is("actor_id", "user", "By this person 操作人"),
        filter_by("action", str, "Exactly this command 操作", lambda t, v: f"{t}.action = {v}"),
        filter_by("outcome", str, "With exactly this outcome 结果", lambda t, v: f"{t}.outcome = {v}"),
        _of_case(),
        within("written", "at", ("At or after 起始时间", "Before 截止时间")),
    ),
    roots={
        "audit_log": Listing(
            "audit_entry",
            "What was done, refused and read in the county, latest first 审计日志",
            plural="audit entries",
            term="审计记录",
        )
    },
)

READING = View(
    name="case_reading",
    description="Somebody read protected data of the case 个人信息查阅记录",
    table="case_reading",
    owner=OF_CASE,
    seen=seen_under(CORE, besides=INTERNAL, unless=_told_to_parties),
    resource="case_reading",
    members=by_name(
        expression("read_on", date, "On which day 查阅日期", _day),
        column("read_at", "When 查阅时间", INTERNAL, column="at"),
        to_one("reader", "user", "Who; parties are told organisation and role 查阅人", INTERNAL, by="actor_id"),
        to_one(
            "organisation",
            "organisation",
            "For which organisation; none of a resident 所在单位",
            join=lambda t, u: f"{refers_to('organisation_id')(t, u)} AND {t}.role <> 'resident'",
        ),
        enum("role", Role, "In which role 角色"),
        expression(
            "groups", list[str], "Which field groups were open 字段组", lambda t: f"string_to_array({t}.groups, ' ')"
        ),
    ),
    # By day: a cursor holds what it was sorted by, and parties are told no moment.
    orderings=by_name(ordering("read_on", "date", "By day 日期", _day), ordering("id", "uuid")),
    default_order=("read_on", True),
    filters=by_name(
        id_is("case_id", "case", "Which case 案件"),
        one_of("roles", Role, "By somebody in one of these roles 角色", lambda t: f"{t}.role"),
    ),
    roots={
        "who_saw": Listing(
            "case_reading",
            "Who read protected data of a case, latest first; parties learn it of their own cases (个人信息保护法 45) 查阅记录",
            plural="readings",
            term="查阅记录",
            arguments={"case_id": "case_id"},
        )
    },
)

VIEWS = (ENTRY, READING)
