"""What can be read of a case, by field group (ACCESS §1), and how lists of cases are sorted, narrowed and counted."""

from __future__ import annotations

from domain.codes.enums import CaseScale, CaseSource, CaseStatus, RiskLevel, SettlementMode
from domain.disputes.cases import computed, court_views, filters as case_filters
from domain.disputes.cases.parts import in_force
from domain.disputes.cases.told import INTERNAL, version_told
from domain.disputes.exceptional_actions import views as exceptional
from domain.disputes.exceptional_actions.codes import PauseReason
from domain.disputes.figures import views as figure_views
from domain.disputes.rules.predicates import RETURNS_ALLOWED
from domain.foundation.query.expressions import (
    column,
    computed_field,
    enum,
    expression,
    part,
    part_of,
    place,
    to_many,
    to_one,
    to_page,
    to_part,
)
from domain.foundation.query.roots import Figures, Listing, Lookup
from domain.foundation.query.view import View, by_name

NARRATIVE, IDENTITY, HISTORY, AGREEMENT, HANDLING = "narrative", "identity", "history", "agreement", "handling"


# A case has one agreement in force, and those of earlier rounds.
ITS_AGREEMENTS = part_of("case_id")

CASE = View(
    name="case",
    description="A dispute from registration to archive 矛盾纠纷案件",
    table="dispute_case",
    resource="case",
    # Who the parties are, where they live, what was said behind closed doors, signs of harm (个人信息保护法 28).
    sensitive=frozenset({IDENTITY, "address", "notes", "clue"}),
    prefix="case",
    members=by_name(
        column("number", "Such as (2026)海宴人调字第00012号 案号"),
        enum("status", CaseStatus, "Where it stands 状态"),
        column(
            "version",
            "Raised by every change that the caller is told of; send it back as expectedVersion 版本",
            INTERNAL,
            otherwise=version_told,
        ),
        to_one(
            "type",
            "dispute_type",
            "What kind of dispute 纠纷类型",
            join=lambda t, u: f"{u}.code = {t}.type_code",
            nullable=False,
        ),
        enum("source", CaseSource, "What brought it in 来源"),
        to_one("organisation", "organisation", "The centre that answers for it 受理中心"),
        place(),
        to_one("handler", "organisation", "Who handles it 承办单位"),
        to_one("court", "organisation", "The court seized of it 法院"),
        part(
            "risk",
            "CaseRisk",
            "Risk, once assessed 风险研判",
            enum("level", RiskLevel, "How dangerous 风险等级", column="risk_level"),
            enum("scale", CaseScale, "How many it concerns 规模"),
            column("people_count", "People concerned 涉及人数"),
            column("mass_incident", "May become a mass incident 是否可能引发群体性事件"),
            column("public_security", "Touches public security 是否涉及治安"),
            column("assessed_at", "When judged 研判时间", column="risk_assessed_at"),
            about="What the dispatcher judged the risk to be 风险研判",
            present=lambda t: f"{t}.risk_assessed_at IS NOT NULL",
            group=INTERNAL,
        ),
        column("registered_at", "Registered 登记时间"),
        column("accepted_at", "Accepted 受理时间"),
        column("declined_at", "Declined 不予受理时间"),
        column("dispatched_at", "Dispatched 分流时间"),
        column("taken_on_at", "Taken on 接办时间"),
        column("settled_at", "Settled 化解时间"),
        column("failed_at", "Mediation failed 调解不成时间"),
        column("fulfilled_at", "Everything done 履行完毕时间"),
        column("concluded_at", "Mediation ended, one way or the other 调解终结时间"),
        column("closed_at", "Closed 结案时间"),
        column("due_at", "Mediation due (CASE5) 调解期限"),
        expression("overdue", bool, "Past due, or ended past due 是否超期", exceptional.overdue),
        enum("settlement_mode", SettlementMode, "How it was settled 化解方式"),
        column("return_count", "Times returned 退回次数"),
        column("reopen_count", "Times reopened 重启次数"),
        column("reopened_at", "Last reopened 重启时间"),
        column("mediated_again_at", "Last returned from an agreement, unsigned or not kept, to mediation 再次调解时间"),
        expression(
            "dispatch_binding",
            bool,
            "Dispatched by the centre's binding decision, after two returns (DSP1) 是否中心裁定承办",
            exceptional.binding_after(RETURNS_ALLOWED),
        ),
        expression("paused", bool, "Mediation rests 是否中止", lambda t: f"({t}.paused_at IS NOT NULL)"),
        column("paused_at", "Resting since 中止时间"),
        enum("pause_reason", PauseReason, "Why it rests 中止原因", label="The reason's Chinese words 中止原因名称"),
        column("referred_at", "Referred to the court 移送法院时间"),
        column("referral_consent_at", "When the parties consented to the referral 当事人同意移送时间", HISTORY),
        column("archived_at", "Put into the archive; read-only from then on 归档时间"),
        expression(
            "breached",
            bool,
            "An obligation was reported as not kept and is still open 是否存在未履行",
            exceptional.is_breached,
            AGREEMENT,
        ),
        column("title", "Title 标题", NARRATIVE),
        column("facts", "What happened 事实", NARRATIVE),
        column("demands", "What is asked for 诉求", NARRATIVE),
        column("decline_reason", "Why declined 不予受理原因", NARRATIVE),
        column("decline_guidance", "The legal way that is open instead 法律途径指引", NARRATIVE),
        # CRT3: why it failed tells what was conceded; it stays with those who mediated.
        column("failure_reason", "Why mediation failed 调解不成原因", "notes"),
        column("address_protected", "Some party's address is protected 是否有受保护住址", IDENTITY),
        # Who reports violence is told to nobody whom the report is about (反家庭暴力法 14).
        to_one("registered_by", "user", "Who registered it 登记人", HISTORY, besides=INTERNAL),
        to_one(
            "agreement",
            "agreement",
            "What was agreed 调解协议",
            AGREEMENT,
            join=lambda t, u: f"{ITS_AGREEMENTS(t, u)} AND {in_force(u)}",
        ),
        to_part(
            "confirmation",
            "judicial_confirmation",
            "The latest application for confirmation 司法确认",
            AGREEMENT,
            latest="applied_at",
        ),
        to_many("deadlines", "deadline", "Periods that run, or ran, soonest first 办理期限"),
        to_many("supervisions", "supervision", "Supervision of the case 督办", order="opened_at"),
        to_many("risk_reports", "risk_report", "Reports of its risk, and who has read them 风险报告"),
        to_many("report_duties", "report_duty", "Whom the law wants told (DV1, MIN1) 强制报告", IDENTITY),
        to_many("protection_measures", "protection_measure", "Warnings and protection orders 保护措施", IDENTITY),
        to_many("clue_notices", "clue_notice", "Notices between those who protect 线索通报", "clue"),
        to_many(
            "police_notices",
            "police_notice",
            "Notices to the police that what was done was mediated and performed (POL2) 通报公安机关",
            HISTORY,
        ),
        to_many("calls", "joint_call", "Calls for joint handling, oldest first 联调呼叫"),
        to_part("entrustment", "court_entrustment", "The court's entrustment that made it 法院委派", HISTORY),
        to_one(
            "hand_over",
            "hand_over",
            "What goes to court, once mediation failed 诉非对接移送",
            HISTORY,
            join=court_views.handed_over,
        ),
        to_many(
            "escalation_path",
            "escalation_step",
            "Stations and courts on the way up, lowest first 诉非对接层级",
            join=court_views.on_the_way_up,
        ),
        computed.AVAILABLE_ACTIONS.member(),
        computed_field(
            "access",
            list[computed.GroupAccess],
            "What of the case the caller sees 访问情况",
            computed.access_facts,
            computed.access,
        ),
        to_page("parties", "party", "Parties in order 当事人"),
        to_page("participants", "participant", "Organisations on the case 参与单位"),
        to_page("mediators", "case_mediator", "Mediators of the case 承办调解员"),
        to_page("sessions", "session", "Mediation sessions in order 调解会", nullable=True),
        to_page("notes", "note", "Notes that are for the caller, oldest first 备注"),
        to_page("representatives", "representative", "Who stands for the parties 监护人和代理人"),
        to_page("recusals", "recusal", "Grounds of recusal declared about mediators 回避事由", HISTORY),
        to_page("follow_ups", "follow_up", "Visits after the case 回访", HISTORY),
        to_page("pauses", "pause", "Rests of the mediation, oldest first 调解中止记录", HISTORY),
        to_page("withdrawals", "withdrawal", "Withdrawals by parties, oldest first 当事人终止记录", HISTORY),
        to_page("breaches", "breach", "Reports that an obligation was not kept, oldest first 未履行记录", AGREEMENT),
        to_page(
            "earlier_agreements",
            "agreement",
            "Agreements of earlier rounds, and drafts that were given up 以往调解协议",
            HANDLING,
            join=lambda t, u: f"{ITS_AGREEMENTS(t, u)} AND {u}.superseded_at IS NOT NULL",
        ),
        to_page("timeline", "timeline_entry", "What happened, oldest first 时间线", HISTORY),
    ),
    roots={
        "case": Lookup("case", "One case; null when there is none within reach 案件"),
        "cases": Listing(
            "case",
            "Cases within reach, newest first unless sorted otherwise 案件列表",
            plural="cases",
            term="案件",
            which="Which cases 筛选",
        ),
        "case_figures": Figures(
            "case",
            "Counts and rates over the cases within reach 案件统计",
            measured="Figures over cases; each success beside what would expose gaming it 案件指标",
            key_type="FigureKey",
        ),
    },
    orderings=case_filters.ORDERINGS,
    default_order=("registered_at", True),
    filters=case_filters.FILTERS,
    dimensions=figure_views.DIMENSIONS,
    counts=figure_views.COUNTS,
    measures=figure_views.MEASURES,
    rollup=figure_views.ROLLUP,
)
