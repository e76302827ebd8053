"""The tests behind the rules of joint handling."""

from __future__ import annotations

from domain.cases.facts import CaseFacts
from domain.cases.given import CallGiven, RespondGiven
from domain.cases.rule_tests import Occasion

# CALL1: a call leaves time to answer, and does not let the matter lie.
SHORTEST, LONGEST = 1, 72


def time_to_answer_fits(_facts: CaseFacts, given: CallGiven) -> bool:
    """The time to answer is from one hour to three days."""
    return SHORTEST <= given.hours <= LONGEST


def called_serve_place(_facts: CaseFacts, given: CallGiven) -> bool:
    """Everybody called serves the place of the dispute."""
    return given.respondents_cover


def refusal_has_reason(_facts: CaseFacts, given: RespondGiven) -> bool:
    """Who refuses says why."""
    return given.accepted or given.reasoned


def no_call_open(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Every call was concluded."""
    return facts.calls_open == 0


def call_is_open(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is a call to answer or to conclude."""
    return facts.calls_open > 0
