"""What judicial confirmation and enforcement add to the rules of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.codes.enums import AgreementForm, CaseAction, ConfirmationStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.cases.sources import CIVIL_PROCEDURE_INTERPRETATION, CIVIL_PROCEDURE_LAW, PEOPLES_MEDIATION_LAW
from domain.disputes.rules.predicates import confirmation_accepted, confirmation_applied
from domain.foundation.basics.calendar import WorkingCalendar, china_date
from domain.foundation.kernel.rules import Occasion, Rule
from domain.law.deadlines.schedule import CONFIRMATION_APPLICATION

_A = CaseAction


@dataclass(frozen=True, slots=True)
class ApplyRuleInput:
    """Whether both sides apply, and whether the court is one for the case's place."""

    joint: bool
    court_covers: bool


@dataclass(frozen=True, slots=True)
class DecisionRuleInput:
    """Whether the court decides in favour, whether it names a ground, or whether it asks for material first."""

    favourable: bool
    ground_named: bool
    material_demanded: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawalRuleInput:
    """Whether the parties withdraw, or whether material is overdue that the court had set a day for."""

    by_parties: bool
    material_overdue: bool = False


@dataclass(frozen=True, slots=True)
class ExtendRuleInput:
    """Whether a reason is given, the new last day to rule, and the last day of the procedure."""

    reasoned: bool
    rule_by: date
    conclude_by: date


@dataclass(frozen=True, slots=True)
class EnforceRuleInput:
    """Whether the court may enforce: it confirmed the agreement, or property lies where it serves."""

    court_competent: bool


def last_day_to_apply(facts: CaseFacts, calendar: WorkingCalendar) -> date | None:
    """The last day on which both sides may apply for confirmation (CONF1, CONF2); None without an agreement."""
    if facts.agreement_effective_at is None:
        return None
    return CONFIRMATION_APPLICATION.last_day(china_date(facts.agreement_effective_at), calendar)


def still_in_time_to_apply(facts: CaseFacts, occasion: Occasion) -> bool:
    """Today is not later than the last day to apply."""
    last = last_day_to_apply(facts, occasion.calendar)
    # Without a day of effect the period has not begun: that is AGR3's matter.
    return last is None or occasion.today <= last


