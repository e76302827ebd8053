"""The commands upon a case: each action with what it takes, the service that carries it out, and what it is called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from domain.codes.enums import CaseAction
from domain.disputes.agreements import commands as signing_commands
from domain.disputes.cases import commands, service, supervision_commands
from domain.disputes.exceptional_actions import commands as exceptional_commands
from domain.disputes.people import commands as people_commands
from domain.foundation.basics.commands import Command, Made, Subject, Told

_A = CaseAction

CASE = Subject(
    name="case",
    which="Which case 案件编号",
    view="case",
    type="Case",
    changed="A case was changed 案件已变更",
    now="The case as it is now; null when it has left the caller's reach 案件",
    timeline="timeline",
)


def case_command(
    action: CaseAction, form: type, service: Callable[..., Awaitable[Any]], label: str, **more: Any
) -> Command:
    """A command upon a case that there is; `more` as of any command."""
    return Command("case", action, form, service, label, **({"upon": CASE, "shows": CASE} | more))


COMMANDS = (
    case_command(
        _A.REGISTER,
        commands.RegisterCase,
        service.register,
        "Register a dispute 登记",
        upon=None,
        gate="new_case",
        tells=(
            Told(
                "possible_duplicates",
                CASE,
                "Cases within the caller's reach that may be about the same dispute 可能重复的案件",
            ),
        ),
    ),
    case_command(_A.ACCEPT, commands.AcceptCase, service.accept, "Accept 受理"),
    case_command(_A.DECLINE, commands.DeclineCase, service.decline, "Decline 不予受理"),
    case_command(_A.ASSESS_RISK, commands.AssessRisk, service.assess_risk, "Assess the risk 风险研判"),
    case_command(_A.DISPATCH, commands.DispatchCase, service.dispatch, "Dispatch 分流"),
    case_command(_A.RETURN, commands.ReturnCase, service.return_case, "Return to the centre 退回"),
    case_command(
        _A.TAKE_ON,
        commands.TakeOnCase,
        service.take_on,
        "Take on 接办",
        takes_about="Take on, naming who mediates 接办",
    ),
    case_command(
        _A.HOLD_SESSION,
        commands.HoldSession,
        service.hold_session,
        "Record a mediation session 调解",
        takes_about="Record a session that was held 调解",
        makes=Made("session", "session", "The session; null to whom its record is closed 调解会"),
    ),
    case_command(
        _A.AGREE,
        commands.AgreeCase,
        service.agree,
        "Record an agreement 达成协议",
        makes=Made("agreement", "agreement", "The agreement 调解协议"),
    ),
    case_command(
        _A.FAIL,
        commands.FailCase,
        service.fail,
        "End without agreement 调解不成",
        takes_about="End a mediation without agreement 调解不成",
    ),
    case_command(
        _A.SIGN,
        signing_commands.SignAgreement,
        service.sign,
        "Sign a written agreement 签署协议",
        takes_about="Sign a written agreement, one or several at once 签署协议",
        makes=Made("signatures", "agreement_signature", "The signatures that were recorded 签署", several=True),
    ),
    case_command(
        _A.FULFIL,
        commands.FulfilCase,
        service.fulfil,
        "Record that everything was done 履行完毕",
        takes_about="Everything agreed was done 履行完毕",
    ),
    case_command(
        _A.FOLLOW_UP,
        commands.FollowUpCase,
        service.follow_up,
        "Record a visit 回访",
        takes_about="Record a visit after the case 回访",
        makes=Made("follow_up", "follow_up", "The visit 回访"),
    ),
    case_command(_A.CLOSE, commands.CloseCase, service.close, "Close 结案"),
    case_command(
        _A.PAUSE,
        exceptional_commands.PauseCase,
        service.pause,
        "Let the mediation rest 中止",
        takes_about="Let the mediation rest 中止调解",
        makes=Made("pause", "pause", "The rest that began 调解中止"),
    ),
    case_command(
        _A.RESUME,
        exceptional_commands.ResumeCase,
        service.resume,
        "Go on 恢复",
        takes_about="Go on with a mediation that rested 恢复调解",
    ),
    case_command(
        _A.WITHDRAW,
        exceptional_commands.WithdrawCase,
        service.withdraw,
        "End by a party's will 当事人终止",
        takes_about="End the mediation by a party's will 当事人终止调解",
        makes=Made("withdrawal", "withdrawal", "The withdrawal 当事人终止"),
    ),
    case_command(
        _A.REFER_TO_COURT,
        exceptional_commands.ReferToCourt,
        service.refer_to_court,
        "Refer to a court 诉非对接",
        takes_about="Refer a mediation that failed to a court 诉非对接",
    ),
    case_command(
        _A.PERFORM,
        exceptional_commands.PerformCase,
        service.perform,
        "Record performance 履行",
        takes_about="Record performance, one obligation at a time 履行",
    ),
    case_command(
        _A.BREACH,
        exceptional_commands.BreachCase,
        service.breach,
        "Report that an obligation was not kept 未履行",
        makes=Made("breach", "breach", "The report 未履行"),
    ),
    case_command(
        _A.REOPEN,
        exceptional_commands.ReopenCase,
        service.reopen,
        "Open again 重启",
        takes_about="Open a closed case again 重启",
    ),
    case_command(
        _A.MEDIATE_AGAIN,
        exceptional_commands.MediateAgain,
        service.mediate_again,
        "Return to mediation 再次调解",
        takes_about="Return to mediation from an agreement that was not signed or not kept 再次调解",
    ),
    case_command(
        _A.ARCHIVE,
        exceptional_commands.ArchiveCase,
        service.archive,
        "Put into the archive 归档",
        takes_about="Put a closed case into the archive 归档",
    ),
    case_command(
        _A.ADD_NOTE,
        people_commands.AddNote,
        service.add_note,
        "Write a note 备注",
        about="Write a note for those whom it is for 备注",
        takes_about="Write a note 备注",
        gate="note",
        makes=Made("note", "note", "The note; null to whom it is closed 备注"),
    ),
    case_command(
        _A.ADD_REPRESENTATIVE,
        people_commands.AddRepresentative,
        service.add_representative,
        "Record who stands for a party 登记代理人",
        about="Record who stands for a party 登记监护人、代理人、代表人",
        makes=Made("representative", "representative", "The representative; null to whom they are closed 代理人"),
    ),
    case_command(
        _A.DECLARE_RECUSAL,
        people_commands.DeclareRecusal,
        service.declare_recusal,
        "Declare a ground of recusal 回避申报",
        about="Declare what ties a mediator to a party 回避申报",
        takes_about="Declare what ties a mediator to a party (RECUSAL) 回避申报",
        makes=Made(
            "recusal", "recusal", "The ground; null where one of this party was known and is told anew 回避事由"
        ),
    ),
    case_command(
        _A.REPLACE_MEDIATOR,
        people_commands.ReplaceMediator,
        service.replace_mediator,
        "Replace a mediator 更换调解员",
        about="Replace a mediator, or dismiss the grounds against them 更换调解员",
        takes_about="Replace a mediator, or dismiss the grounds against them (RECUSAL) 更换调解员",
    ),
    case_command(
        _A.EXTEND_DEADLINE,
        supervision_commands.ExtendDeadline,
        service.extend_deadline,
        "Extend a deadline 延长期限",
        takes_about="Extend a deadline that still runs 延长期限",
    ),
    case_command(
        _A.OPEN_SUPERVISION,
        supervision_commands.OpenSupervision,
        service.open_supervision,
        "Supervise 督办",
        about="Supervise a case 督办",
        makes=Made("supervision", "supervision", "The supervision 督办"),
    ),
    case_command(
        _A.ANSWER_SUPERVISION,
        supervision_commands.AnswerSupervision,
        service.answer_supervision,
        "Answer a supervision 督办答复",
    ),
    case_command(
        _A.CLOSE_SUPERVISION,
        supervision_commands.CloseSupervision,
        service.close_supervision,
        "Close a supervision 督办办结",
    ),
    case_command(
        _A.ACKNOWLEDGE_RISK,
        supervision_commands.AcknowledgeRisk,
        service.acknowledge_risk,
        "Acknowledge a risk report 风险报告签收",
        takes_about="Acknowledge that a risk report was read (RISK1) 风险报告签收",
    ),
)
