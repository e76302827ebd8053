"""The rules of a case, each once: what it says, why, which actions it concerns, how it is tested.

They are asked in this order, after them those of supervision, then those that other rooms add (`case_rules.py`).
"""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.agreements import predicates as agreement
from domain.disputes.cases.sources import (
    CIVIL_PROCEDURE_INTERPRETATION,
    CIVIL_PROCEDURE_LAW,
    INVITED_MEDIATION_RULES,
    MEDIATION_WORK_RULES,
    PEOPLES_MEDIATION_LAW,
)
from domain.disputes.rules import predicates, predicates_of_people as people
from domain.foundation.kernel.rules import Rule

_A = CaseAction

# Laid out by hand: it is read, and printed, as a table.
# fmt: off
OUT_OF_ORDER: Rule[CaseAction] = Rule(
    "LIFECYCLE",
    "案件当前状态不允许此操作",
    "The case's status does not allow this action",
    "“4+2”工作流程：登记受理、先行调解、风险研判、分类流转，跟踪督办、案结事了",
    tuple(CaseAction),
)

ROAD_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "CASE1", "调解民间纠纷不收取任何费用", "Mediation is free of charge: no fee can be recorded",
        PEOPLES_MEDIATION_LAW + "第四条", tuple(CaseAction), number="0",
        kept="no command and no table has a field for a fee",
    ),
    Rule(
        "PI1", "保存身份证号等敏感个人信息须取得本人单独同意；不满十四周岁的须取得监护人同意",
        "Sensitive data is kept only with the party's consent; under 14, with the guardian's",
        "《个人信息保护法》第二十八条至第三十一条", (_A.REGISTER, _A.ADD_REPRESENTATIVE),
        by_input={_A.REGISTER: predicates.consent_recorded, _A.ADD_REPRESENTATIVE: people.representative_consented},
    ),
    Rule(
        "CASE9", "纠纷应当登记，调解应当记录并归档；没有调解笔录的不得登记达成协议",
        "Cases are registered and mediation is recorded; no agreement without a record of mediation",
        PEOPLES_MEDIATION_LAW + "第二十七条", (_A.REGISTER, _A.HOLD_SESSION, _A.AGREE),
        by_state={_A.AGREE: predicates.was_mediated}, by_input={_A.HOLD_SESSION: predicates.session_is_recorded},
    ),
    Rule(
        "MEDIABLE", "该类纠纷不属于调解范围，应当不予受理并告知当事人其他法定途径",
        "This type of dispute is not mediable: decline it and name the legal way that is open",
        MEDIATION_WORK_RULES + "第二十二条", (_A.ACCEPT, _A.REOPEN, _A.ACCEPT_ENTRUSTMENT),
        by_state={
            _A.ACCEPT: predicates.type_is_mediable,
            _A.REOPEN: predicates.type_is_mediable,
            _A.ACCEPT_ENTRUSTMENT: predicates.type_is_mediable,
        },
    ),
    Rule(
        "CASE4", "首次调解前应当告知当事人调解的性质、原则以及当事人的权利和义务",
        "Before the first session the parties are told the nature of mediation and their rights and duties",
        MEDIATION_WORK_RULES + "第三十条", (_A.ACCEPT, _A.HOLD_SESSION, _A.REOPEN, _A.ACCEPT_ENTRUSTMENT),
        by_state={_A.HOLD_SESSION: predicates.rights_were_told},
        by_input={
            _A.ACCEPT: predicates.rights_are_told,
            _A.HOLD_SESSION: predicates.told_before_session,
            _A.REOPEN: predicates.rights_are_told,
            _A.ACCEPT_ENTRUSTMENT: predicates.rights_are_told,
        },
    ),
    Rule(
        "GUIDANCE", "不予受理应当告知当事人其他法定途径", "Declining names the legal way that is open to the parties",
        MEDIATION_WORK_RULES + "第二十四条", (_A.DECLINE,), by_input={_A.DECLINE: predicates.guidance_is_given},
    ),
    Rule(
        "CASE5", "调解一般应当在一个月内完成", "Mediation is generally concluded within one month of acceptance",
        MEDIATION_WORK_RULES + "第三十三条", (_A.ACCEPT,), number="1 month", sla=True,
        kept="accepting sets the due date; the on-time figure compares with it",
    ),
    Rule(
        "LAB1", "劳动争议自调解组织收到调解申请之日起十五日内未达成调解协议的，当事人可以依法申请仲裁",
        "A labour dispute on which no agreement is reached within 15 days may be taken to arbitration",
        "《劳动争议调解仲裁法》第十四条", (_A.REGISTER,), number="15 days",
        kept="registering a labour dispute opens the period; when it lapses arbitration is open",
    ),
    Rule(
        "MDC1", "医疗纠纷应当自受理之日起三十个工作日内完成调解，鉴定时间不计入；需要延长的由当事人约定，届满未达成协议的视为调解不成",
        "A medical dispute is mediated within 30 working days, the time of an appraisal not counted, unless the parties"
        " agree to extend it",
        "《医疗纠纷预防和处理条例》第三十八条", (_A.ACCEPT, _A.PAUSE, _A.RESUME, _A.EXTEND_DEADLINE, _A.REOPEN),
        number="30 working days", kept="accepting opens the period, a pause for an appraisal stops it",
    ),
    Rule(
        "XF1", "信访事项应当自收到之日起十五日内转送、交办或者书面告知是否受理",
        "A petition is routed, or answered in writing, within 15 days", "《信访工作条例》第二十二条、第二十三条",
        (_A.REGISTER,), number="15 days", kept="registering a petition opens the period; accepting or declining ends it",
    ),
    Rule(
        "XF2", "信访事项应当自受理之日起六十日内办结；情况复杂的经批准可以延长一次，不超过三十日",
        "A petition is done within 60 days of acceptance, extended once by at most 30", "《信访工作条例》第三十四条",
        (_A.ACCEPT, _A.EXTEND_DEADLINE), number="60; +30 days",
        kept="accepting a petition opens the period; EXT_LIMIT bounds its extension",
    ),
    Rule(
        "HOT1", "12345热线工单应当在五个工作日内办结", "A hotline order is done within five working days",
        "政务服务便民热线工单办理规定（地方规则）", (_A.REGISTER, _A.EXTEND_DEADLINE), number="5 working days", sla=True,
        kept="registering a hotline order opens the period",
    ),
    Rule(
        "CASE7", "可能引发治安案件、刑事案件的纠纷，应当及时向公安机关报告",
        "A dispute that may become a matter of public order or crime is reported to the police at once",
        PEOPLES_MEDIATION_LAW + "第二十五条", (_A.REGISTER, _A.ASSESS_RISK),
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
        "“4+2”工作流程：风险研判先于分类流转", (_A.DISPATCH,), by_state={_A.DISPATCH: predicates.risk_was_assessed},
    ),
    Rule(
        "COVERS", "承办和协办单位的管辖范围应当覆盖纠纷所在地",
        "Those who are to handle the case serve the place of the dispute",
        "“4+2”工作流程：按管辖分类流转", (_A.DISPATCH, _A.ENTRUST, _A.CALL),
        by_input={
            _A.DISPATCH: predicates.handler_covers_place,
            _A.ENTRUST: predicates.entrusted_serve_place,
            _A.CALL: predicates.called_serve_place,
        },
    ),
    Rule(
        "DSP1", "案件已退回两次，应当由综治中心裁定承办单位，不得再次退回",
        "After two returns the centre's decision binds: the case cannot be returned again",
        "综治中心工作规范（平台规则）", (_A.RETURN,), by_state={_A.RETURN: predicates.may_be_returned}, number="2", sla=True,
    ),
    Rule(
        "CASE3", "调解应当指定一名或者数名调解员，或者由当事人选择调解员",
        "One or more mediators are named, or chosen by the parties",
        PEOPLES_MEDIATION_LAW + "第十九条、第二十三条", (_A.TAKE_ON, _A.HOLD_SESSION),
        by_state={_A.HOLD_SESSION: predicates.has_mediator}, by_input={_A.TAKE_ON: predicates.mediator_is_named},
    ),
    Rule(
        "RECUSAL", "调解员是本案当事人、代理人，或者与其有近亲属、利害等关系的，应当回避，双方当事人同意的除外",
        "A mediator who is a party, stands for one or is tied to one withdraws, unless both sides consent",
        "《最高人民法院关于人民法院特邀调解的规定》第十五条",
        (_A.TAKE_ON, _A.HOLD_SESSION, _A.AGREE, _A.REPLACE_MEDIATOR),
        by_state={_A.HOLD_SESSION: people.mediators_may_mediate, _A.AGREE: people.mediators_may_mediate},
        by_input={
            _A.TAKE_ON: people.named_may_mediate,
            _A.HOLD_SESSION: people.mediated_by_no_party,
            _A.AGREE: people.mediated_by_no_party,
            _A.REPLACE_MEDIATOR: people.replacement_may_mediate,
        },
    ),
    Rule(
        "MED2",
        "调解员偏袒、侮辱当事人，索取、收受财物或者泄露隐私、商业秘密的，由推选或者聘任单位罢免或者解聘，应当记明事由和依据；"
        "被罢免、解聘的不得再担任案件调解员，在办案件应当更换调解员",
        "A mediator who is biased, insults, takes gain or leaks is dismissed, with ground and evidence on record; whoever"
        " was dismissed mediates no case until appointed again: in a case under way another is named",
        PEOPLES_MEDIATION_LAW + "第十五条", (_A.TAKE_ON, _A.HOLD_SESSION, _A.AGREE, _A.REPLACE_MEDIATOR),
        by_state=dict.fromkeys((_A.HOLD_SESSION, _A.AGREE), people.mediators_were_not_dismissed),
        by_input={
            _A.TAKE_ON: people.named_were_not_dismissed,
            _A.REPLACE_MEDIATOR: people.replacement_was_not_dismissed,
        },
    ),
    Rule(
        "MED3", "调解员任期或者聘期已经届满，换届或者续聘前不得担任案件调解员",
        "A mediator whose term or appointment has ended mediates no new case until elected or appointed again",
        PEOPLES_MEDIATION_LAW + "第九条、第十三条", (_A.TAKE_ON, _A.REPLACE_MEDIATOR),
        by_input={_A.TAKE_ON: people.named_are_in_office, _A.REPLACE_MEDIATOR: people.replacement_is_in_office},
    ),
    Rule(
        "MED5", "担任过本案调解员的，不得在后续程序中担任本案当事人的代理人",
        "Who mediated the case does not act in it afterwards",
        "《最高人民法院关于人民法院特邀调解的规定》第十六条", (_A.ADD_REPRESENTATIVE,),
        by_input={_A.ADD_REPRESENTATIVE: people.representative_did_not_mediate},
    ),
    Rule(
        "REP_GROUP", "人数众多的一方可以推选代表人，代表人不得超过五人",
        "A side with several parties may be represented by at most five of them",
        CIVIL_PROCEDURE_LAW + "第五十六条、第五十七条；" + CIVIL_PROCEDURE_INTERPRETATION + "第七十八条", (_A.ADD_REPRESENTATIVE,),
        by_input={_A.ADD_REPRESENTATIVE: people.group_is_represented_by_few}, number="5",
    ),
    Rule(
        "REP_AGENTS", "每名当事人可以委托一至二名代理人", "A party has at most two agents",
        CIVIL_PROCEDURE_LAW + "第六十一条", (_A.ADD_REPRESENTATIVE,),
        by_input={_A.ADD_REPRESENTATIVE: people.agents_are_few}, number="2",
    ),
    Rule(
        "REP_SIDES", "同一人不得代表、代理双方当事人", "Nobody stands for two sides",
        "《民法典》第一百六十八条", (_A.ADD_REPRESENTATIVE,),
        by_input={_A.ADD_REPRESENTATIVE: people.representative_is_of_one_side},
    ),
    Rule(
        "MINOR_GUARDIAN", "未成年当事人应当由监护人代理，未登记监护人的不得登记达成协议",
        "A minor agrees through a guardian: no agreement while one has none on record",
        "《民法典》第十九条、第二十条、第二十三条", (_A.AGREE,), by_state={_A.AGREE: people.minors_have_guardians},
    ),
    Rule(
        "SEPARATE", "背对背调解的笔录不得对各方公开", "What one side said with the other away is not opened to the other",
        PEOPLES_MEDIATION_LAW + "第十五条第四项", (_A.HOLD_SESSION,),
        by_input={_A.HOLD_SESSION: people.record_stays_with_its_side},
    ),
    Rule(
        "CASE2", "调解应当尊重当事人意愿；当事人明确拒绝的不得调解，未经各方同意不得登记达成协议",
        "No mediation, and no mediation again, against a party's clear refusal; no agreement without everybody's consent",
        PEOPLES_MEDIATION_LAW + "第十七条、第二十三条", (_A.AGREE, _A.WITHDRAW, _A.MEDIATE_AGAIN),
        by_input={_A.AGREE: predicates.all_consented, _A.MEDIATE_AGAIN: predicates.all_consented},
    ),
    Rule(
        "AGR1", "有民事权利义务内容或者当事人要求的，应当制作书面调解协议",
        "An agreement is written if it holds civil rights and duties or a party asks for it",
        MEDIATION_WORK_RULES + "第三十四条", (_A.AGREE,), by_input={_A.AGREE: predicates.written_where_due},
    ),
    Rule(
        "AGR3", "书面调解协议自各方当事人签名、盖章或者按指印，调解员签名并加盖调解委员会印章之日起生效",
        "A written agreement takes effect when all parties and the mediator signed and the committee sealed it",
        PEOPLES_MEDIATION_LAW + "第二十九条",
        (_A.AGREE, _A.SIGN, _A.APPLY_CONFIRMATION, _A.PERFORM, _A.FULFIL),
        by_state=dict.fromkeys((_A.APPLY_CONFIRMATION, _A.PERFORM, _A.FULFIL), agreement.agreement_in_effect),
        by_input={_A.AGREE: agreement.signed_by_all_or_by_nobody},
    ),
    Rule(
        "SIGN_OPEN", "只有尚未生效的书面调解协议需要签署", "Only a written agreement that is not in effect yet is signed",
        PEOPLES_MEDIATION_LAW + "第二十九条、第三十条", (_A.SIGN,), by_state={_A.SIGN: agreement.agreement_waits_for_signatures},
    ),
    Rule(
        "AGR4", "口头调解协议自各方当事人达成协议之日起生效，调解员应当记录协议内容",
        "An oral agreement takes effect when it is reached, and the mediator records it",
        PEOPLES_MEDIATION_LAW + "第二十八条、第三十条", (_A.AGREE,), by_input={_A.AGREE: predicates.oral_is_recorded},
    ),
    Rule(
        "AGR5", "调解协议书由各方当事人各执一份，调解委员会留存一份",
        "A written agreement is made out once for each party and once to be kept",
        PEOPLES_MEDIATION_LAW + "第二十九条", (_A.AGREE, _A.SIGN),
        by_input={_A.AGREE: agreement.copies_when_agreed, _A.SIGN: agreement.copies_when_signed}, number="n+1",
    ),
    Rule(
        "CASE8", "调解不成的应当终止调解，并告知当事人可以依法通过仲裁、行政、司法等途径维护权利",
        "Failure ends the mediation, and the parties are told of arbitration, administrative and court ways",
        PEOPLES_MEDIATION_LAW + "第二十六条", (_A.FAIL, _A.WITHDRAW),
        by_input={_A.FAIL: predicates.other_ways_are_told, _A.WITHDRAW: predicates.other_ways_are_told},
    ),
    Rule(
        "CONF_WAITS", "司法确认申请尚未办结，不得结案、再次调解或者登记调解不成",
        "The case is not closed, mediated again or given up while a court has still to decide",
        "《关于人民调解协议司法确认程序的若干规定》第五条", (_A.CLOSE, _A.MEDIATE_AGAIN, _A.FAIL),
        by_state=dict.fromkeys((_A.CLOSE, _A.MEDIATE_AGAIN, _A.FAIL), predicates.no_confirmation_waiting),
    ),
    Rule(
        "CRT3", "当事人在调解中作出的让步、承诺不得作为证据，调解笔录、方案和不成的具体情况不移送人民法院",
        "Concessions made in mediation are no evidence: records, proposals and why it failed are not handed to a court",
        INVITED_MEDIATION_RULES + "第二十二条", (_A.APPLY_CONFIRMATION, _A.REFER_TO_COURT, _A.RETURN_ENTRUSTMENT),
        kept="the hand-over leaves them out, and no court is granted them by any path",
    ),
    Rule(
        "AGR6", "应当监督协议履行；每项义务均有履行凭证方可登记履行完毕",
        "Performance is supervised: every obligation is evidenced before an agreement counts as fulfilled",
        PEOPLES_MEDIATION_LAW + "第三十一条", (_A.FULFIL,), by_input={_A.FULFIL: predicates.everything_evidenced},
    ),
    Rule(
        "FUP1", "协议履行后三十日内应当回访，未回访的不得结案",
        "The parties are visited within 30 days of performance, and before the case is closed",
        "回访工作规范（平台规则）", (_A.CLOSE,), by_state={_A.CLOSE: predicates.visited_if_fulfilled}, number="30 days", sla=True,
    ),
    Rule(
        "PAUSED", "调解已中止，恢复前不得调解、登记达成协议或者调解不成",
        "While mediation rests no session is held, no agreement and no failure recorded, until it is resumed",
        "《人民法院在线调解规则》第二十六条；《医疗纠纷预防和处理条例》第三十八条",
        (_A.PAUSE, _A.HOLD_SESSION, _A.AGREE, _A.FAIL),
        by_state=dict.fromkeys((_A.PAUSE, _A.HOLD_SESSION, _A.AGREE, _A.FAIL), predicates.is_not_paused),
    ),
    Rule(
        "RESUMED", "调解没有中止，无需恢复", "Only a mediation that rests is resumed",
        "《人民法院在线调解规则》第二十六条；《医疗纠纷预防和处理条例》第三十八条", (_A.RESUME,),
        by_state={_A.RESUME: predicates.is_paused},
    ),
    Rule(
        "REF_CONSENT", "移送人民法院应当取得当事人同意", "The court is given a case with the parties' consent",
        "《最高人民法院关于建立健全诉讼与非诉讼相衔接的矛盾纠纷解决机制的若干意见》；《个人信息保护法》第二十三条",
        (_A.REFER_TO_COURT,), by_input={_A.REFER_TO_COURT: predicates.referral_is_consented},
    ),
    # Simplified as CONF3 is: a court or tribunal whose jurisdiction covers the place where the dispute lies.
    Rule(
        "REF_COURT", "应当移送有管辖权的人民法院或者人民法庭",
        "The case is referred to a court or tribunal with jurisdiction over its place",
        CIVIL_PROCEDURE_LAW + "第二十二条至第三十六条", (_A.REFER_TO_COURT,),
        by_input={_A.REFER_TO_COURT: predicates.court_is_competent},
    ),
    Rule(
        "PERFORMED", "协议约定的义务均已有履行凭证，应当登记履行完毕",
        "Every obligation has its proof already: record that all was fulfilled",
        PEOPLES_MEDIATION_LAW + "第三十一条", (_A.PERFORM, _A.BREACH),
        by_state=dict.fromkeys((_A.PERFORM, _A.BREACH), predicates.something_is_owed),
    ),
    Rule(
        "EVIDENCE", "登记履行应当附有该项义务的履行凭证", "Performance is recorded with its proof, obligation by obligation",
        PEOPLES_MEDIATION_LAW + "第三十一条", (_A.PERFORM,), by_input={_A.PERFORM: predicates.performance_is_evidenced},
    ),
    Rule(
        "BREACH", "履行期限届满仍未履行，或者义务人明确表示不履行的，方可登记未履行",
        "A breach is recorded once the day has passed, or the debtor has refused to perform",
        "《民法典》第五百七十七条、第五百七十八条", (_A.BREACH,), by_input={_A.BREACH: predicates.not_kept},
    ),
    Rule(
        "REOPEN_CONFIRMED", "调解协议已经司法确认，应当依法申请执行，不得重启或者再次调解",
        "A confirmed agreement is enforced, not mediated again",
        PEOPLES_MEDIATION_LAW + "第三十三条", (_A.REOPEN, _A.MEDIATE_AGAIN, _A.FAIL),
        by_state=dict.fromkeys((_A.REOPEN, _A.MEDIATE_AGAIN, _A.FAIL), predicates.was_not_confirmed),
    ),
    Rule(
        "BINDS", "调解协议已经生效，对当事人具有约束力，应当履行；有未履行记录的，方可再次调解或者登记调解不成",
        "An agreement in effect binds: it is mediated again, or given up for the court, once it was not kept",
        PEOPLES_MEDIATION_LAW + "第二十三条、第三十一条、第三十二条", (_A.MEDIATE_AGAIN, _A.FAIL, _A.WITHDRAW),
        by_state={
            _A.MEDIATE_AGAIN: predicates.never_bound_or_broken,
            _A.FAIL: predicates.never_bound_or_broken,
            _A.WITHDRAW: predicates.never_bound,
        },
    ),
    Rule(
        "FILE", "案卷不完整（缺少当事人身份信息或者权利义务告知），不得归档",
        "The file lacks who the parties are, or the notice of their rights: it cannot be archived",
        PEOPLES_MEDIATION_LAW + "第二十七条；" + MEDIATION_WORK_RULES + "第三十七条", (_A.ARCHIVE,),
        by_state={_A.ARCHIVE: predicates.file_is_complete},
    ),
    Rule(
        "ARCHIVE_OPEN", "督办尚未办结，或者风险报告、线索通报尚未签收的，不得归档",
        "Nothing is archived while a supervision is open, or a risk report or a clue notice has still to be acknowledged",
        "综治中心督办工作规范（平台规则）；线索通报工作机制（平台规则）", (_A.ARCHIVE,),
        by_state={_A.ARCHIVE: predicates.nobody_is_waited_for}, sla=True,
    ),
)
# fmt: on
