"""The rules of the main road (DOMAIN §7), each once: what it says, why, which actions it concerns, how it is tested.

`state` holds the tests that need the case alone, so that a reader can be told beforehand; `given` those that also need
what the command brings. A rule with neither is kept in another way, which `kept` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from domain.cases import rule_tests as test
from domain.codes.enums import CaseAction

_A = CaseAction


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `number`: the figure in it, as text. `sla`: a service level that a place may change, not law."""

    id: str
    message: str
    message_en: str
    source: str
    applies_to: tuple[CaseAction, ...]
    state: Mapping[CaseAction, test.StateTest] = field(default_factory=dict)
    given: Mapping[CaseAction, test.GivenTest] = field(default_factory=dict)
    number: str | None = None
    sla: bool = False
    kept: str | None = None


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
LIFECYCLE = Rule(
    "LIFECYCLE",
    "案件当前状态不允许此操作",
    "The case's status does not allow this action",
    "“4+2”工作流程：登记受理、先行调解、风险研判、分类流转，跟踪督办、案结事了",
    tuple(CaseAction),
    state={action: test.open_for(action) for action in CaseAction if action is not _A.REGISTER},
)

_PEOPLES_MEDIATION = "《人民调解法》"
_WORK_RULES = "《人民调解工作若干规定》"
_CIVIL_PROCEDURE = "《民事诉讼法》"
_INTERPRETATION = "《最高人民法院关于适用〈民事诉讼法〉的解释》"