def agreement_is_written(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is a paper that the court can be given."""
    return facts.agreement_form is AgreementForm.WRITTEN


def no_confirmation_open(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The latest application, if any, was refused, rejected or withdrawn."""
    return facts.confirmation_status not in {
        ConfirmationStatus.APPLIED,
        ConfirmationStatus.ACCEPTED,
        ConfirmationStatus.CONFIRMED,
    }


def confirmation_open(facts: CaseFacts, occasion: Occasion) -> bool:
    """The court has an application and has not ruled on it."""
    return confirmation_applied(facts, occasion) or confirmation_accepted(facts, occasion)


def material_not_overdue(facts: CaseFacts, occasion: Occasion) -> bool:
    """The day that the court set for missing material has not passed without it."""
    due = facts.confirmation_material_due_on
    return due is None or facts.confirmation_material_complete or occasion.today <= due


def material_complete(facts: CaseFacts, rule_input: DecisionRuleInput) -> bool:
    """The court accepts nothing of which material is missing."""
    return not rule_input.favourable or facts.confirmation_material_complete


def court_is_competent(_facts: CaseFacts, rule_input: ApplyRuleInput) -> bool:
    """A court or tribunal whose jurisdiction covers the place of the case, or that invited the mediation."""
    return rule_input.court_covers


def application_is_joint(_facts: CaseFacts, rule_input: ApplyRuleInput) -> bool:
    """Both sides apply."""
    return rule_input.joint


def ground_is_named(_facts: CaseFacts, rule_input: DecisionRuleInput) -> bool:
    """A decision against the applicants names its ground; one in their favour none, nor one put off for material."""
    return rule_input.favourable != (rule_input.ground_named or rule_input.material_demanded)


def withdrawn_rightly(_facts: CaseFacts, rule_input: WithdrawalRuleInput) -> bool:
    """By the parties at any time; for missing material when its day has passed without it."""
    return rule_input.by_parties or rule_input.material_overdue


def not_extended_yet(facts: CaseFacts, occasion: Occasion) -> bool:
    """The ruling was not extended before, and its time has not run out."""
    rule_by = facts.confirmation_rule_by
    return not facts.confirmation_extended and (rule_by is None or occasion.today <= rule_by)


def extension_has_reason(_facts: CaseFacts, rule_input: ExtendRuleInput) -> bool:
    """It says why."""
    return rule_input.reasoned


def concluded_in_time(_facts: CaseFacts, rule_input: ExtendRuleInput) -> bool:
    """The ruling falls within the special procedure."""
    return rule_input.rule_by <= rule_input.conclude_by


def confirmed_and_broken(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A court confirmed the agreement, and something owed under it was not done."""
    return facts.confirmation_status is ConfirmationStatus.CONFIRMED and facts.breaches_open > 0


def still_in_time_to_enforce(facts: CaseFacts, occasion: Occasion) -> bool:
    """Today is not later than the last day to apply for enforcement."""
    return facts.enforce_by is None or occasion.today <= facts.enforce_by


def court_may_enforce(_facts: CaseFacts, rule_input: EnforceRuleInput) -> bool:
    """The court that ruled, or one where property lies."""
    return rule_input.court_competent


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
CASE_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "CONF1", "司法确认应当由双方当事人自调解协议生效之日起三十日内共同提出申请",
        "Both sides apply for confirmation together within 30 days of the agreement's effect",
        PEOPLES_MEDIATION_LAW + "第三十三条；" + CIVIL_PROCEDURE_LAW + "第二百零五条", (_A.APPLY_CONFIRMATION,),
        by_state={_A.APPLY_CONFIRMATION: still_in_time_to_apply},
        by_input={_A.APPLY_CONFIRMATION: application_is_joint}, number="30 days",
    ),
    Rule(
        "CONF2", "期间开始之日不计算在内；最后一日是法定休假日的，顺延至其后第一个工作日",
        "The first day is not counted; a last day off moves to the next working day",
        CIVIL_PROCEDURE_LAW + "第八十五条", (_A.APPLY_CONFIRMATION,), kept="CONF1 is tested against days counted so",
    ),
    Rule(
        "CONF3",
        "法院委派调解的向该委派法院申请司法确认；其他案件向当事人住所地、标的物所在地、调解组织所在地有管辖权的法院申请",
        "The application goes to the court that invited the mediation; else to one that serves a party's residence, the"
        " object's place or the committee's place",
        CIVIL_PROCEDURE_LAW + "第二百零五条", (_A.APPLY_CONFIRMATION,),
        by_input={_A.APPLY_CONFIRMATION: court_is_competent},
    ),
    Rule(
        "CONF4",
        "申请司法确认应当提交书面调解协议、主持调解的证明、双方身份和联系方式，涉及财产权利的还应当提交权利证明；材料不齐不得受理",
        "The application comes with the written agreement, proof of mediation, identity and contact of both sides, and"
        " proof of title where title is concerned; it is not accepted while material is missing",
        CIVIL_PROCEDURE_INTERPRETATION + "第三百五十三条、第三百五十四条", (_A.APPLY_CONFIRMATION, _A.ACCEPT_CONFIRMATION),
        by_state={_A.APPLY_CONFIRMATION: agreement_is_written},
        by_input={_A.ACCEPT_CONFIRMATION: material_complete},
    ),
    Rule(
        "CONF_ONCE", "该案已有正在办理或者已经确认的司法确认申请", "An application is pending or was confirmed already",
        CIVIL_PROCEDURE_INTERPRETATION + "第三百五十三条", (_A.APPLY_CONFIRMATION,),
        by_state={_A.APPLY_CONFIRMATION: no_confirmation_open},
    ),
    Rule(
        "CONF_ORDER", "司法确认应当依次申请、受理、裁定", "Confirmation goes in order: application, acceptance, ruling",
        CIVIL_PROCEDURE_INTERPRETATION + "第三百五十五条至第三百五十八条",
        (_A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION, _A.SUPPLY_MATERIAL, _A.EXTEND_CONFIRMATION),
        by_state={
            _A.ACCEPT_CONFIRMATION: confirmation_applied,
            _A.RULE_CONFIRMATION: confirmation_accepted,
            _A.SUPPLY_MATERIAL: confirmation_open,
            _A.EXTEND_CONFIRMATION: confirmation_accepted,
        },
    ),
    Rule(
        "CONF5", "不予受理司法确认申请应当写明法定理由", "Not accepting an application names the ground in law",
        CIVIL_PROCEDURE_INTERPRETATION + "第三百五十五条", (_A.ACCEPT_CONFIRMATION,),
        by_input={_A.ACCEPT_CONFIRMATION: ground_is_named},
    ),
    Rule(
        "CONF6", "裁定驳回司法确认申请应当写明法定理由", "Rejecting an application names the ground in law",
        CIVIL_PROCEDURE_INTERPRETATION + "第三百五十八条", (_A.RULE_CONFIRMATION,),
        by_input={_A.RULE_CONFIRMATION: ground_is_named},
    ),
    Rule(
        "CONF7", "司法确认申请在裁定作出前可以撤回；无正当理由未在限期内补充材料的，按撤回申请处理",
        "An application may be withdrawn before the ruling; material not supplied in the time set ends it as withdrawn",
        CIVIL_PROCEDURE_INTERPRETATION + "第三百五十七条", (_A.WITHDRAW_CONFIRMATION, _A.SUPPLY_MATERIAL, _A.ACCEPT_CONFIRMATION),
        by_state={
            _A.WITHDRAW_CONFIRMATION: confirmation_open,
            _A.SUPPLY_MATERIAL: material_not_overdue,
            _A.ACCEPT_CONFIRMATION: material_not_overdue,
        },
        by_input={_A.WITHDRAW_CONFIRMATION: withdrawn_rightly}, number="15 days unless the court names the day",
    ),
    Rule(
        "CONF8", "人民法院应当三日内决定是否受理，受理后十五日内作出裁定；有特殊情况的，期满前可以延长十日，以一次为限",
        "The court decides on acceptance within 3 days and rules within 15, which may be extended once, in time, by 10",
        "《关于人民调解协议司法确认程序的若干规定》第四条、第五条",
        (_A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION, _A.EXTEND_CONFIRMATION), number="3; 15; +10 days", sla=True,
        by_state={_A.EXTEND_CONFIRMATION: not_extended_yet},
        by_input={_A.EXTEND_CONFIRMATION: extension_has_reason},
    ),
    Rule(
        "CONF9", "适用特别程序审理的案件，应当自立案之日起三十日内审结", "The special procedure is concluded within 30 days",
        CIVIL_PROCEDURE_LAW + "第一百八十七条", (_A.EXTEND_CONFIRMATION,),
        by_input={_A.EXTEND_CONFIRMATION: concluded_in_time}, number="30 days",
    ),
    Rule(
        "CONF10", "申请执行的期间为二年", "Enforcement is applied for within two years",
        CIVIL_PROCEDURE_LAW + "第二百零六条、第二百五十条", (_A.RULE_CONFIRMATION, _A.APPLY_ENFORCEMENT), number="2 years",
        by_state={_A.APPLY_ENFORCEMENT: still_in_time_to_enforce},
    ),
    Rule(
        "ENFORCE", "经司法确认的调解协议有未履行记录的，方可申请执行",
        "Enforcement is applied for where a confirmed agreement was recorded as not kept",
        PEOPLES_MEDIATION_LAW + "第三十三条；" + CIVIL_PROCEDURE_LAW + "第二百零六条", (_A.APPLY_ENFORCEMENT,),
        by_state={_A.APPLY_ENFORCEMENT: confirmed_and_broken},
    ),
    Rule(
        "ENF_COURT", "申请执行应当向作出确认裁定的人民法院，或者与其同级的被执行财产所在地人民法院提出",
        "Enforcement is applied for at the court that confirmed the agreement, or at one where property lies",
        CIVIL_PROCEDURE_INTERPRETATION + "第四百六十条", (_A.APPLY_ENFORCEMENT,),
        by_input={_A.APPLY_ENFORCEMENT: court_may_enforce},
    ),
)
# fmt: on
