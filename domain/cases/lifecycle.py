"""The lifecycle of a case (DOMAIN §3.1): which action leads from which status to which, as one table."""

from __future__ import annotations

from types import MappingProxyType

from domain.codes.enums import CaseAction, CaseStatus

_S = CaseStatus
_A = CaseAction

# None: there is no case yet.
TRANSITIONS: MappingProxyType[tuple[CaseStatus | None, CaseAction], CaseStatus] = MappingProxyType(
    {
        (None, _A.REGISTER): _S.REGISTERED,
        (_S.REGISTERED, _A.ACCEPT): _S.ACCEPTED,
        (_S.REGISTERED, _A.DECLINE): _S.DECLINED,
        # Risk is judged anew at any time between acceptance and closure.
        (_S.ACCEPTED, _A.ASSESS_RISK): _S.ACCEPTED,
        (_S.DISPATCHED, _A.ASSESS_RISK): _S.DISPATCHED,
        (_S.HANDLING, _A.ASSESS_RISK): _S.HANDLING,
        (_S.AGREED, _A.ASSESS_RISK): _S.AGREED,
        (_S.FAILED, _A.ASSESS_RISK): _S.FAILED,
        (_S.PERFORMING, _A.ASSESS_RISK): _S.PERFORMING,
        (_S.FULFILLED, _A.ASSESS_RISK): _S.FULFILLED,
        (_S.REFERRED_TO_COURT, _A.ASSESS_RISK): _S.REFERRED_TO_COURT,
        (_S.ACCEPTED, _A.DISPATCH): _S.DISPATCHED,
        (_S.DISPATCHED, _A.RETURN): _S.ACCEPTED,
        (_S.DISPATCHED, _A.TAKE_ON): _S.HANDLING,
        (_S.HANDLING, _A.HOLD_SESSION): _S.HANDLING,
        (_S.HANDLING, _A.AGREE): _S.AGREED,
        (_S.HANDLING, _A.FAIL): _S.FAILED,
        # Confirmation runs beside performance, whichever is sooner.
        (_S.AGREED, _A.APPLY_CONFIRMATION): _S.AGREED,
        (_S.PERFORMING, _A.APPLY_CONFIRMATION): _S.PERFORMING,
        (_S.FULFILLED, _A.APPLY_CONFIRMATION): _S.FULFILLED,
        (_S.AGREED, _A.ACCEPT_CONFIRMATION): _S.AGREED,
        (_S.PERFORMING, _A.ACCEPT_CONFIRMATION): _S.PERFORMING,
        (_S.FULFILLED, _A.ACCEPT_CONFIRMATION): _S.FULFILLED,
        (_S.AGREED, _A.RULE_CONFIRMATION): _S.AGREED,
        (_S.PERFORMING, _A.RULE_CONFIRMATION): _S.PERFORMING,
        (_S.FULFILLED, _A.RULE_CONFIRMATION): _S.FULFILLED,
        (_S.AGREED, _A.FULFIL): _S.FULFILLED,
        (_S.PERFORMING, _A.FULFIL): _S.FULFILLED,
        (_S.FAILED, _A.FOLLOW_UP): _S.FAILED,
        (_S.FULFILLED, _A.FOLLOW_UP): _S.FULFILLED,
        (_S.CLOSED, _A.FOLLOW_UP): _S.CLOSED,
        (_S.DECLINED, _A.CLOSE): _S.CLOSED,
        (_S.FAILED, _A.CLOSE): _S.CLOSED,
        (_S.FULFILLED, _A.CLOSE): _S.CLOSED,
        (_S.REFERRED_TO_COURT, _A.CLOSE): _S.CLOSED,
    }
)


def status_after(status: CaseStatus | None, action: CaseAction) -> CaseStatus | None:
    """The status that `action` leads to from `status` (None: no case yet); None if it is not open there."""
    return TRANSITIONS.get((status, action))


def actions_open_in(status: CaseStatus | None) -> tuple[CaseAction, ...]:
    """The actions that the lifecycle allows in `status`, in the order of the enum. Rules may still forbid one."""
    return tuple(action for action in CaseAction if (status, action) in TRANSITIONS)
