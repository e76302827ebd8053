"""The lifecycle of a case (DOMAIN §3.1): which action leads from which status to which, as one table."""

from __future__ import annotations

from domain.codes.enums import CaseAction, CaseStatus
from domain.foundation.kernel.lifecycle import (
    Lifecycle,
    begins,
    leads,
    stays,
)

_S = CaseStatus
_A = CaseAction

# Something is still to be done about the dispute itself.
_UNDER_WAY = (_S.ACCEPTED, _S.DISPATCHED, _S.HANDLING)
# Accepted and not closed; open, with what was only registered; and on record, with what was closed.
_ACCEPTED = (*_UNDER_WAY, _S.AGREED, _S.FAILED, _S.PERFORMING, _S.FULFILLED, _S.REFERRED_TO_COURT)
_OPEN = (_S.REGISTERED, *_ACCEPTED)
_ON_RECORD = (*_OPEN, _S.CLOSED)
# There is an agreement, whether or not it is kept.
_SETTLED = (_S.AGREED, _S.PERFORMING, _S.FULFILLED)

CASE_LIFECYCLE: Lifecycle[CaseStatus, CaseAction] = Lifecycle(
    CaseAction,
    begins(_A.REGISTER, _S.REGISTERED),
    leads(_A.ACCEPT, out_of=[_S.REGISTERED], to=_S.ACCEPTED),
    leads(_A.DECLINE, out_of=[_S.REGISTERED], to=_S.DECLINED),
    # Risk is judged anew at any time between acceptance and closure.
    stays(_A.ASSESS_RISK, within=_ACCEPTED),
    leads(_A.DISPATCH, out_of=[_S.ACCEPTED], to=_S.DISPATCHED),
    leads(_A.RETURN, out_of=[_S.DISPATCHED], to=_S.ACCEPTED),
    leads(_A.TAKE_ON, out_of=[_S.DISPATCHED], to=_S.HANDLING),
    stays(_A.HOLD_SESSION, within=[_S.HANDLING]),
    leads(_A.AGREE, out_of=[_S.HANDLING], to=_S.AGREED),
    # A mediation rests and goes on.
    stays(_A.PAUSE, _A.RESUME, within=[_S.HANDLING]),
    # A party ends it, or it fails; so does a draft that somebody will not sign. Until it is in effect any party may
    # end the mediation (CASE2); what was neither confirmed nor kept fails, or is mediated again (BINDS).
    leads(_A.WITHDRAW, out_of=[_S.HANDLING, _S.AGREED], to=_S.FAILED),
    leads(_A.FAIL, out_of=[_S.HANDLING, _S.AGREED, _S.PERFORMING], to=_S.FAILED),
    leads(_A.MEDIATE_AGAIN, out_of=[_S.AGREED, _S.PERFORMING], to=_S.HANDLING),
    # A written agreement may be signed after it was reached.
    stays(_A.SIGN, within=[_S.AGREED]),
    # Confirmation runs beside performance, whichever is sooner. Before a ruling material may be supplied, the time
    # extended, the application withdrawn. What was confirmed and is not kept is enforced.
    stays(_A.APPLY_CONFIRMATION, _A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION, within=_SETTLED),
    stays(_A.SUPPLY_MATERIAL, _A.EXTEND_CONFIRMATION, _A.WITHDRAW_CONFIRMATION, within=_SETTLED),
    stays(_A.APPLY_ENFORCEMENT, within=[_S.PERFORMING]),
    # Instalment by instalment; one that is not kept is recorded, and the others may still be.
    leads(_A.PERFORM, out_of=[_S.AGREED, _S.PERFORMING], to=_S.PERFORMING),
    stays(_A.BREACH, within=[_S.PERFORMING]),
    leads(_A.FULFIL, out_of=[_S.AGREED, _S.PERFORMING], to=_S.FULFILLED),
    stays(_A.FOLLOW_UP, within=[_S.FAILED, _S.FULFILLED, _S.CLOSED]),
    # A court hands a dispute down; what is not accepted, or fails, goes back to it.
    begins(_A.ENTRUST, _S.REGISTERED),
    leads(_A.ACCEPT_ENTRUSTMENT, out_of=[_S.REGISTERED], to=_S.ACCEPTED),
    leads(_A.RETURN_ENTRUSTMENT, out_of=[_S.REGISTERED, _S.ACCEPTED], to=_S.DECLINED),
    leads(_A.RETURN_ENTRUSTMENT, out_of=[_S.FAILED], to=_S.REFERRED_TO_COURT),
    leads(_A.REFER_TO_COURT, out_of=[_S.FAILED], to=_S.REFERRED_TO_COURT),
    leads(_A.CLOSE, out_of=[_S.DECLINED, _S.FAILED, _S.FULFILLED, _S.REFERRED_TO_COURT], to=_S.CLOSED),
    leads(_A.REOPEN, out_of=[_S.CLOSED], to=_S.ACCEPTED),
    # Nothing leads out of the archive: what is archived is read-only.
    leads(_A.ARCHIVE, out_of=[_S.CLOSED], to=_S.ARCHIVED),
    # Notes are written, and people come to stand for a party, until the case is closed.
    stays(_A.ADD_NOTE, _A.ADD_REPRESENTATIVE, within=_OPEN),
    # Who mediates matters from when the handler is known until mediation ends.
    stays(_A.DECLARE_RECUSAL, _A.REPLACE_MEDIATOR, within=[_S.DISPATCHED, _S.HANDLING]),
    # Protection and the law's reports wait for nobody, and end with no file but the archive's.
    stays(_A.PROTECT, _A.RECORD_MEASURE, _A.FULFIL_DUTY, within=[*_ON_RECORD, _S.DECLINED]),
    stays(_A.SEND_CLUE, _A.ACKNOWLEDGE_CLUE, within=_ON_RECORD),
    # The police hear of an act that was mediated once what was agreed is performed (POL2), and answer.
    stays(_A.NOTIFY_POLICE, _A.ANSWER_POLICE_NOTICE, within=[_S.FULFILLED, _S.CLOSED]),
    # Others are called while there is something to do; what is called is answered and concluded whatever became of it.
    stays(_A.CALL, within=[*_UNDER_WAY, _S.PERFORMING]),
    stays(_A.RESPOND_TO_CALL, _A.CONCLUDE_CALL, within=_ACCEPTED),
    # Deadlines are extended while something is under way; supervision and its answers may outlive the closing.
    stays(_A.EXTEND_DEADLINE, within=_UNDER_WAY),
    stays(_A.OPEN_SUPERVISION, within=_OPEN),
    stays(_A.ANSWER_SUPERVISION, _A.CLOSE_SUPERVISION, within=_ON_RECORD),
    stays(_A.ACKNOWLEDGE_RISK, within=[*_ACCEPTED, _S.CLOSED]),
)

TRANSITIONS = CASE_LIFECYCLE.transitions
status_after = CASE_LIFECYCLE.status_after
actions_open_in = CASE_LIFECYCLE.actions_open_in
