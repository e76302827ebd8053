"""Everything that can be done to a case, one function for each action (confirmation has its own context).

Every function demands the gate's Grant for that action, runs in the caller's transaction, flushes and never commits.
Before anything is changed it raises NotFound, StaleVersion, InvalidInput or RefusedByRule; the caller then rolls
back. Done, the case's version is one higher, with one entry in the timeline and its messages in the outbox.
"""

from __future__ import annotations

from domain.disputes.agreements.signing import sign
from domain.disputes.cases.conclusion import close, follow_up, fulfil
from domain.disputes.cases.handling import (
    agree,
    dispatch,
    fail,
    hold_session,
    return_case,
    take_on,
)
from domain.disputes.cases.intake import (
    Location,
    accept,
    assess_risk,
    decline,
    locate,
    register,
)
from domain.disputes.cases.supervising import (
    acknowledge_risk,
    answer_supervision,
    close_supervision,
    extend_deadline,
    open_supervision,
)
from domain.disputes.exceptional_actions.mediating_again import mediate_again
from domain.disputes.exceptional_actions.pausing import pause, resume
from domain.disputes.exceptional_actions.performance import breach, perform
from domain.disputes.exceptional_actions.referral import refer_to_court
from domain.disputes.exceptional_actions.reopening import archive, reopen
from domain.disputes.exceptional_actions.withdrawal import withdraw
from domain.disputes.people.notes import add_note
from domain.disputes.people.recusal import declare_recusal, replace_mediator
from domain.disputes.people.representatives import add_representative

__all__ = [
    "Location",
    "accept",
    "acknowledge_risk",
    "add_note",
    "add_representative",
    "agree",
    "answer_supervision",
    "archive",
    "assess_risk",
    "breach",
    "close",
    "close_supervision",
    "declare_recusal",
    "decline",
    "dispatch",
    "extend_deadline",
    "fail",
    "follow_up",
    "fulfil",
    "hold_session",
    "locate",
    "mediate_again",
    "open_supervision",
    "pause",
    "perform",
    "refer_to_court",
    "register",
    "reopen",
    "replace_mediator",
    "resume",
    "return_case",
    "sign",
    "take_on",
    "withdraw",
]