RULE_TABLE: tuple[Rule, ...] = (
    LIFECYCLE,
    Rule(
        "CASE1", "调解民间纠纷不收取任何费用", "Mediation is free of charge: no fee can be recorded",
        _PEOPLES_MEDIATION + "第四条", tuple(CaseAction), number="0",
        kept="no command and no table has a field for a fee",
    ),
    Rule(
        "PI1", "保存身份证号等敏感个人信息须取得本人单独同意；不满十四周岁的须取得监护人同意",
        "Sensitive data is kept only with the party's consent; under 14, with the guardian's",
        "《个人信息保护法》第二十八条至第三十一条", (_A.REGISTER,), given={_A.REGISTER: test.consent_recorded},
    ),
    Rule(
        "CASE9", "纠纷应当登记，调解应当记录并归档；没有调解笔录的不得登记达成协议",
        "Cases are registered and mediation is recorded; no agreement without a record of mediation",
        _PEOPLES_MEDIATION + "第二十七条", (_A.REGISTER, _A.HOLD_SESSION, _A.AGREE),
        state={_A.AGREE: test.was_mediated}, given={_A.HOLD_SESSION: test.session_is_recorded},
    ),
    Rule(
        "MEDIABLE", "该类纠纷不属于调解范围，应当不予受理并告知当事人其他法定途径",
        "This type of dispute is not mediable: decline it and name the legal way that is open",
        _WORK_RULES + "第二十二条", (_A.ACCEPT,), state={_A.ACCEPT: test.type_is_mediable},
    ),
    Rule(
        "CASE4", "首次调解前应当告知当事人调解的性质、原则以及当事人的权利和义务",
        "Before the first session the parties are told the nature of mediation and their rights and duties",
        _WORK_RULES + "第三十条", (_A.ACCEPT, _A.HOLD_SESSION),
        state={_A.HOLD_SESSION: test.rights_were_told},
        given={_A.ACCEPT: test.rights_are_told, _A.HOLD_SESSION: test.told_before_session},
    ),
    Rule(
        "GUIDANCE", "不予受理应当告知当事人其他法定途径", "Declining names the legal way that is open to the parties",
        _WORK_RULES + "第二十四条", (_A.DECLINE,), given={_A.DECLINE: test.guidance_is_given},
    ),
    Rule(
        "CASE5", "调解一般应当在一个月内完成", "Mediation is generally concluded within one month of acceptance",
        _WORK_RULES + "第三十三条", (_A.ACCEPT,), number="1 month", sla=True,
        kept="accepting sets the due date; the on-time figure compares with it",
    ),
    Rule(
        "CASE7", "可能引发治安案件、刑事案件的纠纷，应当及时向公安机关报告",
        "A dispute that may become a matter of public order or crime is reported to the police at once",
        _PEOPLES_MEDIATION + "第二十五条", (_A.REGISTER, _A.ASSESS_RISK),
        kept="the report leaves with the same transaction",
    ),
    Rule(
        "RISK1", "红色风险或可能引发群体性事件的纠纷，应当立即报告镇、县两级领导",
        "A red risk or a possible mass incident is reported to town and county leadership at once",
        "综治中心工作规范（第一时间报告）", (_A.ASSESS_RISK,), number="2 hours", sla=True,
        kept="the report leaves with the same transaction",
    ),
    Rule(
        "ASSESSED", "分流前应当先行风险研判", "The risk is assessed before a case is dispatched",
        "“4+2”工作流程：风险研判先于分类流转", (_A.DISPATCH,), state={_A.DISPATCH: test.risk_was_assessed},
    ),
    Rule(
        "COVERS", "承办和协办单位的管辖范围应当覆盖纠纷所在地",
        "Those who are to handle the case serve the place of the dispute",
        "“4+2”工作流程：按管辖分类流转", (_A.DISPATCH,), given={_A.DISPATCH: test.handler_covers_place},
    ),
    Rule(
        "DSP1", "案件已退回两次，应当由综治中心裁定承办单位，不得再次退回",
        "After two returns the centre's decision binds: the case cannot be returned again",
        "综治中心工作规范（平台规则）", (_A.RETURN,), state={_A.RETURN: test.may_be_returned}, number="2", sla=True,
    ),
    Rule(
        "CASE3", "调解应当指定一名或者数名调解员，或者由当事人选择调解员",
        "One or more mediators are named, or chosen by the parties",
        _PEOPLES_MEDIATION + "第十九条、第二十三条", (_A.TAKE_ON, _A.HOLD_SESSION),
        state={_A.HOLD_SESSION: test.has_mediator}, given={_A.TAKE_ON: test.mediator_is_named},
    ),
    Rule(
        "RECUSAL", "调解员是本案当事人的，不得担任本案调解员", "A party of the case may not mediate it",
        "《最高人民法院关于人民法院特邀调解的规定》第十五条", (_A.TAKE_ON,),
        given={_A.TAKE_ON: test.mediator_is_no_party},
    ),
    Rule(
        "CASE2", "调解应当尊重当事人意愿；当事人明确拒绝的不得调解，未经各方同意不得登记达成协议",
        "No mediation against a party's clear refusal, and no agreement without everybody's consent",
        _PEOPLES_MEDIATION + "第十七条、第二十三条", (_A.AGREE,), given={_A.AGREE: test.all_consented},
    ),
    Rule(
        "AGR1", "有民事权利义务内容或者当事人要求的，应当制作书面调解协议",
        "An agreement is written if it holds civil rights and duties or a party asks for it",
        _WORK_RULES + "第三十四条", (_A.AGREE,), given={_A.AGREE: test.written_where_due},
    ),
    Rule(
        "AGR3", "书面调解协议自各方当事人签名、盖章或者按指印，调解员签名并加盖调解委员会印章之日起生效",
        "A written agreement takes effect when all parties and the mediator signed and the committee sealed it",
        _PEOPLES_MEDIATION + "第二十九条", (_A.AGREE,), given={_A.AGREE: test.signed_and_sealed},
    ),
    Rule(
        "AGR4", "口头调解协议自各方当事人达成协议之日起生效，调解员应当记录协议内容",
        "An oral agreement takes effect when it is reached, and the mediator records it",
        _PEOPLES_MEDIATION + "第二十八条、第三十条", (_A.AGREE,), given={_A.AGREE: test.oral_is_recorded},
    ),
    Rule(
        "AGR5", "调解协议书由各方当事人各执一份，调解委员会留存一份",
        "A written agreement is made out once for each party and once to be kept",
        _PEOPLES_MEDIATION + "第二十九条", (_A.AGREE,), given={_A.AGREE: test.enough_copies}, number="n+1",
    ),
    Rule(
        "CASE8", "调解不成的应当终止调解，并告知当事人可以依法通过仲裁、行政、司法等途径维护权利",
        "Failure ends the mediation, and the parties are told of arbitration, administrative and court ways",
        _PEOPLES_MEDIATION + "第二十六条", (_A.FAIL,), given={_A.FAIL: test.other_ways_are_told},
    ),
    Rule(
        "CONF1", "司法确认应当由双方当事人自调解协议生效之日起三十日内共同提出申请",
        "Both sides apply for confirmation together within 30 days of the agreement's effect",
        _PEOPLES_MEDIATION + "第三十三条；" + _CIVIL_PROCEDURE + "第二百零五条", (_A.APPLY_CONFIRMATION,),
        state={_A.APPLY_CONFIRMATION: test.still_in_time_to_apply},
        given={_A.APPLY_CONFIRMATION: test.application_is_joint}, number="30 days",
    ),
    Rule(
        "CONF2", "期间开始之日不计算在内；最后一日是法定休假日的，顺延至其后第一个工作日",
        "The first day is not counted; a last day off moves to the next working day",
        _CIVIL_PROCEDURE + "第八十五条", (_A.APPLY_CONFIRMATION,), kept="CONF1 is tested against days counted so",
    ),
    # Simplified: "inviting court, else residence, object's place or the committee's place" comes down to a court or
    # tribunal whose jurisdiction covers the place where the dispute lies, which is the committee's as well.
    Rule(
        "CONF3", "应当向有管辖权的人民法院或者人民法庭申请司法确认",
        "The application goes to a court or tribunal with jurisdiction over the place of the case",
        _CIVIL_PROCEDURE + "第二百零五条", (_A.APPLY_CONFIRMATION,),
        given={_A.APPLY_CONFIRMATION: test.court_is_competent},
    ),
    Rule(
        "CONF4", "申请司法确认应当提交书面调解协议", "The application comes with the written agreement",
        _INTERPRETATION + "第三百五十三条、第三百五十四条", (_A.APPLY_CONFIRMATION,),
        state={_A.APPLY_CONFIRMATION: test.agreement_is_written},
    ),
    Rule(
        "CONF_ONCE", "该案已有正在办理或者已经确认的司法确认申请", "An application is pending or was confirmed already",
        _INTERPRETATION + "第三百五十三条", (_A.APPLY_CONFIRMATION,),
        state={_A.APPLY_CONFIRMATION: test.no_confirmation_open},
    ),
    Rule(
        "CONF_ORDER", "司法确认应当依次申请、受理、裁定", "Confirmation goes in order: application, acceptance, ruling",
        _INTERPRETATION + "第三百五十五条至第三百五十八条", (_A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION),
        state={
            _A.ACCEPT_CONFIRMATION: test.confirmation_applied,
            _A.RULE_CONFIRMATION: test.confirmation_accepted,
        },
    ),
    Rule(
        "CONF5", "不予受理司法确认申请应当写明法定理由", "Not accepting an application names the ground in law",
        _INTERPRETATION + "第三百五十五条", (_A.ACCEPT_CONFIRMATION,),
        given={_A.ACCEPT_CONFIRMATION: test.ground_is_named},
    ),
    Rule(
        "CONF6", "裁定驳回司法确认申请应当写明法定理由", "Rejecting an application names the ground in law",
        _INTERPRETATION + "第三百五十八条", (_A.RULE_CONFIRMATION,),
        given={_A.RULE_CONFIRMATION: test.ground_is_named},
    ),
    Rule(
        "CONF8", "人民法院应当三日内决定是否受理，受理后十五日内作出裁定，可以延长十日",
        "The court decides on acceptance within 3 days and rules within 15, which may be extended by 10",
        "《关于人民调解协议司法确认程序的若干规定》第四条、第五条",
        (_A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION), number="3; 15; +10 days", sla=True,
        kept="each step's event names the last day of the next",
    ),
    Rule(
        "CONF10", "申请执行的期间为二年", "Enforcement is applied for within two years",
        _CIVIL_PROCEDURE + "第二百零六条、第二百五十条", (_A.RULE_CONFIRMATION,), number="2 years",
        kept="confirming sets the last day",
    ),
    Rule(
        "CONF_WAITS", "司法确认申请尚未办结，不得结案", "The case is not closed while a court has still to decide",
        "《关于人民调解协议司法确认程序的若干规定》第五条", (_A.CLOSE,), state={_A.CLOSE: test.no_confirmation_waiting},
    ),
    Rule(
        "AGR6", "应当监督协议履行；每项义务均有履行凭证方可登记履行完毕",
        "Performance is supervised: every obligation is evidenced before an agreement counts as fulfilled",
        _PEOPLES_MEDIATION + "第三十一条", (_A.FULFIL,), given={_A.FULFIL: test.everything_evidenced},
    ),
    Rule(
        "FUP1", "协议履行后三十日内应当回访，未回访的不得结案",
        "The parties are visited within 30 days of performance, and before the case is closed",
        "回访工作规范（平台规则）", (_A.CLOSE,), state={_A.CLOSE: test.visited_if_fulfilled}, number="30 days", sla=True,
    ),
)
# fmt: on

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in RULE_TABLE})
