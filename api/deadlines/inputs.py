"""Arguments of the mutations of clocks, supervision and the calendar, and how each becomes the domain's command."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, Change, given, key, optional
from domain.cases import clock_commands as commands


@strawberry.input(description="Extend a deadline that still runs 延长期限")
class CaseExtendDeadlineInput(CaseChange):
    """An extension."""

    deadline_id: strawberry.ID = given("Which deadline 期限")
    days: int = given("By how many days of the kind it counts 延长天数")
    reason: str = given("Why 延长理由")
    all_consented: bool = given("Whether every party agreed 各方当事人是否同意")

    def command(self) -> commands.ExtendDeadline:
        """As the domain takes it."""
        deadline = key(self.deadline_id, "deadline", "deadlineId")
        return commands.ExtendDeadline(self.expected_version, deadline, self.days, self.reason, self.all_consented)


@strawberry.input(description="Supervise a case 督办")
class CaseOpenSupervisionInput(CaseChange):
    """A supervision."""

    demand: str = given("What is demanded 督办要求")
    answer_days: int = optional("Working days within which to answer, at most 30 答复期限（工作日）", 5)

    def command(self) -> commands.OpenSupervision:
        """As the domain takes it."""
        return commands.OpenSupervision(self.expected_version, self.demand, self.answer_days)


@strawberry.input(description="Answer a supervision 督办答复")
class CaseAnswerSupervisionInput(CaseChange):
    """An answer."""

    supervision_id: strawberry.ID = given("Which supervision 督办")
    answer: str = given("The answer 答复内容")

    def command(self) -> commands.AnswerSupervision:
        """As the domain takes it."""
        supervision = key(self.supervision_id, "supervision", "supervisionId")
        return commands.AnswerSupervision(self.expected_version, supervision, self.answer)


@strawberry.input(description="Close a supervision 督办办结")
class CaseCloseSupervisionInput(CaseChange):
    """The end of a supervision."""

    supervision_id: strawberry.ID = given("Which supervision 督办")
    evidence: str = given("What shows that the matter is settled 办结依据")

    def command(self) -> commands.CloseSupervision:
        """As the domain takes it."""
        supervision = key(self.supervision_id, "supervision", "supervisionId")
        return commands.CloseSupervision(self.expected_version, supervision, self.evidence)


@strawberry.input(description="Acknowledge that a risk report was read (RISK1) 风险报告签收")
class CaseAcknowledgeRiskInput(CaseChange):
    """An acknowledgement."""

    note: str | None = optional("Note 备注")

    def command(self) -> commands.AcknowledgeRisk:
        """As the domain takes it."""
        return commands.AcknowledgeRisk(self.expected_version, self.note)


@strawberry.input(description="Say whether the county works on a day 设定工作日")
class CalendarDaySetInput(Change):
    """A day."""

    day: dt.date = given("Which day 日期")
    working: bool = given("Whether it is worked 是否工作日")
    reason: str = given("Why, such as the notice that says so 理由")


@strawberry.input(description="Let the published calendar say again what a day is 取消工作日设定")
class CalendarDayClearInput(Change):
    """A day."""

    day: dt.date = given("Which day 日期")
